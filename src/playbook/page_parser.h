// What the parts of the page's parser share.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "playbook/markdown_lines.h"
#include "playbook/page.h"

namespace tokentrail::playbook {

/// By the text of a heading, in the words that pages use for it.
std::optional<SectionKind> FindSectionKind(std::string_view heading);
/// A heading in one form: lower case, without emphasis and colon, `-` and `/` as a space.
std::string PlainHeading(std::string_view heading);
/// `T1528` or `T1550.001` in a text; an empty range when there is none.
Range FindTechniqueId(std::string_view text);
const Label* FindLabel(const std::vector<Label>& labels, std::string_view name);

/// The number of a heading `Analytic 3: title`; nothing for other headings.
struct AnalyticHeading {
  uint32_t number = 0;
  Range digits;  ///< in the whole text
  std::string title;
};
std::optional<AnalyticHeading> ReadAnalyticHeading(std::string_view text, const MarkdownLine& line);

/// Labels in bold of lines [begin, end).
std::vector<Label> ReadLabels(std::string_view text, const std::vector<MarkdownLine>& lines,
                              size_t begin, size_t end);
/// Fills page.metadata and page.analytics; sections are known.
void ReadAnalytics(const std::vector<MarkdownLine>& lines, Page& page);
/// Fills page.examples and page.references; analytics are known.
void ReadReferences(const std::vector<MarkdownLine>& lines, Page& page);

Diagnostic ComplainAt(const std::string& file, std::string_view text, size_t at, size_t width,
                      std::string message, std::string code, std::string help = {});

}  // namespace tokentrail::playbook
