#include "base/ledger.h"

#include <gtest/gtest.h>

namespace tokentrail {
namespace {

Place At(uint32_t file, uint64_t line) {
  Place place;
  place.file = file;
  place.line = line;
  return place;
}

TEST(Ledger, KeepsTheLowestPlaceWhateverTheOrderOfMerging) {
  Ledger a;
  a.LeaveOut("source.bad_json", At(1, 5), "late");
  a.LeaveOut("source.bad_json", At(0, 9), "second");
  Ledger b;
  b.LeaveOut("source.bad_json", At(0, 2), "first", 3);
  b.LeaveOut("source.no_time", At(0, 1));
  b.Note("file.utf16", At(0, 0));

  Ledger ab = a;
  ab.Merge(b);
  Ledger ba = b;
  ba.Merge(a);
  for (const Ledger* ledger : {&ab, &ba}) {
    EXPECT_EQ(ledger->left_out_total(), 6u);
    const Ledger::Entry& entry = ledger->left_out().at("source.bad_json");
    EXPECT_EQ(entry.count, 5u);
    EXPECT_EQ(entry.first.file, 0u);
    EXPECT_EQ(entry.first.line, 2u);
    EXPECT_EQ(entry.detail, "first");
    EXPECT_EQ(ledger->notes().at("file.utf16").count, 1u) << "a note is not left out";
  }
}

TEST(Ledger, CountsNothingWhenNothingWasLeftOut) {
  Ledger ledger;
  ledger.LeaveOut("source.bad_json", At(0, 1), "", 0);
  EXPECT_TRUE(ledger.left_out().empty());
  EXPECT_EQ(ledger.left_out_total(), 0u);
}

}  // namespace
}  // namespace tokentrail
