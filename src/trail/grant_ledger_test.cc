// Who could do what, and since when: told by the events of every platform.

#include "trail/grant_ledger.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "test/support/event_builder.h"

namespace tokentrail::trail {
namespace {

using test::BuiltEvent;
using Fields = std::map<Field, std::string>;

constexpr std::string_view kSources[] = {"entra_audit",      "m365_audit",       "entra_signin",
                                         "google_workspace", "github_audit",     "slack_audit",
                                         "okta_system",      "salesforce_setup", "salesforce_event",
                                         "kubernetes_audit", "graph_activity"};
enum Source : SourceIndex {
  kEntra,
  kUnified,
  kSignIns,
  kGoogle,
  kGithub,
  kSlack,
  kOkta,
  kSetup,
  kSalesforce,
  kKubernetes,
  kGraph
};

constexpr const char* kTenant = "7a3d1c52-0d4e-4b7e-9c11-5be0c2a0f001";
constexpr const char* kApp = "c0ffee00-1111-4222-8333-444455556666";
constexpr const char* kObject = "0b7ec700-1111-4222-8333-444455556666";
constexpr const char* kMira = "a11ce000-1111-4222-8333-444455556666";

Fields With(Fields base, const Fields& more) {
  for (const auto& [field, text] : more) base[field] = text;
  return base;
}

Time At(std::string_view text) { return ParseTime(text).time; }

/// Runs events in the order given, which must be that of time.
struct Log {
  State state{{}, kSources};
  GrantLedger ledger{kSources};
  uint64_t records = 0;

  Log& operator()(std::string_view time, Kind kind, Source source, const Fields& fields,
                  Outcome outcome = Outcome::kSuccess) {
    const BuiltEvent built(
        {.time = time, .kind = kind, .outcome = outcome, .source = source, .record = ++records},
        fields);
    ledger.Observe(built.event(), state);
    state.Commit(built.event());
    return *this;
  }

  std::vector<Grant> Finish() {
    Findings findings;
    return ledger.Finish(state, findings);
  }
};

Fields Consent(const Fields& more) {
  return With({{Field::kTenant, kTenant},
               {Field::kOperation, "Consent to application"},
               {Field::kCorrelation, "f0000000-0000-4000-8000-000000000001"},
               {Field::kUser, "mira@contoso.example"},
               {Field::kUserId, kMira},
               {Field::kApp, kApp},
               {Field::kAppObject, kObject},
               {Field::kAppName, "Mail Helper"},
               {Field::kConsentType, "Principal"},
               {Field::kPrincipal, kMira}},
              more);
}

/// The record of one API's grant: it lacks the client id.
Fields GrantRecord(const Fields& more) {
  return With({{Field::kTenant, kTenant},
               {Field::kOperation, "Add delegated permission grant"},
               {Field::kCorrelation, "f0000000-0000-4000-8000-000000000001"},
               {Field::kUser, "mira@contoso.example"},
               {Field::kUserId, kMira},
               {Field::kAppObject, kObject},
               {Field::kConsentType, "Principal"},
               {Field::kPrincipal, kMira}},
              more);
}

Fields MailRead(const Fields& more = {}) {
  return With({{Field::kTenant, kTenant},
               {Field::kOperation, "MailItemsAccessed"},
               {Field::kUser, "mira@contoso.example"},
               {Field::kApp, kApp}},
              more);
}

using Texts = std::vector<std::string>;

TEST(GrantLedger, OneConsentToldByBothLogsIsOneGrantWithOneBirth) {
  Log run;
  run("2026-01-05T10:00:00Z", Kind::kConsent, kUnified,
      Consent({{Field::kScopes, "Mail.Read offline_access"},
               {Field::kScopesAdded, "Mail.Read offline_access"},
               {Field::kCorrelation, ""}}));
  run("2026-01-05T10:00:00.2Z", Kind::kDelegatedGrant, kEntra,
      GrantRecord({{Field::kScopes, "Mail.Read offline_access"}, {Field::kGrant, "grant-1"}}));
  run("2026-01-05T10:00:00.4Z", Kind::kConsent, kEntra,
      Consent({{Field::kScopes, "Mail.Read offline_access"},
               {Field::kScopesAdded, "Mail.Read offline_access"}}));
  const Grant* alive = run.ledger.Alive(kTenant, kApp, "mira@contoso.example", "");
  ASSERT_NE(alive, nullptr);
  EXPECT_EQ(alive, run.ledger.Alive(kTenant, kApp, "", kMira));
  const auto grants = run.Finish();
  ASSERT_EQ(grants.size(), 1u);
  const Grant& grant = grants[0];
  EXPECT_EQ(grant.number, 1u);
  EXPECT_EQ(grant.kind, GrantKind::kDelegated);
  EXPECT_EQ(grant.app, kApp);
  EXPECT_EQ(grant.app_object, kObject);
  EXPECT_EQ(grant.app_name, "Mail Helper");
  EXPECT_EQ(grant.principal, kMira);
  EXPECT_EQ(grant.principal_name, "mira@contoso.example");
  EXPECT_EQ(grant.permissions, (Texts{"Mail.Read", "offline_access"}));
  EXPECT_EQ(grant.ids, Texts{"grant-1"});
  EXPECT_EQ(grant.birth, At("2026-01-05T10:00:00Z"));
  EXPECT_EQ(grant.bound, "");
  ASSERT_EQ(grant.changes.size(), 1u);
  EXPECT_EQ(grant.changes[0].operation, "Consent to application");
  EXPECT_EQ(grant.changes[0].what, GrantChangeKind::kGranted);
  EXPECT_EQ(grant.changes[0].by, "mira@contoso.example");
}

TEST(GrantLedger, SiblingsMayComeInAnyOrder) {
  const Fields consent = Consent({{Field::kScopes, "Mail.Read"}, {Field::kScopesOld, "Mail.Read"}});
  const Fields record =
      GrantRecord({{Field::kScopes, "Mail.Read"}, {Field::kAppName, "Mail Helper"}});
  Log first;
  first("2026-01-05T10:00:00Z", Kind::kConsent, kEntra, consent);
  first("2026-01-05T10:00:01Z", Kind::kDelegatedGrant, kEntra, record);
  Log second;
  second("2026-01-05T10:00:00Z", Kind::kDelegatedGrant, kEntra, record);
  second("2026-01-05T10:00:01Z", Kind::kConsent, kEntra, consent);
  for (Log* run : {&first, &second}) {
    const auto grants = run->Finish();
    ASSERT_EQ(grants.size(), 1u);
    EXPECT_EQ(grants[0].birth, At("2026-01-05T10:00:00Z"));
    EXPECT_EQ(grants[0].changes.size(), 1u);
    EXPECT_EQ(grants[0].app, kApp);
  }
}

TEST(GrantLedger, EqualSidesAloneTellNoBirth) {
  Log run;
  run("2026-01-03T00:00:00Z", Kind::kUserChange, kEntra, {{Field::kTenant, kTenant}});
  run("2026-01-05T10:00:00Z", Kind::kConsent, kEntra,
      Consent({{Field::kScopes, "Mail.Read"}, {Field::kScopesOld, "Mail.Read"}}));
  const auto grants = run.Finish();
  ASSERT_EQ(grants.size(), 1u);
  EXPECT_FALSE(grants[0].birth);
  EXPECT_EQ(grants[0].bound, "not since log start 2026-01-03");
  EXPECT_EQ(grants[0].last_authorized, At("2026-01-05T10:00:00Z"));
  EXPECT_EQ(grants[0].permissions, Texts{"Mail.Read"});
}

TEST(GrantLedger, RemoveAndAddInOneFlowIsAChangeAndLaterConsentWidens) {
  Log run;
  run("2026-01-05T10:00:00Z", Kind::kConsent, kEntra,
      Consent({{Field::kScopes, "User.Read"}, {Field::kScopesAdded, "User.Read"}}));
  const Fields flow = {{Field::kCorrelation, "f0000000-0000-4000-8000-000000000002"}};
  run("2026-01-06T10:00:00Z", Kind::kAppRevoked, kEntra,
      GrantRecord(With(flow, {{Field::kOperation, "Remove delegated permission grant"},
                              {Field::kScopesOld, "User.Read"},
                              {Field::kScopesRemoved, "User.Read"}})));
  EXPECT_EQ(run.ledger.Alive(kTenant, kApp, "", kMira), nullptr);
  run("2026-01-06T10:00:01Z", Kind::kDelegatedGrant, kEntra,
      GrantRecord(With(flow, {{Field::kScopes, "Mail.Read User.Read"},
                              {Field::kScopesAdded, "Mail.Read User.Read"}})));
  EXPECT_NE(run.ledger.Alive(kTenant, kApp, "", kMira), nullptr);
  // The other log tells it once more.
  run("2026-01-06T10:00:02Z", Kind::kAppRevoked, kUnified,
      GrantRecord(With(flow, {{Field::kOperation, "Remove delegated permission grant"},
                              {Field::kScopesOld, "User.Read"},
                              {Field::kScopesRemoved, "User.Read"}})));
  const auto grants = run.Finish();
  ASSERT_EQ(grants.size(), 1u);
  EXPECT_EQ(grants[0].birth, At("2026-01-05T10:00:00Z"));
  EXPECT_FALSE(grants[0].end);
  EXPECT_EQ(grants[0].permissions, (Texts{"Mail.Read", "User.Read"}));
  ASSERT_EQ(grants[0].changes.size(), 2u);
  EXPECT_EQ(grants[0].changes[1].what, GrantChangeKind::kWidened);
  EXPECT_EQ(grants[0].changes[1].added, Texts{"Mail.Read"});
  EXPECT_TRUE(grants[0].changes[1].removed.empty());
  EXPECT_EQ(grants[0].last_authorized, At("2026-01-06T10:00:00Z"));
}

TEST(GrantLedger, RevokedThenGrantedAgainAreTwoGrants) {
  Log run;
  run("2026-01-05T10:00:00Z", Kind::kConsent, kEntra,
      Consent({{Field::kScopes, "Mail.Read"}, {Field::kScopesAdded, "Mail.Read"}}));
  run("2026-01-06T10:00:00Z", Kind::kAppRevoked, kEntra,
      GrantRecord({{Field::kOperation, "Remove delegated permission grant"},
                   {Field::kCorrelation, "f0000000-0000-4000-8000-000000000002"},
                   {Field::kScopesOld, "Mail.Read"},
                   {Field::kUser, "admin@contoso.example"}}));
  run("2026-01-07T10:00:00Z", Kind::kConsent, kEntra,
      Consent({{Field::kScopes, "Mail.Read"},
               {Field::kScopesAdded, "Mail.Read"},
               {Field::kCorrelation, "f0000000-0000-4000-8000-000000000003"}}));
  const auto grants = run.Finish();
  ASSERT_EQ(grants.size(), 2u);
  EXPECT_EQ(grants[0].end, At("2026-01-06T10:00:00Z"));
  EXPECT_EQ(grants[0].end_reason, "Remove delegated permission grant");
  EXPECT_EQ(grants[0].permissions, Texts{"Mail.Read"});  // as they stood when it ended
  EXPECT_EQ(grants[0].changes.back().by, "admin@contoso.example");
  EXPECT_EQ(grants[1].birth, At("2026-01-07T10:00:00Z"));
  EXPECT_FALSE(grants[1].end);
}

TEST(GrantLedger, UseCountsForTheGrantAndWithoutOneMakesABoundedOne) {
  Log run;
  run("2026-01-03T00:00:00Z", Kind::kUserChange, kEntra, {{Field::kTenant, kTenant}});
  run("2026-01-04T09:00:00Z", Kind::kMailRead, kUnified, MailRead());
  run("2026-01-04T10:00:00Z", Kind::kMailRead, kUnified, MailRead());
  // Microsoft's own client: nobody had to grant it anything.
  run("2026-01-04T11:00:00Z", Kind::kSignIn, kSignIns,
      MailRead({{Field::kApp, "d3590ed6-52b3-4102-aeff-aad2292ab01c"}, {Field::kUserId, kMira}}));
  run("2026-01-04T12:00:00Z", Kind::kMailRead, kUnified, MailRead(), Outcome::kFailure);
  const auto grants = run.Finish();
  ASSERT_EQ(grants.size(), 1u);
  EXPECT_FALSE(grants[0].birth);
  EXPECT_EQ(grants[0].bound, "not since log start 2026-01-03");
  EXPECT_EQ(grants[0].uses, 2u);
  EXPECT_EQ(grants[0].first_evidence, At("2026-01-04T09:00:00Z"));
  EXPECT_EQ(grants[0].last_used, At("2026-01-04T10:00:00Z"));
  // The sign-in said whose address that is.
  EXPECT_EQ(grants[0].principal, kMira);
}

TEST(GrantLedger, SaysWhenNoLogTellsGrants) {
  Log run;
  run("2026-01-04T09:00:00Z", Kind::kMailRead, kUnified, MailRead());
  const auto grants = run.Finish();
  ASSERT_EQ(grants.size(), 1u);
  EXPECT_EQ(grants[0].bound, "no log that tells grants is in the evidence");
}

TEST(GrantLedger, UsesLongBeforeABirthRestOnAnotherGrant) {
  Log run;
  run("2026-01-04T09:00:00Z", Kind::kMailRead, kUnified, MailRead());
  run("2026-01-08T10:00:00Z", Kind::kConsent, kEntra,
      Consent({{Field::kScopes, "Mail.Read"}, {Field::kScopesAdded, "Mail.Read"}}));
  run("2026-01-08T11:00:00Z", Kind::kMailRead, kUnified, MailRead());
  const auto grants = run.Finish();
  ASSERT_EQ(grants.size(), 2u);
  EXPECT_FALSE(grants[0].birth);
  EXPECT_EQ(grants[0].uses, 1u);
  EXPECT_EQ(grants[1].birth, At("2026-01-08T10:00:00Z"));
  EXPECT_EQ(grants[1].uses, 1u);
}

TEST(GrantLedger, TheSignInThatAskedForConsentBelongsToIt) {
  Log run;
  run("2026-01-08T09:59:00Z", Kind::kSignIn, kSignIns,
      MailRead({{Field::kUserId, kMira}, {Field::kScopes, "openid"}}));
  run("2026-01-08T10:00:00Z", Kind::kConsent, kEntra,
      Consent({{Field::kScopes, "Mail.Read"}, {Field::kScopesAdded, "Mail.Read"}}));
  const auto grants = run.Finish();
  ASSERT_EQ(grants.size(), 1u);
  EXPECT_EQ(grants[0].birth, At("2026-01-08T10:00:00Z"));
  EXPECT_EQ(grants[0].permissions, Texts{"Mail.Read"});
}

TEST(GrantLedger, TokensOfAnUnseenGrantTellTheLeastItAllows) {
  Log run;
  const Fields call = {{Field::kTenant, kTenant},
                       {Field::kOperation, "Microsoft Graph Activity"},
                       {Field::kUserId, kMira},
                       {Field::kApp, kApp},
                       {Field::kScopes, "Files.Read User.Read"}};
  run("2026-01-08T09:59:00Z", Kind::kApiCall, kGraph, call);
  run("2026-01-08T10:59:00Z", Kind::kApiCall, kGraph, call);
  const auto grants = run.Finish();
  ASSERT_EQ(grants.size(), 1u);
  EXPECT_EQ(grants[0].permissions, (Texts{"Files.Read", "User.Read"}));
  ASSERT_EQ(grants[0].changes.size(), 1u);
  EXPECT_EQ(grants[0].changes[0].what, GrantChangeKind::kSeen);
}

TEST(GrantLedger, AGrantForAllLetsTheAppActForAnybody) {
  Log run;
  run("2026-01-05T10:00:00Z", Kind::kConsent, kEntra,
      Consent({{Field::kScopes, "Mail.Read"},
               {Field::kScopesAdded, "Mail.Read"},
               {Field::kConsentType, "AllPrincipals"},
               {Field::kPrincipal, ""}}));
  ASSERT_NE(run.ledger.Alive(kTenant, kApp, "zoe@contoso.example", ""), nullptr);
  EXPECT_EQ(run.ledger.AliveFor(kTenant, "zoe@contoso.example", ""), 1u);
  run("2026-01-06T10:00:00Z", Kind::kMailRead, kUnified, MailRead());
  const auto grants = run.Finish();
  ASSERT_EQ(grants.size(), 1u);
  EXPECT_TRUE(grants[0].all_users);
  EXPECT_EQ(grants[0].principal, "");
  EXPECT_EQ(grants[0].uses, 1u);
}

TEST(GrantLedger, AppRolesAddUpAndEndOneByOne) {
  Log run;
  const auto role = [](const std::string& name, const Fields& more = {}) {
    return With({{Field::kTenant, kTenant},
                 {Field::kOperation, "Add app role assignment to service principal"},
                 {Field::kAppObject, kObject},
                 {Field::kApp, kApp},
                 {Field::kResourceName, "Microsoft Graph"},
                 {Field::kRole, name}},
                more);
  };
  run("2026-01-05T10:00:00Z", Kind::kAppRoleGrant, kEntra, role("Mail.Read"));
  run("2026-01-05T11:00:00Z", Kind::kAppRoleGrant, kEntra, role("Sites.Read.All"));
  const Fields remove = {{Field::kOperation, "Remove app role assignment from service principal"}};
  run("2026-01-05T12:00:00Z", Kind::kAppRevoked, kEntra, role("Mail.Read", remove));
  ASSERT_NE(run.ledger.Alive(kTenant, kApp, "", ""), nullptr);
  EXPECT_EQ(run.ledger.Alive(kTenant, kApp, "", "")->permissions, Texts{"Sites.Read.All"});
  run("2026-01-05T13:00:00Z", Kind::kAppRevoked, kEntra, role("Sites.Read.All", remove));
  EXPECT_EQ(run.ledger.Alive(kTenant, kApp, "", ""), nullptr);
  const auto grants = run.Finish();
  ASSERT_EQ(grants.size(), 1u);
  EXPECT_EQ(grants[0].kind, GrantKind::kApplication);
  EXPECT_EQ(grants[0].end, At("2026-01-05T13:00:00Z"));
  ASSERT_EQ(grants[0].changes.size(), 4u);
  EXPECT_EQ(grants[0].changes[2].what, GrantChangeKind::kNarrowed);
  EXPECT_EQ(grants[0].changes[3].what, GrantChangeKind::kRevoked);
}

TEST(GrantLedger, EndsWithAppOrUserAndComesBackWhenRestored) {
  Log run;
  run("2026-01-05T10:00:00Z", Kind::kConsent, kEntra,
      Consent({{Field::kScopes, "Mail.Read"}, {Field::kScopesAdded, "Mail.Read"}}));
  EXPECT_EQ(run.ledger.AliveFor(kTenant, "", kMira), 1u);
  const Fields sp = {{Field::kTenant, kTenant}, {Field::kAppObject, kObject}, {Field::kApp, kApp}};
  run("2026-01-06T10:00:00Z", Kind::kAppChange, kEntra,
      With(sp, {{Field::kOperation, "Remove service principal"}}));
  EXPECT_EQ(run.ledger.Alive(kTenant, kApp, "", kMira), nullptr);
  EXPECT_EQ(run.ledger.AliveFor(kTenant, "", kMira), 0u);
  run("2026-01-07T10:00:00Z", Kind::kAppChange, kEntra,
      With(sp, {{Field::kOperation, "Restore service principal"}}));
  EXPECT_NE(run.ledger.Alive(kTenant, kApp, "", kMira), nullptr);
  run("2026-01-08T10:00:00Z", Kind::kUserChange, kEntra,
      {{Field::kTenant, kTenant}, {Field::kOperation, "Delete user"}, {Field::kTarget, kMira}});
  const auto grants = run.Finish();
  ASSERT_EQ(grants.size(), 1u);
  EXPECT_EQ(grants[0].end, At("2026-01-08T10:00:00Z"));
  EXPECT_EQ(grants[0].end_reason, "Delete user");
  EXPECT_EQ(grants[0].changes.size(), 4u);
}

TEST(GrantLedger, UseLongAfterTheEndIsAnotherGrant) {
  Log run;
  run("2026-01-05T10:00:00Z", Kind::kConsent, kEntra,
      Consent({{Field::kScopes, "Mail.Read"}, {Field::kScopesAdded, "Mail.Read"}}));
  run("2026-01-06T10:00:00Z", Kind::kAppRevoked, kEntra,
      GrantRecord({{Field::kCorrelation, ""}, {Field::kScopesOld, "Mail.Read"}}));
  run("2026-01-06T10:30:00Z", Kind::kMailRead, kUnified, MailRead());  // a token outlives it
  run("2026-01-09T10:30:00Z", Kind::kMailRead, kUnified, MailRead());
  const auto grants = run.Finish();
  ASSERT_EQ(grants.size(), 2u);
  EXPECT_EQ(grants[0].uses, 1u);
  EXPECT_EQ(grants[1].uses, 1u);
  EXPECT_EQ(grants[1].bound,
            "after the end of an earlier one; no record tells it, log since 2026-01-05");
}

TEST(GrantLedger, Google) {
  Log run;
  const Fields token = {{Field::kTenant, "C01"},
                        {Field::kCategory, "token"},
                        {Field::kUser, "mira@example.com"},
                        {Field::kUserId, "101"},
                        {Field::kApp, "77-x.apps.googleusercontent.com"},
                        {Field::kAppName, "Sheet Tool"}};
  const Fields admin = {{Field::kTenant, "C01"},
                        {Field::kCategory, "admin"},
                        {Field::kUser, "admin@example.com"},
                        {Field::kApp, "88-y.apps.googleusercontent.com"}};
  run("2026-01-05T10:00:00Z", Kind::kAppAuthorized, kGoogle,
      With(token, {{Field::kOperation, "authorize"}, {Field::kScopes, "openid"}}));
  run("2026-01-05T11:00:00Z", Kind::kApiCall, kGoogle,
      With(token, {{Field::kOperation, "activity"}}));
  run("2026-01-05T12:00:00Z", Kind::kAppAuthorized, kGoogle,
      With(token, {{Field::kOperation, "authorize"},
                   {Field::kScopes, "https://mail.google.com/ openid"}}));
  run("2026-01-05T13:00:00Z", Kind::kDelegation, kGoogle,
      With(admin, {{Field::kOperation, "AUTHORIZE_API_CLIENT_ACCESS"}, {Field::kScopes, "a b"}}));
  run("2026-01-05T14:00:00Z", Kind::kDelegation, kGoogle,
      With(admin, {{Field::kOperation, "AUTHORIZE_API_CLIENT_ACCESS"}, {Field::kScopes, "b c"}}));
  // The app that once made a file did not open it.
  run("2026-01-05T15:00:00Z", Kind::kFileAccess, kGoogle,
      With(token, {{Field::kCategory, "drive"}, {Field::kApp, "4711"}}));
  EXPECT_NE(run.ledger.Alive("C01", "88-y.apps.googleusercontent.com", "zoe@example.com", ""),
            nullptr);
  run("2026-01-06T10:00:00Z", Kind::kAppRevoked, kGoogle,
      With(token, {{Field::kOperation, "revoke"}}));
  run("2026-01-06T11:00:00Z", Kind::kAppRevoked, kGoogle,
      With(admin, {{Field::kOperation, "REMOVE_API_CLIENT_ACCESS"}}));
  const auto grants = run.Finish();
  ASSERT_EQ(grants.size(), 2u);
  EXPECT_EQ(grants[0].birth, At("2026-01-05T10:00:00Z"));
  EXPECT_EQ(grants[0].last_authorized, At("2026-01-05T12:00:00Z"));
  EXPECT_EQ(grants[0].permissions, (Texts{"https://mail.google.com/", "openid"}));
  EXPECT_EQ(grants[0].uses, 1u);
  EXPECT_EQ(grants[0].end, At("2026-01-06T10:00:00Z"));
  EXPECT_EQ(grants[1].kind, GrantKind::kApplication);
  EXPECT_TRUE(grants[1].all_users);
  EXPECT_EQ(grants[1].permissions, (Texts{"b", "c"}));
  EXPECT_EQ(grants[1].changes[1].removed, Texts{"a"});
  EXPECT_EQ(grants[1].end_reason, "REMOVE_API_CLIENT_ACCESS");
}

TEST(GrantLedger, GithubAppsInstallationsAndTokens) {
  Log run;
  const Fields mira = {{Field::kTenant, "acme"}, {Field::kUser, "mira"}};
  const Fields app = With(mira, {{Field::kApp, "77"}, {Field::kAppName, "Deployer"}});
  const Fields bot = With(mira, {{Field::kApp, "99"}, {Field::kAppName, "Robot"}});
  const Fields pat = With(mira, {{Field::kCredential, "1234"},
                                 {Field::kTokenType, "Fine-grained personal access token"}});
  const auto op = [](const Fields& base, const char* operation) {
    return With(base, {{Field::kOperation, operation}});
  };
  run("2026-01-05T10:00:00Z", Kind::kAppAuthorized, kGithub,
      op(With(app, {{Field::kScopes, "read:org repo"}}), "oauth_authorization.create"));
  run("2026-01-05T10:00:01Z", Kind::kAppAuthorized, kGithub,
      op(With(bot, {{Field::kScopes, "contents:write"}}), "integration_installation.create"));
  run("2026-01-05T10:00:02Z", Kind::kAppAuthorized, kGithub,
      op(pat, "personal_access_token.access_granted"));
  run("2026-01-05T11:00:00Z", Kind::kFileAccess, kGithub,
      op(With(app, {{Field::kTokenType, "OAuth access token"}}), "git.clone"));
  run("2026-01-05T11:00:01Z", Kind::kApiCall, kGithub,
      op(With(bot, {{Field::kTokenType, "GitHub App server-to-server token"}}), "api.request"));
  run("2026-01-05T11:00:02Z", Kind::kApiCall, kGithub, op(pat, "api.request"));
  run("2026-01-06T10:00:00Z", Kind::kAppRevoked, kGithub, op(app, "oauth_authorization.destroy"));
  run("2026-01-06T10:00:01Z", Kind::kAppRevoked, kGithub,
      op(bot, "integration_installation.destroy"));
  run("2026-01-06T10:00:02Z", Kind::kAppRevoked, kGithub,
      op(With(pat, {{Field::kUser, "admin"}}), "personal_access_token.access_revoked"));
  const auto grants = run.Finish();
  ASSERT_EQ(grants.size(), 3u);
  for (const Grant& grant : grants) {
    EXPECT_TRUE(grant.birth) << grant.number;
    EXPECT_EQ(grant.uses, 1u) << grant.number;
    EXPECT_TRUE(grant.end) << grant.number;
  }
  EXPECT_EQ(grants[0].kind, GrantKind::kDelegated);
  EXPECT_EQ(grants[1].kind, GrantKind::kApplication);
  EXPECT_EQ(grants[2].kind, GrantKind::kToken);
  EXPECT_EQ(grants[2].principal, "mira");
  EXPECT_EQ(grants[2].ids, Texts{"1234"});
}

TEST(GrantLedger, SlackAppInstalledWidenedRemoved) {
  Log run;
  const Fields app = {{Field::kTenant, "T1"},
                      {Field::kUser, "mira@example.com"},
                      {Field::kApp, "A1"},
                      {Field::kAppName, "Poll"}};
  const auto op = [&](const char* operation, const Fields& more = {}) {
    return With(With(app, {{Field::kOperation, operation}}), more);
  };
  run("2026-01-05T09:00:00Z", Kind::kAppAuthorized, kSlack, op("app_approved"));
  run("2026-01-05T10:00:00Z", Kind::kAppAuthorized, kSlack,
      op("app_installed", {{Field::kScopes, "chat:write"}}));
  run("2026-01-05T11:00:00Z", Kind::kAppAuthorized, kSlack,
      op("app_scopes_expanded",
         {{Field::kScopes, "chat:write files:read"}, {Field::kScopesOld, "chat:write"}}));
  run("2026-01-05T12:00:00Z", Kind::kFileAccess, kSlack,
      op("file_downloaded", {{Field::kActorAppId, "A1"}}));
  run("2026-01-05T13:00:00Z", Kind::kAppRevoked, kSlack, op("app_uninstalled"));
  const auto grants = run.Finish();
  ASSERT_EQ(grants.size(), 1u);
  EXPECT_EQ(grants[0].birth, At("2026-01-05T10:00:00Z"));
  EXPECT_EQ(grants[0].permissions, (Texts{"chat:write", "files:read"}));
  EXPECT_EQ(grants[0].changes[1].added, Texts{"files:read"});
  EXPECT_EQ(grants[0].uses, 1u);
  EXPECT_EQ(grants[0].end_reason, "app_uninstalled");
}

TEST(GrantLedger, SalesforceTellsByLoginsWhatItDoesNotLog) {
  Log run;
  const auto login = [](const char* app, const char* subtype = "") {
    return Fields{{Field::kTenant, "00D1"},
                  {Field::kOperation, "Login"},
                  {Field::kUser, "mira@example.com"},
                  {Field::kProtocol, "Remote Access 2.0"},
                  {Field::kAppName, app},
                  {Field::kTokenType, subtype}};
  };
  run("2026-01-01T10:00:00Z", Kind::kSignIn, kSalesforce, login("Data Loader"));
  run("2026-01-02T10:00:00Z", Kind::kSignIn, kSalesforce, login("Data Loader"));
  run("2026-01-20T10:00:00Z", Kind::kSignIn, kSalesforce, login("Drift"));
  run("2026-01-20T11:00:00Z", Kind::kSignIn, kSalesforce, login("Drift", "OAuthRefreshToken"));
  Fields browser = login("Browser");
  browser[Field::kProtocol] = "Application";
  run("2026-01-21T10:00:00Z", Kind::kSignIn, kSalesforce, browser);
  run("2026-01-22T10:00:00Z", Kind::kAppAuthorized, kSetup,
      {{Field::kTenant, "00D1"},
       {Field::kOperation, "installedConnectedApp"},
       {Field::kUser, "admin@example.com"},
       {Field::kAppName, "Gong"}});
  run("2026-01-23T10:00:00Z", Kind::kAppRevoked, kSetup,
      {{Field::kTenant, "00D1"},
       {Field::kOperation, "uninstalledConnectedApp"},
       {Field::kAppName, "Gong"}});
  const auto grants = run.Finish();
  ASSERT_EQ(grants.size(), 3u);
  EXPECT_FALSE(grants[0].birth);  // one of many, as far as anybody knows
  EXPECT_EQ(grants[0].bound,
            "first login seen 2026-01-01, in a log that starts 2026-01-01 and tells no consent");
  EXPECT_EQ(grants[0].uses, 2u);
  EXPECT_EQ(grants[1].birth, At("2026-01-20T10:00:00Z"));
  EXPECT_EQ(grants[1].uses, 2u);
  EXPECT_TRUE(grants[2].all_users);
  EXPECT_EQ(grants[2].end, At("2026-01-23T10:00:00Z"));
}

TEST(GrantLedger, OktaConsentsAndApiTokens) {
  Log run;
  const Fields mira = {
      {Field::kTenant, "okta"}, {Field::kUser, "mira@example.com"}, {Field::kUserId, "00u1"}};
  const Fields app = With(mira, {{Field::kApp, "0oa1"}, {Field::kAppName, "Wiki"}});
  run("2026-01-05T10:00:00Z", Kind::kAppAuthorized, kOkta,
      With(app, {{Field::kOperation, "app.oauth2.as.consent.grant"},
                 {Field::kScopes, "okta.users.manage"},
                 {Field::kPrincipal, "mira@example.com"}}));
  run("2026-01-05T11:00:00Z", Kind::kTokenMinted, kOkta,
      With(app, {{Field::kOperation, "app.oauth2.as.token.grant.access_token"}}));
  run("2026-01-05T12:00:00Z", Kind::kTokenMinted, kOkta,
      With(mira, {{Field::kOperation, "system.api_token.create"}, {Field::kIssuedToken, "00T1"}}));
  run("2026-01-05T13:00:00Z", Kind::kPolicyChange, kOkta,
      With(mira, {{Field::kOperation, "policy.rule.update"}, {Field::kCredential, "00T1"}}));
  // A token that is revoked leaves the consent.
  run("2026-01-05T14:00:00Z", Kind::kAppRevoked, kOkta,
      With(app, {{Field::kOperation, "app.oauth2.as.token.revoke"}}));
  EXPECT_NE(run.ledger.Alive("okta", "0oa1", "mira@example.com", ""), nullptr);
  run("2026-01-05T15:00:00Z", Kind::kAppRevoked, kOkta,
      With(app, {{Field::kOperation, "app.oauth2.as.consent.revoke"}}));
  run("2026-01-05T16:00:00Z", Kind::kAppRevoked, kOkta,
      With(mira, {{Field::kOperation, "system.api_token.revoke"},
                  {Field::kToken, "00T1"},
                  {Field::kUser, "admin@example.com"},
                  {Field::kUserId, "00u9"}}));
  const auto grants = run.Finish();
  ASSERT_EQ(grants.size(), 2u);
  EXPECT_EQ(grants[0].kind, GrantKind::kDelegated);
  EXPECT_EQ(grants[0].end, At("2026-01-05T15:00:00Z"));
  EXPECT_EQ(grants[0].uses, 1u);
  EXPECT_EQ(grants[1].kind, GrantKind::kToken);
  EXPECT_EQ(grants[1].uses, 1u);
  EXPECT_EQ(grants[1].end, At("2026-01-05T16:00:00Z"));
}

TEST(GrantLedger, KubernetesBindingsAndTokens) {
  Log run;
  const Fields binding = {{Field::kTenant, "c1"},
                          {Field::kOperation, "create clusterrolebindings"},
                          {Field::kUser, "jane"},
                          {Field::kVerb, "create"},
                          {Field::kResourceKind, "clusterrolebindings"},
                          {Field::kName, "ops"}};
  const std::string builder = "system:serviceaccount:prod:builder";
  run("2026-01-05T10:00:00Z", Kind::kRoleAssignment, kKubernetes,
      With(binding, {{Field::kRole, "cluster-admin"},
                     {Field::kTargetName, builder + " system:serviceaccount:prod:web"}}));
  EXPECT_EQ(run.ledger.Alive("c1", builder, "", ""), nullptr);  // a role, not an app's grant
  run("2026-01-05T11:00:00Z", Kind::kRoleAssignment, kKubernetes,
      With(binding, {{Field::kOperation, "update clusterrolebindings"},
                     {Field::kVerb, "update"},
                     {Field::kRole, "cluster-admin"},
                     {Field::kTargetName, builder}}));
  const Fields token = {{Field::kTenant, "c1"},
                        {Field::kOperation, "create serviceaccounts/token"},
                        {Field::kServiceAccount, "prod/builder"}};
  run("2026-01-05T12:00:00Z", Kind::kTokenMinted, kKubernetes,
      With(token, {{Field::kUser, "system:node:n1"}}));
  run("2026-01-05T13:00:00Z", Kind::kTokenMinted, kKubernetes,
      With(token, {{Field::kUser, "jane"}}));
  run("2026-01-05T14:00:00Z", Kind::kRoleRevoked, kKubernetes,
      With(binding, {{Field::kOperation, "delete clusterrolebindings"}, {Field::kVerb, "delete"}}));
  const auto grants = run.Finish();
  ASSERT_EQ(grants.size(), 3u);
  EXPECT_EQ(grants[0].kind, GrantKind::kRole);
  EXPECT_EQ(grants[0].app, builder);
  EXPECT_EQ(grants[0].permissions, Texts{"cluster-admin"});
  EXPECT_EQ(grants[0].birth, At("2026-01-05T10:00:00Z"));
  EXPECT_EQ(grants[0].end, At("2026-01-05T14:00:00Z"));
  EXPECT_EQ(grants[1].end, At("2026-01-05T11:00:00Z"));  // no longer among the subjects
  EXPECT_EQ(grants[2].kind, GrantKind::kToken);
  EXPECT_EQ(grants[2].principal, "jane");
}

TEST(GrantLedger, TenantsDoNotMix) {
  Log run;
  run("2026-01-05T10:00:00Z", Kind::kConsent, kEntra,
      Consent({{Field::kScopes, "Mail.Read"}, {Field::kScopesAdded, "Mail.Read"}}));
  EXPECT_EQ(run.ledger.Alive("another", kApp, "mira@contoso.example", kMira), nullptr);
  EXPECT_EQ(run.ledger.AliveFor("another", "mira@contoso.example", kMira), 0u);
}

}  // namespace
}  // namespace tokentrail::trail
