// Queries of hunt pages, in every language: text that anybody wrote. The first byte chooses one.

#include "fuzz/target.h"
#include "playbook/query.h"

using namespace tokentrail;            // NOLINT: a fuzz target is one function
using namespace tokentrail::playbook;  // NOLINT

FUZZ_TARGET(PlaybookQuery, "playbook_query", input) {
  if (input.empty()) return;
  const auto languages = Languages();
  const LanguageDef& language = *languages[static_cast<unsigned char>(input[0]) % languages.size()];
  if (language.name == "sql") return;  // DuckDB's parser is not ours
  Page page;
  page.file = "p.md";
  page.text = std::string(input.substr(1));
  PageAnalytic analytic;
  Query query;
  query.language = language.name;
  query.text = page.text;
  query.line = query.text_line = 1;
  SqlChecker sql(".");
  const CheckedQuery checked = CheckQuery({page, sql, {}}, analytic, query);
  CHECK(checked.language == &language);
  CHECK(!checked.Runs() || language.runs);
  for (const Diagnostic& one : checked.problems) {
    CHECK(one.line >= 1 && !one.message.empty());
    CHECK(!Format(one).empty());
  }
}
