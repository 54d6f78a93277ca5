#include "playbook/query_tokens.h"

#include <fmt/format.h>

#include "base/text.h"

namespace tokentrail::playbook {
namespace {

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class Cutter {
 public:
  Cutter(std::string_view text, const TokenRules& rules, std::vector<TokenError>& errors)
      : text_(text), rules_(rules), operators_(Split(rules.operators, " ")), errors_(errors) {}

  std::vector<QueryToken> Cut() {
    while (true) {
      const bool spaced = SkipSpace();
      if (at_ >= text_.size()) break;
      const size_t start = at_;
      const size_t line = line_;
      const size_t line_start = line_start_;
      const QueryToken::Kind kind = Next();
      QueryToken& token = out_.emplace_back();
      token.kind = kind;
      token.text = text_.substr(start, at_ - start);
      token.line = static_cast<uint32_t>(line);
      token.column = static_cast<uint32_t>(start - line_start + 1);
      token.spaced = spaced || start == 0;
      if (kind == QueryToken::Kind::kOpen) open_.push_back(out_.size() - 1);
      if (kind == QueryToken::Kind::kClose) Close(out_.size() - 1);
    }
    for (const size_t index : open_) {
      const QueryToken& token = out_[index];
      errors_.push_back(
          {fmt::format("'{}' is never closed", token.text), token.line, token.column});
    }
    QueryToken& end = out_.emplace_back();
    end.line = static_cast<uint32_t>(line_);
    end.column = static_cast<uint32_t>(at_ - line_start_ + 1);
    return std::move(out_);
  }

 private:
  void Step() {
    if (text_[at_] == '\n') {
      ++line_;
      line_start_ = at_ + 1;
    }
    ++at_;
  }

  bool SkipSpace() {
    const size_t start = at_;
    while (at_ < text_.size()) {
      if (!rules_.comment.empty() && text_.substr(at_).starts_with(rules_.comment)) {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      } else if (IsSpace(text_[at_])) {
        Step();
      } else {
        break;
      }
    }
    return at_ > start;
  }

  /// Whether a `/` here begins an expression: not after a value, where it divides or is a path.
  bool MayBeRegex() const {
    return rules_.regex && (out_.empty() || out_.back().kind == QueryToken::Kind::kOperator ||
                            out_.back().kind == QueryToken::Kind::kOpen);
  }

  QueryToken::Kind Quoted(char quote, bool escapes, std::string_view what) {
    const uint32_t line = static_cast<uint32_t>(line_);
    const uint32_t column = static_cast<uint32_t>(at_ - line_start_ + 1);
    Step();
    while (at_ < text_.size() && text_[at_] != quote) {
      if (escapes && text_[at_] == '\\' && at_ + 1 < text_.size()) Step();
      Step();
    }
    if (at_ < text_.size()) {
      Step();
    } else {
      errors_.push_back(
          {fmt::format("the {} that begins here is never closed", what), line, column});
    }
    return quote == '/' ? QueryToken::Kind::kRegex : QueryToken::Kind::kText;
  }

  QueryToken::Kind Next() {
    const char c = text_[at_];
    if (rules_.verbatim && c == '@' && at_ + 1 < text_.size() &&
        (text_[at_ + 1] == '"' || text_[at_ + 1] == '\'')) {
      Step();
      return Quoted(text_[at_], false, "text");
    }
    if (rules_.quotes.find(c) != rules_.quotes.npos) return Quoted(c, true, "text");
    if (c == '/' && MayBeRegex()) return Quoted(c, true, "expression");
    if (c == '(' || c == '[' || c == '{') {
      Step();
      return QueryToken::Kind::kOpen;
    }
    if (c == ')' || c == ']' || c == '}') {
      Step();
      return QueryToken::Kind::kClose;
    }
    for (const std::string_view one : operators_) {
      if (text_.substr(at_).starts_with(one)) {
        for (size_t i = 0; i < one.size(); ++i) Step();
        return QueryToken::Kind::kOperator;
      }
    }
    const size_t start = at_;
    while (at_ < text_.size()) {
      const char here = text_[at_];
      if (at_ > start && text_.substr(at_).starts_with("!=")) break;  // of `a!=b`
      if (here == '\\' && at_ + 1 < text_.size() &&
          rules_.word_characters.find('\\') != std::string_view::npos) {
        Step();
        Step();
      } else if (IsLetter(here) || rules_.word_characters.find(here) != std::string_view::npos) {
        Step();
      } else {
        break;
      }
    }
    if (at_ > start) return QueryToken::Kind::kWord;
    Step();
    return QueryToken::Kind::kOperator;
  }

  void Close(size_t index) {
    const QueryToken& token = out_[index];
    if (open_.empty()) {
      errors_.push_back({fmt::format("'{}' closes nothing", token.text), token.line, token.column});
      return;
    }
    const char open = out_[open_.back()].text[0];
    const char close = token.text[0];
    const bool pair = (open == '(' && close == ')') || (open == '[' && close == ']') ||
                      (open == '{' && close == '}') ||
                      (rules_.mixed_ranges && open != '(' && close != ')');
    if (!pair) {
      errors_.push_back(
          {fmt::format("'{}' closes the '{}' of line {}", close, open, out_[open_.back()].line),
           token.line, token.column});
    }
    open_.pop_back();
  }

  std::string_view text_;
  const TokenRules& rules_;
  std::vector<std::string_view> operators_;
  std::vector<TokenError>& errors_;
  std::vector<QueryToken> out_;
  std::vector<size_t> open_;
  size_t at_ = 0;
  size_t line_ = 1;
  size_t line_start_ = 0;
};

}  // namespace

std::vector<QueryToken> Tokenise(std::string_view text, const TokenRules& rules,
                                 std::vector<TokenError>& errors) {
  return Cutter(text, rules, errors).Cut();
}

}  // namespace tokentrail::playbook
