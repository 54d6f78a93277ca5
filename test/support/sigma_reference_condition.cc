// Conditions, by recursive descent: one function a rule of the grammar.

#include <algorithm>

#include "test/support/sigma_reference.h"

namespace tokentrail::test::reference {
namespace {

bool IsNameChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

bool Glob(std::string_view pattern, std::string_view name) {
  if (pattern.empty()) return name.empty();
  if (pattern.front() == '*') {
    return Glob(pattern.substr(1), name) || (!name.empty() && Glob(pattern, name.substr(1)));
  }
  return !name.empty() && name.front() == pattern.front() &&
         Glob(pattern.substr(1), name.substr(1));
}

struct Parser {
  const std::vector<std::string>& names;
  std::vector<std::string> words{};  ///< names, operators, parentheses
  size_t at = 0;
  bool wrong = false;
  int depth = 0;

  std::string Peek(size_t ahead = 0) const {
    return at + ahead < words.size() ? words[at + ahead] : "";
  }
  /// Choice: in any case, as some tools write it (C4).
  bool Is(std::string_view lower, size_t ahead = 0) const {
    std::string word = Peek(ahead);
    for (char& c : word) c = static_cast<char>(FoldChar(static_cast<unsigned char>(c)));
    return word == lower;
  }

  bool Split(std::string_view text) {
    while (!text.empty()) {
      const char c = text.front();
      size_t size = 1;
      if (c == '(' || c == ')') {
        words.emplace_back(1, c);
      } else if (IsNameChar(c) || c == '*') {
        while (size < text.size() && (IsNameChar(text[size]) || text[size] == '*')) ++size;
        words.emplace_back(text.substr(0, size));
      } else if (std::string_view(" \t\n\r\v\f").find(c) == std::string_view::npos) {
        return false;
      }
      text.remove_prefix(size);
    }
    return true;
  }

  Tree Or() {
    Tree out{.kind = Tree::Kind::kOr};
    out.parts.push_back(And());
    while (!wrong && Is("or")) {
      ++at;
      out.parts.push_back(And());
    }
    return out;
  }
  Tree And() {
    Tree out{.kind = Tree::Kind::kAnd};
    out.parts.push_back(Not());
    while (!wrong && Is("and")) {
      ++at;
      out.parts.push_back(Not());
    }
    return out;
  }
  Tree Not() {
    if (!Is("not")) return Atom();
    ++at;
    Tree out{.kind = Tree::Kind::kNot};
    if (++depth > 1000) wrong = true;
    if (!wrong) out.parts.push_back(Not());
    --depth;
    return out;
  }
  Tree Atom() {
    if (Peek() == "(") {
      ++at;
      if (++depth > 1000) wrong = true;
      if (wrong) return {};
      Tree out = Or();
      --depth;
      if (Peek() != ")") wrong = true;
      ++at;
      return out;
    }
    const bool all = Is("all");
    if ((all || Is("any") || Peek() == "1") && Is("of", 1)) {
      at += 2;
      return Group(all);
    }
    const std::string word = Peek();
    ++at;
    for (size_t i = 0; i < names.size(); ++i) {
      if (!word.empty() && names[i] == word) return {.kind = Tree::Kind::kName, .name = i};
    }
    wrong = true;
    return {};
  }
  Tree Group(bool all) {
    Tree out{.kind = all ? Tree::Kind::kAnd : Tree::Kind::kOr};
    std::string pattern = Peek();
    if (pattern.empty() || pattern == "(" || pattern == ")") wrong = true;
    if (Is("them")) pattern = "*";
    ++at;
    for (size_t i = 0; i < names.size(); ++i) {
      const bool hidden = names[i].starts_with('_') && !pattern.starts_with('_');
      if (!hidden && Glob(pattern, names[i])) {
        out.parts.push_back({.kind = Tree::Kind::kName, .name = i});
      }
    }
    if (out.parts.empty()) wrong = true;  // C5: what matches nothing was meant to match something
    return out;
  }
};

}  // namespace

bool ReadCondition(std::string_view text, const std::vector<std::string>& names, Tree& out) {
  Parser parser{.names = names};
  if (!parser.Split(text)) return false;
  out = parser.Or();
  return !parser.wrong && parser.at == parser.words.size();
}

bool Holds(const Tree& condition, const std::vector<bool>& truth) {
  const auto holds = [&](const Tree& part) { return Holds(part, truth); };
  switch (condition.kind) {
    case Tree::Kind::kAnd:
      return std::all_of(condition.parts.begin(), condition.parts.end(), holds);
    case Tree::Kind::kOr:
      return std::any_of(condition.parts.begin(), condition.parts.end(), holds);
    case Tree::Kind::kNot:
      return !holds(condition.parts.front());
    case Tree::Kind::kName:
      return truth[condition.name];
    case Tree::Kind::kItem:
      break;
  }
  return false;
}

}  // namespace tokentrail::test::reference
