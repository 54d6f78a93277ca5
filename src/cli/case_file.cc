#include "cli/case_file.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/as_of.h"
#include "base/text.h"
#include "cli/case_json.h"

namespace tokentrail::cli {

namespace {

std::string Member(const Record& record, const Node& object, std::string_view key) {
  const Node* child = record.Child(object, key);
  return child == nullptr ? std::string() : std::string(child->text());
}

uint64_t Number(const Record& record, const Node& object, std::string_view key) {
  const Node* child = record.Child(object, key);
  return child == nullptr ? 0 : NumberOf(child->text());
}

std::vector<std::string> Texts(const Record& record, std::string_view key) {
  std::vector<std::string> out;
  if (const Node* list = record.Child(record.root(), key); list != nullptr) {
    for (const Node& item : Children(*list)) out.emplace_back(item.text());
  }
  return out;
}

Evidence ReadEvidence(const Record& record, const Node& node) {
  Evidence out;
  const std::string time = Member(record, node, "time");
  out.time = time.empty() ? kAsOfCollection : ParseTime(time).time;
  out.operation = Member(record, node, "operation");
  out.user = Member(record, node, "user");
  out.app = Member(record, node, "app");
  out.ip = Member(record, node, "ip");
  out.user_agent = Member(record, node, "user_agent");
  out.place.line = Number(record, node, "line");
  out.place.offset = Number(record, node, "offset");
  out.place.size = static_cast<uint32_t>(Number(record, node, "length"));
  if (const Node* list = record.Child(node, "deciding"); list != nullptr) {
    for (const Node& item : Children(*list)) {
      out.pointers.push_back({Member(record, item, "field"), Member(record, item, "pointer"),
                              Member(record, item, "value")});
    }
  }
  out.record = Member(record, node, "record");
  out.record_sha256 = Member(record, node, "record_sha256");
  out.record_cut = Member(record, node, "record_cut") == "true";
  return out;
}

Confidence ReadConfidence(std::string_view text) {
  for (const Confidence confidence :
       {Confidence::kLow, Confidence::kMedium, Confidence::kHigh, Confidence::kCertain}) {
    if (Name(confidence) == text) return confidence;
  }
  return Confidence::kNone;
}

}  // namespace

std::string LastCase(const std::string& folder) {
  namespace fs = std::filesystem;
  std::string last;
  fs::file_time_type when{};
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    // summary.json is written in every hunt, and is no name of ours alone; the key is.
    std::error_code ignored;
    const fs::path summary = it->path() / "summary.json";
    if (!fs::exists(it->path() / "case.key", ignored)) continue;
    const auto written = fs::last_write_time(summary, ignored);
    // Of two at one moment the first by name, whatever order the folder gives.
    if (ignored ||
        (!last.empty() && (written < when || (written == when && it->path().string() > last)))) {
      continue;
    }
    last = it->path().string();
    when = written;
  }
  return last.empty() ? std::string(kDefaultCase) : last;
}

Result<CaseFinding> ReadFinding(const Record& record) {
  const Node& root = record.root();
  CaseFinding out;
  Finding& finding = out.finding;
  finding.id = Member(record, root, "id");
  if (finding.id.empty()) return Error{ErrorKind::kInvalid, "a line that is no finding"};
  finding.rule = Member(record, root, "rule");
  finding.origin = Member(record, root, "origin");
  finding.title = Member(record, root, "title");
  finding.level = ParseLevel(Member(record, root, "level")).value_or(Level::kInformational);
  finding.confidence = ReadConfidence(Member(record, root, "confidence"));
  finding.first = ParseTime(Member(record, root, "first_time")).time;
  finding.last = ParseTime(Member(record, root, "last_time")).time;
  finding.tenant = Member(record, root, "tenant");
  finding.disproof = Member(record, root, "disproof");
  finding.count = Number(record, root, "count");
  finding.reasons = Texts(record, "reasons");
  finding.attack = Texts(record, "attack");
  finding.cannot_say = Texts(record, "cannot_say");
  if (const Node* list = record.Child(root, "entities"); list != nullptr) {
    for (const Node& item : Children(*list)) {
      finding.entities.push_back(
          {Member(record, item, "type"), Member(record, item, "id"), Member(record, item, "name")});
    }
  }
  if (const Node* list = record.Child(root, "evidence"); list != nullptr) {
    for (const Node& item : Children(*list)) {
      finding.evidence.push_back(ReadEvidence(record, item));
      out.sources.push_back(Member(record, item, "source"));
      out.files.push_back(Member(record, item, "file"));
      out.file_sha256.push_back(Member(record, item, "file_sha256"));
    }
  }
  return out;
}

Result<Done> EachFinding(
    const std::string& case_folder,
    const std::function<Result<bool>(std::string_view line, const Record& record)>& visit) {
  return EachJsonLine(case_folder, "findings.jsonl", Takes::kCase, visit);
}

Result<std::string> FindFinding(const std::string& case_folder, std::string_view prefix) {
  const std::string wanted = Lower(prefix);
  std::vector<std::string> lines;
  std::string listed;
  bool exact = false;
  TRY(EachFinding(case_folder, [&](std::string_view line, const Record& record) -> Result<bool> {
    const std::string_view id = record.Text("id");
    if (!id.starts_with(wanted)) return true;
    if (id == wanted) {
      exact = true;
      lines.assign(1, std::string(line));
      return false;
    }
    lines.emplace_back(line);
    listed +=
        fmt::format("\n  {}  {}  {}", id, record.Text("level"), Printable(record.Text("title")));
    return true;
  }));
  if (lines.empty()) {
    return Error{ErrorKind::kNotFound,
                 fmt::format("no finding '{}' in '{}'; `tokentrail hunt` prints their ids, and "
                             "findings.csv there lists them",
                             Printable(prefix), Printable(case_folder))};
  }
  if (lines.size() > 1 && !exact) {
    return Error{ErrorKind::kInvalid, fmt::format("'{}' is the start of {} findings:{}",
                                                  Printable(prefix), lines.size(), listed)};
  }
  return std::move(lines[0]);
}

}  // namespace tokentrail::cli
