// Text that belongs to somebody else, changed only where it must be: ranges of bytes, edits of
// them.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tokentrail::playbook {

/// Bytes [begin, end) of a text.
struct Range {
  size_t begin = 0;
  size_t end = 0;

  size_t size() const { return end - begin; }
  bool empty() const { return begin == end; }
  bool Holds(size_t at) const { return at >= begin && at < end; }
  std::string_view Of(std::string_view text) const { return text.substr(begin, end - begin); }
  friend bool operator==(const Range&, const Range&) = default;
};

/// What stands in `range` becomes `text`; an empty range inserts.
struct Edit {
  Range range;
  std::string text;
};

/// All edits at once; ranges are of the text as it was, must not overlap, and may come in any
/// order. Insertions at one place keep their order. Every other byte stays.
std::string Apply(std::string_view text, std::vector<Edit> edits);

/// Where a byte stands, for people: both from 1, columns count characters of UTF-8.
struct TextPlace {
  uint32_t line = 1;
  uint32_t column = 1;
};

/// A line: [range.begin, range.end) without its end, which is `\n`, `\r\n` or nothing; `next` is
/// where the line after it starts.
struct Line {
  Range range;
  size_t next = 0;
};

/// The lines of a text; a text that ends in a line end has none after it. A byte order mark is no
/// part of the first line.
std::vector<Line> LinesOf(std::string_view text);

TextPlace PlaceOf(std::string_view text, size_t at);

/// `\r\n` when more lines end so than in `\n`.
std::string_view LineEndOf(std::string_view text);
/// `text`, whose lines end in `\n`, with that line end.
std::string WithLineEnd(std::string_view text, std::string_view line_end);
/// `\r\n` as `\n`.
std::string WithPlainLineEnd(std::string_view text);

/// The first byte that is not UTF-8; the text's size when all are.
size_t FirstBadUtf8(std::string_view text);

}  // namespace tokentrail::playbook
