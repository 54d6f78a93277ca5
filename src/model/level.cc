#include "model/level.h"

#include <array>

#include "base/text.h"

namespace tokentrail {
namespace {

constexpr std::array<std::string_view, 5> kLevels = {"informational", "low", "medium", "high",
                                                     "critical"};
constexpr std::array<std::string_view, 5> kConfidences = {"none", "low", "medium", "high",
                                                          "certain"};

}  // namespace

std::string_view Name(Level level) { return kLevels.at(static_cast<size_t>(level)); }

std::string_view Name(Confidence confidence) {
  return kConfidences.at(static_cast<size_t>(confidence));
}

std::optional<Level> ParseLevel(std::string_view text) {
  text = Trim(text);
  for (size_t i = 0; i < kLevels.size(); ++i) {
    if (EqualsIgnoreCase(text, kLevels[i])) return static_cast<Level>(i);
  }
  if (EqualsIgnoreCase(text, "info")) return Level::kInformational;
  if (EqualsIgnoreCase(text, "med")) return Level::kMedium;
  if (EqualsIgnoreCase(text, "crit")) return Level::kCritical;
  return std::nullopt;
}

}  // namespace tokentrail
