// From what a list writes to a FeedRow.

#pragma once

#include <string>
#include <string_view>

#include "inventory/feed.h"

namespace tokentrail::inventory {

/// What a column or key is about; kOther for those we have no use for.
enum class FeedField : uint8_t {
  kId,
  kName,
  kVerdict,
  kSeverity,
  kPlatform,
  kNote,
  kReference,
  kDate,
  kTags,
  kRogueApps,  ///< only RogueApps' objects have it
  kOther
};
FeedField FieldOf(std::string_view column);

/// Cells of one row, by what they are about.
struct FeedCells {
  std::string id;
  std::string name;
  std::string verdict;
  std::string severity;
  std::string platform;
  std::string note;
  std::string reference;
  std::string date;
  std::string tags;
  bool rogue_apps = false;

  /// Keeps the first of two columns about the same.
  void Set(FeedField field, std::string_view text);
};

/// `otherwise`: the verdict of rows that give none. `source`: the list's name.
FeedRow RowOf(const FeedCells& cells, std::string_view source, std::string_view otherwise);

/// `malicious`, `risky`, `first_party`, `compromised_vendor`, or the list's own word in lower case.
std::string VerdictOf(std::string_view word);

}  // namespace tokentrail::inventory
