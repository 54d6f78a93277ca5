// A policy from its text.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "policy/policy.h"
#include "policy/where.h"

namespace tokentrail::policy {
namespace {

const std::vector<std::string_view> kKeys = {
    "id",      "title",      "description",   "level",           "state",   "platforms",
    "tenants", "when",       "where",         "except",          "include", "judged",
    "why",     "what_to_do", "harmless_when", "false_positives", "attack",  "references"};

/// Of AttackIds: `T1528`, `T1098.001`.
bool IsTechnique(std::string_view text) {
  if (!text.starts_with('T') || text.size() < 5 || !IsDigits(text.substr(1, 4))) return false;
  return text.size() == 5 || (text.size() == 9 && text[5] == '.' && IsDigits(text.substr(6)));
}

/// Letters, digits, `-`, `_`, `.`: it stands in file names, findings and commands.
bool IsId(std::string_view text) {
  return !text.empty() && text.size() <= 80 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

class PolicyReader {
 public:
  PolicyReader(Reading& reading, const Yaml& tree) : reading_(reading), tree_(tree) {}

  std::optional<Policy> Read() {
    const size_t before = reading_.errors();
    policy_.file = reading_.file();
    policy_.line = tree_.line;
    policy_.tree = tree_;
    if (!tree_.is_map()) {
      reading_.Wrong(tree_, "a policy has keys and values: id, title, level, when, ...");
      return std::nullopt;
    }
    for (const auto& [key, value] : tree_.map) {
      if (std::find(kKeys.begin(), kKeys.end(), key.text) == kKeys.end()) {
        UnknownKey(key);
      } else {
        ReadKey(key, value);
      }
    }
    for (const std::string_view needed : {"id", "title", "level"}) {
      if (tree_.Find(needed) == nullptr) {
        reading_.Wrong(tree_, fmt::format("the policy has no '{}'", needed));
      }
    }
    if (policy_.when.empty() && reading_.errors() == before) {
      reading_.Wrong(tree_, "the policy asks for nothing: it would fit every app",
                     "give it `when:` with at least one condition, or `where:`");
    }
    RefuseImpossible();
    if (reading_.errors() != before) return std::nullopt;
    Settle();
    return std::move(policy_);
  }

 private:
  void UnknownKey(const Yaml& key) {
    // A condition beside `when:` is the likeliest mistake.
    for (const ConditionDef* def : Conditions()) {
      if (def->name != key.text) continue;
      reading_.Wrong(key, fmt::format("'{}' is a condition: it goes below `when:`", key.text));
      return;
    }
    reading_.Unknown(key, "key", kKeys);
  }

  void ReadKey(const Yaml& key, const Yaml& value) {
    const std::string& name = key.text;
    if (name == "when") return ReadWhen(value);
    if (name == "except") return ReadExcept(value);
    if (name == "where") {
      if (auto condition = ReadWhere(reading_, key, value)) Add(key, std::move(condition));
      return;
    }
    if (name == "include") {
      const auto what = reading_.Choices(value, name, {"first_party", "approved"});
      if (!what) return;
      for (const std::string& one : *what) {
        (one == "approved" ? policy_.approved : policy_.first_party) = true;
      }
      return;
    }
    if (name == "level") {
      const auto level = value.is_scalar() ? ParseLevel(value.text) : std::nullopt;
      if (!level) {
        reading_.Wrong(value, fmt::format("unknown level '{}'", value.text),
                       "they are: critical, high, medium, low, informational");
        return;
      }
      policy_.level = *level;
      return;
    }
    if (name == "state") {
      const auto state = reading_.Choice(value, name, {"active", "audit", "inactive"});
      if (!state) return;
      policy_.state = *state == "active"  ? PolicyState::kActive
                      : *state == "audit" ? PolicyState::kAudit
                                          : PolicyState::kInactive;
      return;
    }
    if (name == "judged") {
      const auto judged = reading_.Choice(value, name, {"at_end", "any_day"});
      if (judged) judged_ = *judged == "at_end" ? Judged::kAtEnd : Judged::kAnyDay;
      return;
    }
    if (name == "id") {
      const auto id = reading_.Text(value, name);
      if (!id) return;
      if (!IsId(*id)) {
        reading_.Wrong(value, "an id is letters, digits, '-', '_' and '.'");
        return;
      }
      policy_.id = *id;
      return;
    }
    const bool list = name == "platforms" || name == "tenants" || name == "attack" ||
                      name == "references" || name == "false_positives";
    if (list) return ReadList(name, value);
    const auto text = reading_.Text(value, name);
    if (!text) return;
    std::string& into = name == "title"         ? policy_.title
                        : name == "description" ? policy_.description
                        : name == "why"         ? policy_.why
                        : name == "what_to_do"  ? policy_.what_to_do
                                                : policy_.harmless_when;
    into = *text;
  }

  void ReadList(const std::string& name, const Yaml& value) {
    if (name == "platforms") {
      // As App::platform names them.
      auto platforms = reading_.Choices(
          value, name,
          {"entra", "microsoft", "google", "github", "slack", "salesforce", "okta", "kubernetes",
           "aws", "gcp", "auth0", "atlassian", "gitlab", "m365", "azure"});
      if (platforms) policy_.platforms = *std::move(platforms);
      return;
    }
    auto texts = reading_.Texts(value, name);
    if (!texts) return;
    if (name == "attack") {
      for (size_t i = 0; i < texts->size(); ++i) {
        if (IsTechnique((*texts)[i])) continue;
        reading_.Wrong(value.is_list() ? value.list[i] : value,
                       fmt::format("'{}' is no ATT&CK technique", (*texts)[i]),
                       "write it like T1528 or T1098.001");
        return;
      }
      policy_.attack = *std::move(texts);
    } else if (name == "references") {
      policy_.references = *std::move(texts);
    } else if (name == "tenants") {
      policy_.tenants = *std::move(texts);
    } else {
      policy_.false_positives = *std::move(texts);
    }
  }

  void ReadWhen(const Yaml& value) {
    if (!value.is_map()) {
      reading_.Wrong(value, "'when' takes conditions by name, such as `permission: high`",
                     "`tokentrail list conditions` and docs/policies.md have them all");
      return;
    }
    for (const auto& [key, body] : value.map) {
      if (auto condition = ReadCondition(reading_, key, body)) Add(key, std::move(condition));
    }
  }

  void Add(const Yaml& key, std::unique_ptr<Condition> condition) {
    condition->key = key.text;
    condition->line = key.line;
    policy_.when.push_back(std::move(condition));
  }

  void ReadExcept(const Yaml& value) {
    if (!reading_.Keys(value, "except", {"apps", "publishers"})) return;
    for (const auto& [key, body] : value.map) {
      auto texts = reading_.Texts(body, "except." + key.text);
      if (!texts) continue;
      (key.text == "apps" ? policy_.except_apps : policy_.except_publishers) = *std::move(texts);
    }
  }

  const Yaml* Asked(std::string_view condition) const {
    const Yaml* const when = tree_.Find("when");
    return when == nullptr || !when->is_map() ? nullptr : when->Find(condition);
  }

  /// The bound of a condition that is one duration; none when it is another or not asked.
  std::optional<Comparison> SpanOf(std::string_view condition) const {
    const Yaml* const node = Asked(condition);
    if (node == nullptr || !node->is_scalar()) return std::nullopt;
    const auto out = ParseComparison(node->text, Measure::kSpan, Bare::kAtLeast);
    return out.ok() ? std::optional(*out) : std::nullopt;
  }

  /// Conditions that are each right and can't be so together.
  void RefuseImpossible() {
    if (const Yaml* node = Asked("first_party");
        node != nullptr && node->text == "true" && !policy_.first_party) {
      reading_.Wrong(*node, "the platform's own apps are left out unless the policy includes them",
                     "add `include: first_party`");
    }
    if (const Yaml* node = Asked("state"); node != nullptr && !policy_.approved) {
      const bool only = node->is_scalar()
                            ? node->text == "approved"
                            : node->list.size() == 1 && node->list[0].text == "approved";
      if (only) {
        reading_.Wrong(*node, "approved apps are left out unless the policy includes them",
                       "add `include: approved`");
      }
    }
    if (const Yaml* verified = Asked("verified"), *publisher = Asked("misleading");
        verified != nullptr && publisher != nullptr && verified->text == "true" &&
        publisher->text == "publisher") {
      reading_.Warn(*verified, "a publisher that is verified seldom misleads");
    }
    const auto age = SpanOf("age");
    if (!age) return;
    for (const std::string_view other :
         {"unused_for", "last_used", "last_authorized", "woke_after"}) {
      const auto span = SpanOf(other);
      if (!span || span->Least() <= 0 || age->Greatest() > span->Least()) continue;
      reading_.Wrong(
          *Asked(other),
          fmt::format("no app fits both '{}' and `age`: an app is older than what it did", other));
    }
    if (const Yaml* node = Asked("credentials"); node != nullptr && node->is_map()) {
      const Yaml* const unused = node->Find("unused_for");
      const auto span = unused == nullptr ? std::nullopt : ParseSpan(unused->text);
      if (span && age->Greatest() < static_cast<double>(span->micros) / 1e6) {
        reading_.Wrong(*unused, "no app is younger than its unused credential: see `age`");
      }
    }
  }

  void Settle() {
    Reads& all = policy_.reads;
    for (const auto& one : policy_.when) {
      all.use = all.use || one->reads.use;
      all.risk = all.risk || one->reads.risk;
      all.happening = all.happening || one->reads.happening;
      all.spans.insert(all.spans.end(), one->reads.spans.begin(), one->reads.spans.end());
      all.unknown_before.insert(all.unknown_before.end(), one->reads.unknown_before.begin(),
                                one->reads.unknown_before.end());
    }
    std::sort(all.spans.begin(), all.spans.end());
    all.spans.erase(std::unique(all.spans.begin(), all.spans.end()), all.spans.end());
    std::sort(all.unknown_before.begin(), all.unknown_before.end());
    all.unknown_before.erase(std::unique(all.unknown_before.begin(), all.unknown_before.end()),
                             all.unknown_before.end());
    policy_.judged = judged_.value_or(all.happening ? Judged::kAnyDay : Judged::kAtEnd);
    // What needs no history is asked first; windows and expressions last.
    std::stable_sort(policy_.when.begin(), policy_.when.end(),
                     [](const auto& a, const auto& b) { return Cost(*a) < Cost(*b); });
  }

  static int Cost(const Condition& condition) {
    if (condition.key == "where") return 3;
    if (condition.key == "requests" || condition.key == "consent") return 2;
    return condition.reads.happening || condition.reads.use ? 1 : 0;
  }

  Reading& reading_;
  const Yaml& tree_;
  Policy policy_;
  std::optional<Judged> judged_;
};

/// The lines of each document: from its first line to that before the next one's `---`.
std::string DocumentText(std::string_view text, uint32_t first_line) {
  std::vector<std::string_view> lines;
  for (size_t start = 0; start < text.size();) {
    const size_t end = std::min(text.find('\n', start), text.size());
    lines.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  size_t begin = std::min<size_t>(first_line > 0 ? first_line - 1 : 0, lines.size());
  // Comments right above it belong to it.
  while (begin > 0 && lines[begin - 1].starts_with('#')) --begin;
  std::string out;
  for (size_t i = begin; i < lines.size() && !lines[i].starts_with("---"); ++i) {
    out.append(lines[i]).append("\n");
  }
  return out;
}

}  // namespace

std::optional<Policy> ReadPolicy(Reading& reading, const Yaml& tree) {
  return PolicyReader(reading, tree).Read();
}

std::vector<Policy> ReadPolicies(const std::string& file, std::string_view text, Report& report) {
  Reading reading(file, text, report);
  YamlError error;
  const Result<std::vector<Yaml>> documents = ParseYaml(text, &error);
  std::vector<Policy> out;
  if (!documents.ok()) {
    reading.Wrong(error.line, error.column, error.message);
    return out;
  }
  bool any = false;
  for (const Yaml& tree : *documents) {
    if (tree.is_null()) continue;
    any = true;
    std::optional<Policy> policy = ReadPolicy(reading, tree);
    if (!policy) continue;
    policy->text = DocumentText(text, tree.line);
    out.push_back(*std::move(policy));
  }
  if (!any) reading.Wrong(1, 1, "the file holds no policy");
  return out;
}

std::vector<Policy> LoadPolicies(const std::vector<PolicyFile>& files, Report& report) {
  std::vector<Policy> out;
  std::map<std::string, size_t> by_id;
  const auto is_shipped = [](const Policy& one) {
    return one.file.starts_with(std::string(kShipped) + ":");
  };
  for (const PolicyFile& file : files) {
    for (Policy& policy : ReadPolicies(file.name, file.text, report)) {
      const auto [found, is_new] = by_id.emplace(policy.id, out.size());
      if (is_new) {
        out.push_back(std::move(policy));
        continue;
      }
      Policy& other = out[found->second];
      if (is_shipped(other) != is_shipped(policy)) {
        if (is_shipped(other)) other = std::move(policy);
        continue;
      }
      Reading reading(file.name, file.text, report);
      const Yaml* const id = policy.tree.Find("id");
      reading.Wrong(
          id == nullptr ? policy.tree : *id,
          fmt::format("the id '{}' is that of {}:{}, too", policy.id, other.file, other.line));
    }
  }
  return out;
}

}  // namespace tokentrail::policy
