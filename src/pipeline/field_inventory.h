// Which fields the records of a log have, by path: what a rule's author could have named.

#pragma once

#include <map>
#include <string>
#include <string_view>

#include "model/record.h"

namespace tokentrail::pipeline {

class FieldInventory {
 public:
  /// Paths as rules write them: keys joined by dots, lists gone through; members of lists of names
  /// and values as `list[name]`.
  void Add(const Record& record);
  void Merge(const FieldInventory& other);

  /// The path that looks most like `name`; empty when none does. `same_word`: only one that ends in
  /// the same word.
  std::string Nearest(std::string_view name, bool same_word = false) const;

 private:
  /// More fields than any log documents: those of logs that use data as keys are not all kept.
  static constexpr size_t kMaxPaths = 20'000;
  /// Longer ones are no field that anyone would write down.
  static constexpr size_t kMaxPath = 512;

  void Walk(const Record& record, const Node& node, std::string& path, int depth);

  /// What is compared of a path, or of a name: letters and digits, in lower case.
  struct Words {
    std::string whole;
    std::string last;  ///< of `a.b.c` c, of `a.b[C]` C
  };
  static Words WordsOf(std::string_view path);

  std::map<std::string, Words, std::less<>> paths_;
};

}  // namespace tokentrail::pipeline
