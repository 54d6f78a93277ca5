// The page about one app, as text, Markdown and JSON.

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/app_cell.h"
#include "cli/app_dossier.h"
#include "cli/app_table.h"
#include "inventory/adoption.h"
#include "sink/app_json.h"
#include "sink/json_writer.h"
#include "sink/width.h"

namespace tokentrail::cli {
namespace {

constexpr size_t kLabel = 16;  ///< as other pages have it, see LabelPage

void AddLine(const DossierLine& line, const sink::Terminal& terminal, std::string& out) {
  const std::string text = Printable(line.text);
  if (line.label.empty()) {
    out += sink::Paint(terminal, line.colour, sink::WrapWidth(text, terminal.columns)) + "\n";
    return;
  }
  out += sink::PadWidth(Printable(line.label), kLabel - 1) + " ";
  const size_t room = terminal.columns > kLabel + 10 ? terminal.columns - kLabel : 10;
  const std::string wrapped = sink::WrapWidth(text, room);
  for (size_t at = 0; at <= wrapped.size();) {
    const size_t end = std::min(wrapped.find('\n', at), wrapped.size());
    if (at > 0) out.append(kLabel, ' ');
    out +=
        sink::Paint(terminal, line.colour, std::string_view(wrapped).substr(at, end - at)) + "\n";
    at = end + 1;
  }
}

void AddTable(const DossierTable& table, const sink::Terminal& terminal, std::string& out) {
  std::vector<sink::Column> columns;
  for (const std::string_view title : table.titles) {
    // Of what is long the front tells; the last columns go first when it does not fit.
    columns.push_back({.title = title, .least = 8, .drop = static_cast<int>(columns.size())});
  }
  columns.front().least = 14;
  std::vector<std::vector<sink::Cell>> rows = table.rows;
  for (auto& row : rows) {
    for (sink::Cell& cell : row) cell.text = Printable(cell.text);
  }
  sink::LayOut(columns, rows, terminal, 2, out);
}

std::string Text(const Dossier& dossier, const sink::Terminal& terminal) {
  std::string out = sink::Paint(terminal, sink::Colour::kBold,
                                sink::WrapWidth(Printable(dossier.title), terminal.columns)) +
                    "\n" +
                    sink::Paint(terminal, ColourOf(dossier.level),
                                sink::WrapWidth(dossier.headline, terminal.columns)) +
                    "\n";
  for (const DossierPart& part : dossier.parts) {
    out += "\n" + sink::Paint(terminal, sink::Colour::kCyan, part.heading) + "\n";
    for (const DossierLine& line : part.lines) AddLine(line, terminal, out);
    if (!part.table.rows.empty()) AddTable(part.table, terminal, out);
    for (const std::string& line : part.closing) {
      out += "  " + sink::WrapWidth(Printable(line), terminal.columns - 2, 2) + "\n";
    }
  }
  if (!dossier.commands.empty()) {
    out += "\n" + sink::Paint(terminal, sink::Colour::kCyan, "Go on") + "\n";
    for (const std::string& one : dossier.commands) out += "  " + one + "\n";
  }
  return out;
}

std::string Markdown(const Dossier& dossier) {
  std::string out = fmt::format("# {}\n\n**{}**\n", EscapeMarkdown(dossier.title),
                                EscapeMarkdown(dossier.headline));
  for (const DossierPart& part : dossier.parts) {
    out += fmt::format("\n## {}\n\n", part.heading);
    for (const DossierLine& line : part.lines) {
      out += line.label.empty() ? fmt::format("- {}\n", EscapeMarkdown(line.text))
                                : fmt::format("- **{}**: {}\n", EscapeMarkdown(line.label),
                                              EscapeMarkdown(line.text));
    }
    if (!part.table.rows.empty()) {
      if (!part.lines.empty()) out += "\n";
      out += "|";
      for (const std::string_view title : part.table.titles) out += fmt::format(" {} |", title);
      out += "\n|";
      for (size_t i = 0; i < part.table.titles.size(); ++i) out += " --- |";
      out += "\n";
      for (const auto& row : part.table.rows) {
        out += "|";
        for (const sink::Cell& cell : row) out += fmt::format(" {} |", EscapeMarkdown(cell.text));
        out += "\n";
      }
    }
    if (!part.closing.empty()) {
      if (!part.table.rows.empty()) out += "\n";
      for (const std::string& line : part.closing) out += "- " + EscapeMarkdown(line) + "\n";
    }
  }
  if (!dossier.commands.empty()) {
    out += "\n## Go on\n\n```sh\n";
    for (const std::string& one : dossier.commands) out += one + "\n";
    out += "```\n";
  }
  return out;
}

}  // namespace

std::string Render(const Dossier& dossier, std::string_view format,
                   const sink::Terminal& terminal) {
  return format == "markdown" ? Markdown(dossier) : Text(dossier, terminal);
}

std::string DossierJson(const App& app, const Portfolio& portfolio, Time as_of,
                        std::string_view case_folder) {
  const inventory::Adoption adoption = inventory::AdoptionOf(app, portfolio);
  std::string line;
  sink::AppendAppLine(app, {}, line);
  std::string out = "{\n\"app\": " + std::string(Trim(line)) + ",\n\"adoption\": ";
  sink::JsonWriter json(out);
  json.BeginObject()
      .Member("people", adoption.share.count)
      .Member("active_people", adoption.share.of);
  if (adoption.share.of > 0) {
    json.Key("share_low").Decimal(adoption.share.low);
    json.Key("share_high").Decimal(adoption.share.high);
  }
  json.Key("order").BeginArray();
  for (const uint32_t at : adoption.order) {
    const AppUser& user = app.users[at];
    json.BeginObject()
        .Member("id", user.id)
        .Member("name", user.name)
        .Member("time", FormatTime(*user.first_authorized))
        .EndObject();
  }
  json.EndArray();
  json.Member("time_not_known", adoption.untimed);
  json.Key("span_seconds").Signed(adoption.span.micros / 1'000'000);
  json.Key("median_gap_seconds").Signed(adoption.median_gap.micros / 1'000'000);
  json.Member("clustered", adoption.clustered).Member("closeness", Words(adoption.cluster));
  json.Key("first_is_admin");
  if (adoption.first_is_admin) {
    json.Bool(*adoption.first_is_admin);
  } else {
    json.Null();
  }
  json.Key("concentrations").BeginArray();
  for (const inventory::Concentration& one :
       inventory::PeopleBook(portfolio).ConcentrationsOf(app)) {
    json.BeginObject()
        .Member("kind", one.kind)
        .Member("name", one.name)
        .Member("people", one.people)
        .Member("of", one.of)
        .Member("group", one.group)
        .Member("population", one.population)
        .Member("stands_out", StandsOut(one))
        .Member("words", Words(one))
        .EndObject();
  }
  json.EndArray().EndObject();
  const Dossier dossier = MakeDossier(app, portfolio, as_of, case_folder);
  out += ",\n\"commands\": ";
  sink::JsonWriter commands(out);
  commands.BeginArray();
  for (const std::string& one : dossier.commands) commands.Text(one);
  commands.EndArray();
  return out + "\n}\n";
}

}  // namespace tokentrail::cli
