// Shows a trail: as text that fits the terminal, Markdown to paste, CSV of its lines, or JSON.

#pragma once

#include <string>
#include <string_view>

#include "cli/trail_story.h"
#include "sink/layout.h"

namespace tokentrail::cli {

/// `format` is text, md, csv or json.
std::string RenderTrail(const TrailStory& story, std::string_view format,
                        const sink::Terminal& terminal);
/// The keys are in docs/trail.md.
std::string TrailJson(const TrailStory& story);

/// `app Mail Viewer (fa01...)`: of what the trail is.
std::string TitleOf(const TrailStory& story);

}  // namespace tokentrail::cli
