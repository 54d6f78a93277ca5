#include "sink/json_writer.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "base/check.h"
#include "sink/width.h"

namespace tokentrail::sink {

namespace {

/// Controls and what changes the direction of writing: never written as they are.
bool MustEscape(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x061C || c == 0x200E || c == 0x200F ||
         c == 0x2028 || c == 0x2029 || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

/// Printable ASCII that JSON takes as it is.
bool IsPlain(char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; }

}  // namespace

void AppendJsonText(std::string_view text, std::string& out) {
  out.push_back('"');
  for (size_t position = 0; position < text.size();) {
    const size_t start = position;
    // Most texts are plain ASCII all through: whole runs go over as they are.
    while (position < text.size() && IsPlain(text[position])) ++position;
    if (position > start) {
      out.append(text, start, position - start);
      continue;
    }
    const char32_t c = NextCodePoint(text, position);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(static_cast<char>(c));
    } else if (c == '\n') {
      out.append("\\n");
    } else if (c == '\r') {
      out.append("\\r");
    } else if (c == '\t') {
      out.append("\\t");
    } else if (MustEscape(c)) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<uint32_t>(c));
    } else if (c == 0xFFFD) {
      out.append("\uFFFD");
    } else {
      out.append(text.substr(start, position - start));
    }
  }
  out.push_back('"');
}

void JsonWriter::Break() {
  if (indent_ == 0) return;
  out_.push_back('\n');
  out_.append(has_items_.size() * static_cast<size_t>(indent_), ' ');
}

void JsonWriter::Separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (has_items_.empty()) return;
  if (has_items_.back()) out_.push_back(',');
  has_items_.back() = true;
  Break();
}

void JsonWriter::Begin(char bracket) {
  Separate();
  out_.push_back(bracket);
  has_items_.push_back(false);
}

void JsonWriter::End(char bracket) {
  CHECK(!has_items_.empty() && !after_key_);
  const bool had_items = has_items_.back();
  has_items_.pop_back();
  if (had_items) Break();
  out_.push_back(bracket);
}

JsonWriter& JsonWriter::BeginObject() { return Begin('{'), *this; }
JsonWriter& JsonWriter::EndObject() { return End('}'), *this; }
JsonWriter& JsonWriter::BeginArray() { return Begin('['), *this; }
JsonWriter& JsonWriter::EndArray() { return End(']'), *this; }

JsonWriter& JsonWriter::Key(std::string_view key) {
  CHECK(!after_key_);
  Separate();
  AppendJsonText(key, out_);
  out_.append(indent_ == 0 ? ":" : ": ");
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::Text(std::string_view text) {
  Separate();
  AppendJsonText(text, out_);
  return *this;
}

JsonWriter& JsonWriter::Unsigned(uint64_t number) {
  Separate();
  fmt::format_to(std::back_inserter(out_), "{}", number);
  return *this;
}

JsonWriter& JsonWriter::Signed(int64_t number) {
  Separate();
  fmt::format_to(std::back_inserter(out_), "{}", number);
  return *this;
}

JsonWriter& JsonWriter::Decimal(double number) {
  if (!std::isfinite(number)) return Null();
  Separate();
  fmt::format_to(std::back_inserter(out_), "{:.3f}", number);
  return *this;
}

JsonWriter& JsonWriter::Bool(bool value) {
  Separate();
  out_.append(value ? "true" : "false");
  return *this;
}

JsonWriter& JsonWriter::Null() {
  Separate();
  out_.append("null");
  return *this;
}

}  // namespace tokentrail::sink
