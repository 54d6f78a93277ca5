// Settings files (--config): checked whole before the first record.

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/text.h"
#include "base/yaml.h"
#include "pipeline/rule_files.h"
#include "pipeline/run.h"

namespace tokentrail::pipeline {
namespace {

Error At(const std::string& path, const Yaml& node, const std::string& message) {
  return Error{ErrorKind::kInvalid, path + ":" + std::to_string(node.line) + ":" +
                                        std::to_string(node.column) + ": " + message};
}

Error Unknown(const std::string& path, const Yaml& node, const std::string& what,
              const std::vector<std::string_view>& known) {
  std::string message = "unknown " + what + " '" + node.text + "'";
  if (const std::string_view close = Closest(node.text, known); !close.empty()) {
    message += "; did you mean '" + std::string(close) + "'?";
  }
  return At(path, node, message);
}

Result<std::vector<std::string>> Values(const std::string& path, const Yaml& node) {
  std::vector<std::string> out;
  if (node.is_scalar()) out.push_back(node.text);
  if (node.is_map()) return At(path, node, "expected a value or a list of values");
  for (const Yaml& one : node.list) {
    if (!one.is_scalar()) return At(path, one, "expected a plain value");
    out.push_back(one.text);
  }
  return out;
}

Result<std::string> OneFile(const std::string& path, const Yaml& node) {
  if (!node.is_scalar()) return At(path, node, "expected the name of a file");
  return node.text;
}

Result<Done> ReadAnalytic(const std::string& path, const Yaml& name, const Yaml& body,
                          Config& config) {
  std::vector<std::string_view> ids;
  const analytic::AnalyticDef* def = nullptr;
  for (const analytic::AnalyticDef* one : analytic::All()) {
    ids.push_back(one->id);
    if (EqualsIgnoreCase(one->id, name.text)) def = one;
  }
  if (def == nullptr) return Unknown(path, name, "analytic", ids);
  if (!body.is_map()) return At(path, body, "expected settings, such as `enabled: false`");
  std::vector<std::string_view> known = {"enabled"};
  for (const analytic::Setting& setting : def->settings) known.push_back(setting.name);
  analytic::Params::Values values;
  for (const auto& [key, value] : body.map) {
    if (std::find(known.begin(), known.end(), key.text) == known.end()) {
      return Unknown(path, key, "setting of " + std::string(def->id), known);
    }
    if (key.text != "enabled") {
      values[key.text] = TRY(Values(path, value));
    } else if (value.text == "false") {
      config.disabled.emplace_back(def->id);
    } else if (value.text != "true") {
      return At(path, value, "'enabled' is true or false");
    }
  }
  config.params[std::string(def->id)] = analytic::Params(std::move(values));
  return Done{};
}

Result<std::vector<std::string>> Statuses(const std::string& path, const Yaml& node) {
  const std::vector<std::string_view> known = {"stable", "test", "experimental", "deprecated",
                                               "unsupported"};
  std::vector<std::string> out = TRY(Values(path, node));
  for (const std::string& one : out) {
    if (std::find(known.begin(), known.end(), one) == known.end()) {
      return At(path, node,
                "a rule's status is stable, test, experimental, deprecated or "
                "unsupported, not '" +
                    one + "'");
    }
  }
  return out;
}

/// The values themselves, or the path of a file that has them.
Result<Done> AddPlaceholders(const std::string& path, const Yaml& node, sigma::Placeholders& out) {
  if (node.is_scalar()) {
    for (auto& [name, values] : TRY(ReadPlaceholders(node.text))) out[name] = std::move(values);
    return Done{};
  }
  if (!node.is_map()) return At(path, node, "expected placeholders by name, or a file of them");
  for (const auto& [name, value] : node.map) {
    std::vector<std::string> values = TRY(Values(path, value));
    if (values.empty()) {
      return At(path, name, "placeholder '" + name.text + "' needs a value or a list of values");
    }
    out[name.text] = std::move(values);
  }
  return Done{};
}

}  // namespace

Result<Done> LoadSettings(const std::string& path, Config& config) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error{ErrorKind::kNotFound, "can't read the settings file '" + path + "'"};
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  YamlError error;
  Result<std::vector<Yaml>> documents = ParseYaml(text, &error);
  if (!documents.ok()) {
    return Error{ErrorKind::kInvalid, path + ":" + std::to_string(error.line) + ":" +
                                          std::to_string(error.column) + ": " + error.message};
  }
  const std::vector<std::string_view> known = {
      "analytics",    "min_level", "date_order", "rules",  "include_tag", "exclude_tag", "status",
      "placeholders", "feeds",     "listings",   "people", "app_states",  "weights",     "policies"};
  for (const Yaml& root : *documents) {
    if (root.is_null()) continue;
    if (!root.is_map()) return At(path, root, "expected settings by name");
    for (const auto& [key, value] : root.map) {
      if (key.text == "analytics") {
        if (!value.is_map()) return At(path, value, "expected analytics by id");
        for (const auto& [name, body] : value.map) TRY(ReadAnalytic(path, name, body, config));
      } else if (key.text == "min_level") {
        const std::optional<Level> level = ParseLevel(value.text);
        if (!level) return At(path, value, "unknown level '" + value.text + "'");
        config.min_level = *level;
      } else if (key.text == "date_order") {
        if (value.text != "mdy" && value.text != "dmy") {
          return At(path, value, "date_order is mdy or dmy");
        }
        config.date_order = value.text == "mdy" ? DateOrder::kMonthFirst : DateOrder::kDayFirst;
      } else if (key.text == "rules") {
        config.rules = TRY(Values(path, value));
      } else if (key.text == "policies") {
        config.policies = TRY(Values(path, value));
      } else if (key.text == "include_tag") {
        config.rule_choice.include_tags = TRY(Values(path, value));
      } else if (key.text == "exclude_tag") {
        config.rule_choice.exclude_tags = TRY(Values(path, value));
      } else if (key.text == "status") {
        config.rule_choice.statuses = TRY(Statuses(path, value));
      } else if (key.text == "feeds") {
        config.appraisal.feeds = TRY(Values(path, value));
      } else if (key.text == "listings") {
        config.appraisal.listings = TRY(Values(path, value));
      } else if (key.text == "people") {
        config.people = TRY(OneFile(path, value));
      } else if (key.text == "app_states") {
        config.appraisal.states = TRY(OneFile(path, value));
      } else if (key.text == "weights") {
        config.appraisal.weights = TRY(OneFile(path, value));
      } else if (key.text == "placeholders") {
        TRY(AddPlaceholders(path, value, config.placeholders));
      } else {
        return Unknown(path, key, "setting", known);
      }
    }
  }
  return Done{};
}

}  // namespace tokentrail::pipeline
