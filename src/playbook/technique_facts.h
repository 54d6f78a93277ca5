// What ATT&CK's blocks of a page say in lists: so that an update can tell what changed.

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "playbook/page.h"
#include "playbook/stix.h"

namespace tokentrail::playbook {

/// Names as written, by their letters alone: pages differ in case and hyphens.
using FactSet = std::map<std::string, std::string, std::less<>>;

struct TechniqueFacts {
  FactSet tactics;
  FactSet tactic_names;  ///< by ATT&CK's id, where the page has it
  FactSet platforms;
  FactSet sources;       ///< data sources
  FactSet source_names;  ///< by ATT&CK's id
  FactSet components;    ///< of data sources; of analytics' log sources
  FactSet strategies;
  FactSet analytics;
  FactSet adversaries;
  FactSet adversary_names;  ///< by ATT&CK's id
  FactSet references;
  FactSet replaces;     ///< techniques that this one took the place of
  std::string version;  ///< of the technique; empty on pages that don't say
  bool revoked = false;
};

/// Reads the bodies of blocks (by name), as we write them or as pages that were imported have them.
TechniqueFacts ReadFacts(const std::map<std::string, std::string, std::less<>>& bodies);

/// What an update changes, one sentence each: platforms, tactics renamed, retired or split, data
/// sources, analytics, adversaries, references, revocation.
std::vector<std::string> TellChanges(const TechniqueFacts& before, const TechniqueFacts& after,
                                     const Attack& attack, const Technique& technique);

}  // namespace tokentrail::playbook
