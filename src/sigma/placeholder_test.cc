#include "sigma/placeholder.h"

#include <gtest/gtest.h>

#include "sigma/pattern.h"
#include "sigma/regex.h"

namespace tokentrail::sigma {
namespace {

const Placeholders kValues = {
    {"admins", {"root", "adm_*"}}, {"os-name", {"a.b"}}, {"percent", {"%admins%"}}, {"none", {}}};

std::vector<std::string> Keys(std::string_view written) {
  const Result<std::vector<Glyphs>> all = Expand(ReadGlyphs(written), kValues);
  if (!all.ok()) return {all.error().message};
  std::vector<std::string> out;
  for (const Glyphs& one : *all) {
    const Pattern pattern(one);
    out.emplace_back(pattern.text().empty() ? pattern.longest_literal() : pattern.text());
  }
  return out;
}

using Strings = std::vector<std::string>;

TEST(Expand, PutsInEveryValue) {
  EXPECT_EQ(Keys("x%admins%"), (Strings{"xroot", "xadm_"}));
  EXPECT_EQ(Keys("%admins%-%admins%"), (Strings{"root-root", "root-adm_", "-root", "-adm_"}));
  EXPECT_EQ(Keys("%os-name%"), Strings{"a.b"});
  EXPECT_EQ(Keys("%percent%"), Strings{"%admins%"}) << "once, not again in what was put in";
}

TEST(Expand, LeavesOtherPercentSignsAlone) {
  EXPECT_EQ(Keys("100 % of %"), Strings{"100 % of %"});
  EXPECT_EQ(Keys("\\%admins\\%"), Strings{"%admins%"});
  EXPECT_EQ(Keys("%%"), Strings{"%%"});
  EXPECT_EQ(Keys("%a b%"), Strings{"%a b%"});
  EXPECT_EQ(Keys("c:\\\\%os-name%"), Strings{"c:\\a.b"}) << "a backslash that is one itself";
  EXPECT_EQ(Keys("50%%os-name%"), Strings{"50%a.b"});
}

TEST(Expand, NamesWhatIsMissing) {
  const Result<std::vector<Glyphs>> unknown = Expand(ReadGlyphs("%nobody%"), kValues);
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(unknown.error().message, "the placeholder '%nobody%' has no value");
  EXPECT_EQ(Keys("%none%"), Strings{"the placeholder '%none%' has no value"});
}

TEST(Expand, StopsWhereValuesExplode) {
  Placeholders many;
  many["m"].assign(101, "x");
  EXPECT_FALSE(Expand(ReadGlyphs("%m%%m%"), many).ok());
  EXPECT_TRUE(Expand(ReadGlyphs("%m%"), many).ok());
}

TEST(ExpandRegex, TakesValuesAsTexts) {
  const Result<Strings> all = ExpandRegex("^(%admins%|%os-name%)\\%$", kValues);
  ASSERT_TRUE(all.ok());
  ASSERT_EQ(all->size(), 2u);
  const Result<Regex> second = Regex::Compile(all->at(1), {});
  ASSERT_TRUE(second.ok()) << all->at(1);
  EXPECT_TRUE(second->Finds("adm_x\ny%"));
  EXPECT_TRUE(second->Finds("a.b%"));
  EXPECT_FALSE(second->Finds("aXb%"));
}

}  // namespace
}  // namespace tokentrail::sigma
