// How the records of one consent become one claim.

#include <gtest/gtest.h>

#include <map>

#include "analytic/analytics.h"
#include "analytic/testing.h"

namespace tokentrail::analytic {
namespace {

using test::BuiltEvent;
using Fields = std::map<Field, std::string>;

constexpr std::string_view kTenant = "7a3d1c52-0d4e-4b7e-9c11-5be0c2a0f001";
constexpr std::string_view kApp = "c0ffee00-1111-4222-8333-444455556666";
constexpr std::string_view kObject = "0b7ec700-1111-4222-8333-444455556666";
constexpr std::string_view kPerson = "a11ce000-1111-4222-8333-444455556666";
constexpr SourceIndex kAudit = 1;
constexpr SourceIndex kUnified = 2;

Fields With(Fields base, const Fields& more) {
  for (const auto& [field, text] : more) base[field] = text;
  return base;
}

Fields Consent(const Fields& more) {
  return With({{Field::kTenant, std::string(kTenant)},
               {Field::kOperation, "Consent to application"},
               {Field::kCorrelation, "flow-1"},
               {Field::kUser, "alice@fabrikam.example"},
               {Field::kUserId, std::string(kPerson)},
               {Field::kApp, std::string(kApp)},
               {Field::kAppName, "Invoice Reader"},
               {Field::kConsentType, "Principal"},
               {Field::kPrincipal, std::string(kPerson)}},
              more);
}

Fields Grant(const Fields& more) {
  return With({{Field::kTenant, std::string(kTenant)},
               {Field::kOperation, "Add delegated permission grant"},
               {Field::kCorrelation, "flow-1"},
               {Field::kUser, "alice@fabrikam.example"},
               {Field::kUserId, std::string(kPerson)},
               {Field::kAppObject, std::string(kObject)},
               {Field::kConsentType, "Principal"},
               {Field::kPrincipal, std::string(kPerson)}},
              more);
}

BuiltEvent At(std::string_view time, Kind kind, const Fields& fields, SourceIndex source = kAudit) {
  return BuiltEvent({.time = time, .kind = kind, .source = source}, fields);
}

constexpr std::string_view kMailScopes = "Mail.Read User.Read offline_access";

Fields MailConsent() {
  return Consent({{Field::kScopes, std::string(kMailScopes)},
                  {Field::kScopesAdded, std::string(kMailScopes)}});
}

TEST(UserConsent, RareAppWithMailAndRefreshTokenIsHigh) {
  const auto found = HuntOne(kGrt01, {At("2026-03-02T09:00:00Z", Kind::kConsent, MailConsent())});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].level, Level::kHigh);
  EXPECT_EQ(found[0].tenant, kTenant);
  EXPECT_TRUE(HasReason(found[0],
                        "grants Mail.Read, User.Read, offline_access to app 'Invoice "
                        "Reader'"));
  EXPECT_TRUE(HasReason(found[0], "no other user of this tenant"));
  EXPECT_TRUE(HasReason(found[0], "novelty unknown (0 of 30 days seen)"));
  EXPECT_TRUE(HasEntity(found[0], "app", kApp));
  EXPECT_TRUE(HasEntity(found[0], "user", "alice@fabrikam.example"));
}

TEST(UserConsent, SameActInBothLogsIsOneFinding) {
  // Without a common correlation id, so that only the key can bring them together.
  Fields unified = MailConsent();
  unified[Field::kCorrelation] = "another";
  const auto found = HuntOne(kGrt01, {At("2026-03-02T09:00:00Z", Kind::kConsent, unified, kUnified),
                                      At("2026-03-02T09:00:00.5Z", Kind::kConsent, MailConsent())});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].evidence.size(), 2u);
  EXPECT_EQ(found[0].count, 2u);
}

TEST(UserConsent, LogWithoutTenantJoinsTheOneThatHasIt) {
  Fields graph = MailConsent();
  graph.erase(Field::kTenant);
  const auto found =
      HuntOne(kGrt01, {At("2026-03-02T09:00:00Z", Kind::kConsent, graph),
                       At("2026-03-02T09:00:01Z", Kind::kConsent, MailConsent(), kUnified)});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].tenant, kTenant);
  EXPECT_EQ(found[0].evidence.size(), 2u);
}

TEST(UserConsent, AppSeveralPeopleUseIsMedium) {
  std::vector<BuiltEvent> events;
  for (const std::string_view name : {"bob", "carol", "dave"}) {
    Fields fields = MailConsent();
    fields[Field::kUser] = std::string(name) + "@fabrikam.example";
    fields[Field::kUserId] = fields[Field::kPrincipal] =
        "b0b00000-1111-4222-8333-00000000000" + std::to_string(name.size());
    fields[Field::kCorrelation] = std::string(name);
    if (name == "carol") fields[Field::kUserId] = fields[Field::kPrincipal] = std::string(kPerson);
    events.push_back(At("2026-03-02T09:00:00Z", Kind::kConsent, fields));
  }
  const auto found = HuntOne(kGrt01, events);
  ASSERT_EQ(found.size(), 3u);
  for (const Finding& finding : found) {
    EXPECT_EQ(finding.level, Level::kMedium);
    EXPECT_TRUE(HasReason(finding, "3 users of this tenant"));
  }
}

TEST(UserConsent, WeakScopesAndFirstPartyAppsAndFailuresAreQuiet) {
  const Fields weak = Consent({{Field::kScopes, "User.Read openid profile"},
                               {Field::kScopesAdded, "User.Read openid profile"}});
  Fields explorer = MailConsent();
  explorer[Field::kApp] = "de8bc8b5-d9f9-48b1-a8ad-b748da725064";  // Graph Explorer
  EXPECT_TRUE(HuntOne(kGrt01, {At("2026-03-02T09:00:00Z", Kind::kConsent, weak)}).empty());
  EXPECT_TRUE(HuntOne(kGrt01, {At("2026-03-02T09:00:00Z", Kind::kConsent, explorer)}).empty());
  const BuiltEvent failed(
      {.time = "2026-03-02T09:00:00Z", .kind = Kind::kConsent, .outcome = Outcome::kFailure},
      MailConsent());
  EXPECT_TRUE(HuntOne(kGrt01, {failed}).empty());
}

TEST(UserConsent, AllowListGoesByIdOnly) {
  const std::vector<BuiltEvent> events = {
      At("2026-03-02T09:00:00Z", Kind::kConsent, MailConsent())};
  EXPECT_TRUE(
      HuntOne(kGrt01, events, Params(Params::Values{{"allow", {std::string(kApp)}}})).empty());
  EXPECT_EQ(HuntOne(kGrt01, events, Params(Params::Values{{"allow", {"Invoice Reader"}}})).size(),
            1u);
}

TEST(UserConsent, GrantRecordAloneIsEnough) {
  Fields grant = Grant({{Field::kScopes, std::string(kMailScopes)},
                        {Field::kScopesAdded, std::string(kMailScopes)},
                        {Field::kApp, std::string(kApp)}});
  const auto found = HuntOne(kGrt01, {At("2026-03-02T09:00:00Z", Kind::kDelegatedGrant, grant)});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_TRUE(HasReason(found[0], "without a consent screen record"));
}

TEST(UserConsent, EqualSidesWithoutGrantRecordsSaySo) {
  const Fields equal = Consent(
      {{Field::kScopes, std::string(kMailScopes)}, {Field::kScopesOld, std::string(kMailScopes)}});
  const auto found = HuntOne(kGrt01, {At("2026-03-02T09:00:00Z", Kind::kConsent, equal)});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].confidence, Confidence::kMedium);
  EXPECT_TRUE(HasReason(found[0], "what was new is not known"));
}

TEST(UserConsent, EqualSidesWhereGrantsAreLoggedChangedNothing) {
  const Fields equal = Consent(
      {{Field::kScopes, std::string(kMailScopes)}, {Field::kScopesOld, std::string(kMailScopes)}});
  Fields other = Grant({{Field::kScopes, "User.Read"},
                        {Field::kScopesAdded, "User.Read"},
                        {Field::kCorrelation, "flow-2"},
                        {Field::kAppObject, "0b7ec700-9999-4222-8333-444455556666"}});
  EXPECT_TRUE(HuntOne(kGrt01, {At("2026-03-02T09:00:00Z", Kind::kConsent, equal),
                               At("2026-03-02T11:00:00Z", Kind::kDelegatedGrant, other)})
                  .empty());
}

TEST(UserConsent, PromptingSignInGivesTheTrueAddress) {
  const BuiltEvent prompt = At("2026-03-02T08:59:40Z", Kind::kSignIn,
                               {{Field::kTenant, std::string(kTenant)},
                                {Field::kStatus, "65001"},
                                {Field::kFlow, "prompt-1"},
                                {Field::kApp, std::string(kApp)},
                                {Field::kUser, "alice@fabrikam.example"},
                                {Field::kIp, "203.0.113.9"}});
  Fields consent = MailConsent();
  consent[Field::kFlow] = "prompt-1";
  consent[Field::kIp] = "198.51.100.1";
  const auto found = HuntOne(kGrt01, {prompt, At("2026-03-02T09:00:00Z", Kind::kConsent, consent)});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_TRUE(HasReason(found[0], "came from 203.0.113.9"));
  EXPECT_TRUE(HasEntity(found[0], "address", "203.0.113.9"));
}

// The consent shows the same scopes twice; what was added stands in a record that says Remove.
TEST(ScopeCreep, IsReadFromTheSiblingOfAnEqualSidedConsent) {
  const std::string_view now = "Mail.ReadWrite User.Read offline_access";
  const Fields equal = Consent({{Field::kScopes, "User.Read offline_access"},
                                {Field::kScopesOld, "User.Read offline_access"}});
  Fields sibling = Grant({{Field::kOperation, "Remove delegated permission grant"},
                          {Field::kScopes, std::string(now)},
                          {Field::kScopesOld, "User.Read offline_access"},
                          {Field::kScopesAdded, "Mail.ReadWrite"}});
  for (const bool consent_first : {true, false}) {
    const BuiltEvent consent = At("2026-03-02T09:00:00Z", Kind::kConsent, equal);
    const BuiltEvent grant = At("2026-03-02T09:00:00Z", Kind::kDelegatedGrant, sibling);
    const std::vector<BuiltEvent> events =
        consent_first ? std::vector{consent, grant} : std::vector{grant, consent};
    const auto creep = HuntOne(kGrt03, events);
    ASSERT_EQ(creep.size(), 1u);
    EXPECT_EQ(creep[0].level, Level::kMedium);
    EXPECT_TRUE(HasReason(creep[0], "adds Mail.ReadWrite to the grant of app 'Invoice Reader'"));
    EXPECT_TRUE(HasEntity(creep[0], "app", kApp));
    const auto consented = HuntOne(kGrt01, events);
    ASSERT_EQ(consented.size(), 1u);
    EXPECT_TRUE(HasReason(consented[0], "grants Mail.ReadWrite to"));
  }
}

TEST(ScopeCreep, RemoveThenAddInOneFlowIsAWidening) {
  Fields removed = Grant({{Field::kOperation, "Remove delegated permission grant"},
                          {Field::kScopesOld, "User.Read"},
                          {Field::kScopesRemoved, "User.Read"}});
  Fields added = Grant(
      {{Field::kScopes, "Mail.Read User.Read"}, {Field::kScopesAdded, "Mail.Read User.Read"}});
  const auto found = HuntOne(kGrt03, {At("2026-03-02T09:00:00Z", Kind::kAppRevoked, removed),
                                      At("2026-03-02T09:00:01Z", Kind::kDelegatedGrant, added)});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_TRUE(HasReason(found[0], "adds Mail.Read to the grant"));
}

TEST(ScopeCreep, NewGrantAndRevocationAreQuiet) {
  const Fields fresh = Grant({{Field::kScopes, "Mail.Read"}, {Field::kScopesAdded, "Mail.Read"}});
  const Fields gone = Grant({{Field::kScopesOld, "Mail.Read User.Read"},
                             {Field::kScopes, "User.Read"},
                             {Field::kScopesRemoved, "Mail.Read"}});
  EXPECT_TRUE(HuntOne(kGrt03, {At("2026-03-02T09:00:00Z", Kind::kDelegatedGrant, fresh)}).empty());
  EXPECT_TRUE(HuntOne(kGrt03, {At("2026-03-02T09:00:00Z", Kind::kDelegatedGrant, gone)}).empty());
}

Fields WideConsent(std::string_view scopes) {
  return Consent({{Field::kConsentType, "AllPrincipals"},
                  {Field::kPrincipal, ""},
                  {Field::kAdminConsent, "true"},
                  {Field::kScopes, std::string(scopes)},
                  {Field::kScopesAdded, std::string(scopes)}});
}

TEST(TenantWide, LevelFollowsTheStrongestScope) {
  const std::vector<std::pair<std::string_view, Level>> cases = {
      {"User.Read", Level::kLow},
      {"Calendars.Read", Level::kMedium},
      {"Mail.Read", Level::kHigh},
      {"Directory.AccessAsUser.All", Level::kCritical}};
  for (const auto& [scopes, level] : cases) {
    const auto found =
        HuntOne(kGrt02, {At("2026-03-02T09:00:00Z", Kind::kConsent, WideConsent(scopes))});
    ASSERT_EQ(found.size(), 1u) << scopes;
    EXPECT_EQ(found[0].level, level) << scopes;
  }
}

TEST(TenantWide, AdminConsentForOnePersonIsNotTenantWide) {
  Fields personal = MailConsent();
  personal[Field::kAdminConsent] = "true";
  EXPECT_TRUE(HuntOne(kGrt02, {At("2026-03-02T09:00:00Z", Kind::kConsent, personal)}).empty());
}

TEST(GrantByApp, ServicePrincipalIsNamedAndFirstPartyLeftOut) {
  Fields grant = {{Field::kTenant, std::string(kTenant)},
                  {Field::kOperation, "Add app role assignment to service principal"},
                  {Field::kActorApp, "deploy-bot"},
                  {Field::kActorAppId, "dddddddd-1111-4222-8333-444455556666"},
                  {Field::kApp, std::string(kApp)},
                  {Field::kAppName, "Invoice Reader"},
                  {Field::kRole, "RoleManagement.ReadWrite.Directory"},
                  {Field::kRoleId, "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8"}};
  const auto found = HuntOne(kGrt05, {At("2026-03-02T09:00:00Z", Kind::kAppRoleGrant, grant)});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].level, Level::kCritical);
  EXPECT_TRUE(HasReason(found[0], "an app did it by itself"));
  grant[Field::kActorAppId] = "00000001-0000-0000-c000-000000000000";  // Azure ESTS Service
  EXPECT_TRUE(HuntOne(kGrt05, {At("2026-03-02T09:00:00Z", Kind::kAppRoleGrant, grant)}).empty());
}

TEST(AppPermission, LevelFollowsTheTier) {
  const std::vector<std::tuple<std::string, std::string, Level>> cases = {
      {"Directory.ReadWrite.All", "", Level::kCritical},
      {"full_access_as_app", "dc890d15-9560-4a4c-9b7f-a736ec74ec40", Level::kCritical},
      {"Mail.Read", "", Level::kHigh},
      {"User.Read.All", "", Level::kLow},
      {"Widgets.Sync", "12345678-1111-4222-8333-444455556666", Level::kLow}};
  for (const auto& [role, id, level] : cases) {
    const auto found = HuntOne(kGrt04, {At("2026-03-02T09:00:00Z", Kind::kAppRoleGrant,
                                           {{Field::kTenant, std::string(kTenant)},
                                            {Field::kUser, "admin@fabrikam.example"},
                                            {Field::kApp, std::string(kApp)},
                                            {Field::kRole, role},
                                            {Field::kRoleId, id}})});
    ASSERT_EQ(found.size(), 1u) << role;
    EXPECT_EQ(found[0].level, level) << role;
  }
}

TEST(FewUsers, WhatIsPassedOverForWantOfRoomIsCounted) {
  constexpr int kApps = 50'003;  // three more than it keeps
  const auto analytic = kGrt07.make(Params{});
  const State state;
  Findings findings;
  for (int i = 0; i < kApps; ++i) {
    const BuiltEvent built = At("2026-03-02T09:00:00Z", Kind::kDelegatedGrant,
                                Grant({{Field::kApp, "app-" + std::to_string(i)},
                                       {Field::kCorrelation, "flow-" + std::to_string(i)},
                                       {Field::kScopes, "User.Read"}}));
    analytic->Observe(built.event(), state, findings);
  }
  analytic->Finish(state, findings);
  EXPECT_EQ(analytic->passed_over(), 3u);
}

}  // namespace
}  // namespace tokentrail::analytic
