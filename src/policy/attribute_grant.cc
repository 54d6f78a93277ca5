// What can be asked of an app: who let it, and to what.

#include <string>

#include "inventory/adoption.h"
#include "policy/attribute_value.h"

namespace tokentrail::policy {
namespace {

template <typename Takes>
Value PermissionCount(const App& app, const Takes& takes) {
  size_t count = 0;
  for (const AppPermission& one : app.permissions) count += one.in_force && takes(one) ? 1 : 0;
  return NumberOf(static_cast<double>(count));
}

template <typename Takes>
Value PermissionNames(const App& app, const Takes& takes) {
  std::vector<std::string_view> out;
  for (const AppPermission& one : app.permissions) {
    if (one.in_force && takes(one)) out.push_back(one.name);
  }
  return TextsOf(std::move(out));
}

double RankOf(int severity) {
  const std::string_view level = PermissionLevel(severity);
  return LevelRank(level == "high"     ? Level::kHigh
                   : level == "medium" ? Level::kMedium
                                       : Level::kLow);
}

bool InWindow(Time time, Time as_of, Span window) {
  return time != kAsOfCollection && time <= as_of && as_of < time + window;
}

/// People, each once, who authorised it, or from whom more was had, in the time before `as_of`.
Value ConsentingUsers(const App& app, Time as_of, Span window) {
  std::vector<uint32_t> users;
  uint64_t unnamed = 0;
  for (const AppConsent& one : app.consents) {
    if (one.act != ConsentAct::kGranted && one.act != ConsentAct::kWidened) continue;
    if (!InWindow(one.time, as_of, window)) continue;
    if (one.user == 0) {
      ++unnamed;
    } else {
      users.push_back(one.user);
    }
  }
  std::sort(users.begin(), users.end());
  users.erase(std::unique(users.begin(), users.end()), users.end());
  return NumberOf(static_cast<double>(users.size() + unnamed));
}

Value CountActs(const App& app, ConsentAct act) {
  return NumberOf(
      static_cast<double>(std::count_if(app.consents.begin(), app.consents.end(),
                                        [act](const AppConsent& one) { return one.act == act; })));
}

Value LastAct(const App& app, ConsentAct act, Time as_of) {
  std::optional<Time> last;
  for (const AppConsent& one : app.consents) {
    if (one.act == act && one.time != kAsOfCollection) last = Later(last, one.time);
  }
  return AgeOf(last, as_of);
}

Value UserTexts(const App& app, std::string AppUser::*member) {
  std::vector<std::string_view> out;
  for (const AppUser& user : app.users) {
    if (user.in_force) out.push_back(user.*member);
  }
  return TextsOf(std::move(out));
}

Value ConsentTexts(const App& app, std::string AppConsent::*member) {
  std::vector<std::string_view> out;
  for (const AppConsent& one : app.consents) {
    if (one.act == ConsentAct::kGranted || one.act == ConsentAct::kWidened) {
      out.push_back(one.*member);
    }
  }
  return TextsOf(std::move(out));
}

/// People for whom it may act.
uint64_t Reach(const App& app, const Portfolio& portfolio) {
  const uint64_t users = UserCount(app);
  return app.tenant_wide ? std::max(users, ActiveUsers(app, portfolio)) : users;
}

constexpr Attribute kAttributes[] = {
    {.name = "users",
     .type = ValueType::kNumber,
     .summary = "people for whom it may act: those who authorised it; when it is tenant-wide, all "
                "active people",
     .column = "Users",
     .get = [](const App& app, const Portfolio& portfolio,
               Time) { return NumberOf(static_cast<double>(Reach(app, portfolio))); }},
    {.name = "authorized_by",
     .type = ValueType::kNumber,
     .summary = "people who authorised it themselves, or the catalogue's count where that is more",
     .column = "Authorized by",
     .get = [](const App& app, const Portfolio&,
               Time) { return NumberOf(static_cast<double>(UserCount(app))); }},
    {.name = "user_names",
     .type = ValueType::kTexts,
     .summary = "names of people who authorised it or for whom it acts",
     .column = "User names",
     .get = [](const App& app, const Portfolio&, Time) { return UserTexts(app, &AppUser::name); },
     .aliases = "user"},
    {.name = "active_share",
     .type = ValueType::kNumber,
     .summary = "share of the tenant's active people for whom it may act, in percent",
     .column = "Share of users",
     .get =
         [](const App& app, const Portfolio& portfolio, Time) {
           const uint64_t active = ActiveUsers(app, portfolio);
           if (active == 0) return Value{};
           const double share =
               100.0 * static_cast<double>(Reach(app, portfolio)) / static_cast<double>(active);
           return NumberOf(std::min(share, 100.0));
         },
     .unit = Unit::kPercent,
     .aliases = "user_share"},
    {.name = "community_use",
     .type = ValueType::kText,
     .summary = "how common it is elsewhere, by Defender for Cloud Apps: common, uncommon, rare",
     .column = "Community use",
     .get = [](const App& app, const Portfolio&, Time) { return TextOf(app.community_use); },
     .choices = "common|uncommon|rare"},
    {.name = "tenant_wide",
     .type = ValueType::kFlag,
     .summary = "an admin allowed it for everybody",
     .column = "Tenant-wide",
     .get = [](const App& app, const Portfolio&, Time) { return FlagOf(app.tenant_wide); },
     .aliases = "all_users"},
    {.name = "consent_type",
     .type = ValueType::kText,
     .summary = "admin when allowed for everybody or for itself, else user",
     .column = "Consent type",
     .get =
         [](const App& app, const Portfolio&, Time) {
           if (app.tenant_wide || app.app_only) return TextOf("admin");
           return UserCount(app) > 0 ? TextOf("user") : Value{};
         },
     .choices = "admin|user"},
    {.name = "app_only",
     .type = ValueType::kFlag,
     .summary = "holds permissions of its own, that need no person",
     .column = "App-only",
     .get = [](const App& app, const Portfolio&, Time) { return FlagOf(app.app_only); }},
    {.name = "delegated",
     .type = ValueType::kFlag,
     .summary = "acts for people",
     .column = "Delegated",
     .get =
         [](const App& app, const Portfolio&, Time) {
           for (const AppPermission& one : app.permissions) {
             if (one.in_force && !one.application) return FlagOf(true);
           }
           return FlagOf(UserCount(app) > 0);
         }},
    {.name = "offline",
     .type = ValueType::kFlag,
     .summary = "may get new tokens while the person is away",
     .column = "Offline",
     .get = [](const App& app, const Portfolio&, Time) { return FlagOf(app.offline); },
     .aliases = "offline_access"},
    {.name = "permission",
     .type = ValueType::kLevel,
     .summary =
         "level of its strongest permission: low, medium, high; unknown when none is assessed",
     .column = "Permissions level",
     .get =
         [](const App& app, const Portfolio&, Time) {
           const int severity = MaxSeverity(app);
           return severity < 0 ? Value{} : NumberOf(RankOf(severity));
         },
     .aliases = "permission_level permissions_level privilege_level",
     .choices = "low|medium|high"},
    {.name = "severity",
     .type = ValueType::kNumber,
     .summary = "of its strongest permission, 0 to 100",
     .column = "Severity",
     .get =
         [](const App& app, const Portfolio&, Time) {
           const int severity = MaxSeverity(app);
           return severity < 0 ? Value{} : NumberOf(severity);
         },
     .aliases = "max_severity"},
    {.name = "permissions",
     .type = ValueType::kTexts,
     .summary = "names of the permissions it holds",
     .column = "Permissions",
     .get = [](const App& app, const Portfolio&,
               Time) { return PermissionNames(app, [](const AppPermission&) { return true; }); },
     .aliases = "scopes scope"},
    {.name = "app_permissions",
     .type = ValueType::kTexts,
     .summary = "names of those it holds itself",
     .column = "Own permissions",
     .get =
         [](const App& app, const Portfolio&, Time) {
           return PermissionNames(app, [](const AppPermission& one) { return one.application; });
         },
     .aliases = "roles"},
    {.name = "delegated_permissions",
     .type = ValueType::kTexts,
     .summary = "names of those with which it acts for people",
     .column = "Delegated permissions",
     .get =
         [](const App& app, const Portfolio&, Time) {
           return PermissionNames(app, [](const AppPermission& one) { return !one.application; });
         }},
    {.name = "high_permissions",
     .type = ValueType::kTexts,
     .summary = "names of its permissions of level high",
     .column = "High permissions",
     .get =
         [](const App& app, const Portfolio&, Time) {
           return PermissionNames(app, [](const AppPermission& one) {
             return PermissionLevel(one.severity) == "high";
           });
         }},
    {.name = "permission_count",
     .type = ValueType::kNumber,
     .summary = "how many permissions it holds",
     .column = "Permission count",
     .get = [](const App& app, const Portfolio&,
               Time) { return PermissionCount(app, [](const AppPermission&) { return true; }); }},
    {.name = "unassessed",
     .type = ValueType::kNumber,
     .summary = "how many permissions are in no table of ours: not assessed, which is not harmless",
     .column = "Not assessed",
     .get =
         [](const App& app, const Portfolio&, Time) {
           return PermissionCount(app, [](const AppPermission& one) { return one.severity < 0; });
         },
     .aliases = "not_assessed"},
    {.name = "permission_families",
     .type = ValueType::kTexts,
     .summary = "what its permissions are about: mail, files, directory, ...",
     .column = "Reach",
     .get =
         [](const App& app, const Portfolio&, Time) {
           std::vector<std::string_view> out;
           for (const AppPermission& one : app.permissions) {
             if (one.in_force) out.push_back(one.family);
           }
           return TextsOf(std::move(out));
         },
     .aliases = "families"},
    {.name = "permission_class",
     .type = ValueType::kTexts,
     .summary = "Google's classes of its scopes: restricted, sensitive",
     .column = "Scope class",
     .get =
         [](const App& app, const Portfolio&, Time) {
           std::vector<std::string_view> out;
           for (const AppPermission& one : app.permissions) {
             if (one.in_force) out.push_back(one.vendor_class);
           }
           return TextsOf(std::move(out));
         },
     .aliases = "vendor_class"},
    {.name = "resources",
     .type = ValueType::kTexts,
     .summary = "APIs for which it holds permissions",
     .column = "Resources",
     .get =
         [](const App& app, const Portfolio&, Time) {
           std::vector<std::string_view> out;
           for (const AppPermission& one : app.permissions) {
             if (!one.in_force) continue;
             out.push_back(one.resource_name.empty() ? one.resource : one.resource_name);
           }
           return TextsOf(std::move(out));
         }},
    {.name = "unused",
     .type = ValueType::kNumber,
     .summary =
         "permissions that it holds and was not seen to use; unknown without a log of its calls",
     .column = "Unused permissions",
     .get =
         [](const App& app, const Portfolio&, Time) {
           if (!app.calls_logged) return Value{};
           return PermissionCount(app, [](const AppPermission& one) {
             return one.use == AppPermission::Use::kUnused;
           });
         },
     .aliases = "unused_permissions"},
    {.name = "permission_usage",
     .type = ValueType::kText,
     .summary = "in_use when all its permissions are used, unused when none is, else partly_used",
     .column = "Permission usage",
     .get =
         [](const App& app, const Portfolio&, Time) {
           size_t used = 0;
           size_t unused = 0;
           for (const AppPermission& one : app.permissions) {
             if (!one.in_force) continue;
             used += one.use == AppPermission::Use::kUsed ? 1 : 0;
             unused += one.use == AppPermission::Use::kUnused ? 1 : 0;
           }
           if (used + unused == 0) return Value{};
           return TextOf(unused == 0 ? "in_use" : used == 0 ? "unused" : "partly_used");
         },
     .choices = "in_use|partly_used|unused"},
    {.name = "overprivileged",
     .type = ValueType::kFlag,
     .summary = "holds a permission of level medium or high that it was not seen to use",
     .column = "Overprivileged",
     .get =
         [](const App& app, const Portfolio&, Time) {
           if (!app.calls_logged) return Value{};
           for (const AppPermission& one : app.permissions) {
             if (one.in_force && one.use == AppPermission::Use::kUnused && one.severity >= 40) {
               return FlagOf(true);
             }
           }
           return FlagOf(false);
         }},
    {.name = "first_authorized",
     .type = ValueType::kAge,
     .summary = "since it was first authorised",
     .column = "First authorized",
     .get = [](const App& app, const Portfolio&,
               Time as_of) { return AgeOf(app.first_authorized, as_of); }},
    {.name = "last_authorized",
     .type = ValueType::kAge,
     .summary = "since somebody last authorised it",
     .column = "Last authorized",
     .get = [](const App& app, const Portfolio&,
               Time as_of) { return AgeOf(app.last_authorized, as_of); }},
    {.name = "consents_1d",
     .type = ValueType::kNumber,
     .summary = "people who authorised it within the last 24 hours",
     .column = "Consents (24 h)",
     .get = [](const App& app, const Portfolio&,
               Time as_of) { return ConsentingUsers(app, as_of, Days(1)); }},
    {.name = "consents_7d",
     .type = ValueType::kNumber,
     .summary = "people who authorised it within the last 7 days",
     .column = "Consents (7 d)",
     .get = [](const App& app, const Portfolio&,
               Time as_of) { return ConsentingUsers(app, as_of, Days(7)); }},
    {.name = "consents_30d",
     .type = ValueType::kNumber,
     .summary = "people who authorised it within the last 30 days",
     .column = "Consents (30 d)",
     .get = [](const App& app, const Portfolio&,
               Time as_of) { return ConsentingUsers(app, as_of, Days(30)); }},
    {.name = "declined",
     .type = ValueType::kNumber,
     .summary = "how often a person said no to it",
     .column = "Declined",
     .get = [](const App& app, const Portfolio&,
               Time) { return CountActs(app, ConsentAct::kDeclined); }},
    {.name = "blocked",
     .type = ValueType::kNumber,
     .summary = "how often the platform refused a consent",
     .column = "Blocked",
     .get = [](const App& app, const Portfolio&,
               Time) { return CountActs(app, ConsentAct::kBlocked); }},
    {.name = "revoked",
     .type = ValueType::kNumber,
     .summary = "how often a consent was taken back",
     .column = "Revoked",
     .get = [](const App& app, const Portfolio&,
               Time) { return CountActs(app, ConsentAct::kRevoked); }},
    {.name = "last_widened",
     .type = ValueType::kAge,
     .summary = "since it was last given more than it had",
     .column = "Last widened",
     .get = [](const App& app, const Portfolio&,
               Time as_of) { return LastAct(app, ConsentAct::kWidened, as_of); }},
    {.name = "consent_countries",
     .type = ValueType::kTexts,
     .summary = "countries from which it was authorised",
     .column = "Consent countries",
     .get = [](const App& app, const Portfolio&,
               Time) { return ConsentTexts(app, &AppConsent::country); },
     .aliases = "consent_country"},
    {.name = "consent_networks",
     .type = ValueType::kTexts,
     .summary = "networks from which it was authorised",
     .column = "Consent networks",
     .get = [](const App& app, const Portfolio&,
               Time) { return ConsentTexts(app, &AppConsent::network); },
     .aliases = "consent_network"},
    {.name = "consent_roles",
     .type = ValueType::kTexts,
     .summary = "admin roles of people who authorised it",
     .column = "Consent roles",
     .get =
         [](const App& app, const Portfolio&, Time) {
           std::vector<std::string_view> out;
           for (const AppUser& user : app.users) {
             if (user.in_force) out.insert(out.end(), user.roles.begin(), user.roles.end());
           }
           return TextsOf(std::move(out));
         },
     .aliases = "consent_role user_roles"},
    {.name = "departments",
     .type = ValueType::kTexts,
     .summary = "departments of people who authorised it, by your --people",
     .column = "Departments",
     .get = [](const App& app, const Portfolio&,
               Time) { return UserTexts(app, &AppUser::department); },
     .aliases = "department"},
    {.name = "titles",
     .type = ValueType::kTexts,
     .summary = "job titles of people who authorised it, by your --people",
     .column = "Titles",
     .get = [](const App& app, const Portfolio&, Time) { return UserTexts(app, &AppUser::title); },
     .aliases = "title"},
    {.name = "clustered",
     .type = ValueType::kFlag,
     .summary = "three people or more authorised it closer together than accident explains",
     .column = "Clustered",
     .get =
         [](const App& app, const Portfolio& portfolio, Time) {
           return FlagOf(app.users.size() >= 3 && inventory::AdoptionOf(app, portfolio).clustered);
         }},
    {.name = "adoption_span",
     .type = ValueType::kNumber,
     .summary = "from the first to the last person who authorised it, as a duration",
     .column = "Adoption span",
     .get =
         [](const App& app, const Portfolio& portfolio, Time) {
           const inventory::Adoption adoption = inventory::AdoptionOf(app, portfolio);
           if (adoption.order.size() < 2) return Value{};
           return NumberOf(static_cast<double>(adoption.span.micros) / 1e6);
         },
     .unit = Unit::kSpan},
    {.name = "concentrated",
     .type = ValueType::kFlag,
     .summary = "most who authorised it are of one department or role, by more than accident",
     .column = "Concentrated",
     .get =
         [](const App& app, const Portfolio&, Time) {
           return FlagOf(std::any_of(app.signs.begin(), app.signs.end(), [](const AppSign& sign) {
             return sign.code == "adoption.concentrated";
           }));
         }},
    {.name = "first_by_admin",
     .type = ValueType::kFlag,
     .summary = "the first person who authorised it holds an admin role",
     .column = "First by admin",
     .get =
         [](const App& app, const Portfolio& portfolio, Time) {
           const auto admin = inventory::AdoptionOf(app, portfolio).first_is_admin;
           return admin ? FlagOf(*admin) : Value{};
         }},
};

}  // namespace

std::span<const Attribute> GrantAttributes() { return kAttributes; }

}  // namespace tokentrail::policy
