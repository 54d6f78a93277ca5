// What a backtest found, as a page, CSV or JSON.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/backtest.h"
#include "sink/layout.h"

namespace tokentrail::cli {

struct BacktestPage {
  const policy::Policy& policy;
  const Portfolio& portfolio;
  const policy::BacktestResult& result;
  std::vector<std::string> paths;  ///< of the sweeps; empty: none
  bool days = false;               ///< days instead of apps
};

/// `type` is table, csv or json.
std::string Render(const BacktestPage& page, std::string_view type, const sink::Terminal& terminal);

}  // namespace tokentrail::cli
