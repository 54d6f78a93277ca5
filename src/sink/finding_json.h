// A finding as JSON: the one shape of findings.jsonl, `-t json` and `-t jsonl`.
// docs/findings.schema.json describes it.

#pragma once

#include "model/finding.h"
#include "sink/json_writer.h"
#include "sink/sink.h"

namespace tokentrail::sink {

void WriteFinding(const Finding& finding, const Outcome& outcome, JsonWriter& json);

}  // namespace tokentrail::sink
