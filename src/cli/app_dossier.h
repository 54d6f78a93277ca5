// All that is known and thought of one app, on one page.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/app.h"
#include "sink/layout.h"

namespace tokentrail::cli {

struct DossierLine {
  std::string label;  ///< empty: a line of its own
  std::string text;
  sink::Colour colour = sink::Colour::kNone;
};

struct DossierTable {
  std::vector<std::string_view> titles;
  std::vector<std::vector<sink::Cell>> rows;
};

struct DossierPart {
  std::string heading;
  std::vector<DossierLine> lines = {};
  DossierTable table = {};  ///< after the lines; no rows: none
  std::vector<std::string> closing = {};
};

struct Dossier {
  std::string title;
  std::string headline;  ///< risk, in a few words
  Level level = Level::kInformational;
  std::vector<DossierPart> parts;
  std::vector<std::string> commands;  ///< to go on with
};

/// `case_folder`: for the commands; empty: the last case, which needs no naming.
Dossier MakeDossier(const App& app, const Portfolio& portfolio, Time as_of,
                    std::string_view case_folder);

/// `format` is text or markdown.
std::string Render(const Dossier& dossier, std::string_view format, const sink::Terminal& terminal);

/// As one JSON object: `app` as in apps.jsonl, `adoption`, `commands`.
std::string DossierJson(const App& app, const Portfolio& portfolio, Time as_of,
                        std::string_view case_folder);

}  // namespace tokentrail::cli
