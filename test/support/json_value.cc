#include "test/support/json_value.h"

#include <fmt/format.h>

#include "test/support/sigma_reference_text.h"

namespace tokentrail::test {
namespace {

std::string Quoted(std::string_view text, bool escape_all) {
  std::string out = "\"";
  for (const reference::Char c : reference::Decode(text)) {
    if (c == '"' || c == '\\' || c < 0x20 || escape_all) {
      if (c >= 0x10000) {
        out += fmt::format("\\u{:04x}\\u{:04X}", 0xD800 + ((c - 0x10000) >> 10),
                           0xDC00 + ((c - 0x10000) & 0x3FF));
      } else {
        out += fmt::format("\\u{:04x}", c);
      }
    } else {
      out += reference::Encode({c});
    }
  }
  return out + '"';
}

}  // namespace

JsonValue JsonValue::Text(std::string text) {
  JsonValue out;
  out.kind = Kind::kText;
  out.text = std::move(text);
  return out;
}

JsonValue JsonValue::Raw(std::string text) {
  JsonValue out;
  out.kind = Kind::kRaw;
  out.text = std::move(text);
  return out;
}

JsonValue JsonValue::Object() {
  JsonValue out;
  out.kind = Kind::kObject;
  return out;
}

JsonValue JsonValue::Array(std::vector<JsonValue> members) {
  JsonValue out;
  out.kind = Kind::kArray;
  out.members = std::move(members);
  return out;
}

void JsonValue::Add(std::string_view key, JsonValue value) {
  value.name = key;
  members.push_back(std::move(value));
}

std::string ToJson(const JsonValue& value, JsonStyle style) {
  const std::string space = style.spaces ? " \t" : "";
  switch (value.kind) {
    case JsonValue::Kind::kNull:
      return "null";
    case JsonValue::Kind::kRaw:
      return value.text;
    case JsonValue::Kind::kText:
      return Quoted(value.text, style.escape_all);
    case JsonValue::Kind::kArray:
    case JsonValue::Kind::kObject:
      break;
  }
  const bool object = value.kind == JsonValue::Kind::kObject;
  std::vector<std::string> parts;
  for (const JsonValue& member : value.members) {
    std::string part = space;
    if (object) part += Quoted(member.name, style.escape_all) + space + ':' + space;
    parts.push_back(part + ToJson(member, style) + space);
  }
  if (object && style.shuffle != nullptr) {
    for (size_t i = parts.size(); i > 1; --i) {
      std::swap(parts[i - 1], parts[style.shuffle->Below(i)]);
    }
  }
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : ",") + part;
  return object ? '{' + out + '}' : '[' + out + ']';
}

void Put(JsonValue& root, std::string_view path, JsonValue value, Random& random) {
  const auto find = [&](std::string_view key) -> JsonValue* {
    for (JsonValue& member : root.members) {
      if (member.name == key) return &member;
    }
    return nullptr;
  };
  for (size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.', dot + 1)) {
    if (random.OneIn(3)) continue;
    const std::string_view key = path.substr(0, dot);
    JsonValue* const there = find(key);
    if (there != nullptr && there->kind != JsonValue::Kind::kObject) continue;
    if (there == nullptr) root.Add(key, JsonValue::Object());
    Put(there == nullptr ? root.members.back() : *there, path.substr(dot + 1), std::move(value),
        random);
    return;
  }
  if (JsonValue* const there = find(path)) {
    value.name = path;
    *there = std::move(value);
  } else {
    root.Add(path, std::move(value));
  }
}

std::vector<JsonValue*> Leaves(JsonValue& value) {
  std::vector<JsonValue*> out;
  if (value.kind != JsonValue::Kind::kArray && value.kind != JsonValue::Kind::kObject) {
    return {&value};
  }
  for (JsonValue& member : value.members) {
    for (JsonValue* leaf : Leaves(member)) out.push_back(leaf);
  }
  return out;
}

}  // namespace tokentrail::test
