// When a log usually speaks, and when it was silent against its habit.

#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/time.h"

namespace tokentrail::trail {

struct Silence {
  Time from;  ///< the last event before it
  Time to;    ///< the first one after it
  uint64_t expected = 0;
};

/// Events of one stream, oldest first: how many in each hour, and its longer pauses. A few bytes an
/// active hour.
class Rhythm {
 public:
  void Observe(Time time) {
    const int64_t hour = time.micros / Hours(1).micros;
    if (hours_.empty()) {
      first_ = time;
    } else if (time.micros - last_.micros >= kLeast.micros) {
      Pause(time);
    }
    last_ = time;
    ++events_;
    if (!hours_.empty() && hours_.back().first == hour) {
      ++hours_.back().second;
    } else {
      NextHour(hour);
    }
  }

  /// Pauses in which at least kExpected events would have been usual for these hours, oldest
  /// first. Usual is what the other days of its sort had at these hours: the same day of the week
  /// where there are enough weeks, else all workdays, or all days of the weekend. The lower
  /// quartile of them counts, so that bursts set no habit, and a log that is often silent may be.
  std::vector<Silence> Silences() const;

  /// How many events would be usual in the time between, also before the first and after the last.
  double Expected(Time from, Time to) const;

  Time first() const { return first_; }
  Time last() const { return last_; }
  uint64_t events() const { return events_; }
  /// Days (UTC) that had any.
  size_t ActiveDays() const;
  /// Hours that were not kept because of the bound.
  uint64_t forgotten() const { return forgotten_; }

  static constexpr Span kLeast = Hours(6);
  static constexpr double kExpected = 20;

 private:
  bool HasHabit() const;
  void Pause(Time until);
  void NextHour(int64_t hour);

  std::vector<std::pair<int64_t, uint32_t>> hours_;  ///< those with events, oldest first
  std::vector<std::pair<Time, Time>> pauses_;
  Time first_;
  Time last_;
  uint64_t events_ = 0;
  uint64_t forgotten_ = 0;
};

}  // namespace tokentrail::trail
