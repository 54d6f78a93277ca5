// The JSON files of a case folder, and what is said when they are not there or damaged.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/record.h"
#include "source/json.h"

namespace tokentrail::cli {

/// The digits that `text` begins with; 0 when there are none.
uint64_t NumberOf(std::string_view text);

/// Whether the verb that asks takes evidence as well: then the error says so.
enum class Takes : uint8_t { kCase, kEvidenceToo };

/// Why `name` of the case can't be opened: unreadable, no case, or a case of an earlier version.
Error NoCaseFile(const std::string& case_folder, std::string_view name, Takes takes);

/// Calls `visit` with each line of a JSON Lines file of the case and its record; ends when it gives
/// false. Fails when the file is not there, or on a line that is no object.
Result<Done> EachJsonLine(
    const std::string& case_folder, std::string_view name, Takes takes,
    const std::function<Result<bool>(std::string_view line, const Record& record)>& visit);

/// summary.json of a case, parsed. Records hold as long as this does.
class CaseSummary {
 public:
  static Result<CaseSummary> Read(const std::string& case_folder, Takes takes);

  const Record& record() const { return record_; }

 private:
  std::unique_ptr<std::string> text_;
  std::unique_ptr<source::JsonReader> reader_;
  Record record_;
};

}  // namespace tokentrail::cli
