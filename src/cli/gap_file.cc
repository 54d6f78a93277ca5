#include "cli/gap_file.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "base/text.h"
#include "source/json.h"

namespace tokentrail::cli {
namespace {

Time TimeOf(std::string_view text) {
  const ParsedTime parsed = ParseTime(text);
  return parsed.fault == TimeFault::kNone ? parsed.time : Time{};
}

std::optional<GapKind> KindOf(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(GapKind::kLateStart); ++i) {
    if (Name(static_cast<GapKind>(i)) == name) return static_cast<GapKind>(i);
  }
  return std::nullopt;
}

}  // namespace

Result<CaseGaps> ReadCaseGaps(const std::string& case_folder) {
  const std::string path = case_folder + "/summary.json";
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored)) {
      return Error{ErrorKind::kIo, fmt::format("cannot read '{}'", Printable(path))};
    }
    return Error{ErrorKind::kNotFound,
                 fmt::format("no case in '{}': run `tokentrail hunt` first, name its folder with "
                             "--case, or name the evidence",
                             Printable(case_folder))};
  }
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  source::JsonReader reader;
  if (!reader.ParseUnpadded(text) || reader.record().root().kind != NodeKind::kObject) {
    return Error{ErrorKind::kIo,
                 fmt::format("'{}' is damaged; run the hunt again", Printable(path))};
  }
  const Record record = reader.record();
  const Node* gaps = record.Find("gaps");
  if (gaps == nullptr || gaps->kind != NodeKind::kArray) {
    return Error{ErrorKind::kNotFound,
                 fmt::format("the case in '{}' does not say what its evidence lacks: an earlier "
                             "version made it; run `tokentrail hunt` again, or name the evidence",
                             Printable(case_folder))};
  }
  CaseGaps out;
  out.interrupted = record.Text("interrupted") == "true";
  out.first = TimeOf(record.Text("first_time"));
  out.last = TimeOf(record.Text("last_time"));
  if (const Node* sources = record.Find("sources")) {
    for (const Node& source : Children(*sources)) {
      if (const Node* name = record.Child(source, "name")) out.sources.emplace_back(name->text());
    }
  }
  for (const Node& item : Children(*gaps)) {
    const auto member = [&](std::string_view key) {
      const Node* child = record.Child(item, key);
      return child == nullptr || child->kind == NodeKind::kNull ? std::string()
                                                                : std::string(child->text());
    };
    const auto kind = KindOf(member("kind"));
    if (!kind) continue;  // of a later version
    EvidenceGap gap;
    gap.kind = *kind;
    gap.source = member("source");
    gap.stream = member("stream");
    gap.tenant = member("tenant");
    gap.subject = member("subject");
    gap.first = TimeOf(member("first_time"));
    gap.last = TimeOf(member("last_time"));
    const std::string count = member("count");
    std::from_chars(count.data(), count.data() + count.size(), gap.count);
    gap.words = member("words");
    gap.hides = member("hides");
    out.gaps.push_back(std::move(gap));
  }
  return out;
}

}  // namespace tokentrail::cli
