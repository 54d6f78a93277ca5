#include "cli/rules_flags.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "pipeline/rule_files.h"

namespace tokentrail::cli {

Result<Level> ReadLevel(std::string_view flag, const std::string& text) {
  const std::optional<Level> level = ParseLevel(text);
  if (!level) {
    return Error{
        ErrorKind::kInvalid,
        fmt::format(
            "--{} can't be '{}'; it takes one of: informational, low, medium, high, critical", flag,
            Printable(text))};
  }
  return *level;
}

Result<Done> ReadRuleFlags(const Args& args, sigma::RuleChoice& choice,
                           sigma::Placeholders& placeholders) {
  if (args.Has("include-tag")) choice.include_tags = args.All("include-tag");
  if (args.Has("exclude-tag")) choice.exclude_tags = args.All("exclude-tag");
  if (args.Has("status")) choice.statuses = args.All("status");
  for (const std::string& path : args.All("placeholders")) {
    for (auto& [name, values] : TRY(pipeline::ReadPlaceholders(path))) {
      placeholders[name] = std::move(values);
    }
  }
  return Done{};
}

}  // namespace tokentrail::cli
