// Rules on records that hold several events, such as those of Google Workspace.

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "test/support/binary.h"
#include "test/support/hunt.h"
#include "test/support/temp_folder.h"

namespace tokentrail::test {
namespace {

std::string Event(std::string_view name, std::string_view app) {
  return R"({"type": "auth", "name": ")" + std::string(name) +
         R"(", "parameters": [{"name": "app_name", "value": ")" + std::string(app) +
         R"("}, {"name": "client_id", "value": ")" + std::string(app) + R"(.apps"}]})";
}

/// A record of the Reports API.
std::string Activity(int number, std::string_view events) {
  return R"({"kind": "admin#reports#activity", "id": {"time": "2026-03-02T10:0)" +
         std::to_string(number) + R"(:00.000Z", "uniqueQualifier": ")" + std::to_string(number) +
         R"(", "applicationName": "token", "customerId": "C01"}, )" +
         R"("actor": {"email": "ann@example.org"}, "ipAddress": "192.0.2.7", "events": [)" +
         std::string(events) + "]}\n";
}

std::string Rule(int number, std::string_view selection) {
  return "title: Rule " + std::to_string(number) + "\nid: 00000000-0000-4000-8000-00000000000" +
         std::to_string(number) +
         "\nlevel: medium\nlogsource: {product: gcp, service: google_workspace.token}\n"
         "detection: {sel: {" +
         std::string(selection) + "}, condition: sel}\n---\n";
}

/// The finding of rule `number`; empty when there is none.
std::string FindingOf(const HuntResult& hunt, int number) {
  const size_t at = hunt.findings.find("\"Rule " + std::to_string(number) + "\"");
  if (at == std::string::npos) return {};
  const size_t begin = hunt.findings.rfind('\n', at) + 1;
  return hunt.findings.substr(begin, hunt.findings.find('\n', at) - begin);
}

bool Has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

TEST(SeveralEvents, RulesMatchEachOnItsOwn) {
  const TempFolder folder;
  const std::string log = folder.Write(
      "token.jsonl", Activity(1, Event("authorize", "Good") + "," + Event("revoke", "Evil")));
  const std::string rules = folder.Write(
      "rules.yml",
      Rule(1, "eventName: revoke") + Rule(2, "eventName: authorize, app_name: Evil") +
          Rule(3, "eventName: revoke, app_name: Evil") + Rule(4, "actor.email: ann@example.org") +
          Rule(5, "events.name: [authorize, revoke]") +
          Rule(6, "events.name: authorize, events.parameters.value: Evil") +
          Rule(7, "app_name|neq: Good") + Rule(8, "events.name|all: [authorize, revoke]"));
  const HuntResult hunt = Hunt({log}, folder.path() + "/case", {"-r", rules});
  EXPECT_EQ(hunt.Number("events"), 2u) << hunt.Told();

  EXPECT_TRUE(Has(FindingOf(hunt, 1), R"("operation":"revoke")")) << hunt.findings;
  EXPECT_EQ(FindingOf(hunt, 2), "") << "values of two events were taken for those of one";
  EXPECT_TRUE(Has(FindingOf(hunt, 3), "/events/1/parameters/0/value")) << FindingOf(hunt, 3);
  EXPECT_FALSE(Has(FindingOf(hunt, 3), "/events/0/")) << FindingOf(hunt, 3);
  EXPECT_TRUE(Has(FindingOf(hunt, 4), "the rule matched 1 record ")) << FindingOf(hunt, 4);
  EXPECT_TRUE(Has(FindingOf(hunt, 5), "the rule matched 1 record ")) << FindingOf(hunt, 5);
  EXPECT_TRUE(Has(FindingOf(hunt, 5), "/events/0/name")) << FindingOf(hunt, 5);
  EXPECT_EQ(FindingOf(hunt, 6), "");
  EXPECT_TRUE(Has(FindingOf(hunt, 7), "/events/1/parameters")) << FindingOf(hunt, 7);
  EXPECT_EQ(FindingOf(hunt, 8), "");
}

TEST(SeveralEvents, CountOnceForCorrelationsUnlessTheyTellThemApart) {
  const auto correlation = [](int number, std::string_view rules, std::string_view what) {
    const std::string n = std::to_string(number);
    return "title: Rule " + n + "\nname: corr" + n + "\nid: 00000000-0000-4000-8000-00000000001" +
           n + "\nlevel: medium\ncorrelation: {rules: [" + std::string(rules) +
           "], timespan: 10m, generate: true, " + std::string(what) + "}\n---\n";
  };
  const std::string base =
      "title: Base\nname: base\nid: 00000000-0000-4000-8000-000000000020\n"
      "logsource: {product: gcp, service: google_workspace.token}\n"
      "detection: {sel: {ipAddress: 192.0.2.7}, condition: sel}\n---\n";
  const TempFolder folder;
  const std::string log = folder.Write(
      "token.jsonl", Activity(1, Event("authorize", "A") + "," + Event("authorize", "B")) +
                         Activity(2, Event("authorize", "A") + "," + Event("revoke", "C")));
  const std::string rules = folder.Write(
      "rules.yml",
      base +
          correlation(1, "base",
                      "type: event_count, group-by: [actor.email], condition: {gte: 2}") +
          correlation(2, "base",
                      "type: event_count, group-by: [actor.email], condition: {gte: 3}") +
          correlation(3, "base", "type: value_count, field: app_name, condition: {gte: 3}") +
          correlation(4, "base", "type: value_count, field: app_name, condition: {gte: 4}") +
          correlation(5, "base", "type: event_count, group-by: [app_name], condition: {gte: 2}") +
          correlation(6, "corr5", "type: event_count, condition: {gte: 1}"));
  const HuntResult hunt = Hunt({log}, folder.path() + "/case", {"-r", rules});
  EXPECT_EQ(hunt.Number("events"), 4u) << hunt.Told();
  EXPECT_NE(FindingOf(hunt, 1), "") << hunt.findings;
  EXPECT_EQ(FindingOf(hunt, 2), "");
  EXPECT_NE(FindingOf(hunt, 3), "") << hunt.findings;
  EXPECT_EQ(FindingOf(hunt, 4), "");
  EXPECT_TRUE(Has(FindingOf(hunt, 5), "app_name A")) << hunt.findings;
  EXPECT_FALSE(Has(FindingOf(hunt, 5), "app_name B")) << hunt.findings;
  // What made each event evidence: the rule's fields, and what the correlation takes of it.
  for (const int number : {5, 6}) {
    const std::string finding = FindingOf(hunt, number);
    EXPECT_TRUE(Has(finding, R"({"field":"ipAddress","pointer":"/ipAddress")")) << finding;
    EXPECT_TRUE(Has(finding,
                    R"({"field":"app_name","pointer":"/events/0/parameters/0/value","value":"A"})"))
        << finding;
    EXPECT_FALSE(Has(finding, "/events/1/")) << finding;
  }
}

TEST(SeveralEvents, CasesAreJudgedAsInAHunt) {
  const auto indented = [](std::string_view text) {
    std::string out = "  ";
    for (const char c : text) out.append(c == '\n' ? "\n  " : std::string(1, c));
    return out + "\n";
  };
  const std::string both = Activity(1, Event("authorize", "Good") + "," + Event("revoke", "Evil"));
  const TempFolder folder;
  const std::string cases = folder.Write(
      "cases.yml",
      "rule: |\n" + indented(Rule(1, "eventName: revoke, app_name: Evil")) + "match:\n  - " + both +
          "no_match:\n  - " +
          Activity(1, Event("revoke", "Good") + "," + Event("authorize", "Evil")) +
          "---\nrule: |\n" +
          indented("title: b\nname: b\nlogsource: {product: gcp, service: google_workspace.token}\n"
                   "detection: {sel: {ipAddress: 192.0.2.7}, condition: sel}\n---\ntitle: corr\n"
                   "correlation: {type: value_count, rules: [b], field: app_name, timespan: 5m, "
                   "condition: {gte: 3}}") +
          "events:\n  - [0, " + both + "]\n  - [9, " + both + "]\n  - [10, " +
          Activity(2, Event("authorize", "Good") + "," + Event("revoke", "Third")) +
          "]\nfires: [2]\n");
  const RunResult run = RunBinary({"rules", "test", "-v", cases});
  EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
  EXPECT_TRUE(Has(run.out, "2 passed, 0 failed")) << run.out << run.err;
}

TEST(SeveralEvents, ARecordMadeOfNothingElseEnds) {
  const TempFolder folder;
  std::string events = Event("authorize", "A");
  for (int i = 0; i < 300'000; ++i) events += ",0";
  const std::string log = folder.Write("token.jsonl", Activity(1, events));
  const std::string rules = folder.Write("rules.yml", Rule(1, "eventName: authorize"));
  const HuntResult hunt = Hunt({log}, folder.path() + "/case", {"-r", rules});
  EXPECT_TRUE(Has(FindingOf(hunt, 1), "the rule matched 1 record ")) << hunt.findings;
}

}  // namespace
}  // namespace tokentrail::test
