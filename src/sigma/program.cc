#include "sigma/program.h"

#include <algorithm>

namespace tokentrail::sigma {
namespace {

bool Agrees(std::string_view wanted, std::string_view has) {
  return wanted.empty() || wanted == has;
}

/// The views of all logs that a rule may be about.
std::vector<const View*> ViewsOf(const RuleMeta& rule) {
  std::vector<const View*> out;
  for (const View* view : Views()) {
    if (Program::IsAbout(rule, {view->product, view->category, view->service})) {
      out.push_back(view);
    }
  }
  return out;
}

}  // namespace

bool Program::IsAbout(const RuleMeta& rule, const LogSource& source) {
  return Agrees(rule.product, source.product) && Agrees(rule.category, source.category) &&
         Agrees(rule.service, source.service);
}

std::vector<std::string> Program::FieldsOf(uint32_t index) const {
  std::vector<std::string> out;
  const auto add = [&](const std::string& name) {
    if (!name.empty() && std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
  };
  for (const Term& term : set_->rules[index].terms) {
    add(term.field);
    if (term.compare != Compare::kFieldRef) continue;
    for (size_t i = 0; i < term.values.size(); ++i) add(term.other_field(i));
  }
  return out;
}

Plan Program::MakePlan(std::span<const LogSource> names) const {
  std::vector<PlannedRule> chosen;
  for (uint32_t i = 0; i < size(); ++i) {
    PlannedRule planned{i, {}};
    for (const LogSource& name : names) {
      const bool nameless = name.product.empty() && name.category.empty() && name.service.empty();
      if (nameless || !IsAbout(rule(i).meta, name)) continue;
      const View* const view = FindView(name.product, name.category, name.service);
      if (view != nullptr) planned.views.push_back(view);
      if (view == nullptr && names.size() == 1) planned.views = ViewsOf(rule(i).meta);
      chosen.push_back(std::move(planned));
      break;
    }
  }
  return Plan(set_->rules, std::move(chosen));
}

Plan Program::MakePlan() const {
  std::vector<PlannedRule> chosen;
  for (uint32_t i = 0; i < size(); ++i) {
    chosen.push_back({i, ViewsOf(rule(i).meta)});
  }
  return Plan(set_->rules, std::move(chosen));
}

}  // namespace tokentrail::sigma
