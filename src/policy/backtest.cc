#include "policy/backtest.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>

#include "base/text.h"

namespace tokentrail::policy {
namespace {

int32_t Day(Time time) { return static_cast<int32_t>(DayOf(time)); }

constexpr int32_t kMaxDays = 3660;

/// An app's judgement on the days for which it was made again.
struct Judgement {
  int32_t day = 0;
  AppRisk risk;
  std::vector<AppSign> signs;
};
using Judgements = std::map<size_t, std::vector<Judgement>>;

class Runner {
 public:
  Runner(const std::vector<Variant>& variants, const Portfolio& portfolio,
         const BacktestSettings& settings)
      : variants_(variants), portfolio_(portfolio), settings_(settings), around_(portfolio) {
    for (const Variant& variant : variants_) {
      const Reads& one = variant.policy.reads;
      reads_.use = reads_.use || one.use;
      reads_.risk = reads_.risk || one.risk;
      reads_.spans.insert(reads_.spans.end(), one.spans.begin(), one.spans.end());
      reads_.unknown_before.insert(reads_.unknown_before.end(), one.unknown_before.begin(),
                                   one.unknown_before.end());
    }
    for (auto* list : {&reads_.spans}) {
      std::sort(list->begin(), list->end());
      list->erase(std::unique(list->begin(), list->end()), list->end());
    }
    std::sort(reads_.unknown_before.begin(), reads_.unknown_before.end());
    reads_.unknown_before.erase(
        std::unique(reads_.unknown_before.begin(), reads_.unknown_before.end()),
        reads_.unknown_before.end());
  }

  BacktestResult Run() {
    BacktestResult out;
    out.first = settings_.first;
    out.last = settings_.last;
    for (const Variant& variant : variants_) out.variants.push_back({variant.values, {}, {}, 0});
    if (reads_.risk && settings_.appraise) out.appraisals = AppraiseHistory();
    for (size_t i = 0; i < portfolio_.apps.size(); ++i) Look(i, out);
    for (VariantResult& one : out.variants) Count(one);
    Complain(out);
    return out;
  }

 private:
  Time AsOf(int32_t day) const {
    const Time end = EndOfDay(day);
    return IsKnown(portfolio_.as_of) && Day(portfolio_.as_of) == day ? portfolio_.as_of : end;
  }

  /// The variants that can fit it on any day.
  std::vector<size_t> Open(const App& app) const {
    std::vector<size_t> out;
    for (size_t v = 0; v < variants_.size(); ++v) {
      if (variants_[v].policy.MayFit(app, around_)) out.push_back(v);
    }
    return out;
  }

  void Look(size_t i, BacktestResult& out) {
    const App& app = portfolio_.apps[i];
    const std::vector<size_t> open = Open(app);
    if (open.empty()) return;
    AppReplay replay(app);
    undated_permissions_ += replay.undated_permissions() > 0 ? 1 : 0;
    undated_users_ += replay.undated_users() > 0 ? 1 : 0;
    left_out_ += app.consents_left_out > 0 ? 1 : 0;
    const auto judged = judgements_.find(i);
    size_t at = 0;
    std::vector<BacktestApp> found(open.size());
    std::vector<bool> fits(open.size());
    for (const int32_t day : DaysToAsk(replay, reads_, settings_.first, settings_.last)) {
      replay.AdvanceTo(day);
      if (judged != judgements_.end()) {
        const std::vector<Judgement>& history = judged->second;
        while (at < history.size() && history[at].day <= day) {
          replay.app().risk = history[at].risk;
          replay.app().signs = history[at].signs;
          ++at;
        }
      }
      const Moment moment{replay.app(), around_, AsOf(day)};
      for (size_t o = 0; o < open.size(); ++o) {
        const Policy& policy = variants_[open[o]].policy;
        const bool now = policy.Fits(moment);
        if (now == fits[o]) continue;
        fits[o] = now;
        if (now) {
          if (found[o].runs.empty()) found[o].reasons = policy.Explain(moment).reasons;
          found[o].runs.push_back({day, settings_.last});
        } else {
          found[o].runs.back().last = day - 1;
        }
      }
    }
    for (size_t o = 0; o < open.size(); ++o) {
      if (found[o].runs.empty()) continue;
      found[o].app = i;
      out.variants[open[o]].apps.push_back(std::move(found[o]));
    }
  }

  /// Makes the judgement of apps that may fit again, for each day on which one of them changed,
  /// from all apps as they stood on it.
  uint64_t AppraiseHistory() {
    std::map<int32_t, std::vector<size_t>> wanted;
    for (size_t i = 0; i < portfolio_.apps.size(); ++i) {
      const std::vector<size_t> open = Open(portfolio_.apps[i]);
      if (open.empty()) continue;
      AppReplay replay(portfolio_.apps[i]);
      for (const int32_t day : DaysToAsk(replay, reads_, settings_.first, settings_.last)) {
        replay.AdvanceTo(day);
        const Moment moment{replay.app(), around_, AsOf(day)};
        const bool may = std::any_of(open.begin(), open.end(), [&](size_t v) {
          return variants_[v].policy.FitsButForRisk(moment);
        });
        if (may) wanted[day].push_back(i);
      }
    }
    if (wanted.empty()) return 0;
    std::vector<AppReplay> replays;
    replays.reserve(portfolio_.apps.size());
    for (const App& app : portfolio_.apps) replays.emplace_back(app);
    for (const auto& [day, apps] : wanted) {
      Portfolio then;
      then.first = portfolio_.first;
      then.last = AsOf(day);
      then.as_of = AsOf(day);
      then.active_users = portfolio_.active_users;
      std::vector<size_t> whose;
      for (size_t i = 0; i < replays.size(); ++i) {
        if (!replays[i].exists(day)) continue;
        replays[i].AdvanceTo(day);
        whose.push_back(i);
        then.apps.push_back(std::move(replays[i].app()));
      }
      settings_.appraise(then);
      // Appraise keeps the order: it is by tenant, platform and id.
      size_t next = 0;
      for (size_t p = 0; p < whose.size(); ++p) {
        App& app = then.apps[p];
        while (next < apps.size() && apps[next] < whose[p]) ++next;
        if (next < apps.size() && apps[next] == whose[p]) {
          judgements_[whose[p]].push_back({day, app.risk, app.signs});
        }
        replays[whose[p]].app() = std::move(app);
      }
    }
    return wanted.size();
  }

  void Count(VariantResult& one) const {
    std::stable_sort(one.apps.begin(), one.apps.end(),
                     [](const BacktestApp& a, const BacktestApp& b) {
                       return a.runs.front().first < b.runs.front().first;
                     });
    const auto size = static_cast<size_t>(std::max(0, settings_.last - settings_.first + 2));
    std::vector<uint64_t> starts(size);
    std::vector<int64_t> change(size);
    for (const BacktestApp& app : one.apps) {
      for (const FitRun& run : app.runs) {
        ++starts[static_cast<size_t>(run.first - settings_.first)];
        ++change[static_cast<size_t>(run.first - settings_.first)];
        --change[static_cast<size_t>(run.last + 1 - settings_.first)];
        ++one.alerts;
      }
    }
    int64_t fitting = 0;
    for (size_t i = 0; i + 1 < size; ++i) {
      fitting += change[i];
      if (fitting == 0) continue;
      one.days.push_back(
          {settings_.first + static_cast<int32_t>(i), starts[i], static_cast<uint64_t>(fitting)});
    }
  }

  void Complain(BacktestResult& out) const {
    if (!reads_.unknown_before.empty()) {
      std::vector<std::string> words(reads_.unknown_before.begin(), reads_.unknown_before.end());
      out.cannot_say.push_back("known as of the end of the evidence only: " + Listed(words, 9));
    }
    if (reads_.risk && !settings_.appraise) {
      out.cannot_say.emplace_back("the risk score is that of the end of the evidence on every day");
    } else if (reads_.risk) {
      out.cannot_say.emplace_back(
          "the risk score is made again for each day; publishers, lists and what was touched are "
          "those of the end of the evidence");
    }
    const auto apps = [](uint64_t count) {
      return fmt::format("{} app{}", Grouped(count), count == 1 ? "" : "s");
    };
    if (undated_users_ > 0) {
      out.cannot_say.push_back(fmt::format(
          "{} with people of whom no record says when they authorised it: counted from the start",
          apps(undated_users_)));
    }
    if (undated_permissions_ > 0) {
      out.cannot_say.push_back(
          fmt::format("{} with permissions of which no record says when they were given: counted "
                      "from the start",
                      apps(undated_permissions_)));
    }
    if (left_out_ > 0) {
      out.cannot_say.push_back(
          fmt::format("{} with more acts than a case keeps: the rest is not "
                      "gone through",
                      apps(left_out_)));
    }
    if (reads_.use && std::none_of(portfolio_.apps.begin(), portfolio_.apps.end(),
                                   [](const App& app) { return !app.days.empty(); })) {
      out.cannot_say.emplace_back(
          "no app has days of use in the evidence: what asks for use fits "
          "nothing, or only its last use");
    }
  }

  const std::vector<Variant>& variants_;
  const Portfolio& portfolio_;
  const BacktestSettings& settings_;
  Surroundings around_;
  Reads reads_;
  Judgements judgements_;
  uint64_t undated_permissions_ = 0;
  uint64_t undated_users_ = 0;
  uint64_t left_out_ = 0;
};

}  // namespace

uint64_t BacktestApp::days() const {
  uint64_t out = 0;
  for (const FitRun& run : runs) out += static_cast<uint64_t>(run.last - run.first + 1);
  return out;
}

BacktestSettings WholeRange(const Portfolio& portfolio) {
  Time first = portfolio.first;
  Time last = IsKnown(portfolio.as_of) ? portfolio.as_of : portfolio.last;
  const bool has_first = IsKnown(first);
  const bool has_last = IsKnown(last);
  for (const App& app : portfolio.apps) {
    for (const auto& time :
         {app.created, app.first_authorized, app.last_authorized, app.last_used}) {
      if (!IsKnown(time)) continue;
      if (!has_first && (!IsKnown(first) || *time < first)) first = *time;
      if (!has_last && (!IsKnown(last) || *time > last)) last = *time;
    }
  }
  BacktestSettings out;
  if (!IsKnown(last)) return out;
  out.last = Day(last);
  out.first = IsKnown(first) ? std::clamp(Day(first), out.last - kMaxDays, out.last) : out.last;
  return out;
}

BacktestResult RunBacktest(const std::vector<Variant>& variants, const Portfolio& portfolio,
                           const BacktestSettings& settings) {
  return Runner(variants, portfolio, settings).Run();
}

std::vector<Flip> FlipsOf(const BacktestResult& result) {
  std::map<size_t, std::vector<size_t>> fits;  // app -> variants
  for (size_t v = 0; v < result.variants.size(); ++v) {
    for (const BacktestApp& app : result.variants[v].apps) fits[app.app].push_back(v);
  }
  std::vector<Flip> out;
  const auto name = [&](size_t v) {
    return fmt::format("{}", fmt::join(result.variants[v].values, ", "));
  };
  for (const auto& [app, with] : fits) {
    if (with.size() == result.variants.size()) continue;
    out.push_back({app, name(with.front()), name(with.back()), with.size()});
  }
  return out;
}

}  // namespace tokentrail::policy
