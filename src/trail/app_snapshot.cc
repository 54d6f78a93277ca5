#include "trail/app_snapshot.h"

#include <charconv>
#include <utility>

#include "base/text.h"
#include "model/app_facts.h"

namespace tokentrail::trail {
namespace {

std::optional<Time> TimeIn(std::string_view text) {
  const ParsedTime time = ParseTime(Trim(text));
  // `0001-01-01` stands for never.
  if (text.empty() || time.fault != TimeFault::kNone || time.time.micros <= 0) return std::nullopt;
  return time.time;
}

void Later(std::optional<Time>& out, std::optional<Time> time) {
  if (time && (!out || *out < *time)) out = time;
}
void Earlier(std::optional<Time>& out, std::optional<Time> time) {
  if (time && (!out || *time < *out)) out = time;
}

/// Rows come in no order, so what they tell differently is decided by the text.
void Take(std::string& out, std::string_view text) {
  if (!text.empty() && (out.empty() || text < out)) out = text;
}

std::optional<bool> FlagIn(std::string_view text) {
  if (EqualsIgnoreCase(text, "true") || text == "1" || EqualsIgnoreCase(text, "yes")) return true;
  if (EqualsIgnoreCase(text, "false") || text == "0" || EqualsIgnoreCase(text, "no")) return false;
  return std::nullopt;
}

App::Sanction SanctionIn(std::string_view text) {
  if (ContainsIgnoreCase(text, "ban")) return App::Sanction::kBanned;
  if (ContainsIgnoreCase(text, "undetermined") || ContainsIgnoreCase(text, "unapproved")) {
    return App::Sanction::kUndetermined;
  }
  if (ContainsIgnoreCase(text, "approv") || ContainsIgnoreCase(text, "sanction")) {
    return App::Sanction::kApproved;
  }
  return App::Sanction::kUndetermined;
}

void TakeCredential(std::string_view value, AppRecord& app) {
  const std::string_view kind = NextPart(value);
  const std::string_view id = NextPart(value);
  if (id.empty()) return;
  AppCredential& out = app.credentials[std::string(id)];
  out.id = id;
  out.kind = kind;
  const std::string_view start = NextPart(value);
  const std::string_view end = NextPart(value);
  if (kind == "federated") {
    // Whom it trusts: issuer and subject.
    out.name = std::string(start);
    if (!end.empty()) out.name += " " + std::string(end);
    return;
  }
  out.added = TimeIn(start);
  out.expires = TimeIn(end);
  Take(out.name, value);
}

}  // namespace

void AppSnapshot::Take(const Event& event, std::string_view source, std::string_view platform) {
  const std::string_view category = event.Text(Field::kCategory);
  if (category == "user") return TakePerson(event);
  if (category == "directoryRole") return TakeRole(event);
  if (source == "cloud_app_catalog") {
    // It lists the apps of several platforms.
    const std::string_view origin = event.Text(Field::kResourceName);
    if (ContainsIgnoreCase(origin, "google")) platform = "google";
    if (ContainsIgnoreCase(origin, "salesforce")) platform = "salesforce";
  }
  TakeApp(event, platform);
}

void AppSnapshot::TakeApp(const Event& event, std::string_view platform) {
  const std::string_view category = event.Text(Field::kCategory);
  // People and groups assigned to an app may sign in to it: they are no apps.
  if (category == "appRoleAssignment" &&
      !EqualsIgnoreCase(event.Text(Field::kTargetType), "ServicePrincipal")) {
    return;
  }
  const std::string tenant(event.Text(Field::kTenant));
  const std::string_view client = event.Text(Field::kApp);
  const bool application = category == "application";
  const std::string_view object = event.Text(application ? Field::kTarget : Field::kAppObject);
  std::string_view id = client.empty() ? object : client;
  if (id.empty()) id = event.Text(Field::kAppName);
  if (id.empty()) return;
  const auto key = std::tuple(tenant, std::string(platform), std::string(id));
  auto it = apps_.find(key);
  if (it == apps_.end()) {
    if (apps_.size() >= kMaxApps) {
      ++left_out_;
      return;
    }
    it = apps_.try_emplace(key).first;
    it->second.tenant = tenant;
    it->second.platform = platform;
    it->second.id = id;
  }
  AppRecord& app = it->second;
  if (category != "catalog") app.listed = true;
  if (!object.empty() && (application || category != "catalog")) {
    tokentrail::trail::Take(application ? app.application_object : app.object, object);
    if (!client.empty() && !application) {
      app_of_object_.try_emplace({tenant, std::string(object)}, client);
    }
  }
  const bool of_grant = category == "oauth2PermissionGrant" || category == "appRoleAssignment";
  // An assignment's own display name is that of its principal, which is the app.
  if (const std::string_view name = event.Text(Field::kAppName); !name.empty()) {
    if (app.names.size() < 8) app.names.emplace(name);
  }
  tokentrail::trail::Take(app.owner_tenant, event.Text(Field::kAppOwner));
  tokentrail::trail::Take(app.publisher, event.Text(Field::kPublisher));
  for (const std::string_view url : Split(event.Text(Field::kReplyUrls), " ;")) {
    if (app.reply_urls.size() < 256) app.reply_urls.emplace(url);
  }
  if (!of_grant) Earlier(app.created, TimeIn(event.Text(Field::kReason)));
  bool own = false;
  bool for_all = EqualsIgnoreCase(event.Text(Field::kConsentType), "AllPrincipals");
  std::vector<std::string> held;
  EachFact(event.Text(Field::kFacts), [&](std::string_view name, std::string_view value) {
    if (name == "verified") {
      if (const auto flag = FlagIn(value)) {
        // Verified in one row is verified.
        if (*flag || app.verified == App::Verified::kUnknown) {
          app.verified = *flag ? App::Verified::kYes : App::Verified::kNo;
        }
      }
    } else if (name == "verified_publisher") {
      // Whom somebody checked counts for more than what the app calls itself.
      app.publisher = value;
      app.verified = App::Verified::kYes;
    } else if (name == "publisher_domain") {
      tokentrail::trail::Take(app.publisher_domain, value);
    } else if (name == "homepage") {
      tokentrail::trail::Take(app.homepage, value);
    } else if (name == "audience") {
      tokentrail::trail::Take(app.audience, value);
    } else if (name == "created" || name == "added") {
      Earlier(app.created, TimeIn(value));
    } else if (name == "created_by") {
      tokentrail::trail::Take(app.created_by, value);
    } else if (name == "last_used") {
      Later(app.last_used, TimeIn(value));
    } else if (name == "last_authorized") {
      Later(app.last_authorized, TimeIn(value));
    } else if (name == "enabled") {
      if (const auto flag = FlagIn(value)) app.enabled = *flag && app.enabled.value_or(true);
    } else if (name == "assignment_required") {
      if (const auto flag = FlagIn(value)) app.assignment_required = flag;
    } else if (name == "public_client") {
      if (const auto flag = FlagIn(value)) app.public_client = flag;
    } else if (name == "reply") {
      if (app.reply_urls.size() < 256) app.reply_urls.emplace(value);
    } else if (name == "credential") {
      TakeCredential(value, app);
    } else if (name == "permission") {
      held.emplace_back(value);
    } else if (name == "application") {
      own = value == "true";
    } else if (name == "all_users") {
      for_all = value == "true";
    } else if (name == "users") {
      uint64_t count = 0;
      std::from_chars(value.data(), value.data() + value.size(), count);
      app.catalog_users = std::max(app.catalog_users.value_or(0), count);
    } else if (name == "community") {
      tokentrail::trail::Take(app.community_use, Lower(value));
    } else if (name == "state") {
      app.sanction = SanctionIn(value);
    } else if (name == "user") {
      const std::string_view user = NextPart(value);
      if (app.users.size() < 100'000) app.users.emplace(user, value);
    }
  });
  // Grants of Entra ID and Google come through the grant ledger.
  if ((platform != "entra" && platform != "google") || category == "catalog") {
    for (const std::string_view scope : Split(event.Text(Field::kScopes), " ")) {
      held.emplace_back(scope);
    }
  }
  for (std::string& one : held) {
    if (app.held.size() < 1024) app.held.insert({std::move(one), own, for_all});
  }
}

void AppSnapshot::TakePerson(const Event& event) {
  AppPerson person;
  person.id = Lower(event.Text(Field::kUserId));
  person.name = Lower(event.Text(Field::kUser));
  if (person.id.empty() && person.name.empty()) return;
  EachFact(event.Text(Field::kFacts), [&](std::string_view name, std::string_view value) {
    if (name == "department") person.department = value;
    if (name == "title") person.title = value;
    if (name == "manager") person.manager = value;
    if (name == "role") person.roles.emplace_back(value);
  });
  people_.Add(std::move(person));
}

void AppSnapshot::TakeRole(const Event& event) {
  const std::string_view role = event.Text(Field::kRole);
  if (role.empty()) return;
  EachFact(event.Text(Field::kFacts), [&](std::string_view name, std::string_view value) {
    if (name != "member") return;
    const std::string_view id = NextPart(value);
    const std::string_view upn = NextPart(value);
    if (value == "servicePrincipal") return;
    AppPerson person;
    person.id = Lower(id);
    person.name = Lower(upn);
    person.roles.emplace_back(role);
    if (!person.id.empty() || !person.name.empty()) people_.Add(std::move(person));
  });
}

const std::string* AppSnapshot::AppOfObject(const std::string& tenant,
                                            const std::string& object) const {
  const auto it = app_of_object_.find({tenant, object});
  return it == app_of_object_.end() ? nullptr : &it->second;
}

}  // namespace tokentrail::trail
