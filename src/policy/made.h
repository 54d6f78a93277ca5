// Conditions put together from functions: most are a test, its words, and a bound.

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/condition.h"

namespace tokentrail::policy {

class Made final : public Condition {
 public:
  std::function<bool(const Moment&)> fits;
  std::function<void(const Moment&, Explanation&)> explain;
  std::function<bool(const App&)> may;  ///< none: it may
  std::function<bool(const Surroundings&)> may_here;

  bool Fits(const Moment& moment) const override { return fits(moment); }
  void Explain(const Moment& moment, Explanation& out) const override { explain(moment, out); }
  bool MayFit(const App& app, const Surroundings& around) const override {
    return (!may || may(app)) && (!may_here || may_here(around));
  }
};

/// The acts that gave it one of these permissions; none named: any permission.
void CiteGrants(const Moment& moment, const std::vector<std::string_view>& permissions,
                Explanation& out);

/// `low`, `medium`, `high` or `>= 60`: the least severity.
std::optional<int> ReadPermissionLevel(Reading& reading, const Yaml& node, std::string_view what);
/// `high`, or `>= 60`.
std::string SeverityWords(int severity);
/// `Mail.ReadWrite (75, for itself)`.
std::string Words(const AppPermission& permission);

/// `delegated` or `application`; unset where either will do.
enum class Kind : uint8_t { kEither, kDelegated, kApplication };
std::optional<Kind> ReadKind(Reading& reading, const Yaml& node, std::string_view what);
inline bool IsOf(Kind kind, bool application) {
  return kind == Kind::kEither || application == (kind == Kind::kApplication);
}

/// Codes of signs that say that this part of an app (name, publisher, reply_url) pretends.
std::vector<std::string_view> MisleadingCodes(std::string_view part);

/// The days from the first of a span that ends at `as_of`.
inline bool IsWithin(Time time, Time as_of, Span span) {
  return IsKnown(time) && time <= as_of && time > as_of - span;
}

}  // namespace tokentrail::policy
