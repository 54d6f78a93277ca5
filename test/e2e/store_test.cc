// case.duckdb from whole hunts: right, the same however it was read, and never a broken file.

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/text.h"
#include "source/json.h"
#include "store/library.h"
#include "store/schema.h"
#include "test/support/case_file.h"
#include "test/support/hunt.h"
#include "test/support/temp_folder.h"

namespace tokentrail::test {
namespace {

namespace fs = std::filesystem;

RunResult Sql(const std::string& case_folder, const std::vector<std::string>& args) {
  std::vector<std::string> all = {"sql", "--case", case_folder};
  all.insert(all.end(), args.begin(), args.end());
  return RunBinary(all);
}

/// The answer as CSV, without its line of names.
std::string Answer(const std::string& case_folder, const std::string& sql) {
  const RunResult run = Sql(case_folder, {"-t", "csv", sql});
  EXPECT_EQ(run.exit_code, 0) << sql << "\n" << run.err;
  const size_t names = run.out.find("\r\n");
  return names == std::string::npos ? "" : run.out.substr(names + 2);
}

std::vector<std::string> FilesBelow(const std::string& folder) {
  std::vector<std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

class CaseStore : public testing::Test {
 protected:
  void SetUp() override {
    std::string why;
    if (!store::HasLibrary(&why)) GTEST_SKIP() << why;
  }
  TempFolder folder_;
  const std::string samples_ = InRoot("samples/evidence");
};

TEST_F(CaseStore, AnswersAgreeWithWhatTheHuntSays) {
  const std::string folder = folder_.In("case");
  const HuntResult hunt = HuntWithStore({samples_}, folder);
  EXPECT_NE(hunt.summary.find("\"store\": \"written\""), std::string::npos) << hunt.summary;

  std::string sources;
  for (const auto& [name, events] : hunt.Sources()) {
    sources += name + "," + std::to_string(events) + "\r\n";
  }
  EXPECT_EQ(Answer(folder, "SELECT source, count(*) FROM events GROUP BY ALL ORDER BY 1"), sources);
  EXPECT_EQ(Answer(folder, "SELECT source, events FROM sources ORDER BY 1"), sources);

  std::string ids;
  for (const std::string& id : hunt.Ids()) ids += id + "\r\n";
  EXPECT_EQ(Answer(folder, "SELECT finding_id FROM findings"), ids);

  std::string left_out;
  for (const auto& [reason, count] : hunt.LeftOut()) {
    left_out += reason + "," + std::to_string(count) + "\r\n";
  }
  EXPECT_FALSE(left_out.empty());
  EXPECT_EQ(Answer(folder, "SELECT reason, count FROM ledger WHERE left_out ORDER BY 1"), left_out);

  // Oldest first, in the order of rows.
  EXPECT_EQ(Answer(folder,
                   "SELECT bool_and(time >= before) FROM (SELECT time, lag(time) OVER (ORDER BY "
                   "event_id) AS before FROM events)"),
            "true\r\n");
  // What is cited is there: as an event, as a file, and as it was logged.
  EXPECT_EQ(Answer(folder,
                   "SELECT count(*) FROM finding_evidence ANTI JOIN events USING (content, source, "
                   "time)"),
            "0\r\n");
  EXPECT_EQ(Answer(folder, "SELECT count(*) FROM events ANTI JOIN files USING (file_id)"), "0\r\n");
  EXPECT_EQ(Answer(folder,
                   "SELECT count(*) FROM finding_evidence e JOIN raw_records r USING (content) "
                   "WHERE e.record_sha256 != r.record_sha256 OR length(r.record_sha256) != 64 OR "
                   "length(r.record) = 0"),
            "0\r\n");
  EXPECT_EQ(Answer(folder, "SELECT count(*) > 20 FROM raw_records"), "true\r\n");
  EXPECT_EQ(Answer(folder,
                   "SELECT count(*) FROM finding_evidence ANTI JOIN raw_records USING "
                   "(content)"),
            "0\r\n");
  // Fields that no analytic asks for are kept too.
  EXPECT_EQ(Answer(folder, "SELECT count(metadata_correlation_uid) > 0 FROM events"), "true\r\n");
  // Known from the story of the samples.
  EXPECT_EQ(Answer(folder,
                   "SELECT DISTINCT first_time FROM findings JOIN finding_entities USING "
                   "(finding_id) WHERE rule = 'GRT-04' AND name = 'Inventory Sync'"),
            "2026-10-15 08:03:01\r\n");
  // Every row of findings.jsonl's evidence, and nothing else.
  size_t evidence = 0;
  source::JsonReader reader;
  for (const std::string_view line : Split(hunt.findings, "\n")) {
    ASSERT_TRUE(reader.ParseUnpadded(line));
    const Record record = reader.record();
    const Node* list = record.Child(record.root(), "evidence");
    ASSERT_NE(list, nullptr);
    for (const Node& item : Children(*list)) {
      (void)item;
      ++evidence;
    }
  }
  EXPECT_EQ(Answer(folder, "SELECT count(*) FROM finding_evidence"),
            std::to_string(evidence) + "\r\n");
}

TEST_F(CaseStore, FindingsAreTheSameWithoutIt) {
  const HuntResult with = HuntWithStore({samples_}, folder_.In("case"));
  const HuntResult without = Hunt({samples_}, folder_.In("case"), {"-C"});
  EXPECT_TRUE(with.findings == without.findings);
  EXPECT_EQ(WithoutRun(with.summary), WithoutRun(without.summary));
  // The database of the earlier hunt is no part of this one.
  EXPECT_FALSE(fs::exists(folder_.In("case/case.duckdb")));
  const RunResult asked = Sql(folder_.In("case"), {"SELECT 1"});
  EXPECT_EQ(asked.exit_code, 1);
  EXPECT_NE(asked.err.find("--no-store"), std::string::npos) << asked.err;
}

TEST_F(CaseStore, ThreadsMemoryAndOrderOfFilesDoNotShow) {
  std::vector<std::string> backwards = FilesBelow(samples_);
  std::reverse(backwards.begin(), backwards.end());
  struct Way {
    std::vector<std::string> inputs;
    std::vector<std::string> flags;
  };
  const std::vector<Way> ways = {{{samples_}, {"--threads", "1"}},
                                 {{samples_}, {"--threads", "4", "--memory", "1M", "-C"}},
                                 {backwards, {"--threads", "2", "-C"}}};
  std::map<std::string, std::string> first;
  for (const Way& way : ways) {
    HuntWithStore(way.inputs, folder_.In("case"), way.flags);
    for (const store::TableDef& table : store::AllTables()) {
      const std::string name(table.name);
      const std::string rows = Answer(folder_.In("case"), "FROM " + name);
      const auto known = first.emplace(name, rows).first;
      EXPECT_TRUE(known->second == rows) << name << ", --threads " << way.flags[1];
      EXPECT_FALSE(rows.empty()) << name;
    }
  }
}

TEST_F(CaseStore, KeepRawNoneKeepsNone) {
  HuntWithStore({samples_}, folder_.In("case"), {"--keep-raw", "none"});
  EXPECT_EQ(Answer(folder_.In("case"), "SELECT count(*) FROM raw_records"), "0\r\n");
  EXPECT_EQ(Answer(folder_.In("case"), "SELECT count(*) > 0 FROM finding_evidence"), "true\r\n");
}

TEST_F(CaseStore, KeepRawAllKeepsEveryEventsRecord) {
  HuntWithStore({samples_}, folder_.In("case"), {"--keep-raw", "all"});
  EXPECT_EQ(Answer(folder_.In("case"),
                   "SELECT count(*) FROM events WHERE content NOT IN (SELECT content FROM "
                   "raw_records)"),
            "0\r\n");
  EXPECT_EQ(Answer(folder_.In("case"),
                   "SELECT count(*) FROM raw_records AS r JOIN files AS f USING (file_id) WHERE "
                   "r.line IS NULL OR r.record IS NULL OR length(r.record_sha256) <> 64"),
            "0\r\n");
  // The same bytes as those that findings cite.
  EXPECT_EQ(Answer(folder_.In("case"),
                   "SELECT count(*) > 0 AND bool_and(r.record_sha256 = e.record_sha256) FROM "
                   "finding_evidence AS e JOIN raw_records AS r USING (content, file_id, line)"),
            "true\r\n");
}

TEST_F(CaseStore, SecretsAreNotInIt) {
  const std::string token = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";
  std::string record = ConsentRecord();
  const size_t at = record.find("EvoSTS");
  ASSERT_NE(at, std::string::npos);
  record.replace(at, 6, token);
  folder_.Write("logs/a.jsonl", record + "\n");
  HuntWithStore({folder_.In("logs")}, folder_.In("case"));
  EXPECT_EQ(Answer(folder_.In("case"), "SELECT count(*) FROM raw_records"), "1\r\n");
  EXPECT_EQ(ReadFile(folder_.In("case/case.duckdb")).find(token), std::string::npos);
  for (const store::TableDef& table : store::AllTables()) {
    EXPECT_EQ(Answer(folder_.In("case"), "FROM " + std::string(table.name)).find(token),
              std::string::npos)
        << table.name;
  }
}

TEST_F(CaseStore, KilledAtAnyMomentThereIsAWholeFileOrNone) {
  std::string text;
  for (int i = 0; i < 12'000; ++i) text += ConsentRecord(i) + "\n";
  folder_.Write("logs/a.jsonl", text);
  const std::string folder = folder_.In("case");
  int killed = 0;
  for (const int after : {400, 900, 1500, 2200, 3000, 4000}) {
    RunOptions options;
    options.signal = SIGKILL;
    options.signal_after = std::chrono::milliseconds(after);
    const RunResult run =
        RunBinary({"hunt", folder_.In("logs"), "-o", folder, "-C", "-q"}, options);
    killed += run.exit_code == 128 + SIGKILL ? 1 : 0;
    const RunResult asked = Sql(folder, {"-t", "csv", "SELECT count(*) FROM events"});
    if (fs::exists(folder + "/case.duckdb")) {
      EXPECT_EQ(asked.exit_code, 0) << asked.err;
      EXPECT_EQ(asked.out, "count_star()\r\n12000\r\n");
    } else {
      EXPECT_EQ(asked.exit_code, 1);
      EXPECT_NE(asked.err.find("case"), std::string::npos) << asked.err;
    }
  }
  EXPECT_GT(killed, 0);
  // What was left lying about is in nobody's way.
  const HuntResult whole = HuntWithStore({folder_.In("logs")}, folder, {"-C"});
  EXPECT_EQ(Answer(folder, "SELECT count(*) FROM events"), "12000\r\n");
  EXPECT_FALSE(fs::exists(folder + "/tmp"));
}

TEST_F(CaseStore, HostileSqlIsRefused) {
  const std::string folder = folder_.In("case");
  HuntWithStore({samples_}, folder);
  const std::string before = ReadFile(folder + "/case.duckdb");
  const std::string out = folder_.In("written");
  folder_.Write("secret.csv", "a,b\nhidden,2\n");
  const std::string secret = folder_.In("secret.csv");
  const std::vector<std::string> statements = {
      "COPY events TO '" + out + "'",
      "COPY (SELECT 1) TO '" + out + "' (FORMAT parquet)",
      "EXPLAIN ANALYZE COPY events TO '" + out + "'",
      "EXPORT DATABASE '" + out + "'",
      "ATTACH '" + out + "' AS other",
      "ATTACH ':memory:' AS other",
      "INSTALL httpfs",
      "LOAD httpfs",
      "LOAD '" + secret + "'",
      "SELECT * FROM read_csv('" + secret + "')",
      "SELECT * FROM read_csv('http://192.0.2.1/x.csv')",
      "SELECT * FROM read_text('" + secret + "')",
      "SELECT * FROM read_blob('" + secret + "')",
      "SELECT * FROM read_json('" + secret + "')",
      "SELECT * FROM read_parquet('" + secret + "')",
      "SELECT * FROM sniff_csv('" + secret + "')",
      "SELECT * FROM query('FROM ''" + secret + "''')",
      "FROM '" + secret + "'",
      "FROM glob('" + folder_.In("*") + "')",
      "PRAGMA enable_profiling",
      "PRAGMA memory_limit='100GB'",
      "SET enable_external_access = true",
      "SET GLOBAL lock_configuration = false",
      "RESET lock_configuration",
      "USE memory",
      "CREATE TABLE t (a INT)",
      "CREATE TEMP TABLE t AS SELECT 1",
      "CREATE MACRO m() AS 1",
      "CREATE SECRET s (TYPE s3)",
      "INSERT INTO ledger (reason) VALUES ('x')",
      "UPDATE findings SET level = 'low'",
      "DELETE FROM findings",
      "EXPLAIN ANALYZE DELETE FROM findings",
      "DROP TABLE events",
      "ALTER TABLE events ADD COLUMN x INT",
      "COMMENT ON TABLE events IS 'x'",
      "CHECKPOINT",
      "FORCE CHECKPOINT",
      "VACUUM",
      "CALL enable_logging()",
      "BEGIN",
      "PREPARE p AS SELECT 1",
      "SELECT 1; SELECT 2",
      "SELECT 1; DROP TABLE events",
      "DROP TABLE events; SELECT 1",
      "SELECT ?",
      "",
      ";",
      "-- nothing",
      "SELECT bogus FROM events",
      "SELEC 1",
      "SELECT 'x",
  };
  for (const std::string& sql : statements) {
    SCOPED_TRACE(sql);
    const RunResult run = Sql(folder, {sql});
    EXPECT_EQ(run.exit_code, 2) << run.out << run.err;
    EXPECT_TRUE(run.out.empty()) << run.out;
    EXPECT_TRUE(run.err.starts_with("tokentrail: error: ")) << run.err;
    EXPECT_GT(run.err.size(), 40u);
    EXPECT_EQ((run.out + run.err).find("hidden"), std::string::npos);
    EXPECT_FALSE(fs::exists(out));
  }
  EXPECT_TRUE(ReadFile(folder + "/case.duckdb") == before);
  const RunResult caret = Sql(folder, {"SELECT bogus FROM events"});
  EXPECT_NE(caret.err.find("LINE 1: SELECT bogus FROM events\n               ^"), std::string::npos)
      << caret.err;
}

TEST_F(CaseStore, AnswersComeInEveryForm) {
  const std::string folder = folder_.In("case");
  HuntWithStore({samples_}, folder);
  const std::string sql =
      "SELECT n, s, l, z AS s FROM (VALUES (1, 'a\"b', [1, 2], NULL), (-2, '=x', [], 'z')) AS "
      "t(n, s, l, z)";
  EXPECT_EQ(Sql(folder, {"-t", "json", sql}).out,
            "[\n  {\"n\": 1, \"s\": \"a\\\"b\", \"l\": [1, 2], \"s_2\": null},\n"
            "  {\"n\": -2, \"s\": \"=x\", \"l\": [], \"s_2\": \"z\"}\n]\n");
  EXPECT_EQ(Sql(folder, {"-f", "csv", sql}).out,
            "n,s,l,s_2\r\n1,\"a\"\"b\",\"[1, 2]\",\r\n-2,\"'=x\",[],z\r\n");
  EXPECT_EQ(Sql(folder, {"SELECT 1 AS n, 'x' AS s"}).out, "n  s\n1  x\n");
  const RunResult wide = Sql(folder, {"FROM events LIMIT 1"});
  EXPECT_TRUE(wide.out.starts_with("row 1\nevent_id")) << wide.out;

  // From a file, from standard input, into a file.
  EXPECT_EQ(Sql(folder, {"-i", folder_.Write("q.sql", "SELECT 7 AS n;\n-- that is all\n")}).out,
            "n\n7\n");
  RunOptions options;
  options.input = "SELECT 8 AS n";
  EXPECT_EQ(RunBinary({"sql", "-", "--case", folder}, options).out, "n\n8\n");
  const std::string path = folder_.In("answer.csv");
  EXPECT_EQ(Sql(folder, {"-t", "csv", "-o", path, "SELECT 9 AS n"}).exit_code, 0);
  EXPECT_EQ(ReadFile(path), "n\r\n9\r\n");
  EXPECT_EQ(Sql(folder, {"-t", "csv", "-o", path, "SELECT 10 AS n"}).exit_code, 2);
  EXPECT_EQ(Sql(folder, {"-t", "csv", "-o", path, "SELECT nope"}).exit_code, 2);
  EXPECT_EQ(Sql(folder, {"-C", "-t", "csv", "-o", path, "SELECT nope"}).exit_code, 2);
  EXPECT_EQ(ReadFile(path), "n\r\n9\r\n") << "a question that fails replaces nothing";

  const RunResult some = Sql(folder, {"--max-rows", "2", "SELECT range FROM range(5)"});
  EXPECT_EQ(some.out, "range\n    0\n    1\n");
  EXPECT_NE(some.err.find("the first 2 rows"), std::string::npos) << some.err;

  const std::string parquet = folder_.In("answer.parquet");
  const RunResult written = Sql(folder, {"-t", "parquet", "-o", parquet, "FROM findings"});
  EXPECT_EQ(written.exit_code, 0) << written.err;
  const std::string bytes = ReadFile(parquet);
  EXPECT_TRUE(bytes.starts_with("PAR1") && bytes.ends_with("PAR1"));
  EXPECT_EQ(Sql(folder, {"-t", "parquet", "FROM findings"}).exit_code, 2);
}

TEST_F(CaseStore, WithoutAQuestionTheTablesAreListed) {
  HuntWithStore({samples_}, folder_.In("case"));
  const RunResult run = Sql(folder_.In("case"), {});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  for (const store::TableDef& table : store::AllTables()) {
    EXPECT_NE(("\n" + run.out).find("\n" + std::string(table.name) + "  "), std::string::npos)
        << table.name;
  }
  const RunResult rows = Sql(folder_.In("case"), {"-t", "csv"});
  EXPECT_NE(rows.out.find("events,time,TIMESTAMP,\"when it happened, UTC; NULL"), std::string::npos)
      << rows.out.substr(0, 500);
}

TEST(WithoutDuckDb, AHuntSaysSoAndIsDone) {
  const TempFolder folder;
  RunOptions options;
  options.environment = {"TOKENTRAIL_DUCKDB="};
  const std::string samples = InRoot("samples/evidence");
  const HuntResult with_flag = Hunt({samples}, folder.In("case"));
  const HuntResult hunt = HuntWithStore({samples}, folder.In("case"), {"-C"}, options);
  EXPECT_EQ(hunt.run.exit_code, with_flag.run.exit_code);
  EXPECT_TRUE(hunt.findings == with_flag.findings);
  EXPECT_FALSE(fs::exists(folder.In("case/case.duckdb")));
  EXPECT_NE(hunt.run.err.find("no case.duckdb was written: "), std::string::npos) << hunt.run.err;
  EXPECT_NE(hunt.run.err.find("install-deps"), std::string::npos) << hunt.run.err;
  // The case file is there, the library is not.
  folder.Write("case/case.duckdb", "x");
  const RunResult asked = RunBinary({"sql", "--case", folder.In("case"), "SELECT 1"}, options);
  EXPECT_EQ(asked.exit_code, 1);
  EXPECT_NE(asked.err.find("install-deps"), std::string::npos) << asked.err;
}

}  // namespace
}  // namespace tokentrail::test
