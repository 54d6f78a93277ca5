#include "cli/shell_quote.h"

#include <fmt/format.h>

#include <algorithm>

#include "sink/width.h"

namespace tokentrail::cli {
namespace {

bool IsPlain(char c) { return c >= 0x20 && c < 0x7F; }

}  // namespace

std::string AssignSh(std::string_view name, std::string_view value) {
  value = value.substr(0, value.find('\0'));
  if (std::all_of(value.begin(), value.end(), IsPlain)) {
    std::string out = fmt::format("{}='", name);
    for (const char c : value) {
      if (c == '\'') {
        out += "'\\''";
      } else {
        out += c;
      }
    }
    return out + "'";
  }
  // POSIX: printf's %b reads \0ooo. The dot keeps line ends that $(...) would take off.
  std::string out = fmt::format("{}=$(printf '%b' '", name);
  for (const char c : value) {
    if (!IsPlain(c) || c == '\'' || c == '\\') {
      out += fmt::format("\\0{:03o}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + fmt::format(".'); {0}=${{{0}%.}}", name);
}

std::string AssignPwsh(std::string_view name, std::string_view value) {
  std::string out = fmt::format("${} = '", name);
  for (size_t position = 0; position < value.size();) {
    const char32_t c = sink::NextCodePoint(value, position);
    if (c == U'\'') {
      out += "''";
    } else if (c >= 0x20 && c < 0x7F) {
      out += static_cast<char>(c);
    } else {
      // Also the curly quotes, which PowerShell takes for straight ones.
      out += fmt::format("' + [char]::ConvertFromUtf32(0x{:X}) + '", static_cast<uint32_t>(c));
    }
  }
  return out + "'";
}

std::string PercentEncode(std::string_view value) {
  std::string out;
  for (const char c : value) {
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

}  // namespace tokentrail::cli
