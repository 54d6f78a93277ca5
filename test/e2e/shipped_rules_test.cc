// The rules we ship: each says what it is, has cases on both sides, passes them, and is quiet on
// logs of ordinary days.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analytic/analytic.h"
#include "base/text.h"
#include "base/yaml.h"
#include "source/json.h"
#include "test/support/binary.h"
#include "test/support/case_file.h"
#include "test/support/hunt.h"
#include "test/support/temp_folder.h"

namespace tokentrail::test {
namespace {

constexpr std::string_view kCasesEnding = ".cases.yml";

std::vector<CaseFile> RuleFiles() {
  std::vector<CaseFile> out;
  for (CaseFile& file : CasesIn("rules", ".yml")) {
    if (!file.path.ends_with(kCasesEnding)) out.push_back(std::move(file));
  }
  return out;
}

std::string CasesOf(const CaseFile& rule) {
  return rule.path.substr(0, rule.path.size() - std::string_view(".yml").size()) +
         std::string(kCasesEnding);
}

std::vector<Yaml> Documents(const std::string& path) {
  YamlError error;
  Result<std::vector<Yaml>> parsed = ParseYaml(ReadFile(path), &error);
  if (!parsed.ok()) {
    ADD_FAILURE() << path << ":" << error.line << ": " << error.message;
    return {};
  }
  return *std::move(parsed);
}

/// Those that alert: all but what a correlation of the same file refers to.
std::vector<const Yaml*> Alerting(const std::vector<Yaml>& documents) {
  std::set<std::string> parts;
  for (const Yaml& document : documents) {
    const Yaml* const correlation = document.Find("correlation");
    const Yaml* const rules = correlation == nullptr ? nullptr : correlation->Find("rules");
    if (rules == nullptr) continue;
    if (rules->is_scalar()) parts.insert(rules->text);
    for (const Yaml& rule : rules->list) parts.insert(rule.text);
  }
  std::vector<const Yaml*> out;
  for (const Yaml& document : documents) {
    if (!parts.contains(std::string(document.Text("name")))) out.push_back(&document);
  }
  return out;
}

bool IsRandomUuid(std::string_view text) {
  if (text.size() != 36 || text[14] != '4') return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool hex = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f');
    if (dash ? text[i] != '-' : !hex) return false;
  }
  return true;
}

/// `REG-07`: letters, a dash, two digits.
bool IsAnalyticId(std::string_view text) {
  const size_t dash = text.find('-');
  if (dash == text.npos || dash == 0 || text.size() != dash + 3) return false;
  for (const char c : text.substr(0, dash)) {
    if (c < 'A' || c > 'Z') return false;
  }
  return IsDigits(text.substr(dash + 1));
}

size_t Size(const Yaml& of, std::string_view key) {
  const Yaml* const list = of.Find(key);
  return list == nullptr ? 0 : list->list.size();
}

class ShippedRule : public testing::TestWithParam<CaseFile> {};

TEST_P(ShippedRule, SaysWhatItIs) {
  const std::vector<Yaml> documents = Documents(GetParam().path);
  const std::vector<const Yaml*> alerting = Alerting(documents);
  ASSERT_EQ(alerting.size(), 1U) << "one file, one alert: its cases are about that one";
  EXPECT_EQ(alerting.front(), &documents.back()) << "`rules test` watches the last document";
  const Yaml& rule = *alerting.front();
  const bool correlation = rule.Find("correlation") != nullptr;
  EXPECT_TRUE(correlation || documents.size() == 1);

  EXPECT_FALSE(rule.Text("title").empty());
  EXPECT_TRUE(IsRandomUuid(rule.Text("id"))) << rule.Text("id");
  EXPECT_EQ(rule.Text("status"), "experimental");
  EXPECT_GT(rule.Text("description").size(), 80U) << "say why it matters and what it can't see";
  EXPECT_GT(Size(rule, "references"), 0U);
  EXPECT_EQ(rule.Text("author"), "tokentrail");
  EXPECT_EQ(rule.Text("date").size(), std::string_view("2026-11-23").size());
  EXPECT_GT(Size(rule, "falsepositives"), 0U);
  static const std::set<std::string_view> kLevels = {"informational", "low", "medium", "high",
                                                     "critical"};
  EXPECT_TRUE(kLevels.contains(rule.Text("level"))) << rule.Text("level");
  bool technique = false;
  ASSERT_NE(rule.Find("tags"), nullptr);
  for (const Yaml& tag : rule.Find("tags")->list) {
    EXPECT_TRUE(tag.text.starts_with("attack.")) << tag.text;
    if (tag.text.starts_with("attack.t1")) technique = true;
  }
  EXPECT_TRUE(technique) << "no technique among the tags";

  // One id has one implementation.
  const std::string_view id = rule.Text("analytic");
  EXPECT_TRUE(IsAnalyticId(id)) << "'" << id << "'";
  for (const analytic::AnalyticDef* def : analytic::All()) {
    EXPECT_NE(def->id, id) << "the program has an analytic of that id";
  }
}

TEST_P(ShippedRule, HasCasesOnBothSides) {
  const std::vector<Yaml> cases = Documents(CasesOf(GetParam()));
  ASSERT_FALSE(cases.empty());
  size_t match = 0;
  size_t no_match = 0;
  for (const Yaml& one : cases) {
    EXPECT_FALSE(one.Text("name").empty()) << "line " << one.line;
    const size_t fires = Size(one, "fires");
    match += Size(one, "match") + fires;
    no_match += Size(one, "no_match") + Size(one, "events") - fires;
  }
  EXPECT_GT(match, 0U) << "nothing that must match";
  EXPECT_GT(no_match, 0U) << "nothing that must not";
}

INSTANTIATE_TEST_SUITE_P(Files, ShippedRule, testing::ValuesIn(RuleFiles()), kByName);

TEST(ShippedRules, EachIdAndNameStandsOnce) {
  std::map<std::string, std::string> seen;
  for (const CaseFile& file : RuleFiles()) {
    for (const Yaml& document : Documents(file.path)) {
      for (const char* key : {"id", "name", "title"}) {
        const std::string_view text = document.Text(key);
        // Two platforms may share a title, two rules of one may not.
        const std::string scope = std::string_view(key) == "title"
                                      ? std::filesystem::path(file.path).parent_path().string()
                                      : std::string();
        if (text.empty()) continue;
        const auto [at, fresh] = seen.emplace(fmt::format("{}:{}:{}", scope, key, text), file.path);
        EXPECT_TRUE(fresh) << file.path << " and " << at->second << " share '" << text << "'";
      }
    }
  }
  EXPECT_FALSE(seen.empty());
}

TEST(ShippedRules, NoCasesWithoutARule) {
  std::set<std::string> expected;
  for (const CaseFile& file : RuleFiles()) expected.insert(CasesOf(file));
  for (const CaseFile& file : CasesIn("rules", kCasesEnding)) {
    EXPECT_TRUE(expected.contains(file.path)) << file.path << " has no rule beside it";
  }
}

TEST(ShippedRules, AllLoad) {
  const RunResult result = RunBinary({"rules", "check", InRoot("rules")});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
}

TEST(ShippedRules, EveryCaseHolds) {
  const RunResult result = RunBinary({"rules", "test", InRoot("rules")});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_NE(result.out.find(" passed, 0 failed"), std::string::npos) << result.out;
}

/// Logs of ordinary days, where they are (they are no part of the project).
TEST(ShippedRules, AreQuietOnOrdinaryDays) {
  std::string logs;
  for (const char* up : {"/../", "/../../"}) {
    const std::string folder = Root() + up + "shared/data/logs";
    if (std::filesystem::is_directory(folder)) logs = folder;
  }
  if (logs.empty()) GTEST_SKIP() << "no shared/data/logs beside the repository";
  const TempFolder folder;
  for (const std::string_view name :
       {"azure_sentinel_samples", "gws_dataset", "kubernetes_benign"}) {
    SCOPED_TRACE(name);
    const HuntResult hunt =
        Hunt({fmt::format("{}/{}", logs, name)}, folder.In("case"), {"-C", "-r", InRoot("rules")});
    const std::string findings = ReadFile(folder.In("case/findings.jsonl"));
    source::JsonReader reader;
    for (const std::string_view line : Split(findings, "\n")) {
      ASSERT_TRUE(reader.ParseUnpadded(line)) << line;
      const Record record = reader.record();
      if (record.Text("origin") != "rule") continue;
      const std::string_view level = record.Text("level");
      EXPECT_TRUE(level == "low" || level == "informational") << line;
    }
  }
}

}  // namespace
}  // namespace tokentrail::test
