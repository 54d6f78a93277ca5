// Test cases that are files: adding one needs no C++.

#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace tokentrail::test {

/// One file below a testdata folder. `name` is its path below that folder without the ending, so
/// that it can be the name of a parameterised test.
struct CaseFile {
  std::string name;
  std::string path;

  /// The whole file; fails the test and gives nothing when it can't be read.
  std::string Read() const;

  friend std::ostream& operator<<(std::ostream& out, const CaseFile& file) {
    return out << file.path;
  }
};

/// The root of the repository.
std::string Root();
/// A path below the root, such as `src/sink/testdata/golden`.
std::string InRoot(std::string_view path);

/// Files under `src/<folder>` (or `<folder>` itself when it starts at the root, as `samples` and
/// `fuzz/corpus` do), recursively, in byte order of their paths; only those that end in `ending`.
/// Empty when the folder does not exist.
std::vector<CaseFile> CasesIn(std::string_view folder, std::string_view ending = ".yml");

/// Direct subfolders of `folder` (found as CasesIn finds it), by name.
std::vector<CaseFile> FoldersIn(std::string_view folder);

/// Letters, digits and underscores of the case's name, as gtest asks for.
struct ByName {
  std::string operator()(const testing::TestParamInfo<CaseFile>& info) const;
};
inline constexpr ByName kByName{};

/// The bytes of a file; fails the test and gives nothing when it can't be read.
std::string ReadFile(const std::string& path);
/// Writes a file, and the folders above it.
void WriteFile(const std::string& path, std::string_view bytes);

}  // namespace tokentrail::test
