#include "cli/flag.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/text.h"
#include "cli/completion.h"
#include "cli/man.h"
#include "cli/program.h"
#include "sink/width.h"

namespace tokentrail::cli {
namespace {

constexpr FlagDef kFlags[] = {
    {.name = "output", .letter = 'o', .value = "DIR", .group = "Output", .summary = "where to"},
    {.name = "case", .value = "DIR", .group = "Output", .alias_of = "output"},
    {.name = "type", .letter = 't', .value = "TYPE", .group = "Output", .choices = "csv|json"},
    {.name = "quiet", .letter = 'q', .group = "Display", .summary = "say less"},
    {.name = "clobber", .letter = 'C', .group = "Output", .summary = "replace"},
};

constexpr VerbDef kVerb = {
    .name = "probe", .usage = "probe PATH...", .summary = "Probe", .flags = kFlags};

Args Good(const std::vector<std::string>& args) {
  auto parsed = ParseArgs(kVerb, args);
  EXPECT_TRUE(parsed.ok()) << (parsed.ok() ? "" : parsed.error().message);
  return parsed.ok() ? *parsed : Args();
}

std::string Wrong(const std::vector<std::string>& args) {
  const auto parsed = ParseArgs(kVerb, args);
  EXPECT_FALSE(parsed.ok());
  if (parsed.ok()) return {};
  EXPECT_EQ(parsed.error().kind, ErrorKind::kInvalid);
  return parsed.error().message;
}

TEST(ParseArgs, TakesEveryWayToWriteAValue) {
  for (const std::vector<std::string>& args : std::vector<std::vector<std::string>>{
           {"-o", "x"}, {"-ox"}, {"-o=x"}, {"--output", "x"}, {"--output=x"}, {"--case", "x"}}) {
    EXPECT_EQ(Good(args).Get("output"), "x") << args[0];
  }
}

TEST(ParseArgs, SwitchesMayStandTogether) {
  const Args args = Good({"-qCo", "x", "a", "-", "--", "-b"});
  EXPECT_TRUE(args.Has("quiet"));
  EXPECT_TRUE(args.Has("clobber"));
  EXPECT_EQ(args.Get("output"), "x");
  EXPECT_EQ(args.words(), (std::vector<std::string>{"a", "-", "-b"}));
}

TEST(ParseArgs, TheLastValueWinsAndAllAreKept) {
  const Args args = Good({"-o", "x", "--output=y"});
  EXPECT_EQ(args.Get("output"), "y");
  EXPECT_EQ(args.All("output"), (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(args.Get("type", "csv"), "csv");
}

TEST(ParseArgs, ChoicesIgnoreCaseAndOthersAreRefused) {
  EXPECT_EQ(Good({"-t", "JSON"}).Get("type"), "json");
  EXPECT_NE(Wrong({"-t", "jsno"}).find("did you mean 'json'"), std::string::npos);
  EXPECT_NE(Wrong({"-t", "xml"}).find("one of: csv, json"), std::string::npos);
}

TEST(ParseArgs, SaysWhatWasProbablyMeant) {
  EXPECT_NE(Wrong({"--outptu", "x"}).find("did you mean '--output'"), std::string::npos);
  EXPECT_NE(Wrong({"-z"}).find("unknown flag '-z'"), std::string::npos);
}

TEST(ParseArgs, RefusesMissingAndUnwantedValues) {
  EXPECT_NE(Wrong({"-o"}).find("needs a value"), std::string::npos);
  EXPECT_NE(Wrong({"-o", "--quiet"}).find("needs a value"), std::string::npos);
  EXPECT_NE(Wrong({"--quiet=yes"}).find("takes no value"), std::string::npos);
}

TEST(ParseArgs, ErrorsCarryNoTerminalCodes) {
  EXPECT_EQ(Wrong({"--\x1b[2J"}).find('\x1b'), std::string::npos);
}

TEST(Help, FitsTheTerminalAndNamesEveryFlag) {
  for (const VerbDef* verb : All()) {
    const std::string help = HelpText(*verb, 80);
    for (const FlagDef& flag : verb->flags) {
      EXPECT_NE(help.find("--" + std::string(flag.name)), std::string::npos) << flag.name;
    }
    for (const std::string_view line : Split(help, "\n")) {
      // Commands to copy are not broken.
      if (line.starts_with("  tokentrail") || line.find(" | tokentrail") != line.npos) continue;
      EXPECT_LE(sink::DisplayWidth(line), 80U) << line;
    }
  }
}

TEST(Verbs, SayWhatTheyDoAndUseKnownGroups) {
  const std::vector<std::string_view> groups = {"Of what", "Merging",   "Analytic", "Input",
                                                "Output",  "Filtering", "Display",  "General"};
  for (const VerbDef* verb : All()) {
    EXPECT_NE(ProgramHelp(100).find(verb->name), std::string::npos);
    for (const VerbDef* second : VerbsOf(*verb)) {
      EXPECT_NE(HelpText(*verb, 100).find(second->summary), std::string::npos);
    }
  }
  for (const VerbDef* verb : AllToRun()) {
    EXPECT_FALSE(verb->summary.empty()) << verb->name;
    EXPECT_TRUE(verb->usage.starts_with(verb->name)) << verb->name;
    EXPECT_NE(verb->run, nullptr);
    for (const FlagDef& flag : verb->flags) {
      EXPECT_NE(std::find(groups.begin(), groups.end(), flag.group), groups.end()) << flag.name;
      EXPECT_TRUE(!flag.summary.empty() || !flag.alias_of.empty()) << flag.name;
      for (const FlagDef& other : verb->flags) {
        if (&other == &flag) continue;
        EXPECT_NE(other.name, flag.name);
        EXPECT_TRUE(flag.letter == 0 || other.letter != flag.letter) << flag.name;
      }
    }
  }
}

TEST(Completion, KnowsEveryVerbAndFlag) {
  for (const std::string_view shell : {"bash", "zsh", "fish"}) {
    const std::string script = CompletionScript(shell);
    for (const VerbDef* verb : AllToRun()) {
      EXPECT_NE(script.find(LastWord(*verb)), std::string::npos) << shell;
      for (const FlagDef& flag : verb->flags) {
        EXPECT_NE(script.find(flag.name), std::string::npos) << shell << " " << flag.name;
      }
    }
  }
  EXPECT_EQ(CompletionScript("tcsh"), "");
}

TEST(ManPage, HasNoLineThatRoffWouldTakeForARequest) {
  const std::string page = ManPage();
  EXPECT_TRUE(page.starts_with(".TH TOKENTRAIL 1"));
  for (const std::string_view line : Split(page, "\n")) {
    if (!line.starts_with('.') && !line.starts_with('\'')) continue;
    const std::string_view word = line.substr(0, line.find(' '));
    const std::vector<std::string_view> known = {".TH", ".SH", ".TP", ".PP", ".br",
                                                 ".RS", ".RE", ".nf", ".fi"};
    EXPECT_NE(std::find(known.begin(), known.end(), word), known.end()) << line;
  }
}

}  // namespace
}  // namespace tokentrail::cli
