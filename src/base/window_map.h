// Memory over time with a bound: the one container for what analytics remember.

#pragma once

#include <tsl/robin_map.h>

#include <cstdint>
#include <deque>
#include <utility>

#include "base/time.h"

namespace tokentrail {

/// Maps Key to Value for as long as the key was touched within `window` of the newest event.
/// Past `max_entries` the oldest touched go first, and `evicted()` counts them. Event times must
/// not go back by more than the caller's own slack; older ones are treated as now.
template <typename Key, typename Value>
class WindowMap {
 public:
  WindowMap(Span window, size_t max_entries) : window_(window), max_entries_(max_entries) {}

  /// The value of `key`, or null.
  Value* Find(const Key& key) {
    const auto it = map_.find(key);
    return it == map_.end() ? nullptr : &it.value().value;
  }

  /// The value of `key`, made when absent; marks it as touched at `now`. The reference holds until
  /// the next call.
  Value& Touch(const Key& key, Time now) {
    Expire(now);
    auto [it, added] = map_.try_emplace(key);
    Slot& slot = it.value();
    slot.last = now;
    if (added) {
      slot.first = now;
      order_.emplace_back(now, key);
    }
    return slot.value;
  }

  /// When `key` was first touched since it came into the map; `now` and false when it is not there.
  std::pair<Time, bool> FirstSeen(const Key& key, Time now) const {
    const auto it = map_.find(key);
    return it == map_.end() ? std::pair{now, false} : std::pair{it->second.first, true};
  }

  void Erase(const Key& key) { map_.erase(key); }
  size_t size() const { return map_.size(); }
  uint64_t evicted() const { return evicted_; }

  /// Forgets what is older than the window, then what is too much.
  void Expire(Time now) {
    while (!order_.empty() &&
           (order_.front().first < now - window_ || map_.size() > max_entries_)) {
      const auto [listed, key] = order_.front();
      order_.pop_front();
      const auto it = map_.find(key);
      if (it == map_.end()) continue;
      if (it->second.last > listed) {
        order_.emplace_back(it->second.last, key);  // touched since: it stands further back
      } else {
        if (listed >= now - window_) ++evicted_;
        map_.erase(it);
      }
    }
  }

 private:
  struct Slot {
    Time first;
    Time last;
    Value value{};
  };

  Span window_;
  size_t max_entries_;
  uint64_t evicted_ = 0;
  tsl::robin_map<Key, Slot> map_;
  std::deque<std::pair<Time, Key>> order_;
};

}  // namespace tokentrail
