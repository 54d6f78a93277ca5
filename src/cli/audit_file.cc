#include "cli/audit_file.h"

#include "cli/case_json.h"

namespace tokentrail::cli {
namespace {

constexpr std::array<std::string_view, kChangeCells> kNames = {
    "time",       "class",       "kind",      "operation",   "result",      "status",
    "name",       "target",      "target_id", "target_type", "change",      "recorded_actor",
    "identity",   "identity_id", "via",       "client",      "client_name", "reason",
    "confidence", "app",         "app_name",  "ip",          "user_agent",  "session",
    "token",      "correlation", "tenant",    "source",      "file"};

}  // namespace

std::string_view Name(ChangeCell cell) { return kNames.at(static_cast<size_t>(cell)); }

Result<Done> EachChange(const std::string& case_folder,
                        const std::function<void(ChangeLine& change)>& visit) {
  return EachJsonLine(case_folder, "audit.jsonl", Takes::kEvidenceToo, [&](std::string_view, const Record& record) -> Result<bool> {
    ChangeLine change;
    // They stand in the order of the columns; other programs may have written them again.
    size_t next = 0;
    for (const Node& child : Children(record.root())) {
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
    return true;
  });
}

Result<AuditSummary> ReadAuditSummary(const std::string& case_folder) {
  const CaseSummary summary = TRY(CaseSummary::Read(case_folder, Takes::kEvidenceToo));
  const Record& record = summary.record();
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
