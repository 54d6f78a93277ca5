#include "cli/shown.h"

#include <fmt/format.h>

#include "base/text.h"
#include "sink/width.h"

namespace tokentrail::cli {

std::string Shown(std::string_view text) {
  const std::string printable = Printable(text);
  std::string out;
  for (size_t position = 0; position < printable.size();) {
    const size_t start = position;
    const char32_t c = sink::NextCodePoint(printable, position);
    if (sink::CodePointWidth(c) == 0) {
      out += fmt::format("\\u{:04x}", static_cast<uint32_t>(c));
    } else {
      out += printable.substr(start, position - start);
    }
  }
  return out;
}

std::string ShownInMarkdown(std::string_view text) {
  std::string out;
  for (const char c : Shown(text)) {
    if (std::string_view("|<>*_`[]\\!#~").find(c) != std::string_view::npos) out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

}  // namespace tokentrail::cli
