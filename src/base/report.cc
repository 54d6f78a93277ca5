#include "base/report.h"

#include <algorithm>

#include "base/text.h"

namespace tokentrail {
namespace {

/// Where the character of that column (from 1) starts in `line`, or the end.
size_t ByteOfColumn(std::string_view line, uint32_t column) {
  size_t at = 0;
  for (uint32_t i = 1; i < column && at < line.size(); ++i) {
    ++at;
    while (at < line.size() && (static_cast<unsigned char>(line[at]) & 0xc0) == 0x80) ++at;
  }
  return at;
}

size_t Characters(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

}  // namespace

size_t Report::errors() const {
  return static_cast<size_t>(std::count_if(all_.begin(), all_.end(), [](const Diagnostic& d) {
    return d.severity == Severity::kError;
  }));
}

std::string Format(const Diagnostic& diagnostic) {
  std::string out = Printable(diagnostic.file);
  if (diagnostic.line != 0) {
    out += ':' + std::to_string(diagnostic.line);
    if (diagnostic.column != 0) out += ':' + std::to_string(diagnostic.column);
  }
  if (!out.empty()) out += ": ";
  out += diagnostic.severity == Severity::kError ? "error: " : "warning: ";
  out += Printable(diagnostic.message);
  if (!diagnostic.code.empty()) out += " [" + diagnostic.code + ']';
  out += '\n';

  if (diagnostic.line != 0 && !diagnostic.source_line.empty()) {
    std::string line = diagnostic.source_line;
    std::replace(line.begin(), line.end(), '\t', ' ');
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
    // What is left of the column is shown as it is printed, so the caret stands right under it.
    static constexpr uint32_t kMaxBefore = 80;
    static constexpr size_t kMaxShown = 160;
    const size_t split = ByteOfColumn(line, diagnostic.column);
    size_t start = 0;
    if (diagnostic.column > kMaxBefore) {
      start = ByteOfColumn(line, diagnostic.column - kMaxBefore / 2);
    }
    const std::string_view view = line;
    const std::string before =
        (start == 0 ? "" : "...") + Printable(view.substr(start, split - start));
    std::string_view rest = view.substr(split);
    const size_t cut = ByteOfColumn(rest, static_cast<uint32_t>(kMaxShown) + 1);
    const bool is_cut = cut < rest.size();
    rest = rest.substr(0, cut);
    const std::string number = std::to_string(diagnostic.line);
    out += "  " + number + " | " + before + Printable(rest) + (is_cut ? "..." : "") + '\n';
    if (diagnostic.column != 0) {
      const std::string marked =
          Printable(rest.substr(0, ByteOfColumn(rest, diagnostic.width + 1)));
      const size_t width = std::max<size_t>(Characters(marked), 1);
      out += "  " + std::string(number.size(), ' ') + " | " + std::string(Characters(before), ' ') +
             '^' + std::string(width - 1, '~') + '\n';
    }
  }
  if (!diagnostic.help.empty()) out += "  help: " + Printable(diagnostic.help) + '\n';
  return out;
}

}  // namespace tokentrail
