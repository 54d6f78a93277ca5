// Questions about apps: `risk >= 60 and users <= 3`.
//
//   risk >= 60 and (unverified or not publisher ~ *contoso*)
//   last_authorized > 90d and permission >= high
//   platform in (google, github) and permissions ~ "mail*"
//
// A name alone is a flag. `and` binds closer than `or`, `not` closest. Comparisons are = != < <= >
// >= ~ (glob) !~ in, `not in`; the words that compare depend on the attribute's type. Letters' case
// is ignored. Durations are 30s, 15m, 12h, 90d, 4w, 6mo, 2y; ages also compare with a date
// (`created < 2026-01-01`: before it). `= unknown` fits what is not set; nothing else does.

#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/app.h"
#include "policy/attribute.h"

namespace tokentrail::policy {

/// What is wrong with the text of an expression, and where. Positions are bytes.
struct ExpressionError {
  size_t at = 0;
  size_t size = 1;
  std::string message;
  std::string help;  ///< what to do; may be empty
};

/// Bound to its attributes when it is read: whether an app fits can't fail. Immutable; safe from
/// several threads; copies share.
class Expression {
 public:
  /// Fits every app.
  Expression();

  /// `error` says where, for callers with lines and columns of their own; the Error shows the text
  /// with a caret below. At most 64 KB, 1,000 comparisons and 100 levels of
  /// parentheses.
  static Result<Expression> Parse(std::string_view text, ExpressionError* error = nullptr);

  /// One comparison with an attribute: `<=3`, `high`, `>90d`, `in (a, b)`. `otherwise` stands where
  /// no operator does: `>=`, `=`, `~`, ...
  static Result<Expression> ParseComparison(const Attribute& attribute, std::string_view otherwise,
                                            std::string_view text,
                                            ExpressionError* error = nullptr);

  bool Fits(const App& app, const Portfolio& portfolio, Time as_of) const;

  /// Those it asks for, by name, each once.
  std::vector<const Attribute*> attributes() const;

  /// Both must fit.
  static Expression And(const Expression& a, const Expression& b);

  struct Impl;

 private:
  explicit Expression(std::shared_ptr<const Impl> impl);
  std::shared_ptr<const Impl> impl_;
};

/// The line of `text` that the error is in, with a caret below what is wrong; each line indented by
/// two spaces, free of control characters.
std::string ShowError(std::string_view text, const ExpressionError& error);

/// A duration: what base/time.h's ParseSpan takes, and `6mo` (30 days each), `2y` (365).
std::optional<Span> ParseDuration(std::string_view text);

}  // namespace tokentrail::policy
