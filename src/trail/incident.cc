#include "trail/incident.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <unordered_set>

#include "base/text.h"
#include "trail/incident_group.h"
#include "trail/incident_level.h"
#include "trail/incident_words.h"

namespace tokentrail::trail {
namespace {

/// Of what the evidence could not show, so many are listed.
constexpr size_t kMaxCannotSay = 20;

std::string IdOf(std::string_view tenant, const FindingGroup& group) {
  // Lengths keep ("a", "bc") apart from ("ab", "c"), whatever the texts hold.
  std::string text = fmt::format("{}:{}", tenant.size(), tenant);
  for (const std::string& key : group.keys) text += fmt::format("{}:{}", key.size(), key);
  return "I-" + Sha256Hex(text).substr(0, 16);
}

void CollectEntities(std::span<const Finding> findings, Incident& incident) {
  std::vector<Entity>& all = incident.entities;
  for (const size_t i : incident.findings) {
    all.insert(all.end(), findings[i].entities.begin(), findings[i].entities.end());
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  // The empty name sorts first, so a named twin is the next one.
  std::vector<Entity> kept;
  for (size_t i = 0; i < all.size(); ++i) {
    const bool named_twin = all[i].name.empty() && i + 1 < all.size() &&
                            all[i + 1].type == all[i].type && all[i + 1].id == all[i].id;
    if (!named_twin) kept.push_back(std::move(all[i]));
  }
  all = std::move(kept);
}

/// Those of the worst findings first; each once.
void CollectCannotSay(std::span<const Finding> findings, const FindingGroup& group,
                      Incident& incident) {
  std::unordered_set<std::string_view> seen;
  for (const size_t i : group.findings) {
    for (const std::string& words : findings[i].cannot_say) {
      if (!seen.insert(words).second) continue;
      if (incident.cannot_say.size() < kMaxCannotSay) incident.cannot_say.push_back(words);
    }
  }
  if (seen.size() > kMaxCannotSay) {
    incident.cannot_say.push_back(
        fmt::format("and {} more that its findings name", seen.size() - kMaxCannotSay));
  }
}

Incident Tell(std::span<const Finding> findings, const FindingGroup& group) {
  Incident out;
  out.findings = group.findings;
  out.tenant = findings[group.findings[0]].tenant;
  out.first = findings[group.findings[0]].first;
  out.last = findings[group.findings[0]].last;
  for (const size_t i : group.findings) {
    out.first = std::min(out.first, findings[i].first);
    out.last = std::max(out.last, findings[i].last);
  }
  out.id = IdOf(out.tenant, group);
  CollectEntities(findings, out);
  CollectCannotSay(findings, group, out);
  Judge(findings, group, out);
  Word(findings, group, out);
  std::sort(out.findings.begin(), out.findings.end(), [&](size_t a, size_t b) {
    return std::tie(findings[a].first, a) < std::tie(findings[b].first, b);
  });
  return out;
}

}  // namespace

std::vector<Incident> BuildIncidents(std::span<const Finding> findings, const Trails& trails) {
  std::vector<Incident> out;
  for (const FindingGroup& group : GroupFindings(findings, trails)) {
    out.push_back(Tell(findings, group));
  }
  // The worst first: by level, then by how far it got, then the oldest.
  std::sort(out.begin(), out.end(), [](const Incident& a, const Incident& b) {
    if (a.level != b.level) return a.level > b.level;
    if (a.stages.size() != b.stages.size()) return a.stages.size() > b.stages.size();
    return std::tie(a.first, a.id) < std::tie(b.first, b.id);
  });
  const size_t digits = std::max<size_t>(2, std::to_string(out.size()).size());
  for (size_t i = 0; i < out.size(); ++i) {
    out[i].number = static_cast<uint32_t>(i + 1);
    out[i].slug = fmt::format("{:0{}}-{}", i + 1, digits, out[i].slug);
  }
  return out;
}

}  // namespace tokentrail::trail
