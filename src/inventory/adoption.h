// How people took an app up: how many of how many, in which order, how close together, who they
// are.
//
// Few users are the rule for stolen consent and for pilots alike, so small counts are shown with
// what they can and can't say, and closeness with the chance of it: three people within ten minutes
// are not three people within three years.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/app.h"

namespace tokentrail::inventory {

/// A share with what it may really be.
struct Share {
  uint64_t count = 0;
  uint64_t of = 0;  ///< 0: not known
  double low = 0;   ///< of 0 to 1
  double high = 1;
};

/// The interval in which the share lies in 95 of 100 such cases.
/// Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
/// JASA 22 (1927); good for small counts, where the textbook's plus or minus is not.
Share WilsonShare(uint64_t count, uint64_t of);

/// The chance that some window of `width` (0 to 1 of the whole time) holds `least` or more of
/// `count` points that fall anywhere.
/// Source: J. I. Naus (1965), in the form of S. Wallenstein and N. Neff, Statistics in Medicine 6
/// (1987): exact for more than half of the points and width up to a half, else close where the
/// chance is small. Never above 1.
double ChanceOfCluster(uint64_t count, uint64_t least, double width);

/// The chance that `drawn` people, of `all` of whom `special` are in a group, have `least` or more
/// of that group: the upper tail of the hypergeometric distribution.
double ChanceOfGroup(uint64_t all, uint64_t special, uint64_t drawn, uint64_t least);

/// The most people who authorised an app within a short time.
struct Cluster {
  uint64_t people = 0;  ///< 0: no two people's times are known
  uint64_t of = 0;      ///< with known times
  Span window;          ///< which of the windows tried it is, see kClusterWindows
  Span span;            ///< from the first of them to the last
  Time first;
  Span over;          ///< the time over which they could have come
  double chance = 1;  ///< of such a group by accident, windows tried counted in
};

/// One group that the people have in common.
struct Concentration {
  std::string kind;  ///< `department` or `role`
  std::string name;
  uint64_t people = 0;
  uint64_t of = 0;          ///< whose group is known
  uint64_t group = 0;       ///< of its size in the tenant
  uint64_t population = 0;  ///< people of the tenant whose group is known
  double chance = 1;        ///< groups that could have stood out counted in
};

struct Adoption {
  Share share;  ///< of the tenant's active people
  /// Positions in App::users, in the order in which they authorised it.
  std::vector<uint32_t> order;
  uint64_t untimed = 0;  ///< people whose consent is not in the evidence
  Span span;             ///< first to last
  Span median_gap;       ///< between one and the next; 0 with fewer than two
  Cluster cluster;
  bool clustered = false;              ///< three or more, and the chance below 1 in 1,000
  std::optional<bool> first_is_admin;  ///< unset: nobody's time, or no roles in the evidence
};

/// Of the people who allow it now. What it takes from `portfolio`: the evidence's time, active
/// people. Pure.
Adoption AdoptionOf(const App& app, const Portfolio& portfolio);

/// How many people of each tenant are known to be in which department or role: those that any app
/// of the portfolio names, each once.
class PeopleBook {
 public:
  explicit PeopleBook(const Portfolio& portfolio);

  /// The group that stands out most; nothing when no group is known of two people. By department,
  /// then by role.
  std::vector<Concentration> ConcentrationsOf(const App& app) const;

 private:
  struct Group {
    std::string tenant;
    std::string kind;
    std::string name;  ///< lower case
    uint64_t people = 0;
  };
  const Group* Find(const std::string& tenant, std::string_view kind,
                    const std::string& name) const;

  std::vector<Group> groups_;  ///< by tenant, kind, name; name empty: all with a known one
};

/// Whether a concentration is more than accident: three people or more, most of those known, and
/// the chance below 1 in 100.
bool StandsOut(const Concentration& one);

/// Puts what is notable into each app's signs, in place of what was there of it: codes
/// `adoption.clustered`, `adoption.concentrated`. They carry no points unless the table of weights
/// gives them some.
void ExamineAdoption(Portfolio& portfolio);

/// In words: `3 of 3 people within 9m; by chance 1 in 40,000`.
std::string Words(const Cluster& cluster);
/// `3 of 3 in Finance, where 4 % of people are; by chance 1 in 15,000`.
std::string Words(const Concentration& one);
/// `3 of 400 active people (0.8 %; 0.3 to 2.2 %)`.
std::string Words(const Share& share);

}  // namespace tokentrail::inventory
