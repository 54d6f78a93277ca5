#include "base/yaml.h"

#include <gtest/gtest.h>

namespace tokentrail {
namespace {

Yaml One(std::string_view text) {
  Result<std::vector<Yaml>> parsed = ParseYaml(text);
  EXPECT_TRUE(parsed.ok()) << (parsed.ok() ? "" : parsed.error().message);
  if (!parsed.ok() || parsed->size() != 1) return {};
  return (*parsed)[0];
}

YamlError Fails(std::string_view text) {
  YamlError error;
  const Result<std::vector<Yaml>> parsed = ParseYaml(text, &error);
  EXPECT_FALSE(parsed.ok()) << text.substr(0, 80);
  return error;
}

TEST(ParseYaml, KeepsScalarsAsTheyWereWritten) {
  const Yaml doc = One("a: no\nb: 1e3\nc: 2026-01-01\nd: 007\ne: '5'\nf: |\n  x\n  y\ng: ''\n");
  EXPECT_EQ(doc.Text("a"), "no");
  EXPECT_EQ(doc.Text("b"), "1e3");
  EXPECT_EQ(doc.Text("c"), "2026-01-01");
  EXPECT_EQ(doc.Text("d"), "007");
  EXPECT_FALSE(doc.Find("d")->quoted);
  EXPECT_EQ(doc.Text("e"), "5");
  EXPECT_TRUE(doc.Find("e")->quoted);
  EXPECT_EQ(doc.Text("f"), "x\ny\n");
  EXPECT_TRUE(doc.Find("f")->quoted);
  EXPECT_TRUE(doc.Find("g")->is_scalar()) << "an empty text is not null";
  EXPECT_EQ(doc.Find("h"), nullptr);
}

TEST(ParseYaml, TellsNullFromText) {
  const Yaml doc = One("a: ~\nb: null\nc:\nd: 'null'\ne: [null, ~, \"~\"]\n");
  EXPECT_TRUE(doc.Find("a")->is_null());
  EXPECT_TRUE(doc.Find("b")->is_null());
  EXPECT_TRUE(doc.Find("c")->is_null());
  EXPECT_TRUE(doc.Find("d")->is_scalar());
  ASSERT_EQ(doc.Find("e")->list.size(), 3u);
  EXPECT_TRUE(doc.Find("e")->list[0].is_null());
  EXPECT_TRUE(doc.Find("e")->list[2].is_scalar());
}

TEST(ParseYaml, CountsLinesAndCharactersFromOne) {
  const Yaml doc = One("x: 1\n\xc3\xa4\xc3\xa4: {y: 2}\n");
  const Yaml& inner = *doc.Find("\xc3\xa4\xc3\xa4");
  EXPECT_EQ(inner.line, 2u);
  EXPECT_EQ(inner.column, 5u);
  EXPECT_EQ(inner.map[0].first.column, 6u);
}

TEST(ParseYaml, ReadsSeveralDocumentsWithBomAndCrlf) {
  const Result<std::vector<Yaml>> parsed = ParseYaml(
      "\xef\xbb\xbf"
      "a: 1\r\n---\r\nb: two words\r\n");
  ASSERT_TRUE(parsed.ok());
  ASSERT_EQ(parsed->size(), 2u);
  EXPECT_EQ((*parsed)[0].Text("a"), "1");
  EXPECT_EQ((*parsed)[0].map[0].first.column, 1u);
  EXPECT_EQ((*parsed)[1].Text("b"), "two words");
  EXPECT_EQ((*parsed)[1].line, 3u);
}

TEST(ParseYaml, FollowsAnchors) {
  const Yaml doc = One("a: &x [1, 2]\nb: *x\n");
  EXPECT_EQ(doc.Find("b")->list.size(), 2u);
}

TEST(ParseYaml, RefusesKeysThatStandTwice) {
  const YamlError error = Fails("a: 1\nb: {c: 1, c: 2}\n");
  EXPECT_EQ(error.line, 2u);
  EXPECT_EQ(error.column, 11u);
  EXPECT_EQ(error.message, "the key 'c' stands here twice");
}

TEST(ParseYaml, SaysWhereTheTextIsBroken) {
  const YamlError error = Fails("a: 1\nb: [1, 2\nc: 3\n");
  EXPECT_GE(error.line, 2u);
  EXPECT_FALSE(error.message.empty());
  EXPECT_EQ(Fails("a: *nowhere\n").line, 1u);
  EXPECT_EQ(Fails("? [a, b]\n: c\n").message, "a key must be a plain text");
  Fails(std::string_view("a: \0b", 5));
}

TEST(ParseYaml, StopsAliasBombs) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string before = std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 9; ++k) bomb += "*a" + before + ", ";
    bomb += "*a" + before + "]\n";
  }
  EXPECT_EQ(Fails(bomb).message, "more than 100,000 values, aliases counted");
}

TEST(ParseYaml, StopsAtSixtyFourLevels) {
  const auto nested = [](size_t levels) {
    return std::string(levels, '[') + "x" + std::string(levels, ']');
  };
  EXPECT_TRUE(ParseYaml(nested(64)).ok());
  EXPECT_EQ(Fails(nested(65)).message, "nested deeper than 64 levels");
  EXPECT_EQ(Fails(nested(100'000)).message, "nested deeper than 64 levels");
  EXPECT_EQ(Fails(std::string(100'000, '[')).message, "nested deeper than 64 levels");
}

TEST(ParseYaml, SurvivesAnyText) {
  uint64_t seed = 5;
  const std::string alphabet = "ab:-? \n\t[]{}&*!|>'\"%#@,~\xc3\xff";
  for (int round = 0; round < 5'000; ++round) {
    std::string text;
    for (int i = 0; i < 30; ++i) {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      text.push_back(alphabet[(seed >> 33) % alphabet.size()]);
    }
    YamlError error;
    const Result<std::vector<Yaml>> parsed = ParseYaml(text, &error);
    EXPECT_TRUE(parsed.ok() || !error.message.empty());
  }
}

TEST(Yaml, RefusesWhatIsNoUtf8) {
  YamlError error;
  EXPECT_FALSE(ParseYaml("a: 1\n\xc3\xa4: x\xe9y\n", &error).ok()) << "Latin-1";
  EXPECT_EQ(error.line, 2u);
  EXPECT_EQ(error.column, 5u);
  for (const char* const bad :
       {"\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x84", "\xff"}) {
    EXPECT_FALSE(ParseYaml("a: " + std::string(bad)).ok());
  }
  for (const char* const good : {"\xed\x9f\xbf", "\xf4\x8f\xbf\xbd", "\xee\x80\x80"}) {
    EXPECT_TRUE(ParseYaml("a: '" + std::string(good) + "'").ok());
  }
}

}  // namespace
}  // namespace tokentrail
