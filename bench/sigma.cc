// What Sigma rules cost: tokentrail_sigma RULES... [--events N] [--repeat N] [--copies N] [--plain]
//
// RULES are files, folders and archives. Events are synthetic cloud records, the same for the same N,
// their mean and mix as in SIGMA.md 4.1, decoded again for each pass; files are not read and nothing is
// written. `--copies 10` loads each rule ten times, each copy with values of its own, so that ten
// times the rules are there and no more of them match. Prints one figure a line, `name value`.

#include <sys/resource.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/redact.h"
#include "base/yaml.h"
#include "bench/evidence.h"
#include "pipeline/rule_files.h"
#include "sigma/program.h"
#include "source/def.h"
#include "source/json.h"
#include "source/normalise.h"

namespace {

using namespace tokentrail;  // NOLINT: a tool of one file
using Clock = std::chrono::steady_clock;

/// Shares of the records, by the shape's name: azure 35, m365 20, gcp 12, okta 12, kubernetes 12,
/// github 9, as in SIGMA.md 4.1.
constexpr std::pair<std::string_view, uint64_t> kMix[] = {
    {"entra-signin", 15}, {"entra-audit", 12}, {"graph-activity", 8}, {"unified-audit", 20},
    {"google", 12},       {"okta", 12},        {"kubernetes", 12},    {"github", 9}};

struct Options {
  std::vector<std::string> rules;
  uint64_t events = 100'000;
  uint64_t repeat = 5;
  uint64_t copies = 1;
  bool plain = false;
  bool once = false;  ///< one whole pass and nothing else: for counting instructions
};

/// A pass over all events. Not inline, so that instructions can be counted in it alone.
extern "C" __attribute__((noinline)) void tokentrail_sigma_pass(void (*pass)(void*), void* context);
void tokentrail_sigma_pass(void (*pass)(void*), void* context) { pass(context); }

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
    } else if (flag == "--once") {
      out.once = true;
    } else if (flag == "--plain") {
      out.plain = true;
    } else if (flag.starts_with("--")) {
      return false;
    } else {
      out.rules.emplace_back(flag);
    }
  }
  return !out.rules.empty();
}

void Escape(std::string_view text, std::string& out) {
  out.push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    if (c == '\n') {
      out += "\\n";
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

/// Writes a rule's tree as flow YAML. `mark` is put behind each text value of the detection, so
/// that the copy is about something else.
void Write(const Yaml& node, std::string_view mark, std::string& out) {
  switch (node.type) {
    case Yaml::Type::kNull:
      out += "null";
      return;
    case Yaml::Type::kScalar:
      if (!node.quoted && mark.empty()) {
        Escape(node.text, out);
      } else {
        Escape(mark.empty() ? node.text : node.text + std::string(mark), out);
      }
      return;
    case Yaml::Type::kList:
      out.push_back('[');
      for (const Yaml& item : node.list) {
        Write(item, mark, out);
        out.push_back(',');
      }
      out.push_back(']');
      return;
    case Yaml::Type::kMap:
      out.push_back('{');
      for (const auto& [key, value] : node.map) {
        Escape(key.text, out);
        out.push_back(':');
        // What is no text, or no plain one, stays as it is.
        const bool keep = key.text == "condition" || key.text.find("|re") != std::string::npos ||
                          key.text.find("|cidr") != std::string::npos ||
                          key.text.find("|exists") != std::string::npos ||
                          key.text.find("|fieldref") != std::string::npos ||
                          (value.is_scalar() && !value.quoted && value.text == "null");
        Write(value, keep ? "" : mark, out);
        out.push_back(',');
      }
      out.push_back('}');
      return;
  }
}

std::string Copy(const Yaml& rule, uint64_t number) {
  const std::string mark = " copy" + std::to_string(number);
  std::string out = "{";
  for (const auto& [key, value] : rule.map) {
    if (key.text != "title" && key.text != "logsource" && key.text != "detection") continue;
    Escape(key.text, out);
    out.push_back(':');
    Write(value, key.text == "logsource" ? "" : mark, out);
    out.push_back(',');
  }
  return out + "}";
}

sigma::RuleSet Load(const Options& options, Report& report) {
  sigma::RuleSet set;
  auto files = pipeline::ReadRuleFiles(options.rules, report);
  if (!files.ok()) {
    std::fprintf(stderr, "%s\n", files.error().message.c_str());
    std::exit(1);
  }
  for (const pipeline::RuleFile& file : *files) {
    set.Add(file.name, file.text, report);
    if (options.copies == 1) continue;
    const auto documents = ParseYaml(file.text);
    if (!documents.ok()) continue;
    for (const Yaml& document : *documents) {
      for (uint64_t i = 1; i < options.copies; ++i) {
        set.Add(file.name + "#" + std::to_string(i), Copy(document, i), report);
      }
    }
  }
  set.Resolve(report);
  return set;
}

std::string MakeEvents(uint64_t count, std::vector<std::pair<size_t, size_t>>& lines) {
  std::vector<bench::Writer> writers;
  std::vector<uint64_t> upto;
  uint64_t all = 0;
  for (const auto& [name, share] : kMix) {
    for (const bench::Shape& shape : bench::Shapes()) {
      if (shape.name == name) writers.emplace_back(shape, 900 + all);
    }
    all += share;
    upto.push_back(all);
  }
  CHECK(writers.size() == upto.size());
  bench::Random random(4);
  std::string out;
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t at = random.Below(all);
    size_t which = 0;
    while (upto[which] <= at) ++which;
    const size_t start = out.size();
    writers[which].Append(out, bench::kStartMicros + static_cast<int64_t>(i) * 1'000'000);
    lines.emplace_back(start, out.size() - start - 1);
  }
  out.append(source::JsonReader::kPadding, ' ');
  return out;
}

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

long PeakKilobytes() {
  struct rusage usage {};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!Read(argc, argv, options)) {
    std::fprintf(stderr,
                 "usage: tokentrail_sigma RULES... [--events N] [--repeat N] [--copies N] "
                 "[--plain]\n");
    return 2;
  }
  const long before = PeakKilobytes();
  const auto loading = Clock::now();
  Report report;
  const sigma::Program program(Load(options, report));
  const source::Tables tables(source::All());
  std::vector<sigma::Plan> plans;
  for (size_t i = 0; i < tables.size(); ++i) {
    std::vector<sigma::LogSource> names;
    for (const auto& name : tables.source(static_cast<SourceIndex>(i)).sigma) {
      names.push_back({name.product, name.category, name.service});
    }
    plans.push_back(program.MakePlan(names));
  }
  std::printf("load_seconds %.3f\n", SecondsSince(loading));
  std::printf("rules %zu\n", program.size());
  std::printf("left_out %zu\n", program.set().left_out);
  std::printf("load_peak_mib %.1f\n", static_cast<double>(PeakKilobytes() - before) / 1024);

  std::vector<std::pair<size_t, size_t>> lines;
  const std::string text = MakeEvents(options.events, lines);
  std::printf("mean_bytes %.0f\n",
              static_cast<double>(text.size()) / static_cast<double>(options.events));

  const source::NormaliseSettings settings;
  const Redactor redactor("0123456789abcdef");
  const source::Normaliser normaliser(tables, settings, redactor);
  source::JsonReader json;
  std::vector<sigma::Plan::Scratch> scratches(plans.size());
  std::vector<sigma::Hit> hits;
  const auto mode = options.plain ? sigma::Plan::Mode::kPlain : sigma::Plan::Mode::kIndexed;
  const auto pass = [&](bool claim, bool match, uint64_t& matching) {
    matching = 0;
    const auto start = Clock::now();
    for (const auto& [at, size] : lines) {
      CHECK(json.Parse(std::string_view(text).substr(at, size)));
      if (!claim) continue;
      const Record record = normaliser.Unwrap(json.record());
      SourceIndex index = 0;
      CHECK(normaliser.Claim(record, index) != nullptr);
      if (!match) continue;
      hits.clear();
      plans[index].Match(record, {}, scratches[index], hits, mode);
      matching += !hits.empty();
    }
    return SecondsSince(start);
  };
  if (options.once) {
    uint64_t matching = 0;
    auto whole = [&] { (void)pass(true, true, matching); };
    whole();  // caches and buffers as they are later on
    tokentrail_sigma_pass([](void* context) { (*static_cast<decltype(whole)*>(context))(); },
                          &whole);
    std::printf("matching_percent %.2f\n", 100.0 * static_cast<double>(matching) /
                                               static_cast<double>(options.events));
    return 0;
  }
  double decode = 1e9;
  double claim = 1e9;
  double match = 1e9;
  uint64_t matching = 0;
  for (uint64_t i = 0; i < options.repeat; ++i) {
    decode = std::min(decode, pass(false, false, matching));
    claim = std::min(claim, pass(true, false, matching));
    match = std::min(match, pass(true, true, matching));
  }
  const auto events = static_cast<double>(options.events);
  std::printf("matching_percent %.2f\n", 100.0 * static_cast<double>(matching) / events);
  std::printf("decode_events_per_second %.0f\n", events / decode);
  std::printf("decode_and_recognise_events_per_second %.0f\n", events / claim);
  std::printf("all_events_per_second %.0f\n", events / match);
  return 0;
}
