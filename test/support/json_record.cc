#include "test/support/json_record.h"

#include <gtest/gtest.h>

#include "source/json.h"

namespace tokentrail::test {
namespace {

bool IsJsonNumber(std::string_view text) {
  size_t at = text.starts_with('-') ? 1 : 0;
  const auto digits = [&] {
    const size_t start = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at - start;
  };
  const bool zero = at < text.size() && text[at] == '0';
  const size_t whole = digits();
  if (whole == 0 || (zero && whole > 1)) return false;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (digits() == 0) return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace

struct JsonRecord::Impl {
  source::JsonReader reader;
  std::string text;
};

JsonRecord::JsonRecord(std::string_view json) : impl_(std::make_unique<Impl>()) {
  impl_->text = json;
  if (impl_->reader.ParseUnpadded(impl_->text)) return;
  ADD_FAILURE() << "no JSON (" << impl_->reader.detail() << "): " << json;
  EXPECT_TRUE(impl_->reader.ParseUnpadded("{}"));
}

JsonRecord::JsonRecord(JsonRecord&&) noexcept = default;
JsonRecord::~JsonRecord() = default;

Record JsonRecord::record() const { return impl_->reader.record(); }

std::string ToJson(const Yaml& value) {
  switch (value.type) {
    case Yaml::Type::kNull:
      return "null";
    case Yaml::Type::kScalar: {
      const bool plain = value.text == "true" || value.text == "false" || IsJsonNumber(value.text);
      return plain && !value.quoted ? value.text : Quoted(value.text);
    }
    case Yaml::Type::kList: {
      std::string out;
      for (const Yaml& item : value.list) out += (out.empty() ? "" : ",") + ToJson(item);
      return '[' + out + ']';
    }
    case Yaml::Type::kMap: {
      std::string out;
      for (const auto& [key, item] : value.map) {
        out += (out.empty() ? "" : ",") + Quoted(key.text) + ':' + ToJson(item);
      }
      return '{' + out + '}';
    }
  }
  return "null";
}

}  // namespace tokentrail::test
