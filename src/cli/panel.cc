#include "cli/panel.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "cli/terminal.h"
#include "sink/cell.h"
#include "sink/incident.h"
#include "sink/table.h"
#include "sink/width.h"
#include "store/library.h"
#include "store/store.h"
#include "trail/gap_rank.h"

namespace tokentrail::cli {

namespace {

using sink::Cell;
using sink::Colour;
using sink::Terminal;

constexpr size_t kLabel = 12;  ///< columns of the words at the left
constexpr size_t kTopApps = 10;
constexpr size_t kTopIncidents = 8;
constexpr size_t kTopFindings = 10;
constexpr size_t kTopFindingsBelowIncidents = 5;

std::string Counted(uint64_t count, std::string_view thing) {
  return fmt::format("{} {}{}", Grouped(count), thing, count == 1 ? "" : "s");
}

/// Google's scopes are addresses that all start alike; what differs is at their end.
std::string ShortPermission(std::string_view permission) {
  static constexpr std::string_view kGoogle = "https://www.googleapis.com/auth/";
  if (permission.starts_with(kGoogle)) permission.remove_prefix(kGoogle.size());
  return Printable(permission);
}

/// At most two lines; what is left out at a space, not inside a word.
std::string TwoLines(std::string_view text, size_t columns) {
  const std::string wrapped = sink::WrapWidth(text, columns);
  const size_t first = wrapped.find('\n');
  const size_t second = first == std::string::npos ? first : wrapped.find('\n', first + 1);
  if (second == std::string::npos) return wrapped;
  std::string last = wrapped.substr(first + 1, second - first - 1);
  while (sink::DisplayWidth(last) + 2 > columns && last.find(' ') != std::string::npos) {
    last.resize(last.rfind(' '));
  }
  return wrapped.substr(0, first + 1) + sink::FitWidth(last + " \u2026", columns);
}

/// Writes the panel piece by piece.
class Writer {
 public:
  Writer(const pipeline::Hunt& hunt, const PanelOptions& options, const Terminal& terminal)
      : hunt_(hunt), summary_(hunt.summary), options_(options), terminal_(terminal) {}

  void Line(std::string_view label, std::string_view text, Colour colour = Colour::kNone) {
    out_ += sink::Paint(terminal_, Colour::kBold, sink::PadWidth(label, kLabel - 1)) + " ";
    const size_t room = terminal_.columns > kLabel + 8 ? terminal_.columns - kLabel : 8;
    Indented(sink::WrapWidth(text, room), colour);
  }

  /// Lines after the first start below the words, not the labels.
  void Indented(std::string_view lines, Colour colour) {
    std::string indented;
    for (const char c : lines) {
      indented.push_back(c);
      if (c == '\n') indented.append(kLabel, ' ');
    }
    out_ += sink::Paint(terminal_, colour, indented) + "\n";
  }

  /// The stories before their parts.
  void Incidents() {
    if (summary_.interrupted) {
      Line("INTERRUPTED", "what follows covers only the evidence that was read until then",
           Colour::kBoldRed);
    }
    const std::vector<Incident>& incidents = hunt_.trails.incidents;
    if (incidents.empty()) return;
    const size_t shown = std::min(kTopIncidents, incidents.size());
    std::string text =
        fmt::format("{} of {}", Counted(incidents.size(), "incident"),
                    Counted(hunt_.findings.size(), "finding"));
    if (shown < incidents.size()) text += fmt::format("; here the {} worst", shown);
    if (incidents.size() > sink::kMaxPages) {
      text += fmt::format(" (pages: the {} worst; incidents.jsonl has all)", sink::kMaxPages);
    }
    Line("incidents", text);
    for (size_t i = 0; i < shown; ++i) {
      const Incident& incident = incidents[i];
      // The level stands where the words of other lines do; it fits but for `informational`.
      const std::string label = fmt::format("{:>2} {}", incident.number,
                                            incident.level == Level::kInformational
                                                ? std::string_view("info")
                                                : Name(incident.level));
      out_ += sink::Paint(terminal_, sink::LevelColour(incident.level),
                          sink::PadWidth(label, kLabel - 1)) +
              " ";
      const size_t room = terminal_.columns > kLabel + 8 ? terminal_.columns - kLabel : 8;
      Indented(TwoLines(Printable(incident.headline), room), Colour::kNone);
      std::string rest = fmt::format("{}, {} UTC", Counted(incident.findings.size(), "finding"),
                                     FormatTimeShort(incident.first).substr(0, 16));
      if (sink::HasPage(incident)) rest += ", " + sink::PagePath(incident);
      out_.append(kLabel, ' ');
      Indented(sink::FitWidth(rest, room), Colour::kDim);
    }
  }

  void Read() {
    Line("read",
         fmt::format("{}, {}, {}", Counted(summary_.files, "file"),
                     Counted(summary_.records, "record"), FormatBytes(summary_.bytes_read)));
    std::string events = Grouped(summary_.events);
    if (summary_.events > 0) {
      events +=
          fmt::format(", {} to {} ({})", FormatTimeShort(summary_.first),
                      FormatTimeShort(summary_.last), FormatSpan(summary_.last - summary_.first));
    }
    Line("events", events);
    Sources();
    if (summary_.duplicates > 0) {
      Line("duplicates", fmt::format("{} in several exports, counted once",
                                     Counted(summary_.duplicates, "record")));
    }
    if (summary_.superseded > 0) {
      Line("superseded", fmt::format("{} of earlier stages of a request that a later one repeats",
                                     Counted(summary_.superseded, "record")));
    }
    LeftOut();
  }

  void Sources() {
    if (summary_.sources.empty()) return;
    std::vector<std::vector<Cell>> rows;
    bool duplicates = false;
    bool superseded = false;
    for (const SourceCount& source : summary_.sources) {
      duplicates |= source.duplicates > 0;
      superseded |= source.superseded > 0;
    }
    // What tells no times (exports of the real state) has none.
    const auto when = [](Time time) {
      return time.micros == 0 ? std::string() : FormatTimeShort(time).substr(0, 16);
    };
    for (const SourceCount& source : summary_.sources) {
      rows.push_back({{Printable(source.name)},
                      {Grouped(source.events)},
                      {duplicates ? Grouped(source.duplicates) : ""},
                      {superseded ? Grouped(source.superseded) : ""},
                      {when(source.first)},
                      {when(source.last)}});
    }
    sink::LayOut({{.title = "source", .least = 18},
                  {.title = "events", .right = true},
                  {.title = duplicates ? "duplicates" : "", .right = true, .drop = 3},
                  {.title = superseded ? "superseded" : "", .right = true, .drop = 4},
                  {.title = "first (UTC)", .drop = 2},
                  {.title = "last (UTC)", .drop = 1}},
                 rows, terminal_, 2, out_);
  }

  void LeftOut() {
    const std::string text = LeftOutText(summary_.ledger);
    Line("left out", text.empty() ? "nothing" : text,
         text.empty() ? Colour::kNone : Colour::kYellow);
    Entries(summary_.ledger.left_out());
    if (!summary_.ledger.notes().empty()) {
      Line("noted", "used, but worth knowing");
      Entries(summary_.ledger.notes());
    }
  }

  void Entries(const std::map<std::string, Ledger::Entry, std::less<>>& entries) {
    std::vector<std::vector<Cell>> rows;
    bool any_detail = false;
    for (const auto& [reason, entry] : entries) {
      any_detail = any_detail || !entry.detail.empty();
      const std::string first = sink::PlaceText(hunt_.files, entry.first);
      rows.push_back(
          {{Grouped(entry.count)}, {reason}, {Printable(first)}, {Printable(entry.detail)}});
    }
    if (rows.empty()) return;
    // The file's name and line are at the end of a place, so it is cut at its front.
    sink::LayOut({{.title = "count", .right = true},
                  {.title = "reason", .least = 12},
                  {.title = "first at", .least = 24, .drop = 2, .keep_end = true},
                  {.title = any_detail ? "because" : "", .least = 24, .drop = 3}},
                 rows, terminal_, 2, out_);
  }

  void Rules() {
    if (summary_.rules_loaded > 0 || summary_.rules_left_out > 0) {
      Line("rules", RuleCounts(summary_, " (tokentrail rules coverage says why)"));
    }
    Policies();
    if (summary_.cannot_run.empty()) return;
    Line("cannot run",
         fmt::format("{} of {}: the evidence holds none of the logs they need",
                     summary_.cannot_run.size(), Counted(options_.analytics, "analytic")));
    // By the logs that would let them run, because that is what one can go and get.
    std::vector<std::pair<std::string_view, std::string>> by_need;
    for (const CannotRun& analytic : summary_.cannot_run) {
      auto group = std::find_if(by_need.begin(), by_need.end(),
                                [&](const auto& one) { return one.first == analytic.needs; });
      if (group == by_need.end()) {
        group = by_need.insert(by_need.end(), {analytic.needs, std::string()});
      }
      group->second += (group->second.empty() ? "" : " ") + analytic.id;
    }
    for (const auto& [needs, ids] : by_need) {
      Line("", Printable(fmt::format("{} need{} {}", ids,
                                     ids.find(' ') != std::string::npos ? "" : "s", needs)));
    }
  }

  /// How many apps fit; those in audit make no findings, so here is where they are told.
  void Policies() {
    if (summary_.policies.empty()) return;
    uint64_t findings = 0;
    size_t active = 0;
    std::string audit;
    size_t in_audit = 0;
    for (const PolicyCount& one : summary_.policies) {
      if (one.state == "active") {
        ++active;
        findings += one.apps;
      } else if (one.apps > 0) {
        ++in_audit;
        audit += fmt::format("{}{} {}", audit.empty() ? "" : ", ", one.id, Grouped(one.apps));
      }
    }
    Line("policies", fmt::format("{} active, {}; {} in audit", active,
                                 Counted(findings, "finding"), summary_.policies.size() - active));
    if (in_audit > 0) Line("", Printable("audit only, apps that fit: " + audit));
  }

  void CannotSee() {
    const std::vector<EvidenceGap>& gaps = hunt_.trails.gaps;
    if (gaps.empty()) return;
    constexpr size_t kShown = 3;
    Line("cannot see", fmt::format("{} of the evidence{}; tokentrail collect says how to close "
                                   "them",
                                   Counted(gaps.size(), "gap"),
                                   gaps.size() > kShown ? ", the worst first" : ""));
    const auto worst = trail::WorstFirst(gaps);
    for (size_t i = 0; i < worst.size() && i < kShown; ++i) {
      Line("", "- " + Printable(worst[i]->words));
    }
  }

  void Findings(std::span<const std::string_view> source_names) {
    std::string text;
    uint64_t total = 0;
    for (auto it = summary_.by_level.rbegin(); it != summary_.by_level.rend(); ++it) {
      if (it->second == 0) continue;
      total += it->second;
      text +=
          fmt::format("{}{} {}", text.empty() ? "" : ", ", Grouped(it->second), Name(it->first));
    }
    text = total == 0 ? "none" : fmt::format("{}: {}", Grouped(total), text);
    uint64_t below = 0;
    for (const auto& [level, count] : summary_.by_level) {
      if (level < options_.min_level) below += count;
    }
    below = std::min(below, summary_.hidden);
    if (below > 0) {
      text += fmt::format("; {} below {} not shown (-m informational shows all)", Grouped(below),
                          Name(options_.min_level));
    }
    if (summary_.hidden > below) {
      text +=
          fmt::format("; {} outside the time window not shown", Grouped(summary_.hidden - below));
    }
    Line("findings", text);
    if (!options_.table_above && !hunt_.findings.empty()) {
      const sink::Outcome outcome{hunt_.findings, summary_, hunt_.files, source_names,
                                  &hunt_.audit, &hunt_.trails};
      sink::WriteTable(outcome, terminal_,
                       hunt_.trails.incidents.empty() ? kTopFindings : kTopFindingsBelowIncidents,
                       out_);
    }
  }

  void Apps() {
    if (summary_.apps.empty()) return;
    const size_t shown = std::min(kTopApps, summary_.apps.size());
    Line("apps",
         shown == summary_.apps.size()
             ? Grouped(shown)
             : fmt::format("{}; the {} that matter most:", Grouped(summary_.apps.size()), shown));
    std::vector<std::vector<Cell>> rows;
    for (size_t i = 0; i < shown; ++i) {
      const AppRow& app = summary_.apps[i];
      rows.push_back({{Printable(app.name.empty() ? app.id : app.name)},
                      {app.name.empty() ? "" : Printable(app.id)},
                      {Printable(app.platform)},
                      {app.tenant_wide ? "all" : Grouped(app.users)},
                      {ShortPermission(app.permission)},
                      {app.severity < 0 ? "" : fmt::format("{}", app.severity)},
                      {app.last_authorized.micros == 0 ? "" : FormatDate(app.last_authorized)},
                      {Grouped(app.events)},
                      {Grouped(app.findings)}});
    }
    // An id that is cut is of no use: it shows whole or not at all (summary.json has it).
    sink::LayOut({{.title = "app", .least = 20},
                  {.title = "id", .least = 36, .drop = 8},
                  {.title = "platform", .drop = 5},
                  {.title = "users", .right = true, .drop = 3},
                  {.title = "strongest permission", .least = 20, .drop = 2},
                  {.title = "severity", .right = true, .drop = 6},
                  {.title = "authorised", .drop = 4},
                  {.title = "events", .right = true, .drop = 7},
                  {.title = "findings", .right = true, .drop = 1}},
                 rows, terminal_, 2, out_);
  }

  void Ending() {
    const Summary::Run& run = summary_.run;
    const double seconds = std::max(run.seconds, 1e-6);
    const auto per_second = [&](uint64_t n) {
      return static_cast<uint64_t>(static_cast<double>(n) / seconds);
    };
    std::string took =
        fmt::format("{:.1f}s ({:.1f}s reading, {:.1f}s hunting, {:.1f}s writing)", run.seconds,
                    run.seconds_reading, run.seconds_sorting, run.seconds_writing);
    took += fmt::format(", {}/s, {} records/s, {} memory at peak, {}",
                        FormatBytes(per_second(summary_.bytes_read)),
                        Grouped(per_second(summary_.records)), FormatBytes(run.peak_memory_bytes),
                        Counted(run.threads, "thread"));
    if (run.spilled_bytes > 0) took += fmt::format(", {} spilled", FormatBytes(run.spilled_bytes));
    Line("took", took);
    Line("case", Printable(options_.case_folder));
    if (const std::string missing = NoStoreText(run); !missing.empty()) {
      Line("store", Printable(missing), Colour::kYellow);
    }
    if (!hunt_.findings.empty()) {
      const std::string id = Printable(sink::ShortIds(hunt_.findings)[0]);
      const std::string flag =
          options_.case_folder == "./tokentrail-case" || options_.case_folder == "tokentrail-case"
              ? ""
              : " --case " + Printable(options_.case_folder);
      if (!hunt_.trails.incidents.empty()) {
        Line("next", "tokentrail show 1" + flag);
        Line("", "an incident by its number: who, what, when, and its findings");
      }
      Line(hunt_.trails.incidents.empty() ? "next" : "",
           fmt::format("tokentrail show {}{}", id, flag));
      Line("", "a finding: why, who, and the log lines behind it");
      Line("", fmt::format("tokentrail find VALUE {}", Printable(options_.evidence)));
      Line("", "where else an address, id, domain or app turns up");
      if (run.store == "written") {
        Line("", "tokentrail sql" + flag);
        Line("", "every event and finding as tables, for questions in SQL");
      }
    } else if (summary_.hidden > 0) {
      Line("next", "the same command with -m informational");
    } else if (summary_.events == 0) {
      Line("next", "tokentrail list sources");
      Line("", "which logs are understood");
    }
    out_ += sink::Paint(
        terminal_, Colour::kDim,
        sink::WrapWidth("Absence of evidence is not evidence of absence: what was not logged, or "
                        "not exported, cannot be found here.",
                        terminal_.columns));
    out_ += "\n";
  }

  std::string Take() { return std::move(out_); }

 private:
  const pipeline::Hunt& hunt_;
  const Summary& summary_;
  const PanelOptions& options_;
  const Terminal& terminal_;
  std::string out_;
};

}  // namespace

std::string LeftOutText(const Ledger& ledger) {
  const uint64_t records = ledger.left_out_records();
  const uint64_t others = ledger.left_out_total() - records;
  std::string text = records > 0 ? Counted(records, "record") : "";
  if (others > 0) {
    text += (text.empty() ? "" : ", ") + Counted(others, "file") + ", whole or in part";
  }
  return text;
}

std::string RuleCounts(const Summary& summary, std::string_view hint) {
  std::string out = Grouped(summary.rules_loaded) + " loaded";
  const auto add = [&](Truth truth, const std::string& words) {
    const auto it = summary.rule_truths.find(truth);
    if (it == summary.rule_truths.end() || it->second == 0) return;
    out +=
        fmt::format("{}{} {}", out.ends_with(" loaded") ? ": " : ", ", Grouped(it->second), words);
  };
  add(Truth::kFired, "fired");
  add(Truth::kCouldFire, "could fire");
  add(Truth::kNeverHere, "never can on this evidence" + std::string(hint));
  add(Truth::kNoSource, "lack their log");
  if (summary.rules_not_chosen > 0) {
    out += fmt::format("; {} not chosen", Grouped(summary.rules_not_chosen));
  }
  if (summary.rules_left_out > 0) {
    out +=
        fmt::format("; {} left out, the messages above say why", Grouped(summary.rules_left_out));
  }
  return out;
}

std::string NoStoreText(const Summary::Run& run) {
  const std::string start = fmt::format("no {} was written: ", store::kCaseFile);
  if (run.store == "missing")
    return fmt::format("{}{}; {}", start, run.store_why, store::kGetLibrary);
  if (run.store == "failed") return start + run.store_why;
  if (run.store == "interrupted") return start + "the hunt was interrupted";
  return {};
}

std::string Panel(const pipeline::Hunt& hunt, std::span<const std::string_view> source_names,
                  const PanelOptions& options, const Terminal& terminal) {
  Writer writer(hunt, options, terminal);
  writer.Incidents();
  writer.Read();
  writer.Rules();
  writer.CannotSee();
  writer.Findings(source_names);
  writer.Apps();
  writer.Ending();
  return writer.Take();
}

}  // namespace tokentrail::cli
