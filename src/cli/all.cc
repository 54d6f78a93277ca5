#include "cli/verb.h"

namespace tokentrail::cli {

extern constinit const VerbDef kHunt;
extern constinit const VerbDef kShow;
extern constinit const VerbDef kFind;
extern constinit const VerbDef kApps;
extern constinit const VerbDef kAppsShow;
extern constinit const VerbDef kAppsDiff;
extern constinit const VerbDef kAudit;
extern constinit const VerbDef kContain;
extern constinit const VerbDef kTrail;
extern constinit const VerbDef kCollect;
extern constinit const VerbDef kGrants;
extern constinit const VerbDef kPermissions;
extern constinit const VerbDef kSql;
extern constinit const VerbDef kRules;
extern constinit const VerbDef kRulesCheck;
extern constinit const VerbDef kRulesCoverage;
extern constinit const VerbDef kRulesTest;
extern constinit const VerbDef kPlaybook;
extern constinit const VerbDef kPlaybookNew;
extern constinit const VerbDef kPlaybookUpdate;
extern constinit const VerbDef kPlaybookImport;
extern constinit const VerbDef kPlaybookExport;
extern constinit const VerbDef kPlaybookAnalytic;
extern constinit const VerbDef kPlaybookCheck;
extern constinit const VerbDef kPlaybookRun;
extern constinit const VerbDef kPlaybookCoverage;
extern constinit const VerbDef kPlaybookLayer;
extern constinit const VerbDef kPolicy;
extern constinit const VerbDef kPolicyBacktest;
extern constinit const VerbDef kPolicyCheck;
extern constinit const VerbDef kPolicyList;
extern constinit const VerbDef kPolicyShow;
extern constinit const VerbDef kPolicyTest;
extern constinit const VerbDef kList;
extern constinit const VerbDef kCompletion;
extern constinit const VerbDef kMan;

std::span<const VerbDef* const> All() {
  static constexpr const VerbDef* kAll[] = {
      &kHunt,   &kShow,     &kApps,    &kTrail,       &kFind, &kAudit,
      &kGrants, &kContain,  &kCollect, &kPermissions, &kSql,  &kRules,
      &kPolicy, &kPlaybook, &kList,    &kCompletion,  &kMan,
  };
  return kAll;
}

std::span<const VerbDef* const> AppsVerbs() {
  static constexpr const VerbDef* kAll[] = {&kAppsShow, &kAppsDiff};
  return kAll;
}

std::span<const VerbDef* const> RulesVerbs() {
  static constexpr const VerbDef* kAll[] = {&kRulesCheck, &kRulesCoverage, &kRulesTest};
  return kAll;
}

std::span<const VerbDef* const> PlaybookVerbs() {
  static constexpr const VerbDef* kAll[] = {&kPlaybookNew,    &kPlaybookUpdate,   &kPlaybookImport,
                                            &kPlaybookExport, &kPlaybookAnalytic, &kPlaybookCheck,
                                            &kPlaybookRun,    &kPlaybookCoverage, &kPlaybookLayer};
  return kAll;
}

std::span<const VerbDef* const> PolicyVerbs() {
  static constexpr const VerbDef* kAll[] = {&kPolicyList, &kPolicyShow, &kPolicyCheck, &kPolicyTest,
                                            &kPolicyBacktest};
  return kAll;
}

std::span<const VerbDef* const> VerbsOf(const VerbDef& verb) {
  return verb.verbs == nullptr ? std::span<const VerbDef* const>() : verb.verbs();
}

std::vector<const VerbDef*> AllToRun() {
  std::vector<const VerbDef*> out;
  for (const VerbDef* verb : All()) {
    const std::span<const VerbDef* const> second = VerbsOf(*verb);
    if (verb->run != nullptr) out.push_back(verb);
    out.insert(out.end(), second.begin(), second.end());
  }
  return out;
}

std::string_view LastWord(const VerbDef& verb) {
  return verb.name.substr(verb.name.rfind(' ') + 1);
}

}  // namespace tokentrail::cli
