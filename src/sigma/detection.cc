#include <algorithm>
#include <array>

#include "base/text.h"
#include "sigma/diagnose.h"
#include "sigma/modifier.h"
#include "sigma/rule.h"

namespace tokentrail::sigma {
namespace {

/// Reads the selections of one document. Each function is false when it reported an error: the
/// document is left out then.
class DetectionReader {
 public:
  DetectionReader(const RuleText& text, const Placeholders& placeholders, Detection& out,
                  Report& report)
      : text_(text), placeholders_(placeholders), out_(out), report_(report) {}

  bool Read(const Yaml& map, std::string_view other) {
    std::vector<std::string> names;
    const Yaml* condition = nullptr;
    for (const auto& [key, value] : map.map) {
      if (key.text == "condition") condition = &value;
      if (key.text == "condition" || key.text == other) continue;
      Expr expr;
      if (!CheckName(key) || !ReadSelection(key, value, expr, 0)) return false;
      names.push_back(key.text);
      out_.detections.push_back(std::move(expr));
    }
    if (names.empty()) {
      return Fail(map, "sigma.no_detection", "the detection has nothing to look for");
    }
    if (condition == nullptr) {
      return Fail(map, "sigma.no_condition", "the detection has no condition",
                  SimilarKey(map, "condition"));
    }
    return ReadCondition(*condition, names, out_.condition);
  }

 private:
  bool Fail(const Yaml& at, std::string code, std::string message, std::string help = {}) {
    return Refuse(text_, at, std::move(code), std::move(message), std::move(help), report_);
  }

  /// YAML 1.1 took it for the lines of another map; to YAML 1.2, and so to Sigma, it is a name.
  bool FailMergeKey(const Yaml& key) {
    return Fail(key, "sigma.bad_detection", "'<<' is no longer part of YAML",
                "write the lines out that it stands for");
  }

  bool CheckName(const Yaml& key) {
    const std::string& name = key.text;
    if (name == "<<") return FailMergeKey(key);
    if (name == "timeframe") {
      return Fail(key, "sigma.aggregation", "a timeframe is no longer part of Sigma's detections",
                  "write a correlation rule with a timespan instead");
    }
    static constexpr std::array<std::string_view, 5> kWords = {"and", "or", "not", "of", "them"};
    if (std::find(kWords.begin(), kWords.end(), name) != kWords.end()) {
      return Fail(key, "sigma.bad_name",
                  "a detection can't be called '" + name + "': the condition has that word");
    }
    if (name.empty()) return Fail(key, "sigma.bad_name", "a detection must have a name");
    return true;
  }

  bool ReadCondition(const Yaml& condition, const std::vector<std::string>& names, Expr& out) {
    if (condition.is_list() && !condition.list.empty()) {
      out = {Expr::Kind::kOr, 0, {}};
      for (const Yaml& item : condition.list) {
        if (!item.is_scalar()) {
          return Fail(item, "sigma.bad_condition", "a condition must be a text");
        }
        out.parts.emplace_back();
        if (!ReadCondition(item, names, out.parts.back())) return false;
      }
      return true;
    }
    if (!condition.is_scalar()) {
      return Fail(condition, "sigma.bad_condition", "the condition must be a text");
    }
    ParsedCondition parsed = ParseCondition(condition.text, names);
    const bool one_line = condition.text.find('\n') == condition.text.npos;
    Fault fault;
    fault.line = condition.line;
    fault.column = condition.column + (condition.quoted && one_line ? 1 : 0);
    if (!parsed.ok) {
      const ConditionError& error = parsed.error;
      if (one_line) {
        fault.column += Characters(condition.text.substr(0, error.offset));
        fault.width = static_cast<uint32_t>(error.size);
      }
      fault.code = error.code;
      fault.message = error.message;
      fault.help = error.help;
      Diagnose(text_, Severity::kError, std::move(fault), report_);
      return false;
    }
    if (parsed.upper_case) {
      fault.width = one_line ? Characters(condition.text) : 1;
      fault.code = "sigma.upper_case";
      fault.message = "operators of a condition are written in lower case";
      fault.help = "other tools refuse this rule";
      Diagnose(text_, Severity::kWarning, std::move(fault), report_);
    }
    out = std::move(parsed.expr);
    return true;
  }

  /// A search identifier: a map (all of its lines), a list (any of its members) or one keyword.
  bool ReadSelection(const Yaml& key, const Yaml& value, Expr& out, int depth) {
    static constexpr int kMaxDepth = 8;
    if (depth > kMaxDepth) return Fail(key, "sigma.bad_detection", "lists nested too deep");
    if (value.is_map() && !value.map.empty()) {
      out.kind = Expr::Kind::kAnd;
      for (const auto& [field, values] : value.map) {
        out.parts.emplace_back();
        if (!ReadTerm(field, values, out.parts.back())) return false;
      }
      return true;
    }
    if (value.is_list() && !value.list.empty()) {
      const bool keywords = std::all_of(value.list.begin(), value.list.end(),
                                        [](const Yaml& item) { return item.is_scalar(); });
      if (keywords) {
        // One line of many keywords, not many lines.
        TermDraft term = NewTerm({});
        for (const Yaml& item : value.list) term.values.push_back(DraftValue::From(item));
        return Keep(key, std::move(term), out);
      }
      out.kind = Expr::Kind::kOr;
      for (const Yaml& item : value.list) {
        out.parts.emplace_back();
        if (!ReadSelection(item.is_null() ? item : key, item, out.parts.back(), depth + 1)) {
          return false;
        }
      }
      return true;
    }
    if (value.is_scalar()) {
      TermDraft term = NewTerm({});
      term.values.push_back(DraftValue::From(value));
      return Keep(value, std::move(term), out);
    }
    return Fail(key, "sigma.bad_detection", "'" + key.text + "' has nothing to look for");
  }

  TermDraft NewTerm(std::string_view field) {
    TermDraft out;
    out.field = field;
    out.placeholders = &placeholders_;
    out.regex_room = &regex_room_;
    return out;
  }

  bool ReadTerm(const Yaml& key, const Yaml& values, Expr& out) {
    const std::string_view whole = key.text;
    const size_t bar = whole.find('|');
    TermDraft term = NewTerm(whole.substr(0, bar));
    if (key.text == "<<") return FailMergeKey(key);
    if (values.is_map()) {
      // `{name}` without quotes is a map to YAML, and a hole to whoever wrote a template.
      const bool is_hole = values.map.size() == 1 && values.map[0].second.is_null();
      return Fail(key, "sigma.bad_detection",
                  "'" + key.text + "' needs a value or a list of values",
                  is_hole ? "put your own value for {" + values.map[0].first.text + "}"
                          : "write fields of fields with a dot: outer.inner");
    }
    term.values.reserve(std::max<size_t>(values.list.size(), 1));
    for (const Yaml& item : values.list) {
      if (item.is_list() || item.is_map()) {
        return Fail(item, "sigma.bad_detection", "a value must be a text, a number or a boolean");
      }
      if (item.is_null()) {
        return Fail(item, "sigma.bad_value", "null can't stand in a list of values",
                    "give the missing field a selection of its own: " + term.field + ": null");
      }
      term.values.push_back(DraftValue::From(item));
    }
    if (!values.is_list()) term.values.push_back(DraftValue::From(values));
    if (term.values.empty()) {
      // Like pySigma, an empty list is null.
      Yaml null;
      null.line = values.line;
      null.column = values.column;
      term.values.push_back(DraftValue::From(null));
    }
    for (size_t start = bar; start != whole.npos;) {
      const size_t end = whole.find('|', start + 1);
      const std::string_view name = whole.substr(start + 1, end - start - 1);
      const uint32_t column =
          key.column + (key.quoted ? 1 : 0) + Characters(whole.substr(0, start + 1));
      if (!Apply(name, key, column, term)) return false;
      start = end;
    }
    return Keep(key, std::move(term), out);
  }

  bool Apply(std::string_view name, const Yaml& key, uint32_t column, TermDraft& term) {
    const std::string on = term.is_keyword() ? " on keywords" : " on field '" + term.field + "'";
    const auto fail = [&](std::string code, std::string message, std::string help) {
      Fault fault{key.line,           column,         Characters(name), std::move(code),
                  std::move(message), std::move(help)};
      Diagnose(text_, Severity::kError, std::move(fault), report_);
      return false;
    };
    const std::string this_one = "modifier '" + std::string(name) + "'" + on;
    const ModifierDef* const def = FindModifier(name);
    if (def == nullptr) {
      std::vector<std::string_view> names;
      for (const ModifierDef& known : Modifiers()) names.push_back(known.name);
      const std::string_view closest = Closest(name, names);
      return fail("sigma.unknown_modifier", "unknown " + this_one,
                  closest.empty() ? "" : "did you mean '" + std::string(closest) + "'?");
    }
    if (term.compare == Compare::kExists) {
      return fail("sigma.bad_modifier", this_one + ": nothing goes with 'exists'", "");
    }
    if (std::find(term.applied.begin(), term.applied.end(), def->name) != term.applied.end()) {
      return fail("sigma.bad_modifier", this_one + ": it stands here twice", "");
    }
    const Result<Done> done = def->apply(term);
    if (!done.ok()) {
      std::string message = this_one + ": " + done.error().message;
      if (term.bad < term.values.size()) {
        return FailValue(term, term.code.empty() ? "sigma.bad_value" : term.code, message);
      }
      return fail("sigma.bad_modifier", std::move(message), term.help);
    }
    term.applied.push_back(def->name);
    return true;
  }

  bool FailValue(const TermDraft& term, std::string code, std::string message) {
    const DraftValue& value = term.values[term.bad];
    Fault fault;
    fault.line = value.line;
    fault.column = value.column;
    fault.width = Characters(value.written.substr(0, value.written.find('\n')));
    fault.code = std::move(code);
    fault.message = std::move(message);
    fault.help = term.help;
    Diagnose(text_, Severity::kError, std::move(fault), report_);
    return false;
  }

  bool Keep(const Yaml& key, TermDraft term, Expr& out) {
    if (term.is_keyword()) {
      for (term.bad = 0; term.bad < term.values.size(); ++term.bad) {
        const DraftValue& value = term.values[term.bad];
        if (value.kind == Value::Kind::kNull || value.written.empty()) {
          return FailValue(term, "sigma.bad_value", "an empty keyword would match everything");
        }
      }
    }
    Result<Term> finished = term.Finish();
    if (!finished.ok()) {
      const std::string& message = finished.error().message;
      if (term.bad >= term.values.size()) return Fail(key, "sigma.bad_value", message, term.help);
      return FailValue(term, term.code.empty() ? "sigma.bad_value" : term.code, message);
    }
    out.kind = Expr::Kind::kTerm;
    out.index = static_cast<uint32_t>(out_.terms.size());
    out_.terms.push_back(*std::move(finished));
    return true;
  }

  const RuleText& text_;
  const Placeholders& placeholders_;
  Detection& out_;
  Report& report_;
  /// Of Regex::size(). A guess: about a second of compiling.
  size_t regex_room_ = 200'000;
};

}  // namespace

bool ReadDetection(const Yaml& map, std::string_view other, const RuleText& text,
                   const Placeholders& placeholders, Detection& out, Report& report) {
  return DetectionReader(text, placeholders, out, report).Read(map, other);
}

}  // namespace tokentrail::sigma
