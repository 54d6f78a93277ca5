// Diagnostics of rules, for programs and in sum.

#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/report.h"
#include "sink/json_writer.h"

namespace tokentrail::cli {

/// An array of objects.
void AddDiagnostics(std::span<const Diagnostic> diagnostics, sink::JsonWriter& json);

/// How many of one code, and the first of them.
struct CodeCount {
  std::string code;
  size_t count = 0;
  const Diagnostic* first = nullptr;
};

/// Of the errors, by code, the most frequent first.
std::vector<CodeCount> CountByCode(std::span<const Diagnostic> diagnostics);

}  // namespace tokentrail::cli
