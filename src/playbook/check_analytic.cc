// Queries in our own language: an analytic by its id, several, or each with settings.
//
//   GRT-02
//   [GRT-01, GRT-02]
//   GRT-01: {few_users: 3, allow: [5f0a6a3e-...]}

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/time.h"
#include "base/yaml.h"
#include "playbook/query.h"

namespace tokentrail::playbook {
namespace {

const analytic::AnalyticDef* FindAnalytic(std::string_view id) {
  for (const analytic::AnalyticDef* def : analytic::All()) {
    if (EqualsIgnoreCase(def->id, id)) return def;
  }
  return nullptr;
}

class Reader {
 public:
  Reader(const Page& page, CheckedQuery& out) : page_(page), out_(out) {}

  void Read(const Yaml& root) {
    if (root.is_scalar()) return Take(root, nullptr);
    if (root.is_list()) {
      for (const Yaml& one : root.list) {
        if (one.is_scalar()) {
          Take(one, nullptr);
        } else {
          Wrong(one, "expected an analytic's id, such as GRT-02");
        }
      }
      return;
    }
    for (const auto& [id, settings] : root.map) Take(id, &settings);
  }

 private:
  void Wrong(const Yaml& at, std::string message, std::string help = {}) {
    out_.Complain(page_, Severity::kError, at.line, at.column,
                  static_cast<uint32_t>(std::max<size_t>(at.text.size(), 1)), std::move(message),
                  "playbook.tokentrail", std::move(help));
  }

  void Take(const Yaml& id, const Yaml* settings) {
    const analytic::AnalyticDef* def = FindAnalytic(id.text);
    if (def == nullptr) {
      std::vector<std::string_view> ids;
      for (const analytic::AnalyticDef* one : analytic::All()) ids.push_back(one->id);
      const std::string_view near = Closest(id.text, ids);
      return Wrong(id, fmt::format("there is no analytic '{}'", Printable(id.text)),
                   near.empty() ? "`tokentrail list analytics` shows them all"
                                : fmt::format("did you mean '{}'?", near));
    }
    const std::string name(def->id);
    if (out_.analytics.contains(name)) return Wrong(id, fmt::format("{} stands twice", name));
    for (const std::string_view source : def->sources) {
      if (std::find(out_.sources.begin(), out_.sources.end(), source) == out_.sources.end()) {
        out_.sources.emplace_back(source);
      }
    }
    analytic::Params::Values& values = out_.analytics[name];
    if (settings == nullptr || settings->is_null()) return;
    if (!settings->is_map()) {
      return Wrong(*settings, "expected settings, such as {allow: [...]}");
    }
    for (const auto& [key, value] : settings->map) TakeSetting(*def, key, value, values);
  }

  void TakeSetting(const analytic::AnalyticDef& def, const Yaml& key, const Yaml& value,
                   analytic::Params::Values& values) {
    const auto it = std::find_if(def.settings.begin(), def.settings.end(),
                                 [&](const auto& one) { return one.name == key.text; });
    if (it == def.settings.end()) {
      std::vector<std::string_view> known;
      for (const analytic::Setting& one : def.settings) known.push_back(one.name);
      return Wrong(key, fmt::format("{} has no setting '{}'", def.id, Printable(key.text)),
                   fmt::format("it has: {}", fmt::join(known, ", ")));
    }
    std::vector<std::string>& texts = values[key.text];
    if (value.is_scalar()) texts.push_back(value.text);
    for (const Yaml& one : value.list) {
      if (!one.is_scalar()) return Wrong(one, "expected a plain value");
      texts.push_back(one.text);
    }
    if (texts.empty()) return Wrong(value, fmt::format("'{}' needs a value", key.text));
    // What the default is, a value must be too: else the default would count without a word.
    const std::string_view otherwise = it->otherwise;
    if (IsDigits(otherwise) && !(texts.size() == 1 && IsDigits(texts[0]))) {
      Wrong(value, fmt::format("'{}' is a number (default: {})", key.text, otherwise));
    } else if (!IsDigits(otherwise) && ParseSpan(otherwise).has_value() &&
               !(texts.size() == 1 && ParseSpan(texts[0]).has_value())) {
      Wrong(value, fmt::format("'{}' is a time span such as {}", key.text, otherwise));
    }
  }

  const Page& page_;
  CheckedQuery& out_;
};

void Check(const CheckContext& context, CheckedQuery& out) {
  YamlError error;
  const auto documents = ParseYaml(out.query->text, &error);
  if (!documents.ok()) {
    out.Complain(context.page, Severity::kError, error.line, error.column, 1, error.message,
                 "playbook.tokentrail");
    return;
  }
  for (const Yaml& root : *documents) {
    if (!root.is_null()) Reader(context.page, out).Read(root);
  }
  if (out.analytics.empty() && out.problems.empty()) {
    out.Complain(context.page, Severity::kError, 0, 0, 1, "the query names no analytic",
                 "playbook.tokentrail", "`tokentrail list analytics` shows them all");
  }
}

}  // namespace

extern constinit const LanguageDef kTokentrail;
constinit const LanguageDef kTokentrail = {
    .name = "tokentrail",
    .summary = "an analytic of this program by its id, with settings; run",
    .runs = true,
    .check = Check,
};

}  // namespace tokentrail::playbook
