#include "cli/address_range.h"

#include <gtest/gtest.h>

namespace tokentrail::cli {
namespace {

TEST(AddressRange, HoldsWhatLiesInIt) {
  struct {
    std::string_view range;
    std::string_view address;
    bool holds;
  } const cases[] = {
      {"203.0.113.7", "203.0.113.7", true},         {"203.0.113.7", "203.0.113.8", false},
      {"203.0.113.0/24", "203.0.113.255", true},    {"203.0.113.0/24", "203.0.114.0", false},
      {"203.0.112.0/23", "203.0.113.9", true},      {"0.0.0.0/0", "8.8.8.8", true},
      {"0.0.0.0/0", "2001:db8::1", false},          {"2001:db8::/32", "2001:db8:ffff::1", true},
      {"2001:db8::/33", "2001:db8:ffff::1", false}, {"10.0.0.0/8", "not an address", false},
  };
  for (const auto& one : cases) {
    const auto range = AddressRange::Parse(one.range);
    ASSERT_TRUE(range) << one.range;
    EXPECT_EQ(range->Holds(one.address), one.holds) << one.range << " " << one.address;
  }
  for (const std::string_view bad :
       {"", "bogus", "1.2.3", "1.2.3.4/33", "1.2.3.4/-1", "1.2.3.4/x", "1.2.3.4/", "::/129"}) {
    EXPECT_FALSE(AddressRange::Parse(bad)) << bad;
  }
}

}  // namespace
}  // namespace tokentrail::cli
