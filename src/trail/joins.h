// The joins, how often each finds its other side, and the links they make.

#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "model/trails.h"

namespace tokentrail::trail {

/// Source: DETECTIONS 1.0 and 1.1.1.
enum class Join : uint8_t {
  kUseToSignIn,  ///< a use names the id of its token: so did the sign-in that issued it
  kSessionToSignIn,
  kConsentToSignIn,        ///< IntraSystemId of the consent is the sign-in's InterSystemsId
  kGrantToConsent,         ///< records of one consent share a correlation id
  kCredentialToChange,     ///< the key id used is one that an audit event added
  kServiceTokenToRequest,  ///< Kubernetes: a JTI and the TokenRequest that minted it
  kTokenToMint,            ///< a token id and the event that minted it: Okta, AWS, GCP, GitHub
  kCallToLogin,            ///< Salesforce: a call's session or login key, and the login
  kChangeToRequest,        ///< a directory change and the Graph request on the same object
  kUseToGrant,             ///< a third-party app's act and the grant that allows it
  kCount,
};
constexpr size_t kJoins = static_cast<size_t>(Join::kCount);

std::string_view Name(Join join);

class Joins {
 public:
  static constexpr size_t kMaxLinks = 500'000;

  void Tried(Join join) { ++at(join).tried; }
  void ByKey(Join join) { ++at(join).by_key; }
  void ByWindow(Join join) { ++at(join).by_window; }
  /// Keeps the link, up to the bound; fills in its name.
  void Keep(Join join, Link link);
  /// Moves all into `out`; joins that were never tried are left out.
  void Finish(Trails& out);

 private:
  struct Counts {
    uint64_t tried = 0;
    uint64_t by_key = 0;
    uint64_t by_window = 0;
  };
  Counts& at(Join join) { return counts_[static_cast<size_t>(join)]; }

  std::array<Counts, kJoins> counts_{};
  std::vector<Link> links_;
  uint64_t left_out_ = 0;
};

}  // namespace tokentrail::trail
