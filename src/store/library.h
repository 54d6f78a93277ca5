// DuckDB's library, opened when it is first needed: the program builds, starts and hunts without.

#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace tokentrail::store {

namespace duck {
struct Api;
}

/// What to do on a machine without the library; ends a message.
constexpr std::string_view kGetLibrary =
    "`scripts/install-deps` in the source folder fetches it; or put libduckdb.so beside the "
    "program, "
    "or name it in TOKENTRAIL_DUCKDB";

/// Opens the library once a process. Looks at $TOKENTRAIL_DUCKDB alone when that is set; else
/// beside the program, in `../lib/tokentrail` and `../lib` of it, then where the system keeps
/// libraries. Fails (kNotFound) when it is nowhere, or too old to have all that we call; the
/// message says which and what to do.
Result<const duck::Api*> Library();

/// Whether there is one; and if not, `why` it is said.
bool HasLibrary(std::string* why = nullptr);

}  // namespace tokentrail::store
