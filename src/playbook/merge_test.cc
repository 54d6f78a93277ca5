// ATT&CK's text onto pages: what is replaced, what is kept, and that no byte of a team's goes.

#include "playbook/merge.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "playbook/attack_blocks.h"
#include "playbook/import_page.h"
#include "playbook/new_page.h"
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

Attack Read(const std::string& path) {
  Report report;
  auto attack = ReadAttack(path, report);
  EXPECT_TRUE(attack.has_value()) << Told(report);
  return attack.value_or(Attack{});
}

Attack Bundle(std::string_view version) {
  return Read(test::InRoot("src/playbook/testdata/attack-" + std::string(version) + ".json"));
}

Page Parse(std::string text) {
  Report report;
  auto page = ParsePage("p.md", std::move(text), report);
  EXPECT_TRUE(page.has_value()) << Told(report);
  return page.value_or(Page{});
}

Merged MergeOk(const Page& page, const Attack& attack, MergeOptions options = {}) {
  if (options.date.empty()) options.date = "2026-11-24";
  auto merged = Merge(page, attack, options);
  EXPECT_TRUE(merged.ok()) << merged.error().message;
  return merged.ok() ? std::move(merged).value() : Merged{};
}

/// The team's bytes: all that stands between the blocks.
std::vector<std::string> TeamText(const Page& page) {
  std::vector<std::string> out;
  size_t at = 0;
  for (const Block& block : page.attack) {
    out.push_back(page.text.substr(at, block.range.begin - at));
    at = block.range.end;
  }
  out.push_back(page.text.substr(at));
  return out;
}

MergeOutcome OutcomeOf(const Merged& merged, std::string_view name) {
  for (const BlockMerge& one : merged.blocks) {
    if (one.name == name) return one.outcome;
  }
  return MergeOutcome::kMissing;
}

std::string NewPageText() { return NewPage("T1999.001", "Borrow a Ladder"); }

TEST(PlaybookMerge, APageThatGrowsThroughThreeVersions) {
  const Page empty = Parse(NewPageText());
  const Merged first = MergeOk(empty, Bundle("15.1"));
  test::ExpectGolden("src/playbook/testdata/golden/T1999.001-15.1.md", first.text);
  const Merged second = MergeOk(Parse(first.text), Bundle("18.1"));
  test::ExpectGolden("src/playbook/testdata/golden/T1999.001-18.1.md", second.text);
  std::string said;
  for (const std::string& one : second.changes) said += one + "\n";
  const Merged third = MergeOk(Parse(second.text), Bundle("19.0"));
  said += "--\n";
  for (const std::string& one : third.changes) said += one + "\n";
  test::ExpectGolden("src/playbook/testdata/golden/T1999.001-changes.txt", said);
  EXPECT_EQ(TeamText(empty), TeamText(Parse(third.text)));
}

TEST(PlaybookMerge, ASecondUpdateChangesNothingNotEvenTheDay) {
  const Merged first = MergeOk(Parse(NewPageText()), Bundle("18.1"));
  MergeOptions later;
  later.date = "2027-01-01";
  const Merged second = MergeOk(Parse(first.text), Bundle("18.1"), later);
  EXPECT_EQ(second.text, first.text);
  EXPECT_TRUE(second.changes.empty());
}

TEST(PlaybookMerge, TextOfAttacksEditedByHandIsKeptAndIsAConflict) {
  const Merged pulled = MergeOk(Parse(NewPageText()), Bundle("15.1"));
  std::string text = pulled.text;
  text.insert(text.find("Sheds are open."), "OUR WORD. ");
  const Merged merged = MergeOk(Parse(text), Bundle("18.1"));
  EXPECT_EQ(merged.conflicts, 1u);
  EXPECT_EQ(OutcomeOf(merged, "technique-description"), MergeOutcome::kConflict);
  EXPECT_EQ(OutcomeOf(merged, "platforms"), MergeOutcome::kUpdated);
  EXPECT_NE(merged.text.find("OUR WORD. Sheds"), std::string::npos);
  EXPECT_EQ(merged.text.find("mostly keep"), std::string::npos);
  EXPECT_NE(merged.text.find("kept as it was: technique-description"), std::string::npos);

  // It stays one until somebody decides.
  const Merged again = MergeOk(Parse(merged.text), Bundle("18.1"));
  EXPECT_EQ(again.conflicts, 1u);
  EXPECT_EQ(again.text, merged.text);

  MergeOptions theirs;
  theirs.theirs = {"technique-description"};
  const Merged taken = MergeOk(Parse(merged.text), Bundle("18.1"), theirs);
  EXPECT_EQ(taken.conflicts, 0u);
  EXPECT_EQ(taken.text.find("OUR WORD"), std::string::npos);
  EXPECT_EQ(taken.text, MergeOk(Parse(pulled.text), Bundle("18.1")).text);

  MergeOptions ours;
  ours.ours = {"technique-description"};
  const Merged settled = MergeOk(Parse(merged.text), Bundle("18.1"), ours);
  EXPECT_EQ(settled.conflicts, 0u);
  EXPECT_NE(settled.text.find("OUR WORD"), std::string::npos);
  const Merged after = MergeOk(Parse(settled.text), Bundle("18.1"));
  EXPECT_EQ(OutcomeOf(after, "technique-description"), MergeOutcome::kEdited);
  EXPECT_EQ(after.text, settled.text);
}

TEST(PlaybookMerge, AnEditWhereAttackDidNotChangeIsNoConflict) {
  const Merged pulled = MergeOk(Parse(NewPageText()), Bundle("18.1"));
  std::string text = pulled.text;
  text.insert(text.find("* Towers"), "* Lighthouses\n");
  const Merged merged = MergeOk(Parse(text), Bundle("18.1"));
  EXPECT_EQ(merged.conflicts, 0u);
  EXPECT_EQ(OutcomeOf(merged, "platforms"), MergeOutcome::kEdited);
  EXPECT_NE(merged.text.find("* Lighthouses"), std::string::npos);
  EXPECT_TRUE(merged.changes.empty()) << merged.changes[0];
}

TEST(PlaybookMerge, AHandThatWroteWhatAttackSaysNowAgrees) {
  const std::string old = MergeOk(Parse(NewPageText()), Bundle("15.1")).text;
  const std::string now = MergeOk(Parse(old), Bundle("18.1")).text;
  const Page old_page = Parse(old);
  const Page now_page = Parse(now);
  const std::string by_hand =
      Apply(old, {{old_page.FindBlock("platforms")->body,
                   std::string(now_page.FindBlock("platforms")->body.Of(now))}});
  const Merged merged = MergeOk(Parse(by_hand), Bundle("18.1"));
  EXPECT_EQ(merged.conflicts, 0u);
  EXPECT_EQ(merged.text, now);
}

TEST(PlaybookMerge, BlocksThatThePageLostComeBackOnlyWhenAsked) {
  const Page page = Parse("# T1999.001 Ladder\n\nOurs.\n");
  const Merged left = MergeOk(page, Bundle("18.1"));
  EXPECT_EQ(left.text, page.text);
  EXPECT_EQ(OutcomeOf(left, "tactics"), MergeOutcome::kMissing);
  MergeOptions add;
  add.add_missing = true;
  for (const std::string text : {"# T1999.001 Ladder\n\nOurs.\n", "# T1999.001 Ladder",
                                 "# T1999.001 Ladder\r\n\r\nOurs.\r\n"}) {
    const Merged added = MergeOk(Parse(text), Bundle("18.1"), add);
    const Page after = Parse(added.text);
    ASSERT_EQ(after.attack.size(), kAttackBlocks.size()) << added.text;
    for (size_t i = 0; i < kAttackBlocks.size(); ++i) {
      EXPECT_EQ(after.attack[i].name, kAttackBlocks[i]);
      EXPECT_FALSE(IsEdited(after, after.attack[i]));
    }
    EXPECT_EQ(MergeOk(after, Bundle("18.1"), add).text, added.text);
    EXPECT_EQ(added.text.find("Ours.") == std::string::npos, text.find("Ours.") == text.npos);
    EXPECT_EQ(LineEndOf(added.text), LineEndOf(text));
  }
}

TEST(PlaybookMerge, RefusesWhatItCantDo) {
  const Merged now = MergeOk(Parse(NewPageText()), Bundle("18.1"));
  const auto older = Merge(Parse(now.text), Bundle("15.1"), {});
  ASSERT_FALSE(older.ok());
  EXPECT_NE(older.error().message.find("older 15.1"), std::string::npos);
  MergeOptions back;
  back.allow_older = true;
  EXPECT_EQ(MergeOk(Parse(now.text), Bundle("15.1"), back).text,
            MergeOk(Parse(NewPageText()), Bundle("15.1")).text);

  const auto unknown = Merge(Parse("# T4242 Nothing\n"), Bundle("15.1"), {});
  ASSERT_FALSE(unknown.ok());
  EXPECT_NE(unknown.error().message.find("T4242"), std::string::npos);

  MergeOptions wrong;
  wrong.theirs = {"platform"};
  const auto block = Merge(Parse(now.text), Bundle("18.1"), wrong);
  ASSERT_FALSE(block.ok());
  EXPECT_NE(block.error().message.find("did you mean 'platforms'"), std::string::npos);
}

TEST(PlaybookMerge, APageKeepsItsLineEnds) {
  const std::string text = WithLineEnd(NewPageText(), "\r\n");
  const Merged first = MergeOk(Parse(text), Bundle("15.1"));
  const Merged second = MergeOk(Parse(first.text), Bundle("18.1"));
  const std::string plain =
      MergeOk(Parse(MergeOk(Parse(NewPageText()), Bundle("15.1")).text), Bundle("18.1")).text;
  EXPECT_EQ(second.text, WithLineEnd(plain, "\r\n"));
}

/// A team's text as nobody would wish it, without markers of ours.
std::string RandomTeamText(test::Random& random) {
  static constexpr std::string_view kPieces[] = {"\n",
                                                 "\n",
                                                 "\r\n",
                                                 "\n\n\n",
                                                 "  ",
                                                 "trailing  \n",
                                                 "\t",
                                                 "* **Notes:** x\n",
                                                 "| a | b |\n",
                                                 "|---|---|\n",
                                                 "cloud 3",
                                                 "#### Analytic 1\n",
                                                 "### Hunter Notes\n",
                                                 "---\n",
                                                 "***\n",
                                                 "> quote\n",
                                                 "<!-- note -->",
                                                 "<b>html</b>",
                                                 "\xC3\xA9\xE2\x80\xAE",
                                                 "\xFF\xFE",
                                                 "a\\\n",
                                                 "```\ncode\n```\n",
                                                 "~~~sql\nselect\n~~~\n",
                                                 "1. one\n",
                                                 "[x](y)",
                                                 "\xEF\xBB\xBF",
                                                 "\x01",
                                                 "sha256=",
                                                 "tokentrail:attack",
                                                 "`tokentrail playbook`",
                                                 "(Citation: X)",
                                                 "&lt;",
                                                 "\r"};
  std::string out;
  for (size_t n = random.Below(14); n > 0; --n) out += random.Pick(kPieces);
  // What comes next starts a line.
  out += random.OneIn(3) ? "\r\n" : "\n";
  return out;
}

/// A page whose team text is random, with the blocks of `source` between.
std::string RandomPage(const Page& source, test::Random& random) {
  std::string out = random.OneIn(4) ? "\xEF\xBB\xBF" : "";
  out += "# " + source.technique + " Title" + (random.OneIn(2) ? "\r\n" : "  \n");
  out += RandomTeamText(random);
  for (const Block& block : source.attack) {
    out += block.range.Of(source.text);
    out += RandomTeamText(random);
  }
  while (random.OneIn(2) && !out.empty() && (out.back() == '\n' || out.back() == '\r')) {
    out.pop_back();
  }
  if (random.OneIn(3)) out = WithLineEnd(WithPlainLineEnd(out), "\r\n");
  return out;
}

void KeepsEveryByte(const std::vector<Attack>& versions, std::string_view technique, int rounds) {
  test::Random random(6);
  const Page empty = Parse(NewPage(std::string(technique), "Title"));
  int parsed = 0;
  for (int i = 0; i < rounds; ++i) {
    const std::string start = RandomPage(empty, random);
    Report report;
    auto page = ParsePage("p.md", start, report);
    if (!page) continue;  // its random text opened a comment or code
    ++parsed;
    const std::vector<std::string> team = TeamText(*page);
    for (const Attack& attack : versions) {
      const Merged merged = MergeOk(*page, attack);
      EXPECT_EQ(merged.conflicts, 0u);
      *page = Parse(merged.text);
      ASSERT_EQ(TeamText(*page), team) << start;
      for (const Block& block : page->attack) ASSERT_FALSE(IsEdited(*page, block)) << block.name;
    }
  }
  EXPECT_GT(parsed, rounds / 2) << "too few random pages were pages";
}

TEST(PlaybookMerge, NoByteOfATeamsIsLostWhateverItWrote) {
  KeepsEveryByte({Bundle("15.1"), Bundle("18.1"), Bundle("19.0")}, "T1999.001", 300);
}

TEST(PlaybookMerge, NoByteIsLostFromAttack11To18) {
  std::vector<Attack> versions;
  for (const std::string version : {"11.2", "15.1", "18.1"}) {
    const std::string path = test::InRoot("../shared/data/attack/enterprise-attack-" + version +
                                          "-token-techniques.json");
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "no ../shared/data";
    versions.push_back(Read(path));
    EXPECT_EQ(versions.back().version, version);
    EXPECT_FALSE(versions.back().copyright.empty());
  }
  for (const std::string technique : {"T1528", "T1550.001", "T1539"}) {
    KeepsEveryByte(versions, technique, 25);
  }
  const std::string old = test::InRoot("../shared/data/pages/T1528-hunt-page.md");
  if (std::filesystem::exists(old)) {
    Report report;
    const auto imported = ImportPage("p.md", test::ReadFile(old), {}, report);
    ASSERT_TRUE(imported.has_value()) << Told(report);
    Page page = Parse(imported->text);
    const std::vector<std::string> team = TeamText(page);
    for (const Attack& attack : versions) {
      const Merged merged = MergeOk(page, attack);
      EXPECT_EQ(merged.conflicts, 0u);
      page = Parse(merged.text);
      EXPECT_EQ(TeamText(page), team);
    }
    EXPECT_EQ(page.AttackVersion(), "18.1");
    EXPECT_EQ(page.analytics.size(), 4u);
  }
  const Technique* now = versions[2].Find("T1528");
  ASSERT_NE(now, nullptr);
  ASSERT_EQ(now->strategies.size(), 1u);
  ASSERT_EQ(now->strategies[0].analytics.size(), 5u);
  EXPECT_EQ(now->strategies[0].analytics[0].id.id, "AN1423");
  EXPECT_EQ(now->strategies[0].analytics[4].id.id, "AN1427");
  EXPECT_EQ(now->usages.size(), 5u);
  const Technique* revoked = versions[2].Find("T1527");
  ASSERT_NE(revoked, nullptr);
  EXPECT_TRUE(revoked->revoked);
  ASSERT_TRUE(revoked->revoked_by.has_value());
  EXPECT_EQ(revoked->revoked_by->id, "T1550.001");
}

}  // namespace
}  // namespace tokentrail::playbook
