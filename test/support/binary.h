// Runs programs, first of all our own.

#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace tokentrail::test {

/// How to run a program. Without a shell: arguments arrive as they are.
struct RunOptions {
  std::string input;                     ///< goes to standard input, which then ends
  std::string folder;                    ///< working folder; empty: that of the test
  std::vector<std::string> environment;  ///< `NAME=value`, added to the test's own
  /// A program still running then is killed and `timed_out` set. Generous: sanitizers are slow.
  std::chrono::seconds timeout{120};
  /// When above zero this signal is sent once the program has run for `signal_after`.
  int signal = 0;
  std::chrono::milliseconds signal_after{0};
};

struct RunResult {
  int exit_code = -1;  ///< 128 + signal when a signal ended it, as shells say
  bool timed_out = false;
  std::string out;
  std::string err;
  std::chrono::milliseconds took{0};
  long peak_kib = 0;  ///< resident set at its peak
};

/// Runs `argv`; the first is the path of the program.
RunResult RunProgram(const std::vector<std::string>& argv, const RunOptions& options = {});

/// Runs the tokentrail binary under test with these arguments.
RunResult RunBinary(const std::vector<std::string>& args, const RunOptions& options = {});

/// Path of the tokentrail binary under test.
std::string BinaryPath();

/// True when this build checks addresses or threads: it takes several times the time and memory.
bool HasSanitizer();

}  // namespace tokentrail::test
