// Real logs in which nothing happened: what analytics say there is a false positive.

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <string>

#include "pipeline/run.h"
#include "test/support/case_file.h"
#include "test/support/temp_folder.h"

namespace tokentrail::analytic {
namespace {

/// The folder of real logs beside the repository, or beside the folder that holds it; empty when
/// there is none.
std::string Logs(const std::string& name) {
  for (const std::string_view up : {"/../", "/../../"}) {
    std::string path = test::Root() + std::string(up) + "shared/data/logs/" + name;
    if (std::filesystem::exists(path)) return path;
  }
  return {};
}

class Benign : public testing::TestWithParam<std::string> {};

TEST_P(Benign, NothingAboveLow) {
  const std::string logs = Logs(GetParam());
  if (logs.empty()) GTEST_SKIP() << "the logs are not here";
  const test::TempFolder folder;
  pipeline::Config config;
  config.inputs = {logs};
  config.case_folder = folder.In("case");
  config.min_level = Level::kMedium;
  Report report;
  pipeline::Progress progress;
  const std::atomic<bool> stop = false;
  auto hunt = pipeline::Run(config, report, progress, stop);
  ASSERT_TRUE(hunt.ok()) << hunt.error().message;
  EXPECT_GT((*hunt)->summary.events, 100u);
  for (const Finding& finding : (*hunt)->findings) {
    ADD_FAILURE() << finding.rule << " " << Name(finding.level) << " " << finding.key << "\n"
                  << (finding.reasons.empty() ? "" : finding.reasons.front());
  }
}

INSTANTIATE_TEST_SUITE_P(Logs, Benign, testing::Values("kubernetes_benign", "gws_dataset"),
                         [](const auto& one) { return one.param; });

}  // namespace
}  // namespace tokentrail::analytic
