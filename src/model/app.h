// An app as the whole evidence shows it: facts first, then what we make of them.
//
// Facts come from events and from exports of the real state; the judgement (`risk`, `signs`) can be
// made again from the facts alone, with other weights, without the evidence.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/place.h"
#include "base/time.h"
#include "model/event.h"
#include "model/level.h"

namespace tokentrail {

/// One permission that an app holds or held.
struct AppPermission {
  std::string name;
  std::string resource;  ///< the API: id, may be empty
  std::string resource_name;
  bool application = false;  ///< held by the app itself, without a person
  bool in_force = true;
  bool all_users = false;
  uint64_t users = 0;  ///< people who granted it, when not for all
  std::optional<Time> granted;
  std::optional<Time> last_used;
  /// Whether calls that need it were seen. `kCannotSay`: no log of such calls, or we don't know
  /// which calls need it.
  enum class Use : uint8_t { kCannotSay, kUsed, kUnused } use = Use::kCannotSay;
  uint64_t uses = 0;

  // From our tables, by Appraise.
  int severity = -1;  ///< 0 to 100; -1: not assessed, which is not harmless
  std::string family;
  std::string vendor_class;  ///< Google: restricted, sensitive, ...
};
/// `cannot_say`, `used`, `unused`.
std::string_view Name(AppPermission::Use use);

/// Somebody who authorised an app, or whose account it acts for.
struct AppUser {
  std::string id;
  std::string name;
  std::optional<Time> first_authorized;  ///< unset: acts for them, the consent is not in the evidence
  std::optional<Time> last_authorized;
  std::optional<Time> last_used;
  uint64_t uses = 0;
  bool in_force = true;
  std::string department;          ///< from a list of people, where there is one
  std::string title;
  std::vector<std::string> roles;  ///< admin roles that the evidence shows them given; sorted
};

enum class ConsentAct : uint8_t {
  kGranted,
  kWidened,
  kNarrowed,
  kRevoked,
  kDeclined,  ///< the person said no
  kBlocked,   ///< the platform refused: policy, risk, admin approval
};
/// `granted`, `widened`, `narrowed`, `revoked`, `declined`, `blocked`.
std::string_view Name(ConsentAct act);

/// One act over what an app may do, in time order: enough to say who could do what on any day.
struct AppConsent {
  Time time;
  ConsentAct act = ConsentAct::kGranted;
  bool all_users = false;
  bool application = false;
  uint32_t user = 0;  ///< 1 and up: position in App::users plus one; 0: nobody, or everybody
  std::string by;     ///< who did it: name, else id
  std::vector<std::string> added;    ///< permissions, sorted
  std::vector<std::string> removed;
  std::string ip;
  std::string network;  ///< autonomous system, else /24 or /48
  std::string country;
  std::string operation;  ///< as the record names it

  // Its record.
  SourceIndex source = 0;
  Place place;
  Id content;
  // The same in words, where it was read back from a case: `place.file` is of no use there.
  std::string source_name;
  std::string file;
};

struct AppCredential {
  std::string id;
  std::string kind;  ///< `secret`, `certificate`, `federated`; empty: not told
  std::string name;
  std::optional<Time> added;
  std::optional<Time> expires;
  std::optional<Time> removed;
  std::optional<Time> last_used;
  std::string added_by;
};

/// A network and agent that an app is used from.
struct AppPlace {
  std::string network;
  std::string country;
  std::string agent;  ///< family: `python-requests`, `Chrome/Win`
  uint64_t events = 0;
  Time first;
  Time last;
};

/// What an app touched of one kind.
struct AppTouched {
  std::string what;  ///< `mail_read`, `mail_sent`, `mail_rules`, `files`, `directory`, `repositories`, ...
  uint64_t events = 0;
  uint64_t items = 0;  ///< messages, files, rows, where the log counts them
  uint64_t bytes = 0;
  uint64_t owners = 0;  ///< mailboxes, people, repositories; bounded count
};

/// What an app did on one day (UTC).
struct AppDay {
  int32_t day = 0;  ///< days since 1970-01-01
  uint32_t events = 0;
  uint32_t users = 0;
  uint64_t items = 0;
  uint64_t bytes = 0;
};

/// A finding that names the app, without its evidence.
struct AppFinding {
  std::string id;
  std::string rule;
  std::string title;
  Level level = Level::kInformational;
  Time first;
  Time last;
};

/// What one list says of an app id. Lists are shown side by side, never merged.
struct AppListing {
  std::string verdict;  ///< `malicious`, `risky`, `first_party`, `compromised_vendor`
  std::string name;     ///< as the list calls it
  std::string source;   ///< the list and its date
  std::string note;
};

/// One thing that speaks for or against an app, in words, before any points are given.
struct AppSign {
  std::string code;      ///< key of the table of weights: `name.confusable`, `reply.tunnel`, ...
  std::string words;     ///< one sentence with the values that decided
  std::string evidence;  ///< the values, or where they stand (`grants.jsonl:12`, an URL)
  std::string clears;    ///< what would show that it is harmless
};

enum class RiskGroup : uint8_t { kPower, kFit, kTrust, kBehaviour, kHygiene };
constexpr size_t kRiskGroups = 5;
/// `power`, `fit`, `trust`, `behaviour`, `hygiene`.
std::string_view Name(RiskGroup group);

struct RiskReason {
  RiskGroup group = RiskGroup::kPower;
  double points = 0;  ///< before the cap of its group
  AppSign sign;
};

struct AppRisk {
  int score = -1;  ///< 0 to 100; -1: not computed
  Level level = Level::kInformational;
  double groups[kRiskGroups] = {};  ///< after caps
  std::vector<RiskReason> reasons;  ///< by group, then points down
  /// Tests that had no evidence to work on, with why: never a silent zero.
  std::vector<AppSign> not_assessed;
  bool overridden = false;  ///< known malicious: 100 whatever the sum
  std::string tables;       ///< versions of weights and tables it was computed with
};

struct App {
  // Who it is.
  std::string platform;  ///< `entra`, `google`, `github`, `slack`, `salesforce`, `okta`, `kubernetes`, ...
  std::string tenant;
  std::string id;  ///< client id; else object id, else name: as AppState::id and Grant::app
  std::string name;
  std::vector<std::string> other_names;  ///< that the evidence calls it too; sorted
  std::string object;                    ///< service principal in this tenant
  std::string application_object;
  std::string publisher;
  std::string publisher_domain;
  enum class Verified : uint8_t { kUnknown, kNo, kYes } verified = Verified::kUnknown;
  std::string homepage;
  std::string owner_tenant;
  bool first_party = false;  ///< in our table of the platform's own apps
  bool foci = false;
  bool public_client = false;
  std::string audience;  ///< sign-in audience: `AzureADMultipleOrgs`, ...
  std::optional<bool> enabled;
  std::optional<bool> assignment_required;
  std::vector<std::string> reply_urls;  ///< sorted

  // How it came.
  std::optional<Time> created;
  std::string created_by;
  std::string route;  ///< registration route: `portal`, `azure_cli`, `powershell`, `sdk`, `consent`, ...; empty: unknown
  Time first_seen;
  std::optional<Time> first_authorized;
  std::optional<Time> last_authorized;
  std::optional<Time> last_used;

  // Who let it, and to what.
  bool tenant_wide = false;
  bool app_only = false;  ///< holds permissions of its own
  bool offline = false;   ///< may ask for new tokens without the person
  std::vector<AppUser> users;  ///< by id, else name; all that the evidence shows
  uint64_t users_left_out = 0;
  /// People who authorised it as a catalogue counts them (Defender for Cloud Apps); may exceed ours.
  std::optional<uint64_t> catalog_users;
  std::string community_use;  ///< the same catalogue: `common`, `uncommon`, `rare`
  std::vector<AppPermission> permissions;  ///< by application, name
  std::vector<AppConsent> consents;        ///< oldest first
  uint64_t consents_left_out = 0;
  std::vector<AppCredential> credentials;

  // What it does.
  uint64_t events = 0;
  std::vector<AppPlace> places;  ///< most used first; bounded
  uint64_t places_left_out = 0;
  std::vector<AppTouched> touched;
  std::vector<AppDay> days;  ///< ascending; those with events
  std::vector<AppFinding> findings;
  bool in_snapshot = false;
  bool calls_logged = false;  ///< a log of what it calls is in the evidence

  // What is told of it from outside, and our judgement: made by inventory::Appraise.
  enum class Sanction : uint8_t { kUndetermined, kApproved, kBanned } sanction =
      Sanction::kUndetermined;
  std::string category;
  std::string category_source;  ///< `label`, `marketplace`, `id`, `keyword`; empty: unknown
  std::vector<AppListing> listings;
  std::vector<AppSign> signs;  ///< of name, publisher, reply URLs, fit: with and without points
  AppRisk risk;
};
/// `unknown`, `unverified`, `verified`.
std::string_view Name(App::Verified verified);
/// `undetermined`, `approved`, `banned`.
std::string_view Name(App::Sanction sanction);

/// High from 70, medium from 40, low below: of a severity of 0 to 100. `not assessed` for -1.
std::string_view PermissionLevel(int severity);
/// The strongest permission in force; -1 when none is assessed.
int MaxSeverity(const App& app);
/// People for whom it may act now, or the catalogue's count where that is more.
uint64_t UserCount(const App& app);

/// What the apps of one run share.
struct Portfolio {
  std::vector<App> apps;  ///< by tenant, platform, id
  Time first;             ///< of the evidence
  Time last;
  Time as_of;             ///< "older than" counts from here
  /// Active people by tenant, `tenant\tcount`: for shares. Sorted by tenant.
  std::vector<std::pair<std::string, uint64_t>> active_users;
  uint64_t left_out = 0;  ///< apps given up because a bound was reached
};

}  // namespace tokentrail
