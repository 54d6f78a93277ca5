// Events made by hand, for tests of what comes after normalisation.

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/event.h"

namespace tokentrail::test {

/// The head values that tests care about; the rest stays at its default.
struct Head {
  std::string_view time = "2026-03-02T09:00:00Z";  ///< ISO 8601
  Kind kind = Kind::kOther;
  Outcome outcome = Outcome::kSuccess;
  SourceIndex source = 0;
  uint64_t record = 0;  ///< tells records apart: content hash, line and offset; 0: by the fields
};

/// Owns the memory of one event in the packed layout that model/event.h describes.
class BuiltEvent {
 public:
  BuiltEvent(const Head& head, const std::map<Field, std::string>& fields,
             const std::vector<uint32_t>& hits = {});

  /// Valid as long as this.
  Event event() const { return Event(bytes_.data()); }
  operator Event() const { return event(); }  // NOLINT: stands for the event in calls

 private:
  std::vector<char> bytes_;
};

}  // namespace tokentrail::test
