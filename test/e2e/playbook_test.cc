// Hunt pages as teams keep them: the verbs, what goes to which stream, and what is never written.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/text.h"
#include "test/support/binary.h"
#include "test/support/case_file.h"
#include "test/support/temp_folder.h"

namespace tokentrail::test {
namespace {

namespace fs = std::filesystem;

std::string Bundle(std::string_view version) {
  return InRoot("src/playbook/testdata/attack-" + std::string(version) + ".json");
}

RunResult Playbook(const TempFolder& folder, std::vector<std::string> args,
                   std::string_view input = {}) {
  args.insert(args.begin(), "playbook");
  RunOptions options;
  options.folder = folder.path();
  options.input = input;
  return RunBinary(args, options);
}

/// playbooks/T1999.001.md with ATT&CK 15.1.
std::string PulledPage(const TempFolder& folder) {
  const RunResult made =
      Playbook(folder, {"new", "T1999.001", "--attack", Bundle("15.1"), "--date", "2026-01-02"});
  EXPECT_EQ(made.exit_code, 0) << made.err;
  EXPECT_EQ(made.out, "wrote playbooks/T1999.001.md\n");
  return folder.In("playbooks/T1999.001.md");
}

TEST(Playbook, ANewPageHoldsNoTextOfAttacksUntilItIsPulled) {
  const TempFolder folder;
  const RunResult made = Playbook(folder, {"new", "T1550.001"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const std::string page = ReadFile(folder.In("playbooks/T1550.001.md"));
  EXPECT_TRUE(page.starts_with("# T1550.001\n"));
  EXPECT_NE(page.find("*Not pulled yet.*"), std::string::npos);
  const RunResult again = Playbook(folder, {"new", "T1550.001"});
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_NE(again.err.find("exists already"), std::string::npos);
  EXPECT_EQ(ReadFile(folder.In("playbooks/T1550.001.md")), page);
  EXPECT_EQ(Playbook(folder, {"new", "T15"}).exit_code, 2);
  EXPECT_EQ(Playbook(folder, {"new", "T4242", "--attack", Bundle("15.1")}).exit_code, 1);
  EXPECT_FALSE(fs::exists(folder.In("playbooks/T4242.md")));
}

TEST(Playbook, UpdateSaysWhatChangedAndKeepsTheMode) {
  const TempFolder folder;
  const std::string path = PulledPage(folder);
  ASSERT_EQ(::chmod(path.c_str(), 0640), 0);
  const std::string before = ReadFile(path);

  const RunResult dry = Playbook(folder, {"update", "--attack", Bundle("18.1"), "--dry-run"});
  EXPECT_EQ(dry.exit_code, 0) << dry.err;
  EXPECT_TRUE(
      dry.out.starts_with("--- a/playbooks/T1999.001.md\n+++ b/playbooks/T1999.001.md\n@@ "))
      << dry.out;
  EXPECT_NE(dry.err.find("ATT&CK 15.1 -> 18.1"), std::string::npos) << dry.err;
  EXPECT_EQ(ReadFile(path), before);

  const RunResult run = Playbook(folder, {"update", "--attack", Bundle("18.1")});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_NE(run.out.find("- platform 'Azure AD' is now 'Identity Provider'"), std::string::npos)
      << run.out;
  EXPECT_NE(ReadFile(path), before);
  struct stat info {};
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0640u);

  // The diff was of just that.
  const RunResult same = Playbook(folder, {"update", "--attack", Bundle("18.1")});
  EXPECT_NE(same.out.find("up to date"), std::string::npos) << same.out;
  const RunResult older = Playbook(folder, {"update", "--attack", Bundle("15.1")});
  EXPECT_EQ(older.exit_code, 2);
  EXPECT_NE(older.err.find("--allow-older"), std::string::npos);
  size_t files = 0;
  for (const auto& entry : fs::directory_iterator(folder.In("playbooks"))) files += entry.exists();
  EXPECT_EQ(files, 1u) << "nothing temporary stays";
}

TEST(Playbook, AConflictIsShownKeptAndExitsWith3) {
  const TempFolder folder;
  const std::string path = PulledPage(folder);
  std::string text = ReadFile(path);
  text.insert(text.find("* Barns"), "* Our hut\n");
  WriteFile(path, text);
  const RunResult run = Playbook(folder, {"update", "--attack", Bundle("18.1")});
  EXPECT_EQ(run.exit_code, 3) << run.err;
  EXPECT_NE(run.out.find("conflict  platforms: playbooks/T1999.001.md:"), std::string::npos)
      << run.out;
  EXPECT_NE(run.out.find("-* Our hut"), std::string::npos) << run.out;
  EXPECT_NE(run.out.find("+* Towers"), std::string::npos) << run.out;
  EXPECT_NE(ReadFile(path).find("* Our hut"), std::string::npos);
  const RunResult json =
      Playbook(folder, {"update", "--attack", Bundle("18.1"), "-t", "json", "--dry-run"});
  EXPECT_EQ(json.exit_code, 3);
  EXPECT_NE(json.out.find("\"conflicts\": 1"), std::string::npos) << json.out;
  const RunResult theirs =
      Playbook(folder, {"update", "--attack", Bundle("18.1"), "--theirs", "platforms"});
  EXPECT_EQ(theirs.exit_code, 0) << theirs.err;
  EXPECT_EQ(ReadFile(path).find("* Our hut"), std::string::npos);
}

TEST(Playbook, NothingIsWrittenWhenOnePageOrTheBundleIsBroken) {
  const TempFolder folder;
  const std::string path = PulledPage(folder);
  const std::string good = ReadFile(path);
  std::string broken = good;
  broken.replace(0, 11, "# T1999 Bad");
  broken.erase(broken.find("<!-- tokentrail:attack platforms end -->"), 41);
  WriteFile(folder.In("playbooks/T1999.md"), broken);
  const RunResult run = Playbook(folder, {"update", "--attack", Bundle("18.1")});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_NE(run.err.find("playbooks/T1999.md:"), std::string::npos) << run.err;
  EXPECT_NE(run.err.find("begins inside block 'platforms'"), std::string::npos) << run.err;
  EXPECT_NE(run.err.find("nothing was written"), std::string::npos);
  EXPECT_EQ(ReadFile(path), good);
  fs::remove(folder.In("playbooks/T1999.md"));

  folder.Write("bad.json", "{\"objects\": [\n{]}");
  const RunResult bundle = Playbook(folder, {"update", "--attack", "bad.json"});
  EXPECT_EQ(bundle.exit_code, 1);
  EXPECT_NE(bundle.err.find("bad.json:2:2: error: not JSON"), std::string::npos) << bundle.err;
  EXPECT_EQ(ReadFile(path), good);
}

TEST(Playbook, NothingIsDownloadedUnlessAskedAndHashesMustFit) {
  const TempFolder folder;
  const std::string path = PulledPage(folder);
  for (const std::string source : {"latest", "https://127.0.0.1:9/attack.json"}) {
    const RunResult offline = Playbook(folder, {"update", "--attack", source});
    EXPECT_EQ(offline.exit_code, 2);
    EXPECT_NE(offline.err.find("--online"), std::string::npos) << offline.err;
    EXPECT_NE(offline.err.find("https://"), std::string::npos) << offline.err;
  }
  const RunResult plain =
      Playbook(folder, {"update", "--attack", "http://127.0.0.1/a", "--online"});
  EXPECT_EQ(plain.exit_code, 2);
  EXPECT_NE(plain.err.find("no https address"), std::string::npos) << plain.err;
  const RunResult dead =
      Playbook(folder, {"update", "--attack", "https://127.0.0.1:9/attack.json", "--online"});
  EXPECT_EQ(dead.exit_code, 1) << dead.err;

  const std::string zeros(64, '0');
  const RunResult wrong =
      Playbook(folder, {"update", "--attack", Bundle("18.1"), "--sha256", zeros});
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_NE(wrong.err.find("is not the bundle that --sha256 names"), std::string::npos);
  const RunResult right = Playbook(folder, {"update", "--attack", Bundle("18.1"), "--sha256",
                                            Sha256Hex(ReadFile(Bundle("18.1")))});
  EXPECT_EQ(right.exit_code, 0) << right.err;
}

TEST(Playbook, APageBecomesANotebookAndTheSamePageAgain) {
  const TempFolder folder;
  const std::string path = PulledPage(folder);
  const std::string page = ReadFile(path);
  ASSERT_EQ(Playbook(folder, {"export", "playbooks/T1999.001.md"}).exit_code, 0);
  const RunResult back = Playbook(folder, {"export", "playbooks/T1999.001.ipynb", "-o", "back.md"});
  ASSERT_EQ(back.exit_code, 0) << back.err;
  EXPECT_EQ(ReadFile(folder.In("back.md")), page);
  const RunResult over = Playbook(folder, {"export", "playbooks/T1999.001.ipynb"});
  EXPECT_EQ(over.exit_code, 2) << "the page is not written over";
  const RunResult imported = Playbook(folder, {"import", "playbooks/T1999.001.ipynb", "-o", "-"});
  EXPECT_EQ(imported.exit_code, 0);
  EXPECT_EQ(imported.out, page);

  folder.Write("foreign.ipynb", R"({"nbformat": 4, "cells": [
    {"cell_type": "markdown", "source": "# T1999 x"},
    {"cell_type": "raw", "source": "x"}]})");
  const RunResult foreign = Playbook(folder, {"import", "foreign.ipynb"});
  EXPECT_EQ(foreign.exit_code, 1);
  EXPECT_NE(foreign.err.find("foreign.ipynb:3:20: error: cell 2 is of type 'raw'"),
            std::string::npos)
      << foreign.err;
  EXPECT_FALSE(fs::exists(folder.In("playbooks/T1999.md")));
}

TEST(Playbook, AnOldPageIsImportedAndGoesOnFromThere) {
  const TempFolder folder;
  folder.Write(
      "old.md",
      "# T1999.001 Borrow a Ladder\n\n### Platforms:\n\n* Azure AD\n\n## Host Analytics\n\n"
      "#### Analytic 1\n");
  const RunResult imported = Playbook(folder, {"import", "old.md", "--attack-version", "15.1"});
  ASSERT_EQ(imported.exit_code, 0) << imported.err;
  EXPECT_NE(imported.err.find("not found: technique-description"), std::string::npos);
  const RunResult run = Playbook(folder, {"update", "--attack", Bundle("18.1"), "--add-missing"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const std::string page = ReadFile(folder.In("playbooks/T1999.001.md"));
  EXPECT_NE(page.find("* Identity Provider"), std::string::npos);
  EXPECT_NE(page.find("AN9001"), std::string::npos);
  EXPECT_TRUE(page.ends_with("\n## Host Analytics\n\n#### Analytic 1\n"));
}

TEST(Playbook, AnalyticsAreAddedMovedAndTakenOut) {
  const TempFolder folder;
  const std::string page = "playbooks/T1999.001.md";
  const std::string path = PulledPage(folder);
  const RunResult added = Playbook(folder,
                                   {"analytic", "add", page, "cloud", "--at", "1", "--title",
                                    "Consent", "--language", "sql", "--query", "-"},
                                   "select count(*) from events\n");
  ASSERT_EQ(added.exit_code, 0) << added.err;
  EXPECT_NE(added.out.find("cloud 1 is now cloud 2"), std::string::npos) << added.out;
  EXPECT_NE(ReadFile(path).find("#### Analytic 1: Consent\n"), std::string::npos);
  EXPECT_NE(ReadFile(path).find("  ```sql\n  select count(*) from events\n  ```\n"),
            std::string::npos);
  const std::string before = ReadFile(path);
  const RunResult dry =
      Playbook(folder, {"analytic", "move", page, "cloud", "1", "--to", "2", "--dry-run"});
  EXPECT_EQ(dry.exit_code, 0) << dry.err;
  EXPECT_NE(dry.out.find("+#### Analytic 2: Consent"), std::string::npos) << dry.out;
  EXPECT_EQ(ReadFile(path), before);
  EXPECT_EQ(Playbook(folder, {"analytic", "move", page, "cloud", "1", "--to", "2"}).exit_code, 0);
  EXPECT_EQ(Playbook(folder, {"analytic", "remove", page, "cloud", "1"}).exit_code, 0);
  EXPECT_NE(ReadFile(path).find("#### Analytic 1: Consent\n"), std::string::npos);
  EXPECT_EQ(Playbook(folder, {"analytic", "remove", page, "cloud", "7"}).exit_code, 1);
  EXPECT_EQ(Playbook(folder, {"analytic", "shuffle", page, "cloud", "1"}).exit_code, 2);
  EXPECT_EQ(Playbook(folder, {"analytic", "add", page, "moon"}).exit_code, 2);
  EXPECT_EQ(Playbook(folder, {"analytic", "add", page, "host", "--language", "cobol"}).exit_code,
            2);
}

}  // namespace
}  // namespace tokentrail::test
