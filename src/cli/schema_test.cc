// docs/findings.schema.json against what findings.jsonl really holds, with a validator of the part
// of JSON Schema 2020-12 that it uses. A keyword the validator does not know fails the test.

#include <gtest/gtest.h>

#include <set>

#include "base/text.h"
#include "cli/case_file.h"
#include "sigma/regex.h"
#include "sink/sink.h"
#include "source/json.h"
#include "test/support/case_file.h"
#include "test/support/sample_hunt.h"

namespace tokentrail::cli {
namespace {

class Validator {
 public:
  explicit Validator(const Record& schema) : schema_(schema) {}

  /// What is wrong with `value`; empty when nothing is.
  std::string Check(const Node& value) { return Check(value, schema_.root(), ""); }

 private:
  const Node* Key(const Node& node, std::string_view key) const { return schema_.Child(node, key); }

  static bool IsType(const Node& value, std::string_view type) {
    if (type == "object") return value.kind == NodeKind::kObject;
    if (type == "array") return value.kind == NodeKind::kArray;
    if (type == "string") return value.kind == NodeKind::kText;
    if (type == "boolean") return value.kind == NodeKind::kBool;
    return type == "integer" && value.kind == NodeKind::kNumber && IsDigits(value.text());
  }

  std::string Check(const Node& value, const Node& schema, const std::string& path) {
    static const std::set<std::string_view> kNotes = {"$schema", "$id", "$defs", "title",
                                                      "description"};
    for (const Node& rule : Children(schema)) {
      const std::string wrong = CheckOne(value, schema, rule, path);
      if (!wrong.empty()) return wrong;
      static const std::set<std::string_view> kKnown = {
          "$ref",     "type",    "enum",      "pattern",  "properties", "additionalProperties",
          "required", "minimum", "minLength", "maxItems", "items"};
      if (kNotes.count(rule.key()) + kKnown.count(rule.key()) == 0) {
        return "the schema uses '" + std::string(rule.key()) + "', which this test does not know";
      }
    }
    return {};
  }

  std::string CheckOne(const Node& value, const Node& schema, const Node& rule,
                       const std::string& path) {
    const std::string_view name = rule.key();
    if (name == "$ref") {
      const Node* target = &schema_.root();
      for (const std::string_view step : Split(rule.text(), "/#")) target = Key(*target, step);
      return Check(value, *target, path);
    }
    if (name == "type") {
      return IsType(value, rule.text()) ? "" : path + " is no " + std::string(rule.text());
    }
    if (name == "enum") {
      for (const Node& word : Children(rule)) {
        if (word.text() == value.text()) return {};
      }
      return path + " can't be " + std::string(value.text());
    }
    if (name == "pattern") {
      return sigma::Regex::Compile(rule.text(), {})->Finds(value.text())
                 ? ""
                 : path + " does not look as it must: " + std::string(value.text());
    }
    if (name == "minLength") return value.text().empty() ? path + " is empty" : "";
    if (name == "maxItems" || name == "items") {
      size_t count = 0;
      for (const Node& item : Children(value)) {
        if (name == "items") {
          const std::string wrong = Check(item, rule, path + "[]");
          if (!wrong.empty()) return wrong;
        }
        ++count;
      }
      const bool too_many = name == "maxItems" && std::to_string(count).size() >= 2 && count > 20;
      return too_many ? path + " has too many items" : "";
    }
    if (name == "required") {
      for (const Node& key : Children(rule)) {
        bool there = false;
        for (const Node& child : Children(value)) there = there || child.key() == key.text();
        if (!there) return path + " lacks " + std::string(key.text());
      }
    }
    if (name == "properties") {
      for (const Node& child : Children(value)) {
        const Node* inner = Key(rule, child.key());
        if (inner == nullptr) return path + " has more: " + std::string(child.key());
        const std::string wrong = Check(child, *inner, path + "/" + std::string(child.key()));
        if (!wrong.empty()) return wrong;
      }
    }
    (void)schema;
    return {};
  }

  const Record& schema_;
};

std::string Checked(std::string_view finding) {
  source::JsonReader schema_reader;
  source::JsonReader reader;
  const std::string schema = test::ReadFile(test::InRoot("docs/findings.schema.json"));
  EXPECT_TRUE(schema_reader.ParseUnpadded(schema)) << schema_reader.detail();
  EXPECT_TRUE(reader.ParseUnpadded(finding)) << reader.detail();
  const Record record = schema_reader.record();
  return Validator(record).Check(reader.record().root());
}

std::vector<std::string> SampleLines() {
  const auto hunt = test::SampleHunt();
  std::string text;
  for (const sink::SinkDef* sink : sink::All()) {
    if (sink->name == "jsonl") {
      sink->write({hunt->findings, hunt->summary, hunt->files, test::SampleSources()}, text);
    }
  }
  std::vector<std::string> out;
  for (const std::string_view line : Split(text, "\n")) out.emplace_back(line);
  return out;
}

TEST(Schema, DescribesEveryFinding) {
  for (const std::string& line : SampleLines()) EXPECT_EQ(Checked(line), "");
}

TEST(Schema, RefusesWhatIsNoFinding) {
  const std::string good = SampleLines()[0];
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string bad = good;
    const size_t at = bad.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return bad.replace(at, from.size(), to);
  };
  EXPECT_NE(Checked("{}"), "");
  EXPECT_NE(Checked(with("\"high\"", "\"severe\"")), "");
  EXPECT_NE(Checked(with("\"tenant\"", "\"Tenant\"")), "");
  EXPECT_NE(Checked(with(".123456Z", "Z")), "");
  EXPECT_NE(Checked(with("\"line\":88", "\"line\":\"88\"")), "");
  EXPECT_NE(Checked(with("\"T1528\"", "\"1528\"")), "");
  EXPECT_NE(Checked(with(",\"record_cut\":false", "")), "");
}

TEST(FindingsJsonl, EachLineReadsBackAsTheFinding) {
  const auto hunt = test::SampleHunt();
  const std::vector<std::string> lines = SampleLines();
  ASSERT_EQ(lines.size(), hunt->findings.size());
  source::JsonReader reader;
  for (size_t i = 0; i < lines.size(); ++i) {
    const Finding& finding = hunt->findings[i];
    ASSERT_TRUE(reader.ParseUnpadded(lines[i])) << reader.detail();
    const auto read = ReadFinding(reader.record());
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read->finding.id, finding.id);
    EXPECT_EQ(read->finding.level, finding.level);
    EXPECT_EQ(read->finding.confidence, finding.confidence);
    EXPECT_EQ(read->finding.first, finding.first);
    EXPECT_EQ(read->finding.count, finding.count);
    EXPECT_EQ(read->finding.entities, finding.entities);
    ASSERT_EQ(read->finding.evidence.size(), finding.evidence.size());
    EXPECT_EQ(read->finding.evidence[0].place.offset, finding.evidence[0].place.offset);
    // The record is a text that holds the redacted bytes, not JSON within JSON.
    EXPECT_EQ(read->finding.evidence[0].record, finding.evidence[0].record);
  }
}

}  // namespace
}  // namespace tokentrail::cli
