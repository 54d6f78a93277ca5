#include "policy/policy_case.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace tokentrail::policy {
namespace {

void ReadList(Reading& reading, const Yaml& list, bool fits, const PolicyCase& base,
              std::vector<PolicyCase>& out) {
  if (!list.is_list()) {
    return reading.Wrong(list, "'fits' and 'fits_not' take lists of cases: name, app, why");
  }
  for (const Yaml& node : list.list) {
    if (!reading.Keys(node, fits ? "fits" : "fits_not", {"name", "app", "why"})) continue;
    PolicyCase one = base;
    one.fits = fits;
    one.line = node.line;
    if (const Yaml* name = node.Find("name")) one.name = reading.Text(*name, "name").value_or("");
    if (const Yaml* why = node.Find("why")) {
      if (!fits) reading.Wrong(*why, "what does not fit has no reasons");
      one.why = reading.Texts(*why, "why").value_or(std::vector<std::string>());
    }
    const Yaml* const app = node.Find("app");
    if (app == nullptr) {
      reading.Wrong(node, "the case has no `app`");
      continue;
    }
    auto written = ReadApp(reading, *app, one.as_of);
    if (!written) continue;
    one.app = *std::move(written);
    out.push_back(std::move(one));
  }
}

}  // namespace

std::vector<PolicyCase> ReadPolicyCases(const std::string& file, std::string_view text,
                                        Report& report) {
  Reading reading(file, text, report);
  YamlError error;
  const Result<std::vector<Yaml>> documents = ParseYaml(text, &error);
  std::vector<PolicyCase> out;
  if (!documents.ok()) {
    reading.Wrong(error.line, error.column, error.message);
    return out;
  }
  for (const Yaml& root : *documents) {
    if (root.is_null()) continue;
    if (!reading.Keys(root, "case file", {"as_of", "first", "fits", "fits_not"})) continue;
    PolicyCase base;
    base.file = file;
    base.as_of = ParseTime("2026-03-31T12:00:00Z").time;
    if (const Yaml* as_of = root.Find("as_of")) {
      base.as_of = ReadCaseTime(reading, *as_of, "as_of", base.as_of).value_or(base.as_of);
    }
    base.first = base.as_of - Days(90);
    if (const Yaml* first = root.Find("first")) {
      base.first = ReadCaseTime(reading, *first, "first", base.as_of).value_or(base.first);
    }
    for (const bool fits : {true, false}) {
      if (const Yaml* list = root.Find(fits ? "fits" : "fits_not")) {
        ReadList(reading, *list, fits, base, out);
      }
    }
  }
  if (out.empty() && reading.errors() == 0) reading.Wrong(1, 1, "the file holds no cases");
  return out;
}

CaseResult RunCase(const Policy& policy, const PolicyCase& one,
                   const std::function<void(Portfolio&)>& appraise) {
  Portfolio portfolio;
  portfolio.first = one.first;
  portfolio.last = one.as_of;
  portfolio.as_of = one.as_of;
  portfolio.apps.push_back(one.app.app);
  // Somebody else, so that the tenant's evidence begins when the case says.
  App& other = portfolio.apps.emplace_back();
  other.tenant = one.app.app.tenant;
  other.platform = one.app.app.platform;
  other.id = other.name = "the platform's own portal";
  other.first_party = true;
  other.first_seen = one.first;
  if (appraise) {
    appraise(portfolio);
    App& app = portfolio.apps.front();
    const App& written = one.app.app;
    if (one.app.has_signs) {
      app.signs = written.signs;
      app.risk.reasons.clear();
    }
    if (one.app.has_risk) app.risk = written.risk;
    if (one.app.has_state) app.sanction = written.sanction;
    if (one.app.has_listings) app.listings = written.listings;
    for (size_t i = 0; i < app.permissions.size() && i < written.permissions.size(); ++i) {
      const AppPermission& as = written.permissions[i];
      if (app.permissions[i].name != as.name) continue;
      if (as.severity >= 0) app.permissions[i].severity = as.severity;
      if (one.app.has_use) app.permissions[i].use = as.use;
    }
  }
  Policy active = policy;
  active.state = PolicyState::kActive;
  Findings findings;
  PolicySet({std::move(active)}).Judge(portfolio, findings);
  CaseResult out;
  if (!findings.all().empty()) out.reasons = findings.all().front().reasons;
  const bool fits = !findings.all().empty();
  if (fits != one.fits) {
    out.problem =
        one.fits ? "must fit, and does not" : "must not fit, and does: " + Listed(out.reasons);
    return out;
  }
  for (const std::string& wanted : one.why) {
    const bool told =
        std::any_of(out.reasons.begin(), out.reasons.end(),
                    [&](const std::string& r) { return r.find(wanted) != std::string::npos; });
    if (told) continue;
    out.problem = fmt::format("no reason says '{}'; they are: {}", wanted, Listed(out.reasons, 9));
    return out;
  }
  out.passed = true;
  return out;
}

}  // namespace tokentrail::policy
