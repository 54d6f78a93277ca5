// Differences of two cases, as a table, Markdown, CSV and JSON.

#include <fmt/format.h>

#include "base/text.h"
#include "cli/app_diff.h"
#include "cli/app_table.h"
#include "sink/csv_writer.h"
#include "sink/json_writer.h"
#include "sink/width.h"

namespace tokentrail::cli {
namespace {

std::string Called(const App& app) { return app.name.empty() ? app.id : app.name; }

std::string Risk(const App* app) {
  if (app == nullptr || app->risk.score < 0) return "-";
  return fmt::format("{} {}", app->risk.score, Name(app->risk.level));
}

std::string Counts(const AppDiff& diff) {
  return fmt::format("{} added, {} gone, {} changed, {} the same", Grouped(diff.added),
                     Grouped(diff.gone), Grouped(diff.changed), Grouped(diff.same));
}

/// A change in words: `-` for what was not there.
std::string Words(const AppChange& change) {
  std::string what = change.what;
  for (char& c : what) c = c == '_' ? ' ' : c;
  if (change.before.empty()) return fmt::format("{}: {}", what, change.after);
  if (change.after.empty()) return fmt::format("{}: {}", what, change.before);
  return fmt::format("{}: {} to {}", what, change.before, change.after);
}

/// Of one that came or went: what matters of it.
std::string Summary(const AppDifference& one) {
  const App& app = one.app();
  const int severity = MaxSeverity(app);
  std::string out = severity < 0
                        ? "permissions not assessed"
                        : fmt::format("permissions {} {}", PermissionLevel(severity), severity);
  out += app.tenant_wide ? ", for everybody" : fmt::format(", users: {}", Grouped(UserCount(app)));
  if (app.app_only) out += ", permissions of its own";
  if (!app.publisher.empty()) out += ", by " + app.publisher;
  return out;
}

sink::Colour ColourOfWeight(int weight) {
  return weight >= 70   ? sink::Colour::kRed
         : weight >= 40 ? sink::Colour::kYellow
                        : sink::Colour::kNone;
}

/// A row a change; those after the first of an app leave its cells empty.
template <typename Row>
void EachRow(const AppDiff& diff, const Row& row) {
  for (const AppDifference& one : diff.apps) {
    if (one.changes.empty()) {
      row(one, true, Summary(one), one.weight);
      continue;
    }
    bool first = true;
    for (const AppChange& change : one.changes) {
      row(one, first, Words(change), change.weight);
      first = false;
    }
  }
}

std::string RiskText(const AppDifference& one) {
  if (one.kind != AppDifference::Kind::kChanged) return Risk(&one.app());
  const std::string before = Risk(one.before);
  const std::string after = Risk(one.after);
  return before == after ? after : before + " to " + after;
}

/// `text` in lines that fit, the first after `lead`, the others below it.
std::string Hanging(std::string lead, std::string_view text, size_t columns) {
  const size_t indent = lead.size();
  for (const char c : sink::WrapWidth(text, columns > indent + 20 ? columns - indent : 20)) {
    lead.push_back(c);
    if (c == '\n') lead.append(indent, ' ');
  }
  return lead;
}

/// A line an app, and one below it a change: nothing is cut, whatever the width.
std::string Text(const AppDiff& diff, const sink::Terminal& terminal) {
  constexpr size_t kIndent = 9;
  std::string out;
  EachRow(diff, [&](const AppDifference& one, bool first, const std::string& what, int weight) {
    if (first) {
      const std::string head = fmt::format("{} ({}), risk {}", Printable(Called(one.app())),
                                           Printable(one.app().platform), RiskText(one));
      const bool gone = one.kind == AppDifference::Kind::kGone;
      out += sink::Paint(
                 terminal, gone ? sink::Colour::kDim : sink::Colour::kBold,
                 Hanging(fmt::format("{:<{}}", Name(one.kind), kIndent), head, terminal.columns)) +
             "\n";
    }
    const std::string line =
        Hanging(std::string(kIndent + 2, ' '), Printable(what), terminal.columns);
    out += sink::Paint(terminal, ColourOfWeight(weight), line) + "\n";
  });
  if (!diff.apps.empty()) out += "\n";
  out += Counts(diff) + "\n";
  for (const std::string& note : diff.notes) {
    out += sink::WrapWidth(Printable(note), terminal.columns, 2) + "\n";
  }
  return out;
}

std::string Markdown(const AppDiff& diff) {
  std::string out = fmt::format("# Apps: what changed\n\n{}.\n", Counts(diff));
  if (!diff.apps.empty()) {
    out += "\n| App | | Risk | What | Platform |\n| --- | --- | --- | --- | --- |\n";
    EachRow(diff, [&](const AppDifference& one, bool first, const std::string& what, int) {
      out += fmt::format("| {} | {} | {} | {} | {} |\n",
                         first ? EscapeMarkdown(Called(one.app())) : "",
                         first ? Name(one.kind) : "", first ? EscapeMarkdown(RiskText(one)) : "",
                         EscapeMarkdown(what), first ? EscapeMarkdown(one.app().platform) : "");
    });
  }
  if (!diff.notes.empty()) out += "\n";
  for (const std::string& note : diff.notes) out += "- " + EscapeMarkdown(note) + "\n";
  return out;
}

std::string Csv(const AppDiff& diff) {
  std::string out;
  sink::CsvWriter csv(out);
  for (const std::string_view title :
       {"kind", "platform", "tenant", "app_id", "app_name", "risk_before", "risk_after", "weight",
        "what", "before", "after"}) {
    csv.Cell(title);
  }
  csv.EndRow();
  const auto head = [&](const AppDifference& one) {
    const auto risk = [](const App* app) {
      return app == nullptr || app->risk.score < 0 ? std::string()
                                                   : std::to_string(app->risk.score);
    };
    csv.Cell(Name(one.kind))
        .Cell(one.app().platform)
        .Cell(one.app().tenant)
        .Cell(one.app().id)
        .Cell(one.app().name)
        .Plain(risk(one.before))
        .Plain(risk(one.after));
  };
  for (const AppDifference& one : diff.apps) {
    if (one.changes.empty()) {
      head(one);
      csv.Cell(static_cast<uint64_t>(one.weight)).Cell("").Cell("").Cell("").EndRow();
    }
    for (const AppChange& change : one.changes) {
      head(one);
      csv.Cell(static_cast<uint64_t>(change.weight))
          .Cell(change.what)
          .Cell(change.before)
          .Cell(change.after)
          .EndRow();
    }
  }
  return out;
}

std::string Json(const AppDiff& diff) {
  std::string out;
  sink::JsonWriter json(out, 2);
  json.BeginObject()
      .Member("added", diff.added)
      .Member("gone", diff.gone)
      .Member("changed", diff.changed)
      .Member("same", diff.same);
  json.Key("notes").BeginArray();
  for (const std::string& note : diff.notes) json.Text(note);
  json.EndArray().Key("apps").BeginArray();
  for (const AppDifference& one : diff.apps) {
    const App& app = one.app();
    json.BeginObject()
        .Member("kind", Name(one.kind))
        .Member("platform", app.platform)
        .Member("tenant", app.tenant)
        .Member("id", app.id)
        .Member("name", app.name);
    for (const auto& [key, of] :
         {std::pair{"risk_before", one.before}, {"risk_after", one.after}}) {
      json.Key(key);
      if (of == nullptr || of->risk.score < 0) {
        json.Null();
      } else {
        json.Signed(of->risk.score);
      }
    }
    json.Member("weight", one.weight).Key("changes").BeginArray();
    for (const AppChange& change : one.changes) {
      json.BeginObject()
          .Member("what", change.what)
          .Member("before", change.before)
          .Member("after", change.after)
          .Member("weight", change.weight)
          .EndObject();
    }
    json.EndArray().EndObject();
  }
  json.EndArray().EndObject();
  return out + "\n";
}

}  // namespace

std::string Render(const AppDiff& diff, std::string_view format, const sink::Terminal& terminal) {
  if (format == "csv") return Csv(diff);
  if (format == "json") return Json(diff);
  if (format == "markdown") return Markdown(diff);
  return Text(diff, terminal);
}

}  // namespace tokentrail::cli
