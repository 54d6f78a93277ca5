#include "inventory/explain.h"

#include <algorithm>
#include <charconv>
#include <deque>
#include <map>
#include <set>

#include "base/check.h"
#include "base/text.h"
#include "inventory/data.h"
#include "inventory/table.h"

namespace tokentrail::inventory {
namespace {

struct MicrosoftFacts {
  int application = 0;
  int delegated = 0;
  std::string_view consent;
  int tier = -1;
  std::string_view way;
};

const MicrosoftFacts* FactsOf(std::string_view name) {
  struct Table {
    std::deque<std::string> unescaped;
    FoldMap<MicrosoftFacts> by_name;
  };
  static const Table table = [] {
    Table out;
    const auto number = [](std::string_view text) {
      int value = 0;
      std::from_chars(text.data(), text.data() + text.size(), value);
      return value;
    };
    for (const auto& row : ReadTable(
             GraphLevelData(), {"name", "application", "delegated", "consent"}, out.unescaped)) {
      MicrosoftFacts& one = out.by_name[row[0]];
      one.application = number(row[1]);
      one.delegated = number(row[2]);
      one.consent = row[3];
    }
    for (const auto& row :
         ReadTable(PermissionTierData(), {"name", "tier", "way", "source"}, out.unescaped)) {
      MicrosoftFacts& one = out.by_name[row[0]];
      one.tier = number(row[1]);
      one.way = row[2];
    }
    return out;
  }();
  const auto it = table.by_name.find(name);
  return it == table.by_name.end() ? nullptr : &it->second;
}

constexpr Platform kAllPlatforms[] = {
    Platform::kMicrosoft, Platform::kGoogle,    Platform::kGitHub,
    Platform::kGitLab,    Platform::kSlack,     Platform::kSalesforce,
    Platform::kOkta,      Platform::kAtlassian, Platform::kKubernetes};

/// What makes two names of one sort: Graph's resource, Google's product, the noun or verb
/// elsewhere.
std::string_view Stem(Platform platform, std::string_view name) {
  if (platform == Platform::kGoogle) {
    constexpr std::string_view kAuth = "https://www.googleapis.com/auth/";
    if (name.starts_with(kAuth)) name.remove_prefix(kAuth.size());
    if (name == "https://mail.google.com") return "gmail";
    const size_t dot = name.starts_with("admin.directory.") ? name.find('.', 16) : name.find('.');
    return name.substr(0, dot);
  }
  if (platform == Platform::kMicrosoft || platform == Platform::kOkta) {
    const size_t dot = platform == Platform::kOkta ? name.find('.', 5) : name.find('.');
    return name.substr(0, dot);
  }
  const size_t colon = name.find(':');
  if (colon == std::string_view::npos) return name;
  const bool noun_first = platform == Platform::kSlack || platform == Platform::kGitHub;
  const std::string_view first = name.substr(0, colon);
  const std::string_view second = name.substr(colon + 1);
  constexpr std::string_view kVerbs[] = {"read", "write", "admin", "delete", "manage"};
  const bool verb_first =
      std::find(std::begin(kVerbs), std::end(kVerbs), first) != std::end(kVerbs);
  return noun_first && !verb_first ? first : second;
}

void AddRelated(Explained& one) {
  const Explained::AsHolder& self = one.holders.front();
  const std::string_view stem = Stem(one.platform, self.permission->name);
  std::vector<const Permission*> same;
  for (const Permission* other : AllPermissions(one.platform, self.holder)) {
    if (other->name == self.permission->name || other->family == "offline") continue;
    if (other->name.find('*') != std::string_view::npos) continue;
    if (!FoldEqual{}(Stem(one.platform, other->name), stem)) continue;
    // To send is no weaker way of reading.
    if ((other->family == "mail-send") != (self.permission->family == "mail-send")) continue;
    same.push_back(other);
  }
  std::sort(same.begin(), same.end(), [](const Permission* a, const Permission* b) {
    return a->severity != b->severity ? a->severity < b->severity : a->name < b->name;
  });
  const auto add = [](std::vector<std::string_view>& out, const Permission* permission) {
    if (out.size() < 5 && std::find(out.begin(), out.end(), permission->name) == out.end()) {
      out.push_back(permission->name);
    }
  };
  for (auto it = same.rbegin(); it != same.rend(); ++it) {
    if ((*it)->severity < self.permission->severity) add(one.weaker, *it);
  }
  for (const Permission* other : same) {
    if (other->severity > self.permission->severity) add(one.stronger, other);
  }
}

/// Of one name on one platform, from the rows that the two holders have.
Explained Make(Platform platform, std::string_view asked, const Permission* delegated,
               const Permission* application) {
  Explained out;
  out.platform = platform;
  const Permission* const either = delegated != nullptr ? delegated : application;
  const bool pattern =
      either->name.find('*') != std::string_view::npos && !FoldEqual{}(either->name, asked);
  out.name = pattern ? asked : either->name;
  if (pattern) out.pattern = either->name;
  const MicrosoftFacts* facts = platform == Platform::kMicrosoft ? FactsOf(out.name) : nullptr;
  out.same_for_both = delegated == application && delegated != nullptr;
  for (const Holder holder : {Holder::kApplication, Holder::kDelegated}) {
    const Permission* permission = holder == Holder::kDelegated ? delegated : application;
    if (permission == nullptr || (out.same_for_both && holder == Holder::kApplication)) continue;
    Explained::AsHolder& as = out.holders.emplace_back();
    as.holder = holder;
    as.permission = permission;
    as.allows = Allows(platform, holder, out.name);
    for (const Permission* row : AllPermissions(platform, holder)) {
      if (row->name == permission->name && !row->id.empty()) as.ids.push_back(row->id);
    }
    if (facts != nullptr) {
      as.microsoft_level = holder == Holder::kApplication ? facts->application : facts->delegated;
    }
  }
  if (facts != nullptr) {
    out.consent = facts->consent;
    out.tier = facts->tier;
    out.way = facts->way;
  }
  AddRelated(out);
  return out;
}

}  // namespace

int Explained::severity() const {
  int out = -1;
  for (const AsHolder& as : holders) out = std::max(out, as.permission->severity);
  return out;
}

std::vector<Explained> Explain(std::optional<Platform> platform, std::string_view name_or_id) {
  std::vector<Explained> out;
  for (const Platform one : kAllPlatforms) {
    if (platform && *platform != one) continue;
    const Permission* delegated = Find(one, Holder::kDelegated, name_or_id);
    const Permission* application = Find(one, Holder::kApplication, name_or_id);
    if (delegated == nullptr && application == nullptr) continue;
    std::string_view name = name_or_id;
    if (IsGuid(name_or_id)) {
      // A GUID is one holder's; what the other has is found by the name.
      name = (delegated != nullptr ? delegated : application)->name;
      if (delegated == nullptr) delegated = Find(one, Holder::kDelegated, name);
      if (application == nullptr) application = Find(one, Holder::kApplication, name);
    }
    out.push_back(Make(one, name, delegated, application));
  }
  return out;
}

std::vector<Explained> ExplainAll(std::optional<Platform> platform) {
  std::vector<Explained> out;
  for (const Platform one : kAllPlatforms) {
    if (platform && *platform != one) continue;
    std::map<std::string_view, std::pair<const Permission*, const Permission*>> by_name;
    for (const Holder holder : {Holder::kDelegated, Holder::kApplication}) {
      for (const Permission* row : AllPermissions(one, holder)) {
        auto& both = by_name[row->name];
        const Permission*& slot = holder == Holder::kDelegated ? both.first : both.second;
        if (slot == nullptr) slot = row;
      }
    }
    for (const auto& [name, both] : by_name) {
      Explained entry;
      entry.platform = one;
      entry.name = name;
      entry.same_for_both = both.first == both.second;
      for (const Holder holder : {Holder::kApplication, Holder::kDelegated}) {
        const Permission* row = holder == Holder::kDelegated ? both.first : both.second;
        if (row == nullptr || (entry.same_for_both && holder == Holder::kApplication)) continue;
        Explained::AsHolder& as = entry.holders.emplace_back();
        as.holder = holder;
        as.permission = row;
        as.allows = Allows(one, holder, name);
        if (!row->id.empty()) as.ids.push_back(row->id);
      }
      out.push_back(std::move(entry));
    }
  }
  return out;
}

std::vector<std::string> CloseNames(std::optional<Platform> platform, std::string_view name) {
  std::vector<std::string_view> candidates;
  std::set<std::string_view> seen;
  for (const Platform one : kAllPlatforms) {
    if (platform && *platform != one) continue;
    for (const Holder holder : {Holder::kDelegated, Holder::kApplication}) {
      for (const Permission* row : AllPermissions(one, holder)) {
        if (row->name.find('*') == std::string_view::npos && seen.insert(row->name).second) {
          candidates.push_back(row->name);
        }
      }
    }
  }
  std::vector<std::string> out;
  if (name.size() > 200) return out;
  const std::string_view closest = Closest(name, candidates);
  if (!closest.empty()) out.emplace_back(closest);
  // Part of a name: `mail.readw`, `gmail`.
  if (name.size() >= 3) {
    for (const std::string_view candidate : candidates) {
      if (out.size() >= 5) break;
      if (candidate != closest && ContainsIgnoreCase(candidate, name)) out.emplace_back(candidate);
    }
  }
  return out;
}

}  // namespace tokentrail::inventory
