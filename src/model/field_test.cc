#include "model/field.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "model/kind.h"
#include "model/level.h"

namespace tokentrail {
namespace {

TEST(Fields, HaveNamesOfTheirOwnAndSayWhatTheyAre) {
  std::set<std::string_view> names;
  for (const FieldDef& def : Fields()) {
    EXPECT_TRUE(names.insert(def.name).second) << def.name;
    EXPECT_FALSE(def.summary.empty()) << def.name;
    EXPECT_EQ(def.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_."), def.name.npos);
    EXPECT_EQ(Name(def.field), def.name);
  }
  EXPECT_EQ(names.size(), kFieldCount);
  EXPECT_EQ(Name(Field::kToken), "token.uid");
  EXPECT_EQ(Name(Field::kScopesAdded), "grant.scopes_added");
  EXPECT_EQ(Name(Field::kGroups), "actor.user.groups");
}

TEST(Kinds, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (int i = 0; i < static_cast<int>(Kind::kCount); ++i) {
    EXPECT_TRUE(names.insert(Name(static_cast<Kind>(i))).second);
  }
  EXPECT_EQ(Name(Kind::kTokenMinted), "token_minted");
  EXPECT_EQ(Name(Outcome::kFailure), "failure");
}

TEST(ParseLevel, TakesWordsAndShortForms) {
  for (const Level level :
       {Level::kInformational, Level::kLow, Level::kMedium, Level::kHigh, Level::kCritical}) {
    EXPECT_EQ(ParseLevel(Name(level)), level);
  }
  EXPECT_EQ(ParseLevel("CRIT"), Level::kCritical);
  EXPECT_EQ(ParseLevel("med"), Level::kMedium);
  EXPECT_EQ(ParseLevel("Info"), Level::kInformational);
  EXPECT_EQ(ParseLevel(""), std::nullopt);
  EXPECT_EQ(ParseLevel("severe"), std::nullopt);
  EXPECT_EQ(Raise(Level::kLow), Level::kMedium);
  EXPECT_EQ(Raise(Level::kCritical), Level::kCritical);
}

}  // namespace
}  // namespace tokentrail
