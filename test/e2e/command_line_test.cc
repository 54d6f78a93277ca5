// The binary as people use it: verbs, flags, exit codes, what goes to which stream.

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "base/text.h"
#include "source/json.h"
#include "test/support/binary.h"
#include "test/support/case_file.h"
#include "test/support/temp_folder.h"

namespace tokentrail::test {
namespace {

namespace fs = std::filesystem;

/// Working in `folder`.
RunOptions In(const TempFolder& folder) {
  RunOptions out;
  out.folder = folder.path();
  return out;
}

/// A hunt over our samples into `folder`/case, with more arguments.
RunResult HuntSamples(const TempFolder& folder, std::vector<std::string> more) {
  std::vector<std::string> args = {"hunt", InRoot("samples/evidence"), "-o", folder.In("case")};
  args.insert(args.end(), more.begin(), more.end());
  return RunBinary(args);
}

/// The first id in findings.jsonl of a case.
std::string FirstId(const std::string& case_folder) {
  const std::string text = ReadFile(case_folder + "/findings.jsonl");
  source::JsonReader reader;
  if (!reader.ParseUnpadded(text.substr(0, text.find('\n')))) return {};
  return std::string(reader.record().Text("id"));
}

TEST(CommandLine, HelpAndVersionGoToStandardOutput) {
  for (const std::vector<std::string>& args : std::vector<std::vector<std::string>>{
           {"--help"}, {"-h"}, {"help"}, {"help", "hunt"}, {"hunt", "--help"}, {"--version"}}) {
    const RunResult run = RunBinary(args);
    EXPECT_EQ(run.exit_code, 0) << args[0];
    EXPECT_NE(run.out.find("tokentrail"), std::string::npos);
    EXPECT_EQ(run.err, "");
  }
}

TEST(CommandLine, MisuseExitsWith2AndSaysWhatWasMeant) {
  const RunResult nothing = RunBinary({});
  EXPECT_EQ(nothing.exit_code, 2);
  EXPECT_EQ(nothing.out, "");
  const RunResult verb = RunBinary({"hnut", "x"});
  EXPECT_EQ(verb.exit_code, 2);
  EXPECT_NE(verb.err.find("did you mean 'hunt'"), std::string::npos) << verb.err;
  const RunResult flag = RunBinary({"hunt", "--min-levle", "high", "x"});
  EXPECT_EQ(flag.exit_code, 2);
  EXPECT_NE(flag.err.find("did you mean '--min-level'"), std::string::npos) << flag.err;
  const RunResult level = RunBinary({"hunt", "-m", "extreme", "x"});
  EXPECT_EQ(level.exit_code, 2);
  EXPECT_NE(level.err.find("critical"), std::string::npos);
  EXPECT_EQ(RunBinary({"hunt"}).exit_code, 2);
}

TEST(CommandLine, AFolderWithoutAVerbIsPointedToHunt) {
  const TempFolder folder;
  const RunResult run = RunBinary({folder.path()});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_NE(run.err.find("tokentrail hunt"), std::string::npos) << run.err;
}

TEST(Hunt, EvidenceThatIsNotThereIsAnError) {
  const TempFolder folder;
  const RunResult run = RunBinary({"hunt", folder.In("nowhere"), "-o", folder.In("case")});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_NE(run.err.find("nowhere"), std::string::npos) << run.err;
}

TEST(Hunt, WritesTheCaseAndPrintsATableAndTheSummary) {
  const TempFolder folder;
  const RunResult run = HuntSamples(folder, {});
  EXPECT_TRUE(run.exit_code == 0 || run.exit_code == 3) << run.exit_code << run.err;
  for (const char* name :
       {"findings.jsonl", "findings.csv", "timeline.csv", "timeline.jsonl", "summary.json"}) {
    EXPECT_TRUE(fs::exists(folder.In("case/" + std::string(name)))) << name;
  }
  EXPECT_NE(run.out.find("level"), std::string::npos) << run.out;
  EXPECT_NE(run.out.find("Absence of evidence is not evidence of absence"), std::string::npos);
  EXPECT_EQ(run.out.find('\x1b'), std::string::npos) << "colours without a terminal";
}

TEST(Hunt, RefusesACaseThatIsThereUnlessToldTo) {
  const TempFolder folder;
  HuntSamples(folder, {"-q"});
  const std::string before = ReadFile(folder.In("case/findings.jsonl"));
  const RunResult again = HuntSamples(folder, {"-q"});
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_NE(again.err.find("-C"), std::string::npos) << again.err;
  EXPECT_EQ(ReadFile(folder.In("case/findings.jsonl")), before);
  EXPECT_NE(HuntSamples(folder, {"-q", "-C"}).exit_code, 2);
}

TEST(Hunt, ReplacesOnlyACase) {
  const TempFolder folder;
  folder.Write("case/tmp/mine.txt", "keep");
  const RunResult run = HuntSamples(folder, {"-q", "-C"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_NE(run.err.find("is no case"), std::string::npos) << run.err;
  EXPECT_EQ(ReadFile(folder.In("case/tmp/mine.txt")), "keep");
}

TEST(Hunt, PrintsWhatTheCaseHolds) {
  const TempFolder folder;
  const RunResult run = HuntSamples(folder, {"-t", "jsonl"});
  EXPECT_EQ(run.out, ReadFile(folder.In("case/findings.jsonl")));
  EXPECT_NE(run.out, "");
  // The summary goes where it does not spoil the data.
  EXPECT_NE(run.err.find("Absence of evidence"), std::string::npos);
  const RunResult csv = HuntSamples(folder, {"-C", "-N", "--output-type=CSV"});
  EXPECT_EQ(csv.out, ReadFile(folder.In("case/findings.csv")));
  EXPECT_EQ(csv.err.find("Absence of evidence"), std::string::npos);
}

TEST(Hunt, FailOnIsMetByAFindingOfThatLevel) {
  const TempFolder folder;
  EXPECT_EQ(HuntSamples(folder, {"-q", "--fail-on", "low"}).exit_code, 4);
}

TEST(Hunt, WhatCannotBeUsedShowsInTheExitCodeAndTheSummary) {
  const TempFolder folder;
  const std::string log = folder.Write("logs/a.jsonl", "{\"some\":\"thing\"}\n{broken\n");
  const RunResult run = RunBinary({"hunt", log, "-o", folder.In("case"), "-q"});
  EXPECT_EQ(run.exit_code, 3) << run.err;
  EXPECT_NE(run.err.find("left out: 2 records"), std::string::npos) << run.err;
  const std::string summary = ReadFile(folder.In("case/summary.json"));
  EXPECT_NE(summary.find("source.unclaimed"), std::string::npos) << summary;
  EXPECT_NE(summary.find("a.jsonl:2"), std::string::npos) << summary;
}

TEST(Hunt, ReadsStandardInput) {
  const TempFolder folder;
  RunOptions options;
  options.input = "{\"some\":\"thing\"}\n";
  const RunResult run = RunBinary({"hunt", "-", "-o", folder.In("case")}, options);
  EXPECT_EQ(run.exit_code, 3) << run.err;
  EXPECT_NE(run.out.find("source.unclaimed"), std::string::npos) << run.out;
}

TEST(Show, PrintsAFindingByTheStartOfItsId) {
  const TempFolder folder;
  HuntSamples(folder, {"-q"});
  const std::string id = FirstId(folder.In("case"));
  ASSERT_GE(id.size(), 12U);
  const RunResult text = RunBinary({"show", id.substr(0, 12), "--case", folder.In("case")});
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_NE(text.out.find(id), std::string::npos);
  EXPECT_NE(text.out.find("evidence 1 of"), std::string::npos);
  EXPECT_NE(text.out.find(">> "), std::string::npos) << text.out;
  const RunResult json = RunBinary({"show", id, "--case", folder.In("case"), "-t", "json"});
  EXPECT_TRUE(ReadFile(folder.In("case/findings.jsonl")).starts_with(json.out));
}

TEST(Show, SaysWhenThereIsNoCaseOrNoFinding) {
  const TempFolder folder;
  const RunResult no_case = RunBinary({"show", "abcdef"}, In(folder));
  EXPECT_EQ(no_case.exit_code, 1);
  EXPECT_NE(no_case.err.find("tokentrail hunt"), std::string::npos) << no_case.err;
}

TEST(Find, NamesThePlaceOfEveryMatch) {
  const TempFolder folder;
  folder.Write("logs/a.jsonl",
               "{\"x\":\"192.0.2.1\"}\n{\"x\":\"192.0.2.11\"}\n"
               "{\"deep\":[{\"y\":\"{\\\"ip\\\":\\\"::ffff:192.0.2.1\\\"}\"}]}\n");
  const RunResult run = RunBinary({"find", "192.0.2.1", "logs"}, In(folder));
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_NE(run.out.find("logs/a.jsonl:1 "), std::string::npos) << run.out;
  EXPECT_EQ(run.out.find("logs/a.jsonl:2 "), std::string::npos) << run.out;
  EXPECT_NE(run.out.find("/deep/0/y/ip"), std::string::npos) << run.out;
  EXPECT_NE(run.err.find("2 of 3 records match"), std::string::npos) << run.err;
}

TEST(Find, GivesTheSameForAnyNumberOfThreads) {
  const auto with = [](const std::string& threads) {
    return RunBinary({"find", "-i", "mail", InRoot("samples/evidence"), "-t", "csv", "--limit", "7",
                      "--threads", threads})
        .out;
  };
  const std::string one = with("1");
  EXPECT_NE(one, "");
  EXPECT_EQ(one, with("4"));
}

TEST(Find, TakesExpressionsFiltersAndLists) {
  const TempFolder folder;
  folder.Write("logs/a.jsonl",
               "{\"x\":\"one 42\",\"u\":\"Ann\"}\n{\"x\":\"two 42\",\"u\":\"ben\"}\n");
  folder.Write("iocs.csv", "# list\ntwo 42,high\n");
  const auto matches = [&](std::vector<std::string> args) {
    args.insert(args.begin(), "find");
    args.insert(args.end(), {"-t", "jsonl"});
    const RunResult run = RunBinary(args, In(folder));
    EXPECT_EQ(run.exit_code, 0) << run.err;
    return Split(run.out, "\n").size();
  };
  EXPECT_EQ(matches({"-e", "[a-z]+ 4[0-9]", "logs"}), 2U);
  EXPECT_EQ(matches({"-F", "u:ann", "logs"}), 1U);
  EXPECT_EQ(matches({"-F", "u:ann", "two", "logs"}), 0U);
  EXPECT_EQ(matches({"--ioc", "iocs.csv", "logs"}), 1U);
  EXPECT_EQ(RunBinary({"find", "-e", "(", "logs"}, In(folder)).exit_code, 2);
}

TEST(Find, TellsTheUsesOfATokenAndNoPartOfIt) {
  const TempFolder folder;
  const std::string token = "ghp_0123456789abcdefghijklmnopqrstuvwxyz";
  const std::string hash = "ZnXNDDZdLH2QJ6FQ7CSFBjE2ljIki0s0YhDr3xpZ1rc=";
  folder.Write("logs/github.jsonl", "{\"action\":\"git.clone\",\"hashed_token\":\"" + hash +
                                        "\"}\n{\"url\":\"https://x.example/?t=" + token +
                                        "&a=" + token.substr(0, 12) + "\"}\n");
  for (const char* type : {"text", "csv", "jsonl"}) {
    RunOptions options;
    options.input = token + "\n";
    options.folder = folder.path();
    const RunResult run = RunBinary({"find", "--secret", "-", "logs", "-t", type}, options);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_NE(run.out.find("hashed_token"), std::string::npos) << run.out;
    EXPECT_NE(run.out.find("the token itself"), std::string::npos) << run.out;
    for (size_t at = 4; at + 6 <= token.size(); ++at) {
      EXPECT_EQ((run.out + run.err).find(token.substr(at, 6)), std::string::npos);
    }
  }
}

TEST(Find, WhatItShowsIsRedacted) {
  const TempFolder folder;
  const std::string secret = "xoxb-123456789012-1234567890123-AbCdEfGhIjKlMnOpQrStUvWx";
  folder.Write("logs/a.jsonl",
               "{\"m\":\"needle " + secret + "\",\"client_secret\":\"needle-Zq7~hush\"}\n");
  const RunResult run = RunBinary({"find", "needle", "logs"}, In(folder));
  EXPECT_NE(run.out.find("/m"), std::string::npos);
  EXPECT_EQ(run.out.find("AbCdEfGh"), std::string::npos) << run.out;
  EXPECT_EQ(run.out.find("hush"), std::string::npos) << run.out;
}

TEST(Find, SearchesTheFindingsOfACase) {
  const TempFolder folder;
  HuntSamples(folder, {"-q"});
  const std::string id = FirstId(folder.In("case"));
  const RunResult run = RunBinary({"find", id, "--case", folder.In("case")});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_NE(run.out.find("finding " + id), std::string::npos) << run.out;
}

TEST(List, PrintsSourcesForPeopleAndPrograms) {
  const RunResult table = RunBinary({"list", "sources"});
  EXPECT_EQ(table.exit_code, 0);
  EXPECT_NE(table.out.find("entra_signin"), std::string::npos);
  const RunResult json = RunBinary({"list", "analytics", "-t", "json"});
  source::JsonReader reader;
  EXPECT_TRUE(reader.ParseUnpadded(json.out)) << reader.detail();
  EXPECT_EQ(RunBinary({"list", "nonsense"}).exit_code, 2);
}

TEST(Completion, IsWhatBashReads) {
  const TempFolder folder;
  const RunResult script = RunBinary({"completion", "bash"});
  EXPECT_EQ(script.exit_code, 0);
  const std::string path = folder.Write("tokentrail.bash", script.out);
  const RunResult bash = RunProgram({"/bin/bash", "-c",
                                     "source " + path +
                                         "; COMP_WORDS=(tokentrail hunt --min); COMP_CWORD=2; "
                                         "_tokentrail; echo ${COMPREPLY[@]}"});
  EXPECT_EQ(bash.out, "--min-level\n") << bash.err;
}

}  // namespace
}  // namespace tokentrail::test
