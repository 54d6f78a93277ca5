#include "base/net.h"

#include <gtest/gtest.h>

#include <string>

namespace tokentrail {
namespace {

TEST(CanonicalAddress, GivesOneFormForOneAddress) {
  const std::pair<const char*, const char*> cases[] = {
      {"192.0.2.1", "192.0.2.1"},
      {" 192.0.2.1 ", "192.0.2.1"},
      {"192.0.2.1:443", "192.0.2.1"},
      {"[192.0.2.1]:443", "192.0.2.1"},
      {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
      {"[2001:db8::1]:443", "2001:db8::1"},
      {"[2001:db8::1]", "2001:db8::1"},
      {"fe80::1%eth0", "fe80::1"},
      {"::ffff:192.0.2.1", "192.0.2.1"},
      {"[::ffff:192.0.2.1]:50000", "192.0.2.1"},
      {"::ffff:192.0.2.1:50000", "192.0.2.1"},
      {"::ffff:c000:201", "192.0.2.1"},
      {"::1", "::1"},
  };
  Arena arena;
  for (const auto& [text, expected] : cases) EXPECT_EQ(CanonicalAddress(text, arena), expected);
}

TEST(CanonicalAddress, RefusesWhatIsNone) {
  Arena arena;
  for (const char* text :
       {"",
        " ",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "1.2.3.04",
        "1.2.3.4:",
        "1.2.3.4:99999",
        "1.2.3.4:x",
        "1.2.3.4/24",
        "a.b.c.d",
        "[2001:db8::1",
        "[2001:db8::1]x",
        "[]",
        "[]:1",
        "2001:db8::1::2",
        "gggg::1",
        "localhost",
        "<null>",
        "1",
        "::ffff:1.2.3.4:",
        "%eth0",
        "2001:db8:0000000000000000000000000000000000000000000000000000000000001"}) {
    EXPECT_EQ(CanonicalAddress(text, arena), "") << text;
  }
  EXPECT_EQ(CanonicalAddress(std::string_view("::1\0::2", 7), arena), "");
}

TEST(NetworkOf, CutsToThe24AndThe48) {
  Arena arena;
  EXPECT_EQ(NetworkOf("192.0.2.77", arena), "192.0.2.0/24");
  EXPECT_EQ(NetworkOf("2001:db8:1:2:3::4", arena), "2001:db8:1::/48");
  EXPECT_EQ(NetworkOf("junk", arena), "");
  EXPECT_EQ(NetworkOf("", arena), "");
  EXPECT_EQ(NetworkOf("1.2.3.4x", arena), "");
}

TEST(IsPrivate, KnowsTheEdgesOfEachRange) {
  for (const char* inside :
       {"10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255", "192.168.0.1", "127.0.0.1",
        "169.254.169.254", "100.64.0.0", "100.127.255.255", "0.0.0.0", "::", "::1", "fe80::1",
        "febf::1", "fc00::1", "fdff::1", "::ffff:10.0.0.1"}) {
    EXPECT_TRUE(IsPrivate(inside)) << inside;
  }
  for (const char* outside :
       {"9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255",
        "192.169.0.0", "100.63.255.255", "100.128.0.0", "169.253.0.1", "8.8.8.8", "2001:db8::1",
        "fec0::1", "fb00::1", "fe00::1", "::2", "1::1", "", "junk"}) {
    EXPECT_FALSE(IsPrivate(outside)) << outside;
  }
}

}  // namespace
}  // namespace tokentrail
