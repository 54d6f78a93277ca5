#include "sigma/correlation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "base/check.h"
#include "base/text.h"

namespace tokentrail::sigma {
namespace {

constexpr std::array<std::pair<std::string_view, CorrelationType>, 8> kTypes = {{
    {"event_count", CorrelationType::kEventCount},
    {"value_count", CorrelationType::kValueCount},
    {"temporal", CorrelationType::kTemporal},
    {"temporal_ordered", CorrelationType::kTemporalOrdered},
    {"value_sum", CorrelationType::kValueSum},
    {"value_avg", CorrelationType::kValueAverage},
    {"value_percentile", CorrelationType::kValuePercentile},
    {"value_median", CorrelationType::kValueMedian},
}};

constexpr std::array<std::pair<std::string_view, Criterion::Is>, 6> kCriteria = {{
    {"gt", Criterion::Is::kGreater},
    {"gte", Criterion::Is::kGreaterOrEqual},
    {"lt", Criterion::Is::kLess},
    {"lte", Criterion::Is::kLessOrEqual},
    {"eq", Criterion::Is::kEqual},
    {"neq", Criterion::Is::kNotEqual},
}};

/// More steps than anybody writes; the state of a group grows with them.
constexpr size_t kMaxParts = 1'000;
constexpr size_t kMaxFields = 32;
/// Counting needs memory for each hit, so there must be an end.
constexpr double kMaxThreshold = 1 << 20;

bool IsTemporal(CorrelationType type) {
  return type == CorrelationType::kTemporal || type == CorrelationType::kTemporalOrdered;
}

bool CountsValues(CorrelationType type) {
  return type != CorrelationType::kEventCount && !IsTemporal(type);
}

/// Its measure is a count: whole, and at least one when it is looked at.
bool IsCount(CorrelationType type) {
  return type == CorrelationType::kEventCount || type == CorrelationType::kValueCount ||
         IsTemporal(type);
}

std::string DidYouMean(std::string_view word, const std::vector<std::string_view>& candidates,
                       std::string otherwise = {}) {
  const std::string_view closest = Closest(word, candidates);
  return closest.empty() ? std::move(otherwise) : "did you mean '" + std::string(closest) + "'?";
}

template <typename Table>
std::vector<std::string_view> Names(const Table& table) {
  std::vector<std::string_view> out;
  out.reserve(table.size());
  for (const auto& row : table) out.push_back(row.first);
  return out;
}

const Yaml* KeyOf(const Yaml& map, std::string_view name) {
  for (const auto& [key, value] : map.map) {
    if (key.text == name) return &key;
  }
  return nullptr;
}

/// A place in a file, to be complained about.
Yaml At(std::string_view text, uint32_t line, uint32_t column) {
  Yaml out;
  out.type = Yaml::Type::kScalar;
  out.text = text;
  out.line = line;
  out.column = column;
  return out;
}

/// A word of a boolean condition, told apart as ParseCondition does.
std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> out;
  const auto is_mark = [](char c) { return c == '(' || c == ')' || c == '|'; };
  const auto is_space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  for (size_t i = 0; i < text.size();) {
    if (is_space(text[i])) {
      ++i;
      continue;
    }
    size_t end = i + 1;
    if (!is_mark(text[i])) {
      while (end < text.size() && !is_space(text[end]) && !is_mark(text[end])) ++end;
    }
    out.push_back(text.substr(i, end - i));
    i = end;
  }
  return out;
}

/// Reads one document. Each function is false when it reported an error: the correlation is left
/// out then.
class CorrelationReader {
 public:
  CorrelationReader(const RuleText& text, Report& report) : text_(text), report_(report) {}

  bool Read(const Yaml& document, Correlation& out) {
    if (!ReadMeta(document, text_, out.meta, report_)) return false;
    const Yaml* const key = KeyOf(document, "correlation");
    if (key == nullptr) return Fail(document, "sigma.not_a_rule", "this is no correlation");
    const Yaml& body = *document.Find("correlation");
    if (!body.is_map()) {
      return Fail(*key, "sigma.bad_correlation", "'correlation' must be a map of settings");
    }
    if (const Yaml* const both = KeyOf(document, "detection"); both != nullptr) {
      return Fail(*both, "sigma.bad_correlation", "a document is a rule or a correlation, not both",
                  "write two documents, with --- between them");
    }
    key_ = key;
    return CheckKeys(body) && ReadType(body, out) && ReadRules(body, out) &&
           ReadList(body, "group-by", out.group_by) && ReadTimespan(body, out) &&
           ReadField(body, out) && ReadCondition(body, out) && ReadAliases(body, out) &&
           ReadGenerate(document, body, out) && CheckField(out);
  }

 private:
  bool Fail(const Yaml& at, std::string code, std::string message, std::string help = {}) {
    Diagnose(text_, at, Severity::kError, std::move(code), std::move(message), std::move(help),
             report_);
    return false;
  }

  void Warn(const Yaml& at, std::string code, std::string message, std::string help = {}) {
    Diagnose(text_, at, Severity::kWarning, std::move(code), std::move(message), std::move(help),
             report_);
  }

  bool CheckKeys(const Yaml& body) {
    static const std::vector<std::string_view> kKeys = {
        "type", "rules", "group-by", "timespan", "condition", "field", "aliases", "generate"};
    for (const auto& [key, value] : body.map) {
      if (std::find(kKeys.begin(), kKeys.end(), key.text) != kKeys.end()) continue;
      std::string help = DidYouMean(key.text, kKeys, "known are " + Joined(kKeys));
      if (key.text == "timeframe") help = "did you mean 'timespan'?";
      const auto names = Names(kCriteria);
      if (key.text == "percentile" ||
          std::find(names.begin(), names.end(), key.text) != names.end()) {
        help = "it belongs into 'condition'";
      }
      return Fail(key, "sigma.unknown_key", "a correlation has no '" + key.text + "'", help);
    }
    return true;
  }

  static std::string Joined(const std::vector<std::string_view>& words) {
    std::string out;
    for (const std::string_view word : words) {
      if (!out.empty()) out += ", ";
      out += word;
    }
    return out;
  }

  bool ReadType(const Yaml& body, Correlation& out) {
    const Yaml* const type = body.Find("type");
    if (type == nullptr || !type->is_scalar()) {
      return Fail(type != nullptr && !type->is_null() ? *type : *key_, "sigma.bad_correlation",
                  "the correlation has no type", "one of " + Joined(Names(kTypes)));
    }
    for (const auto& [name, value] : kTypes) {
      if (type->text != name) continue;
      out.type = value;
      return true;
    }
    return Fail(*type, "sigma.unknown_type", "unknown correlation type '" + type->text + "'",
                DidYouMean(type->text, Names(kTypes), "one of " + Joined(Names(kTypes))));
  }

  bool ReadRules(const Yaml& body, Correlation& out) {
    const Yaml* const rules = body.Find("rules");
    if (rules == nullptr || rules->is_null()) return true;  // ReadCondition may find them
    const std::vector<Yaml> one = {*rules};
    if (rules->is_map()) {
      return Fail(*KeyOf(body, "rules"), "sigma.bad_correlation",
                  "'rules' must be a list of ids or names");
    }
    for (const Yaml& item : rules->is_list() ? rules->list : one) {
      if (!item.is_scalar() || Trim(item.text).empty()) {
        return Fail(item, "sigma.bad_correlation", "the id or name of a rule is missing here");
      }
      AddPart(Trim(item.text), item, true, out);
    }
    if (out.parts.empty()) {
      return Fail(*KeyOf(body, "rules"), "sigma.no_rules", "the correlation refers to no rule");
    }
    if (out.parts.size() > kMaxParts) {
      return Fail(*KeyOf(body, "rules"), "sigma.bad_correlation", "more than 1,000 rules");
    }
    return true;
  }

  static void AddPart(std::string_view name, const Yaml& at, bool listed, Correlation& out) {
    Correlation::Part& part = out.parts.emplace_back();
    part.name = name;
    part.line = at.line;
    part.column = at.column + (at.quoted ? 1 : 0);
    part.listed = listed;
  }

  /// Field names: one, or a list.
  bool ReadList(const Yaml& map, std::string_view key, std::vector<std::string>& out) {
    const Yaml* const value = map.Find(key);
    if (value == nullptr || value->is_null()) return true;
    const std::vector<Yaml> one = {*value};
    if (value->is_map()) {
      return Fail(*KeyOf(map, key), "sigma.bad_correlation",
                  "'" + std::string(key) + "' must be a field or a list of fields");
    }
    for (const Yaml& item : value->is_list() ? value->list : one) {
      if (!item.is_scalar() || item.text.empty()) {
        return Fail(item, "sigma.bad_correlation", "the name of a field is missing here");
      }
      if (std::find(out.begin(), out.end(), item.text) != out.end()) {
        Warn(item, "sigma.twice", "'" + item.text + "' stands here twice");
        continue;
      }
      out.push_back(item.text);
    }
    if (out.size() > kMaxFields) {
      return Fail(*KeyOf(map, key), "sigma.bad_correlation", "more than 32 fields");
    }
    return true;
  }

  bool ReadTimespan(const Yaml& body, Correlation& out) {
    static constexpr char kHelp[] = "a number and one of s, m, h, d, w, M (30 days), y: 15m";
    const Yaml* const timespan = body.Find("timespan");
    if (timespan == nullptr || timespan->is_null()) {
      return Fail(*key_, "sigma.bad_timespan", "the correlation has no timespan", kHelp);
    }
    const std::string_view text = Trim(timespan->text);
    const auto bad = [&] {
      return Fail(
          *timespan, "sigma.bad_timespan",
          timespan->is_scalar() ? "'" + timespan->text + "' is no timespan" : "this is no timespan",
          kHelp);
    };
    if (!timespan->is_scalar() || text.size() < 2) return bad();
    static constexpr std::array<std::pair<char, int64_t>, 7> kUnits = {{
        {'s', 1},
        {'m', 60},
        {'h', 3'600},
        {'d', 86'400},
        {'w', 7 * 86'400},
        {'M', 30 * 86'400},
        {'y', 365 * 86'400},
    }};
    static constexpr int64_t kMaxSeconds = int64_t{1'000} * 365 * 86'400;
    const auto unit = std::find_if(kUnits.begin(), kUnits.end(),
                                   [&](const auto& one) { return one.first == text.back(); });
    const std::string_view digits = text.substr(0, text.size() - 1);
    if (unit == kUnits.end() || !IsDigits(digits)) return bad();
    int64_t count = 0;
    for (const char digit : digits) count = std::min(count * 10 + (digit - '0'), kMaxSeconds);
    if (count == 0 || count > kMaxSeconds / unit->second) {
      return Fail(*timespan, "sigma.bad_timespan",
                  count == 0 ? "a timespan must be longer than nothing"
                             : "a timespan can't be longer than 1000 years",
                  kHelp);
    }
    out.timespan = Seconds(count * unit->second);
    return true;
  }

  /// `field` beside `condition`, or in it.
  bool ReadField(const Yaml& body, Correlation& out) {
    if (body.Find("field") != nullptr) {
      field_ = KeyOf(body, "field");
      if (!ReadList(body, "field", out.fields)) return false;
    }
    const Yaml* const condition = body.Find("condition");
    if (condition == nullptr || condition->Find("field") == nullptr) return true;
    if (field_ != nullptr) {
      return Fail(*KeyOf(*condition, "field"), "sigma.bad_correlation",
                  "'field' is given twice: here and beside the condition");
    }
    field_ = KeyOf(*condition, "field");
    return ReadList(*condition, "field", out.fields);
  }

  bool CheckField(Correlation& out) {
    const std::string type(Name(out.type));
    if (!CountsValues(out.type)) {
      if (field_ == nullptr) return true;
      Warn(*field_, "sigma.needless_field", type + " looks at no values: 'field' does nothing",
           "leave it out, or did you mean value_count?");
      out.fields.clear();
      return true;
    }
    if (out.fields.empty()) {
      return Fail(field_ != nullptr ? *field_ : *key_, "sigma.no_field", type + " needs a field",
                  "condition: {field: User, gte: 10}");
    }
    if (out.type != CorrelationType::kValueCount && out.fields.size() > 1) {
      return Fail(*field_, "sigma.bad_correlation", type + " takes one field only",
                  "only value_count counts several together");
    }
    return true;
  }

  bool ReadCondition(const Yaml& body, Correlation& out) {
    const Yaml* const condition = body.Find("condition");
    const bool none = condition == nullptr || condition->is_null();
    if (!none && condition->is_scalar()) return ReadExpression(*condition, out);
    if (out.parts.empty()) {
      return Fail(*key_, "sigma.no_rules", "the correlation refers to no rule",
                  "list ids or names under 'rules'");
    }
    if (none && IsTemporal(out.type)) return true;
    if (none || !condition->is_map()) {
      return Fail(
          none ? *key_ : *KeyOf(body, "condition"), "sigma.no_condition",
          none ? std::string(Name(out.type)) + " needs a condition" : "the condition must be a map",
          "condition: {gte: 10}");
    }
    const Yaml* percentile = nullptr;
    for (const auto& [key, value] : condition->map) {
      if (key.text == "field") continue;
      if (key.text == "percentile") {
        percentile = &key;
        if (!ReadPercentile(key, value, out)) return false;
        continue;
      }
      if (!ReadCriterion(key, value, out)) return false;
    }
    if (out.type == CorrelationType::kValueMedian) out.percentile = 50;
    if (out.type == CorrelationType::kValuePercentile && percentile == nullptr) {
      Warn(*KeyOf(body, "condition"), "sigma.no_percentile",
           "no percentile is given: the 50th is taken, which is the median",
           "condition: {field: ..., percentile: 99, gte: ...}");
      out.percentile = 50;
    }
    if (out.criteria.empty()) {
      if (IsTemporal(out.type)) return true;
      return Fail(*KeyOf(body, "condition"), "sigma.no_condition",
                  "the condition compares with nothing", "add one of gt, gte, lt, lte, eq, neq");
    }
    return CheckCriteria(*KeyOf(body, "condition"), out);
  }

  bool ReadPercentile(const Yaml& key, const Yaml& value, Correlation& out) {
    const bool median = out.type == CorrelationType::kValueMedian;
    if (out.type != CorrelationType::kValuePercentile && !median) {
      return Fail(
          key, "sigma.bad_condition",
          "'percentile' goes with value_percentile, not with " + std::string(Name(out.type)));
    }
    Number number;
    if (!value.is_scalar() || !Number::Read(value.text, number) || number.real < 0 ||
        number.real > 100) {
      return Fail(value, "sigma.bad_condition", "a percentile is a number from 0 to 100");
    }
    if (median && number.real != 50) {
      return Fail(value, "sigma.bad_condition", "the median is percentile 50",
                  "did you mean 'type: value_percentile'?");
    }
    out.percentile = number.real;
    return true;
  }

  bool ReadCriterion(const Yaml& key, const Yaml& value, Correlation& out) {
    for (const auto& [name, is] : kCriteria) {
      if (key.text != name) continue;
      Number number;
      if (!value.is_scalar() || !Number::Read(value.text, number)) {
        return Fail(value.is_scalar() ? value : key, "sigma.bad_condition",
                    "'" + key.text + "' needs a number");
      }
      if (IsCount(out.type) && number.real > kMaxThreshold) {
        return Fail(value, "sigma.bad_condition", "we can't count further than 1,048,576");
      }
      out.criteria.push_back({is, number.real});
      return true;
    }
    std::vector<std::string_view> known = Names(kCriteria);
    known.insert(known.end(), {"field", "percentile"});
    return Fail(key, "sigma.unknown_key", "a condition has no '" + key.text + "'",
                DidYouMean(key.text, known, "known are " + Joined(known)));
  }

  /// What lies between the bounds: a condition that nothing meets was not meant so.
  bool CheckCriteria(const Yaml& key, const Correlation& out) {
    const bool count = IsCount(out.type);
    // Bounds, and whether they themselves are out.
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    bool open_low = false;
    bool open_high = false;
    const auto raise = [&](double value, bool open) {
      if (value > low || (value == low && open)) open_low = open;
      low = std::max(low, value);
    };
    const auto lower = [&](double value, bool open) {
      if (value < high || (value == high && open)) open_high = open;
      high = std::min(high, value);
    };
    const auto possible = [&] {
      if (low > high || (low == high && (open_low || open_high))) return false;
      if (count) {
        const double first = open_low ? std::floor(low) + 1 : std::ceil(low);
        if (open_high ? first >= high : first > high) return false;
      }
      return std::none_of(out.criteria.begin(), out.criteria.end(), [&](const Criterion& one) {
        return one.is == Criterion::Is::kNotEqual && low == high && one.value == low;
      });
    };
    for (const Criterion& one : out.criteria) {
      switch (one.is) {
        case Criterion::Is::kGreater:
          raise(one.value, true);
          break;
        case Criterion::Is::kGreaterOrEqual:
          raise(one.value, false);
          break;
        case Criterion::Is::kLess:
          lower(one.value, true);
          break;
        case Criterion::Is::kLessOrEqual:
          lower(one.value, false);
          break;
        case Criterion::Is::kEqual:
          raise(one.value, false);
          lower(one.value, false);
          break;
        case Criterion::Is::kNotEqual:
          break;
      }
    }
    if (!possible()) {
      return Fail(key, "sigma.bad_condition",
                  std::string("no ") + (count ? "count" : "number") + " can meet this condition");
    }
    if (!count) return true;
    raise(1, false);
    if (IsTemporal(out.type)) lower(static_cast<double>(out.parts.size()), false);
    if (!possible()) {
      Warn(key, "sigma.never_fires", "this condition can never hold",
           IsTemporal(out.type) ? "it counts the different rules, of which there are " +
                                      std::to_string(out.parts.size())
                                : "it is looked at when a hit comes, so it counts one at least");
    }
    return true;
  }

  /// `a and not b`, of draft 2.2.0.
  bool ReadExpression(const Yaml& condition, Correlation& out) {
    if (out.type != CorrelationType::kTemporal) {
      return Fail(condition, "sigma.bad_condition",
                  "a condition in words goes with 'type: temporal', not with " +
                      std::string(Name(out.type)),
                  IsTemporal(out.type) ? "" : "condition: {gte: 10}");
    }
    const auto is_operator = [](std::string_view word) {
      return EqualsIgnoreCase(word, "and") || EqualsIgnoreCase(word, "or") ||
             EqualsIgnoreCase(word, "not") || word == "(" || word == ")" || word == "|";
    };
    const bool listed = out.parts.empty();  // then `rules` is what stands in the condition
    const std::vector<std::string_view> words = Words(condition.text);
    for (size_t i = 0; i < words.size(); ++i) {
      if (i + 2 < words.size() && EqualsIgnoreCase(words[i + 1], "of")) {
        i += 2;
        continue;
      }
      if (is_operator(words[i]) || words[i].find('*') != std::string_view::npos) continue;
      const bool known = std::any_of(out.parts.begin(), out.parts.end(),
                                     [&](const auto& part) { return part.name == words[i]; });
      if (known) continue;
      AddPart(words[i], Within(condition, words[i]), listed, out);
    }
    if (out.parts.size() > kMaxParts) {
      return Fail(condition, "sigma.bad_correlation", "more than 1,000 rules");
    }
    std::vector<std::string> names;
    for (const Correlation::Part& part : out.parts) names.push_back(part.name);
    ParsedCondition parsed = ParseCondition(condition.text, names);
    if (!parsed.ok) {
      const ConditionError& error = parsed.error;
      std::string message = error.message;
      std::string code = error.code;
      // Here it is about rules.
      if (const size_t at = message.find("detection"); at != message.npos) {
        message.replace(at, 9, "rule");
      }
      if (code == "sigma.unknown_detection") code = "sigma.unknown_rule";
      const size_t offset = std::min(error.offset, condition.text.size());
      const std::string_view rest = std::string_view(condition.text).substr(offset, error.size);
      return Fail(Within(condition, rest), code, message, error.help);
    }
    if (parsed.upper_case) {
      Warn(condition, "sigma.upper_case", "operators of a condition are written in lower case",
           "other tools refuse this rule");
    }
    out.expression = std::move(parsed.expr);
    return true;
  }

  /// Where `part`, a piece of the scalar's text, stands. In a text over several lines its start.
  static Yaml Within(const Yaml& scalar, std::string_view part) {
    const uint32_t start = scalar.column + (scalar.quoted ? 1 : 0);
    if (scalar.text.find('\n') != scalar.text.npos) return At("", scalar.line, start);
    const std::string_view before(scalar.text.data(),
                                  static_cast<size_t>(part.data() - scalar.text.data()));
    const auto characters = std::count_if(before.begin(), before.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    });
    return At(part, scalar.line, start + static_cast<uint32_t>(characters));
  }

  bool ReadAliases(const Yaml& body, Correlation& out) {
    const Yaml* const aliases = body.Find("aliases");
    if (aliases == nullptr || aliases->is_null()) return true;
    static constexpr char kHelp[] = "aliases: {ip: {rule_a: src_ip, rule_b: client_ip}}";
    if (!aliases->is_map()) {
      return Fail(*KeyOf(body, "aliases"), "sigma.bad_alias", "'aliases' must be a map", kHelp);
    }
    for (const auto& [name, meanings] : aliases->map) {
      if (!name.is_scalar() || !meanings.is_map() || meanings.map.empty()) {
        return Fail(name, "sigma.bad_alias", "an alias must map rules to their fields", kHelp);
      }
      Correlation::Alias& alias = out.aliases.emplace_back();
      alias.name = name.text;
      for (const auto& [rule, field] : meanings.map) {
        if (!rule.is_scalar() || !field.is_scalar() || field.text.empty()) {
          return Fail(rule, "sigma.bad_alias", "an alias needs one field for each rule", kHelp);
        }
        Correlation::Alias::Meaning& meaning = alias.meanings.emplace_back();
        meaning.rule = Trim(rule.text);
        meaning.field = field.text;
        meaning.line = rule.line;
        meaning.column = rule.column + (rule.quoted ? 1 : 0);
      }
      const auto uses = [&](const std::vector<std::string>& fields) {
        return std::find(fields.begin(), fields.end(), alias.name) != fields.end();
      };
      if (!uses(out.group_by) && !uses(out.fields)) {
        Warn(name, "sigma.unused_alias", "nothing uses the alias '" + alias.name + "'",
             "name it in group-by");
      }
    }
    return true;
  }

  bool ReadGenerate(const Yaml& document, const Yaml& body, Correlation& out) {
    for (const Yaml* const map : {&document, &body}) {
      const Yaml* const value = map->Find("generate");
      if (value == nullptr || value->is_null()) continue;
      const bool yes = value->is_scalar() && EqualsIgnoreCase(value->text, "true");
      if (!yes && !(value->is_scalar() && EqualsIgnoreCase(value->text, "false"))) {
        return Fail(*value, "sigma.bad_correlation", "'generate' must be true or false");
      }
      out.generate = yes;
    }
    return true;
  }

  const RuleText& text_;
  Report& report_;
  const Yaml* key_ = nullptr;    ///< `correlation`, where what is missing is missed
  const Yaml* field_ = nullptr;  ///< the key `field`
};

}  // namespace

std::string_view Name(CorrelationType type) {
  for (const auto& [name, value] : kTypes) {
    if (value == type) return name;
  }
  CHECK(false);
  return {};
}

std::optional<Correlation> ReadCorrelation(const Yaml& document, const RuleText& text,
                                           Report& report) {
  Correlation out;
  if (!CorrelationReader(text, report).Read(document, out)) return std::nullopt;
  return out;
}

}  // namespace tokentrail::sigma
