#include "cli/app_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>

#include "base/text.h"

namespace tokentrail::cli {
namespace {

/// How bad what is new may be, on the scale of severities. Our own steps: what widens who can do
/// what weighs as much as what it allows; who stands behind an app and where its tokens go weigh
/// more than who uses it.
constexpr int kTenantWide = 80;
constexpr int kBanned = 80;
constexpr int kListed = 90;
constexpr int kPublisher = 60;
constexpr int kReplyUrl = 55;
constexpr int kCredential = 50;
constexpr int kUnassessed = 50;
constexpr int kName = 40;
constexpr int kUsers = 20;
constexpr int kLess = 5;  ///< revoked, removed, narrowed

std::string Joined(const std::vector<std::string>& texts) {
  constexpr size_t kMost = 8;
  if (texts.size() <= kMost) return fmt::format("{}", fmt::join(texts, ", "));
  return fmt::format("{} and {} more", fmt::join(texts.begin(), texts.begin() + kMost, ", "),
                     texts.size() - kMost);
}

/// In `a` and not in `b`; both sorted.
std::vector<std::string> Minus(const std::set<std::string>& a, const std::set<std::string>& b) {
  std::vector<std::string> out;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

/// Permissions in force, by how they are told apart; the severity of each.
std::map<std::string, int> Permissions(const App& app) {
  std::map<std::string, int> out;
  for (const AppPermission& one : app.permissions) {
    if (!one.in_force) continue;
    std::string key = one.name + (one.application ? " (its own)" : "") +
                      (one.all_users && !one.application ? " (for everybody)" : "");
    int& severity = out.try_emplace(std::move(key), one.severity).first->second;
    severity = std::max(severity, one.severity);
  }
  return out;
}

std::set<std::string> Keys(const std::map<std::string, int>& map) {
  std::set<std::string> out;
  for (const auto& [key, value] : map) out.insert(key);
  return out;
}

std::set<std::string> Credentials(const App& app) {
  std::set<std::string> out;
  for (const AppCredential& one : app.credentials) {
    if (!one.removed) out.insert((one.kind.empty() ? "credential " : one.kind + " ") + one.id);
  }
  return out;
}

std::set<std::string> Verdicts(const App& app) {
  std::set<std::string> out;
  for (const AppListing& one : app.listings) out.insert(one.verdict);
  return out;
}

std::string Flag(bool flag) { return flag ? "yes" : "no"; }

class Comparer {
 public:
  Comparer(const App& before, const App& after, std::vector<AppChange>& out)
      : before_(before), after_(after), out_(out) {}

  void All() {
    PermissionSets();
    FlagChange("tenant_wide", before_.tenant_wide, after_.tenant_wide, kTenantWide);
    FlagChange("app_only", before_.app_only, after_.app_only, kTenantWide);
    FlagChange("offline", before_.offline, after_.offline, kUsers);
    Users();
    // What one of them has no evidence of is not a change.
    Text("name", before_.name, after_.name, kName);
    Text("publisher", before_.publisher, after_.publisher, kPublisher);
    Text("publisher_domain", before_.publisher_domain, after_.publisher_domain, kPublisher);
    Text("owner_tenant", before_.owner_tenant, after_.owner_tenant, kPublisher);
    Text("audience", before_.audience, after_.audience, kName);
    if (before_.verified != App::Verified::kUnknown && after_.verified != App::Verified::kUnknown &&
        before_.verified != after_.verified) {
      Add("verified", std::string(Name(before_.verified)), std::string(Name(after_.verified)),
          after_.verified == App::Verified::kNo ? kPublisher : kLess);
    }
    if (before_.enabled && after_.enabled && *before_.enabled != *after_.enabled) {
      Add("enabled", Flag(*before_.enabled), Flag(*after_.enabled),
          *after_.enabled ? kCredential : kLess);
    }
    if (!before_.reply_urls.empty() && !after_.reply_urls.empty()) {
      Sets("reply_urls", {before_.reply_urls.begin(), before_.reply_urls.end()},
           {after_.reply_urls.begin(), after_.reply_urls.end()}, kReplyUrl);
    }
    if (before_.in_snapshot == after_.in_snapshot ||
        Credentials(before_) != std::set<std::string>{}) {
      Sets("credentials", Credentials(before_), Credentials(after_), kCredential);
    }
    Sets("listed", Verdicts(before_), Verdicts(after_), kListed);
    if (before_.sanction != after_.sanction) {
      Add("state", std::string(Name(before_.sanction)), std::string(Name(after_.sanction)),
          after_.sanction == App::Sanction::kBanned ? kBanned : kUsers);
    }
    Risk();
    std::stable_sort(out_.begin(), out_.end(),
                     [](const AppChange& a, const AppChange& b) { return a.weight > b.weight; });
  }

 private:
  void Add(std::string what, std::string before, std::string after, int weight) {
    out_.push_back({std::move(what), std::move(before), std::move(after), weight});
  }
  void Text(const char* what, const std::string& before, const std::string& after, int weight) {
    if (!before.empty() && !after.empty() && before != after) Add(what, before, after, weight);
  }
  void FlagChange(const char* what, bool before, bool after, int weight) {
    if (before != after) Add(what, Flag(before), Flag(after), after ? weight : kLess);
  }
  void Sets(const std::string& what, const std::set<std::string>& before,
            const std::set<std::string>& after, int weight) {
    const std::vector<std::string> added = Minus(after, before);
    const std::vector<std::string> gone = Minus(before, after);
    if (!added.empty()) Add(what + "_added", "", Joined(added), weight);
    if (!gone.empty()) Add(what + "_gone", Joined(gone), "", kLess);
  }
  void PermissionSets() {
    const std::map<std::string, int> before = Permissions(before_);
    const std::map<std::string, int> after = Permissions(after_);
    const std::vector<std::string> added = Minus(Keys(after), Keys(before));
    const std::vector<std::string> gone = Minus(Keys(before), Keys(after));
    if (!added.empty()) {
      int worst = 0;
      std::vector<std::string> shown;
      for (const std::string& one : added) {
        const int severity = after.at(one);
        worst = std::max(worst, severity < 0 ? kUnassessed : severity);
        shown.push_back(severity < 0
                            ? one + " (not assessed)"
                            : fmt::format("{} ({} {})", one, PermissionLevel(severity), severity));
      }
      Add("permissions_widened", "", Joined(shown), worst);
    }
    if (!gone.empty()) Add("permissions_narrowed", Joined(gone), "", kLess);
  }
  void Users() {
    const uint64_t before = UserCount(before_);
    const uint64_t after = UserCount(after_);
    if (before == after) return;
    // More users of a strong app are worse than of a weak one.
    const int weight = std::max(kUsers, std::max(MaxSeverity(after_), 0) * 2 / 3);
    Add("users", Grouped(before), Grouped(after), after > before ? weight : kLess);
  }
  void Risk() {
    const int before = before_.risk.score;
    const int after = after_.risk.score;
    if (before < 0 || after < 0 || before == after) return;
    // A change of level counts in full, points within one by how many they are.
    const bool level = after_.risk.level > before_.risk.level;
    Add("risk", fmt::format("{} {}", before, Name(before_.risk.level)),
        fmt::format("{} {}", after, Name(after_.risk.level)),
        after < before ? kLess
        : level        ? after
                       : std::min(after, after - before));
  }

  const App& before_;
  const App& after_;
  std::vector<AppChange>& out_;
};

int WeightOf(const App& app) {
  int out = std::max(app.risk.score, MaxSeverity(app));
  for (const AppPermission& one : app.permissions) {
    if (one.in_force && one.severity < 0) out = std::max(out, kUnassessed);
  }
  return std::clamp(out, 10, 100);
}

auto KeyOf(const App& app) { return std::tie(app.platform, app.tenant, app.id); }

std::vector<const App*> ByKey(const Portfolio& portfolio) {
  std::vector<const App*> out;
  for (const App& app : portfolio.apps) out.push_back(&app);
  std::sort(out.begin(), out.end(),
            [](const App* a, const App* b) { return KeyOf(*a) < KeyOf(*b); });
  return out;
}

/// What the cases know differently, so that its absence says nothing.
void Note(const Portfolio& before, const Portfolio& after, AppDiff& diff) {
  const auto snapshots = [](const Portfolio& portfolio) {
    std::set<std::string> out;
    for (const App& app : portfolio.apps) {
      if (app.in_snapshot) out.insert(app.platform);
    }
    return out;
  };
  const std::set<std::string> first = snapshots(before);
  const std::set<std::string> second = snapshots(after);
  if (const auto only = Minus(first, second); !only.empty()) {
    diff.notes.push_back(
        fmt::format("only the first case has an export of the real state of {}: "
                    "apps may be gone from the evidence only",
                    fmt::join(only, ", ")));
  }
  if (const auto only = Minus(second, first); !only.empty()) {
    diff.notes.push_back(
        fmt::format("only the second case has an export of the real state of {}: "
                    "apps may have been there before",
                    fmt::join(only, ", ")));
  }
  if (first.empty() && second.empty() && !before.apps.empty() && !after.apps.empty()) {
    diff.notes.emplace_back(
        "neither case has an export of the real state: apps come and go with what the logs show");
  }
  std::set<std::string> tables;
  for (const Portfolio* one : {&before, &after}) {
    for (const App& app : one->apps) {
      if (!app.risk.tables.empty()) tables.insert(app.risk.tables);
    }
  }
  if (tables.size() > 1) {
    diff.notes.emplace_back(
        "the cases were scored with different tables: risk may differ for that");
  }
  if (after.last < before.last) {
    diff.notes.emplace_back("the second case ends before the first: are they the wrong way round?");
  }
}

}  // namespace

std::string_view Name(AppDifference::Kind kind) {
  switch (kind) {
    case AppDifference::Kind::kAdded:
      return "added";
    case AppDifference::Kind::kGone:
      return "gone";
    case AppDifference::Kind::kChanged:
      return "changed";
  }
  return {};
}

AppDiff Compare(const Portfolio& before, const Portfolio& after) {
  using Kind = AppDifference::Kind;
  AppDiff out;
  const std::vector<const App*> left = ByKey(before);
  const std::vector<const App*> right = ByKey(after);
  for (size_t i = 0, j = 0; i < left.size() || j < right.size();) {
    const bool only_left =
        j == right.size() || (i < left.size() && KeyOf(*left[i]) < KeyOf(*right[j]));
    const bool only_right =
        i == left.size() || (j < right.size() && KeyOf(*right[j]) < KeyOf(*left[i]));
    if (only_left) {
      out.apps.push_back({Kind::kGone, left[i++], nullptr, {}, kLess});
      ++out.gone;
    } else if (only_right) {
      const App* app = right[j++];
      out.apps.push_back({Kind::kAdded, nullptr, app, {}, WeightOf(*app)});
      ++out.added;
    } else {
      AppDifference one{Kind::kChanged, left[i++], right[j++], {}, 0};
      Comparer(*one.before, *one.after, one.changes).All();
      if (one.changes.empty()) {
        ++out.same;
        continue;
      }
      one.weight = one.changes.front().weight;
      out.apps.push_back(std::move(one));
      ++out.changed;
    }
  }
  std::stable_sort(
      out.apps.begin(), out.apps.end(),
      [](const AppDifference& a, const AppDifference& b) { return a.weight > b.weight; });
  Note(before, after, out);
  return out;
}

}  // namespace tokentrail::cli
