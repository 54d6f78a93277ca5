// Texts of logs on pages that people copy from.

#pragma once

#include <string>
#include <string_view>

namespace tokentrail::cli {

/// On one line, with what can't be seen made visible: also joiners and spaces without width.
std::string Shown(std::string_view text);

/// The same, with the marks of Markdown escaped.
std::string ShownInMarkdown(std::string_view text);

}  // namespace tokentrail::cli
