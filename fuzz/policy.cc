// Policies, their cases and sweeps: text that somebody else wrote. What is read can be asked of an
// app, and says something when it can't be read.

#include "policy/policy.h"

#include "fuzz/target.h"
#include "policy/backtest.h"
#include "policy/policy_case.h"

using namespace tokentrail;  // NOLINT: a fuzz target is one function

FUZZ_TARGET(PolicyText, "policy", input) {
  Report report;
  const std::vector<policy::Policy> policies = policy::ReadPolicies("p.yml", input, report);
  Report of_cases;
  const std::vector<policy::PolicyCase> cases =
      policy::ReadPolicyCases("p.cases.yml", input, of_cases);
  CHECK(!policies.empty() || report.errors() > 0);
  CHECK(!cases.empty() || of_cases.errors() > 0);
  for (const Diagnostic& one : report.all()) CHECK(!Format(one).empty());

  Portfolio portfolio;
  portfolio.as_of = portfolio.last = Time{1'770'000'000'000'000};
  portfolio.first = portfolio.last - Days(30);
  AppConsent act;
  act.time = portfolio.last - Days(2);
  act.user = 1;
  act.added = {"Mail.Read"};
  App& app = portfolio.apps.emplace_back();
  app.id = "a";
  app.platform = "entra";
  app.first_seen = portfolio.first;
  app.users.emplace_back().id = "u";
  app.consents.push_back(act);
  app.permissions.emplace_back().name = "Mail.Read";
  app.permissions.back().severity = 75;
  app.days.push_back({static_cast<int32_t>(DayOf(act.time)), 3, 1, 100, 1000});
  for (const policy::PolicyCase& one : cases) {
    if (portfolio.apps.size() < 8) portfolio.apps.push_back(one.app.app);
  }
  for (const policy::Policy& one : policies) {
    Findings findings;
    policy::PolicySet({one}).Judge(portfolio, findings);
    for (const Finding& finding : findings.Settle()) CHECK(!finding.reasons.empty());
  }
  const Result<policy::Sweep> sweep = policy::ReadSweep(input.substr(0, input.find('\n')));
  if (sweep.ok()) CHECK(sweep->values.size() <= policy::kMaxVariants);
}
