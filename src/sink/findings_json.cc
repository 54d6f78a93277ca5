// The findings as one JSON array, for standard output.

#include "sink/finding_json.h"

namespace tokentrail::sink {

namespace {

void Write(const Outcome& outcome, std::string& out) {
  JsonWriter json(out, 2);
  json.BeginArray();
  for (const Finding& finding : outcome.findings) WriteFinding(finding, outcome, json);
  json.EndArray();
  out.push_back('\n');
}

}  // namespace

extern constinit const SinkDef kFindingsJson;
constinit const SinkDef kFindingsJson = {
    .name = "json",
    .file = "",
    .summary = "findings with their evidence, as one JSON array",
    .write = Write,
};

}  // namespace tokentrail::sink
