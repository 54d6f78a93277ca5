#include "test/support/golden.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "test/support/case_file.h"

namespace tokentrail::test {
namespace {

/// Line `number` (from 1) of a text, without its line feed.
std::string_view Line(std::string_view text, size_t number) {
  for (; number > 1; --number) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) return "(end of text)";
    text.remove_prefix(end + 1);
  }
  return text.empty() ? "(end of text)" : text.substr(0, text.find('\n'));
}

size_t FirstLineThatDiffers(std::string_view a, std::string_view b) {
  size_t line = 1;
  for (size_t i = 0; i < a.size() && i < b.size() && a[i] == b[i]; ++i) line += a[i] == '\n';
  return line;
}

}  // namespace

void ExpectGolden(std::string_view path, std::string_view actual) {
  const std::string full = InRoot(path);
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    WriteFile(full, actual);
    return;
  }
  if (!std::filesystem::exists(full)) {
    ADD_FAILURE() << path << " does not exist; run the test with UPDATE_GOLDEN=1 to write it";
    return;
  }
  const std::string expected = ReadFile(full);
  if (expected == actual) return;
  const size_t line = FirstLineThatDiffers(expected, actual);
  ADD_FAILURE() << path << ':' << line << ": differs from what was made now\n"
                << "  expected: " << Line(expected, line) << "\n"
                << "  actual:   " << Line(actual, line) << "\n"
                << "UPDATE_GOLDEN=1 rewrites the file";
}

}  // namespace tokentrail::test
