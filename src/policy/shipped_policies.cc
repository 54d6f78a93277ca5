#include <string>
#include <string_view>

#include "policy/policy.h"

// TOKENTRAIL_POLICIES is a file that the build writes (cmake/EmbeddedData.cmake): the policies one
// after the other, each behind a line `#!shipped NAME`. The build passes a hash of it as well
// (TOKENTRAIL_POLICIES_HASH), see inventory/data.cc.
#ifndef TOKENTRAIL_POLICIES
#error "TOKENTRAIL_POLICIES must name the file of all policies"
#endif

__asm__(
    ".pushsection .rodata\n"
    ".global tokentrail_shipped_policies\n"
    ".hidden tokentrail_shipped_policies\n"
    "tokentrail_shipped_policies:\n"
    ".incbin \"" TOKENTRAIL_POLICIES
    "\"\n"
    ".global tokentrail_shipped_policies_end\n"
    ".hidden tokentrail_shipped_policies_end\n"
    "tokentrail_shipped_policies_end:\n"
    ".byte 0\n"
    ".popsection\n");

extern "C" {
extern const char tokentrail_shipped_policies[];
extern const char tokentrail_shipped_policies_end[];
}

namespace tokentrail::policy {

std::vector<PolicyFile> ShippedPolicies() {
  constexpr std::string_view kMark = "#!shipped ";
  std::string_view rest(
      tokentrail_shipped_policies,
      static_cast<size_t>(tokentrail_shipped_policies_end - tokentrail_shipped_policies));
  std::vector<PolicyFile> out;
  while (rest.starts_with(kMark)) {
    const size_t line = rest.find('\n');
    const size_t next = rest.find(std::string("\n").append(kMark), line);
    const std::string_view name = rest.substr(kMark.size(), line - kMark.size());
    PolicyFile& file = out.emplace_back();
    file.name = std::string(kShipped).append(":").append(name);
    file.text = rest.substr(line + 1, next == rest.npos ? next : next - line);
    rest.remove_prefix(next == rest.npos ? rest.size() : next + 1);
  }
  return out;
}

}  // namespace tokentrail::policy
