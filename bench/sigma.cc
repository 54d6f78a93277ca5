// What Sigma rules cost:
//
//   tokentrail_sigma [RULES...] [--events N] [--repeat N] [--copies N] [--product NAME]...
//                    [--plain] [--once] [--hits]
//
//   RULES           files, folders and archives; without any only decoding is timed
//   --product NAME  of the rules only those about this product; may be given again
//   --copies N      each rule N times, each copy with values of its own, so that N times the rules
//                   are there and no more of them match
//   --plain         every rule against every record of its log, each field looked up on its own
//   --once          one pass that is not timed: to count instructions in tokentrail_sigma_pass
//   --hits          only how often each rule matches, and how many records by log source
//
// Events are those of cloud_events.h, decoded again for each pass; files are not read meanwhile and
// nothing is written. Prints one figure a line, `name value`; times are the best of --repeat, in
// seconds of the processor.

#include <time.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/redact.h"
#include "bench/cloud_events.h"
#include "bench/dom_floor.h"
#include "bench/memory.h"
#include "bench/rule_copies.h"
#include "pipeline/rule_files.h"
#include "sigma/program.h"
#include "source/def.h"
#include "source/json.h"
#include "source/normalise.h"

namespace {

using namespace tokentrail;  // NOLINT: a tool of one file
using Clock = std::chrono::steady_clock;

struct Options {
  std::vector<std::string> rules;
  std::vector<std::string> products;
  uint64_t events = 100'000;
  uint64_t repeat = 5;
  uint64_t copies = 1;
  bool plain = false;
  bool once = false;
  bool hits = false;
};

/// A pass over all events. Not inline, so that instructions can be counted in it alone.
extern "C" __attribute__((noinline)) void tokentrail_sigma_pass(void (*pass)(void*), void* context);
void tokentrail_sigma_pass(void (*pass)(void*), void* context) { pass(context); }

/// Of this thread. Passes neither wait nor read, so on an idle machine this is time on the wall; on
/// a shared one it leaves out the turns of others.
double ProcessorSeconds() {
  timespec now = {};
  CHECK(::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

bool Number(const char* text, uint64_t& out) {
  const char* const end = text + std::strlen(text);
  const auto [stop, error] = std::from_chars(text, end, out);
  return error == std::errc() && stop == end && out > 0;
}

bool Read(int argc, char** argv, Options& out) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view flag = argv[i];
    uint64_t* const number = flag == "--events"   ? &out.events
                             : flag == "--repeat" ? &out.repeat
                             : flag == "--copies" ? &out.copies
                                                  : nullptr;
    if (number != nullptr) {
      if (++i == argc || !Number(argv[i], *number)) return false;
    } else if (flag == "--product") {
      if (++i == argc) return false;
      out.products.emplace_back(argv[i]);
    } else if (flag == "--once") {
      out.once = true;
    } else if (flag == "--plain") {
      out.plain = true;
    } else if (flag == "--hits") {
      out.hits = true;
    } else if (flag.starts_with("--")) {
      return false;
    } else {
      out.rules.emplace_back(flag);
    }
  }
  return true;
}

sigma::RuleSet Load(const Options& options) {
  Report report;
  sigma::RuleSet set;
  auto files = pipeline::ReadRuleFiles(options.rules, report);
  if (!files.ok()) {
    std::fprintf(stderr, "%s\n", files.error().message.c_str());
    std::exit(1);
  }
  for (pipeline::RuleFile& file : *files) {
    set.Add(file.name, file.text, report);
    uint64_t number = 0;
    for (const std::string& copy :
         bench::CopyRules(file.text, options.copies - 1, options.products)) {
      set.Add(file.name + "#" + std::to_string(++number), copy, report);
    }
    file.text = {};
  }
  set.Resolve(report);
  if (!options.products.empty()) {
    std::erase_if(set.rules, [&](const sigma::Rule& rule) {
      return std::find(options.products.begin(), options.products.end(), rule.meta.product) ==
             options.products.end();
    });
    set.correlations.clear();  // they refer to rules by number
  }
  return set;
}

/// The rules, ready for the records of each log source.
struct Engine {
  Engine(const Options& options, const source::Tables& tables) : program(Load(options)) {
    for (size_t i = 0; i < tables.size(); ++i) {
      std::vector<sigma::LogSource> names;
      for (const auto& name : tables.source(static_cast<SourceIndex>(i)).sigma) {
        names.push_back({name.product, name.category, name.service});
      }
      plans.push_back(program.MakePlan(names));
    }
  }

  const sigma::Program program;
  std::vector<sigma::Plan> plans;  ///< by source
};

/// What of the work a pass does; each one does what the one before does.
enum class Work : uint8_t { kDecode, kRecognise, kMatch };

class Bench {
 public:
  Bench(const Options& options, const source::Tables& tables, const Engine& engine,
        const bench::CloudEvents& events)
      : tables_(&tables),
        engine_(&engine),
        events_(&events),
        redactor_("0123456789abcdef"),
        normaliser_(tables, settings_, redactor_),
        scratches_(engine.plans.size()),
        mode_(options.plain ? sigma::Plan::Mode::kPlain : sigma::Plan::Mode::kIndexed) {}

  /// `each` is called with a record's source and its hits.
  template <typename Each>
  void Pass(Work work, Each each) {
    for (size_t i = 0; i < events_->lines.size(); ++i) {
      CHECK(json_.Parse(events_->line(i)));
      if (work == Work::kDecode) continue;
      const Record record = normaliser_.Unwrap(json_.record());
      SourceIndex index = 0;
      CHECK(normaliser_.Claim(record, index) != nullptr);
      if (work == Work::kRecognise) continue;
      hits_.clear();
      engine_->plans[index].Match(record, {}, scratches_[index], hits_, mode_);
      each(index, hits_);
    }
  }

  /// How many records match a rule.
  uint64_t Count() {
    uint64_t matching = 0;
    Pass(Work::kMatch, [&](SourceIndex, const auto& hits) { matching += !hits.empty(); });
    return matching;
  }

  double Seconds(Work work) {
    const double start = ProcessorSeconds();
    uint64_t matching = 0;
    Pass(work, [&](SourceIndex, const auto& hits) { matching += !hits.empty(); });
    return ProcessorSeconds() - start;
  }

  void PrintHits() {
    std::map<std::string, uint64_t> rules;
    std::map<std::string, std::pair<uint64_t, uint64_t>> sources;
    Pass(Work::kMatch, [&](SourceIndex index, const auto& hits) {
      auto& [records, matching] = sources[std::string(tables_->source(index).name)];
      ++records;
      matching += !hits.empty();
      for (const sigma::Hit& hit : hits) ++rules[engine_->program.rule(hit.rule).meta.title];
    });
    for (const auto& [name, counts] : sources) {
      std::printf("%-20s %7llu records, %5llu match\n", name.c_str(),
                  static_cast<unsigned long long>(counts.first),
                  static_cast<unsigned long long>(counts.second));
    }
    for (const auto& [title, count] : rules) {
      std::printf("%7llu  %s\n", static_cast<unsigned long long>(count), title.c_str());
    }
    std::printf("%zu rules\n", rules.size());
  }

 private:
  const source::Tables* tables_;
  const Engine* engine_;
  const bench::CloudEvents* events_;
  source::NormaliseSettings settings_;
  Redactor redactor_;
  source::Normaliser normaliser_;
  source::JsonReader json_;
  std::vector<sigma::Plan::Scratch> scratches_;
  std::vector<sigma::Hit> hits_;
  sigma::Plan::Mode mode_;
};

void Print(const char* name, double value, int digits) {
  std::printf("%s %.*f\n", name, digits, value);
}

/// Loads the rules and says what they take.
std::unique_ptr<Engine> LoadAndPrint(const Options& options, const source::Tables& tables) {
  const bench::Memory before = bench::MemoryNow();
  const bool has_peak = bench::ResetPeak();
  const auto start = Clock::now();
  auto engine = std::make_unique<Engine>(options, tables);
  Print("load_seconds", std::chrono::duration<double>(Clock::now() - start).count(), 3);
  const double peak = bench::PeakMib();
  const bench::Memory after = bench::MemoryNow();
  Print("rules", static_cast<double>(engine->program.size()), 0);
  Print("left_out", static_cast<double>(engine->program.set().left_out), 0);
  Print("memory_heap_mib", after.heap_mib - before.heap_mib, 1);
  Print("memory_resident_mib", after.resident_mib - before.resident_mib, 1);
  if (has_peak) Print("memory_peak_mib", peak - before.resident_mib, 1);
  return engine;
}

void PrintTimes(const Options& options, Bench& bench, const bench::CloudEvents& events) {
  const double heap = bench::MemoryNow().heap_mib;
  const uint64_t matching = bench.Count();
  Print("memory_matching_mib", bench::MemoryNow().heap_mib - heap, 1);
  double floor = 1e9;
  double decode = 1e9;
  double recognise = 1e9;
  double match = 1e9;
  for (uint64_t i = 0; i < options.repeat; ++i) {
    const double start = ProcessorSeconds();
    CHECK(bench::ParseAll(events));
    floor = std::min(floor, ProcessorSeconds() - start);
    decode = std::min(decode, bench.Seconds(Work::kDecode));
    recognise = std::min(recognise, bench.Seconds(Work::kRecognise));
    match = std::min(match, bench.Seconds(Work::kMatch));
  }
  const auto count = static_cast<double>(options.events);
  Print("matching_percent", 100.0 * static_cast<double>(matching) / count, 2);
  Print("dom_events_per_second", count / floor, 0);
  Print("decode_events_per_second", count / decode, 0);
  Print("decode_and_recognise_events_per_second", count / recognise, 0);
  Print("all_events_per_second", count / match, 0);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!Read(argc, argv, options)) {
    std::fprintf(stderr, "usage: see the top of bench/sigma.cc\n");
    return 2;
  }
  const source::Tables tables(source::All());
  const std::unique_ptr<Engine> engine = LoadAndPrint(options, tables);
  const bench::CloudEvents events = bench::MakeCloudEvents(options.events);
  Print("mean_bytes", static_cast<double>(events.bytes()) / static_cast<double>(options.events), 0);

  Bench bench(options, tables, *engine, events);
  if (options.hits) {
    bench.PrintHits();
  } else if (options.once) {
    const uint64_t matching = bench.Count();  // caches and buffers are as later on, then
    tokentrail_sigma_pass([](void* context) { (void)static_cast<Bench*>(context)->Count(); },
                          &bench);
    Print("matching_percent",
          100.0 * static_cast<double>(matching) / static_cast<double>(options.events), 2);
  } else {
    PrintTimes(options, bench, events);
  }
  return 0;
}
