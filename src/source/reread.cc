#include "source/reread.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "source/decode.h"
#include "source/frame.h"
#include "source/input.h"
#include "source/reader.h"

namespace tokentrail::source {
namespace {

/// A text read in order, from which parts are taken.
class Forward {
 public:
  Forward(std::unique_ptr<ByteSource> bytes, const std::atomic<bool>* stop)
      : bytes_(std::move(bytes)), stop_(stop) {}

  /// `size` bytes at `offset`, which must not lie before what was asked for last.
  Result<std::string_view> At(uint64_t offset, size_t size) {
    while (begin_ + buffer_.size() < offset + size) {
      if (stop_ != nullptr && stop_->load(std::memory_order_relaxed)) {
        return Error{ErrorKind::kConflict, "interrupted"};
      }
      if (offset > begin_) {
        const size_t drop = std::min<uint64_t>(offset - begin_, buffer_.size());
        buffer_.erase(0, drop);
        begin_ += drop;
      }
      const size_t have = buffer_.size();
      buffer_.resize(have + kChunk);
      Result<size_t> got = bytes_->Read(buffer_.data() + have, kChunk);
      if (!got.ok()) return got.error();
      buffer_.resize(have + *got);
      if (*got == 0) return Error{ErrorKind::kConflict, "it is shorter than it was"};
    }
    return std::string_view(buffer_).substr(offset - begin_, size);
  }

 private:
  static constexpr size_t kChunk = 1u << 20;

  std::unique_ptr<ByteSource> bytes_;
  const std::atomic<bool>* stop_;
  std::string buffer_;
  uint64_t begin_ = 0;
};

}  // namespace

Result<Done> Reread(
    const EvidenceFile& file, std::span<const Wanted> wanted,
    const std::function<void(const Wanted&, std::string_view bytes, const CsvHeader* header)>& got,
    const std::atomic<bool>* stop) {
  // Streams are named after the file as it was shown: its path, but `-` for standard input.
  const std::string shown = file.path.substr(0, file.opened.size()) == file.opened
                                ? file.opened
                                : file.path.substr(0, file.path.find('!'));
  StreamWalker walker = TRY(StreamWalker::Open({file.opened, shown}));
  Error failed{ErrorKind::kConflict, "it is no longer there"};
  for (;;) {
    Result<std::optional<Stream>> next = walker.Next();
    if (!next.ok()) {  // a member before the one wanted, as when it was read first
      failed = next.error();
      continue;
    }
    if (!next->has_value()) return failed;
    Stream& stream = **next;
    if (stream.name != file.path) continue;

    auto peek = std::make_unique<PeekSource>(std::move(stream.bytes));
    std::shared_ptr<const CsvHeader> header;
    const std::string_view start = peek->Peek(64 << 10);
    size_t skip = 0;
    if (SniffFormat(start) == Format::kCsv) header = SniffHeader(start, true, skip);
    Forward forward(std::move(peek), stop);
    for (const Wanted& one : wanted) {
      const std::string_view bytes = TRY(forward.At(one.offset, one.size));
      got(one, bytes, header.get());
    }
    return Done{};
  }
}

}  // namespace tokentrail::source
