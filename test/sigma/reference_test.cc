// The reference evaluator against the engine's own case files: were it wrong, nothing that is
// compared with it would mean much.

#include <gtest/gtest.h>

#include "test/support/case_file.h"
#include "test/support/json_record.h"
#include "test/support/sigma_reference.h"

namespace tokentrail::test {
namespace {

class ReferenceMatch : public testing::TestWithParam<CaseFile> {};

TEST_P(ReferenceMatch, AgreesWithCaseFile) {
  const Result<std::vector<Yaml>> cases = ParseYaml(GetParam().Read());
  ASSERT_TRUE(cases.ok()) << cases.error().message;
  for (const Yaml& one : *cases) {
    if (one.Text("rule").empty() || one.Find("reject") != nullptr) continue;
    const Result<std::vector<Yaml>> documents = ParseYaml(one.Text("rule"));
    ASSERT_TRUE(documents.ok());
    if (documents->size() != 1) continue;
    const reference::Rule rule = reference::ReadRule(documents->front());
    EXPECT_EQ(rule.refused, "") << one.Text("rule");
    if (!rule.refused.empty()) continue;
    for (const auto& [key, expected] : {std::pair{"match", true}, std::pair{"no_match", false}}) {
      const Yaml* const list = one.Find(key);
      if (list == nullptr) continue;
      for (const Yaml& event : list->list) {
        const std::string json = ToJson(event);
        EXPECT_EQ(reference::Matches(rule, JsonRecord(json).record()), expected)
            << one.Text("rule") << json;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Files, ReferenceMatch, testing::ValuesIn(CasesIn("sigma/testdata/match")),
                         kByName);

}  // namespace
}  // namespace tokentrail::test
