// What one record of the Microsoft 365 unified audit log says beyond its plain fields. The record
// may be the whole log record or stand inside another one (Defender's RawEventData).

#pragma once

#include <string_view>

#include "model/record.h"
#include "source/def.h"

namespace tokentrail::source {

/// Sets kind, outcome and the derived fields of `draft` from the unified audit record `raw`, an
/// object of `record`. kOperation and kUser must be set already.
void DescribeUnifiedAudit(const Record& record, const Node& raw, Draft& draft);

/// The kind by the operation's name alone, for a record that lost its details.
Kind KindOfOperation(std::string_view operation);

}  // namespace tokentrail::source
