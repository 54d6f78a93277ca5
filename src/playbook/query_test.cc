#include "playbook/query.h"

#include <gtest/gtest.h>

#include "playbook/query_tokens.h"
#include "store/library.h"
#include "test/support/temp_folder.h"

namespace tokentrail::playbook {
namespace {

/// A page with one query; checked.
class Checker {
 public:
  CheckedQuery Check(std::string_view language, std::string_view query,
                     std::string_view records = {}) {
    std::string text =
        "# T1999 Borrow a Ladder\n\n## Cloud and Identity Analytics\n\n"
        "#### Analytic 1: Doors\n\n* **Query:**\n\n  ```";
    text.append(language).append("\n");
    for (size_t start = 0; start < query.size();) {
      const size_t end = std::min(query.find('\n', start), query.size());
      text.append("  ").append(query.substr(start, end - start)).append("\n");
      start = end + 1;
    }
    text += "  ```\n";
    Report report;
    page_ = ParsePage("p.md", text, report);
    EXPECT_TRUE(page_.has_value());
    EXPECT_EQ(page_->analytics.size(), 1u);
    EXPECT_EQ(page_->analytics[0].queries.size(), 1u);
    return CheckQuery({*page_, sql_, records}, page_->analytics[0], page_->analytics[0].queries[0]);
  }

 private:
  test::TempFolder folder_;
  SqlChecker sql_{folder_.path()};
  std::optional<Page> page_;
};

std::string Problems(const CheckedQuery& query) {
  std::string out;
  for (const Diagnostic& one : query.problems) {
    out += std::to_string(one.line) + ":" + std::to_string(one.column) + " " + one.message + "\n";
  }
  return out;
}

struct Sample {
  std::string_view language;
  std::string_view query;
  std::string_view wrong;  ///< part of the complaint; empty: it parses
};

constexpr Sample kSamples[] = {
    {"kibana", "event.action: (login or \"log out\") and not user.name: adm*", ""},
    {"kibana", "destination.bytes >= 1000 and process: { name: curl and args: -d }", ""},
    {"kibana", "host.name: a*\\:b or bare words", ""},
    {"kibana", "event.action: and user: x", "'and' stands where a value is expected"},
    {"kibana", "(a: b or c: d", "'(' is never closed"},
    {"kibana", "a: \"b", "the text that begins here is never closed"},
    {"kibana", "a: b and", "the end stands where a term is expected"},
    {"kibana", "a: ()", "')' stands where a term is expected"},
    {"lucene", "+status:[400 TO 499] -user:/joh?n(ath[oa]n)/ title:(\"a b\"~2 OR c^4)", ""},
    {"lucene", "_exists_:user.name AND NOT port:{1 TO 1024]", ""},
    {"lucene", "status:[400 499]", "stands where TO is expected"},
    {"lucene", "a AND OR b", "'OR' stands where a term is expected"},
    {"arkime", "ip.dst == 10.0.0.0/8 && (host.http == *evil* || port.dst != 443)", ""},
    {"arkime", "host.http == [a.example, b.example] && http.uri == /x.*y/", ""},
    {"arkime", "tls.ja3 == EXISTS! && bytes > 500", ""},
    {"arkime", "host.http", "is compared with nothing"},
    {"arkime", "host.http == && a == b", "'&&' stands where a value is expected"},
    {"arkime", "a == b c == d", "'c' is not expected here"},
    {"kql",
     "SigninLogs | where ResultType == \"0\" and AppId in~ ('a', 'b') | summarize count() by "
     "bin(TimeGenerated, 1h)",
     ""},
    {"kql",
     "let t = 7d;\nlet apps = dynamic(['a']);\nAuditLogs // all\n| where TimeGenerated > ago(t)\n| "
     "project-away X\n| join kind=inner (SigninLogs | where a == 1) on CorrelationId",
     ""},
    {"kql", "union A, B | where Path has @\"C:\\x\\\" | count", ""},
    {"kql", "SigninLogs | were a == 1", "unknown operator 'were'"},
    {"kql", "SigninLogs | where a ==", "'==' has nothing on its right side"},
    {"kql", "SigninLogs | where", "'where' has nothing behind it"},
    {"kql", "SigninLogs | | take 1", "'|' stands where an operator is expected"},
    {"kql", "SigninLogs where a == 1", "follows the table without a '|'"},
    {"kql", "let a = 1;", "there is no query behind the `let`s"},
    {"spl",
     "index=main sourcetype=\"o365:*\" Operation=*Consent* | stats count by user | sort - count",
     ""},
    {"spl", "| tstats count where index=* by host", ""},
    {"spl", "`macro(1)` | where x > 1 | join id [search index=b | fields id]", ""},
    {"spl", "index=main | stats count by user |", "the end stands where a command is expected"},
    {"spl", "index=main | join id [search index=b | ]", "']' stands where a command is expected"},
    {"spl", "index= | head 1", "'=' has nothing on its right side"},
    {"tokentrail", "GRT-02", ""},
    {"tokentrail", "[grt-01, GRT-02]", ""},
    {"tokentrail", "GRT-01: {few_users: 3, allow: [a, b]}", ""},
    {"tokentrail", "GRT-22", "there is no analytic 'GRT-22'"},
    {"tokentrail", "GRT-01: {few_user: 3}", "GRT-01 has no setting 'few_user'"},
    {"tokentrail", "GRT-01: {few_users: many}", "'few_users' is a number"},
    {"tokentrail", "LUR-02: {watch: soon}", "'watch' is a time span"},
    {"sigma", "shipped:entra/ropc_token_issued.yml", ""},
    {"sigma", "shipped:entra/ropc_tokens_issued.yml", "there is no shipped rule"},
    {"sigma",
     "title: t\nlogsource: {product: azure}\ndetection:\n  sel:\n    a|contians: b\n  condition: "
     "sel",
     "unknown modifier 'contians'"},
    {"sigma", "a: b", "the rule has no title"},
    {"sigma", "# only a comment", "there is no Sigma rule in it"},
    {"kusto", "x", "unknown language 'kusto'"},
    {"", "x", "the query names no language"},
    {"kql", "", "the query is empty"},
};

TEST(PlaybookQuery, LanguagesAreParsedAndTheirErrorsNamed) {
  Checker checker;
  for (const Sample& sample : kSamples) {
    SCOPED_TRACE(std::string(sample.language) + ": " + std::string(sample.query));
    const CheckedQuery query = checker.Check(sample.language, sample.query);
    if (sample.wrong.empty()) {
      EXPECT_TRUE(query.Parsed()) << Problems(query);
    } else {
      EXPECT_FALSE(query.Parsed());
      EXPECT_NE(Problems(query).find(sample.wrong), std::string::npos) << Problems(query);
    }
  }
}

TEST(PlaybookQuery, PlacesAreThoseOfThePage) {
  Checker checker;
  const CheckedQuery query = checker.Check("kql", "SigninLogs\n| where a == 1\n| were b == 2");
  ASSERT_EQ(query.problems.size(), 1u);
  EXPECT_EQ(query.problems[0].line, 12u);
  EXPECT_EQ(query.problems[0].column, 5u);
  EXPECT_EQ(query.problems[0].source_line, "  | were b == 2");
  EXPECT_EQ(query.problems[0].help, "did you mean 'where'?");
  const CheckedQuery sigma = checker.Check(
      "sigma",
      "title: t\nlogsource: {product: azure, service: signinlogs}\ndetection:\n  sel:\n"
      "    ipAddress|contians: b\n  condition: sel");
  ASSERT_EQ(sigma.problems.size(), 1u);
  EXPECT_EQ(sigma.problems[0].line, 14u);
  EXPECT_EQ(sigma.problems[0].source_line, "      ipAddress|contians: b");
  EXPECT_EQ(sigma.problems[0].source_line.substr(sigma.problems[0].column - 1, 8), "contians");
}

TEST(PlaybookQuery, FieldsThatALogDoesNotHaveAreSaid) {
  constexpr std::string_view kRule =
      "title: t\nlogsource: {product: azure, service: signinlogs}\ndetection:\n  sel:\n"
      "    ipAdress: 192.0.2.1\n    userPrincipalName: a\n    src_endpoint.ip: 192.0.2.2\n"
      "  condition: sel";
  Checker checker;
  const CheckedQuery query = checker.Check("sigma", kRule);
  ASSERT_EQ(query.problems.size(), 1u) << Problems(query);
  EXPECT_TRUE(query.Runs()) << "a field that nobody wrote down need not be wrong";
  EXPECT_EQ(query.problems[0].message, "field 'ipAdress' is not known in entra_signin");
  EXPECT_NE(query.problems[0].help.find("ipAddress"), std::string::npos) << query.problems[0].help;
  EXPECT_EQ(query.problems[0].line, 14u);
  EXPECT_EQ(query.problems[0].column, 7u);
  EXPECT_TRUE(checker.Check("sigma", kRule, "{\"ipAdress\": \"192.0.2.1\"}\n").problems.empty())
      << "the cases' own records have it";
}

TEST(PlaybookQuery, OtherProductsFieldsAreListedAndNotJudged) {
  Checker checker;
  const CheckedQuery kql = checker.Check(
      "kql", "SigninLogs | where ResultType == 0 | extend Short = strlen(AppId) | where Short > 3");
  EXPECT_EQ(kql.fields, (std::vector<std::string>{"AppId", "ResultType"}));
  EXPECT_FALSE(kql.Runs());
  EXPECT_FALSE(kql.fields_not_checked.empty());
  const CheckedQuery kibana = checker.Check("kibana", "url.path: *authorize* and user.name: a");
  EXPECT_EQ(kibana.fields, (std::vector<std::string>{"url.path", "user.name"}));
}

TEST(PlaybookQuery, ARuleForALogThatNobodyReadsHereIsParsedNotRun) {
  Checker checker;
  const CheckedQuery query = checker.Check(
      "sigma",
      "title: t\nlogsource: {product: windows, category: process_creation}\ndetection:\n"
      "  sel: {Image: a}\n  condition: sel");
  EXPECT_TRUE(query.Parsed());
  EXPECT_FALSE(query.Runs());
  EXPECT_EQ(query.not_run, "tokentrail reads no such log (windows / process_creation)");
}

TEST(PlaybookQuery, SqlIsPutToAnEmptyCase) {
  std::string why;
  Checker checker;
  if (!store::HasLibrary(&why)) {
    const CheckedQuery query = checker.Check("sql", "SELECT nothing FROM events");
    EXPECT_TRUE(query.Parsed());
    EXPECT_FALSE(query.Runs());
    EXPECT_FALSE(query.not_run.empty());
    GTEST_SKIP() << why;
  }
  const CheckedQuery good =
      checker.Check("sql", "SELECT app_uid FROM events WHERE source = 'entra_signin'");
  EXPECT_TRUE(good.Runs()) << Problems(good);
  EXPECT_EQ(good.sources, std::vector<std::string>{"entra_signin"});
  EXPECT_EQ(good.fields, (std::vector<std::string>{"app_uid", "source"}));
  const CheckedQuery bad = checker.Check("sql", "SELECT count(*)\nFROM events\nWHERE ap_uid = 1");
  ASSERT_EQ(bad.problems.size(), 1u);
  EXPECT_NE(bad.problems[0].message.find("ap_uid"), std::string::npos) << bad.problems[0].message;
  EXPECT_EQ(bad.problems[0].line, 12u);
  EXPECT_EQ(bad.problems[0].column, 9u);
  EXPECT_FALSE(checker.Check("sql", "DROP TABLE events").Parsed());
}

TEST(PlaybookQuery, LanguagesSayWhatTheyAre) {
  for (const LanguageDef* def : Languages()) {
    EXPECT_FALSE(def->summary.empty()) << def->name;
    EXPECT_NE(def->check, nullptr) << def->name;
    EXPECT_EQ(FindLanguage(def->name), def);
  }
  EXPECT_EQ(FindLanguage("SIGMA")->name, "sigma");
  EXPECT_EQ(FindLanguage("eql"), nullptr);
}

// Queries are text from outside: whatever stands there, cutting it up ends.
TEST(PlaybookQuery, AnyBytesAreCutAndSaid) {
  Checker checker;
  EXPECT_NE(Problems(checker.Check("kibana", std::string(500, '(') + "a" + std::string(500, ')')))
                .find("too deep"),
            std::string::npos);
  std::string bytes;
  for (int i = 1; i < 256; ++i) {
    if (i != '`' && i != '\r') bytes += static_cast<char>(i);
  }
  std::string deep;
  for (int i = 0; i < 3000; ++i) deep += "(a | where ";
  deep += std::string(3000, ')');
  for (const LanguageDef* def : Languages()) {
    for (const std::string_view text :
         {std::string_view(deep), std::string_view("\" ' / @\" \\")}) {
      const CheckedQuery query = checker.Check(def->name, text);
      EXPECT_EQ(query.language, def);
      EXPECT_LT(query.problems.size(), 10u) << def->name;
    }
  }
  for (const LanguageDef* def : Languages()) {
    std::vector<TokenError> errors;
    const auto tokens = Tokenise(bytes, {.operators = "== &&", .regex = true}, errors);
    EXPECT_EQ(tokens.back().kind, QueryToken::Kind::kEnd) << def->name;
  }
}

}  // namespace
}  // namespace tokentrail::playbook
