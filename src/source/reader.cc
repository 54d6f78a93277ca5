#include "source/reader.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstring>

#include "source/decode.h"
#include "source/json.h"

namespace tokentrail::source {
namespace {

constexpr size_t kSniff = 64 << 10;

/// A header row; or, when a source knows the text by its first row, that source's columns.
std::shared_ptr<const CsvHeader> ReadHeader(std::string_view row) {
  auto header = std::make_shared<CsvHeader>();
  header->delimiter = SniffDelimiter(row);
  Arena arena;
  std::vector<std::string_view> cells;
  SplitCsvRow(row, header->delimiter, arena, cells);
  for (const SourceDef* source : All()) {
    if (source->headerless.test == nullptr || !source->headerless.test(cells)) continue;
    header->headerless = true;
    header->columns.assign(source->headerless.columns.begin(), source->headerless.columns.end());
    return header;
  }
  for (std::string_view cell : cells) {
    while (!cell.empty() && (cell.front() == ' ' || cell.front() == '\t')) cell.remove_prefix(1);
    while (!cell.empty() && (cell.back() == ' ' || cell.back() == '\t')) cell.remove_suffix(1);
    header->columns.emplace_back(cell);
  }
  return header;
}

}  // namespace

std::shared_ptr<const CsvHeader> SniffHeader(std::string_view start, bool last, size_t& skip) {
  // PowerShell's Export-Csv writes a line `#TYPE ...` first.
  skip = 0;
  const size_t line_end = start.find('\n');
  if (start.substr(0, 5) == "#TYPE" && line_end != std::string_view::npos) skip = line_end + 1;
  const std::string_view rest = start.substr(skip);
  CsvSplitter splitter(SniffDelimiter(rest.substr(0, 4096)));
  std::vector<Frame> rows;
  splitter.Scan(rest, last, rows);
  if (rows.empty()) return nullptr;
  const Frame& first = rows.front();
  std::shared_ptr<const CsvHeader> header = ReadHeader(rest.substr(first.begin, first.size));
  if (!header->headerless) {
    const size_t row_end = std::min(rest.find('\n', first.begin + first.size), rest.size());
    skip = std::min(skip + row_end + 1, start.size());
  }
  return header;
}

namespace {

Result<Done> ReadToTheEnd(ByteSource& bytes) {
  char ignored[4096];
  while (TRY(bytes.Read(ignored, sizeof ignored)) > 0) {
  }
  return Done{};
}

int64_t ModifiedNs(const struct stat& status) {
  return static_cast<int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec;
}

}  // namespace

/// One text being read: bytes that were not given out yet, and how to find records in them.
struct Reader::Text {
  uint32_t file = 0;
  std::unique_ptr<ByteSource> bytes;
  Format format = Format::kUnknown;
  JsonSplitter json;
  std::unique_ptr<CsvSplitter> csv;
  std::shared_ptr<const CsvHeader> header;
  bool type_line_passed = false;

  std::string carry;     ///< what the next block starts with
  uint64_t offset = 0;   ///< of carry[0]
  uint64_t line = 1;
  bool ended = false;
  bool skipping = false; ///< inside a line over the record cap
  Place skipped;
};

Reader::Reader(std::vector<InputFile> inputs, FileTable& files, const std::atomic<bool>* stop)
    : inputs_(std::move(inputs)), files_(files), stop_(stop) {
  for (const InputFile& input : inputs_) {
    struct stat status {};
    if (::stat(input.path.c_str(), &status) == 0 && S_ISREG(status.st_mode)) {
      bytes_total_ += static_cast<uint64_t>(status.st_size);
    }
  }
}

Reader::~Reader() = default;

bool Reader::OpenNext(Ledger& ledger) {
  for (;;) {
    if (!walker_) {
      if (next_input_ == inputs_.size()) return false;
      const InputFile& input = inputs_[next_input_++];
      struct stat status {};
      EvidenceFile entry{input.display, input.path, 0, 0, {}};
      if (::stat(input.path.c_str(), &status) == 0) {
        entry.disk_bytes = static_cast<uint64_t>(status.st_size);
        entry.modified_ns = ModifiedNs(status);
      }
      bytes_before_ += entry.disk_bytes;
      walker_file_ = files_.Add(entry);
      if (entry.disk_bytes == 0 && S_ISREG(status.st_mode)) {
        ledger.Note("file.empty", Place{walker_file_, 0, 0, 0}, "no bytes in it");
        continue;
      }
      Result<StreamWalker> walker = StreamWalker::Open(input);
      walker_.emplace(std::move(walker).value());
    }
    Result<std::optional<Stream>> next = walker_->Next();
    if (!next.ok()) {
      const bool bomb = next.error().kind == ErrorKind::kConflict;
      ledger.LeaveOut(bomb ? "archive.bomb" : "file.unreadable", Place{walker_file_, 0, 0, 0},
                      next.error().message);
      continue;
    }
    if (!next->has_value()) {
      walker_.reset();
      bytes_done_.store(bytes_before_, std::memory_order_relaxed);
      continue;
    }
    Stream& stream = **next;
    auto text = std::make_unique<Text>();
    const EvidenceFile& opened = files_.at(walker_file_);
    text->file = stream.name == opened.path
                     ? walker_file_
                     : files_.Add({stream.name, opened.opened, opened.disk_bytes,
                                   opened.modified_ns, {}});
    auto peek = std::make_unique<PeekSource>(std::move(stream.bytes));
    if (const std::string_view start = peek->Peek(kSniff);
        start.size() < kSniff && start.find_first_not_of(" \t\r\n") == std::string_view::npos) {
      // Nothing but space in it; or damaged before anything came out.
      texts_.fetch_add(1, std::memory_order_relaxed);
      const Place place{text->file, 0, 0, 0};
      if (const Result<Done> read = ReadToTheEnd(*peek); read.ok()) {
        ledger.Note("file.empty", place, "nothing in it");
      } else {
        const bool bomb = read.error().kind == ErrorKind::kConflict;
        ledger.LeaveOut(bomb ? "archive.bomb" : "file.damaged", place, read.error().message);
      }
      continue;
    }
    text->format = SniffFormat(peek->Peek(kSniff));
    // A text without a brace in its first part is prose or a log of another kind: one entry for
    // the file says more than one a line.
    const bool foreign = text->format == Format::kUnknown &&
                         peek->Peek(kSniff).find('{') == std::string_view::npos;
    text->bytes = std::move(peek);
    texts_.fetch_add(1, std::memory_order_relaxed);
    if (text->format == Format::kNotText) {
      ledger.LeaveOut("file.not_text", Place{text->file, 0, 0, 0},
                      "holds NUL bytes: not a log we read");
      continue;
    }
    if (foreign) {
      ledger.LeaveOut("file.unknown_format", Place{text->file, 0, 0, 0},
                      "neither JSON nor CSV with a header: not read");
      continue;
    }
    text_ = std::move(text);
    return true;
  }
}

bool Reader::Next(Block& block, Ledger& ledger) {
  const std::scoped_lock lock(mutex_);
  block.left_out = 0;
  for (;;) {
    if (text_ == nullptr && !OpenNext(ledger)) return false;
    if (Fill(block, ledger)) return true;
    if (Stopped()) return false;
    text_.reset();
  }
}

/// The next block of the open text; false when it is used up.
bool Reader::Fill(Block& block, Ledger& ledger) {
  Text& text = *text_;
  const auto room = [&](size_t wanted) {
    if (wanted + JsonReader::kPadding <= block.capacity) return;
    const size_t capacity = std::max(wanted + JsonReader::kPadding, kBlock + kBlock / 2);
    auto larger = std::make_unique<char[]>(capacity);
    if (!block.bytes.empty()) std::memcpy(larger.get(), block.bytes.data(), block.bytes.size());
    block.buffer = std::move(larger);
    block.capacity = capacity;
    block.bytes = {block.buffer.get(), block.bytes.size()};
  };

  block.bytes = {};
  block.frames.clear();
  room(text.carry.size() + kBlock);
  std::memcpy(block.buffer.get(), text.carry.data(), text.carry.size());
  block.bytes = {block.buffer.get(), text.carry.size()};
  block.file = text.file;
  block.format = text.format;
  block.offset = text.offset;
  block.line = text.line;
  text.carry.clear();

  size_t usable = 0;  // bytes of whole records
  for (;;) {
    if (Stopped()) return false;
    // More bytes.
    size_t got = 0;
    if (!text.ended) {
      room(block.bytes.size() + kBlock);
      while (got < kBlock && !text.ended) {
        Result<size_t> read =
            text.bytes->Read(block.buffer.get() + block.bytes.size() + got, kBlock - got);
        if (!read.ok()) {
          const bool bomb = read.error().kind == ErrorKind::kConflict;
          ledger.LeaveOut(bomb ? "archive.bomb" : "file.damaged",
                          Place{text.file, 0, block.offset + block.bytes.size() + got, 0},
                          read.error().message);
          text.ended = true;
        } else {
          got += *read;
          text.ended = *read == 0;
        }
      }
    }
    block.bytes = {block.buffer.get(), block.bytes.size() + got};

    if (text.format == Format::kJson) {
      text.json.Scan(block.bytes, text.ended, block.frames);
      usable = text.ended ? block.bytes.size() : text.json.needed();
      if (text.ended && text.json.TakeOpen() &&
          (block.frames.empty() || block.frames.back().bad.empty())) {
        ledger.LeaveOut("file.truncated", Place{text.file, 0, block.offset + usable, 0},
                        "ends inside an array: the rest is missing");
      }
      if (!block.frames.empty() || text.ended) break;
      if (usable >= kBlock) break;  // nothing in it: let the bytes go
    } else if (text.format == Format::kCsv) {
      if (text.header == nullptr) {
        const size_t end = block.bytes.find('\n');
        if (end == std::string_view::npos && !text.ended &&
            block.bytes.size() < JsonSplitter::kMaxRecord) {
          continue;
        }
        size_t skip = 0;
        text.header = SniffHeader(block.bytes, text.ended, skip);
        if (text.header == nullptr) {
          if (!text.ended && block.bytes.size() < 2 * JsonSplitter::kMaxRecord) continue;
          usable = block.bytes.size();
          text.ended = true;
          break;
        }
        text.line += CountLines(block.bytes.substr(0, skip));
        text.offset += skip;
        block.line = text.line;
        block.offset = text.offset;
        std::memmove(block.buffer.get(), block.buffer.get() + skip, block.bytes.size() - skip);
        block.bytes = {block.buffer.get(), block.bytes.size() - skip};
        text.csv = std::make_unique<CsvSplitter>(text.header->delimiter);
      }
      text.csv->Scan(block.bytes, text.ended, block.frames);
      usable = text.ended ? block.bytes.size() : text.csv->needed();
      if (!block.frames.empty() || text.ended) break;
      if (usable >= kBlock) break;  // the rest of a row that is too long
    } else {
      if (text.skipping) {
        const size_t end = block.bytes.find('\n');
        const size_t drop = end == std::string_view::npos ? block.bytes.size() : end + 1;
        text.offset = block.offset + drop;
        text.line += end == std::string_view::npos ? 0 : 1;
        if (end != std::string_view::npos) text.skipping = false;
        std::memmove(block.buffer.get(), block.buffer.get() + drop, block.bytes.size() - drop);
        block.bytes = {block.buffer.get(), block.bytes.size() - drop};
        block.offset = text.offset;
        block.line = text.line;
        if (text.skipping && !text.ended) continue;
      }
      const size_t end = text.ended ? block.bytes.size() : block.bytes.rfind('\n') + 1;
      usable = end;
      if (end > 0 || text.ended) break;
      if (block.bytes.size() > JsonSplitter::kMaxRecord) {
        ledger.LeaveOut("source.record_too_big", Place{text.file, 0, block.offset, block.line},
                        "a line of more than 16 MiB");
        ++block.left_out;
        text.skipping = true;
      }
    }
  }

  if (text.format == Format::kJson) text.json.Cut(usable);
  if (text.format == Format::kCsv && text.csv) text.csv->Cut(usable);
  block.header = text.header;
  text.carry.assign(block.bytes.substr(usable));
  std::memset(block.buffer.get() + block.bytes.size(), ' ', JsonReader::kPadding);

  // Lines of the frames, counted once from one to the next.
  uint64_t line = block.line;
  size_t at = 0;
  for (Frame& frame : block.frames) {
    const size_t begin = std::min<size_t>(frame.begin, block.bytes.size());
    if (begin > at) line += CountLines(block.bytes.substr(at, begin - at));
    at = std::max(at, begin);
    frame.line = line;
  }
  text.line = block.line + CountLines(block.bytes.substr(0, usable));
  text.offset = block.offset + usable;
  if (text.format != Format::kJson && text.format != Format::kCsv) {
    block.bytes = block.bytes.substr(0, usable);
  }
  const uint64_t disk = files_.at(text.file).disk_bytes;
  bytes_done_.store(bytes_before_ - std::min(bytes_before_, disk) +
                        std::min(text.bytes->Consumed(), disk),
                    std::memory_order_relaxed);
  return !block.bytes.empty() || !text.ended || !block.frames.empty();
}

}  // namespace tokentrail::source
