// Values of logs in commands that people copy: quoted so that no shell takes part of them for code,
// and so that the reader sees every character.

#pragma once

#include <string>
#include <string_view>

namespace tokentrail::cli {

/// The line with which a POSIX shell gives variable `name` exactly `value`, in printable ASCII. A
/// zero byte, which no variable can hold, ends it.
std::string AssignSh(std::string_view name, std::string_view value);

/// The same for PowerShell. Bytes that are no UTF-8 become U+FFFD.
std::string AssignPwsh(std::string_view name, std::string_view value);

/// `value` as one segment of a URL's path, or a value in its query (RFC 3986): all but letters,
/// digits and `-._~` percent-encoded.
std::string PercentEncode(std::string_view value);

}  // namespace tokentrail::cli
