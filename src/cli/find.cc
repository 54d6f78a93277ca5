// `tokentrail find`: where a value, an expression, an indicator or a token turns up.

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

#include "base/secret.h"
#include "base/text.h"
#include "cli/case_file.h"
#include "cli/flag.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/search.h"
#include "cli/terminal.h"
#include "cli/token.h"
#include "sink/csv_writer.h"
#include "sink/json_writer.h"
#include "sink/layout.h"
#include "sink/width.h"

namespace tokentrail::cli {

namespace {

constexpr FlagDef kFlags[] = {
    {.name = "case",
     .value = "DIR",
     .group = "Input",
     .summary = "search the findings of this case folder (default, without a PATH: the "
                "last one in this folder)",
     .completes = "directory"},
    {.name = "ioc",
     .value = "FILE",
     .group = "Input",
     .summary = "a list of indicators: one a line, or the first column of a CSV; # starts a "
                "comment; hxxp and [.] are understood",
     .completes = "file"},
    {.name = "secret",
     .value = "-",
     .group = "Input",
     .summary = "read one token from standard input (JWT, ghp_, xoxb-, ...), find the uses of it "
                "by its ids and hashes; no part of it is printed",
     .choices = "-"},
    {.name = "regex",
     .letter = 'e',
     .value = "REGEX",
     .group = "Filtering",
     .summary = "an expression (RE2 syntax) instead of TEXT; may repeat"},
    {.name = "ignore-case",
     .letter = 'i',
     .group = "Filtering",
     .summary = "upper and lower case are the same"},
    {.name = "filter",
     .letter = 'F',
     .value = "FIELD:VALUE",
     .group = "Filtering",
     .summary = "only records with this value; FIELD is a name of `tokentrail list fields` or a "
                "path such as properties.appId; * at an end of VALUE stands for anything; may "
                "repeat: all must match"},
    {.name = "output-type",
     .letter = 't',
     .value = "TYPE",
     .group = "Output",
     .summary = "text (default), csv or jsonl: one row a value",
     .choices = "text|csv|jsonl"},
    {.name = "limit",
     .value = "N",
     .group = "Output",
     .summary = "how many records to show (default: 10000); the rest are counted"},
    {.name = "quiet",
     .letter = 'q',
     .group = "Display",
     .summary = "no progress bar and no closing line"},
    {.name = "no-color", .letter = 'K', .group = "Display", .summary = "no colours"},
    {.name = "threads",
     .value = "N",
     .group = "General",
     .summary = "how many threads search (default: one a core)"},
};

constexpr Example kExamples[] = {
    {"tokentrail find 203.0.113.7 exports/", "an address, however it is written"},
    {"tokentrail find -e 'python-requests/2\\.' exports/", "an expression"},
    {"tokentrail find -F actor.user.name:ben@contoso.example -i consent exports/",
     "what one user's records say of consent"},
    {"tokentrail find --ioc bad-apps.txt exports/", "a list of indicators"},
    {"tokentrail find --secret - exports/ < token.txt", "what a leaked token was used for"},
};

Error Misused(std::string message) { return {ErrorKind::kInvalid, std::move(message)}; }

Result<uint64_t> ReadCount(const Args& args, std::string_view flag, uint64_t otherwise,
                           uint64_t most) {
  if (!args.Has(flag)) return otherwise;
  const std::string text = args.Get(flag);
  if (!IsDigits(text) || text.size() > 9 || std::stoull(text) == 0 || std::stoull(text) > most) {
    return Misused(fmt::format("--{} can't be '{}'; it takes a number from 1 to {}", flag,
                               Printable(text), Grouped(most)));
  }
  return std::stoull(text);
}

Result<std::string> ReadAll(std::istream& in, size_t most) {
  std::string out;
  char buffer[4096];
  while (out.size() <= most && in) {
    in.read(buffer, sizeof buffer);
    out.append(buffer, static_cast<size_t>(in.gcount()));
  }
  return out;
}

/// What is searched for, and in what.
struct Plan {
  Search search;
  std::unique_ptr<Needles> needles = std::make_unique<Needles>();
  std::string case_folder;  ///< empty: evidence
};

Result<Done> AddIndicators(const std::string& path, Needles& needles) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return Error{ErrorKind::kNotFound, fmt::format("cannot read '{}'", Printable(path))};
  }
  static constexpr size_t kMaxList = 256u << 20;
  const std::string text = TRY(ReadAll(file, kMaxList));
  if (text.size() > kMaxList) {
    return Misused(fmt::format("'{}' is larger than 256 MiB", Printable(path)));
  }
  const IndicatorList list = ReadIndicators(text);
  if (list.indicators.empty()) {
    return Misused(fmt::format("'{}' holds no indicators", Printable(path)));
  }
  for (const std::string& indicator : list.indicators) {
    needles.AddText(indicator, indicator, true, true);
  }
  if (list.too_short > 0) {
    PrintError(fmt::format("tokentrail: {}: {} shorter than four characters left out\n",
                           Printable(path), Grouped(list.too_short)));
  }
  return Done{};
}

/// Tells what the token is, and searches for its traces.
Result<Done> AddToken(Needles& needles) {
  const std::string text = TRY(ReadAll(std::cin, 128 << 10));
  const TokenFacts token = TRY(ReadToken(text));
  std::string out = token.kind + "\n";
  for (const auto& list : {token.facts, token.traces}) {
    for (const auto& fact : list) {
      out += fmt::format("  {:<44} {}\n", fact.name, Printable(fact.value));
    }
  }
  PrintError(out);
  for (const auto& trace : token.traces) needles.AddText(trace.value, trace.name, false, false);
  needles.AddText(token.text, "the token itself, in clear", false, false);
  return Done{};
}

Result<Plan> MakePlan(const Args& args) {
  Plan plan;
  Search& search = plan.search;
  search.needles = plan.needles.get();
  for (const std::string& text : args.All("filter")) {
    search.filters.push_back(TRY(FieldFilter::Parse(text)));
  }
  const bool any_case = args.Has("ignore-case");
  for (const std::string& pattern : args.All("regex")) {
    plan.needles->AddRegex(TRY(sigma::Regex::Compile(pattern, {.ignore_case = any_case})), pattern);
  }
  for (const std::string& path : args.All("ioc")) TRY(AddIndicators(path, *plan.needles));
  size_t first_path = 0;
  if (!args.Has("regex") && !args.Has("ioc") && !args.Has("secret")) {
    const bool paths_only = !search.filters.empty() && args.words().size() < 2;
    if (args.words().empty() && search.filters.empty()) {
      return Misused("nothing to look for: name a TEXT, or give -e, -F, --ioc or --secret");
    }
    if (!paths_only) {
      const std::string& text = args.words()[0];
      if (text.empty()) return Misused("nothing to look for: the TEXT is empty");
      if (!FindSecret(text, 0).kind.empty()) {
        PrintError(
            "tokentrail: TEXT looks like a token; `tokentrail find --secret -` finds more of its "
            "uses and keeps it out of the shell's history\n");
      }
      plan.needles->AddText(text, "", any_case, false);
      first_path = 1;
    }
  }
  search.inputs.assign(args.words().begin() + static_cast<long>(first_path), args.words().end());
  if (args.Has("case") && !search.inputs.empty()) {
    return Misused("give either PATHs or --case, not both");
  }
  if (args.Has("secret")) {
    for (const std::string& input : search.inputs) {
      if (input == "-") return Misused("standard input holds the token, it can't be evidence too");
    }
    TRY(AddToken(*plan.needles));
    search.secret = true;
  }
  if (search.inputs.empty()) {
    plan.case_folder = args.Has("case") ? std::string(args.Get("case")) : LastCase();
    if (!search.filters.empty()) return Misused("--filter needs a PATH: it chooses log records");
  }
  search.limit = TRY(ReadCount(args, "limit", 10'000, 100'000'000));
  search.threads = static_cast<unsigned>(TRY(ReadCount(args, "threads", 0, 1024)));
  search.context = args.Get("output-type", "text") == "text" ? 120 : 500;
  return plan;
}

constexpr std::string_view kColumns[] = {"file",   "line",    "offset",    "time",
                                         "source", "pointer", "indicator", "value"};

/// Prints found records one by one.
class Printer {
 public:
  Printer(std::string_view type, const sink::Terminal& terminal)
      : type_(type), terminal_(terminal) {
    if (type_ == "csv") {
      sink::CsvWriter csv(out_);
      for (const std::string_view column : kColumns) csv.Cell(column);
      csv.EndRow();
    }
  }

  void Add(const FoundRecord& found) {
    if (type_ == "text") {
      Text(found);
    } else if (found.values.empty()) {
      Row(found, {});
    } else {
      for (const FoundValue& value : found.values) Row(found, value);
    }
  }

  Result<Done> Flush() {
    const std::string text = std::move(out_);
    out_.clear();
    return Print(text);
  }
  size_t size() const { return out_.size(); }

 private:
  void Text(const FoundRecord& found) {
    // The place is never cut: it is what one copies.
    out_ += sink::Paint(terminal_, sink::Colour::kBold,
                        fmt::format("{}:{}", Printable(found.file), found.place.line));
    out_ += fmt::format("  {}  {}\n", found.has_time ? FormatTimeShort(found.time) : "no time",
                        found.source.empty() ? "unknown source" : Printable(found.source));
    for (const FoundValue& value : found.values) {
      std::string line = "    " + Printable(value.pointer);
      if (!value.label.empty()) line += "  [" + Printable(value.label) + "]";
      if (!value.value.empty()) line += "  " + Printable(value.value);
      out_ += sink::FitWidth(line, terminal_.columns) + "\n";
    }
  }

  void Row(const FoundRecord& found, const FoundValue& value) {
    const std::string time = found.has_time ? FormatTime(found.time) : "";
    if (type_ == "csv") {
      sink::CsvWriter csv(out_);
      csv.Cell(found.file).Cell(found.place.line).Cell(found.place.offset).Cell(time);
      csv.Cell(found.source).Cell(value.pointer).Cell(value.label).Cell(value.value).EndRow();
      return;
    }
    sink::JsonWriter json(out_);
    json.BeginObject()
        .Member("file", found.file)
        .Member("line", found.place.line)
        .Member("offset", found.place.offset)
        .Member("time", time)
        .Member("source", found.source)
        .Member("pointer", value.pointer)
        .Member("indicator", value.label)
        .Member("value", value.value)
        .EndObject();
    out_.push_back('\n');
  }

  std::string type_;
  sink::Terminal terminal_;
  std::string out_;
};

/// Wide enough for what is not a terminal: nothing is cut there.
sink::Terminal Wide(const Args& args) {
  sink::Terminal out = TerminalOf(STDOUT_FILENO, args.Has("no-color"));
  if (!IsTerminal(STDOUT_FILENO)) out.columns = 100'000;
  return out;
}

Result<ExitCode> InEvidence(const Args& args, const Plan& plan) {
  const bool quiet = args.Has("quiet");
  pipeline::Progress progress;
  std::unique_ptr<ProgressBar> bar;
  if (!quiet && IsTerminal(STDERR_FILENO)) {
    bar = std::make_unique<ProgressBar>(progress, TerminalOf(STDERR_FILENO, true).columns);
  }
  auto ran = Run(plan.search, progress, StopFlag());
  bar.reset();
  const std::unique_ptr<SearchResult> result = TRY(std::move(ran));

  Printer printer(args.Get("output-type", "text"), Wide(args));
  for (const FoundRecord& found : result->found) {
    printer.Add(found);
    if (printer.size() > (1u << 20)) TRY(printer.Flush());
  }
  TRY(printer.Flush());
  const uint64_t left_out = result->ledger.left_out_total();
  if (!quiet) {
    std::string line =
        fmt::format("{} of {} records match", Grouped(result->matched), Grouped(result->records));
    if (result->matched > result->found.size()) {
      line += fmt::format("; the first {} are shown (--limit)", Grouped(result->found.size()));
    }
    if (result->interrupted) line += "; INTERRUPTED: the rest was not searched";
    PrintError(line + "\n");
    for (const auto& [reason, entry] : result->ledger.left_out()) {
      const std::string file = entry.first.file < result->files.size()
                                   ? result->files.at(entry.first.file).path
                                   : std::string();
      PrintError(fmt::format("not searched: {} {} (first: {}:{})\n", Grouped(entry.count), reason,
                             Printable(file), entry.first.line));
    }
  }
  if (result->interrupted) return ExitCode::kInterrupted;
  return left_out > 0 ? ExitCode::kLeftOut : ExitCode::kDone;
}

Result<ExitCode> InCase(const Args& args, const Plan& plan) {
  const Redactor redactor("findings are redacted already");
  Printer printer(args.Get("output-type", "text"), Wide(args));
  uint64_t matched = 0;
  uint64_t findings = 0;
  TRY(EachFinding(plan.case_folder, [&](std::string_view, const Record& record) -> Result<bool> {
    ++findings;
    FoundRecord found;
    found.values = MatchValues(record, plan.search, redactor);
    if (found.values.empty()) return true;
    if (++matched > plan.search.limit) return true;
    found.file = "finding " + std::string(record.Text("id"));
    found.place.line = findings;
    found.source = std::string(record.Text("level")) + ": " + std::string(record.Text("title"));
    const ParsedTime time = ParseTime(record.Text("first_time"));
    found.has_time = time.fault == TimeFault::kNone;
    found.time = time.time;
    printer.Add(found);
    return true;
  }));
  TRY(printer.Flush());
  if (!args.Has("quiet")) {
    PrintError(
        fmt::format("{} of {} findings of {} match; name the evidence as well to search "
                    "all of it: tokentrail find ... PATH\n",
                    Grouped(matched), Grouped(findings), Printable(plan.case_folder)));
  }
  return ExitCode::kDone;
}

Result<ExitCode> Run(const Args& args) {
  const Plan plan = TRY(MakePlan(args));
  return plan.case_folder.empty() ? InEvidence(args, plan) : InCase(args, plan);
}

}  // namespace

extern constinit const VerbDef kFind;
constinit const VerbDef kFind = {
    .name = "find",
    .usage = "find TEXT [PATH... | --case DIR] [flags]",
    .summary = "Find a value, expression, list of indicators or token in evidence or findings",
    .description =
        "Looks at every value of every record, also inside JSON in texts, and prints where each "
        "match stands. An address matches however it is written, and never inside a longer one. "
        "With -e, --ioc or --secret all words are PATHs; so is a single word beside -F. Without a "
        "PATH the findings of the last hunt are searched. Secrets in what is shown are taken out.",
    .flags = kFlags,
    .examples = kExamples,
    .words = "file",
    .run = Run,
};

}  // namespace tokentrail::cli
