// Policies in a hunt: which apps fit, and the findings that say so.

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>

#include "base/as_of.h"
#include "base/text.h"
#include "policy/policy.h"
#include "policy/time_machine.h"

namespace tokentrail::policy {
namespace {

int32_t Day(Time time) { return static_cast<int32_t>(DayOf(time)); }

/// Longer histories than this are not gone through day by day.
constexpr int32_t kMaxDays = 3660;

/// The days that a policy is held against in a hunt.
struct Range {
  int32_t first = 0;
  int32_t last = 0;
  Time as_of;

  /// The last day ends with the evidence.
  Time AsOf(int32_t day) const { return day == last ? as_of : EndOfDay(day); }
};

Range RangeOf(const Portfolio& portfolio) {
  Range out;
  out.as_of = IsKnown(portfolio.as_of) ? portfolio.as_of : portfolio.last;
  if (!IsKnown(out.as_of)) {
    // Nothing but exports of the real state: the youngest thing that they tell.
    for (const App& app : portfolio.apps) {
      for (const auto& time : {app.created, app.last_authorized, app.last_used}) {
        if (IsKnown(time)) out.as_of = std::max(out.as_of, *time);
      }
    }
  }
  out.last = Day(out.as_of);
  out.first = IsKnown(portfolio.first) ? Day(portfolio.first) : out.last - kMaxDays;
  out.first = std::clamp(out.first, out.last - kMaxDays, out.last);
  return out;
}

void AddUsers(const App& app, const std::vector<const AppConsent*>& acts, Finding& finding) {
  // Entities of people beyond these would only be long: the acts name them, too.
  constexpr size_t kMost = 20;
  size_t users = 0;
  for (const AppConsent* act : acts) {
    if (users++ == kMost) return;
    if (act->user > 0 && act->user <= app.users.size()) {
      const AppUser& user = app.users[act->user - 1];
      finding.AddEntity("user", user.id, user.name);
    } else if (!act->by.empty()) {
      finding.AddEntity("user", "", act->by);
    }
  }
}

Finding Describe(const Policy& policy, const App& app, const Explanation& why, Time as_of) {
  Finding out;
  out.rule = policy.id;
  out.origin = "policy";
  out.title = policy.title;
  out.level = policy.level;
  out.confidence = Confidence::kMedium;
  out.tenant = app.tenant;
  out.key = app.platform + '\n' + app.id;
  out.attack = policy.attack;
  out.disproof = policy.harmless_when;
  out.AddEntity("app", app.id, app.name);
  AddUsers(app, why.acts, out);
  out.reasons = why.reasons;

  std::vector<const AppConsent*> acts;
  for (const AppConsent* act : why.acts) {
    if (act->place.size > 0 || !act->content.empty()) acts.push_back(act);
  }
  // A judgement of the whole app rests on no single act: what gave it its power is shown.
  for (const AppConsent& act : app.consents) {
    if (!why.acts.empty()) break;
    if (!act.added.empty() && act.place.size > 0) acts.push_back(&act);
  }
  std::stable_sort(acts.begin(), acts.end(),
                   [](const AppConsent* a, const AppConsent* b) { return a->time < b->time; });
  out.count = acts.size();
  for (const AppConsent* act : acts) {
    if (out.evidence.size() == Finding::kMaxEvidence) break;
    Evidence evidence(Cited{act->time, act->content, act->place, act->source});
    evidence.operation = act->operation;
    out.evidence.push_back(std::move(evidence));
  }
  // When it came to be so: the acts, else what else is known of the app's time.
  const auto note = [&](Time time) {
    if (!IsKnown(time)) return;
    if (out.first == Time{} || time < out.first) out.first = time;
    if (time > out.last) out.last = time;
  };
  for (const AppConsent* act : why.acts) note(act->time);
  if (out.first == Time{}) {
    for (const auto& time : {app.last_used, app.last_authorized, app.created}) {
      if (IsKnown(time) && *time <= as_of && out.first == Time{}) note(*time);
    }
  }
  if (out.first == Time{}) note(IsKnown(app.first_seen) ? app.first_seen : as_of);
  return out;
}

/// What is said beside the conditions.
void AddContext(const Policy& policy, const App& app, Finding& out) {
  std::vector<std::string> others;
  for (const AppFinding& one : app.findings) {
    const std::string words = fmt::format("{} ({})", one.rule, Name(one.level));
    if (std::find(others.begin(), others.end(), words) == others.end()) others.push_back(words);
  }
  if (!others.empty())
    out.reasons.push_back("this app is also in findings of " + Listed(others, 6));
  if (!policy.why.empty()) out.reasons.push_back(policy.why);
  if (!policy.what_to_do.empty()) out.reasons.push_back("what to do: " + policy.what_to_do);
}

/// The first run of days on which it fits, and how many more there are.
struct Fitting {
  FitRun first;
  int32_t last = 0;
  size_t runs = 0;
};

/// `at_first` is given the first moment that fits.
std::optional<Fitting> FitsOnDays(const Policy& policy, const App& app, const Surroundings& around,
                                  const Range& range,
                                  const std::function<void(const Moment&)>& at_first) {
  AppReplay replay(app);
  Fitting out;
  bool fits = false;
  for (const int32_t day : DaysToAsk(replay, policy.reads, range.first, range.last)) {
    replay.AdvanceTo(day);
    const Moment moment{replay.app(), around, range.AsOf(day)};
    const bool now = policy.Fits(moment);
    if (fits && !now) {
      if (out.runs == 1) out.first.last = day - 1;
      out.last = day - 1;
    }
    if (now && !fits) {
      if (out.runs++ == 0) {
        out.first.first = day;
        at_first(moment);
      }
    }
    fits = now;
  }
  if (out.runs == 0) return std::nullopt;
  if (fits) {
    if (out.runs == 1) out.first.last = range.last;
    out.last = range.last;
  }
  return out;
}

std::string DaysOf(const Fitting& fitting, const Range& range) {
  std::string out = "so on " + FormatDate(EndOfDay(fitting.first.first));
  if (fitting.first.last > fitting.first.first) {
    out = fmt::format("so from {} to {}", FormatDate(EndOfDay(fitting.first.first)),
                      fitting.first.last >= range.last ? std::string("the end of the evidence")
                                                       : FormatDate(EndOfDay(fitting.first.last)));
  }
  if (fitting.runs > 1) {
    out += fmt::format(", and {} more time{}, last on {}", fitting.runs - 1,
                       fitting.runs == 2 ? "" : "s", FormatDate(EndOfDay(fitting.last)));
  }
  return out;
}

}  // namespace

std::vector<PolicyCount> PolicySet::Judge(const Portfolio& portfolio, Findings& out) const {
  std::vector<PolicyCount> counts;
  std::optional<Surroundings> around;
  const Range range = RangeOf(portfolio);
  for (const Policy& policy : policies()) {
    if (policy.state == PolicyState::kInactive) continue;
    PolicyCount& count = counts.emplace_back();
    count.id = policy.id;
    count.title = policy.title;
    count.level = policy.level;
    count.state = Name(policy.state);
    if (!around) around.emplace(portfolio);
    const bool active = policy.state == PolicyState::kActive;
    for (const App& app : portfolio.apps) {
      if (!policy.MayFit(app, *around)) continue;
      std::optional<Finding> finding;
      if (policy.judged == Judged::kAtEnd) {
        const Moment moment{app, *around, range.as_of};
        if (!policy.Fits(moment)) continue;
        if (active) finding = Describe(policy, app, policy.Explain(moment), range.as_of);
      } else {
        const std::optional<Fitting> fitting =
            FitsOnDays(policy, app, *around, range, [&](const Moment& moment) {
              if (!active) return;
              finding = Describe(policy, moment.app, policy.Explain(moment), moment.as_of);
            });
        if (!fitting) continue;
        if (finding) finding->reasons.push_back(DaysOf(*fitting, range));
      }
      ++count.apps;
      if (!finding) continue;
      AddContext(policy, app, *finding);
      out.Add(*std::move(finding));
    }
  }
  return counts;
}

}  // namespace tokentrail::policy
