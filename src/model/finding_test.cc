#include "model/finding.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "model/kind.h"

namespace tokentrail {
namespace {

/// An event in memory with two texts, as the timeline keeps it.
class Made {
 public:
  Made(int64_t seconds, std::string_view operation, uint64_t line = 1) {
    EventHead head;
    head.time = Time{} + Seconds(1'700'000'000 + seconds);
    head.content = Id::Of(std::string(operation) + std::to_string(seconds));
    head.place.line = line;
    head.place.offset = line * 100;
    head.fields = {Field::kOperation, Field::kUser};
    const std::string user = "alice";
    const uint32_t ends[] = {static_cast<uint32_t>(operation.size()),
                             static_cast<uint32_t>(operation.size() + user.size())};
    head.size = static_cast<uint32_t>(sizeof head + sizeof ends + operation.size() + user.size());
    bytes_.append(reinterpret_cast<const char*>(&head), sizeof head);
    bytes_.append(reinterpret_cast<const char*>(ends), sizeof ends);
    bytes_.append(operation);
    bytes_.append(user);
  }
  Event event() const { return Event(bytes_.data()); }

 private:
  std::string bytes_;
};

Finding Claim(std::string_view key, Level level, std::initializer_list<int> seconds) {
  Finding finding;
  finding.rule = "GRT-01";
  finding.tenant = "t";
  finding.key = key;
  finding.level = level;
  finding.title = "title of " + std::string(Name(level));
  finding.reasons = {"because " + std::string(Name(level))};
  for (const int second : seconds) {
    finding.Cite(Made(second, "op").event(), {Field::kUser});
  }
  return finding;
}

std::string Show(const Finding& f) {
  std::string out = f.id + ' ' + std::string(Name(f.level)) + ' ' + f.title + ' ' +
                    FormatTime(f.first) + ' ' + FormatTime(f.last) + ' ' + std::to_string(f.count);
  for (const std::string& reason : f.reasons) out += " r:" + reason;
  for (const Entity& e : f.entities) out += " e:" + e.type + '/' + e.id + '/' + e.name;
  for (const Evidence& e : f.evidence) {
    out += " v:" + std::to_string(e.time.micros);
    for (const Field field : e.deciding) out += '+' + std::string(Name(field));
  }
  return out;
}

std::string Show(std::vector<Finding> all, const std::vector<size_t>& order) {
  Findings findings;
  for (const size_t i : order) findings.Add(all[i]);
  std::string out;
  for (const Finding& finding : findings.Settle()) out += Show(finding) + '\n';
  return out;
}

TEST(Settle, GivesTheSameWhateverTheOrder) {
  std::vector<Finding> all = {Claim("a", Level::kLow, {5, 3, 9}), Claim("a", Level::kHigh, {1, 3}),
                              Claim("b", Level::kHigh, {2}), Claim("a", Level::kHigh, {7})};
  all[0].AddEntity("app", "1");
  all[1].AddEntity("app", "1", "Mail Sync");
  all[3].AddEntity("user", "alice");
  std::vector<size_t> order = {0, 1, 2, 3};
  const std::string first = Show(all, order);
  while (std::next_permutation(order.begin(), order.end())) EXPECT_EQ(Show(all, order), first);
  EXPECT_EQ(std::count(first.begin(), first.end(), '\n'), 2) << "those with one key are one";
  EXPECT_NE(first.find("e:app/1/Mail Sync e:user/alice/"), std::string::npos) << first;
  EXPECT_EQ(first.find("e:app/1/ "), std::string::npos) << "the name replaces its absence";
  EXPECT_NE(first.find(" 5 r:because high r:because low"), std::string::npos)
      << "the event that both cite counts once: " << first;
}

TEST(Settle, OrdersByLevelThenTime) {
  Findings findings;
  findings.Add(Claim("late", Level::kHigh, {9}));
  findings.Add(Claim("low", Level::kLow, {1}));
  findings.Add(Claim("early", Level::kHigh, {2}));
  const std::vector<Finding>& settled = findings.Settle();
  EXPECT_EQ(settled[0].key, "early");
  EXPECT_EQ(settled[1].key, "late");
  EXPECT_EQ(settled[2].key, "low");
}

TEST(Settle, KeepsIdsApart) {
  std::set<std::string> ids;
  for (const auto& [rule, tenant, key] :
       {std::tuple{"a", "b", "c"}, std::tuple{"ab", "", "c"}, std::tuple{"a", "bc", ""},
        std::tuple{"a", "", "bc"}, std::tuple{"", "", ""}}) {
    Finding finding;
    finding.rule = rule;
    finding.tenant = tenant;
    finding.key = key;
    Findings findings;
    findings.Add(finding);
    ids.insert(findings.Settle()[0].id);
    EXPECT_EQ(ids.begin()->size(), 16u);
  }
  EXPECT_EQ(ids.size(), 5u);
}

TEST(Cite, CountsAllAndKeepsTheOldest) {
  Finding finding;
  for (int i = 99; i >= 0; --i) finding.Cite(Made(i, "op").event(), {Field::kIp, Field::kUser});
  EXPECT_EQ(finding.count, 100u);
  ASSERT_EQ(finding.evidence.size(), Finding::kMaxEvidence);
  EXPECT_EQ(finding.evidence.front().time, Time{} + Seconds(1'700'000'000));
  EXPECT_EQ(finding.evidence.back().time, Time{} + Seconds(1'700'000'019));
  EXPECT_EQ(finding.first, Time{} + Seconds(1'700'000'000));
  EXPECT_EQ(finding.last, Time{} + Seconds(1'700'000'099));
  EXPECT_EQ(finding.evidence.front().operation, "op");
  EXPECT_EQ(finding.evidence.front().user, "alice");
}

TEST(Cite, TakesAnEventOnceAndEqualRecordsApart) {
  Finding finding;
  finding.Cite(Made(1, "op", 1).event(), {Field::kUser});
  finding.Cite(Made(1, "op", 1).event(), {Field::kIp});
  EXPECT_EQ(finding.count, 1u);
  ASSERT_EQ(finding.evidence.size(), 1u);
  EXPECT_EQ(finding.evidence[0].deciding, (std::vector<Field>{Field::kUser, Field::kIp}));
  finding.Cite(Made(1, "op", 2).event(), {});
  EXPECT_EQ(finding.count, 2u) << "the same bytes on another line are another event";
}

TEST(AddEntity, RefusesTheNamelessAndTheRepeated) {
  Finding finding;
  finding.AddEntity("app", "");
  finding.AddEntity("app", "", "Mail Sync");
  finding.AddEntity("app", "", "Mail Sync");
  ASSERT_EQ(finding.entities.size(), 1u);
  EXPECT_EQ(finding.entities[0].id, "Mail Sync");
}

}  // namespace
}  // namespace tokentrail
