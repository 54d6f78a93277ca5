// docs/ holds what `tokentrail list` prints; here the two are compared.

#include "cli/list.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/text.h"
#include "cli/verb.h"
#include "sink/sink.h"
#include "test/support/golden.h"

namespace tokentrail::cli {
namespace {

class Lists : public testing::TestWithParam<const char*> {};

TEST_P(Lists, AreWhatTheDocsSay) {
  const auto sheet = ListSheet(GetParam());
  ASSERT_TRUE(sheet.ok());
  const std::string name = GetParam();
  test::ExpectGolden("docs/" + (name == "rules" ? "shipped-rules" : name) + ".md",
                     Render(*sheet, "markdown", {}));
}

TEST_P(Lists, HoldSomethingAndAreWhole) {
  const auto sheet = ListSheet(GetParam());
  ASSERT_TRUE(sheet.ok());
  EXPECT_FALSE(sheet->rows.empty());
  const std::string csv = Render(*sheet, "csv", {});
  EXPECT_EQ(Split(csv, "\n").size(), sheet->rows.size() + 1);
  const std::string table = Render(*sheet, "table", {});
  for (const auto& row : sheet->rows) {
    EXPECT_FALSE(row[0].empty());
    EXPECT_NE(table.find(row[0]), std::string::npos) << row[0];
  }
}

INSTANTIATE_TEST_SUITE_P(All, Lists,
                         testing::Values("sources", "fields", "analytics", "rules", "outputs"));

TEST(ListsOfNothing, AreRefusedWithAHint) {
  const auto sheet = ListSheet("source");
  ASSERT_FALSE(sheet.ok());
  EXPECT_NE(sheet.error().message.find("did you mean 'sources'"), std::string::npos);
}

TEST(HuntFlags, OfferEveryOutput) {
  const VerbDef* hunt = All()[0];
  ASSERT_EQ(hunt->name, "hunt");
  std::string choices;
  for (const FlagDef& flag : hunt->flags) {
    if (flag.name == "output-type") choices = flag.choices;
  }
  for (const sink::SinkDef* sink : sink::All()) {
    const auto offered = Split(choices, "|");
    EXPECT_NE(std::find(offered.begin(), offered.end(), sink->name), offered.end()) << sink->name;
  }
  EXPECT_EQ(Split(choices, "|").size(), sink::All().size());
}

}  // namespace
}  // namespace tokentrail::cli
