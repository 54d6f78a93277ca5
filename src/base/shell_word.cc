#include "base/shell_word.h"

#include <fmt/format.h>

#include <algorithm>

namespace tokentrail {
namespace {

bool IsHarmless(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         std::string_view("-_./:@%+,").find(c) != std::string_view::npos;
}

bool IsPlain(char c) { return c >= 0x20 && c < 0x7F; }

}  // namespace

std::string ShellWord(std::string_view value) {
  value = value.substr(0, value.find('\0'));
  while (!value.empty() && (value.back() == '\n' || value.back() == '\r')) value.remove_suffix(1);
  if (!value.empty() && value[0] != '-' && std::all_of(value.begin(), value.end(), IsHarmless)) {
    return std::string(value);
  }
  if (std::all_of(value.begin(), value.end(), IsPlain)) {
    std::string out = "'";
    for (const char c : value) {
      if (c == '\'') {
        out += "'\\''";
      } else {
        out += c;
      }
    }
    return out + "'";
  }
  // POSIX: printf's %b reads \0ooo.
  std::string out = "\"$(printf '%b' '";
  for (const char c : value) {
    if (!IsPlain(c) || c == '\'' || c == '\\') {
      out += fmt::format("\\0{:03o}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + "')\"";
}

}  // namespace tokentrail
