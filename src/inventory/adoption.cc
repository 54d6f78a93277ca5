#include "inventory/adoption.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_set>

#include "base/as_of.h"
#include "base/text.h"

namespace tokentrail::inventory {
namespace {

/// What one may mean by "at once": a mail that everybody opens, a meeting, a day, a week.
constexpr Span kClusterWindows[] = {Minutes(10), Hours(1), Days(1), Days(7)};

/// People authorise apps at work: 40 of the 168 hours of a week. So that office hours alone make
/// no cluster, windows shorter than a day are taken as a share of that time. A guess.
constexpr double kWorkShare = 40.0 / 168;

constexpr uint64_t kLeastPeople = 3;
constexpr double kClusterChance = 1e-3;
constexpr double kGroupChance = 1e-2;

const std::string& KeyOf(const AppUser& user) { return user.id.empty() ? user.name : user.id; }

/// Chances are told in round figures: more than that they are not worth.
std::string ChanceWords(double chance) {
  if (chance >= 0.5) return "as likely as not";
  if (chance > 0.1) return fmt::format("by chance 1 in {:.0f}", 1 / chance);
  if (chance < 1e-6) return "by chance less than 1 in 1,000,000";
  double odds = 1 / chance;
  double unit = 1;
  while (odds / unit >= 100) unit *= 10;
  return fmt::format("by chance 1 in {}",
                     Grouped(static_cast<uint64_t>(static_cast<uint64_t>(odds / unit) * unit)));
}

std::string Percent(double share) {
  const double percent = share * 100;
  if (percent > 0 && percent < 0.05) return "under 0.1";
  return fmt::format("{:.{}f}", percent, percent < 9.95 ? 1 : 0);
}

Cluster LargestCluster(const std::vector<Time>& times, Span over) {
  Cluster best;
  best.of = times.size();
  best.over = over;
  for (const Span window : kClusterWindows) {
    Cluster one = best;
    one.window = window;
    one.people = 0;
    for (size_t last = 0, first = 0; last < times.size(); ++last) {
      while (window < times[last] - times[first]) ++first;
      if (last - first + 1 > one.people) {
        one.people = last - first + 1;
        one.first = times[first];
        one.span = times[last] - times[first];
      }
    }
    const double share = window < Days(1) ? kWorkShare : 1;
    const double width =
        static_cast<double>(window.micros) / (static_cast<double>(over.micros) * share);
    const double tried = static_cast<double>(std::size(kClusterWindows));
    one.chance = std::min(1.0, tried * ChanceOfCluster(one.of, one.people, width));
    if (one.people >= 2 && (best.people == 0 || one.chance < best.chance)) best = one;
  }
  return best;
}

template <typename Take>
void EachGroup(const AppUser& user, const Take& take) {
  if (!user.department.empty()) take("department", user.department);
  for (const std::string& role : user.roles) take("role", role);
}

}  // namespace

Adoption AdoptionOf(const App& app, const Portfolio& portfolio) {
  Adoption out;
  uint64_t active = 0;
  for (const auto& [tenant, count] : portfolio.active_users) {
    if (tenant == app.tenant) active = count;
  }
  const uint64_t users = UserCount(app);
  out.share = WilsonShare(users, active == 0 ? 0 : std::max(active, users));
  bool any_roles = false;
  for (uint32_t i = 0; i < app.users.size(); ++i) {
    const AppUser& user = app.users[i];
    any_roles = any_roles || !user.roles.empty();
    if (!user.in_force) continue;
    if (user.first_authorized && *user.first_authorized != kAsOfCollection) {
      out.order.push_back(i);
    } else {
      ++out.untimed;
    }
  }
  std::sort(out.order.begin(), out.order.end(), [&](uint32_t a, uint32_t b) {
    const AppUser& left = app.users[a];
    const AppUser& right = app.users[b];
    return std::tie(*left.first_authorized, KeyOf(left)) <
           std::tie(*right.first_authorized, KeyOf(right));
  });
  if (out.order.empty()) return out;
  std::vector<Time> times;
  for (const uint32_t at : out.order) times.push_back(*app.users[at].first_authorized);
  out.span = times.back() - times.front();
  if (any_roles) out.first_is_admin = !app.users[out.order.front()].roles.empty();
  if (times.size() < 2) return out;
  std::vector<Span> gaps;
  for (size_t i = 1; i < times.size(); ++i) gaps.push_back(times[i] - times[i - 1]);
  std::nth_element(gaps.begin(), gaps.begin() + static_cast<ptrdiff_t>(gaps.size() / 2),
                   gaps.end());
  out.median_gap = gaps[gaps.size() / 2];
  // Exports of the real state tell of consents long before the logs.
  const Time from = std::min(portfolio.first, times.front());
  const Time to = std::max(portfolio.last, times.back());
  if (!(from < to)) return out;
  out.cluster = LargestCluster(times, to - from);
  out.clustered = out.cluster.people >= kLeastPeople && out.cluster.chance < kClusterChance;
  return out;
}

PeopleBook::PeopleBook(const Portfolio& portfolio) {
  std::map<std::tuple<std::string_view, std::string, std::string>, uint64_t> counts;
  std::map<std::string_view, std::unordered_set<std::string_view>> seen;  // many apps name one
  for (const App& app : portfolio.apps) {
    auto& of_tenant = seen[app.tenant];
    for (const AppUser& user : app.users) {
      if (user.department.empty() && user.roles.empty()) continue;
      if (!of_tenant.insert(KeyOf(user)).second) continue;
      EachGroup(user, [&](const char* kind, const std::string& name) {
        ++counts[{app.tenant, kind, Lower(name)}];
      });
      if (!user.department.empty()) ++counts[{app.tenant, "department", ""}];
    }
  }
  // Of roles all people are known: those without are in none. Active people, where that is told.
  for (const auto& [tenant, active] : portfolio.active_users) {
    uint64_t with_roles = 0;
    for (const auto& [key, count] : counts) {
      if (std::get<0>(key) == tenant && std::get<1>(key) == "role") with_roles += count;
    }
    if (with_roles > 0) counts[{tenant, "role", ""}] = std::max(active, with_roles);
  }
  for (const auto& [key, count] : counts) {
    const auto& [tenant, kind, name] = key;
    groups_.push_back({std::string(tenant), kind, name, count});
  }
}

const PeopleBook::Group* PeopleBook::Find(const std::string& tenant, std::string_view kind,
                                          const std::string& name) const {
  const auto at =
      std::lower_bound(groups_.begin(), groups_.end(), std::tie(tenant, kind, name),
                       [](const Group& a, const auto& b) {
                         return std::tuple<std::string_view, std::string_view, std::string_view>(
                                    a.tenant, a.kind, a.name) <
                                std::tuple<std::string_view, std::string_view, std::string_view>(b);
                       });
  if (at == groups_.end() || at->tenant != tenant || at->kind != kind || at->name != name) {
    return nullptr;
  }
  return &*at;
}

std::vector<Concentration> PeopleBook::ConcentrationsOf(const App& app) const {
  struct Count {
    std::string shown;
    uint64_t people = 0;
  };
  std::map<std::pair<std::string, std::string>, Count> counts;
  uint64_t with_department = 0;
  uint64_t people = 0;
  for (const AppUser& user : app.users) {
    if (!user.in_force) continue;
    ++people;
    with_department += user.department.empty() ? 0 : 1;
    EachGroup(user, [&](const char* kind, const std::string& name) {
      Count& count = counts[{kind, Lower(name)}];
      if (count.shown.empty() || name < count.shown) count.shown = name;
      ++count.people;
    });
  }
  std::vector<Concentration> out;
  for (const std::string_view kind : {"department", "role"}) {
    std::optional<Concentration> best;
    size_t tried = 0;
    for (const auto& [key, count] : counts) tried += key.first == kind ? 1 : 0;
    for (const auto& [key, count] : counts) {
      if (key.first != kind || count.people < 2) continue;
      const Group* group = Find(app.tenant, kind, key.second);
      const Group* all = Find(app.tenant, kind, "");
      if (group == nullptr || all == nullptr) continue;
      Concentration one{.kind = std::string(kind),
                        .name = count.shown,
                        .people = count.people,
                        .of = kind == "role" ? people : with_department,
                        .group = group->people,
                        .population = all->people};
      one.population = std::max(one.population, one.of);
      one.chance = std::min(1.0, static_cast<double>(tried) *
                                     ChanceOfGroup(one.population, one.group, one.of, one.people));
      if (!best || one.chance < best->chance) best = one;
    }
    if (best) out.push_back(std::move(*best));
  }
  return out;
}

bool StandsOut(const Concentration& one) {
  return one.people >= kLeastPeople && one.people * 2 > one.of && one.chance < kGroupChance;
}

void ExamineAdoption(Portfolio& portfolio) {
  const PeopleBook book(portfolio);
  for (App& app : portfolio.apps) {
    std::erase_if(app.signs,
                  [](const AppSign& sign) { return sign.code.starts_with("adoption."); });
    if (app.first_party || app.users.size() < kLeastPeople) continue;
    const Adoption adoption = AdoptionOf(app, portfolio);
    if (adoption.clustered) {
      app.signs.push_back(
          {.code = "adoption.clustered",
           .words = Words(adoption.cluster),
           .evidence = fmt::format("{} to {}", FormatTimeShort(adoption.cluster.first),
                                   FormatTimeShort(adoption.cluster.first + adoption.cluster.span)),
           .clears = "an announcement or roll-out at that time that somebody in charge can name"});
    }
    for (const Concentration& one : book.ConcentrationsOf(app)) {
      if (!StandsOut(one)) continue;
      app.signs.push_back(
          {.code = "adoption.concentrated",
           .words = Words(one),
           .evidence = fmt::format("{}: {} of {} here, {} of {} in the tenant", one.name,
                                   one.people, one.of, one.group, one.population),
           .clears = "an app that is made for this group"});
    }
  }
}

std::string Words(const Cluster& cluster) {
  if (cluster.people < 2) return {};
  return fmt::format("{} of {} people within {}; {} over {}", cluster.people, cluster.of,
                     cluster.span < Minutes(1) ? "a minute" : FormatSpan(cluster.span),
                     ChanceWords(cluster.chance), FormatSpan(cluster.over));
}

std::string Words(const Concentration& one) {
  const double share = one.population == 0
                           ? 0
                           : static_cast<double>(one.group) / static_cast<double>(one.population);
  return fmt::format("{} of {} {} {}, as are {} % of {} known people; {}", one.people, one.of,
                     one.kind == "role" ? "hold the role" : "are in", one.name, Percent(share),
                     Grouped(one.population), ChanceWords(one.chance));
}

std::string Words(const Share& share) {
  if (share.of == 0) {
    return fmt::format("{} {}; how many are active is not in the evidence", Grouped(share.count),
                       share.count == 1 ? "person" : "people");
  }
  const double part = static_cast<double>(share.count) / static_cast<double>(share.of);
  std::string out = fmt::format("{} of {} active people ({} %", Grouped(share.count),
                                Grouped(share.of), Percent(part));
  if (share.of < 30) out += "; few people, so that says little";
  return out + fmt::format("; 95 % interval {} to {} %)", Percent(share.low), Percent(share.high));
}

}  // namespace tokentrail::inventory
