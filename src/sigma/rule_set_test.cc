#include "sigma/rule_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "test/support/case_file.h"
#include "test/support/temp_folder.h"

namespace tokentrail::sigma {
namespace {

namespace fs = std::filesystem;

std::string Show(const Report& report) {
  std::string out;
  for (const Diagnostic& diagnostic : report.all()) out += Format(diagnostic);
  return out;
}

std::string RuleText(std::string_view title, std::string_view more,
                     std::string_view source = "{product: azure}") {
  return "title: " + std::string(title) + "\n" + std::string(more) +
         "logsource: " + std::string(source) + "\ndetection: {sel: {a: 1}, condition: sel}\n---\n";
}

std::string CorrelationText(std::string_view title, std::string_view rules,
                            std::string_view more = "") {
  return "title: " + std::string(title) + "\n" + std::string(more) +
         "correlation: {type: event_count, rules: " + std::string(rules) +
         ", group-by: [user], timespan: 1h, condition: {gte: 2}}\n---\n";
}

RuleSet Load(const std::vector<std::string>& texts, Report& report, RuleChoice choice = {}) {
  RuleSet out({}, std::move(choice));
  for (size_t i = 0; i < texts.size(); ++i) {
    out.Add("file" + std::to_string(i) + ".yml", texts[i], report);
  }
  out.Resolve(report);
  return out;
}

std::vector<std::string> Titles(const RuleSet& set) {
  std::vector<std::string> out;
  for (const Rule& rule : set.rules) {
    out.push_back(rule.meta.title + (rule.alerts ? "" : " (no alerts)"));
  }
  for (const Correlation& one : set.correlations) {
    out.push_back(one.meta.title + (one.alerts ? "" : " (no alerts)"));
  }
  return out;
}

using Strings = std::vector<std::string>;

TEST(RuleSet, RefusesTheSecondOfOneId) {
  Report report;
  const RuleSet set = Load({RuleText("a", "id: X-1\n") + RuleText("b", "id: x-1\n"),
                            CorrelationText("c", "x-1", "id: X-1\n")},
                           report);
  EXPECT_EQ(Titles(set), Strings{"a"});
  EXPECT_EQ(set.left_out, 2u);
  EXPECT_EQ(report.errors(), 2u) << Show(report);
}

TEST(RuleSet, RefusesTheSecondOfOneNameInAFile) {
  Report report;
  const std::string base = RuleText("base", "name: base\n");
  const RuleSet set = Load({base + RuleText("other", "name: base\n"), base}, report);
  EXPECT_EQ(Titles(set), (Strings{"base", "base"})) << "another file may use the name for its own";
  EXPECT_EQ(set.rules[0].meta.id, "base");
  EXPECT_EQ(set.rules[1].meta.id, "base-2");
  EXPECT_EQ(set.left_out, 1u);
}

TEST(RuleSet, TellsRulesWithoutIdAndNameApart) {
  Report report;
  const RuleSet set = Load({RuleText("same title", "") + RuleText("same title", "") +
                            RuleText("has that id", "id: same-title\n")},
                           report);
  ASSERT_EQ(set.rules.size(), 3u) << Show(report);
  EXPECT_EQ(set.rules[0].meta.id, "same-title-2");
  EXPECT_EQ(set.rules[1].meta.id, "same-title-3");
  EXPECT_EQ(set.rules[2].meta.id, "same-title");
}

TEST(RuleSet, ReadsFilesWithByteOrderMarkAndCarriageReturns) {
  Report report;
  const RuleSet set = Load({"\xef\xbb\xbftitle: a\r\nid: 0123\r\nlogsource: {product: azure}\r\n"
                            "detection:\r\n  sel:\r\n    a: no\r\n  condition: sel\r\n"},
                           report);
  ASSERT_EQ(set.rules.size(), 1u) << Show(report);
  EXPECT_EQ(set.rules[0].meta.id, "0123") << "a number keeps its zeros";
  const Term& term = set.rules[0].terms[0];
  EXPECT_TRUE(term.Agrees(0, {NodeKind::kText, "no"})) << "a word, no boolean";
}

// Choice.

Strings Chosen(const RuleChoice& choice, size_t not_chosen) {
  Report report;
  const RuleSet set =
      Load({RuleText("one", "id: 1\nlevel: high\nstatus: test\ntags: [attack.t1528, x]\n") +
            RuleText("two", "id: 2\nlevel: low\ntags: [attack.t1550.001]\n") +
            RuleText("three", "id: 3\nstatus: stable\nlevel: critical\n")},
           report, choice);
  EXPECT_TRUE(report.all().empty()) << Show(report);
  EXPECT_EQ(set.not_chosen, not_chosen);
  EXPECT_EQ(set.left_out, 0u);
  return Titles(set);
}

TEST(RuleChoice, KeepsWhatHasAnyWantedTag) {
  RuleChoice choice;
  choice.include_tags = {"ATTACK.T15*"};
  EXPECT_EQ(Chosen(choice, 1), (Strings{"one", "two"}));
  choice.include_tags = {"attack.t1550.001", "x"};
  EXPECT_EQ(Chosen(choice, 1), (Strings{"one", "two"}));
  choice.include_tags = {"t1528"};
  EXPECT_EQ(Chosen(choice, 3), Strings{}) << "the whole tag, nothing is guessed";
  choice.include_tags = {"attack.*"};
  choice.exclude_tags = {"X"};
  EXPECT_EQ(Chosen(choice, 2), Strings{"two"});
}

TEST(RuleChoice, KeepsWantedStatusesAndLevels) {
  RuleChoice choice;
  choice.statuses = {"Stable", "test"};
  EXPECT_EQ(Chosen(choice, 1), (Strings{"one", "three"}));
  choice.min_level = Level::kCritical;
  EXPECT_EQ(Chosen(choice, 2), Strings{"three"});
}

TEST(RuleChoice, KeepsWhatWantedCorrelationsNeedWithoutAlerts) {
  const std::string text = RuleText("base", "id: r1\nlevel: low\n") +
                           RuleText("other", "id: r2\nlevel: low\n") +
                           CorrelationText("outer", "inner", "level: high\n") +
                           CorrelationText("inner", "r1", "name: inner\nlevel: low\n");
  RuleChoice choice;
  choice.min_level = Level::kHigh;
  Report report;
  const RuleSet set = Load({text}, report, choice);
  EXPECT_TRUE(report.all().size() <= 1) << Show(report);
  EXPECT_EQ(Titles(set), (Strings{"base (no alerts)", "inner (no alerts)", "outer"}));
  EXPECT_EQ(set.not_chosen, 1u);
  ASSERT_EQ(set.correlations.size(), 2u);
  EXPECT_FALSE(set.correlations[0].parts[0].correlation);
  EXPECT_EQ(set.correlations[0].parts[0].index, 0u);
  EXPECT_TRUE(set.correlations[1].parts[0].correlation);
  EXPECT_EQ(set.rules[0].captures, Strings{"user"});
}

TEST(RuleChoice, LetsRulesAlertWhoseCorrelationIsNotWanted) {
  const std::string text =
      RuleText("base", "id: r1\nlevel: high\n") + CorrelationText("counted", "r1", "level: low\n");
  Report report;
  EXPECT_EQ(Titles(Load({text}, report)), (Strings{"base (no alerts)", "counted"}));
  RuleChoice choice;
  choice.min_level = Level::kHigh;
  const RuleSet set = Load({text}, report, choice);
  EXPECT_EQ(Titles(set), Strings{"base"});
  EXPECT_TRUE(set.rules[0].captures.empty());
}

// Filters.

std::string FilterText(std::string_view rules, std::string_view more = "condition: not sel",
                       std::string_view source = "{product: azure}") {
  return "title: filter " + std::string(rules) + "\nlogsource: " + std::string(source) +
         "\nfilter: {rules: " + std::string(rules) + ", sel: {b: 2}, " + std::string(more) +
         "}\n---\n";
}

/// The conditions that filters added to each rule.
std::vector<size_t> Added(const std::string& filter, size_t warnings = 0) {
  Report report;
  const RuleSet set = Load({filter + RuleText("one", "id: R-1\nname: one\n") +
                            RuleText("two", "id: r2\n", "{product: azure, service: x}") +
                            RuleText("three", "id: r3\n", "{product: okta}")},
                           report);
  EXPECT_EQ(report.errors(), 0u) << Show(report);
  EXPECT_EQ(report.all().size(), warnings) << Show(report);
  std::vector<size_t> out;
  for (const Rule& rule : set.rules) out.push_back(rule.terms.size() - 1);
  return out;
}

using Counts = std::vector<size_t>;

TEST(Filter, GoesOntoRulesThatItNames) {
  EXPECT_EQ(Added(FilterText("[r-1, r2]")), (Counts{1, 1, 0}));
  EXPECT_EQ(Added(FilterText("r2")), (Counts{0, 1, 0}));
  EXPECT_EQ(Added(FilterText("one")), (Counts{1, 0, 0})) << "by name";
  EXPECT_EQ(Added(FilterText("ONE"), 1), (Counts{0, 0, 0})) << "names are told apart by case";
  EXPECT_EQ(Added(FilterText("any")), (Counts{1, 1, 0}));
  EXPECT_EQ(Added(FilterText("[any]")), (Counts{1, 1, 0}));
  EXPECT_EQ(Added(FilterText("[]")), (Counts{1, 1, 0}));
  EXPECT_EQ(Added(FilterText("any") + FilterText("r2")), (Counts{1, 2, 0}));
}

TEST(Filter, GoesOntoRulesThatSayAllItSaysOfTheSource) {
  EXPECT_EQ(Added(FilterText("any", "condition: sel", "{service: x}")), (Counts{0, 1, 0}));
  EXPECT_EQ(Added(FilterText("[r-1, r2]", "condition: sel", "{product: AZURE, service: x}")),
            (Counts{0, 1, 0}));
  EXPECT_EQ(Added(FilterText("r3"), 1), (Counts{0, 0, 0}));
}

bool HoldsFor(const Rule& rule, const Expr& expr, const std::set<std::string>& fields) {
  switch (expr.kind) {
    case Expr::Kind::kTerm:
      return fields.count(rule.terms[expr.index].field) != 0;
    case Expr::Kind::kDetection:
      return HoldsFor(rule, rule.detections[expr.index], fields);
    case Expr::Kind::kNot:
      return !HoldsFor(rule, expr.parts[0], fields);
    case Expr::Kind::kAnd:
      return std::all_of(expr.parts.begin(), expr.parts.end(),
                         [&](const Expr& part) { return HoldsFor(rule, part, fields); });
    case Expr::Kind::kOr:
      return std::any_of(expr.parts.begin(), expr.parts.end(),
                         [&](const Expr& part) { return HoldsFor(rule, part, fields); });
  }
  return false;
}

TEST(Filter, IsAndedAndSeesItsOwnNamesOnly) {
  Report report;
  const std::string rule =
      "title: r\nid: r1\nlogsource: {product: azure}\n"
      "detection: {sel: {a: 1}, sel_2: {c: 1}, condition: 1 of sel*}\n---\n";
  const RuleSet set = Load({FilterText("r1", "sel_3: {d: 1}, condition: all of sel* or 1 of them"),
                            rule, FilterText("r1", "condition: not sel")},
                           report);
  EXPECT_EQ(set.filters, 2u) << Show(report);
  ASSERT_EQ(set.rules.size(), 1u);
  const Rule& one = set.rules[0];
  const auto holds = [&](const std::set<std::string>& fields) {
    return HoldsFor(one, one.condition, fields);
  };
  EXPECT_TRUE(holds({"a", "d"}));
  EXPECT_TRUE(holds({"c", "d"}));
  EXPECT_FALSE(holds({"a"})) << "the first filter wants one of its own";
  EXPECT_FALSE(holds({"d"})) << "the rule wants one of its own";
  EXPECT_FALSE(holds({"a", "d", "b"})) << "the second filter excludes";
}

TEST(Filter, StaysOffCorrelations) {
  Report report;
  const RuleSet set =
      Load({RuleText("base", "id: r1\n"), CorrelationText("c", "r1", "id: c1\n"), FilterText("c1")},
           report);
  EXPECT_EQ(set.rules[0].terms.size(), 1u);
  ASSERT_EQ(report.all().size(), 1u) << Show(report);
  EXPECT_EQ(report.all()[0].code, "sigma.idle_filter");
  EXPECT_EQ(report.all()[0].severity, Severity::kWarning);
}

TEST(Filter, MakesNoConditionDeeper) {
  Report report;
  std::string text = RuleText("one", "id: r1\n");
  for (int i = 0; i < 200; ++i) text += FilterText("r1");
  const RuleSet set = Load({text}, report);
  EXPECT_EQ(set.rules[0].condition.parts.size(), 201u) << Show(report);
}

// Collections.

std::string Terms(const Rule& rule) {
  std::string out =
      rule.meta.title + " " + rule.meta.id + " " + rule.meta.product + "/" + rule.meta.service;
  for (const Term& term : rule.terms) {
    out += " " + term.field + "=" + std::string(term.values[0].alternatives[0].text());
  }
  return out;
}

Strings Collected(const std::string& text) {
  Report report;
  const RuleSet set = Load({text}, report);
  EXPECT_TRUE(report.all().empty()) << Show(report);
  Strings out;
  for (const Rule& rule : set.rules) out.push_back(Terms(rule));
  return out;
}

TEST(Collection, FillsTemplatesIn) {
  EXPECT_EQ(
      Collected("action: global\ntitle: all\nid: x\nlogsource: {product: p}\n"
                "detection: {sel: {a: 1}, condition: sel}\n---\n"
                "logsource: {service: s, product: loses}\n---\n"
                "title: loses\ndetection: {sel: {b: 2}}\n---\n"
                "action: global\nlogsource: {product: q}\n---\n"
                "title: of the second template\n"
                "detection: {sel: {c: 3}, condition: sel}\n---\n"
                "action: reset\n---\n" +
                RuleText("alone", "id: y\n")),
      (Strings{"all x p/s a=1", "all x-2 p/ b=2 a=1",
               "of the second template of-the-second-template q/ c=3", "alone y azure/ a=1"}));
}

TEST(Collection, RepeatsTheRuleBefore) {
  EXPECT_EQ(Collected(RuleText("one", "id: x\n") +
                      "action: repeat\ntitle: two\ndetection: {sel: {a: 2}}\n---\n"
                      "action: repeat\nid: z\nlogsource: {service: s}\n"),
            (Strings{"one x azure/ a=1", "two x-2 azure/ a=2", "two z azure/s a=2"}));
}

TEST(Collection, LeavesCorrelationsAndFiltersAlone) {
  Report report;
  const RuleSet set = Load({"action: global\nlevel: high\nlogsource: {product: p}\n---\n" +
                            RuleText("base", "id: r1\n") + CorrelationText("c", "r1") +
                            FilterText("r1", "condition: sel", "{product: p}")},
                           report);
  EXPECT_TRUE(report.all().empty()) << Show(report);
  EXPECT_EQ(set.rules[0].meta.level, Level::kHigh);
  EXPECT_EQ(set.correlations[0].meta.level, Level::kMedium);
  EXPECT_EQ(set.rules[0].terms.size(), 2u);
}

// Files of others, when they lie beside the repository.

std::string Shared(std::string_view path) {
  return test::Root() + "/../shared/data/rules/" + std::string(path);
}

size_t AddAll(const std::string& folder, RuleSet& set, Report& report) {
  Strings files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".yml") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  for (const std::string& file : files) set.Add(file, test::ReadFile(file), report);
  return files.size();
}

/// The name in `the placeholder '%name%' has no value`; empty for another message.
std::string MissingName(const Diagnostic& diagnostic) {
  if (diagnostic.code != "sigma.no_placeholder") return {};
  const size_t first = diagnostic.message.find('%') + 1;
  return diagnostic.message.substr(first, diagnostic.message.find('%', first) - first);
}

// Of 3,757 active rules two use a placeholder, as do the 23 of rules-placeholder.
TEST(SigmaHqAll, LoadsEveryRuleOncePlaceholdersHaveValues) {
  const std::string archive = Shared("sigmahq-all.tar.zst");
  if (!fs::exists(archive)) GTEST_SKIP() << "no rules at ../shared/data";
  const test::TempFolder folder;
  const std::string unpack = "tar --zstd -xf '" + archive + "' -C '" + folder.path() + "'";
  ASSERT_EQ(std::system(unpack.c_str()), 0);  // NOLINT: a test's own command

  Report report;
  RuleSet set;
  EXPECT_EQ(AddAll(folder.path(), set, report), 3'780u);
  set.Resolve(report);
  EXPECT_EQ(set.rules.size(), 3'755u);
  EXPECT_EQ(set.left_out, 25u);
  std::set<std::string> refused;
  for (const Diagnostic& diagnostic : report.all()) {
    EXPECT_FALSE(MissingName(diagnostic).empty()) << Format(diagnostic);
    refused.insert(diagnostic.file);
  }
  EXPECT_EQ(refused.size(), 25u);
  // A rule says its first missing name only, so the next shows once that one is given.
  Placeholders placeholders;
  for (size_t missing = 1, round = 0; missing > 0 && round < 8; ++round) {
    Report again;
    RuleSet with_values(placeholders);
    for (const std::string& file : refused) {
      with_values.Add(file, test::ReadFile(file), again);
    }
    with_values.Resolve(again);
    missing = again.all().size();
    EXPECT_EQ(with_values.rules.size(), 25u - missing);
    for (const Diagnostic& diagnostic : again.all()) {
      ASSERT_FALSE(MissingName(diagnostic).empty()) << Format(diagnostic);
      placeholders[MissingName(diagnostic)] = {"x", "y*"};
    }
    EXPECT_TRUE(missing == 0 || round < 7);
  }
}

TEST(Auth0, LoadsCorrelationsAndAllRulesButTwo) {
  if (!fs::exists(Shared("auth0"))) GTEST_SKIP() << "no rules at ../shared/data";
  Report report;
  RuleSet set;
  AddAll(Shared("auth0"), set, report);
  set.Resolve(report);
  EXPECT_EQ(set.rules.size(), 31u) << Show(report);
  EXPECT_EQ(set.correlations.size(), 8u);
  // One has a hole in braces that its user must fill, one a lookahead.
  std::set<std::string> refused;
  for (const Diagnostic& diagnostic : report.all()) {
    if (diagnostic.severity != Severity::kError) continue;
    refused.insert(fs::path(diagnostic.file).stem().string() + " " + diagnostic.code);
  }
  const std::set<std::string> expected = {
      "client_with_overpermissive_granted_scopes sigma.bad_detection",
      "liquidjs_xss_vulnerability sigma.bad_value"};
  EXPECT_EQ(refused, expected) << Show(report);
}

TEST(Specification, ExamplesLoad) {
  const std::string folder = Shared("sigma-specification/tests/schema/");
  if (!fs::exists(folder)) GTEST_SKIP() << "no examples at ../shared/data";
  size_t files = 0;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".yml") continue;
    // Apart, since some have an id in common.
    Report report;
    RuleSet set;
    set.Add(entry.path().string(), test::ReadFile(entry.path().string()), report);
    EXPECT_EQ(set.rules.size() + set.filters + set.correlations.size(), 1u) << Show(report);
    EXPECT_EQ(set.left_out, 0u) << Show(report);
    ++files;
  }
  EXPECT_EQ(files, 12u);
}

TEST(Hostile, RepeatedRulesDoNotGrowWithoutBound) {
  std::string text =
      "title: t\nlogsource: {product: p}\ndetection: {s: {a: x}, condition: 1 of them}\n";
  for (int i = 0; i < 600; ++i) {
    text += "---\naction: repeat\ndetection: {s" + std::to_string(i) + ": {a: x}}\n";
  }
  RuleSet set;
  Report report;
  set.Add("x.yml", text, report);
  EXPECT_GT(set.rules.size(), 100u);
  EXPECT_LT(set.rules.size(), 600u);
  EXPECT_EQ(set.rules.size() + report.errors(), 601u) << "each that is left out is told";
  EXPECT_EQ(report.all().back().code, "sigma.too_large");
}

TEST(Hostile, RegularExpressionsOfARuleHaveABoundTogether) {
  std::string list;
  for (int i = 0; i < 200; ++i) list += "'y" + std::to_string(i) + "[a-z0-9é]{900}', ";
  RuleSet set;
  Report report;
  set.Add("x.yml",
          "title: t\nlogsource: {product: p}\ndetection: {s: {'a|re': [" + list +
              "x]}, condition: s}\n---\ntitle: u\nlogsource: {product: p}\n"
              "detection: {s: {'a|re': 'y[a-z0-9]{900}'}, condition: s}\n",
          report);
  ASSERT_EQ(report.errors(), 1u) << Show(report);
  EXPECT_EQ(report.all()[0].code, "sigma.too_large");
  EXPECT_EQ(set.rules.size(), 1u);
}

TEST(Hostile, ALongCircleIsToldInShort) {
  std::string text;
  for (int i = 0; i < 50; ++i) {
    const std::string name = "c" + std::to_string(i);
    text += "title: " + name + "\nname: " + name + "\ncorrelation: {type: event_count, rules: [c" +
            std::to_string((i + 1) % 50) +
            "], group-by: [u], timespan: 1m, condition: {gte: 2}}\n---\n";
  }
  RuleSet set;
  Report report;
  set.Add("x.yml", text, report);
  set.Resolve(report);
  EXPECT_EQ(report.errors(), 50u);
  EXPECT_NE(report.all()[0].message.find("'c7' -> (42 more) -> 'c0'"), std::string::npos)
      << report.all()[0].message;
}

}  // namespace
}  // namespace tokentrail::sigma
