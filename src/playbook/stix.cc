#include "playbook/stix.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <filesystem>

#include "base/text.h"
#include "pipeline/rule_files.h"
#include "playbook/stix_object.h"

namespace tokentrail::playbook {
namespace {

namespace fs = std::filesystem;

/// The enterprise bundle has 50 MiB (18.1).
constexpr size_t kMaxBundle = size_t{512} << 20;

std::string DayOf(std::string_view modified) { return std::string(modified.substr(0, 10)); }

/// `credential-access` -> `Credential Access`, as ATT&CK writes it.
std::string TacticName(std::string_view short_name) {
  std::string out;
  for (const std::string_view word : Split(short_name, "-")) {
    if (!out.empty()) out += ' ';
    out += word;
    char& first = out[out.size() - word.size()];
    if (word != "and") {
      first = static_cast<char>(std::toupper(static_cast<unsigned char>(first)));
    }
  }
  return out;
}

class Builder {
 public:
  explicit Builder(const StixObjects& objects) : objects_(objects) {}

  Attack Build() {
    Index();
    for (const auto& [id, object] : objects_) {
      if (object.type == "attack-pattern" && !object.attack.id.empty()) Add(object);
    }
    return std::move(out_);
  }

 private:
  const StixObject* Find(const std::string& id) const {
    const auto found = objects_.find(id);
    return found == objects_.end() ? nullptr : &found->second;
  }

  static bool IsLive(const StixObject& object) { return !object.revoked && !object.deprecated; }

  void Index() {
    std::string marked;
    for (const auto& [id, object] : objects_) {
      out_.newest = std::max(out_.newest, DayOf(object.modified));
      if (object.type == "relationship" && IsLive(object)) {
        to_[object.target_ref].push_back(&object);
        from_[object.source_ref].push_back(&object);
      } else if (object.type == "x-mitre-tactic") {
        tactics_[object.short_name] = &object;
        if (IsLive(object)) out_.tactics[object.attack.id] = object.name;
      } else if (object.type == "x-mitre-matrix") {
        for (const std::string& ref : object.refs) {
          if (const StixObject* tactic = Find(ref)) {
            order_.emplace(tactic->short_name, order_.size());
          }
        }
      } else if (object.type == "x-mitre-detection-strategy") {
        out_.has_strategies = true;
      } else if (object.type == "x-mitre-collection" && !object.version.empty()) {
        if (out_.version.empty() || CompareVersions(out_.version, object.version) < 0) {
          out_.version = object.version;
          out_.version_from = "collection";
        }
      } else if (object.type == "marking-definition" &&
                 ContainsIgnoreCase(object.statement, "MITRE")) {
        out_.copyright = std::max(out_.copyright, object.statement);
      }
    }
  }

  const std::vector<const StixObject*>& Relations(
      const std::map<std::string, std::vector<const StixObject*>>& map,
      const std::string& id) const {
    static const std::vector<const StixObject*> kNone;
    const auto found = map.find(id);
    return found == map.end() ? kNone : found->second;
  }

  void Add(const StixObject& object) {
    // A revoked technique may share its id with its heir; the living one counts.
    const auto found = out_.techniques.find(object.attack.id);
    if (found != out_.techniques.end() && !found->second.revoked && object.revoked) return;
    Technique out;
    out.id = object.attack;
    out.description = object.description;
    out.detection = object.detection;
    out.version = object.version;
    out.modified = DayOf(object.modified);
    out.revoked = object.revoked;
    out.deprecated = object.deprecated;
    out.references = object.references;
    out.platforms = object.platforms;
    std::sort(out.platforms.begin(), out.platforms.end(),
              [](const std::string& a, const std::string& b) { return Lower(a) < Lower(b); });
    AddTactics(object, out);
    for (const StixObject* relation : Relations(from_, object.id)) {
      const StixObject* other = Find(relation->target_ref);
      if (other == nullptr) continue;
      if (relation->relationship == "revoked-by") out.revoked_by = other->attack;
      if (relation->relationship == "subtechnique-of") out.parent = other->attack;
    }
    for (const StixObject* relation : Relations(to_, object.id)) AddRelation(*relation, out);
    Sort(out);
    out_.techniques.insert_or_assign(object.attack.id, std::move(out));
  }

  void AddTactics(const StixObject& object, Technique& out) const {
    std::vector<std::pair<size_t, AttackName>> tactics;
    for (const std::string& phase : object.phases) {
      const auto order = order_.find(phase);
      const auto known = tactics_.find(phase);
      AttackName name;
      if (known == tactics_.end()) {
        name.name = TacticName(phase);
      } else {
        name = known->second->attack;
        name.name = known->second->name;
      }
      tactics.emplace_back(order == order_.end() ? order_.size() : order->second, std::move(name));
    }
    std::stable_sort(tactics.begin(), tactics.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (auto& pair : tactics) out.tactics.push_back(std::move(pair.second));
    // Data sources as the technique itself lists them; relations may say how they help.
    for (const std::string& one : object.data_sources) {
      const size_t colon = one.find(": ");
      AttackDataSource source;
      source.source.name = one.substr(0, colon);
      if (colon != one.npos) source.component = one.substr(colon + 2);
      out.data_sources.push_back(std::move(source));
    }
  }

  void AddRelation(const StixObject& relation, Technique& out) const {
    const StixObject* other = Find(relation.source_ref);
    if (other == nullptr) return;
    if (relation.relationship == "revoked-by") {
      out.replaces.push_back(other->attack);
    } else if (!IsLive(*other)) {
      return;
    } else if (relation.relationship == "subtechnique-of") {
      out.subtechniques.push_back(other->attack);
    } else if (relation.relationship == "uses") {
      AttackUsage usage;
      usage.kind = KindOf(other->type);
      usage.who = other->attack;
      usage.description = relation.description;
      usage.references = relation.references;
      out.usages.push_back(std::move(usage));
    } else if (relation.relationship == "detects") {
      if (other->type == "x-mitre-data-component") AddComponent(relation, *other, out);
      if (other->type == "x-mitre-detection-strategy") AddStrategy(*other, out);
    }
  }

  static AttackUsage::Kind KindOf(std::string_view type) {
    if (type == "intrusion-set") return AttackUsage::Kind::kGroup;
    if (type == "campaign") return AttackUsage::Kind::kCampaign;
    if (type == "malware" || type == "tool") return AttackUsage::Kind::kSoftware;
    return AttackUsage::Kind::kOther;
  }

  void AddComponent(const StixObject& relation, const StixObject& component, Technique& out) const {
    const StixObject* source = Find(component.source_ref);
    if (source != nullptr && !IsLive(*source)) source = nullptr;
    AttackDataSource* found = nullptr;
    for (AttackDataSource& one : out.data_sources) {
      const bool same_source = source == nullptr || one.source.name == source->name;
      if (one.component == component.name && same_source) found = &one;
    }
    if (found == nullptr) {
      out.data_sources.emplace_back();
      found = &out.data_sources.back();
      found->component = component.name;
      if (source != nullptr) found->source.name = source->name;
    }
    if (source != nullptr) found->source = source->attack;
    found->description = relation.description;
    found->references = relation.references;
  }

  void AddStrategy(const StixObject& strategy, Technique& out) const {
    AttackStrategy made;
    made.id = strategy.attack;
    for (const std::string& ref : strategy.refs) {
      const StixObject* one = Find(ref);
      if (one == nullptr || !IsLive(*one)) continue;
      AttackAnalytic analytic;
      analytic.id = one->attack;
      analytic.description = one->description;
      analytic.platforms = one->platforms;
      analytic.mutable_elements = one->mutable_elements;
      analytic.references = one->references;
      for (const StixObject::LogSource& log : one->log_sources) {
        AttackLogSource source{log.name, log.channel, {}};
        if (const StixObject* component = Find(log.component_ref)) {
          source.component = component->attack;
          source.component.name = component->name;
        }
        analytic.log_sources.push_back(std::move(source));
      }
      made.analytics.push_back(std::move(analytic));
    }
    std::stable_sort(made.analytics.begin(), made.analytics.end(),
                     [](const auto& a, const auto& b) { return a.id.id < b.id.id; });
    out.strategies.push_back(std::move(made));
  }

  static void Sort(Technique& out) {
    const auto by_id = [](const AttackName& a, const AttackName& b) { return a.id < b.id; };
    std::stable_sort(out.replaces.begin(), out.replaces.end(), by_id);
    std::stable_sort(out.subtechniques.begin(), out.subtechniques.end(), by_id);
    std::stable_sort(out.usages.begin(), out.usages.end(),
                     [](const AttackUsage& a, const AttackUsage& b) {
                       return a.kind != b.kind ? a.kind < b.kind : a.who.id < b.who.id;
                     });
    std::stable_sort(out.strategies.begin(), out.strategies.end(),
                     [](const auto& a, const auto& b) { return a.id.id < b.id.id; });
    std::stable_sort(out.data_sources.begin(), out.data_sources.end(),
                     [](const AttackDataSource& a, const AttackDataSource& b) {
                       return std::pair(Lower(a.source.name), Lower(a.component)) <
                              std::pair(Lower(b.source.name), Lower(b.component));
                     });
  }

  const StixObjects& objects_;
  Attack out_;
  std::map<std::string, std::vector<const StixObject*>> to_;    ///< relations by target
  std::map<std::string, std::vector<const StixObject*>> from_;  ///< and by source
  std::map<std::string, const StixObject*> tactics_;            ///< by short name
  std::map<std::string, size_t> order_;                         ///< of tactics in the matrix
};

std::optional<Attack> Finish(const StixObjects& objects, size_t count, const std::string& name,
                             Report& report) {
  Attack out = BuildAttack(objects);
  out.objects = count;
  if (out.techniques.empty()) {
    Diagnostic none;
    none.file = name;
    none.message = fmt::format("there is no technique among its {} objects", count);
    none.code = "playbook.bundle";
    none.help = "this wants ATT&CK as a STIX bundle, such as enterprise-attack.json";
    report.Add(std::move(none));
    return std::nullopt;
  }
  if (out.version.empty()) {
    out.version = AttackVersionOfName(fs::path(name).filename().string());
    if (!out.version.empty()) out.version_from = "file name";
  }
  return out;
}

void Unreadable(const std::string& name, std::string message, Report& report) {
  Diagnostic out;
  out.file = name;
  out.message = std::move(message);
  out.code = "playbook.bundle";
  report.Add(std::move(out));
}

}  // namespace

const Technique* Attack::Find(std::string_view id) const {
  const auto found = techniques.find(id);
  return found == techniques.end() ? nullptr : &found->second;
}

Attack BuildAttack(const StixObjects& objects) { return Builder(objects).Build(); }

std::optional<Attack> ParseAttack(const std::string& name, std::string_view text, Report& report) {
  StixObjects objects;
  size_t count = 0;
  if (!ReadStixObjects(name, text, objects, count, report)) return std::nullopt;
  return Finish(objects, count, name, report);
}

std::optional<Attack> ReadAttack(const std::string& path, Report& report) {
  std::error_code code;
  std::vector<std::string> files = {path};
  if (fs::is_directory(path, code)) {
    const size_t errors = report.errors();
    files = pipeline::FilesBelow(path, report);
    if (report.errors() != errors) return std::nullopt;
    files.erase(std::remove_if(files.begin(), files.end(),
                               [](const std::string& file) {
                                 return !Lower(file).ends_with(".json") &&
                                        !Lower(file).ends_with(".json.gz");
                               }),
                files.end());
    if (files.empty()) {
      Unreadable(path, "there is no .json file in this folder", report);
      return std::nullopt;
    }
  }
  StixObjects objects;
  size_t count = 0;
  bool good = true;
  for (const std::string& file : files) {
    auto text = pipeline::ReadWholeFile(file, kMaxBundle);
    if (!text) {
      Unreadable(file, text.error().message, report);
      good = false;
    } else {
      good = ReadStixObjects(file, *text, objects, count, report) && good;
    }
  }
  if (!good) return std::nullopt;
  return Finish(objects, count, path, report);
}

std::string AttackVersionOfName(std::string_view name) {
  const std::string lower = Lower(name);
  size_t at = lower.find("attack");
  if (at == lower.npos) return {};
  for (at += 6; at < lower.size() && (lower[at] == '-' || lower[at] == '_' || lower[at] == 'v');) {
    ++at;
  }
  size_t end = at;
  while (end < lower.size() && std::isdigit(static_cast<unsigned char>(lower[end])) != 0) ++end;
  if (end == at || end - at > 2) return {};
  if (end + 1 < lower.size() && lower[end] == '.' &&
      std::isdigit(static_cast<unsigned char>(lower[end + 1])) != 0) {
    ++end;
    while (end < lower.size() && std::isdigit(static_cast<unsigned char>(lower[end])) != 0) ++end;
  }
  return lower.substr(at, end - at);
}

int CompareVersions(std::string_view a, std::string_view b) {
  const auto left = Split(a, ".");
  const auto right = Split(b, ".");
  for (size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    unsigned x = 0;
    unsigned y = 0;
    if (i < left.size()) std::from_chars(left[i].data(), left[i].data() + left[i].size(), x);
    if (i < right.size()) std::from_chars(right[i].data(), right[i].data() + right[i].size(), y);
    if (x != y) return x < y ? -1 : 1;
  }
  return 0;
}

}  // namespace tokentrail::playbook
