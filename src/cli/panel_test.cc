#include "cli/panel.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "sink/width.h"
#include "test/support/golden.h"
#include "test/support/sample_hunt.h"

namespace tokentrail::cli {
namespace {

PanelOptions Options(bool table_above) {
  return {.case_folder = "./tokentrail-case",
          .evidence = "exports/",
          .min_level = Level::kLow,
          .table_above = table_above,
          .analytics = 17};
}

std::string Made(size_t columns, bool table_above = false, bool colour = false) {
  const auto hunt = test::SampleHunt();
  return Panel(*hunt, test::SampleSources(), Options(table_above), {columns, colour});
}

TEST(Panel, SaysWhatItsGoldenFileSays) {
  test::ExpectGolden("src/cli/testdata/panel.golden", Made(100));
  test::ExpectGolden("src/cli/testdata/panel_narrow.golden", Made(60, true));
}

TEST(Panel, NoLineIsWiderThanTheTerminal) {
  for (size_t columns = 20; columns < 140; ++columns) {
    const std::string text = Made(columns);  // the lines are views into it
    for (const std::string_view line : Split(text, "\n")) {
      EXPECT_LE(sink::DisplayWidth(line), columns) << line;
    }
  }
}

TEST(Panel, CarriesNoCodesFromTheLogs) {
  EXPECT_EQ(Made(100).find('\x1b'), std::string::npos);
  // With colours there are codes, but only ours.
  EXPECT_EQ(Made(100, false, true).find("\x1b[2J"), std::string::npos);
}

TEST(Panel, ALevelHiddenOrAHuntCutShortIsSaid) {
  const auto hunt = test::SampleHunt();
  hunt->summary.interrupted = true;
  const std::string text = Panel(*hunt, test::SampleSources(), Options(false), {100, false});
  EXPECT_TRUE(text.starts_with("INTERRUPTED")) << text;
  EXPECT_NE(text.find("4 below low not shown"), std::string::npos);
  EXPECT_NE(text.find("Absence of evidence is not evidence of absence"), std::string::npos);
}

TEST(Progress, FitsAndSaysWhatIsLeft) {
  const ProgressMoment moment{.phase = 1,
                              .bytes_done = 1'000'000'000,
                              .bytes_total = 2'500'000'000,
                              .records = 524'000,
                              .seconds = 4};
  EXPECT_EQ(
      ProgressLine(moment, 100),
      "reading [############                  ]   40%  1.00 GB of 2.50 GB  131,000 records/s  "
      "7s left");
  for (size_t columns = 20; columns < 140; ++columns) {
    EXPECT_LE(sink::DisplayWidth(ProgressLine(moment, columns)), columns);
  }
}

TEST(Progress, ClaimsNothingBeforeItKnows) {
  EXPECT_EQ(ProgressLine({.phase = 0}, 80), "starting");
  EXPECT_EQ(ProgressLine({.phase = 1}, 80), "reading");
  EXPECT_EQ(ProgressLine({.phase = 4}, 80), "");
}

TEST(Size, IsReadInPowersOf1024) {
  EXPECT_EQ(*ParseSize("512M"), 512u << 20);
  EXPECT_EQ(*ParseSize("2GiB"), 2ull << 30);
  EXPECT_EQ(*ParseSize("1.5k"), 1536u);
  EXPECT_EQ(*ParseSize("77"), 77u);
  for (const char* bad : {"", "M", "-1", "5 apples", "1e400", "nan", "99999999T"}) {
    EXPECT_FALSE(ParseSize(bad).ok()) << bad;
  }
}

TEST(Bytes, AreShownWithThreeDigits) {
  EXPECT_EQ(FormatBytes(1), "1 byte");
  EXPECT_EQ(FormatBytes(999), "999 bytes");
  EXPECT_EQ(FormatBytes(9'999), "10.0 KB");
  EXPECT_EQ(FormatBytes(2'408'622'000), "2.41 GB");
  EXPECT_EQ(FormatBytes(999'999'999), "1.00 GB");
}

}  // namespace
}  // namespace tokentrail::cli
