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
    // What is worked out only says what a record is about: that no record was says nothing.
    const auto& entries = Of(meaning).entries;
    if (std::any_of(entries.begin(), entries.end(), [](const ViewField* entry) {
          return !entry->from[0].empty() && entry->derive != nullptr && entry->paths[0].empty() &&
                 entry->normalised == Field::kCount;
        })) {
      return kScalars;
    }
    return meaning < seen_.size() ? static_cast<KindMask>(seen_[meaning] & ~kSeenRaw) : KindMask{0};
  }

  bool Raw(uint32_t meaning) const {
    return meaning < seen_.size() && (seen_[meaning] & kSeenRaw) != 0;
  }

  /// All values that a field can have, when its view says them and no record had it otherwise.
  std::vector<std::string_view> Closed(uint32_t meaning) const {
    const auto& entries = Of(meaning).entries;
    if (entries.empty() || Of(meaning).normalised || Raw(meaning)) return {};
    std::vector<std::string_view> out;
    for (const ViewField* entry : entries) {
      const bool open = entry->derive != nullptr ||
                        (entry->words.empty() &&
                         (!entry->paths[0].empty() || entry->normalised != Field::kCount));
      if (open) return {};
      for (const Word& word : entry->words) out.push_back(word.sigma);
      if (!entry->constant.empty()) out.push_back(entry->constant);
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }

  /// Whether every record has the same value for it.
  bool Constant(uint32_t meaning) const {
    const auto& entries = Of(meaning).entries;
    return entries.size() == 1 && !entries[0]->constant.empty() && Closed(meaning).size() == 1;
  }

  static bool Agrees(const Predicate& predicate, std::span<const std::string_view> values) {
    return std::any_of(values.begin(), values.end(), [&](std::string_view value) {
      return predicate.term->Agrees(predicate.value, {NodeKind::kText, value});
    });
  }

  bool OnlyNumbers(uint32_t meaning) const {
    const auto& entries = Of(meaning).entries;
    if (std::any_of(entries.begin(), entries.end(), [](const auto* e) { return e->number; })) {
      return true;
    }
    return (Seen(meaning) & kScalars) == Bit(NodeKind::kNumber);
  }

  /// Whether a number may look like that: every letter of what must stand in it is one of numbers.
  static bool MayBeNumber(const Pattern& pattern) {
    if (pattern.shape() == Pattern::Shape::kExact) {
      Number number;
      return Number::Read(pattern.text(), number);
    }
    const std::string_view literal =
        pattern.shape() == Pattern::Shape::kOther ? pattern.longest_literal() : pattern.text();
    return literal.find_first_not_of("0123456789.+-eE") == literal.npos;
  }

  static bool MayBeBool(const Pattern& pattern) {
    return pattern.Matches("true") || pattern.Matches("false");
  }

  /// Whether a value of this kind could agree: the whole text of a number or a boolean is known to
  /// be one.
  bool Fits(const Predicate& predicate) const {
    const KindMask kinds = Seen(predicate.meaning) & kScalars;
    if (kinds == 0) return false;
    const Term& term = *predicate.term;
    if (const auto closed = Closed(predicate.meaning); !closed.empty()) {
      return Agrees(predicate, closed);
    }
    const bool numbers = OnlyNumbers(predicate.meaning);
    const bool booleans = kinds == Bit(NodeKind::kBool);
    if (!numbers && !booleans) return true;
    if (term.compare == Compare::kNetwork) return false;
    if (term.compare != Compare::kText || term.date_part != DatePart::kNone) return true;
    const auto& alternatives = term.values[predicate.value].alternatives;
    return std::any_of(alternatives.begin(), alternatives.end(), [&](const Pattern& pattern) {
      return (numbers && MayBeNumber(pattern)) || (booleans && MayBeBool(pattern));
    });
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
        return {
            (Seen(predicate.meaning) & kScalars) != 0 && (Seen(predicate.other) & kScalars) != 0,
            true};
      case Predicate::Type::kValue: {
        const bool fits = Fits(predicate);
        return {fits, !fits || !Constant(predicate.meaning)};
      }
    }
    return {true, true};
  }

  Blocker Why(const Predicate& predicate, bool wanted) const {
    uint32_t meaning = predicate.meaning;
    Blocker out;
    out.field = predicate.term->field;
    if (predicate.type == Predicate::Type::kOther && (Seen(meaning) & kScalars) != 0) {
      meaning = predicate.other;
      out.field = predicate.term->other_field(predicate.value);
    }
    if (Absent(meaning, out)) return out;
    out.by_value = true;
    const std::vector<std::string_view> closed = Closed(meaning);
    if (!wanted) {
      out.reason = closed.empty() ? "it is there without a value in every record"
                                  : "it is '" + std::string(closed[0]) + "' in every record";
    } else if (predicate.type == Predicate::Type::kValue && (Seen(meaning) & kScalars) != 0) {
      const Term& term = *predicate.term;
      if (!closed.empty()) {
        out.reason = "it only ever holds " + Listed(closed);
      } else {
        out.reason = OnlyNumbers(meaning) ? "it only ever holds numbers"
                                          : "it only ever holds true or false";
      }
      const auto& alternatives = term.values[predicate.value].alternatives;
      if (!alternatives.empty() && !alternatives.front().text().empty()) {
        out.reason += ", never '" + std::string(alternatives.front().text()) + "'";
      }
    } else {
      out.reason = "it is there without a value in every record";
    }
    return out;
  }

 public:
  /// Whether no record had it at all, and why.
  bool Absent(uint32_t meaning, Blocker& out) const {
    for (const ViewField* entry : Of(meaning).entries) {
      if (!entry->never.empty() && Seen(meaning) == 0) {
        out.reason = entry->never;
        return true;
      }
    }
    if (Seen(meaning) != 0) return false;
    const FieldTable::Meaning& its = Of(meaning);
    // An export need not hold every field that its log can have.
    out.in_view = !its.entries.empty();
    if (!its.entries.empty()) {
      out.reason = "no record here has it, though the log can";
    } else if (!its.bags.empty()) {
      out.reason = "no record here has it, nor has a list of names and values";
    } else if (its.known && !its.normalised) {
      out.reason = "no record here has it, and we know no field of this log by that name";
    } else {
      out.reason = "no record here has it";
    }
    return true;
  }
  bool HasValue(uint32_t meaning) const { return (Seen(meaning) & kScalars) != 0; }

 private:
  /// `'a', 'b' or 'c'`, the first few when there are many.
  static std::string Listed(std::span<const std::string_view> words) {
    constexpr size_t kShown = 4;
    std::string out;
    for (size_t i = 0; i < words.size() && i < kShown; ++i) {
      out.append(i == 0 ? "'" : i + 1 == words.size() ? " or '" : ", '").append(words[i]);
      out.push_back('\'');
    }
    if (words.size() > kShown) out += " and " + std::to_string(words.size() - kShown) + " others";
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

std::optional<Blocker> FindCaptureBlocker(const Plan& plan, uint32_t index, uint32_t capture,
                                          std::string_view name, std::span<const KindMask> seen) {
  const Judge judge(plan, seen);
  const uint32_t meaning = plan.captures(index)[capture];
  if (judge.HasValue(meaning)) return std::nullopt;
  Blocker out;
  out.field = name;
  if (!judge.Absent(meaning, out)) {
    out.by_value = true;
    out.reason = "it is there without a value in every record";
  }
  return out;
}

}  // namespace tokentrail::sigma
