#include "cli/rules_case.h"

#include <gtest/gtest.h>

#include "cli/rules_case_json.h"
#include "cli/rules_case_yaml.h"

namespace tokentrail::cli {
namespace {

std::string AsJson(std::string_view yaml) {
  const std::vector<YamlPart> parts = ReadYamlParts(yaml);
  EXPECT_EQ(parts.size(), 1u) << yaml;
  return parts.empty() ? "" : ToJson(parts[0].tree);
}

std::vector<std::string> Messages(const RuleCase& one) {
  std::vector<std::string> out;
  for (const Diagnostic& problem : one.problems) {
    out.push_back(std::to_string(problem.line) + ": " + problem.message);
  }
  return out;
}

// YAML 1.2.2, section 10.3.2, and JSON's way to write numbers.
TEST(CaseYaml, PlainScalarsAreOfTheCoreSchema) {
  EXPECT_EQ(AsJson("[42, -7, +5, 007, 0x1F, 0o17, 9007199254740993]"),
            "[42,-7,5,7,31,15,9007199254740993]");
  EXPECT_EQ(AsJson("[12345678901234567890123, 1.0, .5, 1., 1e3, -2.5E-3, 1.e2]"),
            "[12345678901234567890123,1.0,0.5,1.0,1e3,-2.5e-3,1e2]");
  EXPECT_EQ(AsJson("[true, False, null, ~, NULL, ]"), "[true,false,null,null,null]");
  EXPECT_EQ(
      AsJson("[yes, no, on, 2026-01-31, 1_000, 0b1, 12:30, .inf, .nan, 1.2.3, 0x, -, '']"),
      R"(["yes","no","on","2026-01-31","1_000","0b1","12:30",".inf",".nan","1.2.3","0x","-",""])");
  EXPECT_EQ(AsJson("['42', \"true\", 'null', !!str 42]"), R"(["42","true","null","42"])");
  EXPECT_EQ(AsJson("a: |\n  x\n  y\n"), R"({"a":"x\ny\n"})");
  EXPECT_EQ(AsJson("{1: a, null: b, 'x\"y': {}}"), R"({"1":"a","null":"b","x\"y":{}})");
}

TEST(CaseYaml, ATreeIsTheSameWhenWrittenAndReadAgain) {
  const std::string text =
      "title: 'a: b # c'\nn: [1, '1', [x, [], {}], {a: ~, b: [y]}]\nd:\n  s:\n    f|re: "
      "\"\\\\w\\t\"\n"
      "    g: |\n      two\n      lines\n";
  const std::vector<YamlPart> parts = ReadYamlParts(text);
  ASSERT_EQ(parts.size(), 1u);
  const std::string again = ToYamlText(parts[0].tree);
  EXPECT_EQ(AsJson(again), ToJson(parts[0].tree)) << again;
}

TEST(CaseYaml, ABrokenItemCostsNoOther) {
  const std::vector<YamlPart> parts =
      ReadYamlParts("# cases\n- {a: 1}\n- {a: [}\n-\n  a: 3\n---\nb: 4\n---\n# nothing\n");
  ASSERT_EQ(parts.size(), 4u);
  EXPECT_EQ(ToJson(parts[0].tree), R"([{"a":1}])");
  EXPECT_EQ(parts[1].line, 3u);
  EXPECT_NE(parts[1].problem, "");
  EXPECT_EQ(ToJson(parts[2].tree), R"([{"a":3}])");
  EXPECT_EQ(parts[2].tree.list[0].map[0].first.line, 5u);
  EXPECT_EQ(ToJson(parts[3].tree), R"({"b":4})");
  EXPECT_EQ(parts[3].tree.line, 7u);
}

TEST(CaseJson, IsOneValueALineOrAnArray) {
  const std::vector<JsonPart> lines =
      SplitJson("{\"a\":\"}\\\"\"}\n\n{\"b\":\n nonsense\n{\"c\":1} \n");
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[0].text, "{\"a\":\"}\\\"\"}");
  EXPECT_EQ(lines[1].line, 3u);
  EXPECT_EQ(lines[3].text, "{\"c\":1}");
  EXPECT_EQ(lines[3].line, 5u);
  const std::vector<JsonPart> array = SplitJson("[\n {\"a\": [1,\n2]},\n {\"b\": 2}\n]\n");
  ASSERT_EQ(array.size(), 2u);
  EXPECT_EQ(array[1].text, "{\"b\": 2}");
  EXPECT_EQ(array[1].line, 4u);
  EXPECT_TRUE(SplitJson(" \n").empty());
  for (const std::string_view bad :
       {"[", "]", "{", "}", "\"", "[[", "[}", ",,", "[1,", "{]}", "\\"}) {
    for (const JsonPart& part : SplitJson(bad)) EXPECT_LE(part.text.size(), bad.size());
  }
}

TEST(CaseJson, EventsKeepTheirBytes) {
  const std::vector<RuleCase> cases = ReadCases(
      "x.jsonl",
      R"({"rule":"a\nb\u00e9","match":[{"t":"\ud83d\ude00","n":1.0,"big":12345678901234567890123}],)"
      R"("events":[[0,{"a" : 1}],[1.25,{}]],"fires":[1]})"
      "\n"
      R"({"rule":{"title":"x","y":[1]},"reject":true})");
  ASSERT_EQ(cases.size(), 2u);
  EXPECT_EQ(Messages(cases[0]), std::vector<std::string>{});
  EXPECT_EQ(cases[0].rule, "a\nb\xc3\xa9");
  ASSERT_EQ(cases[0].match.size(), 1u);
  EXPECT_EQ(cases[0].match[0].json,
            R"({"t":"\ud83d\ude00","n":1.0,"big":12345678901234567890123})");
  ASSERT_EQ(cases[0].events.size(), 2u);
  EXPECT_EQ(cases[0].events[0].json, R"({"a" : 1})");
  EXPECT_EQ(cases[0].events[1].micros, 1'250'000);
  EXPECT_EQ(cases[0].fires, std::vector<size_t>{1});
  EXPECT_EQ(cases[1].rule, R"({"title":"x","y":[1]})");
  EXPECT_TRUE(cases[1].reject);
}

TEST(CaseJson, IsKnownByItsStartWhereNoNameTells) {
  EXPECT_EQ(Messages(ReadCases("-", R"( [ {"rule":"x","match":[{"a":"\ud83d\ude00"}]}])")[0]),
            std::vector<std::string>{});
  EXPECT_EQ(ReadCases("suite", "{\"rule\":\"x\",\"reject\":true}\n{\"rule\":\"y\"}\n").size(), 2u);
  EXPECT_EQ(Messages(ReadCases("-", "{rule: x, match: [{}]}")[0]), std::vector<std::string>{});
}

TEST(Case, WhatIsWrongIsSaidWithItsLine) {
  const auto problems = [](std::string_view text) {
    const std::vector<RuleCase> cases = ReadCases("x.yml", text);
    return cases.size() == 1 ? Messages(cases[0]) : std::vector<std::string>{"not one case"};
  };
  using Lines = std::vector<std::string>;
  EXPECT_EQ(problems("rule: x\nmach: []\n"), Lines{"2: unknown key 'mach'"});
  EXPECT_EQ(problems("match: [{}]\n"), Lines{"1: the case has no rule: give `rule` or `file`"});
  EXPECT_EQ(problems("rule: x\nmatch:\n"),
            Lines{"1: the case expects nothing: give `match`, `no_match`, `reject` or `events`"});
  EXPECT_EQ(problems("rule: x\nmatch: [{}]\nlogsource: {produkt: a}\n"),
            Lines{"3: unknown key 'produkt'"});
  EXPECT_EQ(problems("rule: x\nevents: [[0, {}]]\nfires: [1]\n"),
            Lines{"3: `fires` holds numbers of events, from 0 to 0"});
  EXPECT_EQ(problems("rule: x\nevents: [[soon, {}]]\nfires: [0]\n"),
            Lines{"2: seconds are a number, such as 0 or 12.5"});
  EXPECT_EQ(problems("rule: x\nevents: [[1e400, {}]]\nfires: [0]\n"),
            Lines{"2: seconds are a number, such as 0 or 12.5"});
  EXPECT_EQ(problems(""), Lines{"1: the file holds no case"});
  EXPECT_EQ(problems("- 5\n"), Lines{"1: a case is a map with `rule` or `file`, `match`, ..."});
  EXPECT_EQ(problems("title: t\ndetection: {}\n"),
            Lines{"1: this is a rule, not a case: a case names it as `rule` or `file`"});
}

TEST(Case, TheRuleStandsBesideItsCases) {
  EXPECT_EQ(ReadCases("a/b.cases.yml", "match: [{}]")[0].rule_file, "a/b.yml");
  EXPECT_EQ(ReadCases("a/b.cases.jsonl", R"({"match":[{}]})")[0].rule_file, "a/b.yml");
  EXPECT_EQ(ReadCases("a/b.yml", "{match: [{}], file: ../c.yml}")[0].rule_file, "c.yml");
}

TEST(Case, FilesOfCasesAreToldFromFilesOfRules) {
  EXPECT_TRUE(HoldsCases("rule: x\nmatch: []\n"));
  EXPECT_TRUE(HoldsCases("- {rule: x, reject: true}\n"));
  EXPECT_TRUE(HoldsCases("rule: x\nmatch: [\n")) << "broken, but by its looks a file of cases";
  EXPECT_FALSE(HoldsCases("title: match\ndetection: {match: {a: 1}, condition: match}\n"));
  EXPECT_FALSE(HoldsCases("title: match\n"));
  EXPECT_FALSE(HoldsCases(""));
}

}  // namespace
}  // namespace tokentrail::cli
