#include "cli/trail_select.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/arena.h"
#include "base/net.h"
#include "base/text.h"
#include "cli/address_range.h"

namespace tokentrail::cli {
namespace {

constexpr size_t kListed = 20;            ///< candidates shown
constexpr size_t kMaxAddresses = 20'000;  ///< of one network
constexpr size_t kApart = 4;  ///< so many values are looked for one by one: each skips for itself

using Texts = std::set<std::string>;

/// A column of `events` and the values by which it names a thing.
struct Naming {
  std::string_view column;
  Texts values;
  std::string also = {};  ///< what else must be so; of the form ` AND ...`
};

/// The events in which any of these columns has one of its values: a scan of one column each, which
/// the library skips through, instead of one of all.
std::vector<std::string> EventsNaming(const TrailCase& asked, const std::vector<Naming>& namings) {
  std::vector<std::string> out;
  const auto add = [&](const Naming& naming, const Texts& values) {
    out.push_back(fmt::format("SELECT event_id FROM events WHERE {}{}", In(naming.column, values),
                              naming.also));
  };
  for (const Naming& naming : namings) {
    if (naming.values.empty() || !asked.Holds(naming.column)) continue;
    if (naming.values.size() > kApart) {
      add(naming, naming.values);
    } else {
      for (const std::string& value : naming.values) add(naming, {value});
    }
  }
  return out;
}

/// The statements as one; an event may come several times.
std::string AllOf(const std::vector<std::string>& statements) {
  return statements.empty() ? "SELECT event_id FROM events WHERE false"
                            : fmt::format("{}", fmt::join(statements, " UNION ALL "));
}

/// One of several things that a name may mean.
struct Candidate {
  std::string id;
  Texts names;
  Texts tenants;
  uint64_t events = 0;
};

Error NotFound(std::string_view flag, std::string_view text, const std::vector<std::string>& near) {
  std::string message = fmt::format("nothing in this case is --{} '{}'", flag, Printable(text));
  if (near.empty()) {
    message += "; `tokentrail sql` shows what there is";
  } else {
    message += "; did you mean";
    for (const std::string& one : near) message += fmt::format("\n  {}", Printable(one));
  }
  return {ErrorKind::kNotFound, message};
}

Error Ambiguous(std::string_view flag, std::string_view text, std::vector<Candidate> candidates) {
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.events > b.events; });
  std::string message = fmt::format("--{} '{}' fits {} of them; name one by its id:", flag,
                                    Printable(text), candidates.size());
  for (size_t i = 0; i < candidates.size() && i < kListed; ++i) {
    const Candidate& one = candidates[i];
    message += fmt::format("\n  {}", Printable(one.id));
    for (const std::string& name : one.names) {
      if (name != one.id) message += fmt::format("  {}", Printable(name));
    }
    message += fmt::format("  ({} event{})", Grouped(one.events), one.events == 1 ? "" : "s");
  }
  if (candidates.size() > kListed) {
    message += fmt::format("\n  ... and {} more", candidates.size() - kListed);
  }
  return {ErrorKind::kInvalid, message};
}

/// Texts like `text` among `all`: those that hold it or that it holds, and the closest one.
std::vector<std::string> Near(std::string_view text, const std::vector<std::string>& all) {
  std::vector<std::string> out;
  std::string plain(text);
  std::erase(plain, '*');
  const auto add = [&](const std::string& one) {
    if (out.size() < 5 && std::find(out.begin(), out.end(), one) == out.end()) out.push_back(one);
  };
  std::vector<std::string_view> views;
  for (const std::string& one : all) {
    views.emplace_back(one);
    if (plain.size() >= 3 && ContainsIgnoreCase(one, plain)) add(one);
  }
  if (const std::string_view closest = Closest(plain, views); !closest.empty()) {
    add(std::string(closest));
  }
  // A word of a name may be all that is remembered of it, and not quite.
  for (const std::string& one : all) {
    if (!Closest(plain, Split(one, " @._-/")).empty()) add(one);
  }
  return out;
}

Result<std::vector<std::string>> Column(const TrailCase& asked, const std::string& sql) {
  std::vector<std::string> out;
  for (auto& row : TRY(asked.Ask(sql))) {
    if (!row[0].empty()) out.push_back(std::move(row[0]));
  }
  return out;
}
Result<Texts> Set(const TrailCase& asked, const std::string& sql) {
  const std::vector<std::string> found = TRY(Column(asked, sql));
  return Texts(found.begin(), found.end());
}

/// Rows of (id, name, tenant, count) as things: one an id, or a name where there is no id.
std::vector<Candidate> Gather(const TrailRows& rows) {
  std::map<std::string, Candidate> things;
  for (const auto& row : rows) {
    const std::string& id = row[0].empty() ? row[1] : row[0];
    if (id.empty()) continue;
    Candidate& one = things[id];
    one.id = id;
    if (!row[1].empty()) one.names.insert(row[1]);
    if (!row[2].empty()) one.tenants.insert(row[2]);
    one.events += ToCount(row[3]);
  }
  std::vector<Candidate> out;
  for (auto& [id, one] : things) out.push_back(std::move(one));
  return out;
}

/// The one that is meant: the only one, or the only one of exactly this id.
const Candidate* One(const std::vector<Candidate>& candidates, std::string_view text) {
  if (candidates.size() == 1) return &candidates[0];
  const Candidate* out = nullptr;
  for (const Candidate& one : candidates) {
    if (EqualsIgnoreCase(one.id, text)) out = &one;
  }
  return out;
}

TrailSubject SubjectOf(std::string_view type, const Candidate& one) {
  TrailSubject out;
  out.type = type;
  out.id = one.id;
  out.tenants = one.tenants;
  for (const std::string& name : one.names) {
    if (name == one.id) continue;
    if (out.name.empty()) {
      out.name = name;
    } else {
      out.also.push_back(name);
    }
  }
  return out;
}

struct Chosen {
  TrailSubject subject;
  std::vector<std::string> ids_sql;
  std::string most_column;  ///< see TrailChoice
  Texts most_values;
  uint64_t most_count = 0;
  std::vector<std::string> more_sql;

  /// Those that name it: first the one that most are found by.
  void Name(const TrailCase& asked, const std::vector<Naming>& namings, uint64_t count = 0) {
    ids_sql = EventsNaming(asked, namings);
    if (!asked.Holds(namings[0].column) || !namings[0].also.empty()) return;
    most_column = namings[0].column;
    most_values = namings[0].values;
    most_count = count;
    more_sql = EventsNaming(asked, {namings.begin() + 1, namings.end()});
  }
  void Add(std::string statement) {
    more_sql.push_back(statement);
    ids_sql.push_back(std::move(statement));
  }
};

Texts Joined(Texts a, const Texts& b) {
  a.insert(b.begin(), b.end());
  return a;
}

Result<Chosen> ChooseApp(const TrailCase& asked, const std::string& text) {
  std::vector<Candidate> found;
  if (asked.HasTable("apps")) {
    found = Gather(TRY(asked.Ask(
        fmt::format("SELECT app_uid, app_name, tenant_uid, events FROM apps WHERE {} OR {}",
                    Matches("app_uid", text), Matches("app_name", text)))));
  }
  if (found.empty()) {
    found = Gather(TRY(asked.Ask(fmt::format(
        "SELECT coalesce(app_uid, actor_app_uid), min(coalesce(app_name, actor_app_name)), "
        "tenant_uid, count(*) FROM events WHERE {} OR {} OR {} OR {} OR {} GROUP BY ALL",
        Matches("app_uid", text), Matches("app_name", text), Matches("app_object_uid", text),
        Matches("actor_app_uid", text), Matches("actor_app_name", text)))));
  }
  if (found.empty()) {
    const auto names = TRY(Column(asked, asked.HasTable("apps")
                                             ? "SELECT DISTINCT app_name FROM apps ORDER BY 1"
                                             : "SELECT DISTINCT app_name FROM events ORDER BY 1"));
    return NotFound("app", text, Near(text, names));
  }
  const Candidate* const one = One(found, text);
  if (one == nullptr) return Ambiguous("app", text, found);
  Chosen out;
  out.subject = SubjectOf("app", *one);
  const Texts ids = {one->id};
  const Texts objects = TRY(Set(
      asked, fmt::format("SELECT DISTINCT app_object_uid FROM events WHERE {} AND app_object_uid "
                         "IS NOT NULL ORDER BY 1",
                         In("app_uid", ids))));
  for (const std::string& object : objects) out.subject.also.push_back(object);
  const Texts both = Joined(ids, objects);
  const bool name_only = one->names.contains(one->id);
  const Texts names = name_only ? Texts{one->id} : Texts{};
  // Unless an app acts under one of its ids as a user does, or one is another app's too, all but
  // its object is found by what names an app besides.
  bool known = asked.HasTable("users") && asked.Has("events", "names_other_app");
  if (known) {
    const TrailRows apart = TRY(asked.Ask(fmt::format(
        "SELECT (SELECT count(*) FROM users WHERE {}) + (SELECT count(*) FROM events WHERE {})",
        In("user_uid", both), In("app_uid", objects))));
    known = ToCount(apart[0][0]) == 0;
  }
  const std::string also = known ? " AND names_other_app = true" : "";
  out.Name(asked,
           {{"app_uid", ids},
            {"app_object_uid", both},
            {"actor_app_uid", both, also},
            {"who_client", ids, also},
            {"who_identity_uid", both, also},
            {"target_uid", both, also},
            {"app_name", names},
            {"actor_app_name", names}},
           one->events);
  return out;
}

/// Where to look up who acted: the table of those, or of all events where an older program wrote
/// the case.
struct Actors {
  explicit Actors(const TrailCase& asked) : known(asked.HasTable("users")) {}
  bool known;
  std::string_view table = known ? "users" : "events";
  std::string_view name = known ? "user_name" : "actor_user_name";
  std::string_view uid = known ? "user_uid" : "actor_user_uid";
  std::string_view count = known ? "sum(events)::BIGINT" : "count(*)";
};

Result<Chosen> ChooseUser(const TrailCase& asked, const std::string& text) {
  // Names are kept in small letters: looked up as they are where nothing stands for others.
  const bool pattern = text.find('*') != std::string::npos;
  const auto where = [&](std::string_view column) {
    return pattern ? Matches(column, text) : In(column, {text, Lower(text)});
  };
  const Actors actors(asked);
  std::vector<Candidate> found = Gather(TRY(asked.Ask(fmt::format(
      "SELECT {2}, NULL, tenant_uid, {4} FROM {5} WHERE {0} GROUP BY ALL UNION ALL SELECT {2}, "
      "NULL, tenant_uid, {4} FROM {5} WHERE {2} IS NOT NULL AND {1} AND NOT ({0}) GROUP BY ALL",
      where(actors.name), where(actors.uid), actors.name, actors.uid, actors.count,
      actors.table))));
  if (found.empty()) {  // who never acted may still be acted on
    found = Gather(TRY(asked.Ask(fmt::format(
        "SELECT mailbox_uid, NULL, tenant_uid, count(*) FROM events WHERE {} GROUP BY ALL UNION "
        "ALL "
        "SELECT target_name, target_uid, tenant_uid, count(*) FROM events WHERE {} OR {} GROUP BY "
        "ALL UNION ALL SELECT actor_user_uid, NULL, tenant_uid, count(*) FROM events WHERE {} "
        "GROUP BY ALL",
        where("mailbox_uid"), where("target_name"), where("target_uid"),
        where("actor_user_uid")))));
  }
  if (found.empty()) {
    const auto names = TRY(Column(
        asked, fmt::format("SELECT DISTINCT {0} FROM {1} WHERE {0} IS NOT NULL ORDER BY 1 LIMIT "
                           "200000",
                           actors.name, actors.table)));
    return NotFound("user", text, Near(text, names));
  }
  const Candidate* const one = One(found, text);
  if (one == nullptr) return Ambiguous("user", text, found);
  Chosen out;
  out.subject = SubjectOf("user", *one);
  const Texts names = Joined({one->id}, one->names);
  const Texts ids = TRY(Set(
      asked, fmt::format("SELECT DISTINCT {0} FROM {1} WHERE {2} AND {0} IS NOT NULL ORDER BY 1",
                         actors.uid, actors.table, In(actors.name, names))));
  for (const std::string& id : ids) {
    if (!names.contains(id)) out.subject.also.push_back(id);
  }
  const Texts both = Joined(names, ids);
  // A name is the same person everywhere; an id is a tenant's own, and exports made to be shown
  // around use one for many.
  std::string here;
  if (!one->tenants.empty()) {
    here = fmt::format(" AND (tenant_uid IS NULL OR {})", In("tenant_uid", one->tenants));
  }
  // Where each event that has one of the ids in it as the one who acts has one of the names too, it
  // is found by that, and all else only by what names somebody besides.
  bool known = actors.known && asked.Has("events", "names_other_user");
  if (known) {
    const TrailRows apart = TRY(asked.Ask(
        fmt::format("SELECT count(*) FROM users WHERE ({} OR {}) AND NOT coalesce({}, false)",
                    In("user_uid", both), In("user_name", both), In("user_name", names))));
    known = ToCount(apart[0][0]) == 0;
  }
  const std::string also = known ? " AND names_other_user = true" : "";
  std::vector<Naming> namings = {{"actor_user_name", names}};
  if (!known) namings.push_back({"actor_user_uid", both, here});
  const Naming others[] = {
      {"who_identity", names, also},
      {"who_identity_uid", both, here + also},
      {"mailbox_uid", names, also},
      {"mailbox_uid", ids, here + also},
      {"target_uid", both, here + also},
      {"target_name", names, also},
      {"grant_principal_uid", both, here + also},
  };
  namings.insert(namings.end(), std::begin(others), std::end(others));
  out.Name(asked, namings, one->events);
  return out;
}

/// The spellings of a token's id: as given, in small letters, without what names its kind, and
/// decoded where it is Entra's short form.
Texts TokenSpellings(const std::string& text) {
  Texts out = {text};
  std::string plain = text;
  if (ContainsIgnoreCase(plain.substr(0, 4), "jti=")) plain = plain.substr(4);
  Arena arena;
  out.insert(plain);
  out.insert(std::string(DecodeUti(plain, arena)));
  if (IsGuid(plain)) out.insert(Lower(plain));
  return out;
}

/// Things that have no name: found by their id alone, in a column of `table` where the case has it.
struct Plain {
  std::string_view flag;
  std::string_view table;
  std::string_view table_column;
  std::vector<std::string_view> columns;
};

Result<Chosen> ChoosePlain(const TrailCase& asked, const Plain& plain, const std::string& text,
                           const Texts& spellings) {
  const bool table = asked.HasTable(plain.table);
  const auto where = [&](std::string_view column) {
    return text.find('*') == std::string::npos ? In(column, spellings) : Matches(column, text);
  };
  std::string sql;
  if (table) {
    sql = fmt::format("SELECT {0}, NULL, tenant_uid, 0 FROM {1} WHERE {2}", plain.table_column,
                      plain.table, where(plain.table_column));
  } else {
    for (const std::string_view column : plain.columns) {
      sql +=
          fmt::format("{}SELECT {}, NULL, tenant_uid, count(*) FROM events WHERE {} GROUP BY ALL",
                      sql.empty() ? "" : " UNION ALL ", column, where(column));
    }
  }
  std::vector<Candidate> found =
      Gather(TRY(asked.Ask("SELECT * FROM (" + sql + ") ORDER BY ALL LIMIT 10000")));
  if (found.empty()) {
    std::string start = text.substr(0, std::max<size_t>(4, text.size() / 3));
    std::erase(start, '*');
    const std::string from(table ? plain.table : std::string_view("events"));
    const std::string column(table ? plain.table_column : plain.columns[0]);
    const auto near = TRY(Column(
        asked, fmt::format("SELECT DISTINCT {0} FROM {1} WHERE starts_with({0}, {2}) ORDER BY 1 "
                           "LIMIT 5",
                           column, from, store::Literal(start))));
    return NotFound(plain.flag, text, near);
  }
  const Candidate* const one = One(found, text);
  if (one == nullptr) return Ambiguous(plain.flag, text, found);
  Chosen out;
  out.subject = SubjectOf(plain.flag, *one);
  if (out.subject.id != text) out.subject.also.push_back(text);
  std::vector<Naming> namings;
  for (const std::string_view column : plain.columns) namings.push_back({column, {one->id}});
  out.Name(asked, namings);
  return out;
}

/// Of changes these columns hold several ids with spaces between.
std::string EventsListing(const TrailCase& asked, std::string_view column, std::string_view id) {
  if (!asked.Has("events", column)) return "SELECT event_id FROM events WHERE false";
  return fmt::format(
      "SELECT event_id FROM events WHERE contains({0}, {1}) AND list_contains(string_split({0}, ' "
      "'), {1})",
      column, store::Literal(id));
}

Result<Chosen> ChooseCredential(const TrailCase& asked, const std::string& text) {
  const Texts spellings = {text, Lower(text)};
  Chosen out = TRY(ChoosePlain(asked,
                               {"credential",
                                "credentials",
                                "credential_uid",
                                {"actor_session_credential_uid", "app_credentials_removed"}},
                               text, spellings));
  for (const std::string_view column :
       {"actor_session_credential_uid", "app_credentials_removed"}) {
    if (asked.Holds(column)) out.Add(EventsListing(asked, column, out.subject.id));
  }
  return out;
}

Result<Chosen> ChooseGrant(const TrailCase& asked, const std::string& text) {
  Chosen out;
  out.subject.type = "grant";
  const std::string id = store::Literal(text);
  const std::string listed = EventsListing(asked, "grant_uid", text);
  if (asked.HasTable("grants")) {
    const bool number = IsDigits(text) && text.size() < 10;
    const TrailRows rows = TRY(asked.Ask(fmt::format(
        "SELECT grant_number, coalesce(app_name, app_uid, app_object_uid), tenant_uid, "
        "array_to_string(grant_uids, ' ') FROM grants WHERE {} list_contains(grant_uids, {}) ORDER "
        "BY 1",
        number ? fmt::format("grant_number = {} OR", text) : "", id)));
    if (rows.size() > 1) {
      std::vector<Candidate> several;
      for (const auto& row : rows) several.push_back({row[0], {row[1]}, {row[2]}, 0});
      return Ambiguous("grant", text, several);
    }
    if (!rows.empty()) {
      out.subject.id = rows[0][0];
      out.subject.name = rows[0][1];
      if (!rows[0][2].empty()) out.subject.tenants.insert(rows[0][2]);
      out.Add(listed);
      for (const std::string_view uid : Split(rows[0][3], " ")) {
        out.subject.also.emplace_back(uid);
        if (uid != text) out.Add(EventsListing(asked, "grant_uid", std::string(uid)));
      }
      if (asked.Has("events", "grant_number")) {
        out.Add(fmt::format("SELECT event_id FROM events WHERE grant_number = {}", rows[0][0]));
      }
      if (asked.HasTable("grant_changes")) {
        out.Add(fmt::format(
            "SELECT e.event_id FROM events e SEMI JOIN (SELECT content, time FROM "
            "grant_changes WHERE grant_number = {}) c ON e.content = c.content AND e.time = c.time",
            rows[0][0]));
      }
      return out;
    }
  }
  const TrailRows rows = TRY(asked.Ask("SELECT count(*) FROM (" + listed + ")"));
  if (ToCount(rows[0][0]) == 0) {
    const auto near = TRY(Column(
        asked, fmt::format("SELECT DISTINCT grant_uid FROM events WHERE starts_with(grant_uid, {}) "
                           "ORDER BY 1 LIMIT 5",
                           store::Literal(text.substr(0, std::max<size_t>(4, text.size() / 3))))));
    return NotFound("grant", text, near);
  }
  out.subject.id = text;
  out.Add(listed);
  return out;
}

Result<Chosen> ChooseServiceAccount(const TrailCase& asked, const std::string& text) {
  const std::vector<std::string_view> parts = Split(text, "/");
  const std::string_view prefix = "system:serviceaccount:";
  std::string account = text;
  if (text.starts_with(prefix)) {
    account = text.substr(prefix.size());
    std::replace(account.begin(), account.end(), ':', '/');
  } else if (parts.size() != 2) {
    return Error{ErrorKind::kInvalid,
                 fmt::format("--serviceaccount takes NAMESPACE/NAME, not '{}'", Printable(text))};
  }
  std::string user = std::string(prefix) + account;
  std::replace(user.begin(), user.end(), '/', ':');
  // `x/y` of either way to write it.
  const std::string as_account =
      fmt::format("replace(substr(actor_user_name, {}), ':', '/')", prefix.size() + 1);
  const std::vector<Candidate> found = Gather(TRY(asked.Ask(fmt::format(
      "SELECT {0}, NULL, tenant_uid, count(*) FROM events WHERE {1} GROUP BY ALL UNION ALL SELECT "
      "k8s_service_account, NULL, tenant_uid, count(*) FROM events WHERE {2} GROUP BY ALL",
      as_account, Matches("actor_user_name", user), Matches("k8s_service_account", account)))));
  if (found.empty()) {
    const auto names = TRY(Column(
        asked, fmt::format("SELECT DISTINCT {} AS account FROM events WHERE "
                           "starts_with(actor_user_name, '{}') UNION SELECT DISTINCT "
                           "k8s_service_account FROM events WHERE k8s_service_account IS NOT NULL "
                           "ORDER BY 1",
                           as_account, prefix)));
    return NotFound("serviceaccount", text, Near(text, names));
  }
  const Candidate* const one = One(found, account);
  if (one == nullptr) return Ambiguous("serviceaccount", text, found);
  Chosen out;
  out.subject = SubjectOf("serviceaccount", *one);
  std::string name = std::string(prefix) + one->id;
  std::replace(name.begin(), name.end(), '/', ':');
  out.subject.name = name;
  out.ids_sql = EventsNaming(
      asked,
      {{"actor_user_name", {name}}, {"who_identity", {name}}, {"k8s_service_account", {one->id}}});
  return out;
}

Result<Chosen> ChooseAddress(const TrailCase& asked, const std::string& text) {
  const auto range = AddressRange::Parse(text);
  if (!range) {
    return Error{ErrorKind::kInvalid,
                 fmt::format("--ip takes an address or a network such as 203.0.113.0/24, not '{}'",
                             Printable(text))};
  }
  Texts addresses;
  size_t left = 0;
  if (range->single()) {
    Arena arena;
    addresses = {text, std::string(CanonicalAddress(text, arena))};
  } else {
    for (const auto& row : TRY(asked.Ask(
             "SELECT DISTINCT src_endpoint_ip FROM events WHERE src_endpoint_ip IS NOT NULL "
             "ORDER BY 1"))) {
      if (!range->Holds(row[0])) continue;
      if (addresses.size() < kMaxAddresses) {
        addresses.insert(row[0]);
      } else {
        ++left;
      }
    }
  }
  if (left > 0) {
    return Error{ErrorKind::kInvalid, fmt::format("--ip {} holds more than {} addresses of this "
                                                  "case; choose a smaller network",
                                                  Printable(text), Grouped(kMaxAddresses))};
  }
  const TrailRows rows = TRY(
      asked.Ask(fmt::format("SELECT count(*), count(DISTINCT src_endpoint_ip) FROM events WHERE {}",
                            In("src_endpoint_ip", addresses))));
  if (ToCount(rows[0][0]) == 0) {
    const std::string start = text.substr(0, text.find_last_of(".:") + 1);
    const auto near =
        TRY(Column(asked, fmt::format("SELECT DISTINCT src_endpoint_ip FROM events WHERE "
                                      "starts_with(src_endpoint_ip, {}) ORDER BY 1 LIMIT 5",
                                      store::Literal(start.empty() ? "-" : start))));
    return NotFound("ip", text, near);
  }
  Chosen out;
  out.subject.type = "ip";
  out.subject.id = text;
  if (!range->single()) out.subject.name = rows[0][1] + " addresses seen";
  out.Name(asked, {{"src_endpoint_ip", addresses}}, ToCount(rows[0][0]));
  return out;
}

/// A message, file, repository or other thing, by its id, name or address.
Result<Chosen> ChooseItem(const TrailCase& asked, const std::string& text) {
  Chosen out;
  out.subject.type = "item";
  out.subject.id = text;
  const bool pattern = text.find('*') != std::string::npos;
  const std::string decoded = DecodePercent(text);
  std::vector<std::string>& parts = out.ids_sql;
  if (asked.Holds("volume_item_uids") && !pattern) {
    std::string bare = text;
    if (bare.starts_with('<') && bare.ends_with('>')) bare = bare.substr(1, bare.size() - 2);
    parts.push_back(
        fmt::format("SELECT event_id FROM events WHERE contains(volume_item_uids, {0}) AND "
                    "list_has_any(string_split(volume_item_uids, ' '), [{0}, '<' || {0} || '>'])",
                    store::Literal(bare)));
  }
  for (const std::string_view column :
       {"object_name", "http_request_url", "target_uid", "k8s_name"}) {
    if (!asked.Holds(column)) continue;
    parts.push_back(
        fmt::format("SELECT event_id FROM events WHERE {}",
                    pattern ? Matches(column, text) : In(column, {text, decoded, Lower(text)})));
  }
  const TrailRows rows = TRY(asked.Ask("SELECT count(*) FROM (" + AllOf(parts) + ")"));
  if (ToCount(rows[0][0]) > 0) return out;
  std::string plain = text;
  std::erase(plain, '*');
  std::string sql;
  for (const std::string_view column : {"object_name", "volume_item_uids"}) {
    if (!asked.Has("events", column) || plain.size() < 3) continue;
    sql += fmt::format(
        "{0}(SELECT DISTINCT {1} AS item FROM events WHERE {1} ILIKE '%' || {2} || '%' ORDER BY 1 "
        "LIMIT 5)",
        sql.empty() ? "" : " UNION ", column, store::Literal(plain));
  }
  std::vector<std::string> near;
  if (!sql.empty()) near = TRY(Column(asked, sql + " ORDER BY 1 LIMIT 5"));
  return NotFound("item", text, near);
}

Result<Chosen> ChooseIncident(const TrailCase& asked, const std::string& text) {
  if (!asked.HasTable("incidents") || !asked.HasTable("incident_findings")) {
    return Error{ErrorKind::kNotFound,
                 "this case holds no incidents: an older program wrote it; hunt again with -C"};
  }
  const std::string where = IsDigits(text) && text.size() < 10 ? fmt::format("number = {}", text)
                                                               : Matches("incident_id", text);
  const TrailRows rows = TRY(asked.Ask(
      "SELECT incident_id, headline, number FROM incidents WHERE " + where + " ORDER BY number"));
  if (rows.empty()) {
    std::vector<std::string> near;
    for (const auto& row :
         TRY(asked.Ask("SELECT number, headline FROM incidents ORDER BY number LIMIT 5"))) {
      near.push_back(row[0] + "  " + row[1]);
    }
    return NotFound("incident", text, near);
  }
  Chosen out;
  out.subject.type = "incident";
  out.subject.id = rows[0][2].empty() ? rows[0][0] : rows[0][2];
  out.subject.name = rows[0][1];
  out.Add(fmt::format(
      "SELECT event_id FROM events SEMI JOIN (SELECT content FROM finding_evidence SEMI JOIN "
      "(SELECT finding_id FROM incident_findings WHERE incident_id = {}) USING (finding_id)) USING "
      "(content)",
      store::Literal(rows[0][0])));
  return out;
}

}  // namespace

Result<TrailChoice> ChooseTrail(const TrailCase& asked, const TrailWish& wish) {
  TrailChoice out;
  std::vector<std::string> parts;
  const auto add = [&](Chosen chosen) {
    out.subjects.push_back(std::move(chosen.subject));
    parts.push_back(AllOf(chosen.ids_sql));
    const bool alone = parts.size() == 1;
    out.most_column = alone ? std::move(chosen.most_column) : std::string();
    out.most_values = std::move(chosen.most_values);
    out.most_count = chosen.most_count;
    out.more_sql = std::move(chosen.more_sql);
  };
  if (!wish.app.empty()) add(TRY(ChooseApp(asked, wish.app)));
  if (!wish.user.empty()) add(TRY(ChooseUser(asked, wish.user)));
  if (!wish.serviceaccount.empty()) add(TRY(ChooseServiceAccount(asked, wish.serviceaccount)));
  if (!wish.token.empty()) {
    add(TRY(ChoosePlain(asked, {"token", "tokens", "token_uid", {"token_uid", "token_issued_uid"}},
                        wish.token, TokenSpellings(wish.token))));
  }
  if (!wish.session.empty()) {
    add(TRY(ChoosePlain(asked, {"session", "sessions", "session_uid", {"actor_session_uid"}},
                        wish.session, {wish.session, Lower(wish.session)})));
  }
  if (!wish.credential.empty()) add(TRY(ChooseCredential(asked, wish.credential)));
  if (!wish.grant.empty()) add(TRY(ChooseGrant(asked, wish.grant)));
  if (!wish.ip.empty()) add(TRY(ChooseAddress(asked, wish.ip)));
  if (!wish.item.empty()) add(TRY(ChooseItem(asked, wish.item)));
  if (!wish.incident.empty()) add(TRY(ChooseIncident(asked, wish.incident)));
  for (std::string& part : parts) {
    out.ids_sql += fmt::format("{}({})", out.ids_sql.empty() ? "" : " INTERSECT ", part);
  }
  const bool whole = wish.app.empty() && wish.user.empty();
  out.follow_tokens = whole && wish.item.empty() && parts.size() == 1;
  return out;
}

}  // namespace tokentrail::cli
