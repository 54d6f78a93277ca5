// User agents and addresses in words that stay the same from one version or address to the next.

#include "trail/agent_family.h"

#include <gtest/gtest.h>

namespace tokentrail::trail {
namespace {

TEST(AgentFamily, LeavesVersionsOut) {
  EXPECT_EQ(AgentFamily(""), "");
  EXPECT_EQ(AgentFamily("python-requests/2.31.0"), "python-requests");
  EXPECT_EQ(AgentFamily("curl/8.4.0"), "curl");
  EXPECT_EQ(AgentFamily("Go-http-client/1.1"), "Go-http-client");
  EXPECT_EQ(AgentFamily("kubectl/v1.29.1 (linux/amd64) kubernetes/bc401b9"), "kubectl/linux");
  EXPECT_EQ(AgentFamily("my-operator/v0.3 (linux/amd64)"), "my-operator");
  EXPECT_EQ(AgentFamily("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like "
                        "Gecko) Chrome/120.0.0.0 Safari/537.36"),
            "Chrome/Win");
  EXPECT_EQ(AgentFamily("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 "
                        "(KHTML, like Gecko) Version/17.0 Safari/605.1.15"),
            "Safari/Mac");
  EXPECT_EQ(AgentFamily("Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) "
                        "WindowsPowerShell/5.1.19041.4291"),
            "PowerShell");
  EXPECT_EQ(AgentFamily("AZURECLI/2.58.0 (DEB) azsdk-python-core/1.28.0"), "AzureCLI");
  EXPECT_EQ(AgentFamily("Microsoft Office/16.0"), "Microsoft Office");
}

TEST(NetworkName, PrefersTheNumberAndKnowsThePlatformsOwn) {
  EXPECT_EQ(NetworkName("64500", "203.0.113.7"), "AS64500");
  EXPECT_EQ(NetworkName("AS64500", ""), "AS64500");
  EXPECT_EQ(NetworkName("", "203.0.113.7"), "203.0.113.0/24");
  EXPECT_EQ(NetworkName("0", "2001:db8:1:2::7"), "2001:db8:1::/48");
  EXPECT_EQ(NetworkName("", ""), "");
}

}  // namespace
}  // namespace tokentrail::trail
