// What value_sum, value_avg, value_percentile and value_median remember of a group.

#include <algorithm>
#include <cmath>

#include "sigma/group_state.h"

namespace tokentrail::sigma {
namespace {

struct Counted {
  int64_t time = 0;
  Mark mark = 0;
  double number = 0;
};

/// A sum that forgets what it lost to rounding (Neumaier's summation).
class Sum {
 public:
  void Add(double number) {
    const double sum = sum_ + number;
    rest_ += std::abs(sum_) >= std::abs(number) ? (sum_ - sum) + number : (number - sum) + sum_;
    sum_ = sum;
  }
  double value() const { return sum_ + rest_; }

 private:
  double sum_ = 0;
  double rest_ = 0;
};

/// Numbers in order, in blocks, so that neither adding nor removing moves them all.
class Sorted {
 public:
  void Add(double number) {
    ++size_;
    if (blocks_.empty()) {
      blocks_.push_back({number});
      return;
    }
    auto block = BlockOf(number);
    if (block == blocks_.end()) --block;
    block->insert(std::upper_bound(block->begin(), block->end(), number), number);
    if (block->size() < kBlock) return;
    std::vector<double> half(block->begin() + kBlock / 2, block->end());
    block->resize(kBlock / 2);
    blocks_.insert(block + 1, std::move(half));
  }

  /// One of those that are equal to it.
  void Remove(double number) {
    const auto block = BlockOf(number);
    block->erase(std::lower_bound(block->begin(), block->end(), number));
    --size_;
    if (block->empty()) blocks_.erase(block);
  }

  double At(size_t index) const {
    for (const std::vector<double>& block : blocks_) {
      if (index < block.size()) return block[index];
      index -= block.size();
    }
    return 0;
  }

  size_t size() const { return size_; }

  size_t bytes() const {
    size_t out = blocks_.capacity() * sizeof(std::vector<double>);
    for (const std::vector<double>& block : blocks_) out += block.capacity() * sizeof(double);
    return out;
  }

 private:
  static constexpr size_t kBlock = 512;

  /// The first that may hold `number`.
  std::vector<std::vector<double>>::iterator BlockOf(double number) {
    return std::lower_bound(
        blocks_.begin(), blocks_.end(), number,
        [](const std::vector<double>& block, double wanted) { return block.back() < wanted; });
  }

  std::vector<std::vector<double>> blocks_;
  size_t size_ = 0;
};

/// `at(i)` is the i-th smallest of `size` numbers. Between two ranks on the line between them, so
/// that the 50th is the median.
template <typename At>
double Percentile(double percentile, size_t size, At at) {
  if (size == 0) return 0;
  const double rank = percentile / 100 * static_cast<double>(size - 1);
  const size_t below = std::min(static_cast<size_t>(rank), size - 1);
  const double part = rank - static_cast<double>(below);
  const double low = at(below);
  return part == 0 ? low : low + (at(below + 1) - low) * part;
}

bool IsPercentile(const Counting& counting) {
  const CorrelationType type = counting.correlation->type;
  return type == CorrelationType::kValuePercentile || type == CorrelationType::kValueMedian;
}

/// value_sum, value_avg, value_percentile, value_median.
class Numbers final : public GroupState {
 public:
  void Take(const Counting& counting, const Arrival& arrival) override {
    for (const double number : arrival.numbers) {
      if (ring_.size() >= kMaxNumbers) {
        lost_ = std::max(lost_, ring_.first_time());
        PopFront(counting);
      }
      ring_.Insert({arrival.time, arrival.mark, number});
      if (IsPercentile(counting)) {
        sorted_.Add(number);
      } else {
        sum_.Add(number);
      }
    }
  }

  Verdict Judge(const Counting& counting, const Window& window) override {
    Verdict out;
    out.first = window.last;
    out.saturated = lost_ >= window.first;
    if (ring_.last_time() <= window.last) {
      while (ring_.first_time() < window.first) PopFront(counting);
      out.first = ring_.first_time();
      out.measure = Measure(counting);
    } else {
      std::vector<double> in;
      for (uint32_t i = 0; i < ring_.size(); ++i) {
        if (!window.Has(ring_[i].time)) continue;
        if (in.empty()) out.first = ring_[i].time;
        in.push_back(ring_[i].number);
      }
      out.measure = MeasureOf(counting, in);
    }
    out.holds = counting.Meets(out.measure);
    return out;
  }

  void Cite(const Counting&, const Window& window, std::vector<Mark>& out) const override {
    CiteRing(ring_, window, out);
  }

  size_t bytes() const override { return sizeof(*this) + ring_.bytes() + sorted_.bytes(); }

 private:
  void PopFront(const Counting& counting) {
    const double number = ring_.front().number;
    ring_.PopFront();
    if (IsPercentile(counting)) {
      sorted_.Remove(number);
    } else {
      sum_.Add(-number);
      ++popped_;
    }
  }

  double Measure(const Counting& counting) {
    if (IsPercentile(counting)) {
      return Percentile(counting.correlation->percentile, sorted_.size(),
                        [&](size_t i) { return sorted_.At(i); });
    }
    // Now and then from scratch, so that no rounding (and no overflow) stays for ever.
    if (popped_ > ring_.size() || !std::isfinite(sum_.value())) {
      popped_ = 0;
      sum_ = Sum();
      for (uint32_t i = 0; i < ring_.size(); ++i) sum_.Add(ring_[i].number);
    }
    const bool average = counting.correlation->type == CorrelationType::kValueAverage;
    return average ? sum_.value() / ring_.size() : sum_.value();
  }

  Ring<Counted> ring_;
  Sum sum_;
  Sorted sorted_;
  uint64_t popped_ = 0;
  int64_t lost_ = kNever;
};

}  // namespace

double MeasureOf(const Counting& counting, std::vector<double>& numbers) {
  if (numbers.empty()) return 0;
  if (IsPercentile(counting)) {
    std::sort(numbers.begin(), numbers.end());
    return Percentile(counting.correlation->percentile, numbers.size(),
                      [&](size_t i) { return numbers[i]; });
  }
  Sum sum;
  for (const double number : numbers) sum.Add(number);
  const bool average = counting.correlation->type == CorrelationType::kValueAverage;
  return average ? sum.value() / static_cast<double>(numbers.size()) : sum.value();
}

std::unique_ptr<GroupState> MakeNumbers() { return std::make_unique<Numbers>(); }

}  // namespace tokentrail::sigma
