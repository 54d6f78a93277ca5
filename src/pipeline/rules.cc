#include "pipeline/rules.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "sigma/program.h"
#include "source/def.h"

namespace tokentrail::pipeline {
namespace {

/// Rules match by the million on a bad day; so many (rule, principal, day) are kept apart.
constexpr size_t kMaxFindings = 100'000;

/// `attack.t1528` -> `T1528`; nothing for tactics and other tags.
std::string Technique(std::string_view tag) {
  constexpr std::string_view kPrefix = "attack.t";
  if (tag.substr(0, kPrefix.size()) != kPrefix || tag.size() < kPrefix.size() + 4) return {};
  if (std::isdigit(static_cast<unsigned char>(tag[kPrefix.size()])) == 0) return {};
  return "T" + std::string(tag.substr(kPrefix.size()));
}

/// Who a hit is about: the user, else the app, else the address.
std::pair<std::string_view, std::string_view> Principal(const Event& event) {
  for (const auto& [field, type] :
       {std::pair{Field::kUser, "user"}, std::pair{Field::kUserId, "user"},
        std::pair{Field::kApp, "app"}, std::pair{Field::kIp, "address"}}) {
    if (event.Has(field)) return {type, event.Text(field)};
  }
  return {"", ""};
}

}  // namespace

struct Rules::Impl {
  sigma::Program program;
  std::vector<sigma::Selection> by_source;
  std::vector<std::vector<std::string>> fields;  ///< by rule
  std::map<std::string, Finding, std::less<>> findings;
  uint64_t beyond = 0;  ///< hits that came when there were too many findings
};

Rules::Rules(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Rules::Rules(Rules&&) noexcept = default;
Rules::~Rules() = default;

Result<Rules> Rules::Load(const std::vector<std::string>& paths, const source::Tables& tables,
                          Report& report) {
  auto impl = std::make_unique<Impl>();
  impl->program = TRY(sigma::Program::Load(paths, report));
  for (size_t i = 0; i < tables.size(); ++i) {
    sigma::Selection all;
    for (const source::SigmaNames& names : tables.source(static_cast<SourceIndex>(i)).sigma) {
      const auto one = impl->program.Select(names.product, names.category, names.service);
      all.rules.insert(all.rules.end(), one.rules.begin(), one.rules.end());
    }
    std::sort(all.rules.begin(), all.rules.end());
    all.rules.erase(std::unique(all.rules.begin(), all.rules.end()), all.rules.end());
    impl->by_source.push_back(std::move(all));
  }
  for (uint32_t i = 0; i < impl->program.size(); ++i) {
    impl->fields.push_back(impl->program.FieldsOf(i));
  }
  return Rules(std::move(impl));
}

size_t Rules::size() const { return impl_->program.size(); }
size_t Rules::left_out() const { return impl_->program.left_out(); }

void Rules::Match(SourceIndex source, const Record& record, const source::Normaliser& fields,
                  std::vector<uint32_t>& hits) const {
  const sigma::Selection& selection = impl_->by_source[source];
  if (selection.rules.empty()) return;
  const sigma::FieldLookup lookup{
      [](const void* context, Field field) {
        return static_cast<const source::Normaliser*>(context)->Text(field);
      },
      &fields};
  impl_->program.Match(selection, record, lookup, hits);
}

void Rules::Collect(const Event& event) {
  const auto [type, principal] = Principal(event);
  for (uint32_t i = 0; i < event.head().hits; ++i) {
    const uint32_t number = event.Hit(i);
    const sigma::RuleMeta& rule = impl_->program.rule(number);
    std::string key(event.Text(Field::kTenant));
    key.append("\x1f").append(rule.id).append("\x1f").append(principal);
    key.append("\x1f").append(FormatDate(event.time()));
    auto found = impl_->findings.find(key);
    if (found == impl_->findings.end()) {
      if (impl_->findings.size() == kMaxFindings) {
        ++impl_->beyond;
        continue;
      }
      Finding finding;
      finding.rule = rule.id;
      finding.origin = "rule";
      finding.title = rule.title;
      finding.level = rule.level;
      finding.tenant = event.Text(Field::kTenant);
      finding.key = key;
      for (const std::string& tag : rule.tags) {
        if (std::string technique = Technique(tag); !technique.empty()) {
          finding.attack.push_back(std::move(technique));
        }
      }
      if (!rule.description.empty()) finding.reasons.push_back(rule.description);
      if (!principal.empty()) finding.AddEntity(type, principal);
      for (const std::string& positive : rule.false_positives) {
        if (!finding.disproof.empty()) finding.disproof += "; ";
        finding.disproof += positive;
      }
      found = impl_->findings.emplace(key, std::move(finding)).first;
    }
    Finding& finding = found->second;
    const size_t before = finding.evidence.size();
    finding.Cite(event, {});
    if (finding.evidence.size() == before) continue;
    finding.evidence.back().raw_fields = impl_->fields[number];
    if (event.Has(Field::kApp)) {
      finding.AddEntity("app", event.Text(Field::kApp), event.Text(Field::kAppName));
    }
  }
}

void Rules::Finish(Findings& out, Ledger& ledger) {
  for (auto& [key, finding] : impl_->findings) {
    finding.reasons.push_back("the rule matched " + std::to_string(finding.count) +
                              (finding.count == 1 ? " record" : " records") + " on " +
                              FormatDate(finding.first));
    out.Add(std::move(finding));
  }
  impl_->findings.clear();
  if (impl_->beyond > 0) {
    ledger.LeaveOut("rules.too_many_findings", {},
                    "hits beyond 100,000 findings; narrow the rules or the evidence", impl_->beyond);
  }
}

}  // namespace tokentrail::pipeline
