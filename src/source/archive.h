// Archives and the compressions other than gzip. The only user of the archive library.

#pragma once

#include <memory>
#include <optional>
#include <string>

#include "source/input.h"

namespace tokentrail::source {

/// Reads an archive or a compressed file, member by member.
class Archive {
 public:
  /// `path` is the file on disk when there is one (7z and zip with an index need to seek in it);
  /// else empty, and `bytes` is read in order.
  static Result<std::unique_ptr<Archive>> Open(const std::string& path,
                                               std::unique_ptr<ByteSource> bytes);
  ~Archive();
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;

  struct Member {
    std::string name;  ///< empty when the file is just compressed, not an archive
    std::unique_ptr<ByteSource> bytes;
  };
  /// The next regular file; nothing at the end. The member before it ends.
  Result<std::optional<Member>> Next();

 private:
  struct Impl;
  explicit Archive(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace tokentrail::source
