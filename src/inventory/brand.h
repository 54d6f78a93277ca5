// Brands: which names are whose, and where a name mentions one. The table is data/brands.csv.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "inventory/skeleton.h"
#include "model/app.h"

namespace tokentrail::inventory {

struct Brand {
  std::string_view vendor;
  std::vector<std::string> genuine;  ///< real products with security words: compact, lower case
  std::vector<std::string_view> publishers;
  std::vector<std::string_view> domains;
  std::vector<std::string_view> tenants;
  std::vector<std::string_view> home;  ///< platforms; empty: any
  std::vector<std::string_view> not_it;
};

struct BrandToken {
  const Brand* brand = nullptr;
  std::string_view text;  ///< as the table writes it: `SharePoint`
  std::string plain;
  std::string folded;
  std::string raw;
  std::string weak;
  bool vendor_name = false;
  bool common = false;  ///< an ordinary word: counts only beside little else
  bool spaced = false;  ///< written in several words
};

enum class Likeness : uint8_t { kExact, kLooks, kGlance, kNear };

/// A brand's name within a name.
struct Mention {
  const BrandToken* token = nullptr;
  Likeness how = Likeness::kExact;
  size_t first = 0;  ///< pieces; for a sign within a word both are its position's best guess
  size_t last = 0;
  std::string text;  ///< as written
};

/// Left to right, none overlapping: the longest wins, then the plainest.
std::vector<Mention> MentionsIn(const Skeleton& name);

/// What the facts say about a brand's owner publishing the app.
enum class Ownership : uint8_t {
  kUnknown,  ///< nothing tells, or only a name that anyone can choose
  kOwner,
  kOther,
};
Ownership OwnershipOf(const App& app, const Brand& brand);
/// Its publisher calls itself like the brand's owner, proven or not.
bool PublisherNamed(const App& app, const Brand& brand);

/// `inc`, `ltd` and the like left out, lower case, words joined.
std::string CompanyName(std::string_view publisher);

/// The date in the table's head.
std::string_view BrandVersion();

}  // namespace tokentrail::inventory
