#include "cli/app_cell.h"

#include <fmt/format.h>

#include <cmath>

#include "base/text.h"
#include "cli/terminal.h"

namespace tokentrail::cli {
namespace {

using policy::Attribute;
using policy::Unit;
using policy::Value;
using policy::ValueType;

Time TimeOf(const Value& value, Time as_of) {
  return {as_of.micros - static_cast<int64_t>(std::llround(value.number * 1e6))};
}

std::string LevelWord(double rank) {
  return std::string(Name(static_cast<Level>(static_cast<int>(rank))));
}

/// Without the ends that say nothing: `65`, `0.8`.
std::string Plain(double number) {
  if (number == std::floor(number) && std::abs(number) < 1e15) return fmt::format("{:.0f}", number);
  return fmt::format("{:.3f}", number);
}

std::string NumberText(const Attribute& attribute, double number) {
  switch (attribute.unit) {
    case Unit::kPercent:
      return number > 0 && number < 0.05 ? "under 0.1 %" : fmt::format("{:.1f} %", number);
    case Unit::kBytes:
      return number == 0 ? "-" : FormatBytes(static_cast<uint64_t>(number));
    case Unit::kSpan:
      return FormatSpan({static_cast<int64_t>(number * 1e6)});
    case Unit::kNone:
      break;
  }
  if (number < 0 || number != std::floor(number)) return fmt::format("{:.1f}", number);
  return Grouped(static_cast<uint64_t>(number));
}

/// Cells in which more than the value stands.
std::string SpecialText(const Attribute& attribute, const App& app) {
  if (attribute.name == "name" && app.name.empty()) return app.id;
  if (attribute.name == "risk" && app.risk.score >= 0) {
    return fmt::format("{} {}", app.risk.score, Name(app.risk.level));
  }
  if (attribute.name == "risk" ||
      (attribute.name == "permission" && !app.permissions.empty() && MaxSeverity(app) < 0)) {
    return "not assessed";
  }
  if (attribute.name == "permission" && MaxSeverity(app) >= 0) {
    return fmt::format("{} {}", PermissionLevel(MaxSeverity(app)), MaxSeverity(app));
  }
  if (attribute.name == "authorized_by" && (app.tenant_wide || app.app_only)) {
    return app.tenant_wide ? "all (admin)" : UserCount(app) == 0 ? "itself (admin)" : "";
  }
  return {};
}

}  // namespace

std::string CellText(const Attribute& attribute, const App& app, const Portfolio& portfolio,
                     Time as_of) {
  if (std::string special = SpecialText(attribute, app); !special.empty()) return special;
  const Value value = attribute.get(app, portfolio, as_of);
  if (!value.set) return "-";
  switch (attribute.type) {
    case ValueType::kNumber:
      return NumberText(attribute, value.number);
    case ValueType::kFlag:
      return value.number != 0 ? "yes" : "no";
    case ValueType::kText:
      return std::string(value.text);
    case ValueType::kTexts:
      return fmt::format("{}", fmt::join(value.texts, ", "));
    case ValueType::kLevel:
      return LevelWord(value.number);
    case ValueType::kAge:
      return FormatDate(TimeOf(value, as_of));
  }
  return {};
}

std::string CellData(const Attribute& attribute, const App& app, const Portfolio& portfolio,
                     Time as_of) {
  const Value value = attribute.get(app, portfolio, as_of);
  if (!value.set) return {};
  switch (attribute.type) {
    case ValueType::kNumber:
      return Plain(value.number);
    case ValueType::kFlag:
      return value.number != 0 ? "true" : "false";
    case ValueType::kText:
      return std::string(value.text);
    case ValueType::kTexts:
      return fmt::format("{}", fmt::join(value.texts, " | "));
    case ValueType::kLevel:
      return LevelWord(value.number);
    case ValueType::kAge:
      return FormatTime(TimeOf(value, as_of));
  }
  return {};
}

sink::Colour ColourOf(Level level) {
  switch (level) {
    case Level::kCritical:
      return sink::Colour::kBoldRed;
    case Level::kHigh:
      return sink::Colour::kRed;
    case Level::kMedium:
      return sink::Colour::kYellow;
    default:
      return sink::Colour::kNone;
  }
}

sink::Colour CellColour(const Attribute& attribute, const App& app, const Portfolio& portfolio,
                        Time as_of) {
  const std::string_view name = attribute.name;
  if (name == "risk" && app.risk.score >= 0) return ColourOf(app.risk.level);
  if (name == "state") {
    if (app.sanction == App::Sanction::kBanned) return sink::Colour::kRed;
    return app.sanction == App::Sanction::kApproved ? sink::Colour::kGreen : sink::Colour::kNone;
  }
  const Value value = attribute.get(app, portfolio, as_of);
  if (!value.set) return sink::Colour::kDim;
  if (attribute.type == ValueType::kLevel) {
    return ColourOf(static_cast<Level>(static_cast<int>(value.number)));
  }
  if (value.number == 0) return sink::Colour::kNone;
  for (const std::string_view bad : {"masquerade", "misleading_publisher", "listed_malicious"}) {
    if (name == bad) return sink::Colour::kRed;
  }
  for (const std::string_view odd : {"unverified", "incongruous", "overprivileged", "tenant_wide",
                                     "clustered", "concentrated", "risky_reply_url"}) {
    if (name == odd) return sink::Colour::kYellow;
  }
  return sink::Colour::kNone;
}

}  // namespace tokentrail::cli
