// Exports of the real state against what the events tell.

#include "trail/grant_snapshot.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/as_of.h"
#include "test/support/event_builder.h"
#include "trail/grant_ledger.h"

namespace tokentrail::trail {
namespace {

using test::BuiltEvent;
using Fields = std::map<Field, std::string>;

constexpr std::string_view kSources[] = {"entra_audit", "entra_snapshot", "google_workspace",
                                         "google_tokens"};

struct Log {
  State state{{}, kSources};
  GrantLedger ledger{kSources};
  Findings findings;
  uint64_t records = 0;

  void Act(std::string_view time, Kind kind, SourceIndex source, Fields fields) {
    fields[Field::kTenant] = "t";
    const BuiltEvent built({.time = time, .kind = kind, .source = source, .record = ++records},
                           fields);
    ledger.Observe(built.event(), state);
    if (kind != Kind::kSnapshot) state.Commit(built.event());
  }
  void Show(SourceIndex source, const Fields& fields) {
    Act("2026-02-01T00:00:00Z", Kind::kSnapshot, source, fields);
  }
  /// The log runs from the 3rd to the 20th of January.
  void Begin() { Act("2026-01-03T00:00:00Z", Kind::kUserChange, 0, {}); }
  void Consent() {
    Act("2026-01-05T10:00:00Z", Kind::kConsent, 0,
        {{Field::kOperation, "Consent to application"},
         {Field::kApp, "client"},
         {Field::kAppObject, "object"},
         {Field::kAppName, "Mail Helper"},
         {Field::kPrincipal, "mira"},
         {Field::kScopes, "Mail.Read"},
         {Field::kScopesAdded, "Mail.Read"}});
  }
  std::vector<Grant> Finish() {
    Act("2026-01-20T00:00:00Z", Kind::kUserChange, 0, {});
    auto out = ledger.Finish(state, findings);
    findings.Settle();
    return out;
  }
  const Finding* Of(std::string_view rule) const {
    for (const Finding& finding : findings.all()) {
      if (finding.rule == rule) return &finding;
    }
    return nullptr;
  }
};

Fields Delegated(const std::string& object, const std::string& whom, const std::string& scopes) {
  return {{Field::kCategory, "oauth2PermissionGrant"},
          {Field::kAppObject, object},
          {Field::kConsentType, whom.empty() ? "AllPrincipals" : "Principal"},
          {Field::kPrincipal, whom},
          {Field::kScopes, scopes}};
}

Fields AppRole(const std::string& object, const std::string& role, const std::string& created) {
  return {{Field::kCategory, "appRoleAssignment"},
          {Field::kAppObject, object},
          {Field::kTargetType, "ServicePrincipal"},
          {Field::kRole, role},
          {Field::kStatusDetail, created}};
}

TEST(GrantSnapshot, AGrantOnRecordThatStandsIsNoFinding) {
  Log log;
  log.Begin();
  log.Consent();
  log.Show(1, Delegated("object", "mira", "Mail.Read"));
  const auto grants = log.Finish();
  ASSERT_EQ(grants.size(), 1u);
  EXPECT_TRUE(grants[0].in_snapshot);
  ASSERT_EQ(grants[0].changes.size(), 2u);
  EXPECT_EQ(grants[0].changes[1].what, GrantChangeKind::kSeen);
  EXPECT_EQ(grants[0].changes[1].time, kAsOfCollection);
  EXPECT_TRUE(log.findings.all().empty());
}

TEST(GrantSnapshot, MadeWhileTheLogRanAndOnNoRecordIsAFinding) {
  Log log;
  log.Begin();
  log.Show(1, AppRole("other", "Mail.ReadWrite", "2026-01-10T00:00:00Z"));
  const auto grants = log.Finish();
  const Finding* finding = log.Of("GRT-S1");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->confidence, Confidence::kHigh);
  EXPECT_GE(finding->level, Level::kMedium);
  EXPECT_FALSE(finding->disproof.empty());
  EXPECT_EQ(finding->first, ParseTime("2026-01-10T00:00:00Z").time);
  ASSERT_EQ(grants.size(), 1u);
  EXPECT_EQ(grants[0].bound,
            "the export says 2026-01-10 00:00:00Z; no event tells it, log since 2026-01-03");
}

TEST(GrantSnapshot, OlderThanTheLogOrYoungerThanItIsNone) {
  Log log;
  log.Begin();
  log.Show(1, AppRole("old", "Mail.ReadWrite", "2025-01-10T00:00:00Z"));
  log.Show(1, AppRole("new", "Mail.ReadWrite", "2026-01-30T00:00:00Z"));
  log.Show(1, AppRole("dateless", "Mail.ReadWrite", ""));
  EXPECT_EQ(log.Finish().size(), 3u);
  EXPECT_TRUE(log.findings.all().empty());
}

TEST(GrantSnapshot, AnAppMadeWhileTheLogRanBoundsItsGrants) {
  Log log;
  log.Begin();
  log.Show(1, Delegated("fresh", "mira", "Mail.Read"));
  log.Show(1, {{Field::kCategory, "servicePrincipal"},
               {Field::kApp, "fresh-client"},
               {Field::kAppObject, "fresh"},
               {Field::kAppName, "Fresh"},
               {Field::kReason, "2026-01-10T00:00:00Z"}});
  const auto grants = log.Finish();
  const Finding* finding = log.Of("GRT-S1");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->confidence, Confidence::kMedium);
  ASSERT_EQ(grants.size(), 1u);
  EXPECT_EQ(grants[0].app, "fresh-client");
}

TEST(GrantSnapshot, BornOnRecordAndMissingIsAFindingOnlyWhereThatKindWasExported) {
  Log log;
  log.Begin();
  log.Consent();
  log.Show(1, AppRole("old", "Mail.ReadWrite", "2025-01-10T00:00:00Z"));
  log.Finish();
  EXPECT_EQ(log.Of("GRT-S2"), nullptr);  // app roles say nothing of consents
  Log other;
  other.Begin();
  other.Consent();
  other.Show(1, Delegated("elsewhere", "", "User.Read"));
  const auto grants = other.Finish();
  const Finding* finding = other.Of("GRT-S2");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->confidence, Confidence::kLow);
  EXPECT_NE(finding->disproof.find("older than the grant"), std::string::npos);
  EXPECT_EQ(grants[0].changes.back().what, GrantChangeKind::kMissing);
}

TEST(GrantSnapshot, EndedOnRecordMayBeMissing) {
  Log log;
  log.Begin();
  log.Consent();
  log.Act("2026-01-06T00:00:00Z", Kind::kAppChange, 0,
          {{Field::kOperation, "Remove service principal"}, {Field::kAppObject, "object"}});
  log.Show(1, Delegated("elsewhere", "", "User.Read"));
  log.Finish();
  EXPECT_TRUE(log.findings.all().empty());
}

TEST(GrantSnapshot, GoogleListsTokensAPerson) {
  Log log;
  const auto authorize = [&](const std::string& who, const std::string& id) {
    log.Act("2026-01-05T10:00:00Z", Kind::kAppAuthorized, 2,
            {{Field::kOperation, "authorize"},
             {Field::kCategory, "token"},
             {Field::kUser, who},
             {Field::kUserId, id},
             {Field::kApp, "77-x.apps.googleusercontent.com"},
             {Field::kScopes, "https://mail.google.com/"}});
  };
  authorize("mira@example.com", "101");
  authorize("zoe@example.com", "102");
  authorize("kim@example.com", "103");
  log.Show(3, {{Field::kCategory, "token"},
               {Field::kApp, "77-x.apps.googleusercontent.com"},
               {Field::kPrincipal, "mira@example.com"},
               {Field::kScopes, "https://mail.google.com/"}});
  log.Show(3, {{Field::kCategory, "token"},
               {Field::kApp, "99-y.apps.googleusercontent.com"},
               {Field::kPrincipal, "102"},
               {Field::kTarget, "102"},
               {Field::kScopes, "openid"}});
  const auto grants = log.Finish();
  ASSERT_EQ(grants.size(), 4u);
  EXPECT_TRUE(grants[0].in_snapshot);
  const Finding* finding = log.Of("GRT-S2");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->count, 1u);  // zoe's; nobody asked for kim's list
  EXPECT_EQ(grants[3].principal_name, "zoe@example.com");
}

}  // namespace
}  // namespace tokentrail::trail
