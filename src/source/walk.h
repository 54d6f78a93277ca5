// Every record of the evidence, block by block: what the hunt and the search share.

#pragma once

#include <functional>
#include <string_view>

#include "base/ledger.h"
#include "source/csv.h"
#include "source/json.h"
#include "source/reader.h"

namespace tokentrail::source {

/// A page without a record in it, such as `{"value":[]}` on a line of its own: an envelope's empty
/// array, and beside it nothing but scalars.
bool IsEmptyEnvelope(const Record& record);

/// Takes the records of blocks apart. One a thread.
class BlockWalker {
 public:
  /// `text` are the record's bytes as logged, `place` where they stand. The record holds until the
  /// call returns.
  using Visit = std::function<void(const Record& record, std::string_view text, const Place& place)>;

  /// Calls `visit` for each record of the block; what is no record goes to `ledger`, and counts.
  /// Gives how many were left out here.
  uint64_t Walk(const Block& block, Ledger& ledger, const Visit& visit);

 private:
  void Lines(const Block& block, const Visit& visit);
  void Frames(const Block& block, const Visit& visit);
  void Rows(const Block& block, const Visit& visit);
  /// One line or frame of JSON; `depth` counts envelopes within envelopes.
  void Json(std::string_view text, const Place& place, bool lenient, int depth, const Visit& visit);
  /// Goes on behind the broken record that `text`, several lines, begins with: at the next line
  /// that starts an object as far in as this one started. False when there is none.
  bool Resplit(std::string_view text, const Place& place, const Visit& visit);
  void Take(const Record& record, JsonReader& reader, std::string_view text, const Place& place,
            const Visit& visit);
  void LeaveOut(std::string_view reason, const Place& place, std::string_view detail);

  /// Bytes of a block that may be split again: bounds what hostile brackets cost.
  static constexpr size_t kMaxResplit = 64u << 20;

  JsonReader json_;
  CsvReader csv_;
  JsonReader cells_;  ///< opens JSON in CSV cells
  Ledger* ledger_ = nullptr;
  uint64_t left_out_ = 0;
  size_t resplit_left_ = 0;
  std::string_view indent_;  ///< of the frame in hand
  bool unknown_ = false;  ///< the text is no log we know: its lines may still hold JSON
};

}  // namespace tokentrail::source
