#include "test/support/sigma_generator.h"

#include <algorithm>

namespace tokentrail::test {
namespace {

using Strings = std::vector<std::string>;

constexpr std::string_view kFields[] = {"f",   "g",  "a", "a.b", "a.b.c",     "F", "x y",
                                        "k-1", "@t", "h", "f.g", "long_name", "f"};
/// Small on purpose, so that rules and events meet often.
constexpr std::string_view kPieces[] = {
    "a",      "b",      "A",      "ab",     "-x",         "/y",     " -n",    "\u00e9", "\u00c9",
    "\u03a3", "\u03c2", "\u0416", "\\",     "\\*",        "\\?",    "\\\\",   "\\\\*",  "*",
    "?",      "1",      "0",      " ",      "x",          "xx",     "'",      "\"",     "%",
    "true",   "C:\\",   "--",     "\u2013", "\U0001F511", "\u4e2d", "\u00df", "\u1e9e", ".exe"};
constexpr std::string_view kPlain[] = {"a",   "b",      "A",          "ab",   "-x", "x",
                                       "1",   "\u00e9", "\u03a3",     "\\\\", " ",  "http://",
                                       "\\*", "\u4e2d", "\U0001F511", "/"};
constexpr std::string_view kRegexes[] = {
    "a",          "^a",      "b$",        "a.b",          "A+b?",     "[a-c]{2,3}",
    "(?:ab|cd)x", "\\d+",    "\\w\\s\\w", "^\\\\a\\\\b$", "\\bab\\b", "(a|b)*c",
    "(?i)ab",     "[^a-z]x", "\u00e9",    "^$",           "x*",       "a|b",
    "^.{3}$",     "a\\.b",   "^a.*b$",    "\\x41",        "-{1,2}x",  "a$"};
constexpr std::string_view kNetworks[] = {"10.0.0.0/8",    "192.0.2.0/24", "192.0.2.7",
                                          "2001:db8::/32", "0.0.0.0/0",    "fe80::1",
                                          "10.128.0.0/9",  "::/0",         "2001:db8:1::/48"};
constexpr std::string_view kNumbers[] = {"0",
                                         "1",
                                         "-1",
                                         "5",
                                         "100",
                                         "4711",
                                         "1.5",
                                         "-2.5",
                                         "9007199254740993",
                                         "9223372036854775807",
                                         "10",
                                         "1.0",
                                         "1e2",
                                         "5.00",
                                         "-0.0",
                                         "9007199254740992.0"};
constexpr std::string_view kNames[] = {
    "sel",     "sel_a",   "sel_b",  "selection-1", "filter_main", "filter_x", "_hidden", "_x",
    "notepad", "android", "oracle", "ofen",        "all_in",      "A1",       "them_x"};

std::string Quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    out += c;
    if (c == '\'') out += c;
  }
  return out + "'";
}

template <size_t N>
std::string Join(const std::string_view (&pieces)[N], size_t most, Random& random) {
  std::string out;
  for (size_t n = 1 + random.Below(most); n > 0; --n) out += random.Pick(pieces);
  return out;
}

/// A text value, now and then a number or a boolean.
std::string TextValue(Random& random) {
  switch (random.Below(12)) {
    case 0:
      return std::string(random.Pick(kNumbers));
    case 1:
      return random.OneIn(2) ? "true" : "False";
    case 2:
      return random.OneIn(3) ? "''" : Quoted(random.Pick(kNumbers));
    default:
      return Quoted(Join(kPieces, 4, random));
  }
}

std::string QuotedValue(Random& random) { return Quoted(Join(kPieces, 4, random)); }
std::string AffixValue(Random& random) {
  return random.OneIn(12) ? "''" : Quoted(Join(kPieces, 3, random));
}
std::string PlainValue(Random& random) { return Quoted(Join(kPlain, 4, random)); }
/// Of two bytes and more.
std::string LongValue(Random& random) { return Quoted("ab" + Join(kPlain, 3, random)); }
std::string NumberValue(Random& random) { return std::string(random.Pick(kNumbers)); }

std::string DashValue(Random& random) {
  constexpr std::string_view kDashed[] = {"-x", "/y", " -n",     "--a", "a-b",
                                          " ",  "x",  "-\u00e9", "/",   "\u2013"};
  return Quoted(Join(kDashed, 4, random));
}

std::string ExpandValue(Random& random) {
  constexpr std::string_view kParts[] = {"%one%", "%several%", "a", "\\%", "%wild%", "x"};
  return Quoted(Join(kParts, 3, random));
}

std::string KeywordValue(Random& random) {
  std::string out = TextValue(random);
  while (out == "''") out = TextValue(random);
  return out;
}

/// A kind of line: what follows the field, and its values.
struct Shape {
  std::string_view modifiers;
  std::string (*value)(Random&);
  bool list = true;     ///< may have several values
  bool keyword = true;  ///< may stand without a field
};

constexpr Shape kShapes[] = {
    {"", TextValue},
    {"", TextValue},
    {"|contains", AffixValue},
    {"|startswith", AffixValue},
    {"|endswith", AffixValue},
    {"|cased", QuotedValue},
    {"|contains|cased", AffixValue},
    {"|endswith|cased", AffixValue},
    {"|neq", TextValue, true, false},
    {"|contains|neq", AffixValue, true, false},
    {"|windash", DashValue},
    {"|windash|contains", DashValue},
    {"|contains|windash", DashValue},
    {"|startswith|windash", DashValue},
    {"|base64", PlainValue},
    {"|base64|contains", PlainValue},
    {"|base64|cased", PlainValue},
    {"|base64offset|contains", LongValue},
    {"|wide|base64offset|contains", PlainValue},
    {"|utf16le|base64|contains", PlainValue},
    {"|utf16be|base64|contains", PlainValue},
    {"|utf16|base64|startswith", PlainValue},
    {"|utf16|base64offset|contains|cased", PlainValue},
    {"|re", [](Random& r) { return Quoted(r.Pick(kRegexes)); }},
    {"|re|i", [](Random& r) { return Quoted(r.Pick(kRegexes)); }},
    {"|re|m|s", [](Random& r) { return Quoted(r.Pick(kRegexes)); }},
    {"|re|neq", [](Random& r) { return Quoted(r.Pick(kRegexes)); }, true, false},
    {"|cidr", [](Random& r) { return Quoted(r.Pick(kNetworks)); }, true, false},
    {"|exists", [](Random& r) { return std::string(r.OneIn(2) ? "true" : "false"); }, false, false},
    {"|gt", NumberValue, true, false},
    {"|gte", NumberValue, true, false},
    {"|lt", NumberValue, true, false},
    {"|lte", NumberValue, true, false},
    {"|fieldref", [](Random& r) { return Quoted(r.Pick(kFields)); }, true, false},
    {"|fieldref|neq", [](Random& r) { return Quoted(r.Pick(kFields)); }, true, false},
    {"|fieldref|startswith", [](Random& r) { return Quoted(r.Pick(kFields)); }, true, false},
    {"|fieldref|contains", [](Random& r) { return Quoted(r.Pick(kFields)); }, true, false},
    {"|expand", ExpandValue},
    {"|contains|expand", ExpandValue},
    {"|hour", [](Random& r) { return std::to_string(r.Below(24)); }, true, false},
    {"|minute", [](Random& r) { return std::to_string(r.Below(60)); }, true, false},
    {"|day", [](Random& r) { return std::to_string(1 + r.Below(28)); }, true, false},
    {"|week", [](Random& r) { return std::to_string(1 + r.Below(53)); }, true, false},
    {"|month", [](Random& r) { return std::to_string(1 + r.Below(12)); }, true, false},
    {"|year", [](Random& r) { return std::to_string(2020 + r.Below(20)); }, true, false},
    {"|hour|gte", [](Random& r) { return std::to_string(r.Below(24)); }, true, false},
    {"", [](Random&) { return std::string("null"); }, false, false},
};

/// One line of a selection, `key: value`; `all` is added where it may stand.
std::string Line(Random& random, bool keyword) {
  const Shape* shape = &random.Pick(kShapes);
  while (keyword && !shape->keyword) shape = &random.Pick(kShapes);
  const std::string_view field = random.Pick(kFields);
  std::string key = std::string(keyword ? "" : field) + std::string(shape->modifiers);
  if (key.empty()) {
    static constexpr Shape kAnywhere = {"|contains", AffixValue};
    shape = &kAnywhere;
    key = shape->modifiers;
  }
  const size_t count = shape->list ? 1 + random.Below(random.OneIn(2) ? 1 : 4) : 1;
  const auto value = [&] {
    std::string out = shape->value(random);
    while (keyword && out == "''") out = shape->value(random);  // would match everything
    return out;
  };
  std::string values = value();
  for (size_t i = 1; i < count; ++i) values += ", " + value();
  if (count > 1 && random.OneIn(3)) key += "|all";
  if (count > 1) values = '[' + values + ']';
  return Quoted(key) + ": " + values;
}

std::string Map(Random& random) {
  Strings lines;
  const size_t count = 1 + random.Below(3);
  while (lines.size() < count) {
    const std::string line = Line(random, random.OneIn(8));
    const std::string key = line.substr(0, line.find("':") + 2);  // no key may stand twice
    const bool twice = std::any_of(lines.begin(), lines.end(), [&](const std::string& other) {
      return other.starts_with(key);
    });
    if (!twice) lines.push_back(line);
  }
  std::string out;
  for (const std::string& line : lines) out += (out.empty() ? "" : ", ") + line;
  return '{' + out + '}';
}

std::string Selection(Random& random) {
  switch (random.Below(9)) {
    case 0: {  // keywords
      std::string out = KeywordValue(random);
      for (size_t n = random.Below(3); n > 0; --n) out += ", " + KeywordValue(random);
      return '[' + out + ']';
    }
    case 1:
      return '[' + Map(random) + ", " + Map(random) + ']';
    case 2:
      return '[' + Map(random) + ", " + KeywordValue(random) + ']';
    case 3:
      return KeywordValue(random);
    default:
      return Map(random);
  }
}

std::string Frame(int number, const Strings& names, const Strings& selections,
                  const std::string& condition) {
  std::string out =
      "title: generated " + std::to_string(number) + "\nlogsource: {category: test}\ndetection:\n";
  for (size_t i = 0; i < names.size(); ++i) out += "  " + names[i] + ": " + selections[i] + "\n";
  return out + "  condition: " + condition + "\n";
}

std::string Expression(const Strings& names, Random& random, int depth) {
  const std::string& name = random.Pick(names);
  switch (random.Below(depth > 3 ? 4 : 9)) {
    case 0: {
      constexpr std::string_view kGroups[] = {"1 of ", "all of ", "any of "};
      std::string pattern = name;
      const size_t at = random.Below(pattern.size() + 1);
      switch (random.Below(4)) {
        case 0:
          pattern.insert(at, "*");
          break;
        case 1:
          pattern.replace(at, 1 + random.Below(4), "*");
          break;
        case 2:
          if (std::any_of(names.begin(), names.end(),
                          [](const std::string& n) { return n[0] != '_'; })) {
            return std::string(random.Pick(kGroups)) + (random.OneIn(2) ? "them" : "*");
          }
          break;
        default:
          break;
      }
      // A star in front does not reach what is hidden.
      if (pattern[0] == '*' && name[0] == '_') pattern = name;
      return std::string(random.Pick(kGroups)) + pattern;
    }
    case 1:
    case 2:
    case 3:
      return name;
    case 4:
      return "not " + Expression(names, random, depth + 1);
    case 5:
      return '(' + Expression(names, random, depth + 1) + ')';
    case 6:
      return Expression(names, random, depth + 1) + " or " + Expression(names, random, depth + 1);
    default:
      return Expression(names, random, depth + 1) + " and " + Expression(names, random, depth + 1);
  }
}

}  // namespace

const reference::Placeholders& GeneratedPlaceholders() {
  static const reference::Placeholders kAll = {
      {"one", {"a"}}, {"several", {"b", "x", "1"}}, {"wild", {"a*b", "?"}}};
  return kAll;
}

std::vector<std::string> GenerateNames(Random& random) {
  Strings out;
  const size_t count = 1 + random.Below(4);
  while (out.size() < count) {
    const std::string name(random.Pick(kNames));
    if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
  }
  return out;
}

std::string GenerateCondition(const Strings& names, Random& random, bool broken) {
  std::string out = Expression(names, random, 0);
  if (!broken) return out;
  constexpr std::string_view kBits[] = {" and",   "or ",     "not",    "(",        ")",  " of ",
                                        "1 of ",  "all",     "them",   " sel ",    "*",  "|",
                                        " ",      "AND",     "2 of ",  "nothing*", "\t", "-",
                                        "notsel", "count()", "\u00e9", "any of "};
  for (size_t n = 1 + random.Below(2); n > 0; --n) {
    const size_t at = random.Below(out.size() + 1);
    if (random.OneIn(3)) {
      out.erase(at, 1 + random.Below(5));
    } else {
      out.insert(at, random.Pick(kBits));
    }
  }
  return out;
}

std::string GenerateRule(Random& random, int number) {
  const Strings names = GenerateNames(random);
  Strings selections;
  for (size_t i = 0; i < names.size(); ++i) selections.push_back(Selection(random));
  std::string condition = Quoted(GenerateCondition(names, random));
  if (random.OneIn(8))
    condition = '[' + condition + ", " + Quoted(GenerateCondition(names, random)) + ']';
  return Frame(number, names, selections, condition);
}

std::string GenerateBrokenRule(Random& random, int number) {
  constexpr std::string_view kBad[] = {"f|contians: a",
                                       "f|: a",
                                       "f|re: 'a(b'",
                                       "f|re: ['a', '[']",
                                       "f|re: '(?=a)'",
                                       "f|cidr: 10.0.0.1/8",
                                       "f|cidr: nothing",
                                       "f|cidr: [10.0.0.0/8, 10.0.0.0/33]",
                                       "f|gt: word",
                                       "f|lte: [1, x]",
                                       "f|exists: maybe",
                                       "f|exists: [true, false]",
                                       "f|exists|contains: true",
                                       "f|base64: 'a*b'",
                                       "f|base64offset|contains: '?a'",
                                       "f|all: one",
                                       "f|contains|all: one",
                                       "f|expand: '%nowhere%'",
                                       "f|fieldref: 'a*'",
                                       "f|i: a",
                                       "f|contains|re: a",
                                       "f|contains: 5",
                                       "f|re|cased: a",
                                       "f|base64offset: a",
                                       "f|startswith|endswith: a",
                                       "'|contains': ''",
                                       "f: [a, null]",
                                       "f|contains|cidr: 10.0.0.0/8",
                                       "f: {a: 1}",
                                       "f: [[a]]",
                                       "'|exists': true",
                                       "f|hour: noon",
                                       "f|re|base64: a",
                                       "f|cidr|base64: 10.0.0.0/8"};
  const std::string bad(random.Pick(kBad));
  switch (random.Below(4)) {
    case 0:
      return Frame(number, {"sel", "other"}, {"{'g': 1}", '{' + bad + '}'}, "sel or other");
    case 1:
      return Frame(number, {"sel"}, {"{" + bad + ", g: 1}"}, "sel");
    case 2:
      return Frame(number, {"sel"}, {"[{g: 1}, {" + bad + "}]"}, "sel");
    default:
      return Frame(number, {"sel"}, {"{" + bad + "}"}, "sel");
  }
}

JsonValue GenerateEvent(Random& random) {
  JsonValue event = JsonValue::Object();
  for (size_t n = random.Below(6); n > 0; --n) {
    const auto scalar = [&]() -> JsonValue {
      switch (random.Below(8)) {
        case 0:
          return JsonValue::Raw(std::string(random.Pick(kNumbers)));
        case 1:
          return JsonValue::Raw(random.OneIn(2) ? "true" : "false");
        case 2:
          return random.OneIn(2) ? JsonValue() : JsonValue::Text("");
        default:
          return JsonValue::Text(Join(kPieces, 4, random));
      }
    };
    JsonValue value = scalar();
    if (random.OneIn(6)) value = JsonValue::Array({value, scalar()});
    if (random.OneIn(20)) value = JsonValue::Array({});
    if (random.OneIn(20)) {
      JsonValue object = JsonValue::Object();
      object.Add("b", value);
      value = random.OneIn(3) ? JsonValue::Array({object, scalar()}) : object;
    }
    Put(event, random.Pick(kFields), std::move(value), random);
  }
  return event;
}

}  // namespace tokentrail::test
