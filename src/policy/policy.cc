#include "policy/policy.h"

#include <algorithm>

#include "base/text.h"

namespace tokentrail::policy {

std::string_view Name(PolicyState state) {
  switch (state) {
    case PolicyState::kInactive:
      return "inactive";
    case PolicyState::kAudit:
      return "audit";
    case PolicyState::kActive:
      return "active";
  }
  return {};
}

std::string_view Name(Judged judged) { return judged == Judged::kAtEnd ? "at_end" : "any_day"; }

bool Policy::Covers(const App& app) const {
  if (app.first_party && !first_party) return false;
  if (app.sanction == App::Sanction::kApproved && !approved) return false;
  const auto is = [](const std::vector<std::string>& list, std::string_view one) {
    return list.empty() || FitsAny(one, list);
  };
  if (!is(platforms, app.platform) || !is(tenants, app.tenant)) return false;
  if (!except_apps.empty() &&
      (FitsAny(app.id, except_apps) || (!app.name.empty() && FitsAny(app.name, except_apps)))) {
    return false;
  }
  return except_publishers.empty() || app.publisher.empty() ||
         !FitsAny(app.publisher, except_publishers);
}

bool Policy::MayFit(const App& app, const Surroundings& around) const {
  return Covers(app) && std::all_of(when.begin(), when.end(),
                                    [&](const auto& one) { return one->MayFit(app, around); });
}

bool Policy::Fits(const Moment& moment) const {
  return std::all_of(when.begin(), when.end(), [&](const auto& one) { return one->Fits(moment); });
}

bool Policy::FitsButForRisk(const Moment& moment) const {
  return std::all_of(when.begin(), when.end(),
                     [&](const auto& one) { return one->reads.risk || one->Fits(moment); });
}

Explanation Policy::Explain(const Moment& moment) const {
  // In the order of the policy's text, which is the order that its author thinks in.
  std::vector<const Condition*> order;
  for (const auto& one : when) order.push_back(one.get());
  std::stable_sort(order.begin(), order.end(),
                   [](const Condition* a, const Condition* b) { return a->line < b->line; });
  Explanation out;
  for (const Condition* one : order) one->Explain(moment, out);
  std::sort(out.acts.begin(), out.acts.end());
  out.acts.erase(std::unique(out.acts.begin(), out.acts.end()), out.acts.end());
  return out;
}

PolicySet::PolicySet() : PolicySet(std::vector<Policy>()) {}

PolicySet::PolicySet(std::vector<Policy> policies)
    : policies_(std::make_shared<const std::vector<Policy>>(std::move(policies))) {}

const std::vector<Policy>& PolicySet::policies() const { return *policies_; }

Result<PolicySet> PolicySet::Load(const std::vector<std::string>& paths) {
  const std::vector<PolicyFile> files = TRY(ReadPolicyFiles(paths));
  Report report;
  std::vector<Policy> policies = LoadPolicies(files, report);
  if (report.errors() == 0) return PolicySet(std::move(policies));
  std::string message = "a policy can't be used as it is:";
  for (const Diagnostic& one : report.all()) message += "\n" + Format(one);
  while (message.ends_with('\n')) message.pop_back();
  return Error{ErrorKind::kInvalid, std::move(message)};
}

}  // namespace tokentrail::policy
