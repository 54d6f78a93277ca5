// The whole path, from files to the case folder, by number of threads.

#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "bench/evidence.h"
#include "pipeline/run.h"

namespace tokentrail::bench {
namespace {

void BM_Hunt(benchmark::State& state) {
  constexpr uint64_t kBytes = 64u << 20;
  std::string folder =
      (std::filesystem::temp_directory_path() / "tokentrail-bench-XXXXXX").string();
  CHECK(mkdtemp(folder.data()) != nullptr);
  std::ofstream(folder + "/evidence.jsonl", std::ios::binary) << Evidence(kBytes);
  for (auto _ : state) {
    pipeline::Config config;
    config.inputs = {folder + "/evidence.jsonl"};
    config.case_folder = folder + "/case";
    config.clobber = true;
    config.threads = static_cast<unsigned>(state.range(0));
    Report report;
    pipeline::Progress progress;
    const std::atomic<bool> stop{false};
    const auto hunt = pipeline::Run(config, report, progress, stop);
    CHECK(hunt.ok());
    CHECK(hunt.value()->summary.ledger.left_out_total() == 0);
  }
  state.SetBytesProcessed(state.iterations() * int64_t{kBytes});
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
}
BENCHMARK(BM_Hunt)->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime()->Unit(
    benchmark::kMillisecond);

}  // namespace
}  // namespace tokentrail::bench
