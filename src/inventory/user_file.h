// Small files that a user gives: read whole, CSV with a header, errors with their place.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tokentrail::inventory {

/// `file:12:3: message`.
Error ErrorAt(const std::string& path, uint32_t line, uint32_t column, std::string_view message);

std::string_view BaseName(std::string_view path);

/// The bytes of a file of at most 64 MiB, without a byte order mark. UTF-16 is refused in words.
Result<std::string> ReadUserFile(const std::string& path);

struct UserCell {
  std::string text;  ///< trimmed
  uint32_t line = 0;
  uint32_t column = 0;  ///< in bytes, from 1
};

/// A CSV file: the separator (comma, semicolon, tab) is the one that its header has most of. Lines
/// that start with `#`, and empty ones, are left out.
struct UserTable {
  std::string path;
  std::vector<UserCell> header;
  std::vector<std::vector<UserCell>> rows;  ///< as many cells as the header

  /// Position of the first column that has one of these names; -1 when none has. Case, spaces,
  /// dashes and underscores make no difference.
  int Column(std::initializer_list<std::string_view> names) const;
};
Result<UserTable> ParseUserTable(const std::string& path, std::string_view text);

}  // namespace tokentrail::inventory
