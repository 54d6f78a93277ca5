#include "sigma/term.h"

#include <gtest/gtest.h>

#include <set>

#include "sigma/rule.h"

namespace tokentrail::sigma {
namespace {

/// The only line of a rule whose selection is `line`.
Term Read(const std::string& line, const Placeholders& placeholders = {}) {
  const std::string text =
      "title: t\nlogsource: {product: p}\ndetection:\n  sel:\n    " + line + "\n  condition: sel\n";
  const Result<std::vector<Yaml>> documents = ParseYaml(text);
  Report report;
  const std::optional<Rule> rule =
      ReadRule(documents.value().front(), {"t.yml", {}}, report, placeholders);
  for (const Diagnostic& diagnostic : report.all()) ADD_FAILURE() << Format(diagnostic);
  return rule.has_value() ? rule->terms.front() : Term();
}

TEST(TermKey, IsEqualForOneMeaning) {
  const std::pair<const char*, const char*> kSame[] = {
      {"a: X", "a: x"},
      {"a: 5", "a: '5'"},
      {"a|contains: x", "a: '*x*'"},
      {"a|contains|all: [x, y]", "a|contains: [x, z]"},
      {"a|neq: x", "a: x"},
      {"a|gt: 5", "a|gt: 5.0"},
      {"a|cidr: 10.0.0.1", "a|cidr: 10.0.0.1/32"},
      {"a|re|i|m: x", "a|re|multiline|ignorecase: x"},
      {"a|windash|contains: ' -x'", "a|contains|windash: ' /x'"},
      {"a|wide|base64: x", "a|utf16le|base64: x"},
      {"a: null", "a: []"},
      {"a|fieldref: b", "a|fieldref|neq: b"},
  };
  for (const auto& [one, two] : kSame) EXPECT_EQ(Read(one).Key(0), Read(two).Key(0)) << one;
}

TEST(TermKey, DiffersForEveryOtherMeaning) {
  const Placeholders values = {{"p", {"a", "b"}}};
  const char* const kAll[] = {"a: x",
                              "A: x",
                              "b: x",
                              "a|cased: x",
                              "a|contains: x",
                              "a|startswith: x",
                              "a|endswith: x",
                              "a|re: x",
                              "a|re|i: x",
                              "a|re|s: x",
                              "a|re|m: x",
                              "a: null",
                              "a: 'null'",
                              "a: ''",
                              "a|exists: true",
                              "a|exists: false",
                              "a|gt: 5",
                              "a|gte: 5",
                              "a|lt: 5",
                              "a|lte: 5",
                              "a|gt: 6",
                              "a: 5",
                              "a|hour: 5",
                              "a|day: 5",
                              "a|hour|gt: 5",
                              "a|fieldref: x",
                              "a|fieldref|cased: x",
                              "a|fieldref|startswith: x",
                              "a|fieldref|endswith: x",
                              "a|fieldref|contains: x",
                              "a|cidr: 10.0.0.0/8",
                              "a|cidr: 10.0.0.0/9",
                              "a|base64offset|contains: xy",
                              "a|expand: '%p%'",
                              "'|contains': x",
                              "a: 'x?'",
                              "a|windash|contains: -x",
                              "a|contains: -x"};
  std::set<std::string> keys;
  for (const char* const one : kAll)
    EXPECT_TRUE(keys.insert(Read(one, values).Key(0)).second) << one;
}

TEST(Term, GivesAValueSeveralAlternatives) {
  const Placeholders values = {{"p", {"ab", "cd*"}}};
  EXPECT_EQ(Read("a: x").values[0].alternatives.size(), 1u);
  EXPECT_EQ(Read("a|base64offset|contains: xy").values[0].alternatives.size(), 3u);
  const Term term = Read("a|contains|expand|all: ['%p%', 'x%p%']", values);
  ASSERT_EQ(term.values.size(), 2u);
  EXPECT_EQ(term.values[1].alternatives.size(), 2u);
  EXPECT_TRUE(term.Agrees(0, {NodeKind::kText, "_cdef"}));
  EXPECT_FALSE(term.Agrees(1, {NodeKind::kText, "_cdef"}));
  EXPECT_EQ(Read("a|expand|base64offset|contains: 'x%p%'", {{"p", {"a", "b"}}})
                .values[0]
                .alternatives.size(),
            6u);
  const Term regex = Read("a|re|expand: '^%p%$'", values);
  EXPECT_TRUE(regex.Agrees(0, {NodeKind::kText, "cdx"}));
  EXPECT_TRUE(regex.Agrees(0, {NodeKind::kText, "ab"}));
  EXPECT_FALSE(regex.Agrees(0, {NodeKind::kText, "abx"}));
}

TEST(Term, IsACopyOfItself) {
  for (const char* const line : {"a: x", "a|re: x", "a|cidr: 10.0.0.0/8", "a|gt: 5", "a|hour: 5"}) {
    const Term term = Read(line);
    const Term copy = term;  // NOLINT: that it can be copied is the point
    EXPECT_EQ(copy.Key(0), term.Key(0));
    for (const std::string_view text : {"x", "10.1.1.1", "6", "2024-01-01 05:00"}) {
      EXPECT_EQ(copy.Agrees(0, {NodeKind::kText, text}), term.Agrees(0, {NodeKind::kText, text}));
    }
  }
}

TEST(Term, FindsUtf16InTextsThatHoldIt) {
  const Term term = Read("a|wide: Ab");
  EXPECT_TRUE(term.Agrees(0, {NodeKind::kText, std::string_view("a\0B\0", 4)}));
  EXPECT_FALSE(term.Agrees(0, {NodeKind::kText, "ab"}));
}

TEST(Regex, KnowsWhatItRequires) {
  const std::tuple<const char*, bool, const char*> kCases[] = {
      {"abc[0-9]+defg", false, "defg"}, {"ABC", true, "abc"},
      {"(foo|bar)", false, ""},         {"x*", false, ""},
      {"^https?://", false, "http"},    {"\\d+", false, ""}};
  for (const auto& [pattern, ignore_case, required] : kCases) {
    const Result<Regex> regex = Regex::Compile(pattern, {ignore_case, false, false});
    ASSERT_TRUE(regex.ok());
    EXPECT_EQ(regex->RequiredText(), required) << pattern;
  }
}

}  // namespace
}  // namespace tokentrail::sigma
