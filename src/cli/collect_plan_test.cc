#include "cli/collect_plan.h"

#include <gtest/gtest.h>

#include <set>

#include "source/def.h"
#include "trail/log_words.h"
#include "trail/missing_stream.h"
#include "trail/row_cap.h"

namespace tokentrail::cli {
namespace {

Time At(std::string_view text) { return ParseTime(text).time; }

const Time kFirst = At("2026-03-01T00:00:00Z");
const Time kLast = At("2026-03-10T00:00:00Z");

EvidenceGap Gap(GapKind kind, std::string source, std::string stream = {}) {
  EvidenceGap out;
  out.kind = kind;
  out.source = std::move(source);
  out.stream = std::move(stream);
  out.tenant = "t-1";
  out.first = kFirst;
  out.last = kLast;
  out.words = "because";
  return out;
}

CaseGaps CaseOf(std::vector<EvidenceGap> gaps) {
  CaseGaps out;
  out.gaps = std::move(gaps);
  out.sources = {"entra_audit"};
  out.first = kFirst;
  out.last = kLast;
  return out;
}

TEST(Deadline, CountsFromTheOldestThenFromTheNewest) {
  const inventory::KeptFor kept{30, "Entra ID P1"};
  Deadline out = DeadlineOf(kept, kFirst, kLast, At("2026-03-19T00:00:00Z"));
  EXPECT_EQ(out.state, Deadline::State::kLeft);
  EXPECT_EQ(out.days_left, 12);
  EXPECT_EQ(out.words, "12 days left, until 2026-03-31");
  out = DeadlineOf(kept, kFirst, kLast, At("2026-04-04T00:00:00Z"));
  EXPECT_EQ(out.state, Deadline::State::kPartlyGone);
  EXPECT_EQ(out.days_left, 5);
  EXPECT_EQ(out.words,
            "what is older than 2026-03-05 is gone; 5 days left for the last of the rest, until "
            "2026-04-09");
  out = DeadlineOf(kept, kFirst, kLast, At("2026-06-01T00:00:00Z"));
  EXPECT_EQ(out.state, Deadline::State::kGone);
  EXPECT_EQ(out.words, "gone since 2026-04-09");
}

TEST(CollectPlan, OneStepALogAndTenantWithTheTimesOfItsGaps) {
  EvidenceGap early = Gap(GapKind::kSilence, "entra_audit");
  early.last = At("2026-03-01T12:00:00Z");
  EvidenceGap late = Gap(GapKind::kSilence, "entra_audit");
  late.first = At("2026-03-08T00:00:00Z");
  EvidenceGap open = Gap(GapKind::kRowCap, "okta_system");
  open.first = Time{};
  const CollectPlan plan = PlanOfCase(CaseOf({late, early, open}), {}, At("2026-03-12T00:00:00Z"));
  EXPECT_EQ(plan.gaps, 3u);
  ASSERT_EQ(plan.steps.size(), 2u);
  // Entra's free logs are the sooner to go.
  EXPECT_EQ(plan.steps[0].source, "entra_audit");
  ASSERT_EQ(plan.steps[0].ranges.size(), 2u);
  EXPECT_EQ(plan.steps[0].ranges[0].last, early.last);
  EXPECT_EQ(plan.steps[0].ranges[1].first, late.first);
  EXPECT_EQ(plan.steps[0].deadlines[0].state, Deadline::State::kPartlyGone);
  EXPECT_EQ(plan.steps[1].source, "okta_system");
  EXPECT_EQ(plan.steps[1].ranges[0].first, kLast - Days(30));
  EXPECT_FALSE(plan.others.empty());
  for (const auto* other : plan.others) EXPECT_NE(other->source, "entra_audit");
}

TEST(CollectPlan, WhatWasNeverRecordedHasAnEntryOfItsOwn) {
  EvidenceGap gap = Gap(GapKind::kThrottled, "m365_audit", "MailItemsAccessed");
  gap.subject = "eve@contoso.example";
  const CollectPlan plan = PlanOfCase(CaseOf({gap}), {}, kLast);
  ASSERT_EQ(plan.steps.size(), 1u);
  ASSERT_NE(plan.steps[0].entry, nullptr);
  EXPECT_EQ(plan.steps[0].entry->stream, "throttled");
  const auto values = ValuesOf(plan.steps[0], plan.steps[0].ranges[0]);
  EXPECT_EQ(values.at("TT_MAILBOX"), "eve@contoso.example");
  EXPECT_EQ(values.at("TT_START"), "2026-03-01T00:00:00Z");
  EXPECT_EQ(values.at("TT_START_EPOCH"), "1772323200");
  EXPECT_EQ(values.at("TT_TENANT"), "t-1");
}

TEST(CollectPlan, ALogWithoutCommandsIsNamedAllTheSame) {
  const CollectPlan plan =
      PlanOfCase(CaseOf({Gap(GapKind::kSilence, "atlassian_audit")}), {}, kLast);
  ASSERT_EQ(plan.steps.size(), 1u);
  EXPECT_EQ(plan.steps[0].entry, nullptr);
}

/// What a hunt may miss can be looked up by the name of its log, and collected.
TEST(CollectPlan, EveryMissingStreamCanBeCollected) {
  std::set<std::string_view> sources;
  for (const source::SourceDef* def : source::All()) sources.insert(def->name);
  for (const trail::MissingStream& row : trail::MissingStreams()) {
    EXPECT_TRUE(sources.contains(row.source)) << row.source;
    EXPECT_NE(inventory::FindCollectEntry(row.source, row.stream), nullptr)
        << row.source << " " << row.stream;
  }
  for (const trail::LogWords& log : trail::AllLogWords()) {
    EXPECT_TRUE(sources.contains(log.source)) << log.source;
  }
  for (const trail::RowCap& cap : trail::RowCaps()) {
    EXPECT_TRUE(cap.source.empty() || sources.contains(cap.source)) << cap.source;
  }
  std::set<std::string> seen;
  for (const inventory::CollectEntry& entry : inventory::CollectEntries()) {
    EXPECT_TRUE(sources.contains(entry.source)) << entry.source;
    EXPECT_TRUE(seen.insert(entry.source + "/" + entry.stream).second) << "twice: " << entry.title;
  }
}

TEST(CollectPlan, OnePlatformOnly) {
  const CollectPlan plan = PlanOfCase(
      CaseOf({Gap(GapKind::kSilence, "entra_audit"), Gap(GapKind::kSilence, "gcp_audit")}),
      "google", kLast);
  ASSERT_EQ(plan.steps.size(), 1u);
  EXPECT_EQ(plan.steps[0].source, "gcp_audit");
}

TEST(CollectPlan, BeginnersGoBackAsFarAsEachLogIsKept) {
  const CollectPlan plan = PlanForBeginners("okta", std::nullopt, kLast, kLast);
  ASSERT_EQ(plan.steps.size(), 1u);
  EXPECT_EQ(plan.steps[0].ranges[0].first, kLast - Days(90));
  EXPECT_TRUE(plan.steps[0].deadlines.empty());
}

}  // namespace
}  // namespace tokentrail::cli
