#include "inventory/fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <string>

#include "inventory/category.h"
#include "inventory/table.h"

namespace tokentrail::inventory {
namespace {

/// Of the apps of one tenant, platform and category (or of any).
struct Peers {
  struct Count {
    uint32_t apps = 0;
    uint32_t last = UINT32_MAX;  ///< the app counted last: each counts once
  };
  uint32_t apps = 0;
  FoldMap<Count> by_permission[2];  ///< held by the app itself, or for people; strong ones
  FoldMap<Count> by_family;

  static void Add(FoldMap<Count>& map, std::string_view key, uint32_t app) {
    Count& count = map[key];
    if (count.last == app) return;
    count.last = app;
    ++count.apps;
  }
  static uint32_t Of(const FoldMap<Count>& map, std::string_view key) {
    const auto it = map.find(key);
    return it == map.end() ? 0 : it->second.apps;
  }
};

double Tenth(double points) { return std::round(points * 10) / 10; }

/// At most three names, then how many more.
std::string Some(const std::vector<std::string_view>& names) {
  std::string out;
  for (size_t i = 0; i < names.size() && i < 3; ++i) {
    out += (i == 0 ? "" : ", ") + std::string(names[i]);
  }
  if (names.size() > 3) out += fmt::format(" and {} more", names.size() - 3);
  return out;
}

/// A family that includes another surprises, or is expected, as that one does.
bool Expects(const Category& category, std::string_view family) {
  return std::binary_search(category.expected.begin(), category.expected.end(), family);
}

double Surprise(const Category& category, std::string_view family) {
  for (const auto& [name, points] : category.surprising) {
    if (name == family && !Expects(category, family)) return points;
  }
  return 0;
}

}  // namespace

struct PeerBook::Impl {
  std::map<std::string, Peers, std::less<>> groups;
  struct Membership {
    const Peers* all = nullptr;
    const Peers* category = nullptr;
    bool counted = false;  ///< is one of them itself
  };
  std::vector<Membership> of_app;
};

PeerBook::~PeerBook() = default;
PeerBook::PeerBook(PeerBook&&) noexcept = default;

PeerBook::PeerBook(const Portfolio& portfolio, const Weights& weights)
    : impl_(std::make_unique<Impl>()) {
  const double strong = weights.Of("strong");
  impl_->of_app.resize(portfolio.apps.size());
  std::string key;
  for (size_t i = 0; i < portfolio.apps.size(); ++i) {
    const App& app = portfolio.apps[i];
    if (app.first_party) continue;
    key.assign(app.tenant).append("\n").append(app.platform).append("\n");
    Peers* const all = &impl_->groups[key];
    Peers* const same = app.category.empty() ? nullptr : &impl_->groups[key.append(app.category)];
    Impl::Membership& membership = impl_->of_app[i];
    membership = {.all = all, .category = same, .counted = false};
    const bool holds =
        std::any_of(app.permissions.begin(), app.permissions.end(),
                    [](const AppPermission& one) { return one.in_force && one.severity >= 0; });
    if (!holds) continue;
    membership.counted = true;
    for (Peers* const group : {all, same}) {
      if (group == nullptr) continue;
      ++group->apps;
      for (const AppPermission& one : app.permissions) {
        if (!one.in_force || one.severity < strong) continue;
        Peers::Add(group->by_permission[one.application ? 1 : 0], one.name,
                   static_cast<uint32_t>(i));
        Peers::Add(group->by_family, one.family, static_cast<uint32_t>(i));
      }
    }
  }
}

Time Now(const Portfolio& portfolio) {
  return portfolio.as_of.micros != 0 ? portfolio.as_of : portfolio.last;
}

uint64_t ActiveUsers(const Portfolio& portfolio, std::string_view tenant) {
  const auto it =
      std::lower_bound(portfolio.active_users.begin(), portfolio.active_users.end(), tenant,
                       [](const std::pair<std::string, uint64_t>& one, std::string_view key) {
                         return one.first < key;
                       });
  return it == portfolio.active_users.end() || it->first != tenant ? 0 : it->second;
}

namespace {

class Test {
 public:
  Test(const App& app, size_t index, const Holding& holding, const PeerBook& peers,
       const Portfolio& portfolio, const Weights& weights, std::vector<RiskReason>& out,
       std::vector<AppSign>& not_assessed)
      : app_(app),
        holding_(holding),
        membership_(peers.impl().of_app[index]),
        portfolio_(portfolio),
        weights_(weights),
        out_(out),
        not_assessed_(not_assessed) {}

  void All() {
    if (app_.first_party) {
      return Skip("fit", "one of the platform's own apps: nobody chose its permissions here");
    }
    if (holding_.severity < 0) {
      return Skip("fit", holding_.in_force == 0
                             ? "the evidence shows no permission that it holds"
                             : "our tables know none of the permissions that it holds");
    }
    Category();
    Rarity();
    Use();
  }

 private:
  void Skip(std::string_view code, std::string words) {
    not_assessed_.push_back(
        {.code = std::string(code), .words = std::move(words), .evidence = {}, .clears = {}});
  }
  void Say(std::string_view code, double points, std::string words, std::string evidence,
           std::string_view clears) {
    out_.push_back({.group = RiskGroup::kFit,
                    .points = Tenth(points),
                    .sign = {.code = std::string(code),
                             .words = std::move(words),
                             .evidence = std::move(evidence),
                             .clears = std::string(clears)}});
  }

  /// Those of its category when they are enough, else all; and how the sentence calls them.
  const Peers& Group(std::string& called) const {
    const bool enough = membership_.category != nullptr &&
                        membership_.category->apps >= weights_.Of("peers.category");
    called = enough ? Title() + " apps here" : "third-party apps here";
    return enough ? *membership_.category : *membership_.all;
  }

  std::string Title() const {
    const inventory::Category* known = FindCategory(app_.category);
    return known == nullptr ? "'" + app_.category + "'" : known->title;
  }

  /// Of `apps` the others, and how many of them are among `holders`.
  std::string Others(uint32_t holders, uint32_t apps, std::string_view called) const {
    const uint32_t self = membership_.counted ? 1 : 0;
    return fmt::format("{} of {} other {}", holders - std::min(holders, self), apps - self, called);
  }

  void Category() {
    if (app_.category.empty()) {
      return Skip("fit.category",
                  "what it is for is not known; give it a label (--states) or a list of a "
                  "marketplace (--listings)");
    }
    const inventory::Category* category = FindCategory(app_.category);
    if (category == nullptr) {
      return Skip("fit.category",
                  fmt::format("we have no list of what '{}' apps need", app_.category));
    }
    double points = 0;
    double worst = 0;
    std::string_view family;
    std::vector<std::string_view> named;
    std::string evidence;
    for (const std::string_view one : holding_.families) {
      const double surprise = Surprise(*category, one);
      if (surprise <= 0) continue;
      points += surprise;
      evidence += fmt::format("{}{} {:g}", evidence.empty() ? "" : ", ", one, surprise);
      if (surprise > worst) {
        worst = surprise;
        family = one;
      }
    }
    if (points <= 0) return;
    for (const AppPermission* one : holding_.strong) {
      if (Surprise(*category, one->family) <= 0) continue;
      const std::string_view name = ShortName(one->name);
      if (std::find(named.begin(), named.end(), name) == named.end()) named.push_back(name);
    }
    const bool guess = app_.category_source == "keyword";
    points = std::min(points, weights_.Of("fit.category"));
    if (guess) points *= weights_.Of("fit.keyword_confidence");
    const uint32_t apps = membership_.category->apps;
    const std::string peers = apps <= 1 ? "no other such app is here to compare"
                                        : Others(Peers::Of(membership_.category->by_family, family),
                                                 apps, Title() + " apps here do");
    Say("fit.category", points,
        fmt::format("{} ({}), which {} apps do not need; {}", FamilyDoes(family), Some(named),
                    Title(), peers),
        fmt::format("category {} by {}; {}{}", app_.category, app_.category_source, evidence,
                    guess ? "; halved: read from the name" : ""),
        "the app's own documentation says what it needs this for, or its category is another");
  }

  void Rarity() {
    if (holding_.strong.empty()) return;
    std::string called;
    const Peers& peers = Group(called);
    const uint32_t enough = static_cast<uint32_t>(weights_.Of("peers.points_from"));
    const AppPermission* rarest = nullptr;
    uint32_t fewest = 0;
    for (const AppPermission* one : holding_.strong) {
      const uint32_t holders = Peers::Of(peers.by_permission[one->application ? 1 : 0], one->name);
      if (rarest == nullptr || holders < fewest) {
        rarest = one;
        fewest = holders;
      }
    }
    const double share = peers.apps == 0 ? 0 : 1 - static_cast<double>(fewest) / peers.apps;
    if (peers.apps < enough) {
      return Skip("fit.rarity",
                  fmt::format("{} app{} to compare with, {} are needed; {} hold {}", peers.apps,
                              peers.apps == 1 ? "" : "s", enough,
                              Others(fewest, peers.apps, called), ShortName(rarest->name)));
    }
    if (share < weights_.Of("peers.rare")) return;
    Say("fit.rarity", weights_.Of("fit.rarity") * share,
        fmt::format("holds {}{}, as {} do", ShortName(rarest->name),
                    rarest->application ? " by itself" : "", Others(fewest, peers.apps, called)),
        fmt::format("{} of {} apps hold {}", fewest, peers.apps, rarest->name),
        "its purpose needs what its peers do without");
  }

  void Use() {
    UsedNotDeclared();
    if (holding_.strong.empty()) return;
    if (!app_.calls_logged) {
      return Skip(
          "fit.unused",
          "no log of its calls is in the evidence (Graph activity, Google's token activity)");
    }
    const Span seen = portfolio_.last - portfolio_.first;
    if (seen < weights_.Days("days.calls_logged")) {
      return Skip("fit.unused",
                  fmt::format("the evidence spans {} days, {:g} are needed",
                              seen.micros / Days(1).micros, weights_.Of("days.calls_logged")));
    }
    std::vector<std::string_view> unused;
    size_t known = 0;
    int strongest = 0;
    // What was granted lately had no time to be used.
    const Time before = Now(portfolio_) - weights_.Days("days.unused");
    const bool long_enough = seen >= weights_.Days("days.unused");
    for (const AppPermission* one : holding_.strong) {
      if (one->use == AppPermission::Use::kCannotSay) continue;
      ++known;
      if (one->use != AppPermission::Use::kUnused) continue;
      if (one->granted && *one->granted > (long_enough ? before : portfolio_.first)) continue;
      unused.push_back(ShortName(one->name));
      strongest = std::max(strongest, one->severity);
    }
    if (known == 0) {
      return Skip("fit.unused", "we do not know which calls need its strong permissions");
    }
    if (unused.empty()) return;
    const bool many = unused.size() >= 3 || strongest >= 90;
    const double points = !long_enough ? 0 : weights_.Of(many ? "fit.unused_many" : "fit.unused");
    Say("fit.unused", points,
        fmt::format(
            "{} never used in {} days of logged calls ({} of {} strong permissions){}",
            Some(unused), seen.micros / Days(1).micros, unused.size(), holding_.strong.size(),
            long_enough ? ""
                        : fmt::format("; no points before {:g} days", weights_.Of("days.unused"))),
        "calls inside $batch requests are not logged and may have used them",
        "take the unused permissions away: nothing should stop working");
  }

  void UsedNotDeclared() {
    if (!app_.in_snapshot) return;  // grants that the logs lack are no news without the real state
    std::vector<std::string_view> names;
    for (const AppPermission& one : app_.permissions) {
      if (one.in_force || one.granted || one.use != AppPermission::Use::kUsed) continue;
      if (one.severity >= weights_.Of("strong")) names.push_back(ShortName(one.name));
    }
    if (names.empty()) return;
    Say("fit.used_not_declared", weights_.Of("fit.used_not_declared"),
        fmt::format("used {}, which no grant in the evidence gives it", Some(names)),
        "calls that need it succeeded",
        "the grant was made before the logs begin, or taken away after the calls");
  }

  const App& app_;
  const Holding& holding_;
  const PeerBook::Impl::Membership& membership_;
  const Portfolio& portfolio_;
  const Weights& weights_;
  std::vector<RiskReason>& out_;
  std::vector<AppSign>& not_assessed_;
};

}  // namespace

void ExamineFit(const App& app, size_t index, const Holding& holding, const PeerBook& peers,
                const Portfolio& portfolio, const Weights& weights, std::vector<RiskReason>& out,
                std::vector<AppSign>& not_assessed) {
  Test(app, index, holding, peers, portfolio, weights, out, not_assessed).All();
}

}  // namespace tokentrail::inventory
