#include "cli/trail_follow.h"

#include <fmt/format.h>

#include <string_view>

#include "base/text.h"
#include "trail/stage.h"

namespace tokentrail::cli {
namespace {

/// More tokens than these are not followed to other places: an office's address sees everybody.
constexpr uint64_t kMaxTokens = 500;
/// More apps than these are not asked for their consents.
constexpr uint64_t kMaxApps = 500;

/// Kinds of which the app that the record names is the one that held the token; of changes it is
/// the one that was changed.
constexpr std::string_view kHeldBy =
    "'sign_in', 'mail_read', 'mail_send', 'file_access', 'api_call', 'token_minted'";

/// What every event of a story tells.
constexpr std::string_view kColumns[] = {"event_id",
                                         "time",
                                         "source",
                                         "kind",
                                         "outcome",
                                         "tenant_uid",
                                         "status_code",
                                         "metadata_event_code",
                                         "actor_user_name",
                                         "actor_user_uid",
                                         "actor_app_name",
                                         "actor_app_uid",
                                         "app_uid",
                                         "app_name",
                                         "resource_name",
                                         "token_uid",
                                         "token_issued_uid",
                                         "actor_session_uid",
                                         "actor_session_credential_uid",
                                         "src_endpoint_ip",
                                         "http_request_user_agent",
                                         "token_protocol",
                                         "mailbox_uid",
                                         "volume_items",
                                         "object_name",
                                         "http_request_url",
                                         "k8s_resource",
                                         "k8s_namespace",
                                         "k8s_name",
                                         "k8s_service_account",
                                         "who_identity",
                                         "who_via",
                                         "who_client",
                                         "who_client_name",
                                         "who_holder",
                                         "who_confidence",
                                         "who_reason",
                                         "who_against",
                                         "who_contradiction",
                                         "issue_event_id",
                                         "grant_number",
                                         "file_id",
                                         "line",
                                         "byte_offset",
                                         "app_object_uid",
                                         "grant_uid",
                                         "grant_scopes",
                                         "grant_scopes_added",
                                         "grant_scopes_removed",
                                         "grant_consent_type",
                                         "grant_principal_uid",
                                         "grant_reason",
                                         "target_uid",
                                         "target_name",
                                         "target_type",
                                         "role_name",
                                         "k8s_exec_command",
                                         "metadata_flow_uid",
                                         "app_credentials_removed"};
/// Few events are fetched one by one: a scan reads much more than they need.
constexpr uint64_t kFew = 64;
/// A story of more events is read with hashes.
constexpr uint64_t kLong = 1'000;

/// What is read for a story.
struct Reading {
  const TrailCase& asked;
  std::string of;  ///< ` AND ...`: of which tenant, and when
  bool with_items = false;
  TrailHashes hashes;
};

/// The columns of trail_story.
std::string Columns(const Reading& reading) {
  std::string out;
  for (const std::string_view column : kColumns) {
    out +=
        fmt::format("{}{}", out.empty() ? "" : ", ", reading.hashes.Column(reading.asked, column));
  }
  // A NULL has no type of its own.
  out += ", " + (reading.with_items ? reading.asked.Column("volume_item_uids")
                                    : std::string("NULL::VARCHAR AS volume_item_uids"));
  return out;
}

/// Rows of trail_story: `from` ends before WHERE, `where` begins after it.
std::string Scan(const Reading& reading, std::string_view from, std::string_view where) {
  return fmt::format("SELECT {} FROM {} WHERE {}{}", Columns(reading), from, where, reading.of);
}

/// The same for the events in the table `ids`.
Result<std::string> Rows(const Reading& reading, std::string_view ids) {
  const TrailRows rows = TRY(reading.asked.Ask(
      fmt::format("SELECT event_id, count(*) OVER () FROM {} LIMIT {}", ids, kFew)));
  const uint64_t count = rows.empty() ? 0 : ToCount(rows[0][1]);
  if (count == 0 || count > kFew) {
    return Scan(reading, fmt::format("events SEMI JOIN {} USING (event_id)", ids), "true");
  }
  const std::string columns = Columns(reading);
  std::string out;
  for (const auto& row : rows) {
    out += fmt::format("{}SELECT {} FROM events WHERE event_id = {}{}",
                       out.empty() ? "" : " UNION ALL ", columns, ToCount(row[0]), reading.of);
  }
  return out;
}

class Follower {
 public:
  explicit Follower(Reading reading) : reading_(std::move(reading)), asked_(reading_.asked) {}

  Result<Done> Start(const TrailChoice& choice) {
    const std::string& column = choice.most_column;
    uint64_t most = choice.most_count;
    if (!column.empty() && most == 0) {
      most = TRY(Count("SELECT count(*) FROM events WHERE " + In(column, choice.most_values)));
    }
    if (!column.empty() && most > kFew) {
      std::string values;
      for (const std::string& value : choice.most_values) {
        values += (values.empty() ? "" : ", ") + store::Literal(value);
      }
      // A join skips as a condition does, and passes its few rows of each block on together: with a
      // condition each block is a piece of its own. Source: measured, twice to three times as fast.
      TRY(asked_.Keep("trail_story",
                      Scan(reading_,
                           fmt::format("events SEMI JOIN (SELECT unnest([{}]) AS {}) "
                                       "USING ({})",
                                       values, column, column),
                           "true")));
      return Add(choice.more_sql);
    }
    TRY(asked_.Keep("trail_ids", "SELECT DISTINCT event_id FROM (" + choice.ids_sql + ")"));
    const std::string rows = TRY(Rows(reading_, "trail_ids"));
    return asked_.Keep("trail_story", rows);
  }

  /// Adds the events that these statements name.
  Result<Done> Add(const std::vector<std::string>& statements) {
    if (statements.empty()) return Done{};
    TRY(asked_.Keep("trail_more",
                    fmt::format("SELECT DISTINCT event_id FROM ({}) ANTI JOIN trail_story USING "
                                "(event_id) WHERE event_id IS NOT NULL",
                                fmt::join(statements, " UNION ALL "))));
    if (TRY(Count("SELECT count(*) FROM trail_more")) == 0) return Done{};
    const std::string rows = TRY(Rows(reading_, "trail_more"));
    TRY(asked_.Keep("trail_added", rows));
    return asked_.Keep("trail_story", "FROM trail_story UNION ALL FROM trail_added");
  }

  Result<uint64_t> Count(const std::string& sql) const {
    const TrailRows rows = TRY(asked_.Ask(sql));
    return rows.empty() ? 0 : ToCount(rows[0][0]);
  }

 private:
  Reading reading_;
  const TrailCase& asked_;
};

/// Consents to the apps of the story, as far as they concern its users.
std::string Consents(const TrailCase& asked) {
  std::string columns;
  for (const std::string_view column :
       {"event_id", "kind", "app_uid", "app_object_uid", "grant_principal_uid",
        "grant_consent_type", "grant_is_admin_consent", "actor_user_name"}) {
    columns += (columns.empty() ? "" : ", ") + asked.Column(column);
  }
  return "SELECT event_id FROM (SELECT " + columns +
         " FROM events) WHERE kind IN ('consent', 'delegated_grant', "
         "'app_role_grant', 'app_authorized', 'delegation', 'app_revoked') AND (app_uid IN (SELECT "
         "app FROM trail_apps) OR app_object_uid IN (SELECT object FROM trail_objects)) AND CASE "
         "WHEN grant_principal_uid IS NOT NULL THEN grant_principal_uid IN (SELECT uid FROM "
         "trail_users) WHEN kind IN ('app_role_grant', 'delegation') OR grant_consent_type = "
         "'AllPrincipals' OR lower(grant_is_admin_consent) = 'true' THEN true ELSE actor_user_name "
         "IN (SELECT uid FROM trail_users) END";
}

/// Everything that lies around the events that name the subject.
Result<Done> Gather(const TrailCase& asked, const TrailChoice& choice, Follower& follower,
                    TrailFollowed& out) {
  const bool of_app = choice.subjects.size() == 1 && choice.subjects[0].type == "app";
  const bool of_user = choice.subjects.size() == 1 && choice.subjects[0].type == "user";

  // Where else the tokens were used.
  if (choice.follow_tokens) {
    TRY(asked.Keep("trail_tokens",
                   "SELECT DISTINCT token_uid AS uid FROM trail_story WHERE token_uid IS NOT NULL "
                   "UNION SELECT token_issued_uid FROM trail_story WHERE token_issued_uid IS NOT "
                   "NULL"));
    const uint64_t tokens = TRY(follower.Count("SELECT count(*) FROM trail_tokens"));
    if (tokens > kMaxTokens) {
      out.left.push_back(fmt::format(
          "where else its {} tokens were used is not followed: there are too many; ask for one of "
          "them with --token, or for fewer with --since and --until",
          Grouped(tokens)));
    } else if (tokens > 0) {
      TRY(follower.Add({fmt::format(
          "SELECT event_id FROM events SEMI JOIN trail_tokens t ON events.{} = t.uid",
          out.hashes.Source("token_uid"))}));
    }
  }

  // What issued them, and the sign-in at which each session began.
  std::vector<std::string> behind;
  const bool knows_issue = asked.Has("events", "issue_event_id");
  if (knows_issue) {
    behind.emplace_back("SELECT DISTINCT issue_event_id AS event_id FROM trail_story");
  }
  if (!of_app && !of_user) {
    if (!knows_issue) {  // an older program's, which wrote no hashes either
      behind.emplace_back(
          "SELECT event_id FROM events SEMI JOIN (SELECT DISTINCT token_uid FROM trail_story WHERE "
          "token_uid IS NOT NULL) USING (token_uid) WHERE kind = 'sign_in'");
    }
    behind.push_back(fmt::format(
        "SELECT min(event_id) AS event_id FROM events SEMI JOIN (SELECT DISTINCT "
        "actor_session_uid AS uid FROM trail_story WHERE actor_session_uid IS NOT NULL) s ON "
        "events.{0} = s.uid WHERE kind = 'sign_in' AND outcome <> 'failure' GROUP BY {0}",
        out.hashes.Source("actor_session_uid")));
  }
  TRY(follower.Add(behind));

  // Who allowed it, and who added the credential.
  std::vector<std::string> allowed;
  if (!of_app) {
    TRY(asked.Keep("trail_apps",
                   fmt::format("SELECT DISTINCT coalesce(who_client, app_uid) AS app FROM "
                               "trail_story WHERE kind IN ({}) AND coalesce(who_client, app_uid) "
                               "IS NOT NULL",
                               BulkKindsSql())));
    const uint64_t apps = TRY(follower.Count("SELECT count(*) FROM trail_apps"));
    if (apps > kMaxApps) {
      out.left.push_back(
          fmt::format("consents to its {} apps are not looked up: there are too "
                      "many; ask for one of them with --app",
                      Grouped(apps)));
    } else if (apps > 0) {
      TRY(asked.Keep("trail_objects",
                     "SELECT DISTINCT app_object_uid AS object FROM events SEMI JOIN trail_apps a "
                     "ON events.app_uid = a.app WHERE app_object_uid IS NOT NULL"));
      TRY(asked.Keep("trail_users",
                     "SELECT DISTINCT unnest([actor_user_name, actor_user_uid, who_identity]) AS "
                     "uid FROM trail_story"));
      allowed.push_back(Consents(asked));
    }
  }
  if (asked.Holds("actor_session_credential_uid"))
    allowed.emplace_back(
        "SELECT event_id FROM events WHERE kind = 'credential_change' AND "
        "list_has_any(string_split(actor_session_credential_uid, ' '), (SELECT "
        "list(DISTINCT actor_session_credential_uid) FROM trail_story WHERE kind = 'sign_in' AND "
        "actor_session_credential_uid IS NOT NULL))");
  TRY(follower.Add(allowed));

  // The sign-in that showed the prompt: it says where the person was who consented.
  std::vector<std::string> prompts;
  if (!of_app) {
    const TrailRows span = TRY(asked.Ask(
        "SELECT min(time)::VARCHAR, max(time)::VARCHAR FROM trail_story WHERE kind IN ('consent') "
        "AND metadata_flow_uid IS NOT NULL"));
    if (!span.empty() && !span[0][0].empty()) {
      prompts.push_back(fmt::format(
          "SELECT event_id FROM events WHERE kind = 'sign_in' AND time BETWEEN {}::TIMESTAMP - "
          "INTERVAL 1 HOUR AND {}::TIMESTAMP AND (metadata_flow_uid IN (SELECT metadata_flow_uid "
          "FROM trail_story WHERE kind = 'consent') OR metadata_correlation_uid IN (SELECT "
          "metadata_flow_uid FROM trail_story WHERE kind = 'consent'))",
          store::Literal(span[0][0]), store::Literal(span[0][1])));
    }
  }
  if (asked.HasTable("links")) {
    // Joins that the hunt made from what is told one by one.
    const std::string rare =
        fmt::format("(SELECT event_id FROM trail_story WHERE kind NOT IN ({}))", BulkKindsSql());
    prompts.push_back("SELECT to_event_id AS event_id FROM links WHERE from_event_id IN " + rare);
    prompts.push_back("SELECT from_event_id AS event_id FROM links WHERE to_event_id IN " + rare +
                      " AND from_type <> 'token'");
  }
  TRY(follower.Add(prompts));
  return Done{};
}

}  // namespace

std::string BulkKindsSql() {
  std::string out;
  for (size_t i = 0; i < static_cast<size_t>(Kind::kCount); ++i) {
    const Kind kind = static_cast<Kind>(i);
    if (trail::IsBulk(kind)) out += fmt::format("{}'{}'", out.empty() ? "" : ", ", Name(kind));
  }
  return out;
}

std::string ClientSql() {
  return fmt::format("coalesce(who_client, CASE WHEN kind IN ({}) THEN app_uid END)", kHeldBy);
}

std::string ClientNameSql() {
  return fmt::format(
      "coalesce(who_client_name, CASE WHEN kind IN ({}) AND (who_client IS NULL OR who_client = "
      "app_uid) THEN app_name END)",
      kHeldBy);
}

Result<TrailFollowed> FollowTrail(const TrailCase& asked, const TrailChoice& choice,
                                  const std::string& tenant, const TrailReading& wish) {
  TrailFollowed out;
  const bool is_long = !choice.most_column.empty() && choice.most_count > kLong;
  if (wish.for_page && !wish.with_items && is_long) {
    out.hashes = TrailHashes::Of(asked);
  }
  std::string of = tenant.empty() ? "" : " AND tenant_uid = " + store::Literal(tenant);
  // What an export of the real state says has no time and is no part of a story.
  if (asked.HasUntimed()) of += " AND time IS NOT NULL";
  Follower follower({asked, of, wish.with_items, out.hashes});
  TRY(follower.Start(choice));
  const Result<Done> gathered = Gather(asked, choice, follower, out);
  if (!gathered.ok()) return gathered.error();
  // Names of the ids that some logs give alone.
  TRY(asked.Keep(
      "trail_names",
      "SELECT uid, min(name) AS name FROM (SELECT actor_user_uid AS uid, actor_user_name "
      "AS name FROM trail_story UNION ALL SELECT app_uid, app_name FROM trail_story) "
      "WHERE uid <> '' AND name <> '' AND uid <> name GROUP BY uid"));
  return out;
}

}  // namespace tokentrail::cli
