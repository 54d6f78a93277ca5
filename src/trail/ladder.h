// The rungs beyond the record itself: the token's id, the session's id, and circumstance. Each
// takes what stands in `who` and makes it surer, or contradicts it; none wins in silence.
//
// Source: DETECTIONS 4.3 as CONTRACT "Who did it" corrects it.

#pragma once

#include "analytic/state.h"
#include "model/attribution.h"
#include "model/event.h"
#include "trail/facts.h"
#include "trail/lives.h"

namespace tokentrail::trail {

/// Rung 1. `token` is the life of the event's token.
void ByToken(const Facts& facts, const TokenLife& token, const Clients& clients, Attribution& who);

/// Rung 3. `session` is that of the event.
void BySession(const Event& event, const Facts& facts, const SessionLife& session,
               const Clients& clients, Attribution& who);

/// Rung 4, for acts of a person whose client nothing names. `grants` is how many apps may act for
/// them; `complete` tells that sign-in and grant logs cover the day; what became known from
/// `until` on does not count.
void ByCircumstance(const Event& event, const Facts& facts, const PersonLife* person,
                    const Lives& lives, size_t grants, bool complete, Time until, Attribution& who);

/// Key of an app's life.
Id AppKey(const Id& tenant, std::string_view client);

}  // namespace tokentrail::trail
