#include "cli/app_diff.h"

#include <gtest/gtest.h>

#include <string>

#include "test/support/golden.h"
#include "test/support/sample_apps.h"

// Apps here name only what matters to the case; everything else has its default.
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

namespace tokentrail::cli {
namespace {

/// A month later: the survey may do more and for everybody, the backup has a new key and reply URL,
/// a user of the CRM is gone, Google's app is gone, and another came under its name.
Portfolio Later() {
  Portfolio out = test::SampleApps();
  out.last = out.last + Days(30);
  App& backup = out.apps[1];
  backup.credentials.push_back({.id = "key-3", .kind = "secret"});
  backup.reply_urls.emplace_back("https://x.workers.dev/cb");
  backup.publisher = "Northwind Holdings";
  backup.risk.score = 45;
  App& crm = out.apps[2];
  crm.users.pop_back();
  App& survey = out.apps[3];
  survey.tenant_wide = true;
  survey.permissions.push_back({.name = "Mail.Read", .severity = 50});
  survey.permissions.push_back({.name = "Odd.Other", .application = true});
  survey.permissions[1].in_force = false;
  survey.verified = App::Verified::kYes;
  survey.risk.score = 61;
  survey.risk.level = Level::kHigh;
  App came = out.apps[5];
  came.id = "88-y.apps.googleusercontent.com";
  came.risk.score = 30;
  came.risk.level = Level::kLow;
  out.apps[5] = came;
  return out;
}

TEST(AppDiff, SaysWhatCameWentAndChanged) {
  const Portfolio before = test::SampleApps();
  const Portfolio after = Later();
  const AppDiff diff = Compare(before, after);
  EXPECT_EQ(diff.added, 1u);
  EXPECT_EQ(diff.gone, 1u);
  EXPECT_EQ(diff.changed, 3u);
  EXPECT_EQ(diff.same, 3u);
  test::ExpectGolden("src/cli/testdata/app_diff.golden", Render(diff, "table", {.columns = 80}));
  test::ExpectGolden("src/cli/testdata/app_diff_wide.golden",
                     Render(diff, "table", {.columns = 160}));
  test::ExpectGolden("src/cli/testdata/app_diff.md.golden", Render(diff, "markdown", {}));
  test::ExpectGolden("src/cli/testdata/app_diff.csv.golden", Render(diff, "csv", {}));
  test::ExpectGolden("src/cli/testdata/app_diff.json.golden", Render(diff, "json", {}));
}

TEST(AppDiff, ACaseIsTheSameAsItself) {
  const Portfolio one = test::SampleApps();
  const AppDiff diff = Compare(one, one);
  EXPECT_EQ(diff.same, one.apps.size());
  EXPECT_TRUE(diff.apps.empty());
  EXPECT_EQ(Render(diff, "table", {.columns = 80}), "0 added, 0 gone, 0 changed, 7 the same\n");
}

TEST(AppDiff, WhatOnlyOneCaseKnowsIsNotedNotAChange) {
  const Portfolio before = test::SampleApps();
  Portfolio after = before;
  for (App& app : after.apps) {  // logs only, no export of applications
    app.in_snapshot = false;
    app.publisher.clear();
    app.verified = App::Verified::kUnknown;
    app.reply_urls.clear();
    app.enabled.reset();
    app.risk.score = -1;
  }
  const AppDiff diff = Compare(before, after);
  for (const AppDifference& one : diff.apps) {
    for (const AppChange& change : one.changes) ADD_FAILURE() << change.what;
  }
  ASSERT_EQ(diff.notes.size(), 1u);
  EXPECT_EQ(diff.notes[0],
            "only the first case has an export of the real state of entra: apps may be gone from "
            "the evidence only");
}

TEST(AppDiff, AStrongerPermissionOutweighsMoreUsers) {
  Portfolio before = test::SampleApps();
  Portfolio after = before;
  after.apps[2].users.push_back({.id = "new"});
  after.apps[0].permissions.push_back({.name = "Mail.Send", .severity = 75});
  const AppDiff diff = Compare(before, after);
  ASSERT_EQ(diff.apps.size(), 2u);
  EXPECT_EQ(diff.apps[0].app().id[0], 'a');
  EXPECT_EQ(diff.apps[0].changes[0].what, "permissions_widened");
  EXPECT_EQ(diff.apps[0].weight, 75);
  EXPECT_EQ(diff.apps[1].changes[0].what, "users");
}

}  // namespace
}  // namespace tokentrail::cli
