// Where one record ends and the next begins.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace tokentrail::source {

enum class Format : uint8_t {
  kUnknown,    ///< text, but no format we know: read line by line, looking for JSON in each
  kJsonLines,  ///< one JSON value a line
  kJson,       ///< arrays, envelopes, concatenated or pretty-printed objects
  kCsv,
  kNotText,    ///< holds NUL bytes: no log we read
};

/// Judges by content: `start` is the first 64 KiB or the whole text.
Format SniffFormat(std::string_view start);

/// The separator of a CSV header: the most frequent of comma, semicolon and tab outside quotes.
char SniffDelimiter(std::string_view header);

/// How many line feeds `text` holds.
uint64_t CountLines(std::string_view text);

/// A record's bytes within a buffer.
struct Frame {
  uint64_t begin = 0;
  uint64_t size = 0;
  uint64_t line = 0;          ///< of its first byte, from 1, in the whole text
  std::string_view bad;       ///< not a record: the ledger's reason; empty for records
};

/// Finds records in a stream of JSON text of any size. Gives each element of a top-level array or
/// of an envelope's array (`value`, `records`, `Records`, `items`, `activities`, `logEvents`,
/// `hits.hits`, ...) and each top-level object that is no envelope.
///
/// Works on a buffer that grows at its end and is cut at its front by whole frames: positions are
/// relative to the buffer, see Cut().
class JsonSplitter {
 public:
  /// Records over this are left out. 16 MiB, as docs say.
  static constexpr size_t kMaxRecord = 16u << 20;
  static bool IsEnvelopeKey(std::string_view key);

  /// Scans on to the end of `buffer` and appends what is complete. `last`: no more will come, so
  /// what is open now is broken.
  void Scan(std::string_view buffer, bool last, std::vector<Frame>& out);

  /// First byte that is still needed. Bytes before it may be dropped from the buffer.
  size_t needed() const;
  /// Whether an array or envelope is open; asked once at the end of the text, then forgotten.
  bool TakeOpen() {
    const bool open = arrays_ > 0 || envelope_.open || where_ == Where::kEnvelope;
    arrays_ = 0;
    envelope_.open = false;
    return open;
  }
  /// Tells that `bytes` were dropped from the front; at most needed().
  void Cut(size_t bytes);

 private:
  enum class Where : uint8_t { kBetween, kObject, kEnvelope };

  /// The array of an envelope that is being read, and what to go back to at its end.
  struct Envelope {
    bool open = false;
    size_t depth = 0;
    size_t arrays = 0;
  };

  void Between(std::string_view buffer, std::vector<Frame>& out);
  bool Inside(std::string_view buffer, bool last, std::vector<Frame>& out);
  void Resync(std::string_view buffer, size_t end, std::vector<Frame>& out);
  bool OpensEnvelope(std::string_view buffer, size_t bracket, bool last, bool& wait) const;

  Where where_ = Where::kBetween;
  size_t at_ = 0;          ///< scanned up to here
  size_t start_ = 0;       ///< of the open object
  size_t depth_ = 0;       ///< of containers open inside the object, itself included
  bool in_string_ = false;
  bool too_big_ = false;   ///< the open object's bytes were dropped
  bool junk_said_ = false; ///< the junk here was counted
  bool after_broken_ = false;  ///< the rest of a broken object may follow: not worth a count
  Envelope envelope_;
  size_t arrays_ = 0;      ///< top-level arrays open
  int resyncs_left_ = 256; ///< far ones; without a limit a hostile text costs quadratic time
};

/// Finds rows of CSV text (RFC 4180: quotes may hold line ends). Used like JsonSplitter.
class CsvSplitter {
 public:
  explicit CsvSplitter(char delimiter) : delimiter_(delimiter) {}

  void Scan(std::string_view buffer, bool last, std::vector<Frame>& out);
  size_t needed() const { return start_; }
  void Cut(size_t bytes);

 private:
  char delimiter_;
  size_t at_ = 0;
  size_t start_ = 0;
  bool in_quotes_ = false;
  bool skipping_ = false;  ///< up to the next line end
};

}  // namespace tokentrail::source
