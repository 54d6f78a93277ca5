#include "model/audit.h"

#include "base/text.h"

namespace tokentrail {
namespace {

constexpr std::array<std::string_view, kAuditClasses> kClasses = {"role", "policy", "credential",
                                                                  "federation", "guardrail"};
constexpr std::array<std::string_view, 5> kVias = {"unknown", "user", "app_for_user", "app_only",
                                                   "platform"};
constexpr std::array<std::string_view, 5> kViaWords = {
    "unknown", "user's own client", "app for the user", "app itself", "platform itself"};

}  // namespace

std::string_view Name(AuditClass one) { return kClasses.at(static_cast<size_t>(one)); }

std::optional<AuditClass> ParseAuditClass(std::string_view text) {
  for (size_t i = 0; i < kClasses.size(); ++i) {
    if (EqualsIgnoreCase(kClasses[i], text)) return static_cast<AuditClass>(i);
  }
  return std::nullopt;
}

std::string_view Name(Via via) { return kVias.at(static_cast<size_t>(via)); }
std::string_view Words(Via via) { return kViaWords.at(static_cast<size_t>(via)); }

}  // namespace tokentrail
