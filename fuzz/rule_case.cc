// Test cases of rules: a suite that somebody else wrote, in YAML and in JSON.

#include "cli/rules_case.h"
#include "fuzz/target.h"
#include "source/json.h"

using namespace tokentrail;  // NOLINT: a fuzz target is one function

namespace {

void CheckEvents(const std::vector<cli::CaseEvent>& events) {
  source::JsonReader json;
  for (const cli::CaseEvent& event : events) {
    // What YAML says is always some record; only JSON can be broken.
    CHECK(json.ParseUnpadded(event.json) || json.reason() == "source.too_deep");
  }
}

}  // namespace

FUZZ_TARGET(RuleCases, "rule_case", input) {
  (void)cli::HoldsCases(input);
  for (const char* const name : {"x.yml", "x.cases.yml", "x.jsonl"}) {
    const std::vector<cli::RuleCase> cases = cli::ReadCases(name, input);
    CHECK(!cases.empty());  // an empty file is a case that fails
    for (const cli::RuleCase& one : cases) {
      for (const Diagnostic& problem : one.problems) CHECK(!Format(problem).empty());
      CheckEvents(one.match);
      CheckEvents(one.no_match);
      CheckEvents(one.events);
      for (const size_t number : one.fires) CHECK(number < one.events.size());
      CHECK(!one.problems.empty() || !one.rule.empty() || !one.rule_file.empty() ||
            one.rule_line > 0);
    }
  }
}
