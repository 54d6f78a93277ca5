// `tokentrail rules coverage`, and what a hunt tells of its rules.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "base/text.h"
#include "sink/width.h"
#include "source/json.h"
#include "test/support/binary.h"
#include "test/support/case_file.h"
#include "test/support/hunt.h"
#include "test/support/temp_folder.h"

namespace tokentrail::test {
namespace {

bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string Rule(std::string_view title, std::string_view log, std::string_view selection) {
  return fmt::format(
      "title: {}\nname: {}\nlevel: medium\nlogsource: {{{}}}\ndetection: {{s: {{{}}}, condition: "
      "s}}\n",
      title, title, log, selection);
}

constexpr std::string_view kM365 = "product: m365, service: audit";
constexpr std::string_view kKubernetes = "product: kubernetes, service: audit";

constexpr std::string_view kPodList =
    R"({"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":)"
    R"("5f1c2d3e-0000-4000-8000-00000000000a","stage":"ResponseComplete","requestURI":"/api/v1/pods",)"
    R"("verb":"list","user":{"username":"ann"},"sourceIPs":["203.0.113.7"],"objectRef":{"resource":)"
    R"("pods","apiVersion":"v1"},"responseStatus":{"code":403},"requestReceivedTimestamp":)"
    R"("2026-01-31T16:05:06.000000Z","stageTimestamp":"2026-01-31T16:05:06.100000Z"})";

/// A row of coverage, by what it says.
struct Row {
  std::string truth;
  std::string field;
  std::string reason;
  std::string nearest;
  std::string log_source;
  std::string hits;
};

class Coverage : public testing::Test {
 protected:
  void Add(std::string_view title, std::string_view log, std::string_view selection) {
    rules_ += (rules_.empty() ? "" : "---\n") + Rule(title, log, selection);
  }
  void Correlate(std::string_view title, std::string_view body) {
    rules_ += fmt::format("---\ntitle: {}\nname: {}\ncorrelation: {{{}}}\n", title, title, body);
  }

  RunResult RunIt(const std::vector<std::string>& more) {
    folder_.Write("rules/all.yml", rules_);
    std::filesystem::create_directories(folder_.In("tmp"));
    std::vector<std::string> args = {"rules", "coverage", "-r", folder_.In("rules"),
                                     folder_.In("evidence")};
    args.insert(args.end(), more.begin(), more.end());
    RunOptions options;
    options.environment = {"TMPDIR=" + folder_.In("tmp")};
    RunResult out = RunBinary(args, options);
    EXPECT_TRUE(std::filesystem::is_empty(folder_.In("tmp"))) << "it left something behind";
    return out;
  }

  std::map<std::string, Row> Rows(const std::vector<std::string>& more = {}, int exit_code = 0) {
    std::vector<std::string> args = {"-t", "json"};
    args.insert(args.end(), more.begin(), more.end());
    const RunResult run = RunIt(args);
    EXPECT_EQ(run.exit_code, exit_code) << run.err;
    std::map<std::string, Row> out;
    source::JsonReader reader;
    if (!reader.ParseUnpadded(run.out)) {
      ADD_FAILURE() << run.out << run.err;
      return out;
    }
    const Record record = reader.record();
    for (const Node& rule : Children(*record.Find("rules"))) {
      const auto text = [&](std::string_view key) {
        return std::string(record.Child(rule, key)->text());
      };
      out[text("title")] = {text("truth"),   text("field"),      text("reason"),
                            text("nearest"), text("log_source"), text("hits")};
    }
    for (const char* truth : {"fired", "could_fire", "no_source", "never_here"}) {
      size_t counted = 0;
      for (const auto& [title, row] : out) counted += row.truth == truth ? 1 : 0;
      if (more.empty()) {
        EXPECT_EQ(record.Text(std::string("counts.") + truth), std::to_string(counted));
      }
    }
    return out;
  }

  TempFolder folder_;
  std::string rules_;
};

TEST_F(Coverage, TellsTheFourTruthsApart) {
  folder_.Write("evidence/ual.json", ConsentRecord());
  folder_.Write("evidence/k8s.json", kPodList);
  Add("fires", kM365, "Operation: 'Consent to app*'");
  Add("could", kM365, "Operation: New-InboxRule");
  Add("misnamed", kM365, "operation_name: 'Consent to app*'");
  Add("by-value", kKubernetes, "responseStatus.code: ALLOW");
  Add("elsewhere", "product: okta, service: okta", "eventType: x");
  Add("nobodys", "product: windows, category: process_creation", "Image: x");
  Add("keyword", kKubernetes, "'|all': [a, b]");
  std::map<std::string, Row> rows = Rows();
  EXPECT_EQ(rows["fires"].truth, "fired");
  EXPECT_EQ(rows["fires"].hits, "1");
  EXPECT_EQ(rows["could"].truth, "could_fire");
  EXPECT_EQ(rows["could"].reason, "");
  EXPECT_EQ(rows["misnamed"].truth, "never_here");
  EXPECT_EQ(rows["misnamed"].field, "operation_name");
  EXPECT_TRUE(Has(rows["misnamed"].reason, "no record here has it")) << rows["misnamed"].reason;
  EXPECT_EQ(rows["by-value"].truth, "never_here");
  EXPECT_EQ(rows["by-value"].reason, "it only ever holds numbers, never 'allow'");
  EXPECT_EQ(rows["by-value"].nearest, "");
  EXPECT_EQ(rows["elsewhere"].truth, "no_source");
  EXPECT_EQ(rows["elsewhere"].reason, "needs okta_system");
  EXPECT_EQ(rows["nobodys"].truth, "no_source");
  EXPECT_EQ(rows["nobodys"].reason, "tokentrail reads no such log");
  EXPECT_EQ(rows["keyword"].truth, "could_fire");
}

TEST_F(Coverage, NamesTheNearestField) {
  folder_.Write("evidence/k8s.json", kPodList);
  Add("near", kKubernetes, "request_uri: x");
  Add("far", kKubernetes, "Zwischenablage: x");
  std::map<std::string, Row> rows = Rows();
  EXPECT_EQ(rows["near"].nearest, "requestURI");
  EXPECT_EQ(rows["far"].nearest, "");
  EXPECT_EQ(rows["far"].truth, "never_here");
}

TEST_F(Coverage, ALogThatOnlyStandsInSaysNothingAgainstARule) {
  folder_.Write("evidence/k8s.json", kPodList);
  Add("gcp", "product: gcp, service: gcp.audit", "gcp.audit.method_name: x");
  const Row row = Rows()["gcp"];
  EXPECT_EQ(row.truth, "no_source");
  EXPECT_TRUE(row.reason.starts_with("needs gcp_audit; kubernetes_audit can stand in"))
      << row.reason;
}

TEST_F(Coverage, CorrelationsNeedTheirRulesAndTheirFields) {
  folder_.Write("evidence/k8s.json", kPodList);
  Add("base", kKubernetes, "verb: list");
  Add("dead", kKubernetes, "no_such_field: x");
  Correlate("fires", "type: event_count, rules: [base], timespan: 1h, condition: {gte: 1}");
  Correlate("could", "type: event_count, rules: [base], timespan: 1h, condition: {gte: 5}");
  Correlate("any", "type: event_count, rules: [base, dead], timespan: 1h, condition: {gte: 5}");
  Correlate("all", "type: temporal, rules: [base, dead], timespan: 1h");
  Correlate("grouped",
            "type: event_count, rules: [base], group-by: [no_user], timespan: 1h, condition: {gte: "
            "5}");
  std::map<std::string, Row> rows = Rows();
  EXPECT_EQ(rows["fires"].truth, "fired");
  EXPECT_EQ(rows["could"].truth, "could_fire");
  EXPECT_EQ(rows["could"].log_source, "kubernetes / audit");
  EXPECT_EQ(rows["any"].truth, "could_fire");
  EXPECT_EQ(rows["all"].truth, "never_here");
  EXPECT_TRUE(rows["all"].reason.starts_with("its rule 'dead': no record")) << rows["all"].reason;
  EXPECT_EQ(rows["grouped"].truth, "never_here");
  EXPECT_EQ(rows["grouped"].field, "no_user");
}

TEST_F(Coverage, TheTableFitsAndCanBeFiltered) {
  folder_.Write("evidence/k8s.json", kPodList);
  for (int i = 0; i < 30; ++i) {
    Add(fmt::format("a-rule-with-a-title-that-goes-on-and-on-for-a-while-{}", i), kKubernetes,
        "nothing_like_it: x");
  }
  Add("list", kKubernetes, "verb: list");
  Add("okta-1", "product: okta, service: okta", "eventType: x");
  for (const size_t columns : {40U, 80U, 160U}) {
    folder_.Write("rules/all.yml", rules_);
    RunOptions options;
    options.environment = {fmt::format("COLUMNS={}", columns)};
    const RunResult run = RunBinary(
        {"rules", "coverage", "-r", folder_.In("rules"), folder_.In("evidence")}, options);
    EXPECT_EQ(run.exit_code, 0);
    for (const std::string_view line : Split(run.out, "\n")) {
      EXPECT_LE(sink::DisplayWidth(line), columns) << line;
    }
    EXPECT_TRUE(run.out.starts_with("never here")) << run.out;
  }
  const RunResult whole = RunIt({});
  EXPECT_TRUE(Has(whole.out, "rules 32 loaded: 1 fired, 30 never can on this evidence, 1 lack"))
      << whole.out;
  EXPECT_FALSE(Has(whole.out, "okta-1")) << "counted by log";
  EXPECT_TRUE(Has(RunIt({"-v"}).out, "okta-1"));
  EXPECT_EQ(Rows({"--truth", "fired"}).size(), 1u);
  EXPECT_EQ(Rows({"--truth", "fired", "--truth", "no_source"}).size(), 2u);
  const RunResult csv = RunIt({"-t", "csv", "--truth", "fired"});
  EXPECT_EQ(Split(csv.out, "\n").size(), 2u) << csv.out;
  EXPECT_TRUE(csv.out.starts_with("truth,hits,")) << csv.out;
  EXPECT_TRUE(Has(csv.out, "fired,1,medium,list,kubernetes / audit,kubernetes_audit,")) << csv.out;
}

TEST_F(Coverage, ExitCodesAreThoseOfAHunt) {
  folder_.Write("evidence/k8s.json", std::string(kPodList) + "\n{\"who\":\"knows\"}\n");
  Add("list", kKubernetes, "verb: list");
  EXPECT_EQ(RunIt({}).exit_code, 3) << "a record was left out";
  folder_.Write("evidence/k8s.json", kPodList);
  EXPECT_EQ(RunIt({}).exit_code, 0);
  Add("bad", kKubernetes, "verb|contians: x");
  const RunResult bad = RunIt({});
  EXPECT_EQ(bad.exit_code, 3);
  EXPECT_TRUE(Has(bad.err, "did you mean 'contains'")) << bad.err;
  EXPECT_EQ(RunBinary({"rules", "coverage"}).exit_code, 2);
  EXPECT_EQ(RunIt({"--truth", "maybe"}).exit_code, 2);
  EXPECT_EQ(RunBinary({"rules", "coverage", "/nowhere"}).exit_code, 1);
  EXPECT_EQ(RunBinary({"rules", "coverage", "-r", "/nowhere", folder_.In("evidence")}).exit_code,
            1);
}

TEST_F(Coverage, WithoutRulesOfOnesOwnTheShippedOnesAreMeant) {
  folder_.Write("evidence/k8s.json", kPodList);
  const RunResult run = RunBinary({"rules", "coverage", folder_.In("evidence"), "-t", "csv"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_TRUE(Has(run.out, "shipped:kubernetes/attack_tool_user_agent.yml")) << run.out;
  EXPECT_EQ(
      run.out,
      RunBinary({"rules", "coverage", folder_.In("evidence"), "-t", "csv", "-r", "shipped"}).out);
}

/// The rules inside the program are those of rules/.
TEST(Shipped, AreTheFilesOfTheRulesFolder) {
  size_t files = 0;
  const RunResult run = RunBinary({"rules", "check", "shipped", "-t", "csv"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  for (const CaseFile& file : CasesIn("rules", ".yml")) {
    if (file.path.ends_with(".cases.yml")) continue;
    ++files;
    const std::string name = file.path.substr(file.path.find("/rules/") + 7);
    EXPECT_TRUE(Has(run.out, "shipped:" + name + ",")) << name;
  }
  EXPECT_GT(files, 50u);
  const RunResult from_folder = RunBinary({"rules", "check", InRoot("rules"), "-t", "csv"});
  EXPECT_EQ(Split(run.out, "\n").size(), Split(from_folder.out, "\n").size());
}

TEST(Shipped, AHuntRunsThemUnlessToldOtherwise) {
  const TempFolder folder;
  const std::string evidence = folder.Write("k8s.json", kPodList);
  const std::string own = folder.Write("own.yml", Rule("own", kKubernetes, "verb: list"));
  const auto loaded = [&](const std::vector<std::string>& more) {
    std::vector<std::string> flags = {"-C"};
    flags.insert(flags.end(), more.begin(), more.end());
    return Hunt({evidence}, folder.In("case"), flags).Number("rules.loaded");
  };
  const uint64_t shipped = loaded({});
  EXPECT_GT(shipped, 60u);
  EXPECT_EQ(loaded({"--no-rules"}), 0u);
  EXPECT_EQ(loaded({"-r", own}), 1u);
  EXPECT_EQ(loaded({"-r", own, "-r", "shipped"}), shipped + 1);
  EXPECT_EQ(loaded({"-r", "shipped", "-r", "shipped"}), shipped);
  EXPECT_EQ(loaded({"--config", folder.Write("none.yml", "rules: []\n")}), 0u);
  EXPECT_EQ(loaded({"--config", folder.Write("one.yml", "rules: [shipped, " + own + "]\n")}),
            shipped + 1);
  EXPECT_EQ(loaded({"--config", folder.Write("one.yml", "rules: " + own + "\n"), "-r", "shipped"}),
            shipped)
      << "flags win";
  EXPECT_EQ(RunBinary({"hunt", evidence, "--no-rules", "-r", own}).exit_code, 2);
  RunOptions there;
  there.folder = folder.In("");
  folder.Write("shipped", Rule("own", kKubernetes, "verb: list"));
  EXPECT_EQ(
      Hunt({evidence}, folder.In("case"), {"-C", "-r", "./shipped"}, there).Number("rules.loaded"),
      1u);
}

TEST(Rules, AHuntCountsWhatBecameOfThem) {
  const TempFolder folder;
  folder.Write("rules/a.yml", Rule("fires", kKubernetes, "verb: list"));
  folder.Write("rules/b.yml", Rule("could", kKubernetes, "verb: create"));
  folder.Write("rules/c.yml", Rule("never", kKubernetes, "no_such: x"));
  folder.Write("rules/d.yml", Rule("none", "product: okta, service: okta", "eventType: x"));
  folder.Write("rules/e.yml", Rule("bad", kKubernetes, "verb|contians: x"));
  folder.Write("rules/f.yml", "status: test\n" + Rule("other", kKubernetes, "verb: x"));
  const std::string evidence = folder.Write("k8s.json", kPodList);
  const HuntResult hunt = Hunt({evidence}, folder.In("case"), {"-r", folder.In("rules")});
  EXPECT_EQ(hunt.Number("rules.loaded"), 5u);
  EXPECT_EQ(hunt.Number("rules.fired"), 1u);
  EXPECT_EQ(hunt.Number("rules.could_fire"), 2u);
  EXPECT_EQ(hunt.Number("rules.never_here"), 1u);
  EXPECT_EQ(hunt.Number("rules.no_source"), 1u);
  EXPECT_EQ(hunt.Number("rules.left_out"), 1u);
  EXPECT_EQ(hunt.Number("rules.not_chosen"), 0u);
  const RunResult panel = RunBinary({"hunt", evidence, "-o", folder.In("case"), "-C", "-r",
                                     folder.In("rules"), "--status", "test"});
  EXPECT_TRUE(Has(panel.out, "1 loaded: 1 could fire; 4 not chosen; 1 left out")) << panel.out;
}

/// Rules and correlations over consents of many users, as one text a file.
class Correlated : public testing::Test {
 protected:
  void SetUp() override {
    std::string rules = Rule("consent", kM365, "Operation: 'Consent to app*'");
    const auto add = [&](std::string_view title, std::string_view body) {
      rules += fmt::format(
          "---\ntitle: {}\nid: 5f1c2d3e-0000-4000-8000-00000000{:04}\nlevel: high\ncorrelation: "
          "{{rules: [consent], generate: true, {}}}\n",
          title, rules.size() % 10'000, body);
    };
    add("many", "type: event_count, timespan: 10m, condition: {gte: 4}");
    add("users", "type: value_count, timespan: 30m, condition: {field: UserId, gte: 3}");
    add("same user", "type: event_count, group-by: [UserId], timespan: 1d, condition: {gte: 2}");
    rules_ = folder_.Write("rules/r.yml", rules);
    for (int i = 0; i < 240; ++i) lines_.push_back(ConsentRecord(i % 200));
  }

  HuntResult HuntIn(const std::string& name, size_t parts, const std::string& threads) {
    std::vector<std::string> texts(parts);
    for (size_t i = 0; i < lines_.size(); ++i) texts[i % parts] += lines_[i] + "\n";
    for (size_t i = 0; i < parts; ++i) {
      folder_.Write(fmt::format("{}/{}.jsonl", name, i), texts[i]);
    }
    return Hunt({folder_.In(name)}, folder_.In("case"),
                {"-C", "-r", rules_, "--threads", threads, "--memory", "1M"});
  }

  TempFolder folder_;
  std::string rules_;
  std::vector<std::string> lines_;
};

TEST_F(Correlated, ThreadsAndTheOrderOfLinesAndFilesDoNotShow) {
  const HuntResult one = HuntIn("a", 3, "1");
  ASSERT_TRUE(Has(one.findings, "\"many\"")) << one.Told();
  ASSERT_TRUE(Has(one.findings, "\"users\""));
  ASSERT_GE(one.Number("rules.fired"), 3u);
  for (const char* threads : {"2", "4"}) {
    EXPECT_TRUE(HuntIn("a", 3, threads).findings == one.findings) << threads << " threads";
  }
  std::mt19937 random(20261123);
  for (const size_t parts : {1U, 5U}) {
    std::shuffle(lines_.begin(), lines_.end(), random);
    const HuntResult other = HuntIn(fmt::format("b{}", parts), parts, "4");
    EXPECT_EQ(other.Ids(), one.Ids());
    EXPECT_TRUE(WithoutPlaces(other.findings) == WithoutPlaces(one.findings)) << parts << " files";
  }
}

TEST_F(Coverage, WhatOnlyCountsForACorrelationIsSaidTo) {
  Add("lists", kKubernetes, "verb: list");
  Add("both", kKubernetes, "verb: list");
  Correlate("often", "type: event_count, rules: [both], timespan: 5m, condition: {gte: 1}");
  Correlate("oftener", "type: event_count, rules: [both], timespan: 5m, condition: {gte: 9}");
  folder_.Write("evidence/k8s.json", kPodList);
  const std::string text = RunIt({"--no-color"}).out;
  EXPECT_TRUE(Has(text, "fired 3 rules: 1 of them only count for correlations")) << text;
  EXPECT_TRUE(Has(text, "both (counts for 'often' and 1 more)")) << text;
  EXPECT_FALSE(Has(text, "lists (counts")) << text;
  EXPECT_FALSE(Has(text, "often (counts")) << text;
  const std::string json = RunIt({"-t", "json"}).out;
  source::JsonReader reader;
  ASSERT_TRUE(reader.ParseUnpadded(json));
  size_t silent = 0;
  const Record record = reader.record();
  for (const Node& rule : Children(*record.Find("rules"))) {
    if (record.Child(rule, "alerts")->text() == "true") continue;
    ++silent;
    EXPECT_EQ(record.Child(rule, "title")->text(), "both");
    EXPECT_EQ(record.Child(rule, "truth")->text(), "fired");
    EXPECT_EQ(record.Child(rule, "counts_for")->size, 3u);
  }
  EXPECT_EQ(silent, 1u);
}

TEST_F(Correlated, AFindingCitesItsHits) {
  const HuntResult hunt = HuntIn("a", 1, "2");
  source::JsonReader reader;
  size_t seen = 0;
  for (const std::string_view line : Split(hunt.findings, "\n")) {
    ASSERT_TRUE(reader.ParseUnpadded(line));
    const Record record = reader.record();
    if (record.Text("title") != "many") continue;
    ++seen;
    const Node* const evidence = record.Find("evidence");
    ASSERT_NE(evidence, nullptr);
    size_t cited = 0;
    for (const Node& one : Children(*evidence)) {
      ++cited;
      EXPECT_TRUE(record.Child(one, "operation")->text().starts_with("Consent to app")) << line;
      EXPECT_FALSE(record.Child(one, "user")->text().empty()) << line;
      EXPECT_FALSE(record.Child(one, "record")->text().empty()) << line;
      // The fields of the rule that it hit, which the correlation alone does not name.
      std::string deciding;
      for (const Node& field : Children(*record.Child(one, "deciding"))) {
        deciding += std::string(record.Child(field, "field")->text()) + " " +
                    std::string(record.Child(field, "pointer")->text()) + "; ";
      }
      EXPECT_EQ(deciding, "Operation /Operation; ") << line;
    }
    EXPECT_GE(cited, 4u) << line;
    EXPECT_GE(std::stoull(std::string(record.Text("count"))), cited) << "events, not firings";
    bool user = false;
    for (const Node& entity : Children(*record.Find("entities"))) {
      user = user || record.Child(entity, "type")->text() == "user";
    }
    EXPECT_TRUE(user) << "it says who, though it groups by nobody: " << line;
    const std::string id(record.Text("id"));
    const RunResult show = RunBinary({"show", id, "--case", hunt.folder});
    EXPECT_EQ(show.exit_code, 0) << show.err;
    EXPECT_TRUE(Has(show.out, "events within 10m")) << show.out;
    EXPECT_TRUE(Has(show.out, "Consent to app")) << show.out;
  }
  EXPECT_GT(seen, 0u);
}

}  // namespace
}  // namespace tokentrail::test
