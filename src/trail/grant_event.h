// What the events of each platform say of grants.

#pragma once

#include <string_view>

#include "analytic/state.h"
#include "model/event.h"
#include "trail/grant_book.h"

namespace tokentrail::trail {

/// Enters the event into the books, if it tells of a grant or uses one. `source` is the name of its
/// log source.
void Enter(const Event& event, const analytic::State& state, std::string_view source,
           GrantBook& book);

/// Which grants a log tells of, and since when a log of that sort is in the evidence.
enum class GrantLog : uint8_t {
  kNone,
  kEntra,        ///< the directory's changes, in either log
  kGoogleToken,  ///< `authorize` and `revoke`
  kGoogleAdmin,  ///< delegation over the domain, apps of the domain
  kGithub,
  kSlack,
  kSalesforceSetup,
  kSalesforceLogin,
  kOkta,
  kKubernetes,
};
GrantLog LogOf(const Event& event, std::string_view source);
/// The log that would tell of such a grant.
GrantLog LogOf(const Grant& grant);

/// Fields that Enter and LogOf read.
FieldSet GrantEventNeeds();

}  // namespace tokentrail::trail
