#include "trail/rhythm.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace tokentrail::trail {
namespace {

/// Four years of hours; a log that is longer is looked at up to there.
constexpr size_t kMostHours = 4 * 366 * 24;
constexpr size_t kMostPauses = 2048;
/// The longest ones are looked at.
constexpr size_t kMostTested = 400;
/// Fewer days of the same sort make no habit.
constexpr size_t kLeastDays = 2;
/// As many weeks, and the day of the week is a sort of its own.
constexpr size_t kWeeks = 3;

constexpr int64_t kDayHours = 24;

/// 0 is Monday.
size_t WeekdayOf(int64_t day) { return static_cast<size_t>(((day + 3) % 7 + 7) % 7); }

/// The value below which a quarter of them lie.
uint32_t LowerQuartile(std::vector<uint32_t>& values) {
  const size_t at = (values.size() - 1) / 4;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
  return values[at];
}

class Habit {
 public:
  explicit Habit(const std::vector<std::pair<int64_t, uint32_t>>& hours)
      : first_day_(hours.front().first / kDayHours),
        days_(static_cast<size_t>(hours.back().first / kDayHours - first_day_ + 1)) {
    for (const auto& [hour, count] : hours) {
      const auto day = static_cast<size_t>(hour / kDayHours - first_day_);
      days_[day].hours[static_cast<size_t>(hour % kDayHours)] = count;
      days_[day].total += count;
    }
    // Where people rest on Fridays and Saturdays, Sunday is as busy as Monday.
    std::array<uint64_t, 7> sums{};
    for (size_t day = 0; day < days_.size(); ++day) sums[Weekday(day)] += days_[day].total;
    const uint64_t workday = (sums[0] + sums[1] + sums[2] + sums[3]) / 4;
    if (sums[6] * 2 > workday && sums[4] * 4 < workday && days_.size() > 7) rest_ = {4, 5};
  }

  /// How many events were usual in the time between.
  double Expected(Time from, Time to) const {
    const int64_t hour = Hours(1).micros;
    const int64_t begin = (from.micros + hour - 1) / hour - first_day_ * kDayHours;
    const int64_t end = to.micros / hour - first_day_ * kDayHours;
    if (begin >= end) return 0;
    const size_t without_from = static_cast<size_t>(begin / kDayHours);
    const size_t without_to = static_cast<size_t>((end - 1) / kDayHours);
    double by_hour = 0;
    double by_day = 0;
    std::array<std::array<double, kDayHours>, 7> hours;
    for (auto& row : hours) row.fill(-1);
    for (int64_t at = begin; at < end; ++at) {
      const auto day = static_cast<size_t>(at / kDayHours);
      const auto of_day = static_cast<size_t>(at % kDayHours);
      double& usual = hours[Weekday(day)][of_day];
      if (usual < 0) usual = UsualHour(day, of_day, without_from, without_to);
      by_hour += usual;
      if (of_day == 0 && at + kDayHours <= end) by_day += UsualDay(day, without_from, without_to);
    }
    return std::max(by_hour, by_day);
  }

 private:
  struct Day {
    std::array<uint32_t, kDayHours> hours{};
    uint32_t total = 0;
  };

  size_t Weekday(size_t day) const { return WeekdayOf(first_day_ + static_cast<int64_t>(day)); }
  bool Rests(size_t day) const { return Weekday(day) == rest_[0] || Weekday(day) == rest_[1]; }

  /// Other days like `day`, of those outside the pause.
  std::vector<size_t> Like(size_t day, size_t without_from, size_t without_to) const {
    std::vector<size_t> same;
    std::vector<size_t> sort;
    for (size_t other = 0; other < days_.size(); ++other) {
      if (other >= without_from && other <= without_to) continue;
      if (Weekday(other) == Weekday(day)) same.push_back(other);
      if (Rests(other) == Rests(day)) sort.push_back(other);
    }
    return same.size() >= kWeeks ? same : sort;
  }

  double UsualHour(size_t day, size_t hour, size_t without_from, size_t without_to) const {
    std::vector<uint32_t> counts;
    for (const size_t other : Like(day, without_from, without_to)) {
      counts.push_back(days_[other].hours[hour]);
    }
    return counts.size() < kLeastDays ? 0 : LowerQuartile(counts);
  }

  /// The first and the last day may be half in the log only.
  double UsualDay(size_t day, size_t without_from, size_t without_to) const {
    std::vector<uint32_t> counts;
    for (const size_t other : Like(day, without_from, without_to)) {
      if (other != 0 && other + 1 != days_.size()) counts.push_back(days_[other].total);
    }
    return counts.size() < kLeastDays ? 0 : LowerQuartile(counts);
  }

  int64_t first_day_;
  std::vector<Day> days_;
  std::array<size_t, 2> rest_ = {5, 6};
};

}  // namespace

void Rhythm::Pause(Time until) {
  if (pauses_.size() < kMostPauses) {
    pauses_.emplace_back(last_, until);
  } else {
    ++forgotten_;
  }
}

void Rhythm::NextHour(int64_t hour) {
  if (hours_.size() < kMostHours) {
    hours_.emplace_back(hour, 1);
  } else {
    ++forgotten_;
  }
}

std::vector<Silence> Rhythm::Silences() const {
  std::vector<Silence> out;
  if (pauses_.empty() || hours_.front().first < 0) return out;
  // A log over more years than its hours fill is no stream: a few records of long ago.
  if (hours_.back().first - hours_.front().first > static_cast<int64_t>(kMostHours)) return out;
  auto pauses = pauses_;
  std::stable_sort(pauses.begin(), pauses.end(), [](const auto& a, const auto& b) {
    return a.second - a.first > b.second - b.first;
  });
  if (pauses.size() > kMostTested) pauses.resize(kMostTested);
  std::sort(pauses.begin(), pauses.end());
  const Habit habit(hours_);
  for (const auto& [from, to] : pauses) {
    const double expected = habit.Expected(from, to);
    if (expected < kExpected) continue;
    const auto rounded = static_cast<uint64_t>(std::llround(expected));
    // A stray event in the middle does not make two of one.
    if (!out.empty() && from - out.back().to <= Hours(1)) {
      out.back().to = to;
      out.back().expected += rounded;
    } else {
      out.push_back({from, to, rounded});
    }
  }
  return out;
}

size_t Rhythm::ActiveDays() const {
  size_t days = 0;
  int64_t last = -1;
  for (const auto& hour : hours_) {
    const int64_t day = hour.first / kDayHours;
    days += day != last ? 1 : 0;
    last = day;
  }
  return days;
}

}  // namespace tokentrail::trail
