#include "playbook/new_page.h"

#include <fmt/format.h>

#include "playbook/attack_blocks.h"
#include "playbook/page_parser.h"

namespace tokentrail::playbook {
namespace {

std::string Heading(SectionKind kind) { return "## " + std::string(Title(kind)) + "\n\n"; }

/// A fence that nothing in the code can close.
std::string FenceFor(std::string_view code) {
  size_t longest = 0;
  size_t run = 0;
  for (const char c : code) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return std::string(std::max<size_t>(3, longest + 1), '`');
}

}  // namespace

bool IsTechniqueId(std::string_view text) {
  const Range id = FindTechniqueId(text);
  return !id.empty() && id.size() == text.size();
}

std::string WriteAnalytic(uint32_t number, const NewAnalytic& analytic) {
  std::string out = fmt::format("#### Analytic {}", number);
  if (!analytic.title.empty()) out += ": " + analytic.title;
  out += "\n\n";
  const auto label = [&](std::string_view name, std::string_view value, std::string_view blank) {
    out += fmt::format("* **{}:** {}\n", name, value.empty() ? blank : value);
  };
  label("Information", analytic.information, "*(what it looks for, and why)*");
  label("Source", analytic.source, "*(the logs it reads)*");
  label("Tool", analytic.tool, "tokentrail");
  label("Notes", analytic.notes, "*(false positives, and how to go on)*");
  out += "* **Query:**\n\n";
  const std::string fence = FenceFor(analytic.query);
  out += "  " + fence + (analytic.language.empty() ? "sigma" : analytic.language) + '\n';
  for (const Line& line : LinesOf(analytic.query)) {
    const std::string_view bytes = line.range.Of(analytic.query);
    if (!bytes.empty()) out += "  ";
    out += bytes;
    out += '\n';
  }
  out += "  " + fence + '\n';
  return out;
}

std::string NewPage(std::string_view technique, std::string_view name) {
  std::string out = "# " + std::string(technique);
  if (!name.empty()) out += " " + std::string(name);
  out += "\n\n";
  for (const AttackBlock& block : RenderEmpty()) {
    out += WriteBlock(block.name, block.body, "\n", block.attributes) + '\n';
  }
  out += Heading(SectionKind::kMetadata);
  out +=
      "* **Last Updated:** *(date)*\n"
      "* **Author(s):** *(names)*\n"
      "* **Validated:** NO\n\n";
  out += Heading(SectionKind::kHypothesis) +
         "*(What an adversary would do here, and where it would show.)*\n\n";
  out += Heading(SectionKind::kExamples) +
         "| Adversary Example | Host Analytics | Network Analytics | Cloud and Identity Analytics "
         "|\n|---|---|---|---|\n| *(who, what, when, with a source)* | | | |\n\n";
  out += Heading(SectionKind::kBlindSpots) + "* *(what none of the analytics below can see)*\n\n";
  out += Heading(SectionKind::kReferences) + "* *(links)*\n\n";
  for (const AnalyticKind kind : kAnalyticKinds) {
    out += Heading(SectionOf(kind));
    out += "### Hunter Notes\n\n* *(what to know before the first query)*\n\n";
    out += WriteAnalytic(1, {});
    if (kind != AnalyticKind::kCloud) out += '\n';
  }
  return out;
}

}  // namespace tokentrail::playbook
