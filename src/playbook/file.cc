#include "playbook/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace tokentrail::playbook {
namespace {

namespace fs = std::filesystem;

Error Io(const std::string& path, std::string_view what, int code) {
  return {code == ENOENT ? ErrorKind::kNotFound : ErrorKind::kIo,
          "can't " + std::string(what) + " '" + path + "': " + std::strerror(code)};
}

/// Closed and, until it was renamed, removed when this goes.
class Temporary {
 public:
  explicit Temporary(std::string path) : path_(std::move(path)) {}
  ~Temporary() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!done_) ::unlink(path_.c_str());
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;

  Result<Done> Write(std::string_view bytes, mode_t mode) {
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor_ < 0) {
      const int code = errno;
      done_ = true;  // not ours to remove
      return Io(path_, "write", code);
    }
    while (!bytes.empty()) {
      const ssize_t wrote = ::write(descriptor_, bytes.data(), bytes.size());
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0) return Io(path_, "write", errno);
      bytes.remove_prefix(static_cast<size_t>(wrote));
    }
    if (::fchmod(descriptor_, mode) != 0) return Io(path_, "write", errno);
    if (::fsync(descriptor_) != 0 && errno != EINVAL) return Io(path_, "write", errno);
    const int closed = ::close(descriptor_);
    descriptor_ = -1;
    if (closed != 0) return Io(path_, "write", errno);
    return Done{};
  }

  Result<Done> RenameTo(const std::string& target) {
    if (::rename(path_.c_str(), target.c_str()) != 0) return Io(target, "write", errno);
    done_ = true;
    return Done{};
  }

  /// Fails with kConflict when the target exists.
  Result<Done> LinkTo(const std::string& target) {
    if (::link(path_.c_str(), target.c_str()) == 0) return Done{};
    if (errno == EEXIST) return Exists(target);
    // A file system without links: look, then rename.
    struct stat ignored {};
    if (::lstat(target.c_str(), &ignored) == 0) return Exists(target);
    return RenameTo(target);
  }

  static Error Exists(const std::string& target) {
    return {ErrorKind::kConflict, "'" + target + "' exists already"};
  }

 private:
  std::string path_;
  int descriptor_ = -1;
  bool done_ = false;
};

std::string BesideOf(const std::string& path) {
  return path + ".tokentrail-" + std::to_string(::getpid());
}

}  // namespace

Result<std::string> ReadWhole(const std::string& path, size_t limit) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return Io(path, "read", errno);
  std::string out;
  std::string chunk(size_t{64} << 10, '\0');
  for (;;) {
    const ssize_t got = ::read(descriptor, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      const int code = errno;
      ::close(descriptor);
      return Io(path, "read", code);
    }
    if (got == 0) break;
    out.append(chunk.data(), static_cast<size_t>(got));
    if (out.size() > limit) {
      ::close(descriptor);
      return Error{ErrorKind::kIo, "'" + path + "' is larger than " + std::to_string(limit >> 20) +
                                       " MiB: no page is"};
    }
  }
  ::close(descriptor);
  return out;
}

Result<Done> WriteWhole(const std::string& path, std::string_view bytes) {
  std::error_code code;
  std::string target = path;
  if (fs::is_symlink(path, code)) {
    const fs::path real = fs::weakly_canonical(path, code);
    if (!code) target = real.string();
  }
  struct stat old {};
  mode_t mode = 0644;
  if (::stat(target.c_str(), &old) == 0) {
    if (!S_ISREG(old.st_mode)) {
      return Error{ErrorKind::kIo, "can't write '" + path + "': it is no file"};
    }
    mode = old.st_mode & 07777u;
  }
  Temporary temporary(BesideOf(target));
  TRY(temporary.Write(bytes, mode));
  return temporary.RenameTo(target);
}

Result<Done> WriteNew(const std::string& path, std::string_view bytes) {
  struct stat ignored {};
  if (::lstat(path.c_str(), &ignored) == 0) return Temporary::Exists(path);
  std::error_code code;
  const fs::path folder = fs::path(path).parent_path();
  if (!folder.empty()) {
    fs::create_directories(folder, code);
    if (code) return Io(folder.string(), "make", code.value());
  }
  Temporary temporary(BesideOf(path));
  TRY(temporary.Write(bytes, 0644));
  return temporary.LinkTo(path);
}

}  // namespace tokentrail::playbook
