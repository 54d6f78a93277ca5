#include "playbook/analytic_edit.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "test/support/random.h"

namespace tokentrail::playbook {
namespace {

constexpr std::string_view kPage =
    "# T1999 Ladder\n"
    "\n"
    "## Adversary Examples\n"
    "\n"
    "| Example | Host Analytics | Cloud Analytics |\n"
    "|---|---|---|\n"
    "| Gang, see cloud 2 | 1, 2 | 1, 3 |\n"
    "| Other | 2 | 2-3 |\n"
    "| Third | - | 3, 2; 1 |\n"
    "\n"
    "Cloud analytics 1, 2 and 3 matter; host 2 does not, nor does https://x.example/cloud 3/.\n"
    "\n"
    "## Host Analytics\n"
    "\n"
    "#### Analytic 1\n"
    "\n"
    "host one, as cloud 3\n"
    "\n"
    "#### Analytic 2: second\n"
    "\n"
    "host two\n"
    "\n"
    "---\n"
    "\n"
    "## Cloud Analytics\n"
    "\n"
    "#### Analytic 1: one\n"
    "body one\n"
    "\n"
    "#### Analytic 2: two\n"
    "body two, unlike analytic 3\n"
    "\n"
    "\n"
    "#### Analytic 3: three\n"
    "body three\n"
    "```sql\n"
    "select 'cloud 2'\n"
    "```\n"
    "\n"
    "-----\n";

Page Parse(std::string_view text) {
  Report report;
  auto page = ParsePage("p.md", std::string(text), report);
  for (const Diagnostic& one : report.all()) ADD_FAILURE() << Format(one);
  return page.value_or(Page{});
}

std::string Replaced(std::string text,
                     const std::vector<std::pair<std::string_view, std::string_view>>& all) {
  for (const auto& [from, to] : all) {
    const size_t at = text.find(from);
    EXPECT_NE(at, text.npos) << from;
    if (at != text.npos) text.replace(at, from.size(), to);
  }
  return text;
}

TEST(PlaybookAnalytic, AddedOnePushesTheOthersAndAllThatPointsAtThem) {
  NewAnalytic fresh;
  fresh.title = "new";
  fresh.language = "sql";
  fresh.query = "select 1\n";
  const auto edit = AddAnalytic(Parse(kPage), AnalyticKind::kCloud, 2, fresh);
  ASSERT_TRUE(edit.ok()) << edit.error().message;
  const std::string expected =
      Replaced(std::string(kPage),
               {{"see cloud 2", "see cloud 3"},
                {"1, 3 |\n", "1, 4 |\n"},
                {"2-3 |", "3-4 |"},
                {"3, 2; 1", "4, 3; 1"},
                {"1, 2 and 3 matter", "1, 3 and 4 matter"},
                {"as cloud 3", "as cloud 4"},
                {"Analytic 3: three", "Analytic 4: three"},
                {"unlike analytic 3", "unlike analytic 4"},
                {"#### Analytic 2: two", WriteAnalytic(2, fresh) + "\n#### Analytic 3: two"}});
  EXPECT_EQ(edit->text, expected);
  EXPECT_EQ(edit->headings.size(), 2u);
  EXPECT_EQ(edit->references.size(), 9u);
}

TEST(PlaybookAnalytic, AtTheEndAndIntoEmptyAndMissingSections) {
  const Page page = Parse(kPage);
  const auto last = AddAnalytic(page, AnalyticKind::kHost, 3, {});
  ASSERT_TRUE(last.ok());
  EXPECT_EQ(Parse(last->text).Of(AnalyticKind::kHost).size(), 3u);
  EXPECT_NE(last->text.find("host two\n\n#### Analytic 3\n"), std::string::npos) << last->text;
  EXPECT_NE(last->text.find("  ```\n\n---\n\n## Cloud"), std::string::npos) << last->text;

  const auto section = AddAnalytic(page, AnalyticKind::kNetwork, 1, {});
  ASSERT_TRUE(section.ok());
  EXPECT_TRUE(section->text.starts_with(kPage));
  EXPECT_EQ(Parse(section->text).Of(AnalyticKind::kNetwork).size(), 1u);

  for (const std::string text :
       {"# T1999 x\n## Network Analytics\n\n### Hunter Notes\n\n- a\n\n---\n",
        "# T1999 x\r\n## Network Analytics\r\n", "# T1999 x\n## Network Analytics"}) {
    const auto empty = AddAnalytic(Parse(text), AnalyticKind::kNetwork, 1, {});
    ASSERT_TRUE(empty.ok());
    EXPECT_EQ(Parse(empty->text).Of(AnalyticKind::kNetwork).size(), 1u) << empty->text;
    EXPECT_EQ(LineEndOf(empty->text), LineEndOf(text));
  }
}

TEST(PlaybookAnalytic, RemovedOneLeavesTheTableAndIsRefusedWhileTextPointsAtIt) {
  const auto refused = RemoveAnalytic(Parse(kPage), AnalyticKind::kCloud, 2, false);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("\n  p.md:7:19\n  p.md:11:20"), std::string::npos)
      << refused.error().message;

  const auto edit = RemoveAnalytic(Parse(kPage), AnalyticKind::kCloud, 2, true);
  ASSERT_TRUE(edit.ok()) << edit.error().message;
  const std::string expected =
      Replaced(std::string(kPage),
               {{"see cloud 2", "see cloud 2 (removed)"},
                {"1, 3 |\n", "1, 2 |\n"},
                {"2-3 |", "2 |"},
                {"3, 2; 1", "2, 1"},
                {"1, 2 and 3 matter", "1, 2 (removed) and 2 matter"},
                {"as cloud 3", "as cloud 2"},
                {"#### Analytic 2: two\nbody two, unlike analytic 3\n\n\n#### Analytic 3: three",
                 "#### Analytic 2: three"}});
  EXPECT_EQ(edit->text, expected);

  // What was said to be removed points at nothing any more.
  const auto next = RemoveAnalytic(Parse(edit->text), AnalyticKind::kCloud, 1, true);
  ASSERT_TRUE(next.ok());
  EXPECT_NE(next->text.find("see cloud 2 (removed) |"), std::string::npos) << next->text;
}

TEST(PlaybookAnalytic, WhatPartsNumbersInACellGoesWithThem) {
  const auto without_two = [](std::string_view cell) {
    const std::string head = "# T1999 x\n## Adversary Examples\n| E | Host |\n|---|---|\n| a | ";
    const std::string tail =
        " |\n## Host Analytics\n#### Analytic 1\n#### Analytic 2\n#### Analytic 3\n";
    const auto edit =
        RemoveAnalytic(Parse(head + std::string(cell) + tail), AnalyticKind::kHost, 2, false);
    EXPECT_TRUE(edit.ok());
    const std::string& text = edit->text;
    return text.substr(head.size(), text.find(" |\n## Host") - head.size());
  };
  EXPECT_EQ(without_two("1, 2, 3"), "1, 2");
  EXPECT_EQ(without_two("1 and 2"), "1");
  EXPECT_EQ(without_two("2 and 3"), "2");
  EXPECT_EQ(without_two("1,2"), "1");
  EXPECT_EQ(without_two("2/3"), "2");
  EXPECT_EQ(without_two("2, 2"), "");
  EXPECT_EQ(without_two("1-3"), "1-2");
  EXPECT_EQ(without_two("2"), "");
  EXPECT_EQ(without_two("2 (weak)"), " (weak)");
}

TEST(PlaybookAnalytic, MovedOneTakesItsNumberAndWhatStandsBetweenStays) {
  const auto edit = MoveAnalytic(Parse(kPage), AnalyticKind::kCloud, 3, 1);
  ASSERT_TRUE(edit.ok()) << edit.error().message;
  const std::string expected = Replaced(
      std::string(kPage),
      {{"see cloud 2", "see cloud 3"},
       {"1, 3 |\n", "2, 1 |\n"},
       {"2-3 |", "1, 3 |"},
       {"3, 2; 1", "1, 3; 2"},
       {"1, 2 and 3 matter", "2, 3 and 1 matter"},
       {"as cloud 3", "as cloud 1"},
       {"#### Analytic 1: one\nbody one\n\n#### Analytic 2: two\nbody two, unlike analytic 3\n\n\n"
        "#### Analytic 3: three\nbody three\n```sql\nselect 'cloud 2'\n```\n\n-----\n",
        "#### Analytic 1: three\nbody three\n```sql\nselect 'cloud 2'\n```\n\n#### Analytic 2: "
        "one\n"
        "body one\n\n\n#### Analytic 3: two\nbody two, unlike analytic 1\n\n-----\n"}});
  EXPECT_EQ(edit->text, expected);
  const auto back = MoveAnalytic(Parse(edit->text), AnalyticKind::kCloud, 1, 3);
  ASSERT_TRUE(back.ok());
  // A span that the first move took apart is a list now.
  EXPECT_EQ(back->text, Replaced(std::string(kPage), {{"2-3 |", "3, 2 |"}}));
}

TEST(PlaybookAnalytic, NumbersOutOfOrderAndNumbersThatAreNotThereAreErrors) {
  const Page bad = Parse("# T1999 x\n## Host Analytics\n#### Analytic 1\n#### Analytic 3\n");
  const auto order = AddAnalytic(bad, AnalyticKind::kHost, 1, {});
  ASSERT_FALSE(order.ok());
  EXPECT_NE(order.error().message.find("p.md:4:15: analytic 3 stands where 2 belongs"),
            std::string::npos)
      << order.error().message;
  EXPECT_FALSE(AddAnalytic(Parse(kPage), AnalyticKind::kHost, 4, {}).ok());
  EXPECT_FALSE(AddAnalytic(Parse(kPage), AnalyticKind::kHost, 0, {}).ok());
  EXPECT_FALSE(RemoveAnalytic(Parse(kPage), AnalyticKind::kHost, 3, false).ok());
  EXPECT_FALSE(MoveAnalytic(Parse(kPage), AnalyticKind::kCloud, 1, 4).ok());
  EXPECT_FALSE(RemoveAnalytic(Parse(kPage), AnalyticKind::kNetwork, 1, false).ok());
}

/// Each example must point at the same analytics, by title, whatever moves.
TEST(PlaybookAnalytic, ReferencesFollowTheirAnalyticThroughRandomMoves) {
  const auto titles = [](const Page& page) {
    std::vector<std::vector<std::string>> out;
    for (const Example& example : page.examples) {
      out.emplace_back();
      for (const AnalyticRef& ref : example.analytics) {
        const PageAnalytic* found = page.Find(ref.kind, ref.number);
        out.back().push_back(found == nullptr ? "none" : found->title);
      }
      std::sort(out.back().begin(), out.back().end());
    }
    return out;
  };
  test::Random random(3);
  std::string text(kPage);
  const auto before = titles(Parse(text));
  for (int i = 0; i < 200; ++i) {
    const auto kind = random.OneIn(2) ? AnalyticKind::kHost : AnalyticKind::kCloud;
    const Page page = Parse(text);
    const size_t count = page.Of(kind).size();
    const auto moved = MoveAnalytic(page, kind, static_cast<uint32_t>(1 + random.Below(count)),
                                    static_cast<uint32_t>(1 + random.Below(count)));
    ASSERT_TRUE(moved.ok());
    text = moved->text;
    ASSERT_EQ(titles(Parse(text)), before) << text;
  }
}

}  // namespace
}  // namespace tokentrail::playbook
