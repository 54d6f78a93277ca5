#include "cli/case_json.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/text.h"

namespace tokentrail::cli {
namespace {

std::string PathOf(const std::string& case_folder, std::string_view name) {
  return case_folder + "/" + std::string(name);
}

}  // namespace

uint64_t NumberOf(std::string_view text) {
  uint64_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

Error NoCaseFile(const std::string& case_folder, std::string_view name, Takes takes) {
  const std::string path = PathOf(case_folder, name);
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) {
    return Error{ErrorKind::kIo, fmt::format("cannot read '{}'", Printable(path))};
  }
  if (takes == Takes::kCase) {
    return Error{ErrorKind::kNotFound,
                 fmt::format("no case in '{}': run `tokentrail hunt` first, or name its folder "
                             "with --case",
                             Printable(case_folder))};
  }
  const bool is_case = std::filesystem::exists(case_folder + "/case.key", ignored);
  return Error{ErrorKind::kNotFound,
               is_case ? fmt::format("the case in '{}' has no {}: an earlier version made it; run "
                                     "`tokentrail hunt` again, or name the evidence",
                                     Printable(case_folder), name)
                       : fmt::format("no case in '{}': run `tokentrail hunt` first, name its "
                                     "folder with --case, or name the evidence",
                                     Printable(case_folder))};
}

Result<Done> EachJsonLine(
    const std::string& case_folder, std::string_view name, Takes takes,
    const std::function<Result<bool>(std::string_view line, const Record& record)>& visit) {
  const std::string path = PathOf(case_folder, name);
  std::ifstream file(path, std::ios::binary);
  if (!file) return NoCaseFile(case_folder, name, takes);
  source::JsonReader reader;
  std::string line;
  for (uint64_t number = 1; std::getline(file, line); ++number) {
    if (line.empty()) continue;
    const size_t size = line.size();
    line.append(source::JsonReader::kPadding, '\0');
    const std::string_view text(line.data(), size);
    if (!reader.Parse(text) || reader.record().root().kind != NodeKind::kObject) {
      return Error{ErrorKind::kIo, fmt::format("{}:{}: this line is damaged; run the hunt again",
                                               Printable(path), number)};
    }
    if (!TRY(visit(text, reader.record()))) break;
  }
  return Done{};
}

Result<CaseSummary> CaseSummary::Read(const std::string& case_folder, Takes takes) {
  const std::string path = PathOf(case_folder, "summary.json");
  std::ifstream file(path, std::ios::binary);
  if (!file) return NoCaseFile(case_folder, "summary.json", takes);
  CaseSummary out;
  out.text_ = std::make_unique<std::string>((std::istreambuf_iterator<char>(file)),
                                            std::istreambuf_iterator<char>());
  out.reader_ = std::make_unique<source::JsonReader>();
  if (!out.reader_->ParseUnpadded(*out.text_) ||
      out.reader_->record().root().kind != NodeKind::kObject) {
    return Error{ErrorKind::kIo,
                 fmt::format("'{}' is damaged; run the hunt again", Printable(path))};
  }
  out.record_ = out.reader_->record();
  return out;
}

}  // namespace tokentrail::cli
