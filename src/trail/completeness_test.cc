#include "trail/completeness.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "test/support/event_builder.h"
#include "trail/gap_rank.h"
#include "trail/missing_stream.h"
#include "trail/row_cap.h"
#include "trail/skew.h"

namespace tokentrail::trail {
namespace {

constexpr std::string_view kSources[] = {"entra_signin",     "entra_audit",     "m365_audit",
                                         "graph_activity",   "okta_system",     "github_audit",
                                         "kubernetes_audit", "google_workspace"};
constexpr SourceIndex kSignin = 0;
constexpr SourceIndex kAudit = 1;
constexpr SourceIndex kM365 = 2;
constexpr SourceIndex kGraph = 3;
constexpr SourceIndex kGithub = 5;
constexpr SourceIndex kKubernetes = 6;

/// Monday.
const Time kMonday = ParseTime("2026-03-02T00:00:00Z").time;

using Fields = std::map<Field, std::string>;

/// Feeds events in the order given, and keeps what the summary would say of them.
class Fixture : public testing::Test {
 protected:
  void See(SourceIndex source, Time time, Kind kind, Fields fields) {
    const std::string text = FormatTime(time);
    fields.try_emplace(Field::kTenant, "t-1");
    completeness_.Observe(test::BuiltEvent({.time = text, .kind = kind, .source = source}, fields));
    SourceCount& count = counts_[source];
    count.name = kSources[source];
    if (count.events++ == 0) count.first = time;
    count.last = time;
  }

  std::vector<EvidenceGap> Finish(std::vector<FileCount> files = {}) {
    std::vector<SourceCount> sources;
    for (const auto& one : counts_) sources.push_back(one.second);
    std::vector<EvidenceGap> all = completeness_.Finish(sources, files, table_);
    return all;
  }

  /// Only those of one kind.
  std::vector<EvidenceGap> Finish(GapKind kind, std::vector<FileCount> files = {}) {
    std::vector<EvidenceGap> all = Finish(std::move(files));
    std::erase_if(all, [&](const EvidenceGap& gap) { return gap.kind != kind; });
    return all;
  }

  Completeness completeness_{kSources};
  std::map<SourceIndex, SourceCount> counts_;
  FileTable table_;
};

class CompletenessTest : public Fixture {};

TEST_F(CompletenessTest, AMailboxWhoseReadsAreLoggedNoLonger) {
  for (const int minute : {0, 5}) {
    See(kM365, kMonday + Minutes(minute), Kind::kMailRead,
        {{Field::kOperation, "MailItemsAccessed"},
         {Field::kMailbox, "eve@contoso.example"},
         {Field::kLogLimit, "throttled"}});
  }
  const auto gaps = Finish(GapKind::kThrottled);
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_EQ(gaps[0].subject, "eve@contoso.example");
  EXPECT_EQ(gaps[0].count, 2u);
  EXPECT_EQ(gaps[0].first, kMonday);
  EXPECT_EQ(gaps[0].last, kMonday + Minutes(5) + Hours(24));
  EXPECT_NE(gaps[0].words.find("eve@contoso.example"), std::string::npos) << gaps[0].words;
}

TEST_F(CompletenessTest, AStreamThatFallsSilentWhileTheOthersGoOn) {
  for (int hour = 0; hour < 14 * 24; ++hour) {
    const Time at = kMonday + Hours(hour);
    for (int i = 0; i < 4; ++i) {
      See(kSignin, at + Minutes(i), Kind::kSignIn, {{Field::kCategory, "interactive"}});
      if (hour / 24 == 3) continue;
      See(kSignin, at + Minutes(i), Kind::kSignIn, {{Field::kCategory, "noninteractive"}});
    }
  }
  const auto gaps = Finish(GapKind::kSilence);
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_EQ(gaps[0].source, "entra_signin");
  EXPECT_EQ(gaps[0].stream, "noninteractive");
  EXPECT_EQ(gaps[0].tenant, "t-1");
  EXPECT_EQ(gaps[0].count, 96u);
}

TEST_F(CompletenessTest, ALogThatIsSilentAsAWholeIsSaidOnce) {
  for (int hour = 0; hour < 14 * 24; ++hour) {
    if (hour / 24 == 3) continue;
    for (const std::string_view stream : {"interactive", "noninteractive"}) {
      for (int i = 0; i < 4; ++i) {
        See(kSignin, kMonday + Hours(hour) + Minutes(i), Kind::kSignIn,
            {{Field::kCategory, std::string(stream)}});
      }
    }
  }
  const auto gaps = Finish(GapKind::kSilence);
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_EQ(gaps[0].stream, "");
  EXPECT_EQ(gaps[0].count, 192u);
}

TEST_F(CompletenessTest, ALogThatBeginsAfterTheOthers) {
  for (int hour = 0; hour < 30 * 24; ++hour) {
    See(kM365, kMonday + Hours(hour), Kind::kFileAccess, {{Field::kCategory, "SharePoint"}});
    if (hour < 20 * 24) continue;
    See(kSignin, kMonday + Hours(hour), Kind::kSignIn, {{Field::kCategory, "interactive"}});
  }
  const auto gaps = Finish(GapKind::kLateStart);
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_EQ(gaps[0].source, "entra_signin");
  EXPECT_EQ(gaps[0].first, kMonday);
  EXPECT_EQ(gaps[0].last, kMonday + Days(20));
  EXPECT_NE(gaps[0].words.find("20d after the Microsoft 365 audit log"), std::string::npos)
      << gaps[0].words;
}

TEST_F(CompletenessTest, AStreamThatEndsBeforeItsSiblings) {
  for (int hour = 0; hour < 20 * 24; ++hour) {
    See(kSignin, kMonday + Hours(hour), Kind::kSignIn, {{Field::kCategory, "interactive"}});
    if (hour >= 10 * 24) continue;
    See(kSignin, kMonday + Hours(hour), Kind::kSignIn, {{Field::kCategory, "noninteractive"}});
  }
  const auto gaps = Finish(GapKind::kLateStart);
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_EQ(gaps[0].stream, "noninteractive");
  EXPECT_NE(gaps[0].words.find("before interactive Entra sign-ins"), std::string::npos)
      << gaps[0].words;
}

TEST_F(CompletenessTest, ABurstOfARareLogIsNotLate) {
  for (int hour = 0; hour < 30 * 24; ++hour) {
    See(kM365, kMonday + Hours(hour), Kind::kFileAccess, {});
    if (hour == 400) {
      for (int i = 0; i < 30; ++i) See(kAudit, kMonday + Hours(hour), Kind::kUserChange, {});
    }
  }
  EXPECT_TRUE(Finish(GapKind::kLateStart).empty());
}

TEST_F(CompletenessTest, AWeekendAtTheEndIsNoEarlyEnd) {
  for (int hour = 0; hour < 14 * 24; ++hour) {
    See(kM365, kMonday + Hours(hour), Kind::kFileAccess, {});
    if (hour / 24 % 7 >= 5) continue;
    for (int i = 0; i < 5; ++i) See(kAudit, kMonday + Hours(hour), Kind::kUserChange, {});
  }
  EXPECT_TRUE(Finish(GapKind::kLateStart).empty());
}

TEST_F(CompletenessTest, LogsOfOtherTimesAreNotLate) {
  for (int hour = 0; hour < 48; ++hour) {
    See(kM365, kMonday + Hours(hour), Kind::kFileAccess, {});
    See(kSignin, kMonday + Days(300) + Hours(hour), Kind::kSignIn, {});
  }
  EXPECT_TRUE(Finish(GapKind::kLateStart).empty());
}

/// What is missing, as `source/stream`.
std::vector<std::string> Names(const std::vector<EvidenceGap>& gaps) {
  std::vector<std::string> out;
  for (const EvidenceGap& gap : gaps) out.push_back(gap.source + "/" + gap.stream);
  return out;
}

TEST_F(CompletenessTest, AConsentWithoutSignInsAndWithoutGraph) {
  See(kAudit, kMonday, Kind::kConsent, {{Field::kOperation, "Consent to application"}});
  const auto gaps = Finish(GapKind::kMissingStream);
  EXPECT_EQ(Names(gaps),
            (std::vector<std::string>{"entra_signin/", "graph_activity/", "m365_audit/"}));
  EXPECT_EQ(gaps[0].tenant, "t-1");
  EXPECT_EQ(gaps[0].first, kMonday);
}

TEST_F(CompletenessTest, SignInsOfOneStreamOnly) {
  for (int i = 0; i < 10; ++i) {
    See(kSignin, kMonday + Minutes(i), Kind::kSignIn, {{Field::kCategory, "interactive"}});
    See(kAudit, kMonday + Minutes(i), Kind::kUserChange, {{Field::kOperation, "Update user"}});
    See(kM365, kMonday + Minutes(i), Kind::kFileAccess, {{Field::kCategory, "SharePoint"}});
  }
  EXPECT_EQ(
      Names(Finish(GapKind::kMissingStream)),
      (std::vector<std::string>{"entra_signin/noninteractive", "entra_signin/service_principal"}));
}

TEST_F(CompletenessTest, MailboxesWithoutTheRecordsOfReads) {
  const auto mail = [&](std::string operation, Kind kind) {
    for (int i = 0; i < 10; ++i) {
      See(kM365, kMonday + Minutes(i), kind,
          {{Field::kOperation, operation}, {Field::kCategory, "Exchange"}});
    }
  };
  mail("HardDelete", Kind::kOther);
  const auto has = [](const std::vector<EvidenceGap>& gaps, const std::string& name) {
    const auto names = Names(gaps);
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  EXPECT_TRUE(has(Finish(), "m365_audit/MailItemsAccessed"));
  mail("MailItemsAccessed", Kind::kMailRead);
  EXPECT_FALSE(has(Finish(), "m365_audit/MailItemsAccessed"));
}

TEST_F(CompletenessTest, GitEventsAndReadsOfAClusterAreLogsOfTheirOwn) {
  for (int i = 0; i < 60; ++i) {
    See(kGithub, kMonday + Minutes(i), Kind::kOther, {{Field::kOperation, "repo.create"}});
    See(kKubernetes, kMonday + Minutes(i), Kind::kKubernetes, {{Field::kOperation, "create pods"}});
  }
  EXPECT_EQ(Names(Finish(GapKind::kMissingStream)),
            (std::vector<std::string>{"github_audit/api_request", "github_audit/git",
                                      "kubernetes_audit/reads"}));
}

TEST_F(CompletenessTest, TokensMintedWithoutTheBodyOfTheRequest) {
  See(kKubernetes, kMonday, Kind::kTokenMinted,
      {{Field::kOperation, "create serviceaccounts/token"}});
  EXPECT_EQ(Names(Finish(GapKind::kMissingStream)),
            (std::vector<std::string>{"kubernetes_audit/request_bodies"}));
  See(kKubernetes, kMonday, Kind::kTokenMinted,
      {{Field::kOperation, "create serviceaccounts/token"}, {Field::kTokenLife, "3600"}});
  EXPECT_TRUE(Finish(GapKind::kMissingStream).empty());
}

TEST_F(CompletenessTest, WhatSeveralTenantsLackIsToldOnce) {
  for (const std::string tenant : {"t-1", "t-2"}) {
    See(kGithub, kMonday, Kind::kOther, {{Field::kTenant, tenant}});
  }
  const auto gaps = Finish(GapKind::kMissingStream);
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_EQ(gaps[0].tenant, "");
  EXPECT_EQ(gaps[0].subject, "t-1 t-2");
  EXPECT_EQ(gaps[0].count, 2u);
}

TEST_F(CompletenessTest, ALogWithoutATenantCountsForAll) {
  See(kAudit, kMonday, Kind::kUserChange, {});
  See(kM365, kMonday, Kind::kFileAccess, {});
  See(kSignin, kMonday, Kind::kSignIn, {{Field::kTenant, ""}});
  EXPECT_TRUE(Finish(GapKind::kMissingStream).empty());
}

FileCount File(uint32_t file, uint64_t records, Time first, Time last, bool newest_first) {
  FileCount out;
  out.file = file;
  out.source = kM365;
  out.records = records;
  out.Add(newest_first ? last : first, 0);
  out.Add(newest_first ? first : last, 1000);
  return out;
}

TEST_F(CompletenessTest, AFileThatEndsWhereAToolDoes) {
  for (const char* name : {"a.csv", "b.csv"}) {
    EvidenceFile file;
    file.path = name;
    table_.Add(std::move(file));
  }
  See(kM365, kMonday, Kind::kOther, {});
  See(kM365, kMonday + Days(30), Kind::kOther, {});
  const FileCount cut = File(0, 5000, kMonday + Days(10), kMonday + Days(20), true);
  auto gaps = Finish(GapKind::kRowCap, {cut});
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_EQ(gaps[0].subject, "a.csv");
  EXPECT_EQ(gaps[0].first, kMonday);
  EXPECT_EQ(gaps[0].last, kMonday + Days(10));
  EXPECT_NE(gaps[0].words.find("older than 2026-03-12 00:00:00Z may be cut off"), std::string::npos)
      << gaps[0].words;
  // Oldest first: the newer end is cut.
  gaps = Finish(GapKind::kRowCap, {File(0, 5000, kMonday + Days(10), kMonday + Days(20), false)});
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_EQ(gaps[0].first, kMonday + Days(20));
  EXPECT_EQ(gaps[0].last, kMonday + Days(30));
  // The next page goes on where the first one ends.
  EXPECT_TRUE(
      Finish(GapKind::kRowCap, {cut, File(1, 321, kMonday, kMonday + Days(10), true)}).empty());
  EXPECT_TRUE(Finish(GapKind::kRowCap, {File(0, 4999, kMonday, kMonday + Days(1), true)}).empty());
}

TEST_F(CompletenessTest, RecordsTwiceAreRepeatedPagesUnlessTheFileIsThereTwice) {
  for (int i = 0; i < 400; ++i) See(kM365, kMonday + Minutes(i), Kind::kFileAccess, {});
  counts_[kM365].duplicates = 200;
  const FileCount a = File(0, 300, kMonday, kMonday + Minutes(300), true);
  const FileCount b = File(1, 300, kMonday + Minutes(100), kMonday + Minutes(399), true);
  const auto gaps = Finish(GapKind::kDuplicatePages, {a, b});
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_EQ(gaps[0].count, 200u);
  FileCount copy = a;
  copy.file = 1;
  EXPECT_TRUE(Finish(GapKind::kDuplicatePages, {a, copy}).empty());
}

TEST_F(CompletenessTest, OneActAnHourApartInTwoLogsIsATimeZone) {
  for (int i = 0; i < 10; ++i) {
    const std::string token = fmt::format("00000000-0000-4000-8000-{:012}", i);
    See(kSignin, kMonday + Days(i), Kind::kSignIn,
        {{Field::kToken, token}, {Field::kCategory, "interactive"}});
    See(kM365, kMonday + Days(i) + Hours(2) + Seconds(i), Kind::kSignIn, {{Field::kToken, token}});
  }
  const auto gaps = Finish(GapKind::kClockSkew);
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_EQ(gaps[0].source, "entra_signin");
  EXPECT_NE(gaps[0].words.find("2h earlier"), std::string::npos) << gaps[0].words;
  EXPECT_NE(gaps[0].words.find("time zone"), std::string::npos) << gaps[0].words;
}

TEST(Offset, IsOneOnlyWhenItIsBigAndSteady) {
  const auto minutes = [](std::initializer_list<int> list) {
    std::vector<int64_t> out;
    for (const int one : list) out.push_back(Minutes(one).micros);
    return out;
  };
  Offset offset;
  EXPECT_FALSE(FindOffset(minutes({1, 1, 1, 1, 1, 1}), offset));
  EXPECT_FALSE(FindOffset(minutes({7, 7, 7}), offset));
  EXPECT_FALSE(FindOffset(minutes({1, 9, 3, 80, 7, 2, 45}), offset));
  ASSERT_TRUE(FindOffset(minutes({7, 7, 7, 7, 7, 7}), offset));
  EXPECT_FALSE(offset.zone);
  ASSERT_TRUE(FindOffset(minutes({-330, -330, -330, -330, -330}), offset));
  EXPECT_TRUE(offset.zone);
  EXPECT_EQ(offset.median, Minutes(-330).micros);
}

Finding FindingOf(SourceIndex source, std::string rule) {
  Finding out;
  out.rule = std::move(rule);
  out.origin = "analytic";
  out.first = out.last = kMonday;
  out.tenant = "t-1";
  out.AddEntity("user", "u-1", "eve@contoso.example");
  Evidence evidence;
  evidence.source = source;
  out.evidence.push_back(evidence);
  return out;
}

EvidenceGap GapOf(GapKind kind, std::string source) {
  EvidenceGap out;
  out.kind = kind;
  out.source = std::move(source);
  out.first = kMonday - Hours(5);
  out.last = kMonday + Hours(5);
  out.words = "because";
  out.hides = std::string(Name(kind));
  return out;
}

/// The gaps that a finding carries, by what they hide.
std::vector<std::string> Carried(const std::vector<EvidenceGap>& gaps, Finding finding) {
  std::vector<Finding> findings = {std::move(finding)};
  CarryInto(gaps, findings, kSources);
  return findings[0].cannot_say;
}

TEST(CarryInto, TakesWhatTouchesTheClaimTheMostRelevantFirst) {
  EvidenceGap throttled = GapOf(GapKind::kThrottled, "m365_audit");
  throttled.subject = "Eve@contoso.example";
  EvidenceGap graph = GapOf(GapKind::kMissingStream, "graph_activity");
  EvidenceGap other = GapOf(GapKind::kMissingStream, "okta_system");
  const std::vector<EvidenceGap> gaps = {GapOf(GapKind::kSilence, "m365_audit"), graph, other,
                                         throttled};
  EXPECT_EQ(
      Carried(gaps, FindingOf(kM365, "GRT-01")),
      (std::vector<std::string>{"throttled: because", "silence: because",
                                "missing_stream: not in the evidence: Microsoft Graph activity"}));
  // Reads through Graph are no question that a refused sign-in raises.
  EXPECT_EQ(Carried({graph}, FindingOf(kM365, "LUR-02")), std::vector<std::string>());
  EXPECT_EQ(Carried({other}, FindingOf(kGraph, "GRT-01")), std::vector<std::string>());
}

TEST(CarryInto, LooksAtTimeTenantAndMailbox) {
  EvidenceGap silence = GapOf(GapKind::kSilence, "entra_audit");
  EXPECT_EQ(Carried({silence}, FindingOf(kAudit, "GRT-01")).size(), 1u);
  silence.tenant = "t-2";
  EXPECT_TRUE(Carried({silence}, FindingOf(kAudit, "GRT-01")).empty());
  silence.tenant = "t-1";
  silence.first = kMonday + Days(2);
  silence.last = kMonday + Days(3);
  EXPECT_TRUE(Carried({silence}, FindingOf(kAudit, "GRT-01")).empty());
  silence.first = Time{};  // as far back as one likes
  EXPECT_EQ(Carried({silence}, FindingOf(kAudit, "GRT-01")).size(), 1u);
  EvidenceGap throttled = GapOf(GapKind::kThrottled, "m365_audit");
  throttled.subject = "mallory@contoso.example";
  EXPECT_TRUE(Carried({throttled}, FindingOf(kM365, "GRT-01")).empty());
}

/// Files that are renamed or shuffled must not change a finding.
TEST(CarryInto, NamesNoFile) {
  EvidenceGap cut = GapOf(GapKind::kRowCap, "m365_audit");
  cut.subject = "exports/a.csv";
  cut.count = 5000;
  cut.words = "exports/a.csv holds exactly 5,000 records";
  const auto said = Carried({cut}, FindingOf(kM365, "GRT-01"));
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(said[0].find("a.csv"), std::string::npos) << said[0];
  EXPECT_NE(said[0].find("exactly 5,000 records"), std::string::npos) << said[0];
}

TEST(CarryInto, SaysFiveAtMost) {
  std::vector<EvidenceGap> gaps(9, GapOf(GapKind::kSilence, "entra_audit"));
  EXPECT_EQ(Carried(gaps, FindingOf(kAudit, "GRT-01")).size(), 1u);  // the same is said once
  for (size_t i = 0; i < gaps.size(); ++i) gaps[i].words = std::to_string(i);
  EXPECT_EQ(Carried(gaps, FindingOf(kAudit, "GRT-01")).size(), 5u);
}

TEST(WorstFirst, TellsOfManySortsBeforeItRepeatsOne) {
  const std::vector<EvidenceGap> gaps = {
      GapOf(GapKind::kSilence, "entra_signin"), GapOf(GapKind::kSilence, "entra_signin"),
      GapOf(GapKind::kRowCap, "m365_audit"), GapOf(GapKind::kMissingStream, "graph_activity"),
      GapOf(GapKind::kThrottled, "m365_audit")};
  std::vector<GapKind> order;
  for (const EvidenceGap* gap : WorstFirst(gaps)) order.push_back(gap->kind);
  EXPECT_EQ(order, (std::vector<GapKind>{GapKind::kThrottled, GapKind::kSilence, GapKind::kRowCap,
                                         GapKind::kMissingStream, GapKind::kSilence}));
}

TEST(MissingStreams, EachRowSaysWhereItIsDocumented) {
  for (const MissingStream& row : MissingStreams()) {
    EXPECT_FALSE(row.reference.empty()) << row.source << " " << row.stream;
    EXPECT_FALSE(row.stages.empty()) << row.source << " " << row.stream;
    EXPECT_EQ(FindMissingStream(row.source, row.stream), &row) << "twice in the table";
  }
  for (const RowCap& cap : RowCaps()) EXPECT_FALSE(cap.reference.empty()) << cap.rows;
}

}  // namespace
}  // namespace tokentrail::trail
