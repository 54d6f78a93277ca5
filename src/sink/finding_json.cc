#include "sink/finding_json.h"

#include "sink/cell.h"

namespace tokentrail::sink {

namespace {

void WriteTexts(std::string_view key, const std::vector<std::string>& texts, JsonWriter& json) {
  json.Key(key).BeginArray();
  for (const std::string& text : texts) json.Text(text);
  json.EndArray();
}

void WriteWho(const Attribution& who, JsonWriter& json) {
  json.Key("attributed_to")
      .BeginObject()
      .Member("identity", who.identity)
      .Member("via", Name(who.via))
      .Member("client", who.client)
      .Member("client_name", who.client_name)
      .Member("holder", Name(who.holder))
      .Member("confidence", Name(who.confidence))
      .Member("rung", Name(who.rung))
      .Member("reason", who.reason)
      .Member("holder_reason", who.holder_reason)
      .Member("against", who.against)
      .Member("contradiction", who.contradiction)
      .EndObject();
}

void WriteEvidence(const Evidence& evidence, const Outcome& outcome, JsonWriter& json) {
  const Place& place = evidence.place;
  const bool known = place.file < outcome.files.size();
  json.BeginObject()
      .Member("time", FormatTime(evidence.time))
      .Member("source", SourceName(outcome, evidence.source))
      .Member("operation", evidence.operation)
      .Member("user", evidence.user)
      .Member("app", evidence.app)
      .Member("ip", evidence.ip)
      .Member("user_agent", evidence.user_agent)
      .Member("file", FileOf(outcome.files, place))
      .Member("file_sha256", known ? outcome.files.at(place.file).sha256 : std::string())
      .Member("line", place.line)
      .Member("offset", place.offset)
      .Member("length", place.size);
  json.Key("deciding").BeginArray();
  for (const Evidence::Pointer& pointer : evidence.pointers) {
    json.BeginObject()
        .Member("field", pointer.field)
        .Member("pointer", pointer.pointer)
        .Member("value", pointer.value)
        .EndObject();
  }
  json.EndArray();
  if (evidence.who) WriteWho(*evidence.who, json);
  json.Member("record", evidence.record)
      .Member("record_sha256", evidence.record_sha256)
      .Member("record_cut", evidence.record_cut)
      .EndObject();
}

}  // namespace

void WriteFinding(const Finding& finding, const Outcome& outcome, JsonWriter& json) {
  json.BeginObject()
      .Member("id", finding.id)
      .Member("rule", finding.rule)
      .Member("origin", finding.origin)
      .Member("title", finding.title)
      .Member("level", Name(finding.level))
      .Member("confidence", Name(finding.confidence))
      .Member("first_time", FormatTime(finding.first))
      .Member("last_time", FormatTime(finding.last))
      .Member("tenant", finding.tenant);
  json.Key("entities").BeginArray();
  for (const Entity& entity : finding.entities) {
    json.BeginObject()
        .Member("type", entity.type)
        .Member("id", entity.id)
        .Member("name", entity.name)
        .EndObject();
  }
  json.EndArray();
  WriteTexts("reasons", finding.reasons, json);
  json.Member("count", finding.count);
  json.Key("evidence").BeginArray();
  for (const Evidence& evidence : finding.evidence) WriteEvidence(evidence, outcome, json);
  json.EndArray();
  WriteTexts("attack", finding.attack, json);
  json.Member("disproof", finding.disproof);
  WriteTexts("cannot_say", finding.cannot_say, json);
  json.EndObject();
}

}  // namespace tokentrail::sink
