// One condition on one field (or on all values): what a line of a Sigma selection compiles to.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/record.h"
#include "sigma/date_part.h"
#include "base/network.h"
#include "sigma/pattern.h"
#include "sigma/regex.h"

namespace tokentrail::sigma {

enum class Compare : uint8_t {
  kText,  ///< by pattern, whole value
  kRegex,
  kNetwork,
  kExists,
  kFieldRef,  ///< with the value of another field, by Term::affix
  kEqual,     ///< by number; of dates only
  kGreater,
  kGreaterOrEqual,
  kLess,
  kLessOrEqual,
};

/// Which part of a value must agree.
enum class Affix : uint8_t { kWhole, kStart, kEnd, kAnywhere };

/// A number exactly as far as 64 bits go, else as a double.
struct Number {
  bool whole = true;
  int64_t integer = 0;
  double real = 0;
  bool above = false;  ///< whole, and so large that `integer` holds the bits of an unsigned number

  /// The whole of `text` as a number.
  static bool Read(std::string_view text, Number& out);
  /// The texts that this number, logged in JSON, may have once it was read: 100000.0 is `1e+05`.
  std::vector<std::string> Texts() const;
  /// Negative, zero or positive as `a` is less than, equal to or greater than `b`.
  static int Order(const Number& a, const Number& b);
};

/// One value of a rule. There are tens of thousands of them, so it holds what matching needs and
/// nothing of how it was written.
struct Value {
  enum class Kind : uint8_t { kText, kNumber, kBool, kNull };

  Kind kind = Kind::kText;  ///< as written
  /// Of Compare::kText, none for null. The value matches when any of these does: a plain value has
  /// one, base64offset three, a placeholder one for each of its values.
  std::vector<Pattern> alternatives;
  /// So many alternatives, the last ones, are only for what is logged as a number: 1.0 and '1.0'
  /// equal the number 1, never the text.
  uint8_t of_numbers = 0;
};

/// A value of a record, ready to be compared. Objects have no text.
struct Seen {
  NodeKind kind = NodeKind::kNull;
  std::string_view text;
};

/// Finished by TermDraft, and constant from then on.
struct Term {
  std::string field;  ///< empty: a keyword, looked for in all values
  std::vector<Value> values;
  Compare compare = Compare::kText;
  Affix affix = Affix::kWhole;           ///< of kFieldRef; patterns hold theirs
  DatePart date_part = DatePart::kNone;  ///< the field's value is a date, and this of it counts
  bool all = false;                      ///< every value must match, not just one
  bool cased = false;
  bool negated = false;  ///< `neq`: of the whole term, so it holds when the field is missing

  uint32_t field_index = 0;  ///< of Program's fields

  /// What the values of comparisons other than by text were compiled to, one a value; of kFieldRef
  /// the names of the other fields; of kExists what is asked for.
  std::variant<std::monostate, bool, std::vector<Regex>, std::vector<Network>, std::vector<Number>,
               std::vector<std::string>>
      compiled;

  bool is_keyword() const { return field.empty(); }
  /// Of kFieldRef: the field that value number `index` names.
  const std::string& other_field(size_t index) const {
    return std::get<std::vector<std::string>>(compiled)[index];
  }
  /// Of kRegex.
  const Regex& regex(size_t index) const { return std::get<std::vector<Regex>>(compiled)[index]; }
  /// Of kExists: whether the field must be there.
  bool wants_presence() const { return std::get<bool>(compiled); }

  /// Whether the value number `index` of the rule agrees with a value of the record. Not for
  /// kFieldRef; of kExists and of absent fields only the caller knows.
  bool Agrees(size_t index, const Seen& seen) const;
  /// Of kFieldRef: whether a value of the field agrees with one of the other field.
  bool AgreesWith(const Seen& seen, const Seen& other) const;

  /// Equal exactly when two predicates (field, modifiers, value) mean the same. `all` and `negated`
  /// are no part of it: they join predicates.
  std::string Key(size_t index) const;
};

}  // namespace tokentrail::sigma
