#include "playbook/results.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "sink/json_writer.h"

namespace tokentrail::playbook {
namespace {

using State = StepResult::State;

void AddTexts(std::string_view key, const std::vector<std::string>& texts, sink::JsonWriter& json) {
  json.Key(key).BeginArray();
  for (const std::string& text : texts) json.Text(text);
  json.EndArray();
}

void AddHit(const StepHit& hit, const StepResult& result, sink::JsonWriter& json) {
  json.BeginObject();
  const auto member = [&](std::string_view key, const std::string& text) {
    if (!text.empty()) json.Member(key, text);
  };
  member("time", hit.time);
  member("level", hit.level);
  member("finding", hit.finding);
  member("title", hit.title);
  member("source", hit.source);
  member("operation", hit.operation);
  member("user", hit.user);
  member("app", hit.app);
  member("ip", hit.ip);
  member("file", hit.file);
  if (hit.line > 0) json.Member("line", hit.line);
  if (!hit.reasons.empty()) AddTexts("reasons", hit.reasons, json);
  if (!result.columns.empty()) {
    json.Key("row").BeginObject();
    for (size_t i = 0; i < result.columns.size() && i < hit.cells.size(); ++i) {
      json.Member(result.columns[i], hit.cells[i]);
    }
    json.EndObject();
  }
  json.EndObject();
}

size_t CountOf(const PageRun& run, State state) {
  return static_cast<size_t>(
      std::count_if(run.run.results.begin(), run.run.results.end(),
                    [&](const StepResult& one) { return one.state == state; }));
}

/// Text of logs in Markdown: attackers write it.
std::string Safe(std::string_view text) {
  std::string out;
  for (const char c : Printable(text)) {
    if (std::string_view("|\\`*_<>[]#").find(c) != std::string_view::npos) out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string Place(const StepHit& hit) {
  if (hit.file.empty()) return {};
  return hit.line > 0 ? fmt::format("{}:{}", hit.file, hit.line) : hit.file;
}

}  // namespace

std::string StemOf(const PageFile& file) {
  std::string_view path = file.path;
  if (file.shipped) path.remove_prefix(path.find(':') + 1);
  return std::filesystem::path(path).stem().string();
}

std::string ResultsJson(const PageRun& run) {
  const Page& page = run.file->page;
  const Summary& summary = run.run.summary;
  std::string out;
  sink::JsonWriter json(out, 2);
  json.BeginObject().Member("format", kResultsFormat);
  json.Member("page", StemOf(*run.file) + ".md").Member("technique", page.technique);
  json.Member("title", page.title).Member("attack_version", page.AttackVersion());
  json.Key("evidence").BeginObject();
  if (!run.case_folder.empty()) json.Member("case", run.case_folder);
  json.Member("read", run.run.hunted);
  if (run.run.hunted) {
    AddTexts("files", run.run.files, json);
    json.Member("records", summary.records).Member("events", summary.events);
    json.Member("duplicates", summary.duplicates);
    json.Member("left_out", summary.ledger.left_out_total());
    if (summary.events > 0) {
      json.Member("first_time", FormatTime(summary.first));
      json.Member("last_time", FormatTime(summary.last));
    }
    json.Key("sources").BeginArray();
    for (const SourceCount& one : summary.sources) {
      json.BeginObject().Member("source", one.name).Member("events", one.events).EndObject();
    }
    json.EndArray();
  }
  json.EndObject();
  json.Key("totals").BeginObject();
  for (const State state : {State::kFound, State::kQuiet, State::kCannotRun, State::kNotRun}) {
    std::string name(Name(state));
    std::replace(name.begin(), name.end(), ' ', '_');
    json.Member(name, uint64_t{CountOf(run, state)});
  }
  json.EndObject();
  json.Key("steps").BeginArray();
  for (size_t i = 0; i < run.queries.size(); ++i) {
    const CheckedQuery& query = run.queries[i];
    const StepResult& result = run.run.results[i];
    json.BeginObject().Member("step", uint64_t{i + 1});
    json.Member("analytic", NameOf(*query.analytic)).Member("title", query.analytic->title);
    json.Member("language", query.query->language).Member("line", query.query->line);
    json.Member("state", Name(result.state));
    if (!result.reason.empty()) json.Member("reason", result.reason);
    if (query.Runs()) {
      json.Member("count", result.count);
      if (result.columns.empty()) json.Member("findings", result.findings);
      AddTexts("sources_there", result.sources_there, json);
      AddTexts("sources_missing", result.sources_missing, json);
      json.Key("first").BeginArray();
      for (const StepHit& hit : result.hits) AddHit(hit, result, json);
      json.EndArray();
    }
    json.EndObject();
  }
  json.EndArray();
  // About this run on this machine: not the same twice.
  json.Key("run").BeginObject().Member("version", TOKENTRAIL_VERSION);
  AddTexts("command", run.command, json);
  json.Key("seconds").Decimal(run.run.seconds);
  json.Member("readings", uint64_t{run.run.hunts});
  json.Key("seconds_of_sql").BeginObject();
  for (size_t i = 0; i < run.queries.size(); ++i) {
    if (run.run.results[i].seconds < 0) continue;
    json.Key(fmt::format("step {}", i + 1)).Decimal(run.run.results[i].seconds);
  }
  json.EndObject().EndObject().EndObject();
  return out + '\n';
}

std::string ResultsMarkdown(const PageRun& run) {
  const Page& page = run.file->page;
  std::string out = fmt::format("# Results: {} {}\n\n", page.technique, page.title);
  const Summary& summary = run.run.summary;
  if (run.run.hunted) {
    out += fmt::format(
        "{} events of {} in {} file{}", Grouped(summary.events),
        summary.sources.empty() ? "no log" : fmt::format("{} logs", summary.sources.size()),
        run.run.files.size(), run.run.files.size() == 1 ? "" : "s");
    if (summary.events > 0) {
      out +=
          fmt::format(", {} to {}", FormatTimeShort(summary.first), FormatTimeShort(summary.last));
    }
    out += ".";
    if (summary.ledger.left_out_total() > 0) {
      out += fmt::format(" {} records were left out.", Grouped(summary.ledger.left_out_total()));
    }
  } else {
    out += "The evidence was not read.";
  }
  out +=
      fmt::format(" {} queries found something, {} were quiet, {} cannot run, {} are not run.\n\n",
                  CountOf(run, State::kFound), CountOf(run, State::kQuiet),
                  CountOf(run, State::kCannotRun), CountOf(run, State::kNotRun));
  out += "| Step | Analytic | Language | Result | Count | First | Evidence |\n";
  out += "|---|---|---|---|---|---|---|\n";
  for (size_t i = 0; i < run.queries.size(); ++i) {
    const CheckedQuery& query = run.queries[i];
    const StepResult& result = run.run.results[i];
    const StepHit* first = result.hits.empty() ? nullptr : &result.hits.front();
    out += fmt::format("| {} | {} {} | {} | {} | {} | {} | {} |\n", i + 1, NameOf(*query.analytic),
                       Safe(query.analytic->title), Safe(query.query->language), Name(result.state),
                       query.Runs() ? Grouped(result.count) : std::string(),
                       first == nullptr ? std::string() : Safe(first->time),
                       first == nullptr ? Safe(result.reason) : Safe(Place(*first)));
  }
  for (size_t i = 0; i < run.queries.size(); ++i) {
    const StepResult& result = run.run.results[i];
    if (result.hits.empty()) continue;
    out += fmt::format("\n## Step {}: {} {}\n\n", i + 1, NameOf(*run.queries[i].analytic),
                       Safe(run.queries[i].analytic->title));
    if (!result.columns.empty()) {
      std::string line;
      std::string rule;
      for (const std::string& column : result.columns) {
        line += "| " + Safe(column) + ' ';
        rule += "|---";
      }
      out += line + "|\n" + rule + "|\n";
      for (const StepHit& hit : result.hits) {
        for (const std::string& cell : hit.cells) out += "| " + Safe(cell) + ' ';
        out += "|\n";
      }
    } else {
      for (const StepHit& hit : result.hits) {
        out += fmt::format("* {} {}: {}", hit.level, Safe(hit.time), Safe(hit.title));
        for (const std::string* one : {&hit.user, &hit.app, &hit.ip}) {
          if (!one->empty()) out += ", " + Safe(*one);
        }
        out += fmt::format(" ({}; finding {})\n", Safe(Place(hit)), hit.finding.substr(0, 8));
        if (!hit.reasons.empty()) out += "  " + Safe(hit.reasons.front()) + "\n";
      }
    }
    const uint64_t all = result.columns.empty() ? result.findings : result.count;
    if (all > result.hits.size()) {
      out += fmt::format("\n{} more are not shown.\n", Grouped(all - result.hits.size()));
    }
  }
  return out;
}

}  // namespace tokentrail::playbook
