#include "analytic/state.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "test/support/event_builder.h"

namespace tokentrail::analytic {
namespace {

using test::BuiltEvent;
using test::Head;

constexpr std::string_view kSources[] = {"entra_audit", "google_token", "slack_audit",
                                         "aws_cloudtrail"};
constexpr const char* kTenant = "0e4a9d5c-1111-4222-8333-444455556666";
constexpr const char* kAppId = "7d3a1f60-aaaa-4bbb-8ccc-ddddeeeeffff";
constexpr const char* kObject = "b1c2d3e4-0000-4111-8222-333344445555";
constexpr const char* kOfficeId = "d3590ed6-52b3-4102-aeff-aad2292ab01c";

BuiltEvent Consent(const std::string& scopes, Outcome outcome = Outcome::kSuccess) {
  return {Head{.time = "2026-03-02T09:00:00Z", .kind = Kind::kConsent, .outcome = outcome},
          {{Field::kTenant, kTenant},
           {Field::kApp, kAppId},
           {Field::kAppObject, kObject},
           {Field::kAppName, "Mail Helper"},
           {Field::kUser, "ana@contoso-outdoor.example"},
           {Field::kUserId, "11111111-aaaa-4111-8111-111111111111"},
           {Field::kScopes, scopes}}};
}

class StateTest : public testing::Test {
 protected:
  State state_{Time{}, kSources};
};

TEST_F(StateTest, KnowsNothingOfAnAppBeforeItsFirstEventIsCommitted) {
  const BuiltEvent consent = Consent("Mail.Read");
  EXPECT_EQ(state_.App(consent), nullptr);
  state_.Commit(consent);
  const AppState* app = state_.App(consent);
  ASSERT_NE(app, nullptr);
  EXPECT_EQ(app->id, kAppId);
  EXPECT_EQ(app->platform, "entra");
  EXPECT_EQ(app->name, "Mail Helper");
  EXPECT_EQ(app->max_severity, 50);
  EXPECT_EQ(app->max_permission, "Mail.Read");
  EXPECT_EQ(app->last_authorized, consent.event().time());
  EXPECT_EQ(app->user_count, 1u);
  EXPECT_EQ(state_.App(kTenant, kAppId), app);
}

TEST_F(StateTest, ARefusedConsentGivesTheAppNothing) {
  state_.Commit(Consent("Mail.Read", Outcome::kFailure));
  const AppState* app = state_.App(kTenant, kAppId);
  ASSERT_NE(app, nullptr);
  EXPECT_EQ(app->last_authorized.micros, 0);
  EXPECT_EQ(app->max_severity, -1);
  EXPECT_EQ(app->user_count, 0u);
}

TEST_F(StateTest, AnObjectIdLeadsToItsAppOnceAnEventCarriedBoth) {
  const BuiltEvent by_object(Head{.kind = Kind::kCredentialChange},
                             {{Field::kTenant, kTenant}, {Field::kAppObject, kObject}});
  state_.Commit(by_object);
  ASSERT_NE(state_.App(by_object), nullptr);
  EXPECT_EQ(state_.App(by_object)->id, kObject);
  EXPECT_EQ(state_.AppOfObject(kTenant, kObject), "");

  state_.Commit(Consent("Mail.Read"));
  EXPECT_EQ(state_.AppOfObject(kTenant, kObject), kAppId);
  ASSERT_NE(state_.App(by_object), nullptr);
  EXPECT_EQ(state_.App(by_object)->id, kAppId);
  EXPECT_EQ(state_.App(by_object)->events, 2u) << "what the object id did belongs to the app";
  EXPECT_EQ(state_.Apps().size(), 1u);
}

TEST_F(StateTest, TenantsNeverMix) {
  state_.Commit(Consent("Mail.Read"));
  EXPECT_EQ(state_.App("another-tenant", kAppId), nullptr);
  EXPECT_EQ(state_.AppOfObject("another-tenant", kObject), "");
  EXPECT_EQ(state_.ActiveUsers(kTenant), 1u);
  EXPECT_EQ(state_.ActiveUsers("another-tenant"), 0u);
}

TEST_F(StateTest, ClaimingMicrosoftsTenantMakesNoFirstPartyApp) {
  BuiltEvent fake(Head{.kind = Kind::kAppChange},
                  {{Field::kTenant, kTenant},
                   {Field::kApp, kAppId},
                   {Field::kAppOwner, "f8cdef31-a31e-4b4a-93e4-5f571e91255a"}});
  BuiltEvent office(Head{.kind = Kind::kSignIn},
                    {{Field::kTenant, kTenant}, {Field::kApp, kOfficeId}});
  state_.Commit(fake);
  state_.Commit(office);
  EXPECT_FALSE(state_.App(fake)->first_party);
  EXPECT_TRUE(state_.App(office)->first_party);
}

TEST_F(StateTest, AnAppRoleCountsAsHeldByTheAppItselfForTheWholeTenant) {
  BuiltEvent role(Head{.kind = Kind::kAppRoleGrant},
                  {{Field::kTenant, kTenant},
                   {Field::kApp, kAppId},
                   {Field::kRoleId, "810c84a8-4a9e-49e6-bf7d-12d183f40d01"}});
  state_.Commit(role);
  EXPECT_EQ(state_.App(role)->max_severity, 75) << "Mail.Read by an app, not by a person";
  EXPECT_TRUE(state_.App(role)->tenant_wide);
}

TEST_F(StateTest, ThePlatformDecidesWhatAScopeIsWorth) {
  BuiltEvent google(Head{.kind = Kind::kAppAuthorized, .source = 1},
                    {{Field::kTenant, "C01"},
                     {Field::kApp, "123456789012-x.apps.googleusercontent.com"},
                     {Field::kScopes, "https://mail.google.com/ openid"}});
  BuiltEvent bot(Head{.kind = Kind::kAppAuthorized, .source = 2},
                 {{Field::kTenant, "T01"},
                  {Field::kApp, "A01"},
                  {Field::kTokenType, "bot"},
                  {Field::kScopes, "channels:history"}});
  state_.Commit(google);
  state_.Commit(bot);
  EXPECT_EQ(state_.App(google)->platform, "google");
  EXPECT_EQ(state_.App(google)->max_severity, 85);
  EXPECT_EQ(state_.App(bot)->max_severity, 55);
  EXPECT_EQ(state_.PlatformOf(BuiltEvent(Head{.source = 3}, {})), std::nullopt);
}

TEST_F(StateTest, TakingScopesAwayIsNoAuthorisationAndWideningUnderRemoveIs) {
  BuiltEvent removal(Head{.kind = Kind::kDelegatedGrant},
                     {{Field::kTenant, kTenant},
                      {Field::kApp, kAppId},
                      {Field::kScopesOld, "Mail.Read User.Read"},
                      {Field::kScopes, "User.Read"},
                      {Field::kScopesRemoved, "Mail.Read"}});
  state_.Commit(removal);
  EXPECT_EQ(state_.App(removal)->last_authorized.micros, 0);
  BuiltEvent widened(Head{.kind = Kind::kDelegatedGrant},
                     {{Field::kTenant, kTenant},
                      {Field::kApp, kAppId},
                      {Field::kOperation, "Remove delegated permission grant"},
                      {Field::kScopes, "Mail.Read User.Read"},
                      {Field::kScopesAdded, "Mail.Read"}});
  state_.Commit(widened);
  EXPECT_NE(state_.App(widened)->last_authorized.micros, 0);
  EXPECT_EQ(state_.App(widened)->max_permission, "Mail.Read");
}

TEST_F(StateTest, OneUserIsCountedOnceWhetherNamedOrByDirectoryId) {
  state_.Commit(Consent("Mail.Read"));
  BuiltEvent by_id(Head{.time = "2026-03-02T09:05:00Z", .kind = Kind::kApiCall},
                   {{Field::kTenant, kTenant},
                    {Field::kApp, kAppId},
                    {Field::kUserId, "11111111-aaaa-4111-8111-111111111111"}});
  state_.Commit(by_id);
  EXPECT_EQ(state_.App(by_id)->user_count, 1u);
  EXPECT_EQ(state_.App(by_id)->last_used, by_id.event().time());
  EXPECT_EQ(state_.ActiveUsers(kTenant), 1u);
  EXPECT_EQ(state_.UserOf(by_id), state_.UserOf(Consent("x")));
}

TEST_F(StateTest, ABaselineCountsDaysOfTheLastThirtyPerTenantAndSource) {
  const auto on = [](std::string_view time, const char* tenant, SourceIndex source) {
    return BuiltEvent(Head{.time = time, .source = source}, {{Field::kTenant, tenant}});
  };
  EXPECT_EQ(state_.DaysSeen(on("2026-01-01T00:00:00Z", kTenant, 0)), 0);
  state_.Commit(on("2026-01-01T00:00:00Z", kTenant, 0));
  state_.Commit(on("2026-01-01T23:00:00Z", kTenant, 0));
  state_.Commit(on("2026-01-02T01:00:00Z", kTenant, 0));
  EXPECT_EQ(state_.DaysSeen(on("2026-01-03T00:00:00Z", kTenant, 0)), 2);
  EXPECT_EQ(state_.DaysSeen(on("2026-01-03T00:00:00Z", kTenant, 1)), 0);
  EXPECT_EQ(state_.DaysSeen(on("2026-01-03T00:00:00Z", "other", 0)), 0);
  EXPECT_EQ(state_.DaysSeen(on("2026-01-31T12:00:00Z", kTenant, 0)), 1);
  EXPECT_EQ(state_.DaysSeen(on("2026-03-01T00:00:00Z", kTenant, 0)), 0);
}

TEST(StateBounds, TheLeastRecentlyActiveAppsGoFirstAndAreCounted) {
  State state(Time{}, kSources, {.max_apps = 10});
  const auto app = [](const std::string& id, std::string_view time) {
    return BuiltEvent(Head{.time = time, .kind = Kind::kSignIn},
                      {{Field::kTenant, kTenant}, {Field::kApp, id}, {Field::kUser, "u" + id}});
  };
  for (int i = 0; i < 10; ++i) state.Commit(app("app" + std::to_string(i), "2026-03-01T00:00:00Z"));
  for (int i = 1; i < 10; ++i) state.Commit(app("app" + std::to_string(i), "2026-03-02T00:00:00Z"));
  state.Commit(app("new", "2026-03-03T00:00:00Z"));
  EXPECT_EQ(state.App(kTenant, "app0"), nullptr);
  EXPECT_NE(state.App(kTenant, "app1"), nullptr);
  EXPECT_NE(state.App(kTenant, "new"), nullptr);
  EXPECT_EQ(state.Apps().size(), 10u);
  EXPECT_EQ(state.forgotten(), 1u);
}

TEST(StateBounds, ObjectIdsAreForgottenByHalvesAndRecentOnesStay) {
  State state(Time{}, kSources, {.max_objects = 4});
  for (int i = 0; i < 100; ++i) {
    state.Commit(BuiltEvent(Head{}, {{Field::kTenant, kTenant},
                                     {Field::kApp, "app" + std::to_string(i)},
                                     {Field::kAppObject, "object" + std::to_string(i)}}));
  }
  EXPECT_EQ(state.AppOfObject(kTenant, "object99"), "app99");
  EXPECT_EQ(state.AppOfObject(kTenant, "object0"), "");
  EXPECT_GE(state.forgotten(), 90u);
}

TEST(StateBounds, UsersOfAnAppStopAtTheirBound) {
  State state(Time{}, kSources);
  for (size_t i = 0; i < AppState::kMaxUsers + 10; ++i) {
    state.Commit(BuiltEvent(
        Head{.kind = Kind::kSignIn},
        {{Field::kTenant, kTenant}, {Field::kApp, kAppId}, {Field::kUser, std::to_string(i)}}));
  }
  const AppState* app = state.App(kTenant, kAppId);
  EXPECT_EQ(app->user_count, AppState::kMaxUsers);
  EXPECT_TRUE(std::is_sorted(app->users.begin(), app->users.end()));
  EXPECT_EQ(state.ActiveUsers(kTenant), AppState::kMaxUsers + 10);
}

TEST(EventBuilder, PacksWhatEventReads) {
  const BuiltEvent built(Head{.time = "2026-03-02T09:00:00Z", .kind = Kind::kExec, .source = 3},
                         {{Field::kPod, "web-1"}, {Field::kTenant, "t"}, {Field::kCommand, "sh"}},
                         {7, 9});
  const Event event = built;
  EXPECT_EQ(event.Text(Field::kTenant), "t");
  EXPECT_EQ(event.Text(Field::kCommand), "sh");
  EXPECT_EQ(event.Text(Field::kPod), "web-1");
  EXPECT_EQ(event.Text(Field::kUser), "");
  EXPECT_EQ(event.Hit(0), 7u);
  EXPECT_EQ(event.Hit(1), 9u);
  EXPECT_EQ(FormatTimeShort(event.time()), "2026-03-02 09:00:00Z");
}

}  // namespace
}  // namespace tokentrail::analytic
