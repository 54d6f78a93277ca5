// A line of a selection while its modifiers are applied, from left to right.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/yaml.h"
#include "sigma/glyphs.h"
#include "sigma/placeholder.h"
#include "sigma/regex.h"
#include "sigma/term.h"

namespace tokentrail::sigma {

struct DraftValue {
  Value::Kind kind = Value::Kind::kText;
  std::string written;  ///< as it stands in the rule
  bool quoted = false;
  uint32_t line = 0;
  uint32_t column = 0;               ///< of the text itself, behind its quote
  std::vector<Glyphs> alternatives;  ///< never empty; see Value

  static DraftValue From(const Yaml& scalar);
};

struct TermDraft {
  static constexpr size_t kNone = ~size_t{0};

  std::string field;  ///< empty: a keyword
  std::vector<DraftValue> values;
  const Placeholders* placeholders = nullptr;
  size_t* regex_room = nullptr;  ///< what the document's regular expressions may still take

  std::vector<std::string_view> applied;  ///< modifiers before the one at hand
  Compare compare = Compare::kText;
  bool affixed = false;  ///< contains, startswith or endswith was given
  Affix affix = Affix::kWhole;
  DatePart date_part = DatePart::kNone;
  bool all = false;
  bool cased = false;
  bool negated = false;
  bool utf16 = false;    ///< values are bytes of UTF-16
  bool encoded = false;  ///< to Base64, of which nothing more can be made
  bool expanded = false;
  Regex::Flags regex_flags;

  // Of the last error, beside what it says.
  size_t bad = kNone;  ///< the value that is wrong; kNone: the modifier or the whole line
  std::string code;    ///< empty: the usual one
  std::string help;

  bool is_keyword() const { return field.empty(); }
  /// True when nothing but these came before.
  bool OnlyAfter(std::initializer_list<std::string_view> names) const;
  /// An error about the value number `index`.
  Error Wrong(size_t index, std::string message, std::string how_to_help = {});

  /// Checks what only the whole line shows, and compiles the values; the last step.
  Result<Term> Finish();
};

}  // namespace tokentrail::sigma
