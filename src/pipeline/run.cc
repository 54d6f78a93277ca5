// The main path. Read it top to bottom: it is the whole product.

#include "pipeline/run.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <set>
#include <thread>

#include "analytic/state.h"
#include "inventory/adoption.h"
#include "inventory/appraise.h"
#include "inventory/audit_class.h"
#include "inventory/permission.h"
#include "pipeline/case_folder.h"
#include "pipeline/cite.h"
#include "pipeline/file_hashes.h"
#include "pipeline/ingest.h"
#include "pipeline/raw_records.h"
#include "pipeline/rule_files.h"
#include "pipeline/rules.h"
#include "pipeline/spool.h"
#include "policy/policy.h"
#include "sink/sink.h"
#include "source/def.h"
#include "source/input.h"
#include "source/normalise.h"
#include "source/reader.h"
#include "store/library.h"
#include "store/store.h"
#include "timeline/timeline.h"
#include "trail/app_book.h"
#include "trail/audit_log.h"
#include "trail/completeness.h"
#include "trail/contradiction.h"
#include "trail/grant_ledger.h"
#include "trail/incident.h"
#include "trail/lineage.h"

namespace tokentrail::pipeline {
namespace {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// What an interrupted run may still spend on the events it has: Ctrl-C ends within a second.
constexpr double kGraceSeconds = 0.4;

/// What every event carries, because every finding, rule hit and app row shows it.
constexpr FieldSet kAlways = {Field::kTenant, Field::kOperation, Field::kUser, Field::kUserId,
                              Field::kApp,    Field::kAppName,   Field::kIp};

FieldSet EveryField() {
  FieldSet out;
  for (const FieldDef& field : Fields()) out.Add(field.field);
  return out;
}

/// Which fields are kept, by kind: those that bulk logs write without end keep only the least. All
/// are for the store, where anything may be asked.
source::NormaliseSettings MakeSettings(const Config& config,
                                       std::span<const analytic::AnalyticDef* const> running) {
  source::NormaliseSettings out;
  out.date_order = config.date_order;
  if (config.store && store::HasLibrary()) {
    out.keep.fill(EveryField());
    return out;
  }
  FieldSet all = kAlways;
  all.Add(Field::kUserAgent);
  all.Add(analytic::State::Needs());
  all.Add(trail::GrantLedger::Needs());
  all.Add(trail::Lineage::Needs());
  all.Add(trail::Completeness::Needs());
  all.Add(trail::AppBook::Needs());
  for (const analytic::AnalyticDef* def : running) all.Add(def->needs);
  for (size_t i = 0; i < out.keep.size(); ++i) {
    const Kind kind = static_cast<Kind>(i);
    const bool bulk = kind == Kind::kOther || kind == Kind::kKubernetes;
    out.keep[i] = bulk ? kAlways : all;
    // Who did it is told of every record, and alike with and without the store.
    out.keep[i].Add(trail::Lineage::Needs());
    if (inventory::MayBeAudited(kind)) out.keep[i].Add(trail::AuditLog::Needs());
    // Of which stream it is: a stream that says nothing else is not a missing one.
    if (kind == Kind::kOther) out.keep[i].Add(Field::kCategory);
  }
  return out;
}

struct Running {
  const analytic::AnalyticDef* def;
  std::unique_ptr<analytic::Analytic> analytic;
};

std::vector<const analytic::AnalyticDef*> Enabled(const Config& config) {
  std::vector<const analytic::AnalyticDef*> out;
  for (const analytic::AnalyticDef* def : analytic::All()) {
    const auto& off = config.disabled;
    if (std::find(off.begin(), off.end(), def->id) == off.end()) out.push_back(def);
  }
  return out;
}

/// By source, the tenant of records that name none: the only one that its family's records name.
/// With several tenants in the evidence it stays unknown, and those records join nothing.
std::vector<std::string> OnlyTenants(const std::vector<Tenants>& by_source) {
  const auto family = [](size_t i) {
    const source::SourceDef& def = *source::All()[i];
    return def.family.empty() ? def.name : def.family;
  };
  std::map<std::string_view, Tenants> by_family;
  for (size_t i = 0; i < by_source.size(); ++i) {
    Tenants& all = by_family[family(i)];
    all.Add(by_source[i].only);
    all.several = all.several || by_source[i].several;
  }
  std::vector<std::string> out;
  for (size_t i = 0; i < by_source.size(); ++i) {
    const Tenants& all = by_family[family(i)];
    out.push_back(all.several ? std::string() : all.only);
  }
  return out;
}

std::vector<std::string> DiskFiles(const FileTable& files) {
  std::vector<std::string> out;
  for (uint32_t i = 0; i < files.size(); ++i) {
    if (files.at(i).disk_bytes > 0) out.push_back(files.at(i).opened);
  }
  return out;
}

std::vector<AppRow> AppRows(const analytic::State& state, const std::vector<Finding>& findings) {
  std::map<std::pair<std::string, std::string>, uint64_t> in_findings;
  for (const Finding& finding : findings) {
    for (const Entity& entity : finding.entities) {
      if (entity.type == "app") ++in_findings[{finding.tenant, entity.id}];
    }
  }
  std::vector<AppRow> out;
  for (const analytic::AppState* app : state.Apps()) {
    AppRow row;
    row.tenant = app->tenant;
    row.platform = app->platform;
    row.id = app->id;
    row.name = app->name;
    row.first_party = app->first_party;
    row.severity = app->max_severity;
    row.permission = app->max_permission;
    row.users = app->user_count;
    row.tenant_wide = app->tenant_wide;
    row.first_seen = app->first_seen;
    row.last_authorized = app->last_authorized;
    row.last_used = app->last_used;
    row.events = app->events;
    const auto found = in_findings.find({row.tenant, row.id});
    row.findings = found == in_findings.end() ? 0 : found->second;
    out.push_back(std::move(row));
  }
  std::stable_sort(out.begin(), out.end(), [](const AppRow& a, const AppRow& b) {
    return std::tuple(a.first_party, -static_cast<int64_t>(a.findings > 0), -a.severity, b.findings) <
           std::tuple(b.first_party, -static_cast<int64_t>(b.findings > 0), -b.severity, a.findings);
  });
  return out;
}

/// Analytics whose logs are not in the evidence: "cannot run" is not "nothing found".
std::vector<CannotRun> WhatCannotRun(std::span<const analytic::AnalyticDef* const> running,
                                     const std::vector<SourceCount>& sources) {
  std::vector<CannotRun> out;
  for (const analytic::AnalyticDef* def : running) {
    bool any = def->sources.empty();
    std::string needs;
    for (const std::string_view name : def->sources) {
      any = any || std::any_of(sources.begin(), sources.end(),
                               [&](const SourceCount& count) { return count.name == name; });
      needs += (needs.empty() ? "" : " or ") + std::string(name);
    }
    if (!any) out.push_back({std::string(def->id), std::string(def->title), needs});
  }
  return out;
}

/// The case's database while a hunt goes on. Its failure ends no hunt: what was found is said all the
/// same, and why there is no database stands beside it.
class CaseStore {
 public:
  CaseStore(const Config& config, const CaseFolder& folder, const FileTable& files,
            std::span<const std::string_view> source_names, Summary::Run& run)
      : keep_raw_(config.keep_raw), run_(run) {
    if (!config.store) return;
    if (std::string why; !store::HasLibrary(&why)) {
      run_.store = "missing";
      run_.store_why = why;
      return;
    }
    const std::string name(store::kCaseFile);
    auto opened = store::Store::Open({.temporary = folder.Temporary(name),
                                      .target = folder.path() + "/" + name,
                                      .source_names = source_names},
                                     files);
    if (opened.ok()) {
      store_ = std::move(opened).value();
    } else {
      Fail(opened.error());
    }
  }

  void Append(const Event& event, const Attribution& who) {
    if (store_ == nullptr) return;
    if (const auto done = store_->Append(event, who); !done.ok()) Fail(done.error());
  }
  /// `each_record` reads the evidence again, for those who keep all of it.
  void Finish(const Hunt& hunt,
              std::function<Result<Done>(const store::TakeRaw&)> each_record) {
    if (store_ == nullptr) return;
    if (hunt.summary.interrupted) {
      store_.reset();
      run_.store = "interrupted";
      return;
    }
    if (keep_raw_ != KeepRaw::kAll) each_record = {};
    const auto done =
        store_->Finish({hunt.findings, hunt.summary, hunt.trails, hunt.rules,
                        keep_raw_ == KeepRaw::kCited, std::move(each_record), &hunt.portfolio});
    if (!done.ok()) {
      Fail(done.error());
      return;
    }
    store_.reset();
    run_.store = "written";
  }

 private:
  void Fail(const Error& error) {
    store_.reset();
    run_.store = "failed";
    run_.store_why = error.message;
  }

  KeepRaw keep_raw_;
  Summary::Run& run_;
  std::unique_ptr<store::Store> store_;
};

uint64_t PeakMemory() {
  struct rusage usage {};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
}

/// Splits off what is not to be shown: below the level, or outside the time window.
void Hide(const Config& config, std::vector<Finding>& findings, Summary& summary) {
  const auto hidden = [&](const Finding& finding) {
    ++summary.by_level[finding.level];
    return finding.level < config.min_level ||
           (config.timeline_start && finding.last < *config.timeline_start) ||
           (config.timeline_end && finding.first > *config.timeline_end);
  };
  const auto end = std::stable_partition(findings.begin(), findings.end(),
                                         [&](const Finding& f) { return !hidden(f); });
  summary.hidden = static_cast<uint64_t>(findings.end() - end);
  findings.erase(end, findings.end());
}

}  // namespace

Result<std::unique_ptr<Hunt>> Run(const Config& config, Report& report, Progress& progress,
                                  const std::atomic<bool>& stop) {
  const auto start = Clock::now();
  auto hunt = std::make_unique<Hunt>();
  Summary& summary = hunt->summary;

  // What can go wrong with settings and rules goes wrong here, before the first record.
  const auto defs = Enabled(config);
  const auto appraiser = TRY(inventory::Appraiser::Load(config.appraisal));
  const policy::PolicySet policies = TRY(policy::PolicySet::Load(config.policies));
  trail::AppPeople people;
  if (!config.people.empty()) people = TRY(trail::AppPeople::Read(config.people));
  const source::Tables tables(source::All());
  sigma::RuleSet rule_set(config.placeholders, config.rule_choice);
  const std::vector<RuleFile> rule_files = TRY(ReadRuleFiles(config.rules, report));
  const size_t unreadable = report.errors();
  for (const RuleFile& file : rule_files) {
    rule_set.Add(file.name, file.text, report);
  }
  rule_set.Resolve(report);
  Rules rules(std::move(rule_set), tables);
  Ledger ledger;
  std::vector<source::InputFile> inputs =
      TRY(source::ExpandInputs(WithoutStandardInput(config.inputs), hunt->files, ledger));
  const CaseFolder folder = TRY(CaseFolder::Open(config.case_folder, config.clobber));
  TRY(SpoolPipes(config.inputs, folder, inputs, stop));
  const Redactor redactor(folder.key());
  const source::NormaliseSettings settings = MakeSettings(config, defs);

  // What forgets: any number of workers, blocks in any order, a ledger each.
  const std::vector<source::InputFile> evidence = inputs;
  source::Reader reader(std::move(inputs), hunt->files, &stop);
  progress.bytes_total = reader.bytes_total();
  progress.phase = 1;
  const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
  const IngestSetup setup{tables,
                          settings,
                          redactor,
                          rules,
                          folder.Temporary("events"),
                          config.threads == 0 ? cores : config.threads,
                          config.memory_bytes,
                          config.nearest_fields};
  Ingested ingested = TRY(Ingest(reader, setup, progress, stop));
  ledger.Merge(ingested.ledger);
  for (const Rules::Scratch& scratch : ingested.rules) rules.Merge(scratch);
  summary.run.seconds_reading = SecondsSince(start);

  // What remembers: one pass, oldest first. Another core hashes the evidence meanwhile.
  progress.phase = 2;
  FileHashes hashes(DiskFiles(hunt->files), setup.threads > 1, stop);
  const auto sorting = Clock::now();
  for (const uint64_t count : ingested.events) progress.events_total += count;
  std::vector<std::string_view> names;
  for (const source::SourceDef* source : source::All()) names.push_back(source->name);
  const Time as_of = config.as_of.value_or(ingested.last);
  analytic::State state(as_of, names);
  state.Use(*appraiser);
  std::vector<Running> running;
  for (const analytic::AnalyticDef* def : defs) {
    const auto params = config.params.find(def->id);
    running.push_back(
        {def, def->make(params == config.params.end() ? analytic::Params() : params->second)});
  }
  std::vector<SourceCount> counts(names.size());
  trail::AuditLog audit(names, {config.timeline_start, config.timeline_end});
  trail::GrantLedger grants(names);
  trail::Lineage lineage(names, grants);
  trail::Completeness completeness(names);
  trail::AppBook apps(names);
  apps.Use(std::move(people));
  Findings findings;
  CaseStore store(config, folder, hunt->files, names, summary.run);
  const std::vector<std::string> tenants = OnlyTenants(ingested.tenants);
  timeline::Sorted sorted =
      TRY(timeline::Sorted::Open(std::move(ingested.runs), tenants));
  std::optional<Clock::time_point> interrupted;
  uint64_t seen = 0;
  while (const Event* event = TRY(sorted.Next())) {
    if ((++seen & 0x3FF) == 0) {
      progress.events_done.store(seen, std::memory_order_relaxed);
      if (stop.load(std::memory_order_relaxed)) {
        if (!interrupted) interrupted = Clock::now();
        if (SecondsSince(*interrupted) > kGraceSeconds) break;
      }
    }
    SourceCount& count = counts[event->source()];
    ++count.events;
    if (event->kind() == Kind::kSnapshot) {  // what is so, not what happened: it comes last
      grants.Observe(*event, state);
      apps.Observe(*event, {}, state);
      store.Append(*event, {});
      continue;
    }
    if (count.events == 1) count.first = event->time();
    count.last = event->time();
    if (event->head().hits != 0) rules.Collect(*event);
    for (Running& one : running) one.analytic->Observe(*event, state, findings);
    const Attribution& who = lineage.Observe(*event, seen, state);
    audit.Observe(*event, who);
    grants.Observe(*event, state);
    completeness.Observe(*event);
    apps.Observe(*event, who, state);
    state.Commit(*event);  // after the analytics, or nothing would ever be new
    store.Append(*event, who);
  }
  uint64_t passed_over = 0;
  for (Running& one : running) {
    one.analytic->Finish(state, findings);
    passed_over += one.analytic->passed_over();
  }
  if (passed_over > 0) {
    ledger.Note("analytics.passed_over", {},
                "records passed over by an analytic because a bound was reached", passed_over);
  }
  if (state.forgotten() > 0) {
    ledger.Note("state.forgotten", {},
                "apps and users forgotten before their time because a bound was reached",
                state.forgotten());
  }
  rules.Finish(findings, ledger);
  lineage.Finish(hunt->trails);
  hunt->trails.grants = grants.Finish(state, findings);
  if (grants.forgotten() > 0) {
    ledger.Note("grants.not_kept", {}, "grants given up because a bound was reached",
                grants.forgotten());
  }
  hunt->portfolio = apps.Finish(hunt->trails.grants, findings.all(), state);
  if (hunt->portfolio.left_out > 0) {
    ledger.Note("apps.not_kept", {}, "apps given up because a bound was reached",
                hunt->portfolio.left_out);
  }
  appraiser->Appraise(hunt->portfolio);
  inventory::ExamineAdoption(hunt->portfolio);
  summary.policies = policies.Judge(hunt->portfolio, findings);
  hunt->audit = audit.Finish();
  if (hunt->audit.not_kept > 0) {
    ledger.Note("audit.not_kept", hunt->audit.rows.back().place,
                "changes after this one are counted, not listed", hunt->audit.not_kept);
  }
  summary.run.seconds_sorting = SecondsSince(sorting);

  // What was found: settled, filtered, cited from the evidence.
  progress.phase = 3;
  const auto writing = Clock::now();
  hunt->findings = std::move(findings.Settle());
  summary.apps = AppRows(state, hunt->findings);
  Hide(config, hunt->findings, summary);
  source::NormaliseSettings every = settings;
  every.keep.fill(EveryField());
  Cite(hunt->findings,
       {hunt->files, hashes, tables, every, redactor, rules, tenants,
        [&](const Event& event) { return lineage.Explain(event, state); }},
       ledger, stop);
  trail::RaiseContradicted(hunt->findings, summary.by_level);

  for (size_t i = 0; i < counts.size(); ++i) {
    counts[i].name = names[i];
    counts[i].duplicates = sorted.dropped()[i].duplicates;
    counts[i].superseded = sorted.dropped()[i].superseded;
    summary.events += counts[i].events;
    summary.duplicates += counts[i].duplicates;
    summary.superseded += counts[i].superseded;
    if (counts[i].events > 0) summary.sources.push_back(counts[i]);
  }
  std::sort(summary.sources.begin(), summary.sources.end(),
            [](const SourceCount& a, const SourceCount& b) { return a.name < b.name; });
  summary.interrupted = stop;
  summary.files = reader.texts();
  summary.bytes_read = ingested.bytes;
  summary.records = ingested.records;
  summary.ledger = std::move(ledger);
  summary.rules_loaded = rules.size();
  summary.rules_left_out = rules.left_out() + unreadable;
  summary.rules_not_chosen = rules.not_chosen();
  // What was not read in an interrupted hunt is no gap of the evidence.
  if (!summary.interrupted) {
    hunt->trails.gaps = completeness.Finish(summary.sources, ingested.files, hunt->files);
  }
  trail::CarryInto(hunt->trails.gaps, hunt->findings, names);
  hunt->trails.incidents = trail::BuildIncidents(hunt->findings, hunt->trails);
  std::vector<std::string> read;
  for (const SourceCount& count : summary.sources) read.push_back(count.name);
  hunt->rules = rules.Truths(read);
  for (const RuleTruth& truth : hunt->rules) ++summary.rule_truths[truth.truth];
  summary.cannot_run = WhatCannotRun(defs, summary.sources);
  summary.first = ingested.first;
  summary.last = ingested.last;
  summary.as_of = as_of;
  summary.run.threads = setup.threads;
  summary.run.spilled_bytes = ingested.spilled;
  summary.run.command = config.command;
  summary.run.version = TOKENTRAIL_VERSION;
  store.Finish(*hunt, [&](const store::TakeRaw& take) {
    return EachRecord(evidence, hunt->files, tables, every, redactor, stop, take);
  });
  summary.run.seconds_writing = SecondsSince(writing);
  summary.run.seconds = SecondsSince(start);
  summary.run.peak_memory_bytes = PeakMemory();

  const sink::Outcome outcome{hunt->findings, summary, hunt->files, names, &hunt->audit, &hunt->trails, &hunt->portfolio};
  for (const sink::SinkDef* sink : sink::All()) {
    if (sink->write_pages != nullptr) {
      std::vector<sink::Page> pages;
      sink->write_pages(outcome, pages);
      for (const sink::Page& page : pages) {
        TRY(folder.Write(std::string(sink->folder) + "/" + page.name, page.text));
      }
    }
    if (sink->file.empty()) continue;
    std::string text;
    sink->write(outcome, text);
    TRY(folder.Write(std::string(sink->file), text));
  }
  progress.phase = 4;
  return hunt;
}

}  // namespace tokentrail::pipeline
