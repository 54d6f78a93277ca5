#include "sink/layout.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "sink/width.h"

namespace tokentrail::sink {
namespace {

const std::vector<Column> kColumns = {
    {"level"}, {"title", 8}, {"user", 6, false, 1}, {"count", 0, true, 2}};

std::string Table(const std::vector<std::vector<Cell>>& rows, size_t columns, size_t indent = 0) {
  std::string out;
  LayOut(kColumns, rows, {columns, false}, indent, out);
  return out;
}

TEST(Layout, ColumnsAreAsWideAsTheirWidestCell) {
  EXPECT_EQ(Table({{{"high"}, {"one"}, {"a@x.example"}, {"7"}}}, 80),
            "level  title  user         count\n"
            "high   one    a@x.example      7\n");
}

TEST(Layout, NoLineIsWiderThanTheTerminal) {
  const std::string wide = "\u6771\u4eac\u6771\u4eac\u6771\u4eac\u6771\u4eac";
  for (size_t columns = 20; columns < 90; ++columns) {
    for (const size_t indent : {0, 2}) {
      const std::string text =
          Table({{{"informational"}, {wide + wide}, {"someone@contoso.example"}, {"12,345"}},
                 {{"low"}, {"e\u0301"}, {""}, {"1"}}},
                columns, indent);
      for (const std::string_view line : Split(text, "\n")) {
        EXPECT_LE(DisplayWidth(line), columns) << line;
      }
    }
  }
}

TEST(Layout, DropsTheLeastNeededColumnsWhenNothingCanShrink) {
  const std::string text = Table({{{"high"}, {"a long title it is"}, {"someone"}, {"7"}}}, 20);
  EXPECT_EQ(text.find("count"), std::string::npos);
  EXPECT_NE(text.find("title"), std::string::npos);
}

TEST(Layout, ColoursAreNotCountedAndOnlyWrittenWhenWanted) {
  std::string plain;
  std::string coloured;
  LayOut(kColumns, {{{"high", Colour::kRed}, {"t"}, {"u"}, {"1"}}}, {80, false}, 0, plain);
  LayOut(kColumns, {{{"high", Colour::kRed}, {"t"}, {"u"}, {"1"}}}, {80, true}, 0, coloured);
  EXPECT_EQ(plain.find('\x1b'), std::string::npos);
  EXPECT_NE(coloured.find("\x1b[31mhigh\x1b[0m   t"), std::string::npos) << coloured;
}

}  // namespace
}  // namespace tokentrail::sink
