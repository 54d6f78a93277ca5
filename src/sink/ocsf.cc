// OCSF Detection Finding (class_uid 2004), one JSON object a line, for security lakes and SIEMs.
// Source: schema.ocsf.io, version 1.3.0, classes "Detection Finding" and objects "Finding
// Information", "Analytic", "Evidence Artifacts", "Observable", "Resource Details".

#include <algorithm>

#include "sink/cell.h"
#include "sink/json_writer.h"
#include "sink/sink.h"

namespace tokentrail::sink {

namespace {

constexpr int kClass = 2004;
constexpr int kCreate = 1;  // activity_id

int Severity(Level level) { return static_cast<int>(level) + 1; }  // 1 informational .. 5 critical

/// OCSF knows low, medium and high; `none` is 0 (unknown).
int ConfidenceId(Confidence confidence) { return std::min(static_cast<int>(confidence), 3); }

int64_t Millis(Time time) { return time.micros / 1000; }

/// observable.type_id; 99 (other) where OCSF has no type for it.
int ObservableType(std::string_view type, std::string_view value) {
  if (type == "address") return 2;  // IP Address
  if (type == "user" || type == "mailbox") {
    return value.find('@') == std::string_view::npos ? 4 : 5;  // User Name, Email Address
  }
  if (type == "resource") return 10;  // Resource UID
  return 99;
}

void WriteAttack(const std::vector<std::string>& techniques, JsonWriter& json) {
  json.Key("attacks").BeginArray();
  for (const std::string& technique : techniques) {
    const std::string parent = technique.substr(0, technique.find('.'));
    json.BeginObject().Key("technique").BeginObject().Member("uid", parent).EndObject();
    if (parent != technique) {
      json.Key("sub_technique").BeginObject().Member("uid", technique).EndObject();
    }
    json.EndObject();
  }
  json.EndArray();
}

void WriteFindingInfo(const Finding& finding, JsonWriter& json) {
  json.Key("finding_info").BeginObject();
  json.Member("uid", finding.id).Member("title", finding.title);
  std::string desc;
  for (const std::string& reason : finding.reasons) desc += (desc.empty() ? "" : "; ") + reason;
  json.Member("desc", desc);
  const bool is_rule = finding.origin != "analytic";
  json.Key("analytic")
      .BeginObject()
      .Member("uid", finding.rule)
      .Member("name", finding.title)
      .Member("type_id", is_rule ? 1 : 2)
      .Member("type", is_rule ? "Rule" : "Behavioral")
      .EndObject();
  json.Member("created_time", Millis(finding.last))
      .Member("first_seen_time", Millis(finding.first))
      .Member("last_seen_time", Millis(finding.last));
  WriteAttack(finding.attack, json);
  json.EndObject();
}

void WriteEvidences(const Finding& finding, const Outcome& outcome, JsonWriter& json) {
  json.Key("evidences").BeginArray();
  for (const Evidence& evidence : finding.evidence) {
    json.BeginObject();
    if (!evidence.user.empty()) {
      json.Key("actor").BeginObject().Key("user").BeginObject().Member("name", evidence.user);
      json.EndObject().EndObject();
    }
    if (!evidence.operation.empty()) {
      json.Key("api").BeginObject().Member("operation", evidence.operation).EndObject();
    }
    if (!evidence.ip.empty()) {
      json.Key("src_endpoint").BeginObject().Member("ip", evidence.ip).EndObject();
    }
    // `data` is the schema's place for what has no attribute of its own.
    json.Key("data")
        .BeginObject()
        .Member("time", FormatTime(evidence.time))
        .Member("source", SourceName(outcome, evidence.source))
        .Member("app", evidence.app)
        .Member("user_agent", evidence.user_agent)
        .Member("file", FileOf(outcome.files, evidence.place))
        .Member("line", evidence.place.line)
        .Member("record_sha256", evidence.record_sha256);
    json.Key("deciding").BeginArray();
    for (const Evidence::Pointer& pointer : evidence.pointers) {
      json.BeginObject()
          .Member("field", pointer.field)
          .Member("pointer", pointer.pointer)
          .Member("value", pointer.value)
          .EndObject();
    }
    json.EndArray().EndObject().EndObject();
  }
  json.EndArray();
}

void WriteOne(const Finding& finding, const Outcome& outcome, JsonWriter& json) {
  json.BeginObject()
      .Member("activity_id", kCreate)
      .Member("activity_name", "Create")
      .Member("category_uid", 2)
      .Member("category_name", "Findings")
      .Member("class_uid", kClass)
      .Member("class_name", "Detection Finding")
      .Member("type_uid", kClass * 100 + kCreate)
      .Member("time", Millis(finding.last))
      .Member("start_time", Millis(finding.first))
      .Member("end_time", Millis(finding.last))
      .Member("severity_id", Severity(finding.level))
      .Member("severity", Name(finding.level))
      .Member("confidence_id", ConfidenceId(finding.confidence))
      .Member("confidence", Name(finding.confidence))
      .Member("status_id", 1)
      .Member("count", finding.count);
  json.Key("metadata").BeginObject().Member("version", "1.3.0");
  if (!finding.tenant.empty()) json.Member("tenant_uid", finding.tenant);
  json.Key("product")
      .BeginObject()
      .Member("name", "tokentrail")
      .Member("vendor_name", "tokentrail")
      .Member("version", outcome.summary.run.version)
      .EndObject()
      .EndObject();
  WriteFindingInfo(finding, json);
  json.Key("resources").BeginArray();
  for (const Entity& entity : finding.entities) {
    if (entity.type == "address" || entity.type == "user") continue;  // observables, not resources
    json.BeginObject().Member("uid", entity.id);
    if (!entity.name.empty()) json.Member("name", entity.name);
    json.Member("type", entity.type).EndObject();
  }
  json.EndArray();
  json.Key("observables").BeginArray();
  for (const Entity& entity : finding.entities) {
    const std::string& value = entity.name.empty() ? entity.id : entity.name;
    json.BeginObject()
        .Member("name", entity.type)
        .Member("type_id", ObservableType(entity.type, value))
        .Member("value", value)
        .EndObject();
  }
  json.EndArray();
  WriteEvidences(finding, outcome, json);
  json.Key("unmapped").BeginObject().Member("disproof", finding.disproof);
  json.Key("cannot_say").BeginArray();
  for (const std::string& text : finding.cannot_say) json.Text(text);
  json.EndArray().EndObject();
  json.EndObject();
}

void Write(const Outcome& outcome, std::string& out) {
  for (const Finding& finding : outcome.findings) {
    JsonWriter json(out);
    WriteOne(finding, outcome, json);
    out.push_back('\n');
  }
}

}  // namespace

extern constinit const SinkDef kOcsf;
constinit const SinkDef kOcsf = {
    .name = "ocsf",
    .file = "",
    .summary = "findings as OCSF 1.3 Detection Finding (class 2004), one JSON object a line",
    .write = Write,
};

}  // namespace tokentrail::sink
