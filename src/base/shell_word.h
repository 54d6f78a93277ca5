// Values of logs as words of a command that people copy.

#pragma once

#include <string>
#include <string_view>

namespace tokentrail {

/// `value` as one word for a POSIX shell: as it is when nothing in it means anything to a shell,
/// else in single quotes. What is not printable ASCII is spelled out in octal, so that the reader
/// sees every byte; a zero byte, which no word can hold, ends it, and so do line ends at its end.
std::string ShellWord(std::string_view value);

}  // namespace tokentrail
