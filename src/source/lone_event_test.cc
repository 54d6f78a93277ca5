#include "source/lone_event.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "test/support/json_record.h"

namespace tokentrail::source {
namespace {

/// The members of `list`, one after the other.
std::vector<const Node*> Elements(const Record& record, const Node& list) {
  std::vector<const Node*> out;
  for (const Node& element : Children(*record.Open(list))) out.push_back(&element);
  return out;
}

TEST(LoneEvent, HoldsItsOwnEventAndAllElse) {
  const test::JsonRecord json(
      R"({"id": {"a": 1}, "events": [{"name": "x", "p": [1, 2]}, {"name": "y"}, 3], "z": ["u"]})");
  const Record record = json.record();
  const Node& list = *record.Child(record.root(), "events");
  LoneEvent lone;
  const std::vector<const Node*> elements = Elements(record, list);
  ASSERT_EQ(elements.size(), 3u);

  const Record first = lone.Of(record, list, *elements[0]);
  EXPECT_EQ(first.Text("events[0].name"), "x");
  EXPECT_EQ(first.Text("events[0].p[1]"), "2");
  EXPECT_FALSE(first.Has("events[1]"));
  EXPECT_EQ(first.Text("id.a"), "1");
  EXPECT_EQ(first.Text("z[0]"), "u");

  const Record second = lone.Of(record, list, *elements[1]);
  EXPECT_EQ(second.Text("events[].name"), "y");
  EXPECT_FALSE(second.Has("events[0].p"));
  EXPECT_EQ(second.Text("z[0]"), "u");
  EXPECT_EQ(record.Pointer(*lone.Original(second.Find("events[0].name"))), "/events/1/name");
  EXPECT_EQ(record.Pointer(*lone.Original(second.Find("z[0]"))), "/z/0");
  EXPECT_EQ(lone.Original(nullptr), nullptr);

  EXPECT_EQ(lone.Of(record, list, *elements[2]).Text("events[0]"), "3");
}

TEST(LoneEvent, WorksOnEventsInText) {
  const test::JsonRecord json(
      R"({"events": "[{\"name\": \"x\"}, {\"name\": \"y\", \"in\": \"{\\\"a\\\": 7}\"}]", "t": "{\"b\": 8}"})");
  const Record record = json.record();
  const Node& list = *record.Child(record.root(), "events");
  LoneEvent lone;
  const Record second = lone.Of(record, list, *Elements(record, list)[1]);
  EXPECT_EQ(second.Text("events[].name"), "y");
  const Node* const inner = second.Find("events[].in.a");
  const Node* const other = second.Find("t.b");
  ASSERT_NE(inner, nullptr);
  ASSERT_NE(other, nullptr);
  lone.Close();
  EXPECT_EQ(record.Pointer(*lone.Original(inner)), "/events/1/in/a");
  EXPECT_EQ(record.Pointer(*lone.Original(other)), "/t/b");
}

TEST(LoneEvent, ManyEventsAreFineWhereLittleElseIs) {
  std::string events;
  for (int i = 0; i < 20'000; ++i) events += (events.empty() ? "" : ",") + std::to_string(i);
  const test::JsonRecord small(R"({"a": 1, "events": [)" + events + "]}");
  const Record record = small.record();
  EXPECT_EQ(MostEvents(record, *record.Child(record.root(), "events"), 20'000), 20'000u);

  const test::JsonRecord large(R"({"a": [)" + events + R"(], "events": [)" + events + "]}");
  const Record hostile = large.record();
  const size_t most = MostEvents(hostile, *hostile.Child(hostile.root(), "events"), 20'000);
  EXPECT_GE(most, 1'000u);
  EXPECT_LT(most, 2'000u);
}

}  // namespace
}  // namespace tokentrail::source
