// The short way from JSON to nodes against the long one: what it accepts, the parser accepts, and
// both give the same nodes.

#include "source/json_nodes.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <string>
#include <vector>

#include "source/json.h"
#include "source/json_tape.h"
#include "test/support/random.h"

namespace tokentrail::source {
namespace {

struct Parsed {
  simdjson::dom::parser parser;
  std::vector<Node> nodes;
  std::string strings;
  std::string text;
  Arena arena;
};

std::string Padded(const std::string& text) {
  return text + std::string(JsonReader::kPadding, ' ');
}

bool Short(const std::string& text, Parsed& out) {
  out.text = Padded(text);
  return ReadNodes(out.parser, std::string_view(out.text).substr(0, text.size()), "k", out.nodes,
                   out.strings, out.arena);
}

bool Long(const std::string& text, Parsed& out) {
  out.text = Padded(text);
  simdjson::dom::element element;
  if (out.parser.parse(out.text.data(), text.size(), false).get(element) != simdjson::SUCCESS) {
    return false;
  }
  ReadTape(out.parser, "k", out.nodes, out.arena);
  return true;
}

std::string Shown(const Node& root) {
  std::string out;
  for (const Node* node = &root; node != root.end(); ++node) {
    out.append(std::to_string(static_cast<int>(node->kind))).append(" ");
    out.append(std::to_string(node->size)).append(" ").append(node->key()).append("=");
    out.append(node->text()).append("\n");
  }
  return out;
}

/// Whether the short way took it; that the long way agrees is expected.
bool Agrees(const std::string& text) {
  Parsed one;
  if (!Short(text, one)) return false;
  Parsed other;
  const bool parsed = Long(text, other);
  EXPECT_TRUE(parsed) << text;
  EXPECT_EQ(Shown(one.nodes[0]), parsed ? Shown(other.nodes[0]) : std::string()) << text;
  return true;
}

const std::vector<std::string>& Ordinary() {
  static const std::vector<std::string> kTexts = {
      R"({})",
      R"([])",
      R"( { "a" : [ ] , "b" : { } } )",
      R"({"a":1,"b":-7,"c":0,"d":-0,"e":1.50,"f":-2.5e-3,"g":1E+2,"h":123456789012345678})",
      R"({"t":true,"f":false,"n":null})",
      R"([true , false,null,1 ,"x" ])",
      R"({"":"", "a":""})",
      R"({"q":"say \"hi\"","b":"C:\\x\\","u":"\u00e9\ud83d\ude00","n":"a\nb\/c","":"\\"})",
      R"({"a":"plain","b":"\t","c":"plain again","\u006bey":"é😀"})",
      R"([[[["deep"],[]]],[{"a":[{"b":{}}]}]])",
      R"({"AuditData":"{\"Operation\":\"Consent to application.\",\"x\":[1,2]}","a":1,"a":2})",
      "{\"a\":\r\n\t[1,\n2],\n\"b\"\t:\t\"x\"\n}\n",
  };
  return kTexts;
}

TEST(JsonNodes, AreThoseOfTheParserForOrdinaryText) {
  for (const std::string& text : Ordinary()) EXPECT_TRUE(Agrees(text)) << text;
}

TEST(JsonNodes, LeaveTheRestToTheParser) {
  for (const std::string text : {"",
                                 " ",
                                 "1",
                                 "\"x\"",
                                 "true",
                                 "{",
                                 "}",
                                 "[",
                                 "[1",
                                 "[1,]",
                                 "{\"a\"}",
                                 "{\"a\":}",
                                 "{\"a\":1,}",
                                 "{a:1}",
                                 "[1 2]",
                                 "[\"a\" \"b\"]",
                                 "[\"a\"b]",
                                 "[01]",
                                 "[-]",
                                 "[1.]",
                                 "[.5]",
                                 "[1e]",
                                 "[+1]",
                                 "[tru]",
                                 "[truex]",
                                 "[nul]",
                                 "[\"\\x\"]",
                                 "[\"\\ud800\"]",
                                 "[1]]",
                                 "[1][2]",
                                 "{\"a\":1]",
                                 "[}",
                                 "[\"a]",
                                 "[1e400]",
                                 "[12345678901234567890]",
                                 "[\"\x01\"]",
                                 "[\"\xff\"]",
                                 "[1\\n]",
                                 "{1:2}",
                                 "{\"a\" 1}",
                                 "[,1]"}) {
    Parsed parsed;
    EXPECT_FALSE(Short(text, parsed)) << text;
  }
  std::string deep(2000, '[');
  deep.append(2000, ']');
  Parsed parsed;
  EXPECT_FALSE(Short(deep, parsed));
}

TEST(JsonNodes, AgreeWithTheParserOnDamagedText) {
  test::Random random(7);
  constexpr std::string_view kBytes = "{}[]:,\"\\ \n0123456789.-+eEtruefalsn/u\x01\xc3\xa9";
  size_t taken = 0;
  for (int i = 0; i < 40'000; ++i) {
    std::string text = Ordinary()[random.Below(Ordinary().size())];
    for (uint64_t left = 1 + random.Below(3); left > 0; --left) {
      const size_t at = random.Below(text.size());
      const char byte = kBytes[random.Below(kBytes.size())];
      switch (random.Below(3)) {
        case 0:
          text[at] = byte;
          break;
        case 1:
          text.insert(at, 1, byte);
          break;
        default:
          if (text.size() > 1) text.erase(at, 1);
      }
    }
    taken += Agrees(text) ? 1 : 0;
  }
  EXPECT_GT(taken, 1000u);
}

}  // namespace
}  // namespace tokentrail::source
