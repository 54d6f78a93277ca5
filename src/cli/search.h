// Searches evidence for values: every record of every source, any number of threads.

#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ledger.h"
#include "base/place.h"
#include "base/redact.h"
#include "base/result.h"
#include "base/time.h"
#include "cli/needle.h"
#include "model/file_table.h"
#include "model/record.h"
#include "pipeline/run.h"

namespace tokentrail::cli {

/// FIELD:VALUE of -F. FIELD is a normalised name (`actor.user.name`; see `tokentrail list fields`)
/// or a path in the record (`properties.appId`); VALUE may start and end with `*`; case does not
/// matter.
struct FieldFilter {
  std::string field;
  std::string value;  ///< lower case, without the stars
  bool open_start = false;
  bool open_end = false;

  static Result<FieldFilter> Parse(std::string_view text);
  bool Matches(std::string_view text) const;
};

/// One value that matched.
struct FoundValue {
  std::string pointer;  ///< RFC 6901, through JSON in texts
  std::string label;    ///< which needle
  std::string value;    ///< redacted, and cut around the match
};

/// One record that matched; all texts redacted.
struct FoundRecord {
  Place place;
  std::string file;
  std::string source;  ///< empty when no source claims it
  Time time;
  bool has_time = false;
  std::vector<FoundValue> values;  ///< empty when only -F chose it; at most 20
};

struct Search {
  std::vector<std::string> inputs;
  const Needles* needles = nullptr;  ///< may be empty: then the filters choose
  std::vector<FieldFilter> filters;  ///< all must match
  /// The needles are traces of one token: show what matched and nothing around it.
  bool secret = false;
  size_t limit = 10'000;  ///< records kept; the rest are counted
  size_t context = 120;   ///< bytes shown of a long value
  unsigned threads = 0;   ///< 0: one a core
};

struct SearchResult {
  std::vector<FoundRecord> found;  ///< in the order of places
  uint64_t matched = 0;            ///< all, also those past the limit
  uint64_t records = 0;
  uint64_t texts = 0;  ///< files and members read
  FileTable files;
  Ledger ledger;
  bool interrupted = false;
};

/// Reads all evidence. Fails only when an input does not exist.
Result<std::unique_ptr<SearchResult>> Run(const Search& search, pipeline::Progress& progress,
                                          const std::atomic<bool>& stop);

/// What of a record matches; used for evidence and for findings alike.
std::vector<FoundValue> MatchValues(const Record& record, const Search& search,
                                    const Redactor& redactor);

}  // namespace tokentrail::cli
