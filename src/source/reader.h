// The evidence as blocks of whole records, for any number of workers.

#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/ledger.h"
#include "base/result.h"
#include "model/file_table.h"
#include "source/csv.h"
#include "source/def.h"
#include "source/frame.h"
#include "source/input.h"

namespace tokentrail::source {

/// The header of the CSV text that begins with `start`; null when more of it is needed (unless
/// `last`). `skip`: bytes before the first row of data.
std::shared_ptr<const CsvHeader> SniffHeader(std::string_view start, bool last, size_t& skip);

/// Some whole records of one text. Views point into `buffer`.
struct Block {
  Block() = default;
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  uint32_t file = 0;
  Format format = Format::kUnknown;
  uint64_t offset = 0;  ///< of bytes[0] in the text
  uint64_t line = 1;    ///< of bytes[0]
  std::string_view bytes;
  std::vector<Frame> frames;  ///< for kJson and kCsv; the rest goes by lines
  std::shared_ptr<const CsvHeader> header;  ///< for kCsv
  uint64_t left_out = 0;  ///< records that Next() left out itself, also when it gave nothing

  std::unique_ptr<char[]> buffer;  ///< reused from block to block
  size_t capacity = 0;
};

class Reader {
 public:
  /// Bytes a block aims at. Records larger than it make larger blocks, up to the record cap.
  static constexpr size_t kBlock = 1u << 20;

  /// Once `stop` is set, Next() gives nothing more, also in the middle of a record without end.
  Reader(std::vector<InputFile> inputs, FileTable& files, const std::atomic<bool>* stop = nullptr);
  ~Reader();

  /// Fills `block` with what comes next; false at the end. What can't be read goes to `ledger`.
  /// Safe for several threads, each with its own block and ledger.
  bool Next(Block& block, Ledger& ledger);

  /// Bytes of evidence on disk read so far and in all.
  uint64_t bytes_done() const { return bytes_done_.load(std::memory_order_relaxed); }
  uint64_t bytes_total() const { return bytes_total_; }
  /// Texts opened so far (files and members).
  uint64_t texts() const { return texts_.load(std::memory_order_relaxed); }

 private:
  struct Text;

  bool OpenNext(Ledger& ledger);
  bool Fill(Block& block, Ledger& ledger);
  bool Stopped() const { return stop_ != nullptr && stop_->load(std::memory_order_relaxed); }

  std::mutex mutex_;
  std::vector<InputFile> inputs_;
  FileTable& files_;
  const std::atomic<bool>* stop_;
  size_t next_input_ = 0;
  std::optional<StreamWalker> walker_;
  std::unique_ptr<Text> text_;
  std::atomic<uint64_t> bytes_done_{0};
  std::atomic<uint64_t> texts_{0};
  uint64_t bytes_total_ = 0;
  uint64_t bytes_before_ = 0;  ///< of inputs finished
  uint32_t walker_file_ = 0;
};

}  // namespace tokentrail::source
