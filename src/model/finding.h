// What we report: one claim, with the reasons and the evidence for it.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "model/attribution.h"
#include "model/cited.h"
#include "model/event.h"
#include "model/level.h"
#include "base/place.h"

namespace tokentrail {

/// One cited event. `deciding` are the normalised fields that carry the claim; the pointer of each
/// into the raw record is found when the record is read back.
struct Evidence {
  Evidence() = default;
  Evidence(const Event& event, std::vector<Field> deciding_fields);
  /// What the event said is not known yet: FillFrom, once the record is read again.
  explicit Evidence(const Cited& cited);
  void FillFrom(const Event& event);

  Time time;
  Id content;
  Place place;
  SourceIndex source = 0;
  std::string operation;
  std::string user;
  std::string app;
  std::string ip;
  std::string user_agent;
  std::vector<Field> deciding;
  /// The same for Sigma rules: what the event is evidence of, by its number in the run. The fields
  /// are those that the rule names; of a correlation, those of its rules that matched.
  enum class Of : uint8_t { kNeither, kRule, kCorrelation };
  Of of = Of::kNeither;
  uint32_t rule = 0;

  // Filled by the last phase, which reads the record again.
  struct Pointer {
    std::string field;    ///< normalised name, or the raw one for rules
    std::string pointer;  ///< RFC 6901
    std::string value;    ///< redacted
  };
  std::vector<Pointer> pointers;
  std::string record;         ///< the record, redacted; may be cut (record_cut)
  std::string record_sha256;  ///< of the original bytes
  bool record_cut = false;
  std::optional<Attribution> who;  ///< unset where the record could not be read again
};

/// `type` is one of: user, app, token, session, grant, credential, service_account, address,
/// mailbox, resource, role, tenant.
struct Entity {
  std::string type;
  std::string id;
  std::string name;  ///< may be empty

  friend auto operator<=>(const Entity&, const Entity&) = default;
};

struct Finding {
  std::string id;       ///< deterministic: from rule, tenant, key; set by Findings::Settle
  std::string rule;     ///< `GRT-01`, or the id of the Sigma rule or policy
  std::string origin;   ///< `analytic`, `rule` or `policy`
  std::string title;
  Level level = Level::kInformational;
  Confidence confidence = Confidence::kMedium;
  Time first;
  Time last;
  std::string tenant;
  std::vector<Entity> entities;       ///< sorted and unique once settled
  std::vector<std::string> reasons;   ///< plain words, most important first
  std::vector<std::string> attack;    ///< `T1528`
  std::string disproof;               ///< what would show that it is harmless
  std::vector<std::string> cannot_say;  ///< gaps of the evidence that touch this claim, in words
  std::vector<Evidence> evidence;     ///< oldest first, at most kMaxEvidence
  uint64_t count = 1;                 ///< events behind it; may exceed the evidence listed
  std::string key;  ///< what makes it one finding: entity ids, day, ...; goes into the id

  static constexpr size_t kMaxEvidence = 20;
  /// Adds evidence up to the limit; always counts and widens first/last.
  void Cite(const Event& event, std::vector<Field> deciding);
  void AddEntity(std::string_view type, std::string_view entity_id, std::string_view name = {});
};

/// By level down, first time, rule, id.
void SortFindings(std::vector<Finding>& findings);

/// The findings of a run while it goes on.
class Findings {
 public:
  void Add(Finding finding) { all_.push_back(std::move(finding)); }
  /// Gives ids, sorts entities, orders by (level down, first time, rule, id). Two with one id are
  /// merged: the higher level, all reasons, all evidence up to the limit.
  std::vector<Finding>& Settle();
  std::vector<Finding>& all() { return all_; }
  const std::vector<Finding>& all() const { return all_; }

 private:
  std::vector<Finding> all_;
};

}  // namespace tokentrail
