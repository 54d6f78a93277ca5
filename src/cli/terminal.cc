#include "cli/terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "base/text.h"

namespace tokentrail::cli {

sink::Terminal PageTerminal(bool no_colour) {
  sink::Terminal out = TerminalOf(STDOUT_FILENO, no_colour);
  if (!IsTerminal(STDOUT_FILENO) && std::getenv("COLUMNS") == nullptr) out.columns = 100'000;
  return out;
}

bool IsTerminal(int descriptor) { return ::isatty(descriptor) == 1; }

sink::Terminal TerminalOf(int descriptor, bool no_colour) {
  sink::Terminal out;
  const bool is_terminal = IsTerminal(descriptor);
  size_t wanted = 0;
  if (const char* columns = std::getenv("COLUMNS"); columns != nullptr) {
    const std::string_view text(columns);
    if (std::from_chars(text.data(), text.data() + text.size(), wanted).ec != std::errc{}) {
      wanted = 0;
    }
  }
  if (wanted == 0 && is_terminal) {
    winsize size{};
    if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0) wanted = size.ws_col;
  }
  if (wanted != 0) out.columns = std::clamp<size_t>(wanted, 20, 1000);
  const auto set = [](const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0';
  };
  const char* term = std::getenv("TERM");
  const bool dumb = term != nullptr && std::strcmp(term, "dumb") == 0;
  out.colour = is_terminal && !no_colour && !set("NO_COLOR") && !dumb;
  return out;
}

namespace {

/// The system's error number, or 0.
int WriteAll(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t wrote = ::write(descriptor, text.data(), text.size());
    if (wrote < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    text.remove_prefix(static_cast<size_t>(wrote));
  }
  return 0;
}

}  // namespace

Result<Done> Print(std::string_view text) {
  const int error = WriteAll(STDOUT_FILENO, text);
  if (error == 0 || error == EPIPE) return Done{};
  return Error{ErrorKind::kIo,
               fmt::format("cannot write to standard output: {}", std::strerror(error))};
}

void PrintError(std::string_view text) { WriteAll(STDERR_FILENO, text); }

std::string FormatBytes(uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} byte{}", bytes, bytes == 1 ? "" : "s");
  static constexpr const char* kUnits[] = {"KB", "MB", "GB", "TB", "PB", "EB"};
  double value = static_cast<double>(bytes) / 1000;
  size_t unit = 0;
  while (value >= 999.5 && unit + 1 < std::size(kUnits)) {
    value /= 1000;
    ++unit;
  }
  if (value < 9.995) return fmt::format("{:.2f} {}", value, kUnits[unit]);
  if (value < 99.95) return fmt::format("{:.1f} {}", value, kUnits[unit]);
  return fmt::format("{:.0f} {}", value, kUnits[unit]);
}

Result<uint64_t> ParseSize(std::string_view text) {
  const Error bad{ErrorKind::kInvalid,
                  fmt::format("'{}' is no size; write it like 512M or 2G", Printable(text))};
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [next, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (error != std::errc{} || !std::isfinite(number) || number < 0) return bad;
  std::string unit = Lower(Trim(std::string_view(next, static_cast<size_t>(end - next))));
  if (unit.ends_with("ib"))
    unit.resize(unit.size() - 2);
  else if (unit.ends_with('b'))
    unit.resize(unit.size() - 1);
  static constexpr std::string_view kUnits = "kmgt";
  if (!unit.empty()) {
    const size_t power = kUnits.find(unit[0]);
    if (unit.size() != 1 || power == std::string_view::npos) return bad;
    number *= static_cast<double>(uint64_t{1} << (10 * (power + 1)));
  }
  if (number > 1e15) return bad;
  return static_cast<uint64_t>(number);
}

}  // namespace tokentrail::cli
