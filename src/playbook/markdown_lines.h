// The lines of a page, and which of them are text: not code, not a comment.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "playbook/text_edit.h"

namespace tokentrail::playbook {

/// A marker of ours, as its line says; see Block.
struct Marker {
  std::string block;  ///< `platforms`; `checked`
  bool begin = false;
  std::string sha256;
  std::vector<std::pair<std::string, std::string>> attributes;
};

/// True for a line that means to be a marker, damaged or not.
bool LooksLikeMarker(std::string_view line);
/// False, and `fault` in words, when the line looks like one and is not.
bool ReadMarker(std::string_view line, Marker& out, std::string& fault);

struct MarkdownLine {
  enum class Is : uint8_t {
    kText,
    kFence,    ///< opens or closes code
    kCode,     ///< between fences
    kComment,  ///< of a comment over several lines
    kMarker,
    kBlock,  ///< inside a block of ours
  };

  Is is = Is::kText;
  Range range;
  size_t next = 0;
  uint32_t number = 0;   ///< from 1
  uint32_t heading = 0;  ///< level of an ATX heading; 0: none
};

/// What is wrong with the form of a page, at a byte of it.
struct LineFault {
  size_t at = 0;
  std::string message;
  std::string help;
};

/// Reads the lines. Inside a block of ours nothing counts but its end, so that no text of ATT&CK's
/// can reach beyond it. Markers inside open code or comments are faults: a fence that somebody
/// forgot to close would hide them otherwise. Source: CommonMark 0.30, 4.2 (ATX headings), 4.5
/// (fenced code), 4.6 (comments). Fences may be indented more than it says: under a bullet they
/// are.
std::vector<MarkdownLine> ReadLines(std::string_view text, std::vector<LineFault>& faults);

/// The text of an ATX heading's line, without its signs.
std::string_view HeadingText(std::string_view line);

}  // namespace tokentrail::playbook
