// Assertions about our own code, kept in release builds.

#pragma once

#include <cstdio>
#include <cstdlib>

/// Aborts with the failed condition and its place. For our mistakes, never for bad input.
#define CHECK(condition)                                                                     \
  do {                                                                                       \
    if (!(condition)) [[unlikely]] {                                                         \
      std::fprintf(stderr, "%s:%d: internal error: %s\n", __FILE__, __LINE__, #condition);   \
      std::abort();                                                                          \
    }                                                                                        \
  } while (false)
