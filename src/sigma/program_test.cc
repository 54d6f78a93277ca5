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

/// Whether the only rule of `program` matches.
bool Matches(const Program& program, const Record& record, FieldLookup lookup = {}) {
  const RuleMeta& meta = program.rule(0);
  std::vector<uint32_t> hits;
  program.Match(program.Select(meta.product, meta.category, meta.service), record, lookup, hits);
  return !hits.empty();
}

Program Compile(std::string_view rule) {
  Program program;
  Report report;
  program.Add("rule.yml", rule, report);
  EXPECT_EQ(program.size(), 1u) << Show(report);
  return program;
}

class Match : public testing::TestWithParam<test::CaseFile> {};

TEST_P(Match, AgreesWithCaseFile) {
  const Result<std::vector<Yaml>> cases = ParseYaml(GetParam().Read());
  ASSERT_TRUE(cases.ok()) << cases.error().message;
  for (const Yaml& one : *cases) {
    const Program program = Compile(one.Text("rule"));
    ASSERT_EQ(program.size(), 1u);
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
  Program program;
  Report report;
  program.Add(GetParam().name + ".yml", GetParam().Read(), report);
  const std::string counts = "loaded " + std::to_string(program.size()) + ", left out " +
                             std::to_string(program.left_out()) + "\n";
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
  const Program program = Compile(kRule);
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
  const Program program = Compile(kRule);
  const Selection selection = program.Select("azure", "", "auditlogs");
  std::vector<std::thread> threads;
  std::vector<size_t> found(4);
  for (size_t t = 0; t < found.size(); ++t) {
    threads.emplace_back([&, t] {
      const test::JsonRecord yes(R"({"app":{"uid":"ABC"}})");
      const test::JsonRecord no(R"({"app":{"uid":"abcd"}})");
      for (int i = 0; i < 2'000; ++i) {
        std::vector<uint32_t> hits;
        program.Match(selection, i % 2 == 0 ? yes.record() : no.record(), {}, hits);
        found[t] += hits.size();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const size_t count : found) EXPECT_EQ(count, 1'000u);
}

TEST(Select, NeedsEachPartThatTheRuleGives) {
  const Program program = Compile(kRule);
  EXPECT_EQ(program.Select("azure", "", "auditlogs").rules.size(), 1u);
  EXPECT_EQ(program.Select("Azure", "anything", "AuditLogs").rules.size(), 1u);
  EXPECT_TRUE(program.Select("azure", "", "signinlogs").rules.empty());
  EXPECT_TRUE(program.Select("azure", "", "").rules.empty());
  EXPECT_TRUE(program.Select("", "", "").rules.empty());
}

TEST(Load, ReadsFoldersAndRefusesWhatIsNotThere) {
  const test::TempFolder folder;
  const std::string root = folder.path();
  test::WriteFile(root + "/b/two.yaml", "title: two\nid: 2\n" + std::string(kRule.substr(9)));
  test::WriteFile(root + "/a.yml", kRule);
  test::WriteFile(root + "/notes.txt", "not: a rule");
  Report report;
  const Result<Program> program = Program::Load({root, root + "/a.yml"}, report);
  ASSERT_TRUE(program.ok()) << program.error().message;
  EXPECT_EQ(program->size(), 2u) << Show(report);
  EXPECT_EQ(program->rule(0).title, "t");
  EXPECT_EQ(program->rule(0).id, "t") << "without an id the title stands in";
  EXPECT_EQ(program->rule(1).id, "2");
  EXPECT_EQ(program->left_out(), 0u);

  const Result<Program> missing = Program::Load({root + "/nowhere"}, report);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().kind, ErrorKind::kNotFound);
}

TEST(Modifiers, AreSortedAndSayWhatTheyDo) {
  std::string_view before;
  for (const ModifierDef& def : Modifiers()) {
    EXPECT_LT(before, def.name);
    EXPECT_FALSE(def.summary.empty()) << def.name;
    before = def.name;
  }
}

// The public rules, when they lie beside the repository: how many load, and why the rest does not.
TEST(SigmaHq, LoadsAllCloudRules) {
  const std::string folder = test::Root() + "/../shared/data/rules/sigmahq";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no rules at ../shared/data";
  Report report;
  const Result<Program> program = Program::Load({folder}, report);
  ASSERT_TRUE(program.ok()) << program.error().message;
  std::map<std::string, size_t> reasons;
  for (const Diagnostic& diagnostic : report.all()) {
    ++reasons[diagnostic.code];
    EXPECT_EQ(diagnostic.code, "sigma.unsupported_modifier") << Format(diagnostic);
  }
  RecordProperty("loaded", static_cast<int>(program->size()));
  std::printf("loaded %zu, left out %zu", program->size(), program->left_out());
  for (const auto& [code, count] : reasons) std::printf(", %zu %s", count, code.c_str());
  std::printf("\n");
  EXPECT_EQ(report.all().size(), program->left_out());
  EXPECT_GT(program->size(), 20 * program->left_out()) << "at least 95 in 100 load";
}

// No rule text may bring the loader down.
TEST(Load, SurvivesRulesCutAnywhere) {
  const std::string rule =
      "title: t\nlogsource: {product: azure}\ndetection:\n  a_1:\n    - 'x|re': "
      "'a(b'\n    - {F|contains|all: ['*a?', \\b]}\n  _b: [k1, 'k*2']\n"
      "  condition: (1 of a_* or not all of them) and _b\n";
  for (size_t cut = 0; cut <= rule.size(); ++cut) {
    for (const char* const tail : {"", ": [", "|\x01", "\n---\n"}) {
      Program program;
      Report report;
      program.Add("x.yml", rule.substr(0, cut) + tail + rule.substr(std::min(cut + 3, rule.size())),
                  report);
      EXPECT_LE(program.size(), 2u);
      if (program.size() == 0) continue;
      const test::JsonRecord record(R"({"F":["xa1\\b",null,{"k1":2}],"x":"ab"})");
      Matches(program, record.record());
    }
  }
}

}  // namespace
}  // namespace tokentrail::sigma
