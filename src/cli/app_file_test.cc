// apps.jsonl: what is written is what is read, to the last member.

#include "cli/app_file.h"

#include <gtest/gtest.h>

#include <string>
#include <type_traits>
#include <vector>

#include "model/app_members.h"
#include "sink/app_json.h"
#include "test/support/temp_folder.h"

namespace tokentrail::cli {
namespace {

/// Gives every member of the lists another value than its default, each its own.
class Filler {
 public:
  void operator()(std::string_view key, std::string& text) {
    text = std::string(key) + " \"\\ \xC3\xA9 " + std::to_string(++number_);
  }
  void operator()(std::string_view, bool& value) { value = !value; }
  void operator()(std::string_view, uint64_t& number) { number = ++number_; }
  void operator()(std::string_view, uint32_t& number) { number = static_cast<uint32_t>(++number_); }
  void operator()(std::string_view, int& number) { number = static_cast<int>(++number_); }
  void operator()(std::string_view, double& number) { number = static_cast<double>(++number_) / 8; }
  void operator()(std::string_view, Time& time) { time = Moment(); }
  void operator()(std::string_view, std::optional<Time>& time) { time = Moment(); }
  void operator()(std::string_view, std::optional<bool>& value) { value = ++number_ % 2 == 0; }
  void operator()(std::string_view, std::optional<uint64_t>& value) { value = ++number_; }
  void operator()(std::string_view key, std::vector<std::string>& texts) {
    texts = {std::string(key) + std::to_string(++number_), "", "b c"};
  }
  template <typename Enum>
  std::enable_if_t<std::is_enum_v<Enum>> operator()(std::string_view, Enum& value) {
    value = static_cast<Enum>(kNamed<Enum> - 1);
  }
  template <typename Thing, typename Visit>
  void List(std::string_view, std::vector<Thing>& things, Visit visit) {
    for (int i = 0; i < 2; ++i) visit(*this, things.emplace_back());
  }
  template <typename Thing, typename Visit>
  void Object(std::string_view, Thing& thing, Visit visit) {
    visit(*this, thing);
  }
  void Place(AppConsent& consent) {
    consent.source_name = "entra_audit";
    consent.file = "logs/jan.jsonl";
    consent.place.line = ++number_;
    consent.place.offset = ++number_;
    consent.place.size = 77;
  }

 private:
  Time Moment() { return {1'767'225'600'000'000 + static_cast<int64_t>(++number_) * 1'000'001}; }

  uint64_t number_ = 0;
};

std::string Written(const Portfolio& portfolio) {
  std::string out;
  sink::AppendApps(portfolio, {}, out);
  return out;
}

Portfolio Filled() {
  Portfolio out;
  Filler filler;
  VisitPortfolio(filler, out);
  VisitApp(filler, out.apps.emplace_back());
  out.apps.emplace_back().id = "bare";
  VisitApp(filler, out.apps.emplace_back());
  return out;
}

TEST(AppFile, GivesBackEveryMember) {
  const test::TempFolder folder;
  const std::string text = Written(Filled());
  folder.Write("case/apps.jsonl", text);
  const auto read = ReadApps(folder.In("case"));
  ASSERT_TRUE(read.ok()) << read.error().message;
  ASSERT_EQ(read->apps.size(), 3u);
  EXPECT_EQ(Written(*read), text);
  EXPECT_EQ(read->apps[0].consents[1].place.size, 77u);
  EXPECT_EQ(read->apps[0].risk.not_assessed.size(), 2u);
  EXPECT_EQ(read->apps[1].id, "bare");
  EXPECT_EQ(read->apps[1].risk.score, -1);
  EXPECT_EQ(read->left_out, Filled().left_out);
  EXPECT_EQ(read->active_users, Filled().active_users);
}

TEST(AppFile, TakesMembersInAnyOrder) {
  const test::TempFolder folder;
  folder.Write(
      "case/apps.jsonl",
      "{\"portfolio\":{\"left_out\":4,\"apps\":1}}\n"
      "{\"users\":[{\"name\":\"mira\",\"id\":\"u1\"}],\"more\":1,\"name\":\"Mail Sync\","
      "\"id\":\"a1\",\"platform\":\"google\",\"risk\":{\"level\":\"high\",\"score\":61}}\n");
  const auto read = ReadApps(folder.In("case"));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->left_out, 4u);
  ASSERT_EQ(read->apps.size(), 1u);
  const App& app = read->apps[0];
  EXPECT_EQ(app.name, "Mail Sync");
  EXPECT_EQ(app.platform, "google");
  EXPECT_EQ(app.risk.score, 61);
  EXPECT_EQ(app.risk.level, Level::kHigh);
  ASSERT_EQ(app.users.size(), 1u);
  EXPECT_EQ(app.users[0].id, "u1");
}

TEST(AppFile, SaysWhatIsWrong) {
  const test::TempFolder folder;
  const auto none = ReadApps(folder.In("none"));
  ASSERT_FALSE(none.ok());
  EXPECT_NE(none.error().message.find("no case in"), std::string::npos) << none.error().message;
  folder.Write("old/case.key", "k");
  const auto old = ReadApps(folder.In("old"));
  ASSERT_FALSE(old.ok());
  EXPECT_NE(old.error().message.find("has no apps.jsonl"), std::string::npos);
  folder.Write("bad/apps.jsonl", "{\"portfolio\":{}}\n{\"id\":\n");
  const auto bad = ReadApps(folder.In("bad"));
  ASSERT_FALSE(bad.ok());
  EXPECT_NE(bad.error().message.find("apps.jsonl:2"), std::string::npos) << bad.error().message;
  folder.Write("odd/apps.jsonl", "{\"portfolio\":{}}\n{\"name\":\"x\"}\n");
  EXPECT_FALSE(ReadApps(folder.In("odd")).ok());
}

}  // namespace
}  // namespace tokentrail::cli
