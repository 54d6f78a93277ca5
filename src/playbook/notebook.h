// Pages as Jupyter notebooks, and back.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/report.h"
#include "playbook/page.h"

namespace tokentrail::playbook {

/// A notebook (nbformat 4.5) whose Markdown cells are the page, cut at blocks, sections and
/// analytics: their sources in a row are its bytes. ATT&CK's cells have the tag `attack`. Nothing
/// comes back, and the report says where, when the page is not UTF-8: JSON can't hold it.
/// Source: nbformat 4.5, nbformat.v4.schema.json.
std::optional<std::string> ToNotebook(const Page& page, Report& report);

struct FromNotebookOptions {
  bool drop_outputs = false;  ///< of code cells; else they are an error
};

/// The Markdown of a notebook: the sources of its cells in their order. A cell that does not end in
/// a line end gets a blank line after it. A code cell becomes fenced code in the kernel's language.
/// Nothing comes back, and the report names the cell, for what a page can't hold: outputs, attached
/// files, raw cells and types we don't know.
std::optional<std::string> FromNotebook(const std::string& name, std::string_view text,
                                        const FromNotebookOptions& options, Report& report);

}  // namespace tokentrail::playbook
