// Names of the evidence files that places point into.

#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>

namespace tokentrail {

struct EvidenceFile {
  std::string path;     ///< as given; a member of an archive is `exports.zip!logs/audit.json`
  std::string opened;   ///< path of the file on disk (the archive)
  uint64_t disk_bytes = 0;
  int64_t modified_ns = 0;
  std::string sha256;   ///< of the file on disk; filled for cited files only
};

/// Grows while files are read, by several threads; entries never move.
class FileTable {
 public:
  uint32_t Add(EvidenceFile file) {
    const std::scoped_lock lock(mutex_);
    files_.push_back(std::move(file));
    return static_cast<uint32_t>(files_.size() - 1);
  }
  EvidenceFile& at(uint32_t index) {
    const std::scoped_lock lock(mutex_);
    return files_.at(index);
  }
  const EvidenceFile& at(uint32_t index) const {
    const std::scoped_lock lock(mutex_);
    return files_.at(index);
  }
  size_t size() const {
    const std::scoped_lock lock(mutex_);
    return files_.size();
  }

 private:
  mutable std::mutex mutex_;
  std::deque<EvidenceFile> files_;
};

}  // namespace tokentrail
