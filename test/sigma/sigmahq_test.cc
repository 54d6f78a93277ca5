// All public rules: over the sample logs, and over events made for each of them.

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <set>

#include "source/walk.h"
#include "test/support/binary.h"
#include "test/support/case_file.h"
#include "test/support/json_record.h"
#include "test/support/sigma_engine.h"
#include "test/support/sigma_synthesis.h"
#include "test/support/temp_folder.h"

namespace tokentrail::test {
namespace {

using Mode = SigmaEngine::Mode;

/// A path of the data that lies beside the repository, wherever that is; empty when it is not
/// there.
std::string Shared(const std::string& path) {
  for (const char* const up : {"../", "../../"}) {
    const std::string out = InRoot(up + ("shared/data/" + path));
    if (std::filesystem::exists(out)) return out;
  }
  return "";
}

/// A value for every placeholder that a text names.
void AddPlaceholders(const std::string& text, reference::Placeholders& out) {
  if (text.find("|expand") == std::string::npos) return;
  static const re2::RE2 kName("%([A-Za-z0-9_-]+)%");
  re2::StringPiece rest(text);
  std::string name;
  while (re2::RE2::FindAndConsume(&rest, kName, &name)) {
    out[name] = {"value of " + name, "x*" + name};
  }
}

/// Read once: SigmaHQ's rules that are in use, as the engine and the reference have them.
struct Public {
  std::vector<std::string> names;
  std::vector<std::string> texts;
  std::vector<reference::Rule> rules;  ///< by text
  std::unique_ptr<SigmaEngine> engine;
  std::vector<size_t> text_of;                     ///< by the engine's number
  std::vector<std::optional<uint32_t>> number_of;  ///< by text

  static const Public* Get() {
    static const std::unique_ptr<Public> kAll = Read();
    return kAll.get();
  }

 private:
  static std::unique_ptr<Public> Read() {
    const std::string archive = Shared("rules/sigmahq-all.tar.zst");
    if (archive.empty()) return nullptr;
    const TempFolder folder;
    const RunResult run = RunProgram({"/bin/tar", "--zstd", "-xf", archive, "-C", folder.path()});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    std::vector<std::string> paths;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
      const std::string path = entry.path().string().substr(folder.path().size() + 1);
      if (path.starts_with("rules") && path.ends_with(".yml")) paths.push_back(path);
    }
    std::sort(paths.begin(), paths.end());
    auto out = std::make_unique<Public>();
    reference::Placeholders placeholders;
    for (const std::string& path : paths) AddPlaceholders(ReadFile(folder.In(path)), placeholders);
    for (const std::string& path : paths) {
      std::string text = ReadFile(folder.In(path));
      const Result<std::vector<Yaml>> documents = ParseYaml(text);
      if (!documents.ok() || documents->size() != 1) continue;
      if (documents->front().Find("detection") == nullptr) continue;
      out->rules.push_back(reference::ReadRule(documents->front(), placeholders));
      out->names.push_back(path);
      out->texts.push_back(std::move(text));
    }
    out->engine = std::make_unique<SigmaEngine>(
        std::vector<std::string_view>(out->texts.begin(), out->texts.end()), placeholders);
    out->number_of.resize(out->texts.size());
    for (uint32_t i = 0; i < out->engine->size(); ++i) {
      const size_t text = std::stoul(std::string(out->engine->file(i)));
      out->text_of.push_back(text);
      out->number_of[text] = i;
    }
    return out;
  }
};

#define PUBLIC_OR_SKIP(name)                \
  const Public* const name = Public::Get(); \
  if (name == nullptr) GTEST_SKIP() << "no rules at ../shared/data"

TEST(SigmaHqReference, LoadsWhatTheEngineLoads) {
  PUBLIC_OR_SKIP(all);
  size_t loaded = 0;
  for (size_t i = 0; i < all->rules.size(); ++i) {
    const reference::Rule& rule = all->rules[i];
    if (rule.too_wide) continue;
    EXPECT_EQ(rule.refused.empty(), all->number_of[i].has_value())
        << all->names[i] << ": " << rule.refused;
    loaded += rule.refused.empty() ? 1 : 0;
  }
  std::printf("%zu of %zu rules\n", loaded, all->rules.size());
  EXPECT_EQ(loaded, all->rules.size()) << "every rule loads once placeholders have values";
}

/// How often events differ from what is found, and how often something is found.
struct Tally {
  size_t records = 0;
  size_t plain = 0;        ///< records looked at without indexes as well
  size_t comparisons = 0;  ///< of a rule and a record with the reference
  size_t matches = 0;
  int failures = 0;
};

TEST(SigmaHqReference, AgreesOverTheSampleLogs) {
  PUBLIC_OR_SKIP(all);
  const std::string logs = Shared("logs");
  if (logs.empty()) GTEST_SKIP() << "no logs at ../shared/data";
  // A sample, always the same: without indexes one record in `kPlain`, the reference one rule in
  // `kRules` a record, and every rule that was found.
  constexpr size_t kPlain = 50;
  constexpr size_t kRules = 600;
  Tally tally;
  SigmaEngine::Matcher matcher(*all->engine);
  SigmaEngine::Matcher plain(*all->engine);
  FileTable files;
  Ledger ledger;
  Result<std::vector<source::InputFile>> inputs = source::ExpandInputs({logs}, files, ledger);
  ASSERT_TRUE(inputs.ok()) << inputs.error().message;
  source::Reader reader(std::move(*inputs), files);
  source::BlockWalker walker;
  source::Block block;
  while (reader.Next(block, ledger)) {
    walker.Walk(block, ledger, [&](const Record& record, std::string_view text, const Place&) {
      const size_t number = tally.records++;
      const std::vector<uint32_t> found = matcher.Match(record, Mode::kIndexed);
      tally.matches += found.size();
      if (tally.failures > 10) return;
      if (number % kPlain == 0) {
        ++tally.plain;
        const std::vector<uint32_t> other = plain.Match(record, Mode::kPlain);
        if (found != other) ++tally.failures;
        EXPECT_EQ(found, other) << text.substr(0, 2000);
      }
      for (uint32_t i = 0; i < all->engine->size(); ++i) {
        const bool hit = std::binary_search(found.begin(), found.end(), i);
        if (!hit && (i + number * 7) % kRules != 0) continue;
        const reference::Rule& rule = all->rules[all->text_of[i]];
        if (!rule.refused.empty()) continue;
        ++tally.comparisons;
        if (reference::Matches(rule, record) == hit) continue;
        ++tally.failures;
        ADD_FAILURE() << all->names[all->text_of[i]] << ": engine " << hit << "\n"
                      << text.substr(0, 3000);
      }
    });
  }
  std::printf("%zu records, %zu also without indexes; %zu comparisons, %zu matches\n",
              tally.records, tally.plain, tally.comparisons, tally.matches);
  EXPECT_GT(tally.records, 2'000u);
  EXPECT_GT(tally.matches, 0u);
}

/// Keys of one object that differ in case only: no log has them, and nothing says which counts when
/// a view looks for either.
bool HasTwins(const JsonValue& value) {
  std::set<reference::Chars> keys;
  for (const JsonValue& member : value.members) {
    if (HasTwins(member)) return true;
    const bool added = keys.insert(reference::FoldChars(reference::Decode(member.name))).second;
    if (!added && value.kind == JsonValue::Kind::kObject) return true;
  }
  return false;
}

TEST(SigmaHqReference, EachRuleMatchesAnEventMadeForIt) {
  PUBLIC_OR_SKIP(all);
  SigmaEngine::Matcher matcher(*all->engine);
  SigmaEngine::Matcher plain(*all->engine);
  Random random(3757);
  Tally tally;
  size_t rules = 0;
  size_t made = 0;
  for (size_t i = 0; i < all->rules.size() && tally.failures < 15; ++i) {
    const reference::Rule& rule = all->rules[i];
    if (!rule.refused.empty() || !all->number_of[i]) continue;
    ++rules;
    std::optional<JsonValue> match = SynthesiseMatch(rule, random);
    if (!match) continue;
    ++made;
    // Where a view knows other places for the fields, some more tries.
    for (int n = 0; n < (rule.views.empty() ? 4 : 24); ++n) {
      if (n % 4 == 0 && n > 0) match = SynthesiseMatch(rule, random).value_or(*match);
      const JsonValue event = n % 4 == 0 ? *match : Mutate(*match, random);
      if (!rule.views.empty() && HasTwins(event)) continue;
      const std::string json = ToJson(event);
      const JsonRecord record(json);
      ++tally.comparisons;
      const bool expected = reference::Matches(rule, record.record());
      tally.matches += expected ? 1 : 0;
      const std::vector<uint32_t> found = matcher.Match(record.record(), Mode::kIndexed);
      if (std::binary_search(found.begin(), found.end(), *all->number_of[i]) != expected) {
        ++tally.failures;
        ADD_FAILURE() << all->names[i] << ": reference " << expected << "\n" << json;
      }
      if (tally.comparisons % 80 != 0) continue;
      ++tally.plain;
      EXPECT_EQ(found, plain.Match(record.record(), Mode::kPlain)) << json;
    }
  }
  std::printf(
      "%zu rules, %zu with an event made; %zu comparisons, %zu matches, %zu without indexes\n",
      rules, made, tally.comparisons, tally.matches, tally.plain);
  EXPECT_GE(made * 10, rules * 9);
}

}  // namespace
}  // namespace tokentrail::test
