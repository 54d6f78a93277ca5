#include "cli/rules_try.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "pipeline/count_once.h"
#include "pipeline/rule_files.h"
#include "sigma/correlator.h"
#include "sigma/program.h"
#include "source/def.h"
#include "source/json.h"
#include "source/lone_event.h"
#include "source/normalise.h"

namespace tokentrail::cli {
namespace {

/// What diagnostics call the text of `rule`, before they are moved to where it stands.
constexpr std::string_view kRuleOfCase = "rule";

/// The rules of a case, loaded.
struct CaseRules {
  // What they were loaded from.
  std::string file;
  std::string text;
  uint32_t line = 0;
  sigma::Placeholders placeholders;
  std::optional<CaseSource> source;

  // In this order: the plan points into the program.
  std::optional<sigma::Program> program;
  std::optional<sigma::Plan> plan;
  sigma::Plan::Scratch scratch;
  std::vector<Diagnostic> diagnostics;
  size_t errors = 0;

  bool IsOf(const RuleCase& one) const {
    return program.has_value() && text == one.rule && line == one.rule_line &&
           file == (one.rule_file.empty() ? one.file : one.rule_file) &&
           placeholders == one.placeholders && source == one.source;
  }
};

/// Moves a diagnostic from the text of a rule to where that text stands in the case file, when it
/// stands there line by line.
void Place(Diagnostic& diagnostic, const RuleCase& one, std::span<const std::string_view> lines) {
  const size_t line = one.rule_line + diagnostic.line;  // the text begins behind its `|`
  diagnostic.file = fmt::format("{}:{}: rule", one.file, one.rule_line);
  if (diagnostic.line == 0 || line > lines.size()) return;
  const std::string_view there = lines[line - 1];
  const size_t indent = std::min(there.find_first_not_of(' '), there.size());
  const std::string_view here = diagnostic.source_line;
  if (here.empty() || here.size() > there.size()) return;
  const size_t moved = there.size() - here.size();
  if (moved > indent || there.substr(moved) != here) return;
  diagnostic.file = one.file;
  diagnostic.line = static_cast<uint32_t>(line);
  if (diagnostic.column != 0) diagnostic.column += static_cast<uint32_t>(moved);
  diagnostic.source_line = there;
}

std::string Short(std::string_view json) {
  constexpr size_t kShown = 100;
  if (json.size() <= kShown) return Printable(json);
  size_t end = kShown;
  while (end > 0 && (static_cast<unsigned char>(json[end]) & 0xc0) == 0x80) --end;
  return Printable(json.substr(0, end)) + "...";
}

std::string Numbers(const std::vector<size_t>& numbers) {
  return fmt::format("[{}]", fmt::join(numbers, ", "));
}

/// The record of an event, and the normalised fields that a hunt would look up beside the raw ones.
class EventRecord {
 public:
  EventRecord()
      : tables_(source::All()),
        redactor_("rules test"),
        normaliser_(tables_, settings_, redactor_) {}

  /// False when the text is no JSON object.
  bool Start(std::string_view json) {
    made_ = false;
    part_ = 0;
    parts_ = 1;
    list_ = nullptr;
    claimed_ = false;
    json_ = json;
    if (!reader_.ParseUnpadded(json)) return false;
    record_ = reader_.record();
    if (record_.root().kind != NodeKind::kObject) return false;
    // As in a hunt: an event that is one of our logs is matched without its carriers.
    const Record inner = normaliser_.Unwrap(record_);
    claimed_ = normaliser_.Claim(inner, source_) != nullptr;
    if (!claimed_) return true;
    record_ = inner;
    parts_ = normaliser_.Count(record_, source_);
    if (parts_ == 1) return true;
    list_ = normaliser_.SplitField(record_, source_);
    parts_ = source::MostEvents(record_, *list_, parts_);
    return true;
  }

  /// How many events it holds; record() and lookup() are about one of them.
  size_t parts() const { return parts_; }
  void Choose(size_t part) {
    if (list_ == nullptr) return;
    if (part > 0) lone_event_.Close();
    part_ = part;
    (void)normaliser_.Make(record_, source_, part, json_);
    made_ = true;
    alone_ = lone_event_.Of(record_, *list_, *normaliser_.draft().element);
  }

  const Record& record() const { return list_ == nullptr ? record_ : alone_; }
  std::string_view problem() const { return reader_.detail(); }

  sigma::FieldLookup lookup() {
    if (!claimed_) return {};
    return {[](const void* self, Field field) {
              return static_cast<const Self*>(self)->event->Text(field);
            },
            &self_};
  }

 private:
  struct Self {
    EventRecord* event;
  };

  std::string_view Text(Field field) {
    if (!made_) {
      made_ = true;
      (void)normaliser_.Make(record_, source_, part_, json_);
    }
    return normaliser_.Text(field);
  }

  source::Tables tables_;
  source::NormaliseSettings settings_;
  Redactor redactor_;
  source::Normaliser normaliser_;
  source::JsonReader reader_;
  source::LoneEvent lone_event_;
  Record record_;
  Record alone_;
  const Node* list_ = nullptr;
  size_t parts_ = 1;
  size_t part_ = 0;
  std::string_view json_;
  SourceIndex source_ = 0;
  bool claimed_ = false;
  bool made_ = false;
  Self self_{this};
};

}  // namespace

struct CaseRunner::Impl {
  std::unique_ptr<CaseRules> rules = std::make_unique<CaseRules>();
  EventRecord event;
  std::vector<sigma::Hit> hits;

  void Load(const RuleCase& one, std::span<const std::string_view> lines) {
    if (rules->IsOf(one)) return;
    rules = std::make_unique<CaseRules>();
    rules->file = one.rule_file.empty() ? one.file : one.rule_file;
    rules->text = one.rule;
    rules->line = one.rule_line;
    rules->placeholders = one.placeholders;
    rules->source = one.source;
    Report report;
    sigma::RuleSet set(one.placeholders);
    if (one.rule_file.empty()) {
      set.Add(kRuleOfCase, one.rule, report);
    } else {
      AddFiles(one, set, report);
    }
    set.Resolve(report);
    rules->errors = report.errors();
    for (Diagnostic diagnostic : report.all()) {
      if (one.rule_file.empty()) Place(diagnostic, one, lines);
      rules->diagnostics.push_back(std::move(diagnostic));
    }
    rules->program.emplace(std::move(set));
    if (one.source) {
      const sigma::LogSource source{one.source->product, one.source->category, one.source->service};
      rules->plan.emplace(rules->program->MakePlan({&source, 1}));
    } else {
      rules->plan.emplace(rules->program->MakePlan());
    }
  }

  static void AddFiles(const RuleCase& one, sigma::RuleSet& set, Report& report) {
    const auto files = pipeline::ReadRuleFiles({one.rule_file}, report);
    if (files.ok()) {
      for (const pipeline::RuleFile& file : *files) set.Add(file.name, file.text, report);
      return;
    }
    Diagnostic out;
    out.file = one.file;
    out.line = one.line;
    out.code = "case.no_rule";
    out.message = files.error().message;
    report.Add(std::move(out));
  }

  /// Whether any rule matches the part that was chosen; `hits` then has them.
  bool MatchesPart() {
    hits.clear();
    rules->plan->Match(event.record(), event.lookup(), rules->scratch, hits);
    return !hits.empty();
  }

  /// Whether any rule matches the event, or any of those that it holds.
  bool Matches() {
    for (size_t part = 0; part < event.parts(); ++part) {
      event.Choose(part);
      if (MatchesPart()) return true;
    }
    return false;
  }

  void TryEvents(const RuleCase& one, bool expected, CaseOutcome& out) {
    const std::vector<CaseEvent>& events = expected ? one.match : one.no_match;
    for (size_t i = 0; i < events.size(); ++i) {
      Mismatch wrong;
      wrong.where = fmt::format("{}[{}]", expected ? "match" : "no_match", i);
      wrong.expected = expected ? "should match" : "should not match";
      wrong.line = events[i].line;
      if (!event.Start(events[i].json)) {
        wrong.got = fmt::format("it is no JSON object ({})", event.problem());
      } else if (Matches() == expected) {
        continue;
      } else {
        wrong.got = expected
                        ? "no rule does"
                        : fmt::format("'{}' does",
                                      Printable(rules->program->rule(hits[0].rule).meta.title));
      }
      wrong.event = Short(events[i].json);
      out.mismatches.push_back(std::move(wrong));
    }
  }

  /// The correlation that a case is about: titled `corr`, else the last one written.
  std::optional<uint32_t> CorrelationOf() const {
    const std::vector<sigma::Correlation>& all = rules->program->correlations();
    std::optional<uint32_t> last;
    for (uint32_t i = 0; i < all.size(); ++i) {
      if (all[i].meta.title == "corr") return i;
      // Resolving put them into the order in which they are run.
      if (!last || std::pair(all[i].meta.file, all[i].meta.line) >
                       std::pair(all[*last].meta.file, all[*last].meta.line)) {
        last = i;
      }
    }
    return last;
  }

  void TryFirings(const RuleCase& one, CaseOutcome& out) {
    if (one.events.empty()) return;
    const std::optional<uint32_t> wanted = CorrelationOf();
    if (!wanted) {
      out.mismatches.push_back({"events", "need a correlation", "there is no correlation", "", 0});
      return;
    }
    sigma::CorrelatorLimits limits;
    limits.any_order = true;
    sigma::Correlator correlator(rules->program->correlations(), limits);
    std::vector<size_t> fired;
    for (size_t i = 0; i < one.events.size(); ++i) {
      if (!event.Start(one.events[i].json)) {
        out.mismatches.push_back({fmt::format("events[{}]", i), "should be an event",
                                  fmt::format("it is no JSON object ({})", event.problem()),
                                  Short(one.events[i].json), one.events[i].line});
        return;
      }
      std::vector<sigma::Firing> firings;
      pipeline::CountOnce count_once;
      const Id record = Id::Of(fmt::format("{} {}", i, one.events[i].json));
      for (size_t part = 0; part < event.parts(); ++part) {
        event.Choose(part);
        (void)MatchesPart();
        if (event.parts() > 1) count_once.Filter(record, hits);
        Cited cited;
        cited.time = Time{one.events[i].micros};
        cited.content = Id::Of(record, Id::Of(std::to_string(part)));
        cited.place.offset = i;
        correlator.Observe(cited, hits, firings);
      }
      const bool fires = std::any_of(firings.begin(), firings.end(), [&](const auto& firing) {
        return firing.correlation == *wanted;
      });
      if (fires) fired.push_back(i);
    }
    if (fired == one.fires) return;
    Mismatch wrong{
        "events", fmt::format("should fire on {}", Numbers(one.fires)),
        fmt::format("'{}' fires on {}",
                    Printable(rules->program->correlations()[*wanted].meta.title), Numbers(fired)),
        "", one.events.front().line};
    out.mismatches.push_back(std::move(wrong));
  }
};

CaseRunner::CaseRunner() : impl_(std::make_unique<Impl>()) {}
CaseRunner::~CaseRunner() = default;

CaseOutcome CaseRunner::Run(const RuleCase& one, std::span<const std::string_view> lines) {
  CaseOutcome out;
  if (!one.problems.empty()) {
    out.diagnostics = one.problems;
    return out;
  }
  impl_->Load(one, lines);
  const CaseRules& rules = *impl_->rules;
  if (one.reject) {
    if (rules.errors == 0) out.mismatches.push_back({"", "should be refused", "it loads", "", 0});
  } else if (rules.errors > 0) {
    out.diagnostics = rules.diagnostics;
    return out;
  } else if (rules.program->size() == 0 && rules.program->correlations().empty()) {
    out.mismatches.push_back({"", "should have a rule", "there is none", "", 0});
    return out;
  }
  impl_->TryEvents(one, true, out);
  impl_->TryEvents(one, false, out);
  impl_->TryFirings(one, out);
  return out;
}

}  // namespace tokentrail::cli
