// A folder for what a verb needs for a moment and nobody keeps.

#pragma once

#include <string>

#include "base/result.h"

namespace tokentrail::cli {

/// Made under $TMPDIR or /tmp, readable by its owner only; gone when this is.
class ScratchFolder {
 public:
  static Result<ScratchFolder> Make();
  ScratchFolder(ScratchFolder&& other) noexcept;
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  ~ScratchFolder();

  const std::string& path() const { return path_; }

 private:
  ScratchFolder() = default;

  std::string path_;
};

}  // namespace tokentrail::cli
