#include "inventory/weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/check.h"
#include "base/text.h"
#include "base/yaml.h"
#include "inventory/data.h"
#include "inventory/table.h"
#include "inventory/user_file.h"

namespace tokentrail::inventory {

struct Weights::Impl {
  std::vector<Entry> entries;
  FoldMap<size_t> by_key;  ///< of the keys in `entries`, which does not grow any more
  std::string version;
  std::array<double, kRiskGroups> caps = {};
  std::array<double, 4> levels = {};

  void Index() {
    by_key.clear();
    for (size_t i = 0; i < entries.size(); ++i) by_key.emplace(entries[i].key, i);
    for (size_t i = 0; i < kRiskGroups; ++i) {
      caps[i] = At(fmt::format("cap.{}", Name(static_cast<RiskGroup>(i))));
    }
    levels = {At("levels.low"), At("levels.medium"), At("levels.high"), At("levels.critical")};
  }
  double At(std::string_view key) const {
    const auto it = by_key.find(key);
    CHECK(it != by_key.end());
    return entries[it->second].value;
  }
};

namespace {

constexpr std::string_view kSettings[] = {"levels", "days", "peers"};

struct Read {
  const Yaml* where = nullptr;  ///< its key
  Weights::Entry entry;
};

struct File {
  std::string path;
  std::string version;
  std::vector<Read> numbers;

  Error At(const Yaml& yaml, const std::string& message) const {
    return ErrorAt(path, yaml.line, yaml.column, message);
  }

  Result<double> Number(const Yaml& value, std::string_view key) const {
    double out = 0;
    const char* const end = value.text.data() + value.text.size();
    const auto [stop, error] = std::from_chars(value.text.data(), end, out);
    if (!value.is_scalar() || error != std::errc() || stop != end || !std::isfinite(out)) {
      return At(value, fmt::format("'{}' must be a number", key));
    }
    const bool days = key.starts_with("days.") || key == "half_life_days";
    const double most = days || key.starts_with("peers.") ? 3650 : 100;
    if (out < 0 || out > most) {
      return At(value, fmt::format("'{}' is {}; it must be from 0 to {}", key, value.text, most));
    }
    if (key == "half_life_days" && out == 0) return At(value, "'half_life_days' must not be 0");
    return out;
  }

  Result<Done> Take(const Yaml& key, const Yaml& value, Weights::Entry entry) {
    entry.value = TRY(Number(value, entry.key));
    for (const Read& other : numbers) {
      if (other.entry.key == entry.key) {
        return At(key, fmt::format("'{}' stands here twice", entry.key));
      }
    }
    numbers.push_back({&key, std::move(entry)});
    return Done{};
  }

  Result<Done> TakeGroup(const Yaml& name, const Yaml& group) {
    RiskGroup which = RiskGroup::kPower;
    bool found = false;
    for (size_t i = 0; i < kRiskGroups; ++i) {
      if (Name(static_cast<RiskGroup>(i)) != name.text) continue;
      which = static_cast<RiskGroup>(i);
      found = true;
    }
    if (!found) {
      return At(name, fmt::format("no group is called '{}'; there are power, fit, trust, behaviour "
                                  "and hygiene",
                                  Printable(name.text)));
    }
    if (!group.is_map()) return At(name, "a group has `cap` and `points`");
    for (const auto& [key, value] : group.map) {
      if (key.text == "cap") {
        TRY(Take(key, value,
                 {.key = "cap." + name.text, .group = which, .points = false, .value = 0}));
      } else if (key.text == "points") {
        if (!value.is_map()) return At(value, "`points` is a list of `code: number`");
        for (const auto& [code, points] : value.map) {
          TRY(Take(code, points, {.key = code.text, .group = which, .points = true, .value = 0}));
        }
      } else {
        return At(key, fmt::format("unknown key '{}' in a group; it has `cap` and `points`",
                                   Printable(key.text)));
      }
    }
    return Done{};
  }

  Result<Done> TakeAll(const Yaml& root) {
    if (!root.is_map()) return At(root, "a table of weights is a map, as data/risk_weights.yaml");
    for (const auto& [key, value] : root.map) {
      const bool setting =
          std::find(std::begin(kSettings), std::end(kSettings), key.text) != std::end(kSettings);
      if (key.text == "version") {
        if (!value.is_scalar()) return At(value, "'version' must be a text");
        version = value.text;
      } else if (key.text == "groups") {
        if (!value.is_map()) return At(value, "`groups` has a map for each group");
        for (const auto& [name, group] : value.map) TRY(TakeGroup(name, group));
      } else if (setting) {
        if (!value.is_map()) return At(value, fmt::format("`{}` is a map of numbers", key.text));
        for (const auto& [name, number] : value.map) {
          TRY(Take(name, number, {.key = key.text + "." + name.text}));
        }
      } else {
        TRY(Take(key, value, {.key = key.text}));
      }
    }
    return Done{};
  }
};

std::shared_ptr<const Weights::Impl> ReadShipped() {
  const Result<std::vector<Yaml>> documents = ParseYaml(RiskWeightData());
  CHECK(documents.ok() && documents->size() == 1);
  File file;
  file.path = "data/risk_weights.yaml";
  const Result<Done> taken = file.TakeAll(documents.value()[0]);
  CHECK(taken.ok());
  auto out = std::make_shared<Weights::Impl>();
  out->version = file.version;
  for (Read& read : file.numbers) out->entries.push_back(std::move(read.entry));
  out->Index();
  return out;
}

}  // namespace

const Weights& Weights::Shipped() {
  static const Weights weights = [] {
    Weights out;
    out.impl_ = ReadShipped();
    return out;
  }();
  return weights;
}

Result<Weights> Weights::Load(const std::string& path) {
  if (path.empty()) return Shipped();
  return Parse(path, TRY(ReadUserFile(path)));
}

Result<Weights> Weights::Parse(const std::string& path, std::string_view text) {
  YamlError error;
  const Result<std::vector<Yaml>> documents = ParseYaml(text, &error);
  if (!documents.ok()) return ErrorAt(path, error.line, error.column, error.message);
  if (documents->size() != 1) return ErrorAt(path, 1, 1, "a table of weights is one YAML document");
  File file;
  file.path = path;
  TRY(file.TakeAll(documents.value()[0]));

  const Impl& ours = *Shipped().impl_;
  auto out = std::make_shared<Impl>();
  out->entries = ours.entries;
  for (const Read& read : file.numbers) {
    const auto it = ours.by_key.find(read.entry.key);
    if (it == ours.by_key.end()) {
      std::vector<std::string_view> keys;
      for (const Entry& entry : ours.entries) keys.push_back(entry.key);
      const std::string_view meant = Closest(read.entry.key, keys);
      return file.At(
          *read.where,
          fmt::format("unknown key '{}'{}; docs/risk.md lists them all", Printable(read.entry.key),
                      meant.empty() ? "" : fmt::format(", did you mean '{}'?", meant)));
    }
    Entry& entry = out->entries[it->second];
    if (entry.points && entry.group != read.entry.group) {
      return file.At(*read.where,
                     fmt::format("'{}' belongs to group '{}'", entry.key, Name(entry.group)));
    }
    entry.value = read.entry.value;
  }
  out->Index();
  for (size_t i = 1; i < out->levels.size(); ++i) {
    if (out->levels[i] < out->levels[i - 1]) {
      return ErrorAt(path, 1, 1, "`levels` must rise: low, medium, high, critical");
    }
  }
  out->version = fmt::format("{} with {}{} ({})", ours.version, BaseName(path),
                             file.version.empty() ? "" : ", version " + file.version,
                             Sha256Hex(text).substr(0, 12));
  Weights weights;
  weights.impl_ = std::move(out);
  return weights;
}

double Weights::Of(std::string_view key) const {
  const auto it = impl_->by_key.find(key);
  return it == impl_->by_key.end() ? 0 : impl_->entries[it->second].value;
}

bool Weights::Has(std::string_view key) const {
  return impl_->by_key.find(key) != impl_->by_key.end();
}

double Weights::Cap(RiskGroup group) const { return impl_->caps[static_cast<size_t>(group)]; }

Level Weights::LevelOf(int score) const {
  constexpr Level kLevels[] = {Level::kLow, Level::kMedium, Level::kHigh, Level::kCritical};
  Level out = Level::kInformational;
  for (size_t i = 0; i < std::size(kLevels); ++i) {
    if (score >= impl_->levels[i]) out = kLevels[i];
  }
  return out;
}

Span Weights::Days(std::string_view name) const {
  return {static_cast<int64_t>(Of(name) * 86'400e6)};
}

const std::string& Weights::version() const { return impl_->version; }
const std::vector<Weights::Entry>& Weights::entries() const { return impl_->entries; }

}  // namespace tokentrail::inventory
