#include "sigma/condition.h"

#include <optional>

#include "base/text.h"

namespace tokentrail::sigma {
namespace {

constexpr int kMaxDepth = 64;
/// Parts of one condition; `1 of them` counts once a detection.
constexpr size_t kMaxParts = 20'000;

struct Token {
  std::string_view text;  ///< empty at the end
  size_t offset = 0;
};

/// True for `them`, a name, or a pattern with `*` that fits `name`. Names that start with `_` are
/// meant only by patterns that start with it (C2).
bool Selects(std::string_view pattern, std::string_view name) {
  if (name.starts_with('_') && !pattern.starts_with('_')) return false;
  if (pattern == "them") return true;
  // Glob with `*` alone, the usual two-finger way.
  size_t p = 0;
  size_t n = 0;
  size_t star = pattern.npos;
  size_t mark = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = n;
    } else if (p < pattern.size() && pattern[p] == name[n]) {
      ++p;
      ++n;
    } else if (star != pattern.npos) {
      p = star + 1;
      n = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

class Parser {
 public:
  Parser(std::string_view text, const std::vector<std::string>& names)
      : text_(text), names_(names) {
    Advance();
  }

  ParsedCondition Run() {
    ParsedCondition out;
    if (token_.text.empty()) {
      Fail(token_, "the condition is empty", "sigma.bad_condition");
    } else {
      out.expr = Or(0);
      if (!error_ && !token_.text.empty()) {
        Fail(token_,
             token_.text == ")" ? "this parenthesis was never opened"
                                : "an operator (and, or) is missing before this",
             "sigma.bad_condition");
      }
    }
    out.ok = !error_.has_value();
    if (error_) out.error = *std::move(error_);
    out.upper_case = upper_case_;
    return out;
  }

 private:
  static bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
  static bool IsMark(char c) { return c == '(' || c == ')' || c == '|'; }

  void Advance() {
    while (next_ < text_.size() && IsSpace(text_[next_])) ++next_;
    token_.offset = next_;
    size_t end = next_;
    if (end < text_.size() && IsMark(text_[end])) {
      ++end;
    } else {
      while (end < text_.size() && !IsSpace(text_[end]) && !IsMark(text_[end])) ++end;
    }
    token_.text = text_.substr(next_, end - next_);
    next_ = end;
    if (token_.text == "|") {
      Fail(token_, "counting after '|' is no longer part of Sigma", "sigma.aggregation",
           "write a correlation rule (type: event_count) instead");
    }
  }

  void Fail(const Token& at, std::string message, std::string code, std::string help = {}) {
    if (error_) return;
    error_ = {std::move(message), std::move(code), std::move(help), at.offset,
              std::max<size_t>(at.text.size(), 1)};
  }

  /// Takes an operator. A detection may have such a name in upper case, so exact names win.
  bool Take(std::string_view word) {
    if (token_.text == word) {
      Advance();
      return true;
    }
    if (!EqualsIgnoreCase(token_.text, word)) return false;
    for (const std::string& name : names_) {
      if (name == token_.text) return false;
    }
    upper_case_ = true;
    Advance();
    return true;
  }

  static Expr Join(Expr::Kind kind, std::vector<Expr> parts) {
    if (parts.size() == 1) return std::move(parts.front());
    return {kind, 0, std::move(parts)};
  }

  Expr Or(int depth) {
    std::vector<Expr> parts;
    do {
      parts.push_back(And(depth));
    } while (!error_ && Take("or"));
    return Join(Expr::Kind::kOr, std::move(parts));
  }

  Expr And(int depth) {
    std::vector<Expr> parts;
    do {
      parts.push_back(Not(depth));
    } while (!error_ && Take("and"));
    return Join(Expr::Kind::kAnd, std::move(parts));
  }

  Expr Not(int depth) {
    if (depth > kMaxDepth) {
      Fail(token_, "nested deeper than 64 levels", "sigma.bad_condition");
      return {};
    }
    if (Take("not")) {
      std::vector<Expr> parts;
      parts.push_back(Not(depth + 1));
      return {Expr::Kind::kNot, 0, std::move(parts)};
    }
    return Primary(depth);
  }

  Expr Primary(int depth) {
    if (++parts_ > kMaxParts) Fail(token_, "the condition is too long", "sigma.bad_condition");
    if (error_) return {};
    const Token first = token_;
    if (first.text.empty()) {
      Fail(first, "the condition ends too early", "sigma.bad_condition");
      return {};
    }
    if (first.text == ")") {
      Fail(first, "a name is missing before this", "sigma.bad_condition");
      return {};
    }
    if (first.text == "(") {
      Advance();
      Expr inner = Or(depth + 1);
      if (error_) return {};
      if (token_.text != ")") {
        Fail(first, "this parenthesis is never closed", "sigma.bad_condition");
        return {};
      }
      Advance();
      return inner;
    }
    for (const std::string_view word : {"and", "or"}) {
      if (first.text == word) {
        Fail(first, "a name is missing before '" + std::string(word) + "'", "sigma.bad_condition");
        return {};
      }
    }
    Advance();
    if (token_.text == "of" || EqualsIgnoreCase(token_.text, "of")) return Quantified(first);
    return Named(first);
  }

  /// `1 of x*`, `all of them`; `first` is what stands before the `of`.
  Expr Quantified(const Token& first) {
    const bool all = EqualsIgnoreCase(first.text, "all");
    if (!all && first.text != "1" && !EqualsIgnoreCase(first.text, "any")) {
      Fail(first,
           "only '1 of' and 'all of' can stand here, not '" + std::string(first.text) + " of'",
           "sigma.bad_condition");
      return {};
    }
    upper_case_ = upper_case_ || token_.text != "of";
    Advance();
    const Token pattern = token_;
    if (pattern.text.empty() || IsMark(pattern.text.front())) {
      Fail(pattern, "a name or 'them' is missing after 'of'", "sigma.bad_condition");
      return {};
    }
    Advance();
    std::vector<Expr> parts;
    for (uint32_t i = 0; i < names_.size(); ++i) {
      if (Selects(pattern.text, names_[i])) parts.push_back({Expr::Kind::kDetection, i, {}});
    }
    parts_ += parts.size();
    if (parts.empty()) {
      Fail(pattern, "no detection fits '" + std::string(pattern.text) + "'",
           "sigma.unknown_detection", Suggest(pattern.text));
      return {};
    }
    return Join(all ? Expr::Kind::kAnd : Expr::Kind::kOr, std::move(parts));
  }

  Expr Named(const Token& name) {
    for (uint32_t i = 0; i < names_.size(); ++i) {
      if (names_[i] == name.text) return {Expr::Kind::kDetection, i, {}};
    }
    if (name.text.find('*') != name.text.npos) {
      Fail(name, "'" + std::string(name.text) + "' needs '1 of' or 'all of' before it",
           "sigma.bad_condition");
    } else {
      Fail(name, "there is no detection '" + std::string(name.text) + "'",
           "sigma.unknown_detection", Suggest(name.text));
    }
    return {};
  }

  std::string Suggest(std::string_view word) const {
    const std::vector<std::string_view> all(names_.begin(), names_.end());
    const std::string_view closest = Closest(word, all);
    if (closest.empty()) return {};
    return "did you mean '" + std::string(closest) + "'?";
  }

  std::string_view text_;
  const std::vector<std::string>& names_;
  Token token_;
  size_t next_ = 0;
  size_t parts_ = 0;
  bool upper_case_ = false;
  std::optional<ConditionError> error_;
};

}  // namespace

ParsedCondition ParseCondition(std::string_view text, const std::vector<std::string>& names) {
  return Parser(text, names).Run();
}

}  // namespace tokentrail::sigma
