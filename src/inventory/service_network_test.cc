#include "inventory/service_network.h"

#include <gtest/gtest.h>

namespace tokentrail::inventory {
namespace {

TEST(ServiceNetwork, KnowsThePlatformsOwnAddressesAndNoOthers) {
  EXPECT_EQ(ServiceNetwork("20.190.160.14"), "microsoft");
  EXPECT_EQ(ServiceNetwork("52.97.1.2"), "microsoft");
  EXPECT_EQ(ServiceNetwork("2603:1026:c03::5"), "microsoft");
  EXPECT_EQ(ServiceNetwork("209.85.220.41"), "google");
  EXPECT_EQ(ServiceNetwork("20.51.1.1"), "");  // Azure, for rent
  EXPECT_EQ(ServiceNetwork("2603:1030:20e::1"), "");
  EXPECT_EQ(ServiceNetwork("203.0.113.7"), "");
  EXPECT_EQ(ServiceNetwork("10.0.0.1"), "");
  EXPECT_EQ(ServiceNetwork(""), "");
  EXPECT_EQ(ServiceNetwork("no address"), "");
}

}  // namespace
}  // namespace tokentrail::inventory
