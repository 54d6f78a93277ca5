// Hunt pages checked, run and covered by the binary.

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "store/library.h"
#include "test/support/binary.h"
#include "test/support/case_file.h"
#include "test/support/golden.h"
#include "test/support/temp_folder.h"

namespace tokentrail::test {
namespace {

constexpr std::string_view kFolder = "test/e2e/testdata/playbook_run";

/// A copy of the invented pages: a run writes beside them.
struct Pages {
  Pages() {
    std::filesystem::copy(InRoot(kFolder), folder.In("pages"),
                          std::filesystem::copy_options::recursive);
    options.folder = folder.path();
    options.environment = {"COLUMNS=110"};
  }
  TempFolder folder;
  RunOptions options;
};

/// The text up to the member `run`, which is not the same twice.
std::string BeforeRun(const std::string& json) { return json.substr(0, json.find("  \"run\": {")); }

TEST(PlaybookRun, CheckSaysWhatHoldsAndWhatDoesNot) {
  Pages pages;
  const RunResult good = RunBinary({"playbook", "check", "pages/T1999.md"}, pages.options);
  EXPECT_EQ(good.exit_code, 0) << good.err;
  ExpectGolden("test/e2e/testdata/playbook_run/golden/check.txt", good.out);
  const RunResult bad = RunBinary({"playbook", "check", "pages/T1998.md"}, pages.options);
  EXPECT_EQ(bad.exit_code, 1);
  ExpectGolden("test/e2e/testdata/playbook_run/golden/check_bad.txt", bad.err + bad.out);
}

TEST(PlaybookRun, CheckWritesItsBlockAndNothingElse) {
  Pages pages;
  const std::string before = ReadFile(pages.folder.In("pages/T1999.md"));
  const std::vector<std::string> write = {"playbook", "check",  "pages/T1999.md",
                                          "--write",  "--date", "2026-11-24"};
  ASSERT_EQ(RunBinary(write, pages.options).exit_code, 0);
  const std::string after = ReadFile(pages.folder.In("pages/T1999.md"));
  const size_t begin = after.find("<!-- tokentrail:checked");
  const std::string_view end_marker = "checked end -->\n";
  ASSERT_NE(begin, after.npos) << after;
  const size_t end = after.find(end_marker, begin) + end_marker.size();
  std::string rest = after.substr(0, begin) + after.substr(end);
  // What was added beside the block is empty lines around it.
  while (rest.size() > before.size() && rest.find("\n\n\n") != rest.npos) {
    rest.erase(rest.find("\n\n\n"), 1);
  }
  EXPECT_EQ(rest, before);
  ASSERT_EQ(RunBinary(write, pages.options).exit_code, 0);
  EXPECT_EQ(ReadFile(pages.folder.In("pages/T1999.md")), after);
  const RunResult shipped = RunBinary({"playbook", "check", "shipped:T1528", "--write"});
  EXPECT_NE(shipped.exit_code, 0);
  EXPECT_NE(shipped.err.find("inside the program"), std::string::npos) << shipped.err;
}

TEST(PlaybookRun, AStepSaysWhatItFoundOrWhyItCouldNot) {
  Pages pages;
  std::filesystem::copy(InRoot("samples/evidence"), pages.folder.In("evidence"),
                        std::filesystem::copy_options::recursive);
  const RunResult run = RunBinary({"playbook", "run", "pages/T1999.md", "evidence"}, pages.options);
  EXPECT_EQ(run.exit_code, 3) << run.err;  // records of the sample are left out
  ExpectGolden("test/e2e/testdata/playbook_run/golden/run.txt", run.out);
  const std::string json = ReadFile(pages.folder.In("pages/T1999.results.json"));
  ExpectGolden("test/e2e/testdata/playbook_run/golden/results.json", BeforeRun(json));
  ExpectGolden("test/e2e/testdata/playbook_run/golden/results.md",
               ReadFile(pages.folder.In("pages/T1999.results.md")));
  // Again, over its own files, with threads: the same.
  ASSERT_EQ(RunBinary({"playbook", "run", "pages/T1999.md", "evidence", "--threads", "4", "-q"},
                      pages.options)
                .exit_code,
            3);
  EXPECT_EQ(BeforeRun(ReadFile(pages.folder.In("pages/T1999.results.json"))), BeforeRun(json));
}

TEST(PlaybookRun, ResultsAreNeverWrittenOverSomethingElse) {
  Pages pages;
  pages.folder.Write("pages/T1999.results.json", "{\"mine\": true}");
  pages.folder.Write("log.jsonl", "{}\n");
  const RunResult run =
      RunBinary({"playbook", "run", "pages/T1999.md", "log.jsonl"}, pages.options);
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_NE(run.err.find("holds no results of ours"), std::string::npos) << run.err;
  EXPECT_EQ(ReadFile(pages.folder.In("pages/T1999.results.json")), "{\"mine\": true}");
}

TEST(PlaybookRun, ACaseIsAskedAndItsEvidenceReadAgainWhileItStands) {
  std::string why;
  if (!store::HasLibrary(&why)) GTEST_SKIP() << why;
  Pages pages;
  std::filesystem::copy(InRoot("samples/evidence"), pages.folder.In("evidence"),
                        std::filesystem::copy_options::recursive);
  ASSERT_EQ(RunBinary({"hunt", "evidence", "-o", "case", "-q"}, pages.options).exit_code, 3);
  const RunResult there = RunBinary(
      {"playbook", "run", "pages/T1997.md", "--case", "case", "--no-file"}, pages.options);
  EXPECT_EQ(there.exit_code, 3) << there.err;
  ExpectGolden("test/e2e/testdata/playbook_run/golden/run_case.txt", there.out);
  std::filesystem::remove_all(pages.folder.In("evidence"));
  const RunResult gone = RunBinary(
      {"playbook", "run", "pages/T1997.md", "--case", "case", "--no-file"}, pages.options);
  EXPECT_EQ(gone.exit_code, 3);
  EXPECT_NE(gone.err.find("the case's evidence is no longer at"), std::string::npos) << gone.err;
  ExpectGolden("test/e2e/testdata/playbook_run/golden/run_case_alone.txt", gone.out);
}

TEST(PlaybookRun, CoverageAndLayers) {
  Pages pages;
  const RunResult coverage = RunBinary({"playbook", "coverage", "pages/T1999.md"}, pages.options);
  EXPECT_EQ(coverage.exit_code, 0) << coverage.err;
  ExpectGolden("test/e2e/testdata/playbook_run/golden/coverage.txt", coverage.out);
  const RunResult markdown =
      RunBinary({"playbook", "coverage", "pages/T1999.md", "-t", "markdown"}, pages.options);
  ExpectGolden("test/e2e/testdata/playbook_run/golden/coverage.md", markdown.out);
  const RunResult layer =
      RunBinary({"playbook", "layer", "--coverage", "pages/T1999.md"}, pages.options);
  ExpectGolden("test/e2e/testdata/playbook_run/golden/layer.json", layer.out);
  const RunResult hunted = RunBinary(
      {"hunt", InRoot("samples/evidence"), "-o", "case", "-q", "--no-store", "-t", "attack-layer"},
      pages.options);
  const RunResult from_case = RunBinary({"playbook", "layer", "--case", "case"}, pages.options);
  EXPECT_EQ(hunted.out, from_case.out);
  EXPECT_NE(from_case.out.find("\"techniqueID\": \"T1528\""), std::string::npos);
}

TEST(PlaybookRun, WrongWaysToCallSayWhat) {
  Pages pages;
  const RunResult none = RunBinary({"playbook", "run"}, pages.options);
  EXPECT_EQ(none.exit_code, 2);
  const RunResult no_case = RunBinary({"playbook", "run", "pages/T1999.md"}, pages.options);
  EXPECT_EQ(no_case.exit_code, 1);
  EXPECT_NE(no_case.err.find("no evidence was named"), std::string::npos) << no_case.err;
  const RunResult unknown = RunBinary({"playbook", "check", "shipped:T0000"}, pages.options);
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_NE(unknown.err.find("no page 'shipped:T0000' comes with the program"), std::string::npos);
}

}  // namespace
}  // namespace tokentrail::test
