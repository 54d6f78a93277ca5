#include "policy/expression.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "test/support/golden.h"
#include "test/support/sample_apps.h"

namespace tokentrail::policy {
namespace {

/// Ids' first letters of the apps that fit, in order: a calendar helper, b backup, c CRM, d survey,
/// e Microsoft's own, 7 Google's, 0 unknown.
std::string Fitting(const Expression& expression) {
  static const Portfolio portfolio = test::SampleApps();
  std::string out;
  for (const App& app : portfolio.apps) {
    if (expression.Fits(app, portfolio, portfolio.as_of)) out.push_back(app.id[0]);
  }
  return out;
}

std::string Where(std::string_view text) {
  const Result<Expression> parsed = Expression::Parse(text);
  return parsed ? Fitting(*parsed) : "error at " + parsed.error().message;
}

std::string Flag(std::string_view attribute, std::string_view otherwise, std::string_view text) {
  const auto parsed = Expression::ParseComparison(*FindAttribute(attribute), otherwise, text);
  return parsed ? Fitting(*parsed) : "error at " + parsed.error().message;
}

struct Row {
  std::string_view text;
  std::string_view fits;
};

TEST(Expression, FitsWhatItSays) {
  constexpr Row kRows[] = {
      {"risk>=60 and users<=3", "a7"},
      {"risk >= 60", "a7"},
      {"risk > 65", "7"},
      {"risk = 65", "a"},
      {"risk == 65", "a"},
      {"risk != 65", "bcde7"},
      {"risk < 12", "ce"},
      {"risk <= 11", "ce"},
      {"risk in (41, 43)", "bd"},
      {"risk not in (41, 43)", "ace7"},
      {"risk = unknown", "0"},
      {"risk != unknown", "abcde7"},
      {"not risk >= 0", "0"},
      // and before or, not before both, parentheses before all
      {"first_party or risk > 60 and users < 2", "e7"},
      {"(first_party or risk > 60) and users < 2", "e7"},
      {"(first_party or risk > 60) and users > 2", "a"},
      {"not (risk < 60 or risk = unknown)", "a7"},
      {"not not first_party", "e"},
      {"!first_party && risk>60 || banned_or = x", "error at 28"},
      {"UNVERIFIED AND Risk > 60", "a"},
      // texts
      {"platform = google", "7"},
      {"platform in (google, OKTA)", "70"},
      {"platform not in (google, okta)", "abcde"},
      {"name ~ *backup*", "b"},
      {"name !~ *backup*", "acde7"},
      {"name = 'Northwind Backup'", "b"},
      {"name = \"northwind backup\"", "b"},
      {"name = '=Survey | Tool'", "d"},
      {"publisher = unknown", "a70"},
      {"publisher = 'unknown'", ""},
      {"publisher != Microsoft", "bcd"},
      {"permissions ~ mail.*", "ab"},
      {"permissions = User.Read", "c"},
      {"permissions !~ *read*", "7"},
      {"permissions in (User.Read, Odd.Thing)", "cd"},
      {"state = banned", "7"},
      {"listed = malicious", "7"},
      // levels
      {"permission = high", "b7"},
      {"permission >= medium", "abd7"},
      {"permission < medium", "c"},
      {"risk_level in (high, crit)", "a7"},
      // ages
      {"last_authorized > 90d", "bd"},
      {"last_authorized > 16mo", "bd"},
      {"last_authorized < 1w", "ac"},
      {"last_authorized = never", "e0"},
      {"last_used < 2026-03-01", "7"},
      {"last_used >= 2026-03-31", "abce"},
      {"created <= 1y and created > 12h", "a"},
      // units
      {"bytes > 2TB", "b"},
      {"bytes > 2.5TB", ""},
      {"active_share < 1%", "ade"},
      {"active_share >= 100", "b"},
      // flags
      {"masquerade", "a"},
      {"incongruous", "ad"},
      {"overprivileged", "bd"},
      {"tenant_wide = false and users = 3", "a"},
      {"verified = unknown", "e70"},
  };
  for (const Row& row : kRows) {
    const std::string got = Where(row.text);
    if (got.starts_with("error")) {
      EXPECT_TRUE(got.starts_with(row.fits)) << row.text << ": " << got;
    } else {
      EXPECT_EQ(got, row.fits) << row.text;
    }
  }
}

TEST(Expression, AFlagsValueIsAComparison) {
  EXPECT_EQ(Flag("users", "=", "<=3"), "ade70");
  EXPECT_EQ(Flag("users", "=", "3"), "a");
  EXPECT_EQ(Flag("permission", ">=", "medium"), "abd7");
  EXPECT_EQ(Flag("permission", ">=", "=medium"), "ad");
  EXPECT_EQ(Flag("last_authorized", ">", "90d"), "bd");
  EXPECT_EQ(Flag("new", "<", "7d"), "a0");
  EXPECT_EQ(Flag("name", "~", "*helper"), "a");
  EXPECT_EQ(Flag("platform", "=", "in (google, okta)"), "70");
}

TEST(Expression, NothingAskedFitsAll) {
  EXPECT_EQ(Fitting(Expression()), "abcde70");
  const Expression google = Expression::Parse("platform = google").value();
  EXPECT_EQ(Fitting(Expression::And(Expression(), google)), "7");
  EXPECT_EQ(Fitting(Expression::And(google, Expression())), "7");
  const Expression either = Expression::Parse("platform = google or risk = 65").value();
  EXPECT_EQ(Fitting(Expression::And(either, Expression::Parse("not risk > 65").value())), "a");
}

TEST(Expression, NamesWhatItAsksFor) {
  const Expression one = Expression::Parse("risk>=60 and (scopes ~ x or risk = 3)").value();
  std::vector<std::string_view> names;
  for (const Attribute* attribute : one.attributes()) names.push_back(attribute->name);
  EXPECT_EQ(names, (std::vector<std::string_view>{"permissions", "risk"}));
}

TEST(Expression, ErrorsSayWhereWhatAndWhatToDo) {
  const std::vector<std::string> texts = {
      "",
      "   ",
      "riks>=60 and users<=3",
      "risk>=60 and user_count<=3",
      "xyzzy",
      "risk",
      "platform",
      "last_authorized",
      "permission",
      "risk >= high",
      "risk >= 60 users <= 3",
      "risk >= 60 and",
      "risk >= ",
      "(risk >= 60",
      "risk >= 60)",
      "risk ~ 60",
      "unverified > 3",
      "verified = maybe",
      "name > a",
      "name = *drive*",
      "name = 'never closed",
      "last_authorized > 90",
      "last_authorized > soon",
      "last_authorized = 90d",
      "permission >= hihg",
      "permission >= critical",
      "state = baned",
      "platform in google",
      "platform in (google",
      "platform in (google okta)",
      "platform in ()",
      "bytes > lots",
      "adoption = 3 and",
      "risk => 60",
      "risk <> 60",
      "and risk > 3",
      "name ~ caf\xc3\xa9 and riks > 3",
      "risk > 3 and\n  unverifed and\n  users < 3",
      std::string(80, ' ') + "name ~ " + std::string(80, 'x') + " and riks > 3",
      "risk > 1e999",
      std::string(101, '(') + "risk > 3" + std::string(101, ')'),
  };
  std::string all;
  for (const std::string& text : texts) {
    const Result<Expression> parsed = Expression::Parse(text);
    ASSERT_FALSE(parsed.ok()) << text;
    all += parsed.error().message + "\n\n";
  }
  std::string many = "first_party";
  for (int i = 0; i < 1000; ++i) many += " or first_party";
  const Result<Expression> parsed = Expression::Parse(many);
  ASSERT_FALSE(parsed.ok());
  all += parsed.error().message + "\n\n";
  for (const std::string text : {"<=", "", "<=3 and", "=> 3"}) {
    const auto flag = Expression::ParseComparison(*FindAttribute("users"), "=", text);
    ASSERT_FALSE(flag.ok()) << text;
    all += flag.error().message + "\n\n";
  }
  test::ExpectGolden("src/policy/testdata/expression_errors.golden", all);
}

}  // namespace
}  // namespace tokentrail::policy
