#include "cli/show.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "base/text.h"
#include "cli/record_view.h"
#include "sink/sink.h"
#include "source/json.h"
#include "test/support/golden.h"
#include "test/support/sample_hunt.h"
#include "test/support/temp_folder.h"

namespace tokentrail::cli {
namespace {

/// The sample as findings.jsonl holds it.
std::string SampleLines() {
  const auto hunt = test::SampleHunt();
  std::string out;
  for (const sink::SinkDef* sink : sink::All()) {
    if (sink->file == "findings.jsonl") {
      sink->write({hunt->findings, hunt->summary, hunt->files, test::SampleSources()}, out);
    }
  }
  return out;
}

std::string Shown(std::string_view prefix, const sink::Terminal& terminal) {
  const test::TempFolder folder;
  folder.Write("findings.jsonl", SampleLines());
  const auto line = FindFinding(folder.path(), prefix);
  EXPECT_TRUE(line.ok()) << (line.ok() ? "" : line.error().message);
  if (!line.ok()) return {};
  source::JsonReader reader;
  EXPECT_TRUE(reader.ParseUnpadded(*line));
  const auto finding = ReadFinding(reader.record());
  EXPECT_TRUE(finding.ok());
  return finding.ok() ? ShowFinding(*finding, terminal) : "";
}

TEST(Show, SaysEverythingTheFindingHolds) {
  test::ExpectGolden("src/cli/testdata/show.golden", Shown("1f2e3d4c5", {100, false}));
}

TEST(Show, CarriesNoCodesFromTheLogs) {
  const std::string text = Shown("1f2e3d4ca", {100, false});
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find("\u202E"), std::string::npos);
}

TEST(Show, AnIdThatIsTheStartOfSeveralListsThem) {
  const test::TempFolder folder;
  folder.Write("findings.jsonl", SampleLines());
  const auto line = FindFinding(folder.path(), "1f2e");
  ASSERT_FALSE(line.ok());
  EXPECT_NE(line.error().message.find("1f2e3d4c5b6a7988"), std::string::npos);
  EXPECT_NE(line.error().message.find("1f2e3d4caaaaaaaa"), std::string::npos);
}

TEST(Show, SaysWhatToDoWithoutACaseOrFinding) {
  const test::TempFolder folder;
  const auto nothing = FindFinding(folder.path(), "1f2e");
  ASSERT_FALSE(nothing.ok());
  EXPECT_EQ(nothing.error().kind, ErrorKind::kNotFound);
  EXPECT_NE(nothing.error().message.find("--case"), std::string::npos);
  folder.Write("findings.jsonl", SampleLines());
  EXPECT_EQ(FindFinding(folder.path(), "ffff").error().kind, ErrorKind::kNotFound);
}

TEST(Show, WithoutACaseNamedTheLastOneInTheFolderIsMeant) {
  const test::TempFolder folder;
  EXPECT_EQ(LastCase(folder.path()), kDefaultCase);
  folder.Write("b/case.key", "k");
  folder.Write("b/summary.json", "{}");
  folder.Write("notes/summary.json", "{}");  // no case, however new
  EXPECT_EQ(LastCase(folder.path()), folder.path() + "/b");
  folder.Write("a/case.key", "k");
  folder.Write("a/summary.json", "{}");
  const std::filesystem::path older = folder.path() + "/b/summary.json";
  std::filesystem::last_write_time(older,
                                   std::filesystem::last_write_time(older) - std::chrono::hours(1));
  EXPECT_EQ(LastCase(folder.path()), folder.path() + "/a");
}

TEST(RecordView, ACsvRowIsReadUnderItsHeader) {
  const std::string text =
      ShowRecord("\"User\";\"Audit;Data\";\"Empty\"\nben;\"{\"\"Op\"\":\"\"x\"\"}\";\r\n",
                 {"/User", "/Audit;Data/Op"}, {80, false});
  EXPECT_EQ(text,
            ">> User: \"ben\"\n"
            "   Audit;Data: {  (JSON in a text)\n"
            ">>   \"Op\": \"x\"\n"
            "   }\n");
}

TEST(RecordView, ALongRecordKeepsWhatIsNearAMark) {
  std::string record = "{";
  for (int i = 0; i < 100; ++i) record += fmt::format("\"k{}\":{},", i, i);
  record += "\"end\":0}";
  const std::string all = ShowRecord(record, {"/k50"}, {80, false}, SIZE_MAX);
  EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 103);
  EXPECT_EQ(ShowRecord(record, {"/k50"}, {80, false}),
            "   {\n"
            "     \"k0\": 0,\n"
            "   ... 46 lines ...\n"
            "     \"k47\": 47,\n"
            "     \"k48\": 48,\n"
            "     \"k49\": 49,\n"
            ">>   \"k50\": 50,\n"
            "     \"k51\": 51,\n"
            "   ... 49 lines ...\n"
            "   }\n");
  // Without a mark, the start.
  const std::string start = ShowRecord(record, {}, {80, false});
  EXPECT_EQ(std::count(start.begin(), start.end(), '\n'), 62);
}

TEST(Show, ADamagedLineIsNamed) {
  const test::TempFolder folder;
  folder.Write("findings.jsonl", SampleLines() + "{\"id\":\n");
  const auto line = FindFinding(folder.path(), "77aa");
  ASSERT_FALSE(line.ok());
  EXPECT_NE(line.error().message.find("findings.jsonl:4"), std::string::npos);
}

TEST(RecordView, MarksFieldsThroughJsonInTexts) {
  const std::string text =
      ShowRecord(R"({"a":[{"b":1}],"AuditData":"{\"Op\":\"x\",\"n\":2}","t/~":null})",
                 {"/AuditData/Op", "/a/0/b", "/t~1~0"}, {80, false});
  EXPECT_EQ(text,
            "   {\n"
            "     \"a\": [\n"
            "       {\n"
            ">>       \"b\": 1\n"
            "       }\n"
            "     ],\n"
            "     \"AuditData\": {  (JSON in a text)\n"
            ">>     \"Op\": \"x\",\n"
            "       \"n\": 2\n"
            "     },\n"
            ">>   \"t/~\": null\n"
            "   }\n");
}

TEST(RecordView, OtherTextIsShownAsItIs) {
  EXPECT_EQ(ShowRecord("a,b\x1b[2J\r\nc", {}, {80, false}), "   a,b\\x1b[2J\n   c\n");
  EXPECT_EQ(ShowRecord("{\"cut\": \"of", {}, {80, false}), "   {\"cut\": \"of\n");
}

}  // namespace
}  // namespace tokentrail::cli
