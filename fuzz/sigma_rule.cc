// A rule somebody downloaded, run against a record.

#include <string>
#include <vector>

#include "fuzz/target.h"
#include "sigma/program.h"
#include "source/json.h"

using namespace tokentrail;  // NOLINT: a fuzz target is one function

FUZZ_TARGET(SigmaRule, "sigma_rule", input) {
  sigma::Program program;
  Report report;
  program.Add("fuzz.yml", input, report);
  for (const Diagnostic& diagnostic : report.all()) {
    CHECK(!diagnostic.message.empty());
    CHECK(!Format(diagnostic).empty());
  }
  // What is left out is said.
  CHECK(program.left_out() == 0 || !report.all().empty());
  source::JsonReader json;
  CHECK(json.ParseUnpadded(R"({"a":"Mail.Read","b":["x",1,null,true],"c":{"d":"192.0.2.1","e":-1.5},
      "Scope":"offline_access Mail.ReadWrite","AuditData":"{\"Operation\":\"Add user.\"}"})"));
  sigma::Selection every;
  for (uint32_t i = 0; i < program.size(); ++i) {
    every.rules.push_back(i);
    (void)program.FieldsOf(i);
  }
  std::vector<uint32_t> hits;
  program.Match(every, json.record(), {}, hits);
  for (const uint32_t hit : hits) CHECK(hit < program.size());
}
