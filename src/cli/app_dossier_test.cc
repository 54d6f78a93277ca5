#include "cli/app_dossier.h"

#include <gtest/gtest.h>

#include <string>

#include "base/text.h"
#include "cli/app_find.h"
#include "sink/width.h"
#include "test/support/golden.h"
#include "test/support/sample_apps.h"

// Apps here name only what matters to the case; everything else has its default.
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

namespace tokentrail::cli {
namespace {

std::string Page(size_t app, std::string_view format, size_t width = 80) {
  const Portfolio portfolio = test::SampleApps();
  return Render(MakeDossier(portfolio.apps[app], portfolio, portfolio.as_of, "case-42"), format,
                {.columns = width});
}

TEST(Dossier, OnePageAboutAnApp) {
  test::ExpectGolden("src/cli/testdata/dossier_calendar.golden", Page(0, "text"));
  test::ExpectGolden("src/cli/testdata/dossier_backup.golden", Page(1, "text", 110));
  test::ExpectGolden("src/cli/testdata/dossier_survey.md.golden", Page(3, "markdown"));
  test::ExpectGolden("src/cli/testdata/dossier_banned.golden", Page(5, "text"));
  test::ExpectGolden("src/cli/testdata/dossier_unknown.golden", Page(6, "text"));
}

TEST(Dossier, FitsTheTerminal) {
  for (size_t app = 0; app < test::SampleApps().apps.size(); ++app) {
    for (const size_t width : {60u, 80u, 132u}) {
      const std::string text = Page(app, "text", width);
      // Commands are to be copied, so they are never broken.
      const std::string_view page = std::string_view(text).substr(0, text.find("\nGo on\n"));
      for (const std::string_view line : Split(page, "\n")) {
        EXPECT_LE(sink::DisplayWidth(line), width) << line;
      }
    }
  }
}

TEST(Dossier, TextsOfAttackersStayTexts) {
  Portfolio portfolio = test::SampleApps();
  App& app = portfolio.apps[0];
  app.name = "\x1b[31mred\n# [x](http://evil.example) <b> | `";
  app.id = "a'; rm -rf /";
  const Dossier dossier = MakeDossier(app, portfolio, portfolio.as_of, "");
  const std::string text = Render(dossier, "text", {.columns = 80});
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("--app='a'\\''; rm -rf /'"), std::string::npos) << text;
  const std::string markdown = Render(dossier, "markdown", {});
  EXPECT_TRUE(
      markdown.starts_with("# \\\\x1b\\[31mred\\\\n\\# \\[x\\](http://evil.example) \\<b\\> "
                           "\\| \\`\n"))
      << markdown.substr(0, 200);
}

TEST(FindApp, ByIdNamePatternStartAndPart) {
  const Portfolio portfolio = test::SampleApps();
  const auto id = [&](std::string_view wanted) {
    const auto found = FindApp(portfolio, wanted);
    return found ? (*found)->id.substr(0, 3) : found.error().message;
  };
  EXPECT_EQ(id("bbbbbbbb-0000-4000-8000-000000000002"), "bbb");
  EXPECT_EQ(id("BBBBBBBB-0000-4000-8000-0000000000F2"), "bbb");  // object id
  EXPECT_EQ(id("litware crm"), "ccc");
  EXPECT_EQ(id("lit*"), "ccc");
  EXPECT_EQ(id("bbbb"), "bbb");
  EXPECT_EQ(id("backup"), "bbb");
  EXPECT_EQ(id("Litware CRN"),
            "no app is called 'Litware CRN', did you mean 'Litware CRM'?; `tokentrail apps --all` "
            "shows them all");
  EXPECT_EQ(id("tool"),
            "2 apps are meant by 'tool'; name one by its id:\n"
            "  77-x.apps.googleusercontent.com  Sheet Tool (google, risk 100)\n"
            "  dddddddd-0000-4000-8000-000000000004  =Survey | Tool (entra, risk 43)");
}

}  // namespace
}  // namespace tokentrail::cli
