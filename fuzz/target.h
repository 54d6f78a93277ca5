// A fuzz target: one function that gives hostile bytes to one parser and checks what must always
// hold. Under libFuzzer (preset `fuzz`) each file becomes a program of its own; in the ordinary
// test program the same function replays its corpus and some thousand fixed mutations of it.

#pragma once

#include <string_view>

#include "base/check.h"

#ifdef TOKENTRAIL_LIBFUZZER

#include <cstddef>
#include <cstdint>

#define FUZZ_TARGET(Name, corpus, input)                                     \
  static void Fuzz##Name(std::string_view input);                            \
  extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {  \
    Fuzz##Name(std::string_view(reinterpret_cast<const char*>(data), size)); \
    return 0;                                                                \
  }                                                                          \
  static void Fuzz##Name(std::string_view input)

#else

#include <gtest/gtest.h>

namespace tokentrail::fuzz {

/// Gives `target` every file of fuzz/corpus/`corpus` and `mutations` changed copies of them, always
/// the same ones. Each input lies in memory of exactly its size, so that the address sanitizer
/// sees a read past its end. Fails when the corpus is empty.
void Replay(std::string_view corpus, void (*target)(std::string_view), int mutations = 3000);

}  // namespace tokentrail::fuzz

/// `FUZZ_TARGET(Time, "time", input) { ... }`: `corpus` is a folder of fuzz/corpus.
#define FUZZ_TARGET(Name, corpus, input)                                   \
  static void Fuzz##Name(std::string_view input);                          \
  TEST(FuzzReplay, Name) { tokentrail::fuzz::Replay(corpus, Fuzz##Name); } \
  static void Fuzz##Name(std::string_view input)

#endif
