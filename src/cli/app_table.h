// Shows apps: as a table that fits the terminal, CSV, JSON, JSON Lines or Markdown.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/app_choice.h"
#include "cli/grants_file.h"
#include "model/app.h"
#include "sink/layout.h"

namespace tokentrail::cli {

struct AppTable {
  const Portfolio* portfolio = nullptr;
  Time as_of;
  ChosenApps chosen;
  /// Empty: those that matter most, as many as fit; in CSV and JSON everything.
  std::vector<const policy::Attribute*> columns;
  std::vector<GrantTeller> tellers;  ///< logs that would tell of consents
  bool interrupted = false;
};

/// `format` is table, csv, json, jsonl or markdown.
std::string Render(const AppTable& table, std::string_view format, const sink::Terminal& terminal);

/// What could not be seen, in sentences; one a line.
std::vector<std::string> CannotSay(const AppTable& table);

/// Text inside Markdown: nothing of it may become a link, an image, a heading, HTML or a cell's
/// end.
std::string EscapeMarkdown(std::string_view text);

}  // namespace tokentrail::cli
