#include "model/audit.h"

#include "base/text.h"

namespace tokentrail {
namespace {

constexpr std::array<std::string_view, kAuditClasses> kClasses = {"role", "policy", "credential",
                                                                  "federation", "guardrail"};

}  // namespace

std::string_view Name(AuditClass one) { return kClasses.at(static_cast<size_t>(one)); }

std::optional<AuditClass> ParseAuditClass(std::string_view text) {
  for (size_t i = 0; i < kClasses.size(); ++i) {
    if (EqualsIgnoreCase(kClasses[i], text)) return static_cast<AuditClass>(i);
  }
  return std::nullopt;
}

}  // namespace tokentrail
