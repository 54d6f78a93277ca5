// The boolean line of a rule, against the parser of the reference: both refuse it, or both read it
// the same.

#include <algorithm>
#include <string>
#include <vector>

#include "fuzz/target.h"
#include "sigma/condition.h"
#include "test/support/sigma_reference.h"

using namespace tokentrail;  // NOLINT: a fuzz target is one function

namespace {

bool Holds(const sigma::Expr& expr, const std::vector<bool>& truth) {
  const auto holds = [&](const sigma::Expr& part) { return Holds(part, truth); };
  switch (expr.kind) {
    case sigma::Expr::Kind::kAnd:
      return std::all_of(expr.parts.begin(), expr.parts.end(), holds);
    case sigma::Expr::Kind::kOr:
      return std::any_of(expr.parts.begin(), expr.parts.end(), holds);
    case sigma::Expr::Kind::kNot:
      return !holds(expr.parts.front());
    case sigma::Expr::Kind::kDetection:
      return truth.at(expr.index);
    case sigma::Expr::Kind::kTerm:
      break;
  }
  CHECK(false);
  return false;
}

}  // namespace

FUZZ_TARGET(SigmaCondition, "sigma_condition", input) {
  if (input.size() > 2'000) return;  // the reference walks every tree 128 times
  const std::vector<std::string> names = {"sel",     "sel_a", "selection-1", "filter_main",
                                          "_hidden", "_x",    "notepad"};
  const sigma::ParsedCondition parsed = sigma::ParseCondition(input, names);
  test::reference::Tree tree;
  const bool read = test::reference::ReadCondition(input, names, tree);
  CHECK(parsed.ok == read);
  CHECK(parsed.ok || !parsed.error.message.empty());
  if (!read) return;
  for (size_t bits = 0; bits < (size_t{1} << names.size()); ++bits) {
    std::vector<bool> truth;
    for (size_t i = 0; i < names.size(); ++i) truth.push_back((bits >> i & 1) != 0);
    CHECK(Holds(parsed.expr, truth) == test::reference::Holds(tree, truth));
  }
}
