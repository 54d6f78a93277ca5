#include "inventory/containment.h"

#include "base/check.h"
#include "base/yaml.h"
#include "inventory/data.h"

namespace tokentrail::inventory {
namespace {

ContainStep ReadStep(const Yaml& yaml) {
  ContainStep out;
  out.title = yaml.Text("title");
  out.why = yaml.Text("why");
  out.run = yaml.Text("run");
  while (out.run.ends_with('\n')) out.run.pop_back();
  out.survives = yaml.Text("survives");
  out.only = yaml.Text("only");
  const std::string_view shell = yaml.Text("shell");
  CHECK(shell.empty() || shell == "pwsh");
  out.pwsh = shell == "pwsh";
  if (const Yaml* set = yaml.Find("set")) {
    for (const Yaml& name : set->list) out.set.push_back(name.text);
  }
  CHECK(!out.title.empty() && !out.why.empty() && !out.run.empty());
  return out;
}

std::vector<ContainPlan> ReadPlans() {
  const auto documents = ParseYaml(ContainmentData());
  CHECK(documents.ok() && documents.value().size() == 1);
  std::vector<ContainPlan> out;
  for (const Yaml& yaml : documents.value()[0].list) {
    ContainPlan& plan = out.emplace_back();
    plan.platform = yaml.Text("platform");
    plan.thing = yaml.Text("thing");
    plan.format = yaml.Text("format");
    const Yaml* steps = yaml.Find("steps");
    CHECK(steps != nullptr && !steps->list.empty());
    for (const Yaml& step : steps->list) plan.steps.push_back(ReadStep(step));
  }
  return out;
}

}  // namespace

const std::vector<ContainPlan>& ContainPlans() {
  static const std::vector<ContainPlan> plans = ReadPlans();
  return plans;
}

const ContainPlan* FindContainPlan(std::string_view platform, std::string_view thing) {
  for (const ContainPlan& plan : ContainPlans()) {
    if (plan.platform == platform && plan.thing == thing) return &plan;
  }
  return nullptr;
}

const ContainPlan& ProofPlan() {
  const ContainPlan* plan = FindContainPlan("any", "proof");
  CHECK(plan != nullptr);
  return *plan;
}

}  // namespace tokentrail::inventory
