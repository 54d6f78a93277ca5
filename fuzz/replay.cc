#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "fuzz/target.h"
#include "test/support/case_file.h"

// Of the sanitizers' runtime, when it is linked in.
extern "C" __attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)());

namespace tokentrail::fuzz {
namespace {

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every machine, which the standard
/// library's distributions do not promise.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t Next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  size_t Below(size_t limit) { return limit == 0 ? 0 : Next() % limit; }

 private:
  uint64_t state_;
};

/// Pieces that parsers of logs trip over.
constexpr std::string_view kPieces[] = {
    "\"",
    "\\",
    "\\u",
    "\\ud800",
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\n",
    "\r\n",
    "\0",
    "\xff",
    "\xef\xbb\xbf",
    "\xed\xa0\x80",
    "\xf4\x90\x80\x80",
    "1e400",
    "-",
    "1180591620717411303424",
    "99999999999999999999999",
    "null",
    "true",
    "[[[[[[[[",
    "{\"a\":",
    "%",
    "%%",
    "%0",
    "\"\"",
    "\t",
    " ",
    "  ",
    "\x1b[2J",
    "\xe2\x80\xae",
    "\xe2\x80\x93",
    ".",
    "..",
    "*",
    "?",
    "|",
    "&",
    "=",
    ";",
    "'",
    "<<: *a",
    "- ",
    ": ",
    "#",
    "!!binary",
    "&a",
    "*a",
    "::",
    "0",
    "-0",
    "+",
    "T",
    "Z",
    "eyJhbGciOiJub25lIn0.",
    "Bearer ",
    "=>",
    "--",
};

std::string Mutate(const std::vector<std::string>& corpus, Random& random) {
  std::string text = corpus[random.Below(corpus.size())];
  for (size_t edits = 1 + random.Below(4); edits > 0; --edits) {
    const size_t at = random.Below(text.size() + 1);
    switch (random.Below(8)) {
      case 0:
        if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << random.Below(8)));
        break;
      case 1:
        if (at < text.size()) text[at] = static_cast<char>(random.Next());
        break;
      case 2:
        text.resize(at);
        break;
      case 3:
        text.erase(at, 1 + random.Below(16));
        break;
      case 4:
      case 5:
        text.insert(at, kPieces[random.Below(std::size(kPieces))]);
        break;
      case 6: {  // a part twice, or many times
        const std::string part = text.substr(at, 1 + random.Below(24));
        for (size_t n = 1 + random.Below(random.Below(8) == 0 ? 200 : 3); n > 0; --n) {
          text.insert(at, part);
        }
        break;
      }
      default: {  // the start of one, the end of another
        const std::string& other = corpus[random.Below(corpus.size())];
        text = text.substr(0, at) + other.substr(random.Below(other.size() + 1));
      }
    }
  }
  return text;
}

std::string_view g_input;

/// Leaves the input that ended the program where it can be looked at.
void SaveInput() {
  const char* folder = std::getenv("TMPDIR");
  const std::string path =
      std::string(folder != nullptr ? folder : "/tmp") + "/tokentrail-fuzz-input";
  if (std::FILE* file = std::fopen(path.c_str(), "wb")) {
    std::fwrite(g_input.data(), 1, g_input.size(), file);
    std::fclose(file);
    std::fprintf(stderr, "the input is in %s\n", path.c_str());
  }
}

/// Seconds for one input of a few hundred bytes, sanitizers included.
constexpr unsigned kMaxSeconds = 20;

void TooSlow(int /*signal*/) {
  // Not safe in a handler for a program that goes on; this one ends here.
  std::fprintf(stderr, "one input took more than %u seconds\n", kMaxSeconds);
  SaveInput();
  _exit(1);
}

void Aborted(int /*signal*/) {
  SaveInput();
  signal(SIGABRT, SIG_DFL);
  std::abort();
}

void Give(void (*target)(std::string_view), const std::string& input) {
  const auto exact = std::make_unique<char[]>(input.size());
  std::copy(input.begin(), input.end(), exact.get());
  g_input = {exact.get(), input.size()};
  alarm(kMaxSeconds);
  target(g_input);
  alarm(0);
  g_input = {};
}

}  // namespace

void Replay(std::string_view corpus, void (*target)(std::string_view), int mutations) {
  if (__sanitizer_set_death_callback != nullptr) __sanitizer_set_death_callback(SaveInput);
  signal(SIGALRM, TooSlow);
  signal(SIGABRT, Aborted);
  std::vector<std::string> inputs;
  for (const test::CaseFile& file : test::CasesIn("fuzz/corpus/" + std::string(corpus), "")) {
    inputs.push_back(file.Read());
  }
  ASSERT_FALSE(inputs.empty()) << "fuzz/corpus/" << corpus << " is empty";
  Give(target, "");
  for (const std::string& input : inputs) Give(target, input);
  Random random(1528);
  for (int i = 0; i < mutations; ++i) Give(target, Mutate(inputs, random));
  signal(SIGALRM, SIG_DFL);
  signal(SIGABRT, SIG_DFL);
  if (__sanitizer_set_death_callback != nullptr) __sanitizer_set_death_callback(nullptr);
}

}  // namespace tokentrail::fuzz
