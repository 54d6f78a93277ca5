// ATT&CK as its STIX bundles tell it: the parts that a hunt page shows.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/report.h"

namespace tokentrail::playbook {

/// Something of ATT&CK's with an id of its own: a tactic, a group, another technique.
struct AttackName {
  std::string id;  ///< `TA0006`, `G0007`; may be empty
  std::string name;
  std::string url;

  friend bool operator==(const AttackName&, const AttackName&) = default;
};

/// An entry of external_references that is no id of ATT&CK's.
struct AttackReference {
  std::string name;  ///< what `(Citation: name)` says
  std::string url;
  std::string description;
};

/// Who uses the technique, and how.
struct AttackUsage {
  enum class Kind : uint8_t { kGroup, kCampaign, kSoftware, kOther };

  Kind kind = Kind::kOther;
  AttackName who;
  std::string description;
  std::vector<AttackReference> references;
};

/// Up to ATT&CK 17: a data source and one of its components.
struct AttackDataSource {
  AttackName source;
  std::string component;
  std::string description;  ///< how the component shows the technique; may be empty
  std::vector<AttackReference> references;
};

struct AttackLogSource {
  std::string name;     ///< `azure:signinlogs`
  std::string channel;  ///< `Sign-in activity`
  AttackName component;
};

struct AttackMutableElement {
  std::string field;
  std::string description;
};

/// From ATT&CK 18 on: an analytic of a detection strategy.
struct AttackAnalytic {
  AttackName id;  ///< `AN1423`
  std::string description;
  std::vector<std::string> platforms;
  std::vector<AttackLogSource> log_sources;
  std::vector<AttackMutableElement> mutable_elements;
  std::vector<AttackReference> references;
};

struct AttackStrategy {
  AttackName id;  ///< `DET0515`
  std::vector<AttackAnalytic> analytics;
};

struct Technique {
  AttackName id;
  std::string description;
  std::string detection;  ///< empty from ATT&CK 18 on
  std::string version;    ///< of the technique: `1.5`
  std::string modified;   ///< `2025-10-24`
  bool revoked = false;
  bool deprecated = false;
  std::optional<AttackName> revoked_by;
  std::vector<AttackName> replaces;  ///< techniques revoked by this one
  std::optional<AttackName> parent;
  std::vector<AttackName> subtechniques;
  std::vector<AttackName> tactics;     ///< in the order of ATT&CK's matrix where the bundle has it
  std::vector<std::string> platforms;  ///< sorted
  std::vector<AttackDataSource> data_sources;
  std::vector<AttackStrategy> strategies;
  std::vector<AttackUsage> usages;  ///< groups, campaigns, software; by id
  std::vector<AttackReference> references;
};

struct Attack {
  std::string version;  ///< `18.1`; empty when nothing tells
  /// Where the version is from: `collection`, `file name`, `given`.
  std::string version_from;
  std::string newest;                                        ///< day of the newest change in it
  std::string copyright;                                     ///< MITRE's line; may be empty
  std::map<std::string, Technique, std::less<>> techniques;  ///< by id; revoked ones too
  std::map<std::string, std::string, std::less<>> tactics;   ///< name by id; empty when it has none
  bool has_strategies = false;                               ///< ATT&CK 18 or later
  size_t objects = 0;

  const Technique* Find(std::string_view id) const;
};

/// Reads a bundle of STIX 2.0 or 2.1, or a folder of them (as mitre/cti has it: one object a file),
/// also packed (.gz, .zst, .zip). Objects of types we don't know, and members of those we do, are
/// passed over. Nothing comes back, and the report says where, when a file is no bundle or an
/// object lacks what it can't do without. Of two versions of one object the newer counts.
std::optional<Attack> ReadAttack(const std::string& path, Report& report);

/// The same of one text.
std::optional<Attack> ParseAttack(const std::string& name, std::string_view text, Report& report);

/// `18.1` of `enterprise-attack-18.1.json`; empty when the name tells none.
std::string AttackVersionOfName(std::string_view name);

/// Below zero when `a` is the older of two versions such as 15.1 and 18.
int CompareVersions(std::string_view a, std::string_view b);

}  // namespace tokentrail::playbook
