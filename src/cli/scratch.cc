#include "cli/scratch.h"

#include <stdlib.h>  // NOLINT: mkdtemp is POSIX's, not std's

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

namespace tokentrail::cli {

Result<ScratchFolder> ScratchFolder::Make() {
  const char* base = std::getenv("TMPDIR");
  std::string path = base != nullptr && *base != '\0' ? base : "/tmp";
  path += "/tokentrail-XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) {
    return Error{ErrorKind::kIo,
                 "can't make a temporary folder '" + path + "': " + std::strerror(errno)};
  }
  ScratchFolder out;
  out.path_ = std::move(path);
  return out;
}

ScratchFolder::ScratchFolder(ScratchFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})) {}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace tokentrail::cli
