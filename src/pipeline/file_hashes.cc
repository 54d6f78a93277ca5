#include "pipeline/file_hashes.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/sha256.h"

namespace tokentrail::pipeline {

FileHashes::FileHashes(std::vector<std::string> paths, bool in_background,
                       const std::atomic<bool>& stop)
    : interrupted_(stop) {
  if (!in_background) return;
  thread_ = std::jthread([this, paths = std::move(paths)] {
    for (const std::string& path : paths) {
      if (asked_ || stop_ || interrupted_) return;
      const std::scoped_lock lock(mutex_);
      if (known_.count(path) == 0) known_[path] = Hash(path);
    }
  });
}

FileHashes::~FileHashes() { stop_ = true; }

std::string FileHashes::Of(const std::string& path) {
  asked_ = true;
  const std::scoped_lock lock(mutex_);
  const auto found = known_.find(path);
  if (found != known_.end()) return found->second;
  return known_[path] = Hash(path);
}

std::string FileHashes::Hash(const std::string& path) const {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return {};
  Sha256 hash;
  std::vector<char> buffer(1u << 20);
  for (;;) {
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 || stop_ || interrupted_) {
      ::close(fd);
      return {};
    }
    if (got == 0) break;
    hash.Add({buffer.data(), static_cast<size_t>(got)});
  }
  ::close(fd);
  return hash.Hex();
}

}  // namespace tokentrail::pipeline
