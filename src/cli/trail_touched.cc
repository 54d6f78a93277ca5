#include "cli/trail_touched.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "base/text.h"
#include "cli/interrupt.h"
#include "cli/terminal.h"
#include "cli/trail_follow.h"
#include "cli/trail_hash.h"
#include "sink/csv_writer.h"

namespace tokentrail::cli {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMost = 5;  ///< named beside each count

/// One row an act and a thing it touched. What failed touched nothing. Where `id` is a hash,
/// `hash_of` is the column of its text.
std::string TouchesSql(const std::string& from, const TrailHashes& hashes, bool messages) {
  struct Part {
    std::string_view type;
    std::string_view id;  ///< columns, or other expressions, with a bar between: the first that is
    std::string_view owner;
    std::string_view where;
  };
  static constexpr Part kParts[] = {
      {"mailbox", "mailbox_uid", "mailbox_uid",
       "kind IN ('mail_read', 'mail_send', 'mail_rule') AND mailbox_uid IS NOT NULL"},
      {"repository", "object_name", "NULL",
       "starts_with(source, 'github') AND kind IN ('file_access', 'api_call') AND object_name IS "
       "NOT NULL"},
      {"file", "object_name", "NULL",
       "kind = 'file_access' AND NOT starts_with(source, 'github') AND object_name IS NOT NULL"},
      {"record", "object_name|metadata_event_code", "NULL",
       "starts_with(source, 'salesforce') AND kind = 'api_call'"},
      // Without what is asked for: of one address the questions differ every time.
      {"object", "object_name|http_request_url", "NULL",
       "kind = 'api_call' AND NOT starts_with(source, 'github') AND NOT starts_with(source, "
       "'salesforce') AND coalesce(object_name, http_request_url) IS NOT NULL"},
      {"object", "concat_ws('/', k8s_resource, k8s_namespace, k8s_name)", "k8s_namespace",
       "kind IN ('kubernetes', 'exec') AND k8s_resource IS NOT NULL"},
      {"object", "coalesce(target_name, app_name, target_uid, app_uid)", "target_type",
       "kind IN ('app_change', 'credential_change', 'owner_change', 'user_change', "
       "'device_change', 'policy_change', 'role_change') AND coalesce(target_name, app_name, "
       "target_uid, app_uid) IS NOT NULL"},
      {"role", "role_name", "coalesce(target_name, target_uid)",
       "kind IN ('role_assignment', 'app_role_grant', 'role_revoked') AND role_name IS NOT NULL"},
  };
  std::string out;
  for (const Part& part : kParts) {
    std::string id;
    std::string hash_of;
    for (const std::string_view column : Split(part.id, "|")) {
      const bool hashed = hashes.Holds(column);
      const bool query = column == "http_request_url" && !hashed;
      id += fmt::format("{}{}", id.empty() ? "" : ", ",
                        query ? "split_part(http_request_url, '?', 1)" : std::string(column));
      if (hashed) id += "::VARCHAR";
      hash_of += fmt::format(" WHEN {} IS NOT NULL THEN {}", column,
                             hashed ? fmt::format("'{}'", column) : "NULL");
    }
    out += fmt::format(
        "{}SELECT {} AS owner, '{}' AS type, coalesce({}) AS id, {} AS hash_of, volume_items AS "
        "items, * FROM {} WHERE outcome <> 'failure' AND {}",
        out.empty() ? "" : " UNION ALL ", part.owner, part.type, id,
        hashes.any() ? "CASE" + hash_of + " END" : "NULL::VARCHAR", from, part.where);
  }
  if (messages) {
    out += fmt::format(
        " UNION ALL SELECT mailbox_uid AS owner, 'message' AS type, "
        "unnest(string_split(volume_item_uids, ' ')) AS id, NULL AS hash_of, 1 AS items, * FROM {} "
        "WHERE outcome <> "
        "'failure' AND volume_item_uids IS NOT NULL",
        from);
  }
  return out;
}

constexpr std::string_view kColumns[] = {
    "identity",   "client",    "client_name",   "holder",       "confidence",
    "type",       "id",        "owner",         "count",        "items",
    "first_time", "last_time", "evidence_file", "evidence_line"};

}  // namespace

std::string StoryWithin(const TrailBounds& bounds) {
  std::string where;
  if (bounds.since) where += fmt::format(" AND epoch_us(time) >= {}", bounds.since->micros);
  if (bounds.until) where += fmt::format(" AND epoch_us(time) <= {}", bounds.until->micros);
  if (where.empty()) return "trail_story";
  return "(SELECT * FROM trail_story WHERE true" + where + ")";
}

Result<Done> ReadTouched(const TrailCase& asked, const std::string& from, const TrailHashes& hashes,
                         TrailStory& story) {
  // Of those touched as often the one touched first comes first, hash or not.
  TrailRows rows = TRY(asked.Ask(fmt::format(
      "SELECT type, id, first, hash_of, count(*) OVER of, (sum(acts) OVER of)::BIGINT, (sum(items) "
      "OVER of)::BIGINT FROM (SELECT type, id, hash_of, min(event_id) AS first, count(*) AS acts, "
      "sum(items) AS items FROM ({}) WHERE id <> '' GROUP BY type, id, hash_of) WINDOW of AS "
      "(PARTITION BY type) QUALIFY row_number() OVER (PARTITION BY type ORDER BY acts DESC, first, "
      "id) <= {} ORDER BY type, acts DESC, first, id",
      TouchesSql(from, hashes, !hashes.any()), kMost)));
  TrailTexts texts;
  for (const auto& row : rows) {
    if (!row[3].empty()) texts.WantEvent(row[3], row[2]);
  }
  TRY(texts.Read(asked));
  for (auto& row : rows) {
    if (row[3].empty()) continue;
    row[1] = texts.OfEvent(row[3], row[2]);
    if (row[3] == "http_request_url") row[1].resize(std::min(row[1].size(), row[1].find('?')));
  }
  for (const auto& row : rows) {
    if (story.touched.empty() || story.touched.back().type != row[0]) {
      story.touched.push_back({row[0], ToCount(row[4]), ToCount(row[5]), ToCount(row[6]), {}});
    }
    story.touched.back().most.push_back(row[1]);
  }
  return Done{};
}

Result<uint64_t> WriteTouched(const TrailCase& asked, const TrailBounds& bounds,
                              const std::string& path, bool clobber) {
  const bool standard = path == "-";
  std::error_code ignored;
  if (!standard && fs::exists(path, ignored) && !clobber) {
    return Error{ErrorKind::kConflict,
                 fmt::format("'{}' exists; replace it with -C", Printable(path))};
  }
  const auto failed = [&] {
    return Error{ErrorKind::kIo, fmt::format("'{}' can't be written", Printable(path))};
  };
  const std::string part = path + ".part";
  std::FILE* file = standard ? nullptr : std::fopen(part.c_str(), "wb");
  if (!standard && file == nullptr) return failed();
  std::string text;
  const auto pass = [&](bool all) -> Result<Done> {
    if (text.size() < (size_t{1} << 20) && !all) return Done{};
    if (standard) {
      TRY(Print(text));
    } else if (std::fwrite(text.data(), 1, text.size(), file) != text.size()) {
      return failed();
    }
    text.clear();
    return Done{};
  };
  sink::CsvWriter csv(text);
  for (const std::string_view column : kColumns) csv.Cell(column);
  csv.EndRow();
  const std::string sql = fmt::format(
      "SELECT identity, client, coalesce(client_name, trail_names.name), holder, confidence, type, "
      "id, owner, n, items, "
      "strftime(first, '%Y-%m-%dT%H:%M:%S.%fZ'), strftime(last, '%Y-%m-%dT%H:%M:%S.%fZ'), path, "
      "line FROM (SELECT coalesce(trail_names.name, who_identity, actor_user_name, actor_user_uid, "
      "actor_app_name) AS identity, {0} AS client, arg_min({1}, event_id) AS client_name, "
      "coalesce(who_holder, 'unknown') AS holder, coalesce(who_confidence, 'none') AS confidence, "
      "type, id, owner, count(*) AS n, sum(items)::BIGINT AS items, min(time) AS first, max(time) "
      "AS last, arg_min(file_id, event_id) AS file_id, arg_min(line, event_id) AS line FROM ({2}) "
      "LEFT JOIN trail_names ON trail_names.uid = coalesce(who_identity, actor_user_uid) WHERE "
      "type "
      "<> 'role' AND id <> '' GROUP BY ALL) LEFT JOIN files USING (file_id) LEFT JOIN trail_names "
      "ON trail_names.uid = client ORDER BY identity, "
      "client, holder, confidence, type, id, owner",
      ClientSql(), ClientNameSql(), TouchesSql(StoryWithin(bounds), TrailHashes(), true));
  const store::QueryOptions options{.stop = &StopFlag()};
  auto ended = asked.store().Ask(
      sql, options, [](const std::vector<store::ResultColumn>&) -> Result<Done> { return Done{}; },
      [&](const std::vector<store::ResultCell>& cells) -> Result<Done> {
        for (size_t i = 0; i < cells.size(); ++i) {
          const bool number = i == 8 || i == 9 || i == 13;
          if (number) {
            csv.Plain(cells[i].text);
          } else {
            csv.Cell(cells[i].text);
          }
        }
        csv.EndRow();
        return pass(false);
      });
  Result<Done> done = ended.ok() ? pass(true) : Result<Done>(ended.error());
  if (file != nullptr) {
    const bool closed = std::fclose(file) == 0;
    if (done.ok() && (!closed || std::rename(part.c_str(), path.c_str()) != 0)) done = failed();
    if (!done.ok()) fs::remove(part, ignored);
  }
  if (!done.ok()) return done.error();
  return ended.value().rows;
}

}  // namespace tokentrail::cli
