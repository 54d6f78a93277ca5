// What a hunt says at its end: what it read, what it could not use, what it found, what to do next.

#pragma once

#include <span>
#include <string>
#include <string_view>

#include "pipeline/run.h"
#include "sink/layout.h"

namespace tokentrail::cli {

struct PanelOptions {
  std::string case_folder;
  std::string evidence;  ///< the inputs, as one would type them
  Level min_level = Level::kLow;
  bool table_above = false;  ///< the findings were just printed as a table: not again
  size_t analytics = 0;      ///< how many there are
};

/// `226 records, 1 file, whole or in part`; empty when nothing was left out. Only the records are
/// part of what adds up to the records read.
std::string LeftOutText(const Ledger& ledger);

/// `294 loaded: 12 fired, 103 could fire, 61 never can on this evidence, 118 lack their log`, with
/// `hint` behind those that never can.
std::string RuleCounts(const Summary& summary, std::string_view hint = {});

/// Why there is no case.duckdb, in one line; empty when there is one, or none was wanted.
std::string NoStoreText(const Summary::Run& run);

/// The panel as text, no line wider than the terminal.
std::string Panel(const pipeline::Hunt& hunt, std::span<const std::string_view> source_names,
                  const PanelOptions& options, const sink::Terminal& terminal);

}  // namespace tokentrail::cli
