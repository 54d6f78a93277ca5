#include "sink/markdown.h"

#include <fmt/format.h>

#include "base/text.h"
#include "sink/width.h"

namespace tokentrail::sink {

std::string Markdown(std::string_view text) {
  const std::string printable = Printable(text);
  std::string out;
  for (size_t position = 0; position < printable.size();) {
    const size_t start = position;
    const char32_t c = NextCodePoint(printable, position);
    const std::string_view rest = std::string_view(printable).substr(start);
    if (CodePointWidth(c) == 0) {
      out += fmt::format("\\\\u{:04x}", static_cast<uint32_t>(c));
      continue;
    }
    // Addresses become links by themselves.
    if (rest.starts_with("://")) out.push_back('\\');
    if (rest.starts_with("www.") || rest.starts_with("WWW.")) {
      out += "www\\.";
      position = start + 4;
      continue;
    }
    if (c < 0x80 &&
        std::string_view("|<>*_`[]\\!#~&").find(static_cast<char>(c)) != std::string_view::npos) {
      out.push_back('\\');
    }
    out.append(rest.substr(0, position - start));
  }
  return out;
}

}  // namespace tokentrail::sink
