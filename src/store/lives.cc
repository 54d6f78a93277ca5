#include "store/lives.h"

namespace tokentrail::store {
namespace {

// A sign-in that did not fail issues the token it names; what mints names it apart. All else uses.
// Addresses are counted apart: with the rest of the sums it took three times as long.
constexpr const char* kTokens = R"(
INSERT INTO tokens
WITH acts AS (
  SELECT tenant_uid, token_uid AS token, kind = 'sign_in' AS issues, time, event_id,
         CASE WHEN kind = 'sign_in' THEN event_id ELSE event_id + 1000000000000 END AS rank,
         actor_user_name AS user_name, actor_user_uid AS user_uid,
         CASE WHEN kind = 'sign_in' THEN app_uid ELSE coalesce(who_client, app_uid) END AS app,
         CASE WHEN kind = 'sign_in' THEN app_name ELSE coalesce(who_client_name, app_name) END
           AS app_name,
         actor_session_uid AS session, actor_session_credential_uid AS credential
  FROM events
  WHERE token_uid IS NOT NULL AND kind <> 'snapshot'
    AND NOT (kind = 'sign_in' AND outcome = 'failure')
  UNION ALL
  SELECT tenant_uid, token_issued_uid, true, time, event_id, event_id,
         coalesce('system:serviceaccount:' || replace(k8s_service_account, '/', ':'),
                  target_name, actor_user_name),
         NULL, app_uid, app_name, actor_session_uid, NULL
  FROM events
  WHERE token_issued_uid IS NOT NULL AND outcome <> 'failure'
),
lives AS (
  SELECT tenant_uid, token, min(event_id) AS first,
         min(time) FILTER (issues) AS issued, min(event_id) FILTER (issues) AS issue_event,
         arg_min(user_name, rank) AS user_name, arg_min(user_uid, rank) AS user_uid,
         arg_min(app, rank) AS app, arg_min(app_name, rank) AS app_name,
         arg_min(session, rank) AS session, arg_min(credential, rank) AS credential,
         min(time) FILTER (NOT issues) AS first_used, max(time) FILTER (NOT issues) AS last_used,
         count(*) FILTER (NOT issues) AS uses
  FROM acts GROUP BY tenant_uid, token
),
places AS (
  SELECT tenant_uid, token_uid AS token, count(DISTINCT src_endpoint_ip) AS addresses
  FROM events
  WHERE token_uid IS NOT NULL AND kind NOT IN ('snapshot', 'sign_in')
  GROUP BY tenant_uid, token_uid
)
SELECT l.tenant_uid, l.token, issued, issue_event, user_name, user_uid, app, app_name, session,
       credential, first_used, last_used, uses, coalesce(addresses, 0)
FROM lives AS l
LEFT JOIN places AS p ON p.token = l.token AND p.tenant_uid IS NOT DISTINCT FROM l.tenant_uid
ORDER BY first, l.token
)";

constexpr const char* kSessions = R"(
INSERT INTO sessions
SELECT tenant_uid, actor_session_uid, min(time), max(time),
       arg_min(coalesce(actor_user_name, actor_user_uid), event_id), count(*),
       count(DISTINCT token_uid), count(DISTINCT app_uid), count(DISTINCT src_endpoint_ip)
FROM events
WHERE actor_session_uid IS NOT NULL AND kind <> 'snapshot'
GROUP BY tenant_uid, actor_session_uid
ORDER BY min(event_id), actor_session_uid
)";

// Of a change of credentials the field holds those added; elsewhere the one that was used. Several
// are separated by spaces.
constexpr const char* kCredentials = R"(
INSERT INTO credentials
SELECT tenant_uid, credential,
       arg_min(app, event_id), arg_min(app_name, event_id),
       min(time) FILTER (what = 0), min(event_id) FILTER (what = 0),
       arg_min(who, event_id) FILTER (what = 0),
       max(time) FILTER (what = 1),
       min(time) FILTER (what = 2), max(time) FILTER (what = 2), count(*) FILTER (what = 2)
FROM (
  SELECT tenant_uid, unnest(string_split(actor_session_credential_uid, ' ')) AS credential,
         CASE WHEN kind = 'credential_change' THEN 0 ELSE 2 END AS what, time, event_id,
         app_uid AS app, app_name, who_identity AS who
  FROM events
  WHERE actor_session_credential_uid IS NOT NULL AND kind <> 'snapshot'
    AND NOT (kind = 'credential_change' AND outcome = 'failure')
  UNION ALL
  SELECT tenant_uid, unnest(string_split(app_credentials_removed, ' ')), 1, time, event_id,
         app_uid, app_name, who_identity
  FROM events
  WHERE app_credentials_removed IS NOT NULL AND kind <> 'snapshot' AND outcome <> 'failure'
)
WHERE credential <> ''
GROUP BY tenant_uid, credential
ORDER BY min(event_id), credential
)";

}  // namespace

Result<Done> WriteLives(const duck::Session& session) {
  for (const char* const sql : {kTokens, kSessions, kCredentials}) TRY(session.Execute(sql));
  return Done{};
}

}  // namespace tokentrail::store
