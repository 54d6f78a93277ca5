// One event of a record that holds several, seen as if the record held it alone.
//
// What matches records then needs to know nothing of the others: a value of one event is never
// taken for another's.

#pragma once

#include <cstddef>
#include <vector>

#include "model/record.h"

namespace tokentrail::source {

/// How many events of a record are made when it has `count` in `list`: all of them, unless going
/// through the rest of the record for each would take forever, which no honest record does.
size_t MostEvents(const Record& record, const Node& list, size_t count);

/// One a thread. Its memory is used again.
class LoneEvent {
 public:
  /// `record` with `element` as the only member of `list`, a member of the record's root. Both stay
  /// valid as long as the record, and until the next call.
  Record Of(const Record& record, const Node& list, const Node& element);
  /// To be called when the record that Of gave is done with: what was opened of it stays open.
  void Close();
  /// The node of the record that this one, of what Of gave, is. One in opened JSON is itself.
  const Node* Original(const Node* node) const;

 private:
  std::vector<Node> nodes_;
  std::vector<const Node*> originals_;
};

}  // namespace tokentrail::source
