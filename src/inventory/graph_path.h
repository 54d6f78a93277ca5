// Which permission a request to Microsoft Graph takes: data/graph_paths.csv.

#pragma once

#include <span>
#include <string_view>

#include "inventory/permission.h"

namespace tokentrail::inventory {

struct NeededPermissions {
  /// Each of them alone is enough; the weakest first, so that the first one an app holds is the
  /// one that the request shows in use. Empty when this holder can't make the request, or when we
  /// can't say (`known` is false). Lives as long as the program.
  std::span<const std::string_view> any_of = {};
  bool known = false;  ///< method and path are in the table
  bool batch = false;  ///< `$batch`: what it asks for stands in its body, which no log holds
};

/// `url` as the log has it: with or without host and version, ids, query, in any case. Allocates
/// nothing but the table, on first use; well under a microsecond; safe from several threads.
/// Source: DETECTIONS 3.5, Microsoft's table of permissions and paths.
NeededPermissions Needed(Holder holder, std::string_view method, std::string_view url);

}  // namespace tokentrail::inventory
