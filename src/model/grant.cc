#include "model/grant.h"

#include <array>

namespace tokentrail {
namespace {

constexpr std::array<std::string_view, 4> kKinds = {"delegated", "application", "role", "token"};
constexpr std::array<std::string_view, 6> kChanges = {"granted", "widened", "narrowed",
                                                      "revoked", "seen",    "missing"};

}  // namespace

std::string_view Name(GrantKind kind) { return kKinds.at(static_cast<size_t>(kind)); }
std::string_view Name(GrantChangeKind kind) { return kChanges.at(static_cast<size_t>(kind)); }

}  // namespace tokentrail
