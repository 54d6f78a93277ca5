// Mail read or sent by an app that holds somebody's token, as USE-05 and EXF-06 see it.
//
// Such records look entirely like the owner's own activity, also by address (DETECTIONS, fact 5):
// the client app's id is the only tell. A record without one says nothing.

#pragma once

#include <tsl/robin_map.h>

#include <optional>
#include <string>
#include <vector>

#include "analytic/grant_feed.h"

namespace tokentrail::analytic {

class MailApps {
 public:
  explicit MailApps(std::set<std::string, std::less<>> allow) : allow_(std::move(allow)) {}

  struct Use {
    AppRef app;
    std::string mailbox;   ///< whose mail: address, lower case
    std::string owner_id;  ///< directory id of its owner, where the log has it
    /// The client says that it is one of Microsoft's services (`Client=REST;Client=RESTSystem;;`),
    /// which holds until the app turns out to have been granted by someone.
    bool says_service = false;
    bool app_only = false;  ///< with the app's own permissions, without any user's token
    std::string reader;     ///< the person whose token it is, when the mailbox is someone else's
  };
  /// The use that the event tells; nothing when it is none of a third party's app.
  std::optional<Use> Read(const Event& event, const State& state);

  static constexpr FieldSet Needs() {
    return {Field::kTenant,    Field::kUser,      Field::kUserId,   Field::kApp,
            Field::kAppName,   Field::kAppOwner,  Field::kMailbox,  Field::kClientString,
            Field::kItems,     Field::kToken,     Field::kSession,  Field::kIp,
            Field::kOperation, Field::kAppObject, Field::kResource, Field::kUserAgent,
            Field::kUserType};
  }

 private:
  std::set<std::string, std::less<>> allow_;
  /// (tenant, app as logged) -> not of interest. Mail logs are long and name few apps.
  tsl::robin_map<Id, bool> skip_;
};

/// Strong consents of the evidence, to be found by app and person.
class StrongGrants {
 public:
  void Observe(const Event& event, const State& state) {
    feed_.Observe(event, state, [this](const GrantAct& act) { Take(act); });
  }
  void Finish(const State& state) {
    feed_.Finish(state, [this](const GrantAct& act) { Take(act); });
  }

  /// The latest grant to the app, for this mailbox's person (by address or directory id) or for
  /// all, at most `within` before `use`; null when there is none. Call after Finish().
  const GrantAct* Before(std::string_view tenant, const AppRef& app, std::string_view mailbox,
                         std::string_view owner_id, Time use, Span within) const;
  /// Somebody granted this app something, strong or not.
  bool Granted(const AppRef& app) const { return granted_.contains(app.key()); }

 private:
  void Take(const GrantAct& act);

  GrantFeed feed_;
  std::map<std::string, std::vector<GrantAct>, std::less<>> by_app_;
  Texts granted_;
};

}  // namespace tokentrail::analytic
