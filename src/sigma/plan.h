// The rules for the records of one log source, arranged so that a record meets only those it could
// match.
//
// Each rule has a witness: the cheapest comparisons of which one must hold if the rule is to match.
// The witnesses of all rules lie in one index for each field, so that what a record costs depends
// on what it holds, not on how many rules there are.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/record.h"
#include "sigma/hit.h"
#include "sigma/literal_index.h"
#include "sigma/reading.h"
#include "sigma/rule.h"

namespace tokentrail::sigma {

/// What a field was seen to hold: bit 1 << NodeKind; 0: it was never there. Once it held a text,
/// the other kinds need not be there.
using KindMask = uint8_t;
/// Also in a KindMask: it was seen under its own name, not only where its view says.
constexpr KindMask kSeenRaw = 1u << 7;

/// A rule of a plan, and the views its names are read with.
struct PlannedRule {
  uint32_t rule = 0;  ///< of the program
  std::vector<const View*> views;
};

/// A comparison of a rule with a field, as the plan runs it.
struct Predicate {
  enum class Type : uint8_t {
    kValue,    ///< a value of the field agrees with the rule's
    kNull,     ///< the field is absent or null
    kExists,   ///< the field is there
    kMissing,  ///< the field is not there
    kKeyword,  ///< some value of the record agrees
    kOther,    ///< a value of the field agrees with one of another field
  };

  Type type = Type::kValue;
  uint32_t meaning = 0;  ///< of the plan's FieldTable
  uint32_t other = 0;    ///< the same, of kOther
  const Term* term = nullptr;
  uint32_t value = 0;  ///< of the term
};

/// A condition over predicates.
struct Step {
  enum class Kind : uint8_t { kPredicate, kAnd, kOr, kNot };

  Kind kind = Kind::kPredicate;
  uint32_t index = 0;  ///< of a predicate; else of the first of `count` in Plan::parts()
  uint32_t count = 0;
};

class Plan {
 public:
  /// What a thread needs to match, and what it noticed meanwhile.
  class Scratch {
   public:
    /// By meaning of the plan: what it was seen to hold in the records so far.
    std::span<const KindMask> seen() const { return seen_; }

   private:
    friend class Plan;

    std::unique_ptr<Reading> reading_ = std::make_unique<Reading>();
    uint32_t round_ = 0;
    std::vector<uint32_t> rule_rounds_;
    std::vector<uint32_t> memo_;  ///< by predicate: round * 2 + answer
    std::vector<uint32_t> found_;
    std::vector<uint32_t> candidates_;
    std::string folded_;
    std::vector<KindMask> seen_;
  };

  /// `rules` are the program's and outlive the plan; `chosen` those of the plan, in ascending
  /// order.
  Plan(const std::vector<Rule>& rules, std::vector<PlannedRule> chosen);

  size_t size() const { return chosen_.size(); }
  /// The number in the program of rule number `index` of the plan.
  uint32_t rule(uint32_t index) const { return chosen_[index].rule; }
  /// The number in the plan of rule number `rule` of the program.
  std::optional<uint32_t> Find(uint32_t rule) const;
  const FieldTable& fields() const { return fields_; }
  const Step& condition(uint32_t index) const { return steps_[conditions_[index]]; }
  const Step& step(uint32_t index) const { return steps_[index]; }
  std::span<const uint32_t> parts(const Step& step) const {
    return std::span(parts_).subspan(step.index, step.count);
  }
  const Predicate& predicate(uint32_t index) const { return predicates_[index]; }
  /// Of rule number `index` of the plan: the meanings of Rule::captures.
  std::span<const uint32_t> captures(uint32_t index) const { return captures_[index]; }

  enum class Mode : uint8_t {
    kIndexed,
    kPlain,  ///< every rule, each field looked up on its own: what kIndexed must agree with
  };

  /// Appends a hit for each rule that matches, in the program's order. The texts in the hits hold
  /// until the next call with this scratch, or the record's end. Cost: a walk along the paths that
  /// rules name, then the rules of which a witness holds.
  void Match(const Record& record, FieldLookup lookup, Scratch& scratch, std::vector<Hit>& hits,
             Mode mode = Mode::kIndexed) const;

  /// Where the field that rule number `index` of the plan names, or of which its correlations take
  /// the values, stands in the record; null when nowhere.
  const Node* Locate(const Record& record, uint32_t index, std::string_view field) const;

 private:
  struct Builder;

  bool Holds(const Step& step, Scratch& scratch) const;
  bool Holds(uint32_t predicate, Scratch& scratch) const;
  bool Ask(const Predicate& predicate, Reading& reading) const;
  void Notice(Scratch& scratch) const;

  const std::vector<Rule>* rules_;
  std::vector<PlannedRule> chosen_;
  FieldTable fields_;
  std::vector<Predicate> predicates_;
  std::vector<Step> steps_;
  std::vector<uint32_t> parts_;
  std::vector<uint32_t> conditions_;             ///< by rule: its step
  std::vector<std::vector<uint32_t>> captures_;  ///< by rule: meanings
  std::vector<LiteralIndex> indexes_;            ///< by meaning: rules of the plan
  std::vector<uint8_t> indexed_;                 ///< by meaning: 1 when its index isn't empty
  std::vector<uint32_t> computed_;               ///< indexed meanings with values off all paths
  LiteralIndex keywords_;
  std::vector<uint32_t> always_;  ///< rules without a witness
};

}  // namespace tokentrail::sigma
