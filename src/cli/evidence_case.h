// Which case a verb reads: the one named, the last one, or one made now of the evidence named.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/flag.h"
#include "cli/scratch.h"
#include "cli/verb.h"

namespace tokentrail::cli {

/// How evidence is hunted for a verb that shows one side of it. Never with a store.
struct EvidenceHunt {
  std::string_view verb;
  /// Neither rules nor analytics: what the verb shows does not come from them.
  bool bare = false;
  /// A bar while it runs, and a line for each reason why something was left out; else one for all.
  bool verbose = false;
  /// So many words of the verb come before its evidence.
  size_t skip_words = 0;
};

struct OpenedCase {
  std::string folder;
  ExitCode ending = ExitCode::kDone;      ///< of the hunt, when there was one
  std::optional<ScratchFolder> scratch;   ///< holds the case of evidence; gone when this is
};

/// Fails when both a case and evidence are named, or the hunt fails.
Result<OpenedCase> OpenCase(const Args& args, const EvidenceHunt& how);

}  // namespace tokentrail::cli
