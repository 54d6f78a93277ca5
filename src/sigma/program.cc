#include "sigma/program.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/text.h"

namespace tokentrail::sigma {
namespace {

namespace fs = std::filesystem;

constexpr uintmax_t kMaxRuleFile = 16u << 20;

Result<std::vector<std::string>> FilesIn(const std::vector<std::string>& paths) {
  std::vector<std::string> out;
  for (const std::string& path : paths) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) {
      return Error{ErrorKind::kNotFound,
                   "there are no rules at '" + Printable(path) + "': no such file or folder"};
    }
    if (!fs::is_directory(status)) {
      out.push_back(path);
      continue;
    }
    std::vector<std::string> files;
    auto it = fs::recursive_directory_iterator(path, fs::directory_options::skip_permission_denied,
                                               error);
    for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
      std::error_code ignored;
      const std::string ending = Lower(it->path().extension().string());
      if ((ending == ".yml" || ending == ".yaml") && it->is_regular_file(ignored)) {
        files.push_back(it->path().string());
      }
    }
    if (error) {
      return Error{ErrorKind::kIo,
                   "can't read the folder '" + Printable(path) + "': " + error.message()};
    }
    std::sort(files.begin(), files.end());
    out.insert(out.end(), std::make_move_iterator(files.begin()),
               std::make_move_iterator(files.end()));
  }
  // A file given twice, or beside its folder, is one file.
  std::vector<std::string> once;
  for (std::string& file : out) {
    if (std::find(once.begin(), once.end(), file) == once.end()) once.push_back(std::move(file));
  }
  return once;
}

bool Agrees(const std::string& wanted, std::string_view given) {
  return wanted.empty() || EqualsIgnoreCase(wanted, given);
}

}  // namespace

Result<Program> Program::Load(const std::vector<std::string>& paths, Report& report) {
  Program program;
  RuleSet set;
  const std::vector<std::string> files = TRY(FilesIn(paths));
  for (const std::string& file : files) {
    std::error_code error;
    const uintmax_t size = fs::file_size(file, error);
    std::ifstream in(file, std::ios::binary);
    if (error || size > kMaxRuleFile || !in) {
      Diagnostic problem;
      problem.file = file;
      problem.code = "sigma.unreadable";
      problem.message = error                 ? "can't be read: " + error.message()
                        : size > kMaxRuleFile ? "is larger than 16 MiB"
                                              : "can't be opened";
      report.Add(std::move(problem));
      ++program.left_out_;
      continue;
    }
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    set.Add(file, text, report);
  }
  set.Resolve(report);
  program.Take(std::move(set), report);
  return program;
}

void Program::Add(std::string_view file, std::string_view text, Report& report) {
  RuleSet set;
  set.Add(file, text, report);
  set.Resolve(report);
  Take(std::move(set), report);
}

void Program::Take(RuleSet set, Report& report) {
  left_out_ += set.left_out;
  for (Rule& rule : set.rules) {
    const auto [same, added] =
        rule_index_.emplace(rule.meta.id, static_cast<uint32_t>(rules_.size()));
    if (!added) {
      const RuleMeta& other = rules_[same->second].meta;
      Diagnostic problem;
      problem.file = rule.meta.file;
      problem.line = rule.meta.line;
      problem.code = "sigma.same_id";
      problem.message = "another rule has the id '" + rule.meta.id + "' already: " + other.file +
                        ":" + std::to_string(other.line);
      report.Add(std::move(problem));
      ++left_out_;
      continue;
    }
    for (Term& term : rule.terms) {
      if (!term.is_keyword()) term.field_index = IndexOf(term.field);
      for (size_t i = 0; term.compare == Compare::kFieldRef && i < term.values.size(); ++i) {
        IndexOf(term.other_field(i));
      }
    }
    rules_.push_back(std::move(rule));
  }
}

uint32_t Program::IndexOf(const std::string& field) {
  const auto [it, added] = field_index_.emplace(field, static_cast<uint32_t>(fields_.size()));
  if (added) fields_.emplace_back(field);
  return it->second;
}

Selection Program::Select(std::string_view product, std::string_view category,
                          std::string_view service) const {
  Selection out;
  for (uint32_t i = 0; i < rules_.size(); ++i) {
    const RuleMeta& meta = rules_[i].meta;
    if (Agrees(meta.product, product) && Agrees(meta.category, category) &&
        Agrees(meta.service, service)) {
      out.rules.push_back(i);
    }
  }
  return out;
}

void Program::Match(const Selection& selection, const Record& record, FieldLookup lookup,
                    std::vector<uint32_t>& hits) const {
  if (selection.rules.empty()) return;
  thread_local FieldView view;
  view.Start(record, lookup, fields_.size());
  for (const uint32_t index : selection.rules) {
    const Rule& rule = rules_[index];
    if (Holds(rule, rule.condition, view)) hits.push_back(index);
  }
}

bool Program::Holds(const Rule& rule, const Expr& expr, FieldView& view) const {
  switch (expr.kind) {
    case Expr::Kind::kTerm:
      return Holds(rule.terms[expr.index], view);
    case Expr::Kind::kDetection:
      return Holds(rule, rule.detections[expr.index], view);
    case Expr::Kind::kNot:
      return !Holds(rule, expr.parts.front(), view);
    case Expr::Kind::kAnd:
      return std::all_of(expr.parts.begin(), expr.parts.end(),
                         [&](const Expr& part) { return Holds(rule, part, view); });
    case Expr::Kind::kOr:
      return std::any_of(expr.parts.begin(), expr.parts.end(),
                         [&](const Expr& part) { return Holds(rule, part, view); });
  }
  return false;
}

bool Program::Holds(const Term& term, FieldView& view) const {
  FieldView::Values values;
  if (term.is_keyword()) {
    values = {true, view.All()};
  } else {
    values = view.Get(term.field_index, fields_[term.field_index]);
  }
  const auto refers = [&](size_t index) {
    // Copied: the view may move its values for the next field.
    const std::vector<Seen> seen(values.seen.begin(), values.seen.end());
    const uint32_t other = field_index_.at(term.other_field(index));
    const FieldView::Values others = view.Get(other, fields_[other]);
    return std::any_of(seen.begin(), seen.end(), [&](const Seen& one) {
      return std::any_of(others.seen.begin(), others.seen.end(),
                         [&](const Seen& two) { return term.AgreesWith(one, two); });
    });
  };
  const auto agrees = [&](size_t index) {
    if (term.compare == Compare::kFieldRef) {
      values = view.Get(term.field_index, fields_[term.field_index]);
      return refers(index);
    }
    if (term.compare == Compare::kExists) return values.present == term.Agrees(index, {});
    // A field that is not there is null (pySigma's convention), and nothing else.
    if (!values.present) {
      return term.compare == Compare::kText && term.values[index].kind == Value::Kind::kNull;
    }
    return std::any_of(values.seen.begin(), values.seen.end(),
                       [&](const Seen& seen) { return term.Agrees(index, seen); });
  };
  bool out = term.all;
  for (size_t i = 0; i < term.values.size() && out == term.all; ++i) out = agrees(i);
  return out != term.negated;
}

std::vector<std::string> Program::FieldsOf(uint32_t index) const {
  std::vector<std::string> out;
  for (const Term& term : rules_[index].terms) {
    const bool known = std::find(out.begin(), out.end(), term.field) != out.end();
    if (!term.is_keyword() && !known) out.push_back(term.field);
    for (size_t i = 0; term.compare == Compare::kFieldRef && i < term.values.size(); ++i) {
      const std::string& other = term.other_field(i);
      if (std::find(out.begin(), out.end(), other) == out.end()) out.push_back(other);
    }
  }
  return out;
}

}  // namespace tokentrail::sigma
