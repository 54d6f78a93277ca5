// Who could do what, and since when: every grant that the events show, from birth to end.

#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "analytic/state.h"
#include "model/event.h"
#include "model/finding.h"
#include "model/grant.h"

namespace tokentrail::trail {

using analytic::State;

/// Sees all events, oldest first. Bounded; what was given up is counted.
class GrantLedger {
 public:
  /// `source_names` by SourceIndex; must outlive this.
  explicit GrantLedger(std::span<const std::string_view> source_names);
  ~GrantLedger();
  GrantLedger(const GrantLedger&) = delete;
  GrantLedger& operator=(const GrantLedger&) = delete;

  void Observe(const Event& event, const State& state);

  /// A grant alive now that lets `app` act for `user`, or for all, or by itself (`user` empty).
  /// Texts as in events: app id lower case, user by name or directory id. Null when none is known.
  /// Valid until the next Observe.
  const Grant* Alive(std::string_view tenant, std::string_view app, std::string_view user,
                     std::string_view user_id) const;

  /// How many apps hold a grant alive now for `user`, or for all users of the tenant.
  size_t AliveFor(std::string_view tenant, std::string_view user, std::string_view user_id) const;

  /// True when some app ever held one for `user`, or for all users of the tenant, as far as seen.
  bool AnyFor(std::string_view tenant, std::string_view user, std::string_view user_id) const;

  /// The grants, by number; and findings on snapshots that do not agree with the events. Once.
  std::vector<Grant> Finish(const State& state, Findings& findings);
  uint64_t forgotten() const;

  /// Fields that it reads.
  static FieldSet Needs();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tokentrail::trail
