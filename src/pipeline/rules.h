// Sigma rules in a hunt: matched record by record, correlated in the order of time; one finding a
// rule, principal and day.

#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/ledger.h"
#include "base/redact.h"
#include "base/report.h"
#include "base/result.h"
#include "model/event.h"
#include "model/finding.h"
#include "model/rule_truth.h"
#include "pipeline/count_once.h"
#include "pipeline/field_inventory.h"
#include "sigma/program.h"
#include "source/normalise.h"

namespace tokentrail::pipeline {

class Rules {
 public:
  /// What a thread needs to match, and what it noticed meanwhile.
  struct Scratch {
    std::vector<sigma::Plan::Scratch> by_source;
    std::vector<FieldInventory> inventories;  ///< by source; none unless asked for
    std::vector<sigma::Hit> hits;
    CountOnce count_once;
  };

  /// Which event of its record, where that holds several.
  struct Part {
    Id record;  ///< names the record; empty: it holds one event
    bool first = true;
  };

  Rules(sigma::RuleSet set, const source::Tables& tables);
  Rules(Rules&&) noexcept;
  ~Rules();

  size_t size() const;
  size_t left_out() const;
  size_t not_chosen() const;

  /// `inventory`: also notes which fields the records have, for RuleTruth::nearest.
  Scratch MakeScratch(bool inventory) const;
  /// Matches a record, and appends what an event carries of it behind its texts (model/event.h).
  /// Gives the number of hits. Safe for several threads.
  ///
  /// A record with several events is given once for each, with that event alone in it
  /// (source/lone_event.h), in order. A rule counts once a record, at the first event that it hits.
  uint32_t Match(SourceIndex source, const Record& record, const source::Normaliser& fields,
                 const Redactor& redactor, Scratch& scratch, std::string& tail,
                 const Part& part) const;
  /// Notes which fields the record has, where that was asked for. After Match: it opens all JSON in
  /// texts, of which a record has only so much opened.
  static void Note(SourceIndex source, const Record& record, Scratch& scratch);
  /// Takes over what a thread noticed.
  void Merge(const Scratch& scratch);

  /// Takes the hits of an event, in time order, into findings.
  void Collect(const Event& event);
  /// Gives the findings; what was too much to keep goes to the ledger.
  void Finish(Findings& out, Ledger& ledger);
  /// What became of each rule, after Finish; `sources` were read. In the order of the rules, then
  /// of the correlations.
  std::vector<RuleTruth> Truths(const std::vector<std::string>& sources) const;

  /// A field as a rule names it, and where it stands in a record.
  struct Deciding {
    std::string field;
    const Node* node = nullptr;
  };
  /// The fields of a cited record that made it evidence of a rule or a correlation, as far as they
  /// stand in it. `record` and `fields` as they were matched.
  std::vector<Deciding> Decide(const Evidence& evidence, SourceIndex source, const Record& record,
                               const source::Normaliser& fields, Scratch& scratch) const;

 private:
  struct Impl;

  std::unique_ptr<Impl> impl_;
};

}  // namespace tokentrail::pipeline
