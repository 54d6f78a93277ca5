#include "cli/show.h"

#include <gtest/gtest.h>

#include <algorithm>

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
