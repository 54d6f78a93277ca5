// case.duckdb as a unit: what goes in comes out, and only a whole file gets its name.

#include "store/store.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "store/library.h"
#include "store/query.h"
#include "store/schema.h"
#include "test/support/case_file.h"
#include "test/support/event_builder.h"
#include "test/support/temp_folder.h"

namespace tokentrail::store {
namespace {

using test::BuiltEvent;

constexpr std::string_view kSources[] = {"one", "two"};

using Table = std::vector<std::vector<std::string>>;

Table Ask(const Case& asked, const std::string& sql) {
  Table out;
  const auto ended = asked.Ask(
      sql, {}, [](const auto&) -> Result<Done> { return Done{}; },
      [&](const std::vector<ResultCell>& cells) -> Result<Done> {
        std::vector<std::string> row;
        for (const ResultCell& cell : cells) row.push_back(cell.null ? "NULL" : cell.text);
        out.push_back(row);
        return Done{};
      });
  EXPECT_TRUE(ended.ok()) << (ended.ok() ? "" : ended.error().message);
  return out;
}

class StoreTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string why;
    if (!HasLibrary(&why)) GTEST_SKIP() << why;
    folder_.Write("case.key", "k");
    // Given in another order than that of their paths.
    files_.Add(
        {.path = "b.jsonl", .opened = "b.jsonl", .disk_bytes = 2, .modified_ns = 0, .sha256 = {}});
    files_.Add(
        {.path = "a.jsonl", .opened = "a.jsonl", .disk_bytes = 1, .modified_ns = 0, .sha256 = {}});
  }

  Store::Settings Settings() const {
    return {.temporary = folder_.In("tmp.duckdb"),
            .target = folder_.In("case.duckdb"),
            .source_names = kSources};
  }
  /// Writes a case of these events and opens it.
  Case Write(const std::vector<BuiltEvent>& events) {
    auto opened = Store::Open(Settings(), files_);
    EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.error().message);
    const std::unique_ptr<Store> store = std::move(opened).value();
    for (const BuiltEvent& event : events)
      EXPECT_TRUE(store->Append(event.event(), Attribution()).ok());
    const auto done = store->Finish({findings_, summary_, trails_, rules_});
    EXPECT_TRUE(done.ok()) << (done.ok() ? "" : done.error().message);
    return Open();
  }
  Case Open() const {
    auto asked = Case::Open(folder_.path(), 256u << 20);
    EXPECT_TRUE(asked.ok()) << (asked.ok() ? "" : asked.error().message);
    return std::move(asked).value();
  }

  test::TempFolder folder_;
  FileTable files_;
  std::vector<Finding> findings_;
  Summary summary_;
  Trails trails_;
  std::vector<RuleTruth> rules_;
};

TEST_F(StoreTest, WhatGoesInComesOut) {
  std::vector<BuiltEvent> events;
  events.emplace_back(test::Head{.time = "2026-03-02T09:00:00.000001Z",
                                 .kind = Kind::kMailRead,
                                 .outcome = Outcome::kSuccess,
                                 .source = 1,
                                 .record = 7},
                      std::map<Field, std::string>{{Field::kUser, "ann@x.example"},
                                                   {Field::kIp, "203.0.113.7"},
                                                   {Field::kItems, "42"},
                                                   {Field::kBytes, "many"},
                                                   {Field::kTarget, "Grüße, a longer text"}});
  events.emplace_back(test::Head{.time = "2026-03-02T10:00:00Z", .outcome = Outcome::kUnknown},
                      std::map<Field, std::string>{});
  const Case asked = Write(events);
  const Table rows =
      Ask(asked,
          "SELECT event_id, time, source, kind, outcome, actor_user_name, src_endpoint_ip, "
          "volume_items, volume_bytes, target_uid, app_uid, file_id FROM events ORDER BY event_id");
  ASSERT_EQ(rows.size(), 2u);
  // The first file by index is the second by path.
  EXPECT_EQ(rows[0],
            (std::vector<std::string>{"1", "2026-03-02 09:00:00.000001", "two", "mail_read",
                                      "success", "ann@x.example", "203.0.113.7", "42", "NULL",
                                      "Grüße, a longer text", "NULL", "2"}));
  EXPECT_EQ(rows[1],
            (std::vector<std::string>{"2", "2026-03-02 10:00:00", "one", "other", "unknown", "NULL",
                                      "NULL", "NULL", "NULL", "NULL", "NULL", "2"}));
  const Table content = Ask(asked, "SELECT replace(content::VARCHAR, '-', '') FROM events LIMIT 1");
  EXPECT_EQ(content[0][0], events[0].event().head().content.Hex());
  EXPECT_EQ(Ask(asked, "SELECT path FROM files ORDER BY file_id"),
            (Table{{"a.jsonl"}, {"b.jsonl"}}));
}

TEST_F(StoreTest, WhoDidItStandsBesideTheEvent) {
  auto opened = Store::Open(Settings(), files_);
  ASSERT_TRUE(opened.ok());
  const BuiltEvent event(test::Head{.kind = Kind::kMailRead}, {{Field::kUser, "ann"}});
  Attribution who;
  who.identity = "ann@x.example";
  who.client = "app-1";
  who.via = Via::kAppForUser;
  who.holder = Holder::kElsewhere;
  who.rung = Rung::kToken;
  who.reason = "token_id";
  who.against = "client_differs";
  who.contradiction = true;
  who.confidence = Confidence::kCertain;
  who.issue_event = 7;
  ASSERT_TRUE(opened.value()->Append(event.event(), who).ok());
  const BuiltEvent state(test::Head{.kind = Kind::kSnapshot}, {{Field::kApp, "app-1"}});
  ASSERT_TRUE(opened.value()->Append(state.event(), Attribution()).ok());
  ASSERT_TRUE(opened.value()->Finish({findings_, summary_, trails_, rules_}).ok());
  const Case asked = Open();
  EXPECT_EQ(Ask(asked,
                "SELECT who_identity, who_identity_uid, who_via, who_client, who_client_name, "
                "who_holder, who_rung, who_confidence, who_reason, who_against, "
                "who_contradiction, issue_event_id, grant_number FROM events ORDER BY event_id"),
            (Table{{"ann@x.example", "NULL", "app_for_user", "app-1", "NULL", "elsewhere", "token",
                    "certain", "token_id", "client_differs", "true", "7", "NULL"},
                   Table::value_type(13, "NULL")}));
  EXPECT_EQ(Ask(asked, "SELECT time IS NULL FROM events ORDER BY event_id"),
            (Table{{"false"}, {"true"}}));
}

TEST_F(StoreTest, TokensSessionsAndCredentialsAreToldByEvents) {
  const auto at = [](const char* time, Kind kind, std::map<Field, std::string> fields,
                     Outcome outcome = Outcome::kSuccess) {
    return BuiltEvent(test::Head{.time = time, .kind = kind, .outcome = outcome},
                      std::move(fields));
  };
  std::vector<BuiltEvent> events;
  events.push_back(at("2026-03-02T08:00:00Z", Kind::kCredentialChange,
                      {{Field::kCredential, "key-1 key-2"}, {Field::kApp, "app-1"}}));
  events.push_back(at("2026-03-02T09:00:00Z", Kind::kSignIn,
                      {{Field::kToken, "t-0"}, {Field::kUser, "ann"}}, Outcome::kFailure));
  events.push_back(at("2026-03-02T09:01:00Z", Kind::kSignIn,
                      {{Field::kToken, "t-1"},
                       {Field::kSession, "s-1"},
                       {Field::kCredential, "key-1"},
                       {Field::kUser, "ann"},
                       {Field::kApp, "app-1"}}));
  events.push_back(at("2026-03-02T09:02:00Z", Kind::kMailRead,
                      {{Field::kToken, "t-1"},
                       {Field::kSession, "s-1"},
                       {Field::kIp, "203.0.113.7"},
                       {Field::kApp, "graph"}}));
  events.push_back(at("2026-03-02T09:03:00Z", Kind::kTokenMinted,
                      {{Field::kIssuedToken, "t-2"}, {Field::kServiceAccount, "shop/web"}}));
  events.push_back(at("2026-03-02T09:04:00Z", Kind::kCredentialChange,
                      {{Field::kCredentialsRemoved, "key-1"}, {Field::kApp, "app-1"}}));
  const Case asked = Write(events);
  EXPECT_EQ(
      Ask(asked,
          "SELECT token_uid, issue_event_id, user_name, app_uid, session_uid, "
          "credential_uid, uses, addresses FROM tokens ORDER BY token_uid"),
      (Table{{"t-1", "3", "ann", "app-1", "s-1", "key-1", "1", "1"},
             {"t-2", "5", "system:serviceaccount:shop:web", "NULL", "NULL", "NULL", "0", "0"}}));
  EXPECT_EQ(Ask(asked, "SELECT session_uid, user_name, events, tokens, apps FROM sessions"),
            (Table{{"s-1", "ann", "2", "1", "2"}}));
  EXPECT_EQ(Ask(asked,
                "SELECT credential_uid, app_uid, added_event_id, removed, uses FROM credentials "
                "ORDER BY credential_uid"),
            (Table{{"key-1", "app-1", "1", "2026-03-02 09:04:00", "1"},
                   {"key-2", "app-1", "1", "NULL", "0"}}));
}

TEST_F(StoreTest, MoreThanAChunkKeepsOrderAndTexts) {
  constexpr int kEvents = 10'000;  // several chunks and an odd rest
  std::vector<BuiltEvent> events;
  for (int i = 0; i < kEvents; ++i) {
    events.emplace_back(
        test::Head{},
        std::map<Field, std::string>{{Field::kUser, "u" + std::to_string(i)},
                                     {Field::kTarget, std::string(20, 'x') + std::to_string(i)}});
  }
  const Case asked = Write(events);
  EXPECT_EQ(Ask(asked,
                "SELECT count(*), count(DISTINCT event_id), "
                "bool_and(actor_user_name = 'u' || (event_id - 1)), "
                "bool_and(target_uid = repeat('x', 20) || (event_id - 1)) FROM events"),
            (Table{{"10000", "10000", "true", "true"}}));
  // In the file's own order too, not only when sorted.
  EXPECT_EQ(Ask(asked,
                "SELECT bool_and(event_id = n) FROM (SELECT event_id, row_number() OVER () "
                "AS n FROM events)"),
            (Table{{"true"}}));
}

TEST_F(StoreTest, DaysOfEachLogAreCounted) {
  std::vector<BuiltEvent> events;
  const auto add = [&](const char* time, uint16_t source, Kind kind) {
    events.emplace_back(test::Head{.time = time, .kind = kind, .source = source},
                        std::map<Field, std::string>{});
  };
  add("2026-03-01T23:59:59.999999Z", 1, Kind::kOther);
  add("2026-03-02T00:00:00Z", 1, Kind::kOther);
  add("2026-03-02T10:00:00Z", 0, Kind::kSnapshot);  // has no day
  add("2026-03-02T10:00:00Z", 0, Kind::kSignIn);
  add("2026-03-02T23:00:00Z", 1, Kind::kOther);
  add("2026-03-05T00:00:00Z", 1, Kind::kOther);
  EXPECT_EQ(Ask(Write(events), "SELECT source, day::DATE, events FROM source_days ORDER BY ALL"),
            (Table{{"one", "2026-03-02", "1"},
                   {"two", "2026-03-01", "1"},
                   {"two", "2026-03-02", "2"},
                   {"two", "2026-03-05", "1"}}));
}

TEST_F(StoreTest, TextThatIsNoUtf8IsRepaired) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"a\xFFz", "a\uFFFDz"},
      {"\xC3", "\uFFFD"},
      {"overlong \xC0\xAF and more", "overlong \uFFFD\uFFFD and more"},
      {"surrogate \xED\xA0\x80 here", "surrogate \uFFFD\uFFFD\uFFFD here"},
      {"beyond \xF4\x90\x80\x80", "beyond \uFFFD\uFFFD\uFFFD\uFFFD"},
      {"fine \xF0\x9F\x98\x80 \xE2\x82\xAC", "fine \U0001F600 \u20AC"},
      {std::string("nul \0 inside a long text", 24), std::string("nul \0 inside a long text", 24)},
  };
  std::vector<BuiltEvent> events;
  for (const auto& [given, expected] : cases) {
    events.emplace_back(test::Head{}, std::map<Field, std::string>{{Field::kUser, given}});
  }
  const Case asked = Write(events);
  const Table rows = Ask(asked, "SELECT actor_user_name FROM events ORDER BY event_id");
  ASSERT_EQ(rows.size(), cases.size());
  for (size_t i = 0; i < cases.size(); ++i) EXPECT_EQ(rows[i][0], cases[i].second);
}

TEST_F(StoreTest, OneThatIsNotFinishedLeavesWhatWasThere) {
  folder_.Write("case.duckdb", "of before");
  {
    auto store = Store::Open(Settings(), files_);
    ASSERT_TRUE(store.ok());
    const BuiltEvent event(test::Head{}, {{Field::kUser, "ann"}});
    for (int i = 0; i < 5000; ++i)
      ASSERT_TRUE(store.value()->Append(event.event(), Attribution()).ok());
  }
  EXPECT_EQ(test::ReadFile(folder_.In("case.duckdb")), "of before");
  EXPECT_FALSE(std::filesystem::exists(folder_.In("tmp.duckdb")));
  EXPECT_FALSE(std::filesystem::exists(folder_.In("tmp.duckdb.wal")));
}

TEST_F(StoreTest, WhereNothingCanBeWrittenIsSaid) {
  Store::Settings settings = Settings();
  settings.temporary = folder_.In("no/such/folder/tmp.duckdb");
  const auto store = Store::Open(settings, files_);
  ASSERT_FALSE(store.ok());
  EXPECT_NE(store.error().message.find("no/such/folder"), std::string::npos)
      << store.error().message;
}

TEST_F(StoreTest, ADamagedFileIsAnErrorThatNamesIt) {
  folder_.Write("case.duckdb", std::string(10'000, 'x'));
  const auto asked = Case::Open(folder_.path(), 256u << 20);
  ASSERT_FALSE(asked.ok());
  EXPECT_NE(asked.error().message.find("case.duckdb"), std::string::npos) << asked.error().message;
}

TEST_F(StoreTest, EveryTableAndColumnCarriesItsDescription) {
  const Case asked = Write({});
  for (const TableDef& table : AllTables()) {
    SCOPED_TRACE(table.name);
    EXPECT_FALSE(table.summary.empty());
    EXPECT_EQ(
        Ask(asked, "SELECT comment FROM duckdb_tables() WHERE table_name = " + Quoted(table.name)),
        (Table{{std::string(table.summary)}}));
    Table expected;
    for (const ColumnDef& column : table.columns) {
      EXPECT_FALSE(column.summary.empty()) << column.name;
      expected.push_back({column.name, std::string(SqlName(column.type)), column.summary});
    }
    EXPECT_EQ(
        Ask(asked,
            "SELECT column_name, data_type, comment FROM duckdb_columns() WHERE table_name = " +
                Quoted(table.name) + " ORDER BY column_index"),
        expected);
  }
}

TEST_F(StoreTest, ValuesOfEveryTypeAreShown) {
  const Case asked = Write({});
  const auto one = [&](const std::string& expression) {
    const Table rows = Ask(asked, "SELECT " + expression);
    return rows.size() == 1 && rows[0].size() == 1 ? rows[0][0] : "no single value";
  };
  EXPECT_EQ(one("-129::SMALLINT"), "-129");
  EXPECT_EQ(one("-5::TINYINT"), "-5");
  EXPECT_EQ(one("18446744073709551615::UBIGINT"), "18446744073709551615");
  EXPECT_EQ(one("'-170141183460469231731687303715884105728'::HUGEINT"),
            "-170141183460469231731687303715884105728");
  EXPECT_EQ(one("340282366920938463463374607431768211455::UHUGEINT"),
            "340282366920938463463374607431768211455");
  EXPECT_EQ(one("-0.05::DECIMAL(4, 2)"), "-0.05");
  EXPECT_EQ(one("12345678901234567890.125::DECIMAL(30, 3)"), "12345678901234567890.125");
  EXPECT_EQ(one("0.1::DOUBLE"), "0.1");
  EXPECT_EQ(one("2::DOUBLE"), "2.0");
  EXPECT_EQ(one("true"), "true");
  EXPECT_EQ(one("DATE '0001-02-03'"), "0001-02-03");
  EXPECT_EQ(one("TIMESTAMP '2026-01-02 03:04:05.5'"), "2026-01-02 03:04:05.500000");
  EXPECT_EQ(one("INTERVAL '-90 minutes'"), "-01:30:00");
  EXPECT_EQ(one("'6ca4e92f-3cae-4c25-bbf7-3db75a24bf26'::UUID"),
            "6ca4e92f-3cae-4c25-bbf7-3db75a24bf26");
  EXPECT_EQ(one("'b'::ENUM('a', 'b')"), "b");
  EXPECT_EQ(one("'\\x00a'::BLOB"), "\\x00a");
  EXPECT_EQ(one("[1, NULL]"), "[1, NULL]");
  EXPECT_EQ(one("array_value(1, 2)"), "[1, 2]");
  EXPECT_EQ(one("{'k': [true]}"), "{'k': [true]}");
  EXPECT_EQ(one("MAP {'k': 1}"), "{k=1}");
  EXPECT_EQ(one("NULL"), "NULL");
  EXPECT_EQ(one("[]"), "[]");
}

}  // namespace
}  // namespace tokentrail::store
