// What must not change what rules find: how a record is written, the order of things, what was
// looked at before, and how the work is split.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <thread>

#include "base/text.h"
#include "test/support/case_file.h"
#include "test/support/hunt.h"
#include "test/support/json_record.h"
#include "test/support/sigma_engine.h"
#include "test/support/sigma_generator.h"
#include "test/support/sigma_synthesis.h"
#include "test/support/temp_folder.h"

namespace tokentrail::test {
namespace {

using Mode = SigmaEngine::Mode;

/// Generated rules, and events of which many match some of them.
struct Material {
  explicit Material(uint64_t seed, size_t rule_count = 150, size_t event_count = 240) {
    Random random(seed);
    while (texts.size() < rule_count) {
      std::string text = GenerateRule(random, static_cast<int>(texts.size()));
      const Result<std::vector<Yaml>> documents = ParseYaml(text);
      reference::Rule rule = reference::ReadRule(documents->front(), GeneratedPlaceholders());
      if (!rule.refused.empty()) continue;
      texts.push_back(std::move(text));
      rules.push_back(std::move(rule));
    }
    while (events.size() < event_count) {
      events.push_back(Synthesise(random.Pick(rules), true, random));
      if (events.size() % 4 == 0) events.push_back(GenerateEvent(random));
    }
  }

  SigmaEngine Engine() const { return EngineOf(texts); }
  static SigmaEngine EngineOf(const std::vector<std::string>& files) {
    return SigmaEngine(std::vector<std::string_view>(files.begin(), files.end()),
                       GeneratedPlaceholders());
  }

  std::vector<std::string> texts;
  std::vector<reference::Rule> rules;
  std::vector<JsonValue> events;
};

std::vector<uint32_t> Find(const SigmaEngine& engine, const std::string& json) {
  return engine.Match(JsonRecord(json).record(), Mode::kIndexed);
}

TEST(SigmaMetamorphic, HowARecordIsWrittenDoesNotShow) {
  const Material material(11);
  const SigmaEngine engine = material.Engine();
  Random random(12);
  size_t matches = 0;
  for (const JsonValue& event : material.events) {
    const std::vector<uint32_t> found = Find(engine, ToJson(event));
    matches += found.size();
    const JsonStyle styles[] = {{.spaces = true},
                                {.escape_all = true},
                                {.shuffle = &random},
                                {.spaces = true, .escape_all = true, .shuffle = &random}};
    for (const JsonStyle& style : styles) {
      const std::string json = ToJson(event, style);
      EXPECT_EQ(Find(engine, json), found) << ToJson(event) << "\n" << json;
    }
  }
  EXPECT_GT(matches, 500u);
}

/// A matcher keeps memory from record to record; none of what it held may be seen again.
TEST(SigmaMetamorphic, RecordsBeforeDoNotShow) {
  const Material material(21);
  const SigmaEngine engine = material.Engine();
  SigmaEngine::Matcher matcher(engine);
  Random random(22);
  for (int i = 0; i < 600; ++i) {
    const std::string json = ToJson(random.Pick(material.events));
    const JsonRecord record(json);
    const Mode mode = random.OneIn(4) ? Mode::kPlain : Mode::kIndexed;
    EXPECT_EQ(matcher.Match(record.record(), mode), Find(engine, json)) << json;
    EXPECT_EQ(matcher.Match(record.record(), mode), Find(engine, json)) << "again: " << json;
  }
}

TEST(SigmaMetamorphic, OrderOfRulesDoesNotShow) {
  const Material material(31);
  std::vector<std::string> backwards(material.texts.rbegin(), material.texts.rend());
  const SigmaEngine one = material.Engine();
  const SigmaEngine other = Material::EngineOf(backwards);
  ASSERT_EQ(one.size(), material.texts.size()) << one.said();
  ASSERT_EQ(other.size(), one.size());
  const auto titles = [](const SigmaEngine& engine, const std::string& json) {
    std::vector<std::string> out;
    for (const uint32_t rule : Find(engine, json)) out.emplace_back(engine.title(rule));
    std::sort(out.begin(), out.end());
    return out;
  };
  for (const JsonValue& event : material.events) {
    const std::string json = ToJson(event);
    EXPECT_EQ(titles(one, json), titles(other, json)) << json;
  }
}

/// The document as flow YAML, the values of lists turned round.
std::string Backwards(const Yaml& yaml) {
  switch (yaml.type) {
    case Yaml::Type::kNull:
      return "null";
    case Yaml::Type::kScalar: {
      if (!yaml.quoted && yaml.text.find_first_of(",:[]{}#&*!|>'\"%@` ") == std::string::npos) {
        return yaml.text;
      }
      return ToJson(JsonValue::Text(yaml.text));
    }
    case Yaml::Type::kList: {
      std::string out;
      for (const Yaml& item : yaml.list) {
        out.insert(0, out.empty() ? "" : ", ");
        out.insert(0, Backwards(item));
      }
      return '[' + out + ']';
    }
    case Yaml::Type::kMap:
      break;
  }
  std::string out;
  for (const auto& [key, item] : yaml.map) {
    out += (out.empty() ? "" : ", ") + ToJson(JsonValue::Text(key.text)) + ": " + Backwards(item);
  }
  return '{' + out + '}';
}

TEST(SigmaMetamorphic, OrderOfValuesDoesNotShow) {
  const Material material(41);
  std::vector<std::string> turned;
  for (const std::string& text : material.texts) {
    turned.push_back(Backwards(ParseYaml(text)->front()) + "\n");
  }
  const SigmaEngine one = material.Engine();
  const SigmaEngine other = Material::EngineOf(turned);
  ASSERT_EQ(one.size(), material.texts.size()) << one.said();
  ASSERT_EQ(other.size(), one.size()) << other.said();
  for (const JsonValue& event : material.events) {
    const std::string json = ToJson(event);
    EXPECT_EQ(Find(one, json), Find(other, json)) << json;
  }
}

TEST(SigmaMetamorphic, OnePlanForAllFindsWhatOneForEachFinds) {
  const Material material(51, 60, 120);
  const SigmaEngine all = material.Engine();
  std::vector<SigmaEngine> each;
  for (const std::string& text : material.texts) each.push_back(Material::EngineOf({text}));
  for (const JsonValue& event : material.events) {
    const std::string json = ToJson(event);
    std::vector<uint32_t> found;
    for (uint32_t i = 0; i < each.size(); ++i) {
      if (!Find(each[i], json).empty()) found.push_back(i);
    }
    EXPECT_EQ(Find(all, json), found) << json;
  }
}

TEST(SigmaMetamorphic, ThreadsDoNotShow) {
  const Material material(61);
  const SigmaEngine engine = material.Engine();
  std::vector<std::string> lines;
  for (const JsonValue& event : material.events) lines.push_back(ToJson(event));
  std::vector<std::vector<uint32_t>> alone;
  for (const std::string& line : lines) alone.push_back(Find(engine, line));
  std::vector<int> different(4);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < different.size(); ++t) {
    threads.emplace_back([&, t] {
      SigmaEngine::Matcher matcher(engine);
      for (size_t i = 0; i < lines.size(); ++i) {
        const size_t at = (i * 7 + t * 31) % lines.size();
        const JsonRecord record(lines[at]);
        if (matcher.Match(record.record(), Mode::kIndexed) != alone[at]) ++different[t];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const int count : different) EXPECT_EQ(count, 0);
}

/// The whole hunt: findings of rules are the same for any number of threads and however the lines
/// lie in files.
TEST(SigmaMetamorphic, ThreadsAndFilesOfAHuntDoNotShow) {
  const TempFolder folder;
  folder.Write("rules/a.yml",
               "title: consent\nid: 0b0d4b5c-0000-4000-8000-000000000001\n"
               "logsource: {product: m365, service: audit}\n"
               "detection:\n  sel: {Operation|startswith: consent}\n  condition: sel\n");
  folder.Write("rules/b.yml",
               "title: some apps\nid: 0b0d4b5c-0000-4000-8000-000000000002\n"
               "logsource: {product: m365, service: audit}\n"
               "detection:\n  sel: ['1', '*a*7*']\n  other: {Workload: none}\n"
               "  condition: sel\n");
  folder.Write("rules/c.yml",
               "title: not even\nid: 0b0d4b5c-0000-4000-8000-000000000003\n"
               "logsource: {product: m365}\n"
               "detection:\n  sel: {UserId|re: '[13579]@'}\n"
               "  filter: {Operation: nothing}\n  condition: sel and not filter\n");
  std::vector<std::string> lines;
  for (int i = 0; i < 600; ++i) lines.push_back(ConsentRecord(i));
  std::string plain;
  Random random(71);
  for (const auto& [parts, threads] :
       {std::pair<size_t, const char*>{1, "1"}, {1, "4"}, {5, "2"}, {40, "3"}}) {
    std::vector<std::string> texts(parts);
    for (const std::string& line : lines) texts[random.Below(parts)] += line + "\n";
    const std::string name = "in" + std::to_string(parts) + threads;
    for (size_t i = 0; i < parts; ++i) {
      folder.Write(name + "/" + std::to_string(random.Next()) + ".jsonl", texts[i]);
    }
    const HuntResult hunt = Hunt({folder.In(name)}, folder.In("case"),
                                 {"-C", "--threads", threads, "-r", folder.In("rules")});
    const std::string findings = WithoutPlaces(hunt.findings);
    for (const char* const id : {"0001", "0002", "0003"}) {
      EXPECT_NE(findings.find(std::string("0b0d4b5c-0000-4000-8000-00000000") + id),
                std::string::npos)
          << id;
    }
    if (plain.empty()) plain = findings;
    EXPECT_TRUE(findings == plain) << parts << " files, " << threads << " threads";
  }
  EXPECT_FALSE(plain.empty());
}

}  // namespace
}  // namespace tokentrail::test
