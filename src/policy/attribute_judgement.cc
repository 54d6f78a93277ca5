// What can be asked of an app: what lists, tests and the score say of it.

#include <algorithm>
#include <utility>

#include "policy/attribute_value.h"

namespace tokentrail::policy {
namespace {

/// Whether a code of this topic stands among the signs or the reasons, other than those that
/// speak of nothing wrong, or of nothing known.
bool HasSign(const App& app, std::string_view topic) {
  const auto counts = [topic](std::string_view code) {
    return code.starts_with(topic) && code != "name.brand_integration" &&
           code != "name.brand_unproven" && !code.ends_with(".not_assessed");
  };
  return std::any_of(app.signs.begin(), app.signs.end(),
                     [&](const AppSign& sign) { return counts(sign.code); }) ||
         std::any_of(app.risk.reasons.begin(), app.risk.reasons.end(), [&](const RiskReason& one) {
           return one.points > 0 && counts(one.sign.code);
         });
}

Value GroupOf(const App& app, RiskGroup group) {
  if (app.risk.score < 0) return {};
  return NumberOf(app.risk.groups[static_cast<size_t>(group)]);
}

constexpr Attribute kAttributes[] = {
    {.name = "risk",
     .type = ValueType::kNumber,
     .summary = "risk score, 0 to 100: a sum of reasons, see `apps show`",
     .column = "Risk",
     .get = [](const App& app, const Portfolio&,
               Time) { return app.risk.score < 0 ? Value{} : NumberOf(app.risk.score); },
     .aliases = "score risk_score"},
    {.name = "risk_level",
     .type = ValueType::kLevel,
     .summary = "level of the risk score: informational, low, medium, high, critical",
     .column = "Risk level",
     .get =
         [](const App& app, const Portfolio&, Time) {
           return app.risk.score < 0 ? Value{} : NumberOf(LevelRank(app.risk.level));
         }},
    {.name = "power",
     .type = ValueType::kNumber,
     .summary = "points for what it could do with what it holds",
     .column = "Power",
     .get = [](const App& app, const Portfolio&, Time) { return GroupOf(app, RiskGroup::kPower); }},
    {.name = "fit",
     .type = ValueType::kNumber,
     .summary = "points for permissions that do not fit what it says it is",
     .column = "Fit",
     .get = [](const App& app, const Portfolio&, Time) { return GroupOf(app, RiskGroup::kFit); }},
    {.name = "trust",
     .type = ValueType::kNumber,
     .summary = "points for who is behind it, and whether it pretends to be somebody else",
     .column = "Trust",
     .get = [](const App& app, const Portfolio&, Time) { return GroupOf(app, RiskGroup::kTrust); }},
    {.name = "behaviour",
     .type = ValueType::kNumber,
     .summary = "points for how it was granted and is used here",
     .column = "Behaviour",
     .get = [](const App& app, const Portfolio&,
               Time) { return GroupOf(app, RiskGroup::kBehaviour); },
     .aliases = "behavior"},
    {.name = "hygiene",
     .type = ValueType::kNumber,
     .summary = "points for how its credentials and ownership are kept",
     .column = "Hygiene",
     .get = [](const App& app, const Portfolio&,
               Time) { return GroupOf(app, RiskGroup::kHygiene); }},
    {.name = "why",
     .type = ValueType::kText,
     .summary =
         "what gives the most risk points beside power, which the permissions show; else power",
     .column = "Why",
     .get =
         [](const App& app, const Portfolio&, Time) {
           if (app.risk.overridden) return TextOf("listed as malicious");
           const RiskReason* best = nullptr;
           const auto rank = [](const RiskReason& one) {
             return std::pair(one.group != RiskGroup::kPower, one.points);
           };
           for (const RiskReason& one : app.risk.reasons) {
             if (one.points > 0 && (best == nullptr || rank(*best) < rank(one))) best = &one;
           }
           return best == nullptr ? Value{} : TextOf(best->sign.words);
         },
     .aliases = "reason"},
    {.name = "incongruous",
     .type = ValueType::kFlag,
     .summary = "holds permissions that do not fit its purpose, by one of the tests of fit",
     .column = "Incongruous",
     .get = [](const App& app, const Portfolio&, Time) { return FlagOf(HasSign(app, "fit.")); }},
    {.name = "masquerade",
     .type = ValueType::kFlag,
     .summary = "its name pretends to be somebody else's",
     .column = "Masquerade",
     .get = [](const App& app, const Portfolio&, Time) { return FlagOf(HasSign(app, "name.")); },
     .aliases = "misleading_name"},
    {.name = "misleading_publisher",
     .type = ValueType::kFlag,
     .summary = "its publisher pretends to be somebody else",
     .column = "Misleading publisher",
     .get = [](const App& app, const Portfolio&,
               Time) { return FlagOf(HasSign(app, "publisher.claims")); }},
    {.name = "risky_reply_url",
     .type = ValueType::kFlag,
     .summary = "sends codes and tokens to an address that speaks against it",
     .column = "Risky reply URL",
     .get = [](const App& app, const Portfolio&, Time) { return FlagOf(HasSign(app, "reply.")); }},
    {.name = "signs",
     .type = ValueType::kTexts,
     .summary = "codes of all that speaks for or against it: name.confusable, reply.tunnel, ...",
     .column = "Signs",
     .get =
         [](const App& app, const Portfolio&, Time) {
           std::vector<std::string_view> out;
           for (const AppSign& sign : app.signs) out.push_back(sign.code);
           for (const RiskReason& reason : app.risk.reasons) out.push_back(reason.sign.code);
           return TextsOf(std::move(out));
         },
     .aliases = "sign reasons"},
    {.name = "listed",
     .type = ValueType::kTexts,
     .summary = "what lists say of its id: malicious, risky, first_party, compromised_vendor",
     .column = "Listed",
     .get =
         [](const App& app, const Portfolio&, Time) {
           return TextsOf(app.listings,
                          [](const AppListing& one) { return std::string_view(one.verdict); });
         },
     .aliases = "listings"},
    {.name = "listed_malicious",
     .type = ValueType::kFlag,
     .summary = "a list calls its id malicious",
     .column = "Known malicious",
     .get =
         [](const App& app, const Portfolio&, Time) {
           return FlagOf(
               std::any_of(app.listings.begin(), app.listings.end(),
                           [](const AppListing& one) { return one.verdict == "malicious"; }));
         },
     .aliases = "malicious"},
};

}  // namespace

std::span<const Attribute> JudgementAttributes() { return kAttributes; }

}  // namespace tokentrail::policy
