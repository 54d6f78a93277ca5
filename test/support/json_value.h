// JSON as tests build and change it.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "test/support/random.h"

namespace tokentrail::test {

struct JsonValue {
  enum class Kind { kNull, kRaw, kText, kArray, kObject };

  static JsonValue Text(std::string text);
  static JsonValue Raw(std::string text);  ///< a number or a boolean
  static JsonValue Object();
  static JsonValue Array(std::vector<JsonValue> members);

  /// Adds a member to an object.
  void Add(std::string_view key, JsonValue value);

  Kind kind = Kind::kNull;
  std::string name;  ///< its key, when it is a member of an object
  std::string text;
  std::vector<JsonValue> members;
};

/// How the same value may be written.
struct JsonStyle {
  bool spaces = false;
  bool escape_all = false;    ///< every character as \u, with surrogates
  Random* shuffle = nullptr;  ///< the order of an object's members
};
std::string ToJson(const JsonValue& value, JsonStyle style = {});

/// Puts `value` at `path` of the object `root`: as one key, nested, or half and half. Where the way
/// is blocked, as one key.
void Put(JsonValue& root, std::string_view path, JsonValue value, Random& random);

/// All scalars in it.
std::vector<JsonValue*> Leaves(JsonValue& value);

}  // namespace tokentrail::test
