#include "sigma/placeholder.h"

#include <utility>

#include "base/text.h"

namespace tokentrail::sigma {
namespace {

/// Of one value: it must be kept for each rule that uses it.
constexpr size_t kMaxCombinations = 10'000;

/// A text in parts: literal ones, and the names of placeholders between them.
struct Part {
  Glyphs literal;
  std::string name;  ///< of the placeholder behind `literal`; empty at the end
};

bool IsNameByte(char16_t c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
         c == '-' || (c >= 0x80 && c <= 0xff);
}

std::vector<Part> Cut(const Glyphs& text) {
  std::vector<Part> out(1);
  for (size_t i = 0; i < text.size(); ++i) {
    Glyphs& literal = out.back().literal;
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '%') {
      literal.push_back(text[++i]);
      continue;
    }
    size_t end = i + 1;
    if (text[i] == '%') {
      while (end < text.size() && IsNameByte(text[end])) ++end;
    }
    if (text[i] != '%' || end == i + 1 || end >= text.size() || text[end] != '%') {
      literal.push_back(text[i]);
      continue;
    }
    out.back().name = BytesOf(text.substr(i + 1, end - i - 1));
    out.emplace_back();
    i = end;
  }
  return out;
}

Result<const std::vector<std::string>*> ValuesOf(const std::string& name,
                                                 const Placeholders& placeholders) {
  const auto it = placeholders.find(name);
  if (it != placeholders.end() && !it->second.empty()) return &it->second;
  return Error{ErrorKind::kNotFound, "the placeholder '%" + name + "%' has no value"};
}

Error TooMany() { return {ErrorKind::kInvalid, "its placeholders make more than 10,000 values"}; }

std::string AsRegex(std::string_view value) {
  std::string out;
  for (const char16_t glyph : ReadGlyphs(value)) {
    const auto byte = static_cast<char>(glyph & 0xff);
    if (glyph == kAnyRun) {
      out += "(?s:.*)";
    } else if (glyph == kOneCharacter) {
      out += "(?s:.)";
    } else {
      if (std::string_view("\\.+*?()|[]{}^$-/#&~ ").find(byte) != std::string_view::npos) {
        out.push_back('\\');
      }
      out.push_back(byte);
    }
  }
  return out;
}

}  // namespace

Result<std::vector<Glyphs>> Expand(const Glyphs& text, const Placeholders& placeholders) {
  std::vector<Glyphs> out(1);
  for (const Part& part : Cut(text)) {
    for (Glyphs& one : out) one += part.literal;
    if (part.name.empty()) continue;
    const std::vector<std::string>& values = *TRY(ValuesOf(part.name, placeholders));
    if (out.size() * values.size() > kMaxCombinations) return TooMany();
    std::vector<Glyphs> longer;
    for (const Glyphs& one : out) {
      for (const std::string& value : values) longer.push_back(one + ReadGlyphs(value));
    }
    out = std::move(longer);
  }
  return out;
}

Result<std::vector<std::string>> ExpandRegex(std::string_view regex,
                                             const Placeholders& placeholders) {
  std::vector<std::string> out(1);
  for (const Part& part : Cut(LiteralGlyphs(regex))) {
    for (std::string& one : out) one += BytesOf(part.literal);
    if (part.name.empty()) continue;
    const std::vector<std::string>& values = *TRY(ValuesOf(part.name, placeholders));
    if (out.size() * values.size() > kMaxCombinations) return TooMany();
    std::vector<std::string> longer;
    for (const std::string& one : out) {
      for (const std::string& value : values) longer.push_back(one + AsRegex(value));
    }
    out = std::move(longer);
  }
  return out;
}

}  // namespace tokentrail::sigma
