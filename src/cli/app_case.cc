#include "cli/app_case.h"

#include <algorithm>
#include <optional>

#include "cli/app_file.h"
#include "cli/run_flags.h"

namespace tokentrail::cli {
namespace {

constexpr std::string_view kJudging[] = {"feed",       "listings", "people",
                                         "app-states", "weights",  "config"};

}  // namespace

Result<Portfolio> ReadAppCase(const Args& args, const std::string& folder) {
  Portfolio portfolio = TRY(ReadApps(folder));
  const bool anew = std::any_of(std::begin(kJudging), std::end(kJudging),
                                [&](std::string_view flag) { return args.Has(flag); });
  if (anew) {
    const pipeline::Config config = TRY(ReadRunFlags(args));
    TRY(AppraiseAnew(config, portfolio));
  }
  return portfolio;
}

Result<AppCase> OpenAppCase(const Args& args, std::string_view verb) {
  std::optional<Time> as_of;
  if (args.Has("as-of")) as_of = TRY(ReadTimeFlag("as-of", args.Get("as-of"), true));
  AppCase out{.opened = TRY(OpenCase(args, {.verb = verb, .verbose = true}))};
  // The hunt of evidence has judged them as the flags say.
  out.portfolio = out.opened.scratch ? TRY(ReadApps(out.opened.folder))
                                     : TRY(ReadAppCase(args, out.opened.folder));
  out.as_of = as_of.value_or(out.portfolio.as_of);
  return out;
}

}  // namespace tokentrail::cli
