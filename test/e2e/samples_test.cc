// The sample evidence against samples/expected.yaml: what a hunt must find in it, and what not.

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "base/yaml.h"
#include "source/json.h"
#include "test/support/binary.h"
#include "test/support/case_file.h"
#include "test/support/temp_folder.h"

namespace tokentrail::test {
namespace {

struct Found {
  std::string rule;
  std::string level;
  std::string line;             ///< the finding as written, for messages
  std::set<std::string> names;  ///< ids and names of its entities, lower case
};

std::vector<Found> ReadFindings(const std::string& path) {
  std::vector<Found> out;
  const std::string text = ReadFile(path);
  source::JsonReader reader;
  for (const std::string_view line : Split(text, "\n")) {
    if (!reader.ParseUnpadded(line)) {
      ADD_FAILURE() << "no JSON: " << line;
      continue;
    }
    const Record record = reader.record();
    Found one{std::string(record.Text("rule")),
              std::string(record.Text("level")),
              std::string(line.substr(0, 300)),
              {}};
    if (const Node* entities = record.Find("entities"); entities != nullptr) {
      for (const Node& entity : Children(*entities)) {
        for (const Node& part : Children(entity)) {
          if (part.key() != "type") one.names.insert(Lower(part.text()));
        }
      }
    }
    out.push_back(std::move(one));
  }
  return out;
}

int Rank(std::string_view level) {
  constexpr std::string_view kLevels[] = {"informational", "low", "medium", "high", "critical"};
  for (int i = 0; i < 5; ++i) {
    if (kLevels[i] == level) return i;
  }
  return level.empty() ? 0 : -1;
}

/// Same analytic, every entity named, and at least the level (if one is given).
bool Matches(const Found& found, const Yaml& entry) {
  const std::string_view analytic = entry.Text("analytic");
  if (analytic != "*" && analytic != found.rule) return false;
  if (Rank(found.level) < Rank(entry.Text("level"))) return false;
  for (const std::string_view key : {"app", "user", "service_account", "role"}) {
    const std::string_view id = entry.Text(key);
    if (!id.empty() && !found.names.contains(Lower(id))) return false;
  }
  return true;
}

class Samples : public testing::Test {
 protected:
  void SetUp() override {
    const auto parsed = ParseYaml(ReadFile(InRoot("samples/expected.yaml")));
    ASSERT_TRUE(parsed.ok());
    expected_ = parsed.value().at(0);
    // 3: records were left out, which the samples hold on purpose.
    const RunResult run = RunBinary({"hunt", InRoot("samples/evidence"), "-o", folder_.In("case"),
                                     "-m", "informational", "-q"});
    ASSERT_EQ(run.exit_code, 3) << run.err;
    findings_ = ReadFindings(folder_.In("case/findings.jsonl"));
    ASSERT_FALSE(findings_.empty());
  }

  const std::vector<Yaml>& Expected(std::string_view list) {
    const Yaml* found = expected_.Find(list);
    EXPECT_TRUE(found != nullptr && !found->list.empty()) << list;
    static const std::vector<Yaml> kNone;
    return found == nullptr ? kNone : found->list;
  }

  TempFolder folder_;
  Yaml expected_;
  std::vector<Found> findings_;
};

TEST_F(Samples, EveryStepOfTheAttackIsFound) {
  for (const Yaml& entry : Expected("must")) {
    const bool found = std::any_of(findings_.begin(), findings_.end(),
                                   [&](const Found& one) { return Matches(one, entry); });
    EXPECT_TRUE(found) << entry.Text("analytic") << " (line " << entry.line
                       << "): " << entry.Text("why");
  }
}

TEST_F(Samples, NothingHarmlessIsReported) {
  for (const Yaml& entry : Expected("must_not")) {
    for (const Found& one : findings_) {
      EXPECT_FALSE(Matches(one, entry)) << entry.Text("why") << "\n" << one.line;
    }
  }
}

TEST_F(Samples, EveryFindingIsOneThatTheStoryExplains) {
  for (const Found& one : findings_) {
    bool explained = false;
    for (const std::string_view list : {"must", "may"}) {
      for (const Yaml& entry : Expected(list)) explained = explained || Matches(one, entry);
    }
    EXPECT_TRUE(explained) << one.line;
  }
}

TEST_F(Samples, BrokenLinesAreInTheSummary) {
  source::JsonReader reader;
  const std::string summary = ReadFile(folder_.In("case/summary.json"));
  ASSERT_TRUE(reader.ParseUnpadded(summary));
  EXPECT_NE(summary.find("source.bad_json"), std::string::npos);
  EXPECT_NE(summary.find("audit-log.ndjson"), std::string::npos);
}

}  // namespace
}  // namespace tokentrail::test
