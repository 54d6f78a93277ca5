#include <string>
#include <string_view>

#include "playbook/page_file.h"

// TOKENTRAIL_PLAYBOOKS is a file that the build writes (cmake/EmbeddedData.cmake): pages and cases
// one after the other, each behind a line `#!shipped NAME`. See pipeline/shipped_rules.cc.
#ifndef TOKENTRAIL_PLAYBOOKS
#error "TOKENTRAIL_PLAYBOOKS must name the file of all pages"
#endif

__asm__(
    ".pushsection .rodata\n"
    ".global tokentrail_shipped_pages\n"
    ".hidden tokentrail_shipped_pages\n"
    "tokentrail_shipped_pages:\n"
    ".incbin \"" TOKENTRAIL_PLAYBOOKS
    "\"\n"
    ".global tokentrail_shipped_pages_end\n"
    ".hidden tokentrail_shipped_pages_end\n"
    "tokentrail_shipped_pages_end:\n"
    ".byte 0\n"
    ".popsection\n");

extern "C" {
extern const char tokentrail_shipped_pages[];
extern const char tokentrail_shipped_pages_end[];
}

namespace tokentrail::playbook {

std::vector<std::pair<std::string, std::string>> ShippedPages() {
  constexpr std::string_view kMark = "#!shipped ";
  std::string_view rest(tokentrail_shipped_pages, static_cast<size_t>(tokentrail_shipped_pages_end -
                                                                      tokentrail_shipped_pages));
  std::vector<std::pair<std::string, std::string>> out;
  while (rest.starts_with(kMark)) {
    const size_t line = rest.find('\n');
    const size_t next = rest.find(std::string("\n").append(kMark), line);
    const size_t text = line + 1;
    out.emplace_back(rest.substr(kMark.size(), line - kMark.size()),
                     rest.substr(text, next == rest.npos ? next : next + 1 - text));
    rest.remove_prefix(next == rest.npos ? rest.size() : next + 1);
  }
  return out;
}

}  // namespace tokentrail::playbook
