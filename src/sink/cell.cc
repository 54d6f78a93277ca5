#include "sink/cell.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace tokentrail::sink {

std::string FileOf(const FileTable& files, const Place& place) {
  return place.file < files.size() ? files.at(place.file).path : std::string();
}

std::string PlaceText(const FileTable& files, const Place& place) {
  std::string out = FileOf(files, place);
  if (!out.empty() && place.line != 0) out += fmt::format(":{}", place.line);
  return out;
}

std::string_view SourceName(const Outcome& outcome, SourceIndex source) {
  return source < outcome.source_names.size() ? outcome.source_names[source] : std::string_view();
}

namespace {

std::vector<std::string_view> EntityTexts(const Finding& finding, std::string_view type) {
  std::vector<std::string_view> out;
  for (const Entity& entity : finding.entities) {
    if (entity.type != type) continue;
    const std::string_view text = entity.name.empty() ? entity.id : entity.name;
    if (std::find(out.begin(), out.end(), text) == out.end()) out.push_back(text);
  }
  return out;
}

}  // namespace

std::string EntityText(const Finding& finding, std::string_view type) {
  const auto texts = EntityTexts(finding, type);
  if (texts.empty()) return {};
  if (texts.size() == 1) return std::string(texts[0]);
  return fmt::format("{} +{}", texts[0], texts.size() - 1);
}

std::string EntityList(const Finding& finding, std::string_view type, std::string_view separator) {
  return fmt::format("{}", fmt::join(EntityTexts(finding, type), separator));
}

std::vector<std::string> ShortIds(const std::vector<Finding>& findings) {
  std::vector<std::string_view> sorted;
  sorted.reserve(findings.size());
  for (const Finding& finding : findings) sorted.push_back(finding.id);
  std::sort(sorted.begin(), sorted.end());
  const auto common = [](std::string_view a, std::string_view b) {
    return static_cast<size_t>(
        std::mismatch(a.begin(), a.begin() + static_cast<long>(std::min(a.size(), b.size())),
                      b.begin())
            .first -
        a.begin());
  };
  std::map<std::string_view, size_t> length;
  for (size_t i = 0; i < sorted.size(); ++i) {
    size_t needed = 8;
    if (i > 0) needed = std::max(needed, common(sorted[i - 1], sorted[i]) + 1);
    if (i + 1 < sorted.size()) needed = std::max(needed, common(sorted[i], sorted[i + 1]) + 1);
    length[sorted[i]] = needed;
  }
  std::vector<std::string> out;
  out.reserve(findings.size());
  for (const Finding& finding : findings) out.push_back(finding.id.substr(0, length[finding.id]));
  return out;
}

std::string JoinBars(const std::vector<std::string>& parts) {
  return fmt::format("{}", fmt::join(parts, " \u00a6 "));
}

}  // namespace tokentrail::sink
