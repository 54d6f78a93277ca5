// How a hunt ends, as CONTRACT says: 0, 1, 2, 3, 4; and that it leaves evidence alone.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "test/support/case_file.h"
#include "test/support/hunt.h"
#include "test/support/temp_folder.h"

namespace tokentrail::test {
namespace {

namespace fs = std::filesystem;

TEST(ExitCode, Is0WhenAllWasUsed) {
  const TempFolder folder;
  const std::string log = folder.Write("a.json", ConsentRecord() + "\n");
  EXPECT_EQ(RunBinary({"hunt", log, "-o", folder.In("case"), "-q"}).exit_code, 0);
  // Findings never change it; so does a folder with nothing in it.
  fs::create_directories(folder.In("empty"));
  EXPECT_EQ(RunBinary({"hunt", folder.In("empty"), "-o", folder.In("case2"), "-q"}).exit_code, 0);
}

TEST(ExitCode, Is1WhenItCouldNot) {
  const TempFolder folder;
  const std::string log = folder.Write("a.json", ConsentRecord() + "\n");
  EXPECT_EQ(RunBinary({"hunt", folder.In("nothing"), "-o", folder.In("case")}).exit_code, 1);
  const RunResult below = RunBinary({"hunt", log, "-o", log + "/case"});
  EXPECT_EQ(below.exit_code, 1) << below.err;
  EXPECT_NE(below.err.find("case"), std::string::npos) << below.err;
}

TEST(ExitCode, Is2WhenMisused) {
  const TempFolder folder;
  const std::string log = folder.Write("a.json", ConsentRecord() + "\n");
  const auto run = [&](std::vector<std::string> more) {
    std::vector<std::string> args = {"hunt", log, "-o", folder.In("case"), "-q"};
    args.insert(args.end(), more.begin(), more.end());
    return RunBinary(args);
  };
  for (const std::vector<std::string>& wrong : std::vector<std::vector<std::string>>{
           {"--no-such-flag"},
           {"-Z"},
           {"--threads", "none"},
           {"--threads", "0"},
           {"--memory", "1"},
           {"-m", "highest"},
           {"--fail-on", "often"},
           {"-t", "yaml"},
           {"--as-of", "yesterday"},
           {"--date-order", "ymd"},
           {"--timeline-start", "2026-02-01", "--timeline-end", "2026-01-01"}}) {
    const RunResult result = run(wrong);
    EXPECT_EQ(result.exit_code, 2) << wrong[0] << ": " << result.err;
    EXPECT_NE(result.err, "") << wrong[0];
    EXPECT_FALSE(fs::exists(folder.In("case"))) << wrong[0];
  }
}

TEST(ExitCode, Is2ForWrongSettingsAndSaysWhere) {
  const TempFolder folder;
  const std::string log = folder.Write("a.json", ConsentRecord() + "\n");
  const std::pair<std::string, std::string> wrong[] = {
      {"min_level: low\nmin_levle: high\n", ":2"},
      {"analytics:\n  GRT-01:\n    no_such_setting: 1\n", ":3"},
      {"analytics:\n  GRT-99:\n    enabled: false\n", ":2"},
      {"min_level: extreme\n", ":1"},
      {"min_level: [low\n", ":"},
  };
  for (const auto& [text, place] : wrong) {
    const std::string config = folder.Write("settings.yml", text);
    const RunResult run =
        RunBinary({"hunt", log, "-o", folder.In("case"), "--config", config, "-q"});
    EXPECT_EQ(run.exit_code, 2) << text << run.err;
    EXPECT_NE(run.err.find("settings.yml" + place), std::string::npos) << text << run.err;
  }
}

TEST(ExitCode, Is2ForACaseThatIsThere) {
  const TempFolder folder;
  const std::string log = folder.Write("a.json", ConsentRecord() + "\n");
  folder.Write("mine/notes.txt", "mine");
  folder.Write("other/findings.jsonl", "of another program");
  const auto hunt = [&](const std::string& name, std::vector<std::string> flags) {
    std::vector<std::string> args = {"hunt", log, "-o", folder.In(name), "-q"};
    args.insert(args.end(), flags.begin(), flags.end());
    return RunBinary(args);
  };
  // A folder in use is refused; with -C it is taken, and what is not ours in it stays.
  const RunResult refused = hunt("mine", {});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_NE(refused.err.find("-o"), std::string::npos) << refused.err;
  EXPECT_FALSE(fs::exists(folder.In("mine/findings.jsonl")));
  EXPECT_EQ(hunt("mine", {"-C"}).exit_code, 0);
  EXPECT_EQ(ReadFile(folder.In("mine/notes.txt")), "mine");
  // But no file of our names is replaced where no case is.
  EXPECT_EQ(hunt("other", {"-C"}).exit_code, 2);
  EXPECT_EQ(ReadFile(folder.In("other/findings.jsonl")), "of another program");
  EXPECT_EQ(RunBinary({"hunt", log, "-o", folder.In("case"), "-q"}).exit_code, 0);
  folder.Write("case/notes.txt", "mine");
  const RunResult again = RunBinary({"hunt", log, "-o", folder.In("case"), "-q"});
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_NE(again.err.find("-C"), std::string::npos) << again.err;
  EXPECT_EQ(RunBinary({"hunt", log, "-o", folder.In("case"), "-q", "-C"}).exit_code, 0);
  EXPECT_EQ(ReadFile(folder.In("case/notes.txt")), "mine");
}

TEST(ExitCode, Is3WhenSomethingWasLeftOut) {
  const TempFolder folder;
  const std::string good = ConsentRecord() + "\n";
  const std::pair<std::string, std::string> logs[] = {
      {"record.json", good + "{\"unknown\":1}\n"},
      {"broken.json", good + "{\n"},
      {"prose.txt", "no log\nat all\n"},
  };
  for (const auto& [name, text] : logs) {
    const std::string log = folder.Write(name, text);
    EXPECT_EQ(RunBinary({"hunt", log, "-o", folder.In("case"), "-q", "-C"}).exit_code, 3) << name;
  }
  const std::string log = folder.Write("good.json", good);
  const std::string rules = folder.Write("rules/bad.yml",
                                         "title: Bad\nid: 7d1f0a52-3c4d-4e5f-8a9b-0c1d2e3f4a5b\n"
                                         "logsource: {product: m365}\ndetection:\n  sel:\n    "
                                         "Workload|contians: x\n  condition: sel\nlevel: low\n");
  const RunResult run =
      RunBinary({"hunt", log, "-o", folder.In("case"), "-q", "-C", "-r", folder.In("rules")});
  EXPECT_EQ(run.exit_code, 3) << run.err;
  EXPECT_NE(run.err.find("bad.yml:6"), std::string::npos) << run.err;
}

TEST(ExitCode, Is4WhenToldToFail) {
  const TempFolder folder;
  const std::string log = folder.Write("a.json", ConsentRecord() + "\n");  // high
  const auto ends = [&](const char* level, const char* least) {
    return RunBinary(
               {"hunt", log, "-o", folder.In("case"), "-q", "-C", "--fail-on", level, "-m", least})
        .exit_code;
  };
  EXPECT_EQ(ends("high", "low"), 4);
  EXPECT_EQ(ends("med", "low"), 4);
  EXPECT_EQ(ends("critical", "low"), 0);
  EXPECT_EQ(ends("high", "critical"), 4) << "hidden, but there";
}

TEST(CaseFolder, IsNoEvidence) {
  const TempFolder folder;
  folder.Write("logs/a.json", ConsentRecord() + "\n");
  const HuntResult first = Hunt({folder.In("logs")}, folder.In("logs/case"));
  const HuntResult second = Hunt({folder.In("logs")}, folder.In("logs/case"), {"-C"});
  EXPECT_EQ(second.Number("records"), 1U);
  EXPECT_EQ(second.Ids(), first.Ids());
  EXPECT_EQ(second.Notes()["input.case_folder"], 1U) << second.Told();
  EXPECT_EQ(second.run.exit_code, 0);
  // Named itself it is none either.
  const HuntResult itself = Hunt({folder.In("logs/case")}, folder.In("other"));
  EXPECT_EQ(itself.Number("records"), 0U);
  // One that a killed hunt left half done.
  fs::remove(folder.In("logs/case/findings.jsonl"));
  fs::remove(folder.In("logs/case/summary.json"));
  folder.Write("logs/case/tmp/events0", ConsentRecord(7));
  const HuntResult third = Hunt({folder.In("logs")}, folder.In("third"));
  EXPECT_EQ(third.Number("records"), 1U) << third.Told();
}

TEST(CaseFolder, IsForItsOwnerWhereItHoldsTheKey) {
  const TempFolder folder;
  Hunt({folder.Write("a.json", ConsentRecord())}, folder.In("case"));
  struct stat status = {};
  ASSERT_EQ(stat(folder.In("case/case.key").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  EXPECT_EQ(status.st_size, 32);
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder.In("case"))) {
    names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names,
            (std::vector<std::string>{"OAuthPermissions.csv", "apps.csv", "apps.jsonl", "audit.csv",
                                      "audit.jsonl", "case.key", "findings.csv", "findings.jsonl",
                                      "grants.csv", "grants.jsonl", "incidents", "incidents.jsonl",
                                      "summary.json", "timeline.csv", "timeline.jsonl"}));
}

TEST(Evidence, StaysAsItWas) {
  const TempFolder folder;
  fs::copy(InRoot("samples/evidence"), folder.In("logs"), fs::copy_options::recursive);
  const auto state = [&] {
    std::map<std::string, std::pair<std::string, int64_t>> out;
    for (const auto& entry : fs::recursive_directory_iterator(folder.In("logs"))) {
      struct stat status = {};
      EXPECT_EQ(stat(entry.path().c_str(), &status), 0);
      out[entry.path()] = {entry.is_regular_file() ? ReadFile(entry.path()) : "",
                           status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec};
    }
    return out;
  };
  const auto before = state();
  ASSERT_GT(before.size(), 10U);
  Hunt({folder.In("logs")}, folder.In("case"));
  RunBinary({"find", "mail", folder.In("logs")});
  EXPECT_TRUE(state() == before);
}

}  // namespace
}  // namespace tokentrail::test
