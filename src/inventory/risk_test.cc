#include "inventory/risk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "inventory/fit.h"
#include "test/support/case_file.h"

namespace tokentrail::inventory {
namespace {

Time At(int day, int hour = 12) { return Time{} + Days(20'000 + day) + Hours(hour); }

struct Held {
  std::string_view name;
  bool application = false;
};

App MakeApp(std::string_view name, std::initializer_list<Held> permissions,
            std::string_view platform = "entra") {
  App app;
  app.platform = platform;
  app.tenant = "contoso";
  app.id = "id-of-" + std::string(name);
  app.name = name;
  app.created = At(-400);
  app.first_authorized = app.last_authorized = At(-300);
  app.last_used = At(0);
  app.in_snapshot = true;
  for (const Held& one : permissions) {
    AppPermission& permission = app.permissions.emplace_back();
    permission.name = one.name;
    permission.application = one.application;
    app.app_only |= one.application;
  }
  return app;
}

void AddUsers(App& app, int count, Time when) {
  for (int i = 0; i < count; ++i) {
    AppUser& user = app.users.emplace_back();
    user.id = "user" + std::to_string(app.users.size());
    user.first_authorized = user.last_authorized = when + Minutes(i);
    AppConsent& consent = app.consents.emplace_back();
    consent.time = when + Minutes(i);
    consent.user = static_cast<uint32_t>(app.users.size());
    for (const AppPermission& one : app.permissions) consent.added.push_back(one.name);
  }
}

/// All but the signs of names, which have their own tests: what `app.signs` holds counts.
AppRisk Score(App app, const Weights& weights = Weights::Shipped(), uint64_t active = 1000) {
  Portfolio portfolio;
  portfolio.first = At(-200);
  portfolio.last = portfolio.as_of = At(0);
  AssessPermissions(app);
  portfolio.apps.push_back(app);
  const Holding holding = HoldingOf(portfolio.apps[0], weights.Of("strong"));
  const RiskContext context{portfolio, weights, At(0), active};
  std::vector<RiskReason> reasons;
  std::vector<AppSign> not_assessed;
  const App& it = portfolio.apps[0];
  ScorePower(it, holding, context, reasons, not_assessed);
  double power = 0;
  for (const RiskReason& reason : reasons) power += reason.points;
  ScoreTrust(it, context, reasons, not_assessed);
  ScoreBehaviour(it, holding, power, context, reasons, not_assessed);
  ScoreHygiene(it, holding, context, reasons, not_assessed);
  AppRisk out;
  Conclude(it, weights, std::move(reasons), std::move(not_assessed), out);
  return out;
}

double Group(const AppRisk& risk, RiskGroup group) {
  return risk.groups[static_cast<size_t>(group)];
}

double Points(const AppRisk& risk, std::string_view code) {
  for (const RiskReason& reason : risk.reasons) {
    if (reason.sign.code == code) return reason.points;
  }
  return 0;
}

bool NotAssessed(const AppRisk& risk, std::string_view code) {
  return std::any_of(risk.not_assessed.begin(), risk.not_assessed.end(),
                     [&](const AppSign& sign) { return sign.code == code; });
}

AppSign Sign(std::string_view code) {
  return {.code = std::string(code), .words = "w", .evidence = "e", .clears = "c"};
}

AppFinding FindingOf(std::string_view rule, Level level, Time when) {
  AppFinding out;
  out.id = "f1";
  out.rule = rule;
  out.title = "title";
  out.level = level;
  out.first = out.last = when;
  return out;
}

// --- The worked examples of DETECTIONS 3.10
// ---------------------------------------------------------

TEST(WorkedExample, MailClientOfOneUserListedAsRisky) {
  App app = MakeApp("eM Client", {{"EWS.AccessAsUser.All"}, {"offline_access"}});
  app.offline = true;
  AddUsers(app, 1, At(-300));
  app.listings.push_back({"risky", "eM Client", "a list, 2024", ""});
  const AppRisk risk = Score(app);
  EXPECT_EQ(Group(risk, RiskGroup::kPower), 29);
  EXPECT_EQ(Group(risk, RiskGroup::kTrust), 15);
  EXPECT_EQ(Group(risk, RiskGroup::kBehaviour), 6);
  EXPECT_EQ(risk.score, 50);
  EXPECT_EQ(risk.level, Level::kMedium);
}

TEST(WorkedExample, LookalikeThatAsksForLittle) {
  App app = MakeApp("Adobe", {{"profile"}, {"email"}, {"openid"}});
  app.signs = {Sign("name.brand_word"), Sign("publisher.unverified_foreign"),
               Sign("reply.unrelated")};
  app.first_authorized = app.first_seen = At(0);
  AddUsers(app, 20, At(0, 9));
  const AppRisk risk = Score(app);
  EXPECT_EQ(Group(risk, RiskGroup::kPower), 4);
  EXPECT_EQ(Group(risk, RiskGroup::kTrust), 24);
  // A few hours old: hardly faded.
  EXPECT_NEAR(Group(risk, RiskGroup::kBehaviour), 12, 0.1);
  EXPECT_EQ(risk.score, 40);
  EXPECT_EQ(risk.level, Level::kMedium);

  app.listings.push_back({"malicious", "Adobe", "a report", ""});
  const AppRisk listed = Score(app);
  EXPECT_EQ(listed.score, 100);
  EXPECT_EQ(listed.level, Level::kCritical);
  EXPECT_TRUE(listed.overridden);
  EXPECT_EQ(listed.reasons.front().sign.code, "listing.malicious");
}

TEST(WorkedExample, BackupVendorIsInventoryNotAlarm) {
  App app = MakeApp("Backup", {{"Mail.ReadWrite", true}, {"Sites.FullControl.All", true}});
  app.verified = App::Verified::kYes;
  app.assignment_required = true;
  AppCredential& secret = app.credentials.emplace_back();
  secret.kind = "secret";
  secret.added = At(-20);
  secret.expires = At(100);
  const AppRisk risk = Score(app);
  EXPECT_EQ(Points(risk, "power.severity"), 30);
  EXPECT_EQ(Points(risk, "power.families"), 2);
  EXPECT_EQ(Points(risk, "power.tenant_wide"), 4);
  EXPECT_EQ(Points(risk, "power.app_only"), 2);
  EXPECT_EQ(Group(risk, RiskGroup::kPower), 38);
  EXPECT_EQ(Group(risk, RiskGroup::kBehaviour), 0);
  EXPECT_EQ(Group(risk, RiskGroup::kHygiene), 3);
  EXPECT_EQ(risk.score, 41);
  EXPECT_EQ(risk.level, Level::kMedium);
}

TEST(WorkedExample, VendorAfterTheftIsHighByBehaviourAlone) {
  App app = MakeApp("Drift-like", {{"api"}, {"refresh_token"}}, "salesforce");
  app.offline = app.tenant_wide = true;
  AddUsers(app, 40, At(-300));
  app.findings = {FindingOf("USE-04", Level::kHigh, At(0)),
                  FindingOf("EXF-03", Level::kHigh, At(0))};
  const AppRisk risk = Score(app);
  EXPECT_EQ(Group(risk, RiskGroup::kPower), 33);
  EXPECT_EQ(Group(risk, RiskGroup::kBehaviour), 30);
  EXPECT_EQ(risk.score, 63);
  EXPECT_EQ(risk.level, Level::kHigh);
}

// --- Rules
// ------------------------------------------------------------------------------------------

TEST(Risk, NoGroupPassesItsCapAndReplyAddressesHaveTheirOwn) {
  App app = MakeApp("x", {{"User.Read"}});
  app.signs = {Sign("name.confusable"), Sign("publisher.unverified"), Sign("reply.ip_host"),
               Sign("reply.wildcard"), Sign("reply.http")};
  AppRisk risk = Score(app);
  EXPECT_EQ(Group(risk, RiskGroup::kTrust), 35);
  app.signs = {Sign("publisher.unverified"), Sign("reply.ip_host"), Sign("reply.wildcard")};
  risk = Score(app);
  EXPECT_EQ(Group(risk, RiskGroup::kTrust), 5 + 15);
}

TEST(Risk, UnknownPermissionsAreNeverHarmless) {
  const AppRisk risk = Score(MakeApp("x", {{"Widgets.Spin"}}));
  EXPECT_TRUE(NotAssessed(risk, "power.unassessed"));
  EXPECT_EQ(Points(risk, "power.severity"), 7);
  const AppRisk none = Score(MakeApp("y", {}));
  EXPECT_TRUE(NotAssessed(none, "power"));
}

TEST(Risk, FirstPartyNamesAreTheirOwn) {
  App app = MakeApp("Microsoft Office", {{"Mail.ReadWrite"}});
  app.first_party = true;
  app.signs = {Sign("name.brand_word")};
  AddUsers(app, 1, At(0));
  const AppRisk risk = Score(app);
  EXPECT_EQ(Group(risk, RiskGroup::kTrust), 0);
  EXPECT_EQ(Group(risk, RiskGroup::kBehaviour), 0);
}

TEST(Risk, BehaviourFadesAndReplayDoesNot) {
  App app = MakeApp("x", {{"User.Read"}});
  app.findings = {FindingOf("USE-04", Level::kHigh, At(-30))};
  EXPECT_EQ(Points(Score(app), "behaviour.new_place"), 7.5);
  app.findings = {FindingOf("USE-04", Level::kHigh, At(-60))};
  EXPECT_EQ(Points(Score(app), "behaviour.new_place"), 3.8);
  app.findings = {FindingOf("USE-04", Level::kHigh, At(-60)),
                  FindingOf("USE-04", Level::kHigh, At(0))};
  EXPECT_EQ(Points(Score(app), "behaviour.new_place"), 15) << "renewed";
  app.findings = {FindingOf("USE-01", Level::kHigh, At(-300))};
  EXPECT_EQ(Points(Score(app), "behaviour.replay"), 30);
}

TEST(Risk, MailboxVolumeFollowsTheLevelOfItsFinding) {
  App app = MakeApp("x", {{"Mail.Read"}});
  app.findings = {FindingOf("USE-08", Level::kLow, At(0))};
  EXPECT_EQ(Points(Score(app), "behaviour.volume"), 8);
  app.findings = {FindingOf("USE-08", Level::kHigh, At(0))};
  EXPECT_EQ(Points(Score(app), "behaviour.volume"), 15);
}

TEST(Risk, FewUsersNeedPowerAndAreNobodyForAnAppByItself) {
  App app = MakeApp("x", {{"Mail.ReadWrite"}, {"Files.ReadWrite.All"}});
  AddUsers(app, 2, At(-300));
  EXPECT_EQ(Points(Score(app), "behaviour.few_users"), 6);
  AddUsers(app, 2, At(-299));
  EXPECT_EQ(Points(Score(app, Weights::Shipped(), 500), "behaviour.few_users"), 0);
  EXPECT_EQ(Points(Score(app, Weights::Shipped(), 10'000), "behaviour.few_users"), 6)
      << "4 of 10,000";
  App small = MakeApp("y", {{"User.Read"}});
  AddUsers(small, 1, At(-300));
  EXPECT_EQ(Points(Score(small), "behaviour.few_users"), 0);
  EXPECT_EQ(Points(Score(MakeApp("z", {{"Mail.ReadWrite", true}})), "behaviour.few_users"), 0);
}

TEST(Risk, CampaignNeedsFivePeopleAndThreeInASmallTenant) {
  const auto campaign = [](int users, uint64_t active) {
    App app = MakeApp("x", {{"User.Read"}});
    app.first_authorized = At(0, 9);
    AddUsers(app, users, At(0, 9));
    return Points(Score(app, Weights::Shipped(), active), "behaviour.campaign") > 0;
  };
  EXPECT_TRUE(campaign(3, 50));
  EXPECT_FALSE(campaign(2, 50));
  EXPECT_TRUE(campaign(5, 200));
  EXPECT_FALSE(campaign(4, 200));
  EXPECT_TRUE(campaign(25, 1'000'000));
  // One person again and again, or people over weeks, are none.
  App app = MakeApp("x", {{"User.Read"}});
  app.first_authorized = At(-6);
  for (int i = 0; i < 6; ++i) AddUsers(app, 1, At(i - 6, 1 + 2 * i));
  EXPECT_EQ(Points(Score(app, Weights::Shipped(), 50), "behaviour.campaign"), 0);
}

TEST(Risk, ConsentsTellOfBlocksCreepAndRefusal) {
  App app = MakeApp("x", {{"Mail.ReadWrite"}});
  const auto add = [&](Time time, ConsentAct act, bool all, std::vector<std::string> names) {
    AppConsent& one = app.consents.emplace_back();
    one.time = time;
    one.act = act;
    one.all_users = all;
    one.user = all ? 0 : 1;
    one.added = std::move(names);
    one.by = "somebody";
  };
  app.users.emplace_back().id = "u1";
  add(At(-5), ConsentAct::kGranted, false, {"User.Read"});
  add(At(-2), ConsentAct::kWidened, false, {"Mail.ReadWrite"});
  EXPECT_GT(Points(Score(app), "behaviour.scope_creep"), 4);
  add(At(-1), ConsentAct::kBlocked, false, {});
  add(At(-1, 20), ConsentAct::kGranted, true, {"Mail.ReadWrite"});
  EXPECT_GT(Points(Score(app), "behaviour.admin_after_block"), 9);
  add(At(0), ConsentAct::kDeclined, false, {});
  EXPECT_EQ(Points(Score(app), "behaviour.declined"), 2);
}

TEST(Risk, StaleNeedsEvidenceLongEnoughToSay) {
  App app = MakeApp("x", {{"Mail.ReadWrite"}});
  app.last_used = At(-100);
  EXPECT_EQ(Points(Score(app), "behaviour.stale"), 4);
  app.last_used.reset();
  EXPECT_EQ(Points(Score(app), "behaviour.stale"), 4) << "200 days without use";
  app.last_used = At(-3);
  EXPECT_EQ(Points(Score(app), "behaviour.stale"), 0);
}

TEST(Risk, DormantAppThatWakes) {
  App app = MakeApp("x", {{"Mail.Read"}});
  AppDay day;
  day.day = static_cast<int32_t>(DayOf(At(-100)));
  app.days.push_back(day);
  day.day = static_cast<int32_t>(DayOf(At(0)));
  app.days.push_back(day);
  EXPECT_GT(Points(Score(app), "behaviour.dormant_wake"), 7.8);
}

TEST(Risk, HygieneOfCredentials) {
  App app = MakeApp("x", {{"Mail.ReadWrite", true}});
  for (int i = 0; i < 3; ++i) {
    AppCredential& one = app.credentials.emplace_back();
    one.id = std::to_string(i);
    one.kind = "secret";
    one.added = At(-10);
    one.expires = At(-10) + Days(i == 0 ? 1000 : 90);
  }
  AppCredential& old = app.credentials.emplace_back();
  old.id = "old";
  old.kind = "secret";
  old.expires = At(-5);
  app.assignment_required = false;
  const AppRisk risk = Score(app);
  EXPECT_EQ(Points(risk, "hygiene.secret"), 3);
  EXPECT_EQ(Points(risk, "hygiene.very_long_life"), 5);
  EXPECT_EQ(Points(risk, "hygiene.many_secrets"), 2);
  EXPECT_EQ(Points(risk, "hygiene.expired_present"), 1);
  EXPECT_EQ(Points(risk, "hygiene.no_assignment"), 2);
  EXPECT_EQ(Group(risk, RiskGroup::kHygiene), 13);
  app.credentials.clear();
  app.in_snapshot = false;
  EXPECT_TRUE(NotAssessed(Score(app), "hygiene.credentials"));
}

TEST(Risk, YoungAppsAndThoseThatComeWithTheirFirstConsent) {
  App app = MakeApp("x", {{"User.Read"}});
  app.created = At(-3);
  app.first_authorized = At(-1);
  EXPECT_EQ(Points(Score(app), "trust.new_app"), 8);
  app.first_authorized = *app.created + Minutes(2);
  EXPECT_EQ(Points(Score(app), "trust.new_app_weeks"), 5);
  app.created = At(-20);
  app.first_authorized = At(-1);
  EXPECT_EQ(Points(Score(app), "trust.new_app_month"), 3);
  app.created.reset();
  EXPECT_TRUE(NotAssessed(Score(app), "trust.new_app"));
}

TEST(Risk, EveryReasonSaysWhatItIsAndWhatClearsIt) {
  App app = MakeApp("x", {{"Mail.ReadWrite"}, {"Mail.Send"}, {"Files.ReadWrite.All"}});
  app.offline = app.tenant_wide = true;
  app.last_used.reset();
  const AppRisk risk = Score(app);
  ASSERT_FALSE(risk.reasons.empty());
  for (const RiskReason& reason : risk.reasons) {
    EXPECT_GT(reason.points, 0);
    EXPECT_FALSE(reason.sign.words.empty()) << reason.sign.code;
    EXPECT_FALSE(reason.sign.clears.empty()) << reason.sign.code;
    EXPECT_TRUE(Weights::Shipped().Has(reason.sign.code)) << reason.sign.code;
  }
  for (size_t i = 1; i < risk.reasons.size(); ++i) {
    EXPECT_LE(risk.reasons[i - 1].group, risk.reasons[i].group);
  }
}

TEST(Risk, SamePermissionsInTwoHandsCountTogether) {
  App app = MakeApp("x", {{"Mail.Read"}, {"Mail.Send"}});
  EXPECT_EQ(Points(Score(app), "power.severity"), 23) << "65, not 50";
}

// --- Weights
// ----------------------------------------------------------------------------------------

TEST(Weights, FileChangesOnlyWhatItNames) {
  const auto weights = Weights::Parse("w.yaml", R"(
version: ours 3
strong: 60
groups:
  trust:
    cap: 20
    points: {name.near: 30}
)");
  ASSERT_TRUE(weights.ok()) << weights.error().message;
  EXPECT_EQ(weights->Of("name.near"), 30);
  EXPECT_EQ(weights->Of("name.confusable"), 25);
  EXPECT_EQ(weights->Cap(RiskGroup::kTrust), 20);
  EXPECT_EQ(weights->Cap(RiskGroup::kPower), 45);
  EXPECT_EQ(weights->Of("strong"), 60);
  EXPECT_NE(weights->version().find("w.yaml, version ours 3"), std::string::npos);
  App app = MakeApp("x", {{"User.Read"}});
  app.signs = {Sign("name.near")};
  EXPECT_EQ(Group(Score(app, *weights), RiskGroup::kTrust), 20);
}

TEST(Weights, MistakesAreNamedWithTheirPlace) {
  const std::pair<std::string_view, std::string_view> kBad[] = {
      {"groups:\n  trust:\n    points:\n      name.nera: 3\n",
       "w:4:7: unknown key 'name.nera', did you mean 'name.near'?"},
      {"groups:\n  trust:\n    points: {name.near: much}\n",
       "w:3:25: 'name.near' must be a number"},
      {"groups:\n  trust:\n    points: {name.near: 400}\n",
       "w:3:25: 'name.near' is 400; it must be from 0 to 100"},
      {"groups:\n  trust:\n    points: {name.near: -1}\n", "from 0 to 100"},
      {"groups:\n  trust:\n    points: {name.near: nan}\n", "must be a number"},
      {"groups:\n  power:\n    points: {name.near: 4}\n",
       "w:3:14: 'name.near' belongs to group 'trust'"},
      {"groups:\n  luck: {cap: 4}\n", "w:2:3: no group is called 'luck'"},
      {"groups: 4\n", "w:1:9"},
      {"stronk: 4\n", "w:1:1: unknown key 'stronk', did you mean 'strong'?"},
      {"strong: 4\nstrong: 5\n", "'strong' stands here twice"},
      {"half_life_days: 0\n", "must not be 0"},
      {"levels: {low: 90}\n", "must rise"},
      {"- 4\n", "w:1:1"},
      {"a: [\n", "w:"},
      {"", "w:1:1"},
  };
  for (const auto& [text, message] : kBad) {
    const auto weights = Weights::Parse("w", text);
    ASSERT_FALSE(weights.ok()) << text;
    EXPECT_NE(weights.error().message.find(message), std::string::npos) << text << "\n"
                                                                        << weights.error().message;
  }
}

TEST(Weights, EveryNumberIsExplainedInTheDocs) {
  const std::string page = test::ReadFile(test::InRoot("docs/risk.md"));
  for (const Weights::Entry& entry : Weights::Shipped().entries()) {
    if (entry.key.starts_with("cap.")) continue;
    EXPECT_NE(page.find("`" + entry.key + "`"), std::string::npos) << entry.key;
  }
}

TEST(Weights, LevelsFollowTheTable) {
  const Weights& weights = Weights::Shipped();
  EXPECT_EQ(weights.LevelOf(0), Level::kInformational);
  EXPECT_EQ(weights.LevelOf(20), Level::kLow);
  EXPECT_EQ(weights.LevelOf(40), Level::kMedium);
  EXPECT_EQ(weights.LevelOf(59), Level::kMedium);
  EXPECT_EQ(weights.LevelOf(60), Level::kHigh);
  EXPECT_EQ(weights.LevelOf(80), Level::kCritical);
}

}  // namespace
}  // namespace tokentrail::inventory
