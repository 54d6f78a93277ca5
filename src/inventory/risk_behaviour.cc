#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "inventory/permission.h"
#include "inventory/risk.h"

namespace tokentrail::inventory {
namespace {

/// What our findings say of an app's behaviour. Several of one code count once, the latest.
struct FromFinding {
  std::string_view rule;
  std::string_view code;
  std::string_view clears;
};
constexpr std::string_view kReplay = "behaviour.replay";
constexpr std::string_view kVolume = "behaviour.volume";
constexpr FromFinding kFindings[] = {
    {"USE-01", kReplay, "both places are the app's own"},
    {"USE-02", kReplay, "both places are the app's own"},
    {"K-04", kReplay, "both places are the cluster's own"},
    {"REV-02", kReplay, "the revocation had not reached the service yet"},
    {"USE-03", "behaviour.new_place", "the person travelled, or the network is a VPN of theirs"},
    {"USE-04", "behaviour.new_place", "the vendor moved to this network"},
    {"USE-16", "behaviour.new_place", "the vendor moved to this network"},
    {"USE-18", "behaviour.new_place", "the owner uses a new machine or tool"},
    {"USE-21", "behaviour.new_place", "the vendor moved to this network"},
    {"USE-05", kVolume, "the owner of the mailbox uses the app on purpose"},
    {"USE-07", kVolume, "the app serves all these mailboxes on purpose"},
    {"USE-08", kVolume, "a first synchronisation or a backup"},
    {"USE-09", kVolume, "the owner searched"},
    {"USE-19", kVolume, "a planned export"},
    {"EXF-01", kVolume, "a planned export"},
    {"EXF-02", kVolume, "a planned export"},
    {"EXF-03", kVolume, "a planned export"},
    {"EXF-04", kVolume, "a planned migration or mirror"},
    {"EXF-06", "behaviour.sends_as_user", "the app sends for its users on purpose"},
    {"PER-04", "behaviour.dormant_wake", "its owner took it into use again"},
    {"GRT-12", "behaviour.risky_prompt", "the person's own sign-in, from a new place"},
    {"GRT-13", "behaviour.fast_other_place", "the vendor's own service redeemed it"},
    {"REG-10", "behaviour.kit_scopes", "the same permissions by chance"},
};

class Scorer {
 public:
  Scorer(const App& app, const Holding& holding, double power, const RiskContext& context,
         std::vector<RiskReason>& out, std::vector<AppSign>& not_assessed)
      : app_(app),
        holding_(holding),
        power_(power),
        context_(context),
        weights_(context.weights),
        out_(out),
        not_assessed_(not_assessed) {}

  void All() {
    Findings();
    if (app_.first_party) return;  // nobody's choice brought it here
    FewUsers();
    Campaign();
    AdminAfterBlock();
    ScopeCreep();
    Stale();
    DormantWake();
    Declined();
  }

 private:
  /// Acts fade: half of their points every half-life.
  double Faded(double points, Time when) const {
    const double days =
        std::max<double>(0, static_cast<double>((context_.now - when).micros)) / 86'400e6;
    return points * std::exp2(-days / weights_.Of("half_life_days"));
  }

  void Say(std::string_view code, double points, std::string words, std::string evidence,
           std::string_view clears) {
    if (OneDigit(points) <= 0) return;
    for (RiskReason& other : out_) {
      if (other.sign.code != code || other.group != RiskGroup::kBehaviour) continue;
      if (other.points >= OneDigit(points)) return;  // told already, and better
      other.points = OneDigit(points);
      other.sign.words = std::move(words);
      other.sign.evidence = std::move(evidence);
      other.sign.clears = std::string(clears);
      return;
    }
    out_.push_back({.group = RiskGroup::kBehaviour,
                    .points = OneDigit(points),
                    .sign = {.code = std::string(code),
                             .words = std::move(words),
                             .evidence = std::move(evidence),
                             .clears = std::string(clears)}});
  }

  void Skip(std::string_view code, std::string words) {
    not_assessed_.push_back(
        {.code = std::string(code), .words = std::move(words), .evidence = {}, .clears = {}});
  }

  static std::string Cite(const AppConsent& consent) {
    return fmt::format("{} {}{}", FormatTimeShort(consent.time),
                       consent.operation.empty() ? Name(consent.act) : consent.operation,
                       consent.by.empty() ? "" : " by " + consent.by);
  }

  void Findings() {
    for (const AppFinding& finding : app_.findings) {
      for (const FromFinding& one : kFindings) {
        if (finding.rule != one.rule) continue;
        std::string key(one.code);
        if (one.code == kVolume && finding.level >= Level::kHigh) {
          key += "_high";
        } else if (one.code == kVolume && finding.level == Level::kMedium) {
          key += "_medium";
        }
        const double points = weights_.Of(key);
        Say(one.code, one.code == kReplay ? points : Faded(points, finding.last),
            fmt::format("{} ({}, {})", finding.title, finding.rule, FormatDate(finding.last)),
            fmt::format("finding {}", finding.id), one.clears);
      }
    }
  }

  void FewUsers() {
    if (app_.tenant_wide || power_ < weights_.Of("behaviour.few_users_power")) return;
    const uint64_t users = UserCount(app_);
    if (users == 0) return;  // nobody authorised it: it acts by itself
    const uint64_t active = context_.active_users;
    // A share needs a ceiling: 0.5 % of a large company are many people. DETECTIONS 0.
    const bool small_share = active > 0 && users * 200 < active && users <= 20;
    if (users > 2 && !small_share) return;
    Say("behaviour.few_users", weights_.Of("behaviour.few_users"),
        fmt::format("authorised by {} {}{}", users, users == 1 ? "person" : "people",
                    active > 0 ? fmt::format(" of {} active here", active) : ""),
        app_.users.empty()
            ? ""
            : fmt::format("first: {}", app_.users.front().name.empty() ? app_.users.front().id
                                                                       : app_.users.front().name),
        "those people need it for their work");
  }

  void Campaign() {
    const uint64_t active = context_.active_users;
    // At least five people, three in a small tenant; in a large one 2 %, never more than 25.
    const size_t needed = active > 0 && active < 100
                              ? 3
                              : static_cast<size_t>(std::clamp<uint64_t>(active / 50, 5, 25));
    const Time start = app_.first_authorized.value_or(app_.first_seen);
    std::vector<const AppConsent*> given;
    for (const AppConsent& one : app_.consents) {
      if (one.user == 0 || (one.act != ConsentAct::kGranted && one.act != ConsentAct::kWidened)) {
        continue;
      }
      if (one.time - start < Days(7)) given.push_back(&one);
    }
    if (given.size() < needed) return;
    std::map<uint32_t, size_t> in_window;  // user -> consents
    size_t best = 0;
    Time when{};
    for (size_t begin = 0, end = 0; end < given.size(); ++end) {
      ++in_window[given[end]->user];
      while (given[end]->time - given[begin]->time > Hours(24)) {
        if (--in_window[given[begin]->user] == 0) in_window.erase(given[begin]->user);
        ++begin;
      }
      if (in_window.size() > best) {
        best = in_window.size();
        when = given[end]->time;
      }
    }
    if (best < needed) return;
    const bool cold = start - context_.portfolio.first < Days(7);
    Say("behaviour.campaign", Faded(weights_.Of("behaviour.campaign"), when),
        fmt::format("{} people authorised it within 24 hours, in its first week here{}", best,
                    cold ? "; the evidence begins no earlier, so it may be older" : ""),
        fmt::format("until {}; {} are needed", FormatTimeShort(when), needed),
        "it was rolled out, and people were told to accept it");
  }

  void AdminAfterBlock() {
    const AppConsent* blocked = nullptr;
    for (const AppConsent& one : app_.consents) {
      if (one.act == ConsentAct::kBlocked) blocked = &one;
      if (blocked == nullptr || one.act != ConsentAct::kGranted || !one.all_users) continue;
      if (one.time - blocked->time > Hours(24)) continue;
      Say("behaviour.admin_after_block",
          Faded(weights_.Of("behaviour.admin_after_block"), one.time),
          fmt::format("an administrator consented {} after it was blocked for a person",
                      FormatSpan(one.time - blocked->time)),
          Cite(*blocked) + "; " + Cite(one), "the administrator reviewed the request");
    }
  }

  int SeverityOf(const std::vector<std::string>& names, bool application) const {
    const std::optional<Platform> platform = PlatformNamed(app_.platform);
    if (!platform) return -1;
    int out = -1;
    for (const std::string& name : names) {
      const Permission* one =
          Find(*platform, application ? Holder::kApplication : Holder::kDelegated, name);
      if (one != nullptr) out = std::max(out, one->severity);
    }
    return out;
  }

  void ScopeCreep() {
    const int strong = static_cast<int>(weights_.Of("strong"));
    // Per person: what one person gave first is no start for what another gave later.
    std::map<std::pair<uint32_t, bool>, std::pair<Time, int>> before;
    for (const AppConsent& one : app_.consents) {
      if (one.act != ConsentAct::kGranted && one.act != ConsentAct::kWidened) continue;
      const int added = SeverityOf(one.added, one.application);
      const auto [it, first] = before.try_emplace({one.user, one.application}, one.time, added);
      if (first) continue;
      if (it->second.second >= 0 && it->second.second < strong && added >= strong &&
          one.time - it->second.first <= weights_.Days("days.scope_creep")) {
        Say("behaviour.scope_creep", Faded(weights_.Of("behaviour.scope_creep"), one.time),
            fmt::format("asked for little first, and for strong permissions {} later",
                        FormatSpan(one.time - it->second.first)),
            Cite(one), "a new function of the app needs them");
      }
      it->second.second = std::max(it->second.second, added);
    }
  }

  void Stale() {
    if (holding_.severity < weights_.Of("strong")) return;
    const Span limit = weights_.Days("days.stale");
    if (app_.last_used) {
      const Span idle = context_.now - *app_.last_used;
      if (idle < limit) return;
      Say("behaviour.stale", weights_.Of("behaviour.stale"),
          fmt::format("not used for {} days, and still holds strong permissions",
                      idle.micros / Days(1).micros),
          "last used " + FormatDate(*app_.last_used), "it is used, in a log that is not here");
      return;
    }
    if (context_.portfolio.last - context_.portfolio.first < limit) {
      return Skip("behaviour.stale",
                  fmt::format("no use seen, but the evidence spans {} days only",
                              (context_.portfolio.last - context_.portfolio.first).micros /
                                  Days(1).micros));
    }
    if (app_.last_authorized && context_.now - *app_.last_authorized < limit) return;
    Say("behaviour.stale", weights_.Of("behaviour.stale"),
        fmt::format("no use in {} days of evidence, and it holds strong permissions",
                    (context_.portfolio.last - context_.portfolio.first).micros / Days(1).micros),
        "", "it is used, in a log that is not here");
  }

  void DormantWake() {
    const auto limit = static_cast<int32_t>(weights_.Of("days.dormant"));
    for (size_t i = 1; i < app_.days.size(); ++i) {
      const int32_t gap = app_.days[i].day - app_.days[i - 1].day;
      if (gap < limit) continue;
      const Time woke{app_.days[i].day * Days(1).micros};
      Say("behaviour.dormant_wake", Faded(weights_.Of("behaviour.dormant_wake"), woke),
          fmt::format("silent for {} days, then used again", gap),
          fmt::format("woke on {}", FormatDate(woke)), "its owner took it into use again");
    }
  }

  void Declined() {
    std::set<std::string_view> people;
    Time last{};
    for (const AppConsent& one : app_.consents) {
      if (one.act != ConsentAct::kDeclined) continue;
      if (one.user > 0 && one.user <= app_.users.size()) {
        people.insert(app_.users[one.user - 1].id.empty() ? app_.users[one.user - 1].name
                                                          : app_.users[one.user - 1].id);
      } else {
        people.insert(one.by);
      }
      last = one.time;
    }
    if (people.empty()) return;
    Say("behaviour.declined",
        Faded(std::min(weights_.Of("behaviour.declined_max"),
                       weights_.Of("behaviour.declined") * static_cast<double>(people.size())),
              last),
        fmt::format("{} {} declined it", people.size(), people.size() == 1 ? "person" : "people"),
        "last on " + FormatDate(last), "they did not need it");
  }

  const App& app_;
  const Holding& holding_;
  double power_;
  const RiskContext& context_;
  const Weights& weights_;
  std::vector<RiskReason>& out_;
  std::vector<AppSign>& not_assessed_;
};

}  // namespace

void ScoreBehaviour(const App& app, const Holding& holding, double power,
                    const RiskContext& context, std::vector<RiskReason>& out,
                    std::vector<AppSign>& not_assessed) {
  Scorer(app, holding, power, context, out, not_assessed).All();
}

}  // namespace tokentrail::inventory
