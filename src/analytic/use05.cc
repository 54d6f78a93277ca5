// USE-05: an app reads a mailbox for the first time. DETECTIONS 2.5, 1.10.

#include <fmt/format.h>

#include <map>

#include "analytic/analytics.h"
#include "analytic/mail_app.h"
#include "base/text.h"

namespace tokentrail::analytic {
namespace {

constexpr std::string_view kAttack[] = {"T1114.002", "T1528"};
constexpr std::string_view kSources[] = {"m365_audit"};
constexpr Setting kSettings[] = {
    {"allow", "", "client ids of apps that may read mail; never names"},
    {"mailboxes", "3", "an app that reads so many mailboxes is high"},
    {"after_grant", "24h", "first use so soon after a strong consent is high"},
};
constexpr FieldSet kNeeds = [] {
  FieldSet out = GrantFeed::Needs();
  out.Add(MailApps::Needs());
  return out;
}();

/// The app's use of one mailbox.
struct Reads {
  Time first;
  int days_seen = 0;
  std::string owner_id;
  uint64_t items = 0;
  Texts tokens;
  Texts sessions;
  Texts readers;  ///< people with whose tokens it was read, other than the owner
  bool app_only = true;
  Cited cited;

  void Merge(const Reads& other) {
    if (cited.count == 0 || other.first < first) first = other.first;
    days_seen = std::max(days_seen, other.days_seen);
    if (owner_id.empty()) owner_id = other.owner_id;
    items += other.items;
    tokens.insert(other.tokens.begin(), other.tokens.end());
    sessions.insert(other.sessions.begin(), other.sessions.end());
    readers.insert(other.readers.begin(), other.readers.end());
    app_only = app_only && other.app_only;
    cited.Merge(other.cited);
  }
};

class MailboxRead final : public Analytic {
 public:
  explicit MailboxRead(const Params& params)
      : apps_(params.List("allow")),
        many_(params.Count("mailboxes", 3)),
        after_grant_(params.Window("after_grant", Hours(24))) {}

  void Observe(const Event& event, const State& state, Findings& out) override {
    grants_.Observe(event, state);
    if (event.kind() != Kind::kMailRead) return;
    const std::optional<MailApps::Use> use = apps_.Read(event, state);
    if (!use) return;
    Claim& claim = claims_.At(event.Text(Field::kTenant), use->app.key());
    claim.app.Merge(use->app);
    claim.only_service = claim.only_service && use->says_service;
    auto it = claim.mailboxes.find(use->mailbox);
    if (it == claim.mailboxes.end()) {
      if (claim.mailboxes.size() >= kMaxMailboxes) {
        ++claim.more_reads;
        return;
      }
      it = claim.mailboxes.try_emplace(use->mailbox).first;
      it->second.first = event.time();
      it->second.days_seen = state.DaysSeen(event);
    }
    Reads& reads = it->second;
    if (reads.owner_id.empty()) reads.owner_id = use->owner_id;
    reads.items += ItemsOf(event);
    Keep(event.Text(Field::kToken), reads.tokens);
    Keep(event.Text(Field::kSession), reads.sessions);
    Keep(use->reader, reads.readers);
    reads.app_only = reads.app_only && use->app_only;
    reads.cited.Add(event, {Field::kApp, Field::kMailbox, Field::kUser, Field::kClientString,
                            Field::kItems, Field::kToken});
    if (claims_.full()) Speak(out);
  }

  void Finish(const State& state, Findings& out) override {
    grants_.Finish(state);
    Speak(out);
  }

 private:
  struct Claim {
    AppRef app;
    bool only_service = true;
    std::map<std::string, Reads> mailboxes;
    uint64_t more_reads = 0;  // of mailboxes past the bound

    void Merge(const Claim& other) {
      app.Merge(other.app);
      only_service = only_service && other.only_service;
      for (const auto& [mailbox, reads] : other.mailboxes) mailboxes[mailbox].Merge(reads);
      more_reads += other.more_reads;
    }
  };

  static constexpr size_t kMaxMailboxes = 10'000;
  static constexpr size_t kMaxListed = 200;

  static void Keep(std::string_view id, Texts& out) {
    if (!id.empty() && out.size() < Finding::kMaxEvidence) out.emplace(id);
  }

  static uint64_t ItemsOf(const Event& event) {
    uint64_t out = 0;
    for (const char c : event.Text(Field::kItems)) {
      if (c < '0' || c > '9' || out > 1'000'000'000) return 1;
      out = out * 10 + static_cast<uint64_t>(c - '0');
    }
    return out == 0 ? 1 : out;
  }

  void Speak(Findings& out) {
    claims_.SpeakAll([&](std::string_view tenant, std::string_view, const Claim& claim) {
      if (claim.only_service && !grants_.Granted(claim.app)) return;
      // One finding for an app that reads many mailboxes: what it did is one thing.
      if (claim.mailboxes.size() >= many_) {
        out.Add(Tell(tenant, claim, claim.mailboxes, true));
        return;
      }
      for (const auto& [mailbox, reads] : claim.mailboxes) {
        out.Add(Tell(tenant, claim, {{mailbox, reads}}, false));
      }
    });
  }

  Finding Tell(std::string_view tenant, const Claim& claim,
               const std::map<std::string, Reads>& mailboxes, bool many) const {
    Cited cited;
    uint64_t items = 0;
    int days_seen = mailboxes.begin()->second.days_seen;
    const GrantAct* grant = nullptr;
    Time used;
    std::string_view granted_mailbox;
    for (const auto& [mailbox, reads] : mailboxes) {
      cited.Merge(reads.cited);
      items += reads.items;
      days_seen = std::min(days_seen, reads.days_seen);
      const GrantAct* found =
          grants_.Before(tenant, claim.app, mailbox, reads.owner_id, reads.first, after_grant_);
      if (found == nullptr || (grant != nullptr && grant->time <= found->time)) continue;
      grant = found;
      used = reads.first;
      granted_mailbox = mailbox;
    }
    if (grant != nullptr) cited.Merge(grant->cited);

    Finding out = Begin(kUse05, tenant, cited);
    const std::string& first = mailboxes.begin()->first;
    out.key = fmt::format("{}|{}", claim.app.key(), many ? std::string("ALL") : first);
    out.confidence = Confidence::kHigh;
    AddApp(out, claim.app);
    Texts names, readers;
    bool app_only = true;
    size_t listed = 0;
    for (const auto& [mailbox, reads] : mailboxes) {
      names.insert(mailbox);
      readers.insert(reads.readers.begin(), reads.readers.end());
      app_only = app_only && reads.app_only;
      if (++listed > kMaxListed) continue;
      AddUser(out, mailbox, {});
      out.AddEntity("mailbox", mailbox);
      for (const std::string& token : reads.tokens) out.AddEntity("token", token);
      for (const std::string& session : reads.sessions) out.AddEntity("session", session);
    }
    const std::string_view how =
        app_only ? "with its own permissions, without a user's token"
        : readers.empty()
            ? "the log names the owner, only the client id tells the app"
            : "the log names the person who may open it, only the client id tells the app";
    out.reasons.push_back(fmt::format("{} read {} {} in the mailbox{} of {}; {}", claim.app.Words(),
                                      items, items == 1 ? "item" : "items",
                                      mailboxes.size() == 1 ? "" : "es", Few(names, 5), how));
    if (!readers.empty()) {
      for (const std::string& reader : readers) AddUser(out, reader, {});
      out.reasons.push_back("it held the token of " + Few(readers, 5));
    }
    const std::string_view program = MailProgram(claim.app.id);
    const bool usual_program = !program.empty() && inventory::RiskyApp(claim.app.id) == nullptr;
    if (usual_program) {
      out.level = Level::kLow;
      out.reasons.push_back(fmt::format(
          "low because its id is that of {}, a mail program in wide use; anyone can use that id",
          program));
    }
    if (many) {
      if (!usual_program) out.level = Level::kHigh;
      out.reasons.push_back(fmt::format("it reads {} mailboxes", mailboxes.size()));
    }
    if (grant != nullptr) {
      if (!usual_program) out.level = Level::kHigh;
      const Span after = used - grant->time;
      out.reasons.push_back(
          fmt::format("it first read the mailbox of {} {} after it was granted {}", granted_mailbox,
                      after.micros <= 0 ? "seconds" : FormatSpan(after), Few(grant->telling())));
      for (const std::string& id : grant->grants) out.AddEntity("grant", id);
    }
    if (const std::string novelty = Novelty(days_seen); !novelty.empty()) {
      out.reasons.push_back(novelty);
    } else {
      out.reasons.push_back(
          fmt::format("first use of the app on this mailbox in {} days of logs", days_seen));
    }
    if (claim.only_service) {
      out.reasons.push_back(
          "the client calls itself a Microsoft service, but someone in this tenant granted the "
          "app");
    }
    if (claim.more_reads > 0) {
      out.reasons.push_back(
          fmt::format("{} more reads of further mailboxes are not listed", claim.more_reads));
    }
    return out;
  }

  MailApps apps_;
  uint64_t many_;
  Span after_grant_;
  StrongGrants grants_;
  Claims<Claim> claims_;
};

}  // namespace

extern constinit const AnalyticDef kUse05 = {
    .id = "USE-05",
    .title = "App read a mailbox for the first time",
    .summary =
        "Mail was read by an app that is not Microsoft's, the first time for this mailbox. The "
        "record looks like the owner's own reading; only the client id tells. High within a day of "
        "a strong consent, or when the app reads three mailboxes or more.",
    .level = Level::kMedium,
    .attack = kAttack,
    .sources = kSources,
    .false_positives =
        "Mail clients, calendars and archive products: allow them by client id. Microsoft's own "
        "services are left out, by id and by how they name themselves.",
    .disproof = "The owner uses this app for mail, or the tenant's administrators run it.",
    .settings = kSettings,
    .needs = kNeeds,
    .make = [](const Params& params) -> std::unique_ptr<Analytic> {
      return std::make_unique<MailboxRead>(params);
    },
};

}  // namespace tokentrail::analytic
