#include "playbook/text_edit.h"

#include <algorithm>

#include "base/check.h"

namespace tokentrail::playbook {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Bytes of the UTF-8 sequence at the start of `text`; 0 when there is none.
/// Source: RFC 3629, section 4.
size_t SequenceLength(std::string_view text) {
  const auto byte = [&](size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto tail = [&](size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return tail(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    if (first == 0xE0 && byte(1) < 0xA0) return 0;
    if (first == 0xED && byte(1) > 0x9F) return 0;
    return tail(1) && tail(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    if (first == 0xF0 && byte(1) < 0x90) return 0;
    if (first == 0xF4 && byte(1) > 0x8F) return 0;
    return tail(1) && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::string Apply(std::string_view text, std::vector<Edit> edits) {
  std::stable_sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) {
    return a.range.begin < b.range.begin ||
           (a.range.begin == b.range.begin && a.range.end < b.range.end);
  });
  std::string out;
  size_t at = 0;
  for (const Edit& edit : edits) {
    CHECK(edit.range.begin >= at && edit.range.end >= edit.range.begin &&
          edit.range.end <= text.size());
    out.append(text.substr(at, edit.range.begin - at));
    out += edit.text;
    at = edit.range.end;
  }
  out.append(text.substr(at));
  return out;
}

std::vector<Line> LinesOf(std::string_view text) {
  std::vector<Line> out;
  for (size_t at = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
       at < text.size();) {
    const size_t feed = text.find('\n', at);
    Line line;
    line.next = feed == text.npos ? text.size() : feed + 1;
    size_t end = feed == text.npos ? text.size() : feed;
    if (feed != text.npos && end > at && text[end - 1] == '\r') --end;
    line.range = {at, end};
    out.push_back(line);
    at = line.next;
  }
  return out;
}

TextPlace PlaceOf(std::string_view text, size_t at) {
  TextPlace out;
  size_t start = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  at = std::min(at, text.size());
  for (size_t i = start; i < at; ++i) {
    if (text[i] == '\n') {
      ++out.line;
      start = i + 1;
    }
  }
  for (size_t i = start; i < at; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0u) != 0x80u) ++out.column;
  }
  return out;
}

std::string_view LineEndOf(std::string_view text) {
  size_t feeds = 0;
  size_t with_return = 0;
  for (size_t at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1)) {
    ++feeds;
    if (at > 0 && text[at - 1] == '\r') ++with_return;
  }
  return with_return * 2 > feeds ? "\r\n" : "\n";
}

std::string WithLineEnd(std::string_view text, std::string_view line_end) {
  if (line_end == "\n") return std::string(text);
  std::string out;
  out.reserve(text.size() + text.size() / 32);
  for (const char c : text) {
    if (c == '\n') {
      out += line_end;
    } else {
      out += c;
    }
  }
  return out;
}

std::string WithPlainLineEnd(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    out += text[i];
  }
  return out;
}

size_t FirstBadUtf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const size_t length = SequenceLength(text.substr(i));
    if (length == 0) return i;
    i += length;
  }
  return text.size();
}

}  // namespace tokentrail::playbook
