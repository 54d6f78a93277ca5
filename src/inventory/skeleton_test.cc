#include "inventory/skeleton.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tokentrail::inventory {
namespace {

std::string Look(std::string_view name) { return SkeletonOf(name).whole; }

TEST(Skeleton, WhatLooksAlikeIsEqual) {
  const std::pair<std::string_view, std::string_view> kAlike[] = {
      {"Cоntоsо", "Contoso"},                // Cyrillic o
      {"Сontoso", "Contoso"},                // Cyrillic С
      {"паре", "nape"},                      // the supplement: п is n, not π
      {"Αtlas Τοοls", "Atlas Tools"},        // Greek
      {"Ｆａｂｒｉｋａｍ", "Fabrikam"},      // full width
      {"𝗙𝗮𝗯𝗿𝗶𝗸𝗮𝗺", "Fabrikam"},              // mathematical bold
      {"Ⓕⓐⓑrikam", "Fabrikam"},              // circled
      {"ꜰabrikam", "Fabrikam"},              // small capital
      {"Fábríkam", "Fabrikam"},              // accents
      {"Fabr\xcc\x81ikam", "Fabrikam"},      // a combining mark
      {"Fab\xe2\x80\x8brikam", "Fabrikam"},  // zero-width space
      {"C0nt0s0", "Contoso"},
      {"Fabrikarn", "Fabrikam"},  // rn for m
      {"Łodz", "Lodz"},
      {"ﬁle", "file"},  // ligature
  };
  for (const auto& [odd, plain] : kAlike) EXPECT_EQ(Look(odd), Look(plain)) << odd;
}

TEST(Skeleton, WhatReadsDifferentlyStaysDifferent) {
  const std::pair<std::string_view, std::string_view> kDifferent[] = {
      {"Contoso", "Contosa"}, {"Почта", "Nochta"}, {"会議", "会社"}, {"हिन्दी", "हन्द"}, {"が", "か"},
  };
  for (const auto& [a, b] : kDifferent) EXPECT_NE(Look(a), Look(b)) << a << " " << b;
}

TEST(Skeleton, CapitalIAndSmallLAreToldByTheLookAsWritten) {
  const Skeleton name = SkeletonOf("Fabrlkam");
  const Skeleton other = SkeletonOf("FabrIkam");
  ASSERT_EQ(other.pieces.size(), 2u);  // cut where the capital stands
  EXPECT_EQ(other.pieces[0].folded + other.pieces[1].raw, name.pieces[0].folded);
}

TEST(Skeleton, CutsWordsWhereCaseChanges) {
  std::vector<std::string> pieces;
  for (const SkeletonPiece& piece : SkeletonOf("PDFConverter for O365Sync-v2").pieces) {
    pieces.push_back(piece.text + "/" + std::to_string(piece.word));
  }
  EXPECT_EQ(pieces, (std::vector<std::string>{"PDF/0", "Converter/0", "for/1", "O365/2", "Sync/2",
                                              "v2/3"}));
}

TEST(Skeleton, ThePlainWayAndTheLibraryAgreeOnAscii) {
  for (const std::string_view name :
       {"Contoso Mail", "AWSome IoT", "C0ntoso 1.5", "modern inferno", "P@yroll $ync", "a|b", "Il1",
        "x", "", "-", "O365Sync", "HR  Portal (EU)", "rnRNrN"}) {
    const Skeleton fast = SkeletonOf(name);
    const Skeleton slow = SlowSkeletonOf(name);
    EXPECT_EQ(fast.whole, slow.whole) << name;
    EXPECT_EQ(fast.plain, slow.plain) << name;
    EXPECT_EQ(fast.signs, slow.signs) << name;
    ASSERT_EQ(fast.pieces.size(), slow.pieces.size()) << name;
    for (size_t i = 0; i < fast.pieces.size(); ++i) {
      EXPECT_EQ(fast.pieces[i].text, slow.pieces[i].text) << name;
      EXPECT_EQ(fast.pieces[i].raw, slow.pieces[i].raw) << name;
      EXPECT_EQ(fast.pieces[i].word, slow.pieces[i].word) << name;
    }
  }
}

TEST(Skeleton, MixedScriptsWithinAWord) {
  for (const std::string_view name : {"Fаbrikam", "Νorthwind", "Cօntoso", "Ꮯontoso"}) {
    EXPECT_FALSE(SkeletonOf(name).odd.mixed_word.empty()) << name;
  }
  EXPECT_EQ(SkeletonOf("My Fаbriкam").odd.mixed, "Latin with Cyrillic а, к");
}

TEST(Skeleton, WordsInOtherLanguagesAreNotMixed) {
  for (const std::string_view name :
       {"Почта России", "Contoso Почта", "Teams会議", "メールSync", "카카오Talk", "Ελληνικά",
        "μTorrent", "PDFконвертер", "Ünïted", "שלום Sync", "Ωmega", "Jürgens App"}) {
    EXPECT_EQ(SkeletonOf(name).odd.mixed_word, "") << name;
  }
}

TEST(Skeleton, InvisibleCharacters) {
  EXPECT_EQ(SkeletonOf("Con\xe2\x80\x8btoso").odd.invisible, std::vector<uint32_t>{0x200b});
  EXPECT_EQ(SkeletonOf("\xe2\x80\xae"
                       "contoso")
                .odd.invisible,
            std::vector<uint32_t>{0x202e});
  EXPECT_EQ(SkeletonOf("Con\xc2\xadtoso").odd.invisible, std::vector<uint32_t>{0xad});
  EXPECT_EQ(SkeletonOf("Con\ttoso").odd.invisible, std::vector<uint32_t>{'\t'});
  EXPECT_EQ(SkeletonOf("Contoso\xe3\x85\xa4").odd.invisible, std::vector<uint32_t>{0x3164});
  EXPECT_EQ(CharacterWords(0x200b), "U+200B ZERO WIDTH SPACE");
}

TEST(Skeleton, WhatWritingNeedsIsNotInvisible) {
  for (const std::string_view name : {"👩\xe2\x80\x8d💻 Tools", "❤\xef\xb8\x8f Health",
                                      "می\xe2\x80\x8cخواهم", "Name\xc2\xa0with no-break space"}) {
    EXPECT_TRUE(SkeletonOf(name).odd.invisible.empty()) << name;
  }
}

TEST(Skeleton, NothingToRead) {
  for (const std::string_view name : {"", "...", " - ", "…", "★★★"}) {
    EXPECT_TRUE(SkeletonOf(name).odd.nothing_to_read) << name;
  }
  EXPECT_FALSE(SkeletonOf("7").odd.nothing_to_read);
}

TEST(Skeleton, Utf8ReadAsLatin1IsNoDisguise) {
  // `Sales – EU`, read as Latin-1 and written as UTF-8.
  const Skeleton name = SkeletonOf("Sales \xc3\xa2\xc2\x80\xc2\x93 EU");
  EXPECT_TRUE(name.odd.invisible.empty());
  EXPECT_EQ(name.whole, "saleseu");
}

TEST(Skeleton, BadBytesAndLongNamesAreRead) {
  EXPECT_EQ(SkeletonOf("ab\xff\xfe").whole, "ab");
  EXPECT_LE(SkeletonOf(std::string(100'000, 'a')).whole.size(), 512u);
  std::string wide;
  for (int i = 0; i < 1000; ++i) wide += "п";
  EXPECT_LE(SkeletonOf(wide).whole.size(), 512u);
}

TEST(Skeleton, OneEdit) {
  EXPECT_TRUE(WithinOneEdit("docsign", "docusign"));
  EXPECT_TRUE(WithinOneEdit("docusgin", "docusign"));
  EXPECT_TRUE(WithinOneEdit("docusine", "docusing"));
  EXPECT_TRUE(WithinOneEdit("same", "same"));
  EXPECT_TRUE(WithinOneEdit("", "a"));
  EXPECT_FALSE(WithinOneEdit("ab", "ba1"));
  EXPECT_FALSE(WithinOneEdit("gitlab", "github"));
  EXPECT_FALSE(WithinOneEdit("", "ab"));
}

TEST(Skeleton, SaysWhatIsForeign) {
  EXPECT_EQ(ForeignWords("Cоntoso"), "Cyrillic о");
  EXPECT_EQ(ForeignWords("Contoso"), "");
  EXPECT_EQ(ForeignWords("Ｃontoso"), "full-width letters");
}

}  // namespace
}  // namespace tokentrail::inventory
