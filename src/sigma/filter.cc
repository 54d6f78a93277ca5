#include "sigma/filter.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "sigma/diagnose.h"

namespace tokentrail::sigma {
namespace {

bool ReadRules(const Yaml& body, const Yaml& key, const RuleText& text, Filter& out,
               Report& report) {
  const Yaml* const rules = body.Find("rules");
  if (rules == nullptr) {
    return Refuse(text, key, "sigma.bad_filter", "the filter does not say for which rules it is",
                  "rules: [id or name, ...], or rules: any", report);
  }
  if (rules->is_map()) {
    return Refuse(text, *KeyOf(body, "rules"), "sigma.bad_filter",
                  "'rules' must be a list of ids or names, or any", "", report);
  }
  if (rules->is_scalar()) out.rules.emplace_back(Trim(rules->text));
  for (const Yaml& item : rules->list) {
    if (!item.is_scalar() || Trim(item.text).empty()) {
      return Refuse(text, item, "sigma.bad_filter", "the id or name of a rule is missing here", "",
                    report);
    }
    out.rules.emplace_back(Trim(item.text));
  }
  // Like pySigma, an empty list is any; the word is of the draft 2.2.0.
  if (out.rules == std::vector<std::string>{"any"}) out.rules.clear();
  return true;
}

void Shift(Expr& expr, uint32_t terms, uint32_t detections) {
  if (expr.kind == Expr::Kind::kTerm) expr.index += terms;
  if (expr.kind == Expr::Kind::kDetection) expr.index += detections;
  for (Expr& part : expr.parts) Shift(part, terms, detections);
}

bool Says(const std::string& wanted, const std::string& given) {
  return wanted.empty() || wanted == given;
}

}  // namespace

bool Filter::FitsSource(const RuleMeta& rule) const {
  return Says(meta.product, rule.product) && Says(meta.category, rule.category) &&
         Says(meta.service, rule.service);
}

bool Filter::FitsName(std::string_view id, std::string_view name) const {
  return NamesAny() || std::any_of(rules.begin(), rules.end(), [&](const std::string& wanted) {
           return EqualsIgnoreCase(wanted, id) || (!name.empty() && wanted == name);
         });
}

std::optional<Filter> ReadFilter(const Yaml& document, const RuleText& text,
                                 const Placeholders& placeholders, Report& report) {
  Filter out;
  const Yaml& key = *KeyOf(document, "filter");
  const Yaml& body = *document.Find("filter");
  out.line = key.line;
  out.column = key.column;
  if (const Yaml* const both = KeyOf(document, "detection"); both != nullptr) {
    Refuse(text, *both, "sigma.bad_filter", "a document is a rule or a filter, not both",
           "write two documents, with --- between them", report);
    return std::nullopt;
  }
  if (!body.is_map()) {
    Refuse(text, key, "sigma.bad_filter", "'filter' must be a map of rules, selections, condition",
           "", report);
    return std::nullopt;
  }
  if (!ReadMeta(document, text, out.meta, report) ||
      !ReadLogSource(document, text, out.meta, report) ||
      !ReadRules(body, key, text, out, report) ||
      !ReadDetection(body, "rules", text, placeholders, out, report)) {
    return std::nullopt;
  }
  return out;
}

void Attach(const Filter& filter, Rule& rule) {
  const auto terms = static_cast<uint32_t>(rule.terms.size());
  const auto detections = static_cast<uint32_t>(rule.detections.size());
  rule.terms.insert(rule.terms.end(), filter.terms.begin(), filter.terms.end());
  for (const Expr& detection : filter.detections) {
    rule.detections.push_back(detection);
    Shift(rule.detections.back(), terms, detections);
  }
  // Of many filters one `and`, so that conditions don't get deeper with each.
  if (rule.condition.kind != Expr::Kind::kAnd) {
    Expr both;
    both.parts.push_back(std::move(rule.condition));
    rule.condition = std::move(both);
  }
  rule.condition.parts.push_back(filter.condition);
  Shift(rule.condition.parts.back(), terms, detections);
}

}  // namespace tokentrail::sigma
