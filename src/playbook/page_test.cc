#include "playbook/page.h"

#include <gtest/gtest.h>

#include "test/support/case_file.h"

namespace tokentrail::playbook {
namespace {

std::string Block(std::string_view name, std::string_view body) {
  return WriteBlock(name, body, "\n");
}

std::string Invented() {
  return "# T1999.001 Borrow a Ladder\n\n" + Block("platforms", "### Platforms:\n\n* Sheds\n") +
         "\n## Metadata\n\n"
         "  * **Last Updated  Date:** 8 July 2026\n"
         "  * **Author(s):** Ann Able, Bo Best\n"
         "  * **Validated:** YES, Ann Able, 2026-07-09\n"
         "\n## Adversary Examples\n\n"
         "| Example | Host Analytics | Network Analytics | Cloud and identity |\n"
         "|---|:-:|---|---|\n"
         "| Ladder gang (see host 2) | 1, 2 | 1-2 | |\n"
         "| Other \\| gang | 2 |\n"
         "\nProse on cloud 1, host analytics 1 and 2, host 10.0.0.1, web-host 2, `host 1`.\n"
         "\n## Host Analytics\n\n---\n\n### Hunter Notes\n\n- start with analytic 2\n\n"
         "#### Analytic 1: Doors\n\n"
         "  * **Information:** 'Comments'\n"
         "  * **Notes:** one\n    two\n"
         "  * **Query:**\n\n"
         "    ```sigma\n"
         "    title: Door\n"
         "      deeper: yes\n"
         "\n"
         "    #### Analytic 9\n"
         "    ```\n"
         "\n#### Analytic 2\n\n"
         "* **Query:** ```index=doors host 2```\n\n---\n\n"
         "## Network Analytics\n\n#### Analytic 1\n\n* **Source:** Zeek\n\n#### Analytic 2\n"
         "\n## Cloud and Identity Analytics\n\n### Analytic 1 - Keys\n\n* **Query:** "
         "```sql\nselect 1\n```\n";
}

Page Parse(std::string text) {
  Report report;
  auto page = ParsePage("p.md", std::move(text), report);
  for (const Diagnostic& one : report.all()) ADD_FAILURE() << Format(one);
  return page.value_or(Page{});
}

TEST(PlaybookPage, ReadsWhatATeamWrites) {
  const Page page = Parse(Invented());
  EXPECT_EQ(page.technique, "T1999.001");
  EXPECT_EQ(page.title, "Borrow a Ladder");
  ASSERT_EQ(page.attack.size(), 1u);
  EXPECT_FALSE(IsEdited(page, page.attack[0]));
  EXPECT_EQ(page.attack[0].body.Of(page.text), "### Platforms:\n\n* Sheds\n");
  EXPECT_EQ(page.sections.size(), 5u);
  ASSERT_NE(page.FindMetadata("author"), nullptr);
  EXPECT_EQ(page.FindMetadata("Authors")->text, "Ann Able, Bo Best");
  EXPECT_EQ(page.FindMetadata("last updated date")->text, "8 July 2026");
  const auto signed_off = ReadSignOff(page);
  ASSERT_TRUE(signed_off.has_value());
  EXPECT_TRUE(signed_off->validated);
  EXPECT_EQ(signed_off->name, "Ann Able");
  EXPECT_EQ(signed_off->date, "2026-07-09");
}

TEST(PlaybookPage, ReadsAnalyticsAndTheirQueries) {
  const Page page = Parse(Invented());
  ASSERT_EQ(page.analytics.size(), 5u);
  const PageAnalytic& doors = page.analytics[0];
  EXPECT_EQ(doors.kind, AnalyticKind::kHost);
  EXPECT_EQ(doors.number, 1u);
  EXPECT_EQ(doors.title, "Doors");
  EXPECT_EQ(doors.number_range.Of(page.text), "1");
  EXPECT_EQ(doors.Find("note")->text, "one\n    two");
  ASSERT_EQ(doors.queries.size(), 1u);
  EXPECT_EQ(doors.queries[0].language, "sigma");
  EXPECT_EQ(doors.queries[0].text, "title: Door\n  deeper: yes\n\n#### Analytic 9\n");
  EXPECT_EQ(doors.queries[0].indent, 4u);
  EXPECT_EQ(doors.queries[0].text_line, PlaceOf(page.text, page.text.find("title: Door")).line);
  EXPECT_TRUE(doors.range.Of(page.text).ends_with("    ```"));

  const PageAnalytic& second = page.analytics[1];
  ASSERT_EQ(second.queries.size(), 1u);
  EXPECT_EQ(second.queries[0].language, "");
  EXPECT_EQ(second.queries[0].text, "index=doors host 2\n");
  EXPECT_TRUE(second.range.Of(page.text).ends_with("host 2```"));

  const PageAnalytic* keys = page.Find(AnalyticKind::kCloud, 1);
  ASSERT_NE(keys, nullptr);
  EXPECT_EQ(keys->title, "Keys");
  ASSERT_EQ(keys->queries.size(), 1u);
  EXPECT_EQ(keys->queries[0].language, "sql");
  EXPECT_EQ(keys->queries[0].text, "select 1\n");
}

TEST(PlaybookPage, FindsWhatPointsAtAnalytics) {
  const Page page = Parse(Invented());
  std::vector<std::string> found;
  for (const AnalyticRef& ref : page.references) {
    found.push_back(std::string(Name(ref.kind)) + " " + std::string(ref.range.Of(page.text)) +
                    (ref.in_table ? " cell" : ""));
  }
  const std::vector<std::string> expected = {"host 2",           "host 1 cell", "host 2 cell",
                                             "network 1-2 cell", "host 2 cell", "cloud 1",
                                             "host 1",           "host 2",      "host 2"};
  EXPECT_EQ(found, expected);
  ASSERT_EQ(page.examples.size(), 2u);
  EXPECT_EQ(page.examples[0].analytics.size(), 4u);
  EXPECT_EQ(page.examples[1].name, "Other \\| gang");
}

TEST(PlaybookPage, TheSameWithReturnsAndAByteOrderMark) {
  const std::string text = "\xEF\xBB\xBF" + WithLineEnd(Invented(), "\r\n");
  const Page page = Parse(text);
  EXPECT_EQ(page.text, text);
  EXPECT_EQ(page.technique, "T1999.001");
  EXPECT_EQ(page.analytics.size(), 5u);
  EXPECT_EQ(page.references.size(), 9u);
  ASSERT_EQ(page.attack.size(), 1u);
  EXPECT_FALSE(IsEdited(page, page.attack[0])) << "line ends are no edit";
  EXPECT_EQ(page.analytics[0].queries[0].text, "title: Door\n  deeper: yes\n\n#### Analytic 9\n");
}

TEST(PlaybookPage, AnEditShowsAndSpacesAtLineEndsAreNone) {
  std::string text = Invented();
  const size_t at = text.find("* Sheds") + 7;
  const Page spaced = Parse(text.substr(0, at) + "  " + text.substr(at));
  EXPECT_FALSE(IsEdited(spaced, spaced.attack[0]));
  const Page page = Parse(text.substr(0, at) + "s" + text.substr(at));
  EXPECT_TRUE(IsEdited(page, page.attack[0]));
}

TEST(PlaybookPage, TheProgramsBlockGoesBelowTheMetadataAndThenOverItself) {
  for (const std::string_view line_end : {"\n", "\r\n"}) {
    const Page page = Parse(WithLineEnd(Invented(), line_end));
    const std::string once = Apply(page.text, {EditChecked(page, "all valid\n")});
    const Page after = Parse(once);
    ASSERT_TRUE(after.checked.has_value());
    EXPECT_EQ(WithPlainLineEnd(after.checked->body.Of(after.text)), "all valid\n");
    EXPECT_EQ(LineEndOf(once), line_end);
    const std::string twice = Apply(once, {EditChecked(after, "all valid\n")});
    EXPECT_EQ(once, twice);
    // Taking it out again leaves the team's text; one blank line was added above it.
    EXPECT_EQ(once.size() - after.checked->range.size(), page.text.size() + line_end.size());
  }
}

constexpr std::string_view kHash =
    "0000000000000000000000000000000000000000000000000000000000000000";

TEST(PlaybookPage, DamagedMarkersAreErrorsWithTheirPlace) {
  const std::string begin =
      "<!-- tokentrail:attack tactics begin sha256=" + std::string(kHash) + " -->\n";
  const std::string end = "<!-- tokentrail:attack tactics end -->\n";
  const std::string title = "# T1999 Ladder\n\n";
  const std::pair<std::string, std::string> kCases[] = {
      {title + begin, "p.md:3:1: error: block 'tactics' is never closed"},
      {title + end, "p.md:3:1: error: block 'tactics' ends here, and none is open"},
      {title + begin + begin + end,
       "p.md:4:1: error: block 'tactics' begins inside block 'tactics'"},
      {title + begin + end + begin + end,
       "p.md:5:1: error: block 'tactics' stands on the page twice"},
      {title + "  " + begin, "p.md:3:1: error: damaged marker: it must start its line"},
      {title + "<!-- tokentrail:attack tactics begin -->\n", "sha256 is missing"},
      {title + "<!-- tokentrail:attack tactics begin sha256=12 -->\n", "64 hexadecimal digits"},
      {title + "<!-- tokentrail:attack tactcis end -->\n", "there is no block 'tactcis'"},
      {title + begin + "<!-- tokentrail:attack platforms end -->\n",
       "p.md:4:1: error: block 'platforms' ends here, but the open one is 'tactics' of line 3"},
      {title + "```\n" + begin + end, "p.md:4:1: error: a marker stands inside code"},
      {title + "<!-- todo\n" + begin + end, "p.md:4:1: error: a marker stands inside a comment"},
      {title + begin + "tokentrail:attack tactics end -->\n", "p.md:4:1: error: damaged marker"},
      {title + begin + "<!-- tokentrail:attack tactics end\n", "p.md:4:1: error: damaged marker"},
      {"no title\n", "p.md:1:1: error: no title names a technique"},
      {"", "p.md:1:1: error: no title names a technique"},
      {title + "## Metadata\n## Metadata\n", "p.md:4:1: error: section 'Metadata' stands on the"},
      {"\xFF\xFE#", "the page is UTF-16"},
  };
  for (const auto& [text, error] : kCases) {
    Report report;
    EXPECT_FALSE(ParsePage("p.md", text, report).has_value()) << text;
    std::string said;
    for (const Diagnostic& one : report.all()) said += Format(one);
    EXPECT_NE(said.find(error), std::string::npos) << text << "\nsaid:\n" << said;
  }
}

TEST(PlaybookPage, MarkersInClosedCodeAreCode) {
  const Page page = Parse("# T1999 Ladder\n\n```\n<!-- tokentrail:attack tactics end -->\n```\n");
  EXPECT_TRUE(page.attack.empty());
}

TEST(PlaybookPage, ReadsTheFormThatPagesHaveToday) {
  const std::string path = test::InRoot("../shared/data/pages/T1528-hunt-page.md");
  if (FILE* file = std::fopen(path.c_str(), "r")) {
    std::fclose(file);
  } else {
    GTEST_SKIP() << "no ../shared/data";
  }
  const Page page = Parse(test::ReadFile(path));
  EXPECT_EQ(page.technique, "T1528");
  EXPECT_EQ(page.sections.size(), 7u);
  ASSERT_EQ(page.analytics.size(), 4u);
  EXPECT_EQ(page.analytics[0].labels.size(), 5u);
  EXPECT_EQ(page.analytics[3].queries[0].text, "Input your query here\n");
  EXPECT_EQ(page.references.size(), 5u);
}

}  // namespace
}  // namespace tokentrail::playbook
