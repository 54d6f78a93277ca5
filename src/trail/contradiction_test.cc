#include "trail/contradiction.h"

#include <gtest/gtest.h>

namespace tokentrail::trail {
namespace {

Finding WithAgainst(const char* id, Level level, std::string_view against) {
  Finding out;
  out.id = id;
  out.level = level;
  Evidence evidence;
  evidence.who.emplace();
  evidence.who->against = against;
  evidence.who->contradiction = !against.empty();
  out.evidence.push_back(evidence);
  return out;
}

TEST(Contradiction, RaisesTheFindingAndSaysWhy) {
  std::vector<Finding> findings = {WithAgainst("a", Level::kHigh, ""),
                                   WithAgainst("b", Level::kHigh, "record_names_other_client"),
                                   WithAgainst("c", Level::kHigh, "token_issued_to_other_user"),
                                   WithAgainst("d", Level::kCritical, "record_names_other_client")};
  std::map<Level, uint64_t> by_level = {{Level::kHigh, 3}, {Level::kCritical, 1}};
  RaiseContradicted(findings, by_level);
  EXPECT_EQ(by_level[Level::kHigh], 2u);
  EXPECT_EQ(by_level[Level::kCritical], 2u);
  ASSERT_EQ(findings.size(), 4u);
  EXPECT_EQ(findings[0].id, "b") << "the worst first again";
  EXPECT_EQ(findings[0].level, Level::kCritical);
  ASSERT_EQ(findings[0].reasons.size(), 1u);
  EXPECT_EQ(findings[1].id, "d");
  EXPECT_TRUE(findings[1].reasons.empty());
  EXPECT_EQ(findings[2].id, "a");
  EXPECT_EQ(findings[3].id, "c");
}

}  // namespace
}  // namespace tokentrail::trail
