// Pages to notebooks and back: byte for byte, and notebooks that are none of ours.

#include "playbook/notebook.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "playbook/import_page.h"
#include "playbook/merge.h"
#include "playbook/new_page.h"
#include "source/json.h"
#include "test/support/case_file.h"
#include "test/support/golden.h"
#include "test/support/random.h"

namespace tokentrail::playbook {
namespace {

std::string Told(const Report& report) {
  std::string out;
  for (const Diagnostic& one : report.all()) out += Format(one);
  return out;
}

std::string ThereAndBack(const std::string& text) {
  Report report;
  const auto page = ParsePage("p.md", text, report);
  if (!page) return "no page: " + Told(report);
  const auto notebook = ToNotebook(*page, report);
  if (!notebook) return "no notebook: " + Told(report);
  const auto back = FromNotebook("p.ipynb", *notebook, {}, report);
  return back ? *back : "not back: " + Told(report);
}

std::string Pulled() {
  Report report;
  const auto attack = ReadAttack(test::InRoot("src/playbook/testdata/attack-18.1.json"), report);
  const auto page = ParsePage("p.md", NewPage("T1999.001", "Borrow a Ladder"), report);
  MergeOptions options;
  options.date = "2026-11-24";
  return Merge(*page, *attack, options).value().text;
}

TEST(PlaybookNotebook, APageComesBackByteForByte) {
  const std::string page = Pulled();
  for (const std::string& text : std::vector<std::string>{
           page, WithLineEnd(page, "\r\n"), "\xEF\xBB\xBF" + page, page + "\n\n  \n",
           page.substr(0, page.size() - 1), "# T1999 x", "\n\n# T1999 x\n",
           page + "\x01\x1B[2J \xE2\x80\xAE \"quoted\" \\ and a return \r alone",
           page + std::string("nothing \0 in it", 15)}) {
    EXPECT_EQ(ThereAndBack(text), text);
  }
}

TEST(PlaybookNotebook, SoDoesRandomText) {
  test::Random random(11);
  static constexpr std::string_view kPieces[] = {"\n",
                                                 "\r\n",
                                                 "a",
                                                 " ",
                                                 "## Metadata\n",
                                                 "\xC3\xA9",
                                                 "\\",
                                                 "\"",
                                                 "\t",
                                                 "* **Notes:** x\n",
                                                 "\r",
                                                 "|",
                                                 "```\n",
                                                 "\x7f",
                                                 "#### Analytic 1\n",
                                                 "## Host Analytics\n",
                                                 "\xF0\x9F\xA7\xA8"};
  int pages = 0;
  for (int i = 0; i < 500; ++i) {
    std::string text = "# T1999 x\n";
    for (size_t n = random.Below(30); n > 0; --n) text += random.Pick(kPieces);
    Report report;
    if (!ParsePage("p.md", text, report)) continue;
    ++pages;
    ASSERT_EQ(ThereAndBack(text), text);
  }
  EXPECT_GT(pages, 100);
}

TEST(PlaybookNotebook, AttacksCellsAreTaggedAndStandInOrder) {
  Report report;
  const auto page = ParsePage("p.md", Pulled(), report);
  const auto notebook = ToNotebook(*page, report);
  ASSERT_TRUE(notebook.has_value());
  test::ExpectGolden("src/playbook/testdata/golden/T1999.001.ipynb", *notebook);
  source::JsonReader reader;
  ASSERT_TRUE(reader.ParseUnpadded(*notebook));
  const Record record = reader.record();
  std::vector<std::string> blocks;
  for (const Node& cell : Children(*record.Find("cells"))) {
    const Record one = record.At(cell);
    EXPECT_EQ(one.Text("cell_type"), "markdown");
    const bool tagged = one.Text("metadata.tags[0]") == "attack";
    EXPECT_EQ(tagged, one.Text("metadata.tokentrail.owner") == "attack");
    if (tagged) blocks.emplace_back(one.Text("metadata.tokentrail.block"));
  }
  EXPECT_EQ(blocks, std::vector<std::string>(kAttackBlocks.begin(), kAttackBlocks.end()));
}

TEST(PlaybookNotebook, APageThatIsNotUtf8IsAnError) {
  Report report;
  const auto page = ParsePage("p.md", "# T1999 x\nab\xFF\n", report);
  EXPECT_FALSE(ToNotebook(*page, report).has_value());
  EXPECT_NE(Told(report).find("p.md:2:3: error: this is not UTF-8"), std::string::npos)
      << Told(report);
}

TEST(PlaybookNotebook, OthersNotebooksAreReadCellByCell) {
  Report report;
  const auto text = FromNotebook(
      "n.ipynb",
      R"j({"nbformat": 4, "nbformat_minor": 2, "metadata": {"kernelspec": {"language": "python"}},
          "cells": [{"cell_type": "markdown", "metadata": {}, "source": "# T1999 x"},
                    {"cell_type": "markdown", "metadata": {}, "source": []},
                    {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": null,
                     "source": ["print(1)\n", "print('```')"]
},
                    {"cell_type": "markdown", "metadata": {}, "source": ["## Metadata\n", "end"]}]
})j",
      {}, report);
  ASSERT_TRUE(text.has_value()) << Told(report);
  EXPECT_EQ(*text, "# T1999 x\n\n````python\nprint(1)\nprint('```')\n````\n\n## Metadata\nend");
}

TEST(PlaybookNotebook, WhatAPageCantHoldIsAnErrorWithItsCell) {
  const auto with = [](std::string_view cell) {
    return "{\"nbformat\": 4, \"cells\": [{\"cell_type\": \"markdown\", \"source\": \"# "
           "T1999\"},\n" +
           std::string(cell) + "]}";
  };
  const std::pair<std::string, std::string_view> kCases[] = {
      {with(R"({"cell_type": "raw", "source": "x"})"),
       "n.ipynb:2:16: error: cell 2 is of type 'raw', which a page has no place for"},
      {with(R"({"cell_type": "hologram", "source": "x"})"), "cell 2 is of type 'hologram'"},
      {with(R"({"cell_type": "code", "source": "x", "outputs": [{"output_type": "stream"}]})"),
       "cell 2 is code with outputs"},
      {with(R"({"cell_type": "markdown", "source": "x", "attachments": {"a.png": {}}})"),
       "cell 2 has attached files"},
      {with(R"({"cell_type": "markdown"})"), "cell 2 has no 'source'"},
      {with(R"({"cell_type": "markdown", "source": [1]})"), "cell 2 has a source that is no text"},
      {with(R"({"source": "x"})"), "cell 2 has no 'cell_type'"},
      {with("7"), "cell 2 is no object"},
      {R"({"nbformat": 3, "worksheets": [{"cells": []}]})", "format 3 or older"},
      {R"({"nbformat": 9, "cells": []})", "notebooks of format 9 are unknown here"},
      {R"({"nbformat": 4})", "not a notebook: it has no list 'cells'"},
      {"{\n\"cells\": [}", "n.ipynb:2:11: error: not a notebook"},
      {"# T1528\n", "not a notebook"},
  };
  for (const auto& [text, error] : kCases) {
    Report report;
    EXPECT_FALSE(FromNotebook("n.ipynb", text, {}, report).has_value()) << text;
    EXPECT_NE(Told(report).find(error), std::string::npos) << text << "\n" << Told(report);
  }
  Report report;
  EXPECT_TRUE(FromNotebook("n.ipynb", kCases[2].first, {.drop_outputs = true}, report).has_value());
}

TEST(PlaybookImport, FindsAttacksPartsByTheirHeadings) {
  const std::string text =
      "# T1999.001 Borrow a Ladder\n\n---\n\n## Technique Description\n\nOld words.\n\n---\n\n"
      "### Tactics:\n  *   Quiet-Entry\n\n### Adversarial usage:\n\n| A | B |\n|---|---|\n| G | x "
      "|\n"
      "----\n## Mitre References\n\n  * [x](y)\n\n> *Note: Do not edit this cell*\n\n"
      "*Last pulled from Mitre on: 23 June 2022*\n\n---\n## Metadata\n\nours";
  for (const std::string_view line_end : {"\n", "\r\n"}) {
    const std::string given = WithLineEnd(text, line_end);
    Report report;
    const auto imported = ImportPage("p.md", given, {}, report);
    ASSERT_TRUE(imported.has_value()) << Told(report);
    EXPECT_EQ(imported->pulled, "2022-06-23");
    EXPECT_EQ(imported->blocks.size(), 5u);
    EXPECT_EQ(imported->missing.size(), 3u);
    const auto page = ParsePage("p.md", imported->text, report);
    ASSERT_TRUE(page.has_value()) << Told(report);
    ASSERT_EQ(page->attack.size(), 5u);
    EXPECT_EQ(page->PulledOn(), "2022-06-23");
    EXPECT_EQ(WithPlainLineEnd(page->FindBlock("technique-description")->body.Of(page->text)),
              "## Technique Description\n\nOld words.\n");
    for (const Block& block : page->attack) EXPECT_FALSE(IsEdited(*page, block)) << block.name;
    // Without the markers' lines it is what it was.
    std::string without;
    for (const Line& line : LinesOf(imported->text)) {
      const std::string_view bytes = line.range.Of(imported->text);
      if (!bytes.starts_with("<!-- tokentrail:")) {
        without += imported->text.substr(line.range.begin, line.next - line.range.begin);
      }
    }
    EXPECT_EQ(without, given);
    const auto again = ImportPage("p.md", imported->text, {}, report);
    EXPECT_TRUE(again->had_markers);
    EXPECT_EQ(again->text, imported->text);
  }
}

TEST(PlaybookImport, AnEditSinceThePullIsSeenAgainstTheBase) {
  Report report;
  const auto base = ReadAttack(test::InRoot("src/playbook/testdata/attack-15.1.json"), report);
  ASSERT_TRUE(base.has_value());
  const auto newer = ReadAttack(test::InRoot("src/playbook/testdata/attack-18.1.json"), report);
  ASSERT_TRUE(newer.has_value());
  const std::string text =
      "# T1999.001 Ladder\n\n## Technique Detection\n\nWatch the shed.(Citation: Unlinked Talk)\n\n"
      "### Platforms:\n\n* Sheds\n* Azure-AD\n* Barns\n* Our own hut\n\n### Tactics:\n\n"
      "* Quiet-Entry\n";
  ImportOptions options;
  options.base = &*base;
  const auto imported = ImportPage("p.md", text, options, report);
  ASSERT_TRUE(imported.has_value()) << Told(report);
  EXPECT_EQ(imported->edited, std::vector<std::string>{"platforms"});
  const auto page = ParsePage("p.md", imported->text, report);
  MergeOptions merge;
  merge.date = "2026-11-24";
  const auto merged = Merge(*page, *newer, merge);
  ASSERT_TRUE(merged.ok());
  EXPECT_EQ(merged->conflicts, 1u);
  EXPECT_NE(merged->text.find("* Our own hut"), std::string::npos);
}

TEST(PlaybookImport, WhatIsNoHuntPageIsAnError) {
  const std::pair<std::string, std::string_view> kCases[] = {
      {"# T1999 x\n\nprose\n", "p.md:1:1: error: this is no hunt page that could be imported"},
      {"## Tactics\n", "no title names a technique"},
      {"# T1999 x\n## Tactics\n## Tactics:\n", "p.md:3:1: error: the page has its part 'tactics'"},
  };
  for (const auto& [text, error] : kCases) {
    Report report;
    EXPECT_FALSE(ImportPage("p.md", text, {}, report).has_value());
    EXPECT_NE(Told(report).find(error), std::string::npos) << Told(report);
  }
}

TEST(PlaybookImport, TheSharedPageKeepsEveryByte) {
  const std::string path = test::InRoot("../shared/data/pages/T1528-hunt-page.md");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no ../shared/data";
  const std::string text = test::ReadFile(path);
  Report report;
  const auto imported = ImportPage("p.md", text, {}, report);
  ASSERT_TRUE(imported.has_value()) << Told(report);
  EXPECT_TRUE(imported->missing.empty());
  EXPECT_EQ(imported->pulled, "2022-06-23");
  std::string without;
  for (const Line& line : LinesOf(imported->text)) {
    const std::string one = imported->text.substr(line.range.begin, line.next - line.range.begin);
    if (!one.starts_with("<!-- tokentrail:")) without += one;
  }
  EXPECT_EQ(without, text);
  EXPECT_EQ(ThereAndBack(imported->text), imported->text);
}

TEST(PlaybookImport, DaysInTheirForms) {
  EXPECT_EQ(FindDay("*Last pulled from Mitre on: 23 June 2022*"), "2022-06-23");
  EXPECT_EQ(FindDay("on June 3, 2022"), "2022-06-03");
  EXPECT_EQ(FindDay("on 2026-11-24, ATT&CK 18.1"), "2026-11-24");
  EXPECT_EQ(FindDay("never"), "");
  EXPECT_EQ(FindDay("23 Foo 2022"), "");
}

}  // namespace
}  // namespace tokentrail::playbook
