#include "source/map/salesforce_id.h"

#include <gtest/gtest.h>

namespace tokentrail::source {
namespace {

// Computed by hand from the article: capitals of the chunks 0053X, 00000, BoLQR are bits 4; none;
// 0, 2, 3, 4.
TEST(SalesforceId, SuffixTellsTheCapitals) {
  Arena arena;
  EXPECT_EQ(LongSalesforceId("0053X00000BoLQR", arena), "0053X00000BoLQRQA3");
  EXPECT_EQ(LongSalesforceId("005000000000001", arena), "005000000000001AAA");
  EXPECT_EQ(LongSalesforceId("0H4000000000abc", arena), "0H4000000000abcCAA");
}

TEST(SalesforceId, LeavesAloneWhatIsNoShortId) {
  Arena arena;
  EXPECT_EQ(LongSalesforceId("0053X00000BoLQRQA3", arena), "0053X00000BoLQRQA3");
  EXPECT_EQ(LongSalesforceId("not an id at al", arena), "not an id at al");
  EXPECT_EQ(LongSalesforceId("", arena), "");
}

}  // namespace
}  // namespace tokentrail::source
