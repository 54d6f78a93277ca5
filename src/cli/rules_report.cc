#include "cli/rules_report.h"

#include <algorithm>
#include <map>

namespace tokentrail::cli {

void AddDiagnostics(std::span<const Diagnostic> diagnostics, sink::JsonWriter& json) {
  json.BeginArray();
  for (const Diagnostic& one : diagnostics) {
    json.BeginObject();
    json.Member("severity", one.severity == Severity::kError ? "error" : "warning");
    json.Member("file", one.file).Member("line", one.line).Member("column", one.column);
    json.Member("code", one.code).Member("message", one.message).Member("help", one.help);
    json.EndObject();
  }
  json.EndArray();
}

std::vector<CodeCount> CountByCode(std::span<const Diagnostic> diagnostics) {
  std::map<std::string, CodeCount> by_code;
  for (const Diagnostic& one : diagnostics) {
    if (one.severity != Severity::kError) continue;
    CodeCount& count = by_code[one.code];
    if (count.count++ == 0) {
      count.code = one.code;
      count.first = &one;
    }
  }
  std::vector<CodeCount> out;
  for (auto& [code, count] : by_code) out.push_back(std::move(count));
  std::stable_sort(out.begin(), out.end(),
                   [](const CodeCount& a, const CodeCount& b) { return a.count > b.count; });
  return out;
}

}  // namespace tokentrail::cli
