// What an app is for, and which permissions fit that: data/categories.yaml.
//
// In order: the user's own label, a marketplace listing that the user gives, our small table of
// well-known ids, and words of the app's name or its publisher's. The last is a guess and counts
// half.

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/app.h"

namespace tokentrail::inventory {

struct Category {
  std::string name;                   ///< `e-signature`
  std::string title;                  ///< for sentences: `PDF and document` apps
  std::vector<std::string> expected;  ///< families; sorted
  std::vector<std::pair<std::string, double>> surprising;  ///< family, points; by family
};

/// Null when there is none of that name.
const Category* FindCategory(std::string_view name);
/// By words of a text; null when none fits.
const Category* CategoryOfWords(std::string_view text);
const std::vector<Category>& Categories();

/// What is known of one app's category.
struct AppCategory {
  std::string name;         ///< ours, or what the label or listing says where we have none like it
  std::string_view source;  ///< `label`, `marketplace`, `id`, `keyword`; empty: unknown
};

/// Marketplace listings of the user's: CSV with a column for the app's id or name and one for its
/// category. Immutable; copies share one table.
class CategoryBook {
 public:
  CategoryBook();
  /// Errors name file, line and column.
  static Result<CategoryBook> Load(const std::vector<std::string>& paths);

  AppCategory Of(const App& app, std::string_view label) const;
  /// `listings.csv (812 apps)` of each file; empty without files.
  const std::string& versions() const;

  struct Impl;

 private:
  std::shared_ptr<const Impl> impl_;
};

}  // namespace tokentrail::inventory
