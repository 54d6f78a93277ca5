// Texts of logs inside Markdown.

#pragma once

#include <string>
#include <string_view>

namespace tokentrail::sink {

/// `text` so that nothing of it ends a cell or becomes a link, an image, HTML or emphasis, and so
/// that what can't be seen is seen. One line.
/// Source: GitHub Flavored Markdown 0.29, 2.4 (backslash escapes) and 6.9 (autolinks).
std::string Markdown(std::string_view text);

}  // namespace tokentrail::sink
