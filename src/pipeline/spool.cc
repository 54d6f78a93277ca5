#include "pipeline/spool.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace tokentrail::pipeline {

std::vector<std::string> WithoutStandardInput(const std::vector<std::string>& inputs) {
  std::vector<std::string> out;
  std::copy_if(inputs.begin(), inputs.end(), std::back_inserter(out),
               [](const std::string& input) { return input != "-"; });
  return out;
}

Result<Done> SpoolStandardInput(const std::vector<std::string>& inputs, const CaseFolder& folder,
                                std::vector<source::InputFile>& files,
                                const std::atomic<bool>& stop) {
  if (std::find(inputs.begin(), inputs.end(), "-") == inputs.end()) return Done{};
  const std::string path = folder.Temporary("standard-input");
  const int out = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const auto fail = [&](const char* what) {
    const Error error{ErrorKind::kIo, std::string(what) + ": " + std::strerror(errno)};
    if (out >= 0) ::close(out);
    return error;
  };
  if (out < 0) return fail("can't keep standard input in the case folder");
  std::vector<char> buffer(1u << 20);
  while (!stop.load(std::memory_order_relaxed)) {
    struct pollfd ready {STDIN_FILENO, POLLIN, 0};
    if (::poll(&ready, 1, 200) == 0) continue;  // look at `stop` now and then
    const ssize_t got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail("can't read standard input");
    if (got == 0) break;
    for (ssize_t at = 0; at < got;) {
      const ssize_t wrote = ::write(out, buffer.data() + at, static_cast<size_t>(got - at));
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote <= 0) return fail("can't keep standard input in the case folder");
      at += wrote;
    }
  }
  ::close(out);
  files.push_back({path, "-"});
  return Done{};
}

}  // namespace tokentrail::pipeline
