// The tables of case.duckdb that follow tokens; part of schema.h.

#pragma once

#include <vector>

#include "store/schema.h"

namespace tokentrail::store {

std::vector<TableDef> TrailTables();

}  // namespace tokentrail::store
