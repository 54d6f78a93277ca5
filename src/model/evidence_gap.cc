#include "model/evidence_gap.h"

#include <array>

namespace tokentrail {
namespace {

constexpr std::array<std::string_view, 7> kGaps = {"silence",   "row_cap",        "duplicate_pages",
                                                   "throttled", "missing_stream", "clock_skew",
                                                   "late_start"};

}  // namespace

std::string_view Name(GapKind kind) { return kGaps.at(static_cast<size_t>(kind)); }

}  // namespace tokentrail
