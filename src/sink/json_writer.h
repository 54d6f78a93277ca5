// Writes JSON text, byte for byte the same for the same calls.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tokentrail::sink {

/// Appends to a string it does not own. Calls must nest properly; the caller's mistakes abort.
/// Texts come out as valid UTF-8 (bad bytes become U+FFFD), with everything escaped that could
/// steer a terminal: C0 and C1 controls, and characters that change the direction of writing.
class JsonWriter {
 public:
  /// `indent` spaces a level; 0 writes one line.
  explicit JsonWriter(std::string& out, int indent = 0) : out_(out), indent_(indent) {}

  JsonWriter& BeginObject();
  JsonWriter& EndObject();
  JsonWriter& BeginArray();
  JsonWriter& EndArray();
  JsonWriter& Key(std::string_view key);
  JsonWriter& Text(std::string_view text);
  JsonWriter& Unsigned(uint64_t number);
  JsonWriter& Signed(int64_t number);
  /// Three digits after the point; what is not finite becomes null.
  JsonWriter& Decimal(double number);
  JsonWriter& Bool(bool value);
  JsonWriter& Null();

  JsonWriter& Member(std::string_view key, std::string_view text) { return Key(key).Text(text); }
  JsonWriter& Member(std::string_view key, const std::string& text) { return Key(key).Text(text); }
  JsonWriter& Member(std::string_view key, const char* text) { return Key(key).Text(text); }
  JsonWriter& Member(std::string_view key, uint64_t number) { return Key(key).Unsigned(number); }
  JsonWriter& Member(std::string_view key, uint32_t number) { return Key(key).Unsigned(number); }
  JsonWriter& Member(std::string_view key, int number) { return Key(key).Signed(number); }
  JsonWriter& Member(std::string_view key, int64_t number) { return Key(key).Signed(number); }
  JsonWriter& Member(std::string_view key, bool value) { return Key(key).Bool(value); }

 private:
  void Begin(char bracket);
  void End(char bracket);
  /// Comma, line break and indent before a value or key, as its place needs.
  void Separate();
  void Break();

  std::string& out_;
  int indent_;
  std::vector<bool> has_items_;  ///< one an open container
  bool after_key_ = false;
};

/// Appends `text` as a JSON string with its quotes.
void AppendJsonText(std::string_view text, std::string& out);

}  // namespace tokentrail::sink
