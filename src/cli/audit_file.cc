#include "cli/audit_file.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/text.h"
#include "source/json.h"

namespace tokentrail::cli {
namespace {

constexpr std::array<std::string_view, kChangeCells> kNames = {
    "time",       "class",       "kind",      "operation",   "result",      "status",
    "name",       "target",      "target_id", "target_type", "change",      "recorded_actor",
    "identity",   "identity_id", "via",       "client",      "client_name", "reason",
    "confidence", "app",         "app_name",  "ip",          "user_agent",  "session",
    "token",      "correlation", "tenant",    "source",      "file"};

uint64_t NumberOf(std::string_view text) {
  uint64_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

Error NoCase(const std::string& path, const std::string& folder) {
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) {
    return Error{ErrorKind::kIo, fmt::format("cannot read '{}'", Printable(path))};
  }
  const bool is_case = std::filesystem::exists(folder + "/case.key", ignored);
  return Error{ErrorKind::kNotFound,
               is_case
                   ? fmt::format("the case in '{}' has no {}: an earlier version made it; run "
                                 "`tokentrail hunt` again, or name the evidence",
                                 Printable(folder), std::filesystem::path(path).filename().string())
                   : fmt::format("no case in '{}': run `tokentrail hunt` first, name its "
                                 "folder with --case, or name the evidence",
                                 Printable(folder))};
}

}  // namespace

std::string_view Name(ChangeCell cell) { return kNames.at(static_cast<size_t>(cell)); }

Result<Done> EachChange(const std::string& case_folder,
                        const std::function<void(ChangeLine& change)>& visit) {
  const std::string path = case_folder + "/audit.jsonl";
  std::ifstream file(path, std::ios::binary);
  if (!file) return NoCase(path, case_folder);
  source::JsonReader reader;
  std::string line;
  for (uint64_t number = 1; std::getline(file, line); ++number) {
    if (line.empty()) continue;
    if (!reader.ParseUnpadded(line) || reader.record().root().kind != NodeKind::kObject) {
      return Error{ErrorKind::kIo, fmt::format("{}:{}: this line is damaged; run the hunt again",
                                               Printable(path), number)};
    }
    ChangeLine change;
    // They stand in the order of the columns; other programs may have written them again.
    size_t next = 0;
    for (const Node& child : Children(reader.record().root())) {
      if (next < kChangeCells && child.key() == kNames[next]) {
        change.cells[next++] = child.text();
      } else if (child.key() == "line") {
        change.line = NumberOf(child.text());
      } else if (child.key() == "offset") {
        change.offset = NumberOf(child.text());
      } else {
        for (size_t i = 0; i < kChangeCells; ++i) {
          if (kNames[i] == child.key()) change.cells[i] = child.text();
        }
      }
    }
    visit(change);
  }
  return Done{};
}

Result<AuditSummary> ReadAuditSummary(const std::string& case_folder) {
  const std::string path = case_folder + "/summary.json";
  std::ifstream file(path, std::ios::binary);
  if (!file) return NoCase(path, case_folder);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  source::JsonReader reader;
  if (!reader.ParseUnpadded(text) || reader.record().root().kind != NodeKind::kObject) {
    return Error{ErrorKind::kIo,
                 fmt::format("'{}' is damaged; run the hunt again", Printable(path))};
  }
  const Record record = reader.record();
  AuditSummary out;
  out.interrupted = record.Text("interrupted") == "true";
  out.not_kept = NumberOf(record.Text("audit.not_kept"));
  const Node* list = record.Find("audit.cannot_say");
  if (list == nullptr) return out;
  for (const Node& item : Children(*list)) {
    const auto member = [&](std::string_view key) {
      const Node* child = record.Child(item, key);
      return child == nullptr ? std::string() : std::string(child->text());
    };
    Unseen unseen;
    unseen.platform = member("platform");
    unseen.needs = member("needs");
    unseen.other_logs = member("other_logs_of_it_read") == "true";
    if (const Node* classes = record.Child(item, "classes")) {
      for (const Node& one : Children(*classes)) unseen.classes.emplace_back(one.text());
    }
    out.cannot_say.push_back(std::move(unseen));
  }
  return out;
}

}  // namespace tokentrail::cli
