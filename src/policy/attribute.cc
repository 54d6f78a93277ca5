#include "policy/attribute.h"

#include <algorithm>
#include <string>

#include "base/text.h"
#include "policy/attribute_value.h"

namespace tokentrail::policy {
namespace {

/// As names of attributes are written: lower case, underscores.
std::string Canonical(std::string_view name) {
  std::string out = Lower(name);
  std::replace(out.begin(), out.end(), '-', '_');
  return out;
}

std::vector<Attribute> MakeAttributes() {
  std::vector<Attribute> out;
  for (const auto part :
       {IdentityAttributes(), GrantAttributes(), UseAttributes(), JudgementAttributes()}) {
    out.insert(out.end(), part.begin(), part.end());
  }
  return out;
}

}  // namespace

std::span<const Attribute> Attributes() {
  static const std::vector<Attribute> kAll = MakeAttributes();
  return kAll;
}

const Attribute* FindAttribute(std::string_view name) {
  const std::string wanted = Canonical(name);
  for (const Attribute& one : Attributes()) {
    if (one.name == wanted) return &one;
    for (const std::string_view alias : Split(one.aliases, " ")) {
      if (alias == wanted) return &one;
    }
  }
  return nullptr;
}

std::string_view ClosestAttribute(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Attribute& one : Attributes()) {
    names.push_back(one.name);
    for (const std::string_view alias : Split(one.aliases, " ")) names.push_back(alias);
  }
  return Closest(Canonical(name), names);
}

uint64_t ActiveUsers(const App& app, const Portfolio& portfolio) {
  const auto at = std::lower_bound(
      portfolio.active_users.begin(), portfolio.active_users.end(), app.tenant,
      [](const auto& one, const std::string& tenant) { return one.first < tenant; });
  if (at == portfolio.active_users.end() || at->first != app.tenant) return 0;
  return at->second;
}

}  // namespace tokentrail::policy
