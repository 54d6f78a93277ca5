// What a page covers, with proof: its adversary examples, ATT&CK's analytics, platforms.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "playbook/page_file.h"
#include "playbook/stix.h"
#include "playbook/verdict.h"
#include "sink/attack_layer.h"

namespace tokentrail::playbook {

/// One of the page's analytics that covers something.
struct Cover {
  const AnalyticVerdict* verdict = nullptr;
  std::string name;  ///< `cloud 3`
};

struct CoverageRow {
  enum class State : uint8_t {
    kProven,   ///< at least one valid analytic
    kClaimed,  ///< only analytics that are parsed, not run
    kBlind,    ///< none, or failing ones only
  };

  std::string name;    ///< the example; `AN1423`; a platform
  std::string detail;  ///< what ATT&CK says of the analytic: platforms and logs
  std::vector<Cover> by;
  State state = State::kBlind;
  uint32_t line = 0;  ///< of an example
};

/// `proven`, `claimed`, `blind`.
std::string_view Name(CoverageRow::State state);

struct Coverage {
  const PageFile* file = nullptr;
  const PageVerdict* verdict = nullptr;
  std::vector<CoverageRow> examples;
  std::vector<CoverageRow> attack;
  std::vector<CoverageRow> platforms;
  std::string attack_from;  ///< where ATT&CK's analytics and platforms are from, in words
  std::vector<std::string> uncovered_by_examples;  ///< analytics that no example needs
};

/// Analytics say what they cover by their labels `ATT&CK` (AN1423, ...) and `Platforms`. `attack`
/// is null when no bundle was given: then the page's pulled blocks count, else those labels.
Coverage MakeCoverage(const PageFile& file, const PageVerdict& verdict, const Attack* attack);

std::string CoverageMarkdown(const std::vector<Coverage>& pages);
std::string CoverageJson(const std::vector<Coverage>& pages);
/// For ATT&CK's Navigator: a technique a page, scored by the share of its examples that are proven.
sink::AttackLayer CoverageLayer(const std::vector<Coverage>& pages);

}  // namespace tokentrail::playbook
