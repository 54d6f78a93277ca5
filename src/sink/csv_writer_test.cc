#include "sink/csv_writer.h"

#include <gtest/gtest.h>

namespace tokentrail::sink {
namespace {

std::string One(std::string_view text) {
  std::string out;
  CsvWriter(out).Cell(text);
  return out;
}

TEST(CsvWriter, QuotesAsRfc4180Says) {
  std::string out;
  CsvWriter csv(out);
  csv.Cell("plain").Cell("a,b").Cell("say \"hi\"").Cell("").Cell(uint64_t{7}).EndRow();
  EXPECT_EQ(out, "plain,\"a,b\",\"say \"\"hi\"\"\",,7\r\n");
}

TEST(CsvWriter, NoCellCanBecomeAFormula) {
  EXPECT_EQ(One("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
  EXPECT_EQ(One("+1"), "\"'+1\"");
  EXPECT_EQ(One("-1"), "\"'-1\"");
  EXPECT_EQ(One("@SUM(A1)"), "\"'@SUM(A1)\"");
  EXPECT_EQ(One("\uFF1DA1"), "\"'\uFF1DA1\"");
  for (const char* text : {"\t=1", "\r=1", "\n=1"}) EXPECT_EQ(One(text).substr(0, 2), "\"'");
  EXPECT_EQ(One("a=1"), "a=1");
}

TEST(CsvWriter, ARowIsOneLineAndHoldsNoTerminalEscapes) {
  const std::string cell = One("a\r\nb\x1b[31m");
  EXPECT_EQ(cell.find_first_of("\r\n\x1b"), std::string::npos) << cell;
}

TEST(CsvWriter, CellsStayBelowTheLimitOfSearchIndexes) {
  const std::string cell = One(std::string(100'000, 'x'));
  EXPECT_LE(cell.size(), kMaxCellBytes + 2);
  EXPECT_NE(cell.find("\u2026"), std::string::npos);
}

}  // namespace
}  // namespace tokentrail::sink
