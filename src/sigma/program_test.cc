#include "sigma/program.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <thread>

#include "sigma/modifier.h"
#include "test/support/case_file.h"
#include "test/support/golden.h"
#include "test/support/json_record.h"
#include "test/support/temp_folder.h"

namespace tokentrail::sigma {
namespace {

std::string Show(const Report& report) {
  std::string out;
  for (const Diagnostic& diagnostic : report.all()) out += Format(diagnostic);
  return out;
}

/// A program, and the rules' plan whatever their log source.
struct Compiled {
  Program program;
  Plan plan;
};

Compiled CompileAll(std::string_view rules) {
  RuleSet set;
  Report report;
  set.Add("rule.yml", rules, report);
  set.Resolve(report);
  EXPECT_EQ(report.errors(), 0u) << Show(report);
  Program program(std::move(set));
  Plan plan = program.MakePlan();
  return {std::move(program), std::move(plan)};
}

/// Whether any rule matches; both ways of looking must agree on it.
bool Matches(const Compiled& compiled, const Record& record, FieldLookup lookup = {}) {
  std::vector<Hit> indexed;
  std::vector<Hit> plain;
  Plan::Scratch scratch;
  compiled.plan.Match(record, lookup, scratch, indexed);
  compiled.plan.Match(record, lookup, scratch, plain, Plan::Mode::kPlain);
  EXPECT_EQ(indexed.size(), plain.size());
  return !indexed.empty();
}

Compiled Compile(std::string_view rule) {
  Compiled out = CompileAll(rule);
  EXPECT_EQ(out.program.size(), 1u);
  return out;
}

class Match : public testing::TestWithParam<test::CaseFile> {};

TEST_P(Match, AgreesWithCaseFile) {
  const Result<std::vector<Yaml>> cases = ParseYaml(GetParam().Read());
  ASSERT_TRUE(cases.ok()) << cases.error().message;
  for (const Yaml& one : *cases) {
    const Compiled program = CompileAll(one.Text("rule"));
    size_t events = 0;
    for (const auto& [key, expected] : {std::pair{"match", true}, std::pair{"no_match", false}}) {
      const Yaml* const list = one.Find(key);
      if (list == nullptr) continue;
      for (const Yaml& event : list->list) {
        ++events;
        const std::string json = test::ToJson(event);
        const test::JsonRecord record(json);
        EXPECT_EQ(Matches(program, record.record()), expected)
            << GetParam().path << ':' << event.line << ": " << json;
      }
    }
    EXPECT_GT(events, 1u) << "a case needs events";
  }
}

INSTANTIATE_TEST_SUITE_P(Files, Match, testing::ValuesIn(test::CasesIn("sigma/testdata/match")),
                         test::kByName);

class Diagnose : public testing::TestWithParam<test::CaseFile> {};

TEST_P(Diagnose, SaysWhatIsWrongAndLoadsTheRest) {
  RuleSet set;
  Report report;
  set.Add(GetParam().name + ".yml", GetParam().Read(), report);
  set.Resolve(report);
  const std::string counts = "loaded " + std::to_string(set.rules.size()) + ", left out " +
                             std::to_string(set.left_out) + "\n";
  test::ExpectGolden("src/sigma/testdata/diagnose/" + GetParam().name + ".txt",
                     Show(report) + counts);
}

INSTANTIATE_TEST_SUITE_P(Files, Diagnose,
                         testing::ValuesIn(test::CasesIn("sigma/testdata/diagnose")),
                         test::kByName);

constexpr std::string_view kRule = R"(title: t
logsource: {product: azure, service: auditlogs}
detection: {sel: {app.uid: abc}, condition: sel}
)";

TEST(Match, AsksForNormalisedFieldsAfterRawOnes) {
  const Compiled program = Compile(kRule);
  const FieldLookup lookup = {[](const void*, Field field) -> std::string_view {
                                return field == Field::kApp ? "ABC" : "";
                              },
                              nullptr};
  EXPECT_TRUE(Matches(program, test::JsonRecord("{}").record(), lookup));
  EXPECT_FALSE(Matches(program, test::JsonRecord("{}").record()));
  EXPECT_FALSE(Matches(program, test::JsonRecord(R"({"app":{"uid":"x"}})").record(), lookup))
      << "the raw field wins";
}

TEST(Match, RunsInSeveralThreadsAtOnce) {
  const Compiled program = Compile(kRule);
  std::vector<std::thread> threads;
  std::vector<size_t> found(4);
  for (size_t t = 0; t < found.size(); ++t) {
    threads.emplace_back([&, t] {
      const test::JsonRecord yes(R"({"app":{"uid":"ABC"}})");
      const test::JsonRecord no(R"({"app":{"uid":"abcd"}})");
      Plan::Scratch scratch;
      std::vector<Hit> hits;
      for (int i = 0; i < 2'000; ++i) {
        hits.clear();
        program.plan.Match(i % 2 == 0 ? yes.record() : no.record(), {}, scratch, hits);
        found[t] += hits.size();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const size_t count : found) EXPECT_EQ(count, 1'000u);
}

TEST(MakePlan, TakesRulesOfWhichEachPartThatTheyGiveAgrees) {
  const Compiled compiled = Compile(kRule);
  const auto size = [&](LogSource name) {
    return compiled.program.MakePlan({&name, 1}).size();
  };
  EXPECT_EQ(size({"azure", "", "auditlogs"}), 1u);
  EXPECT_EQ(size({"azure", "anything", "auditlogs"}), 1u);
  EXPECT_EQ(size({"azure", "", "signinlogs"}), 0u);
  EXPECT_EQ(size({"azure", "", ""}), 0u);
  EXPECT_EQ(size({"", "", ""}), 0u);
}

TEST(Modifiers, AreSortedAndSayWhatTheyDo) {
  std::string_view before;
  for (const ModifierDef& def : Modifiers()) {
    EXPECT_LT(before, def.name);
    EXPECT_FALSE(def.summary.empty()) << def.name;
    before = def.name;
  }
}

// No rule text may bring the loader down.
TEST(Load, SurvivesRulesCutAnywhere) {
  const std::string rule =
      "title: t\nlogsource: {product: azure}\ndetection:\n  a_1:\n    - 'x|re': "
      "'a(b'\n    - {F|contains|all: ['*a?', \\b]}\n  _b: [k1, 'k*2']\n"
      "  condition: (1 of a_* or not all of them) and _b\n";
  for (size_t cut = 0; cut <= rule.size(); ++cut) {
    for (const char* const tail : {"", ": [", "|\x01", "\n---\n"}) {
      RuleSet set;
      Report report;
      set.Add("x.yml", rule.substr(0, cut) + tail + rule.substr(std::min(cut + 3, rule.size())),
              report);
      set.Resolve(report);
      EXPECT_LE(set.rules.size(), 2u);
      Program program(std::move(set));
      Plan plan = program.MakePlan();
      const Compiled compiled{std::move(program), std::move(plan)};
      const test::JsonRecord record(R"({"F":["xa1\\b",null,{"k1":2}],"x":"ab"})");
      Matches(compiled, record.record());
    }
  }
}

}  // namespace
}  // namespace tokentrail::sigma
