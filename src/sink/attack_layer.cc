// The layer of what a hunt found.

#include "sink/attack_layer.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "model/level.h"
#include "sink/json_writer.h"
#include "sink/sink.h"

namespace tokentrail::sink {
namespace {

constexpr std::string_view kFormat = "4.5";
constexpr std::string_view kNavigator = "5.1.0";
constexpr size_t kTitles = 5;

int ScoreOf(Level level) {
  switch (level) {
    case Level::kCritical:
      return 100;
    case Level::kHigh:
      return 75;
    case Level::kMedium:
      return 50;
    case Level::kLow:
      return 25;
    case Level::kInformational:
      break;
  }
  return 10;
}

std::string CommentOf(const std::vector<const Finding*>& findings) {
  std::map<Level, size_t> levels;
  std::map<std::pair<int, std::string>, size_t> titles;  // worst first
  for (const Finding* one : findings) {
    ++levels[one->level];
    ++titles[{-static_cast<int>(one->level), one->title}];
  }
  std::string out = fmt::format("{} finding{}:", findings.size(), findings.size() == 1 ? "" : "s");
  for (auto it = levels.rbegin(); it != levels.rend(); ++it) {
    out += fmt::format("{} {} {}", it == levels.rbegin() ? "" : ",", it->second, Name(it->first));
  }
  size_t shown = 0;
  for (const auto& [key, count] : titles) {
    if (++shown > kTitles) {
      out += fmt::format("\nand {} more", titles.size() - kTitles);
      break;
    }
    out += fmt::format("\n{}", key.second);
    if (count > 1) out += fmt::format(" ({} times)", count);
  }
  return out;
}

void Write(const Outcome& outcome, std::string& out) {
  out += WriteLayer(LayerOf(outcome.findings));
}

}  // namespace

AttackLayer LayerOf(std::span<const Finding> findings) {
  std::map<std::string, std::vector<const Finding*>> by_technique;
  for (const Finding& finding : findings) {
    for (const std::string& id : finding.attack) {
      if (id.starts_with('T') && !id.starts_with("TA")) by_technique[id].push_back(&finding);
    }
  }
  AttackLayer out;
  out.name = "tokentrail: findings";
  out.description = "Score: the worst level found (critical 100, high 75, medium 50, low 25).";
  for (const auto& [id, all] : by_technique) {
    AttackLayer::Technique technique;
    technique.id = id;
    for (const Finding* one : all) technique.score = std::max(technique.score, ScoreOf(one->level));
    technique.comment = CommentOf(all);
    std::map<std::string, size_t> rules;
    for (const Finding* one : all) ++rules[one->rule];
    for (const auto& [rule, count] : rules) {
      technique.metadata.emplace_back(rule, fmt::format("{}", count));
    }
    out.techniques.push_back(std::move(technique));
  }
  return out;
}

std::string WriteLayer(AttackLayer layer) {
  std::sort(layer.techniques.begin(), layer.techniques.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  std::string out;
  JsonWriter json(out, 2);
  json.BeginObject().Member("name", layer.name).Key("versions").BeginObject();
  const std::string version = layer.attack_version.substr(0, layer.attack_version.find('.'));
  if (!version.empty()) json.Member("attack", version);
  json.Member("navigator", kNavigator).Member("layer", kFormat).EndObject();
  json.Member("domain", "enterprise-attack").Member("description", layer.description);
  json.Member("sorting", 3);
  json.Key("layout").BeginObject().Member("layout", "side").Member("showID", true);
  json.Member("showName", true).EndObject();
  json.Member("hideDisabled", false).Key("techniques").BeginArray();
  for (const AttackLayer::Technique& one : layer.techniques) {
    json.BeginObject().Member("techniqueID", one.id).Member("score", one.score);
    json.Member("comment", one.comment).Member("enabled", true);
    // A sub-technique is only seen when its parent is open.
    json.Member("showSubtechniques", one.id.find('.') == std::string::npos);
    json.Key("metadata").BeginArray();
    for (const auto& [name, value] : one.metadata) {
      json.BeginObject().Member("name", name).Member("value", value).EndObject();
    }
    json.EndArray().EndObject();
  }
  json.EndArray().Key("gradient").BeginObject().Key("colors").BeginArray();
  json.Text("#ffffff").Text("#f7c873").Text("#d64545").EndArray();
  json.Member("minValue", 0).Member("maxValue", layer.most).EndObject();
  json.Key("legendItems").BeginArray().EndArray();
  json.Member("selectTechniquesAcrossTactics", true);
  json.Member("selectSubtechniquesWithParent", false).EndObject();
  return out + '\n';
}

extern constinit const SinkDef kAttackLayer;
constinit const SinkDef kAttackLayer = {
    .name = "attack-layer",
    .file = "",
    .summary = "a layer for ATT&CK Navigator: techniques of the findings, scored by level",
    .write = Write,
};

}  // namespace tokentrail::sink
