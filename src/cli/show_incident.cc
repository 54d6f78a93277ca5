#include "cli/show_incident.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "base/text.h"
#include "cli/case_file.h"
#include "cli/label_page.h"
#include "sink/layout.h"
#include "sink/table.h"
#include "source/json.h"

namespace tokentrail::cli {
namespace {

/// Longer numbers are starts of findings' ids.
constexpr size_t kMaxDigits = 6;
constexpr size_t kMaxListed = 20;  ///< entities of a type
constexpr size_t kMaxFindings = 50;

std::vector<std::string> Texts(const Record& record, std::string_view key) {
  std::vector<std::string> out;
  if (const Node* list = record.Child(record.root(), key); list != nullptr) {
    for (const Node& item : Children(*list)) out.emplace_back(item.text());
  }
  return out;
}

std::string Member(const Record& record, const Node& object, std::string_view key) {
  const Node* child = record.Child(object, key);
  return child == nullptr ? std::string() : std::string(child->text());
}

CaseIncident Read(const Record& record, std::string_view line) {
  CaseIncident out;
  out.line = line;
  Incident& incident = out.incident;
  incident.id = record.Text("id");
  incident.headline = record.Text("headline");
  incident.level = ParseLevel(record.Text("level")).value_or(Level::kInformational);
  for (const Confidence one :
       {Confidence::kLow, Confidence::kMedium, Confidence::kHigh, Confidence::kCertain}) {
    if (Name(one) == record.Text("confidence")) incident.confidence = one;
  }
  incident.first = ParseTime(record.Text("first_time")).time;
  incident.last = ParseTime(record.Text("last_time")).time;
  incident.tenant = record.Text("tenant");
  incident.stages = Texts(record, "stages");
  incident.composites = Texts(record, "composites");
  incident.raised_by = Texts(record, "raised_by");
  incident.cannot_say = Texts(record, "cannot_say");
  if (const Node* list = record.Child(record.root(), "entities"); list != nullptr) {
    for (const Node& item : Children(*list)) {
      incident.entities.push_back(
          {Member(record, item, "type"), Member(record, item, "id"), Member(record, item, "name")});
    }
  }
  out.findings = Texts(record, "findings");
  out.page = record.Text("page");
  return out;
}

void ListEntities(const Incident& incident, LabelPage& page) {
  for (const std::string_view type :
       {"user", "service_account", "app", "role", "mailbox", "resource", "credential", "token",
        "session", "grant", "address"}) {
    size_t count = 0;
    for (const Entity& entity : incident.entities) {
      if (entity.type != type || ++count > kMaxListed) continue;
      page.Line(count == 1 ? type : "",
                entity.name.empty()
                    ? Printable(entity.id)
                    : fmt::format("{} ({})", Printable(entity.name), Printable(entity.id)));
    }
    if (count > kMaxListed) page.Line("", fmt::format("and {} more", count - kMaxListed));
  }
}

}  // namespace

Result<std::optional<CaseIncident>> FindIncident(const std::string& case_folder,
                                                 std::string_view word) {
  const std::string wanted = Lower(word);
  const bool by_id = wanted.starts_with("i-");
  if (!by_id && (!IsDigits(wanted) || wanted.size() > kMaxDigits)) {
    return std::optional<CaseIncident>();
  }
  const std::string path = case_folder + "/incidents.jsonl";
  std::ifstream file(path, std::ios::binary);
  // Whether there is a case at all is said by whoever reads its findings.
  if (!file) return std::optional<CaseIncident>();
  source::JsonReader reader;
  std::vector<CaseIncident> found;
  std::string line;
  for (uint64_t number = 1; std::getline(file, line); ++number) {
    if (line.empty()) continue;
    if (!reader.ParseUnpadded(line) || reader.record().root().kind != NodeKind::kObject) {
      return Error{ErrorKind::kIo, fmt::format("{}:{}: this line is damaged; run the hunt again",
                                               Printable(path), number)};
    }
    const Record& record = reader.record();
    const std::string id = Lower(record.Text("id"));
    const bool meant =
        by_id ? std::string_view(id).starts_with(wanted)
              : record.Text("number") ==
                    wanted.substr(std::min(wanted.find_first_not_of('0'), wanted.size() - 1));
    if (!meant) continue;
    found.push_back(Read(record, line));
    if (!by_id || id == wanted) {
      found.erase(found.begin(), found.end() - 1);
      break;
    }
  }
  if (found.size() > 1) {
    std::string listed;
    for (const CaseIncident& one : found) listed += "\n  " + one.incident.id;
    return Error{ErrorKind::kInvalid, fmt::format("'{}' is the start of {} incidents:{}",
                                                  Printable(word), found.size(), listed)};
  }
  if (found.empty() && by_id) {
    return Error{ErrorKind::kNotFound,
                 fmt::format("no incident '{}' in '{}'; incidents.jsonl there lists them",
                             Printable(word), Printable(case_folder))};
  }
  return found.empty() ? std::optional<CaseIncident>()
                       : std::optional<CaseIncident>(std::move(found[0]));
}

Result<std::string> ShowIncident(const std::string& case_folder, const CaseIncident& found,
                                 const sink::Terminal& terminal) {
  const Incident& incident = found.incident;
  LabelPage page(terminal);
  page.Head(fmt::format("{}: {}", Name(incident.level), Printable(incident.headline)),
            sink::LevelColour(incident.level));
  const std::string first = FormatTimeShort(incident.first);
  const std::string last = FormatTimeShort(incident.last);
  page.Line("when", first == last ? first : first + " to " + last);
  page.Line("stages", Printable(fmt::format("{}", fmt::join(incident.stages, ", then "))));
  ListEntities(incident, page);
  for (size_t i = 0; i < incident.raised_by.size(); ++i) {
    page.Line(i == 0 ? "raised" : "", "- " + Printable(incident.raised_by[i]));
  }
  page.Line("chains", Printable(fmt::format("{}", fmt::join(incident.composites, ", "))));
  page.Line("confidence", Name(incident.confidence));
  for (size_t i = 0; i < incident.cannot_say.size(); ++i) {
    page.Line(i == 0 ? "cannot say" : "", "- " + Printable(incident.cannot_say[i]));
  }
  page.Line("tenant", Printable(incident.tenant));
  page.Line("incident", Printable(incident.id));
  page.Line("page", Printable(found.page.empty() ? "none: only the worst have one"
                                                 : case_folder + "/" + found.page));

  // As findings.jsonl has them: the worst first.
  std::vector<std::vector<sink::Cell>> rows;
  const std::set<std::string_view> wanted(found.findings.begin(), found.findings.end());
  size_t seen = 0;
  TRY(EachFinding(case_folder, [&](std::string_view, const Record& record) -> Result<bool> {
    if (!wanted.contains(record.Text("id"))) return true;
    const Level level = ParseLevel(record.Text("level")).value_or(Level::kInformational);
    const std::string time = FormatTimeShort(ParseTime(record.Text("first_time")).time);
    // Ids of rules tell nobody anything.
    const bool rule = record.Text("origin") == "rule";
    if (rows.size() < kMaxFindings) {
      rows.push_back({{Printable(record.Text("id"))},
                      {std::string(Name(level)), sink::LevelColour(level)},
                      {time.substr(0, 16)},
                      {rule ? "Sigma" : Printable(record.Text("rule"))},
                      {Printable(record.Text("title"))}});
    }
    return ++seen < wanted.size();
  }));
  page.Blank();
  page.Head(fmt::format("{} finding{}", Grouped(found.findings.size()),
                        found.findings.size() == 1 ? "" : "s"),
            sink::Colour::kBold);
  std::string table;
  sink::LayOut({{.title = "id"},
                {.title = "level", .drop = 1},
                {.title = "first (UTC)", .drop = 2},
                {.title = "rule", .drop = 3},
                {.title = "title", .least = 20}},
               rows, terminal, 2, table);
  page.Add(table);
  if (seen > rows.size()) {
    page.Line("", fmt::format("and {} more: findings.csv", Grouped(seen - rows.size())));
  }
  return page.Take();
}

}  // namespace tokentrail::cli
