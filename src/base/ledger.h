// What a run could not use: counts, reasons, and the first place of each.

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/place.h"

namespace tokentrail {

/// Reasons are words: `source.bad_json`, `source.no_time`, `source.unclaimed`, `archive.bomb`,
/// `file.unreadable`. Not safe for several threads: each has its own, merged at the end.
class Ledger {
 public:
  struct Entry {
    uint64_t count = 0;
    Place first;
    std::string detail;  ///< of the first: what the parser said, the missing column, ...
  };

  /// Something was left out. Of two first places the lower (file, line, offset) is kept, so
  /// the order of blocks does not show.
  void LeaveOut(std::string_view reason, const Place& place, std::string_view detail = {},
                uint64_t count = 1);
  /// Not left out, but worth a line: a repaired encoding, a duplicate file.
  void Note(std::string_view reason, const Place& place, std::string_view detail = {},
            uint64_t count = 1);

  void Merge(const Ledger& other);

  uint64_t left_out_total() const;
  /// Records among them, the reasons `source.*`; the others are files, parts of files, or rules.
  uint64_t left_out_records() const;
  const std::map<std::string, Entry, std::less<>>& left_out() const { return left_out_; }
  const std::map<std::string, Entry, std::less<>>& notes() const { return notes_; }

 private:
  std::map<std::string, Entry, std::less<>> left_out_;
  std::map<std::string, Entry, std::less<>> notes_;
};

}  // namespace tokentrail
