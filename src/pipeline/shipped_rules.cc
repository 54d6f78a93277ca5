#include "pipeline/shipped_rules.h"

#include <string>
#include <string_view>

// TOKENTRAIL_RULES is a file that the build writes (cmake/EmbeddedData.cmake): the rules one after
// the other, each behind a line `#!shipped NAME`. The build passes a hash of it as well
// (TOKENTRAIL_RULES_HASH), see inventory/data.cc.
#ifndef TOKENTRAIL_RULES
#error "TOKENTRAIL_RULES must name the file of all rules"
#endif

__asm__(
    ".pushsection .rodata\n"
    ".global tokentrail_shipped_rules\n"
    ".hidden tokentrail_shipped_rules\n"
    "tokentrail_shipped_rules:\n"
    ".incbin \"" TOKENTRAIL_RULES
    "\"\n"
    ".global tokentrail_shipped_rules_end\n"
    ".hidden tokentrail_shipped_rules_end\n"
    "tokentrail_shipped_rules_end:\n"
    ".byte 0\n"
    ".popsection\n");

extern "C" {
extern const char tokentrail_shipped_rules[];
extern const char tokentrail_shipped_rules_end[];
}

namespace tokentrail::pipeline {

std::vector<RuleFile> ShippedRules() {
  constexpr std::string_view kMark = "#!shipped ";
  std::string_view rest(tokentrail_shipped_rules, static_cast<size_t>(tokentrail_shipped_rules_end -
                                                                      tokentrail_shipped_rules));
  std::vector<RuleFile> out;
  while (rest.starts_with(kMark)) {
    const size_t line = rest.find('\n');
    const size_t next = rest.find(std::string("\n").append(kMark), line);
    const std::string_view name = rest.substr(kMark.size(), line - kMark.size());
    RuleFile& file = out.emplace_back();
    file.name = std::string(kShipped).append(":").append(name);
    file.text = rest.substr(line + 1, next == rest.npos ? next : next - line);
    rest.remove_prefix(next == rest.npos ? rest.size() : next + 1);
  }
  return out;
}

}  // namespace tokentrail::pipeline
