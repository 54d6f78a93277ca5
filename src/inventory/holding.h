// What an app may do with all that it holds, for the tests of fit and the score.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "inventory/permission.h"
#include "model/app.h"

namespace tokentrail::inventory {

/// Fills severity, family and class of every permission from our tables; where two allow more
/// together (Mail.Read and Mail.Send; Salesforce's api with a refresh token), the first of them has
/// the severity of both. -1 stays for what the tables don't know.
void AssessPermissions(App& app);

/// Points into the app.
struct Holding {
  int severity = -1;  ///< of the strongest in force; -1: none is assessed
  const AppPermission* strongest = nullptr;
  std::vector<const AppPermission*> strong;  ///< in force, from the given severity; strongest first
  std::vector<std::string_view> families;    ///< of those, each once; sorted
  std::vector<std::string_view> unassessed;  ///< in force
  size_t in_force = 0;
};
Holding HoldingOf(const App& app, double strong_from);

/// `Mail.Read`: without the long common part of Google's and Microsoft's addresses.
std::string_view ShortName(std::string_view permission);
/// `reads mail`; `uses files` and the like where a family is mixed.
std::string_view FamilyDoes(std::string_view family);

}  // namespace tokentrail::inventory
