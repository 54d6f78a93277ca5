// What can be asked of an app: who it is and how it came.

#include "base/text.h"
#include "policy/attribute_value.h"

namespace tokentrail::policy {
namespace {

bool Foreign(const App& app) {
  return !app.first_party && !EqualsIgnoreCase(app.owner_tenant, app.tenant);
}

/// Of an URL: without scheme, user and port. What has no host, such as `urn:...`, as it is.
std::string_view HostOf(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return url;
  url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  if (const size_t user = url.rfind('@'); user != std::string_view::npos) {
    url.remove_prefix(user + 1);
  }
  if (url.starts_with('[')) return url.substr(0, url.find(']') + 1);  // npos + 1 is 0: nothing
  return url.substr(0, url.find(':'));
}

/// When it came to this tenant. That we saw it first some day says so only where the evidence had
/// gone on without it for a while: a week is our guess.
std::optional<Time> Arrived(const App& app, const Portfolio& portfolio) {
  if (app.created && *app.created != kAsOfCollection) return app.created;
  if (app.first_authorized && *app.first_authorized != kAsOfCollection &&
      *app.first_authorized >= portfolio.first + Days(7)) {
    return app.first_authorized;
  }
  if (app.first_seen.micros == 0 || app.first_seen == kAsOfCollection) return std::nullopt;
  if (app.first_seen < portfolio.first + Days(7)) return std::nullopt;
  return app.first_seen;
}

constexpr Attribute kAttributes[] = {
    {.name = "name",
     .type = ValueType::kText,
     .summary = "what it calls itself",
     .column = "App",
     .get = [](const App& app, const Portfolio&, Time) { return TextOf(app.name); },
     .aliases = "app app_name"},
    {.name = "id",
     .type = ValueType::kText,
     .summary = "client id; where it has none, object id or name",
     .column = "App id",
     .get = [](const App& app, const Portfolio&, Time) { return TextOf(app.id); },
     .aliases = "app_id client_id"},
    {.name = "object_id",
     .type = ValueType::kText,
     .summary = "id of its service principal in this tenant",
     .column = "Object id",
     .get = [](const App& app, const Portfolio&, Time) { return TextOf(app.object); },
     .aliases = "object service_principal"},
    {.name = "other_names",
     .type = ValueType::kTexts,
     .summary = "other names that the evidence calls it by",
     .column = "Other names",
     .get =
         [](const App& app, const Portfolio&, Time) {
           return TextsOf(app.other_names,
                          [](const std::string& one) { return std::string_view(one); });
         }},
    {.name = "platform",
     .type = ValueType::kText,
     .summary = "entra, google, github, slack, salesforce, okta, kubernetes, ...",
     .column = "Platform",
     .get = [](const App& app, const Portfolio&, Time) { return TextOf(app.platform); }},
    {.name = "tenant",
     .type = ValueType::kText,
     .summary = "tenant, organisation, workspace or cluster that it is in",
     .column = "Tenant",
     .get = [](const App& app, const Portfolio&, Time) { return TextOf(app.tenant); }},
    {.name = "publisher",
     .type = ValueType::kText,
     .summary = "who says they made it",
     .column = "Publisher",
     .get = [](const App& app, const Portfolio&, Time) { return TextOf(app.publisher); }},
    {.name = "publisher_domain",
     .type = ValueType::kText,
     .summary = "domain of the publisher",
     .column = "Publisher domain",
     .get = [](const App& app, const Portfolio&, Time) { return TextOf(app.publisher_domain); }},
    {.name = "verified",
     .type = ValueType::kFlag,
     .summary = "the platform verified its publisher; unknown where nothing says so",
     .column = "Verified",
     .get =
         [](const App& app, const Portfolio&, Time) {
           if (app.verified == App::Verified::kUnknown) return Value{};
           return FlagOf(app.verified == App::Verified::kYes);
         }},
    {.name = "unverified",
     .type = ValueType::kFlag,
     .summary = "known to have no verified publisher",
     .column = "Unverified",
     .get =
         [](const App& app, const Portfolio&, Time) {
           if (app.verified == App::Verified::kUnknown) return Value{};
           return FlagOf(app.verified == App::Verified::kNo);
         }},
    {.name = "owner_tenant",
     .type = ValueType::kText,
     .summary = "tenant in which it is registered",
     .column = "Owner tenant",
     .get = [](const App& app, const Portfolio&, Time) { return TextOf(app.owner_tenant); }},
    {.name = "foreign",
     .type = ValueType::kFlag,
     .summary = "registered in another tenant, and not the platform's own",
     .column = "Foreign",
     .get =
         [](const App& app, const Portfolio&, Time) {
           if (app.owner_tenant.empty() && !app.first_party) return Value{};
           return FlagOf(Foreign(app));
         },
     .aliases = "external"},
    {.name = "first_party",
     .type = ValueType::kFlag,
     .summary = "the platform's own, by its id",
     .column = "First party",
     .get = [](const App& app, const Portfolio&, Time) { return FlagOf(app.first_party); }},
    {.name = "origin",
     .type = ValueType::kText,
     .summary = "where it is registered: internal, external or first_party",
     .column = "App origin",
     .get =
         [](const App& app, const Portfolio&, Time) {
           if (app.first_party) return TextOf("first_party");
           if (app.owner_tenant.empty()) return Value{};
           return TextOf(Foreign(app) ? "external" : "internal");
         },
     .aliases = "app_origin",
     .choices = "internal|external|first_party"},
    {.name = "category",
     .type = ValueType::kText,
     .summary = "what it is for: by your label, marketplace, its id, or its name",
     .column = "Category",
     .get = [](const App& app, const Portfolio&, Time) { return TextOf(app.category); }},
    {.name = "category_source",
     .type = ValueType::kText,
     .summary = "how the category is known",
     .column = "Category by",
     .get = [](const App& app, const Portfolio&, Time) { return TextOf(app.category_source); },
     .choices = "label|marketplace|id|keyword"},
    {.name = "state",
     .type = ValueType::kText,
     .summary = "approved, banned or undetermined, by your --app-states",
     .column = "App state",
     .get = [](const App& app, const Portfolio&, Time) { return TextOf(Name(app.sanction)); },
     .aliases = "app_state sanction",
     .choices = "approved|banned|undetermined"},
    {.name = "enabled",
     .type = ValueType::kFlag,
     .summary = "people may sign in to it",
     .column = "Enabled",
     .get = [](const App& app, const Portfolio&,
               Time) { return app.enabled ? FlagOf(*app.enabled) : Value{}; }},
    {.name = "assignment_required",
     .type = ValueType::kFlag,
     .summary = "only people assigned to it may use it",
     .column = "Assignment required",
     .get =
         [](const App& app, const Portfolio&, Time) {
           return app.assignment_required ? FlagOf(*app.assignment_required) : Value{};
         }},
    {.name = "audience",
     .type = ValueType::kText,
     .summary = "whose accounts may sign in: AzureADMyOrg, AzureADMultipleOrgs, ...",
     .column = "Audience",
     .get = [](const App& app, const Portfolio&, Time) { return TextOf(app.audience); },
     .aliases = "sign_in_audience"},
    {.name = "public_client",
     .type = ValueType::kFlag,
     .summary = "has no secret of its own",
     .column = "Public client",
     .get = [](const App& app, const Portfolio&, Time) { return FlagOf(app.public_client); }},
    {.name = "foci",
     .type = ValueType::kFlag,
     .summary = "its refresh tokens work for other apps of Microsoft's family as well",
     .column = "Family",
     .get = [](const App& app, const Portfolio&, Time) { return FlagOf(app.foci); },
     .aliases = "family"},
    {.name = "homepage",
     .type = ValueType::kText,
     .summary = "its home page",
     .column = "Homepage",
     .get = [](const App& app, const Portfolio&, Time) { return TextOf(app.homepage); }},
    {.name = "reply_urls",
     .type = ValueType::kTexts,
     .summary = "where codes and tokens are sent to",
     .column = "Reply URLs",
     .get =
         [](const App& app, const Portfolio&, Time) {
           return TextsOf(app.reply_urls,
                          [](const std::string& one) { return std::string_view(one); });
         },
     .aliases = "reply_url redirect_uris"},
    {.name = "reply_hosts",
     .type = ValueType::kTexts,
     .summary = "the hosts of its reply URLs",
     .column = "Reply hosts",
     .get =
         [](const App& app, const Portfolio&, Time) {
           return TextsOf(app.reply_urls, [](const std::string& one) { return HostOf(one); });
         },
     .aliases = "reply_host"},
    {.name = "created",
     .type = ValueType::kAge,
     .summary = "since it was registered, or added to this tenant",
     .column = "Added on",
     .get = [](const App& app, const Portfolio&, Time as_of) { return AgeOf(app.created, as_of); },
     .aliases = "added added_on age"},
    {.name = "created_by",
     .type = ValueType::kText,
     .summary = "who registered or added it",
     .column = "Added by",
     .get = [](const App& app, const Portfolio&, Time) { return TextOf(app.created_by); },
     .aliases = "added_by"},
    {.name = "route",
     .type = ValueType::kText,
     .summary = "how it was registered: portal, azure_cli, powershell, sdk, consent, ...",
     .column = "Route",
     .get = [](const App& app, const Portfolio&, Time) { return TextOf(app.route); }},
    {.name = "first_seen",
     .type = ValueType::kAge,
     .summary =
         "since it was first seen; at least as long as the evidence, for what was there before",
     .column = "First seen",
     .get = [](const App& app, const Portfolio&,
               Time as_of) { return AgeOf(app.first_seen, as_of); }},
    {.name = "new",
     .type = ValueType::kAge,
     .summary =
         "since it came: created, else first authorised or seen after a week of evidence without it",
     .column = "Came",
     .get = [](const App& app, const Portfolio& portfolio,
               Time as_of) { return AgeOf(Arrived(app, portfolio), as_of); },
     .aliases = "came arrived"},
    {.name = "in_snapshot",
     .type = ValueType::kFlag,
     .summary = "an export of the real state holds it",
     .column = "In export",
     .get = [](const App& app, const Portfolio&, Time) { return FlagOf(app.in_snapshot); }},
};

}  // namespace

std::span<const Attribute> IdentityAttributes() { return kAttributes; }

}  // namespace tokentrail::policy
