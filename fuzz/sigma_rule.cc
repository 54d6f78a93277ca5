// A rule somebody downloaded, run against a record.

#include <string>
#include <vector>

#include "fuzz/target.h"
#include "sigma/program.h"
#include "source/json.h"

using namespace tokentrail;  // NOLINT: a fuzz target is one function

FUZZ_TARGET(SigmaRule, "sigma_rule", input) {
  sigma::RuleSet set;
  Report report;
  set.Add("fuzz.yml", input, report);
  set.Resolve(report);
  for (const Diagnostic& diagnostic : report.all()) {
    CHECK(!diagnostic.message.empty());
    CHECK(!Format(diagnostic).empty());
  }
  // What is left out is said.
  CHECK(set.left_out == 0 || !report.all().empty());
  const sigma::Program program(std::move(set));
  for (uint32_t i = 0; i < program.size(); ++i) (void)program.FieldsOf(i);
  const sigma::Plan plan = program.MakePlan();
  source::JsonReader json;
  CHECK(json.ParseUnpadded(R"({"a":"Mail.Read","b":["x",1,null,true],"c":{"d":"192.0.2.1","e":-1.5},
      "Scope":"offline_access Mail.ReadWrite","AuditData":"{\"Operation\":\"Add user.\"}"})"));
  sigma::Plan::Scratch scratch;
  std::vector<sigma::Hit> indexed;
  std::vector<sigma::Hit> plain;
  plan.Match(json.record(), {}, scratch, indexed);
  plan.Match(json.record(), {}, scratch, plain, sigma::Plan::Mode::kPlain);
  CHECK(indexed.size() == plain.size());
  for (size_t i = 0; i < plain.size(); ++i) CHECK(indexed[i].rule == plain[i].rule);
}
