#include "playbook/json_place.h"

#include <cctype>
#include <vector>

#include "playbook/text_edit.h"

namespace tokentrail::playbook {
namespace {

constexpr size_t kMaxDepth = 500;

class Checker {
 public:
  Checker(std::string_view text, JsonFault& out) : text_(text), out_(out) {}

  /// True when a fault was found.
  bool Run() {
    // What we are inside of; true: an object.
    std::vector<bool> open;
    enum class Want { kValue, kValueOrEnd, kKey, kKeyOrEnd, kCommaOrEnd };
    Want want = Want::kValue;
    for (;;) {
      Space();
      if (open.empty() && want == Want::kCommaOrEnd) {
        return at_ < text_.size() && Fault("there is more after the value");
      }
      if (at_ >= text_.size()) return Fault("the text ends too early");
      const char c = text_[at_];
      const bool may_end =
          want == Want::kValueOrEnd || want == Want::kKeyOrEnd || want == Want::kCommaOrEnd;
      if (may_end && c == (open.back() ? '}' : ']')) {
        ++at_;
        open.pop_back();
        want = Want::kCommaOrEnd;
        continue;
      }
      if (want == Want::kCommaOrEnd) {
        if (c != ',') return Fault(open.back() ? "expected ',' or '}'" : "expected ',' or ']'");
        ++at_;
        want = open.back() ? Want::kKey : Want::kValue;
        continue;
      }
      if (want == Want::kKey || want == Want::kKeyOrEnd) {
        if (c != '"') return Fault("expected a key in quotes");
        if (String()) return true;
        Space();
        if (at_ >= text_.size() || text_[at_] != ':') return Fault("expected ':' after the key");
        ++at_;
        want = Want::kValue;
        continue;
      }
      if (c == '{' || c == '[') {
        if (open.size() == kMaxDepth) return Fault("too many levels");
        open.push_back(c == '{');
        ++at_;
        want = c == '{' ? Want::kKeyOrEnd : Want::kValueOrEnd;
        continue;
      }
      if (c == '"' ? String() : Scalar()) return true;
      want = Want::kCommaOrEnd;
    }
  }

  /// The fault is a text that never ends.
  bool open_text() const { return open_text_; }

 private:
  bool Fault(std::string what) {
    out_ = {at_, std::move(what)};
    return true;
  }

  void Space() {
    while (at_ < text_.size() &&
           std::string_view(" \t\r\n").find(text_[at_]) != std::string::npos) {
      ++at_;
    }
  }

  bool String() {
    const size_t start = at_;
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        return false;
      }
      if (static_cast<unsigned char>(c) < 0x20) {
        return Fault("a line end or control character stands inside a text");
      }
      if (c != '\\') continue;
      ++at_;
      if (at_ >= text_.size()) break;
      if (text_[at_] == 'u') {
        for (int i = 0; i < 4; ++i) {
          ++at_;
          if (at_ >= text_.size() || std::isxdigit(static_cast<unsigned char>(text_[at_])) == 0) {
            return Fault("\\u needs four hexadecimal digits");
          }
        }
      } else if (std::string_view("\"\\/bfnrt").find(text_[at_]) == std::string_view::npos) {
        return Fault("there is no such escape");
      }
    }
    at_ = start;
    open_text_ = true;
    return Fault("a text is never closed");
  }

  bool Digits() {
    const size_t start = at_;
    while (at_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
    return at_ > start;
  }

  bool Scalar() {
    for (const std::string_view word : {"true", "false", "null"}) {
      if (text_.substr(at_, word.size()) == word) {
        at_ += word.size();
        return false;
      }
    }
    const size_t start = at_;
    if (text_[at_] == '-') ++at_;
    const bool zero = at_ < text_.size() && text_[at_] == '0';
    const size_t first = at_;
    if (!Digits() || (zero && at_ - first > 1)) {
      at_ = start;
      return Fault("expected a value");
    }
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      if (!Digits()) return Fault("expected a digit");
    }
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      ++at_;
      if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
      if (!Digits()) return Fault("expected a digit");
    }
    return false;
  }

  std::string_view text_;
  JsonFault& out_;
  size_t at_ = 0;
  bool open_text_ = false;
};

}  // namespace

bool FindJsonFault(std::string_view text, JsonFault& out) {
  if (const size_t bad = FirstBadUtf8(text); bad < text.size()) {
    JsonFault earlier;
    Checker before(text.substr(0, bad), earlier);
    if (before.Run() && earlier.at < bad && !before.open_text()) {
      out = earlier;
    } else {
      out = {bad, "this is not UTF-8"};
    }
    return true;
  }
  return Checker(text, out).Run();
}

}  // namespace tokentrail::playbook
