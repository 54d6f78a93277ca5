// One condition on one field (or on all values): what a line of a Sigma selection compiles to.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/yaml.h"
#include "model/record.h"
#include "sigma/network.h"
#include "sigma/pattern.h"
#include "sigma/regex.h"

namespace tokentrail::sigma {

enum class Compare : uint8_t {
  kText,  ///< by pattern, whole value
  kRegex,
  kNetwork,
  kExists,
  kGreater,
  kGreaterOrEqual,
  kLess,
  kLessOrEqual,
};

/// A number exactly as far as 64 bits go, else as a double.
struct Number {
  bool whole = true;
  int64_t integer = 0;
  double real = 0;

  /// The whole of `text` as a number.
  static bool Read(std::string_view text, Number& out);
  /// Negative, zero or positive as `a` is less than, equal to or greater than `b`.
  static int Order(const Number& a, const Number& b);
};

/// A value as the rule gives it, and what the modifiers made of it.
struct Value {
  enum class Kind : uint8_t { kText, kNumber, kBool, kNull };

  Kind kind = Kind::kText;
  std::string written;  ///< as it stands in the rule
  uint32_t line = 0;
  uint32_t column = 0;
  Pattern pattern = Pattern::Literal("");

  static Value From(const Yaml& scalar);
};

/// A value of a record, ready to be compared. Objects have no text.
struct Seen {
  NodeKind kind = NodeKind::kNull;
  std::string_view text;
};

struct Term {
  std::string field;  ///< empty: a keyword, looked for in all values
  std::vector<Value> values;
  Compare compare = Compare::kText;
  bool all = false;  ///< every value must match, not just one
  bool cased = false;
  bool negated = false;  ///< `neq`
  bool encoded = false;  ///< values were encoded: their text is no longer what was written
  bool opened = false;   ///< contains, startswith or endswith was given
  Regex::Flags regex_flags;

  uint32_t field_index = 0;  ///< of Program's fields

  bool is_keyword() const { return field.empty(); }
  /// Replaces each plain text by what `function` gives. Fails on wildcards: bytes can't be encoded
  /// around a hole.
  Result<Done> MapPlainValues(std::string (*function)(std::string_view));

  /// Checks that the modifiers make sense together and compiles the values; the last step. On
  /// failure `bad` is the value that is wrong, or past the last when the whole term is.
  Result<Done> Finish(size_t& bad);
  /// Whether the value number `index` of the rule agrees with a value of the record.
  bool Agrees(size_t index, const Seen& seen) const;

 private:
  std::vector<Regex> regexes_;
  std::vector<Network> networks_;
  std::vector<Number> numbers_;
  bool exists_ = true;
};

}  // namespace tokentrail::sigma
