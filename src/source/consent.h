// The text in which Entra writes a consent: `ConsentAction.Permissions`.
//
//   value := list " => " list "; "        what was granted before, and what is granted now
//   list  := "[]" | "[" grant ("," " "? grant)* "]"
//   grant := "[Id: .., ClientId: .., PrincipalId: .., ResourceId: .., ConsentType: .., Scope: ..
//             [, CreatedDateTime: .., LastModifiedDateTime ..]]"
//
// Source: records of the directory audit log and of the Microsoft 365 audit log, 2021 to 2024; the
// vendor does not document it. So the parser takes what it finds and never fails.

#pragma once

#include <string_view>
#include <vector>

#include "base/arena.h"

namespace tokentrail::source {

/// One grant of a consent. Views into the text that was parsed; empty where the text has nothing.
struct ConsentGrant {
  std::string_view id;            ///< key of the grant; not to be decoded
  std::string_view client;        ///< service principal object of the app; zero GUID: made just now
  std::string_view principal;     ///< the user it is for; empty for the whole tenant
  std::string_view resource;      ///< service principal object of the API
  std::string_view consent_type;  ///< `Principal` or `AllPrincipals`
  std::string_view scopes;        ///< as written: tokens, spaces between
};

struct Consent {
  std::vector<ConsentGrant> before;
  std::vector<ConsentGrant> now;

  bool empty() const { return before.empty() && now.empty(); }
};

/// Reads `text`, which may be cut off anywhere. Cost: linear. A text that does not hold `=>` is
/// taken as what is granted now.
Consent ParseConsent(std::string_view text);

/// A consent as sets; texts live in the arena or in the parsed text.
struct ConsentSets {
  std::string_view scopes;      ///< of all grants now
  std::string_view scopes_old;  ///< of all grants before
  /// New minus old, grant by grant (client, principal, resource), so that a scope of one API does
  /// not hide the same name on another.
  std::string_view added;
  std::string_view removed;
  std::string_view grants;        ///< ids, in the order written, one space between
  std::string_view client;        ///< first that is not the zero GUID
  std::string_view principal;     ///< first one named
  std::string_view resources;     ///< all, one space between
  std::string_view consent_type;  ///< `AllPrincipals` if any grant has it
};

/// When nothing is granted now, ids and type come from what was granted before.
ConsentSets Summarise(const Consent& consent, Arena& arena);

}  // namespace tokentrail::source
