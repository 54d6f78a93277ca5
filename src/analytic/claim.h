// What an analytic has found so far, kept open until the end of the evidence.
//
// How findings change after they were made: they don't. Each analytic keeps one claim a key (app
// and principal and day, credential, ...), lets later events add to it, and turns it into a finding
// in Finish(), when prevalence, rotation and what followed are known. So the same act told by two
// logs is one claim with two pieces of evidence, and a level is only ever stated once, with its
// reasons.
//
// Bounded: when there are too many claims, all speak at once and the map starts anew; should a key
// come up again, Findings::Settle merges the two findings, which have the same id.

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analytic/analytic.h"
#include "model/event.h"
#include "model/finding.h"

namespace tokentrail::analytic {

/// The events behind a claim: the first few in full, all of them counted.
struct Cited {
  std::vector<Evidence> evidence;
  uint64_t count = 0;
  Time first;
  Time last;

  void Add(const Event& event, std::vector<Field> deciding);
  void Merge(const Cited& other);
};

/// A finding with what the definition and the evidence say; the caller adds the rest.
Finding Begin(const AnalyticDef& def, std::string_view tenant, const Cited& cited);

/// Claims by (tenant, key). T has `Cited cited` and `void Merge(const T&)`.
template <typename T>
class Claims {
 public:
  static constexpr size_t kMax = 50'000;

  T* Find(std::string_view tenant, std::string_view key) {
    const auto it = all_.find(std::pair{std::string(key), std::string(tenant)});
    return it == all_.end() ? nullptr : &it->second;
  }
  T& At(std::string_view tenant, std::string_view key) {
    return all_[std::pair{std::string(key), std::string(tenant)}];
  }
  bool full() const { return all_.size() >= kMax; }
  size_t size() const { return all_.size(); }

  /// Calls speak(tenant, key, claim) for each, in the order of their keys, and forgets them all.
  ///
  /// Some exports don't say which tenant they are from (Graph API objects). A claim without tenant
  /// joins the one with the same key, when exactly one tenant has it: the keys hold ids that are
  /// unique over tenants (app and object ids), so it is the same act.
  template <typename Speak>
  void SpeakAll(Speak speak) {
    for (auto it = all_.begin(); it != all_.end();) {
      const auto next = std::next(it);
      // Without tenant sorts first among equal keys.
      if (it->first.second.empty() && next != all_.end() && next->first.first == it->first.first) {
        const auto after = std::next(next);
        if (after == all_.end() || after->first.first != it->first.first) {
          next->second.Merge(it->second);
          it = all_.erase(it);
          continue;
        }
      }
      speak(it->first.second, it->first.first, it->second);
      ++it;
    }
    all_.clear();
  }

 private:
  std::map<std::pair<std::string, std::string>, T> all_;
};

}  // namespace tokentrail::analytic
