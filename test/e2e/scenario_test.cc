// Real incidents, replayed: what a whole case must say of each. One file a scenario.
//
// Sequences follow public reports (DETECTIONS 6); tenants, people, apps and addresses are invented.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/yaml.h"
#include "store/library.h"
#include "test/support/binary.h"
#include "test/support/case_file.h"
#include "test/support/hunt.h"
#include "test/support/temp_folder.h"

namespace tokentrail::test {
namespace {

class Scenario : public testing::TestWithParam<CaseFile> {};

std::vector<std::string> TextsOf(const Yaml& list) {
  std::vector<std::string> out;
  for (const Yaml& one : list.list) out.push_back(one.text);
  return out;
}

/// `title`, `report`; `evidence` (name of a file: its lines); `ask` (a list of `why`, `sql` and the
/// `answer` as CSV lines); `run` (a list of `args`, after which `--case` follows, and what the
/// output `has` and `lacks`).
TEST_P(Scenario, TheCaseSaysWhatHappened) {
  std::string why;
  if (!store::HasLibrary(&why)) GTEST_SKIP() << why;
  YamlError fault;
  const auto documents = ParseYaml(GetParam().Read(), &fault);
  ASSERT_TRUE(documents.ok()) << GetParam().path << ":" << fault.line << ": " << fault.message;
  ASSERT_EQ(documents.value().size(), 1u);
  const Yaml& scenario = documents.value()[0];
  ASSERT_FALSE(scenario.Text("title").empty());
  ASSERT_FALSE(scenario.Text("report").empty()) << "which public report does it follow?";

  const TempFolder folder;
  const Yaml* evidence = scenario.Find("evidence");
  ASSERT_TRUE(evidence != nullptr && evidence->is_map() && !evidence->map.empty());
  for (const auto& [name, text] : evidence->map) folder.Write("logs/" + name.text, text.text);
  const std::string case_folder = folder.In("case");
  const RunResult hunt =
      RunBinary({"hunt", folder.In("logs"), "-o", case_folder, "-q", "-m", "informational"});
  ASSERT_EQ(hunt.exit_code, 0) << hunt.out << hunt.err;

  size_t asked = 0;
  if (const Yaml* questions = scenario.Find("ask")) {
    for (const Yaml& question : questions->list) {
      ++asked;
      const std::string sql(question.Text("sql"));
      SCOPED_TRACE(GetParam().path + ":" + std::to_string(question.line) + ": " +
                   std::string(question.Text("why")));
      const RunResult run = RunBinary({"sql", "--case", case_folder, "-t", "csv", sql});
      ASSERT_EQ(run.exit_code, 0) << run.err;
      std::string answer = run.out.substr(std::min(run.out.size(), run.out.find("\r\n") + 2));
      std::erase(answer, '\r');
      const Yaml* expected = question.Find("answer");
      ASSERT_NE(expected, nullptr);
      std::string wanted;
      for (const std::string& line : TextsOf(*expected)) wanted += line + "\n";
      EXPECT_EQ(answer, wanted) << sql;
    }
  }
  if (const Yaml* runs = scenario.Find("run")) {
    for (const Yaml& one : runs->list) {
      ++asked;
      SCOPED_TRACE(GetParam().path + ":" + std::to_string(one.line));
      const Yaml* args = one.Find("args");
      ASSERT_NE(args, nullptr);
      std::vector<std::string> words = TextsOf(*args);
      words.insert(words.end(), {"--case", case_folder});
      RunOptions wide;
      wide.environment = {"COLUMNS=160"};
      const RunResult run = RunBinary(words, wide);
      EXPECT_EQ(run.exit_code, 0) << run.err;
      const Yaml* has = one.Find("has");
      ASSERT_TRUE(has != nullptr && !has->list.empty());
      for (const std::string& text : TextsOf(*has)) {
        EXPECT_NE(run.out.find(text), std::string::npos) << "lacks: " << text << "\n" << run.out;
      }
      if (const Yaml* lacks = one.Find("lacks")) {
        for (const std::string& text : TextsOf(*lacks)) {
          EXPECT_EQ(run.out.find(text), std::string::npos) << "has: " << text << "\n" << run.out;
        }
      }
    }
  }
  EXPECT_GT(asked, 0u) << "asks nothing";
}

INSTANTIATE_TEST_SUITE_P(All, Scenario, testing::ValuesIn(CasesIn("test/e2e/testdata/scenarios")),
                         kByName);

}  // namespace
}  // namespace tokentrail::test
