// A hunt page: Markdown that a team keeps in git, with blocks between markers that this program
// rewrites.
//
// Parsing copies nothing out of the page and judges little: everything knows the bytes it stands
// in, so that an edit touches those alone (text_edit.h) and the team's text stays byte for byte.
// The form of a page is told in docs/playbook.md.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/report.h"
#include "playbook/text_edit.h"

namespace tokentrail::playbook {

/// The three lists of analytics. Each numbers its own from 1.
enum class AnalyticKind : uint8_t { kHost, kNetwork, kCloud };
inline constexpr std::array kAnalyticKinds = {AnalyticKind::kHost, AnalyticKind::kNetwork,
                                              AnalyticKind::kCloud};
/// `host`, `network`, `cloud`.
std::string_view Name(AnalyticKind kind);
/// By word, in any case of letters; `identity` is `cloud`.
std::optional<AnalyticKind> FindAnalyticKind(std::string_view word);

/// Sections that belong to the team, in the order of a new page. A page may have others between
/// them, and may lack some.
enum class SectionKind : uint8_t {
  kMetadata,
  kHypothesis,
  kExamples,
  kBlindSpots,
  kReferences,
  kHostAnalytics,
  kNetworkAnalytics,
  kCloudAnalytics,
};
/// The heading as a new page writes it: `Overall Hypothesis`.
std::string_view Title(SectionKind kind);
SectionKind SectionOf(AnalyticKind kind);

struct Section {
  SectionKind kind = SectionKind::kMetadata;
  Range range;    ///< from its heading to the next one that is not below it
  Range heading;  ///< the heading's line
  uint32_t level = 2;
  uint32_t line = 0;
};

/// `* **Source:** Sysmon`: a label in bold, and what follows it up to the next one.
struct Label {
  std::string name;  ///< `Source`
  Range range;       ///< bullet and value
  Range value;       ///< without the space around it
  std::string text;  ///< the value, lines ending in `\n`
  uint32_t line = 0;
};

/// A query as it stands in an analytic.
struct Query {
  std::string language;  ///< first word after the fence, lower case; empty when none is named
  std::string text;      ///< without the indentation of its fence, lines ending in `\n`
  Range range;           ///< with the fence
  uint32_t line = 0;     ///< of the fence
  uint32_t text_line = 0;
  uint32_t indent = 0;  ///< columns taken off each line of `text`: adds to a column of a complaint
};

/// `#### Analytic 3: title` and its labels.
struct PageAnalytic {
  AnalyticKind kind = AnalyticKind::kHost;
  uint32_t number = 0;
  std::string title;
  Range range;         ///< from its heading to its last line that says something, its end left out
  Range heading;       ///< the heading's line
  Range number_range;  ///< the digits in it
  std::vector<Label> labels;
  std::vector<Query> queries;
  uint32_t line = 0;

  /// The label of this name (case and a plural's `s` don't count); null when absent.
  const Label* Find(std::string_view name) const;
};

/// Some place that points at an analytic by its number.
struct AnalyticRef {
  AnalyticKind kind = AnalyticKind::kHost;
  uint32_t number = 0;
  uint32_t last = 0;  ///< of `1-3`, which is one reference: 3; else `number`
  Range range;        ///< the digits; of `1-3` both and what is between
  uint32_t line = 0;
  uint32_t column = 0;
  bool in_table = false;  ///< in a cell of the table of adversary examples; else in running text
};

/// A row of the table of adversary examples.
struct Example {
  std::string name;                    ///< the first cell
  std::vector<AnalyticRef> analytics;  ///< one each, `1-3` written out; as the cells have them
  Range range;
  uint32_t line = 0;
};

/// Blocks of ATT&CK's, in the order of a page.
inline constexpr std::array<std::string_view, 8> kAttackBlocks = {
    "technique-description", "technique-detection", "tactics",    "platforms",
    "data-sources",  // up to ATT&CK 17; detection strategies after it
    "adversarial-usage",     "references",          "last-pulled"};

/// Between two markers, each a line of its own:
///
///     <!-- tokentrail:attack platforms begin sha256=... -->
///     <!-- tokentrail:attack platforms end -->
///
/// `sha256` is BlockHash of what the program wrote there last, so that a hand's edit shows.
struct Block {
  std::string name;  ///< one of kAttackBlocks; `checked` for the program's own verdict
  std::string sha256;
  std::vector<std::pair<std::string, std::string>> attributes;  ///< other `key=value`s, as written
  Range range;  ///< from the begin marker to the end of the end marker's line, its line end too
  Range begin;  ///< the begin marker's line, without line end
  Range body;   ///< the lines between
  uint32_t line = 0;

  std::string_view Attribute(std::string_view key) const;
};

/// SHA-256 of a block's text, its line ends and the spaces before them left aside: git and editors
/// change these on their own.
std::string BlockHash(std::string_view body);
/// A begin marker's line, without line end. Attributes with empty values are left out; spaces and
/// whatever would end the comment become `_`.
std::string BeginMarker(std::string_view block, std::string_view sha256,
                        std::span<const std::pair<std::string, std::string>> attributes = {});
std::string EndMarker(std::string_view block);
/// A whole block: begin marker with the hash of `body`, `body` (made to end in a line end), end
/// marker, line end; all in `line_end`.
std::string WriteBlock(std::string_view block, std::string_view body, std::string_view line_end,
                       std::span<const std::pair<std::string, std::string>> attributes = {});

struct Page {
  std::string file;  ///< as errors name it
  std::string text;  ///< every byte of it

  std::string technique;  ///< `T1550.001`, of the title
  std::string title;      ///< the title without it
  Range title_range;      ///< the title's line
  std::vector<Block> attack;
  std::optional<Block> checked;
  std::vector<Section> sections;
  std::vector<Label> metadata;
  std::vector<PageAnalytic> analytics;  ///< in the order of the page
  std::vector<Example> examples;
  /// All places that point at analytics: cells of the table, and text of the team of the form
  /// `cloud 3` or `host analytics 1, 2 and 4` (also `analytic 3` inside a list of analytics). Code
  /// and links hold none.
  std::vector<AnalyticRef> references;

  const Block* FindBlock(std::string_view name) const;
  const Section* Find(SectionKind kind) const;
  const PageAnalytic* Find(AnalyticKind kind, uint32_t number) const;
  std::vector<const PageAnalytic*> Of(AnalyticKind kind) const;
  /// ATT&CK's version and the day of the last pull, of the block `last-pulled`; empty when unknown.
  std::string_view AttackVersion() const;
  std::string_view PulledOn() const;
  const Label* FindMetadata(std::string_view name) const;
};

/// True when the block's text is not what the program wrote: somebody edited it.
bool IsEdited(const Page& page, const Block& block);

/// A page, or nothing and errors with file, line and column in the report: no title that names a
/// technique, markers that are damaged, unknown, nested, repeated, or without their other half, a
/// section of one kind twice. Numbers of analytics are taken as they are.
std::optional<Page> ParsePage(std::string file, std::string text, Report& report);

/// The same from a file. What can't be read is in the report, too.
std::optional<Page> ReadPage(const std::string& path, Report& report);

/// Puts the program's own block with `body` on the page: over the one that stands there, else after
/// the section of metadata, else after ATT&CK's blocks.
Edit EditChecked(const Page& page, std::string_view body,
                 std::span<const std::pair<std::string, std::string>> attributes = {});

/// The team's sign-off: `* **Validated:** YES, Ann Able, 2026-03-01`.
struct SignOff {
  bool validated = false;
  std::string name;  ///< may be empty
  std::string date;  ///< `2026-03-01`; may be empty
  uint32_t line = 0;
};
/// Nothing when the page has no such label.
std::optional<SignOff> ReadSignOff(const Page& page);

/// A diagnostic that points at byte `at` of the page, `width` characters of it.
Diagnostic Complain(const Page& page, size_t at, size_t width, std::string message,
                    std::string code, std::string help = {});

}  // namespace tokentrail::playbook
