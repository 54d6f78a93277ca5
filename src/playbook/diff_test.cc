#include "playbook/diff.h"

#include <gtest/gtest.h>

#include <vector>

#include "test/support/binary.h"
#include "test/support/case_file.h"
#include "test/support/random.h"
#include "test/support/temp_folder.h"

namespace tokentrail::playbook {
namespace {

TEST(PlaybookDiff, SaysWhatChangedInAForm) {
  EXPECT_EQ(UnifiedDiff("a\nb\n", "a\nb\n", "x", "y"), "");
  EXPECT_EQ(UnifiedDiff("a\nb\nc\n", "a\nB\nc\n", "x", "y"),
            "--- x\n+++ y\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n");
  EXPECT_EQ(UnifiedDiff("", "a\n", "x", "y"), "--- x\n+++ y\n@@ -0,0 +1 @@\n+a\n");
  EXPECT_EQ(UnifiedDiff("a", "a\n", "x", "y"),
            "--- x\n+++ y\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n");
}

TEST(PlaybookDiff, FarChangesAreHunksOfTheirOwn) {
  std::string before;
  for (int i = 0; i < 30; ++i) before += std::to_string(i) + "\n";
  std::string after = before;
  after.replace(after.find("3\n"), 1, "three");
  after.replace(after.find("25\n"), 2, "twenty-five");
  const std::string diff = UnifiedDiff(before, after, "x", "y");
  EXPECT_NE(diff.find("@@ -1,7 +1,7 @@"), std::string::npos) << diff;
  EXPECT_NE(diff.find("@@ -23,7 +23,7 @@"), std::string::npos) << diff;
}

/// What the diff says of `after`, by applying it; plain enough to be right.
std::string Patched(const std::string& before, const std::string& diff) {
  std::vector<std::string> lines;
  for (size_t at = 0; at < before.size();) {
    const size_t next = std::min(before.find('\n', at), before.size() - 1) + 1;
    lines.push_back(before.substr(at, next - at));
    at = next;
  }
  std::string out;
  size_t line = 0;
  bool in_hunk = false;
  for (size_t at = 0; at < diff.size();) {
    const size_t next = diff.find('\n', at) + 1;
    const std::string one = diff.substr(at, next - at);
    at = next;
    if (one.starts_with("@@ -")) {
      in_hunk = true;
      const size_t comma = one.find_first_of(", ", 4);
      size_t start = std::stoul(one.substr(4, comma - 4));
      if (one[comma] == ',' && one.substr(comma, 3) == ",0 ") ++start;
      while (line + 1 < start) out += lines[line++];
    } else if (in_hunk && one.starts_with("\\")) {
      if (out.ends_with('\n') && diff[at - one.size() - 2] == '\n') continue;
    } else if (in_hunk && one[0] != '+') {
      EXPECT_EQ(lines.at(line).substr(0, one.size() - 2), one.substr(1, one.size() - 2));
      if (one[0] == ' ') out += lines[line];
      ++line;
    } else if (in_hunk) {
      const bool last = diff.substr(at).starts_with("\\");
      out += one.substr(1, one.size() - (last ? 2 : 1));
    }
  }
  while (line < lines.size()) out += lines[line++];
  return out;
}

TEST(PlaybookDiff, AppliedItGivesTheOtherText) {
  test::Random random(7);
  for (int i = 0; i < 2000; ++i) {
    const auto text = [&] {
      std::string out;
      for (size_t n = random.Below(24); n > 0; --n)
        out += std::string(1, "abcd"[random.Below(4)]) + "\n";
      if (random.OneIn(3) && !out.empty()) out.pop_back();
      return out;
    };
    const std::string before = text();
    std::string after = random.OneIn(3) ? text() : before;
    if (!after.empty()) after.insert(random.Below(after.size()), "x\n");
    EXPECT_EQ(Patched(before, UnifiedDiff(before, after, "x", "y")), after)
        << before << "\n--\n"
        << after << "\n--\n"
        << UnifiedDiff(before, after, "x", "y");
    if (testing::Test::HasFailure()) return;
  }
}

TEST(PlaybookDiff, TextsWithNothingInCommonEnd) {
  std::string before;
  std::string after;
  for (int i = 0; i < 5000; ++i) {
    before += "a" + std::to_string(i) + "\n";
    after += "b" + std::to_string(i) + "\n";
  }
  EXPECT_EQ(Patched(before, UnifiedDiff(before, after, "x", "y")), after);
}

}  // namespace
}  // namespace tokentrail::playbook
