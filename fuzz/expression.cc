// Questions about apps: whatever is asked is answered or refused with a place inside the text, and
// asking the same twice gives the same.

#include "policy/expression.h"

#include "fuzz/target.h"

// Apps here name only what matters to the case; everything else has its default.
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

using namespace tokentrail;  // NOLINT: a fuzz target is one function

FUZZ_TARGET(Expression, "expression", input) {
  static const Portfolio portfolio = [] {
    Portfolio out;
    out.apps.resize(2);
    out.apps[1].name = "Mail Helper";
    out.apps[1].risk.score = 65;
    out.apps[1].last_used = Time{1'000'000};
    out.apps[1].permissions.push_back({.name = "Mail.Read", .severity = 50});
    return out;
  }();
  policy::ExpressionError error;
  const auto parsed = policy::Expression::Parse(input, &error);
  if (!parsed) {
    CHECK(error.at <= input.size());
    CHECK(!error.message.empty());
    const std::string shown = policy::ShowError(input, error);
    CHECK(shown.find('\n') != std::string::npos && shown.find('\n') == shown.rfind('\n'));
    return;
  }
  const policy::Expression both = policy::Expression::And(*parsed, *parsed);
  for (const App& app : portfolio.apps) {
    const Time as_of{2'000'000'000};
    CHECK(parsed->Fits(app, portfolio, as_of) == both.Fits(app, portfolio, as_of));
  }
}
