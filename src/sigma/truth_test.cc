#include "sigma/truth.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sigma/program.h"
#include "test/support/json_record.h"

namespace tokentrail::sigma {
namespace {

Program Load(std::string_view rules) {
  RuleSet set;
  Report report;
  set.Add("rule.yml", rules, report);
  set.Resolve(report);
  EXPECT_EQ(report.errors(), 0u) << (report.all().empty() ? "" : Format(report.all().front()));
  return Program(std::move(set));
}

/// What keeps the first rule from matching a log of which these are the records: `field: reason`,
/// joined by `; `. Empty when it could match.
std::string Blockers(const Program& program, const LogSource& log,
                     const std::vector<std::string>& records) {
  const Plan plan = program.MakePlan(std::span(&log, 1));
  EXPECT_TRUE(plan.Find(0).has_value());
  Plan::Scratch scratch;
  std::vector<Hit> hits;
  for (const std::string& json : records) {
    const test::JsonRecord record(json);
    plan.Match(record.record(), {}, scratch, hits);
  }
  const std::vector<KindMask> seen(scratch.seen().begin(), scratch.seen().end());
  std::string out;
  for (const Blocker& blocker : FindBlockers(plan, *plan.Find(0), seen)) {
    out += (out.empty() ? "" : "; ") + blocker.field + ": " + blocker.reason;
  }
  if (!hits.empty()) {
    EXPECT_EQ(out, "") << "it did match";
  }
  return out;
}

constexpr LogSource kUnknownLog = {"acme", "", "audit"};

/// The same for a rule about a log without a view; `detection` in YAML's flow style.
std::string Never(std::string_view detection, const std::vector<std::string>& records) {
  const std::string rule = "title: t\nlogsource: {product: acme, service: audit}\ndetection: {" +
                           std::string(detection) + "}\n";
  return Blockers(Load(rule), kUnknownLog, records);
}

TEST(Truth, AFieldThatNoRecordHasIsNamed) {
  EXPECT_EQ(Never("s: {a: x}, condition: s", {R"({"b":"x"})"}), "a: no record here has it");
  EXPECT_EQ(Never("s: {a: x}, condition: s", {R"({"b":"x"})", R"({"a":"y"})"}), "");
  EXPECT_EQ(Never("s: {a: x}, condition: s", {}), "a: no record here has it");
  EXPECT_EQ(Never("s: {a: x, b: y}, condition: s", {R"({"a":"1"})"}), "b: no record here has it");
}

TEST(Truth, OfAnOrOnePartIsEnough) {
  EXPECT_EQ(Never("s: {a: x}, t: {b: y}, condition: s or t", {R"({"b":"1"})"}), "");
  EXPECT_EQ(Never("s: {a: x}, t: {b: y}, condition: s or t", {R"({"c":"1"})"}),
            "a: no record here has it; b: no record here has it");
  EXPECT_EQ(Never("s: {a: [x, y, z]}, condition: s", {R"({"c":"1"})"}), "a: no record here has it");
  EXPECT_EQ(Never("s1: {a: x}, s2: {b: y}, condition: 1 of s*", {R"({"b":"1"})"}), "");
  EXPECT_EQ(Never("s1: {a: x}, s2: {b: y}, condition: all of s*", {R"({"b":"1"})"}),
            "a: no record here has it");
}

TEST(Truth, WhatIsNegatedHoldsWithoutTheField) {
  EXPECT_EQ(Never("s: {a: x}, f: {b: y}, condition: s and not f", {R"({"a":"1"})"}), "");
  EXPECT_EQ(Never("s: {a|neq: x}, condition: s", {R"({"c":"1"})"}), "");
  EXPECT_EQ(Never("s: {a: x}, t: {b: y}, condition: not (s and t)", {R"({"c":"1"})"}), "");
  EXPECT_EQ(Never("s: {a: x}, condition: not not s", {R"({"c":"1"})"}), "a: no record here has it");
}

TEST(Truth, NullAndExistence) {
  EXPECT_EQ(Never("s: {a: null}, condition: s", {R"({"c":"1"})"}), "");
  EXPECT_EQ(Never("s: {c: 1}, f: {a: null}, condition: s and not f", {R"({"c":"1"})"}),
            "a: no record here has it");
  EXPECT_EQ(Never("s: {c: 1}, f: {a: null}, condition: s and not f", {R"({"c":"2","a":null})"}),
            "a: it is there without a value in every record");
  EXPECT_EQ(Never("s: {c: 1}, f: {a: null}, condition: s and not f", {R"({"c":"2","a":"x"})"}), "");
  EXPECT_EQ(Never("s: {a|exists: true}, condition: s", {R"({"c":"1"})"}),
            "a: no record here has it");
  EXPECT_EQ(Never("s: {a|exists: true, c: 2}, condition: s", {R"({"c":"1","a":null})"}), "");
  EXPECT_EQ(Never("s: {a|exists: false}, condition: s", {R"({"c":"1"})"}), "");
  EXPECT_EQ(Never("s: {a|exists: false}, condition: not s", {R"({"c":"1"})"}),
            "a: no record here has it");
}

TEST(Truth, AFieldWithoutAValueIsNoUse) {
  EXPECT_EQ(Never("s: {a: x}, condition: s", {R"({"a":null})"}),
            "a: it is there without a value in every record");
  EXPECT_EQ(Never("s: {a: x}, condition: s", {R"({"a":[]})"}),
            "a: it is there without a value in every record");
  EXPECT_EQ(Never("s: {a.b: x}, condition: s", {R"({"a":[]})", R"({"a":[{}]})"}),
            "a.b: no record here has it");
  EXPECT_EQ(Never("s: {a.b: x}, condition: s", {R"({"a":[{},{"b":["y"]}]})"}), "");
}

TEST(Truth, KeywordsCanAlwaysMatch) {
  EXPECT_EQ(Never("k: [mimikatz], condition: k", {R"({"a":"1"})"}), "");
  EXPECT_EQ(Never("k: [mimikatz], s: {b: x}, condition: k and s", {R"({"a":"1"})"}),
            "b: no record here has it");
}

TEST(Truth, TwoFieldsMustBothBeThere) {
  EXPECT_EQ(Never("s: {a|fieldref: b}, condition: s", {R"({"a":"1"})"}),
            "b: no record here has it");
  EXPECT_EQ(Never("s: {a|fieldref: b}, condition: s", {R"({"b":"1"})"}),
            "a: no record here has it");
  EXPECT_EQ(Never("s: {a|fieldref: b}, condition: s", {R"({"a":"1"})", R"({"b":"2"})"}), "");
}

TEST(Truth, NumbersAndBooleansAreNoOtherText) {
  const std::vector<std::string> number = {R"({"a":403})"};
  EXPECT_EQ(Never("s: {a: ALLOW}, condition: s", number),
            "a: it only ever holds numbers, never 'allow'");
  EXPECT_EQ(Never("s: {a: 'AL*'}, condition: s", number),
            "a: it only ever holds numbers, never 'al'");
  EXPECT_EQ(Never("s: {a: [ALLOW, 200]}, condition: s", number), "");
  EXPECT_EQ(Never("s: {a: '2*'}, condition: s", number), "");
  EXPECT_EQ(Never("s: {a: '*'}, f: {a: 403}, condition: s and not f", number), "");
  EXPECT_EQ(Never("s: {a|re: '^[A-Z]'}, condition: s", number), "") << "not read into";
  EXPECT_EQ(Never("s: {a|gt: 500}, condition: s", number), "");
  EXPECT_EQ(Never("s: {a|cidr: 10.0.0.0/8}, condition: s", number),
            "a: it only ever holds numbers");
  const std::vector<std::string> boolean = {R"({"a":true})"};
  EXPECT_EQ(Never("s: {a: 'yes'}, condition: s", boolean),
            "a: it only ever holds true or false, never 'yes'");
  EXPECT_EQ(Never("s: {a: 'False'}, condition: s", boolean), "");
  EXPECT_EQ(Never("s: {a|startswith: fal}, condition: s", boolean), "");
  EXPECT_EQ(Never("s: {a: x}, condition: s", {R"({"a":403})", R"({"a":"y"})"}), "")
      << "text was seen as well";
}

constexpr LogSource kKubernetes = {"kubernetes", "application", "audit"};

TEST(Truth, AViewKnowsWhatItsLogCanHold) {
  const Program code = Load(
      "title: t\nlogsource: {product: kubernetes, service: audit}\n"
      "detection: {s: {responseStatus.code: ALLOW}, condition: s}\n");
  EXPECT_EQ(Blockers(code, kKubernetes, {R"({"responseStatus":{"code":"403"}})"}),
            "responseStatus.code: it only ever holds numbers, never 'allow'")
      << "exports to CSV write numbers as text";
  EXPECT_EQ(Blockers(code, kKubernetes, {R"({"verb":"get"})"}),
            "responseStatus.code: no record here has it, though the log can");
  const Program other = Load(
      "title: t\nlogsource: {product: kubernetes, service: audit}\n"
      "detection: {s: {response_status: 403}, condition: s}\n");
  EXPECT_EQ(
      Blockers(other, kKubernetes, {R"({"verb":"get"})"}),
      "response_status: no record here has it, and we know no field of this log by that name");
}

constexpr LogSource kGoogle = {"gcp", "", "google_workspace.admin"};

TEST(Truth, AClosedListOfWordsHasNoOthers) {
  const auto rule = [](std::string_view service) {
    return Load(
        "title: t\nlogsource: {product: gcp, service: google_workspace.admin}\n"
        "detection: {s: {eventService: " +
        std::string(service) + "}, condition: s}\n");
  };
  // The words come from the event's category, which only a hunt knows; so ask for it here.
  const auto never = [](const Program& program, std::string_view json) {
    const Plan plan = program.MakePlan(std::span(&kGoogle, 1));
    Plan::Scratch scratch;
    std::vector<Hit> hits;
    const test::JsonRecord record(json);
    const FieldLookup lookup = {[](const void*, Field field) -> std::string_view {
                                  return field == Field::kCategory ? "admin" : "";
                                },
                                nullptr};
    plan.Match(record.record(), lookup, scratch, hits);
    const std::vector<KindMask> seen(scratch.seen().begin(), scratch.seen().end());
    const std::vector<Blocker> out = FindBlockers(plan, 0, seen);
    return out.empty() ? std::string() : out.front().reason;
  };
  EXPECT_EQ(never(rule("admin.googleapis.com"), "{}"), "");
  EXPECT_EQ(never(rule("login.googleapis.com"), "{}"), "") << "a word of another record";
  EXPECT_EQ(never(rule("'*.googleapis.com'"), "{}"), "");
  const std::string reason = never(rule("mail.googleapis.com"), "{}");
  EXPECT_TRUE(reason.starts_with("it only ever holds '")) << reason;
  EXPECT_TRUE(reason.ends_with(", never 'mail.googleapis.com'")) << reason;
  EXPECT_EQ(never(rule("mail.googleapis.com"), R"({"eventService":"x"})"), "")
      << "a record had it as it is";
}

TEST(Truth, FieldsThatCorrelationsGroupByMustBeThere) {
  const Program program = Load(
      "title: base\nname: base\nlogsource: {product: acme, service: audit}\n"
      "detection: {s: {a: x}, condition: s}\n---\n"
      "title: many\ncorrelation: {type: event_count, rules: [base], group-by: [user],\n"
      "  timespan: 1h, condition: {gte: 3}}\n");
  const Plan plan = program.MakePlan(std::span(&kUnknownLog, 1));
  const auto why = [&](std::string_view json) {
    Plan::Scratch scratch;
    std::vector<Hit> hits;
    const test::JsonRecord record(json);
    plan.Match(record.record(), {}, scratch, hits);
    const std::vector<KindMask> seen(scratch.seen().begin(), scratch.seen().end());
    const std::optional<Blocker> out = FindCaptureBlocker(plan, 0, 0, "user", seen);
    return out ? out->field + ": " + out->reason : std::string();
  };
  EXPECT_EQ(why(R"({"a":"x"})"), "user: no record here has it");
  EXPECT_EQ(why(R"({"a":"x","user":null})"), "user: it is there without a value in every record");
  EXPECT_EQ(why(R"({"a":"x","user":"ann"})"), "");
}

}  // namespace
}  // namespace tokentrail::sigma
