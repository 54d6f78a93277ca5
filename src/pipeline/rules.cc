#include "pipeline/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <unordered_map>
#include <utility>

#include "pipeline/rule_truth.h"
#include "sigma/correlator.h"
#include "sigma/program.h"
#include "source/def.h"

namespace tokentrail::pipeline {
namespace {

/// Rules match by the million on a bad day; so many (rule, principal, day) are kept apart.
constexpr size_t kMaxFindings = 100'000;
/// Of a correlation's finding: those who brought it about.
constexpr size_t kMaxEntities = 20;
/// Tenants whose hits are correlated apart. Beyond them hits are not correlated, and counted.
constexpr size_t kMaxTenants = 64;
/// Of one tenant's correlations.
constexpr size_t kCorrelatorBytes = size_t{128} << 20;
/// A captured value is cut at so many bytes, a field's values at so many.
constexpr size_t kMaxCaptured = 4096;
constexpr size_t kMaxValues = 64;

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

/// The kind of thing that a correlation groups by, as far as the field's name tells.
std::string_view EntityType(std::string_view field) {
  const std::string name = [&] {
    std::string out(field);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
  }();
  const auto holds = [&](std::string_view word) { return name.find(word) != name.npos; };
  if (holds("useragent") || holds("user_agent")) return {};
  if (holds("user") || holds("actor") || holds("principal") || holds("upn")) return "user";
  if (holds("client_id") || holds("clientid") || holds("app")) return "app";
  if (name.ends_with("ip") || holds("ipaddress") || holds("ip_address")) return "address";
  return {};
}

Finding Describe(const sigma::RuleMeta& rule, std::string_view tenant, std::string key) {
  Finding out;
  out.rule = rule.id;
  out.origin = "rule";
  out.title = rule.title;
  out.level = rule.level;
  out.tenant = tenant;
  out.key = std::move(key);
  for (const std::string& tag : rule.tags) {
    if (std::string technique = Technique(tag); !technique.empty()) {
      out.attack.push_back(std::move(technique));
    }
  }
  if (!rule.description.empty()) out.reasons.push_back(rule.description);
  for (const std::string& positive : rule.false_positives) {
    if (!out.disproof.empty()) out.disproof += "; ";
    out.disproof += positive;
  }
  return out;
}

/// `90s`, `5m`, `1h`, `2d`: in the largest unit that leaves no rest.
std::string InWords(Span span) {
  const int64_t seconds = span.micros / 1'000'000;
  for (const auto& [unit, size] : {std::pair{"d", 86'400}, {"h", 3'600}, {"m", 60}}) {
    if (seconds % size == 0) return std::to_string(seconds / size) + unit;
  }
  return std::to_string(seconds) + "s";
}

/// `12 events within 5m`: what was counted, and over what time.
std::string Measured(const sigma::Correlation& correlation, const sigma::Firing& firing) {
  using Type = sigma::CorrelationType;
  const std::string within = " within " + InWords(correlation.timespan);
  std::string fields;
  for (const std::string& field : correlation.fields) {
    fields += (fields.empty() ? "" : ", ") + field;
  }
  std::string number = fmt::format("{:.15g}", firing.measure);
  if (firing.saturated) number.insert(0, "at least ");
  switch (correlation.type) {
    case Type::kEventCount:
      return number + (firing.measure == 1 ? " event" : " events") + within;
    case Type::kValueCount:
      return number + " different values of " + fields + within;
    case Type::kTemporal:
      return number + " of " + std::to_string(correlation.parts.size()) + " rules" + within;
    case Type::kTemporalOrdered:
      return std::to_string(correlation.parts.size()) + " rules in order" + within;
    case Type::kValueSum:
      return "sum of " + fields + " " + number + within;
    case Type::kValueAverage:
      return "average of " + fields + " " + number + within;
    case Type::kValuePercentile:
      return fmt::format("percentile {:g} of {} {}{}", correlation.percentile, fields, number,
                         within);
    case Type::kValueMedian:
      return "median of " + fields + " " + number + within;
  }
  return {};
}

void Put(std::string& out, uint32_t number) {
  out.append(reinterpret_cast<const char*>(&number), sizeof number);
}

uint32_t TakeNumber(std::string_view& from) {
  uint32_t out = 0;
  std::memcpy(&out, from.data(), sizeof out);
  from.remove_prefix(sizeof out);
  return out;
}

}  // namespace

struct Rules::Impl {
  explicit Impl(sigma::RuleSet set) : program(std::move(set)) {}

  sigma::Program program;
  std::vector<std::string> names;                  ///< of our sources
  std::vector<sigma::LogSource> first_names;       ///< by source
  std::vector<sigma::Plan> plans;                  ///< by source
  std::vector<std::vector<sigma::KindMask>> seen;  ///< by source, then by name of its plan
  std::vector<FieldInventory> inventories;         ///< by source; none unless asked for
  std::vector<std::vector<std::string>> fields;    ///< by rule
  std::vector<bool> correlated;                    ///< by rule: a correlation refers to it
  std::vector<uint64_t> hits;                      ///< by rule
  std::vector<uint64_t> firings;                   ///< by correlation

  std::map<std::string, std::unique_ptr<sigma::Correlator>, std::less<>> correlators;  // by tenant
  uint64_t not_correlated = 0;
  std::map<std::string, Finding, std::less<>> findings;
  /// Of a correlation's finding: how often it held, and when it held most.
  struct Tally {
    uint64_t firings = 0;
    double most = 0;
    std::string measured;
  };
  std::map<std::string, Tally, std::less<>> tallies;  ///< by Finding::key
  uint64_t beyond = 0;  ///< hits that came when there were too many findings

  std::vector<sigma::Hit>& HitsOf(SourceIndex source, const Record& record,
                                  const source::Normaliser& normaliser, Scratch& scratch) const;
  Finding* FindingFor(const sigma::RuleMeta& rule, std::string_view tenant, std::string_view who,
                      Time time, bool& is_new);
  void Correlate(const Event& event);
  void Report(const Event& event, const sigma::Firing& firing);
};

Finding* Rules::Impl::FindingFor(const sigma::RuleMeta& rule, std::string_view tenant,
                                 std::string_view who, Time time, bool& is_new) {
  std::string key(tenant);
  key.append("\x1f").append(rule.id).append("\x1f").append(who);
  key.append("\x1f").append(FormatDate(time));
  const auto found = findings.find(key);
  is_new = found == findings.end();
  if (!is_new) return &found->second;
  if (findings.size() == kMaxFindings) {
    ++beyond;
    return nullptr;
  }
  return &findings.emplace(key, Describe(rule, tenant, key)).first->second;
}

Rules::Rules(sigma::RuleSet set, const source::Tables& tables)
    : impl_(std::make_unique<Impl>(std::move(set))) {
  const sigma::Program& program = impl_->program;
  for (size_t i = 0; i < tables.size(); ++i) {
    const source::SourceDef& source = tables.source(static_cast<SourceIndex>(i));
    std::vector<sigma::LogSource> names;
    for (const source::SigmaNames& name : source.sigma) {
      names.push_back({name.product, name.category, name.service});
    }
    impl_->names.emplace_back(source.name);
    impl_->first_names.push_back(names.empty() ? sigma::LogSource() : names.front());
    impl_->plans.push_back(program.MakePlan(names));
    impl_->seen.emplace_back(impl_->plans.back().fields().size(), sigma::KindMask{0});
  }
  for (uint32_t i = 0; i < program.size(); ++i) impl_->fields.push_back(program.FieldsOf(i));
  impl_->hits.resize(program.size());
  impl_->correlated.resize(program.size());
  for (const sigma::Correlation& correlation : program.correlations()) {
    for (const auto& part : correlation.parts) {
      if (!part.correlation) impl_->correlated[part.index] = true;
    }
  }
  impl_->firings.resize(program.correlations().size());
}

Rules::Rules(Rules&&) noexcept = default;
Rules::~Rules() = default;

size_t Rules::size() const { return impl_->program.size() + impl_->program.correlations().size(); }
size_t Rules::left_out() const { return impl_->program.set().left_out; }
size_t Rules::not_chosen() const { return impl_->program.set().not_chosen; }

Rules::Scratch Rules::MakeScratch(bool inventory) const {
  Scratch out;
  out.by_source.resize(impl_->plans.size());
  if (inventory) out.inventories.resize(impl_->plans.size());
  return out;
}

void Rules::Note(SourceIndex source, const Record& record, Scratch& scratch) {
  if (!scratch.inventories.empty()) scratch.inventories[source].Add(record);
}

std::vector<sigma::Hit>& Rules::Impl::HitsOf(SourceIndex source, const Record& record,
                                             const source::Normaliser& normaliser,
                                             Scratch& scratch) const {
  const sigma::FieldLookup lookup{
      [](const void* context, Field field) {
        return static_cast<const source::Normaliser*>(context)->Text(field);
      },
      &normaliser};
  scratch.hits.clear();
  plans[source].Match(record, lookup, scratch.by_source[source], scratch.hits);
  return scratch.hits;
}

uint32_t Rules::Match(SourceIndex source, const Record& record, const source::Normaliser& fields,
                      const Redactor& redactor, Scratch& scratch, std::string& tail,
                      const Part& part) const {
  if (impl_->plans[source].size() == 0) return 0;
  std::vector<sigma::Hit>& hits = impl_->HitsOf(source, record, fields, scratch);
  if (!part.record.empty()) {
    if (part.first) scratch.count_once.Start();
    scratch.count_once.Filter(part.record, hits);
  }
  if (hits.empty()) return 0;
  const size_t start = tail.size();
  if (!part.record.empty()) {
    tail.append(reinterpret_cast<const char*>(&part.record), sizeof part.record);
  }
  for (const sigma::Hit& hit : hits) {
    for (const std::vector<std::string_view>& values : hit.captures) {
      const size_t count = std::min(values.size(), kMaxValues);
      Put(tail, static_cast<uint32_t>(count));
      for (size_t i = 0; i < count; ++i) {
        const std::string clean = redactor.Clean(std::string(values[i].substr(0, kMaxCaptured)));
        Put(tail, static_cast<uint32_t>(clean.size()));
        tail += clean;
      }
    }
  }
  Put(tail, static_cast<uint32_t>(tail.size() - start));
  for (const sigma::Hit& hit : hits) {
    Put(tail, hit.repeated ? hit.rule | Event::kRepeated : hit.rule);
  }
  return static_cast<uint32_t>(hits.size());
}

void Rules::Merge(const Scratch& scratch) {
  for (size_t i = 0; i < scratch.by_source.size(); ++i) {
    const auto seen = scratch.by_source[i].seen();
    for (size_t name = 0; name < seen.size(); ++name) {
      sigma::KindMask& mask = impl_->seen[i][name];
      mask = static_cast<sigma::KindMask>(mask | seen[name]);
    }
  }
  if (scratch.inventories.empty()) return;
  impl_->inventories.resize(scratch.inventories.size());
  for (size_t i = 0; i < scratch.inventories.size(); ++i) {
    impl_->inventories[i].Merge(scratch.inventories[i]);
  }
}

void Rules::Collect(const Event& event) {
  const auto [type, principal] = Principal(event);
  bool correlated = false;
  for (uint32_t i = 0; i < event.head().hits; ++i) {
    const uint32_t number = event.Hit(i) & ~Event::kRepeated;
    const sigma::Rule& rule = impl_->program.rule(number);
    correlated = correlated || impl_->correlated[number];
    if (number != event.Hit(i)) continue;
    ++impl_->hits[number];
    if (!rule.alerts) continue;
    bool is_new = false;
    Finding* const finding =
        impl_->FindingFor(rule.meta, event.Text(Field::kTenant), principal, event.time(), is_new);
    if (finding == nullptr) continue;
    if (is_new && !principal.empty()) finding->AddEntity(type, principal);
    const size_t before = finding->evidence.size();
    finding->Cite(event, {});
    if (finding->evidence.size() == before) continue;
    finding->evidence.back().of = Evidence::Of::kRule;
    finding->evidence.back().rule = number;
    if (event.Has(Field::kApp)) {
      finding->AddEntity("app", event.Text(Field::kApp), event.Text(Field::kAppName));
    }
  }
  if (correlated) impl_->Correlate(event);
}

void Rules::Impl::Correlate(const Event& event) {
  const std::string_view tenant = event.Text(Field::kTenant);
  auto correlator = correlators.find(tenant);
  if (correlator == correlators.end()) {
    if (correlators.size() == kMaxTenants) {
      ++not_correlated;
      return;
    }
    sigma::CorrelatorLimits limits;
    limits.bytes = kCorrelatorBytes;
    correlator =
        correlators
            .emplace(tenant, std::make_unique<sigma::Correlator>(program.correlations(), limits))
            .first;
  }
  std::string_view captures = event.Captures();
  Id record;
  if (event.head().shares != 0) {
    std::memcpy(&record, captures.data(), sizeof record);
    captures.remove_prefix(sizeof record);
  }
  std::vector<sigma::Hit> all;
  for (uint32_t i = 0; i < event.head().hits; ++i) {
    sigma::Hit& hit = all.emplace_back();
    hit.rule = event.Hit(i) & ~Event::kRepeated;
    hit.repeated = hit.rule != event.Hit(i);
    hit.record = record;
    hit.captures.resize(program.rule(hit.rule).captures.size());
    for (std::vector<std::string_view>& values : hit.captures) {
      for (uint32_t left = TakeNumber(captures); left > 0; --left) {
        const uint32_t size = TakeNumber(captures);
        values.push_back(captures.substr(0, size));
        captures.remove_prefix(size);
      }
    }
  }
  std::vector<sigma::Firing> fired;
  const EventHead& head = event.head();
  correlator->second->Observe({head.time, head.content, head.place, head.source}, all, fired);
  for (const sigma::Firing& firing : fired) Report(event, firing);
}

void Rules::Impl::Report(const Event& event, const sigma::Firing& firing) {
  const sigma::Correlation& correlation = program.correlations()[firing.correlation];
  ++firings[firing.correlation];
  if (!correlation.alerts) return;
  std::string group;
  std::string words;
  for (size_t i = 0; i < firing.group.size(); ++i) {
    group.append(firing.group[i]).push_back('\x1e');
    words.append(words.empty() ? "" : ", ").append(correlation.group_by[i]);
    words.append(" ").append(firing.group[i]);
  }
  bool is_new = false;
  Finding* const finding =
      FindingFor(correlation.meta, event.Text(Field::kTenant), group, firing.last, is_new);
  if (finding == nullptr) return;
  finding->last = std::max(finding->last, firing.last);
  Tally& tally = tallies[finding->key];
  if (++tally.firings == 1 || firing.measure > tally.most) {
    tally.most = firing.measure;
    tally.measured = Measured(correlation, firing);
  }
  // Who brought it about; the others are in the evidence.
  if (finding->entities.size() < kMaxEntities) {
    if (const auto [type, who] = Principal(event); !who.empty()) finding->AddEntity(type, who);
    if (event.Has(Field::kApp)) {
      finding->AddEntity("app", event.Text(Field::kApp), event.Text(Field::kAppName));
    }
  }
  if (!is_new) {
    ++finding->count;  // each time it is a new event
    return;
  }
  finding->first = firing.first;
  finding->last = firing.last;
  for (size_t i = 0; i < firing.group.size(); ++i) {
    const std::string_view type = EntityType(correlation.group_by[i]);
    if (!type.empty()) finding->AddEntity(type, firing.group[i]);
  }
  finding->reasons.push_back(Measured(correlation, firing) +
                             (words.empty() ? "" : "; for " + words));
  for (const Cited& cited : firing.hits) {
    Evidence& evidence = finding->evidence.emplace_back(cited);
    evidence.of = Evidence::Of::kCorrelation;
    evidence.rule = firing.correlation;
  }
  finding->count = std::max<uint64_t>(1, firing.hits.size());
  if (correlation.type == sigma::CorrelationType::kEventCount) {
    finding->count = std::max(finding->count, static_cast<uint64_t>(firing.measure));
  }
}

void Rules::Finish(Findings& out, Ledger& ledger) {
  for (auto& [key, finding] : impl_->findings) {
    const auto tally = impl_->tallies.find(key);
    if (tally == impl_->tallies.end()) {
      finding.reasons.push_back("the rule matched " + std::to_string(finding.count) +
                                (finding.count == 1 ? " record" : " records") + " on " +
                                FormatDate(finding.first));
    } else if (const auto& [firings, most, measured] = tally->second; firings > 1) {
      finding.reasons.push_back(fmt::format("it held at {} events, the last at {}; at most: {}",
                                            firings, FormatTimeShort(finding.last), measured));
    }
    out.Add(std::move(finding));
  }
  impl_->findings.clear();
  impl_->tallies.clear();
  if (impl_->beyond > 0) {
    ledger.LeaveOut("rules.too_many_findings", {},
                    "hits beyond 100,000 findings; narrow the rules or the evidence",
                    impl_->beyond);
  }
  uint64_t evicted = 0;
  for (const auto& [tenant, correlator] : impl_->correlators) evicted += correlator->evicted();
  if (evicted > 0) {
    ledger.LeaveOut("rules.group_evicted", {},
                    "groups of correlations were forgotten before their time, for lack of memory",
                    evicted);
  }
  if (impl_->not_correlated > 0) {
    ledger.LeaveOut("rules.too_many_tenants", {}, "hits of tenants beyond 64 are not correlated",
                    impl_->not_correlated);
  }
}

std::vector<RuleTruth> Rules::Truths(const std::vector<std::string>& sources) const {
  const TruthInputs inputs{impl_->program, impl_->names,       impl_->first_names,
                           impl_->plans,   impl_->seen,        impl_->hits,
                           impl_->firings, impl_->inventories, sources};
  return JudgeRules(inputs);
}

std::vector<Rules::Deciding> Rules::Decide(const Evidence& evidence, SourceIndex source,
                                           const Record& record, const source::Normaliser& fields,
                                           Scratch& scratch) const {
  std::vector<Deciding> out;
  const auto take = [&](uint32_t rule, const std::vector<std::string>& names) {
    const sigma::Plan& plan = impl_->plans[source];
    const std::optional<uint32_t> index = plan.Find(rule);
    if (!index) return;
    for (const std::string& name : names) {
      const Node* const node = plan.Locate(record, *index, name);
      if (node == nullptr || std::any_of(out.begin(), out.end(), [&](const Deciding& one) {
            return one.node == node && one.field == name;
          })) {
        continue;
      }
      out.push_back({name, node});
    }
  };
  if (evidence.of == Evidence::Of::kRule) take(evidence.rule, impl_->fields[evidence.rule]);
  if (evidence.of != Evidence::Of::kCorrelation) return out;
  // Which of its rules it was, the record says itself. Those of the correlations that it refers to
  // are its own too.
  std::vector<uint32_t> hit;
  for (const sigma::Hit& one : impl_->HitsOf(source, record, fields, scratch)) {
    hit.push_back(one.rule);
  }
  const auto& correlations = impl_->program.correlations();
  std::vector<uint32_t> open = {evidence.rule};
  for (size_t i = 0; i < open.size(); ++i) {
    for (const sigma::Correlation::Part& part : correlations[open[i]].parts) {
      if (part.correlation) {
        if (std::find(open.begin(), open.end(), part.index) == open.end()) {
          open.push_back(part.index);
        }
        continue;
      }
      if (!std::binary_search(hit.begin(), hit.end(), part.index)) continue;
      const std::vector<std::string>& captures = impl_->program.rule(part.index).captures;
      std::vector<std::string> names = impl_->fields[part.index];
      for (const uint32_t capture : part.captures) {
        if (capture != sigma::Correlation::kNone) names.push_back(captures[capture]);
      }
      take(part.index, names);
    }
  }
  return out;
}

}  // namespace tokentrail::pipeline
