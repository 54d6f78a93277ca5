// A hunt of the samples, read as stories.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "source/json.h"
#include "test/support/case_file.h"
#include "test/support/golden.h"
#include "test/support/hunt.h"
#include "test/support/temp_folder.h"

namespace tokentrail::test {
namespace {

namespace fs = std::filesystem;

struct Told {
  std::string id;
  std::string level;
  std::string headline;
  std::string page;
  std::vector<std::string> findings;
};

std::vector<Told> Incidents(const std::string& folder) {
  std::vector<Told> out;
  source::JsonReader reader;
  const std::string text = ReadFile(folder + "/incidents.jsonl");
  for (const std::string_view line : Split(text, "\n")) {
    EXPECT_TRUE(reader.ParseUnpadded(line)) << line;
    const Record record = reader.record();
    Told one;
    one.id = record.Text("id");
    one.level = record.Text("level");
    one.headline = record.Text("headline");
    one.page = record.Text("page");
    const Node* findings = record.Child(record.root(), "findings");
    if (findings != nullptr) {
      for (const Node& id : Children(*findings)) one.findings.emplace_back(id.text());
    }
    out.push_back(std::move(one));
  }
  return out;
}

std::set<std::string> Pages(const std::string& folder) {
  std::set<std::string> out;
  if (!fs::exists(folder + "/incidents")) return out;
  for (const auto& entry : fs::directory_iterator(folder + "/incidents")) {
    out.insert("incidents/" + entry.path().filename().string());
  }
  return out;
}

/// The folder as it is in the repository, so that places in pages are the same anywhere.
RunOptions InRepository() {
  RunOptions options;
  options.folder = Root();
  options.environment = {"COLUMNS=100"};
  return options;
}

TEST(Incidents, TheSamplesReadAsAHandfulOfStories) {
  const TempFolder folder;
  const HuntResult hunt = Hunt({"samples/evidence"}, folder.In("case"), {}, InRepository());
  std::string told;
  for (const Told& one : Incidents(folder.In("case"))) {
    told += one.level + ": " + one.headline + "\n";
  }
  ExpectGolden("test/e2e/testdata/incidents.txt.golden", told);
}

TEST(Incidents, HoldEachFindingOnceAndHaveAPageEach) {
  const TempFolder folder;
  const HuntResult hunt = Hunt({InRoot("samples/evidence")}, folder.In("case"));
  const std::vector<Told> incidents = Incidents(folder.In("case"));
  ASSERT_GT(incidents.size(), 3U);
  EXPECT_LT(incidents.size(), hunt.Ids().size());
  std::multiset<std::string> ids;
  std::set<std::string> pages;
  for (const Told& one : incidents) {
    ids.insert(one.findings.begin(), one.findings.end());
    pages.insert(one.page);
  }
  const std::vector<std::string> findings = hunt.Ids();
  EXPECT_EQ(ids, std::multiset<std::string>(findings.begin(), findings.end()));
  EXPECT_EQ(Pages(folder.In("case")), pages);
  EXPECT_EQ(hunt.Number("incidents.shown"), incidents.size());
}

TEST(Incidents, FollowTheMailThiefFromConsentToMail) {
  const TempFolder folder;
  Hunt({InRoot("samples/evidence")}, folder.In("case"));
  for (const Told& one : Incidents(folder.In("case"))) {
    if (one.headline.find("'Outlook Mail Viewer'") == std::string::npos) continue;
    EXPECT_EQ(one.level, "critical");
    EXPECT_GE(one.findings.size(), 4U) << "consent, reading, sending, searching";
    const std::string page = ReadFile(folder.In("case/" + one.page));
    for (const char* part :
         {"raised: critical instead of high", "## How we know",
          "unified-audit.csv:", "mailboxes (1): ana.silva@contoso-outdoor.example",
          "tokentrail contain --app fa01bf76-430a-4e82-a837-9efca2bac068",
          "tokentrail trail --app fa01bf76-430a-4e82-a837-9efca2bac068"}) {
      EXPECT_NE(page.find(part), std::string::npos) << part << "\n" << page;
    }
    // Each command about an app is one that works.
    const RunResult plan = RunBinary(
        {"contain", "--app", "fa01bf76-430a-4e82-a837-9efca2bac068", "--case", folder.In("case")});
    EXPECT_EQ(plan.exit_code, 0) << plan.err;
    return;
  }
  ADD_FAILURE() << "no incident of it";
}

TEST(Incidents, AreTheSameForAnyThreadsAndOrderOfFiles) {
  const TempFolder folder;
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(InRoot("samples/evidence"))) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  Hunt(files, folder.In("case"), {"--threads", "1"});
  const auto all = [&] {
    std::map<std::string, std::string> out;
    out["incidents.jsonl"] = ReadFile(folder.In("case/incidents.jsonl"));
    for (const std::string& page : Pages(folder.In("case"))) {
      out[page] = ReadFile(folder.In("case/" + page));
    }
    return out;
  };
  const auto one = all();
  std::reverse(files.begin(), files.end());
  Hunt(files, folder.In("case"), {"-C", "--threads", "8", "--memory", "1M"});
  EXPECT_EQ(all(), one);
}

TEST(Incidents, OfAnOlderHuntDoNotSurviveButNotesDo) {
  const TempFolder folder;
  Hunt({InRoot("samples/evidence")}, folder.In("case"));
  ASSERT_GT(Pages(folder.In("case")).size(), 3U);
  folder.Write("case/incidents/notes.md", "mine");
  const HuntResult hunt =
      Hunt({folder.Write("a.json", ConsentRecord() + "\n")}, folder.In("case"), {"-C"});
  EXPECT_EQ(hunt.Number("incidents.shown"), 1U);
  const std::set<std::string> pages = Pages(folder.In("case"));
  EXPECT_EQ(pages.size(), 2U);
  EXPECT_TRUE(pages.contains("incidents/notes.md"));
  // A folder of that name in what is no case is a person's own.
  folder.Write("own/incidents/01-mine.md", "mine");
  const RunResult refused =
      RunBinary({"hunt", folder.In("a.json"), "-o", folder.In("own"), "-C", "--no-store"});
  EXPECT_EQ(refused.exit_code, 2) << refused.err;
  EXPECT_EQ(ReadFile(folder.In("own/incidents/01-mine.md")), "mine");
}

TEST(Incidents, AreOfTheFindingsThatAreShown) {
  const TempFolder folder;
  Hunt({InRoot("samples/evidence")}, folder.In("case"), {"-m", "critical"});
  for (const Told& one : Incidents(folder.In("case"))) EXPECT_EQ(one.level, "critical");
  const HuntResult none =
      Hunt({folder.Write("a.json", ConsentRecord() + "\n")}, folder.In("none"), {"-m", "critical"});
  EXPECT_EQ(none.Number("incidents.shown"), 0U);
  EXPECT_EQ(ReadFile(folder.In("none/incidents.jsonl")), "");
  EXPECT_TRUE(Pages(folder.In("none")).empty());
}

TEST(Incidents, AreShownByNumberOrId) {
  const TempFolder folder;
  Hunt({InRoot("samples/evidence")}, folder.In("case"));
  const std::vector<Told> incidents = Incidents(folder.In("case"));
  const RunResult first = RunBinary({"show", "1", "--case", folder.In("case")});
  EXPECT_EQ(first.exit_code, 0) << first.err;
  EXPECT_TRUE(first.out.starts_with("critical: App '")) << first.out;
  for (const std::string& id : incidents[0].findings) {
    EXPECT_NE(first.out.find(id), std::string::npos) << first.out;
  }
  for (const std::string& word :
       {std::string("01"), incidents[0].id, Lower(incidents[0].id), incidents[0].id.substr(0, 8)}) {
    EXPECT_EQ(RunBinary({"show", word, "--case", folder.In("case")}).out, first.out) << word;
  }
  const RunResult json = RunBinary({"show", "1", "-t", "json", "--case", folder.In("case")});
  EXPECT_TRUE(ReadFile(folder.In("case/incidents.jsonl")).starts_with(json.out)) << json.out;
  // What is no incident may be a finding.
  const RunResult finding =
      RunBinary({"show", incidents[0].findings[0], "--case", folder.In("case")});
  EXPECT_EQ(finding.exit_code, 0) << finding.err;
  for (const char* word : {"9999", "I-ffffffff"}) {
    const RunResult unknown = RunBinary({"show", word, "--case", folder.In("case")});
    EXPECT_EQ(unknown.exit_code, 1) << word << unknown.out;
    EXPECT_NE(unknown.err.find(word), std::string::npos) << unknown.err;
  }
}

TEST(Incidents, StandFirstAtTheEndOfAHunt) {
  const TempFolder folder;
  RunOptions options;
  options.folder = folder.path();
  options.environment = {"COLUMNS=100"};
  const RunResult run =
      RunBinary({"hunt", InRoot("samples/evidence"), "--no-store", "-t", "csv"}, options);
  EXPECT_TRUE(run.err.starts_with("incidents   ")) << run.err;
  EXPECT_LT(run.err.find("incidents/01-"), run.err.find("\nread ")) << run.err;
  EXPECT_NE(run.err.find("tokentrail show 1\n"), std::string::npos) << run.err;
}

}  // namespace
}  // namespace tokentrail::test
