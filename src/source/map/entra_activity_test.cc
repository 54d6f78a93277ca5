#include "source/map/entra_activity.h"

#include <gtest/gtest.h>

#include "source/map/directory_change.h"

namespace tokentrail::source {
namespace {

Kind KindOf(std::string_view activity, std::string_view category = {}) {
  return ClassifyActivity(activity, category).kind;
}

TEST(EntraActivity, NamesAreKnownInAnyCase) {
  EXPECT_EQ(KindOf("Consent to application"), Kind::kConsent);
  EXPECT_EQ(KindOf("CONSENT TO APPLICATION"), Kind::kConsent);
  EXPECT_EQ(KindOf("Update application - Certificates and secrets management"),
            Kind::kCredentialChange);
  EXPECT_EQ(KindOf("Add member to role"), Kind::kRoleAssignment);
}

TEST(EntraActivity, OnlyTheStepThatGivesARoleIsAnAssignment) {
  EXPECT_EQ(KindOf("Add member to role completed (PIM activation)"), Kind::kRoleAssignment);
  EXPECT_EQ(KindOf("Add eligible member to role in PIM completed (permanent)"),
            Kind::kRoleAssignment);
  EXPECT_EQ(KindOf("Add member to role requested (PIM activation)"), Kind::kOther);
  EXPECT_EQ(KindOf("Add member to role in PIM requested (timebound)"), Kind::kOther);
  EXPECT_EQ(KindOf("Add eligible member to role in PIM requested (permanent)"), Kind::kOther);
  EXPECT_EQ(KindOf("Add member to role approval requested (PIM activation)"), Kind::kOther);
  EXPECT_EQ(KindOf("Add member to role canceled (PIM activation)"), Kind::kOther);
}

TEST(EntraActivity, TakingARoleAwayIsAKindOfItsOwn) {
  EXPECT_EQ(KindOf("Remove member from role"), Kind::kRoleRevoked);
  EXPECT_EQ(KindOf("Remove eligible member from role in PIM completed (timebound)"),
            Kind::kRoleRevoked);
}

TEST(EntraActivity, NewWordingsFallBackToWhatTheyShare) {
  EXPECT_EQ(KindOf("Replace conditional access policy"), Kind::kPolicyChange);
  EXPECT_EQ(KindOf("Update federated identity credential of application"), Kind::kCredentialChange);
  EXPECT_EQ(KindOf("Something new", "Policy"), Kind::kPolicyChange);
  EXPECT_EQ(KindOf("Something new", "ApplicationManagement"), Kind::kAppChange);
  EXPECT_EQ(KindOf("Something new", "GroupManagement"), Kind::kOther);
  EXPECT_EQ(KindOf(""), Kind::kOther);
}

TEST(EntraActivity, LongNamesAreCutNotOverrun) {
  EXPECT_EQ(KindOf(std::string(5000, 'a')), Kind::kOther);
}

TEST(DirectoryChange, QuotesComeOffLayerByLayer) {
  Arena arena;
  EXPECT_EQ(Unquote("\"True\"", arena), "True");
  EXPECT_EQ(Unquote("plain", arena), "plain");
  EXPECT_EQ(Unquote("\"cut off", arena), "cut off");
  EXPECT_EQ(Unquote(R"("a \"b\" \\ c\n")", arena), "a \"b\" \\ c");
  EXPECT_EQ(Unquote(R"("[] =\u003e [x]")", arena), "[] => [x]");
  EXPECT_EQ(Unquote(R"("\u00e9\u20ac\ud83d")", arena), "\xc3\xa9\xe2\x82\xac\xef\xbf\xbd");
  EXPECT_EQ(Unquote(R"("\u12)", arena), "\\u12");
  EXPECT_EQ(Unquote("\"\\", arena), "\\");
  EXPECT_EQ(Unquote("\"", arena), "");
}

TEST(DirectoryChange, FirstGuidAmongServicePrincipalNames) {
  EXPECT_EQ(FirstGuid("https://x.example;Microsoft.X;00000003-0000-0000-c000-000000000000"),
            "00000003-0000-0000-c000-000000000000");
  EXPECT_EQ(FirstGuid("00000003-0000-0000-c000-000000000000/x.example"), "");
  EXPECT_EQ(FirstGuid(""), "");
}

}  // namespace
}  // namespace tokentrail::source
