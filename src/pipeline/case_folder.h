// The folder that a hunt writes to, and nothing else.

#pragma once

#include <string>

#include "base/result.h"

namespace tokentrail::pipeline {

/// A case folder open for writing. Temporary files live in `tmp/` inside it and are gone when this
/// is.
class CaseFolder {
 public:
  /// Makes the folder. One that is not empty is refused unless `clobber`; then only what an earlier
  /// hunt wrote there is removed.
  static Result<CaseFolder> Open(const std::string& path, bool clobber);
  CaseFolder(CaseFolder&& other) noexcept;
  CaseFolder& operator=(CaseFolder&&) = delete;
  ~CaseFolder();

  const std::string& path() const { return path_; }
  /// 32 random bytes that belong to this case: made with it, kept in `case.key`, readable by its
  /// owner only. Keys the marks of short secrets, so that nobody can guess them from the outputs.
  const std::string& key() const { return key_; }
  std::string Temporary(const std::string& name) const;
  /// Writes a file whole: to a temporary name first, so that a killed run leaves the old or none.
  /// `name` may stand in one folder inside the case: `incidents/01-x.md`.
  Result<Done> Write(const std::string& name, const std::string& text) const;

 private:
  CaseFolder() = default;

  std::string path_;
  std::string key_;
  bool owns_ = false;
};

}  // namespace tokentrail::pipeline
