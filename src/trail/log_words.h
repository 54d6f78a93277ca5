// What each log, and each stream of one, is called for people, and what it alone would show.

#pragma once

#include <span>
#include <string>
#include <string_view>

namespace tokentrail::trail {

struct LogWords {
  std::string_view source;  ///< name of the log source
  std::string_view stream;  ///< part of it; empty: all of it
  std::string_view name;    ///< `non-interactive Entra sign-ins`
  std::string_view shows;   ///< a clause that follows "cannot say"
};

/// Of the stream, or else of the whole source, or else of any log.
const LogWords& WordsOf(std::string_view source, std::string_view stream = {});

/// Its name; of a stream that has no words of its own both, as `m365_audit (Exchange)`.
std::string LogName(std::string_view source, std::string_view stream = {});

std::span<const LogWords> AllLogWords();

/// Platform of a log: `microsoft`, `google`, `github`, `slack`, `salesforce`, `okta`, `kubernetes`,
/// or the source's own name where there are no tables for it.
std::string PlatformOfLog(std::string_view source);

}  // namespace tokentrail::trail
