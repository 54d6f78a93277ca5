// What each stage costs, its input ready before the clock starts. Bytes are those of the evidence,
// so that all figures compare.

#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analytic/analytic.h"
#include "analytic/state.h"
#include "base/redact.h"
#include "base/time.h"
#include "bench/evidence.h"
#include "source/frame.h"
#include "source/json.h"
#include "source/normalise.h"
#include "timeline/timeline.h"

namespace tokentrail::bench {
namespace {

constexpr uint64_t kBytes = 32u << 20;

/// The evidence and its lines; followed by the padding that the JSON reader asks for.
struct Input {
  Input() : text(Evidence(kBytes)), size(static_cast<int64_t>(text.size())) {
    text.append(source::JsonReader::kPadding, ' ');
    std::string_view left(text.data(), static_cast<size_t>(size));
    while (!left.empty()) {
      const size_t end = left.find('\n');
      lines.push_back(left.substr(0, end));
      left.remove_prefix(end + 1);
    }
  }

  std::string text;
  int64_t size;
  std::vector<std::string_view> lines;
};

const Input& TheInput() {
  static const Input input;
  return input;
}

source::NormaliseSettings KeepAll() {
  FieldSet all;
  for (size_t i = 0; i < kFieldCount; ++i) all.Add(static_cast<Field>(i));
  source::NormaliseSettings settings;
  settings.keep.fill(all);
  return settings;
}

/// Packed events of the whole input, as the normaliser makes them.
const std::vector<std::string>& TheEvents() {
  static const std::vector<std::string> events = [] {
    std::vector<std::string> out;
    const source::Tables tables(source::All());
    const source::NormaliseSettings settings = KeepAll();
    const Redactor redactor("0123456789abcdef");
    source::Normaliser normaliser(tables, settings, redactor);
    source::JsonReader json;
    for (const std::string_view line : TheInput().lines) {
      if (!json.Parse(line)) continue;
      SourceIndex index = 0;
      const Record record = normaliser.Unwrap(json.record());
      if (normaliser.Claim(record, index) == nullptr) continue;
      const source::Made made = normaliser.Make(record, index, 0, line);
      if (made.left_out.empty()) out.emplace_back(made.event);
    }
    return out;
  }();
  return events;
}

class Folder {
 public:
  Folder() : path_((std::filesystem::temp_directory_path() / "tokentrail-bench-XXXXXX").string()) {
    CHECK(mkdtemp(path_.data()) != nullptr);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string Spill() const { return path_ + "/spill"; }

 private:
  std::string path_;
};

void BM_Frame(benchmark::State& state) {
  const Input& input = TheInput();
  const std::string_view text(input.text.data(), static_cast<size_t>(input.size));
  std::vector<source::Frame> frames;
  for (auto _ : state) {
    source::JsonSplitter splitter;
    frames.clear();
    splitter.Scan(text, true, frames);
    benchmark::DoNotOptimize(frames.data());
  }
  CHECK(frames.size() == input.lines.size());
  state.SetBytesProcessed(state.iterations() * input.size);
}
BENCHMARK(BM_Frame)->Unit(benchmark::kMillisecond);

void BM_Parse(benchmark::State& state) {
  const Input& input = TheInput();
  source::JsonReader json;
  for (auto _ : state) {
    size_t good = 0;
    for (const std::string_view line : input.lines) good += json.Parse(line);
    CHECK(good == input.lines.size());
  }
  state.SetBytesProcessed(state.iterations() * input.size);
}
BENCHMARK(BM_Parse)->Unit(benchmark::kMillisecond);

/// Parsing is part of it: a record does not outlive the next one. Take BM_Parse off.
void BM_ParseAndNormalise(benchmark::State& state) {
  const Input& input = TheInput();
  const source::Tables tables(source::All());
  const source::NormaliseSettings settings = KeepAll();
  const Redactor redactor("0123456789abcdef");
  source::Normaliser normaliser(tables, settings, redactor);
  source::JsonReader json;
  for (auto _ : state) {
    size_t made = 0;
    for (const std::string_view line : input.lines) {
      if (!json.Parse(line)) continue;
      SourceIndex index = 0;
      const Record record = normaliser.Unwrap(json.record());
      if (normaliser.Claim(record, index) == nullptr) continue;
      made += normaliser.Make(record, index, 0, line).left_out.empty();
    }
    CHECK(made == input.lines.size());
  }
  state.SetBytesProcessed(state.iterations() * input.size);
}
BENCHMARK(BM_ParseAndNormalise)->Unit(benchmark::kMillisecond);

/// The clean text is the common one; what is timed is finding that out.
void BM_Redact(benchmark::State& state) {
  const Input& input = TheInput();
  const Redactor redactor("0123456789abcdef");
  Arena arena;
  for (auto _ : state) {
    for (const std::string_view line : input.lines) {
      benchmark::DoNotOptimize(redactor.Clean(line, arena));
      arena.Reset();
    }
  }
  state.SetBytesProcessed(state.iterations() * input.size);
}
BENCHMARK(BM_Redact)->Unit(benchmark::kMillisecond);

/// Adds, sorts and walks the events; the argument is the budget in MiB, so that the second spills.
void BM_Timeline(benchmark::State& state) {
  const std::vector<std::string>& events = TheEvents();
  const Folder folder;
  size_t walked = 0;
  for (auto _ : state) {
    walked = 0;
    std::vector<timeline::Run> runs;
    runs.emplace_back(folder.Spill(), static_cast<uint64_t>(state.range(0)) << 20);
    for (const std::string& event : events) CHECK(runs[0].Add(event).ok());
    auto sorted =
        timeline::Sorted::Open(std::move(runs), std::vector<std::string>(source::All().size()));
    CHECK(sorted.ok());
    for (auto next = sorted->Next(); next.value() != nullptr; next = sorted->Next()) ++walked;
  }
  CHECK(walked == events.size());
  state.SetItemsProcessed(state.iterations() * std::ssize(events));
  state.SetBytesProcessed(state.iterations() * TheInput().size);
}
BENCHMARK(BM_Timeline)->ArgName("MiB")->Arg(256)->Arg(4)->Unit(benchmark::kMillisecond);

/// All analytics and the state they share, over the events in time order.
void BM_Analytics(benchmark::State& state) {
  std::vector<Event> events;
  for (const std::string& event : TheEvents()) events.emplace_back(event.data());
  std::stable_sort(events.begin(), events.end(),
                   [](const Event& a, const Event& b) { return a.time() < b.time(); });
  for (auto _ : state) {
    std::vector<std::string_view> names;
    for (const source::SourceDef* source : source::All()) names.push_back(source->name);
    analytic::State past(events.back().time(), names);
    std::vector<std::unique_ptr<analytic::Analytic>> analytics;
    for (const analytic::AnalyticDef* def : analytic::All()) {
      analytics.push_back(def->make(analytic::Params()));
    }
    Findings findings;
    for (const Event& event : events) {
      for (const auto& analytic : analytics) analytic->Observe(event, past, findings);
      past.Commit(event);
    }
    for (const auto& analytic : analytics) analytic->Finish(past, findings);
    benchmark::DoNotOptimize(findings.Settle());
  }
  state.SetItemsProcessed(state.iterations() * std::ssize(events));
  state.SetBytesProcessed(state.iterations() * TheInput().size);
}
BENCHMARK(BM_Analytics)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tokentrail::bench
