// What a run knows of tokens, for summary.json.

#pragma once

#include "model/trails.h"
#include "sink/json_writer.h"

namespace tokentrail::sink {

/// `attribution` (events by what decided and by how sure) and `joins` (how often each found its
/// other side), as members of the object that is open.
void WriteTrails(const Trails& trails, JsonWriter& json);

}  // namespace tokentrail::sink
