#include "trail/joins.h"

#include <utility>

namespace tokentrail::trail {
namespace {

struct Described {
  std::string_view name;
  std::string_view summary;
};

constexpr std::array<Described, kJoins> kNames = {{
    {"use_to_sign_in", "a use of a Microsoft token, to the sign-in that issued it, by token id"},
    {"session_to_sign_in", "an act in a session, to the sign-in that began it"},
    {"consent_to_sign_in", "a consent, to the sign-in that showed its prompt"},
    {"grant_to_consent", "a grant record, to the consent of the same request"},
    {"credential_to_change", "a sign-in with a key, to the change that added the key"},
    {"service_token_to_request", "a Kubernetes token by its JTI, to the request that minted it"},
    {"token_to_mint", "a token by its id, to the event that minted it"},
    {"call_to_login", "a Salesforce call, to its login"},
    {"change_to_request", "a directory change, to the Graph request on the same object"},
    {"use_to_grant", "an act of a third-party app, to the grant that allows it"},
}};

}  // namespace

std::string_view Name(Join join) { return kNames[static_cast<size_t>(join)].name; }

void Joins::Keep(Join join, Link link) {
  if (links_.size() >= kMaxLinks) {
    ++left_out_;
    return;
  }
  link.join = Name(join);
  links_.push_back(std::move(link));
}

void Joins::Finish(Trails& out) {
  out.links = std::move(links_);
  out.links_left_out = left_out_;
  for (size_t i = 0; i < kJoins; ++i) {
    if (counts_[i].tried == 0) continue;
    out.joins.push_back({kNames[i].name, kNames[i].summary, counts_[i].tried, counts_[i].by_key,
                         counts_[i].by_window});
  }
}

}  // namespace tokentrail::trail
