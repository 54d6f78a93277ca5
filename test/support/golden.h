// Texts that must stay as they are, kept in files.

#pragma once

#include <string_view>

namespace tokentrail::test {

/// Fails the test when `actual` differs from the file at `path` (below the repository's root), and
/// shows the first line that differs. With UPDATE_GOLDEN=1 in the environment it writes the file
/// instead; read the diff before you commit it.
void ExpectGolden(std::string_view path, std::string_view actual);

}  // namespace tokentrail::test
