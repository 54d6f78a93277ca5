#include "test/support/regex_sample.h"

#include <vector>

namespace tokentrail::test {
namespace {

struct Sampler {
  std::string_view text;
  Random& random;
  size_t at = 0;
  bool lost = false;

  bool More() const { return at < text.size() && !lost; }
  bool Take(std::string_view what) {
    if (!text.substr(at).starts_with(what)) return false;
    at += what.size();
    return true;
  }

  std::string Alternation() {
    std::vector<std::string> ways = {Sequence()};
    while (!lost && Take("|")) ways.push_back(Sequence());
    return ways[random.Below(ways.size())];
  }

  std::string Sequence() {
    std::string out;
    while (More() && text[at] != '|' && text[at] != ')') {
      const size_t start = at;
      std::string atom = Atom();
      const size_t end = at;
      size_t least = 1;
      size_t most = 1;
      Repeat(least, most);
      const size_t behind = at;
      for (size_t n = least + random.Below(most - least + 1); n > 0; --n) {
        out += atom;
        at = start;  // again, for other choices
        atom = Atom();
        if (at != end) lost = true;
      }
      at = behind;
    }
    return out;
  }

  void Repeat(size_t& least, size_t& most) {
    if (!More()) return;
    if (Take("*")) {
      least = 0;
      most = 3;
    } else if (Take("+")) {
      most = 3;
    } else if (Take("?")) {
      least = 0;
    } else if (text[at] == '{' && at + 1 < text.size() && text[at + 1] >= '0' &&
               text[at + 1] <= '9') {
      ++at;
      least = Number();
      most = least;
      if (Take(",")) most = text[at] == '}' ? least + 2 : Number();
      if (!Take("}") || most < least || most > 5000) lost = true;
      if (lost) least = most = 0;
    } else {
      return;
    }
    Take("?");  // lazy
  }

  size_t Number() {
    size_t out = 0;
    while (More() && text[at] >= '0' && text[at] <= '9' && out < 100000) {
      out = out * 10 + static_cast<size_t>(text[at++] - '0');
    }
    return out;
  }

  std::string Atom() {
    if (Take("(")) {
      if (Take("?")) {
        while (More() && text[at] != ':' && text[at] != ')' && text[at] != '<') ++at;
        if (Take(")")) return "";  // flags
        if (text.substr(at).starts_with("<")) {
          while (More() && text[at] != '>') ++at;
        }
        ++at;
      }
      std::string out = Alternation();
      if (!Take(")")) lost = true;
      return out;
    }
    if (Take("[")) return Class();
    if (Take("^") || Take("$")) return "";
    if (Take(".")) return std::string(1, "ab1 /"[random.Below(5)]);
    if (Take("\\")) return Escape();
    return std::string(1, text[at++]);
  }

  std::string Escape() {
    if (!More()) {
      lost = true;
      return "";
    }
    const char c = text[at++];
    switch (c) {
      case 'd':
        return std::string(1, "0159"[random.Below(4)]);
      case 'w':
        return std::string(1, "azAZ09_"[random.Below(7)]);
      case 's':
        return std::string(1, " \t"[random.Below(2)]);
      case 'D':
      case 'W':
        return ".";
      case 'S':
        return "x";
      case 'b':
      case 'B':
      case 'A':
      case 'z':
        return "";
      case 't':
        return "\t";
      case 'n':
        return "\n";
      case 'r':
        return "\r";
      case 'x': {
        const std::string hex(text.substr(at, 2));
        at += 2;
        if (hex.size() != 2 ||
            hex.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos) {
          lost = true;
          return "";
        }
        return std::string(1, static_cast<char>(std::stoi(hex, nullptr, 16) & 0x7F));
      }
      default:
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) lost = true;
        return std::string(1, c);
    }
  }

  std::string Class() {
    const bool negated = Take("^");
    std::string members;
    bool first = true;
    while (More() && (first || text[at] != ']')) {
      first = false;
      if (Take("[:")) {
        lost = true;
        break;
      }
      std::string low = Take("\\") ? Escape() : std::string(1, text[at++]);
      if (More() && text[at] == '-' && at + 1 < text.size() && text[at + 1] != ']') {
        ++at;
        const std::string high = Take("\\") ? Escape() : std::string(1, text[at++]);
        if (low.size() == 1 && high.size() == 1) {
          for (int c = low[0]; c <= high[0]; ++c) members += static_cast<char>(c);
          continue;
        }
        low += high;
      }
      members += low;
    }
    if (!Take("]")) lost = true;
    if (negated) {
      for (const char c : std::string_view("xyz019 -_.")) {
        if (members.find(c) == std::string::npos) return std::string(1, c);
      }
      lost = true;
    }
    if (members.empty()) lost = true;
    return lost ? "" : std::string(1, members[random.Below(members.size())]);
  }
};

}  // namespace

std::optional<std::string> SampleRegex(std::string_view regex, Random& random) {
  Sampler sampler{.text = regex, .random = random};
  std::string out = sampler.Alternation();
  if (sampler.lost || sampler.at != regex.size()) return std::nullopt;
  return out;
}

}  // namespace tokentrail::test
