#include "sigma/correlation_state.h"

#include <tsl/robin_map.h>

#include <algorithm>
#include <cmath>
#include <deque>

#include "sigma/ring.h"

namespace tokentrail::sigma {
namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::min();

struct Stamp {
  int64_t time = kNever;
  Mark mark = 0;
};

/// The newest marks of `ring` within `window`.
template <typename T>
void CiteRing(const Ring<T>& ring, const Window& window, std::vector<Mark>& out) {
  size_t left = kMaxCited;
  Mark before = ~Mark{0};
  for (uint32_t i = ring.size(); i > 0 && left > 0; --i) {
    const T& item = ring[i - 1];
    if (!window.Has(item.time) || item.mark == before) continue;
    out.push_back(item.mark);
    before = item.mark;
    --left;
  }
}

/// event_count: when the newest came.
class Count final : public GroupState {
 public:
  void Take(const Counting& counting, const Arrival& arrival) override {
    if (ring_.size() >= counting.keep) {
      lost_ = std::max(lost_, ring_.first_time());
      ring_.PopFront();
    }
    ring_.Insert({arrival.time, arrival.mark});
  }

  Verdict Judge(const Counting& counting, const Window& window) override {
    Verdict out;
    if (ring_.last_time() <= window.last) {
      while (ring_.first_time() < window.first) ring_.PopFront();
      out.measure = ring_.size();
      out.first = ring_.first_time();
    } else {
      for (uint32_t i = ring_.size(); i > 0; --i) {
        if (!window.Has(ring_[i - 1].time)) continue;
        ++out.measure;
        out.first = ring_[i - 1].time;
      }
    }
    out.saturated = lost_ >= window.first;
    out.holds = counting.Meets(out.measure);
    return out;
  }

  void Cite(const Counting&, const Window& window, std::vector<Mark>& out) const override {
    CiteRing(ring_, window, out);
  }

  size_t bytes() const override { return sizeof(*this) + ring_.bytes(); }

 private:
  Ring<Stamp> ring_;
  int64_t lost_ = kNever;  ///< the newest that had to go
};

/// value_count: the values seen last, each with its last time.
class Distinct final : public GroupState {
 public:
  void Take(const Counting& counting, const Arrival& arrival) override {
    for (const Id& value : arrival.values) {
      uint32_t at = Find(value);
      if (at != kNone) {
        if (seen_[at].time > arrival.time) continue;
        Unlink(at);
      } else {
        if (size_ >= counting.keep) {
          lost_ = std::max(lost_, seen_[head_].time);
          Drop(head_);
        }
        at = New(value);
      }
      seen_[at].time = arrival.time;
      seen_[at].mark = arrival.mark;
      Link(at);
    }
  }

  Verdict Judge(const Counting& counting, const Window& window) override {
    Verdict out;
    if (seen_[tail_].time <= window.last) {
      while (seen_[head_].time < window.first) Drop(head_);
      out.measure = size_;
      out.first = seen_[head_].time;
    } else {
      out.first = window.last;
      for (uint32_t at = tail_; at != kNone; at = seen_[at].before) {
        if (!window.Has(seen_[at].time)) continue;
        ++out.measure;
        out.first = seen_[at].time;
      }
    }
    out.saturated = lost_ >= window.first;
    out.holds = counting.Meets(out.measure);
    return out;
  }

  void Cite(const Counting&, const Window& window, std::vector<Mark>& out) const override {
    size_t left = kMaxCited;
    for (uint32_t at = tail_; at != kNone && left > 0; at = seen_[at].before) {
      if (!window.Has(seen_[at].time)) continue;
      out.push_back(seen_[at].mark);
      --left;
    }
  }

  size_t bytes() const override {
    const size_t index = index_ == nullptr ? 0 : index_->bucket_count() * 32;
    return sizeof(*this) + seen_.capacity() * sizeof(Seen) + index;
  }

 private:
  static constexpr uint32_t kNone = ~uint32_t{0};
  /// Up to here values are looked for one by one.
  static constexpr uint32_t kSmall = 16;

  struct Seen {
    Id value;
    int64_t time = 0;
    Mark mark = 0;
    uint32_t before = kNone;
    uint32_t after = kNone;
  };

  uint32_t Find(const Id& value) const {
    if (index_ != nullptr) {
      const auto it = index_->find(value);
      return it == index_->end() ? kNone : it->second;
    }
    for (uint32_t at = tail_; at != kNone; at = seen_[at].before) {
      if (seen_[at].value == value) return at;
    }
    return kNone;
  }

  uint32_t New(const Id& value) {
    uint32_t at = free_;
    if (at != kNone) {
      free_ = seen_[at].after;
    } else {
      at = static_cast<uint32_t>(seen_.size());
      seen_.emplace_back();
    }
    seen_[at].value = value;
    ++size_;
    if (index_ != nullptr) {
      index_->emplace(value, at);
    } else if (size_ > kSmall) {
      index_ = std::make_unique<Index>();
      for (uint32_t each = tail_; each != kNone; each = seen_[each].before) {
        index_->emplace(seen_[each].value, each);
      }
      index_->emplace(value, at);
    }
    return at;
  }

  /// Puts it where its time belongs, which is the end unless time went back.
  void Link(uint32_t at) {
    uint32_t before = tail_;
    while (before != kNone && seen_[before].time > seen_[at].time) before = seen_[before].before;
    const uint32_t after = before == kNone ? head_ : seen_[before].after;
    seen_[at].before = before;
    seen_[at].after = after;
    (before == kNone ? head_ : seen_[before].after) = at;
    (after == kNone ? tail_ : seen_[after].before) = at;
  }

  void Unlink(uint32_t at) {
    const Seen& seen = seen_[at];
    (seen.before == kNone ? head_ : seen_[seen.before].after) = seen.after;
    (seen.after == kNone ? tail_ : seen_[seen.after].before) = seen.before;
  }

  void Drop(uint32_t at) {
    Unlink(at);
    if (index_ != nullptr) index_->erase(seen_[at].value);
    seen_[at].after = free_;
    free_ = at;
    --size_;
  }

  using Index = tsl::robin_map<Id, uint32_t>;

  std::vector<Seen> seen_;
  std::unique_ptr<Index> index_;
  uint32_t head_ = kNone;  ///< the oldest
  uint32_t tail_ = kNone;
  uint32_t free_ = kNone;
  uint32_t size_ = 0;
  int64_t lost_ = kNever;
};

/// What a temporal correlation says of the parts that occurred.
bool PartsHold(const Counting& counting, const Expr& expr, const std::vector<bool>& present) {
  switch (expr.kind) {
    case Expr::Kind::kTerm:
    case Expr::Kind::kDetection:
      return present[expr.index];
    case Expr::Kind::kNot:
      return !PartsHold(counting, expr.parts.front(), present);
    case Expr::Kind::kAnd:
      return std::all_of(expr.parts.begin(), expr.parts.end(),
                         [&](const Expr& part) { return PartsHold(counting, part, present); });
    case Expr::Kind::kOr:
      return std::any_of(expr.parts.begin(), expr.parts.end(),
                         [&](const Expr& part) { return PartsHold(counting, part, present); });
  }
  return false;
}

bool PartsHold(const Counting& counting, const std::vector<bool>& present, double count) {
  const Correlation& correlation = *counting.correlation;
  if (correlation.expression.has_value()) {
    return PartsHold(counting, *correlation.expression, present);
  }
  if (correlation.criteria.empty()) return count == static_cast<double>(present.size());
  return counting.Meets(count);
}

/// temporal: when each part occurred last.
class Parts final : public GroupState {
 public:
  explicit Parts(size_t parts) : last_(parts) {}

  void Take(const Counting&, const Arrival& arrival) override {
    Stamp& last = last_[arrival.part];
    if (last.time <= arrival.time) last = {arrival.time, arrival.mark};
  }

  Verdict Judge(const Counting& counting, const Window& window) override {
    Verdict out;
    out.first = window.last;
    std::vector<bool> present(last_.size());
    for (size_t i = 0; i < last_.size(); ++i) {
      if (!window.Has(last_[i].time)) continue;
      present[i] = true;
      ++out.measure;
      out.first = std::min(out.first, last_[i].time);
    }
    out.holds = PartsHold(counting, present, out.measure);
    return out;
  }

  void Cite(const Counting&, const Window& window, std::vector<Mark>& out) const override {
    std::vector<Stamp> in;
    for (const Stamp& last : last_) {
      if (window.Has(last.time)) in.push_back(last);
    }
    std::stable_sort(in.begin(), in.end(),
                     [](const Stamp& a, const Stamp& b) { return a.time > b.time; });
    if (in.size() > kMaxCited) in.resize(kMaxCited);
    for (const Stamp& stamp : in) out.push_back(stamp.mark);
  }

  size_t bytes() const override { return sizeof(*this) + last_.capacity() * sizeof(Stamp); }

 private:
  std::vector<Stamp> last_;
};

/// temporal_ordered: for each number of first steps, the chain that began last.
class Steps final : public GroupState {
 public:
  explicit Steps(size_t parts)
      : chains_(parts), cited_(std::min(parts, kMaxCited)), marks_(parts * cited_) {}

  void Take(const Counting&, const Arrival& arrival) override {
    const size_t step = arrival.part;
    int64_t start = arrival.time;
    if (step > 0) {
      const Chain& before = chains_[step - 1];
      if (before.start == kNever || before.end > arrival.time) return;
      start = before.start;
    }
    Chain& chain = chains_[step];
    if (start < chain.start) return;
    chain = {start, arrival.time};
    // The marks of a chain, its newest step first.
    Mark* const marks = &marks_[step * cited_];
    if (step > 0) std::copy_n(marks - cited_, cited_ - 1, marks + 1);
    *marks = arrival.mark;
  }

  Verdict Judge(const Counting& counting, const Window& window) override {
    Verdict out;
    out.first = window.last;
    const size_t done = Done(window);
    if (done > 0) out.first = chains_[done - 1].start;
    out.measure = static_cast<double>(done);
    out.holds = counting.correlation->criteria.empty() ? done == chains_.size()
                                                       : counting.Meets(out.measure);
    return out;
  }

  void Cite(const Counting&, const Window& window, std::vector<Mark>& out) const override {
    const size_t done = Done(window);
    for (size_t i = 0; i < std::min(done, cited_); ++i) {
      out.push_back(marks_[(done - 1) * cited_ + i]);
    }
  }

  size_t bytes() const override {
    return sizeof(*this) + chains_.capacity() * sizeof(Chain) + marks_.capacity() * sizeof(Mark);
  }

 private:
  struct Chain {
    int64_t start = kNever;
    int64_t end = kNever;
  };

  /// How many first steps the window holds in order.
  size_t Done(const Window& window) const {
    for (size_t i = chains_.size(); i > 0; --i) {
      const Chain& chain = chains_[i - 1];
      if (chain.start != kNever && chain.start >= window.first && chain.end <= window.last) {
        return i;
      }
    }
    return 0;
  }

  std::vector<Chain> chains_;
  size_t cited_;
  std::vector<Mark> marks_;
};

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

/// Sum, average, median or percentile of `numbers`, computed anew.
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

Counting::Counting(const Correlation& of, bool in_any_order)
    : correlation(&of), any_order(in_any_order), keep(kMaxCited) {
  for (const Criterion& criterion : of.criteria) {
    // Thresholds of counts were limited when they were read.
    const double most = std::clamp(criterion.value, 0.0, 16'777'216.0);
    keep = std::max(keep, static_cast<size_t>(most) + 2);
  }
}

Window Counting::WindowAt(int64_t time) const {
  const int64_t span = correlation->timespan.micros;
  return {time < kNever + span ? kNever : time - span, time};
}

bool Counting::Meets(double measure) const {
  for (const Criterion& criterion : correlation->criteria) {
    const double value = criterion.value;
    bool meets = false;
    switch (criterion.is) {
      case Criterion::Is::kGreater:
        meets = measure > value;
        break;
      case Criterion::Is::kGreaterOrEqual:
        meets = measure >= value;
        break;
      case Criterion::Is::kLess:
        meets = measure < value;
        break;
      case Criterion::Is::kLessOrEqual:
        meets = measure <= value;
        break;
      case Criterion::Is::kEqual:
        meets = measure == value;
        break;
      case Criterion::Is::kNotEqual:
        meets = measure != value;
        break;
    }
    if (!meets) return false;
  }
  return true;
}

std::unique_ptr<GroupState> GroupState::Make(const Counting& counting) {
  if (counting.any_order) return std::make_unique<AnyOrder>();
  switch (counting.correlation->type) {
    case CorrelationType::kEventCount:
      return std::make_unique<Count>();
    case CorrelationType::kValueCount:
      return std::make_unique<Distinct>();
    case CorrelationType::kTemporal:
      return std::make_unique<Parts>(counting.correlation->parts.size());
    case CorrelationType::kTemporalOrdered:
      return std::make_unique<Steps>(counting.correlation->parts.size());
    case CorrelationType::kValueSum:
    case CorrelationType::kValueAverage:
    case CorrelationType::kValuePercentile:
    case CorrelationType::kValueMedian:
      return std::make_unique<Numbers>();
  }
  return nullptr;
}

}  // namespace tokentrail::sigma
