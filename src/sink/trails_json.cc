#include "sink/trails_json.h"

#include "model/level.h"

namespace tokentrail::sink {

void WriteTrails(const Trails& trails, JsonWriter& json) {
  json.Key("attribution").BeginObject();
  json.Key("by_rung").BeginObject();
  for (size_t i = 0; i < trails.by_rung.size(); ++i) {
    json.Member(Name(static_cast<Rung>(i)), trails.by_rung[i]);
  }
  json.EndObject();
  json.Key("by_confidence").BeginObject();
  for (size_t i = 0; i < trails.by_confidence.size(); ++i) {
    json.Member(Name(static_cast<Confidence>(i)), trails.by_confidence[i]);
  }
  json.EndObject()
      .Member("contradictions", trails.contradictions)
      .Member("forgotten", trails.forgotten)
      .EndObject();
  json.Key("joins").BeginArray();
  for (const JoinRate& join : trails.joins) {
    json.BeginObject()
        .Member("name", join.name)
        .Member("summary", join.summary)
        .Member("tried", join.tried)
        .Member("by_key", join.by_key)
        .Member("by_window", join.by_window)
        .EndObject();
  }
  json.EndArray().Member("grants", uint64_t{trails.grants.size()});
}

}  // namespace tokentrail::sink
