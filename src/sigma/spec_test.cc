// The rows of the specification, in testdata/spec. `tokentrail rules test` runs all of it; here the
// events of single records must give the same answer with the index and without.

#include <gtest/gtest.h>

#include "sigma/modifier.h"
#include "sigma/program.h"
#include "test/support/case_file.h"
#include "test/support/json_record.h"

namespace tokentrail::sigma {
namespace {

Placeholders PlaceholdersOf(const Yaml& one) {
  Placeholders out;
  const Yaml* const given = one.Find("placeholders");
  if (given == nullptr) return out;
  for (const auto& [name, values] : given->map) {
    for (const Yaml& value : values.list) out[name.text].push_back(value.text);
  }
  return out;
}

class Spec : public testing::TestWithParam<test::CaseFile> {};

TEST_P(Spec, HoldsWithTheIndexAndWithout) {
  const Result<std::vector<Yaml>> cases = ParseYaml(GetParam().Read());
  ASSERT_TRUE(cases.ok()) << cases.error().message;
  for (const Yaml& one : *cases) {
    SCOPED_TRACE(one.Text("name"));
    const bool refused = one.Text("reject") == "true";
    Report report;
    RuleSet set(PlaceholdersOf(one));
    set.Add("rule.yml", one.Text("rule"), report);
    set.Resolve(report);
    EXPECT_EQ(report.errors() > 0, refused);
    // Which log source an event is of, the plan is told by others.
    if (refused || one.Find("logsource") != nullptr) continue;
    const Program program(std::move(set));
    const Plan plan = program.MakePlan();
    Plan::Scratch scratch;
    for (const auto& [key, expected] : {std::pair{"match", true}, std::pair{"no_match", false}}) {
      const Yaml* const list = one.Find(key);
      if (list == nullptr) continue;
      for (const Yaml& event : list->list) {
        const test::JsonRecord record(test::ToJson(event));
        for (const Plan::Mode mode : {Plan::Mode::kIndexed, Plan::Mode::kPlain}) {
          std::vector<Hit> hits;
          plan.Match(record.record(), {}, scratch, hits, mode);
          EXPECT_EQ(!hits.empty(), expected)
              << GetParam().path << ':' << event.line << ": " << test::ToJson(event)
              << (mode == Plan::Mode::kPlain ? ", plain" : ", indexed");
        }
      }
    }
  }
}

TEST(SpecPage, HasEachModifierWithItsSummary) {
  const std::string page = test::ReadFile(test::InRoot("docs/sigma.md"));
  for (const ModifierDef& def : Modifiers()) {
    const std::string row =
        "| `" + std::string(def.name) + "` | " + std::string(def.summary) + " | ";
    EXPECT_NE(page.find(row), page.npos) << row;
  }
}

INSTANTIATE_TEST_SUITE_P(Files, Spec, testing::ValuesIn(test::CasesIn("sigma/testdata/spec")),
                         test::kByName);

}  // namespace
}  // namespace tokentrail::sigma
