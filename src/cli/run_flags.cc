#include "cli/run_flags.h"

#include <fmt/format.h>

#include <string>

#include "base/text.h"
#include "cli/app_flags.h"
#include "cli/rules_flags.h"
#include "cli/terminal.h"

namespace tokentrail::cli {

Result<pipeline::Config> ReadRunFlags(const Args& args) {
  pipeline::Config config;
  if (args.Has("config")) TRY(pipeline::LoadSettings(args.Get("config"), config));
  if (args.Has("rules")) config.rules = args.All("rules");
  if (args.Has("policies")) config.policies = args.All("policies");
  TRY(ReadRuleFlags(args, config.rule_choice, config.placeholders));
  ReadAppFlags(args, config);
  if (args.Has("date-order")) {
    config.date_order =
        args.Get("date-order") == "mdy" ? DateOrder::kMonthFirst : DateOrder::kDayFirst;
  }
  if (args.Has("threads")) {
    const std::string text = args.Get("threads");
    if (!IsDigits(text) || text.size() > 4 || std::stoul(text) == 0 || std::stoul(text) > 1024) {
      return Error{ErrorKind::kInvalid,
                   fmt::format("--threads can't be '{}'; it takes a number from 1 to 1024",
                               Printable(text))};
    }
    config.threads = static_cast<unsigned>(std::stoul(text));
  }
  if (args.Has("memory")) {
    config.memory_bytes = TRY(ParseSize(args.Get("memory")));
    if (config.memory_bytes < (1u << 20)) {
      return Error{ErrorKind::kInvalid, "--memory can't be less than 1M"};
    }
  }
  return config;
}

Result<Time> ReadTimeFlag(std::string_view flag, const std::string& text, bool end) {
  const ParsedTime parsed = ParseTime(text);
  if (parsed.fault != TimeFault::kNone) {
    return Error{ErrorKind::kInvalid, fmt::format("--{} can't be '{}'; write it like 2026-01-31 or "
                                                  "2026-01-31T16:05:00Z",
                                                  flag, Printable(text))};
  }
  const bool date_only = text.size() == 10 && text.find_first_of("Tt: ") == std::string::npos &&
                         text.find('-') != std::string::npos;
  if (end && date_only) return Time{(parsed.time + Days(1)).micros - 1};
  return parsed.time;
}

}  // namespace tokentrail::cli
