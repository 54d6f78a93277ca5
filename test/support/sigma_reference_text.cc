#include "test/support/sigma_reference_text.h"

#include <algorithm>

namespace tokentrail::test::reference {
namespace {

/// Length of the UTF-8 sequence at the start of `s`, 0 when there is none, and its code point.
size_t ReadUtf8(std::string_view s, Char& c) {
  const auto at = [&](size_t i) { return static_cast<unsigned char>(s[i]); };
  const unsigned char lead = at(0);
  if (lead < 0x80) {
    c = lead;
    return 1;
  }
  size_t length = 0;
  Char least = 0;
  if (lead >= 0xC0 && lead < 0xE0) {
    length = 2;
    least = 0x80;
    c = lead & 0x1Fu;
  } else if (lead >= 0xE0 && lead < 0xF0) {
    length = 3;
    least = 0x800;
    c = lead & 0x0Fu;
  } else if (lead >= 0xF0 && lead < 0xF8) {
    length = 4;
    least = 0x10000;
    c = lead & 0x07u;
  } else {
    return 0;
  }
  if (s.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xC0u) != 0x80u) return 0;
    c = (c << 6) | (at(i) & 0x3Fu);
  }
  const bool surrogate = c >= 0xD800 && c < 0xE000;
  return c < least || c > 0x10FFFF || surrogate ? 0 : length;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

Chars Decode(std::string_view utf8) {
  Chars out;
  while (!utf8.empty()) {
    Char c = 0;
    size_t length = ReadUtf8(utf8, c);
    if (length == 0) {
      c = kByte + static_cast<unsigned char>(utf8.front());
      length = 1;
    }
    out.push_back(c);
    utf8.remove_prefix(length);
  }
  return out;
}

std::string Encode(const Chars& chars) {
  std::string out;
  const auto add = [&](Char byte) { out += static_cast<char>(byte); };
  for (const Char c : chars) {
    if (c >= kByte) {
      add(c - kByte);
    } else if (c < 0x80) {
      add(c);
    } else if (c < 0x800) {
      add(0xC0 | (c >> 6));
      add(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
      add(0xE0 | (c >> 12));
      add(0x80 | ((c >> 6) & 0x3F));
      add(0x80 | (c & 0x3F));
    } else {
      add(0xF0 | (c >> 18));
      add(0x80 | ((c >> 12) & 0x3F));
      add(0x80 | ((c >> 6) & 0x3F));
      add(0x80 | (c & 0x3F));
    }
  }
  return out;
}

Chars ReadWildcards(std::string_view written) {
  const Chars in = Decode(written);
  Chars out;
  for (size_t i = 0; i < in.size(); ++i) {
    const Char c = in[i];
    const Char next = i + 1 < in.size() ? in[i + 1] : 0;
    if (c == '\\' && (next == '\\' || next == '*' || next == '?')) {
      out.push_back(next);
      ++i;
    } else if (c == '*') {
      out.push_back(kAny);
    } else if (c == '?') {
      out.push_back(kOne);
    } else {
      out.push_back(c);
    }
  }
  return out;
}

bool HasWildcards(const Chars& chars) {
  return std::any_of(chars.begin(), chars.end(), [](Char c) { return c == kAny || c == kOne; });
}

Chars FoldChars(Chars chars) {
  for (Char& c : chars) c = FoldChar(c);
  return chars;
}

bool Like(const Chars& pattern, const Chars& text) {
  // after[i]: the pattern read so far can stand for the first i characters.
  std::vector<bool> after(text.size() + 1);
  after[0] = true;
  for (const Char c : pattern) {
    std::vector<bool> next(text.size() + 1);
    bool reached = false;
    for (size_t i = 0; i <= text.size(); ++i) {
      if (c == kAny) {
        reached = reached || after[i];
        next[i] = reached;
      } else if (i > 0 && after[i - 1]) {
        next[i] = c == kOne || c == text[i - 1];
      }
    }
    after = std::move(next);
  }
  return after[text.size()];
}

std::string Base64(std::string_view bytes) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bits;
  for (const char c : bytes) {
    for (int i = 7; i >= 0; --i) bits += (static_cast<unsigned char>(c) >> i) & 1 ? '1' : '0';
  }
  std::string out;
  for (size_t at = 0; at < bits.size(); at += 6) {
    std::string six = bits.substr(at, 6);
    six.resize(6, '0');
    out += kLetters[static_cast<size_t>(std::stoi(six, nullptr, 2))];
  }
  while (out.size() % 4 != 0) out += '=';
  return out;
}

std::string Base64At(std::string_view bytes, int offset) {
  // A letter belongs to the value when all of its six bits do.
  const std::string padded =
      Base64(std::string(static_cast<size_t>(offset), ' ') + std::string(bytes));
  const size_t first_bit = static_cast<size_t>(offset) * 8;
  const size_t end_bit = first_bit + bytes.size() * 8;
  std::string out;
  for (size_t i = 0; i < padded.size(); ++i) {
    if (i * 6 >= first_bit && (i + 1) * 6 <= end_bit) out += padded[i];
  }
  return out;
}

std::string Utf16(std::string_view utf8, bool big) {
  std::string out;
  const auto unit = [&](Char u) {
    const char high = static_cast<char>(u >> 8);
    const char low = static_cast<char>(u & 0xFF);
    out += big ? high : low;
    out += big ? low : high;
  };
  for (const Char c : Decode(utf8)) {
    if (c >= 0x10000 && c <= 0x10FFFF) {
      unit(0xD800 + ((c - 0x10000) >> 10));
      unit(0xDC00 + ((c - 0x10000) & 0x3FF));
    } else {
      unit(c);
    }
  }
  return out;
}

std::optional<std::vector<Chars>> Dashes(const Chars& chars, size_t limit) {
  // Letters, digits and `_`, as Python's \w. Choice: beyond ASCII all but signs and pictures.
  const auto in_word = [](Char c) {
    if (c < 0x80) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || IsDigit(static_cast<char>(c)) ||
             c == '_';
    }
    const bool sign = c < 0xC0 || c == 0xD7 || c == 0xF7 || (c >= 0x2000 && c < 0x2C00) ||
                      (c >= 0x3000 && c < 0x3040) || (c >= 0x1F000 && c < 0x20000);
    return !sign && c < kAny;
  };
  std::vector<Chars> out = {{}};
  for (size_t i = 0; i < chars.size(); ++i) {
    const bool opens = (chars[i] == '-' || chars[i] == '/') && (i == 0 || !in_word(chars[i - 1])) &&
                       i + 1 < chars.size() && in_word(chars[i + 1]);
    std::vector<Chars> next;
    for (const Chars& start : out) {
      for (const Char dash : {Char{'-'}, Char{'/'}, Char{0x2013}, Char{0x2014}, Char{0x2015}}) {
        next.push_back(start);
        next.back().push_back(opens ? dash : chars[i]);
        if (!opens) break;
      }
    }
    if (next.size() > limit) return std::nullopt;
    out = std::move(next);
  }
  return out;
}

}  // namespace tokentrail::test::reference
