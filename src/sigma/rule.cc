#include "sigma/rule.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "sigma/diagnose.h"

namespace tokentrail::sigma {
namespace {

std::string Slug(std::string_view title) {
  std::string out;
  for (const char c : Lower(title)) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (static_cast<unsigned char>(c) >= 0x80);
    if (plain) {
      out.push_back(c);
    } else if (!out.empty() && out.back() != '-') {
      out.push_back('-');
    }
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out;
}

std::vector<std::string> Texts(const Yaml* list) {
  std::vector<std::string> out;
  if (list == nullptr) return out;
  if (list->is_scalar()) out.push_back(list->text);
  for (const Yaml& item : list->list) {
    if (item.is_scalar()) out.push_back(item.text);
  }
  return out;
}

}  // namespace

bool ReadMeta(const Yaml& document, const RuleText& text, RuleMeta& meta, Report& report) {
  meta.file = text.file;
  meta.line = document.line;
  meta.title = Trim(document.Text("title"));
  if (meta.title.empty()) {
    return Refuse(text, document, "sigma.no_title", "the rule has no title",
                  SimilarKey(document, "title"), report);
  }
  meta.id = Lower(Trim(document.Text("id")));
  meta.name = Trim(document.Text("name"));
  if (meta.id.empty()) meta.id = meta.name;
  if (meta.id.empty()) meta.id = Slug(meta.title);
  meta.status = Lower(Trim(document.Text("status")));
  meta.description = Trim(document.Text("description"));
  meta.tags = Texts(document.Find("tags"));
  meta.false_positives = Texts(document.Find("falsepositives"));
  // Source: Sigma specification 2.1.0, "Status".
  static constexpr std::array<std::string_view, 5> kStatuses = {"stable", "test", "experimental",
                                                                "deprecated", "unsupported"};
  const Yaml* const status = document.Find("status");
  if (!meta.status.empty() &&
      std::find(kStatuses.begin(), kStatuses.end(), meta.status) == kStatuses.end()) {
    Diagnose(text, *status, Severity::kWarning, "sigma.unknown_status",
             "unknown status '" + status->text + "'",
             "one of stable, test, experimental, deprecated, unsupported", report);
  }
  const Yaml* const level = document.Find("level");
  if (level == nullptr || level->is_null()) return true;
  const std::optional<Level> parsed = ParseLevel(level->text);
  if (!parsed.has_value()) {
    return Refuse(text, *level, "sigma.unknown_level", "unknown level '" + level->text + "'",
                  "one of informational, low, medium, high, critical", report);
  }
  meta.level = *parsed;
  return true;
}

bool ReadLogSource(const Yaml& document, const RuleText& text, RuleMeta& meta, Report& report) {
  const Yaml* const source = document.Find("logsource");
  if (source == nullptr) {
    return Refuse(text, document, "sigma.no_logsource", "the rule has no logsource",
                  SimilarKey(document, "logsource"), report);
  }
  if (!source->is_map()) {
    return Refuse(text, *KeyOf(document, "logsource"), "sigma.bad_logsource",
                  "the logsource must have product, category or service", "", report);
  }
  const std::array<std::pair<std::string_view, std::string*>, 3> parts = {
      {{"product", &meta.product}, {"category", &meta.category}, {"service", &meta.service}}};
  for (const auto& [name, part] : parts) {
    const Yaml* const value = source->Find(name);
    if (value == nullptr || value->is_null()) continue;
    if (!value->is_scalar()) {
      return Refuse(text, *KeyOf(*source, name), "sigma.bad_logsource",
                    std::string(name) + " must be one word", "", report);
    }
    *part = Lower(Trim(value->text));
  }
  if (meta.product.empty() && meta.category.empty() && meta.service.empty()) {
    return Refuse(text, *KeyOf(document, "logsource"), "sigma.no_logsource",
                  "the logsource names no product, category or service",
                  SimilarKey(*source, "product"), report);
  }
  return true;
}

std::optional<Rule> ReadRule(const Yaml& document, const RuleText& text, Report& report,
                             const Placeholders& placeholders) {
  if (!document.is_map()) {
    Refuse(text, document, "sigma.not_a_rule", "this is no Sigma rule", "", report);
    return std::nullopt;
  }
  Rule rule;
  if (!ReadMeta(document, text, rule.meta, report) ||
      !ReadLogSource(document, text, rule.meta, report)) {
    return std::nullopt;
  }
  const Yaml* const detection = document.Find("detection");
  if (detection == nullptr || !detection->is_map()) {
    Refuse(text, document, "sigma.no_detection", "the rule has no detection",
           SimilarKey(document, "detection"), report);
    return std::nullopt;
  }
  if (!ReadDetection(*detection, "condition", text, placeholders, rule, report))
    return std::nullopt;
  return rule;
}

}  // namespace tokentrail::sigma
