#include "cli/policy_files.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/text.h"
#include "pipeline/run.h"

namespace tokentrail::cli {

Result<std::vector<std::string>> PolicyPaths(const Args& args) {
  pipeline::Config config;
  if (args.Has("config")) TRY(pipeline::LoadSettings(args.Get("config"), config));
  if (args.Has("policies")) config.policies = args.All("policies");
  return config.policies;
}

Result<policy::PolicySet> LoadPolicySet(const std::vector<std::string>& paths) {
  return policy::PolicySet::Load(paths);
}

Result<policy::Policy> FindPolicy(const std::string& word, const std::vector<std::string>& paths) {
  std::error_code ignored;
  const bool is_file = std::filesystem::is_regular_file(word, ignored);
  const policy::PolicySet set =
      TRY(LoadPolicySet(is_file ? std::vector<std::string>{word} : paths));
  const std::vector<policy::Policy>& all = set.policies();
  if (is_file) {
    if (all.size() == 1) return all.front();
    std::vector<std::string_view> ids;
    for (const policy::Policy& one : all) ids.push_back(one.id);
    return Error{ErrorKind::kInvalid,
                 fmt::format("'{}' holds {} policies ({}): name one with its id, and the file with "
                             "--policies",
                             Printable(word), all.size(), fmt::join(ids, ", "))};
  }
  std::vector<std::string_view> ids;
  for (const policy::Policy& one : all) {
    if (EqualsIgnoreCase(one.id, word)) return one;
    ids.push_back(one.id);
  }
  const std::string_view meant = Closest(word, ids);
  return Error{ErrorKind::kNotFound,
               fmt::format("there is no policy '{}'{}; `tokentrail policy list` shows them, and a "
                           "file with one may be named, too",
                           Printable(word),
                           meant.empty() ? "" : fmt::format(", did you mean '{}'?", meant))};
}

}  // namespace tokentrail::cli
