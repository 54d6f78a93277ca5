// Where a page points at its analytics by number: the table of adversary examples, and its text.

#include <algorithm>
#include <cctype>
#include <charconv>

#include "base/text.h"
#include "playbook/page_parser.h"

namespace tokentrail::playbook {
namespace {

using Is = MarkdownLine::Is;

constexpr uint32_t kMaxSpan = 1000;  ///< of `1-3`, written out

bool IsAlpha(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }
bool IsDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

/// The cells of a table's row, without the space around them. Source: GFM 0.29, 4.10.
std::vector<Range> Cells(std::string_view text, Range row) {
  std::vector<Range> out;
  size_t start = row.begin;
  const auto push = [&](size_t end) {
    const std::string_view cell = text.substr(start, end - start);
    const std::string_view trimmed = Trim(cell);
    const size_t at = trimmed.empty() ? start : static_cast<size_t>(trimmed.data() - text.data());
    out.push_back({at, at + trimmed.size()});
    start = end + 1;
  };
  const size_t first = text.find_first_not_of(" \t", row.begin);
  if (first < row.end && text[first] == '|') start = first + 1;
  for (size_t at = start; at < row.end; ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '|') {
      push(at);
    }
  }
  if (start < row.end && !Trim(text.substr(start, row.end - start)).empty()) push(row.end);
  return out;
}

/// `|---|:--:|`
bool IsDelimiterRow(std::string_view line) {
  return line.find('-') != line.npos && line.find('|') != line.npos &&
         line.find_first_not_of(" \t|:-") == line.npos;
}

/// Which column is of which kind, by its heading.
std::optional<AnalyticKind> KindOfColumn(std::string_view heading) {
  if (ContainsIgnoreCase(heading, "host")) return AnalyticKind::kHost;
  if (ContainsIgnoreCase(heading, "network")) return AnalyticKind::kNetwork;
  if (ContainsIgnoreCase(heading, "cloud") || ContainsIgnoreCase(heading, "identity")) {
    return AnalyticKind::kCloud;
  }
  return std::nullopt;
}

/// Digits that start at `at`; 0 when there are none or they name no analytic.
uint32_t NumberAt(std::string_view text, size_t at, size_t end, size_t& after) {
  after = at;
  while (after < end && IsDigit(text[after])) ++after;
  static constexpr size_t kMaxDigits = 3;
  if (after == at || after - at > kMaxDigits) return 0;
  uint32_t number = 0;
  std::from_chars(text.data() + at, text.data() + after, number);
  return number;
}

class ReferenceReader {
 public:
  ReferenceReader(const std::vector<MarkdownLine>& lines, Page& page)
      : lines_(lines), page_(page), text_(page.text) {}

  void Read() {
    std::vector<std::optional<AnalyticKind>> columns;  // of the table we are in
    for (size_t i = 0; i < lines_.size(); ++i) {
      const MarkdownLine& line = lines_[i];
      if (line.is != Is::kText) {
        columns.clear();
        continue;
      }
      if (ReadAnalyticHeading(text_, line)) continue;
      const Section* section = SectionAt(line.range.begin);
      const bool examples = section != nullptr && section->kind == SectionKind::kExamples;
      const std::string_view bytes = line.range.Of(text_);
      if (!examples || bytes.find('|') == bytes.npos) columns.clear();
      if (examples && columns.empty() && i + 1 < lines_.size() &&
          IsDelimiterRow(lines_[i + 1].range.Of(text_)) && bytes.find('|') != bytes.npos) {
        for (const Range& cell : Cells(text_, line.range)) {
          columns.push_back(KindOfColumn(cell.Of(text_)));
        }
        ++i;
        continue;
      }
      if (columns.empty()) {
        Text(line, line.range, section);
      } else {
        Row(line, columns, section);
      }
    }
  }

 private:
  const Section* SectionAt(size_t at) const {
    for (const Section& section : page_.sections) {
      if (section.range.Holds(at)) return &section;
    }
    return nullptr;
  }

  AnalyticRef Make(AnalyticKind kind, uint32_t number, Range range,
                   const MarkdownLine& line) const {
    AnalyticRef out;
    out.kind = kind;
    out.number = out.last = number;
    out.range = range;
    out.line = line.number;
    out.column = PlaceOf(text_.substr(line.range.begin), range.begin - line.range.begin).column;
    return out;
  }

  void Row(const MarkdownLine& line, const std::vector<std::optional<AnalyticKind>>& columns,
           const Section* section) {
    Example example;
    example.range = line.range;
    example.line = line.number;
    const std::vector<Range> cells = Cells(text_, line.range);
    for (size_t i = 0; i < cells.size(); ++i) {
      if (i == 0) example.name = cells[i].Of(text_);
      if (i < columns.size() && columns[i]) {
        Cell(line, cells[i], *columns[i], example);
      } else {
        Text(line, cells[i], section);
      }
    }
    page_.examples.push_back(std::move(example));
  }

  /// `1, 3-5`: numbers that stand alone.
  void Cell(const MarkdownLine& line, Range cell, AnalyticKind kind, Example& example) {
    const auto joins = [](char c) { return IsAlpha(c) || c == '.' || c == '_' || c == '#'; };
    for (size_t at = cell.begin; at < cell.end; ++at) {
      if (!IsDigit(text_[at])) continue;
      size_t end = at;
      const uint32_t number = NumberAt(text_, at, cell.end, end);
      const bool alone =
          (at == cell.begin || !joins(text_[at - 1])) && (end == cell.end || !joins(text_[end]));
      AnalyticRef ref = Make(kind, number, {at, end}, line);
      ref.in_table = true;
      if (number != 0 && alone) {
        SpanEnd(cell.end, ref);
        page_.references.push_back(ref);
        for (uint32_t n = ref.number; n <= ref.last && n - ref.number < kMaxSpan; ++n) {
          AnalyticRef one = ref;
          one.number = one.last = n;
          example.analytics.push_back(one);
        }
      }
      at = std::max(end, ref.range.end) - 1;
    }
  }

  /// `1-3`, with a hyphen or an en dash: makes `ref` the whole of it.
  void SpanEnd(size_t end, AnalyticRef& ref) const {
    size_t at = ref.range.end;
    while (at < end && text_[at] == ' ') ++at;
    if (text_.substr(at, 3) == "\xE2\x80\x93") {
      at += 3;
    } else if (at < end && text_[at] == '-') {
      ++at;
    } else {
      return;
    }
    while (at < end && text_[at] == ' ') ++at;
    size_t after = at;
    const uint32_t last = NumberAt(text_, std::min(at, end), end, after);
    if (last <= ref.number) return;
    ref.last = last;
    ref.range.end = after;
  }

  /// Bytes of a part of a line that are no running text: code, targets of links, addresses.
  std::vector<bool> Masked(Range part) const {
    std::vector<bool> out(part.size());
    const std::string_view bytes = part.Of(text_);
    const auto mask = [&](size_t begin, size_t end) {
      std::fill(out.begin() + static_cast<std::ptrdiff_t>(begin),
                out.begin() + static_cast<std::ptrdiff_t>(std::min(end, out.size())), true);
    };
    for (size_t at = 0; at < bytes.size(); ++at) {
      if (bytes[at] == '`') {
        const size_t run = std::min(bytes.find_first_not_of('`', at), bytes.size());
        const size_t close = bytes.find(std::string(run - at, '`'), run);
        if (close != bytes.npos) mask(at, close + (run - at));
        at = (close == bytes.npos ? run : close + (run - at)) - 1;
      } else if (bytes.substr(at, 2) == "](") {
        const size_t close = std::min(bytes.find(')', at), bytes.size());
        mask(at, close);
        at = close;
      } else if (bytes.substr(at, 3) == "://") {
        const size_t end = std::min(bytes.find_first_of(" \t)>|", at), bytes.size());
        mask(at, end);
        at = end - 1;
      } else if (bytes[at] == '<') {
        const size_t close = bytes.find('>', at);
        if (close != bytes.npos) {
          mask(at, close);
          at = close;
        }
      }
    }
    return out;
  }

  void Text(const MarkdownLine& line, Range part, const Section* section) {
    const std::vector<bool> masked = Masked(part);
    std::optional<AnalyticKind> here;  // what `analytic 3` means in this section
    for (const AnalyticKind kind : kAnalyticKinds) {
      if (section != nullptr && section->kind == SectionOf(kind)) here = kind;
    }
    for (size_t at = part.begin; at < part.end;) {
      if (!IsAlpha(text_[at])) {
        ++at;
        continue;
      }
      const size_t start = at;
      while (at < part.end && IsAlpha(text_[at])) ++at;
      // A word that hangs on another, as in `multi-cloud`, `web_host`, is another word.
      const bool hangs =
          start > part.begin &&
          (text_[start - 1] == '-' || text_[start - 1] == '_' || IsDigit(text_[start - 1]));
      if (masked[start - part.begin] || hangs) continue;
      const std::string_view word = text_.substr(start, at - start);
      std::optional<AnalyticKind> kind = FindAnalyticKind(word);
      bool many = false;
      bool named = IsAnalytic(word, many);
      if (!kind && named) kind = here;
      if (!kind) continue;
      size_t next = Spaces(at, part.end);
      if (!named && next > at && next < part.end && IsAlpha(text_[next])) {
        size_t end = next;
        while (end < part.end && IsAlpha(text_[end])) ++end;
        named = IsAnalytic(text_.substr(next, end - next), many);
        if (!named) continue;
        at = end;
        next = Spaces(at, part.end);
      }
      if (next == at) continue;
      at = Numbers(line, next, part.end, *kind, named, many);
    }
  }

  static bool IsAnalytic(std::string_view word, bool& many) {
    many = EqualsIgnoreCase(word, "analytics");
    return many || EqualsIgnoreCase(word, "analytic");
  }

  size_t Spaces(size_t at, size_t end) const {
    while (at < end && text_[at] == ' ') ++at;
    return at;
  }

  /// Takes the number at `at`, after the plural a list of them; gives where to read on. Without the
  /// word `analytic` a number that names no analytic is just a number.
  size_t Numbers(const MarkdownLine& line, size_t at, size_t end, AnalyticKind kind, bool named,
                 bool many) {
    for (;;) {
      size_t after = at;
      const uint32_t number = NumberAt(text_, at, end, after);
      const auto next = [&](size_t i) { return i < end ? text_[i] : ' '; };
      const char sign = next(after);
      const bool more = (sign == '.' || sign == ',' || sign == ':') && IsDigit(next(after + 1));
      if (number == 0 || more || IsAlpha(sign) || sign == '_' || sign == '/' || sign == '%' ||
          (sign == '-' && !many)) {
        return std::max(after, at);
      }
      if (text_.substr(after).starts_with(" (removed)")) return after;
      if (!named && page_.Find(kind, number) == nullptr) return after;
      AnalyticRef ref = Make(kind, number, {at, after}, line);
      if (many) SpanEnd(end, ref);
      page_.references.push_back(ref);
      after = ref.range.end;
      if (!many) return after;
      const size_t then = ListSign(after, end);
      if (then == after || then >= end || !IsDigit(text_[then])) return after;
      at = then;
    }
  }

  /// Past `, `, ` and `, `, or ` and the like.
  size_t ListSign(size_t at, size_t end) const {
    size_t out = at;
    if (out < end && text_[out] == ',') ++out;
    out = Spaces(out, end);
    for (const std::string_view word : {"and ", "or ", "& "}) {
      if (text_.substr(out, end - out).starts_with(word)) {
        out = Spaces(out + word.size(), end);
        break;
      }
    }
    return out;
  }

  const std::vector<MarkdownLine>& lines_;
  Page& page_;
  std::string_view text_;
};

}  // namespace

void ReadReferences(const std::vector<MarkdownLine>& lines, Page& page) {
  ReferenceReader(lines, page).Read();
}

}  // namespace tokentrail::playbook
