#include "cli/trail_hash.h"

#include <fmt/format.h>

#include <vector>

namespace tokentrail::cli {
namespace {

struct Hashed {
  std::string_view column;
  std::string_view hash;
};
constexpr Hashed kHashed[] = {
    {"token_uid", "token_hash"},           {"token_issued_uid", "token_issued_hash"},
    {"actor_session_uid", "session_hash"}, {"mailbox_uid", "mailbox_hash"},
    {"object_name", "object_hash"},        {"http_request_url", "url_hash"},
};

/// So few events are looked up one by one: a scan reads more than they need.
constexpr size_t kFew = 32;

/// What else an object may be named by: where there is any of it, texts are compared with texts.
constexpr std::string_view kOtherNames[] = {"k8s_namespace", "k8s_name", "k8s_service_account"};

/// The text of a thing in `events`, or its hash in trail_story.
std::string Expression(std::string_view column) {
  return column == "token" ? "coalesce(token_issued_uid, token_uid)" : std::string(column);
}

}  // namespace

TrailHashes TrailHashes::Of(const TrailCase& asked) {
  TrailHashes out;
  for (const Hashed& one : kHashed) {
    if (!asked.Has("events", one.hash)) return TrailHashes();
    out.hashes_.emplace(one.column, one.hash);
  }
  for (const std::string_view other : kOtherNames) {
    if (asked.Holds(other)) out.hashes_.erase("object_name");
  }
  return out;
}

std::string TrailHashes::Source(std::string_view column) const {
  const auto found = hashes_.find(column);
  return found == hashes_.end() ? std::string(column) : found->second;
}

std::string TrailHashes::Column(const TrailCase& asked, std::string_view column) const {
  // On no page.
  if (any() && column == "http_request_user_agent") {
    return fmt::format("NULL::VARCHAR AS {}", column);
  }
  if (!Holds(column)) return asked.Column(column);
  return fmt::format("{} AS {}", asked.Holds(column) ? Source(column) : "NULL::BIGINT", column);
}

void TrailTexts::WantHash(std::string_view column, const std::string& hash) {
  if (!hash.empty()) hashes_[std::string(column)].insert(hash);
}

void TrailTexts::WantEvent(std::string_view column, const std::string& event_id) {
  if (!event_id.empty()) events_.emplace(column, event_id);
}

Result<Done> TrailTexts::Read(const TrailCase& asked) {
  // An event for each hash, the oldest.
  std::map<Key, std::string> events;
  for (const auto& [column, hashes] : hashes_) {
    std::string list;
    for (const std::string& hash : hashes) {
      list += (list.empty() ? "" : ", ") + hash;
    }
    for (const auto& row : TRY(asked.Ask(
             fmt::format("SELECT {0}, min(event_id) FROM trail_story WHERE {0} IN ({1}) GROUP BY 1",
                         Expression(column), list)))) {
      events.emplace(Key(column, row[0]), row[1]);
    }
  }
  std::set<std::string> columns;
  std::set<std::string> ids;
  for (const auto& [key, event] : events) {
    columns.insert(key.first);
    ids.insert(event);
  }
  for (const auto& [column, event] : events_) {
    columns.insert(column);
    ids.insert(event);
  }
  if (ids.empty()) return Done{};
  std::string selected;
  for (const std::string& column : columns) selected += ", " + Expression(column);
  std::map<Key, std::string> texts;  // by column and event
  std::string sql;
  if (ids.size() > kFew) {
    sql = fmt::format(
        "SELECT event_id{} FROM events SEMI JOIN (SELECT unnest([{}]) AS event_id) USING "
        "(event_id)",
        selected, fmt::join(ids, ", "));
  } else {
    for (const std::string& id : ids) {
      sql += fmt::format("{}SELECT event_id{} FROM events WHERE event_id = {}",
                         sql.empty() ? "" : " UNION ALL ", selected, id);
    }
  }
  for (auto& row : TRY(asked.Ask(sql))) {
    size_t at = 1;
    for (const std::string& column : columns) {
      texts.emplace(Key(column, row[0]), std::move(row[at]));
      ++at;
    }
  }
  for (const auto& [key, event] : events) of_hash_[key] = texts[Key(key.first, event)];
  for (const Key& key : events_) of_event_[key] = texts[key];
  return Done{};
}

std::string TrailTexts::OfHash(std::string_view column, const std::string& hash) const {
  const auto found = of_hash_.find(Key(column, hash));
  return found == of_hash_.end() ? std::string() : found->second;
}

std::string TrailTexts::OfEvent(std::string_view column, const std::string& event_id) const {
  const auto found = of_event_.find(Key(column, event_id));
  return found == of_event_.end() ? std::string() : found->second;
}

}  // namespace tokentrail::cli
