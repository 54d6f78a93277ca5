#include "base/shell_word.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <vector>

namespace tokentrail {
namespace {

TEST(ShellWord, LeavesWhatNoShellReads) {
  EXPECT_EQ(ShellWord("fa01bf76-430a-4e82-a837-9efca2bac068"),
            "fa01bf76-430a-4e82-a837-9efca2bac068");
  EXPECT_EQ(ShellWord("ana@contoso.example"), "ana@contoso.example");
}

TEST(ShellWord, QuotesTheRest) {
  EXPECT_EQ(ShellWord(""), "''");
  EXPECT_EQ(ShellWord("-rf"), "'-rf'");
  EXPECT_EQ(ShellWord("$(id); it's `x`"), "'$(id); it'\\''s `x`'");
  EXPECT_EQ(ShellWord("a\nb\n"), "\"$(printf '%b' 'a\\0012b')\"");
}

/// What a shell makes of `word`.
std::string Read(const std::string& word) {
  FILE* pipe = ::popen(("printf '%s' " + word).c_str(), "r");
  if (pipe == nullptr) return "no shell";
  std::string out;
  char buffer[256];
  for (size_t got = 0; (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) {
    out.append(buffer, got);
  }
  ::pclose(pipe);
  return out;
}

TEST(ShellWord, AShellReadsWhatWasMeant) {
  const std::vector<std::string> all = {
      "plain",   "two words", "it's",        "$HOME `id` $(id) \\ \"",
      "a\nb",    "\x1b[2J",   "caf\xC3\xA9", "%s %b \\0101",
      "'; rm x", "*?[a]~",    "\\n'\xff"};
  for (const std::string& value : all) EXPECT_EQ(Read(ShellWord(value)), value);
}

}  // namespace
}  // namespace tokentrail
