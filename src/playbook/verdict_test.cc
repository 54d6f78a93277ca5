#include "playbook/verdict.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "playbook/coverage.h"
#include "playbook/results.h"
#include "playbook/steps.h"
#include "store/library.h"
#include "test/support/case_file.h"
#include "test/support/golden.h"
#include "test/support/temp_folder.h"

namespace tokentrail::playbook {
namespace {

constexpr std::string_view kRule =
    "  ```sigma\n"
    "  title: Ladder asked for\n"
    "  id: 7c2f4f5e-0000-4000-8000-000000000001\n"
    "  logsource: {product: azure, service: signinlogs}\n"
    "  detection:\n"
    "    sel: {appDisplayName: Ladder}\n"
    "    condition: sel\n"
    "  ```\n";

constexpr std::string_view kGood =
    R"({"id":"a1","createdDateTime":"2026-03-02T09:00:00Z","appId":"5f0a6a3e-0000-4000-8000-00000000000a","appDisplayName":"Ladder","userPrincipalName":"a@contoso.example","isInteractive":true,"status":{"errorCode":0}})";
constexpr std::string_view kOther =
    R"({"id":"a2","createdDateTime":"2026-03-02T09:00:00Z","appId":"5f0a6a3e-0000-4000-8000-00000000000b","appDisplayName":"Rope","userPrincipalName":"a@contoso.example","isInteractive":true,"status":{"errorCode":0}})";

std::string Case(std::string_view name, bool fires, std::string_view evidence) {
  return "name: " + std::string(name) + "\nfires: " + (fires ? "true" : "false") +
         "\nevidence: |\n  " + std::string(evidence) + "\n---\n";
}

std::string PageText(std::string_view cases, std::string_view metadata = "") {
  return "# T1999.001 Borrow a Ladder\n\n## Metadata\n\n" + std::string(metadata) +
         "\n## Adversary Examples\n\n"
         "| Example | Host Analytics | Network Analytics | Cloud and Identity Analytics |\n"
         "|---|---|---|---|\n| Ladder gang | | 1 | 1 |\n| Rope gang | 1 | | |\n\n"
         "## Host Analytics\n\n#### Analytic 1: Rope\n\n* **Platforms:** SaaS\n* **Query:**\n\n"
         "  ```kql\n  DeviceEvents | where a == 1\n  ```\n\n"
         "## Network Analytics\n\n#### Analytic 1: Nothing yet\n\n* **Source:** Zeek\n\n"
         "## Cloud and Identity Analytics\n\n#### Analytic 1: Doors\n\n"
         "* **ATT&CK:** AN9001\n* **Platforms:** SaaS, IaaS\n* **Cases:** " +
         std::string(cases) + "\n* **Query:**\n\n" + std::string(kRule);
}

struct Judged {
  test::TempFolder folder;
  PageFile file;
  PageVerdict verdict;
  std::string path;
  Report report;

  void Read() {
    report = {};
    auto files = ReadPages({path}, report);
    ASSERT_TRUE(files.ok()) << files.error().message;
    ASSERT_EQ(files->size(), 1u);
    file = std::move(files->front());
  }
  void Judge() {
    Read();
    std::filesystem::create_directories(folder.In("tmp"));
    VerdictOptions options;
    options.folder = folder.In("tmp");
    const std::atomic<bool> stop = false;
    auto judged = playbook::Judge(file, options, stop);
    ASSERT_TRUE(judged.ok()) << judged.error().message;
    verdict = *std::move(judged);
  }
  std::string Messages() const {
    std::string out;
    for (const Diagnostic& one : verdict.problems) out += one.message + "\n";
    for (const Diagnostic& one : report.all()) out += one.message + "\n";
    return out;
  }
};

using State = AnalyticVerdict::State;

TEST(PlaybookVerdict, ValidIsEarnedByCases) {
  Judged page;
  page.path = page.folder.Write("p.md", PageText("doors"));
  page.folder.Write("p.cases/doors.yml",
                    Case("the ladder is asked for", true, kGood) + Case("a rope", false, kOther));
  page.Judge();
  ASSERT_EQ(page.verdict.analytics.size(), 3u);
  EXPECT_EQ(page.verdict.analytics[0].state, State::kParsed);
  EXPECT_EQ(page.verdict.analytics[0].reason,
            "a language of another product (Microsoft Sentinel and Defender)");
  EXPECT_EQ(page.verdict.analytics[1].state, State::kFailing);
  EXPECT_EQ(page.verdict.analytics[1].reason, "it has no query");
  EXPECT_EQ(page.verdict.analytics[2].state, State::kValid) << page.Messages();
  EXPECT_EQ(page.verdict.analytics[2].fires, std::vector<std::string>{"the ladder is asked for"});
  EXPECT_EQ(page.verdict.analytics[2].quiet, std::vector<std::string>{"a rope"});
}

TEST(PlaybookVerdict, ACaseThatDoesNotDoAsItSaysFails) {
  Judged page;
  page.path = page.folder.Write("p.md", PageText("doors"));
  page.folder.Write("p.cases/doors.yml",
                    Case("a rope", true, kOther) + Case("the ladder", false, kGood));
  page.Judge();
  EXPECT_EQ(page.verdict.analytics[2].state, State::kFailing);
  EXPECT_NE(page.Messages().find("case 'a rope' should fire, but the sigma query finds "
                                 "nothing"),
            std::string::npos)
      << page.Messages();
  EXPECT_NE(page.Messages().find("case 'the ladder' should stay quiet, but the sigma "
                                 "query fires"),
            std::string::npos)
      << page.Messages();
}

// A negative case whose records are no records would stay quiet whatever the rule says.
TEST(PlaybookVerdict, CasesMustBeRead) {
  Judged page;
  page.path = page.folder.Write("p.md", PageText("doors"));
  page.folder.Write("p.cases/doors.yml",
                    Case("the ladder", true, kGood) + Case("nonsense", false, "{\"a\": 1}"));
  page.Judge();
  EXPECT_EQ(page.verdict.analytics[2].state, State::kFailing);
  EXPECT_NE(page.verdict.analytics[2].reason.find("left out"), std::string::npos)
      << page.verdict.analytics[2].reason;
}

TEST(PlaybookVerdict, WithoutCasesNothingIsValid) {
  Judged page;
  page.path = page.folder.Write("p.md", PageText("doors"));
  page.folder.Write("p.cases/doors.yml", Case("the ladder", true, kGood));
  page.Judge();
  EXPECT_EQ(page.verdict.analytics[2].state, State::kParsed);
  EXPECT_EQ(page.verdict.analytics[2].reason, "no case shows that it can stay quiet: sigma");

  Judged none;
  none.path = none.folder.Write("p.md", PageText("nowhere"));
  none.Judge();
  EXPECT_EQ(none.verdict.analytics[2].state, State::kParsed);
  EXPECT_GT(none.report.errors(), 0u) << "the label names cases that are not there";
}

TEST(PlaybookVerdict, WrongCaseFilesSayWhere) {
  Judged page;
  page.path = page.folder.Write("p.md", PageText("doors"));
  page.folder.Write("p.cases/doors.yml", "name: a\nfires: maybe\nevidence: x\n---\nnam: b\n");
  page.Read();
  ASSERT_GE(page.report.errors(), 2u);
  EXPECT_EQ(page.report.all()[0].line, 2u);
  EXPECT_EQ(page.report.all()[0].message, "`fires` is true or false");
  EXPECT_NE(page.report.all()[1].message.find("unknown key 'nam'"), std::string::npos);
}

TEST(PlaybookVerdict, NumbersThatPointAtNothingAreErrorsInTheTable) {
  Judged page;
  std::string text = PageText("doors");
  text.replace(text.find("| Rope gang | 1 |"), 17, "| Rope gang | 7 |");
  page.path = page.folder.Write("p.md", text);
  page.folder.Write("p.cases/doors.yml",
                    Case("the ladder is asked for", true, kGood) + Case("a rope", false, kOther));
  page.Judge();
  const auto it =
      std::find_if(page.verdict.problems.begin(), page.verdict.problems.end(),
                   [](const Diagnostic& one) { return one.code == "playbook.dangling"; });
  ASSERT_NE(it, page.verdict.problems.end());
  EXPECT_EQ(it->message, "there is no host analytic 7");
  EXPECT_EQ(it->source_line.substr(it->column - 1, 1), "7");
}

TEST(PlaybookVerdict, TheBlockIsWrittenAndGoesStale) {
  Judged page;
  const std::string sign_off =
      "* **Last Updated:** 1 March 2026\n* **Validated:** YES, Ann Able, 2026-03-02\n";
  page.path = page.folder.Write("p.md", PageText("doors", sign_off));
  page.folder.Write("p.cases/doors.yml",
                    Case("the ladder is asked for", true, kGood) + Case("a rope", false, kOther));
  page.Judge();
  EXPECT_TRUE(page.verdict.stale);
  EXPECT_EQ(page.verdict.stale_why, "never written");
  const CheckedBlock block = WriteChecked(page.file, page.verdict, "2026-03-03");
  const std::string text =
      Apply(page.file.page.text, {EditChecked(page.file.page, block.body, block.attributes)});
  // Nothing of the team's was touched.
  EXPECT_NE(text.find(sign_off), std::string::npos);
  page.folder.Write("p.md", text);
  page.Judge();
  EXPECT_FALSE(page.verdict.stale) << page.verdict.stale_why;
  const CheckedBlock again = WriteChecked(page.file, page.verdict, "2026-03-03");
  EXPECT_EQ(Apply(page.file.page.text, {EditChecked(page.file.page, again.body, again.attributes)}),
            text)
      << "writing it twice changes nothing";

  std::string changed = text;
  changed.replace(changed.find("Ladder gang"), 11, "Other gangs");
  page.folder.Write("p.md", changed);
  page.Judge();
  EXPECT_TRUE(page.verdict.stale);
  EXPECT_EQ(page.verdict.stale_why, "the page or its cases have changed since");
  EXPECT_NE(page.Messages().find("Ann Able signed it off on 2026-03-02; it has changed since"),
            std::string::npos)
      << page.Messages();
  // Writing again does not make the sign-off newer than it is.
  const CheckedBlock third = WriteChecked(page.file, page.verdict, "2026-03-04");
  page.folder.Write("p.md", Apply(page.file.page.text,
                                  {EditChecked(page.file.page, third.body, third.attributes)}));
  page.Judge();
  EXPECT_FALSE(page.verdict.stale) << page.verdict.stale_why;
  EXPECT_NE(page.Messages().find("it has changed since"), std::string::npos) << page.Messages();
}

TEST(PlaybookVerdict, ASignOffOlderThanTheLastChangeIsSaid) {
  Judged page;
  page.path = page.folder.Write(
      "p.md",
      PageText("doors",
               "* **Last Updated Date:** 8 July 2026\n* **Validated:** YES, Ann, 2026-07-07\n"));
  page.Judge();
  EXPECT_NE(
      page.Messages().find("Ann signed it off on 2026-07-07, before its last change on 2026-07-08"),
      std::string::npos)
      << page.Messages();
}

TEST(PlaybookVerdict, ReadsDaysAsPeopleWriteThem) {
  EXPECT_EQ(ReadDay("2026-07-09"), "2026-07-09");
  EXPECT_EQ(ReadDay("8 July 2021"), "2021-07-08");
  EXPECT_EQ(ReadDay("July 8, 2021"), "2021-07-08");
  EXPECT_EQ(ReadDay("8 Sept 2021"), "2021-09-08");
  EXPECT_EQ(ReadDay("soon"), "");
  EXPECT_EQ(ReadDay("08/07/2021"), "") << "may be either";
}

TEST(PlaybookCoverage, SaysWhatIsProvenClaimedAndBlind) {
  Judged page;
  page.path = page.folder.Write("p.md", PageText("doors"));
  page.folder.Write("p.cases/doors.yml",
                    Case("the ladder is asked for", true, kGood) + Case("a rope", false, kOther));
  page.Judge();
  Attack attack;
  attack.version = "99.0";
  Technique technique;
  technique.id.id = "T1999.001";
  technique.platforms = {"Containers", "IaaS", "SaaS"};
  AttackStrategy strategy;
  for (const char* id : {"AN9001", "AN9002"}) {
    AttackAnalytic one;
    one.id.id = id;
    one.platforms = {"SaaS"};
    one.log_sources.push_back({"shed:audit", "doors", {}});
    strategy.analytics.push_back(one);
  }
  technique.strategies.push_back(strategy);
  attack.techniques.emplace("T1999.001", technique);
  const Coverage coverage = MakeCoverage(page.file, page.verdict, &attack);
  ASSERT_EQ(coverage.examples.size(), 2u);
  EXPECT_EQ(coverage.examples[0].state, CoverageRow::State::kProven);
  EXPECT_EQ(coverage.examples[1].state, CoverageRow::State::kClaimed);
  ASSERT_EQ(coverage.attack.size(), 2u);
  EXPECT_EQ(coverage.attack[0].state, CoverageRow::State::kProven);
  EXPECT_EQ(coverage.attack[1].state, CoverageRow::State::kBlind);
  ASSERT_EQ(coverage.platforms.size(), 3u);
  EXPECT_EQ(coverage.platforms[0].state, CoverageRow::State::kBlind);
  EXPECT_EQ(coverage.platforms[1].state, CoverageRow::State::kProven);
  const std::string markdown = CoverageMarkdown({coverage});
  EXPECT_NE(markdown.find("| AN9001 (SaaS: shed:audit) | proven | cloud 1 (the ladder is asked "
                          "for) |"),
            std::string::npos)
      << markdown;
  EXPECT_NE(markdown.find("* Containers: nothing sees it"), std::string::npos) << markdown;
  EXPECT_NE(CoverageJson({coverage}).find("\"coverage\": \"blind\""), std::string::npos);
  const sink::AttackLayer layer = CoverageLayer({coverage});
  ASSERT_EQ(layer.techniques.size(), 1u);
  EXPECT_EQ(layer.techniques[0].score, 50);
}

TEST(PlaybookSteps, OneAnalyticWithTwoSettingsIsHuntedTwice) {
  Judged page;
  std::string text = PageText("doors");
  text +=
      "\n#### Analytic 2: All\n\n* **Query:**\n\n  ```tokentrail\n  GRT-01\n  ```\n"
      "\n#### Analytic 3: Allowed\n\n* **Query:**\n\n  ```tokentrail\n"
      "  GRT-01: {allow: [5eed0001-7a11-4c0d-8e2f-000000000001]}\n  ```\n";
  page.path = page.folder.Write("p.md", text);
  page.Read();
  SqlChecker sql(page.folder.path());
  std::vector<CheckedQuery> queries;
  for (const PageAnalytic& analytic : page.file.page.analytics) {
    for (const Query& query : analytic.queries) {
      queries.push_back(CheckQuery({page.file.page, sql, {}}, analytic, query));
    }
  }
  ASSERT_EQ(queries.size(), 4u);
  StepOptions options;
  options.folder = page.folder.In("run");
  std::filesystem::create_directories(options.folder);
  options.config.threads = 1;
  options.config.inputs = {page.folder.Write("signins.jsonl", std::string(kGood) + "\n")};
  pipeline::Progress progress;
  const std::atomic<bool> stop = false;
  auto run = RunSteps(queries, options, progress, stop);
  ASSERT_TRUE(run.ok()) << run.error().message;
  EXPECT_EQ(run->hunts, 2u);
  EXPECT_EQ(run->results[0].state, StepResult::State::kNotRun);
  EXPECT_EQ(run->results[1].state, StepResult::State::kFound);
  EXPECT_EQ(run->results[1].count, 1u);
  ASSERT_EQ(run->results[1].hits.size(), 1u);
  EXPECT_EQ(run->results[1].hits[0].line, 1u);
  EXPECT_TRUE(run->results[1].hits[0].file.ends_with("signins.jsonl"));
  EXPECT_EQ(run->results[2].state, StepResult::State::kCannotRun);
  EXPECT_EQ(run->results[2].reason, "the evidence has no entra_audit and no m365_audit");
}

// What ships must hold: everything that can be run here is valid, nothing fails.
TEST(ShippedPages, EveryAnalyticHolds) {
  Report report;
  auto pages = ReadPages({"shipped"}, report);
  ASSERT_TRUE(pages.ok()) << pages.error().message;
  for (const Diagnostic& one : report.all()) ADD_FAILURE() << Format(one);
  ASSERT_GE(pages->size(), 2u);
  const bool has_sql = store::HasLibrary();
  for (const PageFile& file : *pages) {
    SCOPED_TRACE(file.path);
    const test::TempFolder folder;
    VerdictOptions options;
    options.folder = folder.path();
    const std::atomic<bool> stop = false;
    auto judged = Judge(file, options, stop);
    ASSERT_TRUE(judged.ok()) << judged.error().message;
    for (const Diagnostic& one : judged->problems) ADD_FAILURE() << Format(one);
    EXPECT_EQ(judged->failing, 0u);
    for (const AnalyticVerdict& one : judged->analytics) {
      const PageAnalytic& analytic = file.page.analytics[one.index];
      SCOPED_TRACE(NameOf(analytic) + " " + analytic.title);
      for (const char* label : {"Information", "Source", "Tool", "Notes", "Platforms"}) {
        const Label* found = analytic.Find(label);
        EXPECT_TRUE(found != nullptr && !found->text.empty()) << "no " << label;
      }
      const auto names = [&](std::string_view name) {
        return std::find(one.languages.begin(), one.languages.end(), name) != one.languages.end();
      };
      const bool host_rule = one.reason.find("tokentrail reads no such log") != std::string::npos;
      const bool runs =
          (names("sigma") && !host_rule) || names("tokentrail") || (names("sql") && has_sql);
      if (runs) {
        EXPECT_EQ(one.state, State::kValid) << one.reason;
      }
      if (host_rule) {
        EXPECT_FALSE(one.fires.empty()) << "its rules were not tried";
      }
    }
    EXPECT_GE(file.page.examples.size(), 10u);
    const Coverage coverage = MakeCoverage(file, *judged, nullptr);
    for (const CoverageRow& row : coverage.examples) {
      EXPECT_FALSE(row.by.empty()) << row.name;
      if (has_sql) {
        EXPECT_NE(row.state, CoverageRow::State::kBlind) << row.name;
      }
    }
    EXPECT_TRUE(file.page.AttackVersion().empty()) << "no text of ATT&CK's ships";
    // Another version of the program may make it stale, a change of the page must not.
    EXPECT_TRUE(!judged->stale || judged->stale_why.find("version") != std::string::npos)
        << judged->stale_why << ": run `tokentrail playbook check playbooks --write`";
  }
}

}  // namespace
}  // namespace tokentrail::playbook
