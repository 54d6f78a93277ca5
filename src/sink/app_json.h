// Apps as JSON, one a line: every fact and judgement, so that apps.jsonl can be read back whole.

#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/app.h"
#include "model/file_table.h"

namespace tokentrail::sink {

/// What the places of consents are named by. Both may be missing: apps read back from a case carry
/// the names themselves.
struct AppSources {
  std::span<const std::string_view> source_names = {};  ///< by SourceIndex
  const FileTable* files = nullptr;
};

/// Appends one line: the app as an object, members as in model/app_members.h.
void AppendAppLine(const App& app, const AppSources& sources, std::string& out);
/// Appends the whole file: a line for what the apps share, then one an app.
void AppendApps(const Portfolio& portfolio, const AppSources& sources, std::string& out);

}  // namespace tokentrail::sink
