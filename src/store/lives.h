// Tables that are told by the events alone: tokens, sessions, credentials,
// users. Only for src/store.

#pragma once

#include "base/result.h"
#include "store/connection.h"

namespace tokentrail::store {

/// Fills them from `events`, which must be whole.
Result<Done> WriteLives(const duck::Session& session);

}  // namespace tokentrail::store
