// A second evaluator of Sigma rules, too plain to be wrong: what src/sigma is compared with.
//
// It reads one rule's YAML into a tree and walks that tree for every record: no indexes, no shared
// predicates, no prefilters, and no code of src/sigma but the tables of its views. Where the
// specification is silent it does what SIGMA.md recommends; a rule it can't honour is refused.

#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml.h"
#include "model/record.h"
#include "sigma/view.h"
#include "test/support/sigma_reference_text.h"

namespace tokentrail::test::reference {

enum class Compare { kText, kRegex, kNetwork, kExists, kNumber, kField };

/// One value of a line, with what the modifiers made of it.
struct Value {
  bool null = false;
  std::string written{};
  bool quoted = false;
  std::vector<Chars> texts{};  ///< any of them; more than one after base64offset, windash, expand
  std::vector<std::string> regexes{};  ///< any of them
};

/// One line of a selection: a field, or all values, and what is wanted of it.
struct Item {
  std::string field{};  ///< empty: a keyword
  std::vector<std::string> modifiers{};
  Compare compare = Compare::kText;
  std::vector<Value> values{};
  bool all = false;
  bool negated = false;
  bool cased = false;
  bool exists = true;
  std::string order{};      ///< `gt`, `gte`, `lt`, `lte`; empty: equal
  std::string date_part{};  ///< `hour`, ...
  std::string regex_flags{};
  bool open_start = false;  ///< of `fieldref`
  bool open_end = false;
};

/// Selections and conditions alike.
struct Tree {
  enum class Kind { kItem, kName, kAnd, kOr, kNot };
  Kind kind = Kind::kAnd;
  Item item{};
  size_t name = 0;  ///< of a selection, in the order written
  std::vector<Tree> parts{};
};

using Placeholders = std::map<std::string, std::vector<std::string>, std::less<>>;

/// Of the logs that a rule may be about; what they say counts together.
using Views = std::vector<const sigma::View*>;

struct Rule {
  std::string refused;  ///< why; empty when it can be evaluated
  /// It can be evaluated, but not in reasonable time (a value with very many dashes).
  bool too_wide = false;
  std::vector<std::string> names;
  std::vector<Tree> selections;
  Tree condition;
  Views views;  ///< of the logs it may be about
};

Rule ReadRule(const Yaml& document, const Placeholders& placeholders = {});

/// `names` are the selections. False when the text is no condition over them.
bool ReadCondition(std::string_view text, const std::vector<std::string>& names, Tree& out);
/// `truth[i]`: selection i holds.
bool Holds(const Tree& condition, const std::vector<bool>& truth);

bool Matches(const Rule& rule, const Record& record);
/// Whether one line holds, as if it stood alone.
bool Matches(const Item& item, const Views& views, const Record& record);

/// What a field holds in a record.
struct Scalar {
  NodeKind kind = NodeKind::kNull;
  std::string text;
};
struct Field {
  bool present = false;
  std::vector<Scalar> values;  ///< objects have none
};
Field FieldOf(const Record& record, std::string_view name, const Views& views);
/// Every scalar, null left out.
std::vector<Scalar> AllValues(const Record& record);

}  // namespace tokentrail::test::reference
