// Plans to contain what was stolen: for each platform, from the evidence's own words, and safe to
// copy whatever an attacker called his app.

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "base/text.h"
#include "inventory/containment.h"
#include "test/support/case_file.h"
#include "test/support/golden.h"
#include "test/support/hunt.h"
#include "test/support/temp_folder.h"

namespace tokentrail::test {
namespace {

RunResult Contain(const TempFolder& folder, std::vector<std::string> args) {
  args.insert(args.begin(), "contain");
  RunOptions options;
  options.folder = folder.path();
  options.environment = {"COLUMNS=100"};
  return RunBinary(args, options);
}

/// A case of the samples, in `folder`/case.
void HuntSamples(const TempFolder& folder) {
  RunOptions options;
  options.folder = folder.path();
  const RunResult hunt =
      RunBinary({"hunt", InRoot("samples/evidence"), "-q", "-o", "case"}, options);
  ASSERT_TRUE(hunt.exit_code == 0 || hunt.exit_code == 3) << hunt.err;
}

TEST(Contain, EveryPlanCanBePrinted) {
  const TempFolder folder;
  std::map<std::string, size_t> platforms;
  for (const inventory::ContainPlan& plan : inventory::ContainPlans()) {
    if (plan.thing == "proof") continue;
    ++platforms[plan.platform];
    const std::string id = plan.thing == "serviceaccount" ? "prod/builder" : "x-1";
    for (const std::string type : {"text", "md", "json"}) {
      const RunResult result =
          Contain(folder, {"--" + plan.thing, id, "--platform", plan.platform, "-t", type});
      ASSERT_EQ(result.exit_code, 0) << plan.platform << " " << plan.thing << ": " << result.err;
      for (const inventory::ContainStep& step : plan.steps) {
        EXPECT_NE(result.out.find(step.title), std::string::npos) << step.title;
      }
      EXPECT_NE(result.out.find("REV-06"), std::string::npos);
    }
  }
  EXPECT_EQ(platforms.size(), 7u);
}

TEST(Contain, DisablesAServicePrincipalAndSaysWhyItIsNotDeleted) {
  const TempFolder folder;
  HuntSamples(folder);
  const RunResult audit = RunBinary({"audit", "--case", folder.In("case"), "--kind", "credential"});
  ASSERT_EQ(audit.exit_code, 0);
  const RunResult text = Contain(folder, {"--app", "inventory sync"});
  ASSERT_EQ(text.exit_code, 0) << text.err;
  ExpectGolden("test/e2e/testdata/contain_app.txt.golden", text.out);
  EXPECT_EQ(text.out.find("--method DELETE --url \"https://graph.microsoft.com/v1.0/"
                          "servicePrincipals/$TT_SP\""),
            std::string::npos);
}

TEST(Contain, KnowsTheServiceAccountOfTheCase) {
  const TempFolder folder;
  const RunResult markdown = Contain(folder, {"--serviceaccount", "prod/builder", "-t", "md"});
  ASSERT_EQ(markdown.exit_code, 0) << markdown.err;
  ExpectGolden("test/e2e/testdata/contain_serviceaccount.md.golden", markdown.out);
}

TEST(Contain, TakesThePlatformFromTheEvidence) {
  const TempFolder folder;
  HuntSamples(folder);
  struct Case {
    std::string flag;
    std::string id;
    std::string platform;
  };
  const Case cases[] = {
      {"--app", "HR Portal", "okta"},
      {"--app", "Trail Forms", "google"},
      {"--app", "4C452479-9cb7-4bae-bb02-17b38c3a6754", "microsoft"},
      {"--credential", "4a294338-609d-407e-948c-a0c7a35c0756", "microsoft"},
      {"--user", "hugo.martin@contoso-outdoor.example", "microsoft"},
      {"--token", "a8dae460-eb17-431b-beb9-90b62b7f0e3b", "kubernetes"},
      {"--serviceaccount", "kube-system/backup-operator", "kubernetes"},
  };
  for (const Case& one : cases) {
    const RunResult json = Contain(folder, {one.flag, one.id, "-t", "json"});
    ASSERT_EQ(json.exit_code, 0) << one.id << ": " << json.err;
    EXPECT_NE(json.out.find("\"platform\": \"" + one.platform + "\""), std::string::npos)
        << json.out.substr(0, 300);
    EXPECT_NE(json.out.find("\"in_case\": true"), std::string::npos) << one.id;
  }
  // Two accounts of one name, on two platforms, are two.
  const RunResult both = Contain(folder, {"--user", "dmitri.volkov@contoso-outdoor.example"});
  EXPECT_EQ(both.exit_code, 2) << both.out;
  EXPECT_NE(both.err.find("--platform"), std::string::npos) << both.err;
}

TEST(Contain, ReadsEvidenceAsWellAsACase) {
  const TempFolder folder;
  HuntSamples(folder);
  const RunResult from_case = Contain(folder, {"--app", "HR Portal", "--case", "case"});
  const RunResult evidence = Contain(folder, {"--app", "HR Portal", InRoot("samples/evidence")});
  EXPECT_EQ(evidence.exit_code, 3) << evidence.err;  // the samples have two bad records
  EXPECT_EQ(evidence.out, from_case.out);
}

TEST(Contain, SaysWhatIsNearAnUnknownName) {
  const TempFolder folder;
  HuntSamples(folder);
  const RunResult result = Contain(folder, {"--app", "Inventry Sync"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.err.find("Inventory Sync"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("--platform"), std::string::npos) << result.err;
  EXPECT_EQ(result.out, "");
}

TEST(Contain, SaysWhatIsWrongWithItsFlags) {
  const TempFolder folder;
  EXPECT_EQ(Contain(folder, {}).exit_code, 2);
  EXPECT_EQ(Contain(folder, {"--app", "a", "--user", "b"}).exit_code, 2);
  EXPECT_EQ(Contain(folder, {"--app", ""}).exit_code, 2);
  EXPECT_EQ(Contain(folder, {"--serviceaccount", "builder"}).exit_code, 2);
  EXPECT_EQ(Contain(folder, {"--app", "a", "--platform", "moon"}).exit_code, 2);
  const RunResult none = Contain(folder, {"--session", "x", "--platform", "kubernetes"});
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_NE(none.err.find("serviceaccount"), std::string::npos) << none.err;
}

/// The values of the plan go through a real shell: they must set variables and do nothing else.
TEST(Contain, AHostileNameNeverBecomesACommand) {
  const TempFolder folder;
  const std::string names[] = {
      "x'; touch owned; echo '",
      "$(touch owned)",
      "`touch owned`",
      "a\ntouch owned\n",
      "a\u202Etouch owned\u202C",
      "a\u200B; touch owned",
      "\u2018; touch owned; \u2019",
      "\x1b]0;t\x07",
      "\"; touch owned; \"",
      "a\r\n```\ntouch owned\n",
  };
  for (const std::string& name : names) {
    for (const std::string type : {"text", "md"}) {
      const RunResult result = Contain(folder, {"--app", name, "--platform", "slack", "-t", type});
      ASSERT_EQ(result.exit_code, 0) << result.err;
      std::string values;
      for (const std::string_view line : Split(result.out, "\n")) {
        for (const char c : line) {
          const auto byte = static_cast<unsigned char>(c);
          EXPECT_TRUE(byte >= 0x20 && byte != 0x7F) << line;
        }
        EXPECT_EQ(line.find("\u200B"), std::string_view::npos) << line;
        EXPECT_EQ(line.find("\u202E"), std::string_view::npos) << line;
        if (Trim(line).starts_with("TT_")) values += std::string(Trim(line)) + "\n";
        // No line of the output is the attacker's own.
        EXPECT_FALSE(Trim(line).starts_with("touch owned")) << line;
      }
      ASSERT_NE(values.find("TT_APP="), std::string::npos) << result.out;
      RunOptions options;
      options.folder = folder.path();
      const RunResult shell = RunProgram(
          {"/bin/sh", "-c", values + "printf %s \"$TT_APP\"; ls owned 2>&1 >&2"}, options);
      EXPECT_EQ(shell.out.substr(0, name.size()), name);
    }
  }
  EXPECT_FALSE(std::ifstream(folder.In("owned")).good());
}

/// The name of an app is whatever its maker likes; the commands take ids only.
TEST(Contain, DoesNotPutANameWhereAnIdBelongs) {
  const TempFolder folder;
  const RunResult result = Contain(folder, {"--app", "Mail Sync", "--platform", "microsoft"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out.find("TT_APP='Mail Sync'"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("${TT_APP:?"), std::string::npos) << result.out;
}

}  // namespace
}  // namespace tokentrail::test
