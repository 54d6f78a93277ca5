// Rule text to the tree that is evaluated. What can't be honoured in full is refused.

#include <re2/re2.h>

#include <algorithm>
#include <stdexcept>

#include "test/support/sigma_reference.h"

namespace tokentrail::test::reference {
namespace {

/// Why a rule is refused; ends its reading.
struct Refusal : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Neither null, nor a number or a boolean as YAML 1.2's core schema has them. Choice: what starts
/// with more than one zero is a text, since its zeros count (D6).
bool IsText(const Value& value) {
  static const re2::RE2 kOther(
      "true|True|TRUE|false|False|FALSE|[-+]?(?:0|[1-9][0-9]*)|0o[0-7]+|0x[0-9a-fA-F]+|"
      "[-+]?(?:\\.[0-9]+|(?:0|[1-9][0-9]*)(?:\\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\\.(?:inf|Inf|"
      "INF)|"
      "\\.(?:nan|NaN|NAN)");
  return !value.null && (value.quoted || !re2::RE2::FullMatch(value.written, kOther));
}

/// More dashes than can be written out are given up, not refused.
struct TooWide : std::runtime_error {
  TooWide() : runtime_error("too many dashes to expand") {}
};
constexpr size_t kMaxDashes = 3200;

/// `%name%` written out, `\%` a percent sign.
std::vector<std::string> Expand(std::string_view text, const Placeholders& placeholders) {
  std::vector<std::string> out = {""};
  const auto append = [&](const std::vector<std::string>& ends) {
    std::vector<std::string> next;
    for (const std::string& start : out) {
      for (const std::string& end : ends) next.push_back(start + end);
    }
    out = next;
  };
  while (!text.empty()) {
    if (text.starts_with("\\%")) {
      append({"%"});
      text.remove_prefix(2);
      continue;
    }
    const size_t close = text.front() == '%' ? text.find('%', 1) : std::string_view::npos;
    if (close == std::string_view::npos || close == 1) {
      append({std::string(1, text.front())});
      text.remove_prefix(1);
      continue;
    }
    const auto found = placeholders.find(text.substr(1, close - 1));
    if (found == placeholders.end() || found->second.empty()) {
      throw Refusal("placeholder without a value");
    }
    append(found->second);
    text.remove_prefix(close + 1);
  }
  return out;
}

struct Builder {
  Item& item;
  bool first = true;    ///< no modifier yet
  bool opened = false;  ///< contains, startswith or endswith was given
  bool bytes = false;   ///< UTF-16: waits for Base64

  bool Has(std::string_view name) const {
    return std::find(item.modifiers.begin(), item.modifiers.end(), name) != item.modifiers.end();
  }
  void Need(bool fine, const char* why) const {
    if (!fine) throw Refusal(why);
  }
  /// Each text of each value by each of those that `function` gives.
  template <typename Function>
  void Map(Function function) const {
    Need(item.compare == Compare::kText, "only for texts");
    for (Value& value : item.values) {
      Need(IsText(value), "only for texts");
      std::vector<Chars> out;
      for (const Chars& text : value.texts) {
        for (Chars& one : function(text)) out.push_back(std::move(one));
      }
      value.texts = std::move(out);
    }
  }
  /// The same for what must have no wildcards.
  template <typename Function>
  void Encode(Function function) const {
    Map([&](const Chars& text) {
      Need(!HasWildcards(text), "wildcards can't be encoded");
      std::vector<Chars> out;
      for (const std::string& one : function(reference::Encode(text))) {
        Chars chars;  // one a byte
        for (const char c : one) {
          const auto byte = static_cast<unsigned char>(c);
          chars.push_back(byte < 0x80 ? byte : kByte + byte);
        }
        out.push_back(chars);
      }
      return out;
    });
  }
  void Open(bool start, bool end) {
    Need(!opened, "only one of them");
    opened = true;
    if (item.compare == Compare::kField) {
      item.open_start |= start;
      item.open_end |= end;
      return;
    }
    if (item.compare == Compare::kRegex) return;  // searched for anyway
    Map([&](Chars text) -> std::vector<Chars> {
      if (start && (text.empty() || text.front() != kAny)) text.insert(text.begin(), kAny);
      if (end && (text.empty() || text.back() != kAny)) text.push_back(kAny);
      return {text};
    });
  }
  void Regex() {
    Need(first, "re is for values as written");
    item.compare = Compare::kRegex;
  }
  void Apply(const std::string& name) {
    using Strings = std::vector<std::string>;
    using Texts = std::vector<Chars>;
    if (name == "contains") {
      Open(true, true);
    } else if (name == "startswith") {
      Open(false, true);
    } else if (name == "endswith") {
      Open(true, false);
    } else if (name == "all") {
      Need(item.values.size() > 1, "all of one value");
      item.all = true;
    } else if (name == "cased") {
      Need(item.compare != Compare::kRegex, "re minds case anyway");
      if (item.compare == Compare::kText) Map([](const Chars& text) { return Texts{text}; });
      item.cased = true;
    } else if (name == "neq") {
      item.negated = true;
    } else if (name == "re") {
      Regex();
    } else if (name == "i" || name == "m" || name == "s" || name == "ignorecase" ||
               name == "multiline" || name == "dotall") {
      Need(item.compare == Compare::kRegex, "flag without re");
      item.regex_flags += name == "ignorecase"       ? "i"
                          : name.substr(0, 1) == "d" ? "s"
                                                     : name.substr(0, 1);
    } else if (name == "cidr") {
      Need(first, "cidr is for values as written");
      item.compare = Compare::kNetwork;
    } else if (name == "exists") {
      Need(first && item.modifiers.size() == 1, "exists stands alone");
      Need(item.values.size() == 1, "exists has one value");
      const Value& value = item.values.front();
      const bool yes =
          value.written == "true" || value.written == "True" || value.written == "TRUE";
      const bool no =
          value.written == "false" || value.written == "False" || value.written == "FALSE";
      Need(!value.quoted && !value.null && (yes || no), "exists wants a boolean");
      item.compare = Compare::kExists;
      item.exists = yes;
    } else if (name == "gt" || name == "gte" || name == "lt" || name == "lte") {
      Need(item.compare == Compare::kText || !item.date_part.empty(), "only for numbers");
      Need(item.order.empty() && !opened && !bytes, "only for numbers as written");
      item.compare = Compare::kNumber;
      item.order = name;
    } else if (name == "minute" || name == "hour" || name == "day" || name == "week" ||
               name == "month" || name == "year") {
      Need(first, "only for numbers as written");
      item.compare = Compare::kNumber;
      item.date_part = name;
    } else if (name == "fieldref") {
      Need(first, "fieldref is for values as written");
      item.compare = Compare::kField;
    } else if (name == "base64") {
      Encode([](const std::string& text) { return Strings{Base64(text)}; });
      bytes = false;
    } else if (name == "base64offset") {
      Encode([this](const std::string& text) {
        Need(text.size() > 1, "one byte leaves nothing sure");
        return Strings{Base64At(text, 0), Base64At(text, 1), Base64At(text, 2)};
      });
      bytes = false;
    } else if (name == "utf16le" || name == "wide") {
      Encode([](const std::string& text) { return Strings{Utf16(text, false)}; });
      bytes = true;
    } else if (name == "utf16be") {
      Encode([](const std::string& text) { return Strings{Utf16(text, true)}; });
      bytes = true;
    } else if (name == "utf16") {
      Encode([](const std::string& text) { return Strings{"\xFF\xFE" + Utf16(text, false)}; });
      bytes = true;
    } else if (name == "windash") {
      Map([](const Chars& text) {
        const std::optional<std::vector<Chars>> all = Dashes(text, kMaxDashes);
        if (!all) throw TooWide();
        return *all;
      });
    } else if (name != "expand") {  // done before all others
      throw Refusal("unknown modifier");
    }
    if (name != "all" && name != "neq" && name != "expand" && name != "cased") first = false;
  }

  void Finish() {
    Need(!bytes, "UTF-16 without Base64");
    Need(!item.field.empty() ||
             (item.compare != Compare::kExists && item.compare != Compare::kField),
         "needs a field");
    for (Value& value : item.values) {
      const bool plain = item.compare == Compare::kText;
      Need(!value.null || (plain && item.values.size() == 1 && !item.field.empty()), "null here");
      if (item.compare == Compare::kNetwork)
        Need(ReadCidr(value.written).has_value(), "no network");
      if (item.compare == Compare::kNumber) Need(ReadKept(value.written).has_value(), "no number");
      if (item.compare == Compare::kField) {
        Need(!value.written.empty() && !HasWildcards(ReadWildcards(value.written)),
             "no field name");
      }
      for (std::string& regex : value.regexes) {
        if (item.compare != Compare::kRegex) break;
        // Alone first: `a)(b` must not become whole by what is put around it.
        Need(re2::RE2(regex, re2::RE2::Quiet).ok(), "no regular expression");
        if (!item.regex_flags.empty()) regex = "(?" + item.regex_flags + ":" + regex + ")";
        Need(re2::RE2(regex, re2::RE2::Quiet).ok(), "no regular expression");
      }
      for (Chars& text : value.texts) {
        // Choice: an empty keyword stands in every value, so it was meant to be something else.
        Need(!plain || !item.field.empty() || !value.written.empty(), "empty keyword");
        // A keyword stands anywhere in a value.
        if (plain && item.field.empty() && !opened) {
          text.insert(text.begin(), kAny);
          text.push_back(kAny);
        }
        if (!item.cased) text = FoldChars(text);
      }
    }
  }
};

Value ReadValue(const Yaml& scalar, const Item& item, const Placeholders& placeholders) {
  if (!scalar.is_null() && !scalar.is_scalar()) throw Refusal("a value is no scalar");
  Value out{.null = scalar.is_null(), .written = scalar.text, .quoted = scalar.quoted};
  const bool expand =
      std::find(item.modifiers.begin(), item.modifiers.end(), "expand") != item.modifiers.end();
  out.regexes = expand ? Expand(out.written, placeholders) : std::vector<std::string>{out.written};
  for (const std::string& text : out.regexes) out.texts.push_back(ReadWildcards(text));
  return out;
}

Tree ReadItem(std::string_view key, const Yaml& values, const Placeholders& placeholders) {
  Tree out{.kind = Tree::Kind::kItem};
  Item& item = out.item;
  size_t bar = key.find('|');
  item.field = key.substr(0, bar);
  while (bar != std::string_view::npos) {
    const size_t end = key.find('|', bar + 1);
    item.modifiers.emplace_back(
        key.substr(bar + 1, end == std::string_view::npos ? end : end - bar - 1));
    bar = end;
  }
  if (values.is_map()) throw Refusal("a map where a value stands");
  if (values.is_list()) {
    for (const Yaml& value : values.list)
      item.values.push_back(ReadValue(value, item, placeholders));
    if (item.values.empty()) item.values.push_back({.null = true});
  } else {
    item.values.push_back(ReadValue(values, item, placeholders));
  }
  Builder builder{item};
  for (const std::string& name : item.modifiers) builder.Apply(name);
  builder.Finish();
  return out;
}

Tree ReadSelection(const Yaml& yaml, const Placeholders& placeholders) {
  if (yaml.is_map()) {
    Tree out{.kind = Tree::Kind::kAnd};
    for (const auto& [key, value] : yaml.map) {
      out.parts.push_back(ReadItem(key.text, value, placeholders));
    }
    if (out.parts.empty()) throw Refusal("empty selection");
    return out;
  }
  if (yaml.is_list()) {
    Tree out{.kind = Tree::Kind::kOr};
    for (const Yaml& member : yaml.list) out.parts.push_back(ReadSelection(member, placeholders));
    if (out.parts.empty()) throw Refusal("empty selection");
    return out;
  }
  return ReadItem("", yaml, placeholders);
}

/// Those of all logs that the rule may be about.
Views ViewsOf(std::string_view product, std::string_view category, std::string_view service) {
  Views out;
  for (const sigma::View* view : sigma::Views()) {
    const bool agrees = (product.empty() || product == view->product) &&
                        (category.empty() || category == view->category) &&
                        (service.empty() || service == view->service);
    if (agrees) out.push_back(view);
  }
  return out;
}

void Read(const Yaml& document, const Placeholders& placeholders, Rule& out) {
  const Yaml* const detection = document.Find("detection");
  const Yaml* const source = document.Find("logsource");
  if (document.Text("title").empty()) throw Refusal("no title");
  if (source == nullptr || !source->is_map()) throw Refusal("no log source");
  if (detection == nullptr || !detection->is_map()) throw Refusal("no detection");
  out.views = ViewsOf(source->Text("product"), source->Text("category"), source->Text("service"));
  const Yaml* condition = nullptr;
  for (const auto& [key, value] : detection->map) {
    if (key.text == "condition") {
      condition = &value;
    } else if (key.text == "timeframe") {
      throw Refusal("timeframe");
    } else {
      out.names.push_back(key.text);
      out.selections.push_back(ReadSelection(value, placeholders));
    }
  }
  if (condition == nullptr || out.names.empty()) throw Refusal("no condition or no selection");
  std::vector<Yaml> several = {*condition};
  if (condition->is_list()) several = condition->list;
  if (several.empty()) throw Refusal("no condition");
  out.condition.kind = Tree::Kind::kOr;
  for (const Yaml& one : several) {
    Tree tree;
    if (!one.is_scalar() || !ReadCondition(one.text, out.names, tree)) throw Refusal("condition");
    out.condition.parts.push_back(tree);
  }
}

}  // namespace

Rule ReadRule(const Yaml& document, const Placeholders& placeholders) {
  Rule out;
  try {
    Read(document, placeholders, out);
  } catch (const Refusal& refusal) {
    out.refused = refusal.what();
  } catch (const TooWide& too_wide) {
    out.refused = too_wide.what();
    out.too_wide = true;
  }
  return out;
}

}  // namespace tokentrail::test::reference
