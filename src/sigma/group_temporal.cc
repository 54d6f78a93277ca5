// What temporal and temporal_ordered remember of a group.

#include <algorithm>

#include "sigma/group_state.h"

namespace tokentrail::sigma {
namespace {

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

}  // namespace

bool PartsHold(const Counting& counting, const std::vector<bool>& present, double count) {
  const Correlation& correlation = *counting.correlation;
  if (correlation.expression.has_value()) {
    return PartsHold(counting, *correlation.expression, present);
  }
  if (correlation.criteria.empty()) return count == static_cast<double>(present.size());
  return counting.Meets(count);
}

std::unique_ptr<GroupState> MakeParts(size_t parts) { return std::make_unique<Parts>(parts); }

std::unique_ptr<GroupState> MakeSteps(size_t parts) { return std::make_unique<Steps>(parts); }

}  // namespace tokentrail::sigma
