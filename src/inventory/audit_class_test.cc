#include "inventory/audit_class.h"

#include <gtest/gtest.h>

#include <string>

#include "inventory/table.h"

namespace tokentrail::inventory {
namespace {

std::string ClassOf(std::string_view source, Kind kind, std::string_view operation) {
  const auto found = AuditClassOf(source, kind, operation);
  return found ? std::string(Name(*found)) : "none";
}

TEST(AuditClass, TellsGuardRailsFromPolicies) {
  EXPECT_EQ(ClassOf("entra_audit", Kind::kPolicyChange, "Update conditional access policy"),
            "guardrail");
  EXPECT_EQ(ClassOf("entra_audit", Kind::kPolicyChange, "Add named location"), "guardrail");
  EXPECT_EQ(ClassOf("m365_audit", Kind::kPolicyChange, "Set-AdminAuditLogConfig"), "guardrail");
  EXPECT_EQ(ClassOf("entra_audit", Kind::kPolicyChange, "Update policy"), "policy");
  EXPECT_EQ(ClassOf("github_audit", Kind::kPolicyChange, "org.disable_oauth_app_restrictions"),
            "guardrail");
  EXPECT_EQ(
      ClassOf("kubernetes_audit", Kind::kPolicyChange, "delete validatingwebhookconfigurations"),
      "guardrail");
  EXPECT_EQ(
      ClassOf("gcp_audit", Kind::kPolicyChange, "google.logging.v2.ConfigServiceV2.DeleteSink"),
      "guardrail");
  EXPECT_EQ(ClassOf("kubernetes_audit", Kind::kPolicyChange, "delete networkpolicies"), "policy");
}

TEST(AuditClass, KnowsFederation) {
  EXPECT_EQ(ClassOf("entra_audit", Kind::kPolicyChange, "Set federation settings on domain"),
            "federation");
  EXPECT_EQ(ClassOf("okta_system", Kind::kPolicyChange, "system.idp.lifecycle.create"),
            "federation");
  EXPECT_EQ(ClassOf("gcp_audit", Kind::kAppChange,
                    "google.iam.v1.WorkloadIdentityPools.CreateWorkloadIdentityPoolProvider"),
            "federation");
  EXPECT_EQ(ClassOf("github_audit", Kind::kPolicyChange, "org.disable_saml"), "federation");
  EXPECT_EQ(ClassOf("google_workspace", Kind::kPolicyChange, "CHANGE_SSO_SETTINGS"), "federation");
}

TEST(AuditClass, TakesLongLivedKeysButNotEveryToken) {
  EXPECT_EQ(ClassOf("okta_system", Kind::kTokenMinted, "system.api_token.create"), "credential");
  EXPECT_EQ(ClassOf("gcp_audit", Kind::kTokenMinted, "google.iam.admin.v1.CreateServiceAccountKey"),
            "credential");
  EXPECT_EQ(ClassOf("okta_system", Kind::kTokenMinted, "app.oauth2.token.grant.access_token"),
            "none");
  EXPECT_EQ(ClassOf("kubernetes_audit", Kind::kTokenMinted, "create serviceaccounts/token"),
            "none");
}

TEST(AuditClass, GoesByTheKindWhereTheTableIsSilent) {
  EXPECT_EQ(ClassOf("auth0", Kind::kRoleRevoked, "x"), "role");
  EXPECT_EQ(
      ClassOf("entra_audit", Kind::kAppRoleGrant, "Add app role assignment to service principal"),
      "role");
  EXPECT_EQ(ClassOf("entra_audit", Kind::kMailRead, "Update conditional access policy"), "none");
  EXPECT_EQ(ClassOf("entra_audit", Kind::kUserChange, "Update user"), "none");
}

TEST(AuditClass, StarStandsForAnythingOrNothing) {
  EXPECT_TRUE(MatchesPattern("Add named location", "*named location*", Star::kAny));
  EXPECT_TRUE(MatchesPattern("named location x", "*named location*", Star::kAny));
  EXPECT_TRUE(MatchesPattern("", "*", Star::kAny));
  EXPECT_FALSE(MatchesPattern("named", "*named location*", Star::kAny));
  EXPECT_FALSE(
      MatchesPattern("set domain authentication now", "set domain authentication", Star::kAny));
}

}  // namespace
}  // namespace tokentrail::inventory
