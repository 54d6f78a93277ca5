// GRT-08: an app that lists name as malicious or risky was granted or used. DETECTIONS 2.3, 3.6.

#include <fmt/format.h>

#include <algorithm>

#include "analytic/actor.h"
#include "analytic/analytics.h"
#include "analytic/claim.h"
#include "base/text.h"
#include "inventory/appraise.h"
#include "inventory/feed.h"
#include "inventory/service_network.h"

namespace tokentrail::analytic {
namespace {

constexpr std::string_view kAttack[] = {"T1528", "T1114.002"};
constexpr std::string_view kSources[] = {
    "entra_audit",  "entra_signin", "m365_audit",  "graph_activity",   "google_workspace",
    "github_audit", "okta_system",  "slack_audit", "salesforce_event", "salesforce_setup",
};
constexpr Setting kSettings[] = {
    {"allow", "", "client ids of listed apps that this tenant uses knowingly"},
    {"mail_within", "24h",
     "mail read or sent so soon after a risky app's first appearance is high"},
};

bool IsGrant(Kind kind) {
  return kind == Kind::kConsent || kind == Kind::kDelegatedGrant || kind == Kind::kAppRoleGrant ||
         kind == Kind::kAppAuthorized || kind == Kind::kDelegation;
}
bool IsMail(Kind kind) { return kind == Kind::kMailRead || kind == Kind::kMailSend; }

class ListedApp final : public Analytic {
 public:
  explicit ListedApp(const Params& params)
      : allow_(params.List("allow")), mail_within_(params.Window("mail_within", Hours(24))) {}

  void Observe(const Event& event, const State& state, Findings& out) override {
    if (event.kind() == Kind::kSnapshot) return;
    std::string_view id = event.Text(Field::kApp);
    std::string_view object;
    if (id.empty()) {
      id = object = event.Text(Field::kAppObject);
      if (id.empty()) id = event.Text(Field::kAppName);
    }
    if (id.empty()) return;
    const auto platform = state.PlatformOf(event);
    const Id scope = Id::Of(Id::Of(event.Text(Field::kTenant)),
                            Id::Of(platform ? inventory::Name(*platform) : std::string_view()));
    const Id seen = Id::Of(scope, Id::Of(id));
    auto it = listed_.find(seen);
    if (it == listed_.end()) {
      if (listed_.size() >= kMaxSeen) listed_.clear();
      const AppRef app = AppOf(event, state);
      std::vector<AppListing> listings = ListingsOf(event, state, app);
      const bool worth = std::any_of(listings.begin(), listings.end(), [](const AppListing& one) {
        return one.verdict != "first_party";
      });
      // An object's app may become known with a later record.
      if (!worth && !object.empty() && app.id.empty()) return;
      it = listed_.emplace(seen, worth).first;
    }
    if (!it->second) return;
    Take(event, state, out);
  }

  void Finish(const State& state, Findings& out) override { Speak(state, out); }

 private:
  struct Claim {
    AppRef app;
    std::vector<AppListing> listings;
    const inventory::KnownBadApp* robbed = nullptr;  ///< a vendor whose tokens thieves held
    Texts users;
    Texts refused;  ///< users for whom every record failed
    Texts addresses;
    uint64_t grants = 0;
    uint64_t uses = 0;
    uint64_t failed = 0;
    uint64_t outside = 0;  ///< of a robbed vendor, on other days
    Time first;
    int days_seen = 0;
    std::optional<Time> mail;  ///< read or sent, soon after the first appearance or a grant
    std::optional<Time> last_grant;
    uint64_t mails = 0;
    Cited cited;

    void Merge(const Claim& other) {
      app.Merge(other.app);
      if (listings.empty()) listings = other.listings;
      if (robbed == nullptr) robbed = other.robbed;
      users.insert(other.users.begin(), other.users.end());
      refused.insert(other.refused.begin(), other.refused.end());
      addresses.insert(other.addresses.begin(), other.addresses.end());
      grants += other.grants;
      uses += other.uses;
      failed += other.failed;
      outside += other.outside;
      if (other.first < first) first = other.first;
      days_seen = std::max(days_seen, other.days_seen);
      if (!mail) mail = other.mail;
      mails += other.mails;
      cited.Merge(other.cited);
    }
  };

  static constexpr size_t kMaxSeen = 500'000;
  static constexpr size_t kMaxUsers = 200;
  static constexpr uint64_t kFewUsers = 3;

  /// With the user's lists, where there are any; our tables always count.
  std::vector<AppListing> ListingsOf(const Event& event, const State& state,
                                     const AppRef& app) const {
    const std::string& id = app.key();
    if (id.empty() || allow_.contains(Lower(id))) return {};
    const auto known = state.PlatformOf(event);
    const std::string_view platform = known ? inventory::Name(*known) : std::string_view();
    std::vector<AppListing> out;
    if (state.appraiser() != nullptr) out = state.appraiser()->Listings(platform, id);
    if (out.empty()) out = inventory::KnownListings(platform, id);
    // GitHub's records of an app's life give its name only.
    if (out.empty() && app.id.empty() && !app.name.empty() && state.appraiser() != nullptr) {
      out = state.appraiser()->Listings(platform, app.name);
    }
    return out;
  }

  void Take(const Event& event, const State& state, Findings& out) {
    const AppRef app = AppOf(event, state);
    Claim& claim = claims_.At(event.Text(Field::kTenant), app.key());
    if (claim.listings.empty()) {
      claim.listings = ListingsOf(event, state, app);
      const auto known = state.PlatformOf(event);
      claim.robbed =
          inventory::FindKnownBad(known ? inventory::Name(*known) : std::string_view(), app.key());
      if (claim.robbed != nullptr && claim.robbed->verdict != "compromised_vendor") {
        claim.robbed = nullptr;
      }
      claim.first = event.time();
      claim.days_seen = state.DaysSeen(event);
    }
    claim.app.Merge(app);
    if (OnOtherDays(claim, event.time())) {
      ++claim.outside;
      return;
    }
    const std::string_view user =
        !event.Text(Field::kUser).empty() ? event.Text(Field::kUser) : event.Text(Field::kMailbox);
    if (!event.succeeded()) {
      ++claim.failed;
      if (!user.empty() && claim.refused.size() < kMaxUsers) claim.refused.emplace(user);
    } else {
      if (!user.empty() && claim.users.size() < kMaxUsers) claim.users.emplace(user);
      if (IsGrant(event.kind())) {
        ++claim.grants;
        claim.last_grant = event.time();
      } else {
        ++claim.uses;
      }
      if (IsMail(event.kind())) {
        ++claim.mails;
        const Time from = claim.last_grant.value_or(claim.first);
        if (!claim.mail && event.time() - from <= mail_within_) claim.mail = event.time();
      }
    }
    if (const std::string_view ip = event.Text(Field::kIp);
        !ip.empty() && claim.addresses.size() < Finding::kMaxEvidence &&
        inventory::ServiceNetwork(ip).empty()) {
      claim.addresses.emplace(ip);
    }
    claim.cited.Add(event, {Field::kApp, Field::kAppName, Field::kUser, Field::kMailbox});
    if (claims_.full()) Speak(state, out);
  }

  /// The vendor's own use, before and after the thieves'.
  static bool OnOtherDays(const Claim& claim, Time time) {
    if (claim.robbed == nullptr || claim.robbed->from.empty()) return false;
    const std::string day = FormatTime(time).substr(0, 10);
    return day < claim.robbed->from || day > claim.robbed->to;
  }

  void Speak(const State& state, Findings& out) {
    claims_.SpeakAll([&](std::string_view tenant, std::string_view key, const Claim& claim) {
      if (claim.cited.count == 0) return;
      if (allow_.contains(Lower(claim.app.key()))) return;
      out.Add(Tell(tenant, key, claim, state));
    });
  }

  Finding Tell(std::string_view tenant, std::string_view key, const Claim& claim,
               const State& state) const;

  std::set<std::string, std::less<>> allow_;
  Span mail_within_;
  /// (tenant, platform, app) -> some list speaks against it.
  tsl::robin_map<Id, bool> listed_;
  Claims<Claim> claims_;
};

std::string VerdictWords(std::string_view verdict) {
  if (verdict == "malicious") return "malicious";
  if (verdict == "risky") return "legitimate, but liked by thieves";
  if (verdict == "compromised_vendor") return "an honest vendor whose tokens were stolen";
  if (verdict == "first_party") return "the platform's own";
  return "'" + Printable(verdict) + "'";
}

Finding ListedApp::Tell(std::string_view tenant, std::string_view key, const Claim& claim,
                        const State& state) const {
  Finding out = Begin(kGrt08, tenant, claim.cited);
  out.key = key;
  out.confidence = Confidence::kHigh;
  AddApp(out, claim.app);
  for (const std::string& user : claim.users) AddUser(out, user, {});
  if (claim.users.empty()) {
    for (const std::string& user : claim.refused) AddUser(out, user, {});
  }
  for (const std::string& ip : claim.addresses) out.AddEntity("address", ip);

  const auto says = [&](std::string_view verdict) {
    return std::any_of(claim.listings.begin(), claim.listings.end(),
                       [&](const AppListing& one) { return one.verdict == verdict; });
  };
  const bool malicious = says("malicious");
  const bool otherwise =
      std::any_of(claim.listings.begin(), claim.listings.end(),
                  [](const AppListing& one) { return one.verdict != "malicious"; });
  const bool only_refused = claim.grants + claim.uses == 0;

  // First the lists, each by itself: who reads this decides between them.
  for (const AppListing& one : claim.listings) {
    out.reasons.push_back(fmt::format(
        "{} calls {} {}{}", Printable(one.source), claim.app.Words(), VerdictWords(one.verdict),
        one.name.empty() || one.name == claim.app.name ? "" : " ('" + Printable(one.name) + "')"));
    if (!one.note.empty()) out.reasons.back() += ": " + Printable(one.note);
  }
  if (malicious && otherwise) {
    out.reasons.push_back("the lists disagree about this id");
    out.confidence = Confidence::kMedium;
  }

  uint64_t users = claim.users.size();
  if (const AppState* known = state.App(tenant, claim.app.key())) {
    users = std::max(users, known->user_count);
  }
  const bool cold = claim.days_seen < kWarmDays;
  if (malicious) {
    out.level = otherwise ? Level::kHigh : Level::kCritical;
  } else if (claim.robbed != nullptr) {
    // Without the days nothing tells the thieves' use from the vendor's.
    out.level = claim.robbed->from.empty() ? Level::kMedium : Level::kHigh;
    out.reasons.push_back(
        claim.robbed->from.empty()
            ? "the list does not give the days on which thieves held its tokens"
            : fmt::format("used between {} and {}, when thieves held its tokens{}",
                          claim.robbed->from, claim.robbed->to,
                          claim.outside > 0 ? fmt::format("; {} on other days left aside",
                                                          Counted(claim.outside, "record"))
                                            : std::string()));
  } else {
    out.level = Level::kMedium;
    const bool news = !cold || claim.grants > 0 || users <= kFewUsers;
    if (claim.mail && news) {
      out.level = Level::kHigh;
      out.reasons.push_back(
          fmt::format("mail was read or sent with it within {} of {}", FormatSpan(mail_within_),
                      claim.grants > 0 ? "its being granted" : "its first appearance"));
    }
  }
  if (only_refused) {
    out.level = std::min(out.level, malicious ? Level::kMedium : Level::kLow);
    out.reasons.push_back(
        fmt::format("every attempt was refused ({})", Counted(claim.failed, "record")));
  } else {
    out.reasons.push_back(fmt::format("granted in {}, used in {}, by {}",
                                      Counted(claim.grants, "record"),
                                      Counted(claim.uses, "record"), Counted(users, "user")));
  }
  if (const std::string novelty = Novelty(claim.days_seen); !novelty.empty()) {
    out.reasons.push_back(novelty);
  } else {
    out.reasons.push_back(
        fmt::format("the app is new to this tenant ({} days of logs before)", claim.days_seen));
  }
  return out;
}

}  // namespace

extern constinit const AnalyticDef kGrt08 = {
    .id = "GRT-08",
    .title = "Listed app was granted or used",
    .summary =
        "An app whose id a list names was granted or used: malicious (critical), a vendor whose "
        "tokens thieves held, on those days (high), or legitimate but liked by thieves (medium; "
        "high when mail is read or sent within a day of its first appearance). Lists of the "
        "user's own count beside ours, and are shown side by side where they disagree.",
    .level = Level::kMedium,
    .attack = kAttack,
    .sources = kSources,
    .false_positives =
        "People who know and need a listed mail client or backup tool: allow it by client id.",
    .disproof =
        "The list is wrong about the id, or the people named know the app and its use is theirs.",
    .settings = kSettings,
    .needs = {Field::kTenant, Field::kUser, Field::kApp, Field::kAppName, Field::kAppObject,
              Field::kAppOwner, Field::kIp, Field::kMailbox, Field::kOperation},
    .make = [](const Params& params) -> std::unique_ptr<Analytic> {
      return std::make_unique<ListedApp>(params);
    },
};

}  // namespace tokentrail::analytic
