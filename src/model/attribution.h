// Who did it: the recorded actor is kept, and three questions are answered apart - whose identity,
// which client held its token, and where that holder sat. A stolen token of a portal is the user's
// identity, the portal's client, and a holder elsewhere.
//
// Source: DETECTIONS 4 as CONTRACT "Who did it" corrects it.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/level.h"

namespace tokentrail {

/// Through what the identity acted.
enum class Via : uint8_t { kUnknown, kUser, kAppForUser, kAppOnly, kPlatform };
/// `unknown`, `user`, `app_for_user`, `app_only`, `platform`.
std::string_view Name(Via via);
/// `user's own client`, `app for the user`, ...
std::string_view Words(Via via);

/// Where the token was when it was used.
enum class Holder : uint8_t {
  kUnknown,
  kOwnDevice,   ///< where the user signs in interactively
  kAppService,  ///< among the addresses that this app works from
  kElsewhere,   ///< neither of the two
};
/// `unknown`, `own_device`, `app_service`, `elsewhere`.
std::string_view Name(Holder holder);
/// `where the user signs in`, ...
std::string_view Words(Holder holder);

/// What decided. Later rungs add evidence or contradict.
enum class Rung : uint8_t {
  kNone,          ///< nothing did
  kRecord,        ///< 0: the record itself says that no person acted
  kToken,         ///< 1: the token's id, and how that token was issued
  kClient,        ///< 2: the record names the client
  kSession,       ///< 3: the session's id
  kCircumstance,  ///< 4: grant, address, agent and timing, without any id
};
/// `none`, `record`, `token`, `client`, `session`, `circumstance`.
std::string_view Name(Rung rung);

struct Attribution {
  std::string recorded;     ///< the actor as the record names it
  std::string identity;     ///< whose account or service principal: name, else id
  std::string identity_id;  ///< its id, where the record has one
  std::string client;       ///< app that held the token: id; empty when not told
  std::string client_name;
  Via via = Via::kUnknown;
  Holder holder = Holder::kUnknown;
  Rung rung = Rung::kNone;
  /// One word: `token_type`, `client_not_recorded`, ...; lives forever. docs/attribution.md.
  std::string_view reason = {};
  std::string_view holder_reason = {};  ///< the same for the holder; empty when nothing was decided
  /// What speaks against it, one word; empty when nothing does. Lives forever.
  std::string_view against = {};
  bool contradiction = false;  ///< two rungs name different clients, or users
  Confidence confidence = Confidence::kNone;

  // What it rests on.
  uint64_t issue_event = 0;  ///< number of the event that issued the token or session; 0: none seen
  uint32_t grant = 0;        ///< number of the grant that allowed it (Grant::number); 0: none seen
};

}  // namespace tokentrail
