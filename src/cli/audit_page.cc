#include "cli/audit_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "base/time.h"
#include "model/audit.h"
#include "sink/csv_writer.h"
#include "sink/json_writer.h"
#include "sink/width.h"

namespace tokentrail::cli {
namespace {

using C = ChangeCell;

/// What changed on what, in words.
std::string What(const ChangeLine& change) {
  std::string out = change[C::kOperation];
  if (!change[C::kName].empty()) out += ": " + change[C::kName];
  if (!change[C::kTarget].empty() && change[C::kTarget] != change[C::kName]) {
    out += (change[C::kName].empty() ? ": " : " on ") + change[C::kTarget];
  }
  if (!change[C::kChange].empty()) out += " (" + change[C::kChange] + ")";
  return out;
}

std::string By(const ChangeLine& change) {
  const std::string& identity = change[C::kIdentity];
  if (identity.empty()) return "not recorded";
  if (identity == change[C::kRecordedActor] || change[C::kRecordedActor].empty()) return identity;
  return fmt::format("{} (recorded: {})", identity, change[C::kRecordedActor]);
}

std::string_view ViaWords(std::string_view via) {
  for (const Via one :
       {Via::kUnknown, Via::kUser, Via::kAppForUser, Via::kAppOnly, Via::kPlatform}) {
    if (Name(one) == via) return Words(one);
  }
  return "unknown";
}

/// `an app for the user: Helper [client_id, high]`.
std::string Through(const ChangeLine& change) {
  std::string out(ViaWords(change[C::kVia]));
  const std::string& client =
      change[C::kClientName].empty() ? change[C::kClient] : change[C::kClientName];
  if (!client.empty() && client != change[C::kIdentity]) out += ": " + client;
  out += " [" + change[C::kReason];
  if (change[C::kConfidence] != "none") out += ", " + change[C::kConfidence];
  return out + "]";
}

std::string_view Result(const ChangeLine& change) {
  if (change[C::kResult] == "failure") return "FAILED";
  return change[C::kResult] == "success" ? "done" : "unknown";
}

std::string PlaceOf(const ChangeLine& change) {
  return change.line != 0 ? fmt::format("{}:{}", change[C::kFile], change.line)
                          : fmt::format("{}:{}", change[C::kFile], change.offset);
}

std::string Short(const std::string& time) {
  const ParsedTime parsed = ParseTime(time);
  return parsed.fault == TimeFault::kNone ? FormatTimeShort(parsed.time) : time;
}

/// `37 changes: 12 role, 25 guardrail; 2 failed`.
std::string Counts(const AuditPage& page) {
  std::map<std::string, uint64_t> by_class;
  uint64_t failed = 0;
  uint64_t unknown = 0;
  for (const ChangeLine& change : page.changes) {
    ++by_class[change[C::kClass]];
    failed += change[C::kResult] == "failure" ? 1 : 0;
    unknown += change[C::kResult] == "unknown" ? 1 : 0;
  }
  std::string out =
      fmt::format("{} change{}", Grouped(page.changes.size()), page.changes.size() == 1 ? "" : "s");
  if (page.changes.size() < page.all) out += fmt::format(" of {}", Grouped(page.all));
  std::string_view mark = ": ";
  for (size_t i = 0; i < kAuditClasses; ++i) {
    const std::string name(Name(static_cast<AuditClass>(i)));
    if (by_class[name] == 0) continue;
    out += fmt::format("{}{} {}", mark, Grouped(by_class[name]), name);
    mark = ", ";
  }
  if (failed > 0) out += fmt::format("; {} failed", Grouped(failed));
  if (unknown > 0) out += fmt::format("; {} with no result in the log", Grouped(unknown));
  return out;
}

/// Who or what the changes are put together by.
std::string GroupOf(const ChangeLine& change, std::string_view by) {
  if (by == "user") return By(change);
  if (by == "kind") return change[C::kClass];
  // The app that was changed, else the app that did it.
  for (const C cell : {C::kAppName, C::kApp, C::kClientName, C::kClient}) {
    if (!change[cell].empty()) return change[cell];
  }
  return "no app named";
}

struct Group {
  std::string name;
  std::vector<const ChangeLine*> changes;
};

/// The largest first; then by name.
std::vector<Group> Groups(const AuditPage& page) {
  std::vector<Group> out;
  if (page.by == "time") {
    out.push_back({});
    for (const ChangeLine& change : page.changes) out[0].changes.push_back(&change);
    return out;
  }
  std::map<std::string, Group> groups;
  for (const ChangeLine& change : page.changes) {
    groups[GroupOf(change, page.by)].changes.push_back(&change);
  }
  for (auto& [name, group] : groups) {
    group.name = name;
    out.push_back(std::move(group));
  }
  std::stable_sort(out.begin(), out.end(), [](const Group& a, const Group& b) {
    return a.changes.size() > b.changes.size();
  });
  return out;
}

constexpr std::array<std::string_view, 7> kTitles = {"Time",    "Class",  "What", "By",
                                                     "Through", "Result", "Place"};

std::array<std::string, 7> Cells(const ChangeLine& change) {
  return {Short(change[C::kTime]), change[C::kClass],           What(change),   By(change),
          Through(change),         std::string(Result(change)), PlaceOf(change)};
}

void AddTable(const Group& group, const sink::Terminal& terminal, std::string& out) {
  std::vector<sink::Column> columns;
  for (const std::string_view title : kTitles) columns.push_back({.title = title});
  columns[2].least = 22;
  columns[2].weight = 3;
  columns[3].least = 10;
  columns[3].weight = 2;
  columns[4].least = 12;
  columns[4].drop = 1;
  columns[4].weight = 2;
  columns[6].least = 8;
  columns[6].drop = 2;
  columns[6].keep_end = true;
  std::vector<std::vector<sink::Cell>> rows;
  for (const ChangeLine* change : group.changes) {
    std::vector<sink::Cell> row;
    for (const std::string& cell : Cells(*change)) row.push_back({Printable(cell)});
    if ((*change)[C::kResult] == "failure") row[5].colour = sink::Colour::kRed;
    if ((*change)[C::kClass] == "guardrail") row[1].colour = sink::Colour::kYellow;
    rows.push_back(std::move(row));
  }
  sink::LayOut(columns, rows, terminal, 0, out);
}

std::vector<std::string> Closing(const AuditPage& page) {
  std::vector<std::string> out;
  if (page.not_kept > 0) {
    out.push_back(
        fmt::format("{} later changes are counted in summary.json but not listed: there "
                    "were too many; narrow the evidence",
                    Grouped(page.not_kept)));
  }
  if (page.interrupted) {
    out.emplace_back("the hunt was interrupted: what it had not read by then is not here");
  }
  for (std::string& line : CannotSay(page.cannot_say)) out.push_back(std::move(line));
  return out;
}

std::string Text(const AuditPage& page, const sink::Terminal& terminal) {
  std::string out =
      sink::WrapWidth(Counts(page), terminal.columns, 2) + (page.changes.empty() ? "\n" : "\n\n");
  for (const Group& group : Groups(page)) {
    if (group.changes.empty()) continue;
    if (!group.name.empty()) {
      const std::string heading = sink::FitWidth(
          fmt::format("{} ({})", Printable(group.name), group.changes.size()), terminal.columns);
      out += sink::Paint(terminal, sink::Colour::kBold, heading) + "\n";
    }
    AddTable(group, terminal, out);
    out += "\n";
  }
  for (const std::string& line : Closing(page)) {
    out += sink::WrapWidth(Printable(line), terminal.columns, 2) + "\n";
  }
  return out;
}

std::string Csv(const AuditPage& page) {
  std::string out;
  sink::CsvWriter csv(out);
  for (size_t i = 0; i < kChangeCells; ++i) csv.Cell(Name(static_cast<ChangeCell>(i)));
  csv.Cell("line").Cell("offset").EndRow();
  for (const ChangeLine& change : page.changes) {
    for (const std::string& cell : change.cells) csv.Cell(cell);
    csv.Cell(change.line).Cell(change.offset).EndRow();
  }
  return out;
}

std::string Json(const AuditPage& page) {
  std::string out;
  sink::JsonWriter json(out, 2);
  json.BeginObject().Key("changes").BeginArray();
  for (const Group& group : Groups(page)) {
    for (const ChangeLine* change : group.changes) {
      json.BeginObject();
      if (page.by != "time") json.Member("group", group.name);
      for (size_t i = 0; i < kChangeCells; ++i) {
        json.Member(Name(static_cast<ChangeCell>(i)), change->cells[i]);
      }
      json.Member("line", change->line).Member("offset", change->offset).EndObject();
    }
  }
  json.EndArray();
  json.Member("shown", uint64_t{page.changes.size()}).Member("all", page.all);
  json.Member("not_kept", page.not_kept).Member("interrupted", page.interrupted);
  json.Key("cannot_say").BeginArray();
  for (const Unseen& unseen : page.cannot_say) {
    json.BeginObject().Member("platform", unseen.platform).Key("classes").BeginArray();
    for (const std::string& one : unseen.classes) json.Text(one);
    json.EndArray()
        .Member("needs", unseen.needs)
        .Member("other_logs_of_it_read", unseen.other_logs)
        .EndObject();
  }
  json.EndArray().EndObject();
  return out + "\n";
}

/// Text inside a Markdown table: nothing of it may end the cell or become a link, an image or HTML.
std::string Escape(std::string_view text) {
  std::string out;
  for (const char c : Printable(text)) {
    if (std::string_view("|<>*_`[]\\!#~").find(c) != std::string_view::npos) out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

std::string Markdown(const AuditPage& page) {
  std::string out = fmt::format("# Changes\n\n{}.\n", Counts(page));
  for (const Group& group : Groups(page)) {
    if (group.changes.empty()) continue;
    out += "\n";
    if (!group.name.empty()) {
      out += fmt::format("## {} ({})\n\n", Escape(group.name), group.changes.size());
    }
    out += "|";
    for (const std::string_view title : kTitles) out += fmt::format(" {} |", title);
    out += "\n|";
    for (size_t i = 0; i < kTitles.size(); ++i) out += " --- |";
    out += "\n";
    for (const ChangeLine* change : group.changes) {
      out += "|";
      for (const std::string& cell : Cells(*change)) out += fmt::format(" {} |", Escape(cell));
      out += "\n";
    }
  }
  const std::vector<std::string> closing = Closing(page);
  if (!closing.empty()) out += "\n";
  for (const std::string& line : closing) out += "- " + Escape(line) + "\n";
  return out;
}

}  // namespace

std::vector<std::string> CannotSay(const std::vector<Unseen>& unseen) {
  std::vector<std::string> out;
  std::string absent;
  for (const Unseen& one : unseen) {
    if (!one.other_logs) {
      absent += (absent.empty() ? "" : ", ") + one.platform;
      continue;
    }
    out.push_back(fmt::format("cannot say for {} ({}): it takes {}", one.platform,
                              fmt::join(one.classes, ", "), one.needs));
  }
  if (!absent.empty()) {
    out.push_back("cannot say for " + absent + ": none of their logs is in the evidence");
  }
  return out;
}

std::string Render(const AuditPage& page, std::string_view format, const sink::Terminal& terminal) {
  if (format == "csv") return Csv(page);
  if (format == "json") return Json(page);
  if (format == "md") return Markdown(page);
  return Text(page, terminal);
}

}  // namespace tokentrail::cli
