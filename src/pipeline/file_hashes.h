// SHA-256 of evidence files.

#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace tokentrail::pipeline {

/// Hashes files, in the background when a core is free for it: findings cite the hash of their
/// file, and hashing costs a tenth of reading. The hashes are the same either way.
class FileHashes {
 public:
  /// Starts on `paths` at once when `in_background`, else hashes only what is asked for.
  /// Ends soon after `stop` is set; what was not hashed by then has none.
  FileHashes(std::vector<std::string> paths, bool in_background, const std::atomic<bool>& stop);
  ~FileHashes();
  FileHashes(const FileHashes&) = delete;
  FileHashes& operator=(const FileHashes&) = delete;

  /// 64 hexadecimal digits; empty when the file can't be read.
  std::string Of(const std::string& path);

 private:
  std::string Hash(const std::string& path) const;

  const std::atomic<bool>& interrupted_;
  std::mutex mutex_;  ///< held while a file is hashed, so that none is hashed twice
  std::map<std::string, std::string> known_;
  std::atomic<bool> asked_{false};  ///< what is wanted is known now: no more hashing ahead
  std::atomic<bool> stop_{false};
  std::jthread thread_;
};

}  // namespace tokentrail::pipeline
