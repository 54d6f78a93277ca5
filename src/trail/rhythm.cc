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

  /// How many events are usual in the time between, which may lie outside of the log; taken from
  /// the days that are not in it.
  double Expected(Time from, Time to) const {
    const int64_t hour = Hours(1).micros;
    const int64_t begin = (from.micros + hour - 1) / hour;
    const int64_t end = to.micros / hour;
    if (begin >= end) return 0;
    const Pause pause{begin / kDayHours, (end - 1) / kDayHours};
    double by_hour = 0;
    double by_day = 0;
    std::array<std::array<double, kDayHours>, 7> hours;
    for (auto& row : hours) row.fill(-1);
    std::array<double, 7> days;
    days.fill(-1);
    for (int64_t at = begin; at < end; ++at) {
      const size_t weekday = WeekdayOf(at / kDayHours);
      const auto of_day = static_cast<size_t>(at % kDayHours);
      double& usual = hours[weekday][of_day];
      if (usual < 0) usual = UsualHour(weekday, of_day, pause);
      by_hour += usual;
      if (of_day != 0 || at + kDayHours > end) continue;
      if (days[weekday] < 0) days[weekday] = UsualDay(weekday, pause);
      by_day += days[weekday];
    }
    return std::max(by_hour, by_day);
  }

 private:
  struct Day {
    std::array<uint32_t, kDayHours> hours{};
    uint32_t total = 0;
  };
  /// The first and the last day that are not to be looked at.
  struct Pause {
    int64_t first = 0;
    int64_t last = 0;
  };

  size_t Weekday(size_t day) const { return WeekdayOf(first_day_ + static_cast<int64_t>(day)); }
  bool Rests(size_t weekday) const { return weekday == rest_[0] || weekday == rest_[1]; }

  /// Days of the log of the same sort, of those outside the pause.
  std::vector<size_t> Like(size_t weekday, const Pause& pause) const {
    std::vector<size_t> same;
    std::vector<size_t> sort;
    for (size_t day = 0; day < days_.size(); ++day) {
      const int64_t number = first_day_ + static_cast<int64_t>(day);
      if (number >= pause.first && number <= pause.last) continue;
      if (Weekday(day) == weekday) same.push_back(day);
      if (Rests(Weekday(day)) == Rests(weekday)) sort.push_back(day);
    }
    return same.size() >= kWeeks ? same : sort;
  }

  double UsualHour(size_t weekday, size_t hour, const Pause& pause) const {
    std::vector<uint32_t> counts;
    for (const size_t day : Like(weekday, pause)) counts.push_back(days_[day].hours[hour]);
    return counts.size() < kLeastDays ? 0 : LowerQuartile(counts);
  }

  /// The first and the last day may be half in the log only.
  double UsualDay(size_t weekday, const Pause& pause) const {
    std::vector<uint32_t> counts;
    for (const size_t day : Like(weekday, pause)) {
      if (day != 0 && day + 1 != days_.size()) counts.push_back(days_[day].total);
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

bool Rhythm::HasHabit() const {
  // A log over more years than its hours fill is no stream: a few records of long ago.
  return !hours_.empty() && hours_.front().first >= 0 &&
         hours_.back().first - hours_.front().first <= static_cast<int64_t>(kMostHours);
}

double Rhythm::Expected(Time from, Time to) const {
  return HasHabit() && from.micros >= 0 && to - from <= Hours(kMostHours)
             ? Habit(hours_).Expected(from, to)
             : 0;
}

std::vector<Silence> Rhythm::Silences() const {
  std::vector<Silence> out;
  if (pauses_.empty() || !HasHabit()) return out;
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
