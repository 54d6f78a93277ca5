// An app as it stood at the end of any day: put together again from its history.
//
// An app counts on a day for all that it was and could do at any time of that day: what is taken
// away on a day is gone from the next. So nothing that lasted only for hours is overlooked.

#pragma once

#include <tsl/robin_set.h>

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/app.h"
#include "policy/condition.h"

namespace tokentrail::policy {

/// The last moment of a day (days since 1970-01-01).
constexpr Time EndOfDay(int32_t day) { return Time{(int64_t{day} + 1) * Days(1).micros - 1}; }

class AppReplay {
 public:
  /// `app` must outlive it. Facts without a history (name, publisher, lists, risk, ...) are there
  /// from the start, as they are now.
  explicit AppReplay(const App& app);

  /// When there is first anything of it; what is older than all days known is at INT32_MIN.
  int32_t start() const { return start_; }
  /// Days on which something changes, ascending, each once. `use`: also days of use.
  std::vector<int32_t> Changes(bool use) const;
  /// What it was on `day`. Days must not go back.
  void AdvanceTo(int32_t day);
  /// The app as it was; valid until the next AdvanceTo.
  const App& app() const { return now_; }
  App& app() { return now_; }
  bool exists(int32_t day) const { return day >= start_; }

  /// Permissions and people of which nobody knows since when: there from the start.
  uint64_t undated_permissions() const { return undated_permissions_; }
  uint64_t undated_users() const { return undated_users_; }

 private:
  /// In the order in which changes of one time are applied.
  enum class What : uint8_t {
    kHold,     ///< a permission, without an act that says so
    kArrive,   ///< a person, without an act that says so
    kConsent,  ///< an act
    kTake,     ///< what an act takes away: from the day after it
    kLeave,
    kDrop,
    kCredential,
    kCredentialUsed,
    kCredentialGone,
    kPlace,
    kFinding,
    kPermissionUsed,
    kUserUsed,
  };
  struct Change {
    int32_t day = 0;  ///< from the start of which it counts
    Time time;
    What what = What::kConsent;
    uint32_t index = 0;
    uint32_t holder = 0;  ///< of kHold and kDrop
  };

  static constexpr uint32_t kEverybody = 0;
  static constexpr uint32_t kUnknownHolder = UINT32_MAX;

  void Plan();
  void PlanPermissions();
  void PlanUsers();
  void Apply(const Change& change);
  void Hold(uint32_t permission, uint32_t holder, Time time);
  void Drop(uint32_t permission, uint32_t holder);
  void Give(const AppConsent& act);
  void Take(const AppConsent& act);
  void Arrive(uint32_t user, Time time);
  bool IsToldAt(Time time) const;

  const App& whole_;
  App now_;
  int32_t start_ = INT32_MIN;
  std::vector<Change> changes_;
  size_t next_ = 0;
  size_t next_day_ = 0;                  ///< of whole_.days
  std::vector<uint32_t> user_at_;        ///< position in now_.users plus one, by position in whole_
  std::vector<uint32_t> permission_at_;  ///< the same for permissions
  std::vector<uint32_t> credential_at_;  ///< the same for credentials
  std::vector<uint32_t> holders_;        ///< how many hold it, by position in whole_.permissions
  tsl::robin_set<uint64_t> held_;        ///< permission and holder
  std::map<std::pair<bool, std::string_view>, uint32_t> by_name_;
  uint64_t undated_permissions_ = 0;
  uint64_t undated_users_ = 0;
};

/// Days of a range on which the answer of a policy may change, for one app. Ascending.
std::vector<int32_t> DaysToAsk(const AppReplay& replay, const Reads& reads, int32_t first,
                               int32_t last);

/// Days on end on which a policy fits an app.
struct FitRun {
  int32_t first = 0;
  int32_t last = 0;
};

}  // namespace tokentrail::policy
