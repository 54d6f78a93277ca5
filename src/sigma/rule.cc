#include "sigma/rule.h"

#include <array>

#include "base/text.h"
#include "sigma/modifier.h"

namespace tokentrail::sigma {
namespace {

uint32_t Characters(std::string_view text) {
  uint32_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  return count;
}

void DiagnoseAt(const RuleText& text, Severity severity, uint32_t line, uint32_t column,
                uint32_t width, std::string code, std::string message, std::string help,
                Report& report) {
  Diagnostic out;
  out.severity = severity;
  out.file = text.file;
  out.line = line;
  out.column = column;
  out.width = width;
  out.code = std::move(code);
  out.message = std::move(message);
  out.help = std::move(help);
  if (line > 0 && line <= text.lines.size()) out.source_line = text.lines[line - 1];
  report.Add(std::move(out));
}

/// Reads one rule. Each function is false when it reported an error: the rule is left out then.
class Reader {
 public:
  Reader(const RuleText& text, Report& report) : text_(text), report_(report) {}

  bool Read(const Yaml& document, Rule& rule) {
    if (!document.is_map()) return Fail(document, "sigma.not_a_rule", "this is no Sigma rule");
    if (const Yaml* key = KeyOf(document, "action"); key != nullptr) {
      return Fail(*key, "sigma.unsupported",
                  "rule collections (action) are no longer part of Sigma",
                  "write every rule out, one document each");
    }
    for (const std::string_view kind : {"correlation", "filter"}) {
      const Yaml* const key = KeyOf(document, kind);
      if (key == nullptr || document.Find("detection") != nullptr) continue;
      return Fail(*key, "sigma.unsupported", "Sigma " + std::string(kind) + "s are not read yet");
    }
    return ReadMeta(document, rule.meta) && ReadLogSource(document, rule.meta) &&
           ReadDetection(document, rule);
  }

  bool ReadMeta(const Yaml& document, RuleMeta& meta) {
    meta.file = text_.file;
    meta.line = document.line;
    meta.title = Trim(document.Text("title"));
    if (meta.title.empty()) return Fail(document, "sigma.no_title", "the rule has no title");
    meta.id = Lower(Trim(document.Text("id")));
    meta.name = Trim(document.Text("name"));
    if (meta.id.empty()) meta.id = meta.name;
    if (meta.id.empty()) meta.id = Slug(meta.title);
    meta.status = Trim(document.Text("status"));
    meta.description = Trim(document.Text("description"));
    meta.tags = Texts(document.Find("tags"));
    meta.false_positives = Texts(document.Find("falsepositives"));
    const Yaml* const level = document.Find("level");
    if (level == nullptr || level->is_null()) return true;
    const std::optional<Level> parsed = ParseLevel(level->text);
    if (!parsed.has_value()) {
      return Fail(*level, "sigma.unknown_level", "unknown level '" + level->text + "'",
                  "one of informational, low, medium, high, critical");
    }
    meta.level = *parsed;
    return true;
  }

 private:
  static const Yaml* KeyOf(const Yaml& map, std::string_view name) {
    for (const auto& [key, value] : map.map) {
      if (key.text == name) return &key;
    }
    return nullptr;
  }

  void Report(Severity severity, uint32_t line, uint32_t column, uint32_t width, std::string code,
              std::string message, std::string help) {
    DiagnoseAt(text_, severity, line, column, width, std::move(code), std::move(message),
               std::move(help), report_);
  }

  bool Fail(const Yaml& at, std::string code, std::string message, std::string help = {}) {
    Diagnose(text_, at, Severity::kError, std::move(code), std::move(message), std::move(help),
             report_);
    return false;
  }

  static std::string Slug(std::string_view title) {
    std::string out;
    for (const char c : Lower(title)) {
      const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                         (static_cast<unsigned char>(c) >= 0x80);
      if (plain) {
        out.push_back(c);
      } else if (!out.empty() && out.back() != '-') {
        out.push_back('-');
      }
    }
    while (!out.empty() && out.back() == '-') out.pop_back();
    return out;
  }

  static std::vector<std::string> Texts(const Yaml* list) {
    std::vector<std::string> out;
    if (list == nullptr) return out;
    if (list->is_scalar()) out.push_back(list->text);
    for (const Yaml& item : list->list) {
      if (item.is_scalar()) out.push_back(item.text);
    }
    return out;
  }

  bool ReadLogSource(const Yaml& document, RuleMeta& meta) {
    const Yaml* const source = document.Find("logsource");
    if (source == nullptr || !source->is_map()) {
      return Fail(document, "sigma.no_logsource", "the rule has no logsource");
    }
    const std::array<std::pair<std::string_view, std::string*>, 3> parts = {
        {{"product", &meta.product}, {"category", &meta.category}, {"service", &meta.service}}};
    for (const auto& [name, part] : parts) {
      const Yaml* const value = source->Find(name);
      if (value == nullptr || value->is_null()) continue;
      if (!value->is_scalar()) {
        return Fail(*value, "sigma.bad_logsource", std::string(name) + " must be one word");
      }
      *part = Lower(Trim(value->text));
    }
    if (meta.product.empty() && meta.category.empty() && meta.service.empty()) {
      return Fail(*source, "sigma.no_logsource",
                  "the logsource names no product, category or service");
    }
    return true;
  }

  bool ReadDetection(const Yaml& document, Rule& rule) {
    const Yaml* const detection = document.Find("detection");
    if (detection == nullptr || !detection->is_map()) {
      return Fail(document, "sigma.no_detection", "the rule has no detection");
    }
    std::vector<std::string> names;
    const Yaml* condition = nullptr;
    for (const auto& [key, value] : detection->map) {
      if (key.text == "condition") {
        condition = &value;
        continue;
      }
      if (key.text == "timeframe") {
        return Fail(key, "sigma.aggregation", "a timeframe is no longer part of Sigma's detections",
                    "write a correlation rule with a timespan instead");
      }
      Expr expr;
      if (!ReadSelection(key, value, rule, expr, 0)) return false;
      names.push_back(key.text);
      rule.detections.push_back(std::move(expr));
    }
    if (names.empty()) {
      return Fail(*detection, "sigma.no_detection", "the detection has nothing to look for");
    }
    if (condition == nullptr) {
      return Fail(*detection, "sigma.no_condition", "the detection has no condition");
    }
    return ReadCondition(*condition, names, rule.condition);
  }

  bool ReadCondition(const Yaml& condition, const std::vector<std::string>& names, Expr& out) {
    if (condition.is_list() && !condition.list.empty()) {
      out = {Expr::Kind::kOr, 0, {}};
      for (const Yaml& item : condition.list) {
        if (!item.is_scalar()) {
          return Fail(item, "sigma.bad_condition", "a condition must be a text");
        }
        if (!ReadCondition(item, names, out.parts.emplace_back())) return false;
      }
      return true;
    }
    if (!condition.is_scalar()) {
      return Fail(condition, "sigma.bad_condition", "the condition must be a text");
    }
    ParsedCondition parsed = ParseCondition(condition.text, names);
    const bool one_line = condition.text.find('\n') == condition.text.npos;
    const uint32_t start = condition.column + (condition.quoted ? 1 : 0);
    if (!parsed.ok) {
      const ConditionError& error = parsed.error;
      const uint32_t before = Characters(condition.text.substr(0, error.offset));
      Report(Severity::kError, condition.line, one_line ? start + before : condition.column,
             one_line ? static_cast<uint32_t>(error.size) : 1, error.code, error.message,
             error.help);
      return false;
    }
    if (parsed.upper_case) {
      Report(Severity::kWarning, condition.line, start, one_line ? Characters(condition.text) : 1,
             "sigma.upper_case", "operators of a condition are written in lower case",
             "other tools refuse this rule");
    }
    out = std::move(parsed.expr);
    return true;
  }

  /// A search identifier: a map (all of its lines), a list (any of its members) or one keyword.
  bool ReadSelection(const Yaml& key, const Yaml& value, Rule& rule, Expr& out, int depth) {
    static constexpr int kMaxDepth = 8;
    if (depth > kMaxDepth) return Fail(key, "sigma.bad_detection", "lists nested too deep");
    if (value.is_map() && !value.map.empty()) {
      out.kind = Expr::Kind::kAnd;
      for (const auto& [field, values] : value.map) {
        if (!ReadTerm(field, values, rule, out.parts.emplace_back())) return false;
      }
      return true;
    }
    if (value.is_list() && !value.list.empty()) {
      out.kind = Expr::Kind::kOr;
      for (const Yaml& item : value.list) {
        if (!ReadSelection(key, item, rule, out.parts.emplace_back(), depth + 1)) return false;
      }
      return true;
    }
    if (value.is_scalar() && !value.text.empty()) {
      Term term;
      term.values.push_back(Value::From(value));
      return Keep(value, std::move(term), rule, out);
    }
    return Fail(key, "sigma.bad_detection", "'" + key.text + "' has nothing to look for");
  }

  bool ReadTerm(const Yaml& key, const Yaml& values, Rule& rule, Expr& out) {
    Term term;
    const std::string_view whole = key.text;
    const size_t bar = whole.find('|');
    term.field = whole.substr(0, bar);
    if (values.is_map()) {
      return Fail(key, "sigma.bad_detection",
                  "'" + key.text + "' needs a value or a list of values",
                  "write fields of fields with a dot: outer.inner");
    }
    if (values.is_list()) {
      for (const Yaml& item : values.list) {
        if (item.is_list() || item.is_map()) {
          return Fail(item, "sigma.bad_detection", "a value must be a text, a number or a boolean");
        }
        term.values.push_back(Value::From(item));
      }
    }
    // Like pySigma, an empty list is null.
    if (!values.is_list() || values.list.empty()) {
      term.values.push_back(Value::From(values.is_list() ? Yaml() : values));
    }
    for (size_t start = bar; start != whole.npos;) {
      const size_t end = whole.find('|', start + 1);
      const std::string_view name = whole.substr(start + 1, end - start - 1);
      const uint32_t column =
          key.column + (key.quoted ? 1 : 0) + Characters(whole.substr(0, start + 1));
      if (!Apply(name, key, column, term)) return false;
      start = end;
    }
    return Keep(key, std::move(term), rule, out);
  }

  bool Apply(std::string_view name, const Yaml& key, uint32_t column, Term& term) {
    const auto fail = [&](std::string code, std::string message, std::string help) {
      Report(Severity::kError, key.line, column, std::max(Characters(name), 1u), std::move(code),
             std::move(message), std::move(help));
      return false;
    };
    const std::string on = term.is_keyword() ? " on keywords" : " on field '" + term.field + "'";
    const ModifierDef* const def = FindModifier(name);
    if (def == nullptr) {
      std::vector<std::string_view> names;
      for (const ModifierDef& known : Modifiers()) names.push_back(known.name);
      const std::string_view closest = Closest(name, names);
      return fail("sigma.unknown_modifier", "unknown modifier '" + std::string(name) + "'" + on,
                  closest.empty() ? "" : "did you mean '" + std::string(closest) + "'?");
    }
    if (def->apply == nullptr) {
      return fail("sigma.unsupported_modifier",
                  "modifier '" + std::string(name) + "'" + on + " is not supported yet", "");
    }
    if (const Result<Done> done = def->apply(term); !done.ok()) {
      return fail("sigma.bad_modifier",
                  "modifier '" + std::string(name) + "'" + on + ": " + done.error().message, "");
    }
    return true;
  }

  bool Keep(const Yaml& key, Term term, Rule& rule, Expr& out) {
    if (term.is_keyword()) {
      // A keyword is looked for anywhere in a value.
      for (Value& value : term.values) {
        if (value.kind == Value::Kind::kNull || value.written.empty()) {
          return Fail(key, "sigma.bad_detection", "an empty keyword would match everything");
        }
        value.pattern.OpenStart();
        value.pattern.OpenEnd();
      }
    }
    size_t bad = 0;
    if (const Result<Done> done = term.Finish(bad); !done.ok()) {
      if (bad >= term.values.size()) return Fail(key, "sigma.bad_value", done.error().message);
      const Value& value = term.values[bad];
      const bool one_line = value.written.find('\n') == std::string::npos;
      Report(Severity::kError, value.line, value.column,
             one_line ? std::max(Characters(value.written), 1u) : 1, "sigma.bad_value",
             done.error().message, {});
      return false;
    }
    out.kind = Expr::Kind::kTerm;
    out.index = static_cast<uint32_t>(rule.terms.size());
    rule.terms.push_back(std::move(term));
    return true;
  }

  const RuleText& text_;
  tokentrail::Report& report_;
};

}  // namespace

void Diagnose(const RuleText& text, const Yaml& at, Severity severity, std::string code,
              std::string message, std::string help, Report& report) {
  DiagnoseAt(text, severity, at.line, at.column + (at.quoted ? 1 : 0),
             std::max(Characters(at.text.substr(0, at.text.find('\n'))), 1u), std::move(code),
             std::move(message), std::move(help), report);
}

bool ReadMeta(const Yaml& document, const RuleText& text, RuleMeta& meta, Report& report) {
  return Reader(text, report).ReadMeta(document, meta);
}

std::optional<Rule> ReadRule(const Yaml& document, const RuleText& text, Report& report) {
  Rule rule;
  if (!Reader(text, report).Read(document, rule)) return std::nullopt;
  return rule;
}

}  // namespace tokentrail::sigma
