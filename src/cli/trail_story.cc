#include "cli/trail_story.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <tuple>

#include "base/text.h"
#include "cli/trail_follow.h"
#include "cli/trail_gaps.h"
#include "cli/trail_touched.h"
#include "store/query.h"

namespace tokentrail::cli {
namespace {

/// Sign-ins by a flow that thieves like: each is a line of its own, and names it.
constexpr std::string_view kOddFlowSql =
    "(kind = 'sign_in' AND coalesce(token_protocol, '') IN ('deviceCode', 'ropc', "
    "'authenticationTransfer'))";

constexpr size_t kMaxLines = 200'000;  ///< kept in memory
constexpr size_t kMaxGrants = 50;
/// Of a story of more events a page reads only what it shows; to find that out is not worth it for
/// fewer.
constexpr size_t kLong = 1'000;

Time ToTime(const std::string& micros) {
  Time out;
  std::from_chars(micros.data(), micros.data() + micros.size(), out.micros);
  return out;
}

/// Of `column` the value of the oldest event that has one.
std::string First(std::string_view column) { return fmt::format("arg_min({}, event_id)", column); }

/// What lines are told apart by, as RowsSql names it. `single` is the event's own number for those
/// that stand alone; the rest is put together by day, actor, client, address and result.
constexpr std::string_view kLineKey =
    "single, day, source, kind, outcome, status, operation, tenant_uid, recorded, identity, via, "
    "client, holder, confidence, reason, against, contradiction, ip";

/// The events with what lines are told apart by.
std::string RowsSql(const std::string& from, const TrailHashes& hashes) {
  std::string lure;
  for (const std::string_view code : trail::LureStatuses()) {
    lure += fmt::format("{}'{}'", lure.empty() ? "" : ", ", code);
  }
  return fmt::format(
      "SELECT *, CASE WHEN kind IN ({0}) AND NOT (kind = 'sign_in' AND status_code IN ({1})) AND "
      "NOT {5} THEN 0 ELSE event_id END AS single, time::DATE AS day, status_code AS status, "
      "metadata_event_code AS operation, coalesce(actor_user_name, actor_user_uid, actor_app_name, "
      "actor_app_uid) AS recorded, coalesce(who_identity, actor_user_name, actor_user_uid, "
      "actor_app_name, actor_app_uid) AS identity, who_via AS via, {2} AS client, {4} AS "
      "client_name, who_holder AS holder, who_confidence AS confidence, who_reason AS reason, "
      "who_against AS against, coalesce(who_contradiction, false) AS contradiction, "
      "src_endpoint_ip AS ip, coalesce(token_issued_uid, token_uid) AS token, "
      "actor_session_credential_uid AS credential, coalesce(k8s_exec_command, CASE WHEN {5} THEN "
      "token_protocol END, grant_reason) AS detail, {6} AS object FROM {3}",
      BulkKindsSql(), lure, ClientSql(), from, ClientNameSql(), kOddFlowSql,
      // Hashed only where there is nothing else.
      hashes.Holds("object_name")
          ? "object_name"
          : "coalesce(object_name, nullif(concat_ws('/', k8s_namespace, k8s_name), ''), "
            "k8s_service_account)");
}

/// The lines of these events. An address that is a hash is given as the event that tells it.
std::string LinesSql(const std::string& from, const TrailHashes& hashes) {
  std::string out =
      "SELECT min(event_id), count(*), epoch_us(min(time)), epoch_us(max(time)), source, kind, "
      "outcome, status, operation, tenant_uid, recorded, identity, via, client, " +
      First("client_name") +
      ", holder, confidence, reason, against, contradiction, ip, "
      // One when they are all the same, else how many.
      "min(http_request_user_agent), count(DISTINCT token), min(token), "
      "count(DISTINCT actor_session_uid), min(actor_session_uid), min(credential), "
      "min(grant_number), max(grant_number), min(issue_event_id), max(issue_event_id), ";
  for (const std::string_view column :
       {"app_uid", "app_name", "resource_name", "target_name", "target_uid", "target_type",
        "role_name", "grant_scopes", "grant_scopes_added", "grant_consent_type",
        "grant_principal_uid", "detail"}) {
    out += First(column) + ", ";
  }
  out += "count(DISTINCT mailbox_uid), min(mailbox_uid), count(DISTINCT object), " +
         First("object") + ", " +
         (hashes.Holds("http_request_url")
              ? "min(event_id) FILTER (WHERE http_request_url IS NOT NULL)"
              : First("http_request_url")) +
         ", sum(volume_items), arg_min(file_id, event_id), arg_min(line, event_id), "
         "arg_min(byte_offset, event_id), " +
         First("app_object_uid");
  return out + fmt::format(" FROM ({}) GROUP BY {} ORDER BY min(event_id) LIMIT {}",
                           RowsSql(from, hashes), kLineKey, kMaxLines);
}

/// The oldest name of each app, by all ids of it: those that a page shows may lack theirs.
std::string AppNamesSql(const std::string& from) {
  return fmt::format(
      "SELECT id, arg_min(name, event_id) FROM (SELECT app_uid AS id, app_name AS name, event_id "
      "FROM {0} UNION ALL SELECT app_object_uid, coalesce(app_name, CASE WHEN target_type = "
      "'ServicePrincipal' THEN target_name END), event_id FROM {0}) WHERE id <> '' AND name <> '' "
      "GROUP BY id",
      from);
}

/// What a page of a long story leaves out unread.
struct Unread {
  uint64_t lines = 0;
  uint64_t merged = 0;  ///< what they would be put together to
};

/// A page shows the first lines of what Merge leaves. Of a long story only the events behind those
/// are told in full: their numbers go to the table `trail_told`. What Merge puts together has one
/// `merge` here (or several have: it never has several), so the first `max_lines` of these hold all
/// that is shown. What may stand in two logs is always told: JoinDoubles must see it.
Result<Unread> KeepTold(const TrailCase& asked, const std::string& from, const TrailHashes& hashes,
                        size_t max_lines) {
  // That two lines meet in one hash is as likely as that two tokens do.
  TRY(asked.Keep(
      "trail_rows",
      fmt::format("SELECT event_id, single <> 0 AS alone, kind = 'sign_in' AS sign_in, source, "
                  "hash(alike, single, day, recorded, identity, via, ip) AS line_key, hash(alike, "
                  "coalesce(r.name, recorded), coalesce(i.name, identity)) AS merge FROM (SELECT "
                  "*, hash(source, kind, outcome, status, operation, tenant_uid, client, holder, "
                  "confidence, reason, against, contradiction) AS alike FROM ({})) LEFT JOIN "
                  "trail_names r ON r.uid = recorded LEFT JOIN trail_names i ON i.uid = identity",
                  RowsSql(from, hashes))));
  TRY(asked.Keep("trail_lines",
                 "SELECT line_key, any_value(merge) AS merge, any_value(alone) AS alone, "
                 "any_value(sign_in) AS sign_in, min(event_id) AS head FROM "
                 "trail_rows GROUP BY line_key"));
  const TrailRows several =
      TRY(asked.Ask("SELECT count(DISTINCT source) > 1 FROM trail_rows WHERE sign_in"));
  const bool doubles = several[0][0] == "true";
  const std::string whole = doubles ? "(alone OR sign_in)" : "alone";
  TRY(asked.Keep("trail_merges",
                 fmt::format("SELECT merge, min(head) AS head FROM trail_lines WHERE NOT {} "
                             "GROUP BY merge ORDER BY head LIMIT {}",
                             whole, max_lines)));
  TRY(asked.Keep("trail_heads",
                 fmt::format("SELECT line_key FROM trail_lines WHERE {} OR merge IN (SELECT merge "
                             "FROM trail_merges)",
                             whole)));
  const TrailRows counts =
      TRY(asked.Ask("SELECT count(*), count(DISTINCT merge) FROM trail_lines ANTI JOIN trail_heads "
                    "USING (line_key)"));
  TRY(asked.Keep("trail_told",
                 "SELECT event_id FROM trail_rows SEMI JOIN trail_heads USING (line_key)"));
  return Unread{ToCount(counts[0][0]), ToCount(counts[0][1])};
}

/// The cells of a row, from left to right.
class Cells {
 public:
  explicit Cells(std::vector<std::string>& row) : row_(row) {}
  std::string Text() { return std::move(row_[at_++]); }
  uint64_t Count() { return ToCount(row_[at_++]); }

 private:
  std::vector<std::string>& row_;
  size_t at_ = 0;
};

TrailLine ToLine(std::vector<std::string>& row, const std::map<std::string, std::string>& files,
                 std::string& app_object) {
  Cells cells(row);
  TrailLine out;
  out.event_id = cells.Count();
  out.count = cells.Count();
  out.first = ToTime(cells.Text());
  out.last = ToTime(cells.Text());
  out.source = cells.Text();
  out.kind = cells.Text();
  out.outcome = cells.Text();
  out.status = cells.Text();
  out.operation = cells.Text();
  out.tenant = cells.Text();
  out.recorded = cells.Text();
  out.identity = cells.Text();
  out.via = cells.Text();
  out.client = cells.Text();
  out.client_name = cells.Text();
  out.holder = cells.Text();
  out.confidence = cells.Text();
  out.reason = cells.Text();
  out.against = cells.Text();
  out.contradiction = cells.Text() == "true";
  out.ip = cells.Text();
  out.addresses = out.ip.empty() ? 0 : 1;
  out.user_agent = cells.Text();
  out.tokens = cells.Count();
  out.token = cells.Text();
  if (out.tokens != 1) out.token.clear();
  out.sessions = cells.Count();
  out.session = cells.Text();
  if (out.sessions != 1) out.session.clear();
  out.credential = cells.Text();
  out.grant = cells.Count();
  if (cells.Count() != out.grant) out.grant = 0;
  out.issue_event = cells.Count();
  if (cells.Count() != out.issue_event) out.issue_event = 0;
  out.app = cells.Text();
  out.app_name = cells.Text();
  out.resource = cells.Text();
  out.target = cells.Text();
  out.target_id = cells.Text();
  out.target_type = cells.Text();
  out.role = cells.Text();
  out.scopes = cells.Text();
  out.scopes_added = cells.Text();
  out.consent_type = cells.Text();
  out.principal = cells.Text();
  out.detail = cells.Text();
  out.mailboxes = cells.Count();
  out.mailbox = cells.Text();
  if (out.mailboxes != 1) out.mailbox.clear();
  out.objects = cells.Count();
  out.object = cells.Text();
  out.url = cells.Text();
  out.items = cells.Count();
  const std::string file = cells.Text();
  const auto path = files.find(file);
  out.file = path == files.end() ? std::string() : path->second;
  out.line = cells.Count();
  out.offset = cells.Count();
  app_object = cells.Text();

  const auto outcome = out.outcome == "failure"   ? Outcome::kFailure
                       : out.outcome == "success" ? Outcome::kSuccess
                                                  : Outcome::kUnknown;
  out.stage = trail::StageOf({.kind = trail::ParseKind(out.kind).value_or(Kind::kOther),
                              .outcome = outcome,
                              .operation = out.operation,
                              .status = out.status,
                              .count = std::max(out.count, out.objects)});
  return out;
}

/// Lines that differ in day and address alone, made one. Those that stand alone stay.
void Merge(TrailStory& story) {
  using Key = std::tuple<trail::Stage, std::string, std::string, std::string, std::string,
                         std::string, std::string, std::string, std::string, std::string,
                         std::string, std::string, bool>;
  struct Into {
    size_t at = 0;
    std::set<std::string> addresses;
    std::set<int64_t> days;
  };
  std::map<Key, Into> known;
  std::vector<TrailLine> out;
  for (TrailLine& line : story.lines) {
    const auto kind = trail::ParseKind(line.kind);
    const bool alone = !kind || !trail::IsBulk(*kind) || line.stage == trail::Stage::kLure;
    if (alone) {
      out.push_back(std::move(line));
      continue;
    }
    const Key key = {
        line.stage,        line.source,   line.kind,
        line.outcome,      line.status,   line.operation,
        line.tenant,       line.recorded, line.identity,
        line.client,       line.holder,   line.confidence + " " + line.reason + " " + line.against,
        line.contradiction};
    const auto [found, fresh] = known.try_emplace(key, Into{});
    Into& into = found->second;
    if (!line.ip.empty()) into.addresses.insert(line.ip);
    into.days.insert(DayOf(line.first));
    if (fresh) {
      into.at = out.size();
      out.push_back(std::move(line));
      continue;
    }
    TrailLine& sum = out[into.at];
    ++story.merged;
    sum.last = std::max(sum.last, line.last);
    sum.count += line.count;
    sum.items += line.items;
    sum.days = into.days.size();
    sum.addresses = into.addresses.size();
    if (sum.addresses > 1) sum.ip.clear();
    const auto one = [](std::string& a, uint64_t& n, const std::string& b, uint64_t m) {
      if (m == 0) return;
      if (n == 0) a = b;
      if (n != 0 && (a.empty() || a != b)) {
        a.clear();
        n += m;  // Limit: those that several days share count once a day
      } else {
        n = std::max(n, m);
      }
    };
    one(sum.token, sum.tokens, line.token, line.tokens);
    one(sum.session, sum.sessions, line.session, line.sessions);
    one(sum.mailbox, sum.mailboxes, line.mailbox, line.mailboxes);
    if (sum.objects == 0 || sum.object != line.object) sum.objects += line.objects;
    if (sum.grant != line.grant) sum.grant = 0;
    if (sum.issue_event != line.issue_event) sum.issue_event = 0;
  }
  story.lines = std::move(out);
}

Result<std::vector<std::string>> Most(const TrailCase& asked, const std::string& from,
                                      std::string_view what) {
  std::vector<std::string> out;
  for (const auto& row : TRY(asked.Ask(fmt::format("SELECT {} AS what, count(*) FROM {} GROUP BY 1 "
                                                   "HAVING what IS NOT NULL ORDER BY 2 DESC, "
                                                   "1 LIMIT 20",
                                                   what, from)))) {
    out.push_back(row[0]);
  }
  return out;
}

/// Two logs often tell one act: the directory's own and the unified one. The first line stays, and
/// says where else it is told.
bool SameAct(const TrailLine& a, const TrailLine& b) {
  if (!a.tenant.empty() && !b.tenant.empty() && a.tenant != b.tenant) return false;
  if (a.source == b.source || a.kind != b.kind || a.outcome != b.outcome || a.count != b.count ||
      a.identity != b.identity || a.app != b.app) {
    return false;
  }
  // The names of sign-ins differ from log to log; the id of the token does not.
  if (a.kind == "sign_in") return !a.token.empty() && a.token == b.token && a.status == b.status;
  return a.operation == b.operation && a.role == b.role && a.scopes == b.scopes &&
         a.credential == b.credential;
}

void JoinDoubles(TrailStory& story) {
  constexpr Span kApart = Minutes(2);
  std::vector<TrailLine> out;
  for (TrailLine& line : story.lines) {
    const auto kind = trail::ParseKind(line.kind);
    const bool alone =
        line.count == 1 && (line.kind == "sign_in" || !kind || !trail::IsBulk(*kind));
    TrailLine* same = nullptr;
    for (size_t i = out.size(); alone && i > 0 && line.first - out[i - 1].first <= kApart; --i) {
      if (SameAct(out[i - 1], line)) same = &out[i - 1];
    }
    if (same == nullptr) {
      out.push_back(std::move(line));
      continue;
    }
    same->also.push_back({line.source, line.file, line.line != 0 ? line.line : line.offset});
    const auto fill = [](std::string& into, const std::string& from) {
      if (into.empty()) into = from;
    };
    fill(same->ip, line.ip);
    same->addresses = same->ip.empty() ? 0 : 1;
    fill(same->user_agent, line.user_agent);
    fill(same->resource, line.resource);
    fill(same->app_name, line.app_name);
    fill(same->target, line.target);
  }
  story.lines = std::move(out);
}

Result<Done> ReadTotals(const TrailCase& asked, const std::string& from, TrailStory& story) {
  const TrailRows rows = TRY(asked.Ask(fmt::format(
      "SELECT count(*), epoch_us(min(time)), epoch_us(max(time)), count(DISTINCT src_endpoint_ip), "
      "count(DISTINCT token_uid), count(DISTINCT actor_session_uid) FROM {}",
      from)));
  story.events = ToCount(rows[0][0]);
  story.first = ToTime(rows[0][1]);
  story.last = ToTime(rows[0][2]);
  story.addresses = ToCount(rows[0][3]);
  story.tokens = ToCount(rows[0][4]);
  story.sessions = ToCount(rows[0][5]);
  story.identities = TRY(Most(asked, from + " LEFT JOIN trail_names ON uid = who_identity",
                              "coalesce(trail_names.name, who_identity, actor_user_name)"));
  story.clients = TRY(Most(asked, from + " LEFT JOIN trail_names ON uid = who_client",
                           "coalesce(who_client_name, trail_names.name, who_client)"));
  story.tenants = TRY(Most(asked, from, "tenant_uid"));
  return Done{};
}

Result<Done> ReadGrants(const TrailCase& asked, TrailStory& story) {
  if (!asked.HasTable("grants")) return Done{};
  // Those that the events used or changed; of an app all.
  std::string where =
      "grant_number IN (SELECT grant_number FROM trail_story WHERE grant_number IS NOT NULL)";
  if (asked.HasTable("grant_changes")) {
    where +=
        " OR grant_number IN (SELECT grant_number FROM grant_changes SEMI JOIN trail_story ON "
        "grant_changes.time = trail_story.time AND grant_changes.file_id = trail_story.file_id AND "
        "grant_changes.line = trail_story.line)";
  }
  for (const TrailSubject& subject : story.subjects) {
    std::set<std::string> ids(subject.also.begin(), subject.also.end());
    ids.insert(subject.id);
    if (subject.type == "app" && story.subjects.size() == 1) {
      where += fmt::format(" OR {} OR {}", In("app_uid", ids), In("app_object_uid", ids));
    }
    if (subject.type == "grant")
      where += " OR grant_number::VARCHAR = " + store::Literal(subject.id);
  }
  TrailRows rows = TRY(asked.Ask(fmt::format(
      "SELECT grant_number, kind, coalesce(app_name, app_uid, app_object_uid), "
      "coalesce(principal_name, principal_uid), coalesce(all_users, false), "
      "coalesce(resource_name, resource_uid), array_to_string(permissions, ' '), birth, bound, "
      "last_used, end_time, end_reason, uses FROM grants WHERE {} ORDER BY grant_number",
      where)));
  for (auto& row : rows) {
    if (story.grants.size() == kMaxGrants) {
      ++story.grants_left;
      continue;
    }
    Cells cells(row);
    TrailGrant grant;
    grant.number = cells.Count();
    grant.kind = cells.Text();
    grant.app = cells.Text();
    grant.principal = cells.Text();
    grant.all_users = cells.Text() == "true";
    grant.resource = cells.Text();
    grant.permissions = cells.Text();
    grant.birth = cells.Text();
    grant.bound = cells.Text();
    grant.last_used = cells.Text();
    grant.end = cells.Text();
    grant.end_reason = cells.Text();
    grant.uses = cells.Count();
    story.grants.push_back(std::move(grant));
  }
  return Done{};
}

Result<Done> ReadFindings(const TrailCase& asked, const std::string& from, TrailStory& story) {
  if (!asked.Has("finding_evidence", "byte_offset") || !asked.Has("findings", "level_number")) {
    return Done{};
  }
  TrailRows rows = TRY(asked.Ask(fmt::format(
      "SELECT finding_id, level, rule, title FROM findings WHERE finding_id IN (SELECT finding_id "
      "FROM finding_evidence e SEMI JOIN {} s ON e.file_id = s.file_id AND e.byte_offset = "
      "s.byte_offset AND e.time = s.time) ORDER BY level_number DESC, first_time, finding_id LIMIT "
      "200",
      from)));
  for (auto& row : rows) {
    story.findings.push_back({row[0], row[1], row[2], row[3]});
  }
  return Done{};
}

/// Texts for hashes, in the lines that are shown.
Result<Done> FillTexts(const TrailCase& asked, const TrailHashes& hashes,
                       std::vector<TrailLine>& lines) {
  const bool objects = hashes.Holds("object_name");
  TrailTexts texts;
  for (const TrailLine& line : lines) {
    texts.WantHash("token", line.token);
    texts.WantHash("actor_session_uid", line.session);
    texts.WantHash("mailbox_uid", line.mailbox);
    if (objects) texts.WantHash("object_name", line.object);
    texts.WantEvent("http_request_url", line.url);
  }
  TRY(texts.Read(asked));
  for (TrailLine& line : lines) {
    line.token = texts.OfHash("token", line.token);
    line.session = texts.OfHash("actor_session_uid", line.session);
    line.mailbox = texts.OfHash("mailbox_uid", line.mailbox);
    if (objects) line.object = texts.OfHash("object_name", line.object);
    line.url = texts.OfEvent("http_request_url", line.url);
  }
  return Done{};
}

}  // namespace

Result<TrailStory> ReadStory(const TrailCase& asked, const std::vector<TrailSubject>& subjects,
                             const TrailHashes& hashes, const TrailBounds& bounds) {
  TrailStory story;
  story.subjects = subjects;
  const std::string from = StoryWithin(bounds);
  TRY(ReadTotals(asked, from, story));
  if (story.events == 0) return story;

  std::map<std::string, std::string> files;
  for (auto& row : TRY(asked.Ask("SELECT file_id, path FROM files"))) files[row[0]] = row[1];
  // By the ids that records without a name have.
  std::map<std::string, std::string> names;
  for (auto& row : TRY(asked.Ask("SELECT uid, name FROM trail_names"))) names[row[0]] = row[1];
  std::map<std::string, std::string> app_names;
  std::vector<std::string> objects;
  Unread unread;
  std::string told = from;
  if (bounds.max_lines != 0 && story.events > std::max(kLong, bounds.max_lines)) {
    unread = TRY(KeepTold(asked, from, hashes, bounds.max_lines));
    told = fmt::format("(SELECT * FROM {} SEMI JOIN trail_told USING (event_id))", from);
    for (auto& row : TRY(asked.Ask(AppNamesSql(from)))) app_names.emplace(row[0], row[1]);
  }
  TrailRows rows = TRY(asked.Ask(LinesSql(told, hashes)));
  for (auto& row : rows) {
    std::string object;
    story.lines.push_back(ToLine(row, files, object));
    const TrailLine& line = story.lines.back();
    if (!line.app_name.empty()) {
      app_names.emplace(line.app, line.app_name);
      if (!object.empty()) app_names.emplace(object, line.app_name);
    } else if (line.target_type == "ServicePrincipal" && !line.target.empty() && !object.empty()) {
      app_names.emplace(object, line.target);
    }
    objects.push_back(std::move(object));
  }
  if (rows.size() == kMaxLines) {
    story.cannot_say.push_back(fmt::format(
        "the story has more than {} lines; the later ones are not here: narrow it with --since and "
        "--until",
        Grouped(kMaxLines)));
  }
  for (size_t i = 0; i < story.lines.size(); ++i) {
    TrailLine& line = story.lines[i];
    if (const auto found = names.find(line.identity); found != names.end()) {
      line.identity = found->second;
    }
    if (const auto found = names.find(line.recorded); found != names.end()) {
      line.recorded = found->second;
    }
    if (line.app.empty()) line.app = objects[i];
    if (line.app_name.empty()) {
      const auto found = app_names.find(line.app);
      if (found != app_names.end()) line.app_name = found->second;
    }
    if (line.client_name.empty()) {
      const auto found = app_names.find(line.client);
      if (found != app_names.end()) line.client_name = found->second;
    }
  }
  JoinDoubles(story);
  if (bounds.max_lines != 0 && story.lines.size() + unread.lines > bounds.max_lines) {
    Merge(story);
    story.merged += unread.lines - unread.merged;
    // Limit: unread lines of two stages that are alike in all else count as one.
    const uint64_t all = story.lines.size() + unread.merged;
    story.dropped = all > bounds.max_lines ? all - bounds.max_lines : 0;
    if (story.lines.size() > bounds.max_lines) story.lines.resize(bounds.max_lines);
  }
  if (hashes.any()) TRY(FillTexts(asked, hashes, story.lines));
  TRY(ReadGrants(asked, story));
  TRY(ReadFindings(asked, from, story));
  TRY(ReadTouched(asked, from, hashes, story));
  TRY(ReadGaps(asked, story));
  return story;
}

}  // namespace tokentrail::cli
