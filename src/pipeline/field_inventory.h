// Which fields the records of a log have, by path: what a rule's author could have named.

#pragma once

#include <set>
#include <string>
#include <string_view>

#include "model/record.h"

namespace tokentrail::pipeline {

class FieldInventory {
 public:
  /// Paths as rules write them: keys joined by dots, lists gone through.
  void Add(const Record& record);
  void Merge(const FieldInventory& other);

  /// The path that looks most like `name`; empty when none does.
  std::string Nearest(std::string_view name) const;

 private:
  /// More fields than any log documents: those of logs that use data as keys are not all kept.
  static constexpr size_t kMaxPaths = 20'000;

  void Walk(const Record& record, const Node& node, std::string& path, int depth);

  std::set<std::string, std::less<>> paths_;
};

}  // namespace tokentrail::pipeline
