// Where the token was when it was used: with its user, with its app, or elsewhere.

#pragma once

#include "base/id.h"
#include "base/time.h"
#include "model/attribution.h"
#include "trail/lives.h"

namespace tokentrail::trail {

/// What the event says of its place.
struct Whereabouts {
  Id ip;
  Id network;  ///< its /24 or /48
  Id device;
  bool v6 = false;
  bool service = false;  ///< an address of the platform's own services
};

/// Decides `who.holder` and its reason from what was known before `until`; kNever: from all there
/// is (of an event that nothing has learned from yet). `now`: the event's time. `person` and `app`
/// may be null. A place is a person's own when they signed in there interactively on two days, or
/// with the same device; one day is not enough, for a phished sign-in is interactive too.
void DecideHolder(const Whereabouts& where, const PersonLife* person, const AppLife* app, Time now,
                  Time until, Attribution& who);

}  // namespace tokentrail::trail
