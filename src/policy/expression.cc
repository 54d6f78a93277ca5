#include "policy/expression.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "policy/expression_parse.h"

namespace tokentrail::policy {
namespace {

constexpr size_t kMaxText = 64 * 1024;
constexpr size_t kMaxDepth = 100;
/// Bounds the depth of the tree as well: a chain of `and` leans to one side.
constexpr size_t kMaxTests = 1000;

std::optional<Compare> CompareOf(std::string_view sign) {
  if (sign == "=" || sign == "==") return Compare::kEqual;
  if (sign == "!=") return Compare::kUnequal;
  if (sign == "<") return Compare::kLess;
  if (sign == "<=") return Compare::kAtMost;
  if (sign == ">") return Compare::kMore;
  if (sign == ">=") return Compare::kAtLeast;
  if (sign == "~" || sign == "=~") return Compare::kGlob;
  if (sign == "!~") return Compare::kNoGlob;
  return std::nullopt;
}

bool Orders(Compare compare) {
  return compare == Compare::kLess || compare == Compare::kAtMost || compare == Compare::kMore ||
         compare == Compare::kAtLeast;
}
bool Globs(Compare compare) { return compare == Compare::kGlob || compare == Compare::kNoGlob; }

/// How the attribute is compared, for help.
std::string Usage(const Attribute& attribute) {
  const std::string_view name = attribute.name;
  switch (attribute.type) {
    case ValueType::kNumber:
      return fmt::format("compare it with a number, as in `{} >= {}`", name,
                         attribute.unit == Unit::kBytes  ? "10MB"
                         : attribute.unit == Unit::kSpan ? "10m"
                                                         : "3");
    case ValueType::kFlag:
      return fmt::format("it stands alone: `{0}` or `not {0}`", name);
    case ValueType::kText:
    case ValueType::kTexts: {
      const std::vector<std::string_view> choices = Split(attribute.choices, "|");
      return choices.empty()
                 ? fmt::format("compare it with a text, as in `{0} = x`, `{0} ~ *x*`", name)
                 : fmt::format("compare it with a word, as in `{} = {}`", name, choices.front());
    }
    case ValueType::kLevel:
      return fmt::format("compare it with a level, as in `{} >= medium`", name);
    case ValueType::kAge:
      return fmt::format(
          "compare it with a duration, as in `{0} > 90d` for longer ago or `{0} < 7d`", name);
  }
  return {};
}

class Parser {
 public:
  Parser(std::vector<Word> words, Expression::Impl& out, ExpressionError& error)
      : words_(std::move(words)), out_(out), error_(error) {}

  bool All() {
    if (now().kind == Word::Kind::kEnd) return Fail("there is nothing here", "");
    uint32_t root = 0;
    if (!Or(root)) return false;
    if (now().kind == Word::Kind::kClose) return Fail("this ) closes nothing", "");
    if (now().kind != Word::Kind::kEnd) {
      return Fail(fmt::format("expected `and` or `or` before '{}'", Shown(now())), "");
    }
    return true;
  }

  bool Comparison(const Attribute& attribute, Compare otherwise) {
    uint32_t root = 0;
    if (now().kind == Word::Kind::kEnd) return Fail("there is nothing here", Usage(attribute));
    const bool bare = now().kind != Word::Kind::kSign && !IsWord("in") && !IsWord("not");
    if (!Rest(attribute, bare ? std::optional(otherwise) : std::nullopt, root)) return false;
    if (now().kind != Word::Kind::kEnd) {
      return Fail(fmt::format("'{}' is too much here", Shown(now())),
                  "a text with spaces stands in quotes");
    }
    return true;
  }

 private:
  const Word& now() const { return words_[at_]; }
  bool IsWord(std::string_view word) const {
    return now().kind == Word::Kind::kWord && EqualsIgnoreCase(now().text, word);
  }
  static std::string Shown(const Word& word) {
    switch (word.kind) {
      case Word::Kind::kOpen:
        return "(";
      case Word::Kind::kClose:
        return ")";
      case Word::Kind::kComma:
        return ",";
      default:
        return word.text;
    }
  }
  bool Fail(std::string message, std::string help) {
    error_ = {now().at, std::max<size_t>(now().size, 1), std::move(message), std::move(help)};
    return false;
  }

  uint32_t Add(Node node) {
    out_.nodes.push_back(node);
    return static_cast<uint32_t>(out_.nodes.size() - 1);
  }

  bool Or(uint32_t& root) { return Chain(root, "or", Node::Kind::kOr, &Parser::And); }
  bool And(uint32_t& root) { return Chain(root, "and", Node::Kind::kAnd, &Parser::Not); }
  bool Chain(uint32_t& root, std::string_view word, Node::Kind kind,
             bool (Parser::*part)(uint32_t&)) {
    if (!(this->*part)(root)) return false;
    while (IsWord(word)) {
      ++at_;
      uint32_t right = 0;
      if (!(this->*part)(right)) return false;
      root = Add({kind, root, right});
    }
    return true;
  }

  bool Not(uint32_t& root) {
    bool turned = false;
    while (IsWord("not") || (now().kind == Word::Kind::kSign && now().text == "!")) {
      turned = !turned;
      ++at_;
    }
    if (!Primary(root)) return false;
    if (turned) root = Add({Node::Kind::kNot, root, 0});
    return true;
  }

  bool Primary(uint32_t& root) {
    if (now().kind == Word::Kind::kOpen) {
      if (++depth_ > kMaxDepth) return Fail("too many parentheses within each other", "");
      const size_t opened = at_++;
      if (!Or(root)) return false;
      if (now().kind != Word::Kind::kClose) {
        at_ = now().kind == Word::Kind::kEnd ? opened : at_;
        return Fail(now().kind == Word::Kind::kOpen && at_ == opened
                        ? std::string("this ( is not closed")
                        : fmt::format("expected `)`, `and` or `or` before '{}'", Shown(now())),
                    "");
      }
      ++at_;
      --depth_;
      return true;
    }
    if (now().kind == Word::Kind::kEnd) return Fail("something is missing here", "");
    if (now().kind != Word::Kind::kWord || IsWord("and") || IsWord("or") || IsWord("in")) {
      return Fail(fmt::format("expected the name of an attribute, not '{}'", Shown(now())), "");
    }
    const Attribute* attribute = FindAttribute(now().text);
    if (attribute == nullptr) {
      const std::string_view meant = ClosestAttribute(now().text);
      return Fail(fmt::format("unknown attribute '{}'{}", now().text,
                              meant.empty() ? "" : fmt::format(", did you mean '{}'?", meant)),
                  "`tokentrail list attributes` shows them all");
    }
    ++at_;
    return Rest(*attribute, std::nullopt, root);
  }

  /// What follows the attribute. `bare`: the comparison where no sign stands.
  bool Rest(const Attribute& attribute, std::optional<Compare> bare, uint32_t& root) {
    Test test;
    test.attribute = &attribute;
    const size_t sign_at = at_;
    if (bare) {
      test.compare = *bare;
    } else if (now().kind == Word::Kind::kSign) {
      const std::optional<Compare> compare = CompareOf(now().text);
      if (!compare) {
        return Fail(fmt::format("'{}' compares nothing", now().text), Usage(attribute));
      }
      test.compare = *compare;
      ++at_;
    } else if (IsWord("in") || (IsWord("not") && EqualsIgnoreCase(words_[at_ + 1].text, "in") &&
                                words_[at_ + 1].kind == Word::Kind::kWord)) {
      test.compare = IsWord("in") ? Compare::kIn : Compare::kNotIn;
      at_ += IsWord("in") ? 1 : 2;
    } else {
      if (attribute.type != ValueType::kFlag) {
        at_ = sign_at == 0 ? 0 : sign_at - 1;
        return Fail(fmt::format("'{}' can't stand alone", attribute.name), Usage(attribute));
      }
      return Finish(std::move(test), root);
    }
    if (!Allowed(attribute, test.compare)) {
      if (!bare) at_ = sign_at;
      return Fail(fmt::format("`{}` can't compare '{}'", Sign(test.compare), attribute.name),
                  Usage(attribute));
    }
    if (test.compare == Compare::kIn || test.compare == Compare::kNotIn) {
      if (!Set(attribute, test)) return false;
    } else if (!One(attribute, test)) {
      return false;
    }
    return Finish(std::move(test), root);
  }

  static bool Allowed(const Attribute& attribute, Compare compare) {
    const bool text = attribute.type == ValueType::kText || attribute.type == ValueType::kTexts;
    if (Globs(compare)) return text;
    if (Orders(compare)) return !text && attribute.type != ValueType::kFlag;
    if (compare == Compare::kIn || compare == Compare::kNotIn) {
      return attribute.type != ValueType::kAge && attribute.type != ValueType::kFlag;
    }
    return true;
  }

  bool One(const Attribute& attribute, Test& test) {
    if (now().kind != Word::Kind::kWord && now().kind != Word::Kind::kQuoted) {
      if (now().kind == Word::Kind::kEnd) {
        return Fail(fmt::format("'{}' is compared with nothing", attribute.name), Usage(attribute));
      }
      return Fail(fmt::format("expected a value for '{}', not '{}'", attribute.name, Shown(now())),
                  "a text with such characters stands in quotes");
    }
    Operand operand;
    if (!ReadOperand(attribute, test.compare, now(), operand, error_)) return false;
    test.operands.push_back(std::move(operand));
    ++at_;
    return true;
  }

  bool Set(const Attribute& attribute, Test& test) {
    if (now().kind != Word::Kind::kOpen) {
      return Fail(fmt::format("`{}` takes values in parentheses", Sign(test.compare)),
                  fmt::format("as in `{} {} (a, b)`", attribute.name, Sign(test.compare)));
    }
    do {
      ++at_;
      if (!One(attribute, test)) return false;
    } while (now().kind == Word::Kind::kComma);
    if (now().kind != Word::Kind::kClose) {
      return Fail("expected a comma or `)` here", "");
    }
    ++at_;
    return true;
  }

  bool Finish(Test test, uint32_t& root) {
    if (out_.tests.size() == kMaxTests) return Fail("more than 1000 comparisons", "");
    out_.tests.push_back(std::move(test));
    root = Add({Node::Kind::kTest, static_cast<uint32_t>(out_.tests.size() - 1), 0});
    return true;
  }

  std::vector<Word> words_;
  Expression::Impl& out_;
  ExpressionError& error_;
  size_t at_ = 0;
  size_t depth_ = 0;
};

Error Shown(std::string_view text, const ExpressionError& error) {
  const std::string_view before = text.substr(0, error.at);
  const auto line = std::count(before.begin(), before.end(), '\n');
  const size_t column = error.at - (line == 0 ? 0 : before.rfind('\n') + 1) + 1;
  std::string message = line == 0 ? "" : fmt::format("{}:", line + 1);
  message += fmt::format("{}: {}", column, Printable(error.message));
  if (!Trim(text).empty()) message += "\n" + ShowError(text, error);
  if (!error.help.empty()) message += "\n  help: " + error.help;
  return {ErrorKind::kInvalid, std::move(message)};
}

}  // namespace

std::string_view Sign(Compare compare) {
  switch (compare) {
    case Compare::kTrue:
      return "";
    case Compare::kEqual:
      return "=";
    case Compare::kUnequal:
      return "!=";
    case Compare::kLess:
      return "<";
    case Compare::kAtMost:
      return "<=";
    case Compare::kMore:
      return ">";
    case Compare::kAtLeast:
      return ">=";
    case Compare::kGlob:
      return "~";
    case Compare::kNoGlob:
      return "!~";
    case Compare::kIn:
      return "in";
    case Compare::kNotIn:
      return "not in";
  }
  return {};
}

Expression::Expression() : impl_(std::make_shared<const Impl>()) {}
Expression::Expression(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

Result<Expression> Expression::Parse(std::string_view text, ExpressionError* error) {
  ExpressionError own;
  ExpressionError& wrong = error == nullptr ? own : *error;
  auto impl = std::make_shared<Impl>();
  std::vector<Word> words;
  bool good = text.size() <= kMaxText;
  if (!good) wrong = {0, 1, "an expression can't be longer than 64 KB", ""};
  good = good && CutWords(text, words, wrong) && Parser(std::move(words), *impl, wrong).All();
  if (!good) return Shown(text, wrong);
  return Expression(std::move(impl));
}

Result<Expression> Expression::ParseComparison(const Attribute& attribute,
                                               std::string_view otherwise, std::string_view text,
                                               ExpressionError* error) {
  ExpressionError own;
  ExpressionError& wrong = error == nullptr ? own : *error;
  auto impl = std::make_shared<Impl>();
  std::vector<Word> words;
  bool good = text.size() <= kMaxText;
  if (!good) wrong = {0, 1, "a comparison can't be longer than 64 KB", ""};
  good = good && CutWords(text, words, wrong) &&
         Parser(std::move(words), *impl, wrong)
             .Comparison(attribute, CompareOf(otherwise).value_or(Compare::kEqual));
  if (!good) return Shown(text, wrong);
  return Expression(std::move(impl));
}

bool Expression::Fits(const App& app, const Portfolio& portfolio, Time as_of) const {
  if (impl_->nodes.empty()) return true;
  const auto fits = [&](const auto& self, uint32_t at) -> bool {
    const Node& node = impl_->nodes[at];
    switch (node.kind) {
      case Node::Kind::kTest:
        return FitsTest(impl_->tests[node.left], app, portfolio, as_of);
      case Node::Kind::kNot:
        return !self(self, node.left);
      case Node::Kind::kAnd:
        return self(self, node.left) && self(self, node.right);
      case Node::Kind::kOr:
        return self(self, node.left) || self(self, node.right);
    }
    return false;
  };
  return fits(fits, static_cast<uint32_t>(impl_->nodes.size() - 1));
}

std::vector<const Attribute*> Expression::attributes() const {
  std::vector<const Attribute*> out;
  for (const Test& test : impl_->tests) out.push_back(test.attribute);
  std::sort(out.begin(), out.end(),
            [](const Attribute* a, const Attribute* b) { return a->name < b->name; });
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Expression Expression::And(const Expression& a, const Expression& b) {
  if (a.impl_->nodes.empty()) return b;
  if (b.impl_->nodes.empty()) return a;
  auto impl = std::make_shared<Impl>(*a.impl_);
  const auto tests = static_cast<uint32_t>(impl->tests.size());
  const auto nodes = static_cast<uint32_t>(impl->nodes.size());
  impl->tests.insert(impl->tests.end(), b.impl_->tests.begin(), b.impl_->tests.end());
  for (Node node : b.impl_->nodes) {
    node.left += node.kind == Node::Kind::kTest ? tests : nodes;
    node.right += node.kind == Node::Kind::kTest ? 0 : nodes;
    impl->nodes.push_back(node);
  }
  impl->nodes.push_back(
      {Node::Kind::kAnd, nodes - 1, static_cast<uint32_t>(impl->nodes.size() - 1)});
  return Expression(std::move(impl));
}

std::string ShowError(std::string_view text, const ExpressionError& error) {
  const size_t at = std::min(error.at, text.size());
  const size_t before = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  const size_t begin = before == std::string_view::npos ? 0 : before + 1;
  const std::string_view line = text.substr(begin, text.find('\n', begin) - begin);
  const std::string_view left = line.substr(0, at - begin);
  const std::string_view wrong = line.substr(std::min(at - begin, line.size()), error.size);
  // Long lines are cut to what stands around the place.
  constexpr size_t kRoom = 60;
  std::string_view shown_left = left;
  std::string shown = "  ";
  if (left.size() > kRoom) {
    size_t cut = left.size() - kRoom;
    while (cut < left.size() && (static_cast<uint8_t>(left[cut]) & 0xc0) == 0x80) ++cut;
    shown_left = left.substr(cut);
    shown += "...";
  }
  std::string_view rest = line.substr(left.size());
  if (rest.size() > kRoom) {
    size_t cut = kRoom;
    while (cut > 0 && (static_cast<uint8_t>(rest[cut]) & 0xc0) == 0x80) --cut;
    rest = rest.substr(0, cut);
  }
  const auto width = [](std::string_view part) {
    const std::string printable = Printable(part);
    return static_cast<size_t>(std::count_if(printable.begin(), printable.end(), [](char c) {
      return (static_cast<uint8_t>(c) & 0xc0) != 0x80;
    }));
  };
  const std::string_view marked = wrong.substr(0, std::min(wrong.size(), rest.size()));
  const size_t under = std::max<size_t>(width(marked), 1);
  const std::string indent(shown.size() + width(shown_left), ' ');
  shown += Printable(shown_left) + Printable(rest);
  return shown + "\n" + indent + "^" + std::string(under - 1, '~');
}

}  // namespace tokentrail::policy
