// Which act belongs to which stage of a token's life.

#include "trail/stage.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace tokentrail::trail {
namespace {

struct Case {
  Act act;
  Stage stage;
};

TEST(Stage, ComesFromWhatHappenedAndHowItEnded) {
  using enum Stage;
  constexpr Outcome kYes = Outcome::kSuccess;
  constexpr Outcome kNo = Outcome::kFailure;
  const Case cases[] = {
      {{Kind::kSignIn, kYes, "Sign-in activity", "0"}, kIssue},
      {{Kind::kSignIn, kNo, "Sign-in activity", "50126"}, kIssue},
      {{Kind::kSignIn, kNo, "Sign-in activity", "65001"}, kLure},
      {{Kind::kSignIn, kNo, "Sign-in activity", "65004"}, kLure},
      {{Kind::kSignIn, kNo, "UserLoginFailed", "900941"}, kLure},
      {{Kind::kSignIn, kNo, "Sign-in activity", "50173"}, kRevoke},
      // The code of another platform, or of a sign-in that went well, means nothing of the sort.
      {{Kind::kSignIn, kYes, "Sign-in activity", "65001"}, kIssue},
      {{Kind::kConsent, kYes, "Consent to application"}, kGrant},
      {{Kind::kConsent, kNo, "Consent to application"}, kLure},
      {{Kind::kDelegatedGrant, kYes, "Add delegated permission grant"}, kGrant},
      {{Kind::kAppRoleGrant, kYes, "Add app role assignment to service principal"}, kGrant},
      {{Kind::kOther, kYes, "Add app role assignment grant to user"}, kGrant},
      {{Kind::kAppChange, kYes, "Add service principal"}, kRegister},
      {{Kind::kCredentialChange, kYes, "Update application"}, kPersist},
      {{Kind::kMailRule, kYes, "New-InboxRule"}, kPersist},
      {{Kind::kRoleAssignment, kYes, "Add member to role"}, kEscalate},
      {{Kind::kPolicyChange, kYes, "Update policy"}, kEscalate},
      {{Kind::kMailRead, kYes, "MailItemsAccessed", "", 5000}, kUse},
      {{Kind::kMailSend, kYes, "Send"}, kExfiltrate},
      {{Kind::kFileAccess, kYes, "FileDownloaded"}, kUse},
      {{Kind::kFileAccess, kYes, "FileDownloaded", "", kBulk}, kExfiltrate},
      {{Kind::kFileAccess, kYes, "FileAccessed", "", kBulk}, kUse},
      {{Kind::kFileAccess, kNo, "FileDownloaded", "", kBulk}, kUse},
      {{Kind::kApiCall, kYes, "MessagesExported"}, kExfiltrate},
      {{Kind::kApiCall, kNo, "MessagesExported"}, kUse},
      {{Kind::kKubernetes, kYes, "list secrets"}, kExfiltrate},
      {{Kind::kKubernetes, kYes, "get pods"}, kUse},
      {{Kind::kExec, kYes, "get pods/exec"}, kIssue},
      {{Kind::kTokenMinted, kYes, "create serviceaccounts/token"}, kIssue},
      {{Kind::kAppRevoked, kYes, "revoke"}, kRevoke},
      {{Kind::kRoleRevoked, kYes, "Remove member from role"}, kRevoke},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(Name(StageOf(one.act)), Name(one.stage))
        << Name(one.act.kind) << " " << one.act.operation << " " << one.act.status;
  }
}

TEST(Stage, EveryKindHasOneAndItsName) {
  std::set<std::string_view> names;
  for (size_t i = 0; i < kStages; ++i) {
    EXPECT_TRUE(names.insert(Name(static_cast<Stage>(i))).second);
    EXPECT_FALSE(Words(static_cast<Stage>(i)).empty());
  }
  for (size_t i = 0; i < static_cast<size_t>(Kind::kCount); ++i) {
    const Kind kind = static_cast<Kind>(i);
    EXPECT_EQ(ParseKind(Name(kind)), kind);
    EXPECT_LT(static_cast<size_t>(StageOf({.kind = kind})), kStages);
  }
  EXPECT_FALSE(ParseKind("nonsense"));
}

TEST(Stage, LureCodesAreThoseOfPrompts) {
  for (const std::string_view code : LureStatuses()) {
    EXPECT_TRUE(IsLureStatus(code));
    EXPECT_FALSE(StatusWords(code).empty()) << code;
  }
  EXPECT_GE(LureStatuses().size(), 5u);
  EXPECT_FALSE(IsLureStatus("50173"));
  EXPECT_FALSE(IsLureStatus(""));
  EXPECT_TRUE(StatusWords("0").empty());
}

}  // namespace
}  // namespace tokentrail::trail
