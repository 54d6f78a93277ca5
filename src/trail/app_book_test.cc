// What each app is and does, as the events and exports of every platform tell it.

#include "trail/app_book.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/as_of.h"
#include "test/support/event_builder.h"
#include "trail/app_build.h"
#include "trail/grant_ledger.h"
#include "trail/lineage.h"

namespace tokentrail::trail {
namespace {

using test::BuiltEvent;
using Fields = std::map<Field, std::string>;
using Texts = std::vector<std::string>;

constexpr std::string_view kSources[] = {
    "entra_audit",    "m365_audit",     "entra_signin",     "google_workspace", "github_audit",
    "slack_audit",    "okta_system",    "salesforce_setup", "salesforce_event", "kubernetes_audit",
    "graph_activity", "entra_snapshot", "google_tokens",    "cloud_app_catalog"};
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
  kGraph,
  kSnapshot,
  kTokens,
  kCatalog
};

constexpr const char* kTenant = "7a3d1c52-0d4e-4b7e-9c11-5be0c2a0f001";
constexpr const char* kApp = "c0ffee00-1111-4222-8333-444455556666";
constexpr const char* kObject = "0b7ec700-1111-4222-8333-444455556666";
constexpr const char* kMira = "a11ce000-1111-4222-8333-444455556666";
constexpr const char* kPortal = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c";

Time At(std::string_view text) { return ParseTime(text).time; }

Fields With(Fields base, const Fields& more) {
  for (const auto& [field, text] : more) base[field] = text;
  return base;
}

/// Runs events in the order given, which must be that of time; exports last.
struct Log {
  State state{{}, kSources};
  GrantLedger ledger{kSources};
  Lineage lineage{kSources, ledger};
  AppBook book{kSources};
  Findings findings;
  uint64_t records = 0;

  Log& operator()(std::string_view time, Kind kind, Source source, const Fields& fields,
                  Outcome outcome = Outcome::kSuccess) {
    const BuiltEvent built(
        {.time = time, .kind = kind, .outcome = outcome, .source = source, .record = ++records},
        fields);
    const Event event = built.event();
    const Attribution& who = lineage.Observe(event, records, state);
    ledger.Observe(event, state);
    book.Observe(event, who, state);
    state.Commit(event);
    return *this;
  }
  /// A row of an export.
  Log& Row(Source source, const Fields& fields) {
    const BuiltEvent built({.time = "2026-12-31T00:00:00Z",
                            .kind = Kind::kSnapshot,
                            .source = source,
                            .record = ++records},
                           fields);
    ledger.Observe(built.event(), state);
    book.Observe(built.event(), {}, state);
    return *this;
  }

  Portfolio Finish() { return book.Finish(ledger.Finish(state, findings), findings.all(), state); }
};

const App& Of(const Portfolio& all, std::string_view id) {
  static const App kNone;
  for (const App& app : all.apps) {
    if (app.id == id) return app;
  }
  std::string ids;
  for (const App& app : all.apps) ids += " '" + app.id + "'";
  ADD_FAILURE() << "no app '" << id << "' among" << ids;
  return kNone;
}

const AppPermission& Permission(const App& app, std::string_view name) {
  static const AppPermission kNone;
  for (const AppPermission& one : app.permissions) {
    if (one.name == name) return one;
  }
  ADD_FAILURE() << "no permission " << name;
  return kNone;
}

const AppTouched& Touched(const App& app, std::string_view what) {
  static const AppTouched kNone;
  for (const AppTouched& one : app.touched) {
    if (one.what == what) return one;
  }
  ADD_FAILURE() << app.id << " touched no " << what;
  return kNone;
}

Fields Consent(const Fields& more = {}) {
  return With({{Field::kTenant, kTenant},
               {Field::kOperation, "Consent to application"},
               {Field::kCorrelation, "f0000000-0000-4000-8000-000000000001"},
               {Field::kUser, "mira@contoso.example"},
               {Field::kUserId, kMira},
               {Field::kApp, kApp},
               {Field::kAppObject, kObject},
               {Field::kAppName, "Mail Helper"},
               {Field::kConsentType, "Principal"},
               {Field::kPrincipal, kMira},
               {Field::kScopes, "Mail.Read Mail.Send offline_access"},
               {Field::kScopesAdded, "Mail.Read Mail.Send offline_access"}},
              more);
}

Fields SignIn(const Fields& more = {}) {
  return With({{Field::kTenant, kTenant},
               {Field::kOperation, "Sign-in activity"},
               {Field::kUser, "mira@contoso.example"},
               {Field::kUserId, kMira},
               {Field::kApp, kApp},
               {Field::kAppName, "Mail Helper"},
               {Field::kIp, "203.0.113.7"},
               {Field::kCountry, "SE"},
               {Field::kAsn, "64500"},
               {Field::kUserAgent, "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36"}},
              more);
}

TEST(AppBook, AnEntraAppFromPromptToUse) {
  Log run;
  run("2026-01-05T09:59:00Z", Kind::kSignIn, kSignIns, SignIn({{Field::kStatus, "65001"}}),
      Outcome::kFailure);
  run("2026-01-05T10:00:00Z", Kind::kAppChange, kEntra,
      {{Field::kTenant, kTenant},
       {Field::kOperation, "Add service principal"},
       {Field::kCorrelation, "f0000000-0000-4000-8000-000000000001"},
       {Field::kActorApp, "Azure ESTS Service"},
       {Field::kUser, "mira@contoso.example"},
       {Field::kApp, kApp},
       {Field::kAppObject, kObject},
       {Field::kAppName, "Mail Helper"},
       {Field::kReplyUrls, "https://b.example/cb https://helper.example/cb"}});
  run("2026-01-05T10:00:01Z", Kind::kConsent, kEntra, Consent());
  const Fields read = {{Field::kTenant, kTenant},
                       {Field::kOperation, "MailItemsAccessed"},
                       {Field::kUser, "mira@contoso.example"},
                       {Field::kMailbox, "mira@contoso.example"},
                       {Field::kApp, kApp},
                       {Field::kIp, "198.51.100.20"},
                       {Field::kItems, "7"},
                       {Field::kUserAgent, "python-requests/2.31.0"}};
  run("2026-01-05T11:00:00Z", Kind::kMailRead, kUnified, read);
  run("2026-01-06T11:00:00Z", Kind::kMailRead, kUnified, read);
  run("2026-01-06T12:00:00Z", Kind::kMailRead, kUnified,
      With(read, {{Field::kMailbox, "board@contoso.example"}, {Field::kItems, "100"}}));
  const Portfolio all = run.Finish();
  EXPECT_EQ(all.first, At("2026-01-05T09:59:00Z"));
  EXPECT_EQ(all.last, At("2026-01-06T12:00:00Z"));
  const App& app = Of(all, kApp);
  EXPECT_EQ(app.platform, "entra");
  EXPECT_EQ(app.name, "Mail Helper");
  EXPECT_EQ(app.object, kObject);
  EXPECT_FALSE(app.first_party);
  EXPECT_EQ(app.created, At("2026-01-05T10:00:00Z"));
  EXPECT_EQ(app.route, "consent");
  EXPECT_EQ(app.reply_urls, (Texts{"https://b.example/cb", "https://helper.example/cb"}));
  EXPECT_EQ(app.first_seen, At("2026-01-05T09:59:00Z"));
  EXPECT_EQ(app.first_authorized, At("2026-01-05T10:00:01Z"));
  EXPECT_EQ(app.last_used, At("2026-01-06T12:00:00Z"));
  EXPECT_FALSE(app.tenant_wide);
  EXPECT_FALSE(app.app_only);
  EXPECT_TRUE(app.offline);
  // The grant names her by id, the mail by address: one person.
  ASSERT_EQ(app.users.size(), 1u);
  EXPECT_EQ(app.users[0].id, kMira);
  EXPECT_EQ(app.users[0].name, "mira@contoso.example");
  EXPECT_EQ(app.users[0].uses, 3u);
  EXPECT_TRUE(app.users[0].in_force);
  EXPECT_EQ(app.users[0].first_authorized, At("2026-01-05T10:00:01Z"));
  ASSERT_EQ(app.consents.size(), 1u);
  const AppConsent& consent = app.consents[0];
  EXPECT_EQ(consent.act, ConsentAct::kGranted);
  EXPECT_EQ(consent.user, 1u);
  EXPECT_EQ(consent.added, (Texts{"Mail.Read", "Mail.Send", "offline_access"}));
  // The record of the consent has no address: that of the prompt stands for it.
  EXPECT_EQ(consent.ip, "203.0.113.7");
  EXPECT_EQ(consent.network, "AS64500");
  EXPECT_EQ(consent.country, "SE");
  EXPECT_EQ(Touched(app, "mail_read").events, 3u);
  EXPECT_EQ(Touched(app, "mail_read").items, 114u);
  EXPECT_EQ(Touched(app, "mail_read").owners, 2u);
  ASSERT_EQ(app.days.size(), 2u);
  EXPECT_EQ(app.days[1].events, 2u);
  EXPECT_EQ(app.days[1].users, 1u);
  EXPECT_EQ(app.days[1].items, 107u);
  ASSERT_EQ(app.places.size(), 1u);
  EXPECT_EQ(app.places[0].network, "198.51.100.0/24");
  EXPECT_EQ(app.places[0].agent, "python-requests");
  EXPECT_EQ(app.places[0].events, 3u);
  // Seen in use by what was read; of the other nobody can say.
  EXPECT_EQ(Permission(app, "Mail.Read").use, AppPermission::Use::kUsed);
  EXPECT_EQ(Permission(app, "Mail.Send").use, AppPermission::Use::kCannotSay);
  EXPECT_EQ(Permission(app, "Mail.Read").users, 1u);
  EXPECT_FALSE(app.calls_logged);
}

TEST(AppBook, GraphActivityTellsWhatIsUsedAndWhatIsNot) {
  Log run;
  run("2026-01-05T10:00:01Z", Kind::kConsent, kEntra, Consent());
  run("2026-01-05T11:00:00Z", Kind::kApiCall, kGraph,
      {{Field::kTenant, kTenant},
       {Field::kOperation, "GET"},
       {Field::kMethod, "GET"},
       {Field::kUrl, "https://graph.microsoft.com/v1.0/me/messages?$top=50"},
       {Field::kUserId, kMira},
       {Field::kApp, kApp},
       {Field::kBytes, "2048"},
       {Field::kResourceName, "Microsoft Graph"}});
  const Portfolio all = run.Finish();
  const App& app = Of(all, kApp);
  EXPECT_TRUE(app.calls_logged);
  EXPECT_EQ(Permission(app, "Mail.Read").use, AppPermission::Use::kUsed);
  EXPECT_EQ(Permission(app, "Mail.Read").uses, 1u);
  EXPECT_EQ(Permission(app, "Mail.Send").use, AppPermission::Use::kUnused);
  // No call needs it.
  EXPECT_EQ(Permission(app, "offline_access").use, AppPermission::Use::kCannotSay);
  EXPECT_EQ(Touched(app, "mail_read").bytes, 2048u);
}

TEST(AppBook, WhatWasDeclinedAndRefusedIsKept) {
  Log run;
  const Fields sign_in = SignIn();
  run("2026-01-05T10:00:00Z", Kind::kSignIn, kSignIns, With(sign_in, {{Field::kStatus, "65004"}}),
      Outcome::kFailure);
  run("2026-01-05T11:00:00Z", Kind::kSignIn, kSignIns, With(sign_in, {{Field::kStatus, "90094"}}),
      Outcome::kFailure);
  // The directory tells the same attempt a second later.
  run("2026-01-05T11:00:01Z", Kind::kConsent, kEntra,
      Consent({{Field::kReason, "Risky application detected"}}), Outcome::kFailure);
  const Portfolio all = run.Finish();
  const App& app = Of(all, kApp);
  ASSERT_EQ(app.consents.size(), 2u);
  EXPECT_EQ(app.consents[0].act, ConsentAct::kDeclined);
  EXPECT_EQ(app.consents[0].by, "mira@contoso.example");
  EXPECT_EQ(app.consents[0].network, "AS64500");
  EXPECT_EQ(app.consents[1].act, ConsentAct::kBlocked);
  EXPECT_EQ(app.consents[1].added, (Texts{"Mail.Read", "Mail.Send", "offline_access"}));
  EXPECT_TRUE(app.users.empty()) << "who only tried is no user";
  EXPECT_TRUE(app.permissions.empty());
  EXPECT_FALSE(app.first_authorized.has_value());
}

TEST(AppBook, CredentialsFromAddedToUsedToRemoved) {
  Log run;
  constexpr const char* kKey = "cccccccc-0000-4000-8000-000000000001";
  const Fields app = {{Field::kTenant, kTenant},
                      {Field::kApp, kApp},
                      {Field::kAppName, "Backup"},
                      {Field::kUser, "ben@contoso.example"}};
  run("2026-01-01T10:00:00Z", Kind::kAppChange, kEntra,
      With(app, {{Field::kOperation, "Add application"}, {Field::kActorAppId, kPortal}}));
  run("2026-01-02T10:00:00Z", Kind::kCredentialChange, kEntra,
      With(app, {{Field::kOperation, "Update application - Certificates and secrets management"},
                 {Field::kCredential, kKey},
                 {Field::kReason, "added Password Verify \"ci\""}}));
  run("2026-01-03T10:00:00Z", Kind::kSignIn, kSignIns,
      {{Field::kTenant, kTenant},
       {Field::kApp, kApp},
       {Field::kActorApp, "Backup"},
       {Field::kActorAppId, kApp},
       {Field::kUserType, "ServicePrincipal"},
       {Field::kCredential, kKey},
       {Field::kIp, "198.51.100.4"}});
  run("2026-01-04T10:00:00Z", Kind::kCredentialChange, kEntra,
      With(app, {{Field::kOperation, "Update application - Certificates and secrets management"},
                 {Field::kCredentialsRemoved, kKey},
                 {Field::kReason, "removed Password Verify \"ci\""}}));
  const Portfolio all = run.Finish();
  const App& seen = Of(all, kApp);
  EXPECT_EQ(seen.route, "portal");
  EXPECT_EQ(seen.created_by, "ben@contoso.example");
  ASSERT_EQ(seen.credentials.size(), 1u);
  const AppCredential& key = seen.credentials[0];
  EXPECT_EQ(key.id, kKey);
  EXPECT_EQ(key.kind, "secret");
  EXPECT_EQ(key.name, "ci");
  EXPECT_EQ(key.added, At("2026-01-02T10:00:00Z"));
  EXPECT_EQ(key.added_by, "ben@contoso.example");
  EXPECT_EQ(key.last_used, At("2026-01-03T10:00:00Z"));
  EXPECT_EQ(key.removed, At("2026-01-04T10:00:00Z"));
}

TEST(AppBook, ExportsAddWhatNoEventTells) {
  Log run;
  run("2026-01-05T10:00:01Z", Kind::kConsent, kEntra, Consent());
  run.Row(kSnapshot,
          {{Field::kTenant, kTenant},
           {Field::kCategory, "servicePrincipal"},
           {Field::kApp, kApp},
           {Field::kAppObject, kObject},
           {Field::kAppName, "Mail Helper Pro"},
           {Field::kAppOwner, "bbbbbbbb-0000-4000-8000-000000000001"},
           {Field::kReason, "2025-06-07T08:09:10Z"},
           {Field::kReplyUrls, "https://helper.example/cb"},
           {Field::kFacts,
            "verified=true\nverified_publisher=Fabrikam\nhomepage=https://helper.example"
            "\nenabled=true\nassignment_required=false\ncredential=secret\tk1\t"
            "2026-01-01T00:00:00Z\t2028-01-01T00:00:00Z\tmain\nreply=https://x.example"}});
  run.Row(kSnapshot, {{Field::kTenant, kTenant},
                      {Field::kCategory, "oauth2PermissionGrant"},
                      {Field::kAppObject, kObject},
                      {Field::kConsentType, "AllPrincipals"},
                      {Field::kGrant, "grant-9"},
                      {Field::kScopes, "User.Read.All"},
                      {Field::kResourceName, "Microsoft Graph"}});
  run.Row(kSnapshot, {{Field::kTenant, kTenant},
                      {Field::kCategory, "user"},
                      {Field::kUser, "mira@contoso.example"},
                      {Field::kUserId, kMira},
                      {Field::kFacts, "department=Finance\ntitle=Controller"}});
  run.Row(kSnapshot,
          {{Field::kTenant, kTenant},
           {Field::kCategory, "directoryRole"},
           {Field::kRole, "Exchange Administrator"},
           {Field::kFacts, std::string("member=") + kMira + "\tmira@contoso.example\tuser"}});
  run.Row(kCatalog, {{Field::kTenant, kTenant},
                     {Field::kCategory, "catalog"},
                     {Field::kApp, kApp},
                     {Field::kAppName, "Mail Helper Pro"},
                     {Field::kFacts,
                      "users=41\nstate=Approved\ncommunity=Rare\n"
                      "last_authorized=2026-02-01T00:00:00Z"}});
  const Portfolio all = run.Finish();
  ASSERT_EQ(std::count_if(all.apps.begin(), all.apps.end(),
                          [](const App& app) { return !app.first_party; }),
            1);
  const App& app = Of(all, kApp);
  EXPECT_EQ(app.verified, App::Verified::kYes);
  EXPECT_EQ(app.publisher, "Fabrikam");
  EXPECT_EQ(app.homepage, "https://helper.example");
  EXPECT_EQ(app.owner_tenant, "bbbbbbbb-0000-4000-8000-000000000001");
  EXPECT_EQ(app.created, At("2025-06-07T08:09:10Z"));
  EXPECT_EQ(app.enabled, std::optional<bool>(true));
  EXPECT_EQ(app.assignment_required, std::optional<bool>(false));
  EXPECT_EQ(app.other_names, Texts{"Mail Helper Pro"});
  EXPECT_EQ(app.reply_urls, (Texts{"https://helper.example/cb", "https://x.example"}));
  EXPECT_TRUE(app.in_snapshot);
  EXPECT_TRUE(app.tenant_wide);
  ASSERT_EQ(app.credentials.size(), 1u);
  EXPECT_EQ(app.credentials[0].expires, At("2028-01-01T00:00:00Z"));
  EXPECT_TRUE(Permission(app, "User.Read.All").all_users);
  EXPECT_EQ(app.catalog_users, 41u);
  EXPECT_EQ(UserCount(app), 41u);
  EXPECT_EQ(app.community_use, "rare");
  EXPECT_EQ(app.sanction, App::Sanction::kApproved);
  EXPECT_EQ(app.last_authorized, At("2026-02-01T00:00:00Z"));
  ASSERT_EQ(app.users.size(), 1u);
  EXPECT_EQ(app.users[0].department, "Finance");
  EXPECT_EQ(app.users[0].title, "Controller");
  EXPECT_EQ(app.users[0].roles, Texts{"Exchange Administrator"});
}

TEST(AppBook, GoogleClientsWithDelegation) {
  Log run;
  const Fields app = {{Field::kTenant, "C01"},
                      {Field::kCategory, "token"},
                      {Field::kUser, "mira@example.com"},
                      {Field::kUserId, "101"},
                      {Field::kApp, "77-x.apps.googleusercontent.com"},
                      {Field::kAppName, "Sheet Tool"}};
  run("2026-01-05T10:00:00Z", Kind::kAppAuthorized, kGoogle,
      With(app,
           {{Field::kOperation, "authorize"},
            {Field::kIp, "203.0.113.9"},
            {Field::kScopes, "https://mail.google.com/ https://www.googleapis.com/auth/drive"}}));
  run("2026-01-05T11:00:00Z", Kind::kApiCall, kGoogle,
      With(app, {{Field::kOperation, "activity"},
                 {Field::kResourceName, "gmail"},
                 {Field::kMethod, "gmail.users.messages.list"},
                 {Field::kBytes, "900"}}));
  run("2026-01-05T12:00:00Z", Kind::kAppAuthorized, kGoogle,
      With(app, {{Field::kOperation, "request"},
                 {Field::kUser, "ben@example.com"},
                 {Field::kUserId, "102"}}),
      Outcome::kFailure);
  run("2026-01-06T11:00:00Z", Kind::kDelegation, kGoogle,
      {{Field::kTenant, "C01"},
       {Field::kCategory, "admin"},
       {Field::kOperation, "AUTHORIZE_API_CLIENT_ACCESS"},
       {Field::kUser, "admin@example.com"},
       {Field::kApp, "100200300"},
       {Field::kScopes, "https://www.googleapis.com/auth/drive"}});
  const Portfolio all = run.Finish();
  const App& sheet = Of(all, "77-x.apps.googleusercontent.com");
  EXPECT_EQ(sheet.platform, "google");
  EXPECT_EQ(Permission(sheet, "https://mail.google.com/").use, AppPermission::Use::kUsed);
  EXPECT_EQ(Permission(sheet, "https://www.googleapis.com/auth/drive").use,
            AppPermission::Use::kUnused);
  EXPECT_EQ(Touched(sheet, "mail_read").bytes, 900u);
  ASSERT_EQ(sheet.consents.size(), 2u);
  EXPECT_EQ(sheet.consents[0].network, "203.0.113.0/24");
  EXPECT_EQ(sheet.consents[1].act, ConsentAct::kBlocked);
  ASSERT_EQ(sheet.users.size(), 1u);
  EXPECT_EQ(sheet.users[0].name, "mira@example.com");
  const App& robot = Of(all, "100200300");
  EXPECT_TRUE(robot.app_only);
  EXPECT_TRUE(robot.tenant_wide);
  EXPECT_TRUE(Permission(robot, "https://www.googleapis.com/auth/drive").application);
}

TEST(AppBook, GithubAppsAndTokens) {
  Log run;
  const Fields base = {{Field::kTenant, "acme"}, {Field::kUser, "mira"}};
  run("2026-01-05T10:00:00Z", Kind::kAppAuthorized, kGithub,
      With(base, {{Field::kOperation, "oauth_authorization.create"},
                  {Field::kApp, "77"},
                  {Field::kAppName, "Deployer"},
                  {Field::kScopes, "repo"}}));
  run("2026-01-05T11:00:00Z", Kind::kFileAccess, kGithub,
      With(base, {{Field::kOperation, "git.clone"},
                  {Field::kApp, "77"},
                  {Field::kObject, "acme/web"},
                  {Field::kTokenType, "OAuth access token"}}));
  run("2026-01-05T12:00:00Z", Kind::kAppAuthorized, kGithub,
      With(base, {{Field::kOperation, "integration_installation.create"},
                  {Field::kApp, "99"},
                  {Field::kAppName, "Robot"},
                  {Field::kScopes, "contents:write"}}));
  run("2026-01-05T13:00:00Z", Kind::kTokenMinted, kGithub,
      With(base, {{Field::kOperation, "personal_access_token.create"},
                  {Field::kCredential, "555"},
                  {Field::kScopes, "contents:read"}}));
  run("2026-01-05T14:00:00Z", Kind::kAppRevoked, kGithub,
      With(base, {{Field::kOperation, "org.oauth_app_access_denied"},
                  {Field::kApp, "88"},
                  {Field::kAppName, "Other"}}));
  const Portfolio all = run.Finish();
  const App& oauth = Of(all, "77");
  EXPECT_EQ(oauth.platform, "github");
  EXPECT_EQ(Touched(oauth, "repositories").owners, 1u);
  ASSERT_EQ(oauth.users.size(), 1u);
  EXPECT_EQ(oauth.users[0].name, "mira");
  EXPECT_TRUE(Of(all, "99").app_only);
  EXPECT_TRUE(Permission(Of(all, "99"), "contents:write").application);
  const App& tokens = Of(all, "personal access tokens");
  ASSERT_EQ(tokens.users.size(), 1u);
  EXPECT_EQ(Permission(tokens, "contents:read").users, 1u);
  ASSERT_FALSE(Of(all, "88").consents.empty());
  EXPECT_EQ(Of(all, "88").consents.back().act, ConsentAct::kBlocked);
}

TEST(AppBook, SlackSalesforceAndOkta) {
  Log run;
  run("2026-01-05T10:00:00Z", Kind::kAppAuthorized, kSlack,
      {{Field::kTenant, "T1"},
       {Field::kOperation, "app_installed"},
       {Field::kUser, "mira@example.com"},
       {Field::kApp, "A1"},
       {Field::kAppName, "Poll"},
       {Field::kScopes, "chat:write files:read"}});
  run("2026-01-05T11:00:00Z", Kind::kSignIn, kSalesforce,
      {{Field::kTenant, "00D1"},
       {Field::kOperation, "LoginEvent"},
       {Field::kUser, "mira@example.com"},
       {Field::kAppName, "Data Loader"},
       {Field::kProtocol, "Remote Access 2.0"},
       {Field::kIp, "203.0.113.7"}});
  run("2026-01-05T12:00:00Z", Kind::kApiCall, kSalesforce,
      {{Field::kTenant, "00D1"},
       {Field::kOperation, "ApiEvent"},
       {Field::kUser, "mira@example.com"},
       {Field::kAppName, "Data Loader"},
       {Field::kItems, "5000"}});
  run("2026-01-05T13:00:00Z", Kind::kAppAuthorized, kOkta,
      {{Field::kTenant, "okta"},
       {Field::kOperation, "app.oauth2.as.consent.grant"},
       {Field::kUser, "mira@example.com"},
       {Field::kUserId, "00u1"},
       {Field::kApp, "0oa1"},
       {Field::kAppName, "Wiki"},
       {Field::kScopes, "okta.users.manage"}});
  const Portfolio all = run.Finish();
  EXPECT_TRUE(Of(all, "A1").app_only);
  EXPECT_EQ(Of(all, "A1").platform, "slack");
  EXPECT_EQ(Of(all, "A1").permissions.size(), 2u);
  const App& loader = Of(all, "Data Loader");
  EXPECT_EQ(loader.platform, "salesforce");
  EXPECT_EQ(Touched(loader, "rows").items, 5000u);
  EXPECT_EQ(loader.users.size(), 1u);
  EXPECT_EQ(Of(all, "0oa1").platform, "okta");
  EXPECT_EQ(Permission(Of(all, "0oa1"), "okta.users.manage").users, 1u);
}

TEST(AppBook, ServiceAccountsAreApps) {
  Log run;
  run("2026-01-05T10:00:00Z", Kind::kRoleAssignment, kKubernetes,
      {{Field::kTenant, "prod"},
       {Field::kOperation, "create clusterrolebindings"},
       {Field::kUser, "jane"},
       {Field::kVerb, "create"},
       {Field::kResourceKind, "clusterrolebindings"},
       {Field::kName, "ops"},
       {Field::kRole, "ClusterRole/cluster-admin"},
       {Field::kTargetName, "system:serviceaccount:ci:builder"}});
  run("2026-01-05T11:00:00Z", Kind::kKubernetes, kKubernetes,
      {{Field::kTenant, "prod"},
       {Field::kOperation, "list secrets"},
       {Field::kVerb, "list"},
       {Field::kResourceKind, "secrets"},
       {Field::kUser, "system:serviceaccount:ci:builder"},
       {Field::kIp, "10.0.3.7"},
       {Field::kPod, "builder-7d9f5c8b6d-x2x4z"},
       {Field::kUserAgent, "kubectl/v1.29.1 (linux/amd64) kubernetes/bc401b9"}});
  const Portfolio all = run.Finish();
  const App& account = Of(all, "ci/builder");
  EXPECT_EQ(account.platform, "kubernetes");
  EXPECT_TRUE(account.app_only);
  EXPECT_TRUE(account.users.empty());
  EXPECT_TRUE(Permission(account, "ClusterRole/cluster-admin").in_force);
  EXPECT_EQ(Touched(account, "secrets").events, 1u);
  ASSERT_EQ(account.places.size(), 1u);
  EXPECT_EQ(account.places[0].agent, "kubectl/linux in pod builder");
}

TEST(AppBook, TheClientThatHeldTheTokenIsTheOneThatTouched) {
  Log run;
  constexpr const char* kToken = "4d63c1c4-c95b-4d3c-8e0a-1271fd813e00";
  run("2026-01-05T10:00:00Z", Kind::kSignIn, kSignIns, SignIn({{Field::kToken, kToken}}));
  // The record of the file names no client; its token does.
  run("2026-01-05T10:05:00Z", Kind::kFileAccess, kUnified,
      {{Field::kTenant, kTenant},
       {Field::kOperation, "FileDownloaded"},
       {Field::kUser, "mira@contoso.example"},
       {Field::kToken, kToken},
       {Field::kObject, "https://contoso.example/secret.docx"}});
  const Portfolio all = run.Finish();
  EXPECT_EQ(Touched(Of(all, kApp), "files").events, 1u);
}

TEST(AppBook, KeepsWithinItsBoundsAndCountsWhatItGaveUp) {
  State state{{}, kSources};
  AppBook book(kSources, {.max_apps = 10, .max_users = 5, .max_rounds = 4, .max_calls = 4});
  for (int i = 0; i < 30; ++i) {
    const std::string minute = std::to_string(10 + i);
    const BuiltEvent built({.time = "2026-01-05T10:" + minute + ":00Z",
                            .kind = Kind::kMailRead,
                            .source = kUnified,
                            .record = static_cast<uint64_t>(i + 1)},
                           {{Field::kTenant, kTenant},
                            {Field::kUser, "user" + minute + "@contoso.example"},
                            {Field::kApp, "app-" + minute}});
    book.Observe(built.event(), {}, state);
    state.Commit(built.event());
  }
  const Portfolio all = book.Finish({}, {}, state);
  EXPECT_LE(all.apps.size(), 10u);
  EXPECT_EQ(all.left_out + all.apps.size(), 30u);
  uint64_t left_out = 0;
  uint64_t kept = 0;
  for (const App& app : all.apps) {
    left_out += app.users_left_out;
    kept += app.users.size();
  }
  EXPECT_EQ(left_out + kept, all.apps.size());
  EXPECT_EQ(all.apps.back().id, "app-39") << "the last is kept";
}

TEST(AppBook, NamesOfWorkloadsAreWithoutWhatMakesCopiesApart) {
  EXPECT_EQ(WorkloadOf("web-7d9f5c8b6d-x2x4z"), "web");
  EXPECT_EQ(WorkloadOf("agent-q8z5k"), "agent");
  EXPECT_EQ(WorkloadOf("db-0"), "db");
  EXPECT_EQ(WorkloadOf("my-frontend"), "my-frontend");
  EXPECT_EQ(WorkloadOf("web"), "web");
}

}  // namespace
}  // namespace tokentrail::trail
