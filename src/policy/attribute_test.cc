#include "policy/attribute.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/as_of.h"
#include "base/text.h"

// Apps here name only what matters to the case; everything else has its default.
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

namespace tokentrail::policy {
namespace {

constexpr Time kNow = {1'800'000'000'000'000};

struct Asked {
  App app;
  Portfolio portfolio;

  Value operator()(std::string_view name) const {
    const Attribute* attribute = FindAttribute(name);
    EXPECT_NE(attribute, nullptr) << name;
    return attribute == nullptr ? Value{} : attribute->get(app, portfolio, kNow);
  }
};

TEST(Attribute, EachHasNamesOfItsOwnAndSaysWhatItIs) {
  std::set<std::string_view> names;
  std::set<std::string_view> columns;
  const App nothing;
  const Portfolio empty;
  for (const Attribute& one : Attributes()) {
    SCOPED_TRACE(one.name);
    EXPECT_TRUE(names.insert(one.name).second);
    for (const std::string_view alias : Split(one.aliases, " ")) {
      EXPECT_TRUE(names.insert(alias).second) << alias;
    }
    EXPECT_FALSE(one.summary.empty());
    EXPECT_FALSE(one.column.empty());
    EXPECT_TRUE(columns.insert(one.column).second) << one.column;
    ASSERT_NE(one.get, nullptr);
    one.get(nothing, empty, Time());  // an app of which nothing is known must not trip it
  }
}

TEST(Attribute, IsFoundByNameAliasDashesAndCase) {
  ASSERT_NE(FindAttribute("last_authorized"), nullptr);
  EXPECT_EQ(FindAttribute("Last-Authorized"), FindAttribute("last_authorized"));
  EXPECT_EQ(FindAttribute("scopes"), FindAttribute("permissions"));
  EXPECT_EQ(FindAttribute(""), nullptr);
  EXPECT_EQ(FindAttribute("last"), nullptr);
  EXPECT_EQ(ClosestAttribute("last-autorized"), "last_authorized");
  EXPECT_EQ(ClosestAttribute("xyzzy"), "");
}

TEST(Attribute, WhatIsNotKnownIsNotSet) {
  const Asked ask;
  for (const std::string_view name :
       {"verified", "unverified", "foreign", "permission", "severity", "risk", "power", "unused",
        "overprivileged", "last_used", "idle", "last_authorized", "unused_credentials",
        "active_share", "worst_finding", "publisher", "new", "first_seen"}) {
    EXPECT_FALSE(ask(name).set) << name;
  }
}

TEST(Attribute, AgesCountFromTheTimeAsked) {
  Asked ask;
  ask.app.last_authorized = kNow - Days(91);
  EXPECT_EQ(ask("last_authorized").number, 91 * 86400.0);
  ask.app.last_authorized = kAsOfCollection;  // a record of what is so tells no time
  EXPECT_FALSE(ask("last_authorized").set);
}

TEST(Attribute, AnAppIsNewWhenItCameNotWhenTheEvidenceBegan) {
  Asked ask;
  ask.portfolio.first = kNow - Days(30);
  ask.app.first_seen = kNow - Days(29);  // as likely to have been there before
  EXPECT_FALSE(ask("new").set);
  ask.app.first_seen = kNow - Days(20);
  EXPECT_EQ(ask("new").number, 20 * 86400.0);
  ask.app.first_authorized = kNow - Days(3);
  EXPECT_EQ(ask("new").number, 3 * 86400.0);
  ask.app.created = kNow - Days(400);
  EXPECT_EQ(ask("new").number, 400 * 86400.0);
}

TEST(Attribute, ATenantWideAppActsForAllActivePeople) {
  Asked ask;
  ask.app.tenant = "t";
  ask.app.users = {{.id = "a"}, {.id = "b", .in_force = false}};
  ask.portfolio.active_users = {{"s", 7}, {"t", 200}};
  EXPECT_EQ(ask("users").number, 1);
  EXPECT_DOUBLE_EQ(ask("active_share").number, 0.5);
  EXPECT_EQ(ask("consent_type").text, "user");
  ask.app.tenant_wide = true;
  EXPECT_EQ(ask("users").number, 200);
  EXPECT_EQ(ask("authorized_by").number, 1);
  EXPECT_EQ(ask("consent_type").text, "admin");
}

TEST(Attribute, PermissionsThatEndedDoNotCount) {
  Asked ask;
  ask.app.permissions = {{.name = "Mail.Read", .severity = 50},
                         {.name = "Mail.ReadWrite", .in_force = false, .severity = 85},
                         {.name = "Odd.Thing"}};
  EXPECT_EQ(ask("severity").number, 50);
  EXPECT_EQ(ask("permission").number, LevelRank(Level::kMedium));
  EXPECT_EQ(ask("permission_count").number, 2);
  EXPECT_EQ(ask("unassessed").number, 1);
  EXPECT_EQ(ask("permissions").texts, (std::vector<std::string_view>{"Mail.Read", "Odd.Thing"}));
}

TEST(Attribute, UnusedNeedsALogOfCalls) {
  Asked ask;
  ask.app.permissions = {{.name = "Mail.Read", .use = AppPermission::Use::kUnused, .severity = 50},
                         {.name = "User.Read", .use = AppPermission::Use::kUsed, .severity = 10}};
  EXPECT_FALSE(ask("unused").set);
  ask.app.calls_logged = true;
  EXPECT_EQ(ask("unused").number, 1);
  EXPECT_EQ(ask("overprivileged").number, 1);
  EXPECT_EQ(ask("permission_usage").text, "partly_used");
  ask.app.permissions[0].severity = 10;  // small change
  EXPECT_EQ(ask("overprivileged").number, 0);
}

TEST(Attribute, HostsOfReplyUrls) {
  Asked ask;
  ask.app.reply_urls = {"https://a.example:8443/x?y", "http://user@b.example", "https://[::1]:80/",
                        "urn:ietf:wg:oauth:2.0:oob", "https://[bad"};
  EXPECT_EQ(ask("reply_hosts").texts,
            (std::vector<std::string_view>{"[::1]", "a.example", "b.example",
                                           "urn:ietf:wg:oauth:2.0:oob"}));
}

TEST(Attribute, ConsentsOfAWindowCountPeopleOnce) {
  Asked ask;
  ask.app.consents = {{.time = kNow - Days(9), .user = 1},
                      {.time = kNow - Hours(30), .user = 2},
                      {.time = kNow - Hours(2), .act = ConsentAct::kWidened, .user = 2},
                      {.time = kNow - Hours(1), .act = ConsentAct::kBlocked, .user = 3},
                      {.time = kAsOfCollection, .user = 4}};
  EXPECT_EQ(ask("consents_1d").number, 1);
  EXPECT_EQ(ask("consents_7d").number, 1);
  EXPECT_EQ(ask("consents_30d").number, 2);
  EXPECT_EQ(ask("blocked").number, 1);
  EXPECT_EQ(ask("last_widened").number, 7200);
}

TEST(Attribute, CredentialsThatNobodyUsed) {
  Asked ask;
  ask.app.credentials = {{.id = "old", .added = kNow - Days(200)},
                         {.id = "fresh", .added = kNow - Days(5)},
                         {.id = "expired", .added = kNow - Days(300), .expires = kNow - Days(1)},
                         {.id = "gone", .added = kNow - Days(300), .removed = kNow - Days(100)}};
  EXPECT_FALSE(ask("unused_credentials").set);  // no log would show their use
  ask.app.calls_logged = true;
  EXPECT_EQ(ask("credentials").number, 3);
  EXPECT_EQ(ask("unused_credentials").number, 1);
  EXPECT_EQ(ask("expired_credentials").number, 1);
}

TEST(Attribute, SignsThatSayNothingWrongAreNoMasquerade) {
  Asked ask;
  ask.app.signs = {{.code = "name.brand_integration"}, {.code = "publisher.unverified"}};
  EXPECT_EQ(ask("masquerade").number, 0);
  EXPECT_EQ(ask("misleading_publisher").number, 0);
  ask.app.signs.push_back({.code = "name.confusable"});
  EXPECT_EQ(ask("masquerade").number, 1);
  ask.app.risk.reasons = {{.group = RiskGroup::kFit, .points = 8, .sign = {.code = "fit.peers"}}};
  EXPECT_EQ(ask("incongruous").number, 1);
}

}  // namespace
}  // namespace tokentrail::policy
