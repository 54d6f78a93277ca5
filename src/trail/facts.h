// What the ladder asks of one event, worked out once.

#pragma once

#include <cstdint>
#include <string_view>

#include "analytic/state.h"
#include "base/id.h"
#include "model/event.h"
#include "trail/attribution.h"
#include "trail/holder.h"

namespace tokentrail::trail {

struct Facts {
  Log log = Log::kOther;
  uint64_t number = 0;  ///< of the event
  Id tenant;
  Id user;   ///< the person, whichever way the log names them; empty: none
  Id token;  ///< of the token used or issued
  Id session;
  Whereabouts where;
  bool sign_in = false;      ///< and it did not fail
  bool interactive = false;  ///< of a person at a screen
  std::string_view minted;   ///< id of a token that the event minted beside the one it used
};

/// All but where.network, v6 and service, which take longer to find out.
Facts FactsOf(const Event& event, uint64_t number, Log log, const Id& tenant, const State& state);

/// True for the token ids that stand for a browser, not for one token (Okta's dtHash).
bool IsDeviceToken(const Event& event);

}  // namespace tokentrail::trail
