// What sort of data an event shows an app touch.

#pragma once

#include <cstdint>
#include <string_view>

#include "model/event.h"

namespace tokentrail::trail {

enum class Touch : uint8_t {
  kMailRead,
  kMailSent,
  kMailRules,  ///< rules, forwarding, settings of mailboxes
  kFiles,
  kRepositories,
  kDirectory,  ///< people, groups, apps, roles, policies
  kRows,       ///< of a CRM or database
  kChats,
  kCalendar,
  kContacts,
  kNotes,
  kSecrets,
  kCluster,  ///< objects of a cluster
  kTokens,   ///< minted
  kOther,    ///< calls of which we don't know what they touch
  kNone,     ///< a token was issued, no more
};
constexpr size_t kTouches = static_cast<size_t>(Touch::kNone);
/// `mail_read`, `mail_sent`, ...; `api` for kOther.
std::string_view Name(Touch touch);

/// Which log an event is from, as far as it matters here.
enum class TouchLog : uint8_t {
  kOther,
  kGraph,
  kGoogle,
  kGithub,
  kSalesforce,
  kKubernetes,
};
TouchLog TouchLogOf(std::string_view source);

struct Touched {
  Touch touch = Touch::kNone;
  bool writes = false;
};

/// Cost: a look at kind and, for calls, at the start of path or name of the API.
Touched TouchedBy(const Event& event, TouchLog log);

/// Fields that TouchedBy reads.
FieldSet TouchNeeds();

}  // namespace tokentrail::trail
