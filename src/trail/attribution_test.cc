#include "trail/attribution.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "test/support/event_builder.h"
#include "trail/audit_log.h"

namespace tokentrail::trail {
namespace {

constexpr std::string_view kPowerShell = "1950a258-227b-4e31-a9cf-717495945fc2";
constexpr std::string_view kForeign = "aaaaaaaa-0000-4000-8000-000000000001";

/// `via reason confidence identity client`.
std::string Of(std::string_view source, const std::map<Field, std::string>& fields) {
  const test::BuiltEvent built({.kind = Kind::kRoleAssignment}, fields);
  const State state;
  const Attribution who = Attribute(built, state, source);
  return std::string(Name(who.via)) + " " + std::string(who.reason) + " " +
         std::string(Name(who.confidence)) + " " + who.identity + " " + who.client;
}

TEST(Attribution, DoesNotCallItTheUserWhenTheClientIsNotRecorded) {
  EXPECT_EQ(Of("entra_audit", {{Field::kUser, "ben@x.example"}}),
            "unknown client_not_recorded none ben@x.example ");
  EXPECT_EQ(Of("auth0", {{Field::kUser, "ben"}}), "unknown client_not_recorded none ben ");
}

TEST(Attribution, TellsAnAppFromAPersonsClient) {
  EXPECT_EQ(Of("entra_audit", {{Field::kActorApp, "Helper"},
                               {Field::kActorAppId, std::string(kForeign)},
                               {Field::kClientString, std::string(kForeign)}}),
            "app_only initiated_by_app certain Helper " + std::string(kForeign));
  EXPECT_EQ(Of("m365_audit", {{Field::kUser, "ben@x.example"},
                              {Field::kCategory, "Exchange"},
                              {Field::kApp, std::string(kForeign)}}),
            "app_for_user client_id high ben@x.example " + std::string(kForeign));
  EXPECT_EQ(Of("m365_audit", {{Field::kUser, "ben@x.example"},
                              {Field::kCategory, "AzureActiveDirectory"},
                              {Field::kApp, std::string(kForeign)},
                              {Field::kClientString, std::string(kPowerShell)}}),
            "user first_party_client high ben@x.example " + std::string(kPowerShell));
}

TEST(Attribution, BelievesANameOfMicrosoftOnlyALittle) {
  EXPECT_EQ(Of("entra_audit", {{Field::kActorApp, "MS-PIM"}}),
            "platform service_name_only low MS-PIM ");
}

TEST(Attribution, ReadsHowEachPlatformNamesItsTokens) {
  EXPECT_EQ(Of("github_audit", {{Field::kUser, "ben"},
                                {Field::kTokenType, "Personal access token (classic)"},
                                {Field::kCredential, "77"}}),
            "app_for_user personal_access_token certain ben 77");
  EXPECT_EQ(Of("github_audit", {{Field::kUser, "ben"}}), "user no_token_recorded medium ben ");
  EXPECT_EQ(Of("github_audit", {{Field::kUser, "x[bot]"},
                                {Field::kTokenType, "GitHub App server-to-server token"},
                                {Field::kApp, "9"}}),
            "app_only token_type certain x[bot] 9");
  EXPECT_EQ(Of("okta_system", {{Field::kUser, "ben"}, {Field::kCredential, "00T1"}}),
            "app_for_user api_token certain ben 00T1");
  EXPECT_EQ(Of("okta_system", {{Field::kActorAppId, "0oa1"}, {Field::kActorApp, "Svc"}}),
            "app_only client_app_actor certain Svc 0oa1");
  EXPECT_EQ(Of("google_workspace", {{Field::kUser, "a@x"}, {Field::kActorAppId, "1.apps"}}),
            "app_for_user client_id high a@x 1.apps");
  EXPECT_EQ(Of("gcp_audit", {{Field::kUser, "ci@p.iam.gserviceaccount.com"},
                             {Field::kActorApp, "eve@x.example"}}),
            "app_only borrowed_service_account certain ci@p.iam.gserviceaccount.com eve@x.example");
  EXPECT_EQ(Of("slack_audit", {{Field::kUser, "ben"}}), "unknown client_not_recorded none ben ");
  EXPECT_EQ(Of("salesforce_setup", {{Field::kUser, "ben"}, {Field::kActorApp, "support"}}),
            "unknown delegate_user none ben support");
  EXPECT_EQ(Of("kubernetes_audit", {{Field::kUser, "system:serviceaccount:a:b"}}),
            "app_only service_account certain system:serviceaccount:a:b ");
  EXPECT_EQ(Of("kubernetes_audit", {{Field::kUser, "system:anonymous"}}),
            "unknown anonymous none system:anonymous ");
}

TEST(AuditLog, KeepsTheOldestAndCountsTheRest) {
  static constexpr std::string_view kSources[] = {"entra_audit"};
  AuditLog log(kSources, {}, 1);
  const test::BuiltEvent role({.kind = Kind::kRoleAssignment},
                              {{Field::kOperation, "Add member to role"}});
  const test::BuiltEvent guard({.kind = Kind::kPolicyChange, .outcome = Outcome::kFailure},
                               {{Field::kOperation, "Update conditional access policy"}});
  const test::BuiltEvent other({.kind = Kind::kMailRead}, {});
  log.Observe(role, Attribution());
  log.Observe(guard, Attribution());
  log.Observe(other, Attribution());
  const Audit audit = log.Finish();
  ASSERT_EQ(audit.rows.size(), 1u);
  EXPECT_EQ(audit.rows[0].operation, "Add member to role");
  EXPECT_EQ(audit.not_kept, 1u);
  EXPECT_EQ(audit.counts[static_cast<size_t>(AuditClass::kRole)], 1u);
  EXPECT_EQ(audit.counts[static_cast<size_t>(AuditClass::kGuardrail)], 1u);
}

}  // namespace
}  // namespace tokentrail::trail
