#include "cli/app_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/check.h"
#include "base/text.h"
#include "cli/app_cell.h"
#include "model/file_table.h"
#include "model/summary.h"
#include "policy/attribute.h"
#include "sink/app_json.h"
#include "sink/csv_writer.h"
#include "sink/json_writer.h"
#include "sink/sink.h"
#include "sink/width.h"

namespace tokentrail::cli {
namespace {

using policy::Attribute;

/// A column of the table when none is named. Those with a higher `drop` go first when it is narrow.
struct Shown {
  std::string_view name;
  size_t least = 0;
  size_t weight = 1;
  int drop = 0;
};

constexpr Shown kShown[] = {
    {"name", 16, 2, 0},
    {"risk", 12, 1, 0},
    {"permission", 11, 1, 0},
    {"authorized_by", 0, 1, 0},
    {"last_authorized", 10, 1, 0},
    {"why", 24, 4, 1},
    {"publisher", 10, 1, 2},
    {"state", 0, 1, 3},
    {"platform", 0, 1, 4},
    {"last_used", 10, 1, 5},
    {"origin", 0, 1, 6},
    {"created", 10, 1, 7},
    {"permission_usage", 0, 1, 8},
    {"bytes", 0, 1, 9},
    {"community_use", 0, 1, 10},
    {"consent_type", 0, 1, 11},
};

bool IsRight(const Attribute& attribute) {
  return attribute.type == policy::ValueType::kNumber && attribute.name != "risk";
}

std::string_view TitleOf(const Attribute& attribute) {
  // Its own words are too long beside `high 85`.
  return attribute.name == "permission" ? "Permissions" : attribute.column;
}

std::vector<Shown> ColumnsOf(const AppTable& table) {
  if (table.columns.empty()) return {std::begin(kShown), std::end(kShown)};
  std::vector<Shown> out;
  int drop = 0;
  for (const Attribute* one : table.columns) {
    const bool text =
        one->type == policy::ValueType::kText || one->type == policy::ValueType::kTexts;
    out.push_back({one->name, text ? size_t{10} : size_t{0}, text ? size_t{2} : size_t{1}, drop});
    ++drop;
  }
  return out;
}

const Attribute& AttributeOf(std::string_view name) {
  const Attribute* out = policy::FindAttribute(name);
  CHECK(out != nullptr);
  return *out;
}

std::string Counts(const AppTable& table) {
  const Portfolio& portfolio = *table.portfolio;
  uint64_t high = 0;
  uint64_t unassessed = 0;
  for (const App* app : table.chosen.apps) {
    high += app->risk.score >= 0 && app->risk.level >= Level::kHigh ? 1 : 0;
    unassessed +=
        std::any_of(app->permissions.begin(), app->permissions.end(),
                    [](const AppPermission& one) { return one.in_force && one.severity < 0; }) ||
                app->risk.score < 0
            ? 1
            : 0;
  }
  const size_t all = portfolio.apps.size();
  std::string out = fmt::format("{} app{}; {} shown", Grouped(all), all == 1 ? "" : "s",
                                Grouped(table.chosen.apps.size()));
  if (table.chosen.fitting > table.chosen.apps.size()) {
    out += fmt::format(" of {} that fit", Grouped(table.chosen.fitting));
  }
  if (!table.chosen.apps.empty()) {
    out += fmt::format("; {} high risk or worse; {} not assessed in full", Grouped(high),
                       Grouped(unassessed));
  }
  if (table.chosen.first_party > 0) {
    out += fmt::format("; {} of the platforms' own hidden (--all shows them)",
                       Grouped(table.chosen.first_party));
  }
  return out;
}

std::string Text(const AppTable& table, const sink::Terminal& terminal) {
  std::string out;
  if (!table.chosen.apps.empty()) {
    std::vector<sink::Column> columns;
    std::vector<const Attribute*> attributes;
    for (const Shown& one : ColumnsOf(table)) {
      const Attribute& attribute = AttributeOf(one.name);
      attributes.push_back(&attribute);
      columns.push_back({.title = TitleOf(attribute),
                         .least = one.least,
                         .right = IsRight(attribute),
                         .weight = one.weight,
                         .drop = one.drop});
    }
    std::vector<std::vector<sink::Cell>> rows;
    for (const App* app : table.chosen.apps) {
      std::vector<sink::Cell> cells;
      for (const Attribute* one : attributes) {
        cells.push_back({Printable(CellText(*one, *app, *table.portfolio, table.as_of)),
                         CellColour(*one, *app, *table.portfolio, table.as_of)});
      }
      rows.push_back(std::move(cells));
    }
    sink::LayOut(columns, rows, terminal, 0, out);
    out += "\n";
  }
  out += sink::WrapWidth(Counts(table), terminal.columns, 2) + "\n";
  for (const std::string& line : CannotSay(table)) {
    out += sink::WrapWidth(Printable(line), terminal.columns, 2) + "\n";
  }
  if (!table.chosen.apps.empty()) {
    out +=
        sink::WrapWidth("`tokentrail apps show APP` says all of one, with the reasons for its risk",
                        terminal.columns, 2) +
        "\n";
  }
  return out;
}

/// What a sink of the case folder prints of these apps.
std::string BySink(const AppTable& table, std::string_view name) {
  Portfolio chosen = *table.portfolio;
  chosen.apps.clear();
  for (const App* app : table.chosen.apps) chosen.apps.push_back(*app);
  const std::vector<Finding> no_findings;
  const Summary summary;
  const FileTable files;
  const sink::Outcome outcome{no_findings, summary, files, {}, nullptr, nullptr, &chosen};
  std::string out;
  for (const sink::SinkDef* sink : sink::All()) {
    if (sink->name == name) sink->write(outcome, out);
  }
  return out;
}

std::string Csv(const AppTable& table) {
  if (table.columns.empty()) return BySink(table, "apps-csv");
  std::string out;
  sink::CsvWriter csv(out);
  for (const Attribute* one : table.columns) csv.Cell(one->name);
  csv.EndRow();
  for (const App* app : table.chosen.apps) {
    for (const Attribute* one : table.columns) {
      const std::string text = CellData(*one, *app, *table.portfolio, table.as_of);
      if (one->type == policy::ValueType::kNumber) {
        csv.Plain(text);
      } else {
        csv.Cell(text);
      }
    }
    csv.EndRow();
  }
  return out;
}

void AppendColumns(const AppTable& table, const App& app, sink::JsonWriter& json) {
  json.BeginObject();
  for (const Attribute* one : table.columns) {
    const policy::Value value = one->get(app, *table.portfolio, table.as_of);
    json.Key(one->name);
    if (!value.set && one->type != policy::ValueType::kTexts) {
      json.Null();
      continue;
    }
    switch (one->type) {
      case policy::ValueType::kNumber:
        if (value.number == static_cast<double>(static_cast<int64_t>(value.number))) {
          json.Signed(static_cast<int64_t>(value.number));
        } else {
          json.Decimal(value.number);
        }
        break;
      case policy::ValueType::kFlag:
        json.Bool(value.number != 0);
        break;
      case policy::ValueType::kTexts:
        json.BeginArray();
        for (const std::string_view text : value.texts) json.Text(text);
        json.EndArray();
        break;
      default:
        json.Text(CellData(*one, app, *table.portfolio, table.as_of));
    }
  }
  json.EndObject();
}

/// A line an app: those columns, or all of it as in apps.jsonl.
std::string Line(const AppTable& table, const App& app) {
  std::string out;
  if (table.columns.empty()) {
    sink::AppendAppLine(app, {}, out);
  } else {
    sink::JsonWriter json(out);
    AppendColumns(table, app, json);
    out.push_back('\n');
  }
  return out;
}

std::string Jsonl(const AppTable& table) {
  std::string out;
  for (const App* app : table.chosen.apps) out += Line(table, *app);
  return out;
}

std::string Json(const AppTable& table) {
  std::string out = "{\n  \"apps\": [";
  bool first = true;
  for (const App* app : table.chosen.apps) {
    out += first ? "\n    " : ",\n    ";
    first = false;
    out += Trim(Line(table, *app));
  }
  out += first ? "]" : "\n  ]";
  out += fmt::format(
      ",\n  \"shown\": {},\n  \"fitting\": {},\n  \"first_party_hidden\": {},\n  "
      "\"all\": {},\n  \"as_of\": \"{}\",\n  \"cannot_say\": [",
      table.chosen.apps.size(), table.chosen.fitting, table.chosen.first_party,
      table.portfolio->apps.size(), FormatTime(table.as_of));
  first = true;
  for (const std::string& line : CannotSay(table)) {
    out += first ? "\n    " : ",\n    ";
    first = false;
    sink::AppendJsonText(line, out);
  }
  return out + (first ? "]\n}\n" : "\n  ]\n}\n");
}

std::string Markdown(const AppTable& table) {
  std::string out = fmt::format("# Apps\n\n{}.\n", Counts(table));
  if (!table.chosen.apps.empty()) {
    std::vector<const Attribute*> attributes = table.columns;
    if (attributes.empty()) {
      for (const Shown& one : kShown) attributes.push_back(&AttributeOf(one.name));
    }
    out += "\n|";
    for (const Attribute* one : attributes) out += fmt::format(" {} |", one->column);
    out += "\n|";
    for (const Attribute* one : attributes) out += IsRight(*one) ? " ---: |" : " --- |";
    out += "\n";
    for (const App* app : table.chosen.apps) {
      out += "|";
      for (const Attribute* one : attributes) {
        out += fmt::format(" {} |",
                           EscapeMarkdown(CellText(*one, *app, *table.portfolio, table.as_of)));
      }
      out += "\n";
    }
  }
  const std::vector<std::string> closing = CannotSay(table);
  if (!closing.empty()) out += "\n";
  for (const std::string& line : closing) out += "- " + EscapeMarkdown(line) + "\n";
  return out;
}

/// Names of the platforms for which none of the apps shown has what `has` asks for.
template <typename Has>
std::string PlatformsWithout(const AppTable& table, const Has& has) {
  std::map<std::string, bool> any;
  for (const App* app : table.chosen.apps) {
    if (app->first_party) continue;
    bool& one = any[app->platform];
    one = one || has(*app);
  }
  std::string out;
  for (const auto& [platform, found] : any) {
    if (!found) out += (out.empty() ? "" : ", ") + platform;
  }
  return out;
}

}  // namespace

std::string EscapeMarkdown(std::string_view text) {
  std::string out;
  for (const char c : Printable(text)) {
    if (std::string_view("|<>*_`[]\\!#~&").find(c) != std::string_view::npos) out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

std::vector<std::string> CannotSay(const AppTable& table) {
  std::vector<std::string> out;
  if (table.interrupted) {
    out.emplace_back("the hunt was interrupted: what it had not read by then is not here");
  }
  if (table.portfolio->left_out > 0) {
    out.push_back(fmt::format("{} apps are not here: a bound was reached",
                              Grouped(table.portfolio->left_out)));
  }
  if (table.chosen.apps.empty()) {
    std::set<std::string> platforms;
    for (const App& app : table.portfolio->apps) platforms.insert(app.platform);
    if (!platforms.empty()) {
      out.push_back(
          fmt::format("no app fits; the case has apps of: {}", fmt::join(platforms, ", ")));
    } else {
      out.emplace_back("no app is in the evidence");
    }
    return out;
  }
  std::set<std::string_view> platforms;
  for (const App* app : table.chosen.apps) platforms.insert(app->platform);
  std::string starts;
  for (const GrantTeller& teller : table.tellers) {
    if (!platforms.contains(teller.platform)) continue;
    if (teller.first) {
      starts += fmt::format("{}{} {}", starts.empty() ? "" : ", ", teller.name,
                            FormatDate(*teller.first));
    } else {
      out.push_back(fmt::format("cannot say for {} who authorised what: it takes {}", teller.name,
                                teller.needs));
    }
  }
  const std::string no_snapshot =
      PlatformsWithout(table, [](const App& app) { return app.in_snapshot; });
  if (!starts.empty()) {
    out.push_back(fmt::format("logs of consents start: {}{}", starts,
                              no_snapshot.empty() ? ""
                                                  : "; older ones show only where they are used, "
                                                    "changed or exported"));
  }
  if (!no_snapshot.empty()) {
    out.push_back(
        fmt::format("no export of the real state of {}: apps that nobody used or changed "
                    "are not here, publishers and reply URLs may be missing",
                    no_snapshot));
  }
  const std::string no_calls =
      PlatformsWithout(table, [](const App& app) { return app.calls_logged; });
  if (!no_calls.empty()) {
    out.push_back(fmt::format(
        "cannot say for {} which permissions are used: no log of what apps call", no_calls));
  }
  return out;
}

std::string Render(const AppTable& table, std::string_view format, const sink::Terminal& terminal) {
  if (format == "csv") return Csv(table);
  if (format == "json") return Json(table);
  if (format == "jsonl") return Jsonl(table);
  if (format == "markdown") return Markdown(table);
  return Text(table, terminal);
}

}  // namespace tokentrail::cli
