// Flags of the verbs: one table from which parsing, --help, the man page and shell completion all
// come, so that none of them can lag behind.

#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/verb.h"

namespace tokentrail::cli {

/// The arguments of one verb, understood. A flag that may repeat keeps all its values.
class Args {
 public:
  bool Has(std::string_view flag) const { return values_.find(flag) != values_.end(); }
  /// The last value given for the flag (its long name); `otherwise` when it was not given.
  std::string Get(std::string_view flag, std::string_view otherwise = {}) const;
  const std::vector<std::string>& All(std::string_view flag) const;
  const std::vector<std::string>& words() const { return words_; }
  /// All arguments as they were given.
  const std::vector<std::string>& raw() const { return raw_; }

 private:
  friend Result<Args> ParseArgs(const VerbDef& verb, const std::vector<std::string>& args);

  std::map<std::string, std::vector<std::string>, std::less<>> values_;
  std::vector<std::string> raw_;
  std::vector<std::string> words_;  ///< what is no flag; `-` counts as a word
};

/// Takes `--flag value`, `--flag=value`, `-f value`, `-fvalue`, `-qK`; `--` ends the flags. A value
/// that must be one of a list is checked, in any case of letters. Errors name the flag and, for an
/// unknown one, what was probably meant.
Result<Args> ParseArgs(const VerbDef& verb, const std::vector<std::string>& args);

/// The help of a verb, flags grouped, at most `columns` wide.
std::string HelpText(const VerbDef& verb, size_t columns);

/// Flags every verb takes.
extern const FlagDef kHelpFlag;

}  // namespace tokentrail::cli
