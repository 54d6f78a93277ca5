// The team's analytics, their labels and queries.

#include <algorithm>
#include <cctype>
#include <charconv>

#include "base/text.h"
#include "playbook/page_parser.h"

namespace tokentrail::playbook {
namespace {

using Is = MarkdownLine::Is;

size_t Indent(std::string_view line) {
  size_t columns = 0;
  for (const char c : line) {
    if (c == ' ') {
      ++columns;
    } else if (c == '\t') {
      columns += 4 - columns % 4;
    } else {
      break;
    }
  }
  return columns;
}

bool IsBlank(std::string_view line) { return Trim(line).empty(); }

/// Source: CommonMark 0.30, 4.1 (thematic breaks).
bool IsRule(std::string_view line) {
  size_t signs = 0;
  char sign = 0;
  for (const char c : line) {
    if (c == ' ' || c == '\t') continue;
    if (c != '-' && c != '*' && c != '_') return false;
    if (sign != 0 && c != sign) return false;
    sign = c;
    ++signs;
  }
  return signs >= 3;
}

/// Of `* **Source:** Sysmon`: where the label's words and the value start.
struct LabelStart {
  std::string name;
  size_t indent = 0;
  size_t value = 0;  ///< in the line
};

std::optional<LabelStart> ReadLabelStart(std::string_view line) {
  LabelStart out;
  out.indent = Indent(line);
  size_t at = line.find_first_not_of(" \t");
  if (at == line.npos) return std::nullopt;
  if ((line[at] == '*' || line[at] == '-' || line[at] == '+') && at + 1 < line.size() &&
      (line[at + 1] == ' ' || line[at + 1] == '\t')) {
    at = line.find_first_not_of(" \t", at + 1);
    if (at == line.npos) return std::nullopt;
  }
  const std::string_view sign = line.substr(at, 2);
  if (sign != "**" && sign != "__") return std::nullopt;
  const size_t close = line.find(sign, at + 2);
  if (close == line.npos) return std::nullopt;
  std::string_view name = Trim(line.substr(at + 2, close - at - 2));
  size_t after = close + 2;
  if (name.ends_with(':')) {
    name.remove_suffix(1);
  } else if (after < line.size() && line[after] == ':') {
    ++after;
  } else {
    return std::nullopt;
  }
  static constexpr size_t kMaxName = 48;
  if (Trim(name).empty() || name.size() > kMaxName) return std::nullopt;
  for (const std::string_view word : Split(name, " \t")) {
    if (!out.name.empty()) out.name += ' ';
    out.name += word;
  }
  out.value = std::min(line.find_first_not_of(" \t", after), line.size());
  return out;
}

/// First word of what follows a fence: ```sigma, ```{.sql}.
std::string Language(std::string_view info) {
  const auto words = Split(info, " \t{},.=");
  return words.empty() ? std::string() : Lower(words[0]);
}

std::string Dedented(std::string_view line, size_t columns) {
  size_t at = 0;
  size_t taken = 0;
  while (at < line.size() && taken < columns && (line[at] == ' ' || line[at] == '\t')) {
    taken += line[at] == '\t' ? 4 - taken % 4 : 1;
    ++at;
  }
  return std::string(line.substr(at));
}

class QueryReader {
 public:
  QueryReader(std::string_view text, const std::vector<MarkdownLine>& lines)
      : text_(text), lines_(lines) {}

  /// Of the label that stands in lines [begin, end).
  std::vector<Query> Read(const Label& label, size_t begin, size_t end) {
    std::vector<Query> out;
    if (label.value.empty()) return out;
    for (size_t i = begin; i < end;) {
      if (lines_[i].is == Is::kFence) {
        out.push_back(Fenced(i, end));
      } else {
        ++i;
      }
    }
    if (!out.empty()) return out;
    out.push_back(InLine(label, begin, end));
    return out;
  }

 private:
  /// Moves `i` past the closing fence.
  Query Fenced(size_t& i, size_t end) {
    const std::string_view open = lines_[i].range.Of(text_);
    Query out;
    out.indent = static_cast<uint32_t>(Indent(open));
    const std::string_view fence = Trim(open);
    out.language =
        Language(fence.substr(std::min(fence.find_first_not_of(fence[0]), fence.size())));
    out.range = lines_[i].range;
    out.line = lines_[i].number;
    out.text_line = out.line + 1;
    for (++i; i < end; ++i) {
      out.range.end = lines_[i].range.end;
      if (lines_[i].is != Is::kCode) {
        ++i;
        break;
      }
      out.text += Dedented(lines_[i].range.Of(text_), out.indent) + '\n';
    }
    return out;
  }

  /// `code`, ```code``` or plain words beside the label; code may go on below.
  Query InLine(const Label& label, size_t begin, size_t end) {
    Query out;
    out.line = out.text_line = label.line;
    out.range = label.value;
    std::string_view value = label.value.Of(text_);
    const size_t open = value.find('`');
    if (open == 0) {
      const size_t ticks = std::min(value.find_first_not_of('`'), value.size());
      size_t close = value.find(std::string(ticks, '`'), ticks);
      if (close == value.npos) close = value.size();
      value = value.substr(ticks, close - ticks);
      // ```sql and a line end: the word names the language, the query starts below.
      const size_t feed = value.find('\n');
      const bool below = begin + 1 < end && lines_[begin + 1].is == Is::kCode;
      if (below && feed != value.npos) {
        const std::string_view info = Trim(value.substr(0, feed));
        if (info.find_first_of(" \t|=()") == info.npos) {
          out.language = Language(info);
          value.remove_prefix(feed + 1);
          ++out.text_line;
        }
      }
    }
    out.text = WithPlainLineEnd(Trim(value));
    if (!out.text.empty()) out.text += '\n';
    return out;
  }

  std::string_view text_;
  const std::vector<MarkdownLine>& lines_;
};

/// Lines [begin, end) of one analytic, its last line one that says something.
struct Extent {
  size_t begin = 0;
  size_t end = 0;
};

}  // namespace

std::optional<AnalyticHeading> ReadAnalyticHeading(std::string_view text,
                                                   const MarkdownLine& line) {
  if (line.is != Is::kText || line.heading == 0) return std::nullopt;
  const std::string_view heading = HeadingText(line.range.Of(text));
  constexpr std::string_view kWord = "analytic";
  if (heading.size() < kWord.size() + 2 ||
      !EqualsIgnoreCase(heading.substr(0, kWord.size()), kWord)) {
    return std::nullopt;
  }
  size_t at = heading.find_first_not_of(" \t", kWord.size());
  if (at == heading.npos || at == kWord.size()) return std::nullopt;
  if (heading[at] == '#') ++at;
  size_t end = at;
  while (end < heading.size() && std::isdigit(static_cast<unsigned char>(heading[end])) != 0) ++end;
  static constexpr size_t kMaxDigits = 6;
  if (end == at || end - at > kMaxDigits) return std::nullopt;
  if (end < heading.size() &&
      (std::isalnum(static_cast<unsigned char>(heading[end])) != 0 || heading[end] == '_')) {
    return std::nullopt;
  }
  AnalyticHeading out;
  std::from_chars(heading.data() + at, heading.data() + end, out.number);
  const size_t start = static_cast<size_t>(heading.data() - text.data());
  out.digits = {start + at, start + end};
  const size_t title = heading.find_first_not_of(" \t:.)-", end);
  if (title != heading.npos) out.title = heading.substr(title);
  return out;
}

std::vector<Label> ReadLabels(std::string_view text, const std::vector<MarkdownLine>& lines,
                              size_t begin, size_t end) {
  std::vector<Label> out;
  size_t base = 0;  // indentation of the first label: deeper ones are part of a value
  for (size_t i = begin; i < end; ++i) {
    const MarkdownLine& line = lines[i];
    if (line.is == Is::kMarker || line.is == Is::kBlock || line.heading != 0) {
      // What follows is no part of the label before.
      ++i;
      while (i < end && !(lines[i].is == Is::kText && ReadLabelStart(lines[i].range.Of(text)))) ++i;
      if (i == end) break;
      --i;
      continue;
    }
    const std::string_view bytes = line.range.Of(text);
    const auto start = line.is == Is::kText ? ReadLabelStart(bytes) : std::nullopt;
    if (start && (out.empty() || start->indent <= base + 1)) {
      if (out.empty()) base = start->indent;
      Label label;
      label.name = start->name;
      label.range = line.range;
      label.value = {line.range.begin + start->value, line.range.end};
      label.line = line.number;
      out.push_back(std::move(label));
    } else if (!out.empty() && !(IsBlank(bytes) || (line.is == Is::kText && IsRule(bytes)))) {
      out.back().range.end = line.range.end;
      out.back().value.end = line.range.end;
    }
  }
  for (Label& label : out) {
    std::string_view value = label.value.Of(text);
    const std::string_view trimmed = Trim(value);
    const size_t before = trimmed.empty() ? 0 : static_cast<size_t>(trimmed.data() - value.data());
    label.value = {label.value.begin + before, label.value.begin + before + trimmed.size()};
    label.text = WithPlainLineEnd(trimmed);
  }
  return out;
}

void ReadAnalytics(const std::vector<MarkdownLine>& lines, Page& page) {
  const auto line_at = [&](size_t offset) {
    const auto found =
        std::partition_point(lines.begin(), lines.end(),
                             [&](const MarkdownLine& line) { return line.range.begin < offset; });
    return static_cast<size_t>(found - lines.begin());
  };
  if (const Section* metadata = page.Find(SectionKind::kMetadata)) {
    page.metadata = ReadLabels(page.text, lines, line_at(metadata->range.begin) + 1,
                               line_at(metadata->range.end));
  }
  const auto ends = [&](size_t i, uint32_t level) {
    const MarkdownLine& line = lines[i];
    if (line.is == Is::kMarker || line.is == Is::kBlock) return true;
    return line.is == Is::kText && line.heading != 0 &&
           (line.heading <= level || ReadAnalyticHeading(page.text, line).has_value());
  };
  for (const Section& section : page.sections) {
    for (const AnalyticKind kind : kAnalyticKinds) {
      if (SectionOf(kind) != section.kind) continue;
      const size_t end = line_at(section.range.end);
      for (size_t i = line_at(section.range.begin) + 1; i < end; ++i) {
        const auto heading = ReadAnalyticHeading(page.text, lines[i]);
        if (!heading) continue;
        Extent extent{i, i + 1};
        while (extent.end < end && !ends(extent.end, lines[i].heading)) ++extent.end;
        while (extent.end > i + 1) {
          const MarkdownLine& last = lines[extent.end - 1];
          const std::string_view bytes = last.range.Of(page.text);
          const bool says =
              last.is == Is::kFence || !(IsBlank(bytes) || (last.is == Is::kText && IsRule(bytes)));
          if (says) break;
          --extent.end;
        }
        PageAnalytic analytic;
        analytic.kind = kind;
        analytic.number = heading->number;
        analytic.title = heading->title;
        analytic.heading = lines[i].range;
        analytic.number_range = heading->digits;
        analytic.line = lines[i].number;
        analytic.range = {lines[i].range.begin, lines[extent.end - 1].range.end};
        analytic.labels = ReadLabels(page.text, lines, i + 1, extent.end);
        for (const Label& label : analytic.labels) {
          if (FindLabel({label}, "query") == nullptr && FindLabel({label}, "queries") == nullptr) {
            continue;
          }
          std::vector<Query> queries = QueryReader(page.text, lines)
                                           .Read(label, line_at(label.range.begin),
                                                 std::min(line_at(label.range.end), extent.end));
          for (Query& query : queries) analytic.queries.push_back(std::move(query));
        }
        page.analytics.push_back(std::move(analytic));
        i = extent.end - 1;
      }
    }
  }
}

}  // namespace tokentrail::playbook
