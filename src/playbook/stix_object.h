// Objects of STIX bundles, with the members that ATT&CK's parts of a page need.

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/report.h"
#include "playbook/stix.h"

namespace tokentrail::playbook {

/// One object, whatever its type; members that a type does not have stay empty.
struct StixObject {
  std::string file;  ///< the first one that had it
  std::string type;
  std::string id;
  std::string modified;
  std::string name;
  std::string description;
  bool revoked = false;
  bool deprecated = false;
  AttackName attack;  ///< ATT&CK's own id and address of it
  std::vector<AttackReference> references;

  std::string detection;
  std::string version;
  std::string short_name;  ///< of a tactic
  std::vector<std::string> platforms;
  std::vector<std::string> phases;        ///< short names of tactics
  std::vector<std::string> data_sources;  ///< `User Account: User Account Modification`
  std::vector<std::string> refs;          ///< analytics of a strategy, tactics of a matrix
  std::string source_ref;                 ///< of a relationship; a data component's data source
  std::string target_ref;
  std::string relationship;
  std::string statement;  ///< of a marking
  struct LogSource {
    std::string component_ref;
    std::string name;
    std::string channel;
  };
  std::vector<LogSource> log_sources;
  std::vector<AttackMutableElement> mutable_elements;
};

using StixObjects = std::map<std::string, StixObject, std::less<>>;

/// Adds the objects of one JSON text, newer ones over older; `count` grows by all that were seen.
/// False when something is wrong, which is then in the report. Two files with different versions of
/// a technique or collection are: what one release of ATT&CK dropped would come back from the
/// other.
bool ReadStixObjects(const std::string& name, std::string_view text, StixObjects& objects,
                     size_t& count, Report& report);

/// Puts together what a page shows.
Attack BuildAttack(const StixObjects& objects);

}  // namespace tokentrail::playbook
