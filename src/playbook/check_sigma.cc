// Queries in Sigma: the text of rules, or `shipped:entra/x.yml`, one of those that come with the
// program.

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "pipeline/shipped_rules.h"
#include "playbook/field_known.h"
#include "playbook/query.h"
#include "sigma/program.h"

namespace tokentrail::playbook {
namespace {

/// Puts the text of rules into `out`; false when the query names a shipped rule that isn't there.
bool TakeRules(const CheckContext& context, CheckedQuery& out) {
  const std::string_view text = Trim(out.query->text);
  const std::string mark = std::string(pipeline::kShipped) + ":";
  if (!text.starts_with(mark)) {
    out.rules = out.query->text;
    return true;
  }
  std::vector<std::string> names;
  for (pipeline::RuleFile& file : pipeline::ShippedRules()) {
    if (file.name == text) {
      out.rules = std::move(file.text);
      return true;
    }
    names.push_back(std::move(file.name));
  }
  const std::vector<std::string_view> views(names.begin(), names.end());
  const std::string_view near = Closest(text, views);
  out.Complain(context.page, Severity::kError, 1, 1, static_cast<uint32_t>(text.size()),
               fmt::format("there is no shipped rule '{}'", Printable(text)), "playbook.no_rule",
               near.empty() ? "" : fmt::format("did you mean '{}'?", near));
  return false;
}

/// Where a field stands in the query; {0, 0} when it is not written there so.
std::pair<uint32_t, uint32_t> FindIn(std::string_view text, std::string_view field) {
  uint32_t line = 1;
  for (size_t start = 0; start < text.size(); ++line) {
    const size_t end = std::min(text.find('\n', start), text.size());
    const std::string_view here = text.substr(start, end - start);
    for (size_t at = here.find(field); at != here.npos; at = here.find(field, at + 1)) {
      const size_t after = at + field.size();
      const bool begins = at == 0 || here[at - 1] == ' ' || here[at - 1] == '"';
      if (begins && after < here.size() && (here[after] == ':' || here[after] == '|')) {
        return {line, static_cast<uint32_t>(at + 1)};
      }
    }
    start = end + 1;
  }
  return {0, 0};
}

/// Each field that a rule names, in each log that it is about.
void CheckFields(const CheckContext& context, const sigma::Program& program, uint32_t index,
                 const RecordFields& seen, CheckedQuery& out) {
  const sigma::RuleMeta& meta = program.rule(index).meta;
  struct Log {
    const source::SourceDef* source;
    const source::SigmaNames* names;
  };
  std::vector<Log> logs;
  for (const source::SourceDef* source : source::All()) {
    for (const source::SigmaNames& names : source->sigma) {
      if (names.product.empty() && names.category.empty() && names.service.empty()) continue;
      if (!sigma::Program::IsAbout(meta, {names.product, names.category, names.service})) continue;
      logs.push_back({source, &names});
      if (std::find(out.sources.begin(), out.sources.end(), source->name) == out.sources.end()) {
        out.sources.emplace_back(source->name);
      }
      break;
    }
  }
  for (const std::string& field : program.FieldsOf(index)) {
    out.fields.push_back(field);
    if (logs.empty() || seen.Has(field)) continue;
    std::string missing;
    std::string nearest;
    std::string never;
    bool somewhere = false;
    for (const Log& log : logs) {
      FieldAnswer answer = LookUp(*log.source, *log.names, field);
      somewhere = somewhere || answer.known;
      if (answer.known) continue;
      missing += (missing.empty() ? "" : ", ") + std::string(log.source->name);
      if (nearest.empty()) nearest = answer.nearest;
      if (never.empty()) never = answer.never;
    }
    if (somewhere || missing.empty()) continue;
    const auto [line, column] = FindIn(out.query->text, field);
    std::string message = fmt::format("field '{}' is not known in {}", field, missing);
    if (!never.empty()) message += ": " + never;
    out.Complain(context.page, Severity::kWarning, line, column,
                 static_cast<uint32_t>(field.size()), std::move(message), "playbook.unknown_field",
                 nearest.empty() ? "" : fmt::format("the nearest that is known: '{}'", nearest));
  }
}

void Check(const CheckContext& context, CheckedQuery& out) {
  if (!TakeRules(context, out)) return;
  Report report;
  sigma::RuleSet set;
  set.Add("query", out.rules, report);
  set.Resolve(report);
  for (const Diagnostic& one : report.all()) {
    out.Complain(context.page, one.severity, one.line, one.column, one.width, one.message, one.code,
                 one.help);
  }
  if (!out.Parsed()) return;
  if (set.rules.empty() && set.correlations.empty()) {
    out.Complain(context.page, Severity::kError, 0, 0, 1, "there is no Sigma rule in it",
                 "playbook.no_rule");
    return;
  }
  out.alone = set.filters > 0;
  for (const sigma::Rule& rule : set.rules) {
    if (rule.alerts) out.rule_ids.push_back(rule.meta.id);
  }
  for (const sigma::Correlation& one : set.correlations) out.rule_ids.push_back(one.meta.id);
  std::string log;
  if (!set.rules.empty()) {
    const sigma::RuleMeta& meta = set.rules.front().meta;
    for (const std::string& part : {meta.product, meta.category, meta.service}) {
      if (!part.empty()) log += (log.empty() ? "" : " / ") + part;
    }
  }
  const RecordFields seen(context.known_records);
  const sigma::Program program(std::move(set));
  for (uint32_t i = 0; i < program.size(); ++i) CheckFields(context, program, i, seen, out);
  if (out.sources.empty()) {
    out.not_run = fmt::format("tokentrail reads no such log ({})", log.empty() ? "any" : log);
    out.fields_not_checked = out.not_run;
  }
}

}  // namespace

extern constinit const LanguageDef kSigma;
constinit const LanguageDef kSigma = {
    .name = "sigma",
    .summary = "the text of Sigma rules, or shipped:PLATFORM/NAME.yml; run on logs that we read",
    .runs = true,
    .check = Check,
};

}  // namespace tokentrail::playbook
