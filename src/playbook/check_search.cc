// Queries of search boxes: Kibana's language, Lucene's, and Arkime's expressions. All are terms
// joined by and, or, not and brackets.
//
// Sources: elastic.co/guide "Kibana Query Language"; lucene.apache.org "Query Parser Syntax";
// arkime.com/help "Search Bar". Read November 2026; a light grammar, see query_tokens.h.

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "playbook/query.h"
#include "playbook/query_tokens.h"

namespace tokentrail::playbook {
namespace {

using Kind = QueryToken::Kind;

/// How one of the three writes what all of them have.
struct Dialect {
  std::string_view code;
  std::string_view product;
  TokenRules tokens;
  std::string_view and_words;  ///< separated by spaces
  std::string_view or_words;
  std::string_view not_words;
  std::string_view compares;  ///< operators between a field and a value
  bool fold = false;          ///< words in any case of letters
  bool bare_terms = true;     ///< a value without a field is a term
  bool ranges = false;        ///< field:[a TO b]
  bool field_groups = true;   ///< field:(a or b)
};

bool HasWord(std::string_view words, std::string_view word, bool fold) {
  for (const std::string_view one : Split(words, " ")) {
    if (one == word || (fold && EqualsIgnoreCase(one, word))) return true;
  }
  return false;
}

class SearchParser {
 public:
  SearchParser(const Dialect& dialect, const std::vector<QueryToken>& tokens)
      : dialect_(dialect), tokens_(tokens) {}

  /// Empty when the whole of it is an expression.
  std::vector<TokenError> Parse() {
    Expression(0);
    if (errors_.empty() && Now().kind != Kind::kEnd) Fail(Now(), "is not expected here");
    return std::move(errors_);
  }
  const std::vector<std::string>& fields() const { return fields_; }

 private:
  static constexpr int kDeepest = 100;

  const QueryToken& Now() const { return tokens_[at_]; }
  const QueryToken& Then() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  bool IsWordOf(std::string_view words) const {
    const Kind kind = Now().kind;
    return (kind == Kind::kWord || kind == Kind::kOperator) &&
           HasWord(words, Now().text, dialect_.fold);
  }
  bool IsJoin() const { return IsWordOf(dialect_.and_words) || IsWordOf(dialect_.or_words); }
  void Fail(const QueryToken& at, std::string_view what) {
    if (!errors_.empty()) return;  // the rest of it follows from the first
    const std::string name =
        at.kind == Kind::kEnd ? std::string("the end") : "'" + Printable(at.text) + "'";
    errors_.push_back({fmt::format("{} {}", name, what), at.line, at.column});
  }

  void Expression(int depth) {
    if (depth > kDeepest) return Fail(Now(), "is too deep in brackets");
    Term(depth);
    while (errors_.empty()) {
      if (IsJoin()) {
        ++at_;
      } else if (Now().kind == Kind::kEnd || Now().kind == Kind::kClose || !dialect_.bare_terms) {
        return;
      }
      Term(depth);
    }
  }

  void Term(int depth) {
    while (IsWordOf(dialect_.not_words)) ++at_;
    if (Now().kind == Kind::kEnd) return Fail(Now(), "stands where a term is expected");
    if (IsJoin() || Now().kind == Kind::kClose) {
      return Fail(Now(), "stands where a term is expected");
    }
    if (Now().kind == Kind::kOpen) {
      if (!Now().Is("(")) return Fail(Now(), "is not expected here");
      ++at_;
      Expression(depth + 1);
      if (errors_.empty() && !Now().Is(")")) return Fail(Now(), "stands where ')' is expected");
      ++at_;
      return Boost();
    }
    const QueryToken& first = Now();
    if (first.kind == Kind::kOperator) {
      return Fail(first, "stands where a field or a value is expected");
    }
    ++at_;
    const bool compares =
        Now().kind == Kind::kOperator && HasWord(dialect_.compares, Now().text, false);
    if (!compares) {
      if (!dialect_.bare_terms) return Fail(first, "is compared with nothing");
      return Boost();
    }
    fields_.emplace_back(first.kind == Kind::kText && first.text.size() > 1
                             ? first.text.substr(1, first.text.size() - 2)
                             : first.text);
    ++at_;
    Value(depth);
  }

  void Value(int depth) {
    const QueryToken& value = Now();
    if (value.kind == Kind::kEnd || value.kind == Kind::kClose || IsJoin()) {
      return Fail(value, "stands where a value is expected");
    }
    if (value.kind == Kind::kOpen) {
      if (value.Is("(") && dialect_.field_groups) {
        ++at_;
        Expression(depth + 1);
        if (errors_.empty() && !Now().Is(")")) return Fail(Now(), "stands where ')' is expected");
        ++at_;
        return Boost();
      }
      if (value.Is("{") && !dialect_.ranges && dialect_.field_groups) {  // Kibana's nested fields
        ++at_;
        Expression(depth + 1);
        if (errors_.empty() && !Now().Is("}")) return Fail(Now(), "stands where '}' is expected");
        ++at_;
        return;
      }
      if (dialect_.ranges && !value.Is("(")) return Range();
      if (value.Is("[") && !dialect_.bare_terms) return List();
      return Fail(value, "stands where a value is expected");
    }
    if (value.kind == Kind::kOperator && !value.Is("*") && !value.Is("-") && !value.Is("EXISTS!")) {
      return Fail(value, "stands where a value is expected");
    }
    ++at_;
    if (value.Is("-") && Now().kind == Kind::kWord) ++at_;  // a negative number
    Boost();
  }

  void Range() {
    ++at_;
    for (int side = 0; side < 2; ++side) {
      if (Now().kind != Kind::kWord && Now().kind != Kind::kText && !Now().Is("*")) {
        return Fail(Now(), "stands where the end of a range is expected");
      }
      ++at_;
      if (side == 0) {
        if (!Now().Is("TO")) return Fail(Now(), "stands where TO is expected");
        ++at_;
      }
    }
    if (Now().kind != Kind::kClose) return Fail(Now(), "stands where the range must end");
    ++at_;
    Boost();
  }

  void List() {
    ++at_;
    while (true) {
      if (Now().kind != Kind::kWord && Now().kind != Kind::kText && Now().kind != Kind::kRegex) {
        return Fail(Now(), "stands where a value is expected");
      }
      ++at_;
      if (Now().Is("]")) break;
      if (!Now().Is(",")) return Fail(Now(), "stands where ',' or ']' is expected");
      ++at_;
    }
    ++at_;
  }

  /// Lucene's `~2` and `^4` behind a term.
  void Boost() {
    while (dialect_.ranges && (Now().Is("~") || Now().Is("^"))) {
      ++at_;
      if (Now().kind == Kind::kWord && !Now().spaced) ++at_;
    }
  }

  const Dialect& dialect_;
  const std::vector<QueryToken>& tokens_;
  size_t at_ = 0;
  std::vector<TokenError> errors_;
  std::vector<std::string> fields_;
};

void CheckSearch(const Dialect& dialect, const CheckContext& context, CheckedQuery& out) {
  std::vector<TokenError> errors;
  const std::vector<QueryToken> tokens = Tokenise(out.query->text, dialect.tokens, errors);
  SearchParser parser(dialect, tokens);
  if (errors.empty()) errors = parser.Parse();
  for (const TokenError& error : errors) {
    out.Complain(context.page, Severity::kError, error.line, error.column, 1, error.message,
                 std::string(dialect.code));
  }
  out.fields = parser.fields();
  out.not_run = fmt::format("a language of another product ({})", dialect.product);
  out.fields_not_checked = fmt::format("there is no list of {}'s fields here", dialect.product);
}

constexpr Dialect kKibanaDialect = {.code = "playbook.kibana",
                                    .product = "Kibana",
                                    .tokens = {.quotes = "\"",
                                               .operators = ">= <= : > <",
                                               .word_characters = ".-*@\\/+=%#$&?!;,'|~^"},
                                    .and_words = "and",
                                    .or_words = "or",
                                    .not_words = "not",
                                    .compares = ": >= <= > <",
                                    .fold = true};

constexpr Dialect kLuceneDialect = {.code = "playbook.lucene",
                                    .product = "Lucene",
                                    .tokens = {.quotes = "\"",
                                               .operators = "&& || >= <= : > < ! ~ ^ +",
                                               .word_characters = ".-*?@\\/=%#$&;,'",
                                               .regex = true,
                                               .mixed_ranges = true},
                                    .and_words = "AND &&",
                                    .or_words = "OR ||",
                                    .not_words = "NOT ! + -",
                                    .compares = ":",
                                    .ranges = true};

constexpr Dialect kArkimeDialect = {.code = "playbook.arkime",
                                    .product = "Arkime",
                                    .tokens = {.quotes = "\"",
                                               .operators = "EXISTS! && || == != >= <= > < ! ,",
                                               .word_characters = ".-*?@:\\/+=%#$'~^",
                                               .regex = true},
                                    .and_words = "&&",
                                    .or_words = "||",
                                    .not_words = "!",
                                    .compares = "== != >= <= > <",
                                    .bare_terms = false,
                                    .field_groups = false};

}  // namespace

extern constinit const LanguageDef kKibana;
constinit const LanguageDef kKibana = {.name = "kibana",
                                       .summary = "Kibana Query Language; parsed, not run",
                                       .check = [](const CheckContext& context, CheckedQuery& out) {
                                         CheckSearch(kKibanaDialect, context, out);
                                       }};

extern constinit const LanguageDef kLucene;
constinit const LanguageDef kLucene = {
    .name = "lucene",
    .summary = "Lucene's query syntax, of Elasticsearch and OpenSearch; parsed, not run",
    .check = [](const CheckContext& context, CheckedQuery& out) {
      CheckSearch(kLuceneDialect, context, out);
    }};

extern constinit const LanguageDef kArkime;
constinit const LanguageDef kArkime = {.name = "arkime",
                                       .summary = "Arkime's search expressions; parsed, not run",
                                       .check = [](const CheckContext& context, CheckedQuery& out) {
                                         CheckSearch(kArkimeDialect, context, out);
                                       }};

}  // namespace tokentrail::playbook
