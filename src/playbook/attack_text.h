// Texts of bundles made fit for Markdown, and their citations.

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "playbook/stix.h"

namespace tokentrail::playbook {

/// `text` as running Markdown: ATT&CK's own links, emphasis and code stay; comments and tags other
/// than those it uses, control characters and spaces at line ends don't. Fences come out closed.
std::string CleanMarkdown(std::string_view text);
/// The same on one line, for a cell of a table.
std::string CleanCell(std::string_view text);
/// `text` with no sign of Markdown left to mean anything, on one line.
std::string CleanName(std::string_view text);
/// `[label](url)`; only the label when the address is none of the web's.
std::string Link(std::string_view label, std::string_view url);

/// Numbers what texts cite, in the order in which they do.
class Citations {
 public:
  /// `own` are the references of the technique.
  explicit Citations(const std::vector<AttackReference>& own) : own_(own) {}

  /// `text` with each `(Citation: X)` as a link with X's number. Citations that no reference
  /// explains stay as they are. `more` are the references of the relation the text is of.
  std::string Resolve(std::string_view text, const std::vector<AttackReference>& more = {});
  /// The same without citations in the text; their links, separated by commas, in `links`.
  std::string TakeOut(std::string_view text, const std::vector<AttackReference>& more,
                      std::string& links);

  /// All that was cited by number, then the rest of the technique's own.
  std::vector<AttackReference> All() const;

 private:
  /// Both of the above: links go into the text, or to `out_links`.
  std::string Replace(std::string_view text, const std::vector<AttackReference>& more,
                      std::vector<std::string>* out_links);
  /// The link of a citation; empty when nothing explains it.
  std::string LinkOf(std::string_view name, const std::vector<AttackReference>& more);

  const std::vector<AttackReference>& own_;
  std::vector<AttackReference> cited_;
};

}  // namespace tokentrail::playbook
