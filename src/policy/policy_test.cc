#include "policy/policy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "inventory/appraise.h"
#include "policy/policy_case.h"
#include "test/support/case_file.h"
#include "test/support/golden.h"

namespace tokentrail::policy {
namespace {

std::string Complaints(const Report& report) {
  std::string out;
  for (const Diagnostic& one : report.all()) out += Format(one);
  return out;
}

std::vector<Policy> Read(std::string_view text, Report& report) {
  return ReadPolicies("p.yml", text, report);
}

Policy One(std::string_view when) {
  Report report;
  auto policies = Read("id: p\ntitle: t\nlevel: low\nwhen:\n" + std::string(when) + "\n", report);
  EXPECT_EQ(policies.size(), 1u) << Complaints(report);
  if (policies.empty()) return {};
  return std::move(policies[0]);
}

constexpr std::string_view kHead = "id: p\ntitle: t\nlevel: low\n";

class PolicyErrors : public testing::TestWithParam<test::CaseFile> {};

// Each file is a policy with mistakes; beside it stands what is said of them.
TEST_P(PolicyErrors, AreSaidAtTheirPlace) {
  Report report;
  const std::string text = GetParam().Read();
  const auto policies = ReadPolicies("policies/" + GetParam().name + ".yml", text, report);
  EXPECT_GT(report.all().size(), 0u);
  EXPECT_EQ(policies.empty(), report.errors() > 0);
  test::ExpectGolden("src/policy/testdata/wrong/" + GetParam().name + ".golden",
                     Complaints(report));
}

INSTANTIATE_TEST_SUITE_P(Files, PolicyErrors,
                         testing::ValuesIn(test::CasesIn("policy/testdata/wrong")), test::kByName);

TEST(Policy, EveryShippedPolicyLoadsAndExplainsItself) {
  const std::vector<PolicyFile> files = ShippedPolicies();
  Report report;
  const std::vector<Policy> policies = LoadPolicies(files, report);
  EXPECT_EQ(Complaints(report), "");
  EXPECT_EQ(policies.size(), files.size()) << "one policy a file";
  EXPECT_GE(policies.size(), 9u);
  for (const Policy& one : policies) {
    SCOPED_TRACE(one.id);
    EXPECT_FALSE(one.description.empty());
    EXPECT_FALSE(one.why.empty());
    EXPECT_FALSE(one.what_to_do.empty());
    EXPECT_FALSE(one.harmless_when.empty());
    EXPECT_FALSE(one.attack.empty());
    EXPECT_FALSE(one.first_party) << "quiet by default";
    EXPECT_FALSE(one.approved) << "quiet by default";
    EXPECT_NE(one.state, PolicyState::kInactive);
  }
}

// The program's own copies are the files of policies/, each with its cases.
TEST(Policy, EveryShippedPolicyFitsItsCases) {
  const auto appraiser = inventory::Appraiser::Load({});
  ASSERT_TRUE(appraiser.ok());
  const auto appraise = [&](Portfolio& portfolio) { (*appraiser)->Appraise(portfolio); };
  size_t shipped = 0;
  for (const PolicyFile& file : ShippedPolicies()) {
    const std::string name = file.name.substr(file.name.find(':') + 1);
    SCOPED_TRACE(name);
    EXPECT_EQ(file.text, test::ReadFile(test::InRoot("policies/" + name)));
    const std::string cases_name = name.substr(0, name.rfind('.')) + ".cases.yml";
    Report report;
    const auto policies = ReadPolicies(file.name, file.text, report);
    const auto cases =
        ReadPolicyCases(cases_name, test::ReadFile(test::InRoot("policies/" + cases_name)), report);
    ASSERT_EQ(Complaints(report), "");
    const auto fit =
        std::count_if(cases.begin(), cases.end(), [](const auto& c) { return c.fits; });
    EXPECT_GT(fit, 0) << "no app that must fit";
    EXPECT_LT(fit, std::ssize(cases)) << "no app that must not";
    for (const PolicyCase& one : cases) {
      EXPECT_EQ(RunCase(policies[0], one, appraise).problem, "") << cases_name << ":" << one.line;
    }
    ++shipped;
  }
  EXPECT_EQ(shipped, test::CasesIn("policies", ".cases.yml").size());
}

TEST(Policy, OfAUserStandsInPlaceOfAShippedOneWithItsId) {
  const std::string mine =
      "id: high-permission\ntitle: mine\nlevel: high\nwhen: {permission: low}\n";
  std::vector<PolicyFile> files = ShippedPolicies();
  const size_t count = files.size();
  files.insert(files.begin(), {"mine.yml", mine});
  for (const bool mine_last : {false, true}) {
    if (mine_last) std::rotate(files.begin(), files.begin() + 1, files.end());
    Report report;
    const auto policies = LoadPolicies(files, report);
    EXPECT_EQ(report.errors(), 0u);
    EXPECT_EQ(policies.size(), count);
    const auto found = std::find_if(policies.begin(), policies.end(),
                                    [](const Policy& p) { return p.id == "high-permission"; });
    ASSERT_NE(found, policies.end());
    EXPECT_EQ(found->title, "mine");
  }
}

TEST(Policy, TwoOfAUsersWithOneIdAreAnError) {
  const std::string text = std::string(kHead) + "when: {permission: low}\n";
  Report report;
  LoadPolicies({{"a.yml", text}, {"b.yml", text}}, report);
  ASSERT_EQ(report.errors(), 1u);
  EXPECT_EQ(report.all()[0].file, "b.yml");
  EXPECT_EQ(report.all()[0].line, 1u);
  EXPECT_EQ(report.all()[0].message, "the id 'p' is that of a.yml:1, too");
}

TEST(Policy, NoneOfASetIsLoadedWhenOneIsWrong) {
  const auto missing = PolicySet::Load({"shipped", "/no/such/policies"});
  ASSERT_FALSE(missing.ok());
  EXPECT_NE(missing.error().message.find("/no/such/policies"), std::string::npos);
  EXPECT_TRUE(PolicySet::Load({"none"})->policies().empty());
  EXPECT_EQ(PolicySet::Load({"shipped", "shipped"})->policies().size(), ShippedPolicies().size());
}

TEST(Policy, WhatHappensIsJudgedDayByDayAndWhatIsSoAtTheEnd) {
  EXPECT_EQ(One("  permission: high").judged, Judged::kAtEnd);
  EXPECT_EQ(One("  age: \"< 7d\"").judged, Judged::kAnyDay);
  EXPECT_EQ(One("  age: \"> 90d\"").judged, Judged::kAtEnd);
  EXPECT_EQ(One("  requests: {people: 3}").judged, Judged::kAnyDay);
  EXPECT_EQ(One("  requests: {people: 3}\njudged: at_end").judged, Judged::kAtEnd);
}

// docs/policies.md shows the form by hand; what the code knows of it must stand there.
TEST(Policy, TheDocumentedFormIsTheOneThatIsRead) {
  const std::string page = test::ReadFile(test::InRoot("docs/policies.md"));
  std::string keys;
  for (const AppTextKey& key : AppTextKeys()) {
    keys += "| `" + std::string(key.name) + "` | " + std::string(key.summary) + " |\n";
  }
  EXPECT_NE(page.find(keys), std::string::npos) << keys;
  // The example is a policy that loads.
  const size_t start = page.find("```yaml\n") + 8;
  Report report;
  EXPECT_EQ(Read(page.substr(start, page.find("```", start) - start), report).size(), 1u)
      << Complaints(report);
  const size_t cases = page.find("```yaml\n", start) + 8;
  EXPECT_EQ(
      ReadPolicyCases("c.yml", page.substr(cases, page.find("```", cases) - cases), report).size(),
      2u)
      << Complaints(report);
  for (const ConditionDef* def : Conditions()) {
    // Each example is a condition that loads.
    Report own;
    const std::string include = "include: [first_party, approved]\n";
    EXPECT_EQ(
        Read(std::string(kHead) + include + "when:\n  " + std::string(def->example) + "\n", own)
            .size(),
        1u)
        << Complaints(own);
  }
}

// --- judging

constexpr std::string_view kAsOf = "2026-03-31T12:00:00Z";

WrittenApp Written(std::string_view yaml) {
  Report report;
  Reading reading("app.yml", yaml, report);
  auto documents = ParseYaml(yaml);
  EXPECT_TRUE(documents.ok());
  auto out = ReadApp(reading, documents->at(0), ParseTime(kAsOf).time);
  EXPECT_TRUE(out.has_value()) << Complaints(report);
  return out.value_or(WrittenApp());
}

Portfolio With(std::vector<std::string_view> apps) {
  Portfolio out;
  out.as_of = out.last = ParseTime(kAsOf).time;
  out.first = out.as_of - Days(90);
  for (const std::string_view app : apps) out.apps.push_back(Written(app).app);
  return out;
}

std::vector<Finding> Judge(Policy policy, const Portfolio& portfolio) {
  Findings findings;
  std::vector<Policy> one;
  one.push_back(std::move(policy));
  PolicySet(std::move(one)).Judge(portfolio, findings);
  return findings.Settle();
}

constexpr std::string_view kCrowd = R"(
name: Survey Sync
publisher: Nobody
crowd: {people: 6, from: 2026-03-10T08:00:00Z, to: 2026-03-10T20:00:00Z, added: [Mail.Read]}
)";

TEST(Judge, AFindingSaysValuesAndNamesAppAndPeople) {
  const auto findings = Judge(One("  requests: {people: 5, within: 24h}\nattack: T1528\n"
                                  "why: because\nharmless_when: announced"),
                              With({kCrowd}));
  ASSERT_EQ(findings.size(), 1u);
  const Finding& one = findings[0];
  EXPECT_EQ(one.rule, "p");
  EXPECT_EQ(one.origin, "policy");
  EXPECT_EQ(one.level, Level::kLow);
  EXPECT_EQ(one.tenant, "tenant-1");
  EXPECT_EQ(one.disproof, "announced");
  ASSERT_GE(one.reasons.size(), 3u);
  EXPECT_EQ(one.reasons[0],
            "6 people in 1d (2026-03-10 08:00:00Z, all within 12h); threshold >= 5");
  EXPECT_EQ(one.reasons[1], "so on 2026-03-10");
  EXPECT_EQ(one.reasons[2], "because");
  EXPECT_EQ(FormatTime(one.first), "2026-03-10T08:00:00.000000Z");
  EXPECT_EQ(FormatTime(one.last), "2026-03-10T20:00:00.000000Z");
  EXPECT_EQ(one.entities.size(), 7u);  // the app, and six people
}

TEST(Judge, CitesTheRecordsOfTheActsThatDecided) {
  Portfolio portfolio = With({kCrowd});
  for (size_t i = 0; i < portfolio.apps[0].consents.size(); ++i) {
    AppConsent& act = portfolio.apps[0].consents[i];
    act.place = {1, 100, 100 * i, i + 1};
    act.content = Id::Of("record " + std::to_string(i));
    act.source = 3;
    act.operation = "Consent to application";
  }
  const auto findings = Judge(One("  requests: {people: 5}"), portfolio);
  ASSERT_EQ(findings.size(), 1u);
  ASSERT_EQ(findings[0].evidence.size(), 6u);
  EXPECT_EQ(findings[0].count, 6u);
  EXPECT_EQ(findings[0].evidence[2].place.line, 3u);
  EXPECT_EQ(findings[0].evidence[2].source, 3);
  EXPECT_EQ(findings[0].evidence[2].content, Id::Of("record 2"));
}

TEST(Judge, LeavesTheApprovedAndThePlatformsOwnAlone) {
  const Portfolio portfolio = With({
      "{name: A, permissions: [Mail.ReadWrite]}",
      "{name: B, permissions: [Mail.ReadWrite], state: approved}",
      "{name: C, permissions: [Mail.ReadWrite], first_party: true}",
  });
  EXPECT_EQ(Judge(One("  permission: medium"), portfolio).size(), 1u);
  EXPECT_EQ(Judge(One("  permission: medium\ninclude: [approved, first_party]"), portfolio).size(),
            3u);
  EXPECT_EQ(Judge(One("  permission: medium\nexcept: {apps: [a]}"), portfolio).size(), 0u);
  EXPECT_EQ(Judge(One("  permission: medium\nplatforms: google"), portfolio).size(), 0u);
}

TEST(Judge, CountsWhatIsInAuditAndSkipsWhatIsInactive) {
  const Portfolio portfolio = With({kCrowd});
  std::vector<Policy> policies;
  policies.push_back(One("  requests: {people: 5}\nstate: audit"));
  policies.push_back(One("  requests: {people: 5}\nstate: inactive"));
  Findings findings;
  const auto counts = PolicySet(std::move(policies)).Judge(portfolio, findings);
  EXPECT_TRUE(findings.all().empty());
  ASSERT_EQ(counts.size(), 1u);
  EXPECT_EQ(counts[0].state, "audit");
  EXPECT_EQ(counts[0].apps, 1u);
}

TEST(Judge, FindsWhatWasGoneAgainBeforeTheEnd) {
  const Portfolio portfolio = With({R"(
name: Gone
consents:
  - {time: 2026-02-01T10:00:00Z, user: ben@contoso.example, added: [Mail.ReadWrite]}
  - {time: 2026-02-01T11:00:00Z, act: revoked, user: ben@contoso.example, removed: [Mail.ReadWrite]}
)"});
  EXPECT_EQ(Judge(One("  permission: medium"), portfolio).size(), 0u);
  const auto findings = Judge(One("  permission: medium\n  age: \"< 7d\""), portfolio);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].reasons[2], "so on 2026-02-01");
}

// Two orders of the same apps and acts give the same findings.
TEST(Judge, DoesNotDependOnTheOrderOfApps) {
  Portfolio portfolio = With({kCrowd, "{name: A, permissions: [Mail.ReadWrite]}"});
  const auto once = Judge(One("  permission: low"), portfolio);
  std::swap(portfolio.apps[0], portfolio.apps[1]);
  const auto twice = Judge(One("  permission: low"), portfolio);
  ASSERT_EQ(once.size(), 2u);
  ASSERT_EQ(twice.size(), 2u);
  for (size_t i = 0; i < 2; ++i) EXPECT_EQ(once[i].id, twice[i].id);
}

}  // namespace
}  // namespace tokentrail::policy
