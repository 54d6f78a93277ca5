#include "cli/app_find.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "cli/app_choice.h"

namespace tokentrail::cli {
namespace {

constexpr size_t kMostListed = 10;

}  // namespace

Result<const App*> FindApp(const Portfolio& portfolio, std::string_view wanted) {
  std::vector<const App*> found;
  const auto look = [&](const auto& fits) {
    for (const App& app : portfolio.apps) {
      if (fits(app)) found.push_back(&app);
    }
    return !found.empty();
  };
  const bool any =
      look([&](const App& app) {
        return EqualsIgnoreCase(app.id, wanted) || EqualsIgnoreCase(app.object, wanted) ||
               EqualsIgnoreCase(app.application_object, wanted);
      }) ||
      look([&](const App& app) { return EqualsIgnoreCase(app.name, wanted); }) ||
      look([&](const App& app) { return IsCalled(app, wanted); }) ||
      (wanted.size() >= 4 && look([&](const App& app) {
         return EqualsIgnoreCase(std::string_view(app.id).substr(0, wanted.size()), wanted);
       })) ||
      (wanted.size() >= 3 &&
       look([&](const App& app) { return ContainsIgnoreCase(app.name, wanted); }));
  if (!any) {
    std::vector<std::string_view> names;
    for (const App& app : portfolio.apps) {
      names.push_back(app.name);
      names.push_back(app.id);
    }
    const std::string_view meant = Closest(wanted, names);
    return Error{
        ErrorKind::kNotFound,
        fmt::format("no app is called '{}'{}; `tokentrail apps --all` shows them all",
                    Printable(wanted),
                    meant.empty() ? "" : fmt::format(", did you mean '{}'?", Printable(meant)))};
  }
  if (found.size() == 1) return found.front();
  std::stable_sort(found.begin(), found.end(),
                   [](const App* a, const App* b) { return a->risk.score > b->risk.score; });
  std::string message = fmt::format("{} apps are meant by '{}'; name one by its id:", found.size(),
                                    Printable(wanted));
  for (size_t i = 0; i < found.size() && i < kMostListed; ++i) {
    message += fmt::format("\n  {}  {} ({}, {})", Printable(found[i]->id),
                           Printable(found[i]->name.empty() ? found[i]->id : found[i]->name),
                           Printable(found[i]->platform),
                           found[i]->risk.score < 0 ? "risk not computed"
                                                    : fmt::format("risk {}", found[i]->risk.score));
  }
  if (found.size() > kMostListed) {
    message += fmt::format("\n  and {} more", found.size() - kMostListed);
  }
  return Error{ErrorKind::kInvalid, std::move(message)};
}

}  // namespace tokentrail::cli
