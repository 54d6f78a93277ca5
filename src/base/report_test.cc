#include "base/report.h"

#include <gtest/gtest.h>

namespace tokentrail {
namespace {

Diagnostic Sample() {
  Diagnostic d;
  d.file = "rules/broad_grant.yml";
  d.line = 14;
  d.column = 15;
  d.message = "unknown modifier 'contians' on field 'Scope'";
  d.code = "sigma.unknown_modifier";
  d.source_line = "        Scope|contians: Mail.ReadWrite\r\n";
  d.width = 8;
  d.help = "did you mean 'contains'?";
  return d;
}

TEST(Format, PointsAtTheWord) {
  EXPECT_EQ(Format(Sample()),
            "rules/broad_grant.yml:14:15: error: unknown modifier 'contians' on field 'Scope' "
            "[sigma.unknown_modifier]\n"
            "  14 |         Scope|contians: Mail.ReadWrite\n"
            "     |               ^~~~~~~~\n"
            "  help: did you mean 'contains'?\n");
}

TEST(Format, CountsCharactersNotBytes) {
  Diagnostic d = Sample();
  d.source_line = "\t\xc3\xa4\xe2\x82\xac: bad";
  d.line = 1;
  d.column = 6;
  d.width = 3;
  d.help.clear();
  const std::string text = Format(d);
  EXPECT_NE(text.find("  1 |  \xc3\xa4\xe2\x82\xac: bad\n    |      ^~~\n"), std::string::npos)
      << text;
}

TEST(Format, LeavesOutWhatItDoesNotKnow) {
  Diagnostic d;
  d.severity = Severity::kWarning;
  d.file = "x.yml";
  d.message = "empty file";
  EXPECT_EQ(Format(d), "x.yml: warning: empty file\n");
}

TEST(Format, CannotBeMadeToDriveTheTerminal) {
  Diagnostic d = Sample();
  d.file = "a\x1b[2J.yml";
  d.source_line = "a: \x1b[31m" + std::string(5000, 'x');
  d.message = "\x07";
  const std::string text = Format(d);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\x07'), std::string::npos);
  EXPECT_LT(text.size(), 600u) << "a long line is cut";
}

TEST(Format, ShowsThePartOfALongLineThatMatters) {
  Diagnostic d = Sample();
  d.source_line = std::string(3000, 'x') + "HERE" + std::string(3000, 'y');
  d.column = 3001;
  d.width = 4;
  const std::string text = Format(d);
  const size_t word = text.find("HERE");
  const size_t line_start = text.rfind('\n', word);
  const size_t caret = text.find('^');
  const size_t caret_start = text.rfind('\n', caret);
  ASSERT_NE(word, std::string::npos);
  EXPECT_EQ(word - line_start, caret - caret_start);
}

TEST(Report, CountsErrorsApartFromWarnings) {
  Report report;
  report.Add(Sample());
  Diagnostic warning;
  warning.severity = Severity::kWarning;
  report.Add(warning);
  EXPECT_EQ(report.all().size(), 2u);
  EXPECT_EQ(report.errors(), 1u);
}

}  // namespace
}  // namespace tokentrail
