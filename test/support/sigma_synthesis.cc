#include "test/support/sigma_synthesis.h"

#include <algorithm>
#include <map>

#include "test/support/json_record.h"
#include "test/support/regex_sample.h"

namespace tokentrail::test {
namespace {

using reference::Char;
using reference::Chars;
using reference::Compare;
using reference::Item;
using reference::Tree;
using reference::Value;

/// Another letter that folds to the same, when there is one.
Char OtherCase(Char c, Random& random) {
  if (c >= 'a' && c <= 'z') return c - 32;
  if (c < 0x80) return c;
  for (const int step : {-32, -1, -80, -8, -37, -48, -121, 1}) {
    const Char other = static_cast<Char>(static_cast<int>(c) + step * (random.OneIn(8) ? 2 : 1));
    if (other >= 0x80 && other < 0x110000 && reference::FoldChar(other) == c) return other;
  }
  return c;
}

constexpr std::string_view kFill[] = {"",  "",   "x",      " ",          "A",  "-",  "/",
                                      ".", "\\", "\u00e9", "\u03a3",     "*",  "?",  "1",
                                      "b", "\n", "\u4e2d", "\U0001F511", "xX", "ab", "%"};

std::string Fill(Random& random) { return std::string(random.Pick(kFill)); }

/// A text that is as `pattern` says.
std::string TextFor(const Chars& pattern, bool cased, Random& random) {
  Chars out;
  const bool flip = !cased && random.OneIn(2);
  for (const Char c : pattern) {
    if (c == reference::kAny) {
      for (const Char f : reference::Decode(Fill(random))) out.push_back(f);
    } else if (c == reference::kOne) {
      std::string one = Fill(random);
      while (reference::Decode(one).size() != 1) one = Fill(random);
      out.push_back(reference::Decode(one).front());
    } else {
      out.push_back(flip && random.OneIn(2) ? OtherCase(c, random) : c);
    }
  }
  return reference::Encode(out);
}

std::string IpIn(const reference::Cidr& network, Random& random) {
  reference::Ip ip = network.address;
  for (int bit = network.bits; bit < 128; ++bit) {
    if (random.OneIn(2))
      ip[static_cast<size_t>(bit / 8)] ^= static_cast<uint8_t>(0x80 >> (bit % 8));
  }
  std::string out;
  const bool v4 = network.bits >= 96 &&
                  std::all_of(ip.begin(), ip.begin() + 10, [](uint8_t b) { return b == 0; }) &&
                  ip[10] == 0xFF && ip[11] == 0xFF;
  if (v4) {
    for (size_t i = 12; i < 16; ++i) out += (i > 12 ? "." : "") + std::to_string(ip[i]);
    return random.OneIn(6) ? out + ":443" : out;
  }
  constexpr std::string_view kHex = "0123456789abcdef";
  for (size_t i = 0; i < 16; i += 2) {
    if (i > 0) out += ':';
    for (const uint8_t b : {ip[i], ip[i + 1]}) {
      out += kHex[b >> 4];
      out += kHex[b & 15];
    }
  }
  return out;
}

std::string Two(size_t n) { return (n < 10 ? "0" : "") + std::to_string(n); }

std::string NumberFor(const Item& item, const Value& value, Random& random) {
  int64_t number = 0;
  const bool whole = value.written.find_first_not_of("-0123456789") == std::string::npos &&
                     value.written.size() < 18;
  if (whole) number = std::stoll("0" + value.written.substr(value.written[0] == '-' ? 1 : 0));
  if (value.written[0] == '-') number = -number;
  if (item.order == "gt") ++number;
  if (item.order == "lt") --number;
  if (item.date_part.empty()) {
    if (!whole && (item.order == "gte" || item.order == "lte")) return value.written;
    if (item.order == "gt" && random.OneIn(3)) number += 10;
    return std::to_string(number);
  }
  const size_t n = number < 0 ? 0 : static_cast<size_t>(number);
  std::string month = Two(1 + random.Below(12));
  std::string day = Two(1 + random.Below(28));
  std::string hour = Two(random.Below(24));
  std::string minute = Two(random.Below(60));
  std::string year = "20" + Two(random.Below(40));
  if (item.date_part == "minute") minute = Two(n);
  if (item.date_part == "hour") hour = Two(n);
  if (item.date_part == "day") day = Two(n);
  if (item.date_part == "month") month = Two(n);
  if (item.date_part == "year") year = std::to_string(n);
  if (item.date_part == "week") {  // the Thursdays of 2026: day 1 is 1 January
    constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int of_year = 1 + (static_cast<int>(n) - 1) * 7;
    int m = 0;
    while (m < 11 && of_year > kDays[m]) of_year -= kDays[m++];
    year = "2026";
    month = Two(static_cast<size_t>(m) + 1);
    day = Two(static_cast<size_t>(std::clamp(of_year, 1, 31)));
  }
  return year + "-" + month + "-" + day + (random.OneIn(4) ? " " : "T") + hour + ":" + minute +
         (random.OneIn(2) ? ":07.123Z" : ":59+02:00");
}

struct Goal {
  const Item* item;
  bool holds;
};

struct Builder {
  const reference::Rule& rule;
  Random& random;
  std::vector<Goal> goals{};
  /// Field -> texts that its value must be like, and values it must have.
  std::map<std::string, std::vector<std::pair<const Item*, Chars>>> texts{};
  std::map<std::string, std::vector<JsonValue>> values{};
  std::vector<std::string> absent{};

  void Want(const Tree& tree, bool truth) {
    switch (tree.kind) {
      case Tree::Kind::kItem:
        goals.push_back({&tree.item, truth});
        return;
      case Tree::Kind::kName:
        return Want(rule.selections[tree.name], truth);
      case Tree::Kind::kNot:
        return Want(tree.parts.front(), !truth);
      case Tree::Kind::kAnd:
      case Tree::Kind::kOr:
        if ((tree.kind == Tree::Kind::kAnd) == truth) {
          for (const Tree& part : tree.parts) Want(part, truth);
        } else {
          Want(random.Pick(tree.parts), truth);
        }
    }
  }

  void WantValue(const Item& item, const Value& value) {
    const std::string field =
        item.field.empty() ? "kw" + std::to_string(random.Below(3)) : item.field;
    if (value.null) {
      if (random.OneIn(2)) {
        absent.push_back(field);
      } else {
        values[field].push_back({});
      }
      return;
    }
    switch (item.compare) {
      case Compare::kText:
        texts[field].emplace_back(&item, random.Pick(value.texts));
        return;
      case Compare::kRegex: {
        const std::optional<std::string> text = SampleRegex(random.Pick(value.regexes), random);
        values[field].push_back(JsonValue::Text(text.value_or("")));
        return;
      }
      case Compare::kNetwork:
        values[field].push_back(JsonValue::Text(IpIn(*reference::ReadCidr(value.written), random)));
        return;
      case Compare::kNumber: {
        const std::string text = NumberFor(item, value, random);
        values[field].push_back(item.date_part.empty() && random.OneIn(2) ? JsonValue::Raw(text)
                                                                          : JsonValue::Text(text));
        return;
      }
      case Compare::kField: {
        const std::string same = "v" + Fill(random);
        values[value.written].push_back(JsonValue::Text(same));
        values[field].push_back(JsonValue::Text((item.open_start ? Fill(random) : "") + same +
                                                (item.open_end ? Fill(random) : "")));
        return;
      }
      case Compare::kExists:
        return;
    }
  }

  void WantItem(const Item& item, bool holds) {
    const bool raw = holds != item.negated;
    if (item.compare == Compare::kExists) {
      if (raw == item.exists) {
        values[item.field].push_back(random.OneIn(3) ? JsonValue() : JsonValue::Text(Fill(random)));
      } else {
        absent.push_back(item.field);
      }
      return;
    }
    if (!raw) {
      const bool null = item.values.front().null;
      if (null || random.OneIn(3))
        values[item.field].push_back(JsonValue::Text("other" + Fill(random)));
      return;
    }
    if (item.all) {
      for (const Value& value : item.values) WantValue(item, value);
    } else {
      WantValue(item, random.Pick(item.values));
    }
  }

  JsonValue AsSeen(std::string text) {
    const bool number = reference::ReadDecimal(text) && text.size() < 16 &&
                        (text[0] != '0' || text == "0") &&
                        text.find_first_of("eE.-") == std::string::npos;
    const bool boolean = text == "true" || text == "false";
    return (number || boolean) && random.OneIn(2) ? JsonValue::Raw(text)
                                                  : JsonValue::Text(std::move(text));
  }

  /// One text that is as all of the patterns say, when they leave room for one another.
  std::string OneText(const std::vector<std::pair<const Item*, Chars>>& wants) {
    std::string start;
    std::string middle;
    std::string end;
    for (const auto& [item, pattern] : wants) {
      const bool open_start = !pattern.empty() && pattern.front() == reference::kAny;
      const bool open_end = !pattern.empty() && pattern.back() == reference::kAny;
      const std::string text = TextFor(pattern, item->cased, random);
      if (open_start && open_end) {
        middle += text;
      } else if (open_end) {
        start += text;
      } else {
        end += text;
      }
    }
    return start + middle + end;
  }

  /// Where its log has the field: under its own name, at a path of the view, or in a list of names
  /// and values.
  void Place(JsonValue& event, const std::string& field, JsonValue value) {
    if (rule.views.size() != 1 || random.OneIn(2)) return Put(event, field, value, random);
    const sigma::View& view = *rule.views.front();
    std::vector<std::string_view> paths;
    for (const sigma::ViewField& entry : view.fields) {
      if (reference::FoldChars(reference::Decode(entry.name)) !=
          reference::FoldChars(reference::Decode(field))) {
        continue;
      }
      for (const std::string_view path : entry.paths) {
        if (!path.empty()) paths.push_back(path);
      }
      if (paths.empty()) paths.push_back(field);
    }
    if (paths.empty() && !view.bags.empty()) {
      JsonValue named = JsonValue::Object();
      named.Add("Name", JsonValue::Text(field));
      named.Add("Value", std::move(value));
      return Put(event, random.Pick(view.bags), JsonValue::Array({named}), random);
    }
    std::string_view path = paths.empty() ? std::string_view(field) : random.Pick(paths);
    if (const size_t bracket = path.find('['); bracket != std::string_view::npos) {
      const size_t close = path.find(']', bracket);
      if (close + 1 != path.size()) return Put(event, field, value, random);
      JsonValue named = JsonValue::Object();
      named.Add("name",
                JsonValue::Text(std::string(path.substr(bracket + 1, close - bracket - 1))));
      named.Add("value", std::move(value));
      value = JsonValue::Array({named});
      path = path.substr(0, bracket);
    }
    Put(event, path, std::move(value), random);
  }

  JsonValue Build() {
    for (const Goal& goal : goals) WantItem(*goal.item, goal.holds);
    for (const auto& [field, wants] : texts) {
      if (wants.size() == 1 || random.OneIn(2)) {
        values[field].push_back(AsSeen(OneText(wants)));
      } else {
        for (const auto& [item, pattern] : wants) {
          values[field].push_back(AsSeen(TextFor(pattern, item->cased, random)));
        }
      }
    }
    JsonValue event = JsonValue::Object();
    for (auto& [field, list] : values) {
      if (std::find(absent.begin(), absent.end(), field) != absent.end()) continue;
      JsonValue value =
          list.size() == 1 && !random.OneIn(8) ? list.front() : JsonValue::Array(list);
      Place(event, field, std::move(value));
    }
    if (event.members.empty() || random.OneIn(3)) Put(event, "more", JsonValue::Text("y"), random);
    return event;
  }
};

void ChangeLeaf(JsonValue& leaf, Random& random) {
  const bool text = leaf.kind == JsonValue::Kind::kText;
  Chars chars = reference::Decode(leaf.text);
  const size_t at = random.Below(chars.size() + 1);
  switch (random.Below(9)) {
    case 0:
      leaf = JsonValue();
      return;
    case 1:
      leaf = JsonValue::Text("");
      return;
    case 2:
      leaf =
          JsonValue::Array({random.OneIn(2) ? JsonValue() : JsonValue::Text(Fill(random)), leaf});
      return;
    case 3: {
      JsonValue inside = JsonValue::Object();
      inside.Add("b", leaf);
      leaf = random.OneIn(2) ? inside : JsonValue::Text(ToJson(inside));
      return;
    }
    case 4:
      for (Char& c : chars) c = OtherCase(c, random);
      break;
    case 5:
      if (at < chars.size()) chars.erase(chars.begin() + static_cast<std::ptrdiff_t>(at));
      break;
    case 6:
      if (at < chars.size()) {
        const Chars fill = reference::Decode(Fill(random));
        if (!fill.empty()) chars[at] = fill.front();
      }
      break;
    case 7: {
      const Chars fill = reference::Decode(Fill(random));
      chars.insert(chars.begin() + static_cast<std::ptrdiff_t>(at), fill.begin(), fill.end());
      break;
    }
    default:
      for (Char& c : chars) c = reference::FoldChar(c);
  }
  if (text || leaf.kind == JsonValue::Kind::kRaw) leaf = JsonValue::Text(reference::Encode(chars));
}

}  // namespace

JsonValue Synthesise(const reference::Rule& rule, bool wanted, Random& random) {
  Builder builder{.rule = rule, .random = random};
  builder.Want(rule.condition, wanted);
  return builder.Build();
}

std::optional<JsonValue> SynthesiseMatch(const reference::Rule& rule, Random& random, int tries) {
  for (int i = 0; i < tries; ++i) {
    JsonValue event = Synthesise(rule, true, random);
    const JsonRecord record(ToJson(event));
    if (reference::Matches(rule, record.record())) return event;
  }
  return std::nullopt;
}

JsonValue Mutate(JsonValue event, Random& random) {
  if (random.OneIn(5) && !event.members.empty()) {
    event.members.erase(event.members.begin() +
                        static_cast<std::ptrdiff_t>(random.Below(event.members.size())));
    return event;
  }
  const std::vector<JsonValue*> leaves = Leaves(event);
  if (leaves.empty()) return event;
  JsonValue& leaf = *leaves[random.Below(leaves.size())];
  const std::string name = leaf.name;
  ChangeLeaf(leaf, random);
  leaf.name = name;
  return event;
}

}  // namespace tokentrail::test
