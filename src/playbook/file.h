// Pages on disk: read whole, written whole or not at all.

#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace tokentrail::playbook {

/// The bytes of a file of at most `limit` bytes.
Result<std::string> ReadWhole(const std::string& path, size_t limit = size_t{64} << 20);

/// Writes beside the file and renames over it, so that a reader sees the old text or the new one.
/// An existing file keeps its mode; a link is followed to the file it names.
Result<Done> WriteWhole(const std::string& path, std::string_view bytes);

/// The same for a file that must not exist yet: kConflict when it does. Makes folders above it.
Result<Done> WriteNew(const std::string& path, std::string_view bytes);

}  // namespace tokentrail::playbook
