#include "sigma/diagnose.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace tokentrail::sigma {

uint32_t Characters(std::string_view text) {
  return static_cast<uint32_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

void Diagnose(const RuleText& text, Severity severity, Fault fault, Report& report) {
  Diagnostic out;
  out.severity = severity;
  out.file = text.file;
  out.line = fault.line;
  out.column = fault.column;
  out.width = std::max(fault.width, 1u);
  out.code = std::move(fault.code);
  out.message = std::move(fault.message);
  out.help = std::move(fault.help);
  if (fault.line > 0 && fault.line <= text.lines.size()) {
    out.source_line = text.lines[fault.line - 1];
  }
  report.Add(std::move(out));
}

void Diagnose(const RuleText& text, const Yaml& at, Severity severity, std::string code,
              std::string message, std::string help, Report& report) {
  Fault fault;
  fault.line = at.line;
  fault.column = at.column + (at.quoted ? 1 : 0);
  fault.width = Characters(at.text.substr(0, at.text.find('\n')));
  fault.code = std::move(code);
  fault.message = std::move(message);
  fault.help = std::move(help);
  Diagnose(text, severity, std::move(fault), report);
}

bool Refuse(const RuleText& text, const Yaml& at, std::string code, std::string message,
            std::string help, Report& report) {
  Diagnose(text, at, Severity::kError, std::move(code), std::move(message), std::move(help),
           report);
  return false;
}

const Yaml* KeyOf(const Yaml& map, std::string_view name) {
  for (const auto& [key, value] : map.map) {
    if (key.text == name) return &key;
  }
  return nullptr;
}

std::string SimilarKey(const Yaml& map, std::string_view name) {
  std::vector<std::string_view> keys;
  for (const auto& [key, value] : map.map) keys.push_back(key.text);
  const std::string_view closest = Closest(name, keys);
  if (closest.empty()) return {};
  return "'" + std::string(closest) + "' looks like a misspelt '" + std::string(name) + "'";
}

}  // namespace tokentrail::sigma
