// A verb of the command line: one file each. Its table says everything that --help, the man page
// and shell completion show; see flag.h for how arguments are read.

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tokentrail::cli {

enum class ExitCode : int {
  kDone = 0,
  kFailed = 1,  ///< could not; also a check that failed
  kMisused = 2,
  kLeftOut = 3,   ///< done, but records, files or rules were left out
  kFindings = 4,  ///< --fail-on was met
  kInterrupted = 130,
};

struct FlagDef {
  std::string_view name = {};  ///< long name, without the dashes
  char letter = 0;             ///< short name; 0: none
  /// What stands for its value in the help (`LEVEL`); empty: a switch.
  std::string_view value = {};
  std::string_view group = {};  ///< heading in the help: Input, Output, Filtering, Display, General
  std::string_view summary = {};
  std::string_view choices = {};    ///< allowed values, separated by `|`; empty: any
  std::string_view alias_of = {};   ///< counts as the flag of this name
  std::string_view completes = {};  ///< what a shell offers: nothing, `file` or `directory`
};

struct Example {
  std::string_view command = {};
  std::string_view summary = {};
};

class Args;

struct VerbDef {
  std::string_view name = {};  ///< as typed; of a second word both: `rules check`
  std::string_view usage = {};
  std::string_view summary = {};
  std::string_view description = {};  ///< a paragraph for the help; may be empty
  std::span<const FlagDef> flags = {};
  std::span<const Example> examples = {};
  std::string_view words = {};  ///< what its words are, for completion: `file`, or choices with `|`
  /// Prints to standard output; errors come back as the Error.
  Result<ExitCode> (*run)(const Args& args) = nullptr;
  /// What may follow it as a second word. Such a verb is run itself only if it has `run`, too.
  std::span<const VerbDef* const> (*verbs)() = nullptr;
};

std::span<const VerbDef* const> All();
/// The second words of a verb; empty for most.
std::span<const VerbDef* const> VerbsOf(const VerbDef& verb);
/// What can be run: every verb that runs itself, and all second words.
std::vector<const VerbDef*> AllToRun();
/// The last word of its name: `check` of `rules check`.
std::string_view LastWord(const VerbDef& verb);

}  // namespace tokentrail::cli
