#include "trail/incident_group.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "analytic/actor.h"
#include "base/id.h"
#include "base/net.h"
#include "base/text.h"
#include "inventory/permission.h"

namespace tokentrail::trail {
namespace {

// Guesses of ours, chosen so that bulk reads as one story and single cases stay apart.
/// An app that only rules name, for more people than this, is one that everybody uses.
constexpr size_t kManyUsersOfApp = 25;
/// An address of more people than this is an office, a proxy or a service.
constexpr size_t kManyUsersOfAddress = 3;
/// So many users with the same worst rule and nothing that joins them are one story of that rule.
constexpr size_t kManyUsersOfRule = 3;
/// So many apps, credentials, ... with one and the same finding are one story too: below high;
/// high. What is critical always stands for itself.
constexpr size_t kManyAlike = 10;
constexpr size_t kManyAlikeHigh = 25;
constexpr Span kNear = Hours(24);  ///< around an incident, for what shares its user only
constexpr Span kPause = Days(7);   ///< between findings of one user that are not one story
/// Of one user, so many incidents near a finding are compared.
constexpr size_t kMaxCompared = 256;

constexpr size_t kNone = SIZE_MAX;

bool IsChainType(std::string_view type) {
  return type == "token" || type == "session" || type == "grant" || type == "credential" ||
         type == "service_account" || type == "app";
}

bool SaysNothing(std::string_view id) { return id.empty() || id == "-" || IsZeroGuid(id); }

std::string KeyText(std::string_view tenant, std::string_view type, std::string_view id) {
  std::string out;
  out.reserve(tenant.size() + type.size() + id.size() + 2);
  out.append(tenant).append("\x1f").append(type).append("\x1f").append(Lower(id));
  return out;
}

/// The same as a join hash, without making a text where the id is in lower case already.
Id KeyId(std::string_view tenant, std::string_view type, std::string_view id) {
  const Id scope = Id::Of(Id::Of(tenant), Id::Of(type));
  const bool lower =
      std::none_of(id.begin(), id.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  return Id::Of(scope, lower ? Id::Of(id) : Id::Of(Lower(id)));
}

/// What tells one cited record from another.
Id RecordId(const Evidence& evidence) {
  return Id::Of(evidence.content, {static_cast<uint64_t>(evidence.time.micros), evidence.source});
}

void SortUnique(std::vector<Id>& ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

/// Disjoint sets. The sets hang on what was joined alone, never on the order of joining.
class Sets {
 public:
  explicit Sets(size_t size) : parent_(size) { std::iota(parent_.begin(), parent_.end(), 0); }
  size_t Add() {
    parent_.push_back(parent_.size());
    return parent_.size() - 1;
  }
  size_t Root(size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void Join(size_t a, size_t b) {
    a = Root(a);
    b = Root(b);
    // The smaller number leads: the first finding, where the set has one.
    if (a < b) parent_[b] = a;
    if (b < a) parent_[a] = b;
  }

 private:
  std::vector<size_t> parent_;
};

struct Stretch {
  Time first;
  Time last;
  Time last_so_far;  ///< of this and those before it in its list
  size_t group = 0;
};

class Grouping {
 public:
  Grouping(std::span<const Finding> findings, const Trails& trails)
      : findings_(findings), trails_(trails), sets_(findings.size()), has_key_(findings.size()) {}

  std::vector<FindingGroup> Make() {
    FindUses();
    JoinByKeys();
    JoinByLinks();
    CollectChains();
    const std::vector<size_t> alone = JoinByUser();
    FoldAlike();
    GroupAlone(alone);
    for (FindingGroup& group : groups_) std::sort(group.findings.begin(), group.findings.end());
    return std::move(groups_);
  }

 private:
  struct Use {
    bool by_analytic = false;
    std::set<std::string_view> users;  ///< up to kManyUsersOfApp + 1
  };

  /// Who uses which app and address; which names go with which ids of users; which grants hold for
  /// everybody.
  void FindUses() {
    for (const Grant& grant : trails_.grants) {
      if (!grant.principal.empty() && !grant.principal_name.empty()) {
        names_.try_emplace(KeyId(grant.tenant, "user", grant.principal),
                           KeyId(grant.tenant, "user", grant.principal_name));
      }
      if (!grant.all_users || !IsPlatformApp({"app", grant.app, grant.app_name})) continue;
      for (const std::string& id : grant.ids) {
        everybodys_.insert(KeyId(grant.tenant, "grant", id));
      }
    }
    for (const Finding& finding : findings_) {
      for (const Entity& entity : finding.entities) {
        if (entity.type != "user" || entity.name.empty() || !IsGuid(entity.id)) continue;
        names_.try_emplace(KeyId(finding.tenant, "user", entity.id),
                           KeyId(finding.tenant, "user", entity.name));
      }
      for (const Evidence& evidence : finding.evidence) {
        if (!evidence.who || !IsGuid(evidence.who->identity_id)) continue;
        if (evidence.who->identity.empty() || IsGuid(evidence.who->identity)) continue;
        names_.try_emplace(KeyId(finding.tenant, "user", evidence.who->identity_id),
                           KeyId(finding.tenant, "user", evidence.who->identity));
        break;
      }
    }
    for (const Finding& finding : findings_) {
      for (const Entity& entity : finding.entities) {
        if (entity.type != "service_account") continue;
        service_accounts_.insert(KeyId(finding.tenant, entity.type, entity.id));
      }
      for (const Entity* app : AppsOf(finding)) {
        Use& use = app_uses_[KeyId(finding.tenant, "app", app->id)];
        use.by_analytic = use.by_analytic || finding.origin != "rule";
        for (const Entity& entity : finding.entities) {
          if (entity.type != "user" || use.users.size() > kManyUsersOfApp) continue;
          use.users.insert(entity.id);
        }
      }
      for (const Evidence& evidence : finding.evidence) {
        if (evidence.ip.empty() || evidence.user.empty()) continue;
        auto& users = address_users_[KeyId(finding.tenant, "address", evidence.ip)];
        if (users.size() <= kManyUsersOfAddress) users.insert(evidence.user);
      }
    }
  }

  bool IsEverybodys(const Id& key, std::string_view type) const {
    if (type == "grant") return everybodys_.contains(key);
    if (type != "app") return false;
    const auto use = app_uses_.find(key);
    return use != app_uses_.end() && !use->second.by_analytic &&
           use->second.users.size() > kManyUsersOfApp;
  }

  void JoinTo(size_t finding, const Id& key) {
    sets_.Join(finding, NodeOf(key));
    has_key_[finding] = true;
  }

  void JoinTo(size_t finding, std::string_view type, std::string_view id) {
    const std::string& tenant = findings_[finding].tenant;
    JoinTo(finding, KeyId(tenant, type, id));
    keys_.emplace_back(finding, KeyText(tenant, type, id));
  }

  /// Numbers of events and grants hold for this run only: they join, but name nothing.
  static Id EventKey(uint64_t number) { return Id::Of(Id::Of("event"), {0, number}); }
  static Id GrantKey(uint32_t number) { return Id::Of(Id::Of("grant number"), {0, number}); }

  void JoinByKeys() {
    nodes_.reserve(findings_.size() + 4 * trails_.links.size());
    for (size_t i = 0; i < findings_.size(); ++i) {
      const Finding& finding = findings_[i];
      const auto join = [&](std::string_view type, std::string_view id) {
        if (SaysNothing(id) || IsEverybodys(KeyId(finding.tenant, type, id), type)) return;
        JoinTo(i, type, id);
      };
      for (const Entity& entity : finding.entities) {
        if (entity.type != "app" && IsChainType(entity.type)) join(entity.type, entity.id);
      }
      for (const Entity* app : AppsOf(finding)) join("app", app->id);
      for (const Entity& entity : finding.entities) {
        // Kubernetes names a service account as the user that acted. Controllers do so all day:
        // only one that an analytic speaks of is a key.
        if (entity.type != "user") continue;
        const std::string account = ServiceAccountOf(entity.id);
        if (account.empty()) continue;
        const Id key = KeyId(finding.tenant, "service_account", account);
        if (service_accounts_.contains(key)) JoinTo(i, "service_account", account);
      }
      if (const Grant* grant = GrantOf(finding); grant != nullptr) {
        JoinTo(i, GrantKey(grant->number));
        if (!IsPlatformApp({"app", grant->app, {}})) join("app", grant->app);
      }
      if (const uint64_t event = IssueOf(finding); event != 0) JoinTo(i, EventKey(event));
    }
  }

  /// The one event that issued the token or session of all that the finding cites; 0: none is
  /// known, or several. Not of rules: a browser's session lives for weeks, and whatever a rule
  /// dislikes in it would be a chain with what an app did.
  static uint64_t IssueOf(const Finding& finding) {
    if (finding.origin == "rule") return 0;
    uint64_t out = 0;
    for (const Evidence& evidence : finding.evidence) {
      if (!evidence.who || evidence.who->issue_event == 0) continue;
      if (out != 0 && out != evidence.who->issue_event) return 0;
      out = evidence.who->issue_event;
    }
    return out;
  }

  /// The one grant that allowed what the finding cites; null when none is known, or several.
  const Grant* GrantOf(const Finding& finding) const {
    const Grant* out = nullptr;
    for (const Evidence& evidence : finding.evidence) {
      if (!evidence.who || evidence.who->grant == 0) continue;
      const size_t index = evidence.who->grant - 1;
      if (index >= trails_.grants.size()) continue;
      if (out != nullptr && out != &trails_.grants[index]) return nullptr;
      out = &trails_.grants[index];
    }
    if (out == nullptr || out->tenant != finding.tenant) return nullptr;
    return out->all_users && IsPlatformApp({"app", out->app, {}}) ? nullptr : out;
  }

  /// Different things that belong together: a credential and its app; a token and a session that
  /// one sign-in issued; a grant, the consent that made it and the sign-in that asked for it. Those
  /// that are joined by time only are no key.
  void JoinByLinks() {
    for (const Link& link : trails_.links) {
      if (link.by_window) continue;
      size_t joined = kNone;
      const auto join = [&](const Id& key) {
        const size_t node = NodeOf(key);
        if (joined != kNone) sets_.Join(joined, node);
        joined = node;
      };
      const auto join_thing = [&](std::string_view type, std::string_view id) {
        if (!IsChainType(type) || SaysNothing(id)) return;
        if (type == "app" && IsPlatformApp({"app", std::string(id), {}})) return;
        const Id key = KeyId(link.tenant, type, id);
        if (!IsEverybodys(key, type)) join(key);
      };
      join_thing(link.from_type, link.from);
      join_thing(link.to_type, link.to);
      for (const uint64_t event : {link.from_event, link.to_event}) {
        if (event != 0) join(EventKey(event));
      }
    }
  }

  size_t NodeOf(const Id& key) {
    auto [node, is_new] = nodes_.try_emplace(key, 0);
    if (is_new) node->second = sets_.Add();
    return node->second;
  }

  void CollectChains() {
    group_of_.assign(findings_.size(), kNone);
    std::unordered_map<size_t, size_t> by_root;
    for (size_t i = 0; i < findings_.size(); ++i) {
      if (!has_key_[i]) continue;
      const auto [at, is_new] = by_root.try_emplace(sets_.Root(i), groups_.size());
      if (is_new) groups_.emplace_back();
      FindingGroup& group = groups_[at->second];
      group.findings.push_back(i);
      group.chained.push_back(i);
      group_of_[i] = at->second;
    }
    for (auto& [finding, text] : keys_) {
      groups_[group_of_[finding]].keys.push_back(std::move(text));
    }
    for (FindingGroup& group : groups_) {
      std::sort(group.keys.begin(), group.keys.end());
      group.keys.erase(std::unique(group.keys.begin(), group.keys.end()), group.keys.end());
      if (group.keys.empty()) NameByFindings(group);
    }
  }

  /// One name for one account, whether a log gives its id or its address.
  Id UserKey(const Finding& finding, std::string_view user) const {
    const Id key = KeyId(finding.tenant, "user", user);
    const auto known = names_.find(key);
    return known == names_.end() ? key : known->second;
  }

  std::vector<Id> UsersOf(const Finding& finding) const {
    std::vector<Id> out;
    for (const Entity& entity : finding.entities) {
      if (entity.type != "user" || SaysNothing(entity.id)) continue;
      out.push_back(UserKey(finding, entity.id));
      if (out.size() == Finding::kMaxEvidence) break;
    }
    SortUnique(out);
    return out;
  }

  /// The addresses it was done from, those aside that many people share.
  std::vector<Id> AddressesOf(const Finding& finding) const {
    std::vector<Id> out;
    const auto add = [&](std::string_view address) {
      if (address.empty() || out.size() == Finding::kMaxEvidence || IsPrivate(address)) return;
      const Id key = KeyId(finding.tenant, "address", address);
      const auto users = address_users_.find(key);
      if (users != address_users_.end() && users->second.size() > kManyUsersOfAddress) return;
      out.push_back(key);
    };
    for (const Entity& entity : finding.entities) {
      if (entity.type == "address") add(entity.id);
    }
    std::string_view last;
    for (const Evidence& evidence : finding.evidence) {
      if (evidence.ip != last) add(evidence.ip);
      last = evidence.ip;
    }
    SortUnique(out);
    return out;
  }

  using Index = std::unordered_map<Id, std::vector<Stretch>>;

  static void Settle(Index& index) {
    for (auto& entry : index) {
      std::vector<Stretch>& all = entry.second;
      std::sort(all.begin(), all.end(), [](const Stretch& a, const Stretch& b) {
        return std::tie(a.first, a.last, a.group) < std::tie(b.first, b.last, b.group);
      });
      Time so_far = all.front().last;
      for (Stretch& one : all) one.last_so_far = so_far = std::max(so_far, one.last);
    }
  }

  /// The group of `index` nearest in time that shares one of the keys; none when all are too far.
  static size_t Nearest(const Index& index, const std::vector<Id>& keys, const Finding& finding) {
    Span nearest = kNear;
    size_t out = kNone;
    for (const Id& key : keys) {
      const auto found = index.find(key);
      if (found == index.end()) continue;
      const std::vector<Stretch>& all = found->second;
      auto at =
          std::upper_bound(all.begin(), all.end(), finding.last + kNear,
                           [](const Time& time, const Stretch& one) { return time < one.first; });
      for (size_t compared = 0; at != all.begin() && compared < kMaxCompared; ++compared) {
        --at;
        if (at->last_so_far + kNear < finding.first) break;
        const Span apart = std::max({Span{}, at->first - finding.last, finding.first - at->last});
        // Of two as near the one whose first finding is the worse: groups stand in that order.
        if (apart < nearest || (apart == nearest && at->group < out)) {
          nearest = apart;
          out = at->group;
        }
      }
    }
    return out;
  }

  /// The chain that cites most of the finding's records: it tells of the same acts.
  size_t OfSameRecords(const Finding& finding) const {
    std::map<size_t, size_t> shared;
    for (const Evidence& evidence : finding.evidence) {
      const auto found = record_groups_.find(RecordId(evidence));
      if (found != record_groups_.end()) ++shared[found->second];
    }
    size_t out = kNone;
    for (const auto& entry : shared) {
      if (out == kNone || entry.second > shared[out]) out = entry.first;
    }
    return out;
  }

  /// Brings what has no key to the chain that cites the same records, else to that of the same user
  /// at that time, else of the same address. Gives back what came to none.
  std::vector<size_t> JoinByUser() {
    Index by_user;
    Index by_address;
    size_t records = 0;
    for (const FindingGroup& group : groups_) {
      for (const size_t i : group.findings) records += findings_[i].evidence.size();
    }
    record_groups_.reserve(records);
    for (size_t g = 0; g < groups_.size(); ++g) {
      Time first = findings_[groups_[g].findings[0]].first;
      Time last = findings_[groups_[g].findings[0]].last;
      std::vector<Id> users;
      std::vector<Id> addresses;
      for (const size_t i : groups_[g].findings) {
        first = std::min(first, findings_[i].first);
        last = std::max(last, findings_[i].last);
        const std::vector<Id> its_users = UsersOf(findings_[i]);
        users.insert(users.end(), its_users.begin(), its_users.end());
        const std::vector<Id> its_addresses = AddressesOf(findings_[i]);
        addresses.insert(addresses.end(), its_addresses.begin(), its_addresses.end());
        for (const Evidence& one : findings_[i].evidence) {
          record_groups_.try_emplace(RecordId(one), g);
        }
      }
      SortUnique(users);
      SortUnique(addresses);
      for (const Id& user : users) by_user[user].push_back({first, last, last, g});
      for (const Id& address : addresses) by_address[address].push_back({first, last, last, g});
    }
    Settle(by_user);
    Settle(by_address);
    std::vector<size_t> alone;
    for (size_t i = 0; i < findings_.size(); ++i) {
      if (has_key_[i]) continue;
      size_t group = OfSameRecords(findings_[i]);
      if (group == kNone) group = Nearest(by_user, UsersOf(findings_[i]), findings_[i]);
      if (group == kNone) group = Nearest(by_address, AddressesOf(findings_[i]), findings_[i]);
      if (group == kNone) {
        alone.push_back(i);
      } else {
        groups_[group].findings.push_back(i);
      }
    }
    return alone;
  }

  Level LevelOf(const std::vector<size_t>& findings) const {
    Level out = Level::kInformational;
    for (const size_t i : findings) out = std::max(out, findings_[i].level);
    return out;
  }

  /// Many apps with the same small finding each are one thing to read.
  void FoldAlike() {
    std::map<std::tuple<std::string_view, std::string_view, bool>, std::vector<size_t>> alike;
    for (size_t g = 0; g < groups_.size(); ++g) {
      const FindingGroup& group = groups_[g];
      const Finding& first = findings_[group.chained[0]];
      const bool one_rule = std::all_of(group.chained.begin(), group.chained.end(),
                                        [&](size_t i) { return findings_[i].rule == first.rule; });
      const Level level = LevelOf(group.findings);
      if (one_rule && level < Level::kCritical) {
        alike[{first.tenant, first.rule, level == Level::kHigh}].push_back(g);
      }
    }
    std::vector<bool> folded(groups_.size());
    for (const auto& entry : alike) {
      const std::vector<size_t>& same = entry.second;
      if (same.size() < (std::get<bool>(entry.first) ? kManyAlikeHigh : kManyAlike)) continue;
      FindingGroup& into = groups_[same[0]];
      into.bond = Bond::kRule;
      into.chained.clear();
      for (size_t i = 1; i < same.size(); ++i) {
        FindingGroup& from = groups_[same[i]];
        into.findings.insert(into.findings.end(), from.findings.begin(), from.findings.end());
        folded[same[i]] = true;
      }
      NameByFindings(into);
    }
    size_t kept = 0;
    for (size_t g = 0; g < groups_.size(); ++g) {
      if (folded[g]) continue;
      if (kept != g) groups_[kept] = std::move(groups_[g]);
      ++kept;
    }
    groups_.resize(kept);
  }

  void NameByFindings(FindingGroup& group) const {
    group.keys.clear();
    for (const size_t i : group.findings) group.keys.push_back(findings_[i].id);
    std::sort(group.keys.begin(), group.keys.end());
  }

  /// Worst first, as findings are settled: the first of a list is the worst.
  void GroupAlone(const std::vector<size_t>& alone) {
    std::map<Id, std::vector<size_t>> by_user;
    std::map<std::pair<std::string_view, std::string_view>, std::vector<size_t>> by_rule;
    for (const size_t i : alone) {
      const std::vector<Id> users = UsersOf(findings_[i]);
      if (users.size() == 1) {
        by_user[users[0]].push_back(i);
      } else {
        by_rule[{findings_[i].tenant, findings_[i].rule}].push_back(i);
      }
    }
    // The stories of users, by the worst that each tells.
    std::map<std::pair<std::string_view, std::string_view>, std::vector<std::vector<size_t>>>
        stories;
    for (auto& entry : by_user) {
      for (std::vector<size_t>& story : CutAtPauses(std::move(entry.second))) {
        const Finding& worst = findings_[story[0]];
        stories[{worst.tenant, worst.rule}].push_back(std::move(story));
      }
    }
    for (auto& [rule, same] : stories) {
      if (same.size() >= kManyUsersOfRule) {
        std::vector<size_t>& all = by_rule[rule];
        for (const std::vector<size_t>& story : same) {
          all.insert(all.end(), story.begin(), story.end());
        }
        continue;
      }
      for (std::vector<size_t>& story : same) Add(Bond::kUser, std::move(story));
    }
    for (auto& entry : by_rule) Add(Bond::kRule, std::move(entry.second));
  }

  void Add(Bond bond, std::vector<size_t> findings) {
    FindingGroup& group = groups_.emplace_back();
    group.bond = bond;
    group.findings = std::move(findings);
    NameByFindings(group);
  }

  std::vector<std::vector<size_t>> CutAtPauses(std::vector<size_t> of_user) const {
    std::sort(of_user.begin(), of_user.end(), [&](size_t a, size_t b) {
      return std::tie(findings_[a].first, a) < std::tie(findings_[b].first, b);
    });
    std::vector<std::vector<size_t>> out;
    Time last;
    for (const size_t i : of_user) {
      if (out.empty() || findings_[i].first - last > kPause) {
        out.emplace_back();
        last = findings_[i].last;
      }
      last = std::max(last, findings_[i].last);
      out.back().push_back(i);
    }
    for (std::vector<size_t>& story : out) std::sort(story.begin(), story.end());
    return out;
  }

  std::span<const Finding> findings_;
  const Trails& trails_;
  Sets sets_;  ///< findings first, then keys
  std::vector<bool> has_key_;
  std::unordered_map<Id, size_t> nodes_;
  std::vector<std::pair<size_t, std::string>> keys_;  ///< of each finding
  std::unordered_map<Id, Use> app_uses_;
  std::unordered_map<Id, std::set<std::string_view>> address_users_;
  std::set<Id> everybodys_;                       ///< grants
  std::set<Id> service_accounts_;                 ///< that findings are about
  std::unordered_map<Id, size_t> record_groups_;  ///< of the records that chains cite
  std::unordered_map<Id, Id> names_;              ///< the key of a user's id -> that of the name
  std::vector<FindingGroup> groups_;
  std::vector<size_t> group_of_;
};

}  // namespace

std::vector<FindingGroup> GroupFindings(std::span<const Finding> findings, const Trails& trails) {
  return Grouping(findings, trails).Make();
}

std::string ServiceAccountOf(std::string_view user) {
  constexpr std::string_view kStart = "system:serviceaccount:";
  if (!user.starts_with(kStart)) return {};
  std::string out(user.substr(kStart.size()));
  const size_t colon = out.find(':');
  if (colon == std::string::npos) return {};
  out[colon] = '/';
  return out;
}

bool IsPlatformApp(const Entity& app) {
  if (inventory::MicrosoftApp(app.id) != nullptr || inventory::GoogleApp(app.id) != nullptr) {
    return true;
  }
  analytic::AppRef by_name;
  by_name.name = app.id;
  return analytic::CallsItselfMicrosoft(by_name);
}

std::vector<const Entity*> AppsOf(const Finding& finding) {
  std::vector<const Entity*> out;
  size_t apps = 0;
  for (const Entity& entity : finding.entities) {
    if (entity.type != "app") continue;
    ++apps;
    if (!SaysNothing(entity.id) && !IsPlatformApp(entity)) out.push_back(&entity);
  }
  if (finding.origin == "rule" && apps > 1) out.clear();
  return out;
}

}  // namespace tokentrail::trail
