// Thresholds that take many values in turn.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "policy/backtest.h"

namespace tokentrail::policy {
namespace {

/// `30d`: 30 and `d`.
struct Quantity {
  double number = 0;
  std::string_view unit;
};

std::optional<Quantity> ReadQuantity(std::string_view text) {
  text = Trim(text);
  Quantity out;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), out.number);
  if (fault != std::errc() || out.number < 0 || out.number > 1e12) return std::nullopt;
  out.unit = text.substr(static_cast<size_t>(end - text.data()));
  const bool letters = std::all_of(out.unit.begin(), out.unit.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '%';
  });
  if (!letters || out.unit.size() > 4) return std::nullopt;
  return out;
}

Error Bad(std::string_view text, std::string_view why) {
  return {ErrorKind::kInvalid,
          fmt::format("--sweep can't be '{}': {}; write it like users=1..20, age=1d..30d/7d or "
                      "permission=low,medium,high",
                      Printable(text), why)};
}

/// The value node that a path means; null when there is none.
Yaml* NodeAt(Yaml& tree, std::string_view path) {
  const auto under = [](Yaml& map, std::string_view key) -> Yaml* {
    if (!map.is_map()) return nullptr;
    for (auto& [name, value] : map.map) {
      if (name.text == key) return &value;
    }
    return nullptr;
  };
  Yaml* const when = under(tree, "when");
  if (when == nullptr) return nullptr;
  const size_t dot = path.find('.');
  Yaml* const condition = under(*when, path.substr(0, dot));
  if (condition == nullptr || dot == path.npos) return condition;
  return under(*condition, path.substr(dot + 1));
}

/// What of the policy a sweep can set.
std::vector<std::string> Paths(const Yaml& tree) {
  std::vector<std::string> out;
  const Yaml* const when = tree.Find("when");
  if (when == nullptr) return out;
  for (const auto& [key, value] : when->map) {
    if (value.is_scalar()) out.push_back(key.text);
    if (!value.is_map()) continue;
    for (const auto& [part, inner] : value.map) {
      if (inner.is_scalar() && inner.text != "true" && inner.text != "false") {
        out.push_back(key.text + "." + part.text);
      }
    }
  }
  return out;
}

/// Puts the value in place of the threshold, and keeps its sign.
void Set(Yaml& node, const std::string& value) {
  if (const size_t dots = node.text.find(".."); dots != std::string::npos) {
    node.text = node.text.substr(0, dots + 2) + value;
  } else {
    const std::string sign(SignOf(node.text));
    node.text = sign.empty() || !SignOf(value).empty() ? value : sign + " " + value;
  }
  node.quoted = true;
}

}  // namespace

Result<Sweep> ReadSweep(std::string_view text) {
  const size_t equals = text.find('=');
  if (equals == text.npos || equals == 0 || equals + 1 == text.size()) {
    return Bad(text, "it names a threshold and its values");
  }
  Sweep out;
  out.path = Trim(text.substr(0, equals));
  // As flags are written, too.
  std::replace(out.path.begin(), out.path.end(), '-', '_');
  std::string_view values = Trim(text.substr(equals + 1));
  const size_t dots = values.find("..");
  if (dots == values.npos) {
    for (const std::string_view one : Split(values, ",")) out.values.emplace_back(Trim(one));
    if (out.values.empty()) return Bad(text, "it has no values");
    if (out.values.size() > kMaxVariants) return Bad(text, "that is more than 1,000 values");
    return out;
  }
  std::string_view end_text = values.substr(dots + 2);
  std::string_view step_text;
  if (const size_t slash = end_text.find('/'); slash != end_text.npos) {
    step_text = end_text.substr(slash + 1);
    end_text = end_text.substr(0, slash);
  }
  const auto from = ReadQuantity(values.substr(0, dots));
  const auto to = ReadQuantity(end_text);
  if (!from || !to) return Bad(text, "both ends are numbers");
  const std::string_view unit = from->unit.empty() ? to->unit : from->unit;
  if (!to->unit.empty() && to->unit != unit) return Bad(text, "both ends need the same unit");
  double step = 1;
  if (!step_text.empty()) {
    const auto read = ReadQuantity(step_text);
    if (!read || (!read->unit.empty() && read->unit != unit) || read->number <= 0) {
      return Bad(text, "the step is a number above zero, in the unit of the ends");
    }
    step = read->number;
  }
  if (from->number > to->number) return Bad(text, "the first end is the greater");
  if ((to->number - from->number) / step >= static_cast<double>(kMaxVariants)) {
    return Bad(text, "that is more than 1,000 values: give a step, such as 0..5000/100");
  }
  for (size_t i = 0; from->number + static_cast<double>(i) * step <= to->number + 1e-9; ++i) {
    out.values.push_back(
        fmt::format("{:.10g}{}", from->number + static_cast<double>(i) * step, unit));
  }
  return out;
}

Result<std::vector<Variant>> MakeVariants(const Policy& policy, const std::vector<Sweep>& sweeps) {
  std::vector<Variant> out;
  if (sweeps.empty()) {
    out.push_back({policy, {}});
    return out;
  }
  size_t count = 1;
  for (size_t s = 0; s < sweeps.size(); ++s) {
    for (size_t before = 0; before < s; ++before) {
      if (sweeps[before].path == sweeps[s].path) {
        return Error{ErrorKind::kInvalid,
                     fmt::format("--sweep names '{}' twice", Printable(sweeps[s].path))};
      }
    }
    Yaml tree = policy.tree;
    Yaml* const node = NodeAt(tree, sweeps[s].path);
    if (node == nullptr || !node->is_scalar()) {
      const std::vector<std::string> paths = Paths(policy.tree);
      return Error{ErrorKind::kInvalid,
                   fmt::format("the policy '{}' has no threshold '{}' to sweep; it has: {}",
                               policy.id, Printable(sweeps[s].path), fmt::join(paths, ", "))};
    }
    count *= sweeps[s].values.size();
    if (count > kMaxVariants) {
      return Error{ErrorKind::kInvalid,
                   "the sweeps together have more than 1,000 combinations: give steps"};
    }
  }
  for (size_t i = 0; i < count; ++i) {
    Yaml tree = policy.tree;
    std::vector<std::string> values(sweeps.size());
    size_t rest = i;
    for (size_t s = sweeps.size(); s-- > 0;) {
      values[s] = sweeps[s].values[rest % sweeps[s].values.size()];
      rest /= sweeps[s].values.size();
      Set(*NodeAt(tree, sweeps[s].path), values[s]);
    }
    Report report;
    Reading reading(policy.file, policy.text, report);
    std::optional<Policy> made = ReadPolicy(reading, tree);
    if (!made) {
      for (const Diagnostic& one : report.all()) {
        if (one.severity != Severity::kError) continue;
        return Error{ErrorKind::kInvalid,
                     fmt::format("--sweep: with {} the policy '{}' is wrong: {}",
                                 fmt::join(values, ", "), policy.id, one.message)};
      }
    }
    made->text = policy.text;
    out.push_back({*std::move(made), std::move(values)});
  }
  return out;
}

}  // namespace tokentrail::policy
