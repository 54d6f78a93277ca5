#include "cli/app_flags.h"

#include <algorithm>
#include <memory>

#include "inventory/adoption.h"
#include "trail/app_people.h"

namespace tokentrail::cli {

void ReadAppFlags(const Args& args, pipeline::Config& config) {
  if (args.Has("feed")) config.appraisal.feeds = args.All("feed");
  if (args.Has("listings")) config.appraisal.listings = args.All("listings");
  if (args.Has("people")) config.people = args.Get("people");
  if (args.Has("app-states")) config.appraisal.states = args.Get("app-states");
  if (args.Has("weights")) config.appraisal.weights = args.Get("weights");
}

Result<Done> AppraiseAnew(const pipeline::Config& config, Portfolio& portfolio) {
  const auto appraiser = TRY(inventory::Appraiser::Load(config.appraisal));
  if (!config.people.empty()) {
    const trail::AppPeople people = TRY(trail::AppPeople::Read(config.people));
    for (App& app : portfolio.apps) {
      for (AppUser& user : app.users) {
        const trail::AppPerson* person = people.Find(user.id, user.name);
        if (person == nullptr) continue;
        user.department = person->department;
        user.title = person->title;
        // What the evidence shows them given stands as well.
        user.roles.insert(user.roles.end(), person->roles.begin(), person->roles.end());
        std::sort(user.roles.begin(), user.roles.end());
        user.roles.erase(std::unique(user.roles.begin(), user.roles.end()), user.roles.end());
      }
    }
  }
  appraiser->Appraise(portfolio);
  inventory::ExamineAdoption(portfolio);
  return Done{};
}

}  // namespace tokentrail::cli
