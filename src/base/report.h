// Diagnostics of a load: many, because one bad rule must not hide the next.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tokentrail {

enum class Severity : uint8_t { kWarning, kError };

struct Diagnostic {
  Severity severity = Severity::kError;
  std::string file;
  uint32_t line = 0;    ///< from 1; 0 when the whole file is meant
  uint32_t column = 0;  ///< from 1
  std::string message;
  std::string code;         ///< `sigma.unknown_modifier`
  std::string source_line;  ///< text of the line, for the caret
  uint32_t width = 1;       ///< how many characters the caret underlines
  std::string help;         ///< `did you mean 'contains'?`
};

class Report {
 public:
  void Add(Diagnostic diagnostic) { all_.push_back(std::move(diagnostic)); }
  const std::vector<Diagnostic>& all() const { return all_; }
  size_t errors() const;

 private:
  std::vector<Diagnostic> all_;
};

/// `file:14:15: error: message [code]`, the line, the caret and the help.
std::string Format(const Diagnostic& diagnostic);

}  // namespace tokentrail
