// What the nodes that a field's paths lead to are worth as its values.

#pragma once

#include <string_view>
#include <vector>

#include "base/arena.h"
#include "model/record.h"
#include "sigma/term.h"
#include "sigma/view.h"

namespace tokentrail::sigma {

class Taker {
 public:
  /// Texts that the record doesn't hold are put into the arena.
  Taker(const Record& record, Arena& arena) : record_(record), arena_(arena) {}

  /// Appends the values of a node that one of the entry's paths leads to; without an entry, of the
  /// raw field.
  void Take(const ViewField* entry, const Node& node, std::vector<Seen>& out);
  /// The same of one that only what the entry derives counts of.
  void Derive(const ViewField& entry, const Node& node, std::vector<Seen>& out) const;
  /// A value through the entry's words, where it has some.
  static void AddWords(const ViewField* entry, Seen value, std::vector<Seen>& out);

 private:
  void AddValue(const ViewField* entry, Seen value, std::vector<Seen>& out) const;

  const Record& record_;
  Arena& arena_;
};

}  // namespace tokentrail::sigma
