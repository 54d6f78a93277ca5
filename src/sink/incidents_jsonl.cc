// incidents.jsonl: each incident is a line, the worst first.

#include "sink/incident.h"
#include "sink/json_writer.h"
#include "sink/sink.h"

namespace tokentrail::sink {

namespace {

void WriteTexts(std::string_view key, const std::vector<std::string>& texts, JsonWriter& json) {
  json.Key(key).BeginArray();
  for (const std::string& text : texts) json.Text(text);
  json.EndArray();
}

void Write(const Outcome& outcome, std::string& out) {
  for (const Incident& incident : IncidentsOf(outcome)) {
    JsonWriter json(out);
    json.BeginObject()
        .Member("id", incident.id)
        .Member("number", incident.number)
        .Member("headline", incident.headline)
        .Member("level", Name(incident.level))
        .Member("confidence", Name(incident.confidence))
        .Member("first_time", FormatTime(incident.first))
        .Member("last_time", FormatTime(incident.last))
        .Member("tenant", incident.tenant)
        .Member("page", HasPage(incident) ? PagePath(incident) : std::string());
    WriteTexts("stages", incident.stages, json);
    WriteTexts("composites", incident.composites, json);
    WriteTexts("raised_by", incident.raised_by, json);
    WriteTexts("cannot_say", incident.cannot_say, json);
    json.Key("entities").BeginArray();
    for (const Entity& entity : incident.entities) {
      json.BeginObject()
          .Member("type", entity.type)
          .Member("id", entity.id)
          .Member("name", entity.name)
          .EndObject();
    }
    json.EndArray().Key("findings").BeginArray();
    for (const size_t i : incident.findings) json.Text(outcome.findings[i].id);
    json.EndArray().EndObject();
    out.push_back('\n');
  }
}

}  // namespace

extern constinit const SinkDef kIncidentsJsonl;
constinit const SinkDef kIncidentsJsonl = {
    .name = "incidents-jsonl",
    .file = "incidents.jsonl",
    .summary =
        "findings that belong together as incidents, the worst first, one JSON object a line",
    .write = Write,
};

}  // namespace tokentrail::sink
