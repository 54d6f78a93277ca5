// What a grant was at a time, from its changes.

#include "cli/grants_at.h"

#include <gtest/gtest.h>

namespace tokentrail::cli {
namespace {

using Was = GrantAt::Was;
using Texts = std::vector<std::string>;

Time T(std::string_view text) { return ParseTime(text).time; }

GrantChange Change(std::string_view time, GrantChangeKind what, Texts added, Texts removed = {}) {
  GrantChange out;
  out.time = time.empty() ? Time{} : T(time);
  out.what = what;
  out.added = std::move(added);
  out.removed = std::move(removed);
  return out;
}

Grant Born() {
  Grant out;
  out.birth = out.first_evidence = T("2026-01-05T10:00:00Z");
  out.end = T("2026-01-09T10:00:00Z");
  out.permissions = {"a", "c"};  // as they stood when it ended
  out.changes = {Change("2026-01-05T10:00:00Z", GrantChangeKind::kGranted, {"a", "b"}),
                 Change("2026-01-06T10:00:00Z", GrantChangeKind::kWidened, {"c"}),
                 Change("2026-01-07T10:00:00Z", GrantChangeKind::kNarrowed, {}, {"b"}),
                 Change("2026-01-09T10:00:00Z", GrantChangeKind::kRevoked, {}, {"a", "c"})};
  return out;
}

TEST(GrantsAt, ReplaysTheChanges) {
  const Grant grant = Born();
  EXPECT_EQ(StateAt(grant, T("2026-01-05T09:59:59Z"), nullptr).was, Was::kNo);
  EXPECT_EQ(StateAt(grant, T("2026-01-05T10:00:00Z"), nullptr).was, Was::kYes);
  EXPECT_EQ(StateAt(grant, T("2026-01-05T12:00:00Z"), nullptr).permissions, (Texts{"a", "b"}));
  EXPECT_EQ(StateAt(grant, T("2026-01-06T12:00:00Z"), nullptr).permissions, (Texts{"a", "b", "c"}));
  EXPECT_EQ(StateAt(grant, T("2026-01-08T12:00:00Z"), nullptr).permissions, (Texts{"a", "c"}));
  EXPECT_EQ(StateAt(grant, T("2026-01-09T10:00:00Z"), nullptr).was, Was::kNo);
}

TEST(GrantsAt, EndedAndRestoredWasGoneInBetween) {
  Grant grant = Born();
  grant.end.reset();
  grant.changes.push_back(Change("2026-01-11T10:00:00Z", GrantChangeKind::kGranted, {"a", "c"}));
  EXPECT_EQ(StateAt(grant, T("2026-01-10T10:00:00Z"), nullptr).was, Was::kNo);
  EXPECT_EQ(StateAt(grant, T("2026-01-12T10:00:00Z"), nullptr).was, Was::kYes);
  EXPECT_EQ(StateAt(grant, T("2026-01-12T10:00:00Z"), nullptr).permissions, (Texts{"a", "c"}));
  EXPECT_EQ(StateAt(grant, T("2026-01-08T10:00:00Z"), nullptr).permissions, (Texts{"a", "c"}));
}

TEST(GrantsAt, ABirthThatNoRecordTellsIsBoundedByTheLog) {
  Grant grant;
  grant.first_evidence = T("2026-01-07T10:00:00Z");
  grant.bound = "not since log start 2026-01-03";
  GrantTeller teller;
  teller.first = T("2026-01-03T00:00:00Z");
  EXPECT_EQ(StateAt(grant, T("2026-01-08T00:00:00Z"), &teller).was, Was::kBounded);
  EXPECT_EQ(StateAt(grant, T("2026-01-05T00:00:00Z"), &teller).was, Was::kBounded);
  EXPECT_EQ(StateAt(grant, T("2026-01-01T00:00:00Z"), &teller).was, Was::kMaybe);
  EXPECT_EQ(StateAt(grant, T("2026-01-05T00:00:00Z"), nullptr).was, Was::kMaybe);
  grant.bound = "no log that tells grants is in the evidence";
  EXPECT_EQ(StateAt(grant, T("2026-01-05T00:00:00Z"), nullptr).was, Was::kMaybe);
  EXPECT_EQ(StateAt(grant, T("2026-01-08T00:00:00Z"), nullptr).was, Was::kBounded);
}

TEST(GrantsAt, AnExportMaySayWhenItWasMade) {
  Grant grant;
  grant.in_snapshot = true;
  grant.permissions = {"a"};
  grant.bound = "the export says 2025-06-06 03:04:05Z; no event tells it, log since 2026-01-03";
  grant.changes = {Change("", GrantChangeKind::kSeen, {"a"})};
  EXPECT_EQ(StateAt(grant, T("2025-06-06T03:04:04Z"), nullptr).was, Was::kNo);
  const GrantAt later = StateAt(grant, T("2025-06-06T03:04:05Z"), nullptr);
  EXPECT_EQ(later.was, Was::kBounded);
  EXPECT_EQ(later.permissions, Texts{"a"});
}

TEST(GrantsAt, SaysWhenChangesWereNotKept) {
  Grant grant = Born();
  grant.changes_left_out = 3;
  EXPECT_FALSE(StateAt(grant, T("2026-01-06T12:00:00Z"), nullptr).exact);
  EXPECT_TRUE(StateAt(Born(), T("2026-01-06T12:00:00Z"), nullptr).exact);
}

}  // namespace
}  // namespace tokentrail::cli
