#include "playbook/markdown_lines.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/text.h"

namespace tokentrail::playbook {
namespace {

constexpr std::string_view kPrefix = "tokentrail:";

std::string_view TrimLeft(std::string_view text) {
  const size_t at = text.find_first_not_of(" \t");
  return at == text.npos ? std::string_view() : text.substr(at);
}

/// The sign and length of a fence that a line opens or closes; length 0: neither.
struct Fence {
  char sign = 0;
  size_t length = 0;
};

Fence FenceAt(std::string_view line) {
  line = TrimLeft(line);
  if (line.empty() || (line[0] != '`' && line[0] != '~')) return {};
  const size_t length = std::min(line.find_first_not_of(line[0]), line.size());
  if (length < 3) return {};
  // An info string of backticks has none itself: ```code``` on one line is code in running text.
  if (line[0] == '`' && line.find('`', length) != line.npos) return {};
  return {line[0], length};
}

/// Code that opens after other text of its line, as in `* **Query:** ```sql`, and goes on below.
Fence FenceInLine(std::string_view line) {
  Fence open;
  for (size_t at = line.find("```"); at != line.npos;) {
    const size_t end = std::min(line.find_first_not_of('`', at), line.size());
    if (open.length == 0) {
      open = {'`', end - at};
    } else if (end - at == open.length) {
      open = {};
    }
    at = line.find("```", end);
  }
  return open;
}

/// Ends code that FenceInLine opened, wherever in its line.
bool ClosesInLine(std::string_view line, Fence open) {
  for (size_t at = line.find('`'); at != line.npos;) {
    const size_t end = std::min(line.find_first_not_of('`', at), line.size());
    if (end - at == open.length) return true;
    at = line.find('`', end);
  }
  return false;
}

bool Closes(std::string_view line, Fence open) {
  const Fence fence = FenceAt(line);
  return fence.sign == open.sign && fence.length >= open.length &&
         Trim(TrimLeft(line).substr(fence.length)).empty();
}

uint32_t HeadingLevel(std::string_view line) {
  size_t at = 0;
  while (at < line.size() && at < 4 && line[at] == ' ') ++at;
  if (at > 3) return 0;
  const size_t end = std::min(line.find_first_not_of('#', at), line.size());
  const size_t level = end - at;
  if (level == 0 || level > 6) return 0;
  if (end < line.size() && line[end] != ' ' && line[end] != '\t') return 0;
  return static_cast<uint32_t>(level);
}

bool IsHash(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

}  // namespace

bool LooksLikeMarker(std::string_view line) {
  const size_t name = line.find_first_not_of(" \t<!-");
  if (name == line.npos || !line.substr(name).starts_with(kPrefix)) return false;
  const std::string_view rest = line.substr(name + kPrefix.size());
  if (!rest.starts_with("attack") && !rest.starts_with("checked")) return false;
  return line.find('<') < name || line.find("-->", name) != line.npos;
}

bool ReadMarker(std::string_view line, Marker& out, std::string& fault) {
  const auto damaged = [&](std::string_view why) {
    fault = "damaged marker: " + std::string(why);
    return false;
  };
  if (!line.starts_with("<!--")) return damaged("it must start its line with '<!--'");
  line = Trim(line);
  if (!line.ends_with("-->")) return damaged("it must end its line with '-->'");
  if (line.size() < 7) return damaged("it says nothing");
  std::vector<std::string_view> words = Split(line.substr(4, line.size() - 7), " \t");
  if (words.empty()) return damaged("it says nothing");
  size_t at = 1;
  if (words[0] == "tokentrail:attack") {
    if (words.size() < 2) return damaged("it names no block");
    out.block = words[at++];
  } else if (words[0] == "tokentrail:checked") {
    out.block = "checked";
  } else {
    return damaged("'" + std::string(words[0]) +
                   "' is neither 'tokentrail:attack' nor 'tokentrail:checked'");
  }
  if (at >= words.size() || (words[at] != "begin" && words[at] != "end")) {
    return damaged("after the name of the block comes 'begin' or 'end'");
  }
  out.begin = words[at++] == "begin";
  for (; at < words.size(); ++at) {
    const size_t equals = words[at].find('=');
    if (!out.begin || equals == words[at].npos || equals == 0) {
      return damaged("'" + std::string(words[at]) + "' is out of place");
    }
    std::string key(words[at].substr(0, equals));
    std::string value(words[at].substr(equals + 1));
    if (key != "sha256") {
      out.attributes.emplace_back(std::move(key), std::move(value));
      continue;
    }
    if (!out.sha256.empty()) return damaged("sha256 is given twice");
    if (!IsHash(value)) return damaged("sha256 must have 64 hexadecimal digits");
    out.sha256 = std::move(value);
  }
  if (out.begin && out.sha256.empty()) return damaged("sha256 is missing");
  return true;
}

std::string_view HeadingText(std::string_view line) {
  line = Trim(line);
  line.remove_prefix(std::min(line.find_first_not_of('#'), line.size()));
  const size_t last = line.find_last_not_of('#');
  if (last == line.npos) return {};
  // `## C# ##`: closing signs stand apart.
  if (last + 1 < line.size() && (line[last] == ' ' || line[last] == '\t')) {
    line = line.substr(0, last);
  }
  return Trim(line);
}

std::vector<MarkdownLine> ReadLines(std::string_view text, std::vector<LineFault>& faults) {
  using Is = MarkdownLine::Is;
  std::vector<MarkdownLine> out;
  Fence fence;
  bool in_line = false;  // it was opened by FenceInLine
  size_t opened = 0;     // the line that opened code or a comment
  bool comment = false;
  std::string block;
  // A marker inside open code counts once we know that the code is never closed.
  std::vector<size_t> hidden;
  for (const Line& line : LinesOf(text)) {
    const std::string_view bytes = line.range.Of(text);
    MarkdownLine one;
    one.range = line.range;
    one.next = line.next;
    one.number = static_cast<uint32_t>(out.size() + 1);
    const bool marker = LooksLikeMarker(bytes);
    if (!block.empty()) {
      // Any marker ends this, so that a lost end can't swallow the page.
      one.is = Is::kBlock;
      Marker read;
      std::string fault;
      if (marker) {
        one.is = Is::kMarker;
        block.clear();
        if (ReadMarker(bytes, read, fault) && read.begin) block = read.block;
      }
    } else if (fence.length != 0) {
      const bool closes = in_line ? ClosesInLine(bytes, fence) : Closes(bytes, fence);
      one.is = closes && !in_line ? Is::kFence : Is::kCode;
      if (closes) {
        fence = {};
        hidden.clear();
      } else if (marker) {
        hidden.push_back(line.range.begin);
      }
    } else if (comment) {
      one.is = Is::kComment;
      if (marker) {
        faults.push_back({line.range.begin, "a marker stands inside a comment",
                          "line " + std::to_string(opened) +
                              " opens the comment: close it with '-->' or take the marker out"});
      }
      if (bytes.find("-->") != bytes.npos) comment = false;
    } else if (marker) {
      one.is = Is::kMarker;
      Marker read;
      std::string fault;
      if (ReadMarker(bytes, read, fault) && read.begin) block = read.block;
    } else if (FenceAt(bytes).length != 0) {
      one.is = Is::kFence;
      fence = FenceAt(bytes);
      in_line = false;
      opened = one.number;
    } else {
      one.heading = HeadingLevel(bytes);
      const std::string_view start = TrimLeft(bytes);
      if (start.starts_with("<!--") && start.find("-->", 4) == start.npos) {
        one.is = Is::kComment;
        comment = true;
        opened = one.number;
      } else if (const Fence inner = FenceInLine(bytes); inner.length != 0 && one.heading == 0) {
        fence = inner;
        in_line = true;
        opened = one.number;
      }
    }
    out.push_back(one);
  }
  if (fence.length != 0) {
    for (const size_t at : hidden) {
      faults.push_back({at, "a marker stands inside code",
                        "the code that line " + std::to_string(opened) +
                            " opens is never closed: close it above the marker"});
    }
  }
  return out;
}

}  // namespace tokentrail::playbook
