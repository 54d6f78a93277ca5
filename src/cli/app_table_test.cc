#include "cli/app_table.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/text.h"
#include "cli/verb.h"
#include "sink/width.h"
#include "test/support/golden.h"
#include "test/support/sample_apps.h"

// Apps here name only what matters to the case; everything else has its default.
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

namespace tokentrail::cli {
namespace {

const VerbDef& AppsVerb() {
  for (const VerbDef* verb : All()) {
    if (verb->name == "apps") return *verb;
  }
  ADD_FAILURE();
  return *All()[0];
}

class Apps : public testing::Test {
 protected:
  Result<AppChoice> Read(const std::vector<std::string>& flags) {
    const Result<Args> args = ParseArgs(AppsVerb(), flags);
    if (!args) return args.error();
    return ReadAppChoice(*args);
  }

  /// Ids' first letters, in order; an error's text.
  std::string Shown(const std::vector<std::string>& flags) {
    const Result<AppChoice> choice = Read(flags);
    if (!choice) return choice.error().message;
    std::string out;
    for (const App* app : Choose(*choice, portfolio_, portfolio_.as_of).apps) {
      out.push_back(app->id[0]);
    }
    return out;
  }

  AppTable Table(const std::vector<std::string>& flags, const std::string& columns = "") {
    AppTable out;
    out.portfolio = &portfolio_;
    out.as_of = portfolio_.as_of;
    out.chosen = Choose(Read(flags).value(), portfolio_, portfolio_.as_of);
    if (!columns.empty()) out.columns = ReadAttributes("columns", columns).value();
    out.tellers = {{.platform = "entra",
                    .name = "Entra ID",
                    .needs = "its audit log",
                    .first = portfolio_.first,
                    .last = portfolio_.last},
                   {.platform = "google", .name = "Google Workspace", .needs = "its token log"},
                   {.platform = "slack", .name = "Slack", .needs = "its audit log"}};
    return out;
  }

  Portfolio portfolio_ = test::SampleApps();
};

TEST_F(Apps, FiltersCombine) {
  EXPECT_EQ(Shown({}), "7adbc0");
  EXPECT_EQ(Shown({"--all"}), "7adbce0");
  EXPECT_EQ(Shown({"--users", "<=3"}), "7ad0");
  EXPECT_EQ(Shown({"--users", "<=3", "--permission", "high"}), "7");
  EXPECT_EQ(Shown({"--permission", "medium", "--unverified"}), "ad");
  EXPECT_EQ(Shown({"--last-authorized", ">90d"}), "db");
  EXPECT_EQ(Shown({"--last-authorized", "90d", "--incongruous"}), "d");
  EXPECT_EQ(Shown({"--new", "7d"}), "a0");
  EXPECT_EQ(Shown({"--platform", "google"}), "7");
  EXPECT_EQ(Shown({"--platform", "google, okta"}), "70");
  EXPECT_EQ(Shown({"--platform", "!=entra"}), "70");
  EXPECT_EQ(Shown({"--state", "banned"}), "7");
  EXPECT_EQ(Shown({"--masquerade"}), "a");
  EXPECT_EQ(Shown({"--unused"}), "adb");
  EXPECT_EQ(Shown({"--overprivileged", "--tenant-wide"}), "b");
  EXPECT_EQ(Shown({"--clustered"}), "a");
  EXPECT_EQ(Shown({"--scope", "*mail*"}), "7ab");
  EXPECT_EQ(Shown({"--publisher", "Northwind Ltd"}), "b");
  EXPECT_EQ(Shown({"--risk", "60"}), "7a");
  EXPECT_EQ(Shown({"--risk", "<20", "--all"}), "ce");
  EXPECT_EQ(Shown({"--where", "risk>=60 and users<=3", "--where", "not state = banned"}), "a");
  EXPECT_EQ(Shown({"--tenant", "c0*"}), "7");
}

TEST_F(Apps, AnAppIsNamedByIdNameOrPattern) {
  EXPECT_EQ(Shown({"--app", "northwind backup"}), "b");
  EXPECT_EQ(Shown({"--app", "BBBBBBBB-0000-4000-8000-0000000000F2"}), "b");
  EXPECT_EQ(Shown({"--app", "*tool"}), "7d");
  EXPECT_EQ(Shown({"--app", "Litware CRM", "--app", "northwind*"}), "bc");
  EXPECT_EQ(Shown({"--app", "own mail client"}), "e");  // asked for, so not hidden
  EXPECT_EQ(Shown({"--where", "first_party"}), "e");
  EXPECT_EQ(Shown({"--user", "ana@contoso.example"}), "ab");  // b is for everybody
  EXPECT_EQ(Shown({"--user", "gil*"}), "7b");
}

TEST_F(Apps, SortsAsAsked) {
  EXPECT_EQ(Shown({"--sort", "name"}), "dcba70");
  EXPECT_EQ(Shown({"--sort", "users", "--limit", "3"}), "bca");
  EXPECT_EQ(Shown({"--sort", "users:asc,risk"}), "07dacb");
  EXPECT_EQ(Shown({"--sort", "last_used"}), "bca70d");  // the latest first, not known last
  EXPECT_EQ(Shown({"--sort", "last_used:asc"}), "7acb0d");
}

TEST_F(Apps, ErrorsNameTheFlag) {
  std::string all;
  const std::vector<std::vector<std::string>> cases = {
      {"--users", "few"},
      {"--users", "<=3 and risk"},
      {"--permission", "severe"},
      {"--permission", "critical"},
      {"--last-authorized", "90"},
      {"--new", "soon"},
      {"--state", "baned"},
      {"--where", "riks>=60"},
      {"--where", ""},
      {"--sort", "riks"},
      {"--sort", "risk:up"},
      {"--limit", "0"},
      {"--limit", "ten"},
      {"--app", ""},
      {"--colums", "name"},
      {"--risk", ">>3"},
  };
  for (const auto& flags : cases) {
    const Result<AppChoice> choice = Read(flags);
    ASSERT_FALSE(choice.ok()) << flags[0] << " " << flags[1];
    all += choice.error().message + "\n\n";
  }
  const auto columns = ReadAttributes("columns", "name,publsher");
  ASSERT_FALSE(columns.ok());
  all += columns.error().message + "\n\n";
  all += ReadAttributes("columns", ",").error().message + "\n";
  test::ExpectGolden("src/cli/testdata/apps_errors.golden", all);
}

TEST_F(Apps, TheTableFitsTheTerminal) {
  for (const size_t width : {40u, 80u, 120u, 200u}) {
    const std::string text = Render(Table({}), "table", {.columns = width});
    for (const std::string_view line : Split(text, "\n")) {
      EXPECT_LE(sink::DisplayWidth(line), width) << line;
    }
    test::ExpectGolden("src/cli/testdata/apps_" + std::to_string(width) + ".golden", text);
  }
  const std::string all =
      Render(Table({"--all"}, "name,platform,masquerade,active_share,bytes,permissions,risk"),
             "table", {.columns = 140, .colour = true});
  test::ExpectGolden("src/cli/testdata/apps_columns.golden", all);
}

TEST_F(Apps, ColumnsGoIntoEveryFormat) {
  const AppTable table = Table(
      {"--all"}, "name,id,risk,risk_level,users,active_share,last_used,permissions,verified,bytes");
  const sink::Terminal terminal;
  test::ExpectGolden("src/cli/testdata/apps.csv.golden", Render(table, "csv", terminal));
  test::ExpectGolden("src/cli/testdata/apps.jsonl.golden", Render(table, "jsonl", terminal));
  test::ExpectGolden("src/cli/testdata/apps.json.golden", Render(table, "json", terminal));
  test::ExpectGolden("src/cli/testdata/apps.md.golden", Render(table, "markdown", terminal));
  // A name that a spreadsheet would take for a formula.
  EXPECT_NE(Render(table, "csv", terminal).find("\"'=Survey | Tool\""), std::string::npos);
}

TEST_F(Apps, WhenNothingFitsItSaysWhatThereIs) {
  const std::string text = Render(Table({"--platform", "gogle"}), "table", {.columns = 100});
  EXPECT_NE(text.find("7 apps; 0 shown"), std::string::npos) << text;
  EXPECT_NE(text.find("the case has apps of: entra, google, okta"), std::string::npos) << text;
  portfolio_.apps.clear();
  const std::string empty = Render(Table({}), "table", {.columns = 100});
  EXPECT_NE(empty.find("no app is in the evidence"), std::string::npos) << empty;
}

}  // namespace
}  // namespace tokentrail::cli
