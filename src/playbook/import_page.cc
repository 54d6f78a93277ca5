#include "playbook/import_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <map>

#include "base/text.h"
#include "playbook/attack_blocks.h"
#include "playbook/markdown_lines.h"
#include "playbook/page_parser.h"
#include "playbook/technique_facts.h"

namespace tokentrail::playbook {
namespace {

using Is = MarkdownLine::Is;

struct Alias {
  std::string_view heading;
  std::string_view block;
};

constexpr Alias kAliases[] = {
    {"technique description", "technique-description"},
    {"technique detection", "technique-detection"},
    {"tactic", "tactics"},
    {"tactics", "tactics"},
    {"platform", "platforms"},
    {"platforms", "platforms"},
    {"data source", "data-sources"},
    {"data sources", "data-sources"},
    {"detection strategies", "data-sources"},
    {"adversarial usage", "adversarial-usage"},
    {"adversary usage", "adversarial-usage"},
    {"procedure examples", "adversarial-usage"},
    {"mitre references", "references"},
    {"mitre att&ck references", "references"},
    {"att&ck references", "references"},
};

std::string_view BlockOf(std::string_view heading) {
  const std::string plain = PlainHeading(heading);
  for (const Alias& alias : kAliases) {
    if (plain == alias.heading) return alias.block;
  }
  return {};
}

bool IsRule(std::string_view line) {
  line = Trim(line);
  return line.size() >= 3 &&
         (line.find_first_not_of("- ") == line.npos || line.find_first_not_of("* ") == line.npos ||
          line.find_first_not_of("_ ") == line.npos);
}

bool IsNote(std::string_view line) {
  return ContainsIgnoreCase(line, "do not edit this cell") ||
         ContainsIgnoreCase(line, "will be wiped when");
}

bool IsPulled(std::string_view line) {
  return ContainsIgnoreCase(line, "last pulled from mitre") ||
         ContainsIgnoreCase(line, "last pulled from att");
}

/// Lines [begin, end) that become a block.
struct Found {
  std::string_view block;
  size_t begin = 0;
  size_t end = 0;
};

std::string Letters(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0) out += static_cast<char>(std::tolower(byte));
  }
  return out;
}

bool IsSubset(const FactSet& a, const FactSet& b) {
  return std::all_of(a.begin(), a.end(), [&](const auto& one) { return b.contains(one.first); });
}

bool SameNames(const FactSet& a, const FactSet& b) { return IsSubset(a, b) && IsSubset(b, a); }

class Importer {
 public:
  Importer(const std::string& file, std::string text, const ImportOptions& options, Report& report)
      : file_(file), text_(std::move(text)), options_(options), report_(report) {}

  std::optional<Imported> Run() {
    auto page = ParsePage(file_, text_, report_);
    if (!page) return std::nullopt;
    if (!page->attack.empty()) {
      out_.had_markers = true;
      out_.text = text_;
      return std::move(out_);
    }
    if (options_.base != nullptr && options_.base->Find(page->technique) == nullptr) {
      Fail(page->title_range.begin,
           fmt::format("{} is not in the ATT&CK that was given as base", page->technique), {});
      return std::nullopt;
    }
    std::vector<LineFault> faults;
    lines_ = ReadLines(text_, faults);
    if (!FindBlocks()) return std::nullopt;
    if (options_.base != nullptr) Compare(*options_.base, *options_.base->Find(page->technique));
    Write();
    return std::move(out_);
  }

 private:
  std::string_view Bytes(size_t line) const { return lines_[line].range.Of(text_); }

  void Fail(size_t at, std::string message, std::string help) {
    report_.Add(
        ComplainAt(file_, text_, at, 1, std::move(message), "playbook.import", std::move(help)));
  }

  bool FindBlocks() {
    for (size_t i = 0; i < lines_.size(); ++i) {
      if (lines_[i].is != Is::kText || lines_[i].heading == 0) continue;
      const std::string_view block = BlockOf(HeadingText(Bytes(i)));
      if (block.empty()) continue;
      for (const Found& other : found_) {
        if (other.block != block) continue;
        Fail(lines_[i].range.begin,
             fmt::format("the page has its part '{}' twice; the first is in line {}", block,
                         lines_[other.begin].number),
             "keep one of them, or give this one another heading");
        return false;
      }
      found_.push_back({block, i, EndOf(i + 1)});
    }
    FindPulled();
    if (found_.empty()) {
      Fail(0, "this is no hunt page that could be imported",
           "none of its headings is 'Technique Description', 'Tactics', 'Platforms', 'Data "
           "Sources', 'Adversarial usage' or 'Mitre References'");
      return false;
    }
    return true;
  }

  /// To the next heading, note or rule that stands before one; blank lines and rules at the end are
  /// left outside.
  size_t EndOf(size_t i) const {
    const size_t begin = i;
    while (i < lines_.size()) {
      const MarkdownLine& line = lines_[i];
      if (line.is == Is::kMarker) break;
      if (line.is == Is::kText && (line.heading != 0 || IsNote(Bytes(i)) || IsPulled(Bytes(i)))) {
        break;
      }
      ++i;
    }
    while (i > begin && lines_[i - 1].is == Is::kText &&
           (Trim(Bytes(i - 1)).empty() || IsRule(Bytes(i - 1)))) {
      --i;
    }
    return i;
  }

  void FindPulled() {
    Found pulled;
    for (size_t i = 0; i < lines_.size(); ++i) {
      if (lines_[i].is == Is::kMarker) pulled = {};
      if (lines_[i].is != Is::kText) continue;
      if (lines_[i].heading != 0) pulled = {};  // the day belongs to a note right above it
      const bool day = IsPulled(Bytes(i));
      if (!day && !IsNote(Bytes(i))) continue;
      if (pulled.block.empty()) pulled = {"last-pulled", i, i + 1};
      pulled.end = i + 1;
      if (!day) continue;
      out_.pulled = FindDay(Bytes(i));
      break;
    }
    if (!pulled.block.empty()) found_.push_back(pulled);
  }

  std::string BodyOf(const Found& found) const {
    return WithPlainLineEnd(
        text_.substr(lines_[found.begin].range.begin,
                     lines_[found.end - 1].next - lines_[found.begin].range.begin));
  }

  /// Which parts don't say what ATT&CK said: a hand has been there.
  void Compare(const Attack& attack, const Technique& technique) {
    std::map<std::string, std::string, std::less<>> page;
    std::map<std::string, std::string, std::less<>> theirs;
    for (const Found& found : found_) page[std::string(found.block)] = BodyOf(found);
    for (const AttackBlock& block : RenderAttack(attack, technique)) {
      theirs[std::string(block.name)] = block.body;
    }
    const TechniqueFacts mine = ReadFacts(page);
    const TechniqueFacts base = ReadFacts(theirs);
    const auto prose = [&](std::string_view block) {
      const std::string& body = page.find(block)->second;
      return Letters(std::string_view(body).substr(std::min(body.find('\n'), body.size())));
    };
    for (const Found& found : found_) {
      bool same = true;
      if (found.block == "technique-description") {
        same = prose(found.block) == Letters(technique.description);
      } else if (found.block == "technique-detection") {
        same = prose(found.block) == Letters(technique.detection);
      } else if (found.block == "tactics") {
        same = SameNames(mine.tactics, base.tactics);
      } else if (found.block == "platforms") {
        same = SameNames(mine.platforms, base.platforms);
      } else if (found.block == "data-sources") {
        same = SameNames(mine.components, base.components);
      } else if (found.block == "references") {
        same = IsSubset(mine.references, base.references);
      } else if (found.block == "adversarial-usage") {
        same = IsSubset(mine.adversaries, base.adversaries) && Says(found, mine, technique);
      }
      if (same) continue;
      out_.edited.emplace_back(found.block);
      base_hash_[std::string(found.block)] = BlockHash(theirs[std::string(found.block)]);
    }
  }

  /// Each adversary of the table does there what the relation says.
  bool Says(const Found& found, const TechniqueFacts& mine, const Technique& technique) const {
    const std::string body = Letters(BodyOf(found));
    return std::all_of(technique.usages.begin(), technique.usages.end(), [&](const auto& usage) {
      return !mine.adversaries.contains(Letters(usage.who.name)) ||
             body.find(Letters(usage.description)) != body.npos;
    });
  }

  void Write() {
    const std::string line_end(LineEndOf(text_));
    std::vector<Edit> edits;
    for (const Found& found : found_) {
      std::vector<std::pair<std::string, std::string>> attributes;
      if (found.block == "last-pulled") {
        attributes = {{"attack", options_.attack_version}, {"date", out_.pulled}};
      }
      const auto edited = base_hash_.find(found.block);
      const std::string hash =
          edited == base_hash_.end() ? BlockHash(BodyOf(found)) : edited->second;
      const size_t begin = lines_[found.begin].range.begin;
      edits.push_back({{begin, begin}, BeginMarker(found.block, hash, attributes) + line_end});
      const MarkdownLine& last = lines_[found.end - 1];
      const bool open = last.next == last.range.end;  // the text ends without a line end
      edits.push_back(
          {{last.next, last.next},
           open ? line_end + EndMarker(found.block) : EndMarker(found.block) + line_end});
      out_.blocks.emplace_back(found.block);
    }
    for (const std::string_view name : kAttackBlocks) {
      if (std::find(out_.blocks.begin(), out_.blocks.end(), name) == out_.blocks.end()) {
        out_.missing.emplace_back(name);
      }
    }
    out_.text = Apply(text_, std::move(edits));
  }

  const std::string& file_;
  std::string text_;
  const ImportOptions& options_;
  Report& report_;
  std::vector<MarkdownLine> lines_;
  std::vector<Found> found_;
  std::map<std::string, std::string, std::less<>> base_hash_;  ///< of blocks that were edited
  Imported out_;
};

constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                      "jul", "aug", "sep", "oct", "nov", "dec"};

}  // namespace

std::optional<Imported> ImportPage(const std::string& file, std::string text,
                                   const ImportOptions& options, Report& report) {
  return Importer(file, std::move(text), options, report).Run();
}

std::string FindDay(std::string_view text) {
  const std::vector<std::string_view> words = Split(text, " ,*_:;()\t\r\n");
  const auto number = [](std::string_view word, unsigned low, unsigned high) {
    unsigned out = 0;
    if (word.size() > 4 || !IsDigits(word)) return 0u;
    std::from_chars(word.data(), word.data() + word.size(), out);
    return out >= low && out <= high ? out : 0u;
  };
  const auto month = [](std::string_view word) {
    const std::string start = Lower(word.substr(0, 3));
    for (unsigned i = 0; i < kMonths.size() && word.size() >= 3; ++i) {
      if (start == kMonths[i]) return i + 1;
    }
    return 0u;
  };
  const auto day = [&](unsigned y, unsigned m, unsigned d) {
    return fmt::format("{:04}-{:02}-{:02}", y, m, d);
  };
  for (size_t i = 0; i < words.size(); ++i) {
    const auto parts = Split(words[i], "-");
    if (parts.size() == 3 && words[i].size() == 10) {
      const unsigned y = number(parts[0], 1990, 2199);
      const unsigned m = number(parts[1], 1, 12);
      const unsigned d = number(parts[2], 1, 31);
      if (y != 0 && m != 0 && d != 0) return day(y, m, d);
    }
    if (i + 2 >= words.size()) continue;
    const unsigned y = number(words[i + 2], 1990, 2199);
    if (y == 0) continue;
    const unsigned d = number(words[i], 1, 31);
    if (d != 0 && month(words[i + 1]) != 0) return day(y, month(words[i + 1]), d);
    const unsigned later = number(words[i + 1], 1, 31);
    if (month(words[i]) != 0 && later != 0) return day(y, month(words[i]), later);
  }
  return {};
}

}  // namespace tokentrail::playbook
