// Secrets, certificates and federated credentials of an app, as directory records list them.

#pragma once

#include <string_view>
#include <vector>

#include "base/arena.h"
#include "model/record.h"

namespace tokentrail::source {

/// Never the credential itself, only what the record says about it.
struct AppCredential {
  std::string_view id;    ///< KeyIdentifier; what sign-ins name as the key they used
  std::string_view type;  ///< `Password`, `AsymmetricX509Cert`, `federated`
  std::string_view usage;
  std::string_view name;    ///< the person's own words
  std::string_view issuer;  ///< of a federated one
  std::string_view subject;
};

/// Reads a list of `[KeyIdentifier=..,KeyType=..,KeyUsage=..,DisplayName=..]` texts or of federated
/// credential objects. `node` is where `text` came from; without one, or when it is not JSON, the
/// text is searched.
std::vector<AppCredential> ReadCredentials(const Record& record, const Node* node,
                                           std::string_view text, Arena& arena);

struct CredentialDelta {
  std::vector<AppCredential> added;
  std::vector<AppCredential> removed;

  void Add(const std::vector<AppCredential>& before, const std::vector<AppCredential>& now);
  bool empty() const { return added.empty() && removed.empty(); }
  /// Ids, sorted, one space between; lower case.
  std::string_view AddedIds(Arena& arena) const;
  std::string_view RemovedIds(Arena& arena) const;
  /// `added Password "build"; removed ...`, the first few.
  std::string_view Words(Arena& arena) const;
};

}  // namespace tokentrail::source
