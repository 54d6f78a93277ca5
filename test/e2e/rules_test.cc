// `tokentrail rules`, as people use it.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "source/json.h"
#include "test/support/binary.h"
#include "test/support/case_file.h"
#include "test/support/hunt.h"
#include "test/support/pack.h"
#include "test/support/temp_folder.h"

namespace tokentrail::test {
namespace {

constexpr std::string_view kRule =
    "title: Odd app\nid: 5f1c2d3e-0000-4000-8000-000000000001\nlevel: high\nstatus: test\n"
    "tags: [attack.t1528]\nlogsource: {product: azure, service: auditlogs}\n"
    "detection: {sel: {operationName: Consent to application}, condition: sel}\n";
constexpr std::string_view kBadRule =
    "title: Bad\nlogsource: {product: azure}\n"
    "detection: {sel: {a|contians: b}, condition: sel}\n";

bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// The last line, without its end.
std::string LastLine(const std::string& text) {
  if (text.empty()) return {};
  const size_t start = text.rfind('\n', text.size() - 2);
  return text.substr(start == std::string::npos ? 0 : start + 1,
                     text.size() - (start == std::string::npos ? 0 : start + 1) - 1);
}

/// `rules test` of one file with this text.
RunResult RunCases(const TempFolder& folder, std::string_view name, std::string_view text,
                   const std::vector<std::string>& more = {}) {
  std::vector<std::string> args = {"rules", "test", folder.Write(name, text)};
  args.insert(args.end(), more.begin(), more.end());
  return RunBinary(args);
}

TEST(Rules, HelpIsUsefulAtBothWords) {
  for (const std::vector<std::string>& args : std::vector<std::vector<std::string>>{
           {"rules", "--help"}, {"help", "rules"}, {"rules", "-h"}}) {
    const RunResult run = RunBinary(args);
    EXPECT_EQ(run.exit_code, 0);
    EXPECT_TRUE(Has(run.out, "check")) << run.out;
    EXPECT_TRUE(Has(run.out, "test")) << run.out;
  }
  for (const std::vector<std::string>& args : std::vector<std::vector<std::string>>{
           {"rules", "test", "--help"}, {"help", "rules", "test"}}) {
    const RunResult run = RunBinary(args);
    EXPECT_EQ(run.exit_code, 0);
    EXPECT_TRUE(Has(run.out, "tokentrail rules test PATH")) << run.out;
    EXPECT_TRUE(Has(run.out, "--verbose")) << run.out;
  }
}

TEST(Rules, MisuseExitsWith2) {
  for (const std::vector<std::string>& args :
       std::vector<std::vector<std::string>>{{"rules"},
                                             {"rules", "chekc", "x"},
                                             {"rules", "check"},
                                             {"rules", "test"},
                                             {"rules", "test", "--frob", "x"},
                                             {"rules", "check", "-t", "xml", "x"}}) {
    EXPECT_EQ(RunBinary(args).exit_code, 2) << args.back();
  }
  EXPECT_TRUE(Has(RunBinary({"rules", "chekc", "x"}).err, "did you mean 'check'"));
  EXPECT_EQ(RunBinary({"rules", "check", "/nowhere"}).exit_code, 1);
  EXPECT_EQ(RunBinary({"rules", "test", "/nowhere"}).exit_code, 1);
}

TEST(Completion, KnowsSecondWords) {
  const TempFolder folder;
  const std::string path = folder.Write("tokentrail.bash", RunBinary({"completion", "bash"}).out);
  const auto complete = [&](const std::string& words, int at) {
    return RunProgram({"/bin/bash", "-c",
                       "source " + path + "; COMP_WORDS=(tokentrail " + words + "); COMP_CWORD=" +
                           std::to_string(at) + "; _tokentrail; echo ${COMPREPLY[@]}"})
        .out;
  };
  EXPECT_EQ(complete("rules te", 2), "test\n");
  EXPECT_EQ(complete("rules test --verb", 3), "--verbose\n");
  EXPECT_EQ(complete("rules check -t js", 4), "json\n");
}

TEST(RulesCheck, SaysWhatIsWrongAndCounts) {
  const TempFolder folder;
  folder.Write("rules/good.yml", kRule);
  folder.Write("rules/good.cases.yml", "match: [{}]");
  const RunResult good = RunBinary({"rules", "check", folder.In("rules")});
  EXPECT_EQ(good.exit_code, 0) << good.out;
  EXPECT_EQ(good.out, "1 rule loaded; 0 left out\n");
  folder.Write("rules/bad.yml", kBadRule);
  const RunResult bad = RunBinary({"rules", "check", folder.In("rules")});
  EXPECT_EQ(bad.exit_code, 1);
  EXPECT_TRUE(Has(bad.out, "bad.yml:3:")) << bad.out;
  EXPECT_TRUE(Has(bad.out, "did you mean 'contains'?")) << bad.out;
  EXPECT_TRUE(Has(bad.out, "1 rule loaded; 1 left out\n")) << bad.out;
  EXPECT_TRUE(Has(bad.out, "sigma.unknown_modifier")) << bad.out;
}

TEST(RulesCheck, AFolderWithoutRulesDoesNotPass) {
  const TempFolder folder;
  folder.Write("rules/notes.txt", "x");
  const RunResult run = RunBinary({"rules", "check", folder.In("rules")});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_TRUE(Has(run.err, "no rules")) << run.err;
}

TEST(RulesCheck, ListsRulesForPeopleAndPrograms) {
  const TempFolder folder;
  const std::string path = folder.Write("r.zip", Pack("zip", {{"a/odd.yml", std::string(kRule)}}));
  const RunResult table = RunBinary({"rules", "check", path, "-v"});
  EXPECT_TRUE(Has(table.out, "Odd app")) << table.out;
  const RunResult csv = RunBinary({"rules", "check", path, "-t", "csv"});
  EXPECT_TRUE(Has(csv.out, "r.zip!/a/odd.yml")) << csv.out;
  EXPECT_TRUE(Has(csv.out, "high,test")) << csv.out;
  const RunResult json = RunBinary({"rules", "check", path, "-t", "json"});
  source::JsonReader reader;
  ASSERT_TRUE(reader.ParseUnpadded(json.out)) << json.out;
  EXPECT_EQ(reader.record().Text("rules[0].title"), "Odd app");
  EXPECT_EQ(reader.record().Text("rules[0].logsource.service"), "auditlogs");
  EXPECT_EQ(reader.record().Text("loaded.rules"), "1");
}

TEST(RulesCheck, RulesCanBeChosen) {
  const TempFolder folder;
  folder.Write("rules/a.yml", kRule);
  const auto check = [&](std::vector<std::string> more) {
    std::vector<std::string> args = {"rules", "check", folder.In("rules")};
    args.insert(args.end(), more.begin(), more.end());
    const RunResult run = RunBinary(args);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    return LastLine(run.out);
  };
  for (const std::vector<std::string>& yes :
       std::vector<std::vector<std::string>>{{"--include-tag", "attack.t1528"},
                                             {"--include-tag", "ATTACK.T15*"},
                                             {"--exclude-tag", "attack.t1078"},
                                             {"--min-level", "high"},
                                             {"--status", "stable", "--status", "test"}}) {
    EXPECT_EQ(check(yes), "1 rule loaded; 0 left out") << yes[0];
  }
  for (const std::vector<std::string>& no :
       std::vector<std::vector<std::string>>{{"--include-tag", "attack.t1078"},
                                             {"--exclude-tag", "attack.*"},
                                             {"--min-level", "critical"},
                                             {"--status", "stable"}}) {
    EXPECT_EQ(check(no), "0 rules loaded; 0 left out; 1 not chosen") << no[0];
  }
}

TEST(RulesCheck, PlaceholdersNeedValues) {
  const TempFolder folder;
  const std::string rule =
      folder.Write("r.yml",
                   "title: t\nlogsource: {product: azure}\n"
                   "detection: {sel: {user|expand: '%admins%'}, condition: sel}\n");
  EXPECT_EQ(RunBinary({"rules", "check", rule}).exit_code, 1);
  const std::string values = folder.Write("p.yml", "admins: [alice, bob]\n");
  EXPECT_EQ(RunBinary({"rules", "check", rule, "--placeholders", values}).exit_code, 0);
  const std::string wrong = folder.Write("q.yml", "admins: {a: b}\n");
  EXPECT_EQ(RunBinary({"rules", "check", rule, "--placeholders", wrong}).exit_code, 2);
}

TEST(Rules, AHuntTakesThoseChosenWithTheirPlaceholders) {
  const TempFolder folder;
  const std::string rule =
      folder.Write("r.yml",
                   "title: Consent seen\nid: 5f1c2d3e-0000-4000-8000-000000000002\nstatus: test\n"
                   "tags: [attack.t1528]\nlogsource: {product: m365, service: audit}\n"
                   "detection: {sel: {Operation|expand: '%operations%'}, condition: sel}\n");
  const std::string values = folder.Write("p.yml", "operations: [x, 'Consent to appl*']\n");
  const auto finds = [&](const std::vector<std::string>& more) {
    std::vector<std::string> args = {"-r", rule, "--placeholders", values};
    args.insert(args.end(), more.begin(), more.end());
    const std::string evidence = folder.Write("ual.json", ConsentRecord());
    return Has(Hunt({evidence}, folder.In("case"), args).findings, "Consent seen");
  };
  EXPECT_TRUE(finds({}));
  EXPECT_TRUE(finds({"-C", "--include-tag", "attack.t1528", "--status", "test"}));
  EXPECT_FALSE(finds({"-C", "--exclude-tag", "attack.*"}));
  EXPECT_FALSE(finds({"-C", "--status", "stable"}));
  const auto with_settings = [&](const std::string& text) {
    return finds({"-C", "--config", folder.Write("settings.yml", text)});
  };
  EXPECT_FALSE(with_settings("include_tag: attack.t1078\n"));
  EXPECT_TRUE(with_settings("status: [test, stable]\nplaceholders: {operations: nothing}\n"))
      << "flags win";
  const RunResult wrong =
      RunBinary({"hunt", "x", "--config", folder.Write("settings.yml", "status: [stabel]\n")});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_TRUE(Has(wrong.err, "settings.yml:1:9: ")) << wrong.err;
}

TEST(RulesTest, OurOwnCasesPass) {
  const RunResult run = RunBinary({"rules", "test", InRoot("src/sigma/testdata/match")});
  EXPECT_EQ(run.exit_code, 0) << run.out;
  EXPECT_TRUE(run.out.ends_with(" passed, 0 failed\n")) << run.out;
  EXPECT_GE(std::atoi(LastLine(run.out).c_str()), 100) << run.out;
  const RunResult spec = RunBinary({"rules", "test", InRoot("src/sigma/testdata/spec")});
  EXPECT_EQ(spec.exit_code, 0) << spec.out;
  EXPECT_GE(std::atoi(LastLine(spec.out).c_str()), 200) << spec.out;
}

TEST(RulesTest, SaysWhichEventAndWhatWasExpected) {
  const TempFolder folder;
  folder.Write("r.yml", kRule);
  const std::string cases =
      "name: good\nmatch: [{operationName: consent to application}]\nno_match: [{}]\n---\n"
      "name: wrong\nmatch: [{operationName: Consent to application}, {operationName: other}]\n"
      "no_match: [{operationName: Consent to application}]\n";
  const RunResult run = RunCases(folder, "r.cases.yml", cases);
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_EQ(LastLine(run.out), "1 passed, 1 failed");
  EXPECT_TRUE(Has(run.out,
                  "r.cases.yml:5  wrong: match[1] should match, but no rule does: "
                  "{\"operationName\":\"other\"}"))
      << run.out;
  EXPECT_FALSE(Has(run.out, "good")) << run.out;
  const RunResult all = RunCases(folder, "r.cases.yml", cases, {"-v"});
  EXPECT_TRUE(Has(all.out, "ok      ")) << all.out;
  EXPECT_TRUE(Has(all.out, "no_match[0] should not match, but 'Odd app' does")) << all.out;
  const RunResult json = RunCases(folder, "r.cases.yml", cases, {"-t", "json"});
  source::JsonReader reader;
  ASSERT_TRUE(reader.ParseUnpadded(json.out)) << json.out;
  EXPECT_EQ(reader.record().Text("failed"), "1");
  EXPECT_EQ(reader.record().Text("cases[1].mismatches[0].where"), "match[1]");
}

TEST(RulesTest, TakesJsonWithItsOwnTypes) {
  const TempFolder folder;
  const std::string cases =
      R"({"name":"pair","rule":"title: t\nlogsource: {product: azure}\ndetection: {s: {a: '😀'}, condition: s}","match":[{"a":"\ud83d\ude00"}],"no_match":[{"a":"\ud83d\ude01"}]})"
      "\n"
      R"({"name":"exact","rule":"title: t\nlogsource: {product: azure}\ndetection: {s: {a: 9007199254740993}, condition: s}","match":[{"a":9007199254740993},{"a":"9007199254740993"}],"no_match":[{"a":9007199254740992}]})"
      "\n"
      R"({"name":"no words of YAML","rule":"title: t\nlogsource: {product: azure}\ndetection: {s: {a: null}, condition: s}","match":[{"a":null},{}],"no_match":[{"a":"null"},{"a":"~"}]})"
      "\n"
      R"({"name":"map","rule":{"title":"t","logsource":{"product":"azure"},"detection":{"s":{"a|re":"^\\w+$"},"condition":"s"}},"match":[{"a":"xy"}],"no_match":[{"a":"x y"}]})"
      "\n";
  const RunResult lines = RunCases(folder, "s.jsonl", cases);
  EXPECT_EQ(lines.out, "4 passed, 0 failed\n");
  std::string array = "[" + cases + "]";
  for (size_t at = array.find("}\n{"); at != std::string::npos; at = array.find("}\n{")) {
    array.replace(at, 3, "},\n{");
  }
  EXPECT_EQ(RunCases(folder, "s.json", array).out, "4 passed, 0 failed\n");
}

TEST(RulesTest, RefusedRulesAreExpectedOrFail) {
  const TempFolder folder;
  const std::string indented =
      "  title: Bad\n  logsource: {product: azure}\n"
      "  detection: {sel: {a|contians: b}, condition: sel}\n";
  EXPECT_EQ(RunCases(folder, "a.yml", "rule: |\n" + indented + "reject: true\n").out,
            "1 passed, 0 failed\n");
  EXPECT_EQ(RunCases(folder, "a.yml", "rule:\n" + indented + "reject: true\n").out,
            "1 passed, 0 failed\n");
  const RunResult fails = RunCases(folder, "a.yml", "rule: |\n" + indented + "match: [{a: b}]\n");
  EXPECT_EQ(fails.exit_code, 1);
  EXPECT_TRUE(Has(fails.out, "a.yml:4:23: error: unknown modifier 'contians'")) << fails.out;
  folder.Write("r.yml", kRule);
  const RunResult loads = RunCases(folder, "b.yml", "file: r.yml\nreject: true\n");
  EXPECT_TRUE(Has(loads.out, "should be refused, but it loads")) << loads.out;
}

TEST(RulesTest, ALogsourceChoosesRules) {
  const TempFolder folder;
  folder.Write("r.yml", kRule);
  const std::string event = "[{operationName: Consent to application}]\n";
  EXPECT_EQ(RunCases(folder, "a.yml", "file: r.yml\nmatch: " + event).out, "1 passed, 0 failed\n");
  EXPECT_EQ(
      RunCases(folder, "a.yml",
               "file: r.yml\nlogsource: {product: Azure, service: auditlogs}\nmatch: " + event)
          .out,
      "1 passed, 0 failed\n");
  EXPECT_EQ(
      RunCases(folder, "a.yml",
               "file: r.yml\nlogsource: {product: azure, service: signinlogs}\nno_match: " + event)
          .out,
      "1 passed, 0 failed\n");
}

TEST(RulesTest, CorrelationsFireWhereTheCaseSays) {
  const TempFolder folder;
  const std::string rules =
      "rule: |\n"
      "  title: base\n  name: base\n  logsource: {product: azure}\n"
      "  detection: {sel: {a: 1}, condition: sel}\n  ---\n"
      "  title: first\n  correlation: {type: event_count, rules: [base], group-by: [u],\n"
      "    timespan: 10s, condition: {gte: 2}}\n  ---\n"
      "  title: TITLE\n  correlation: {type: event_count, rules: [base], timespan: 10s,\n"
      "    condition: {gte: 3}}\n"
      "events:\n"
      "  - [0, {a: 1, u: x}]\n  - [1, {a: 2, u: x}]\n  - [10, {a: 1, u: x}]\n"
      "  - [10.5, {a: 1, u: y}]\n  - [12.25, {a: 1, u: y}]\n";
  const auto run = [&](const char* title, const char* fires) {
    std::string text = rules;
    text.replace(text.find("TITLE"), 5, title);
    return RunCases(folder, "a.yml", text + "fires: " + fires + "\n").out;
  };
  EXPECT_EQ(run("last", "[4]"), "1 passed, 0 failed\n") << "10 to 12.25: the third in ten seconds";
  EXPECT_TRUE(Has(run("last", "[]"), "should fire on [], but 'last' fires on [4]"));
  std::string corr = rules;
  corr.replace(corr.find("first"), 5, "corr");
  EXPECT_EQ(RunCases(folder, "a.yml", corr + "fires: [2, 4]\n").out, "1 passed, 0 failed\n");
  EXPECT_TRUE(Has(RunCases(folder, "a.yml",
                           "rule: {title: t, logsource: {product: azure}, detection: {s: {a: 1}, "
                           "condition: s}}\nevents: [[0, {a: 1}]]\nfires: []\n")
                      .out,
                  "there is no correlation"));
}

TEST(RulesTest, TheExamplesOfTheDocumentationPass) {
  const TempFolder folder;
  const std::string page = ReadFile(InRoot("docs/rules.md"));
  int number = 0;
  for (const auto& [fence, ending] :
       {std::pair{"```yaml\n", ".yml"}, std::pair{"```\n{", ".jsonl"}}) {
    for (size_t at = page.find(fence); at != std::string::npos; at = page.find(fence, at + 1)) {
      const size_t start = page.find('\n', at) + 1;
      const std::string text = page.substr(start, page.find("```", start) - start);
      if (!Has(text, "rule")) continue;
      if (!Has(text, "match") && !Has(text, "fires")) continue;
      const RunResult run = RunCases(folder, std::to_string(++number) + ending, text);
      EXPECT_EQ(run.out, "1 passed, 0 failed\n") << text;
    }
  }
  EXPECT_EQ(number, 3);
}

TEST(RulesTest, FindsCasesBelowAFolder) {
  const TempFolder folder;
  folder.Write("r/x.yml", kRule);
  folder.Write("r/x.cases.yml", "no_match: [{}]\n");
  folder.Write("r/sub/suite.jsonl", R"({"file":"../x.yml","no_match":[{}]})");
  folder.Write("r/more.yml", "- {file: x.yml, no_match: [{}]}\n- {file: x.yml, no_match: [{}]}\n");
  folder.Write("r/.hidden/x.cases.yml", "nonsense: [\n");
  folder.Write("r/notes.txt", "nonsense");
  const RunResult run = RunBinary({"rules", "test", folder.In("r")});
  EXPECT_EQ(run.out, "4 passed, 0 failed\n") << run.err;
  std::filesystem::create_directory(folder.In("empty"));
  const RunResult none = RunBinary({"rules", "test", folder.In("empty")});
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_TRUE(Has(none.err, "no case files")) << none.err;
}

TEST(RulesTest, NonsenseFailsInWordsAndNeverCrashes) {
  const TempFolder folder;
  std::string deep_json = "{\"match\":";
  std::string deep_list = "{\"rule\":\"x\",\"match\":[";
  for (int i = 0; i < 900; ++i) deep_json += "{\"a\":";
  deep_json += "1" + std::string(901, '}');
  for (int i = 0; i < 900; ++i) deep_list += "{\"a\":[";
  for (int i = 0; i < 900; ++i) deep_list += "]}";
  deep_list += "]}";
  std::string bytes;
  for (int i = 0; i < 5'000; ++i) bytes += static_cast<char>(i * 7919 % 256);
  const std::vector<std::pair<std::string, std::string>> files = {
      {"empty.yml", ""},
      {"empty.jsonl", ""},
      {"bytes.yml", bytes},
      {"bytes.jsonl", bytes},
      {"open.yml", std::string(100'000, '[')},
      {"open.jsonl", "{\"match\":" + std::string(100'000, '[')},
      {"deep.jsonl", deep_json},
      {"deeper.jsonl", deep_list},
      {"laughs.yml",
       "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
       "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
       "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nmatch: [*e,*e,*e,*e,*e,*e,*e,*e]\n"},
      {"words.yml", "just some words\n"},
      {"numbers.json", "[1, 2, \"x\", null, [], {}]"},
      {"rule.yml", std::string(kRule)},
      {"self.yml", "file: self.yml\nmatch: [{}]\n"},
      {"folder.yml", "file: .\nreject: true\nmatch: [{}]\n"},
  };
  for (const auto& [name, text] : files) {
    const RunResult test = RunCases(folder, name, text);
    EXPECT_EQ(test.exit_code, 1) << name << ": " << test.out.substr(0, 400) << test.err;
    EXPECT_TRUE(Has(LastLine(test.out), "0 passed, ")) << name << ": " << LastLine(test.out);
    EXPECT_EQ(test.err, "") << name;
    const RunResult check = RunBinary({"rules", "check", folder.In(name)});
    EXPECT_LE(check.exit_code, 1) << name << ": " << check.err;
  }
}

}  // namespace
}  // namespace tokentrail::test
