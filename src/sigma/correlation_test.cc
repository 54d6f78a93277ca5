#include "sigma/correlation.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "test/support/case_file.h"
#include "test/support/golden.h"

namespace tokentrail::sigma {
namespace {

/// Files as a loader reads them: rules and correlations of each document.
class Load {
 public:
  void Add(std::string file, std::string bytes) {
    auto [it, added] = files_.emplace(std::move(file), std::move(bytes));
    ASSERT_TRUE(added);
    RuleText& text = texts_[it->first];
    text.file = it->first;
    const std::string_view all = it->second;
    for (size_t at = 0; at <= all.size();) {
      const size_t end = std::min(all.find('\n', at), all.size());
      text.lines.push_back(all.substr(at, end - at));
      at = end + 1;
    }
    const Result<std::vector<Yaml>> documents = ParseYaml(all);
    ASSERT_TRUE(documents.ok()) << it->first << ": " << documents.error().message;
    for (const Yaml& document : *documents) {
      if (document.Find("correlation") != nullptr) {
        if (auto read = ReadCorrelation(document, text, report)) {
          correlations.push_back(*std::move(read));
        }
      } else if (auto rule = ReadRule(document, text, report)) {
        rules.push_back(*std::move(rule));
      }
    }
  }

  void Resolve() {
    const TextOf text_of = [](const void* context, std::string_view file) -> const RuleText* {
      const auto& texts = static_cast<const Load*>(context)->texts_;
      const auto it = texts.find(std::string(file));
      return it == texts.end() ? nullptr : &it->second;
    };
    ResolveCorrelations(correlations, rules, text_of, this, report);
  }

  std::string Shown() const {
    std::string out;
    for (const Diagnostic& diagnostic : report.all()) out += Format(diagnostic);
    return out;
  }

  const Correlation& Titled(std::string_view title) const {
    for (const Correlation& correlation : correlations) {
      if (correlation.meta.title == title) return correlation;
    }
    ADD_FAILURE() << "no correlation '" << title << "' in\n" << Shown();
    static const Correlation kNone;
    return kNone;
  }

  const Rule& RuleTitled(std::string_view title) const {
    for (const Rule& rule : rules) {
      if (rule.meta.title == title) return rule;
    }
    ADD_FAILURE() << "no rule '" << title << "'";
    static const Rule kNone;
    return kNone;
  }

  std::vector<Rule> rules;
  std::vector<Correlation> correlations;
  Report report;

 private:
  std::map<std::string, std::string> files_;
  std::map<std::string, RuleText> texts_;
};

class CorrelationDiagnose : public testing::TestWithParam<test::CaseFile> {};

TEST_P(CorrelationDiagnose, SaysWhatIsWrongAndKeepsTheRest) {
  Load load;
  load.Add(GetParam().name + ".yml", GetParam().Read());
  load.Resolve();
  std::string shown = load.Shown() + "kept:";
  for (const Correlation& correlation : load.correlations) shown += " " + correlation.meta.title;
  test::ExpectGolden("src/sigma/testdata/correlation/" + GetParam().name + ".txt", shown + "\n");
}

INSTANTIATE_TEST_SUITE_P(Files, CorrelationDiagnose,
                         testing::ValuesIn(test::CasesIn("sigma/testdata/correlation")),
                         test::kByName);

constexpr std::string_view kRules = R"(title: A
id: 0e95725d-7320-415d-80f7-00000000000A
name: rule_a
logsource: {product: azure}
detection: {sel: {x: a}, condition: sel}
---
title: B
name: rule_b
logsource: {product: azure}
detection: {sel: {x: b}, condition: sel}
---
title: C
id: 0e95725d-7320-415d-80f7-00000000000c
logsource: {product: azure}
detection: {sel: {x: c}, condition: sel}
)";

/// Rules A, B and C, then `documents`, resolved.
Load Resolved(std::string_view documents) {
  Load load;
  load.Add("t.yml", std::string(kRules) + "---\n" + std::string(documents));
  load.Resolve();
  return load;
}

TEST(CorrelationRead, TakesEveryTypeAndCriterion) {
  const std::map<std::string, CorrelationType> types = {
      {"event_count", CorrelationType::kEventCount},
      {"value_count", CorrelationType::kValueCount},
      {"temporal", CorrelationType::kTemporal},
      {"temporal_ordered", CorrelationType::kTemporalOrdered},
      {"value_sum", CorrelationType::kValueSum},
      {"value_avg", CorrelationType::kValueAverage},
      {"value_percentile", CorrelationType::kValuePercentile},
      {"value_median", CorrelationType::kValueMedian}};
  for (const auto& [name, type] : types) {
    const bool values = name.starts_with("value");
    const Load load =
        Resolved("title: t\ncorrelation:\n  type: " + name + "\n  rules: [rule_a, rule_b]\n" +
                 "  timespan: 5m\n  condition: {gt: 0, gte: '1', lt: 4.5, lte: 2, neq: 7" +
                 (values ? ", field: n" : "") +
                 (name == "value_percentile" ? ", percentile: 99.5" : "") + "}\n");
    EXPECT_EQ(load.Shown(), "");
    const Correlation& read = load.Titled("t");
    EXPECT_EQ(read.type, type);
    EXPECT_EQ(Name(read.type), name);
    ASSERT_EQ(read.criteria.size(), 5u);
    EXPECT_EQ(read.criteria[2].is, Criterion::Is::kLess);
    EXPECT_EQ(read.criteria[2].value, 4.5);
    EXPECT_EQ(read.fields.size(), values ? 1u : 0u);
    EXPECT_EQ(read.percentile, name == "value_percentile" ? 99.5 : name == "value_median" ? 50 : 0);
  }
}

TEST(CorrelationRead, TimespanHasSevenUnits) {
  const std::map<std::string, Span> spans = {
      {"1s", Seconds(1)}, {"05m", Minutes(5)}, {"36h", Hours(36)}, {"2d", Days(2)},
      {"1w", Days(7)},    {"1M", Days(30)},    {"2y", Days(730)}};
  for (const auto& [text, span] : spans) {
    const Load load = Resolved(
        "title: t\ncorrelation: {type: temporal, rules: rule_a, timespan: " + text + "}\n");
    EXPECT_EQ(load.Titled("t").timespan, span) << text << load.Shown();
  }
}

TEST(CorrelationRead, FieldMayStandInTheConditionOrBesideIt) {
  for (const std::string body :
       {"condition: {field: [a, b.c], gte: 2}", "field: [a, b.c]\n  condition: {gte: 2}"}) {
    const Load load = Resolved(
        "title: t\ncorrelation:\n  type: value_count\n  rules: rule_a\n  timespan: 1h\n  " + body +
        "\n");
    EXPECT_EQ(load.Titled("t").fields, (std::vector<std::string>{"a", "b.c"})) << load.Shown();
  }
}

TEST(CorrelationRead, GenerateMayStandInItOrBesideIt) {
  const std::string body = "title: t\ncorrelation: {type: temporal, rules: rule_a, timespan: 1h";
  EXPECT_FALSE(Resolved(body + "}\n").Titled("t").generate);
  EXPECT_TRUE(Resolved(body + ", generate: true}\n").Titled("t").generate);
  EXPECT_TRUE(Resolved(body + "}\ngenerate: true\n").Titled("t").generate);
}

TEST(CorrelationRead, MetaIsAsForRules) {
  const Load load = Resolved(
      "title: Many\nid: 1\nname: many\nlevel: high\ntags: [attack.t1528]\nstatus: test\n"
      "correlation: {type: temporal, rules: rule_a, timespan: 1h}\n");
  const RuleMeta& meta = load.Titled("Many").meta;
  EXPECT_EQ(meta.name, "many");
  EXPECT_EQ(meta.level, Level::kHigh);
  EXPECT_EQ(meta.tags, std::vector<std::string>{"attack.t1528"});
  EXPECT_EQ(meta.product, "");
}

TEST(CorrelationResolve, FindsRulesByIdInAnyCaseOrByName) {
  for (const std::string name :
       {"rule_a", "0e95725d-7320-415d-80f7-00000000000a", "0E95725D-7320-415D-80F7-00000000000A"}) {
    const Load load =
        Resolved("title: t\ncorrelation: {type: temporal, rules: '" + name + "', timespan: 1h}\n");
    ASSERT_EQ(load.correlations.size(), 1u) << load.Shown();
    EXPECT_EQ(load.rules[load.Titled("t").parts[0].index].meta.title, "A");
    EXPECT_FALSE(load.Titled("t").parts[0].correlation);
  }
}

TEST(CorrelationResolve, NamesInTheSameFileComeFirst) {
  Load load;
  const std::string document =
      "title: t\nname: n\nlogsource: {product: azure}\ndetection: {s: {x: 1}, condition: s}\n---\n"
      "title: c\ncorrelation: {type: temporal, rules: n, timespan: 1h}\n";
  load.Add("a.yml", document);
  load.Add("b.yml", document);
  load.Add("c.yml", document.substr(document.find("---\n") + 4));
  load.Resolve();
  ASSERT_EQ(load.correlations.size(), 2u);
  for (const Correlation& correlation : load.correlations) {
    EXPECT_EQ(load.rules[correlation.parts[0].index].meta.file, correlation.meta.file);
  }
  EXPECT_NE(load.Shown().find("c.yml:2:38: error: 'n' is the name of 2 documents, in a.yml and "
                              "b.yml [sigma.ambiguous]"),
            std::string::npos)
      << load.Shown();
}

TEST(CorrelationResolve, StandsBehindWhatItRefersTo) {
  const Load load = Resolved(R"(title: outer
correlation: {type: temporal, rules: [middle, rule_a], timespan: 1h}
---
title: middle
name: middle
correlation: {type: event_count, rules: [inner], timespan: 1h, condition: {gte: 2}}
---
title: inner
name: inner
correlation: {type: event_count, rules: [rule_b], timespan: 1h, condition: {gte: 2}}
)");
  EXPECT_EQ(load.Shown(), "");
  ASSERT_EQ(load.correlations.size(), 3u);
  for (uint32_t i = 0; i < 3; ++i) {
    for (const Correlation::Part& part : load.correlations[i].parts) {
      if (!part.correlation) continue;
      EXPECT_LT(part.index, i);
      EXPECT_EQ(load.correlations[part.index].meta.name, part.name);
    }
  }
  EXPECT_TRUE(load.Titled("outer").alerts);
  EXPECT_FALSE(load.Titled("middle").alerts);
  EXPECT_FALSE(load.Titled("inner").alerts);
}

TEST(CorrelationResolve, RulesCaptureWhatIsGroupedAndCountedOnce) {
  const Load load = Resolved(R"(title: c1
correlation:
  type: value_count
  rules: [rule_a, rule_b]
  group-by: [user, ip]
  timespan: 1h
  condition: {field: host, gte: 2}
  aliases:
    ip: {rule_a: src_ip, rule_b: client.ip}
---
title: c2
correlation:
  type: value_sum
  rules: [0e95725d-7320-415d-80f7-00000000000a]
  group-by: src_ip
  timespan: 1h
  condition: {field: bytes, gte: 2}
)");
  EXPECT_EQ(load.Shown(), "");
  EXPECT_EQ(load.RuleTitled("A").captures,
            (std::vector<std::string>{"user", "src_ip", "host", "bytes"}));
  EXPECT_EQ(load.RuleTitled("B").captures, (std::vector<std::string>{"user", "client.ip", "host"}));
  EXPECT_TRUE(load.RuleTitled("C").captures.empty());
  EXPECT_EQ(load.Titled("c1").parts[0].captures, (std::vector<uint32_t>{0, 1, 2}));
  EXPECT_EQ(load.Titled("c1").parts[1].captures, (std::vector<uint32_t>{0, 1, 2}));
  EXPECT_EQ(load.Titled("c2").parts[0].captures, (std::vector<uint32_t>{1, 3}));
}

TEST(CorrelationResolve, AliasesNameRulesByIdOrNameAndElseTheFieldItself) {
  const Load load = Resolved(R"(title: c
correlation:
  type: temporal
  rules: [rule_a, rule_b, 0e95725d-7320-415d-80f7-00000000000c]
  group-by: user
  timespan: 1h
  aliases:
    user: {0e95725d-7320-415d-80f7-00000000000a: actor, 0E95725D-7320-415D-80F7-00000000000C: who}
)");
  EXPECT_EQ(load.Shown(), "");
  EXPECT_EQ(load.RuleTitled("A").captures, std::vector<std::string>{"actor"});
  EXPECT_EQ(load.RuleTitled("B").captures, std::vector<std::string>{"user"});
  EXPECT_EQ(load.RuleTitled("C").captures, std::vector<std::string>{"who"});
}

TEST(CorrelationResolve, ChainsOfferTheirGroupsOnly) {
  const Load load = Resolved(R"(title: inner
name: inner
correlation:
  {type: event_count, rules: rule_a, group-by: [ip, user], timespan: 1h, condition: {gte: 2}}
---
title: outer
correlation:
  type: value_count
  rules: [inner, rule_b]
  group-by: [who, host]
  timespan: 1h
  condition: {gte: 2, field: ip}
  aliases: {who: {inner: user}}
)");
  EXPECT_EQ(load.Titled("outer").parts[0].captures,
            (std::vector<uint32_t>{1, Correlation::kNone, 0}));
  EXPECT_EQ(load.RuleTitled("B").captures, (std::vector<std::string>{"who", "host", "ip"}));
  EXPECT_NE(load.Shown().find("the correlation 'inner' has no 'host': it stays outside"),
            std::string::npos)
      << load.Shown();
}

TEST(CorrelationResolve, GenerateDecidesWhoAlerts) {
  const std::string one =
      "title: t1\ncorrelation: {type: temporal, rules: [rule_a, rule_b], "
      "timespan: 1h, generate: false}\n";
  const std::string two =
      "---\ntitle: t2\ncorrelation: {type: temporal, rules: [rule_a], "
      "timespan: 1h, generate: true}\n";
  const Load silent = Resolved(one);
  EXPECT_FALSE(silent.RuleTitled("A").alerts);
  EXPECT_FALSE(silent.RuleTitled("B").alerts);
  EXPECT_TRUE(silent.RuleTitled("C").alerts);
  const Load both = Resolved(one + two);
  EXPECT_TRUE(both.RuleTitled("A").alerts) << "another correlation wants it";
  EXPECT_FALSE(both.RuleTitled("B").alerts);
  const Load refused = Resolved(
      "title: t\ncorrelation: {type: temporal, rules: [rule_a, nobody], "
      "timespan: 1h}\n");
  EXPECT_TRUE(refused.correlations.empty());
  EXPECT_TRUE(refused.RuleTitled("A").alerts) << "a refused correlation silences nobody";
  EXPECT_TRUE(refused.RuleTitled("A").captures.empty());
}

TEST(CorrelationResolve, ConditionInWordsNamesItsRules) {
  const Load load = Resolved(R"(title: t
correlation:
  type: temporal
  timespan: 1h
  condition: rule_a and not (rule_b or 0e95725d-7320-415d-80f7-00000000000c)
)");
  EXPECT_EQ(load.Shown(), "");
  const Correlation& read = load.Titled("t");
  ASSERT_EQ(read.parts.size(), 3u);
  EXPECT_EQ(read.parts[2].index, 2u);
  ASSERT_TRUE(read.expression.has_value());
  EXPECT_EQ(read.expression->kind, Expr::Kind::kAnd);
}

TEST(CorrelationResolve, ConditionMayCallAListedRuleByItsOtherName) {
  const Load load = Resolved(R"(title: t
correlation:
  type: temporal
  rules: [rule_b, 0e95725d-7320-415d-80f7-00000000000a]
  timespan: 1h
  condition: rule_a and not rule_b
)");
  EXPECT_EQ(load.Shown(), "");
  const Correlation& read = load.Titled("t");
  ASSERT_EQ(read.parts.size(), 2u);
  ASSERT_EQ(read.expression->parts.size(), 2u);
  EXPECT_EQ(read.expression->parts[0].index, 1u);
  EXPECT_EQ(read.expression->parts[1].parts[0].index, 0u);
}

TEST(CorrelationResolve, OnlyOrderedOnesWaitForARuleTwice) {
  for (const std::string type : {"temporal", "temporal_ordered"}) {
    const Load load =
        Resolved("title: t\ncorrelation: {type: " + type +
                 ", rules: [rule_a, 0e95725d-7320-415d-80f7-00000000000a], timespan: 1h}\n");
    EXPECT_EQ(load.Titled("t").parts.size(), type == "temporal" ? 1u : 2u);
    EXPECT_EQ(load.report.errors(), 0u);
  }
}

TEST(CorrelationResolve, WorksWithoutTheTextsOfFiles) {
  Load load = Resolved("title: t\ncorrelation: {type: temporal, rules: [rule_a], timespan: 1h}\n");
  load.correlations[0].parts[0].name = "nobody";
  ResolveCorrelations(load.correlations, load.rules, nullptr, nullptr, load.report);
  EXPECT_TRUE(load.correlations.empty());
  EXPECT_EQ(load.report.errors(), 1u);
}

// No text may bring the reader down.
TEST(CorrelationRead, SurvivesTextsCutAnywhere) {
  const std::string whole =
      "title: t\ncorrelation:\n  type: temporal\n  rules: [a, b]\n  group-by: [x]\n"
      "  timespan: 5m\n  aliases: {x: {a: y}}\n  condition: (a and not b) or 1 of a*\n";
  size_t read = 0;
  for (size_t cut = 0; cut <= whole.size(); ++cut) {
    for (const char* const tail : {"", ": [", "{}", "\n  field: [~]\n"}) {
      for (const size_t skip : {size_t{1}, size_t{3}, whole.size()}) {
        const std::string text =
            whole.substr(0, cut) + tail + whole.substr(std::min(cut + skip, whole.size()));
        const Result<std::vector<Yaml>> documents = ParseYaml(text);
        if (!documents.ok()) continue;
        for (const Yaml& document : *documents) {
          Report report;
          const auto correlation = ReadCorrelation(document, {"t.yml", {}}, report);
          read += correlation.has_value();
          EXPECT_TRUE(correlation.has_value() || report.errors() > 0) << text;
        }
      }
    }
  }
  EXPECT_GT(read, 10u);
}

std::string RulesBeside(std::string_view folder) {
  return test::Root() + "/../shared/data/rules/" + std::string(folder);
}

TEST(CorrelationRead, TakesTheCorrelationsOfAuth0) {
  const std::string folder = RulesBeside("auth0/detections");
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no rules at " << folder;
  size_t correlations = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string text = test::ReadFile(entry.path().string());
    if (text.find("\ncorrelation:") == text.npos) continue;
    Load load;  // a file at a time: all of them call their rule by the same name
    load.Add(entry.path().filename().string(), text);
    load.Resolve();
    EXPECT_EQ(load.report.errors(), 0u) << load.Shown();
    ASSERT_EQ(load.correlations.size(), 1u) << entry.path();
    EXPECT_FALSE(load.rules[load.correlations[0].parts[0].index].alerts);
    ++correlations;
  }
  EXPECT_EQ(correlations, 8u);
}

TEST(CorrelationRead, TakesTheExamplesOfTheSpecification) {
  const std::string folder = RulesBeside("sigma-specification/tests/schema/correlation");
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no rules at " << folder;
  Load load;
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    load.Add(entry.path().filename().string(), test::ReadFile(entry.path().string()));
    ++files;
  }
  EXPECT_EQ(files, 8u);
  EXPECT_EQ(load.correlations.size(), files) << load.Shown();
  EXPECT_EQ(load.report.errors(), 0u) << load.Shown();
  load.Resolve();
  EXPECT_TRUE(load.correlations.empty());
  for (const Diagnostic& diagnostic : load.report.all()) {
    if (diagnostic.severity != Severity::kError) continue;
    EXPECT_EQ(diagnostic.code, "sigma.unknown_rule") << Format(diagnostic);
    EXPECT_FALSE(diagnostic.source_line.empty());
  }
  EXPECT_GE(load.report.errors(), files);
}

}  // namespace
}  // namespace tokentrail::sigma
