// findings.jsonl: a finding a line, worst first.

#include "sink/finding_json.h"

namespace tokentrail::sink {

namespace {

void Write(const Outcome& outcome, std::string& out) {
  for (const Finding& finding : outcome.findings) {
    JsonWriter json(out);
    WriteFinding(finding, outcome, json);
    out.push_back('\n');
  }
}

}  // namespace

extern constinit const SinkDef kFindingsJsonl;
constinit const SinkDef kFindingsJsonl = {
    .name = "jsonl",
    .file = "findings.jsonl",
    .summary = "findings with their evidence, one JSON object a line, worst first",
    .write = Write,
};

}  // namespace tokentrail::sink
