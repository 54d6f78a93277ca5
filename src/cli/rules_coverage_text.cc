#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "base/text.h"
#include "cli/panel.h"
#include "cli/rules_coverage.h"
#include "cli/sheet.h"
#include "sink/json_writer.h"
#include "sink/table.h"
#include "sink/width.h"

namespace tokentrail::cli {

namespace {

using sink::Cell;
using sink::Colour;

std::string Counted(size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", Grouped(count), noun, count == 1 ? "" : "s");
}

std::string Joined(const std::vector<std::string>& words, std::string_view between) {
  return fmt::format("{}", fmt::join(words, between));
}

std::string_view LogOf(const RuleTruth& rule) {
  return rule.log_source.empty() ? std::string_view("any log") : rule.log_source;
}

class Writer {
 public:
  Writer(std::span<const RuleTruth> rules, const sink::Terminal& terminal) : terminal_(terminal) {
    for (const RuleTruth& rule : rules) by_truth_[rule.truth].push_back(&rule);
  }

  void NeverHere() {
    Heading(Truth::kNeverHere, "their log was read, but no record of it can match");
    // What lacks the same stands together: one missing field often silences a dozen rules.
    std::map<std::tuple<std::string_view, std::string_view, std::string_view, std::string_view>,
             std::vector<const RuleTruth*>>
        groups;
    for (const RuleTruth* rule : by_truth_[Truth::kNeverHere]) {
      groups[{LogOf(*rule), rule->field, rule->reason, rule->nearest}].push_back(rule);
    }
    std::vector<std::pair<const RuleTruth*, std::vector<const RuleTruth*>>> sorted;
    for (auto& [key, rules] : groups) sorted.emplace_back(rules.front(), std::move(rules));
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
      return std::pair(LogOf(*a.first), b.second.size()) <
             std::pair(LogOf(*b.first), a.second.size());
    });
    std::string_view log;
    for (const auto& [first, rules] : sorted) {
      if (LogOf(*first) != log) {
        log = LogOf(*first);
        out_ += fmt::format("  {}\n", sink::Paint(terminal_, Colour::kCyan,
                                                  sink::FitWidth(Printable(log), Room(2))));
      }
      std::string why = fmt::format("{}: {}", first->field, first->reason);
      if (first->field.empty()) why = first->reason;
      if (!first->nearest.empty()) why += fmt::format("; nearest: {}", first->nearest);
      out_ += Indented(Printable(why), 4);
      List(rules, 6, false);
    }
  }

  void Fired() {
    auto& rules = by_truth_[Truth::kFired];
    const auto silent = std::count_if(rules.begin(), rules.end(),
                                      [](const RuleTruth* rule) { return !rule->alerts; });
    Heading(Truth::kFired, silent == 0 ? std::string()
                                       : fmt::format("{} of them only count for correlations, and "
                                                     "make no finding of their own",
                                                     Grouped(static_cast<size_t>(silent))));
    std::stable_sort(rules.begin(), rules.end(), [](const RuleTruth* a, const RuleTruth* b) {
      return std::pair(b->level, b->hits) < std::pair(a->level, a->hits);
    });
    List(rules, 2, true);
  }

  void CouldFire() {
    Heading(Truth::kCouldFire, "every field they need was seen, no record matched");
    List(by_truth_[Truth::kCouldFire], 2, true);
  }

  void NoSource(bool verbose) {
    Heading(Truth::kNoSource, "no record of their log was read");
    auto& rules = by_truth_[Truth::kNoSource];
    if (rules.empty()) return;
    if (verbose) {
      List(rules, 2, true);
      return;
    }
    std::map<std::pair<std::string_view, std::string_view>, size_t> counts;
    for (const RuleTruth* rule : rules) {
      std::string_view log = LogOf(*rule);
      // There are dozens of logs of Windows.
      if (rule->reason == kNoSuchLog) log = log.substr(0, log.find(" / "));
      ++counts[{log, rule->reason}];
    }
    std::vector<std::vector<Cell>> rows;
    for (const auto& [key, count] : counts) {
      rows.push_back({{Grouped(count)}, {Printable(key.first)}, {Printable(key.second)}});
    }
    std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
      return std::pair(a[0].text.size(), a[0].text) > std::pair(b[0].text.size(), b[0].text);
    });
    sink::LayOut({{.title = "rules", .right = true},
                  {.title = "log source", .least = 16},
                  {.title = "why", .least = 24}},
                 rows, terminal_, 2, out_);
  }

  void Line(std::string_view text) { out_ += sink::WrapWidth(text, terminal_.columns) + "\n"; }
  std::string Take() { return std::move(out_); }

 private:
  size_t Room(size_t indent) const {
    return terminal_.columns > indent + 8 ? terminal_.columns - indent : 8;
  }

  std::string Indented(std::string_view text, size_t indent) const {
    std::string out(indent, ' ');
    for (const char c : sink::WrapWidth(text, Room(indent))) {
      out.push_back(c);
      if (c == '\n') out.append(indent, ' ');
    }
    return out + "\n";
  }

  void Heading(Truth truth, std::string_view meaning) {
    const size_t count = by_truth_[truth].size();
    if (count == 0) return;
    if (!out_.empty()) out_.push_back('\n');
    const std::string text = fmt::format("{}  {}{}{}", TruthName(truth), Counted(count, "rule"),
                                         meaning.empty() ? "" : ": ", meaning);
    out_ += sink::Paint(terminal_, Colour::kBold, sink::WrapWidth(text, terminal_.columns)) + "\n";
  }

  /// Of a rule that makes no finding of its own: what it is good for.
  static std::string CountsFor(const RuleTruth& rule) {
    if (rule.alerts || rule.counts_for.empty()) return "";
    const size_t others = rule.counts_for.size() - 1;
    return fmt::format(" (counts for '{}'{})", rule.counts_for.front(),
                       others == 0 ? "" : fmt::format(" and {} more", Grouped(others)));
  }

  void List(const std::vector<const RuleTruth*>& rules, size_t indent, bool with_log) {
    std::vector<std::vector<Cell>> rows;
    bool hits = false;
    for (const RuleTruth* rule : rules) hits = hits || rule->hits > 0;
    for (const RuleTruth* rule : rules) {
      const std::string log(with_log ? LogOf(*rule) : std::string_view());
      rows.push_back({{hits ? Grouped(rule->hits) : ""},
                      {std::string(Name(rule->level)), sink::LevelColour(rule->level)},
                      {Printable(rule->title + CountsFor(*rule))},
                      {Printable(log)}});
    }
    sink::LayOut({{.title = hits ? "hits" : "", .right = true},
                  {.title = hits ? "level" : ""},
                  {.title = hits ? "rule" : "", .least = 24, .weight = 3},
                  {.title = hits ? "log source" : "", .least = 16, .drop = 1}},
                 rows, terminal_, indent, out_);
  }

  const sink::Terminal& terminal_;
  std::map<Truth, std::vector<const RuleTruth*>> by_truth_;
  std::string out_;
};

std::string Key(Truth truth) {
  std::string out(TruthName(truth));
  std::replace(out.begin(), out.end(), ' ', '_');
  return out;
}

}  // namespace

std::string CoverageText(std::span<const RuleTruth> rules, const Summary& summary, bool verbose,
                         const sink::Terminal& terminal) {
  Writer writer(rules, terminal);
  writer.NeverHere();
  writer.Fired();
  writer.CouldFire();
  writer.NoSource(verbose);
  writer.Line("");
  writer.Line("rules " + RuleCounts(summary));
  std::string read = fmt::format("read {}, {}", Counted(summary.files, "file"),
                                 Counted(summary.records, "record"));
  std::vector<std::string> sources;
  for (const SourceCount& one : summary.sources) {
    sources.push_back(fmt::format("{} {}", one.name, Grouped(one.events)));
  }
  if (!sources.empty()) read += ": " + Joined(sources, ", ");
  writer.Line(read);
  if (const std::string text = LeftOutText(summary.ledger); !text.empty()) {
    std::vector<std::string> reasons;
    for (const auto& [reason, entry] : summary.ledger.left_out()) {
      reasons.push_back(fmt::format("{} {}", Grouped(entry.count), reason));
    }
    writer.Line(fmt::format("left out {}: {}", text, Printable(Joined(reasons, ", "))));
  }
  if (summary.interrupted) writer.Line("INTERRUPTED: only what was read until then is judged");
  return writer.Take();
}

std::string CoverageJson(std::span<const RuleTruth> rules, const Summary& summary) {
  std::string out;
  sink::JsonWriter json(out, 2);
  json.BeginObject().Member("interrupted", summary.interrupted);
  json.Key("counts").BeginObject();
  json.Member("loaded", summary.rules_loaded).Member("left_out", summary.rules_left_out);
  json.Member("not_chosen", summary.rules_not_chosen);
  for (const Truth truth :
       {Truth::kFired, Truth::kCouldFire, Truth::kNoSource, Truth::kNeverHere}) {
    const auto it = summary.rule_truths.find(truth);
    json.Member(Key(truth), it == summary.rule_truths.end() ? uint64_t{0} : it->second);
  }
  json.EndObject();
  json.Key("evidence").BeginObject().Member("files", summary.files);
  json.Member("records", summary.records).Member("events", summary.events);
  json.Member("left_out", summary.ledger.left_out_records());
  json.Key("sources").BeginArray();
  for (const SourceCount& one : summary.sources) {
    json.BeginObject().Member("name", one.name).Member("events", one.events).EndObject();
  }
  json.EndArray().EndObject();
  json.Key("rules").BeginArray();
  for (const RuleTruth& rule : rules) {
    json.BeginObject().Member("truth", Key(rule.truth)).Member("hits", rule.hits);
    json.Member("kind", rule.correlation ? "correlation" : "rule").Member("id", rule.id);
    json.Member("title", rule.title).Member("level", Name(rule.level));
    json.Member("alerts", rule.alerts).Key("counts_for").BeginArray();
    for (const std::string& title : rule.counts_for) json.Text(title);
    json.EndArray();
    json.Member("log_source", rule.log_source);
    json.Key("sources").BeginArray();
    for (const std::string& source : rule.sources) json.Text(source);
    json.EndArray().Member("field", rule.field).Member("reason", rule.reason);
    json.Member("nearest", rule.nearest).Member("file", rule.file).Member("line", rule.line);
    json.EndObject();
  }
  json.EndArray().EndObject();
  return out + '\n';
}

std::string CoverageCsv(std::span<const RuleTruth> rules) {
  Sheet sheet{
      .title = "Coverage",
      .intro = "",
      .columns = {"truth", "hits", "level", "title", "log_source", "sources", "field", "reason",
                  "nearest", "kind", "id", "file", "line", "alerts", "counts_for"},
      .rows = {},
      .least = {},
      .drop = {}};
  for (const RuleTruth& rule : rules) {
    sheet.rows.push_back({Key(rule.truth), std::to_string(rule.hits), std::string(Name(rule.level)),
                          rule.title, rule.log_source, Joined(rule.sources, " "), rule.field,
                          rule.reason, rule.nearest, rule.correlation ? "correlation" : "rule",
                          rule.id, rule.file, std::to_string(rule.line),
                          rule.alerts ? "true" : "false", Joined(rule.counts_for, "; ")});
  }
  return Render(sheet, "csv", {});
}

}  // namespace tokentrail::cli
