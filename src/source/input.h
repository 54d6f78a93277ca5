// Bytes of evidence: files, folders, globs; through compression, archives and encodings.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/ledger.h"
#include "base/result.h"
#include "model/file_table.h"

namespace tokentrail::source {

/// A stream of bytes. Read gives 0 at the end; an error ends the stream as well, after what was
/// good has been given.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  virtual Result<size_t> Read(char* buffer, size_t size) = 0;
  /// Bytes of the file on disk consumed so far, for progress.
  virtual uint64_t Consumed() const = 0;
};

/// What an input turned out to hold: one text, decoded to UTF-8 bytes.
struct Stream {
  std::string name;  ///< `exports.zip!logs/audit.json`
  std::unique_ptr<ByteSource> bytes;
};

/// One evidence file on disk.
struct InputFile {
  std::string path;     ///< to open
  std::string display;  ///< as shown; differs for standard input
};

/// Expands files, folders (recursively) and globs into files, sorted by path, each once. A path
/// that does not exist, or a glob that matches nothing, is an error: silence would hide a typo.
/// Case folders are skipped and noted; special files and unreadable folders go to the ledger.
Result<std::vector<InputFile>> ExpandInputs(const std::vector<std::string>& inputs, FileTable& files,
                                            Ledger& ledger);

/// Walks the streams of one file: itself, or the members of an archive (zip, 7z, tar, and these
/// compressed; up to three layers deep). gzip, zstd, bzip2, xz and UTF-16 are decoded on the way.
/// A stream must be read (or dropped) before the next one is asked for.
class StreamWalker {
 public:
  /// Unpacked more than this many times its size, past kFreeBytes, is a bomb and is left there.
  static constexpr uint64_t kMaxExpansion = 250;
  static constexpr uint64_t kFreeBytes = 256u << 20;
  static constexpr int kMaxLayers = 3;

  static Result<StreamWalker> Open(const InputFile& file);
  StreamWalker(StreamWalker&&) noexcept;
  StreamWalker& operator=(StreamWalker&&) noexcept;
  ~StreamWalker();

  /// The next stream; nothing at the end. An error concerns one member and the walk may go on, or
  /// ends it when nothing more can be read (the next call then gives nothing).
  Result<std::optional<Stream>> Next();

 private:
  struct Impl;
  explicit StreamWalker(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace tokentrail::source
