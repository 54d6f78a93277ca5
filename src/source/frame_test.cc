#include "source/frame.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tokentrail::source {
namespace {

/// Frames as texts; broken ones as `!reason`.
std::vector<std::string> Split(const std::string& text, size_t step) {
  JsonSplitter splitter;
  std::vector<std::string> out;
  std::string buffer;
  size_t at = 0;
  for (;;) {
    const size_t count = std::min(step, text.size() - at);
    buffer.append(text, at, count);
    at += count;
    const bool last = at == text.size();
    std::vector<Frame> frames;
    splitter.Scan(buffer, last, frames);
    for (const Frame& frame : frames) {
      out.push_back(frame.bad.empty() ? buffer.substr(frame.begin, frame.size)
                                      : "!" + std::string(frame.bad));
    }
    if (last) return out;
    const size_t drop = splitter.needed();
    splitter.Cut(drop);
    buffer.erase(0, drop);
  }
}

using Texts = std::vector<std::string>;

/// However the text is cut into pieces, the frames are the same.
void ExpectFrames(const std::string& text, const Texts& expected) {
  for (const size_t step : {1u, 2u, 3u, 7u, 16u, 1000u}) {
    EXPECT_EQ(Split(text, step), expected) << text << " in steps of " << step;
  }
}

TEST(JsonSplitter, TakesArraysApart) {
  ExpectFrames(R"([{"a":1}, {"b":[{"c":"]}"}]}])", {R"({"a":1})", R"({"b":[{"c":"]}"}]})"});
}

TEST(JsonSplitter, TakesConcatenatedAndPrettyObjectsApart) {
  ExpectFrames("{\n  \"a\": {\n    \"b\": 1\n  }\n}\n{\"c\":2}{\"d\":3}",
               {"{\n  \"a\": {\n    \"b\": 1\n  }\n}", R"({"c":2})", R"({"d":3})"});
}

TEST(JsonSplitter, LooksIntoEnvelopes) {
  ExpectFrames(R"({"@odata.context":"x","value":[{"a":1},{"b":2}],"@odata.nextLink":"y"})",
               {R"({"a":1})", R"({"b":2})"});
  ExpectFrames(R"({"hits":{"total":2,"hits":[{"_source":{"a":1}}]}})", {R"({"_source":{"a":1}})"});
  ExpectFrames(R"([{"records":[{"a":1}]},{"records":[{"b":2}]}])", {R"({"a":1})", R"({"b":2})"});
}

TEST(JsonSplitter, EventsAreAnEnvelopeOfCloudWatchOnly) {
  ExpectFrames(R"({"events":[{"timestamp":1,"message":"{}"}],"nextToken":"x"})",
               {R"({"timestamp":1,"message":"{}"})"});
  const std::string google = R"({"id":{"time":"t"},"events":[{"type":"auth","name":"authorize"}]})";
  ExpectFrames(google, {google});
}

TEST(JsonSplitter, AnArrayOfScalarsIsNoEnvelope) {
  ExpectFrames(R"({"value":["a","b"]})", {R"({"value":["a","b"]})"});
}

TEST(JsonSplitter, AnEmptyEnvelopeHoldsNothing) { ExpectFrames(R"({"value":[]})", {}); }

TEST(JsonSplitter, ARecordInsideAnEnvelopeIsNotTakenApart) {
  ExpectFrames(R"({"items":[{"items":[{"x":1}]}]})", {R"({"items":[{"x":1}]})"});
}

TEST(JsonSplitter, ACutOffObjectCostsOnlyItself) {
  ExpectFrames("{\"a\":{\"b\":1}\n{\"c\":2}\n{\"d\":3}\n",
               {"!source.bad_json", R"({"c":2})", R"({"d":3})"});
  ExpectFrames("{\"a\":\"never closed\n{\"c\":2}\n{\"d\":3}\n",
               {"!source.bad_json", R"({"c":2})", R"({"d":3})"});
  ExpectFrames("{\"a\":1}\n{\"c\":", {R"({"a":1})", "!source.bad_json"});
}

TEST(JsonSplitter, JunkBetweenObjectsCountsOnceALine) {
  ExpectFrames("hello there\n{\"a\":1}\n", {"!source.bad_json", R"({"a":1})"});
}

TEST(JsonSplitter, HostileTextCostsLinearTime) {
  // Without a bound on how often it starts anew this would take hours.
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += "{\"a\":[\n";
  const Texts frames = Split(text, 1 << 20);
  EXPECT_FALSE(frames.empty());
  EXPECT_LT(frames.size(), 1000u);
}

std::vector<std::string> Rows(const std::string& text, size_t step) {
  CsvSplitter splitter(',');
  std::vector<std::string> out;
  std::string buffer;
  size_t at = 0;
  for (;;) {
    const size_t count = std::min(step, text.size() - at);
    buffer.append(text, at, count);
    at += count;
    std::vector<Frame> frames;
    splitter.Scan(buffer, at == text.size(), frames);
    for (const Frame& frame : frames) {
      out.push_back(frame.bad.empty() ? buffer.substr(frame.begin, frame.size)
                                      : "!" + std::string(frame.bad));
    }
    if (at == text.size()) return out;
    const size_t drop = splitter.needed();
    splitter.Cut(drop);
    buffer.erase(0, drop);
  }
}

TEST(CsvSplitter, KeepsLineEndsAndQuotesInsideQuotes) {
  const std::string text = "a,\"b\r\n\"\"x\"\"\",c\r\nd,e,f\n";
  for (const size_t step : {1u, 2u, 5u, 100u}) {
    EXPECT_EQ(Rows(text, step), (Texts{"a,\"b\r\n\"\"x\"\"\",c", "d,e,f"})) << step;
  }
}

TEST(CsvSplitter, AQuoteThatNeverClosesCostsOnlyItsLine) {
  EXPECT_EQ(Rows("a,\"b\nc,d\ne,f", 100), (Texts{"!source.bad_csv", "c,d", "e,f"}));
}

TEST(CsvSplitter, AQuoteInsideAPlainCellIsText) {
  EXPECT_EQ(Rows("a,5\" disk\nc,d\n", 100), (Texts{"a,5\" disk", "c,d"}));
}

TEST(CountLines, CountsInBlocksAndTails) {
  for (const size_t size : {0u, 1u, 15u, 16u, 17u, 4079u, 4080u, 4081u, 100'000u}) {
    std::string text(size, 'x');
    uint64_t lines = 0;
    for (size_t i = 0; i < size; i += 3) {
      text[i] = '\n';
      ++lines;
    }
    EXPECT_EQ(CountLines(text), lines) << size;
  }
}

TEST(SniffFormat, JudgesByContent) {
  EXPECT_EQ(SniffFormat("{\"a\":1}\n{\"a\":2}\n"), Format::kJsonLines);
  EXPECT_EQ(SniffFormat("{\"a\":\n{\"b\":2}\n{\"c\":3}\n"), Format::kJsonLines);
  EXPECT_EQ(SniffFormat("{\n  \"a\": 1\n}\n"), Format::kJson);
  EXPECT_EQ(SniffFormat(" [\n {}]"), Format::kJson);
  EXPECT_EQ(SniffFormat("Time,User,Action\n1,2,3\n"), Format::kCsv);
  EXPECT_EQ(SniffFormat("Time;User;Action\n1;2;3\n"), Format::kCsv);
  EXPECT_EQ(SniffFormat("just some text\nand more\n"), Format::kUnknown);
  EXPECT_EQ(SniffFormat(std::string("a\0b", 3)), Format::kNotText);
}

}  // namespace
}  // namespace tokentrail::source
