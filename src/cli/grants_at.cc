#include "cli/grants_at.h"

#include <algorithm>
#include <set>

namespace tokentrail::cli {
namespace {

/// What an export of the real state shows has no time.
bool HasTime(Time time) { return time.micros != 0; }

/// Undoes what came later, newest first.
std::vector<std::string> PermissionsAt(const Grant& grant, Time at) {
  std::set<std::string> now(grant.permissions.begin(), grant.permissions.end());
  for (auto it = grant.changes.rbegin(); it != grant.changes.rend(); ++it) {
    if (!HasTime(it->time) || it->time <= at) continue;
    for (const std::string& one : it->added) now.erase(one);
    for (const std::string& one : it->removed) now.insert(one);
  }
  return {now.begin(), now.end()};
}

/// The last of its ends and beginnings up to then.
bool EndedBy(const Grant& grant, Time at) {
  if (grant.end && *grant.end <= at) return true;
  bool ended = false;
  for (const GrantChange& change : grant.changes) {
    if (!HasTime(change.time) || at < change.time) continue;
    if (change.what == GrantChangeKind::kRevoked) ended = true;
    if (change.what == GrantChangeKind::kGranted || change.what == GrantChangeKind::kWidened) {
      ended = false;
    }
  }
  return ended;
}

}  // namespace

std::string_view Name(GrantAt::Was was) {
  switch (was) {
    case GrantAt::Was::kNo:
      return "no";
    case GrantAt::Was::kYes:
      return "yes";
    case GrantAt::Was::kBounded:
      return "bounded";
    case GrantAt::Was::kMaybe:
      return "maybe";
  }
  return "";
}

GrantAt StateAt(const Grant& grant, Time at, const GrantTeller* teller) {
  GrantAt out;
  if (grant.birth && at < *grant.birth) return out;
  if (EndedBy(grant, at)) return out;
  out.permissions = PermissionsAt(grant, at);
  out.exact = grant.changes_left_out == 0;
  if (grant.birth) {
    out.was = GrantAt::Was::kYes;
    return out;
  }
  if (HasTime(grant.first_evidence) && grant.first_evidence <= at) {
    out.was = GrantAt::Was::kBounded;
    out.why = grant.bound;
    return out;
  }
  // An export may say when it was made.
  constexpr std::string_view kExport = "the export says ";
  if (grant.bound.starts_with(kExport)) {
    const size_t end = std::min(grant.bound.find(';'), grant.bound.size());
    const ParsedTime made =
        ParseTime(std::string_view(grant.bound).substr(kExport.size(), end - kExport.size()));
    if (made.fault == TimeFault::kNone) {
      if (at < made.time) return {};
      out.was = GrantAt::Was::kBounded;
      out.why = grant.bound;
      return out;
    }
  }
  // Seen later only. It was there already if a log that tells births covers the time in between
  // and tells none.
  if (teller != nullptr && teller->first && *teller->first <= at &&
      grant.bound.starts_with("not since log start")) {
    out.was = GrantAt::Was::kBounded;
    out.why = "seen later; " + grant.bound;
    return out;
  }
  out.was = GrantAt::Was::kMaybe;
  out.why = grant.in_snapshot && !HasTime(grant.first_evidence)
                ? "in an export of the real state, which tells no time"
                : "seen later";
  if (!grant.bound.empty()) out.why += "; " + grant.bound;
  return out;
}

}  // namespace tokentrail::cli
