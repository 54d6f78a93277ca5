#include "store/lives.h"

namespace tokentrail::store {
namespace {

// Sums are of numbers only and texts are looked up by event afterwards, and what is counted once is
// made distinct first: that way all of it can go to the disk when it is too much for memory.

// A sign-in that did not fail issues the token it names; what mints names it apart. All else uses.
constexpr const char* kTokens = R"(
INSERT INTO tokens
WITH acts AS (
  SELECT tenant_uid, token_uid AS token, kind = 'sign_in' AS issues, time, event_id
  FROM events
  WHERE token_uid IS NOT NULL AND kind <> 'snapshot'
    AND NOT (kind = 'sign_in' AND outcome = 'failure')
  UNION ALL
  SELECT tenant_uid, token_issued_uid, true, time, event_id
  FROM events
  WHERE token_issued_uid IS NOT NULL AND outcome <> 'failure'
),
lives AS (
  SELECT tenant_uid, token, min(event_id) AS first,
         min(time) FILTER (issues) AS issued, min(event_id) FILTER (issues) AS issue_event,
         min(time) FILTER (NOT issues) AS first_used, max(time) FILTER (NOT issues) AS last_used,
         count(*) FILTER (NOT issues) AS uses
  FROM acts GROUP BY tenant_uid, token
),
places AS (
  SELECT tenant_uid, token, count(*) AS addresses
  FROM (SELECT DISTINCT tenant_uid, token_uid AS token, src_endpoint_ip
        FROM events
        WHERE token_uid IS NOT NULL AND kind NOT IN ('snapshot', 'sign_in')
          AND src_endpoint_ip IS NOT NULL)
  GROUP BY tenant_uid, token
)
SELECT l.tenant_uid, l.token, issued, issue_event,
       CASE WHEN e.token_issued_uid = l.token
            THEN coalesce('system:serviceaccount:' || replace(e.k8s_service_account, '/', ':'),
                          e.target_name, e.actor_user_name)
            ELSE e.actor_user_name END,
       CASE WHEN e.token_issued_uid = l.token THEN NULL ELSE e.actor_user_uid END,
       CASE WHEN e.kind = 'sign_in' OR e.token_issued_uid = l.token THEN e.app_uid
            ELSE coalesce(e.who_client, e.app_uid) END,
       CASE WHEN e.kind = 'sign_in' OR e.token_issued_uid = l.token THEN e.app_name
            ELSE coalesce(e.who_client_name, e.app_name) END,
       e.actor_session_uid, e.actor_session_credential_uid, first_used, last_used, uses,
       coalesce(addresses, 0)
FROM lives AS l
JOIN events AS e ON e.event_id = coalesce(l.issue_event, l.first)
LEFT JOIN places AS p ON p.token = l.token AND p.tenant_uid IS NOT DISTINCT FROM l.tenant_uid
ORDER BY first, l.token
)";

constexpr const char* kSessions = R"(
INSERT INTO sessions
WITH lives AS (
  SELECT tenant_uid, actor_session_uid AS session, min(event_id) AS first, min(time) AS first_time,
         max(time) AS last_time, count(*) AS events
  FROM events
  WHERE actor_session_uid IS NOT NULL AND kind <> 'snapshot'
  GROUP BY tenant_uid, actor_session_uid
),
parts AS (
  SELECT DISTINCT tenant_uid, actor_session_uid AS session, 1 AS what, token_uid AS part
  FROM events WHERE actor_session_uid IS NOT NULL AND kind <> 'snapshot' AND token_uid IS NOT NULL
  UNION ALL
  SELECT DISTINCT tenant_uid, actor_session_uid, 2, app_uid
  FROM events WHERE actor_session_uid IS NOT NULL AND kind <> 'snapshot' AND app_uid IS NOT NULL
  UNION ALL
  SELECT DISTINCT tenant_uid, actor_session_uid, 3, src_endpoint_ip
  FROM events
  WHERE actor_session_uid IS NOT NULL AND kind <> 'snapshot' AND src_endpoint_ip IS NOT NULL
),
counts AS (
  SELECT tenant_uid, session, count(*) FILTER (what = 1) AS tokens,
         count(*) FILTER (what = 2) AS apps, count(*) FILTER (what = 3) AS addresses
  FROM parts GROUP BY tenant_uid, session
)
SELECT l.tenant_uid, l.session, first_time, last_time,
       coalesce(e.actor_user_name, e.actor_user_uid), events, coalesce(tokens, 0),
       coalesce(apps, 0), coalesce(addresses, 0)
FROM lives AS l
JOIN events AS e ON e.event_id = l.first
LEFT JOIN counts AS c ON c.session = l.session AND c.tenant_uid IS NOT DISTINCT FROM l.tenant_uid
ORDER BY first, l.session
)";

// Of a change of credentials the field holds those added; elsewhere the one that was used. Several
// are separated by spaces.
constexpr const char* kCredentials = R"(
INSERT INTO credentials
WITH acts AS (
  SELECT tenant_uid, unnest(string_split(actor_session_credential_uid, ' ')) AS credential,
         CASE WHEN kind = 'credential_change' THEN 0 ELSE 2 END AS what, time, event_id
  FROM events
  WHERE actor_session_credential_uid IS NOT NULL AND kind <> 'snapshot'
    AND NOT (kind = 'credential_change' AND outcome = 'failure')
  UNION ALL
  SELECT tenant_uid, unnest(string_split(app_credentials_removed, ' ')), 1, time, event_id
  FROM events
  WHERE app_credentials_removed IS NOT NULL AND kind <> 'snapshot' AND outcome <> 'failure'
),
lives AS (
  SELECT tenant_uid, credential, min(event_id) AS first,
         min(time) FILTER (what = 0) AS added, min(event_id) FILTER (what = 0) AS added_event,
         max(time) FILTER (what = 1) AS removed, min(time) FILTER (what = 2) AS first_used,
         max(time) FILTER (what = 2) AS last_used, count(*) FILTER (what = 2) AS uses
  FROM acts WHERE credential <> '' GROUP BY tenant_uid, credential
)
SELECT l.tenant_uid, l.credential, e.app_uid, e.app_name, added, added_event,
       CASE WHEN added_event = e.event_id THEN e.who_identity END,
       removed, first_used, last_used, uses
FROM lives AS l
JOIN events AS e ON e.event_id = coalesce(l.added_event, l.first)
ORDER BY first, l.credential
)";

constexpr const char* kUsers = R"(
INSERT INTO users
SELECT actor_user_name, actor_user_uid, tenant_uid, count(*), min(time), max(time)
FROM events
WHERE actor_user_name IS NOT NULL OR actor_user_uid IS NOT NULL
GROUP BY ALL
ORDER BY min(event_id), 1, 2, 3
)";

}  // namespace

Result<Done> WriteLives(const duck::Session& session) {
  for (const char* const sql : {kTokens, kSessions, kCredentials, kUsers}) {
    if (session.Execute(sql).ok()) continue;
    // Threads take memory each: slower, and again.
    TRY(session.Execute("SET threads = 1"));
    TRY(session.Execute(sql));
  }
  return Done{};
}

}  // namespace tokentrail::store
