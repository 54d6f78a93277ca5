// Sigma rules in a hunt: loaded once, matched record by record, one finding a rule, principal and
// day.

#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/ledger.h"
#include "base/report.h"
#include "base/result.h"
#include "model/event.h"
#include "model/finding.h"
#include "source/normalise.h"

namespace tokentrail::pipeline {

class Rules {
 public:
  /// Loads files and folders of rules; what can't be used is reported and left out.
  static Result<Rules> Load(const std::vector<std::string>& paths, const source::Tables& tables,
                            Report& report);
  Rules(Rules&&) noexcept;
  ~Rules();

  size_t size() const;
  size_t left_out() const;

  /// Appends the numbers of the rules that match. Safe for several threads.
  void Match(SourceIndex source, const Record& record, const source::Normaliser& fields,
             std::vector<uint32_t>& hits) const;

  /// Takes the hits of an event, in time order, into findings.
  void Collect(const Event& event);
  /// Gives the findings; hits that were too many for findings of their own go to the ledger.
  void Finish(Findings& out, Ledger& ledger);

 private:
  struct Impl;
  explicit Rules(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace tokentrail::pipeline
