// The queries of a page, each read in its own language: which of them can be run here, what they
// look at, and what is wrong with the others.

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analytic/analytic.h"
#include "base/report.h"
#include "playbook/page.h"

namespace tokentrail::playbook {

/// An empty case, made when the first query asks for it: what SQL is checked against.
class SqlChecker {
 public:
  /// `folder` must exist, and is written to.
  explicit SqlChecker(std::string folder);
  ~SqlChecker();

  struct Answer {
    bool checked = false;  ///< false: there is no library here, `message` says so
    std::string message;   ///< DuckDB's words; empty when the query is fine
    uint32_t line = 0;     ///< within the query, from 1; 0: unknown
    uint32_t column = 0;
  };
  Answer Check(const std::string& sql);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

struct LanguageDef;

/// One query, checked.
struct CheckedQuery {
  const PageAnalytic* analytic = nullptr;
  const Query* query = nullptr;
  const LanguageDef* language = nullptr;  ///< null: unknown, which is one of `problems`
  std::vector<Diagnostic> problems;       ///< with their places on the page
  /// Fields and columns that it names, sorted, each once.
  std::vector<std::string> fields;
  /// Why nobody can tell here whether these fields exist; empty when they were looked up.
  std::string fields_not_checked;
  /// Logs of ours that it can find something in; any of them suffices. Empty: none is named.
  std::vector<std::string> sources;
  /// Why it is not run here although it is well formed; empty when it is.
  std::string not_run;

  // What is run.
  std::string rules;                  ///< Sigma text
  std::vector<std::string> rule_ids;  ///< of those among them that make findings
  bool alone = false;                 ///< its rules would change those of others: filters
  std::map<std::string, analytic::Params::Values> analytics;

  bool Parsed() const;
  bool Runs() const { return language != nullptr && Parsed() && not_run.empty(); }
  /// A complaint about a place in the query: `line` and `column` from 1 as its text has them.
  void Complain(const Page& page, Severity severity, uint32_t line, uint32_t column, uint32_t width,
                std::string message, std::string code, std::string help = {});
};

/// What a checker may ask beside the query.
struct CheckContext {
  const Page& page;
  SqlChecker& sql;
  /// Raw records that the query's cases hold: fields in them do exist.
  std::string_view known_records = {};
};

/// A language that queries may be in.
struct LanguageDef {
  std::string_view name;     ///< as it stands behind the fence
  std::string_view summary;  ///< whose it is, and what becomes of queries in it
  bool runs = false;         ///< by this program
  void (*check)(const CheckContext& context, CheckedQuery& out) = nullptr;
};

/// All, in the order they are listed.
std::span<const LanguageDef* const> Languages();
/// In any case of letters; null when unknown.
const LanguageDef* FindLanguage(std::string_view name);

/// Reads one query. Never fails: what is wrong is in `problems`.
CheckedQuery CheckQuery(const CheckContext& context, const PageAnalytic& analytic,
                        const Query& query);

/// `cloud 3`.
std::string NameOf(const PageAnalytic& analytic);

}  // namespace tokentrail::playbook
