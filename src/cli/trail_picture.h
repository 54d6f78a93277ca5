// A trail as a picture: Graphviz DOT or Mermaid.

#pragma once

#include <string>
#include <string_view>

#include "cli/trail_story.h"

namespace tokentrail::cli {

/// `format` is dot or mermaid. Bounded: what is too much is one node that says how much it is.
std::string DrawTrail(const TrailStory& story, std::string_view format);

/// A label between quotes: names are chosen by attackers and must not end it, nor be markup.
std::string DotLabel(std::string_view text);
std::string MermaidLabel(std::string_view text);

}  // namespace tokentrail::cli
