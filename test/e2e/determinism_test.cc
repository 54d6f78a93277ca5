// The answer hangs on the evidence alone: not on threads, memory, or the order and names of files.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "base/text.h"
#include "cli/app_file.h"
#include "sink/app_json.h"
#include "test/support/case_file.h"
#include "test/support/hunt.h"
#include "test/support/temp_folder.h"

namespace tokentrail::test {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> FilesBelow(const std::string& folder) {
  std::vector<std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

/// Our samples; and the collected logs where they are.
std::vector<std::string> Evidence() {
  std::vector<std::string> out = {InRoot("samples/evidence")};
  for (const char* up : {"/../", "/../../"}) {
    const std::string logs = Root() + up + "shared/data/logs";
    if (fs::is_directory(logs)) {
      out.push_back(logs);
      break;
    }
  }
  return out;
}

/// apps.jsonl without what tells where the records of consents lie.
std::string AppsWithoutPlaces(const std::string& case_folder) {
  auto read = cli::ReadApps(case_folder);
  EXPECT_TRUE(read.ok());
  if (!read.ok()) return {};
  for (App& app : read->apps) {
    for (AppConsent& consent : app.consents) {
      consent.file.clear();
      consent.place = {};
    }
  }
  std::string out;
  sink::AppendApps(*read, {}, out);
  return out;
}

class Determinism : public testing::TestWithParam<std::string> {};

TEST_P(Determinism, ThreadsMemoryAndOrderOfFilesDoNotShow) {
  const TempFolder folder;
  const HuntResult one = Hunt({GetParam()}, folder.In("case"), {"--threads", "1"});
  ASSERT_FALSE(one.findings.empty());
  const std::string incidents = ReadFile(folder.In("case/incidents.jsonl"));
  ASSERT_FALSE(incidents.empty());
  const std::string apps = ReadFile(folder.In("case/apps.jsonl"));
  ASSERT_GT(std::count(apps.begin(), apps.end(), '\n'), 2);
  const std::string case_key = ReadFile(folder.In("case/case.key"));
  std::vector<std::string> backwards = FilesBelow(GetParam());
  std::reverse(backwards.begin(), backwards.end());
  struct Way {
    std::vector<std::string> inputs;
    std::vector<std::string> flags;
  };
  const std::vector<Way> ways = {
      {{GetParam()}, {"--threads", "2"}},
      {{GetParam()}, {"--threads", "3"}},
      {{GetParam()}, {"--threads", "8"}},
      {{GetParam()}, {"--threads", "8", "--memory", "1M"}},
      {{GetParam()}, {"--threads", "1", "--memory", "1M"}},
      {backwards, {"--threads", "2"}},
  };
  for (const Way& way : ways) {
    std::vector<std::string> flags = way.flags;
    flags.push_back("-C");  // the same case, so the same key for what short secrets become
    const HuntResult other = Hunt(way.inputs, folder.In("case"), flags);
    EXPECT_TRUE(other.findings == one.findings) << "findings.jsonl: " << way.flags[1];
    EXPECT_TRUE(ReadFile(folder.In("case/incidents.jsonl")) == incidents) << way.flags[1];
    EXPECT_TRUE(ReadFile(folder.In("case/apps.jsonl")) == apps) << "apps.jsonl: " << way.flags[1];
    EXPECT_EQ(WithoutRun(other.summary), WithoutRun(one.summary)) << way.flags[1];
  }
  EXPECT_EQ(ReadFile(folder.In("case/case.key")), case_key);
}

TEST_P(Determinism, NewNamesOfFilesChangePlacesOnly) {
  const TempFolder folder;
  const HuntResult one = Hunt({GetParam()}, folder.In("one"));
  const std::vector<std::string> files = FilesBelow(GetParam());
  for (size_t i = 0; i < files.size(); ++i) {
    const std::string name = std::to_string(1000 - i);  // turns the order round
    fs::create_directories(folder.In("renamed/" + std::to_string(i % 3)));
    fs::copy_file(files[i], folder.In("renamed/" + std::to_string(i % 3) + "/" + name));
  }
  const HuntResult renamed = Hunt({folder.In("renamed")}, folder.In("two"));
  EXPECT_EQ(WithoutPlaces(renamed.findings), WithoutPlaces(one.findings));
  EXPECT_EQ(renamed.Ids(), one.Ids());
  EXPECT_EQ(ReadFile(folder.In("two/incidents.jsonl")), ReadFile(folder.In("one/incidents.jsonl")));
  EXPECT_EQ(AppsWithoutPlaces(folder.In("two")), AppsWithoutPlaces(folder.In("one")));
}

INSTANTIATE_TEST_SUITE_P(All, Determinism, testing::ValuesIn(Evidence()), [](const auto& test) {
  return test.index == 0 ? std::string("samples") : std::string("collected");
});

TEST(Determinism, ShuffledAndSplitLinesChangePlacesOnly) {
  // Every record of the samples that stands on a line of its own, and consents with duplicates.
  std::vector<std::string> lines;
  for (const std::string& file : FilesBelow(InRoot("samples/evidence"))) {
    const std::string text = ReadFile(file);
    if (!text.starts_with("{\"") || text.find("}\n{") == std::string::npos) continue;
    for (const std::string_view line : Split(text, "\n")) lines.emplace_back(line);
  }
  ASSERT_GT(lines.size(), 100U);
  for (int i = 0; i < 400; ++i) lines.push_back(ConsentRecord(i % 350));

  std::string plain;
  std::string apps;
  const TempFolder folder;
  std::mt19937 random(20260302);
  for (const size_t parts : {1U, 1U, 2U, 7U}) {
    std::vector<std::string> texts(parts);
    for (size_t i = 0; i < lines.size(); ++i) texts[i % parts] += lines[i] + "\n";
    const std::string name = std::to_string(random());
    for (size_t i = 0; i < parts; ++i) {
      folder.Write(name + "/" + std::to_string(random()) + ".jsonl", texts[i]);
    }
    const HuntResult hunt =
        Hunt({folder.In(name)}, folder.In("case"), {"-C", "--threads", "3", "--memory", "2M"});
    EXPECT_EQ(hunt.Number("records"), lines.size());
    EXPECT_GE(hunt.Ids().size(), 350U);
    const std::string findings = WithoutPlaces(hunt.findings);
    if (plain.empty()) plain = findings;
    EXPECT_TRUE(findings == plain) << parts << " parts";
    if (apps.empty()) apps = AppsWithoutPlaces(folder.In("case"));
    EXPECT_TRUE(AppsWithoutPlaces(folder.In("case")) == apps) << "apps, " << parts << " parts";
    std::shuffle(lines.begin(), lines.end(), random);
  }
}

}  // namespace
}  // namespace tokentrail::test
