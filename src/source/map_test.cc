// Runs the case files of the log sources: a raw record as logged, and the fields its events have.

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "base/yaml.h"
#include "source/normalise.h"
#include "source/reader.h"
#include "source/walk.h"
#include "test/support/case_file.h"
#include "test/support/temp_folder.h"

namespace tokentrail::source {
namespace {

/// The fields of one event as text, by normalised name, and the pointers they came from.
struct Got {
  std::map<std::string, std::string> fields;
  std::map<std::string, std::string> pointers;
};

Got Describe(const Normaliser& normaliser, const Record& logged, const EventHead& head) {
  Got got;
  got.fields["source"] = All()[head.source]->name;
  got.fields["kind"] = Name(head.kind);
  got.fields["outcome"] = Name(head.outcome);
  got.fields["time"] = FormatTime(head.time);
  if (head.stage != 0) got.fields["stage"] = std::to_string(head.stage);
  for (const FieldDef& def : Fields()) {
    const std::string_view text = normaliser.Text(def.field);
    if (text.empty()) continue;
    got.fields[std::string(def.name)] = text;
    const Node* origin = normaliser.draft().Origin(def.field);
    if (origin != nullptr) got.pointers[std::string(def.name)] = logged.Pointer(*origin);
  }
  return got;
}

std::vector<Got> Read(const std::string& evidence, std::vector<std::string>& left_out) {
  static const Tables* tables = new Tables(All());
  static const NormaliseSettings* settings = new NormaliseSettings();
  const Redactor redactor("key");
  Normaliser normaliser(*tables, *settings, redactor);

  const test::TempFolder folder;
  const std::string path = folder.path() + "/evidence";
  test::WriteFile(path, evidence);
  FileTable files;
  Reader reader({{path, path}}, files);
  Ledger ledger;
  Block block;
  BlockWalker walker;
  std::vector<Got> out;
  while (reader.Next(block, ledger)) {
    walker.Walk(block, ledger, [&](const Record& logged, std::string_view text, const Place&) {
      const Record record = normaliser.Unwrap(logged);
      SourceIndex source = 0;
      if (normaliser.Claim(record, source) == nullptr) {
        left_out.emplace_back("source.unclaimed");
        return;
      }
      for (size_t part = 0; part < normaliser.Count(record, source); ++part) {
        const Made made = normaliser.Make(record, source, part, text);
        if (!made.left_out.empty()) {
          left_out.emplace_back(made.left_out);
          continue;
        }
        EventHead head;
        std::memcpy(&head, made.event.data(), sizeof head);
        out.push_back(Describe(normaliser, logged, head));
      }
    });
  }
  for (const auto& [reason, entry] : ledger.left_out()) left_out.push_back(reason);
  return out;
}

class Map : public testing::TestWithParam<test::CaseFile> {};

TEST_P(Map, MakesTheEventsOfTheCase) {
  YamlError error;
  const auto documents = ParseYaml(GetParam().Read(), &error);
  ASSERT_TRUE(documents.ok()) << GetParam().path << ":" << error.line << ": " << error.message;
  const Yaml& root = documents.value().at(0);
  std::string evidence(root.Text("record"));
  if (evidence.empty()) evidence = root.Text("csv");
  ASSERT_FALSE(evidence.empty()) << "a case needs `record` or `csv`";

  std::vector<std::string> left_out;
  const std::vector<Got> got = Read(evidence, left_out);

  const Yaml* expect = root.Find("expect");
  if (expect != nullptr && expect->Find("left_out") != nullptr) {
    ASSERT_EQ(left_out.size(), 1u);
    EXPECT_EQ(left_out[0], expect->Text("left_out"));
    EXPECT_TRUE(got.empty());
    return;
  }
  EXPECT_TRUE(left_out.empty()) << left_out[0];
  std::vector<const Yaml*> expected;
  if (expect != nullptr && expect->is_map()) expected.push_back(expect);
  if (expect != nullptr && expect->is_list()) {
    for (const Yaml& one : expect->list) expected.push_back(&one);
  }
  ASSERT_EQ(got.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    for (const auto& [key, value] : expected[i]->map) {
      const auto found = got[i].fields.find(key.text);
      EXPECT_EQ(found == got[i].fields.end() ? "(absent)" : found->second, value.text)
          << "event " << i << ", field " << key.text;
    }
  }
  if (const Yaml* absent = root.Find("absent"); absent != nullptr) {
    for (const Yaml& name : absent->list) {
      for (const Got& one : got) {
        const auto found = one.fields.find(name.text);
        EXPECT_TRUE(found == one.fields.end()) << name.text << " is " << found->second;
      }
    }
  }
  if (const Yaml* pointers = root.Find("pointers"); pointers != nullptr) {
    for (const auto& [name, pointer] : pointers->map) {
      EXPECT_EQ(got.at(0).pointers.count(name.text), 1u) << name.text << " has no origin";
      if (got[0].pointers.count(name.text) == 1) {
        EXPECT_EQ(got[0].pointers.at(name.text), pointer.text) << name.text;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Files, Map, testing::ValuesIn(test::CasesIn("source/testdata", ".yaml")),
                         test::kByName);

}  // namespace
}  // namespace tokentrail::source
