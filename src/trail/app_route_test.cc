// REG-11: how an app was registered.

#include "trail/app_route.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "test/support/event_builder.h"

namespace tokentrail::trail {
namespace {

std::string_view Route(const std::map<Field, std::string>& fields, const char* client = "") {
  std::map<Field, std::string> all = {{Field::kOperation, "Add application"}};
  all.insert(fields.begin(), fields.end());
  const test::BuiltEvent built({.kind = Kind::kAppChange}, all);
  Attribution who;
  who.client = client;
  return RegistrationRoute(built.event(), who);
}

TEST(RegistrationRoute, ByClientThenAgentThenWhatWasSet) {
  EXPECT_EQ(Route({{Field::kActorAppId, "c44b4083-3bb0-49c1-b47d-974e53cbdf3c"}}), "portal");
  EXPECT_EQ(Route({}, "04b07795-8ddb-461a-bbee-02f9e1bf7b46"), "azure_cli");
  EXPECT_EQ(Route({}, "14d82eec-204b-4c2f-b7e8-296a70dab67e"), "powershell");
  EXPECT_EQ(Route({}, "04f0c124-f2bc-4f59-8241-bf6df9866bbd"), "visual_studio");
  EXPECT_EQ(Route({{Field::kActorApp, "Azure ESTS Service"}}), "consent");
  EXPECT_EQ(Route({{Field::kUserAgent, "python-requests/2.31.0"}}), "rest");
  EXPECT_EQ(Route({{Field::kUserAgent, "azsdk-net-Identity/1.10"}}), "sdk");
  EXPECT_EQ(Route({{Field::kUserAgent, "HashiCorp Terraform/1.7.0"}}), "terraform");
  EXPECT_EQ(Route({{Field::kReplyUrls, "https://localhost:7123/signin-oidc"}}), "visual_studio");
  EXPECT_EQ(Route({{Field::kActorAppId, "aaaaaaaa-0000-4000-8000-000000000001"}}), "app");
  EXPECT_EQ(Route({{Field::kUser, "mira@contoso.example"}}), "") << "unknown is allowed";
}

}  // namespace
}  // namespace tokentrail::trail
