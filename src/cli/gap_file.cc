#include "cli/gap_file.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "base/text.h"
#include "cli/case_json.h"

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
  const CaseSummary summary = TRY(CaseSummary::Read(case_folder, Takes::kEvidenceToo));
  const Record& record = summary.record();
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
