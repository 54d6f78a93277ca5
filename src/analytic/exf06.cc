// EXF-06: an app sends mail as its holder's victim. DETECTIONS 2.8.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "analytic/analytics.h"
#include "analytic/mail_app.h"
#include "base/text.h"

namespace tokentrail::analytic {
namespace {

constexpr std::string_view kAttack[] = {"T1534", "T1048"};
constexpr std::string_view kSources[] = {"m365_audit"};
constexpr Setting kSettings[] = {
    {"allow", "", "client ids of apps that may send mail; never names"},
    {"fan_out", "20", "so many messages within an hour are high"},
    {"after_grant", "24h", "sending so soon after a strong consent is high"},
};
constexpr FieldSet kNeeds = [] {
  FieldSet out = GrantFeed::Needs();
  out.Add(MailApps::Needs());
  return out;
}();

class SendAsUser final : public Analytic {
 public:
  explicit SendAsUser(const Params& params)
      : apps_(params.List("allow")),
        fan_out_(params.Count("fan_out", 20)),
        after_grant_(params.Window("after_grant", Hours(24))) {}

  void Observe(const Event& event, const State& state, Findings& out) override {
    grants_.Observe(event, state);
    if (event.kind() != Kind::kMailSend) return;
    const std::optional<MailApps::Use> use = apps_.Read(event, state);
    if (!use) return;
    Claim& claim =
        claims_.At(event.Text(Field::kTenant), fmt::format("{}|{}", use->app.key(), use->mailbox));
    claim.app.Merge(use->app);
    claim.mailbox = use->mailbox;
    if (claim.owner_id.empty()) claim.owner_id = use->owner_id;
    claim.only_service = claim.only_service && use->says_service;
    if (claim.cited.count == 0) claim.days_seen = state.DaysSeen(event);
    const std::string_view token = event.Text(Field::kToken);
    if (!token.empty() && claim.tokens.size() < Finding::kMaxEvidence) claim.tokens.emplace(token);
    constexpr int64_t kHour = Hours(1).micros;
    constexpr size_t kMaxHours = 24 * 400;
    const int64_t hour = event.time().micros / kHour;
    if (claim.hours.size() < kMaxHours || claim.hours.contains(hour)) ++claim.hours[hour];
    claim.cited.Add(
        event, {Field::kApp, Field::kUser, Field::kMailbox, Field::kClientString, Field::kToken});
    if (claims_.full()) Speak(out);
  }

  void Finish(const State& state, Findings& out) override {
    grants_.Finish(state);
    Speak(out);
  }

 private:
  struct Claim {
    AppRef app;
    std::string mailbox;
    std::string owner_id;
    bool only_service = true;
    int days_seen = 0;
    Texts tokens;
    std::map<int64_t, uint64_t> hours;  // messages by hour
    Cited cited;

    void Merge(const Claim& other) {
      app.Merge(other.app);
      if (mailbox.empty()) mailbox = other.mailbox;
      if (owner_id.empty()) owner_id = other.owner_id;
      only_service = only_service && other.only_service;
      tokens.insert(other.tokens.begin(), other.tokens.end());
      for (const auto& [hour, count] : other.hours) hours[hour] += count;
      cited.Merge(other.cited);
    }
  };

  void Speak(Findings& out) {
    claims_.SpeakAll([&](std::string_view tenant, std::string_view key, const Claim& claim) {
      if (claim.only_service && !grants_.Granted(claim.app)) return;
      out.Add(Tell(tenant, key, claim));
    });
  }

  Finding Tell(std::string_view tenant, std::string_view key, const Claim& claim) const {
    const GrantAct* grant = grants_.Before(tenant, claim.app, claim.mailbox, claim.owner_id,
                                           claim.cited.first, after_grant_);
    Cited cited = claim.cited;
    if (grant != nullptr) cited.Merge(grant->cited);
    Finding out = Begin(kExf06, tenant, cited);
    out.key = key;
    out.confidence = Confidence::kHigh;
    AddApp(out, claim.app);
    AddUser(out, claim.mailbox, {});
    out.AddEntity("mailbox", claim.mailbox);
    for (const std::string& token : claim.tokens) out.AddEntity("token", token);

    std::vector<uint64_t> counts;
    for (const auto& [hour, count] : claim.hours) counts.push_back(count);
    std::sort(counts.begin(), counts.end());
    const uint64_t most = counts.empty() ? 0 : counts.back();
    const uint64_t usual = counts.empty() ? 0 : counts[(counts.size() - 1) / 2];
    out.reasons.push_back(fmt::format("{} sent {} as {}", claim.app.Words(),
                                      Counted(claim.cited.count, "message"), claim.mailbox));
    const std::string_view program = MailProgram(claim.app.id);
    const bool usual_program = !program.empty() && inventory::RiskyApp(claim.app.id) == nullptr;
    if (usual_program) {
      out.level = Level::kLow;
      out.reasons.push_back(fmt::format(
          "low because its id is that of {}, a mail program in wide use; anyone can use that id",
          program));
    }
    // Against the app's own rhythm only when it has shown one: on a few active hours the middle one
    // says nothing.
    const bool has_rhythm = counts.size() >= 24;
    if (most >= fan_out_ && (!has_rhythm || most > 3 * usual)) {
      out.level = Level::kHigh;
      out.reasons.push_back(fmt::format("{} messages within one hour (limit {}{})", most, fan_out_,
                                        has_rhythm ? fmt::format(", usual {}", usual) : ""));
    }
    if (grant != nullptr) {
      if (!usual_program) out.level = Level::kHigh;
      const Span after = claim.cited.first - grant->time;
      out.reasons.push_back(fmt::format("it began {} after it was granted {}",
                                        after.micros <= 0 ? "seconds" : FormatSpan(after),
                                        Few(grant->telling())));
      for (const std::string& id : grant->grants) out.AddEntity("grant", id);
    }
    if (const std::string novelty = Novelty(claim.days_seen); !novelty.empty()) {
      out.reasons.push_back(novelty);
    }
    out.reasons.push_back("the records do not say to whom the messages went");
    return out;
  }

  MailApps apps_;
  uint64_t fan_out_;
  Span after_grant_;
  StrongGrants grants_;
  Claims<Claim> claims_;
};

}  // namespace

extern constinit const AnalyticDef kExf06 = {
    .id = "EXF-06",
    .title = "App sent mail as a user",
    .summary =
        "Mail was sent by an app that is not Microsoft's, in the name of the person whose token it "
        "holds. High for many messages within an hour or within a day of a strong consent.",
    .level = Level::kMedium,
    .attack = kAttack,
    .sources = kSources,
    .false_positives = "Mail clients and newsletter or ticket systems: allow them by client id.",
    .disproof = "The owner uses this app to send mail and knows the messages.",
    .settings = kSettings,
    .needs = kNeeds,
    .make = [](const Params& params) -> std::unique_ptr<Analytic> {
      return std::make_unique<SendAsUser>(params);
    },
};

}  // namespace tokentrail::analytic
