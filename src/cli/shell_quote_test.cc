// What is quoted is given to a real shell, which must give back the same bytes and do nothing else.

#include "cli/shell_quote.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "inventory/containment.h"
#include "test/support/binary.h"

namespace tokentrail::cli {
namespace {

const std::string kHostile[] = {
    "plain",
    "",
    "it's",
    "'; touch owned; '",
    "$(touch owned)",
    "`touch owned`",
    "${IFS}\\n \\0101 %s",
    "\"double\" \\ back",
    "two\nlines\n\n",
    "-rf",
    "!history",
    "\xe2\x80\xae"
    "fdp.exe",
    "zero\xe2\x80\x8bwidth",
    "\xe2\x80\x98; calc; \xe2\x80\x99",
    "\x1b[2J\x07\x7f",
    "\xff\xfe",
    "caf\xc3\xa9 7 \xf0\x9f\x98\x80",
};

TEST(ShellQuote, AShellReadsExactlyTheValue) {
  for (const std::string& value : kHostile) {
    const std::string line = AssignSh("TT_APP", value);
    EXPECT_TRUE(std::all_of(line.begin(), line.end(), [](char c) { return c >= 0x20 && c < 0x7F; }))
        << line;
    const test::RunResult result =
        test::RunProgram({"/bin/sh", "-c", line + "\nprintf %s \"$TT_APP\""});
    EXPECT_EQ(result.exit_code, 0) << line;
    EXPECT_EQ(result.out, value) << line;
    EXPECT_EQ(result.err, "") << line;
  }
}

TEST(ShellQuote, PowerShellGetsNoQuoteItWouldEndAt) {
  EXPECT_EQ(AssignPwsh("TT_USER", "it's"), "$TT_USER = 'it''s'");
  EXPECT_EQ(AssignPwsh("TT_USER", "$(calc)`n"), "$TT_USER = '$(calc)`n'");
  EXPECT_EQ(AssignPwsh("TT_USER", "a\xe2\x80\x99;b"),
            "$TT_USER = 'a' + [char]::ConvertFromUtf32(0x2019) + ';b'");
  EXPECT_EQ(AssignPwsh("TT_USER", "a\nb"), "$TT_USER = 'a' + [char]::ConvertFromUtf32(0xA) + 'b'");
}

TEST(ShellQuote, EncodesWhatAnAddressCanNotHold) {
  EXPECT_EQ(PercentEncode("o'brien+x@a.example/../?#"), "o%27brien%2Bx%40a.example%2F..%2F%3F%23");
  EXPECT_EQ(PercentEncode("\n\xe2\x80\xae"), "%0A%E2%80%AE");
}

TEST(ShellQuote, EveryCommandOfThePlansIsOneThatAShellCanRead) {
  size_t read = 0;
  for (const inventory::ContainPlan& plan : inventory::ContainPlans()) {
    for (const inventory::ContainStep& step : plan.steps) {
      if (step.pwsh) continue;
      ++read;
      const test::RunResult result = test::RunProgram({"/bin/sh", "-n", "-c", step.run});
      EXPECT_EQ(result.exit_code, 0)
          << plan.platform << " " << plan.thing << ": " << step.title << "\n"
          << result.err;
    }
  }
  EXPECT_GT(read, 50u);
}

/// A variable outside of double quotes would be split into words, and its stars expanded.
TEST(ShellQuote, EveryVariableOfThePlansStandsInDoubleQuotes) {
  for (const inventory::ContainPlan& plan : inventory::ContainPlans()) {
    for (const inventory::ContainStep& step : plan.steps) {
      if (step.pwsh) continue;
      bool quoted = false;
      bool single = false;
      bool comment = false;
      for (size_t i = 0; i < step.run.size(); ++i) {
        const char c = step.run[i];
        const bool line_start = i == 0 || step.run[i - 1] == '\n';
        if (c == '\n') comment = false;
        if (line_start && c == '#') comment = true;
        if (comment) continue;
        if (c == '\\' && !single) {
          ++i;
          continue;
        }
        if (c == '\'' && !quoted) single = !single;
        if (c == '"' && !single) quoted = !quoted;
        if (c == '$' && !single && step.run.compare(i, 2, "$(") != 0) {
          EXPECT_TRUE(quoted) << plan.platform << " " << plan.thing << ": "
                              << step.run.substr(i, 30);
        }
      }
    }
  }
}

}  // namespace
}  // namespace tokentrail::cli
