#include "sink/json_writer.h"

#include <gtest/gtest.h>

#include <limits>

namespace tokentrail::sink {
namespace {

std::string Quoted(std::string_view text) {
  std::string out;
  AppendJsonText(text, out);
  return out;
}

TEST(JsonWriter, PutsCommasBetweenMembersOnly) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject().Member("a", 1).Key("b").BeginArray().Text("x").Null().EndArray();
  json.Key("c").BeginObject().EndObject().Member("d", true).EndObject();
  EXPECT_EQ(out, R"({"a":1,"b":["x",null],"c":{},"d":true})");
}

TEST(JsonWriter, IndentsWhenAsked) {
  std::string out;
  JsonWriter json(out, 2);
  json.BeginObject().Member("a", 1).Key("b").BeginArray().EndArray().EndObject();
  EXPECT_EQ(out, "{\n  \"a\": 1,\n  \"b\": []\n}");
}

TEST(JsonWriter, TextCannotSteerATerminal) {
  EXPECT_EQ(Quoted("a\x1b[31m\"\\\n\x7f"), R"("a\u001b[31m\"\\\n\u007f")");
  EXPECT_EQ(Quoted("\u009b2J"), R"("\u009b2J")");            // C1 control sequence introducer
  EXPECT_EQ(Quoted("gpj.\u202Eexe"), R"("gpj.\u202eexe")");  // right-to-left override
}

TEST(JsonWriter, BytesThatAreNoUtf8BecomeTheReplacementCharacter) {
  EXPECT_EQ(Quoted("a\xff\xc3z"), "\"a\uFFFD\uFFFDz\"");
  EXPECT_EQ(Quoted("\xed\xa0\x80"), "\"\uFFFD\uFFFD\uFFFD\"");  // a lone surrogate
}

TEST(JsonWriter, NumbersHaveOneForm) {
  std::string out;
  JsonWriter json(out);
  json.BeginArray().Unsigned(18446744073709551615ULL).Signed(-1).Decimal(1.0 / 3);
  json.Decimal(std::numeric_limits<double>::infinity()).EndArray();
  EXPECT_EQ(out, "[18446744073709551615,-1,0.333,null]");
}

}  // namespace
}  // namespace tokentrail::sink
