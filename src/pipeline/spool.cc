#include "pipeline/spool.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
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

namespace {

Error Failed(const std::string& what) {
  return Error{ErrorKind::kIo, what + ": " + std::strerror(errno)};
}

/// A file descriptor, closed at the end.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

/// Copies all that comes out of `in` to a new file at `path`; `name` is for messages.
Result<Done> Copy(int in, const std::string& name, const std::string& path,
                  const std::atomic<bool>& stop) {
  const std::string kept = "can't keep " + name + " in the case folder";
  const Descriptor out(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (out.get() < 0) return Failed(kept);
  std::vector<char> buffer(1u << 20);
  while (!stop.load(std::memory_order_relaxed)) {
    // Never read what may block: a signal would not wake that up. Look at `stop` now and then.
    struct pollfd ready {
      in, POLLIN, 0
    };
    if (::poll(&ready, 1, 200) <= 0) continue;
    const ssize_t got = ::read(in, buffer.data(), buffer.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got < 0) return Failed("can't read " + name);
    if (got == 0) break;
    for (ssize_t at = 0; at < got;) {
      const ssize_t wrote = ::write(out.get(), buffer.data() + at, static_cast<size_t>(got - at));
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote <= 0) return Failed(kept);
      at += wrote;
    }
  }
  return Done{};
}

bool IsPipe(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISFIFO(status.st_mode);
}

}  // namespace

Result<Done> SpoolPipes(const std::vector<std::string>& inputs, const CaseFolder& folder,
                        std::vector<source::InputFile>& files, const std::atomic<bool>& stop) {
  int number = 0;
  for (source::InputFile& file : files) {
    if (!IsPipe(file.path)) continue;
    // Without waiting for a writer; poll() does that.
    const Descriptor in(::open(file.path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (in.get() < 0) return Failed("can't read " + file.display);
    const std::string path = folder.Temporary("pipe" + std::to_string(number++));
    TRY(Copy(in.get(), file.display, path, stop));
    file.path = path;
  }
  if (std::find(inputs.begin(), inputs.end(), "-") != inputs.end()) {
    const std::string path = folder.Temporary("standard-input");
    TRY(Copy(STDIN_FILENO, "standard input", path, stop));
    files.push_back({path, "-"});
  }
  return Done{};
}

}  // namespace tokentrail::pipeline
