// How an expression is read. For expression.cc and its parts only.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/expression.h"

namespace tokentrail::policy {

enum class Compare : uint8_t {
  kTrue,  ///< a flag alone
  kEqual,
  kUnequal,
  kLess,
  kAtMost,
  kMore,
  kAtLeast,
  kGlob,
  kNoGlob,
  kIn,
  kNotIn,
};
std::string_view Sign(Compare compare);

/// What an attribute is compared with, in its attribute's type.
struct Operand {
  bool unknown = false;  ///< the word: not set
  bool date = false;     ///< `time` instead of a duration
  double number = 0;
  Time time;
  std::string text;
};

struct Test {
  const Attribute* attribute = nullptr;
  Compare compare = Compare::kTrue;
  std::vector<Operand> operands;
};

/// A node of the tree, children before parents: the last one is the root.
struct Node {
  enum class Kind : uint8_t { kTest, kNot, kAnd, kOr } kind = Kind::kTest;
  uint32_t left = 0;  ///< test, or first child
  uint32_t right = 0;
};

struct Expression::Impl {
  std::vector<Test> tests;
  std::vector<Node> nodes;
};

struct Word {
  enum class Kind : uint8_t {
    kEnd,
    kWord,
    kQuoted,
    kSign,
    kOpen,
    kClose,
    kComma
  } kind = Kind::kEnd;
  size_t at = 0;
  size_t size = 0;
  std::string text = {};  ///< of kQuoted: without quotes
};

/// Cuts text into words; the last is kEnd. False: `error` says why.
bool CutWords(std::string_view text, std::vector<Word>& out, ExpressionError& error);

/// The operand that `word` is for the attribute, or what is wrong with it.
bool ReadOperand(const Attribute& attribute, Compare compare, const Word& word, Operand& out,
                 ExpressionError& error);

bool FitsTest(const Test& test, const App& app, const Portfolio& portfolio, Time as_of);

}  // namespace tokentrail::policy
