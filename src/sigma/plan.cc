#include "sigma/plan.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "base/check.h"
#include "sigma/pattern.h"

namespace tokentrail::sigma {
namespace {

/// How many records a witness lets through, roughly: the lower, the better. Only the order counts.
constexpr double kExactCost = 1;
constexpr double kAffixCost = 2;
constexpr double kLongCost = 4;  // a contained text of five bytes and more
constexpr double kShortCost = 20;
constexpr double kKeywordCost = 40;  // looked for in every value
constexpr double kPresenceCost = 100;
constexpr size_t kLong = 5;

}  // namespace

/// Makes a plan's parts; gone when the plan is made.
struct Plan::Builder {
  explicit Builder(Plan& to) : plan(to) {}

  Plan& plan;
  std::unordered_map<std::string, uint32_t> known;  ///< predicates by what they mean
  std::vector<uint32_t> uses;                       ///< by predicate: rules that have it

  uint32_t AddPredicate(const Predicate& predicate) {
    std::string key = std::to_string(static_cast<int>(predicate.type)) + ' ' +
                      std::to_string(predicate.meaning) + ' ' + std::to_string(predicate.other);
    const bool by_value = predicate.type == Predicate::Type::kValue ||
                          predicate.type == Predicate::Type::kKeyword ||
                          predicate.type == Predicate::Type::kOther;
    if (by_value) key.append(" ").append(predicate.term->Key(predicate.value));
    const auto [it, added] =
        known.try_emplace(std::move(key), static_cast<uint32_t>(plan.predicates_.size()));
    if (added) {
      plan.predicates_.push_back(predicate);
      uses.push_back(0);
    }
    ++uses[it->second];
    return it->second;
  }

  uint32_t AddStep(Step::Kind kind, uint32_t index, uint32_t count) {
    plan.steps_.push_back({kind, index, count});
    return static_cast<uint32_t>(plan.steps_.size() - 1);
  }

  uint32_t Join(Step::Kind kind, const std::vector<uint32_t>& parts) {
    if (parts.size() == 1 && kind != Step::Kind::kNot) return parts.front();
    const auto first = static_cast<uint32_t>(plan.parts_.size());
    plan.parts_.insert(plan.parts_.end(), parts.begin(), parts.end());
    return AddStep(kind, first, static_cast<uint32_t>(parts.size()));
  }

  uint32_t Compile(const Term& term, const std::vector<const View*>& views) {
    std::vector<uint32_t> parts;
    for (uint32_t i = 0; i < term.values.size(); ++i) {
      Predicate predicate;
      predicate.term = &term;
      predicate.value = i;
      if (term.is_keyword()) {
        predicate.type = Predicate::Type::kKeyword;
      } else {
        predicate.meaning = plan.fields_.Add(term.field, views);
        if (term.compare == Compare::kExists) {
          predicate.type =
              term.wants_presence() ? Predicate::Type::kExists : Predicate::Type::kMissing;
        } else if (term.compare == Compare::kFieldRef) {
          predicate.type = Predicate::Type::kOther;
          predicate.other = plan.fields_.Add(term.other_field(i), views);
        } else if (term.compare == Compare::kText && term.values[i].kind == Value::Kind::kNull) {
          predicate.type = Predicate::Type::kNull;
        }
      }
      parts.push_back(AddStep(Step::Kind::kPredicate, AddPredicate(predicate), 0));
    }
    const uint32_t all = Join(term.all ? Step::Kind::kAnd : Step::Kind::kOr, parts);
    return term.negated ? Join(Step::Kind::kNot, {all}) : all;
  }

  uint32_t Compile(const Rule& rule, const Expr& expr, const std::vector<const View*>& views,
                   std::vector<std::optional<uint32_t>>& detections) {
    if (expr.kind == Expr::Kind::kTerm) return Compile(rule.terms[expr.index], views);
    if (expr.kind == Expr::Kind::kDetection) {
      std::optional<uint32_t>& done = detections[expr.index];
      if (!done) done = Compile(rule, rule.detections[expr.index], views, detections);
      return *done;
    }
    std::vector<uint32_t> parts;
    parts.reserve(expr.parts.size());
    for (const Expr& part : expr.parts) parts.push_back(Compile(rule, part, views, detections));
    return Join(expr.kind == Expr::Kind::kAnd  ? Step::Kind::kAnd
                : expr.kind == Expr::Kind::kOr ? Step::Kind::kOr
                                               : Step::Kind::kNot,
                parts);
  }

  /// Predicates of which one must hold, and what they let through.
  struct Witness {
    double cost = std::numeric_limits<double>::infinity();
    std::vector<uint32_t> predicates;
  };

  double Cost(const Predicate& predicate) const {
    switch (predicate.type) {
      case Predicate::Type::kNull:
      case Predicate::Type::kMissing:
        return std::numeric_limits<double>::infinity();
      case Predicate::Type::kExists:
      case Predicate::Type::kOther:
        return kPresenceCost;
      case Predicate::Type::kKeyword:
        if (predicate.term->compare != Compare::kText) {
          return std::numeric_limits<double>::infinity();
        }
        break;
      case Predicate::Type::kValue:
        if (predicate.term->compare != Compare::kText ||
            predicate.term->date_part != DatePart::kNone) {
          return kPresenceCost;
        }
        break;
    }
    double worst = 0;
    for (const Pattern& pattern : predicate.term->values[predicate.value].alternatives) {
      double cost = kExactCost;
      if (predicate.type == Predicate::Type::kKeyword) {
        // A keyword of wildcards only would be no witness.
        cost = Literal(pattern).empty() ? std::numeric_limits<double>::infinity() : kKeywordCost;
      } else if (pattern.shape() == Pattern::Shape::kPrefix ||
                 pattern.shape() == Pattern::Shape::kSuffix) {
        cost = kAffixCost;
      } else if (pattern.shape() != Pattern::Shape::kExact) {
        const size_t size = Literal(pattern).size();
        cost = size == 0 ? kPresenceCost : size < kLong ? kShortCost : kLongCost;
      }
      worst = std::max(worst, cost);
    }
    return worst;
  }

  /// What every text that the pattern matches holds, folded.
  static std::string Literal(const Pattern& pattern) {
    return Fold(pattern.shape() == Pattern::Shape::kOther ? pattern.longest_literal()
                                                          : pattern.text());
  }

  Witness WitnessOf(const Step& step, bool negated) const {
    if (step.kind == Step::Kind::kNot) {
      return WitnessOf(plan.steps_[plan.parts_[step.index]], !negated);
    }
    if (step.kind == Step::Kind::kPredicate) {
      if (negated) return {};
      // What many rules share says little about each of them; what has to be worked out first
      // costs every record.
      const Predicate& predicate = plan.predicates_[step.index];
      const bool computed = predicate.type != Predicate::Type::kKeyword &&
                            plan.fields_.meaning(predicate.meaning).computed;
      return {Cost(predicate) + 0.05 * std::log2(static_cast<double>(uses[step.index])) +
                  (computed ? 0.5 : 0),
              {step.index}};
    }
    const bool any = (step.kind == Step::Kind::kOr) != negated;
    Witness out;
    if (any) out.cost = 0;
    for (const uint32_t part : plan.parts(step)) {
      Witness one = WitnessOf(plan.steps_[part], negated);
      if (!any) {
        if (one.cost < out.cost) out = std::move(one);
        continue;
      }
      out.cost = std::max(out.cost, one.cost);
      out.predicates.insert(out.predicates.end(), one.predicates.begin(), one.predicates.end());
    }
    if (any) out.cost += 0.01 * std::log2(1 + static_cast<double>(out.predicates.size()));
    return out;
  }

  void Index(uint32_t rule, const Witness& witness) {
    if (witness.cost == std::numeric_limits<double>::infinity() || witness.predicates.empty()) {
      plan.always_.push_back(rule);
      return;
    }
    for (const uint32_t number : witness.predicates) {
      const Predicate& predicate = plan.predicates_[number];
      const bool keyword = predicate.type == Predicate::Type::kKeyword;
      LiteralIndex& index = keyword ? plan.keywords_ : plan.indexes_[predicate.meaning];
      if (Cost(predicate) >= kPresenceCost) {
        index.AddAny(rule);
        continue;
      }
      for (const Pattern& pattern : predicate.term->values[predicate.value].alternatives) {
        const std::string literal = Literal(pattern);
        if (keyword || pattern.shape() == Pattern::Shape::kContains ||
            pattern.shape() == Pattern::Shape::kOther) {
          index.AddContained(literal, rule);
        } else if (pattern.shape() == Pattern::Shape::kPrefix) {
          index.AddPrefix(literal, rule);
        } else if (pattern.shape() == Pattern::Shape::kSuffix) {
          index.AddSuffix(literal, rule);
        } else {
          index.AddExact(literal, rule);
        }
      }
    }
  }
};

Plan::Plan(const std::vector<Rule>& rules, std::vector<PlannedRule> chosen)
    : rules_(&rules), chosen_(std::move(chosen)) {
  Builder builder(*this);
  for (const PlannedRule& planned : chosen_) {
    const Rule& rule = rules[planned.rule];
    std::vector<std::optional<uint32_t>> detections(rule.detections.size());
    conditions_.push_back(builder.Compile(rule, rule.condition, planned.views, detections));
    std::vector<uint32_t> captures;
    for (const std::string& field : rule.captures) {
      captures.push_back(fields_.Add(field, planned.views));
    }
    captures_.push_back(std::move(captures));
  }
  fields_.Finish();
  indexes_.resize(fields_.size());
  for (uint32_t i = 0; i < chosen_.size(); ++i) {
    builder.Index(i, builder.WitnessOf(steps_[conditions_[i]], false));
  }
  for (LiteralIndex& index : indexes_) {
    index.Finish();
    indexed_.push_back(index.empty() ? 0 : 1);
  }
  keywords_.Finish();
  for (const uint32_t meaning : fields_.computed()) {
    if (!indexes_[meaning].empty()) computed_.push_back(meaning);
  }
}

void Plan::Match(const Record& record, FieldLookup lookup, Scratch& scratch, std::vector<Hit>& hits,
                 Mode mode) const {
  if (chosen_.empty()) return;
  if (++scratch.round_ >= std::numeric_limits<uint32_t>::max() / 2) {
    scratch.rule_rounds_.clear();
    scratch.memo_.clear();
    scratch.round_ = 1;
  }
  if (scratch.memo_.size() < predicates_.size()) {
    scratch.memo_.resize(predicates_.size(), 0);
    scratch.rule_rounds_.resize(chosen_.size(), 0);
    scratch.seen_.resize(fields_.size(), 0);
  }
  if (scratch.rule_rounds_.size() < chosen_.size()) scratch.rule_rounds_.resize(chosen_.size(), 0);
  if (scratch.seen_.size() < fields_.size()) scratch.seen_.resize(fields_.size(), 0);
  Reading& reading = *scratch.reading_;
  reading.Start(fields_, record, lookup, mode == Mode::kPlain);
  scratch.candidates_.clear();
  if (reading.plain()) {
    for (uint32_t i = 0; i < chosen_.size(); ++i) scratch.candidates_.push_back(i);
  } else {
    std::vector<uint32_t>& found = scratch.found_;
    found.assign(always_.begin(), always_.end());
    const auto probe = [&](uint32_t meaning) {
      if (indexed_[meaning] == 0) return;
      const LiteralIndex& index = indexes_[meaning];
      const Reading::Values values = reading.Get(meaning);
      // An empty list is there as well, without a value.
      if (values.present) found.insert(found.end(), index.any().begin(), index.any().end());
      for (const Seen& seen : values.seen) index.Find(seen.text, scratch.folded_, found);
    };
    // Looking such a name up may add it to what was touched: first those, then the rest.
    for (const uint32_t meaning : computed_) reading.Get(meaning);
    for (const uint32_t meaning : reading.touched()) probe(meaning);
    if (!keywords_.empty()) {
      for (const Seen& seen : reading.All()) keywords_.Find(seen.text, scratch.folded_, found);
    }
    for (const uint32_t rule : found) {
      if (scratch.rule_rounds_[rule] == scratch.round_) continue;
      scratch.rule_rounds_[rule] = scratch.round_;
      scratch.candidates_.push_back(rule);
    }
    std::sort(scratch.candidates_.begin(), scratch.candidates_.end());
  }
  for (const uint32_t rule : scratch.candidates_) {
    if (!Holds(steps_[conditions_[rule]], scratch)) continue;
    Hit& hit = hits.emplace_back();
    hit.rule = chosen_[rule].rule;
    for (const uint32_t meaning : captures_[rule]) {
      std::vector<std::string_view>& texts = hit.captures.emplace_back();
      for (const Seen& seen : reading.Get(meaning).seen) {
        if (seen.kind != NodeKind::kNull && seen.kind < NodeKind::kObject) {
          texts.push_back(seen.text);
        }
      }
    }
  }
  Notice(scratch);
}

void Plan::Notice(Scratch& scratch) const {
  Reading& reading = *scratch.reading_;
  // What takes work to find out is not asked for again and again.
  for (const uint32_t meaning : fields_.computed()) {
    if (scratch.seen_[meaning] == 0) reading.Get(meaning);
  }
  if (reading.plain()) {
    for (uint32_t meaning = 0; meaning < fields_.size(); ++meaning) reading.Get(meaning);
  }
  for (const uint32_t meaning : reading.touched()) {
    // A field that had a text once may hold anything: nothing else is to be learned.
    constexpr KindMask kText = 1u << static_cast<unsigned>(NodeKind::kText);
    const KindMask have = scratch.seen_[meaning];
    if ((have & kText) != 0 && ((have & kSeenRaw) != 0 || !reading.IsRaw(meaning))) continue;
    const Reading::Values values = reading.Get(meaning);
    if (!values.present) continue;
    KindMask mask = 0;
    for (const Seen& seen : values.seen) {
      mask = static_cast<KindMask>(mask | 1u << static_cast<unsigned>(seen.kind));
    }
    // An empty list is there as well.
    if (values.seen.empty()) mask = 1u << static_cast<unsigned>(NodeKind::kArray);
    if (values.raw) mask = static_cast<KindMask>(mask | kSeenRaw);
    scratch.seen_[meaning] = static_cast<KindMask>(scratch.seen_[meaning] | mask);
  }
}

bool Plan::Holds(const Step& step, Scratch& scratch) const {
  switch (step.kind) {
    case Step::Kind::kPredicate:
      return Holds(step.index, scratch);
    case Step::Kind::kNot:
      return !Holds(steps_[parts_[step.index]], scratch);
    case Step::Kind::kAnd:
      for (const uint32_t part : parts(step)) {
        if (!Holds(steps_[part], scratch)) return false;
      }
      return true;
    case Step::Kind::kOr:
      for (const uint32_t part : parts(step)) {
        if (Holds(steps_[part], scratch)) return true;
      }
      return false;
  }
  return false;
}

bool Plan::Holds(uint32_t predicate, Scratch& scratch) const {
  uint32_t& memo = scratch.memo_[predicate];
  if (memo / 2 != scratch.round_) {
    memo = scratch.round_ * 2 + (Ask(predicates_[predicate], *scratch.reading_) ? 1 : 0);
  }
  return (memo & 1) != 0;
}

bool Plan::Ask(const Predicate& predicate, Reading& reading) const {
  if (predicate.type == Predicate::Type::kKeyword) {
    for (const Seen& seen : reading.All()) {
      if (predicate.term->Agrees(predicate.value, seen)) return true;
    }
    return false;
  }
  const Reading::Values values = reading.Get(predicate.meaning);
  switch (predicate.type) {
    case Predicate::Type::kExists:
      return values.present;
    case Predicate::Type::kMissing:
      return !values.present;
    case Predicate::Type::kNull:
      // A field that is not there is null: pySigma's convention (SIGMA.md N1).
      if (!values.present) return true;
      return std::any_of(values.seen.begin(), values.seen.end(),
                         [](const Seen& seen) { return seen.kind == NodeKind::kNull; });
    case Predicate::Type::kOther: {
      const Reading::Values others = reading.Get(predicate.other);
      for (const Seen& seen : values.seen) {
        for (const Seen& other : others.seen) {
          if (predicate.term->AgreesWith(seen, other)) return true;
        }
      }
      return false;
    }
    default:
      for (const Seen& seen : values.seen) {
        if (predicate.term->Agrees(predicate.value, seen)) return true;
      }
      return false;
  }
}

std::optional<uint32_t> Plan::Find(uint32_t rule) const {
  const auto found = std::lower_bound(
      chosen_.begin(), chosen_.end(), rule,
      [](const PlannedRule& planned, uint32_t wanted) { return planned.rule < wanted; });
  if (found == chosen_.end() || found->rule != rule) return std::nullopt;
  return static_cast<uint32_t>(found - chosen_.begin());
}

const Node* Plan::Locate(const Record& record, uint32_t index, std::string_view field) const {
  const auto& terms = (*rules_)[chosen_[index].rule].terms;
  Reading reading;
  reading.Start(fields_, record, {}, true);
  for (const Predicate& predicate : predicates_) {
    if (predicate.type == Predicate::Type::kKeyword || predicate.term->field != field) continue;
    // Of the same rule, or of another that means the same by the name.
    const bool own = predicate.term >= terms.data() && predicate.term < terms.data() + terms.size();
    if (!own && chosen_.size() > 1 && Find(chosen_[index].rule) != index) continue;
    if (const Node* const node = reading.Locate(predicate.meaning); node != nullptr) return node;
  }
  const auto& captures = (*rules_)[chosen_[index].rule].captures;
  for (size_t i = 0; i < captures.size(); ++i) {
    if (captures[i] == field) return reading.Locate(captures_[index][i]);
  }
  return nullptr;
}

}  // namespace tokentrail::sigma
