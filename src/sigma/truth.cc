#include "sigma/truth.h"

#include <algorithm>

#include "sigma/term.h"

namespace tokentrail::sigma {
namespace {

constexpr KindMask Bit(NodeKind kind) {
  return static_cast<KindMask>(1u << static_cast<unsigned>(kind));
}
constexpr KindMask kScalars = Bit(NodeKind::kText) | Bit(NodeKind::kNumber) | Bit(NodeKind::kBool);
/// A reason names so many fields at most.
constexpr size_t kMaxBlockers = 4;

/// Whether a condition may come out true, and whether it may come out false.
struct May {
  bool hold = false;
  bool fail = false;
};

class Judge {
 public:
  Judge(const Plan& plan, std::span<const KindMask> seen) : plan_(plan), seen_(seen) {}

  May Of(const Step& step) const {
    switch (step.kind) {
      case Step::Kind::kPredicate:
        return Judged(plan_.predicate(step.index));
      case Step::Kind::kNot: {
        const May inner = Of(plan_.step(plan_.parts(step).front()));
        return {inner.fail, inner.hold};
      }
      case Step::Kind::kAnd:
      case Step::Kind::kOr:
        break;
    }
    const bool all = step.kind == Step::Kind::kAnd;
    May out{all, !all};
    for (const uint32_t part : plan_.parts(step)) {
      const May one = Of(plan_.step(part));
      out.hold = all ? out.hold && one.hold : out.hold || one.hold;
      out.fail = all ? out.fail || one.fail : out.fail && one.fail;
    }
    return out;
  }

  /// Why the step can't come out as `wanted`.
  void Explain(const Step& step, bool wanted, std::vector<Blocker>& out) const {
    if (out.size() >= kMaxBlockers) return;
    if (step.kind == Step::Kind::kPredicate) {
      Blocker blocker = Why(plan_.predicate(step.index), wanted);
      const bool known = std::any_of(out.begin(), out.end(), [&](const Blocker& other) {
        return other.field == blocker.field;
      });
      if (!known) out.push_back(std::move(blocker));
      return;
    }
    if (step.kind == Step::Kind::kNot) {
      Explain(plan_.step(plan_.parts(step).front()), !wanted, out);
      return;
    }
    for (const uint32_t part : plan_.parts(step)) {
      const May one = Of(plan_.step(part));
      if (wanted ? one.hold : one.fail) continue;
      Explain(plan_.step(part), wanted, out);
      // Of what must all hold, one that can't is enough to know.
      if ((step.kind == Step::Kind::kAnd) == wanted) return;
    }
  }

 private:
  const FieldTable::Meaning& Of(uint32_t meaning) const { return plan_.fields().meaning(meaning); }
  KindMask Seen(uint32_t meaning) const {
    return meaning < seen_.size() ? seen_[meaning] : KindMask{0};
  }

  bool OnlyNumbers(uint32_t meaning) const {
    const auto& entries = Of(meaning).entries;
    if (std::any_of(entries.begin(), entries.end(), [](const auto* e) { return e->number; })) {
      return true;
    }
    return (Seen(meaning) & kScalars) == Bit(NodeKind::kNumber);
  }

  /// Whether a value of this kind could agree: the whole text of a number or a boolean is known to
  /// be one.
  bool Fits(const Predicate& predicate) const {
    const KindMask kinds = Seen(predicate.meaning) & kScalars;
    if (kinds == 0) return false;
    const Term& term = *predicate.term;
    const bool numbers = OnlyNumbers(predicate.meaning);
    const bool booleans = kinds == Bit(NodeKind::kBool);
    if (!numbers && !booleans) return true;
    if (term.compare == Compare::kNetwork) return false;
    if (term.compare != Compare::kText || term.date_part != DatePart::kNone) return true;
    for (const Pattern& pattern : term.values[predicate.value].alternatives) {
      if (pattern.shape() != Pattern::Shape::kExact) return true;
      Number number;
      if (numbers && Number::Read(pattern.text(), number)) return true;
      if (booleans && (pattern.text() == "true" || pattern.text() == "false")) return true;
    }
    return false;
  }

  May Judged(const Predicate& predicate) const {
    switch (predicate.type) {
      case Predicate::Type::kKeyword:
        return {true, true};
      case Predicate::Type::kNull:
        return {true, (Seen(predicate.meaning) & ~Bit(NodeKind::kNull)) != 0};
      case Predicate::Type::kExists:
        return {Seen(predicate.meaning) != 0, true};
      case Predicate::Type::kMissing:
        return {true, Seen(predicate.meaning) != 0};
      case Predicate::Type::kOther:
        return {(Seen(predicate.meaning) & kScalars) != 0 && (Seen(predicate.other) & kScalars) != 0,
                true};
      case Predicate::Type::kValue:
        return {Fits(predicate), true};
    }
    return {true, true};
  }

  Blocker Why(const Predicate& predicate, bool wanted) const {
    uint32_t meaning = predicate.meaning;
    Blocker out{predicate.term->field, {}, false};
    if (predicate.type == Predicate::Type::kOther && Seen(meaning) != 0) {
      meaning = predicate.other;
      out.field = predicate.term->other_field(predicate.value);
    }
    for (const ViewField* entry : Of(meaning).entries) {
      if (!entry->never.empty()) {
        out.reason = entry->never;
        return out;
      }
    }
    if (Seen(meaning) == 0) {
      out.reason = "no record has it";
      return out;
    }
    out.by_value = true;
    if (!wanted) {
      out.reason = "it is never there with a value";
    } else if (predicate.type == Predicate::Type::kValue && (Seen(meaning) & kScalars) != 0) {
      const bool numbers = OnlyNumbers(meaning);
      out.reason = numbers ? "it only ever holds numbers" : "it only ever holds true or false";
      const auto& alternatives = predicate.term->values[predicate.value].alternatives;
      if (!alternatives.empty()) {
        out.reason += ", never '" + std::string(alternatives.front().text()) + "'";
      }
    } else {
      out.reason = "it never holds a value";
    }
    return out;
  }

  const Plan& plan_;
  std::span<const KindMask> seen_;
};

}  // namespace

std::vector<Blocker> FindBlockers(const Plan& plan, uint32_t index,
                                  std::span<const KindMask> seen) {
  const Judge judge(plan, seen);
  std::vector<Blocker> out;
  if (!judge.Of(plan.condition(index)).hold) judge.Explain(plan.condition(index), true, out);
  return out;
}

}  // namespace tokentrail::sigma
