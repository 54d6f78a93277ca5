// Markers and what stands between them.

#include <algorithm>
#include <set>
#include <utility>

#include "base/sha256.h"
#include "base/text.h"
#include "playbook/page.h"
#include "playbook/page_parser.h"

namespace tokentrail::playbook {
namespace {

std::string Quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

std::string ListOfBlocks() {
  std::string out;
  for (const std::string_view name : kAttackBlocks) {
    if (!out.empty()) out += ", ";
    out += name;
  }
  return out;
}

/// A value that can stand in a marker.
std::string Plain(std::string_view value) {
  std::string out;
  for (const char c : value) {
    const bool safe = static_cast<unsigned char>(c) > 0x20 && c != '<' && c != '>' && c != 0x7f;
    out += safe ? c : '_';
  }
  return out;
}

class BlockReader {
 public:
  BlockReader(const std::vector<MarkdownLine>& lines, Page& page, Report& report)
      : lines_(lines), page_(page), report_(report) {}

  void Read() {
    for (size_t i = 0; i < lines_.size(); ++i) {
      if (lines_[i].is == MarkdownLine::Is::kMarker) Take(lines_[i]);
    }
    if (open_) {
      Fail(open_->begin, "block " + Quoted(open_->name) + " is never closed",
           "end it with a line " + EndMarker(open_->name));
    }
  }

 private:
  void Fail(Range range, std::string message, std::string help = {}) {
    report_.Add(ComplainAt(page_.file, page_.text, range.begin, range.size(), std::move(message),
                           "playbook.marker", std::move(help)));
  }

  void Take(const MarkdownLine& line) {
    Marker marker;
    std::string fault;
    if (!ReadMarker(line.range.Of(page_.text), marker, fault)) {
      Fail(line.range, std::move(fault),
           "a block starts with <!-- tokentrail:attack NAME begin sha256=... --> and ends with "
           "<!-- tokentrail:attack NAME end -->");
      return;
    }
    const bool known =
        marker.block == "checked" ||
        std::find(kAttackBlocks.begin(), kAttackBlocks.end(), marker.block) != kAttackBlocks.end();
    if (!known) {
      const std::string_view meant =
          Closest(marker.block, {kAttackBlocks.begin(), kAttackBlocks.end()});
      Fail(line.range, "there is no block " + Quoted(marker.block),
           meant.empty() ? "the blocks are " + ListOfBlocks()
                         : "did you mean " + Quoted(meant) + "?");
    }
    if (marker.begin) {
      Begin(line, std::move(marker));
    } else {
      End(line, marker);
    }
  }

  void Begin(const MarkdownLine& line, Marker marker) {
    if (open_) {
      Fail(line.range,
           "block " + Quoted(marker.block) + " begins inside block " + Quoted(open_->name) +
               " of line " + std::to_string(open_->line),
           "end that one first: a line " + EndMarker(open_->name));
    }
    Block block;
    block.name = std::move(marker.block);
    block.sha256 = std::move(marker.sha256);
    block.attributes = std::move(marker.attributes);
    block.begin = line.range;
    block.range.begin = line.range.begin;
    block.body.begin = line.next;
    block.line = line.number;
    open_ = std::move(block);
  }

  void End(const MarkdownLine& line, const Marker& marker) {
    if (!open_) {
      Fail(line.range, "block " + Quoted(marker.block) + " ends here, and none is open",
           "its begin marker is gone, or this one is one too many");
      return;
    }
    if (open_->name != marker.block) {
      Fail(line.range, "block " + Quoted(marker.block) + " ends here, but the open one is " +
                           Quoted(open_->name) + " of line " + std::to_string(open_->line));
      open_.reset();
      return;
    }
    open_->body.end = line.range.begin;
    open_->range.end = line.next;
    if (!seen_.insert(open_->name).second) {
      Fail(open_->begin, "block " + Quoted(open_->name) + " stands on the page twice",
           "keep one of them");
    } else if (open_->name == "checked") {
      page_.checked = std::move(*open_);
    } else {
      page_.attack.push_back(std::move(*open_));
    }
    open_.reset();
  }

  const std::vector<MarkdownLine>& lines_;
  Page& page_;
  Report& report_;
  std::optional<Block> open_;
  std::set<std::string> seen_;
};

void ReadTitle(const std::vector<MarkdownLine>& lines, Page& page, Report& report) {
  for (const MarkdownLine& line : lines) {
    if (line.is != MarkdownLine::Is::kText || line.heading != 1) continue;
    const std::string_view heading = HeadingText(line.range.Of(page.text));
    const Range id = FindTechniqueId(heading);
    if (id.empty()) continue;
    page.technique = id.Of(heading);
    const std::string_view rest = heading.substr(id.end);
    const size_t name = rest.find_first_not_of(" \t:.-");
    page.title = name == rest.npos ? Trim(heading.substr(0, id.begin)) : Trim(rest.substr(name));
    page.title_range = line.range;
    return;
  }
  report.Add(ComplainAt(page.file, page.text, lines.empty() ? 0 : lines[0].range.begin, 1,
                        "no title names a technique", "playbook.no_title",
                        "a page has one heading such as '# T1528 Name of the technique'"));
}

/// Sections run to the next heading that is not below them. Headings of analytics and of hunters'
/// notes belong to their section whatever their level.
void ReadSections(const std::vector<MarkdownLine>& lines, Page& page, Report& report) {
  size_t open = page.sections.size();
  for (const MarkdownLine& line : lines) {
    if (line.is != MarkdownLine::Is::kText || line.heading == 0) continue;
    const std::string_view heading = HeadingText(line.range.Of(page.text));
    const std::optional<SectionKind> kind = FindSectionKind(heading);
    if (open < page.sections.size()) {
      const bool inner = ReadAnalyticHeading(page.text, line).has_value() ||
                         PlainHeading(heading).starts_with("hunter note");
      if (!kind && (inner || line.heading > page.sections[open].level)) continue;
      page.sections[open].range.end = line.range.begin;
      open = page.sections.size();
    }
    if (!kind) continue;
    if (const Section* other = page.Find(*kind)) {
      report.Add(ComplainAt(page.file, page.text, line.range.begin, line.range.size(),
                            "section '" + std::string(Title(*kind)) +
                                "' stands on the page twice; the first is in line " +
                                std::to_string(other->line),
                            "playbook.section", "keep one of them, or give this one another name"));
      continue;
    }
    Section section;
    section.kind = *kind;
    section.heading = line.range;
    section.range = {line.range.begin, page.text.size()};
    section.level = line.heading;
    section.line = line.number;
    open = page.sections.size();
    page.sections.push_back(section);
  }
}

/// `block` below what ends at `at`, a blank line between.
Edit InsertAt(const Page& page, size_t at, const std::string& block, std::string_view line_end) {
  std::string text;
  const bool at_line_start = at > 0 && page.text[at - 1] == '\n';
  if (!at_line_start) text += line_end;
  text += line_end;
  text += block;
  // What ended the line before the block now ends the block.
  if (!at_line_start && at < page.text.size()) text.resize(text.size() - line_end.size());
  return {{at, at}, std::move(text)};
}

}  // namespace

std::string BlockHash(std::string_view body) {
  std::string plain;
  plain.reserve(body.size());
  for (const Line& line : LinesOf(body)) {
    std::string_view text = line.range.Of(body);
    const size_t last = text.find_last_not_of(" \t\r");
    plain += last == text.npos ? std::string_view() : text.substr(0, last + 1);
    plain += '\n';
  }
  return Sha256Hex(plain);
}

std::string BeginMarker(std::string_view block, std::string_view sha256,
                        std::span<const std::pair<std::string, std::string>> attributes) {
  std::string out = "<!-- tokentrail:";
  out += block == "checked" ? "checked" : "attack " + std::string(block);
  out += " begin sha256=" + std::string(sha256);
  for (const auto& pair : attributes) {
    if (!pair.second.empty()) out += ' ' + pair.first + '=' + Plain(pair.second);
  }
  return out + " -->";
}

std::string EndMarker(std::string_view block) {
  return "<!-- tokentrail:" + (block == "checked" ? "checked" : "attack " + std::string(block)) +
         " end -->";
}

std::string WriteBlock(std::string_view block, std::string_view body, std::string_view line_end,
                       std::span<const std::pair<std::string, std::string>> attributes) {
  std::string text(body);
  if (!text.empty() && text.back() != '\n') text += '\n';
  return WithLineEnd(
      BeginMarker(block, BlockHash(text), attributes) + '\n' + text + EndMarker(block) + '\n',
      line_end);
}

bool IsEdited(const Page& page, const Block& block) {
  return BlockHash(block.body.Of(page.text)) != block.sha256;
}

std::optional<Page> ParsePage(std::string file, std::string text, Report& report) {
  Page page;
  page.file = std::move(file);
  page.text = std::move(text);
  const size_t errors = report.errors();
  if (page.text.starts_with("\xFF\xFE") || page.text.starts_with("\xFE\xFF")) {
    report.Add(ComplainAt(page.file, {}, 0, 1, "the page is UTF-16", "playbook.encoding",
                          "save it as UTF-8"));
    return std::nullopt;
  }
  std::vector<LineFault> faults;
  const std::vector<MarkdownLine> lines = ReadLines(page.text, faults);
  for (LineFault& fault : faults) {
    report.Add(ComplainAt(page.file, page.text, fault.at, 1, std::move(fault.message),
                          "playbook.marker", std::move(fault.help)));
  }
  ReadTitle(lines, page, report);
  BlockReader(lines, page, report).Read();
  ReadSections(lines, page, report);
  if (report.errors() != errors) return std::nullopt;
  ReadAnalytics(lines, page);
  ReadReferences(lines, page);
  return page;
}

Edit EditChecked(const Page& page, std::string_view body,
                 std::span<const std::pair<std::string, std::string>> attributes) {
  const std::string_view line_end = LineEndOf(page.text);
  std::string block = WriteBlock("checked", body, line_end, attributes);
  if (page.checked) {
    // The end marker stays: the end of its line may be the team's.
    block.resize(block.size() - EndMarker("checked").size() - line_end.size());
    return {{page.checked->range.begin, page.checked->body.end}, std::move(block)};
  }
  // After the section's last line that says something, so that rules between sections stay below.
  // A place inside a comment or code that nobody closed is none: then the next best.
  std::vector<size_t> places;
  if (const Section* metadata = page.Find(SectionKind::kMetadata)) {
    if (!page.metadata.empty()) places.push_back(page.metadata.back().range.end);
    places.push_back(metadata->heading.end);
  }
  if (!page.attack.empty()) places.push_back(page.attack.back().range.end);
  for (const size_t at : places) {
    Edit edit = InsertAt(page, at, block, line_end);
    Report ignored;
    const auto after = ParsePage(page.file, Apply(page.text, {edit}), ignored);
    if (after && after->checked) return edit;
  }
  return InsertAt(page, page.title_range.end, block, line_end);
}

}  // namespace tokentrail::playbook
