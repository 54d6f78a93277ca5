// Queries that are pipelines: Kusto (KQL of Sentinel and Defender) and Splunk's SPL.
//
// Sources: learn.microsoft.com/kusto, "Tabular operators"; docs.splunk.com, "Search Reference".
// Read November 2026; a light grammar, see query_tokens.h.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "playbook/query.h"
#include "playbook/query_tokens.h"

namespace tokentrail::playbook {
namespace {

using Kind = QueryToken::Kind;
using Tokens = std::vector<QueryToken>;

constexpr std::string_view kKqlOperators[] = {
    "where",        "filter",       "extend",         "project",
    "project-away", "project-keep", "project-rename", "project-reorder",
    "summarize",    "join",         "union",          "order",
    "sort",         "top",          "take",           "limit",
    "count",        "distinct",     "mv-expand",      "mv-apply",
    "parse",        "parse-where",  "parse-kv",       "lookup",
    "make-series",  "render",       "evaluate",       "as",
    "serialize",    "search",       "find",           "invoke",
    "scan",         "partition",    "sample",         "sample-distinct",
    "getschema",    "consume",      "top-nested",     "top-hitters",
    "reduce",       "externaldata", "fork",           "facet",
    "materialize",  "mvexpand",     "graph-match",    "make-graph"};

/// Words of Kusto that are no columns.
constexpr std::string_view kKqlWords[] = {
    "and",          "or",        "not",     "by",        "on",         "asc",       "desc",
    "in",           "has",       "has_any", "has_all",   "has_cs",     "contains",  "contains_cs",
    "startswith",   "endswith",  "matches", "regex",     "between",    "true",      "false",
    "null",         "kind",      "inner",   "leftouter", "leftanti",   "leftsemi",  "rightsemi",
    "innerunique",  "fullouter", "let",     "with",      "step",       "from",      "to",
    "of",           "nulls",     "first",   "last",      "typeof",     "dynamic",   "datetime",
    "string",       "long",      "int",     "real",      "bool",       "timespan",  "guid",
    "isfuzzy",      "hint",      "left",    "right",     "withsource", "hasprefix", "hassuffix",
    "has_any_index"};

constexpr std::string_view kSplCommands[] = {"search",       "where",       "eval",
                                             "stats",        "eventstats",  "streamstats",
                                             "tstats",       "mstats",      "table",
                                             "fields",       "rename",      "sort",
                                             "head",         "tail",        "dedup",
                                             "rex",          "regex",       "spath",
                                             "lookup",       "inputlookup", "outputlookup",
                                             "join",         "append",      "appendcols",
                                             "appendpipe",   "union",       "transaction",
                                             "bin",          "bucket",      "timechart",
                                             "chart",        "top",         "rare",
                                             "fillnull",     "filldown",    "mvexpand",
                                             "mvcombine",    "makemv",      "nomv",
                                             "makeresults",  "iplocation",  "geostats",
                                             "convert",      "format",      "return",
                                             "map",          "multisearch", "datamodel",
                                             "from",         "collect",     "sistats",
                                             "addtotals",    "addinfo",     "delta",
                                             "accum",        "autoregress", "anomalydetection",
                                             "cluster",      "kmeans",      "predict",
                                             "trendline",    "xyseries",    "untable",
                                             "foreach",      "gauge",       "highlight",
                                             "reverse",      "set",         "strcat",
                                             "tags",         "typer",       "extract",
                                             "kv",           "xmlkv",       "xpath",
                                             "replace",      "rest",        "selfjoin",
                                             "loadjob",      "savedsearch", "metadata",
                                             "dbinspect",    "abstract",    "contingency",
                                             "correlate",    "diff",        "erex",
                                             "fieldsummary", "fieldformat", "localize",
                                             "pivot",        "script",      "sendemail",
                                             "walklex",      "noop",        "outputcsv",
                                             "inputcsv",     "outlier",     "localop",
                                             "redistribute"};

template <size_t N>
bool IsOne(const std::string_view (&list)[N], std::string_view word) {
  return std::any_of(std::begin(list), std::end(list),
                     [&](std::string_view one) { return EqualsIgnoreCase(one, word); });
}

/// Pipelines inside of pipelines; people write three.
constexpr int kDeepest = 50;

/// Cuts at `separator` outside of brackets; a piece is the tokens [first, second).
std::vector<std::pair<size_t, size_t>> CutAt(const Tokens& tokens, size_t begin, size_t end,
                                             std::string_view separator) {
  std::vector<std::pair<size_t, size_t>> out;
  int depth = 0;
  size_t start = begin;
  for (size_t i = begin; i < end; ++i) {
    if (tokens[i].kind == Kind::kOpen) ++depth;
    if (tokens[i].kind == Kind::kClose) --depth;
    if (depth == 0 && tokens[i].Is(separator)) {
      out.emplace_back(start, i);
      start = i + 1;
    }
  }
  out.emplace_back(start, end);
  return out;
}

class Complaints {
 public:
  Complaints(const CheckContext& context, CheckedQuery& out, std::string code)
      : context_(context), out_(out), code_(std::move(code)) {}

  void Add(const QueryToken& at, std::string message, std::string help = {},
           Severity severity = Severity::kError) {
    out_.Complain(context_.page, severity, at.line, at.column,
                  static_cast<uint32_t>(std::max<size_t>(at.text.size(), 1)), std::move(message),
                  code_, std::move(help));
  }
  void Add(const TokenError& error) {
    out_.Complain(context_.page, Severity::kError, error.line, error.column, 1, error.message,
                  code_);
  }

 private:
  const CheckContext& context_;
  CheckedQuery& out_;
  std::string code_;
};

std::string Said(const QueryToken& token) {
  return token.kind == Kind::kEnd ? "the end" : "'" + Printable(token.text) + "'";
}

/// `==` without a left or a right side, and the like: an operator that joins two values.
void CheckOperands(const Tokens& tokens, size_t begin, size_t end, std::string_view joins,
                   Complaints& say) {
  const std::vector<std::string_view> all = Split(joins, " ");
  const auto is_join = [&](const QueryToken& token) {
    return std::find(all.begin(), all.end(), token.text) != all.end();
  };
  for (size_t i = begin; i < end; ++i) {
    if (!is_join(tokens[i])) continue;
    const bool left = i > begin && tokens[i - 1].kind != Kind::kOpen && !is_join(tokens[i - 1]) &&
                      !tokens[i - 1].Is(",");
    const bool right = i + 1 < end && tokens[i + 1].kind != Kind::kClose &&
                       !is_join(tokens[i + 1]) && !tokens[i + 1].Is(",");
    if (!left || !right) {
      say.Add(tokens[i], fmt::format("{} has nothing on its {} side", Said(tokens[i]),
                                     left ? "right" : "left"));
      return;
    }
  }
}

class KqlParser {
 public:
  KqlParser(const Tokens& tokens, Complaints& say) : tokens_(tokens), say_(say) {}

  void Parse() {
    const size_t end = tokens_.size() - 1;
    bool tabular = false;
    for (const auto& [first, last] : CutAt(tokens_, 0, end, ";")) {
      if (first == last) continue;
      if (tokens_[first].Is("let")) {
        Let(first, last);
      } else if (tokens_[first].Is("set") || tokens_[first].Is("declare")) {
        continue;
      } else {
        tabular = true;
        Pipeline(first, last);
      }
    }
    if (!tabular) say_.Add(tokens_[end], "there is no query behind the `let`s");
  }

  std::vector<std::string> fields() const {
    std::vector<std::string> out;
    for (const std::string& field : fields_) {
      if (!made_.contains(field)) out.push_back(field);
    }
    return out;
  }

 private:
  void Let(size_t first, size_t last) {
    if (last < first + 4 || tokens_[first + 1].kind != Kind::kWord || !tokens_[first + 2].Is("=")) {
      say_.Add(tokens_[first], "expected `let NAME = ...`");
      return;
    }
    made_.insert(std::string(tokens_[first + 1].text));
    const bool table =
        tokens_[first + 3].kind == Kind::kWord && first + 4 < last && (tokens_[first + 4].Is("|"));
    if (table) Pipeline(first + 3, last);
  }

  void Pipeline(size_t first, size_t last) {
    if (++depth_ > kDeepest) {
      say_.Add(tokens_[first], "the brackets are too deep here");
      return;
    }
    Stages(first, last);
    --depth_;
  }

  void Stages(size_t first, size_t last) {
    const auto stages = CutAt(tokens_, first, last, "|");
    for (size_t i = 0; i < stages.size(); ++i) {
      const auto [begin, end] = stages[i];
      if (begin == end) {
        say_.Add(tokens_[begin], fmt::format("{} stands where {} is expected", Said(tokens_[begin]),
                                             i == 0 ? "a table" : "an operator"));
        return;
      }
      if (i == 0) {
        Source(begin, end);
      } else {
        Operator(begin, end);
      }
    }
  }

  void Source(size_t begin, size_t end) {
    const QueryToken& table = tokens_[begin];
    if (table.kind == Kind::kOpen) return Inner(begin, end);
    if (table.kind != Kind::kWord) {
      return say_.Add(table, fmt::format("{} stands where a table is expected", Said(table)));
    }
    if (IsOne(kKqlOperators, table.text))
      return Operator(begin, end);  // union, search, find, print
    if (table.Is("print") || table.Is("range") || table.Is("datatable")) return;
    if (end - begin > 1 && tokens_[begin + 1].kind != Kind::kOpen) {
      say_.Add(tokens_[begin + 1],
               fmt::format("{} follows the table without a '|'", Said(tokens_[begin + 1])));
    }
  }

  void Operator(size_t begin, size_t end) {
    // `project-away` is cut at its dash.
    std::string name(tokens_[begin].text);
    size_t at = begin + 1;
    while (at + 1 < end && tokens_[at].Is("-") && !tokens_[at].spaced && !tokens_[at + 1].spaced) {
      name += "-" + std::string(tokens_[at + 1].text);
      at += 2;
    }
    if (!IsOne(kKqlOperators, name)) {
      const std::vector<std::string_view> known(std::begin(kKqlOperators), std::end(kKqlOperators));
      const std::string_view near = Closest(name, known);
      return say_.Add(tokens_[begin], fmt::format("unknown operator '{}'", Printable(name)),
                      near.empty() ? "" : fmt::format("did you mean '{}'?", near));
    }
    if (at == end && name != "count" && name != "getschema" && name != "serialize" &&
        name != "consume") {
      return say_.Add(tokens_[begin], fmt::format("'{}' has nothing behind it", name));
    }
    CheckOperands(tokens_, at, end, "== != =~ !~ >= <= and or", say_);
    Columns(name, at, end);
    Inner(at, end);
  }

  void Columns(const std::string& name, size_t begin, size_t end) {
    if (name == "render" || name == "join" || name == "union" || name == "lookup") return;
    for (size_t i = begin; i < end; ++i) {
      const QueryToken& token = tokens_[i];
      if (token.kind != Kind::kWord || IsDigits(token.text.substr(0, 1))) continue;
      if (IsOne(kKqlWords, token.text) || (token.text[0] == '!')) continue;
      if (i + 1 < end && tokens_[i + 1].kind == Kind::kOpen && !tokens_[i + 1].Is("[") &&
          !tokens_[i + 1].Is("{")) {
        continue;  // a function
      }
      if (i + 1 < end && tokens_[i + 1].Is("=") && name != "where") {
        made_.insert(std::string(token.text));
        continue;
      }
      if (i > begin && tokens_[i - 1].Is(".")) continue;
      fields_.emplace_back(token.text);
    }
  }

  /// Pipelines in brackets: of joins, unions, `in (...)`.
  void Inner(size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      if (!tokens_[i].Is("(")) continue;
      int depth = 0;
      size_t close = i;
      for (; close < end; ++close) {
        if (tokens_[close].kind == Kind::kOpen) ++depth;
        if (tokens_[close].kind == Kind::kClose && --depth == 0) break;
      }
      if (CutAt(tokens_, i + 1, close, "|").size() > 1) {
        Pipeline(i + 1, close);
        i = close;
      }
    }
  }

  const Tokens& tokens_;
  Complaints& say_;
  std::vector<std::string> fields_;
  std::set<std::string> made_;
  int depth_ = 0;
};

void CheckKql(const CheckContext& context, CheckedQuery& out) {
  static constexpr TokenRules kRules = {
      .quotes = "\"'",
      .comment = "//",
      .operators = "== != =~ !~ >= <= .. => | ; , = > < + - * / % . : $",
      .word_characters = "!",
      .verbatim = true};
  std::vector<TokenError> errors;
  const Tokens tokens = Tokenise(out.query->text, kRules, errors);
  Complaints say(context, out, "playbook.kql");
  for (const TokenError& error : errors) say.Add(error);
  KqlParser parser(tokens, say);
  if (errors.empty()) parser.Parse();
  out.fields = parser.fields();
  out.not_run = "a language of another product (Microsoft Sentinel and Defender)";
  out.fields_not_checked = "there is no list of Sentinel's and Defender's columns here";
}

void SplStage(const Tokens& tokens, size_t begin, size_t end, bool first, int depth,
              Complaints& say);

void SplPipeline(const Tokens& tokens, size_t begin, size_t end, int depth, Complaints& say) {
  if (depth > kDeepest) return say.Add(tokens[begin], "the brackets are too deep here");
  const auto stages = CutAt(tokens, begin, end, "|");
  for (size_t i = 0; i < stages.size(); ++i) {
    const auto [from, to] = stages[i];
    if (from == to && i == 0 && stages.size() > 1) continue;  // `| tstats ...`
    if (from == to) {
      say.Add(tokens[from],
              fmt::format("{} stands where a command is expected", Said(tokens[from])));
      return;
    }
    SplStage(tokens, from, to, i == 0, depth, say);
  }
}

void SplStage(const Tokens& tokens, size_t begin, size_t end, bool first, int depth,
              Complaints& say) {
  const QueryToken& command = tokens[begin];
  const bool macro = command.kind == Kind::kText && command.text.starts_with('`');
  if (!first && !macro) {
    if (command.kind != Kind::kWord) {
      return say.Add(command, fmt::format("{} stands where a command is expected", Said(command)));
    }
    if (!IsOne(kSplCommands, command.text)) {
      const std::vector<std::string_view> known(std::begin(kSplCommands), std::end(kSplCommands));
      const std::string_view near = Closest(command.text, known);
      // Splunk apps bring commands of their own.
      say.Add(command, fmt::format("'{}' is no command of Splunk's own", Printable(command.text)),
              near.empty() ? "" : fmt::format("did you mean '{}'?", near), Severity::kWarning);
    }
  }
  CheckOperands(tokens, begin, end, "= != >= <= == > < AND OR", say);
  for (size_t i = begin; i < end; ++i) {
    if (!tokens[i].Is("[")) continue;
    int open = 0;
    size_t close = i;
    for (; close < end; ++close) {
      if (tokens[close].kind == Kind::kOpen) ++open;
      if (tokens[close].kind == Kind::kClose && --open == 0) break;
    }
    SplPipeline(tokens, i + 1, close, depth + 1, say);
    i = close;
  }
}

void CheckSpl(const CheckContext& context, CheckedQuery& out) {
  static constexpr TokenRules kRules = {.quotes = "\"`'",
                                        .operators = "== != >= <= | , = > < + %",
                                        .word_characters = ".-*:/@\\{}$?#&~^!;"};
  std::vector<TokenError> errors;
  const Tokens tokens = Tokenise(out.query->text, kRules, errors);
  Complaints say(context, out, "playbook.spl");
  for (const TokenError& error : errors) say.Add(error);
  if (errors.empty()) SplPipeline(tokens, 0, tokens.size() - 1, 0, say);
  for (size_t i = 0; i + 1 < tokens.size(); ++i) {
    const bool compared = tokens[i + 1].Is("=") || tokens[i + 1].Is("!=") ||
                          tokens[i + 1].Is(">") || tokens[i + 1].Is("<") ||
                          tokens[i + 1].Is(">=") || tokens[i + 1].Is("<=");
    if (tokens[i].kind == Kind::kWord && compared) out.fields.emplace_back(tokens[i].text);
  }
  out.not_run = "a language of another product (Splunk)";
  out.fields_not_checked = "there is no list of Splunk's fields here";
}

}  // namespace

extern constinit const LanguageDef kKql;
constinit const LanguageDef kKql = {
    .name = "kql",
    .summary = "Kusto, of Microsoft Sentinel and Defender; parsed, not run",
    .check = CheckKql};

extern constinit const LanguageDef kSpl;
constinit const LanguageDef kSpl = {
    .name = "spl", .summary = "Splunk's search language; parsed, not run", .check = CheckSpl};

}  // namespace tokentrail::playbook
