#include "pipeline/rule_files.h"

#include <gtest/gtest.h>

#include "test/support/case_file.h"
#include "test/support/pack.h"
#include "test/support/temp_folder.h"

namespace tokentrail::pipeline {
namespace {

using Names = std::vector<std::string>;

/// The names that are read, relative to `folder`.
Names Read(const test::TempFolder& folder, const Names& paths, Report& report) {
  Names full;
  for (const std::string& path : paths) full.push_back(folder.In(path));
  const Result<std::vector<RuleFile>> files = ReadRuleFiles(full, report);
  if (!files.ok()) return {files.error().message};
  Names out;
  for (const RuleFile& file : *files) out.push_back(file.name.substr(folder.path().size() + 1));
  return out;
}

TEST(RuleFiles, AreAllYamlFilesBelowAFolderInByteOrder) {
  const test::TempFolder folder;
  for (const char* const name : {"r/b.yml", "r/a/z.YAML", "r/B.yml", "r/a.yaml", "r/a.cases.yml",
                                 "r/notes.txt", "r/.git/x.yml", "r/.hidden.yml", "one.txt"}) {
    folder.Write(name, "x");
  }
  Report report;
  EXPECT_EQ(Read(folder, {"r", "one.txt", "r/b.yml"}, report),
            (Names{"r/B.yml", "r/a.yaml", "r/a/z.YAML", "r/b.yml", "one.txt"}));
  EXPECT_TRUE(report.all().empty());
}

TEST(RuleFiles, AreMembersOfArchives) {
  const test::TempFolder folder;
  const std::vector<test::Packed> members = {{"./b/two.yml", "title: 2"},
                                             {"a/one.yaml", "title: 1"},
                                             {"a/one.cases.yml", "x"},
                                             {".github/workflows/build.yml", "x"},
                                             {"README.md", "x"}};
  folder.Write("r.tar.zst", test::Pack("pax", members, "zstd"));
  folder.Write("r.tar.gz", test::Pack("pax", members, "gzip"));
  folder.Write("r.zip", test::Pack("zip", members));
  for (const std::string name : {"r.tar.zst", "r.tar.gz", "r.zip"}) {
    Report report;
    EXPECT_EQ(Read(folder, {name}, report), (Names{name + "!/a/one.yaml", name + "!/b/two.yml"}));
    EXPECT_TRUE(report.all().empty()) << Format(report.all()[0]);
  }
}

TEST(RuleFiles, AreTextWhateverTheyAreSavedAs) {
  const test::TempFolder folder;
  folder.Write("bom.yml", "\xef\xbb\xbftitle: a");
  folder.Write("wide.yml", "\xff\xfe" + test::ToUtf16("title: a", false));
  folder.Write("packed.yml.gz", test::Compress("gzip", "title: a"));
  for (const char* const name : {"bom.yml", "wide.yml", "packed.yml.gz"}) {
    Report report;
    const auto files = ReadRuleFiles({folder.In(name)}, report);
    ASSERT_TRUE(files.ok());
    ASSERT_EQ(files->size(), 1u) << name;
    EXPECT_EQ((*files)[0].text, "title: a") << name;
  }
}

TEST(RuleFiles, WhatIsNotThereIsAnErrorThatNamesIt) {
  Report report;
  const auto files = ReadRuleFiles({"/nowhere/at all"}, report);
  ASSERT_FALSE(files.ok());
  EXPECT_EQ(files.error().kind, ErrorKind::kNotFound);
  EXPECT_NE(files.error().message.find("/nowhere/at all"), std::string::npos);
}

TEST(RuleFiles, WhatIsTooLargeOrBrokenIsLeftOutAndSaid) {
  const test::TempFolder folder;
  folder.Write("big.yml.gz", test::CompressRepeated("aaaaaaaaaaaaaaaa", 2 << 20));
  const std::string good = test::Pack("pax", {{"a.yml", "title: a"}}, "gzip");
  folder.Write("cut.tar.gz", good.substr(0, good.size() / 2));
  folder.Write("bomb.zip", test::PackRepeated(std::string(1 << 10, '\0'), 600 << 10));
  for (const char* const name : {"big.yml.gz", "cut.tar.gz", "bomb.zip"}) {
    Report report;
    EXPECT_EQ(Read(folder, {name}, report), Names{}) << name;
    ASSERT_FALSE(report.all().empty()) << name;
    EXPECT_EQ(report.all()[0].code, "sigma.unreadable");
    EXPECT_NE(report.all()[0].file.find(name), std::string::npos);
  }
}

TEST(Placeholders, AreAMapOfNamesToValues) {
  const test::TempFolder folder;
  const auto values = ReadPlaceholders(folder.Write("p.yml", "admins: [a, 'b*']\nhost: 5\n"));
  ASSERT_TRUE(values.ok()) << values.error().message;
  EXPECT_EQ(*values, (sigma::Placeholders{{"admins", {"a", "b*"}}, {"host", {"5"}}}));
  for (const char* const bad : {"[a]", "a: {b: c}", "a: []", "a:", "a: [[b]]", "a: [", "x"}) {
    const auto wrong = ReadPlaceholders(folder.Write("p.yml", bad));
    ASSERT_FALSE(wrong.ok()) << bad;
    EXPECT_NE(wrong.error().message.find("p.yml:1: "), std::string::npos) << wrong.error().message;
  }
  EXPECT_EQ(ReadPlaceholders(folder.In("nowhere")).error().kind, ErrorKind::kNotFound);
}

}  // namespace
}  // namespace tokentrail::pipeline
