#include "model/finding.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>

#include "base/text.h"
#include "model/finding_id.h"

namespace tokentrail {
namespace {

/// Oldest first, then by what the record is. Its place comes last: it decides only between
/// records that are equal byte for byte.
auto Order(const Evidence& e) {
  return std::tie(e.time, e.source, e.content, e.operation, e.user, e.app, e.ip, e.user_agent,
                  e.place.file, e.place.offset);
}

bool SameEvent(const Evidence& a, const Evidence& b) { return Order(a) == Order(b); }

/// Adds what `from` says about the same event.
void Absorb(Evidence& into, const Evidence& from) {
  for (const Field field : from.deciding) {
    if (std::find(into.deciding.begin(), into.deciding.end(), field) == into.deciding.end()) {
      into.deciding.push_back(field);
    }
  }
  std::sort(into.deciding.begin(), into.deciding.end());
}

/// Puts `evidence` in its place; only the oldest are kept. False when it was there already.
bool Insert(std::vector<Evidence>& all, Evidence evidence) {
  const auto at =
      std::lower_bound(all.begin(), all.end(), evidence,
                       [](const Evidence& a, const Evidence& b) { return Order(a) < Order(b); });
  if (at != all.end() && SameEvent(*at, evidence)) {
    Absorb(*at, evidence);
    return false;
  }
  all.insert(at, std::move(evidence));
  if (all.size() > Finding::kMaxEvidence) all.pop_back();
  return true;
}

void Widen(Finding& finding, Time first, Time last) {
  if (finding.first == Time{} || first < finding.first) finding.first = first;
  if (finding.last == Time{} || last > finding.last) finding.last = last;
}

template <typename T>
void Unite(std::vector<T>& into, const std::vector<T>& from) {
  for (const T& item : from) {
    if (std::find(into.begin(), into.end(), item) == into.end()) into.push_back(item);
  }
}

/// Sorted and unique; an entity without a name gives way to the same one with a name.
void SettleEntities(std::vector<Entity>& entities) {
  std::sort(entities.begin(), entities.end());
  entities.erase(std::unique(entities.begin(), entities.end()), entities.end());
  std::vector<Entity> kept;
  kept.reserve(entities.size());
  for (size_t i = 0; i < entities.size(); ++i) {
    // The empty name sorts first, so a named twin is the next one.
    const bool named_twin = entities[i].name.empty() && i + 1 < entities.size() &&
                            entities[i + 1].type == entities[i].type &&
                            entities[i + 1].id == entities[i].id;
    if (!named_twin) kept.push_back(std::move(entities[i]));
  }
  entities = std::move(kept);
}

/// A total order of findings with one id by what they say: the strongest first.
bool SaysMore(const Finding& a, const Finding& b) {
  if (a.level != b.level) return a.level > b.level;
  if (a.confidence != b.confidence) return a.confidence > b.confidence;
  const auto rest = [](const Finding& f) {
    return std::tie(f.first, f.last, f.title, f.reasons, f.disproof, f.origin, f.attack, f.entities,
                    f.count);
  };
  if (rest(a) != rest(b)) return rest(a) < rest(b);
  return std::lexicographical_compare(a.evidence.begin(), a.evidence.end(), b.evidence.begin(),
                                      b.evidence.end(), [](const Evidence& x, const Evidence& y) {
                                        return std::tuple_cat(Order(x), std::tie(x.deciding)) <
                                               std::tuple_cat(Order(y), std::tie(y.deciding));
                                      });
}

/// `into` says at least as much as `from`.
void Merge(Finding& into, Finding&& from) {
  Widen(into, from.first, from.last);
  into.confidence = std::max(into.confidence, from.confidence);
  Unite(into.reasons, from.reasons);
  Unite(into.attack, from.attack);
  into.entities.insert(into.entities.end(), std::make_move_iterator(from.entities.begin()),
                       std::make_move_iterator(from.entities.end()));
  uint64_t shared = 0;
  for (Evidence& evidence : from.evidence) {
    if (!Insert(into.evidence, std::move(evidence))) ++shared;
  }
  into.count += from.count - std::min(shared, from.count);
}

}  // namespace

std::string FindingId(const Finding& finding) {
  // Lengths keep ("a", "bc") apart from ("ab", "c"), whatever the texts hold.
  std::string text;
  for (const std::string* part : {&finding.rule, &finding.tenant, &finding.key}) {
    text += std::to_string(part->size()) + ':' + *part;
  }
  return Sha256Hex(text).substr(0, 16);
}

Evidence::Evidence(const Event& event, std::vector<Field> deciding_fields)
    : time(event.time()),
      content(event.head().content),
      place(event.head().place),
      source(event.source()),
      deciding(std::move(deciding_fields)) {
  FillFrom(event);
  std::sort(deciding.begin(), deciding.end());
  deciding.erase(std::unique(deciding.begin(), deciding.end()), deciding.end());
}

Evidence::Evidence(const Cited& cited)
    : time(cited.time), content(cited.content), place(cited.place), source(cited.source) {}

void Evidence::FillFrom(const Event& event) {
  operation = event.Text(Field::kOperation);
  user = event.Text(event.Has(Field::kUser) ? Field::kUser : Field::kUserId);
  app = event.Text(event.Has(Field::kApp) ? Field::kApp : Field::kAppName);
  ip = event.Text(Field::kIp);
  user_agent = event.Text(Field::kUserAgent);
}

void Finding::Cite(const Event& event, std::vector<Field> deciding) {
  const bool is_first = evidence.empty();
  Widen(*this, event.time(), event.time());
  if (evidence.size() == kMaxEvidence && event.time() > evidence.back().time) {
    ++count;  // the usual case in long findings, for which no text need be copied
    return;
  }
  // `count` starts at one, for the event that made the finding.
  if (Insert(evidence, Evidence(event, std::move(deciding))) && !is_first) ++count;
}

void Finding::AddEntity(std::string_view type, std::string_view entity_id, std::string_view name) {
  if (entity_id.empty() && name.empty()) return;
  Entity entity{std::string(type), std::string(entity_id.empty() ? name : entity_id),
                std::string(entity_id.empty() ? std::string_view() : name)};
  if (std::find(entities.begin(), entities.end(), entity) == entities.end()) {
    entities.push_back(std::move(entity));
  }
}

void SortFindings(std::vector<Finding>& findings) {
  std::sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    if (a.level != b.level) return a.level > b.level;
    return std::tie(a.first, a.rule, a.id) < std::tie(b.first, b.rule, b.id);
  });
}

std::vector<Finding>& Findings::Settle() {
  std::map<std::string, std::vector<Finding>> by_id;
  for (Finding& finding : all_) {
    finding.id = FindingId(finding);
    SettleEntities(finding.entities);
    // What was not added through Cite may stand in any order, or twice.
    std::vector<Evidence> evidence = std::move(finding.evidence);
    finding.evidence.clear();
    for (Evidence& item : evidence) Insert(finding.evidence, std::move(item));
    by_id[finding.id].push_back(std::move(finding));
  }
  all_.clear();
  for (auto& [id, same] : by_id) {
    std::sort(same.begin(), same.end(), SaysMore);
    Finding merged = std::move(same.front());
    for (size_t i = 1; i < same.size(); ++i) Merge(merged, std::move(same[i]));
    SettleEntities(merged.entities);
    all_.push_back(std::move(merged));
  }
  SortFindings(all_);
  return all_;
}

}  // namespace tokentrail
