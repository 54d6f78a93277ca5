// Gaps of whole exports, and the commands that would close them: with their time and tenant, and
// safe to copy whatever stands in the logs.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "inventory/collection.h"
#include "test/support/case_file.h"
#include "test/support/golden.h"
#include "test/support/hunt.h"
#include "test/support/temp_folder.h"

namespace tokentrail::test {
namespace {

RunResult Collect(const TempFolder& folder, std::vector<std::string> args) {
  args.insert(args.begin(), "collect");
  RunOptions options;
  options.folder = folder.path();
  options.environment = {"COLUMNS=100"};
  return RunBinary(args, options);
}

/// An invented read of mail, at `minutes` after 2026-03-02.
std::string MailRead(int number, int minutes, std::string_view mailbox, bool throttled) {
  return fmt::format(
      R"({{"CreationTime":"2026-03-{:02}T{:02}:{:02}:00","Id":"00000000-0000-4000-8000-{:012}",)"
      R"("Operation":"MailItemsAccessed","OrganizationId":"11111111-2222-4333-8444-555555555555",)"
      R"("RecordType":50,"ResultStatus":"Succeeded","UserType":0,"Workload":"Exchange",)"
      R"("UserId":"{}","MailboxOwnerUPN":"{}","OperationProperties":[{{"Name":"IsThrottled",)"
      R"("Value":"{}"}}]}})",
      2 + minutes / 1440, minutes / 60 % 24, minutes % 60, number, mailbox, mailbox,
      throttled ? "True" : "False");
}

/// Twelve days of a busy mailbox, without the fourth; five thousand records, the newest first.
std::string CutExport(bool with_gap) {
  std::vector<std::string> lines;
  for (int minute = 0; lines.size() < 5000; minute += 3) {
    if (with_gap && minute / 1440 == 3) continue;
    lines.push_back(MailRead(static_cast<int>(lines.size()), minute, "eve@contoso.example",
                             lines.size() == 700));
  }
  std::string out;
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) out += *line + "\n";
  return out;
}

TEST(Collect, FindsTheGapsOfAnExportAndSaysHowToCloseThem) {
  const TempFolder folder;
  WriteFile(folder.In("evidence/audit.jsonl"), CutExport(true));
  const HuntResult hunt = Hunt({folder.In("evidence")}, folder.In("case"));
  for (const std::string kind : {"throttled", "silence", "row_cap", "missing_stream"}) {
    EXPECT_NE(hunt.summary.find("\"kind\": \"" + kind + "\""), std::string::npos) << kind << "\n"
                                                                                  << hunt.Told();
  }
  const RunResult text = Collect(folder, {"--case", "case", "--as-of", "2026-04-01"});
  ASSERT_EQ(text.exit_code, 0) << text.err;
  EXPECT_NE(text.out.find("eve@contoso.example"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("$TT_MAILBOX = 'eve@contoso.example'"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("Search-UnifiedAuditLog"), std::string::npos);
  EXPECT_NE(text.out.find("11111111-2222-4333-8444-555555555555"), std::string::npos);
}

TEST(Collect, AWholeExportHasNoSilence) {
  const TempFolder folder;
  WriteFile(folder.In("evidence/audit.jsonl"),
            CutExport(false) + MailRead(9999, 15001, "x", false));
  const HuntResult hunt = Hunt({folder.In("evidence")}, folder.In("case"));
  EXPECT_EQ(hunt.summary.find("\"kind\": \"silence\""), std::string::npos) << hunt.Told();
  EXPECT_EQ(hunt.summary.find("\"kind\": \"row_cap\""), std::string::npos) << hunt.Told();
}

TEST(Collect, SaysTheSameInEveryFormat) {
  const TempFolder folder;
  RunOptions options;
  options.folder = folder.path();
  // Written as in its folder, so that the pages name no path of a machine.
  const RunResult hunt =
      RunBinary({"hunt", InRoot("samples/evidence"), "-q", "--no-store", "-o", "case"}, options);
  ASSERT_TRUE(hunt.exit_code == 0 || hunt.exit_code == 3) << hunt.err;
  for (const std::string type : {"text", "md", "json", "sh"}) {
    const RunResult result =
        Collect(folder, {"--case", "case", "--as-of", "2026-11-10", "-t", type});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    ExpectGolden("test/e2e/testdata/collect." + type + ".golden", result.out);
  }
  // The case of this folder is the one that is meant.
  const RunResult last = Collect(folder, {"--as-of", "2026-11-10", "-t", "json"});
  EXPECT_NE(last.out.find("GitHub's API requests"), std::string::npos) << last.out;
  const RunResult one = Collect(folder, {"--platform", "github", "--as-of", "2026-11-10"});
  EXPECT_NE(one.out.find("GitHub's API requests"), std::string::npos) << one.out;
  EXPECT_EQ(one.out.find("Entra"), std::string::npos) << one.out;
}

TEST(Collect, ReadsEvidenceAsWellAsACase) {
  const TempFolder folder;
  WriteFile(folder.In("evidence/consent.jsonl"), ConsentRecord() + "\n");
  const RunResult result = Collect(folder, {"evidence", "--as-of", "2026-11-10"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.out.find("1. "), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("gone since"), std::string::npos) << result.out;
}

TEST(Collect, AFewRecordsDoNotMakeTwentyGaps) {
  const TempFolder folder;
  for (const std::string path : {"m365/a.jsonl", "m365/b.jsonl", "m365/c.jsonl"}) {
    WriteFile(folder.In("evidence/" + path), ConsentRecord() + "\n");
  }
  const HuntResult hunt = Hunt({folder.In("evidence")}, folder.In("case"));
  size_t gaps = 0;
  for (size_t at = hunt.summary.find("\"hides\""); at != std::string::npos;
       at = hunt.summary.find("\"hides\"", at + 1)) {
    ++gaps;
  }
  EXPECT_LE(gaps, 4u) << hunt.Told();
  EXPECT_GE(gaps, 1u);
  // The finding says what it can't say.
  EXPECT_NE(hunt.findings.find("\"cannot_say\":[\"who signed in from where"), std::string::npos)
      << hunt.findings;
}

TEST(Collect, WithoutACaseItListsAllThatThereIsToCollect) {
  const TempFolder folder;
  std::set<std::string> platforms;
  for (const inventory::CollectEntry& entry : inventory::CollectEntries()) {
    platforms.insert(entry.platform);
  }
  EXPECT_EQ(platforms.size(), 8u);
  for (const std::string& platform : platforms) {
    for (const std::string type : {"text", "md", "json", "sh"}) {
      const RunResult result =
          Collect(folder, {"--platform", platform, "--since", "2026-10-01", "--until", "2026-10-31",
                           "--as-of", "2026-11-10", "-t", type});
      ASSERT_EQ(result.exit_code, 0) << result.err;
      for (const inventory::CollectEntry& entry : inventory::CollectEntries()) {
        if (entry.platform != platform || !entry.stream.empty()) continue;
        EXPECT_NE(result.out.find(entry.title), std::string::npos) << entry.title;
      }
      EXPECT_NE(result.out.find("2026-10-01"), std::string::npos) << result.out;
    }
  }
  const RunResult all = Collect(folder, {"--as-of", "2026-11-10"});
  ASSERT_EQ(all.exit_code, 0) << all.err;
  EXPECT_NE(all.out.find("Okta System Log"), std::string::npos);
  EXPECT_NE(all.out.find("180 days: Audit (Standard)"), std::string::npos) << all.out;
}

/// Every command that is meant for a shell can be read by one; the script as a whole as well.
TEST(Collect, AShellCanReadItsCommands) {
  const TempFolder folder;
  for (const inventory::CollectEntry& entry : inventory::CollectEntries()) {
    for (const inventory::CollectWay& way : entry.ways) {
      if (way.pwsh) {
        EXPECT_EQ(way.run.find("${TT_"), std::string::npos) << way.title;
        continue;
      }
      WriteFile(folder.In("way.sh"), way.run + "\n");
      const RunResult shell = RunProgram({"/bin/sh", "-n", folder.In("way.sh")}, {});
      EXPECT_EQ(shell.exit_code, 0) << entry.title << ", " << way.title << ": " << shell.err;
    }
  }
  const RunResult script = Collect(folder, {"-t", "sh", "--as-of", "2026-11-10"});
  ASSERT_EQ(script.exit_code, 0) << script.err;
  WriteFile(folder.In("all.sh"), script.out);
  const RunResult shell = RunProgram({"/bin/sh", "-n", folder.In("all.sh")}, {});
  EXPECT_EQ(shell.exit_code, 0) << shell.err;
}

/// Names of variables that a text uses and that begin with TT_.
std::set<std::string> Variables(std::string_view text) {
  std::set<std::string> out;
  for (size_t at = text.find("TT_"); at != std::string_view::npos; at = text.find("TT_", at + 1)) {
    size_t end = at;
    while (end < text.size() &&
           (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '_')) {
      ++end;
    }
    out.insert(std::string(text.substr(at, end - at)));
  }
  return out;
}

TEST(Collect, EveryVariableHasAValueOrIsAskedFor) {
  const std::set<std::string> known = {"TT_START",       "TT_END",        "TT_START_URL",
                                       "TT_END_URL",     "TT_START_DATE", "TT_END_DATE",
                                       "TT_START_EPOCH", "TT_END_EPOCH",  "TT_TENANT",
                                       "TT_TENANT_URL",  "TT_MAILBOX"};
  for (const inventory::CollectEntry& entry : inventory::CollectEntries()) {
    for (const inventory::CollectWay& way : entry.ways) {
      for (const std::string& name : Variables(way.run)) {
        const bool set = std::find(way.set.begin(), way.set.end(), name) != way.set.end();
        const bool made = way.run.find(name + "=") != std::string::npos ||
                          way.run.find("for " + name + " in") != std::string::npos ||
                          way.run.find("read -r " + name) != std::string::npos ||
                          way.run.find("read -r TT_ID " + name) != std::string::npos;
        EXPECT_TRUE(known.contains(name) || set || made)
            << entry.title << ", " << way.title << ": " << name;
      }
    }
  }
}

/// Names in logs are chosen by attackers. The script goes through a real shell without its
/// commands.
TEST(Collect, AHostileNameNeverBecomesACommand) {
  const std::string names[] = {"x'; touch owned; echo '@a.example", "$(touch owned)@a.example",
                               "`touch owned`@a.example", "a\\ntouch owned\\n@a.example",
                               "a\u202Etouch owned\u202C@a.example"};
  for (const std::string& name : names) {
    const TempFolder folder;
    WriteFile(folder.In("evidence/a.jsonl"), MailRead(1, 5, name, true) + "\n");
    const HuntResult hunt = Hunt({folder.In("evidence")}, folder.In("case"));
    ASSERT_NE(hunt.summary.find("\"throttled\""), std::string::npos) << hunt.Told();
    for (const std::string type : {"text", "md", "sh"}) {
      const RunResult result =
          Collect(folder, {"--case", "case", "--as-of", "2026-11-10", "-t", type});
      ASSERT_EQ(result.exit_code, 0) << result.err;
      for (const std::string_view line : Split(result.out, "\n")) {
        EXPECT_FALSE(Trim(line).starts_with("touch owned")) << line;
        EXPECT_EQ(line.find("\u202E"), std::string_view::npos) << line;
        for (const char c : line) {
          const auto byte = static_cast<unsigned char>(c);
          EXPECT_TRUE(byte >= 0x20 && byte != 0x7F) << line;
        }
      }
    }
    const RunResult script =
        Collect(folder, {"--case", "case", "--as-of", "2026-11-10", "-t", "sh"});
    WriteFile(folder.In("review.sh"), script.out);
    RunOptions options;
    options.folder = folder.path();
    const RunResult read = RunProgram({"/bin/sh", "-n", folder.In("review.sh")}, options);
    EXPECT_EQ(read.exit_code, 0) << read.err;
    std::string values;
    for (const std::string_view line : Split(script.out, "\n")) {
      if (line.starts_with("TT_START=") || line.starts_with("TT_END=") ||
          line.starts_with("TT_TENANT=") || line.starts_with("TT_MAILBOX=")) {
        values += std::string(line) + "\n";
      }
    }
    EXPECT_EQ(RunProgram({"/bin/sh", "-c", values + "true"}, options).exit_code, 0);
    EXPECT_FALSE(std::ifstream(folder.In("owned")).good());
  }
}

TEST(Collect, SaysWhatIsWrong) {
  const TempFolder folder;
  EXPECT_EQ(Collect(folder, {"--platform", "moon"}).exit_code, 2);
  EXPECT_EQ(Collect(folder, {"--since", "2026-02-01", "--until", "2026-01-01"}).exit_code, 2);
  EXPECT_EQ(Collect(folder, {"--case", "case", "--since", "2026-02-01"}).exit_code, 2);
  const RunResult none = Collect(folder, {"--case", "nowhere"});
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_NE(none.err.find("tokentrail hunt"), std::string::npos) << none.err;
  WriteFile(folder.In("old/summary.json"), "{\"sources\": []}");
  const RunResult old = Collect(folder, {"--case", "old"});
  EXPECT_EQ(old.exit_code, 1);
  EXPECT_NE(old.err.find("earlier version"), std::string::npos) << old.err;
}

TEST(Collect, TheSameGapsInAnyOrderOfFilesAndThreads) {
  const TempFolder folder;
  const std::string text = CutExport(true);
  const size_t middle = text.find('\n', text.size() / 2) + 1;
  WriteFile(folder.In("one/a.jsonl"), text.substr(0, middle));
  WriteFile(folder.In("one/b.jsonl"), text.substr(middle) + text.substr(middle));
  const HuntResult one = Hunt({folder.In("one/a.jsonl"), folder.In("one/b.jsonl")},
                              folder.In("case-1"), {"--threads", "1"});
  const HuntResult two = Hunt({folder.In("one/b.jsonl"), folder.In("one/a.jsonl")},
                              folder.In("case-2"), {"--threads", "2"});
  const auto gaps = [](const std::string& summary) {
    const size_t at = summary.find("\"gaps\": [");
    return summary.substr(at, summary.find("\"apps\": [") - at);
  };
  EXPECT_NE(gaps(one.summary).find("\"duplicate_pages\""), std::string::npos) << gaps(one.summary);
  EXPECT_EQ(gaps(one.summary), gaps(two.summary));
}

}  // namespace
}  // namespace tokentrail::test
