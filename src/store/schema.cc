#include "store/schema.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "model/field.h"
#include "store/trail_schema.h"

namespace tokentrail::store {
namespace {

using enum ColumnType;

/// Fields that are counts: a column one can sum.
bool IsNumber(Field field) {
  return field == Field::kItems || field == Field::kBytes || field == Field::kTokenLife;
}

std::vector<ColumnDef> EventColumns() {
  std::vector<ColumnDef> out = {
      {"event_id", kNumber, "1 for the oldest event, then up in the order of time"},
      {"time", kTime, "when it happened, UTC; NULL for what an export of the real state says"},
      {"source", kText, "the log it comes from, as in `tokentrail list sources`"},
      {"kind", kText, "what sort of thing it is: sign_in, consent, mail_read, api_call, ..."},
      {"outcome", kText, "success, failure or unknown"},
  };
  for (const FieldDef& field : Fields()) {
    std::string summary(field.summary);
    if (IsNumber(field.field)) summary += "; NULL when the log gives no whole number";
    out.push_back({ColumnOf(field.name), IsNumber(field.field) ? kNumber : kText, summary});
  }
  const std::vector<ColumnDef> place = {
      {"file_id", kNumber, "the evidence file that holds its record: files.file_id"},
      {"line", kNumber, "line of the record's first byte in the decoded text, from 1"},
      {"byte_offset", kNumber, "of the record's first byte in the decoded text"},
      {"byte_size", kNumber, "of the record"},
      {"content", kUuid, "hash of the record's bytes: joins to finding_evidence and raw_records"},
  };
  out.insert(out.end(), place.begin(), place.end());
  const std::vector<ColumnDef> who = {
      {"who_identity", kText, "who did it: whose account or service principal, see attribution.md"},
      {"who_identity_uid", kText, "its id"},
      {"who_via", kText,
       "through what: user (own client), app_for_user, app_only, platform or unknown"},
      {"who_client", kText, "the client that held the token: its id; NULL when nothing tells"},
      {"who_client_name", kText, "its name, as logged or as known"},
      {"who_holder", kText, "where the token was: own_device, app_service, elsewhere or unknown"},
      {"who_rung", kText, "what decided: record, token, client, session, circumstance, or none"},
      {"who_confidence", kText, "none, low, medium, high or certain"},
      {"who_reason", kText, "why, one word"},
      {"who_against", kText, "what speaks against it, one word; NULL when nothing does"},
      {"who_contradiction", kTruth, "true when two rungs name different clients or users"},
      {"issue_event_id", kNumber, "the event that issued the token or session: events.event_id"},
      {"grant_number", kNumber, "the grant that allowed it: grants.grant_number"},
  };
  out.insert(out.end(), who.begin(), who.end());
  // Numbers that are read many times as fast as the texts they stand for.
  const std::vector<ColumnDef> quick = {
      {"token_hash", kNumber, "hash of token_uid, to count and compare by; the same in each case"},
      {"token_issued_hash", kNumber, "of token_issued_uid"},
      {"session_hash", kNumber, "of actor_session_uid"},
      {"mailbox_hash", kNumber, "of mailbox_uid"},
      {"object_hash", kNumber, "of object_name"},
      {"url_hash", kNumber, "of http_request_url up to its question mark"},
      {"names_other_user", kTruth,
       "true when it may name a user besides the one who acts: as identity, mailbox, target, ..."},
      {"names_other_app", kTruth, "true when it may name an app besides app_uid"},
  };
  out.insert(out.end(), quick.begin(), quick.end());
  return out;
}

std::vector<TableDef> Make() {
  std::vector<TableDef> out;
  out.push_back({"case_info",
                 "what this case is: one row a fact",
                 {{"name", kText, "of the fact: schema_version, program_version, first_time, ..."},
                  {"value", kText, "as text; times like 2026-01-31T16:05:06.123456Z"}}});
  out.push_back(
      {"files",
       "the evidence that was read: one row a file, or a member of an archive",
       {{"file_id", kNumber, "1 and up, in the order of paths"},
        {"path", kText, "as given; a member of an archive is exports.zip!logs/audit.json"},
        {"disk_file", kText, "the file on disk: the archive, for a member of one"},
        {"disk_bytes", kNumber, "its size"},
        {"modified", kTime, "when it was last written, UTC"},
        {"sha256", kText, "of the file on disk; NULL for files that no finding cites"}}});
  out.push_back({"sources",
                 "the logs that the evidence holds: one row a source",
                 {{"source", kText, "as in `tokentrail list sources`"},
                  {"events", kNumber, "how many rows of events it has"},
                  {"duplicates", kNumber, "records that stand in several exports, counted once"},
                  {"superseded", kNumber, "records of earlier stages of a request"},
                  {"first_time", kTime, "of its oldest event, UTC"},
                  {"last_time", kTime, "of its newest event, UTC"}}});
  out.push_back(
      {"source_days",
       "how much of each log there is on each day: one row a source and a day with events",
       {{"source", kText, "as in sources"},
        {"day", kTime, "its first moment, UTC"},
        {"events", kNumber, "events of that log on that day"}}});
  out.push_back(
      {"users",
       "who acted: one row a name, id and tenant that stand together in events",
       {{"user_name", kText, "as recorded: events.actor_user_name"},
        {"user_uid", kText, "events.actor_user_uid"},
        {"tenant_uid", kText, "the tenant, organisation, workspace or cluster"},
        {"events", kNumber, "events with these three, exports of the real state among them"},
        {"first_time", kTime, "of the oldest of them, UTC"},
        {"last_time", kTime, "of the newest of them, UTC"}}});
  out.push_back({"events",
                 "every event, duplicates apart, oldest first; texts are redacted, and NULL where "
                 "the record says nothing",
                 EventColumns()});
  out.push_back(
      {"findings",
       "what the hunt found and shows (see --min-level): one row a finding",
       {{"finding_id", kText, "as `tokentrail show` takes it"},
        {"rule", kText, "the analytic (GRT-01), or the id of the Sigma rule"},
        {"origin", kText, "analytic, rule or policy"},
        {"title", kText, "what was found, in words"},
        {"level", kText, "informational, low, medium, high or critical"},
        {"level_number", kNumber, "0 for informational to 4 for critical, to sort by"},
        {"confidence", kText, "none, low, medium, high or certain"},
        {"first_time", kTime, "of the oldest event behind it, UTC"},
        {"last_time", kTime, "of the newest event behind it, UTC"},
        {"tenant_uid", kText, "the tenant, organisation, workspace or cluster it is about"},
        {"count", kNumber, "events behind it; may exceed its rows in finding_evidence (20)"},
        {"reasons", kTexts, "why, most important first"},
        {"attack", kTexts, "techniques of MITRE ATT&CK"},
        {"disproof", kText, "what would show that it is harmless"},
        {"cannot_say", kTexts, "gaps of the evidence that touch it"}}});
  out.push_back({"finding_entities",
                 "who and what a finding is about: one row an entity",
                 {{"finding_id", kText, "findings.finding_id"},
                  {"type", kText, "user, app, token, session, grant, credential, address, ..."},
                  {"id", kText, "its id, as logged"},
                  {"name", kText, "its name; NULL when none is known"}}});
  out.push_back(
      {"finding_evidence",
       "the records a finding cites, at most 20 a finding, oldest first",
       {{"finding_id", kText, "findings.finding_id"},
        {"number", kNumber, "1 and up within the finding"},
        {"time", kTime, "of the event, UTC"},
        {"source", kText, "the log it comes from"},
        {"operation", kText, "what the record says happened"},
        {"user", kText, "recorded user"},
        {"app", kText, "app, as the record names it"},
        {"ip", kText, "address of the caller"},
        {"file_id", kNumber, "files.file_id"},
        {"line", kNumber, "line of the record, from 1"},
        {"byte_offset", kNumber, "of the record's first byte in the decoded text"},
        {"byte_size", kNumber, "of the record"},
        {"content", kUuid, "hash of the record's bytes: events.content, raw_records.content"},
        {"record_sha256", kText, "SHA-256 of the record's original bytes"}}});
  out.push_back({"evidence_fields",
                 "which fields of a cited record carry the claim: one row a field",
                 {{"finding_id", kText, "findings.finding_id"},
                  {"number", kNumber, "finding_evidence.number"},
                  {"field", kText, "the normalised field, or the rule's own name for it"},
                  {"pointer", kText, "where it stands in the record: a JSON pointer (RFC 6901)"},
                  {"value", kText, "its value, redacted"}}});
  out.push_back(
      {"raw_records",
       "records as logged, secrets taken out: those that findings cite, or all with "
       "--keep-raw all, or none",
       {{"content", kUuid, "hash of the record's bytes: events.content"},
        {"source", kText, "the log it comes from"},
        {"file_id", kNumber, "files.file_id"},
        {"line", kNumber, "line of the record, from 1"},
        {"byte_offset", kNumber, "of its first byte in the decoded text"},
        {"record", kText, "the record, redacted; a CSV row has its header line before it"},
        {"record_sha256", kText, "SHA-256 of the original bytes"},
        {"cut", kTruth, "true when the text is longer than what is kept of it"}}});
  out.push_back(
      {"ledger",
       "what was left out, or noted, and why: one row a reason",
       {{"reason", kText, "such as source.bad_json, source.unclaimed, file.unreadable"},
        {"left_out", kTruth, "true: it is missing from events; false: used, but noted"},
        {"count", kNumber, "how many records, files or rules"},
        {"first_file_id", kNumber, "where the first of them stands: files.file_id"},
        {"first_line", kNumber, "and its line"},
        {"detail", kText, "of the first: what the parser said, the missing column, ..."}}});
  out.push_back(
      {"rules",
       "what became of each Sigma rule: the difference between nothing found and could not find",
       {{"rule", kText, "its id"},
        {"title", kText, "its title"},
        {"file", kText, "the file it stands in"},
        {"line", kNumber, "where it starts there"},
        {"level", kText, "informational, low, medium, high or critical"},
        {"log_source", kText, "the log it is about, as Sigma names it"},
        {"correlation", kTruth, "true for a correlation of other rules"},
        {"truth", kText, "fired, could fire, no source, or never here"},
        {"hits", kNumber, "events that it matched"},
        {"sources", kTexts, "ours that serve its log, as far as they were read"},
        {"field", kText, "what it waits for in vain, when it can never fire here"},
        {"reason", kText, "why it did not and could not fire; NULL when it did or could"},
        {"nearest_field", kText, "a field that records do have and that looks like it"}}});
  for (TableDef& table : TrailTables()) out.push_back(std::move(table));
  return out;
}

}  // namespace

const std::vector<TableDef>& AllTables() {
  static const std::vector<TableDef> tables = Make();
  return tables;
}

const TableDef& TableOf(std::string_view name) {
  const auto& all = AllTables();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const TableDef& table) { return table.name == name; });
  CHECK(found != all.end());
  return *found;
}

std::string_view SqlName(ColumnType type) {
  switch (type) {
    case kNumber:
      return "BIGINT";
    case kText:
      return "VARCHAR";
    case kTime:
      return "TIMESTAMP";
    case kUuid:
      return "UUID";
    case kTruth:
      return "BOOLEAN";
    case kTexts:
      return "VARCHAR[]";
  }
  return "VARCHAR";
}

std::string ColumnOf(std::string_view field_name) {
  std::string out(field_name);
  std::replace(out.begin(), out.end(), '.', '_');
  return out;
}

std::string Quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out.append(c == '\'' ? 2 : 1, c);
  return out + "'";
}

std::string CreateSql(const TableDef& table) {
  std::string out = fmt::format("CREATE TABLE {} (", table.name);
  for (const ColumnDef& column : table.columns) {
    out += fmt::format("{}\"{}\" {}", out.ends_with('(') ? "" : ", ", column.name,
                       SqlName(column.type));
  }
  out += fmt::format(");\nCOMMENT ON TABLE {} IS {};\n", table.name, Quoted(table.summary));
  for (const ColumnDef& column : table.columns) {
    out += fmt::format("COMMENT ON COLUMN {}.\"{}\" IS {};\n", table.name, column.name,
                       Quoted(column.summary));
  }
  return out;
}

}  // namespace tokentrail::store
