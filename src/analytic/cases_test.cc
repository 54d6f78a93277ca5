// Analytics over raw log records, through the whole program: one test body, many case files.
//
//   why: what the case proves
//   evidence: |
//     raw records, one a line
//   config: {allow: [..]}        optional settings of the analytic
//   expect:                      all findings of the analytic (the folder's name), no more
//     - {level: high, user: .., app: .., reason: "part of one"}
//   also: true                   then further findings are allowed

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <set>

#include "analytic/analytics.h"
#include "base/text.h"
#include "base/yaml.h"
#include "pipeline/run.h"
#include "test/support/case_file.h"
#include "test/support/temp_folder.h"

namespace tokentrail::analytic {
namespace {

constexpr std::string_view kFolder = "analytic/testdata";

/// `GRT-01` of `GRT-01/name`.
std::string RuleOf(const std::string& name) { return name.substr(0, name.find('/')); }

bool HasEntity(const Finding& finding, std::string_view type, std::string_view id) {
  return std::any_of(finding.entities.begin(), finding.entities.end(), [&](const Entity& entity) {
    return entity.type == type && (entity.id == id || entity.name == id);
  });
}

/// What of `want` the finding lacks; empty when it meets all.
std::string Lacks(const Finding& finding, const Yaml& want) {
  for (const auto& [key, value] : want.map) {
    const std::string& name = key.text;
    const std::string& text = value.text;
    bool met = false;
    if (name == "rule") {
      met = finding.rule == text;
    } else if (name == "level") {
      met = ParseLevel(text) == finding.level;
    } else if (name == "tenant") {
      met = finding.tenant == text;
    } else if (name == "count") {
      met = std::to_string(finding.count) == text;
    } else if (name == "reason" || name == "no_reason") {
      const bool has = std::any_of(
          finding.reasons.begin(), finding.reasons.end(),
          [&](const std::string& reason) { return reason.find(text) != std::string::npos; });
      met = has == (name == "reason");
    } else if (name == "no_address") {
      met = !HasEntity(finding, "address", text);
    } else {
      met = HasEntity(finding, name, text);
    }
    if (!met) return name + ": " + text;
  }
  return {};
}

std::string Show(const std::vector<Finding>& findings) {
  std::string out;
  for (const Finding& finding : findings) {
    out += "  " + finding.rule + " " + std::string(Name(finding.level)) + " [" + finding.key + "]";
    for (const std::string& reason : finding.reasons) out += "\n    " + reason;
    for (const Entity& entity : finding.entities) {
      out += "\n    " + entity.type + " " + entity.id + " " + entity.name;
    }
    out += "\n";
  }
  return out;
}

Params ReadParams(const Yaml* config) {
  Params::Values values;
  if (config == nullptr) return {};
  for (const auto& [key, value] : config->map) {
    std::vector<std::string>& list = values[key.text];
    if (value.is_list()) {
      for (const Yaml& item : value.list) list.push_back(item.text);
    } else {
      list.push_back(value.text);
    }
  }
  return Params(std::move(values));
}

class Cases : public testing::TestWithParam<test::CaseFile> {};

TEST_P(Cases, FindsWhatTheFileSays) {
  const std::string rule = RuleOf(GetParam().name);
  YamlError error;
  auto documents = ParseYaml(GetParam().Read(), &error);
  ASSERT_TRUE(documents.ok()) << error.line << ": " << error.message;
  const Yaml& file = documents->front();
  ASSERT_FALSE(file.Text("why").empty());

  const test::TempFolder folder;
  pipeline::Config config;
  config.inputs = {folder.Write("evidence.jsonl", file.Text("evidence"))};
  config.case_folder = folder.In("case");
  config.min_level = Level::kInformational;
  config.threads = 1;
  config.params[rule] = ReadParams(file.Find("config"));
  Report report;
  pipeline::Progress progress;
  const std::atomic<bool> stop = false;
  auto hunt = pipeline::Run(config, report, progress, stop);
  ASSERT_TRUE(hunt.ok()) << hunt.error().message;
  // A case whose records are not read proves nothing.
  EXPECT_EQ((*hunt)->summary.ledger.left_out_total(), 0u);
  EXPECT_GT((*hunt)->summary.events, 0u);

  std::vector<Finding> found;
  for (const Finding& finding : (*hunt)->findings) {
    if (finding.rule == rule) found.push_back(finding);
  }
  std::vector<bool> used(found.size(), false);
  const Yaml* expect = file.Find("expect");
  ASSERT_NE(expect, nullptr);
  for (const Yaml& want : expect->list) {
    std::string lacks = "no finding left";
    bool met = false;
    for (size_t i = 0; i < found.size() && !met; ++i) {
      if (used[i]) continue;
      lacks = Lacks(found[i], want);
      if (lacks.empty()) met = used[i] = true;
    }
    EXPECT_TRUE(met) << "line " << want.line << " not met (" << lacks << ")\n" << Show(found);
  }
  if (file.Text("also") != "true") {
    EXPECT_EQ(found.size(), expect->list.size()) << Show(found);
  }
  for (const Finding& finding : found) {
    EXPECT_FALSE(finding.evidence.empty());
    EXPECT_FALSE(finding.reasons.empty());
    EXPECT_FALSE(finding.disproof.empty());
    EXPECT_FALSE(finding.key.empty());
  }
}

INSTANTIATE_TEST_SUITE_P(Files, Cases, testing::ValuesIn(test::CasesIn(kFolder, ".yaml")),
                         test::kByName);

TEST(Analytics, EachHasACaseThatFiresAndOneThatIsQuiet) {
  std::map<std::string, std::pair<int, int>> seen;
  for (const test::CaseFile& file : test::CasesIn(kFolder, ".yaml")) {
    auto documents = ParseYaml(file.Read());
    ASSERT_TRUE(documents.ok()) << file.path;
    const Yaml* expect = documents->front().Find("expect");
    ASSERT_NE(expect, nullptr) << file.path;
    auto& [fires, quiet] = seen[RuleOf(file.name)];
    ++(expect->list.empty() ? quiet : fires);
  }
  for (const AnalyticDef* def : All()) {
    EXPECT_GT(seen[std::string(def->id)].first, 0) << def->id << " has no case that fires";
    EXPECT_GT(seen[std::string(def->id)].second, 0) << def->id << " has no quiet case";
  }
}

TEST(Analytics, DefinitionsAreComplete) {
  std::set<std::string_view> ids;
  for (const AnalyticDef* def : All()) {
    EXPECT_TRUE(ids.insert(def->id).second) << def->id;
    EXPECT_FALSE(def->title.empty()) << def->id;
    EXPECT_FALSE(def->summary.empty()) << def->id;
    EXPECT_FALSE(def->false_positives.empty()) << def->id;
    EXPECT_FALSE(def->disproof.empty()) << def->id;
    EXPECT_FALSE(def->attack.empty()) << def->id;
    EXPECT_FALSE(def->sources.empty()) << def->id;
    EXPECT_FALSE(def->settings.empty()) << def->id;
    EXPECT_TRUE(def->needs.Has(Field::kTenant)) << def->id;
    EXPECT_NE(def->make, nullptr) << def->id;
  }
}

}  // namespace
}  // namespace tokentrail::analytic
