// What any correlation remembers of a group when times go back.

#include <algorithm>
#include <deque>

#include "sigma/group_state.h"

namespace tokentrail::sigma {
namespace {

/// Any type, for short streams whose times go back: keeps every hit and counts anew each time.
class AnyOrder final : public GroupState {
 public:
  void Take(const Counting&, const Arrival& arrival) override {
    Entry entry;
    entry.time = arrival.time;
    entry.event = arrival.event;
    entry.mark = arrival.mark;
    entry.part = arrival.part;
    if (arrival.values.empty() && arrival.numbers.empty()) Add(entry);
    for (const Id& value : arrival.values) {
      entry.value = value;
      Add(entry);
    }
    for (const double number : arrival.numbers) {
      entry.number = number;
      Add(entry);
    }
  }

  Verdict Judge(const Counting& counting, const Window& window) override {
    const std::vector<Entry> in = In(window);
    Verdict out;
    out.first = in.empty() ? window.last : in.front().time;
    out.saturated = lost_ >= window.first;
    const Correlation& correlation = *counting.correlation;
    switch (correlation.type) {
      case CorrelationType::kEventCount:
        out.measure = static_cast<double>(in.size());
        break;
      case CorrelationType::kValueCount: {
        std::vector<Id> values;
        values.reserve(in.size());
        for (const Entry& entry : in) values.push_back(entry.value);
        std::sort(values.begin(), values.end());
        out.measure =
            static_cast<double>(std::unique(values.begin(), values.end()) - values.begin());
        break;
      }
      case CorrelationType::kTemporal: {
        std::vector<bool> present(correlation.parts.size());
        for (const Entry& entry : in) present[entry.part] = true;
        out.measure = static_cast<double>(std::count(present.begin(), present.end(), true));
        out.holds = PartsHold(counting, present, out.measure);
        return out;
      }
      case CorrelationType::kTemporalOrdered:
        out.measure = static_cast<double>(StepsOf(in, correlation.parts.size()));
        if (!correlation.criteria.empty()) break;
        out.holds = out.measure == static_cast<double>(correlation.parts.size());
        return out;
      case CorrelationType::kValueSum:
      case CorrelationType::kValueAverage:
      case CorrelationType::kValuePercentile:
      case CorrelationType::kValueMedian: {
        std::vector<double> numbers;
        numbers.reserve(in.size());
        for (const Entry& entry : in) numbers.push_back(entry.number);
        out.measure = MeasureOf(counting, numbers);
        break;
      }
    }
    out.holds = counting.Meets(out.measure);
    return out;
  }

  void Cite(const Counting&, const Window& window, std::vector<Mark>& out) const override {
    const std::vector<Entry> in = In(window);
    size_t left = kMaxCited;
    for (auto it = in.rbegin(); it != in.rend() && left > 0; ++it) {
      if (it != in.rbegin() && (it - 1)->mark == it->mark) continue;
      out.push_back(it->mark);
      --left;
    }
  }

  size_t bytes() const override { return sizeof(*this) + entries_.size() * sizeof(Entry); }

 private:
  struct Entry {
    int64_t time = 0;
    uint64_t event = 0;
    Mark mark = 0;
    Id value;
    double number = 0;
    uint32_t part = 0;
  };

  void Add(const Entry& entry) {
    if (entries_.size() >= kMaxNumbers) {
      lost_ = std::max(lost_, entries_.front().time);
      entries_.pop_front();
    }
    entries_.push_back(entry);
  }

  /// By time; at the same time as they came.
  std::vector<Entry> In(const Window& window) const {
    std::vector<Entry> out;
    for (const Entry& entry : entries_) {
      if (window.Has(entry.time)) out.push_back(entry);
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const Entry& a, const Entry& b) { return a.time < b.time; });
    return out;
  }

  /// How many first steps occur in order, each by an event of its own.
  static size_t StepsOf(const std::vector<Entry>& in, size_t steps) {
    size_t done = 0;
    for (size_t i = 0; i < in.size() && done < steps;) {
      size_t end = i;
      bool next = false;
      for (; end < in.size() && in[end].event == in[i].event; ++end) {
        next = next || in[end].part == done;
      }
      done += next;
      i = end;
    }
    return done;
  }

  std::deque<Entry> entries_;
  int64_t lost_ = kNever;
};

}  // namespace

std::unique_ptr<GroupState> MakeAnyOrder() { return std::make_unique<AnyOrder>(); }

}  // namespace tokentrail::sigma
