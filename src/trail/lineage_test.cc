#include "trail/lineage.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "test/support/event_builder.h"

namespace tokentrail::trail {
namespace {

using Texts = std::map<Field, std::string>;

constexpr std::string_view kSources[] = {"entra_signin",     "m365_audit",       "entra_audit",
                                         "graph_activity",   "kubernetes_audit", "salesforce_event",
                                         "google_workspace", "github_audit"};
enum Source : SourceIndex { kEntra, kM365, kAudit, kGraph, kK8s, kSalesforce, kGoogle, kGitHub };

constexpr char kOutlook[] = "d3590ed6-52b3-4102-aeff-aad2292ab01c";  // Microsoft Office
constexpr char kEvil[] = "aaaaaaaa-0000-4000-8000-000000000001";
constexpr char kHome[] = "198.51.100.7";
constexpr char kThief[] = "203.0.113.66";

/// Feeds events one after the other, and gives what was said of the last.
class LineageTest : public testing::Test {
 protected:
  Attribution See(Source source, const std::string& time, Kind kind, Texts fields,
                  Outcome outcome = Outcome::kSuccess) {
    fields.try_emplace(Field::kTenant, "tenant");
    const test::BuiltEvent event(
        {.time = time, .kind = kind, .outcome = outcome, .source = source, .record = ++number_},
        fields);
    const Attribution out = lineage_.Observe(event.event(), number_, state_);
    grants_.Observe(event.event(), state_);
    state_.Commit(event.event());
    return out;
  }
  /// The user signs in at home on four days.
  void Habit() {
    for (const char* const day : {"01", "02", "03", "04"}) {
      See(kEntra, std::string("2026-03-") + day + "T08:00:00Z", Kind::kSignIn,
          {{Field::kUser, "mira"},
           {Field::kCategory, "interactive"},
           {Field::kApp, kOutlook},
           {Field::kIp, kHome}});
    }
  }
  Trails Finish() {
    Trails out;
    lineage_.Finish(out);
    return out;
  }
  static const JoinRate* RateOf(const Trails& trails, std::string_view name) {
    for (const JoinRate& join : trails.joins) {
      if (join.name == name) return &join;
    }
    return nullptr;
  }

  uint64_t number_ = 0;
  analytic::State state_{Time{}, kSources};
  GrantLedger grants_{kSources};
  Lineage lineage_{kSources, grants_};
};

TEST_F(LineageTest, AUseFindsTheSignInOfItsTokenAndTheClientItWasIssuedTo) {
  See(kEntra, "2026-03-05T09:00:00Z", Kind::kSignIn,
      {{Field::kUser, "mira"},
       {Field::kCategory, "noninteractive"},
       {Field::kApp, kEvil},
       {Field::kToken, "t-1"},
       {Field::kIp, kThief}});
  // The record names no client at all.
  const Attribution who = See(kM365, "2026-03-05T09:01:00Z", Kind::kMailRead,
                              {{Field::kUser, "mira"}, {Field::kToken, "t-1"}});
  EXPECT_EQ(who.via, Via::kAppForUser);
  EXPECT_EQ(who.client, kEvil);
  EXPECT_EQ(who.rung, Rung::kToken);
  EXPECT_EQ(who.confidence, Confidence::kCertain);
  EXPECT_EQ(who.issue_event, 1u);
  EXPECT_EQ(who.identity, "mira");
  See(kM365, "2026-03-05T09:02:00Z", Kind::kMailRead,
      {{Field::kUser, "mira"}, {Field::kToken, "t-unknown"}});
  const Trails trails = Finish();
  const JoinRate* rate = RateOf(trails, "use_to_sign_in");
  ASSERT_NE(rate, nullptr);
  EXPECT_EQ(rate->tried, 2u);
  EXPECT_EQ(rate->by_key, 1u);
  ASSERT_EQ(trails.links.size(), 1u);
  EXPECT_EQ(trails.links[0].from, "t-1");
  EXPECT_EQ(trails.links[0].to_event, 1u);
}

TEST_F(LineageTest, TenantsNeverShareATokenId) {
  See(kEntra, "2026-03-05T09:00:00Z", Kind::kSignIn,
      {{Field::kTenant, "other"},
       {Field::kUser, "mira"},
       {Field::kApp, kEvil},
       {Field::kToken, "t-1"}});
  const Attribution who = See(kM365, "2026-03-05T09:01:00Z", Kind::kMailRead,
                              {{Field::kUser, "mira"}, {Field::kToken, "t-1"}});
  EXPECT_EQ(who.issue_event, 0u);
  EXPECT_EQ(who.via, Via::kUnknown);
}

TEST_F(LineageTest, AFailedSignInIssuesNothing) {
  See(kEntra, "2026-03-05T09:00:00Z", Kind::kSignIn,
      {{Field::kUser, "mira"}, {Field::kApp, kEvil}, {Field::kToken, "t-1"}}, Outcome::kFailure);
  const Attribution who = See(kM365, "2026-03-05T09:01:00Z", Kind::kMailRead,
                              {{Field::kUser, "mira"}, {Field::kToken, "t-1"}});
  EXPECT_EQ(who.issue_event, 0u);
}

TEST_F(LineageTest, TwoClientsForOneTokenContradict) {
  See(kEntra, "2026-03-05T09:00:00Z", Kind::kSignIn,
      {{Field::kUser, "mira"},
       {Field::kApp, kEvil},
       {Field::kToken, "t-1"},
       {Field::kCategory, "noninteractive"}});
  const Attribution who =
      See(kM365, "2026-03-05T09:01:00Z", Kind::kMailRead,
          {{Field::kUser, "mira"}, {Field::kToken, "t-1"}, {Field::kApp, kOutlook}});
  EXPECT_TRUE(who.contradiction);
  EXPECT_EQ(who.against, "record_names_other_client");
  EXPECT_EQ(who.client, kEvil) << "the token's own issue is the stronger witness";
  EXPECT_EQ(Finish().contradictions, 1u);
}

TEST_F(LineageTest, ATokenOfSomebodyElseDecidesNothing) {
  See(kEntra, "2026-03-05T09:00:00Z", Kind::kSignIn,
      {{Field::kUser, "jonas"}, {Field::kApp, kEvil}, {Field::kToken, "t-1"}});
  const Attribution who = See(kM365, "2026-03-05T09:01:00Z", Kind::kMailRead,
                              {{Field::kUser, "mira"}, {Field::kToken, "t-1"}});
  EXPECT_EQ(who.against, "token_issued_to_other_user");
  EXPECT_TRUE(who.contradiction);
  EXPECT_EQ(who.via, Via::kUnknown);
}

TEST_F(LineageTest, AStolenTokenOfOfficeIsTheUsersIdentityAndHeldElsewhere) {
  Habit();
  See(kEntra, "2026-03-05T09:00:00Z", Kind::kSignIn,
      {{Field::kUser, "mira"},
       {Field::kCategory, "noninteractive"},
       {Field::kApp, kOutlook},
       {Field::kToken, "t-1"},
       {Field::kIp, kThief}});
  const Attribution who = See(kGraph, "2026-03-05T09:01:00Z", Kind::kApiCall,
                              {{Field::kUser, "mira"},
                               {Field::kUserType, "User"},
                               {Field::kApp, kOutlook},
                               {Field::kToken, "t-1"},
                               {Field::kIp, kThief}});
  EXPECT_EQ(who.via, Via::kUser);
  EXPECT_EQ(who.client, kOutlook);
  EXPECT_EQ(who.holder, Holder::kElsewhere);
  EXPECT_EQ(who.holder_reason, "not_where_user_signs_in");
  const Attribution home = See(kGraph, "2026-03-05T09:02:00Z", Kind::kApiCall,
                               {{Field::kUser, "mira"},
                                {Field::kUserType, "User"},
                                {Field::kApp, kOutlook},
                                {Field::kToken, "t-1"},
                                {Field::kIp, kHome}});
  EXPECT_EQ(home.holder, Holder::kOwnDevice);
}

TEST_F(LineageTest, APhishedSignInDoesNotMakeThePlaceTheUsersOwn) {
  Habit();
  See(kEntra, "2026-03-05T09:00:00Z", Kind::kSignIn,
      {{Field::kUser, "mira"},
       {Field::kCategory, "interactive"},
       {Field::kApp, kOutlook},
       {Field::kIp, kThief}});
  const Attribution who = See(kGraph, "2026-03-05T09:01:00Z", Kind::kApiCall,
                              {{Field::kUser, "mira"},
                               {Field::kUserType, "User"},
                               {Field::kApp, kOutlook},
                               {Field::kIp, kThief}});
  EXPECT_NE(who.holder, Holder::kOwnDevice);
  // An address of the platform's own tells nothing.
  const Attribution service =
      See(kM365, "2026-03-05T09:02:00Z", Kind::kMailRead,
          {{Field::kUser, "mira"}, {Field::kApp, kOutlook}, {Field::kIp, "20.190.160.14"}});
  EXPECT_EQ(service.holder, Holder::kUnknown);
  EXPECT_EQ(service.holder_reason, "service_address");
}

TEST_F(LineageTest, ConsentFindsThePromptByFlowOrByTime) {
  See(kM365, "2026-03-05T09:00:00Z", Kind::kSignIn,
      {{Field::kUser, "mira"},
       {Field::kFlow, "flow-1"},
       {Field::kApp, kEvil},
       {Field::kStatus, "65001"},
       {Field::kOperation, "UserLoginFailed"}},
      Outcome::kFailure);
  const Attribution by_key = See(kM365, "2026-03-05T09:00:20Z", Kind::kConsent,
                                 {{Field::kUser, "mira"},
                                  {Field::kFlow, "flow-1"},
                                  {Field::kApp, kEvil},
                                  {Field::kCategory, "AzureActiveDirectory"}});
  EXPECT_EQ(by_key.issue_event, 1u);
  const Attribution by_time = See(kAudit, "2026-03-05T09:00:21Z", Kind::kConsent,
                                  {{Field::kUser, "mira"}, {Field::kApp, kEvil}});
  EXPECT_EQ(by_time.issue_event, 1u);
  const Attribution too_late = See(kAudit, "2026-03-05T10:30:00Z", Kind::kConsent,
                                   {{Field::kUser, "mira"}, {Field::kApp, kEvil}});
  EXPECT_EQ(too_late.issue_event, 0u);
  const Trails trails = Finish();
  const JoinRate* rate = RateOf(trails, "consent_to_sign_in");
  ASSERT_NE(rate, nullptr);
  EXPECT_EQ(rate->tried, 3u);
  EXPECT_EQ(rate->by_key, 1u);
  EXPECT_EQ(rate->by_window, 1u);
  ASSERT_EQ(trails.links.size(), 2u);
  EXPECT_FALSE(trails.links[0].by_window);
  EXPECT_TRUE(trails.links[1].by_window);
}

TEST_F(LineageTest, ASignInWithAKeyFindsWhoAddedIt) {
  See(kAudit, "2026-03-05T09:00:00Z", Kind::kCredentialChange,
      {{Field::kUser, "admin"}, {Field::kCredential, "key-1 key-2"}, {Field::kApp, kEvil}});
  See(kEntra, "2026-03-05T10:00:00Z", Kind::kSignIn,
      {{Field::kCategory, "service_principal"},
       {Field::kApp, kEvil},
       {Field::kCredential, "key-2"}});
  const Trails trails = Finish();
  ASSERT_EQ(trails.links.size(), 2u);
  EXPECT_EQ(trails.links[0].from, "key-2");
  EXPECT_EQ(trails.links[0].to, "admin");
  EXPECT_EQ(trails.links[1].to, kEvil);
  EXPECT_EQ(trails.links[0].apart, Hours(1));
}

TEST_F(LineageTest, AServiceAccountTokenFindsItsRequest) {
  See(kK8s, "2026-03-05T09:00:00Z", Kind::kTokenMinted,
      {{Field::kUser, "system:serviceaccount:shop:web"},
       {Field::kIssuedToken, "jti-1"},
       {Field::kServiceAccount, "shop/admin"}});
  const Attribution who =
      See(kK8s, "2026-03-05T09:05:00Z", Kind::kKubernetes,
          {{Field::kUser, "system:serviceaccount:shop:admin"}, {Field::kToken, "jti-1"}});
  EXPECT_EQ(who.issue_event, 1u);
  EXPECT_EQ(who.via, Via::kAppOnly);
  EXPECT_FALSE(who.contradiction) << "who minted it is not whose it is";
  EXPECT_EQ(RateOf(Finish(), "service_token_to_request")->by_key, 1u);
}

TEST_F(LineageTest, ACallInAnAppsLoginIsTheApps) {
  See(kSalesforce, "2026-03-05T09:00:00Z", Kind::kSignIn,
      {{Field::kUser, "mira"},
       {Field::kFlow, "login-1"},
       {Field::kSession, "s-1"},
       {Field::kProtocol, "Remote Access 2.0"},
       {Field::kAppName, "Drift"}});
  const Attribution who =
      See(kSalesforce, "2026-03-05T09:01:00Z", Kind::kApiCall,
          {{Field::kUser, "mira"}, {Field::kFlow, "login-1"}, {Field::kSession, "s-2"}});
  EXPECT_EQ(who.via, Via::kAppForUser);
  EXPECT_EQ(who.client, "Drift");
  EXPECT_EQ(who.rung, Rung::kSession);
  EXPECT_EQ(RateOf(Finish(), "call_to_login")->by_key, 1u);
}

TEST_F(LineageTest, ASessionOfTheUsersOwnClientsIsTheUsers) {
  See(kEntra, "2026-03-05T09:00:00Z", Kind::kSignIn,
      {{Field::kUser, "mira"},
       {Field::kCategory, "interactive"},
       {Field::kApp, kOutlook},
       {Field::kSession, "s-1"}});
  EXPECT_EQ(See(kM365, "2026-03-05T09:01:00Z", Kind::kMailRead,
                {{Field::kUser, "mira"}, {Field::kSession, "s-1"}})
                .reason,
            "no_third_party_in_session");
  See(kEntra, "2026-03-05T09:02:00Z", Kind::kSignIn,
      {{Field::kUser, "mira"},
       {Field::kCategory, "noninteractive"},
       {Field::kApp, kEvil},
       {Field::kSession, "s-1"}});
  const Attribution both = See(kM365, "2026-03-05T09:03:00Z", Kind::kMailRead,
                               {{Field::kUser, "mira"}, {Field::kSession, "s-1"}});
  EXPECT_EQ(both.via, Via::kUnknown) << "it may have been either";
  EXPECT_EQ(both.against, "several_clients_in_session");
}

TEST_F(LineageTest, ADirectoryChangeFindsTheGraphRequestThatMadeIt) {
  constexpr char kObject[] = "bbbbbbbb-0000-4000-8000-00000000000b";
  const std::string url =
      "https://graph.microsoft.com/v1.0/servicePrincipals/" + std::string(kObject) + "/addPassword";
  See(kGraph, "2026-03-05T09:00:00Z", Kind::kApiCall,
      {{Field::kUser, "mira"},
       {Field::kUserType, "User"},
       {Field::kApp, kEvil},
       {Field::kMethod, "POST"},
       {Field::kUrl, url}});
  const Attribution who = See(kAudit, "2026-03-05T09:00:02Z", Kind::kCredentialChange,
                              {{Field::kUser, "mira"}, {Field::kTarget, kObject}});
  EXPECT_EQ(who.via, Via::kAppForUser);
  EXPECT_EQ(who.client, kEvil);
  EXPECT_EQ(who.reason, "graph_request_on_same_object");
  const Attribution other = See(kAudit, "2026-03-05T09:00:03Z", Kind::kCredentialChange,
                                {{Field::kUser, "jonas"}, {Field::kTarget, kObject}});
  EXPECT_EQ(other.via, Via::kUnknown) << "another person's change";
}

TEST_F(LineageTest, WithoutGrantLogsNobodySaysTheUserDidIt) {
  Habit();
  const Attribution who = See(kAudit, "2026-03-05T09:00:00Z", Kind::kRoleAssignment,
                              {{Field::kUser, "mira"}, {Field::kIp, kHome}});
  EXPECT_EQ(who.via, Via::kUnknown);
  EXPECT_EQ(who.holder, Holder::kOwnDevice);
}

TEST_F(LineageTest, ACompleteDayWithoutAnyAppLeavesTheUser) {
  Habit();
  See(kEntra, "2026-03-05T08:00:00Z", Kind::kSignIn,
      {{Field::kUser, "mira"},
       {Field::kCategory, "interactive"},
       {Field::kApp, kOutlook},
       {Field::kIp, kHome}});
  See(kEntra, "2026-03-05T08:01:00Z", Kind::kSignIn,
      {{Field::kUser, "mira"},
       {Field::kCategory, "noninteractive"},
       {Field::kApp, kOutlook},
       {Field::kIp, kHome}});
  See(kAudit, "2026-03-05T08:02:00Z", Kind::kUserChange,
      {{Field::kUser, "jonas"}, {Field::kTargetType, "User"}});
  const Attribution who = See(kAudit, "2026-03-05T09:00:00Z", Kind::kRoleAssignment,
                              {{Field::kUser, "mira"}, {Field::kIp, kHome}});
  EXPECT_EQ(who.via, Via::kUser);
  EXPECT_EQ(who.reason, "no_app_could");
  EXPECT_EQ(who.confidence, Confidence::kMedium);
}

TEST_F(LineageTest, AnAppIsAtHomeWhereItWorksForSeveralPeople) {
  for (const char* const user : {"a", "b", "c"}) {
    See(kGraph, "2026-03-01T09:00:00Z", Kind::kApiCall,
        {{Field::kUser, user},
         {Field::kUserType, "User"},
         {Field::kApp, kEvil},
         {Field::kIp, "192.0.2.1"}});
  }
  EXPECT_EQ(See(kGraph, "2026-03-01T10:00:00Z", Kind::kApiCall,
                {{Field::kUser, "d"},
                 {Field::kUserType, "User"},
                 {Field::kApp, kEvil},
                 {Field::kIp, "192.0.2.9"}})
                .holder,
            Holder::kAppService);
  for (const char* const day : {"02", "03", "04", "05"}) {
    See(kGraph, std::string("2026-03-") + day + "T09:00:00Z", Kind::kApiCall,
        {{Field::kUser, "a"},
         {Field::kUserType, "User"},
         {Field::kApp, kEvil},
         {Field::kIp, "192.0.2.1"}});
  }
  EXPECT_EQ(See(kGraph, "2026-03-06T10:00:00Z", Kind::kApiCall,
                {{Field::kUser, "d"},
                 {Field::kUserType, "User"},
                 {Field::kApp, kEvil},
                 {Field::kIp, kThief}})
                .holder,
            Holder::kElsewhere);
}

TEST_F(LineageTest, ExplainTellsTheSameOfARecordReadAgain) {
  See(kEntra, "2026-03-05T09:00:00Z", Kind::kSignIn,
      {{Field::kUser, "mira"},
       {Field::kCategory, "noninteractive"},
       {Field::kApp, kEvil},
       {Field::kToken, "t-1"}});
  const Texts fields = {{Field::kTenant, "tenant"}, {Field::kUser, "mira"}, {Field::kToken, "t-1"}};
  const Attribution seen = See(kM365, "2026-03-05T09:01:00Z", Kind::kMailRead, fields);
  const test::BuiltEvent again({.time = "2026-03-05T09:01:00Z",
                                .kind = Kind::kMailRead,
                                .outcome = Outcome::kSuccess,
                                .source = kM365,
                                .record = 2},
                               fields);
  const Attribution told = lineage_.Explain(again.event(), state_);
  EXPECT_EQ(told.client, seen.client);
  EXPECT_EQ(told.rung, seen.rung);
  EXPECT_EQ(told.reason, seen.reason);
}

TEST_F(LineageTest, ExplainDoesNotKnowWhatCameLater) {
  // Of each act: what was said when it was seen, and what is said of it in the end.
  struct Act {
    std::string time;
    Texts fields;
    Attribution seen;
  };
  std::vector<Act> acts;
  const auto act = [&](const char* time, const char* ip) {
    Texts fields = {{Field::kTenant, "tenant"},
                    {Field::kUser, "mira"},
                    {Field::kUserType, "User"},
                    {Field::kApp, kOutlook},
                    {Field::kIp, ip}};
    const Attribution seen = See(kGraph, time, Kind::kApiCall, fields);
    acts.push_back({time, std::move(fields), seen});
  };
  const auto sign_in = [&](const char* time, const char* ip) {
    See(kEntra, time, Kind::kSignIn,
        {{Field::kUser, "mira"},
         {Field::kCategory, "interactive"},
         {Field::kApp, kOutlook},
         {Field::kIp, ip}});
  };
  act("2026-02-28T09:00:00Z", kHome);  // nothing is known of her yet
  Habit();
  act("2026-03-05T09:00:00Z", kHome);
  act("2026-03-05T09:01:00Z", kThief);
  sign_in("2026-03-05T10:00:00Z", kThief);
  act("2026-03-05T11:00:00Z", kThief);
  // The thief comes back on two more days, as long as nobody looks.
  sign_in("2026-03-06T10:00:00Z", kThief);
  sign_in("2026-03-07T10:00:00Z", kThief);
  act("2026-03-07T11:00:00Z", kThief);
  EXPECT_EQ(acts[0].seen.holder_reason, "too_little_seen_of_user");
  EXPECT_EQ(acts[1].seen.holder, Holder::kOwnDevice);
  EXPECT_EQ(acts[2].seen.holder, Holder::kElsewhere);
  EXPECT_EQ(acts[3].seen.holder_reason, "seen_one_day_only");
  for (const Act& one : acts) {
    const test::BuiltEvent again({.time = one.time,
                                  .kind = Kind::kApiCall,
                                  .outcome = Outcome::kSuccess,
                                  .source = kGraph,
                                  .record = 1},
                                 one.fields);
    const Attribution told = lineage_.Explain(again.event(), state_);
    EXPECT_EQ(told.holder, one.seen.holder) << one.time;
    EXPECT_EQ(told.holder_reason, one.seen.holder_reason) << one.time;
  }
}

TEST_F(LineageTest, ExplainDoesNotKnowTheClientThatATokenNamedLater) {
  const Texts fields = {{Field::kTenant, "tenant"}, {Field::kUser, "mira"}, {Field::kToken, "t-1"}};
  const Attribution seen = See(kM365, "2026-03-05T09:00:00Z", Kind::kMailRead, fields);
  EXPECT_TRUE(seen.client.empty());
  See(kGraph, "2026-03-05T09:05:00Z", Kind::kApiCall,
      {{Field::kUser, "mira"},
       {Field::kUserType, "User"},
       {Field::kApp, kEvil},
       {Field::kToken, "t-1"}});
  const auto read = [&](const char* time) {
    const test::BuiltEvent again({.time = time,
                                  .kind = Kind::kMailRead,
                                  .outcome = Outcome::kSuccess,
                                  .source = kM365,
                                  .record = 1},
                                 fields);
    return lineage_.Explain(again.event(), state_).client;
  };
  EXPECT_EQ(read("2026-03-05T09:00:00Z"), "");
  EXPECT_EQ(read("2026-03-05T09:10:00Z"), kEvil);
}

}  // namespace
}  // namespace tokentrail::trail
