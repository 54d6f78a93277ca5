// Lists of apps that somebody else wrote.

#include "inventory/feed.h"

#include "fuzz/target.h"

using namespace tokentrail;  // NOLINT: a fuzz target is one function

FUZZ_TARGET(Feed, "feed", input) {
  const auto rows = inventory::ParseFeed("list", input);
  if (!rows.ok()) {
    // Every complaint has a place.
    CHECK(rows.error().message.starts_with("list:"));
    return;
  }
  for (const inventory::FeedRow& row : *rows) {
    CHECK(!row.id.empty() && row.id.size() <= 256);
    CHECK(!row.listing.verdict.empty());
    CHECK(row.listing.source == "list");
  }
}
