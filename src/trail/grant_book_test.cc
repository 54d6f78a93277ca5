// What the books give up when they are full, and that they say so.

#include "trail/grant_book.h"

#include <gtest/gtest.h>

#include <string>

#include "test/support/event_builder.h"

namespace tokentrail::trail {
namespace {

using test::BuiltEvent;

TEST(GrantBook, KeepsWhatWasToldBeforeWhatWasOnlyUsed) {
  GrantBook book({.max_grants = 10});
  const auto any = +[](std::string_view) { return true; };
  const BuiltEvent event({.kind = Kind::kConsent}, {{Field::kTenant, "t"}});
  Telling told;
  told.platform = "entra";
  told.app = {.id = "told"};
  told.principal = {.id = "u"};
  told.now = "Mail.Read";
  book.Authorize(told, event);
  for (int i = 0; i < 100; ++i) {
    const std::string app = "app-" + std::to_string(i);
    Telling used;
    used.platform = "entra";
    used.app = {.id = app};
    used.principal = {.id = "u"};
    book.Use(used, event, any);
  }
  EXPECT_EQ(book.forgotten(), 91u);
  EXPECT_NE(book.Alive("t", "told", "", "u"), nullptr);
  EXPECT_EQ(book.Alive("t", "app-0", "", "u"), nullptr);
  EXPECT_NE(book.Alive("t", "app-99", "", "u"), nullptr);
  EXPECT_EQ(book.AliveFor("t", "", "u"), 10u);
}

TEST(GrantBook, AHundredChangesAreCountedWhereTheyAreNotKept) {
  GrantBook book({.max_changes = 4});
  for (int i = 0; i < 10; ++i) {
    const std::string scope = "Scope" + std::to_string(i);
    const BuiltEvent event({.kind = Kind::kConsent, .record = static_cast<uint64_t>(i + 1)},
                           {{Field::kTenant, "t"}});
    Telling told;
    told.app = {.id = "app"};
    told.principal = {.id = "u"};
    told.now = scope;
    told.consent = true;
    book.Authorize(told, event);
  }
  const Grant* grant = book.Alive("t", "app", "", "u");
  ASSERT_NE(grant, nullptr);
  EXPECT_EQ(grant->changes.size(), 4u);
  EXPECT_EQ(grant->changes_left_out, 6u);
  EXPECT_EQ(grant->permissions.size(), 10u);
}

TEST(GrantBook, OneAppUnderTwoIdsBecomesOne) {
  GrantBook book;
  const BuiltEvent event({.kind = Kind::kConsent}, {{Field::kTenant, "t"}});
  Telling by_object;
  by_object.app = {.object = "object"};
  by_object.principal = {.id = "u"};
  by_object.now = "Mail.Read";
  book.Authorize(by_object, event);
  Telling use;
  use.app = {.id = "client"};
  use.principal = {.id = "u"};
  book.Use(
      use, event, +[](std::string_view) { return true; });
  EXPECT_EQ(book.AliveFor("t", "", "u"), 2u);
  book.LearnApp(Id::Of("t"), {.id = "client", .object = "object"});
  EXPECT_EQ(book.AliveFor("t", "", "u"), 1u);
  const Grant* grant = book.Alive("t", "client", "", "u");
  ASSERT_NE(grant, nullptr);
  EXPECT_EQ(grant->uses, 1u);
  EXPECT_EQ(grant->permissions.size(), 1u);
}

}  // namespace
}  // namespace tokentrail::trail
