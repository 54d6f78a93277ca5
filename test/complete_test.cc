// What can be added (a source, an analytic, an output, a verb) must be in its list, say what it is,
// and have a test: a file that nobody named would be dropped by the linker without a word.

#include <gtest/gtest.h>

#include <cctype>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analytic/analytic.h"
#include "base/text.h"
#include "cli/verb.h"
#include "model/field.h"
#include "sink/sink.h"
#include "source/def.h"
#include "test/support/binary.h"
#include "test/support/case_file.h"
#include "test/support/golden.h"

namespace tokentrail::test {
namespace {

/// Where Defs of one type are defined, and the file with their list.
struct Place {
  std::string_view folder;
  std::string_view type;
  std::string_view list;
};

constexpr Place kPlaces[] = {
    {"source/map", "SourceDef", "src/source/all.cc"},
    {"analytic", "AnalyticDef", "src/analytic/all.cc"},
    {"sink", "SinkDef", "src/sink/all.cc"},
    {"cli", "VerbDef", "src/cli/all.cc"},
    {"playbook", "LanguageDef", "src/playbook/query.cc"},
};

bool IsWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Names of the constants of `type` that `text` defines: `constinit const TYPE kName = ...`.
std::vector<std::string> Defined(std::string_view text, std::string_view type) {
  std::vector<std::string> out;
  const std::string start = "constinit const " + std::string(type) + " k";
  for (size_t at = text.find(start); at != std::string_view::npos; at = text.find(start, at + 1)) {
    const size_t name = at + start.size() - 1;
    size_t end = name;
    while (end < text.size() && IsWord(text[end])) ++end;
    if (Trim(text.substr(end)).starts_with('=')) out.emplace_back(text.substr(name, end - name));
  }
  return out;
}

bool Lists(std::string_view list, const std::string& name) {
  const size_t at = list.find("&" + name);
  if (at == std::string_view::npos) return false;
  const size_t end = at + 1 + name.size();
  return end == list.size() || !IsWord(list[end]) || Lists(list.substr(end), name);
}

testing::AssertionResult HasCase(const std::string& folder) {
  if (!CasesIn(folder, ".yaml").empty()) return testing::AssertionSuccess();
  return testing::AssertionFailure() << folder << " has no case";
}

TEST(Complete, EveryDefinitionIsInItsList) {
  for (const Place& place : kPlaces) {
    const std::string list = ReadFile(InRoot(place.list));
    size_t defined = 0;
    for (const CaseFile& file : CasesIn(place.folder, ".cc")) {
      for (const std::string& name : Defined(file.Read(), place.type)) {
        ++defined;
        EXPECT_TRUE(Lists(list, name))
            << file.path << " defines " << name << ", which " << place.list << " does not name";
      }
    }
    EXPECT_GT(defined, 0u) << "no " << place.type << " was found in src/" << place.folder;
  }
}

TEST(Complete, EverySourceSaysWhatItIsAndHasACase) {
  std::set<std::string_view> names;
  for (const source::SourceDef* def : source::All()) {
    const std::string name(def->name);
    SCOPED_TRACE(name);
    EXPECT_TRUE(names.insert(def->name).second) << "two sources have this name";
    EXPECT_FALSE(def->summary.empty());
    EXPECT_FALSE(def->reference.empty());
    EXPECT_FALSE(def->claims.empty());
    EXPECT_TRUE(def->timeless || !def->head.time[0].empty()) << "an event needs a time";
    EXPECT_TRUE(HasCase("src/source/testdata/" + name));
  }
}

TEST(Complete, EveryAnalyticSaysWhatItFindsAndWhatWouldDisproveItAndHasACase) {
  std::set<std::string_view> ids;
  std::set<std::string_view> sources;
  for (const source::SourceDef* def : source::All()) sources.insert(def->name);
  for (const analytic::AnalyticDef* def : analytic::All()) {
    SCOPED_TRACE(def->id);
    EXPECT_TRUE(ids.insert(def->id).second) << "two analytics have this id";
    EXPECT_FALSE(def->title.empty());
    EXPECT_FALSE(def->summary.empty());
    EXPECT_FALSE(def->attack.empty());
    EXPECT_FALSE(def->false_positives.empty());
    EXPECT_FALSE(def->disproof.empty());
    EXPECT_NE(def->make, nullptr);
    EXPECT_TRUE(HasCase("src/analytic/testdata/" + std::string(def->id)));
    EXPECT_FALSE(def->sources.empty()) << "it must say what evidence it needs";
    for (const std::string_view source : def->sources) {
      EXPECT_TRUE(sources.contains(source)) << "no source is called " << source;
    }
    for (const analytic::Setting& setting : def->settings) {
      EXPECT_FALSE(setting.name.empty());
      EXPECT_FALSE(setting.summary.empty()) << setting.name;
    }
  }
}

TEST(Complete, EveryOutputAndVerbSaysWhatItIs) {
  for (const sink::SinkDef* def : sink::All()) {
    SCOPED_TRACE(def->name);
    EXPECT_FALSE(def->name.empty());
    EXPECT_FALSE(def->summary.empty());
    EXPECT_NE(def->write, nullptr);
  }
  for (const cli::VerbDef* def : cli::All()) {
    SCOPED_TRACE(def->name);
    EXPECT_FALSE(def->summary.empty());
    EXPECT_TRUE(def->run != nullptr || def->verbs != nullptr);
  }
  for (const cli::VerbDef* def : cli::AllToRun()) {
    SCOPED_TRACE(def->name);
    EXPECT_FALSE(def->summary.empty());
    EXPECT_TRUE(def->usage.starts_with(def->name)) << def->usage;
    EXPECT_NE(def->run, nullptr);
  }
}

TEST(Complete, EveryFieldHasANameOfItsOwnAndASummary) {
  std::set<std::string_view> names;
  ASSERT_EQ(Fields().size(), kFieldCount);
  for (size_t i = 0; i < kFieldCount; ++i) {
    const FieldDef& field = Fields()[i];
    EXPECT_EQ(static_cast<size_t>(field.field), i) << "the list is not in the order of the enum";
    EXPECT_TRUE(names.insert(field.name).second) << field.name;
    EXPECT_FALSE(field.summary.empty()) << field.name;
  }
}

TEST(Complete, TheDocumentedListsAreWhatTheBinaryPrints) {
  for (const std::string name : {"fields",    "sources", "modifiers",
                                 "analytics", "outputs", "attributes", "conditions"}) {
    const RunResult result = RunBinary({"list", name, "-t", "markdown"});
    ASSERT_EQ(result.exit_code, 0) << name << ": " << result.err;
    ExpectGolden("docs/" + name + ".md", result.out);
  }
  const RunResult tables = RunBinary({"list", "tables", "-t", "markdown"});
  ASSERT_EQ(tables.exit_code, 0) << tables.err;
  ExpectGolden("docs/case-schema.md", tables.out);
}

}  // namespace
}  // namespace tokentrail::test
