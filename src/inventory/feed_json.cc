#include "inventory/feed_json.h"

#include <algorithm>

namespace tokentrail::inventory {
namespace {

constexpr int kMaxDepth = 64;

class Parser {
 public:
  Parser(std::string_view text, FeedFault& fault) : text_(text), fault_(fault) {}

  bool Document(FeedJson& out) {
    if (!Value(out, 0)) return false;
    Space();
    return at_ == text_.size() || Fail("text after the end");
  }

 private:
  bool Fail(std::string message) {
    fault_ = {std::move(message), line_, Column()};
    return false;
  }
  uint32_t Column() const { return static_cast<uint32_t>(at_ - line_start_) + 1; }

  void Space() {
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\n') {
        ++line_;
        line_start_ = at_ + 1;
      } else if (c != ' ' && c != '\t' && c != '\r') {
        return;
      }
    }
  }
  bool Take(char c) {
    Space();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool Value(FeedJson& out, int depth) {
    Space();
    out.line = line_;
    out.column = Column();
    if (at_ >= text_.size()) return Fail("the text ends where a value should stand");
    if (depth > kMaxDepth) return Fail("nested deeper than 64 levels");
    const char c = text_[at_];
    if (c == '{') return Map(out, depth);
    if (c == '[') return List(out, depth);
    if (c == '"') {
      out.type = FeedJson::Type::kText;
      return Text(out.text);
    }
    return Word(out);
  }

  bool Map(FeedJson& out, int depth) {
    out.type = FeedJson::Type::kMap;
    ++at_;
    if (Take('}')) return true;
    do {
      Space();
      if (at_ >= text_.size() || text_[at_] != '"')
        return Fail("a key in quotes should stand here");
      out.map.emplace_back();
      if (!Text(out.map.back().first)) return false;
      if (!Take(':')) return Fail("':' should stand after a key");
      if (!Value(out.map.back().second, depth + 1)) return false;
    } while (Take(','));
    return Take('}') || Fail("',' or '}' should stand here");
  }

  bool List(FeedJson& out, int depth) {
    out.type = FeedJson::Type::kList;
    ++at_;
    if (Take(']')) return true;
    do {
      out.list.emplace_back();
      if (!Value(out.list.back(), depth + 1)) return false;
    } while (Take(','));
    return Take(']') || Fail("',' or ']' should stand here");
  }

  bool Word(FeedJson& out) {
    size_t end = at_;
    while (end < text_.size() &&
           std::string_view(",]} \t\r\n:").find(text_[end]) == std::string_view::npos) {
      ++end;
    }
    const std::string_view word = text_.substr(at_, end - at_);
    if (word == "null") {
      out.type = FeedJson::Type::kNull;
    } else if (word == "true" || word == "false") {
      out.type = FeedJson::Type::kBool;
    } else if (!word.empty() && (word[0] == '-' || (word[0] >= '0' && word[0] <= '9')) &&
               word.find_first_not_of("0123456789+-.eE") == std::string_view::npos) {
      out.type = FeedJson::Type::kNumber;
    } else {
      return Fail("neither a text in quotes, a number, true, false, null, a list nor an object");
    }
    out.text = word;
    at_ = end;
    return true;
  }

  bool Text(std::string& out) {
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        return true;
      }
      if (static_cast<unsigned char>(c) < 0x20) return Fail("a text runs past the end of its line");
      if (c != '\\') {
        out += c;
      } else if (!Escape(out)) {
        return false;
      }
    }
    return Fail("a text without closing quote");
  }

  bool Escape(std::string& out) {
    ++at_;
    if (at_ >= text_.size()) return Fail("a text without closing quote");
    constexpr std::string_view kFrom = "\"\\/bfnrt";
    constexpr std::string_view kTo = "\"\\/\b\f\n\r\t";
    if (const size_t known = kFrom.find(text_[at_]); known != std::string_view::npos) {
      out += kTo[known];
      return true;
    }
    uint32_t code = 0;
    if (text_[at_] != 'u' || !Hex(code)) return Fail("an escape that JSON does not have");
    if (code >= 0xd800 && code < 0xdc00 && text_.substr(at_ + 1, 2) == "\\u") {
      at_ += 2;
      uint32_t low = 0;
      if (!Hex(low) || low < 0xdc00 || low > 0xdfff) return Fail("half of a pair of surrogates");
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    if (code >= 0xd800 && code < 0xe000) return Fail("half of a pair of surrogates");
    Append(code, out);
    return true;
  }

  // After the `u`; leaves `at_` on the last digit.
  bool Hex(uint32_t& code) {
    if (text_.size() - at_ < 5) return false;
    for (int i = 0; i < 4; ++i) {
      const char c = text_[++at_];
      uint32_t digit = 0;
      if (c >= '0' && c <= '9') {
        digit = static_cast<uint32_t>(c - '0');
      } else if (c >= 'a' && c <= 'f') {
        digit = static_cast<uint32_t>(c - 'a') + 10;
      } else if (c >= 'A' && c <= 'F') {
        digit = static_cast<uint32_t>(c - 'A') + 10;
      } else {
        return false;
      }
      code = code * 16 + digit;
    }
    return true;
  }

  static void Append(uint32_t code, std::string& out) {
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else if (code < 0x800) {
      out += static_cast<char>(0xc0 | (code >> 6));
      out += static_cast<char>(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
      out += static_cast<char>(0xe0 | (code >> 12));
      out += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
      out += static_cast<char>(0x80 | (code & 0x3f));
    } else {
      out += static_cast<char>(0xf0 | (code >> 18));
      out += static_cast<char>(0x80 | ((code >> 12) & 0x3f));
      out += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
      out += static_cast<char>(0x80 | (code & 0x3f));
    }
  }

  std::string_view text_;
  FeedFault& fault_;
  size_t at_ = 0;
  size_t line_start_ = 0;
  uint32_t line_ = 1;
};

}  // namespace

FeedJson::FeedJson() = default;
FeedJson::FeedJson(const FeedJson& other) = default;
FeedJson::FeedJson(FeedJson&& other) noexcept = default;
FeedJson& FeedJson::operator=(const FeedJson& other) = default;
FeedJson& FeedJson::operator=(FeedJson&& other) noexcept = default;
FeedJson::~FeedJson() = default;

bool ParseFeedJson(std::string_view text, FeedJson& out, FeedFault& fault) {
  out = FeedJson();
  return Parser(text, fault).Document(out);
}

}  // namespace tokentrail::inventory
