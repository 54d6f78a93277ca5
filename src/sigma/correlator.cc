#include "sigma/correlator.h"

#include <algorithm>
#include <array>
#include <deque>
#include <functional>
#include <limits>
#include <unordered_set>

#include "base/check.h"
#include "sigma/correlation_group.h"
#include "sigma/correlation_state.h"
#include "sigma/term.h"

namespace tokentrail::sigma {
namespace {

constexpr size_t kMaxCombinations = 64;
using Texts = std::span<const std::string_view>;

/// A hit of a rule, or a firing of another correlation, for one part.
struct Input {
  uint32_t part = 0;
  const Hit* hit = nullptr;
  uint32_t firing = 0;  ///< of the output, when it is no hit
  Mark mark = 0;
};

/// One value of each list, in every combination; the last list runs fastest.
class Combinations {
 public:
  void Clear() { lists_.clear(); }
  void Add(Texts list) { lists_.push_back(list); }

  /// Calls `visit` with nothing when a list is empty, and after kMaxCombinations no more.
  template <typename Visit>
  void ForEach(Visit visit) {
    for (const Texts list : lists_) {
      if (list.empty()) return;
    }
    at_.assign(lists_.size(), 0);
    chosen_.resize(lists_.size());
    for (size_t count = 0; count < kMaxCombinations; ++count) {
      for (size_t i = 0; i < lists_.size(); ++i) chosen_[i] = lists_[i][at_[i]];
      visit(Texts(chosen_));
      size_t i = lists_.size();
      while (i > 0 && ++at_[i - 1] == lists_[i - 1].size()) at_[--i] = 0;
      if (i == 0) return;
    }
  }

 private:
  std::vector<Texts> lists_;
  std::vector<size_t> at_;
  std::vector<std::string_view> chosen_;
};

/// One correlation at work.
class Watch {
 public:
  Watch(const Correlation& correlation, bool any_order)
      : correlation_(correlation),
        counting_(correlation, any_order),
        counts_events_(correlation.type != CorrelationType::kTemporal &&
                       correlation.type != CorrelationType::kTemporalOrdered &&
                       correlation.type != CorrelationType::kValueCount) {}

  const Correlation& correlation() const { return correlation_; }
  Groups& groups() { return groups_; }
  const Groups& groups() const { return groups_; }
  uint64_t saturated() const { return saturated_; }

  std::vector<Input> inputs;  ///< of the event at hand

  /// Drops groups whose hits are all out of the window that ends at `newest`.
  void Expire(int64_t newest) {
    if (counting_.any_order) return;
    const int64_t first = counting_.WindowAt(newest).first;
    while (groups_.oldest() != Groups::kNone && groups_[groups_.oldest()].last < first) {
      groups_.Remove(groups_.oldest());
    }
  }

  /// Counts `inputs` and empties them; then `fire(group, verdict, marks)` for each group that
  /// fires.
  template <typename Fire>
  void Run(int64_t time, uint64_t event, const std::vector<Firing>& firings, Fire fire) {
    if (correlation_.type == CorrelationType::kTemporalOrdered) {
      // Backwards, or one event would stand for a step and for the next one too.
      std::stable_sort(inputs.begin(), inputs.end(),
                       [](const Input& a, const Input& b) { return a.part > b.part; });
    }
    touched_.clear();
    for (const Input& input : inputs) Count(input, time, event, firings);
    inputs.clear();
    const Window window = counting_.WindowAt(time);
    for (const uint32_t slot : touched_) {
      Groups::Group& group = groups_[slot];
      const Verdict verdict = group.state->Judge(counting_, window);
      const bool number = correlation_.type >= CorrelationType::kValueSum;
      if (verdict.saturated && !group.saturated && (number || counting_.any_order)) {
        group.saturated = true;
        ++saturated_;
      }
      if (verdict.holds) {
        marks_.clear();
        group.state->Cite(counting_, window, marks_);
        fire(group, verdict, marks_);
      }
      groups_.Weigh(slot);
    }
  }

 private:
  /// All values of the part's field number `index`: first group_by, then fields.
  Texts ValuesOf(const Input& input, size_t index, const std::vector<Firing>& firings) {
    const uint32_t capture = correlation_.parts[input.part].captures[index];
    if (capture == Correlation::kNone) return {};
    if (input.hit != nullptr) {
      if (capture >= input.hit->captures.size()) return {};
      return input.hit->captures[capture];
    }
    single_[index] = firings[input.firing].group[capture];
    return Texts(&single_[index], 1);
  }

  void Count(const Input& input, int64_t time, uint64_t event, const std::vector<Firing>& firings) {
    const size_t group_by = correlation_.group_by.size();
    single_.resize(group_by + correlation_.fields.size());
    Arrival arrival;
    arrival.time = time;
    arrival.event = event;
    arrival.mark = input.mark;
    arrival.part = input.part;
    if (!correlation_.fields.empty()) {
      if (!ReadValues(input, firings)) return;
      arrival.values = values_;
      arrival.numbers = numbers_;
    }
    combinations_.Clear();
    for (size_t i = 0; i < group_by; ++i) combinations_.Add(ValuesOf(input, i, firings));
    combinations_.ForEach([&](Texts texts) {
      const uint32_t slot = GroupOf(texts);
      Groups::Group& group = groups_[slot];
      if (group.event != event) {
        group.event = event;
        group.counted = false;
        group.last = std::max(group.last, time);
        groups_.Touch(slot);
        touched_.push_back(slot);
      }
      // What is counted by the event counts once, through whatever part and value it comes.
      if (input.hit != nullptr && counts_events_) {
        if (group.counted) return;
        group.counted = true;
      }
      group.state->Take(counting_, arrival);
    });
  }

  /// The numbers or distinct values of the input; false when it has none.
  bool ReadValues(const Input& input, const std::vector<Firing>& firings) {
    const size_t group_by = correlation_.group_by.size();
    values_.clear();
    numbers_.clear();
    if (correlation_.type != CorrelationType::kValueCount) {
      Number number;
      for (const std::string_view text : ValuesOf(input, group_by, firings)) {
        if (Number::Read(text, number)) numbers_.push_back(number.real);
      }
      return !numbers_.empty();
    }
    combinations_.Clear();
    for (size_t i = 0; i < correlation_.fields.size(); ++i) {
      combinations_.Add(ValuesOf(input, group_by + i, firings));
    }
    combinations_.ForEach([&](Texts texts) { values_.push_back(Id::Of(KeyOf(texts))); });
    return !values_.empty();
  }

  std::string_view KeyOf(Texts texts) {
    key_.Clear();
    for (const std::string_view text : texts) key_.AddFolded(text);
    return key_.bytes();
  }

  uint32_t GroupOf(Texts texts) {
    const std::string_view key = KeyOf(texts);
    const Id id = Id::Of(key);
    uint32_t slot = groups_.Find(id, key);
    if (slot != Groups::kNone) return slot;
    shown_.Clear();
    for (const std::string_view text : texts) shown_.Add(text);
    slot = groups_.Add(id, key, shown_.bytes());
    groups_[slot].state = GroupState::Make(counting_);
    return slot;
  }

  const Correlation& correlation_;
  Counting counting_;
  bool counts_events_;  ///< once each; else parts or values
  Groups groups_;
  uint64_t saturated_ = 0;
  // Kept between calls for their memory.
  Combinations combinations_;
  std::vector<std::string_view> single_;
  std::vector<Id> values_;
  std::vector<double> numbers_;
  std::vector<uint32_t> touched_;
  std::vector<Mark> marks_;
  PackedTexts key_;
  PackedTexts shown_;
};

/// What happened lately, by consecutive numbers, so that groups keep only those.
template <typename T>
class Log {
 public:
  explicit Log(size_t max_bytes) : max_(std::max<size_t>(max_bytes / sizeof(T), 1)) {}

  uint64_t next() const { return first_ + items_.size(); }
  void Add(const T& item) {
    items_.push_back(item);
    if (items_.size() > max_) PopFront();
  }
  /// Forgets what is older than `time`.
  void Trim(int64_t time) {
    while (!items_.empty() && items_.front().time.micros < time) PopFront();
  }
  /// Null when it was forgotten.
  const T* Find(uint64_t number) const {
    return number < first_ || number >= next() ? nullptr : &items_[number - first_];
  }
  size_t bytes() const { return items_.size() * sizeof(T); }

 private:
  void PopFront() {
    items_.pop_front();
    ++first_;
  }

  size_t max_;
  std::deque<T> items_;
  uint64_t first_ = 1;
};

/// What a firing cites, for the firings that it takes part in.
struct PastFiring {
  Time time;
  uint32_t count = 0;
  std::array<uint64_t, kMaxCited> events{};
};

}  // namespace

struct Correlator::Impl {
  /// A part of a correlation that watches something.
  struct Use {
    uint32_t correlation = 0;
    uint32_t part = 0;
  };

  Impl(std::span<const Correlation> all, const CorrelatorLimits& with)
      : limits(with), events(with.bytes / 4), past(with.bytes / 8) {
    of_correlation.resize(all.size());
    touched.resize(all.size());
    std::vector<int64_t> reach(all.size());
    for (uint32_t i = 0; i < all.size(); ++i) {
      watches.emplace_back(all[i], with.any_order);
      for (uint32_t p = 0; p < all[i].parts.size(); ++p) {
        const Correlation::Part& part = all[i].parts[p];
        std::vector<std::vector<Use>>& uses = part.correlation ? of_correlation : of_rule;
        if (uses.size() <= part.index) uses.resize(part.index + 1);
        uses[part.index].push_back({i, p});
        if (!part.correlation) continue;
        CHECK(part.index < i);  // as ResolveCorrelations orders them; else a circle could hide
        reach[i] = std::max(reach[i], reach[part.index]);
      }
      reach[i] += std::min(all[i].timespan.micros, kFar - reach[i]);
      longest = std::max(longest, reach[i]);
    }
  }

  void Observe(const Cited& event, std::span<const Hit> hits, std::vector<Firing>& out) {
    const uint64_t number = events.next();
    for (const Hit& hit : hits) {
      if (hit.rule >= of_rule.size()) continue;
      for (const Use& use : of_rule[hit.rule]) {
        if (!hit.record.empty() && IsCounted(hit, use, event.time)) continue;
        Give(use, {use.part, &hit, 0, number << 1});
      }
    }
    if (queue.empty()) return;
    events.Add(event);
    newest = std::max(newest, event.time.micros);
    if (!limits.any_order) {
      const int64_t first = newest < kNever + longest ? kNever : newest - longest;
      events.Trim(first);
      past.Trim(first);
    }
    while (!queue.empty()) {
      std::pop_heap(queue.begin(), queue.end(), std::greater<>());
      const uint32_t index = queue.back();
      queue.pop_back();
      touched[index] = false;
      RunWatch(index, event, number, out);
    }
    KeepBytes();
  }

  /// Whether an earlier event of the same record brought the same to this part. The events of a
  /// record have one time, but others may come between them.
  bool IsCounted(const Hit& hit, const Use& use, Time time) {
    constexpr size_t kMaxSeen = 1 << 16;
    if (time != seen_time || seen.size() >= kMaxSeen) seen.clear();
    seen_time = time;
    const Correlation& correlation = watches[use.correlation].correlation();
    PackedTexts key;
    for (const uint32_t number : {use.correlation, use.part}) key.Add(std::to_string(number));
    for (const uint32_t capture : correlation.parts[use.part].captures) {
      if (capture == Correlation::kNone || capture >= hit.captures.size()) continue;
      key.Add(std::to_string(hit.captures[capture].size()));
      for (const std::string_view text : hit.captures[capture]) key.AddFolded(text);
    }
    return !seen.insert(Id::Of(hit.record, Id::Of(key.bytes()))).second;
  }

  void Give(const Use& use, const Input& input) {
    watches[use.correlation].inputs.push_back(input);
    if (touched[use.correlation]) return;
    touched[use.correlation] = true;
    queue.push_back(use.correlation);
    std::push_heap(queue.begin(), queue.end(), std::greater<>());
  }

  void RunWatch(uint32_t index, const Cited& event, uint64_t number, std::vector<Firing>& out) {
    Watch& watch = watches[index];
    group_bytes -= watch.groups().bytes();
    watch.Expire(newest);
    const std::vector<Use>& uses = of_correlation[index];
    watch.Run(
        event.time.micros, number, out,
        [&](const Groups::Group& group, const Verdict& verdict, const std::vector<Mark>& marks) {
          Firing& firing = out.emplace_back();
          firing.correlation = index;
          firing.group = PackedTexts::Unpack(group.shown());
          firing.first = Time{verdict.first};
          firing.last = event.time;
          firing.measure = verdict.measure;
          firing.saturated = verdict.saturated;
          std::vector<uint64_t> cited = EventsOf(marks);
          if (cited.empty()) cited.push_back(number);  // no step is done, as asked
          firing.hits.reserve(cited.size());
          for (const uint64_t one : cited) {
            if (const Cited* const found = events.Find(one)) firing.hits.push_back(*found);
          }
          std::stable_sort(firing.hits.begin(), firing.hits.end(),
                           [](const Cited& a, const Cited& b) { return a.time < b.time; });
          if (uses.empty()) return;
          PastFiring& kept = scratch;
          kept.time = event.time;
          kept.count = static_cast<uint32_t>(cited.size());
          std::copy(cited.begin(), cited.end(), kept.events.begin());
          const uint64_t name = past.next();
          past.Add(kept);
          for (const Use& use : uses) {
            Give(use, {use.part, nullptr, static_cast<uint32_t>(out.size() - 1), name << 1 | 1});
          }
        });
    group_bytes += watch.groups().bytes();
    while (watch.groups().size() > limits.groups) Evict(watch);
  }

  /// The newest events that `marks` stand for, oldest first.
  std::vector<uint64_t> EventsOf(const std::vector<Mark>& marks) const {
    std::vector<uint64_t> all;
    for (const Mark mark : marks) {
      if ((mark & 1) == 0) {
        all.push_back(mark >> 1);
      } else if (const PastFiring* const firing = past.Find(mark >> 1)) {
        all.insert(all.end(), firing->events.begin(), firing->events.begin() + firing->count);
      }
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    if (all.size() > kMaxCited) all.erase(all.begin(), all.end() - kMaxCited);
    return all;
  }

  /// What all hold together. The logs have their own bounds, so groups alone can go.
  size_t bytes() const { return group_bytes + events.bytes() + past.bytes(); }

  void KeepBytes() {
    if (bytes() <= limits.bytes) return;
    for (Watch& watch : watches) {
      group_bytes -= watch.groups().bytes();
      watch.Expire(newest);
      group_bytes += watch.groups().bytes();
    }
    while (bytes() > limits.bytes) {
      Watch* oldest = nullptr;
      int64_t oldest_time = 0;
      for (Watch& watch : watches) {
        Groups& groups = watch.groups();
        if (groups.oldest() == Groups::kNone) continue;
        const int64_t time = groups[groups.oldest()].last;
        if (oldest != nullptr && time >= oldest_time) continue;
        oldest = &watch;
        oldest_time = time;
      }
      if (oldest == nullptr) return;
      Evict(*oldest);
    }
  }

  void Evict(Watch& watch) {
    group_bytes -= watch.groups().bytes();
    watch.groups().Remove(watch.groups().oldest());
    group_bytes += watch.groups().bytes();
    ++evicted;
  }

  static constexpr int64_t kNever = std::numeric_limits<int64_t>::min();
  static constexpr int64_t kFar = std::numeric_limits<int64_t>::max() / 4;

  CorrelatorLimits limits;
  std::deque<Watch> watches;
  std::vector<std::vector<Use>> of_rule;
  std::vector<std::vector<Use>> of_correlation;
  std::vector<uint32_t> queue;  ///< correlations with inputs; a heap, the first one on top
  std::vector<bool> touched;    ///< whether it is in `queue`
  Log<Cited> events;
  Log<PastFiring> past;
  PastFiring scratch;
  std::unordered_set<Id> seen;  ///< what records with several events brought at `seen_time`
  Time seen_time;
  int64_t newest = kNever;
  int64_t longest = 0;  ///< how far back the longest chain of windows reaches
  size_t group_bytes = 0;
  uint64_t evicted = 0;
};

Correlator::Correlator(std::span<const Correlation> correlations, CorrelatorLimits limits)
    : impl_(std::make_unique<Impl>(correlations, limits)) {}

Correlator::~Correlator() = default;

void Correlator::Observe(const Cited& event, std::span<const Hit> hits, std::vector<Firing>& out) {
  impl_->Observe(event, hits, out);
}

uint64_t Correlator::evicted() const { return impl_->evicted; }

uint64_t Correlator::saturated() const {
  uint64_t all = 0;
  for (const Watch& watch : impl_->watches) all += watch.saturated();
  return all;
}

size_t Correlator::groups() const {
  size_t all = 0;
  for (const Watch& watch : impl_->watches) all += watch.groups().size();
  return all;
}

size_t Correlator::bytes() const { return impl_->bytes(); }

}  // namespace tokentrail::sigma
