// Writes a case of many events by SQL, to time `tokentrail trail` on: tokentrail_trail_case FOLDER
// [EVENTS]
//
// 29 days, 5,000 users, 300 apps, one token for about two events. The app `00000002-1111-...` comes
// up on the fifteenth day and is used 5,000 times in three; the app `00000001-1111-...` makes one
// event in a hundred all the time.

#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <string>

#include "store/connection.h"
#include "store/library.h"
#include "store/lives.h"
#include "store/schema.h"
#include "store/store.h"

namespace {

using namespace tokentrail;  // NOLINT: a program of its own

/// What the columns of an event are made of: `i` its number, `h` a number that follows from it,
/// `k` 0 to 99 for its sort, `u` a user, `a` an app.
const std::map<std::string, std::string> kCells = {
    {"event_id", "i + 1"},
    {"time", "TIMESTAMP '2026-01-01' + to_microseconds(i * (2505600000000 // n))"},
    {"source",
     "CASE WHEN k < 30 THEN 'entra_signin' WHEN k < 60 THEN 'm365_audit' WHEN k < 98 THEN "
     "'graph_activity' ELSE 'entra_audit' END"},
    {"kind",
     "CASE WHEN k < 30 THEN 'sign_in' WHEN k < 50 THEN 'mail_read' WHEN k < 60 THEN 'file_access' "
     "WHEN k < 98 THEN 'api_call' WHEN h % 97 < 2 THEN 'consent' ELSE 'other' END"},
    {"outcome", "CASE WHEN h % 50 = 0 THEN 'failure' ELSE 'success' END"},
    {"tenant_uid", "'6ca4e92f-3cae-4c25-bbf7-3db75a24bf26'"},
    {"metadata_event_code",
     "CASE WHEN k < 30 THEN 'Sign-in activity' WHEN k < 50 THEN 'MailItemsAccessed' WHEN k < 60 "
     "THEN 'FileDownloaded' WHEN k < 98 THEN 'GET' WHEN h % 97 < 2 THEN 'Consent to application' "
     "ELSE 'Update user' END"},
    {"metadata_correlation_uid", "md5((h // 7)::VARCHAR)"},
    {"actor_user_name", "'user' || u || '@contoso.example'"},
    {"actor_user_uid", "printf('%08d-0000-4000-8000-000000000000', u)"},
    {"app_uid", "printf('%08d-1111-4000-8000-000000000000', a)"},
    {"app_name", "'App ' || a"},
    {"resource_name", "'Microsoft Graph'"},
    {"token_uid",
     "CASE WHEN k < 98 THEN printf('%012d-2222-4000-8000', (i // 2000) * 40000 + u * 7 + a % 7) "
     "END"},
    {"actor_session_uid",
     "CASE WHEN k < 98 THEN printf('%012d-3333-4000-8000', (i // 200000) * 5000 + u) END"},
    {"src_endpoint_ip", "'203.0.' || (u % 250) || '.' || (u // 250 + a % 3)"},
    {"http_request_user_agent", "'Mozilla/5.0 (agent ' || u % 200 || ')'"},
    {"status_code", "CASE WHEN h % 50 = 0 THEN '50126' ELSE '0' END"},
    {"mailbox_uid", "CASE WHEN k BETWEEN 30 AND 49 THEN 'user' || u || '@contoso.example' END"},
    {"volume_items", "CASE WHEN k BETWEEN 30 AND 49 THEN h % 40 END"},
    {"volume_item_uids",
     "CASE WHEN k BETWEEN 30 AND 49 THEN '<' || i || '@contoso.example> <' || i + 1 || "
     "'@contoso.example>' END"},
    {"object_name",
     "CASE WHEN k BETWEEN 50 AND 59 THEN 'https://contoso.sharepoint.example/s' || h % 500 || "
     "'/doc' || h % 50000 || '.docx' END"},
    {"http_request_url",
     "CASE WHEN k BETWEEN 60 AND 97 THEN 'https://graph.microsoft.com/v1.0/users/' || u || "
     "'/messages/' || h % 1000 END"},
    {"file_id", "1"},
    {"line", "i + 1"},
    {"byte_offset", "i * 900"},
    {"byte_size", "900"},
    {"content", "md5(i::VARCHAR)::UUID"},
    {"who_identity", "'user' || u || '@contoso.example'"},
    {"who_identity_uid", "printf('%08d-0000-4000-8000-000000000000', u)"},
    {"who_via", "'app_for_user'"},
    {"who_client", "printf('%08d-1111-4000-8000-000000000000', a)"},
    {"who_client_name", "'App ' || a"},
    {"who_holder", "CASE WHEN h % 9 = 0 THEN 'elsewhere' ELSE 'unknown' END"},
    {"who_rung", "'token'"},
    {"who_confidence", "'high'"},
    {"who_reason", "'token_issued'"},
    {"who_contradiction", "false"},
    {"token_hash",
     "CASE WHEN k < 98 THEN hash((i // 2000) * 40000 + u * 7 + a % 7)::HUGEINT - (1::HUGEINT << 63) "
     "END"},
    {"session_hash",
     "CASE WHEN k < 98 THEN hash((i // 200000) * 5000 + u, 's')::HUGEINT - (1::HUGEINT << 63) END"},
    {"mailbox_hash",
     "CASE WHEN k BETWEEN 30 AND 49 THEN hash(u, 'm')::HUGEINT - (1::HUGEINT << 63) END"},
    {"object_hash",
     "CASE WHEN k BETWEEN 50 AND 59 THEN hash(h % 500, h % 50000)::HUGEINT - (1::HUGEINT << 63) "
     "END"},
    {"url_hash",
     "CASE WHEN k BETWEEN 60 AND 97 THEN hash(u, h % 1000)::HUGEINT - (1::HUGEINT << 63) END"},
    {"names_other_user", "false"},
    {"names_other_app", "false"},
};

std::string EventsSql(uint64_t events) {
  std::string cells;
  for (const store::ColumnDef& column : store::TableOf("events").columns) {
    const auto found = kCells.find(column.name);
    cells += fmt::format("{}{}", cells.empty() ? "" : ", ",
                         found == kCells.end() ? "NULL" : found->second);
  }
  // 5,000 events of app 2 in three days of 29, whatever the number of all.
  return fmt::format(
      "INSERT INTO events SELECT {} FROM (SELECT i, h, n, (h // 100) % 100 AS k, (h // 10000) % "
      "5000 AS u, CASE WHEN i * 29 // n BETWEEN 14 AND 16 AND h % greatest(1, n * 3 // 29 // 5000) "
      "= 0 THEN 2 WHEN h % 100 = 1 THEN 1 ELSE 3 + (h // 10000) % 297 END AS a FROM (SELECT range "
      "AS i, (hash(range) >> 1)::BIGINT AS h, {} AS n FROM range({})))",
      cells, events, events);
}

Result<Done> Write(const std::string& folder, uint64_t events) {
  const store::duck::Api* api = TRY(store::Library());
  const std::string path = folder + "/" + std::string(store::kCaseFile);
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  std::filesystem::remove(path, ignored);
  if (std::FILE* key = std::fopen((folder + "/case.key").c_str(), "w"); key != nullptr) {
    std::fclose(key);
  }
  const store::duck::Session session = TRY(store::duck::Session::Open(
      *api, path, {{"memory_limit", "8GB"}, {"temp_directory", folder + "/tmp"}}));
  (void)session.Execute("SET disabled_compression_methods = 'fsst,dict_fsst,zstd'").ok();
  for (const store::TableDef& table : store::AllTables()) {
    TRY(session.Execute(store::CreateSql(table)));
  }
  TRY(session.Execute(EventsSql(events)));
  TRY(session.Execute("INSERT INTO files (file_id, path) VALUES (1, 'logs/a.jsonl')"));
  TRY(session.Execute("INSERT INTO case_info VALUES ('schema_version', '1')"));
  TRY(
      session.Execute("INSERT INTO sources SELECT source, count(*), 0, 0, min(time), max(time) "
                      "FROM events GROUP BY "
                      "source"));
  TRY(session.Execute(
      "INSERT INTO apps (tenant_uid, platform, app_uid, app_name, events) SELECT tenant_uid, "
      "'entra', app_uid, min(app_name), count(*) FROM events GROUP BY ALL"));
  TRY(session.Execute(
      "INSERT INTO source_days SELECT source, date_trunc('day', time), count(*) FROM "
      "events GROUP BY ALL ORDER BY 2, 1"));
  TRY(store::WriteLives(session));
  return session.Execute("CHECKPOINT");
}

}  // namespace

int main(int argc, char** argv) {
  uint64_t events = 10'000'000;
  if (argc == 3) std::from_chars(argv[2], argv[2] + std::strlen(argv[2]), events);
  if (argc < 2 || argc > 3 || events == 0) {
    std::fputs("usage: tokentrail_trail_case FOLDER [EVENTS]\n", stderr);
    return 2;
  }
  const auto done = Write(argv[1], events);
  if (!done.ok()) std::fprintf(stderr, "%s\n", done.error().message.c_str());
  return done.ok() ? 0 : 1;
}
