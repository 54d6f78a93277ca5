// Every output against a golden file; what must hold for all of them against the sample as a whole.

#include "sink/sink.h"

#include <gtest/gtest.h>

#include <set>

#include "base/text.h"
#include "sink/cell.h"
#include "sink/incident.h"
#include "sink/table.h"
#include "sink/width.h"
#include "test/support/golden.h"
#include "test/support/sample_hunt.h"

namespace tokentrail::sink {
namespace {

std::string Written(const SinkDef& sink) {
  const auto hunt = test::SampleHunt();
  std::string out;
  sink.write({hunt->findings, hunt->summary, hunt->files, test::SampleSources(), &hunt->audit,
              &hunt->trails, &hunt->portfolio},
             out);
  return out;
}

const SinkDef& Named(std::string_view name) {
  for (const SinkDef* sink : All()) {
    if (sink->name == name) return *sink;
  }
  ADD_FAILURE() << "no sink " << name;
  return *All()[0];
}

class EverySink : public testing::TestWithParam<const SinkDef*> {};

TEST_P(EverySink, WritesItsGoldenFile) {
  test::ExpectGolden("src/sink/testdata/" + std::string(GetParam()->name) + ".golden",
                     Written(*GetParam()));
}

TEST_P(EverySink, CarriesNoTerminalCodesAndOnlyUtf8) {
  const std::string text = Written(*GetParam());
  for (size_t position = 0; position < text.size();) {
    const size_t start = position;
    const char32_t c = NextCodePoint(text, position);
    EXPECT_FALSE(c == 0x1B || c == 0x7F || (c >= 0x80 && c <= 0x9F)) << start;
    EXPECT_FALSE(c >= 0x202A && c <= 0x202E) << start;
    EXPECT_TRUE(c != 0xFFFD || position - start == 3) << "a byte that is no UTF-8 at " << start;
  }
}

TEST_P(EverySink, SaysNothingOfFindingsWhenThereAreNone) {
  const auto hunt = test::SampleHunt();
  const std::vector<Finding> none;
  std::string out;
  GetParam()->write({none, hunt->summary, hunt->files, test::SampleSources()}, out);
  EXPECT_EQ(out.find("GRT-01"), std::string::npos);
}

std::string TestName(const testing::TestParamInfo<const SinkDef*>& sink) {
  std::string name(sink.param->name);
  std::erase(name, '-');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, EverySink, testing::ValuesIn(All().begin(), All().end()), TestName);

TEST(Sinks, HaveNamesAndFilesOfTheirOwn) {
  std::set<std::string_view> names;
  std::set<std::string_view> files;
  for (const SinkDef* sink : All()) {
    EXPECT_TRUE(names.insert(sink->name).second) << sink->name;
    EXPECT_TRUE(sink->file.empty() || files.insert(sink->file).second) << sink->file;
    EXPECT_FALSE(sink->summary.empty());
  }
}

TEST(TimelineCsv, StartsWithTheColumnsThatTimesketchNeedsAndIsInTimeOrder) {
  const std::string text = Written(Named("timeline-csv"));
  EXPECT_TRUE(text.starts_with("message,datetime,timestamp_desc,"));
  const size_t minted = text.find("2026-01-02T03:04:05.000001Z");
  const size_t consent = text.find("2026-01-31T16:05:06.123456Z");
  const size_t hostile = text.find("2026-02-01T00:00:00.000000Z");
  EXPECT_LT(minted, consent);
  EXPECT_LT(consent, hostile);
  EXPECT_NE(hostile, std::string::npos);
}

TEST(Table, NeverGoesOverTheTerminal) {
  const auto hunt = test::SampleHunt();
  for (size_t columns = 20; columns < 160; ++columns) {
    std::string out;
    WriteTable({hunt->findings, hunt->summary, hunt->files, test::SampleSources()},
               {columns, false}, 0, out);
    for (const std::string_view line : Split(out, "\n")) {
      EXPECT_LE(DisplayWidth(line), columns) << line;
    }
    EXPECT_NE(out.find("1f2e3d4c"), std::string::npos) << out;  // enough to go on with
  }
}

TEST(IncidentPages, AreAFileEachAndNameNothingOutsideTheirFolder) {
  const auto hunt = test::SampleHunt();
  std::vector<Page> pages;
  Named("incidents-md")
      .write_pages({hunt->findings, hunt->summary, hunt->files, test::SampleSources(), &hunt->audit,
                    &hunt->trails},
                   pages);
  ASSERT_EQ(pages.size(), 2u);
  EXPECT_EQ(pages[0].name, "01-mail-sync-grant-use.md");
  EXPECT_TRUE(pages[0].text.starts_with("# 1. App '")) << pages[0].text;
  // What an attacker named can't become a link, and what can't be seen is seen.
  EXPECT_EQ(pages[0].text.find("http://"), std::string::npos);
  EXPECT_NE(pages[0].text.find("gpj."), std::string::npos);
  EXPECT_NE(pages[0].text.find("tokentrail contain --app '@SUM(1+1)'"), std::string::npos);
}

TEST(IncidentPages, TheWorstHaveOneAndTheOthersAreCounted) {
  const auto hunt = test::SampleHunt();
  std::vector<Incident>& all = hunt->trails.incidents;
  while (all.size() < kMaxPages + 5) {
    all.push_back(all.back());
    all.back().number = static_cast<uint32_t>(all.size());
  }
  const Outcome outcome{hunt->findings,        hunt->summary, hunt->files,
                        test::SampleSources(), &hunt->audit,  &hunt->trails};
  std::vector<Page> pages;
  Named("incidents-md").write_pages(outcome, pages);
  EXPECT_EQ(pages.size(), kMaxPages);
  std::string text;
  Named("incidents-md").write(outcome, text);
  EXPECT_NE(text.find("5 more incidents are in incidents.jsonl."), std::string::npos);
  std::string summary;
  Named("summary").write(outcome, summary);
  EXPECT_NE(summary.find("\"headlines_left_out\": 155"), std::string::npos);
  EXPECT_NE(summary.find("\"without_page\": 5"), std::string::npos);
}

TEST(ShortIds, AreAsLongAsItTakesToTellThemApart) {
  const auto hunt = test::SampleHunt();
  EXPECT_EQ(ShortIds(hunt->findings),
            (std::vector<std::string>{"1f2e3d4c5", "1f2e3d4ca", "77aa0000"}));
}

}  // namespace
}  // namespace tokentrail::sink
