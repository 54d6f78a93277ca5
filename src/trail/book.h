// A map with a bound, for what the trail remembers of tokens, sessions, people and apps.

#pragma once

#include <tsl/robin_map.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "base/id.h"

namespace tokentrail::trail {

/// Holds at most 2 * `generation` entries: when the younger half is full, the older is dropped, and
/// counted. What is touched moves to the younger half.
template <typename Value>
class Book {
 public:
  explicit Book(size_t generation) : generation_(generation) {}

  /// Null when there is none, or it was forgotten. Holds until it is forgotten.
  Value* Find(const Id& key) const {
    auto it = young_.find(key);
    if (it != young_.end()) return it->second.get();
    it = old_.find(key);
    return it == old_.end() ? nullptr : it->second.get();
  }

  /// The entry, made when there is none. Holds until it is forgotten.
  Value& Touch(const Id& key) {
    auto it = young_.find(key);
    if (it != young_.end()) return *it->second;
    if (young_.size() >= generation_) {
      forgotten_ += old_.size();
      old_.swap(young_);
      young_.clear();
    }
    std::unique_ptr<Value> value;
    if (auto older = old_.find(key); older != old_.end()) {
      value = std::move(older.value());
      old_.erase(older);
    } else {
      value = std::make_unique<Value>();
    }
    return *young_.try_emplace(key, std::move(value)).first->second;
  }

  uint64_t forgotten() const { return forgotten_; }

 private:
  size_t generation_;
  uint64_t forgotten_ = 0;
  tsl::robin_map<Id, std::unique_ptr<Value>> young_;
  tsl::robin_map<Id, std::unique_ptr<Value>> old_;
};

}  // namespace tokentrail::trail
