// summary.json: what a run read, found, and could not use. Only `run` differs between two runs
// over the same evidence.

#include <algorithm>

#include "sink/cell.h"
#include "sink/incident.h"
#include "sink/json_writer.h"
#include "sink/sink.h"
#include "sink/trails_json.h"

namespace tokentrail::sink {

namespace {

/// A time that was never set is null, not 1970.
void WriteTime(std::string_view key, Time time, JsonWriter& json) {
  if (time.micros == 0) {
    json.Key(key).Null();
  } else {
    json.Member(key, FormatTime(time));
  }
}

void WriteEntries(std::string_view key,
                  const std::map<std::string, Ledger::Entry, std::less<>>& entries,
                  const FileTable& files, JsonWriter& json) {
  json.Key(key).BeginArray();
  for (const auto& [reason, entry] : entries) {
    json.BeginObject()
        .Member("reason", reason)
        .Member("count", entry.count)
        .Member("first", PlaceText(files, entry.first))
        .Member("detail", entry.detail)
        .EndObject();
  }
  json.EndArray();
}

void WriteApp(const AppRow& app, JsonWriter& json) {
  json.BeginObject()
      .Member("tenant", app.tenant)
      .Member("platform", app.platform)
      .Member("id", app.id)
      .Member("name", app.name)
      .Member("first_party", app.first_party);
  json.Key("severity");
  if (app.severity < 0) {
    json.Null();  // not assessed is not harmless
  } else {
    json.Signed(app.severity);
  }
  json.Member("permission", app.permission)
      .Member("users", app.users)
      .Member("tenant_wide", app.tenant_wide);
  WriteTime("first_seen", app.first_seen, json);
  WriteTime("last_authorized", app.last_authorized, json);
  WriteTime("last_used", app.last_used, json);
  json.Member("events", app.events).Member("findings", app.findings).EndObject();
}

/// The stories before their parts; `incidents/` and incidents.jsonl have all of each.
void WriteIncidents(const std::vector<Incident>& incidents, JsonWriter& json) {
  static constexpr size_t kMaxHeadlines = 50;
  json.Key("incidents").BeginObject().Member("shown", uint64_t{incidents.size()});
  json.Key("by_level").BeginObject();
  for (const Level level :
       {Level::kCritical, Level::kHigh, Level::kMedium, Level::kLow, Level::kInformational}) {
    json.Member(Name(level),
                static_cast<uint64_t>(std::count_if(
                    incidents.begin(), incidents.end(),
                    [&](const Incident& incident) { return incident.level == level; })));
  }
  json.EndObject().Key("headlines").BeginArray();
  for (size_t i = 0; i < incidents.size() && i < kMaxHeadlines; ++i) {
    const Incident& incident = incidents[i];
    json.BeginObject()
        .Member("number", incident.number)
        .Member("id", incident.id)
        .Member("level", Name(incident.level))
        .Member("headline", incident.headline)
        .Member("findings", uint64_t{incident.findings.size()})
        .Member("page", HasPage(incident) ? PagePath(incident) : std::string())
        .EndObject();
  }
  const size_t left = incidents.size() - std::min(incidents.size(), kMaxHeadlines);
  json.EndArray().Member("headlines_left_out", uint64_t{left});
  json.Member("without_page",
              uint64_t{incidents.size() - std::min(incidents.size(), kMaxPages)});
  json.EndObject();
}

/// What changed, counted; and what could not be seen, which is not "none".
void WriteAudit(const Audit& audit, JsonWriter& json) {
  json.Key("audit").BeginObject();
  json.Key("by_class").BeginObject();
  for (size_t i = 0; i < kAuditClasses; ++i) {
    json.Member(Name(static_cast<AuditClass>(i)), audit.counts[i]);
  }
  json.EndObject().Member("not_kept", audit.not_kept);
  json.Key("cannot_say").BeginArray();
  for (const AuditGap& gap : audit.gaps) {
    json.BeginObject().Member("platform", gap.platform).Key("classes").BeginArray();
    for (const AuditClass one : gap.classes) json.Text(Name(one));
    json.EndArray()
        .Member("needs", gap.needs)
        .Member("other_logs_of_it_read", gap.other_logs)
        .EndObject();
  }
  json.EndArray().EndObject();
}

/// What the evidence could not show. An empty list says that no gap was found, not that there is
/// none.
void WriteGap(const EvidenceGap& gap, JsonWriter& json) {
  json.BeginObject()
      .Member("kind", Name(gap.kind))
      .Member("source", gap.source)
      .Member("stream", gap.stream)
      .Member("tenant", gap.tenant)
      .Member("subject", gap.subject);
  WriteTime("first_time", gap.first, json);
  WriteTime("last_time", gap.last, json);
  json.Member("count", gap.count)
      .Member("words", gap.words)
      .Member("hides", gap.hides)
      .EndObject();
}

void WriteRun(const Summary::Run& run, JsonWriter& json) {
  json.Key("run").BeginObject().Member("version", run.version);
  json.Key("command").BeginArray();
  for (const std::string& word : run.command) json.Text(word);
  json.EndArray().Member("threads", run.threads);
  json.Key("seconds").Decimal(run.seconds);
  json.Key("seconds_reading").Decimal(run.seconds_reading);
  json.Key("seconds_sorting").Decimal(run.seconds_sorting);
  json.Key("seconds_writing").Decimal(run.seconds_writing);
  json.Member("peak_memory_bytes", run.peak_memory_bytes)
      .Member("spilled_bytes", run.spilled_bytes)
      .Member("store", run.store);
  if (!run.store_why.empty()) json.Member("store_why", run.store_why);
  json.EndObject();
}

void Write(const Outcome& outcome, std::string& out) {
  const Summary& summary = outcome.summary;
  JsonWriter json(out, 2);
  json.BeginObject()
      .Member("interrupted", summary.interrupted)
      .Member("files", summary.files)
      .Member("bytes_read", summary.bytes_read)
      .Member("records", summary.records)
      .Member("events", summary.events)
      .Member("duplicates", summary.duplicates)
      .Member("superseded", summary.superseded)
      .Member("left_out", summary.ledger.left_out_records())
      .Member("left_out_other",
              summary.ledger.left_out_total() - summary.ledger.left_out_records());
  WriteTime("first_time", summary.first, json);
  WriteTime("last_time", summary.last, json);
  WriteTime("as_of", summary.as_of, json);

  if (outcome.trails != nullptr) WriteIncidents(outcome.trails->incidents, json);

  json.Key("findings").BeginObject();
  json.Member("shown", uint64_t{outcome.findings.size()}).Member("hidden", summary.hidden);
  json.Key("by_level").BeginObject();
  for (const Level level :
       {Level::kCritical, Level::kHigh, Level::kMedium, Level::kLow, Level::kInformational}) {
    const auto it = summary.by_level.find(level);
    json.Member(Name(level), it == summary.by_level.end() ? uint64_t{0} : it->second);
  }
  json.EndObject().EndObject();

  json.Key("sources").BeginArray();
  for (const SourceCount& source : summary.sources) {
    json.BeginObject()
        .Member("name", source.name)
        .Member("events", source.events)
        .Member("duplicates", source.duplicates)
        .Member("superseded", source.superseded);
    WriteTime("first_time", source.first, json);
    WriteTime("last_time", source.last, json);
    json.EndObject();
  }
  json.EndArray();

  json.Key("ledger").BeginObject();
  WriteEntries("left_out", summary.ledger.left_out(), outcome.files, json);
  WriteEntries("notes", summary.ledger.notes(), outcome.files, json);
  json.EndObject();

  json.Key("rules").BeginObject();
  json.Member("loaded", summary.rules_loaded).Member("left_out", summary.rules_left_out);
  json.Member("not_chosen", summary.rules_not_chosen);
  const auto count = [&](Truth truth) {
    const auto it = summary.rule_truths.find(truth);
    return it == summary.rule_truths.end() ? uint64_t{0} : it->second;
  };
  json.Member("fired", count(Truth::kFired)).Member("could_fire", count(Truth::kCouldFire));
  json.Member("no_source", count(Truth::kNoSource));
  json.Member("never_here", count(Truth::kNeverHere));
  json.EndObject();

  json.Key("cannot_run").BeginArray();
  for (const CannotRun& analytic : summary.cannot_run) {
    json.BeginObject()
        .Member("id", analytic.id)
        .Member("title", analytic.title)
        .Member("needs", analytic.needs)
        .EndObject();
  }
  json.EndArray();

  json.Key("policies").BeginArray();
  for (const PolicyCount& policy : summary.policies) {
    json.BeginObject().Member("id", policy.id).Member("title", policy.title);
    json.Member("level", Name(policy.level)).Member("state", policy.state);
    json.Member("apps", policy.apps).EndObject();
  }
  json.EndArray();

  if (outcome.audit != nullptr) WriteAudit(*outcome.audit, json);
  if (outcome.trails != nullptr) WriteTrails(*outcome.trails, json);

  if (outcome.trails != nullptr) {
    json.Key("gaps").BeginArray();
    for (const EvidenceGap& gap : outcome.trails->gaps) WriteGap(gap, json);
    json.EndArray();
  }

  json.Key("apps").BeginArray();
  for (const AppRow& app : summary.apps) WriteApp(app, json);
  json.EndArray();

  WriteRun(summary.run, json);
  json.EndObject();
  out.push_back('\n');
}

}  // namespace

extern constinit const SinkDef kSummaryJson;
constinit const SinkDef kSummaryJson = {
    .name = "summary",
    .file = "summary.json",
    .summary = "what was read, found, left out and why, with the apps seen, as JSON",
    .write = Write,
};

}  // namespace tokentrail::sink
