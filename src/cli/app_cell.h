// What an attribute of an app looks like in a cell.

#pragma once

#include <string>

#include "model/app.h"
#include "policy/attribute.h"
#include "sink/layout.h"

namespace tokentrail::cli {

/// For people: `1,204,311`, `2.31 GB`, `65 high`, `2026-03-29`, `yes`; `-` for what is not known.
/// May hold control characters.
std::string CellText(const policy::Attribute& attribute, const App& app, const Portfolio& portfolio,
                     Time as_of);

/// For programs: plain numbers, full times, `true`; empty for what is not known. Several texts
/// stand with ` | ` between them.
std::string CellData(const policy::Attribute& attribute, const App& app, const Portfolio& portfolio,
                     Time as_of);

/// How bad it is.
sink::Colour CellColour(const policy::Attribute& attribute, const App& app,
                        const Portfolio& portfolio, Time as_of);

/// Of a level of risk or of permissions.
sink::Colour ColourOf(Level level);

}  // namespace tokentrail::cli
