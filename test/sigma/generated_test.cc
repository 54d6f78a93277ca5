// The engine against the reference evaluator, on rules and events that nobody wrote.

#include <gtest/gtest.h>

#include "test/support/json_record.h"
#include "test/support/sigma_engine.h"
#include "test/support/sigma_generator.h"
#include "test/support/sigma_synthesis.h"

namespace tokentrail::test {
namespace {

reference::Rule ReadReference(const std::string& text) {
  const Result<std::vector<Yaml>> documents = ParseYaml(text);
  EXPECT_TRUE(documents.ok()) << text;
  return reference::ReadRule(documents->front(), GeneratedPlaceholders());
}

/// Events for a rule: made to match, one step from it, made not to, and any.
std::vector<JsonValue> EventsFor(const reference::Rule& rule, Random& random) {
  std::vector<JsonValue> out;
  for (int i = 0; i < 2; ++i) {
    if (std::optional<JsonValue> event = SynthesiseMatch(rule, random, 6)) {
      out.push_back(Mutate(*event, random));
      out.push_back(Mutate(*event, random));
      out.push_back(std::move(*event));
    }
  }
  out.push_back(Synthesise(rule, false, random));
  out.push_back(Mutate(out.back(), random));
  for (int i = 0; i < 4; ++i) out.push_back(GenerateEvent(random));
  return out;
}

TEST(SigmaGenerated, EngineAndReferenceAgreeOnRulesOneByOne) {
  Random random(1528);
  size_t pairs = 0;
  size_t matches = 0;
  size_t wide = 0;
  int failures = 0;
  for (int number = 0; number < 2500 && failures < 20; ++number) {
    const std::string text = GenerateRule(random, number);
    const reference::Rule rule = ReadReference(text);
    if (rule.too_wide) {
      ++wide;
      continue;
    }
    const SigmaEngine engine({text}, GeneratedPlaceholders());
    if (!rule.refused.empty() || engine.size() != 1) {
      ADD_FAILURE() << text << "reference: " << rule.refused << "\nengine: " << engine.said();
      ++failures;
      continue;
    }
    for (const JsonValue& event : EventsFor(rule, random)) {
      const std::string json = ToJson(event);
      const JsonRecord record(json);
      const bool expected = reference::Matches(rule, record.record());
      ++pairs;
      matches += expected ? 1 : 0;
      for (const auto mode : {SigmaEngine::Mode::kIndexed, SigmaEngine::Mode::kPlain}) {
        const bool got = !engine.Match(record.record(), mode).empty();
        if (got == expected) continue;
        ADD_FAILURE() << text << json << "\nreference " << expected << ", engine " << got
                      << (mode == SigmaEngine::Mode::kPlain ? " (plain)" : " (indexed)");
        ++failures;
        break;
      }
    }
  }
  std::printf("%zu comparisons, %zu of them matches; %zu rules too wide\n", pairs, matches, wide);
  EXPECT_GT(pairs, 20'000u);
  EXPECT_GT(matches, pairs / 10) << "the events must hit often";
  EXPECT_LT(matches, pairs * 9 / 10);
  EXPECT_LT(wide, 50u);
}

TEST(SigmaGenerated, BrokenRulesAreRefusedByBoth) {
  Random random(402);
  for (int number = 0; number < 300; ++number) {
    const std::string text = GenerateBrokenRule(random, number);
    EXPECT_NE(ReadReference(text).refused, "") << text;
    const SigmaEngine engine({text, GenerateRule(random, number)}, GeneratedPlaceholders());
    EXPECT_EQ(engine.size(), 1u) << text << engine.said();
    EXPECT_NE(engine.said(), "") << text;
  }
}

/// One program of many rules finds in each record what each rule alone finds.
TEST(SigmaGenerated, ManyRulesTogetherAgreeWithTheReference) {
  Random random(77);
  size_t matches = 0;
  for (int round = 0; round < 12; ++round) {
    std::vector<std::string> texts;
    std::vector<reference::Rule> rules;
    while (texts.size() < 100) {
      std::string text = GenerateRule(random, static_cast<int>(texts.size()));
      reference::Rule rule = ReadReference(text);
      if (!rule.refused.empty()) continue;
      texts.push_back(std::move(text));
      rules.push_back(std::move(rule));
    }
    const SigmaEngine engine(std::vector<std::string_view>(texts.begin(), texts.end()),
                             GeneratedPlaceholders());
    ASSERT_EQ(engine.size(), rules.size()) << engine.said();
    for (int i = 0; i < 60; ++i) {
      const JsonValue event =
          i % 3 == 0 ? GenerateEvent(random) : Synthesise(random.Pick(rules), true, random);
      const JsonRecord record(ToJson(event));
      std::vector<uint32_t> expected;
      for (uint32_t r = 0; r < rules.size(); ++r) {
        if (reference::Matches(rules[r], record.record())) expected.push_back(r);
      }
      matches += expected.size();
      for (const auto mode : {SigmaEngine::Mode::kIndexed, SigmaEngine::Mode::kPlain}) {
        const std::vector<uint32_t> got = engine.Match(record.record(), mode);
        EXPECT_EQ(got, expected) << ToJson(event);
      }
    }
  }
  std::printf("%zu matches\n", matches);
  EXPECT_GT(matches, 1'000u);
}

}  // namespace
}  // namespace tokentrail::test
