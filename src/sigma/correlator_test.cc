#include "sigma/correlator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <random>
#include <set>

#include "base/text.h"
#include "base/yaml.h"

namespace tokentrail::sigma {
namespace {

using Strings = std::vector<std::string>;

Cited At(double seconds, uint64_t line = 0) {
  Cited out;
  out.time = Time{static_cast<int64_t>(seconds * 1e6)};
  out.place.line = line;
  return out;
}

/// An event: its seconds, the names of the rules that it hits, its fields.
struct Given {
  double seconds = 0;
  Strings rules;
  std::map<std::string, Strings> fields = {};
};

/// Rules a to e and the correlations of `documents`, read and resolved as users write them.
class Loaded {
 public:
  explicit Loaded(const std::string& documents) {
    Report report;
    std::string text;
    for (const char* const name : {"a", "b", "c", "d", "e"}) {
      text += "title: " + std::string(name) + "\nname: " + name +
              "\nlogsource: {product: x}\ndetection: {s: {f: 1}, condition: s}\n---\n";
    }
    const Result<std::vector<Yaml>> rules = ParseYaml(text);
    for (const Yaml& document : *rules) {
      if (document.is_map()) rules_.push_back(*ReadRule(document, {"r.yml", {}}, report));
    }
    const Result<std::vector<Yaml>> read = ParseYaml(documents);
    EXPECT_TRUE(read.ok()) << read.error().message;
    for (const Yaml& document : *read) {
      auto correlation = ReadCorrelation(document, {"c.yml", {}}, report);
      if (correlation.has_value()) correlations.push_back(*std::move(correlation));
    }
    ResolveCorrelations(correlations, rules_, nullptr, nullptr, report);
    for (const Diagnostic& diagnostic : report.all()) {
      if (diagnostic.severity == Severity::kError) ADD_FAILURE() << Format(diagnostic);
    }
  }

  void Observe(Correlator& correlator, const Given& event, std::vector<Firing>& out) {
    std::vector<Hit> hits;
    for (uint32_t i = 0; i < rules_.size(); ++i) {
      if (std::count(event.rules.begin(), event.rules.end(), rules_[i].meta.name) == 0) continue;
      Hit& hit = hits.emplace_back();
      hit.rule = i;
      for (const std::string& field : rules_[i].captures) {
        std::vector<std::string_view>& values = hit.captures.emplace_back();
        const auto it = event.fields.find(field);
        if (it == event.fields.end()) continue;
        values.assign(it->second.begin(), it->second.end());
      }
    }
    correlator.Observe(At(event.seconds, ++line_), hits, out);
  }

  std::vector<Correlation> correlations;

 private:
  std::vector<Rule> rules_;
  uint64_t line_ = 0;
};

struct Fired {
  std::vector<size_t> at;  ///< numbers of the events on which the last correlation fires
  std::vector<Firing> all;
};

Fired Play(const std::string& documents, const std::vector<Given>& events,
           CorrelatorLimits limits = {}) {
  Loaded loaded(documents);
  Fired out;
  if (loaded.correlations.empty()) return out;
  Correlator correlator(loaded.correlations, limits);
  for (size_t i = 0; i < events.size(); ++i) {
    const size_t before = out.all.size();
    loaded.Observe(correlator, events[i], out.all);
    for (size_t k = before; k < out.all.size(); ++k) {
      if (out.all[k].correlation + 1 != loaded.correlations.size()) continue;
      out.at.push_back(i);
      break;
    }
  }
  return out;
}

/// `title: t` and a correlation with these lines of settings.
std::string Corr(const std::string& settings) {
  return "title: t\ncorrelation: {timespan: 10s, " + settings + "}\n";
}

using Indexes = std::vector<size_t>;

TEST(CorrelatorEventCount, FiresOnEachEventWhileItHolds) {
  const std::string gte = Corr("type: event_count, rules: a, condition: {gte: 3}");
  EXPECT_EQ(Play(gte, {{0, {"a"}}, {1, {"a"}}, {2, {"b"}}, {2, {"a"}}, {3, {"a"}}}).at,
            (Indexes{3, 4}));
}

TEST(CorrelatorEventCount, WindowHasBothEndsAndNothingElse) {
  const std::string two = Corr("type: event_count, rules: a, condition: {gte: 2}");
  EXPECT_EQ(Play(two, {{0, {"a"}}, {10, {"a"}}}).at, Indexes{1});
  EXPECT_EQ(Play(two, {{0, {"a"}}, {10.000001, {"a"}}}).at, Indexes{});
  // It slides: no boundary of minutes or hours matters.
  EXPECT_EQ(Play(two, {{3595, {"a"}}, {3604, {"a"}}}).at, Indexes{1});
}

TEST(CorrelatorEventCount, EveryOperatorComparesTheCount) {
  const std::vector<Given> four = {{0, {"a"}}, {1, {"a"}}, {2, {"a"}}, {3, {"a"}}};
  const auto run = [&](const std::string& condition) {
    return Play(Corr("type: event_count, rules: a, condition: {" + condition + "}"), four).at;
  };
  EXPECT_EQ(run("gt: 2"), (Indexes{2, 3}));
  EXPECT_EQ(run("gte: 2"), (Indexes{1, 2, 3}));
  EXPECT_EQ(run("lt: 2"), (Indexes{0}));
  EXPECT_EQ(run("lte: 2"), (Indexes{0, 1}));
  EXPECT_EQ(run("eq: 2"), (Indexes{1}));
  EXPECT_EQ(run("neq: 2"), (Indexes{0, 2, 3}));
  EXPECT_EQ(run("gt: 1.5"), (Indexes{1, 2, 3}));
  EXPECT_EQ(run("gte: 2, lt: 4"), (Indexes{1, 2}));
  EXPECT_EQ(run("gt: 1, lte: 4, neq: 3"), (Indexes{1, 3}));
}

TEST(CorrelatorEventCount, RangesHoldHoweverManyCome) {
  std::vector<Given> many;
  for (int i = 0; i < 200; ++i) many.push_back({i * 0.01, {"a"}});
  many.push_back({11.9, {"a"}});  // the window begins at 1.9: ten of them and this one
  const Fired fired =
      Play(Corr("type: event_count, rules: a, condition: {gte: 11, lte: 11}"), many);
  EXPECT_EQ(fired.at, (Indexes{10, 200}));
}

TEST(CorrelatorEventCount, AnEventCountsOnceThroughSeveralRules) {
  const std::string two = Corr("type: event_count, rules: [a, b], condition: {gte: 2}");
  EXPECT_EQ(Play(two, {{0, {"a", "b"}}, {1, {"b"}}}).at, Indexes{1});
}

TEST(CorrelatorGroups, FieldsAreJoinedByAndAndCaseIsIgnored) {
  const std::string two =
      Corr("type: event_count, rules: a, group-by: [u, h], condition: {gte: 2}");
  const Fired fired = Play(two, {{0, {"a"}, {{"u", {"Ann"}}, {"h", {"x"}}}},
                                 {1, {"a"}, {{"u", {"Ann"}}, {"h", {"y"}}}},
                                 {2, {"a"}, {{"u", {"An"}}, {"h", {"nx"}}}},
                                 {3, {"a"}, {{"u", {"ANN"}}, {"h", {"X"}}}}});
  EXPECT_EQ(fired.at, Indexes{3});
  ASSERT_EQ(fired.all.size(), 1u);
  EXPECT_EQ(fired.all[0].group, (Strings{"Ann", "x"})) << "as first seen";
}

TEST(CorrelatorGroups, CaseIsIgnoredBeyondAscii) {
  const std::string two = Corr("type: event_count, rules: a, group-by: u, condition: {gte: 2}");
  EXPECT_EQ(Play(two, {{0, {"a"}, {{"u", {"ÄÖЖ"}}}}, {1, {"a"}, {{"u", {"äöж"}}}}}).at, Indexes{1});
}

TEST(CorrelatorGroups, EventsThatLackAFieldAreOutside) {
  const std::string two = Corr("type: event_count, rules: a, group-by: [u], condition: {gte: 2}");
  EXPECT_EQ(Play(two, {{0, {"a"}}, {1, {"a"}}, {2, {"a"}, {{"u", {}}}}}).at, Indexes{});
  EXPECT_EQ(Play(two, {{0, {"a"}, {{"u", {""}}}}, {1, {"a"}, {{"u", {""}}}}}).at, Indexes{1})
      << "an empty text is a value";
}

TEST(CorrelatorGroups, SeveralValuesAreInEachGroup) {
  const std::string two =
      Corr("type: event_count, rules: a, group-by: [u, h], condition: {gte: 2}");
  const Fired fired = Play(two, {{0, {"a"}, {{"u", {"1", "2"}}, {"h", {"x", "y", "X"}}}},
                                 {1, {"a"}, {{"u", {"2"}}, {"h", {"y"}}}},
                                 {2, {"a"}, {{"u", {"1", "2"}}, {"h", {"x"}}}}});
  EXPECT_EQ(fired.at, (Indexes{1, 2}));
  ASSERT_EQ(fired.all.size(), 3u);
  EXPECT_EQ(fired.all[0].group, (Strings{"2", "y"}));
  EXPECT_EQ(fired.all[1].group, (Strings{"1", "x"}));
  EXPECT_EQ(fired.all[2].group, (Strings{"2", "x"}));
}

TEST(CorrelatorGroups, AfterSixtyFourCombinationsTheRestIsLeftOut) {
  Strings many;
  for (int i = 0; i < 100; ++i) many.push_back(std::to_string(i));
  const std::string one =
      Corr("type: event_count, rules: a, group-by: [u, h], condition: {gte: 1}");
  const Fired fired = Play(one, {{0, {"a"}, {{"u", {"x"}}, {"h", many}}}});
  ASSERT_EQ(fired.all.size(), 64u);
  EXPECT_EQ(fired.all.back().group, (Strings{"x", "63"}));
}

TEST(CorrelatorGroups, AliasesJoinFieldsOfDifferentNames) {
  const std::string both =
      Corr("type: temporal, rules: [a, b], group-by: ip, aliases: {ip: {a: src, b: client.ip}}");
  const auto event = [](double at, std::string rule, std::string field, std::string value) {
    return Given{at, {std::move(rule)}, {{std::move(field), {std::move(value)}}}};
  };
  EXPECT_EQ(Play(both, {event(0, "a", "src", "1"), event(1, "b", "client.ip", "1")}).at,
            Indexes{1});
  EXPECT_EQ(Play(both, {event(0, "a", "src", "1"), event(1, "b", "client.ip", "2")}).at, Indexes{});
  EXPECT_EQ(Play(both, {event(0, "a", "src", "1"), event(1, "b", "src", "1")}).at, Indexes{});
}

TEST(CorrelatorValueCount, CountsDifferentValuesNotEvents) {
  const std::string two =
      Corr("type: value_count, rules: a, group-by: u, condition: {gte: 2, field: v}");
  const auto event = [](double at, Strings values) {
    return Given{at, {"a"}, {{"u", {"x"}}, {"v", std::move(values)}}};
  };
  EXPECT_EQ(Play(two, {event(0, {"1"}), event(1, {"1"}), event(2, {"2"}), event(3, {"1"})}).at,
            (Indexes{2, 3}));
  EXPECT_EQ(Play(two, {event(0, {"v"}), event(1, {"V"})}).at, Indexes{}) << "case aside";
  EXPECT_EQ(Play(two, {event(0, {"1", "2"})}).at, Indexes{0}) << "each value of an array";
  EXPECT_EQ(Play(two, {event(0, {"1"}), event(1, {"2"}), event(2, {})}).at, Indexes{1})
      << "without the field it is no hit";
  EXPECT_EQ(Play(two, {event(0, {"1"}), event(6, {"1"}), event(11, {"2"})}).at, Indexes{2})
      << "the last time of a value counts";
  EXPECT_EQ(Play(two, {event(0, {"1"}), event(11, {"2"})}).at, Indexes{});
}

TEST(CorrelatorValueCount, SeveralFieldsAreOneTuple) {
  const std::string two = Corr("type: value_count, rules: a, condition: {gte: 2, field: [v, w]}");
  const auto event = [](double at, std::string v, std::string w) {
    return Given{at, {"a"}, {{"v", {std::move(v)}}, {"w", {std::move(w)}}}};
  };
  EXPECT_EQ(Play(two, {event(0, "1", "2"), event(1, "1", "2"), event(2, "1", "3")}).at, Indexes{2});
  EXPECT_EQ(Play(two, {event(0, "12", "3"), event(1, "1", "23")}).at, Indexes{1});
  EXPECT_EQ(Play(two, {event(0, "1", "2"), {1, {"a"}, {{"v", {"1"}}}}}).at, Indexes{});
}

TEST(CorrelatorTemporal, WithoutAConditionAllMustOccurInAnyOrder) {
  const std::string all = Corr("type: temporal, rules: [a, b, c]");
  EXPECT_EQ(Play(all, {{0, {"c"}}, {1, {"a"}}, {2, {"a"}}, {3, {"b"}}, {4, {"d"}}, {5, {"a"}}}).at,
            (Indexes{3, 5}));
  EXPECT_EQ(Play(all, {{0, {"c"}}, {6, {"a"}}, {11, {"b"}}}).at, Indexes{});
  EXPECT_EQ(Play(all, {{0, {"a", "b", "c"}}}).at, Indexes{0}) << "one event may hit all";
}

TEST(CorrelatorTemporal, ConditionCountsDifferentRules) {
  const std::string two = Corr("type: temporal, rules: [a, b, c], condition: {eq: 2}");
  EXPECT_EQ(Play(two, {{0, {"a"}}, {1, {"a"}}, {2, {"b"}}, {3, {"b"}}, {4, {"c"}}}).at,
            (Indexes{2, 3}));
}

TEST(CorrelatorTemporal, ConditionInWordsMayRuleOut) {
  const std::string words =
      "title: t\ncorrelation: {type: temporal, timespan: 10s, condition: a and not (b or c)}\n";
  EXPECT_EQ(Play(words, {{0, {"a"}}}).at, Indexes{0});
  EXPECT_EQ(Play(words, {{0, {"b"}}, {5, {"a"}}, {10.5, {"a"}}, {11, {"c"}}}).at, Indexes{2});
  const std::string some =
      "title: t\ncorrelation: {type: temporal, timespan: 10s, rules: [a, b, "
      "c], condition: 1 of them and not all of them}\n";
  EXPECT_EQ(Play(some, {{0, {"a"}}, {1, {"b"}}, {2, {"c"}}}).at, (Indexes{0, 1}));
}

TEST(CorrelatorOrdered, StepsComeInOrderWithinOneTimespan) {
  const std::string abc = Corr("type: temporal_ordered, rules: [a, b, c]");
  EXPECT_EQ(Play(abc, {{0, {"a"}}, {1, {"b"}}, {10, {"c"}}}).at, Indexes{2});
  EXPECT_EQ(Play(abc, {{0, {"a"}}, {1, {"c"}}, {2, {"b"}}}).at, Indexes{});
  EXPECT_EQ(Play(abc, {{0, {"a"}}, {1, {"b"}}, {10.1, {"c"}}}).at, Indexes{}) << "not pairwise";
  EXPECT_EQ(Play(abc, {{0, {"a"}}, {1, {"b"}}, {5, {"a"}}, {9, {"b"}}, {14, {"c"}}}).at, Indexes{4})
      << "the chain that began last counts";
  EXPECT_EQ(Play(abc, {{0, {"a"}}, {1, {"b"}}, {2, {"c"}}, {10, {"a"}}, {10.5, {"b"}}}).at,
            (Indexes{2, 3}))
      << "it holds on each event while a chain lies within the window";
  EXPECT_EQ(Play(abc, {{0, {"a"}}, {0, {"b"}}, {0, {"c"}}}).at, Indexes{2})
      << "at one time the order given";
}

TEST(CorrelatorOrdered, AnEventStandsForOneStep) {
  const std::string ab = Corr("type: temporal_ordered, rules: [a, b]");
  EXPECT_EQ(Play(ab, {{0, {"a", "b"}}}).at, Indexes{});
  EXPECT_EQ(Play(ab, {{0, {"a", "b"}}, {1, {"a", "b"}}}).at, Indexes{1});
  const std::string aa = Corr("type: temporal_ordered, rules: [a, a]");
  EXPECT_EQ(Play(aa, {{0, {"a"}}, {1, {"a"}}, {12, {"a"}}}).at, Indexes{1});
  const std::string aba = Corr("type: temporal_ordered, rules: [a, b, a]");
  EXPECT_EQ(Play(aba, {{0, {"a"}}, {1, {"b"}}, {2, {"a"}}}).at, Indexes{2});
  EXPECT_EQ(Play(aba, {{1, {"b"}}, {2, {"a"}}, {3, {"a"}}}).at, Indexes{});
}

TEST(CorrelatorOrdered, ConditionCountsTheStepsDone) {
  const std::string two = Corr("type: temporal_ordered, rules: [a, b, c], condition: {gte: 2}");
  EXPECT_EQ(Play(two, {{0, {"b"}}, {1, {"c"}}, {2, {"a"}}, {3, {"b"}}, {4, {"c"}}}).at,
            (Indexes{3, 4}));
}

Given Number(double at, Strings values) { return {at, {"a"}, {{"n", std::move(values)}}}; }

TEST(CorrelatorNumbers, SumAddsUpWhatIsANumber) {
  const std::string sum = Corr("type: value_sum, rules: a, condition: {gt: 10, field: n}");
  const Fired fired =
      Play(sum, {Number(0, {"4"}), Number(1, {"6.5"}), Number(2, {"word"}), Number(3, {}),
                 Number(4, {"-1"}), Number(5, {"1e1", "x", "2"}), Number(10.5, {"0"})});
  EXPECT_EQ(fired.at, (Indexes{1, 5, 6}));
  ASSERT_EQ(fired.all.size(), 3u);
  EXPECT_EQ(fired.all[1].measure, 21.5);
  EXPECT_EQ(fired.all[2].measure, 17.5);
}

TEST(CorrelatorNumbers, AverageIsOverNumbersNotEvents) {
  const std::string average = Corr("type: value_avg, rules: a, condition: {gt: 2.4, field: n}");
  const Fired fired = Play(average, {Number(0, {"2"}), Number(1, {"3"}), Number(2, {"1", "4"})});
  EXPECT_EQ(fired.at, (Indexes{1, 2}));
  EXPECT_EQ(fired.all[0].measure, 2.5);
  EXPECT_EQ(fired.all[1].measure, 2.5);
}

TEST(CorrelatorNumbers, PercentileLiesBetweenRanks) {
  std::vector<Given> events;
  for (const int n : {40, 10, 30, 20}) events.push_back(Number(1, {std::to_string(n)}));
  const auto last = [&](const std::string& condition) {
    const Fired fired = Play(
        Corr("type: value_percentile, rules: a, condition: {gte: 0, field: n, " + condition + "}"),
        events);
    EXPECT_EQ(fired.at.size(), 4u);
    return fired.all.back().measure;
  };
  EXPECT_EQ(last("percentile: 0"), 10);
  EXPECT_EQ(last("percentile: 100"), 40);
  EXPECT_EQ(last("percentile: 50"), 25);
  EXPECT_EQ(last("percentile: 75"), 32.5);
  const Fired median =
      Play(Corr("type: value_median, rules: a, condition: {eq: 25, field: n}"), events);
  EXPECT_EQ(median.at, (Indexes{1, 3}));
}

TEST(CorrelatorNumbers, RoundingDoesNotStay) {
  std::vector<Given> events = {Number(0, {"1e300"})};
  for (int i = 0; i < 100; ++i) events.push_back(Number(20 + i, {"0.1"}));
  events.push_back(Number(500, {"0"}));
  const Fired fired = Play(Corr("type: value_sum, rules: a, condition: {eq: 0, field: n}"), events);
  EXPECT_EQ(fired.at, Indexes{101});
}

TEST(CorrelatorNumbers, OverflowDoesNotStay) {
  const Fired fired =
      Play(Corr("type: value_sum, rules: a, condition: {eq: 3, field: n}"),
           {Number(0, {"1.7e308"}), Number(0, {"1.7e308"}), Number(9, {"1"}), Number(11, {"2"})});
  EXPECT_EQ(fired.at, Indexes{3});
}

TEST(CorrelatorNumbers, AnEventGivesItsNumbersOnce) {
  const std::string sum =
      Corr("type: value_sum, rules: [a, b], group-by: u, condition: {eq: 5, field: n}");
  EXPECT_EQ(Play(sum, {{0, {"a", "b"}, {{"n", {"5"}}, {"u", {"x", "X"}}}}}).at, Indexes{0});
}

TEST(CorrelatorNumbers, TooManyForAWindowAreSaidToBe) {
  Loaded loaded(Corr("type: value_sum, rules: a, condition: {gte: 65536, field: n}"));
  Correlator correlator(loaded.correlations);
  std::vector<Firing> out;
  for (int i = 0; i < 65'536; ++i) loaded.Observe(correlator, Number(1, {"1"}), out);
  ASSERT_EQ(out.size(), 1u);
  EXPECT_FALSE(out[0].saturated);
  EXPECT_EQ(correlator.saturated(), 0u);
  for (int i = 0; i < 3; ++i) loaded.Observe(correlator, Number(2, {"1"}), out);
  EXPECT_TRUE(out.back().saturated);
  EXPECT_EQ(out.back().measure, 65'536);
  EXPECT_EQ(correlator.saturated(), 1u);
}

constexpr char kChain[] = R"(title: guessed
name: guessed
correlation: {type: event_count, rules: a, group-by: [u, ip], timespan: 10s, condition: {gte: 2}}
---
title: outer
correlation: {type: temporal_ordered, rules: [guessed, b], group-by: u, timespan: 20s}
)";

TEST(CorrelatorChain, AFiringIsAnEventWithItsGroup) {
  const auto event = [](double at, std::string rule, std::string user) {
    return Given{at, {std::move(rule)}, {{"u", {std::move(user)}}, {"ip", {"1"}}}};
  };
  const Fired fired = Play(kChain, {event(0, "a", "x"), event(1, "b", "x"), event(2, "a", "x"),
                                    event(3, "b", "y"), event(22, "b", "x"), event(23, "b", "x")});
  EXPECT_EQ(fired.at, Indexes{4});
  ASSERT_EQ(fired.all.size(), 2u);
  EXPECT_EQ(fired.all[0].correlation, 0u);
  EXPECT_EQ(fired.all[0].group, (Strings{"x", "1"}));
  const Firing& outer = fired.all[1];
  EXPECT_EQ(outer.group, Strings{"x"});
  EXPECT_EQ(outer.first, At(2).time) << "the time of the inner firing";
  EXPECT_EQ(outer.last, At(22).time);
  std::vector<uint64_t> lines;
  for (const Cited& cited : outer.hits) lines.push_back(cited.place.line);
  EXPECT_EQ(lines, (std::vector<uint64_t>{1, 3, 5})) << "what the inner firing cites, and the last";
}

TEST(CorrelatorChain, FieldsThatTheInnerOneLacksAreNotThere) {
  const std::string chain = R"(title: inner
name: inner
correlation: {type: event_count, rules: a, group-by: u, timespan: 10s, condition: {gte: 1}}
---
title: outer
correlation: {type: event_count, rules: inner, group-by: ip, timespan: 10s, condition: {gte: 1}}
)";
  EXPECT_EQ(Play(chain, {{0, {"a"}, {{"u", {"x"}}, {"ip", {"1"}}}}}).at, Indexes{});
}

TEST(CorrelatorChain, EachGroupThatFiresIsAnEvent) {
  const std::string chain = R"(title: inner
name: inner
correlation: {type: event_count, rules: a, group-by: u, timespan: 10s, condition: {gte: 2}}
---
title: outer
correlation: {type: event_count, rules: inner, timespan: 10s, condition: {gte: 3}}
---
title: last
correlation: {type: value_count, rules: inner, timespan: 10s, condition: {gte: 3, field: u}}
)";
  const std::vector<Given> events = {{0, {"a"}, {{"u", {"x", "y", "z"}}}},
                                     {1, {"a"}, {{"u", {"x", "y"}}}},
                                     {2, {"a"}, {{"u", {"x"}}}},
                                     {3, {"a"}, {{"u", {"z"}}}}};
  const Fired fired = Play(chain, events);
  std::vector<std::pair<uint32_t, double>> shown;
  for (const Firing& firing : fired.all) shown.emplace_back(firing.correlation, firing.measure);
  const std::vector<std::pair<uint32_t, double>> expected = {{0, 2}, {0, 2}, {0, 3}, {1, 3},
                                                             {0, 2}, {1, 4}, {2, 3}};
  EXPECT_EQ(shown, expected);
}

TEST(CorrelatorChain, AnEventAndItsFiringAreOneStep) {
  const std::string chain = R"(title: inner
name: inner
correlation: {type: event_count, rules: a, timespan: 10s, condition: {gte: 1}}
---
title: outer
correlation: {type: temporal_ordered, rules: [a, inner], timespan: 10s}
)";
  EXPECT_EQ(Play(chain, {{0, {"a"}}, {1, {"a"}}}).at, Indexes{1});
}

TEST(CorrelatorCites, TheNewestTwentyOldestFirst) {
  std::vector<Given> events;
  for (int i = 0; i < 30; ++i) events.push_back({i * 0.1, {"a"}});
  const Fired fired = Play(Corr("type: event_count, rules: a, condition: {gte: 2}"), events);
  ASSERT_EQ(fired.all.size(), 29u);
  const Firing& last = fired.all.back();
  ASSERT_EQ(last.hits.size(), 20u);
  EXPECT_EQ(last.hits.front().place.line, 11u);
  EXPECT_EQ(last.hits.back().place.line, 30u);
  EXPECT_TRUE(last.saturated);
  EXPECT_GE(last.measure, 20);
  EXPECT_LE(last.measure, 30);
  EXPECT_EQ(fired.all[1].measure, 3);
  EXPECT_FALSE(fired.all[1].saturated);
  EXPECT_EQ(fired.all[0].hits.size(), 2u);
}

TEST(CorrelatorCites, OnlyWhatCounts) {
  const Fired fired =
      Play(Corr("type: value_count, rules: a, group-by: u, condition: {gte: 2, field: v}"),
           {{0, {"a"}, {{"u", {"x"}}, {"v", {"1"}}}},
            {5, {"a"}, {{"u", {"x"}}, {"v", {"2"}}}},
            {6, {"a"}, {{"u", {"y"}}, {"v", {"2"}}}},
            {12, {"a"}, {{"u", {"x"}}, {"v", {"3"}}}}});
  ASSERT_EQ(fired.all.size(), 2u);
  ASSERT_EQ(fired.all[1].hits.size(), 2u);
  EXPECT_EQ(fired.all[1].hits[0].place.line, 2u);
  EXPECT_EQ(fired.all[1].hits[1].place.line, 4u);
  EXPECT_EQ(fired.all[1].first, At(5).time);
}

TEST(CorrelatorOrder, TimesThatGoBackAreCountedInTheirOwnWindow) {
  const std::string two = Corr("type: event_count, rules: a, condition: {gte: 2}");
  const std::vector<Given> events = {
      {0, {"a"}}, {100, {"a"}}, {5, {"a"}}, {95, {"a"}}, {101, {"a"}}};
  CorrelatorLimits any;
  any.any_order = true;
  EXPECT_EQ(Play(two, events, any).at, (Indexes{2, 4}))
      << "95 and 100 lie in the window of 101 only";
  const std::string ab = Corr("type: temporal_ordered, rules: [a, b]");
  EXPECT_EQ(Play(ab, {{50, {"b"}}, {45, {"a"}}, {51, {"c", "b"}}}, any).at, Indexes{2});
  EXPECT_EQ(Play(ab, {{50, {"b"}}, {45, {"a"}}, {50, {"a"}}}, any).at, Indexes{2})
      << "in the window of the last event b follows the a of 45";
}

TEST(CorrelatorLimit, TheGroupThatWasHitLeastLatelyGoes) {
  Loaded loaded(Corr("type: event_count, rules: a, group-by: u, condition: {gte: 2}"));
  CorrelatorLimits limits;
  limits.groups = 3;
  Correlator correlator(loaded.correlations, limits);
  std::vector<Firing> out;
  const auto hit = [&](std::string user) {
    out.clear();
    loaded.Observe(correlator, {1, {"a"}, {{"u", {std::move(user)}}}}, out);
    return !out.empty();
  };
  EXPECT_FALSE(hit("1"));
  EXPECT_FALSE(hit("2"));
  EXPECT_FALSE(hit("3"));
  EXPECT_TRUE(hit("1"));
  EXPECT_FALSE(hit("4")) << "2 went";
  EXPECT_EQ(correlator.evicted(), 1u);
  EXPECT_TRUE(hit("1"));
  EXPECT_TRUE(hit("3"));
  EXPECT_FALSE(hit("2"));
  EXPECT_EQ(correlator.evicted(), 2u);
  EXPECT_EQ(correlator.groups(), 3u);
}

TEST(CorrelatorLimit, ExpiredGroupsGoUncounted) {
  Loaded loaded(Corr("type: event_count, rules: a, group-by: u, condition: {gte: 2}"));
  Correlator correlator(loaded.correlations);
  std::vector<Firing> out;
  for (int i = 0; i < 10'000; ++i) {
    loaded.Observe(correlator, {i * 1.0, {"a"}, {{"u", {std::to_string(i)}}}}, out);
    ASSERT_LE(correlator.groups(), 11u);
  }
  EXPECT_EQ(correlator.evicted(), 0u);
  EXPECT_TRUE(out.empty());
  EXPECT_LT(correlator.bytes(), 10'000u);
}

TEST(CorrelatorLimit, BytesAreKeptWhateverTheType) {
  const Strings types = {"type: event_count, rules: a, group-by: u, condition: {gt: 9}",
                         "type: value_count, rules: a, group-by: u, condition: {gt: 9, field: v}",
                         "type: value_sum, rules: a, group-by: u, condition: {gt: 9, field: v}",
                         "type: value_median, rules: a, group-by: u, condition: {gt: 9, field: v}",
                         "type: temporal, rules: [a, b], group-by: u",
                         "type: temporal_ordered, rules: [a, b], group-by: u"};
  std::string documents;
  for (const std::string& type : types) {
    documents += "---\ntitle: t\ncorrelation: {timespan: 10d, " + type + "}\n";
  }
  Loaded loaded(documents.substr(4));
  ASSERT_EQ(loaded.correlations.size(), types.size());
  CorrelatorLimits limits;
  limits.bytes = 100'000;
  Correlator correlator(loaded.correlations, limits);
  std::vector<Firing> out;
  for (int i = 0; i < 20'000; ++i) {
    loaded.Observe(correlator,
                   {i * 0.1, {"a"}, {{"u", {std::to_string(i % 700)}}, {"v", {std::to_string(i)}}}},
                   out);
    ASSERT_LE(correlator.bytes(), limits.bytes);
  }
  EXPECT_GT(correlator.evicted(), 1'000u);
  EXPECT_GT(correlator.groups(), 50u);
}

TEST(CorrelatorLimit, HitsOfRulesThatNobodyWatchesCostNothing) {
  Loaded loaded(Corr("type: event_count, rules: a, condition: {gte: 1}"));
  Correlator correlator(loaded.correlations);
  std::vector<Firing> out;
  Hit unknown;
  unknown.rule = 4'000'000;
  Hit bare;  // without the captures that it should have
  correlator.Observe(At(1), std::vector<Hit>{unknown}, out);
  EXPECT_EQ(correlator.bytes(), 0u);
  correlator.Observe(At(1), std::vector<Hit>{bare}, out);
  EXPECT_EQ(out.size(), 1u);
}

// A second correlator, too plain to be wrong: it keeps all that ever came, and computes anew from
// the definition.
class Reference {
 public:
  struct Fire {
    uint32_t correlation = 0;
    Strings group;  ///< in lower case
    double measure = 0;
  };

  explicit Reference(const std::vector<Correlation>& all) : all_(all), seen_(all.size()) {}

  std::vector<Fire> Observe(int64_t time, const std::vector<Hit>& hits) {
    ++event_;
    std::vector<Fire> out;
    for (uint32_t c = 0; c < all_.size(); ++c) {
      std::set<Strings> touched;
      for (const Hit& hit : hits) {
        for (uint32_t p = 0; p < all_[c].parts.size(); ++p) {
          const Correlation::Part& part = all_[c].parts[p];
          if (part.correlation || part.index != hit.rule) continue;
          std::vector<Strings> values;
          for (const uint32_t capture : part.captures) {
            values.emplace_back();
            for (const auto value : hit.captures[capture]) values.back().push_back(Lower(value));
          }
          Take(c, p, time, 2 * event_, values, touched);
        }
      }
      const std::vector<Fire> before = out;
      for (const Fire& fire : before) {
        ++firing_;
        for (uint32_t p = 0; p < all_[c].parts.size(); ++p) {
          const Correlation::Part& part = all_[c].parts[p];
          if (!part.correlation || part.index != fire.correlation) continue;
          std::vector<Strings> values;
          for (const uint32_t capture : part.captures) {
            values.push_back(capture == Correlation::kNone ? Strings{}
                                                           : Strings{fire.group[capture]});
          }
          Take(c, p, time, 2 * firing_ + 1, values, touched);
        }
      }
      for (const Strings& group : touched) {
        double measure = 0;
        if (Holds(c, group, time, measure)) out.push_back({c, group, measure});
      }
    }
    return out;
  }

 private:
  /// One hit or firing, for one part and one group.
  struct Seen {
    int64_t time = 0;
    uint64_t event = 0;
    uint64_t name = 0;  ///< even: of the event; odd: of a firing
    uint32_t part = 0;
    Strings group;
    std::set<Strings> values;
    std::vector<double> numbers;
  };

  static void Product(const std::vector<Strings>& lists, Strings& prefix, std::set<Strings>& out) {
    if (prefix.size() == lists.size()) {
      out.insert(prefix);
      return;
    }
    for (const std::string& value : lists[prefix.size()]) {
      prefix.push_back(value);
      Product(lists, prefix, out);
      prefix.pop_back();
    }
  }

  void Take(uint32_t c, uint32_t part, int64_t time, uint64_t name,
            const std::vector<Strings>& values, std::set<Strings>& touched) {
    const auto fields = values.begin() + static_cast<ptrdiff_t>(all_[c].group_by.size());
    Seen seen;
    seen.time = time;
    seen.event = event_;
    seen.name = name;
    seen.part = part;
    const CorrelationType type = all_[c].type;
    Strings prefix;
    if (type == CorrelationType::kValueCount) {
      Product({fields, values.end()}, prefix, seen.values);
      if (seen.values.empty()) return;
    } else if (type >= CorrelationType::kValueSum) {
      for (const std::string& text : *fields) {
        char* end = nullptr;
        const double number = std::strtod(text.c_str(), &end);
        if (end != text.c_str() && *end == '\0') seen.numbers.push_back(number);
      }
      if (seen.numbers.empty()) return;
    }
    std::set<Strings> groups;
    Product({values.begin(), fields}, prefix, groups);
    for (const Strings& group : groups) {
      seen.group = group;
      seen_[c].push_back(seen);
      touched.insert(group);
    }
  }

  bool Holds(uint32_t c, const Strings& group, int64_t now, double& measure) const {
    const Correlation& correlation = all_[c];
    std::vector<Seen> in;
    for (const Seen& seen : seen_[c]) {
      if (seen.group != group || seen.time > now) continue;
      if (now - seen.time <= correlation.timespan.micros) in.push_back(seen);
    }
    std::stable_sort(in.begin(), in.end(),
                     [](const Seen& a, const Seen& b) { return a.time < b.time; });
    std::set<uint64_t> names;
    std::set<uint32_t> parts;
    std::set<Strings> values;
    std::vector<double> numbers;
    for (const Seen& seen : in) {
      if (names.insert(seen.name).second) {
        numbers.insert(numbers.end(), seen.numbers.begin(), seen.numbers.end());
      }
      parts.insert(seen.part);
      values.insert(seen.values.begin(), seen.values.end());
    }
    std::sort(numbers.begin(), numbers.end());
    double sum = 0;
    for (const double number : numbers) sum += number;
    switch (correlation.type) {
      case CorrelationType::kEventCount:
        measure = static_cast<double>(names.size());
        break;
      case CorrelationType::kValueCount:
        measure = static_cast<double>(values.size());
        break;
      case CorrelationType::kTemporal:
        measure = static_cast<double>(parts.size());
        if (correlation.expression.has_value()) return Says(*correlation.expression, parts);
        if (correlation.criteria.empty()) return parts.size() == correlation.parts.size();
        break;
      case CorrelationType::kTemporalOrdered:
        for (uint32_t k = static_cast<uint32_t>(correlation.parts.size()); k > 0; --k) {
          if (!Chain(in, 0, 0, k)) continue;
          measure = k;
          break;
        }
        if (correlation.criteria.empty())
          return measure == static_cast<double>(correlation.parts.size());
        break;
      case CorrelationType::kValueSum:
        measure = sum;
        break;
      case CorrelationType::kValueAverage:
        measure = sum / static_cast<double>(numbers.size());
        break;
      case CorrelationType::kValuePercentile:
      case CorrelationType::kValueMedian: {
        const double rank = correlation.percentile * static_cast<double>(numbers.size() - 1) / 100;
        const auto low = static_cast<size_t>(rank);
        const size_t high = std::min(low + 1, numbers.size() - 1);
        const double part = rank - static_cast<double>(low);
        measure = numbers[low] * (1 - part) + numbers[high] * part;
        break;
      }
    }
    for (const Criterion& one : correlation.criteria) {
      const bool ok = one.is == Criterion::Is::kGreater          ? measure > one.value
                      : one.is == Criterion::Is::kGreaterOrEqual ? measure >= one.value
                      : one.is == Criterion::Is::kLess           ? measure < one.value
                      : one.is == Criterion::Is::kLessOrEqual    ? measure <= one.value
                      : one.is == Criterion::Is::kEqual          ? measure == one.value
                                                                 : measure != one.value;
      if (!ok) return false;
    }
    return true;
  }

  static bool Says(const Expr& expr, const std::set<uint32_t>& parts) {
    if (expr.kind == Expr::Kind::kDetection) return parts.count(expr.index) > 0;
    if (expr.kind == Expr::Kind::kNot) return !Says(expr.parts[0], parts);
    for (const Expr& part : expr.parts) {
      if (Says(part, parts) == (expr.kind == Expr::Kind::kOr)) return expr.kind == Expr::Kind::kOr;
    }
    return expr.kind == Expr::Kind::kAnd;
  }

  /// Whether the steps from `step` up to `steps` occur from `from` on, by trying all.
  static bool Chain(const std::vector<Seen>& in, size_t from, uint32_t step, uint32_t steps) {
    if (step == steps) return true;
    for (size_t i = from; i < in.size(); ++i) {
      if (in[i].part != step) continue;
      size_t next = i;
      while (next < in.size() && in[next].event == in[i].event) ++next;
      if (Chain(in, next, step + 1, steps)) return true;
    }
    return false;
  }

  const std::vector<Correlation>& all_;
  std::vector<std::vector<Seen>> seen_;
  uint64_t event_ = 0;
  uint64_t firing_ = 0;
};

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}
  uint32_t Below(uint32_t n) { return static_cast<uint32_t>(engine_() % n); }
  bool OneIn(uint32_t n) { return Below(n) == 0; }

 private:
  std::mt19937_64 engine_;
};

constexpr uint32_t kRules = 3;
constexpr uint32_t kCaptures = 4;  // u, h, v, n of every rule
const Strings kNames = {"u", "h", "v", "n"};

Expr RandomExpr(Random& random, uint32_t parts, int depth) {
  if (depth == 0 || random.OneIn(3)) return {Expr::Kind::kDetection, random.Below(parts), {}};
  if (random.OneIn(3)) return {Expr::Kind::kNot, 0, {RandomExpr(random, parts, depth - 1)}};
  Expr out{random.OneIn(2) ? Expr::Kind::kAnd : Expr::Kind::kOr, 0, {}};
  for (uint32_t i = 0; i < 2; ++i) out.parts.push_back(RandomExpr(random, parts, depth - 1));
  return out;
}

Correlation RandomCorrelation(Random& random, const std::vector<Correlation>& before) {
  Correlation out;
  out.type = static_cast<CorrelationType>(random.Below(8));
  out.timespan = Seconds(1 + random.Below(12));
  for (uint32_t i = 0; i < 2; ++i) {
    if (random.OneIn(2)) out.group_by.push_back(kNames[i]);
  }
  if (out.type == CorrelationType::kValueCount) {
    out.fields.push_back("v");
    if (random.OneIn(3)) out.fields.push_back("h");
  } else if (out.type >= CorrelationType::kValueSum) {
    out.fields.push_back(random.OneIn(3) ? "u" : "n");
  }
  out.percentile = out.type == CorrelationType::kValuePercentile ? random.Below(5) * 25 : 50;
  const uint32_t parts = 1 + random.Below(3);
  for (uint32_t p = 0; p < parts; ++p) {
    Correlation::Part part;
    part.correlation = !before.empty() && random.OneIn(3);
    part.index = random.Below(part.correlation ? static_cast<uint32_t>(before.size()) : kRules);
    const bool twice = std::any_of(out.parts.begin(), out.parts.end(), [&](const auto& other) {
      return other.correlation == part.correlation && other.index == part.index;
    });
    if (twice && out.type != CorrelationType::kTemporalOrdered) continue;
    for (const Strings* const list : {&out.group_by, &out.fields}) {
      for (const std::string& name : *list) {
        const Strings& from = part.correlation ? before[part.index].group_by : kNames;
        const auto it = std::find(from.begin(), from.end(), name);
        part.captures.push_back(it == from.end() ? Correlation::kNone
                                                 : static_cast<uint32_t>(it - from.begin()));
      }
    }
    out.parts.push_back(part);
  }
  const bool temporal = out.type == CorrelationType::kTemporal;
  if (temporal && random.OneIn(2)) {
    out.expression = RandomExpr(random, static_cast<uint32_t>(out.parts.size()), 3);
  } else if ((!temporal && out.type != CorrelationType::kTemporalOrdered) || random.OneIn(2)) {
    const uint32_t count = 1 + random.Below(2);
    for (uint32_t i = 0; i < count; ++i) {
      const bool number = out.type >= CorrelationType::kValueSum;
      out.criteria.push_back({static_cast<Criterion::Is>(random.Below(6)),
                              random.Below(number ? 40 : 6) * (random.OneIn(3) ? 0.5 : 1)});
    }
    if (random.OneIn(8)) out.criteria[0].value += 30;  // past what is kept at least
  }
  return out;
}

/// Hits of one event; texts are static.
std::vector<Hit> RandomHits(Random& random) {
  static constexpr std::string_view kTexts[] = {"x", "X", "y", "z", "Y", ""};
  static constexpr std::string_view kNumbers[] = {"1", "2", "3.25", "-4", "17", "no", "0", "1e1"};
  std::vector<Hit> out;
  for (uint32_t rule = 0; rule < kRules; ++rule) {
    if (random.OneIn(2)) continue;
    Hit& hit = out.emplace_back();
    hit.rule = rule;
    for (uint32_t i = 0; i < kCaptures; ++i) {
      std::vector<std::string_view>& values = hit.captures.emplace_back();
      const uint32_t count = random.OneIn(8) ? random.Below(4) : 1;
      const bool number = i == 3 || (i == 0 && random.OneIn(2));
      for (uint32_t k = 0; k < count; ++k) {
        values.push_back(number ? kNumbers[random.Below(8)] : kTexts[random.Below(6)]);
      }
    }
  }
  return out;
}

std::string Show(uint32_t correlation, const Strings& group) {
  std::string out = std::to_string(correlation);
  for (const std::string& value : group) out += "|" + Lower(value);
  return out;
}

/// Runs random streams through both; how many firings were compared.
size_t Compare(uint64_t seed, bool any_order) {
  Random random(seed);
  std::vector<Correlation> correlations;
  const uint32_t count = 1 + random.Below(5);
  for (uint32_t i = 0; i < count; ++i) {
    correlations.push_back(RandomCorrelation(random, correlations));
  }
  CorrelatorLimits limits;
  limits.any_order = any_order;
  Correlator correlator(correlations, limits);
  Reference reference(correlations);
  size_t compared = 0;
  int64_t time = 1'000'000'000;
  const bool dense = random.OneIn(3);
  for (int i = 0; i < 80; ++i) {
    const int64_t step = dense ? random.Below(5) * 100'000 : random.Below(4) * 1'000'000;
    time += any_order && random.OneIn(3) ? -3 * step : step;
    const std::vector<Hit> hits = RandomHits(random);
    const std::vector<Reference::Fire> expected = reference.Observe(time, hits);
    std::vector<Firing> actual;
    Cited event;
    event.time = Time{time};
    correlator.Observe(event, hits, actual);
    std::map<std::string, double> wanted;
    for (const auto& fire : expected) wanted[Show(fire.correlation, fire.group)] = fire.measure;
    uint32_t before = 0;
    for (const Firing& firing : actual) {
      EXPECT_GE(firing.correlation, before) << "in their order";
      before = firing.correlation;
      const std::string shown = Show(firing.correlation, firing.group);
      const auto it = wanted.find(shown);
      if (it == wanted.end()) {
        ADD_FAILURE() << "seed " << seed << " event " << i << ": fired " << shown;
        return compared;
      }
      if (firing.saturated) {
        EXPECT_LE(firing.measure, it->second) << "seed " << seed;
        EXPECT_GE(firing.measure, 20);
      } else {
        EXPECT_NEAR(firing.measure, it->second, 1e-9) << "seed " << seed << " event " << i;
      }
      EXPECT_LE(firing.first, firing.last);
      EXPECT_EQ(firing.last.micros, time);
      EXPECT_FALSE(firing.hits.empty());
      EXPECT_LE(firing.hits.size(), 20u);
      EXPECT_TRUE(std::is_sorted(firing.hits.begin(), firing.hits.end(),
                                 [](const Cited& a, const Cited& b) { return a.time < b.time; }));
      wanted.erase(it);
      ++compared;
    }
    if (!wanted.empty()) {
      ADD_FAILURE() << "seed " << seed << " event " << i << ": did not fire "
                    << wanted.begin()->first << " (type "
                    << static_cast<int>(
                           correlations[static_cast<size_t>(std::stoi(wanted.begin()->first))].type)
                    << ")";
      return compared;
    }
  }
  EXPECT_EQ(correlator.evicted(), 0u);
  return compared;
}

TEST(CorrelatorReference, AgreesOnRandomStreams) {
  size_t compared = 0;
  for (uint64_t seed = 1; seed <= 1'000 && !HasFailure(); ++seed) compared += Compare(seed, false);
  EXPECT_GT(compared, 50'000u);
}

TEST(CorrelatorReference, AgreesOnRandomStreamsInAnyOrder) {
  size_t compared = 0;
  for (uint64_t seed = 1; seed <= 400 && !HasFailure(); ++seed) compared += Compare(seed, true);
  EXPECT_GT(compared, 15'000u);
}

// In order or not, nothing may break, and every firing is about its own event.
TEST(CorrelatorOrder, SurvivesTimesThatJumpWithoutAnyOrder) {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    Random random(seed);
    std::vector<Correlation> correlations;
    for (int i = 0; i < 4; ++i) correlations.push_back(RandomCorrelation(random, correlations));
    CorrelatorLimits limits;
    limits.groups = 4;
    limits.bytes = 20'000;
    Correlator correlator(correlations, limits);
    for (int i = 0; i < 200; ++i) {
      static constexpr int64_t kFar[] = {std::numeric_limits<int64_t>::min(),
                                         std::numeric_limits<int64_t>::max(), 0};
      Cited event;
      event.time.micros = random.OneIn(20) ? kFar[random.Below(3)] : random.Below(30) * 1'000'000;
      const std::vector<Hit> hits = RandomHits(random);
      std::vector<Firing> out;
      correlator.Observe(event, hits, out);
      for (const Firing& firing : out) EXPECT_EQ(firing.last, event.time);
      EXPECT_LE(correlator.bytes(), limits.bytes);
    }
  }
}

}  // namespace
}  // namespace tokentrail::sigma
