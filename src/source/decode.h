// Byte sources that decode another: gzip, UTF-16, and a look at the first bytes.

#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "source/input.h"

namespace tokentrail::source {

/// Gives back bytes that were looked at.
class PeekSource final : public ByteSource {
 public:
  explicit PeekSource(std::unique_ptr<ByteSource> inner) : inner_(std::move(inner)) {}

  /// Up to `size` bytes from the start without consuming them; fewer only at the end of the stream.
  /// An error is kept for the Read that reaches it.
  std::string_view Peek(size_t size);

  Result<size_t> Read(char* buffer, size_t size) override;
  uint64_t Consumed() const override { return inner_->Consumed(); }

 private:
  std::unique_ptr<ByteSource> inner_;
  std::string ahead_;
  size_t at_ = 0;
  bool ended_ = false;
  std::optional<Error> error_;
};

/// A plain file on disk.
Result<std::unique_ptr<ByteSource>> OpenFile(const std::string& path);

/// Inflates gzip, all members; bytes after the last that are no member are ignored when they are
/// zero padding, else an error.
std::unique_ptr<ByteSource> InflateGzip(std::unique_ptr<ByteSource> inner);

/// UTF-16 to UTF-8; unpaired surrogates become U+FFFD.
std::unique_ptr<ByteSource> DecodeUtf16(std::unique_ptr<ByteSource> inner, bool big_endian);

/// What the first bytes say.
enum class Magic { kNone, kGzip, kArchive, kCompressed, kUtf8Bom, kUtf16Le, kUtf16Be };
/// `start` should hold 512 bytes or the whole stream.
Magic Sniff(std::string_view start);

}  // namespace tokentrail::source
