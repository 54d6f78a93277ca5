// Who and which app an event is about, resolved as far as the evidence so far allows.

#pragma once

#include <set>
#include <string>
#include <string_view>

#include "analytic/state.h"
#include "inventory/permission.h"
#include "model/event.h"
#include "model/finding.h"

namespace tokentrail::analytic {

using Texts = std::set<std::string, std::less<>>;

/// An app as an event names it.
struct AppRef {
  std::string id;      ///< client id, lower case; empty when the records never gave one
  std::string object;  ///< service principal or application object id
  std::string name;    ///< chosen by whoever registered it: for showing only, never for deciding
  bool first_party = false;  ///< Microsoft's or Google's own, by id or by owner tenant

  bool empty() const { return id.empty() && object.empty() && name.empty(); }
  /// What identifies it best: client id, object id, else the name.
  const std::string& key() const { return !id.empty() ? id : !object.empty() ? object : name; }
  /// Takes over what the other knows and this one does not.
  void Merge(const AppRef& other);
  /// `app 'Name' (id)`.
  std::string Words() const;
};

/// The records never gave this app's client id, and its name is one of Microsoft's services that
/// act in directories by themselves. Anyone may choose such a name: it may lower a level, with the
/// reason stated, and never excuses.
bool CallsItselfMicrosoft(const AppRef& app);

/// A mail program that very many people use, by client id: its reading and sending of mail, and the
/// consent to it, are daily life. Such programs keep no secret, so a thief can use the same id: it
/// lowers a level, with the reason stated, and never excuses. Empty when it is none.
std::string_view MailProgram(std::string_view app_id);

/// The app that the event is about or that holds the token: kApp, kAppObject, kAppName, kAppOwner.
AppRef AppOf(const Event& event, const State& state);

/// Who did it, as recorded.
struct Actor {
  std::string user;  ///< name or address, lower case
  std::string user_id;
  AppRef app;  ///< the app that acted; also set beside a user on some records

  /// An app acted by itself. A record that names a person and an app is the person's act (at the
  /// consent screen the app is Microsoft's sign-in service).
  bool is_app() const { return user.empty() && user_id.empty() && !app.empty(); }
  std::string key() const;
  std::string Words() const;
};
Actor ActorOf(const Event& event, const State& state);

/// Maps user names to directory ids, so that two logs of which one gives only the name agree.
class People {
 public:
  /// The directory id when it is known, else the name. Learns from what it is given. A user id that
  /// is no GUID (Exchange's PUID) is not used: other logs don't have it.
  std::string Of(std::string_view tenant, std::string_view name, std::string_view id);
  /// A name seen for this id; empty when none.
  std::string_view NameOf(std::string_view tenant, std::string_view id) const;

 private:
  static constexpr size_t kMax = 500'000;
  tsl::robin_map<Id, std::string> id_of_name_;
  tsl::robin_map<Id, std::string> name_of_id_;
};

/// What a set of permissions allows.
struct Strength {
  int severity = -1;  ///< of the strongest assessed; -1 none
  std::string strongest;
  bool offline = false;
  bool data = false;  ///< mail or files
  Texts unassessed;
};
Strength Weigh(inventory::Platform platform, inventory::Holder holder, const Texts& permissions);

/// Adds the parts of a space-separated set.
void AddParts(std::string_view set, Texts& out);
std::string Joined(const Texts& parts);
/// `a, b, c and 4 more`.
std::string Few(const Texts& parts, size_t most = 8);
/// `3 users`, `1 user`.
std::string Counted(uint64_t number, std::string_view noun);
/// Empty when the baseline is warm, else `novelty unknown (3 of 30 days seen)`.
/// From 7 active days of 30 a baseline counts as warm: DETECTIONS 2.0.
std::string Novelty(int days_seen);
constexpr int kWarmDays = 7;

/// Adds user and app to a finding.
void AddUser(Finding& finding, std::string_view name, std::string_view id);
void AddApp(Finding& finding, const AppRef& app);

}  // namespace tokentrail::analytic
