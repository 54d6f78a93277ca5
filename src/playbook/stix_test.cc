// ATT&CK's bundles: what a page needs of them, and what broken ones say.

#include "playbook/stix.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "playbook/json_place.h"
#include "test/support/case_file.h"
#include "test/support/temp_folder.h"

namespace tokentrail::playbook {
namespace {

std::string Told(const Report& report) {
  std::string out;
  for (const Diagnostic& one : report.all()) out += Format(one);
  return out;
}

constexpr std::string_view kTechnique =
    R"({"type":"attack-pattern","id":"attack-pattern--1","name":"Ladder","modified":"2024-01-01T00:00:00Z",)"
    R"("external_references":[{"source_name":"mitre-attack","external_id":"T1999"}]})";

std::string Bundle(std::string_view objects) {
  return fmt::format(R"({{"type":"bundle","id":"bundle--1","objects":[{}]}})", objects);
}

TEST(PlaybookStix, ReadsTheObjectsOfThreeVersions) {
  Report report;
  const auto old = ReadAttack(test::InRoot("src/playbook/testdata/attack-15.1.json"), report);
  ASSERT_TRUE(old.has_value()) << Told(report);
  EXPECT_EQ(old->version, "15.1");
  EXPECT_EQ(old->version_from, "file name");
  const Technique& ladder = *old->Find("T1999.001");
  ASSERT_EQ(ladder.data_sources.size(), 3u);
  EXPECT_EQ(ladder.data_sources[0].source.name, "Old plain source");
  EXPECT_EQ(ladder.data_sources[2].component, "Door Opened");
  EXPECT_EQ(ladder.data_sources[2].source.id, "DS9001");
  EXPECT_EQ(ladder.usages.size(), 2u) << "one user is not in the bundle";
  ASSERT_TRUE(ladder.parent.has_value());
  EXPECT_EQ(ladder.parent->id, "T1999");
  EXPECT_EQ(old->Find("T1999")->subtechniques.size(), 1u);
  EXPECT_EQ(ladder.replaces.size(), 1u);
  ASSERT_EQ(ladder.tactics.size(), 1u) << "somebody else's kill chain is none of ATT&CK's";
  EXPECT_EQ(ladder.tactics[0].name, "Quiet Entry");

  const auto now = ReadAttack(test::InRoot("src/playbook/testdata/attack-18.1.json"), report);
  ASSERT_TRUE(now.has_value()) << Told(report);
  EXPECT_EQ(now->version_from, "collection");
  const Technique& later = *now->Find("T1999.001");
  ASSERT_EQ(later.strategies.size(), 1u);
  ASSERT_EQ(later.strategies[0].analytics.size(), 2u) << "one is deprecated, one is not there";
  EXPECT_EQ(later.strategies[0].analytics[0].id.id, "AN9001");
  ASSERT_EQ(later.strategies[0].analytics[0].log_sources.size(), 2u);
  EXPECT_EQ(later.strategies[0].analytics[0].log_sources[0].component.id, "DC9001");
  EXPECT_EQ(later.strategies[0].analytics[0].mutable_elements[0].field, "TimeWindow");

  const auto next = ReadAttack(test::InRoot("src/playbook/testdata/attack-19.0.json"), report);
  ASSERT_TRUE(next.has_value()) << Told(report);
  const Technique& gone = *next->Find("T1999.001");
  EXPECT_TRUE(gone.revoked);
  EXPECT_EQ(gone.revoked_by->id, "T1996");
  ASSERT_EQ(gone.tactics.size(), 2u);
  EXPECT_EQ(gone.tactics[0].id, "TA9003") << "in the matrix's order";
}

TEST(PlaybookStix, AFolderOfObjectsIsABundle) {
  const test::TempFolder folder;
  std::string newer(kTechnique);
  newer.replace(newer.find("2024"), 4, "2025");
  newer.replace(newer.find("Ladder"), 6, "Stairs");
  folder.Write("attack-pattern/a.json", newer);
  folder.Write("b.json", Bundle(newer));
  folder.Write("notes.txt", "not JSON");
  Report report;
  const auto attack = ReadAttack(folder.path(), report);
  ASSERT_TRUE(attack.has_value()) << Told(report);
  EXPECT_EQ(attack->objects, 2u);
  for (const std::string& both :
       {newer + "," + std::string(kTechnique), std::string(kTechnique) + "," + newer}) {
    const auto one = ParseAttack("b.json", Bundle(both), report);
    ASSERT_TRUE(one.has_value()) << Told(report);
    EXPECT_EQ(one->Find("T1999")->id.name, "Stairs") << "the newer of two counts";
  }
  folder.Write("broken.json", "{\n \"type\": \"bundle\",\n \"objects\": [,]\n}");
  EXPECT_FALSE(ReadAttack(folder.path(), report).has_value());
  EXPECT_NE(Told(report).find("broken.json:3:14: error: not JSON: expected a value"),
            std::string::npos)
      << Told(report);
}

TEST(PlaybookStix, AFolderOfSeveralReleasesIsRefused) {
  const test::TempFolder folder;
  for (const std::string version : {"15.1", "18.1"}) {
    const std::string name = "attack-" + version + ".json";
    folder.Write(name, test::ReadFile(test::InRoot("src/playbook/testdata/" + name)));
  }
  Report report;
  EXPECT_FALSE(ReadAttack(folder.path(), report).has_value());
  EXPECT_NE(Told(report).find("the folder mixes releases of ATT&CK"), std::string::npos)
      << Told(report);
}

TEST(PlaybookStix, BrokenBundlesSayWhere) {
  const std::pair<std::string, std::string_view> kCases[] = {
      {"", "b.json:1:1: error: not JSON: the text ends too early"},
      {"{\n\"type\": \"bundle\",\n\"objects\": [\n{\"a\": tru}]}", "b.json:4:7: error: not JSON"},
      {"{\"objects\": [", "the text ends too early"},
      {"{\"objects\": []} x", "b.json:1:17: error: not JSON: there is more after the value"},
      {"[\"a\nb\"]", "b.json:1:4: error: not JSON: a line end or control character"},
      {"{\"a\": \"\xFF\"}", "b.json:1:8: error: not JSON: this is not UTF-8"},
      {"{\"type\": \"bundle\"}", "this is no STIX bundle"},
      {"42", "this is no STIX bundle"},
      {"{\"objects\": 3}", "'objects' must be a list"},
      {"{\"objects\": []}", "there is no technique among its 0 objects"},
      {Bundle("7"), "object 1 of the bundle is none"},
      {Bundle("{\"id\": \"x--1\"}"), "object 1 has no 'type'"},
      {Bundle("{\"type\": \"tool\"}"), "object 1 has no 'id'"},
      {Bundle("{\"type\": \"tool\", \"id\": \"tool--1\"}"),
       "object 1 (tool--1): 'name' must be there"},
      {Bundle("{\"type\":\"relationship\",\"id\":\"relationship--1\",\"source_ref\":\"a\"}"),
       "'relationship_type', 'source_ref' and 'target_ref' must be there"},
      {Bundle("\n{\"type\":\"attack-pattern\",\"id\":\"attack-pattern--1\",\"name\":\"L\","
              "\"kill_chain_phases\":\"x\"}"),
       "b.json:2:3: error: object 1 (attack-pattern--1): 'kill_chain_phases' must be a list"},
      {Bundle("{\"type\":\"attack-pattern\",\"id\":\"attack-pattern--1\",\"name\":[1]}"),
       "'name' must be a text"},
      {Bundle("{\"type\":\"x-mitre-analytic\",\"id\":\"a--1\",\"x_mitre_mutable_elements\":[1]}"),
       "'x_mitre_mutable_elements' must be a list of objects"},
  };
  for (const auto& [text, error] : kCases) {
    Report report;
    EXPECT_FALSE(ParseAttack("b.json", text, report).has_value()) << text;
    EXPECT_NE(Told(report).find(error), std::string::npos) << text << "\n" << Told(report);
  }
}

TEST(PlaybookStix, ObjectsAndMembersThatNobodyKnowsYetAreFine) {
  Report good;
  const auto fine = ParseAttack(
      "b.json",
      Bundle(
          std::string(kTechnique) +
          R"(,{"type":"x-mitre-wonder","id":"x--1","name":[],"modified":{}},)"
          R"({"type":"relationship","id":"relationship--1","relationship_type":"enchants",)"
          R"("source_ref":"x--1","target_ref":"attack-pattern--1","n":123456789012345678901234})"),
      good);
  ASSERT_TRUE(fine.has_value()) << Told(good);
  EXPECT_EQ(fine->objects, 3u);
}

TEST(PlaybookStix, VersionsOfNamesAndTheirOrder) {
  EXPECT_EQ(AttackVersionOfName("enterprise-attack-18.1.json"), "18.1");
  EXPECT_EQ(AttackVersionOfName("enterprise-attack-9.json"), "9");
  EXPECT_EQ(AttackVersionOfName("attack-v15.1-mine.json"), "15.1");
  EXPECT_EQ(AttackVersionOfName("enterprise-attack.json"), "");
  EXPECT_EQ(AttackVersionOfName("attack-2024.json"), "");
  EXPECT_LT(CompareVersions("9.0", "11.2"), 0);
  EXPECT_GT(CompareVersions("15.1", "15"), 0);
  EXPECT_EQ(CompareVersions("18", "18.0"), 0);
}

}  // namespace
}  // namespace tokentrail::playbook
