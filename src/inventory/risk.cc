#include "inventory/risk.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace tokentrail::inventory {

double OneDigit(double points) { return std::round(points * 10) / 10; }

namespace {

void Add(std::vector<RiskReason>& out, RiskGroup group, double points, std::string_view code,
         std::string words, std::string evidence, std::string_view clears) {
  if (points <= 0) return;
  out.push_back({.group = group,
                 .points = OneDigit(points),
                 .sign = {.code = std::string(code),
                          .words = std::move(words),
                          .evidence = std::move(evidence),
                          .clears = std::string(clears)}});
}

/// Families that count as reach of their own; those that write and send mail are one. Source:
/// DETECTIONS 3.4, and the two families of platforms that it does not speak of there.
constexpr std::string_view kReaches[] = {"mail-read", "mail-write", "mail-send", "files",   "sites",
                                         "directory", "roles",      "apps",      "devices", "chat",
                                         "policy",    "audit",      "secrets",   "cloud",   "data"};

}  // namespace

void ScorePower(const App& app, const Holding& holding, const RiskContext& context,
                std::vector<RiskReason>& out, std::vector<AppSign>& not_assessed) {
  const Weights& weights = context.weights;
  const auto add = [&](double points, std::string_view code, std::string words,
                       std::string evidence, std::string_view clears) {
    Add(out, RiskGroup::kPower, points, code, std::move(words), std::move(evidence), clears);
  };
  if (holding.in_force == 0) {
    not_assessed.push_back({.code = "power",
                            .words = "the evidence shows no permission that it holds",
                            .evidence = {},
                            .clears = {}});
    return;
  }
  int severity = holding.severity;
  if (!holding.unassessed.empty()) {
    const std::string names = fmt::format(
        "{}{}",
        fmt::join(holding.unassessed.begin(),
                  holding.unassessed.begin() +
                      static_cast<ptrdiff_t>(std::min<size_t>(holding.unassessed.size(), 3)),
                  ", "),
        holding.unassessed.size() > 3 ? fmt::format(" and {} more", holding.unassessed.size() - 3)
                                      : "");
    const int floor = static_cast<int>(weights.Of("power.unassessed"));
    not_assessed.push_back(
        {.code = "power.unassessed",
         .words = fmt::format("not in our tables, so not known to be harmless: {}", names),
         .evidence = {},
         .clears = {}});
    if (severity < floor) {
      severity = floor;
      add(std::round(weights.Of("power.severity") * floor), "power.severity",
          fmt::format("holds {} that our tables do not know, counted as {} of 100",
                      holding.unassessed.size() == 1 ? "a permission" : "permissions", floor),
          names, "find out what they allow");
    }
  }
  if (severity == holding.severity && holding.strongest != nullptr) {
    add(std::round(weights.Of("power.severity") * severity), "power.severity",
        fmt::format("strongest permission {} ({} of 100, {})", ShortName(holding.strongest->name),
                    severity,
                    holding.strongest->application ? "by itself" : "for the people it acts for"),
        fmt::format("{} x {:g}", severity, weights.Of("power.severity")),
        "the permission is taken away");
  }
  const double strong = weights.Of("strong");
  std::vector<std::string_view> reaches;
  for (std::string_view family : holding.families) {
    if (std::find(std::begin(kReaches), std::end(kReaches), family) == std::end(kReaches)) continue;
    if (family == "mail-send") family = "mail-write";
    if (std::find(reaches.begin(), reaches.end(), family) == reaches.end())
      reaches.push_back(family);
  }
  if (reaches.size() > 1) {
    add(std::min(weights.Of("power.families_max"),
                 weights.Of("power.families") * static_cast<double>(reaches.size() - 1)),
        "power.families", fmt::format("strong permissions of {} sorts", reaches.size()),
        fmt::format("{}", fmt::join(reaches, ", ")), "the permissions are taken away");
  }
  if (app.tenant_wide || app.app_only) {
    add(weights.Of("power.tenant_wide"), "power.tenant_wide",
        app.tenant_wide ? "may act for everybody in the tenant"
                        : "acts by itself, for the whole tenant",
        "", "the grant for all is replaced by grants for those who need it");
  }
  if (app.offline && severity >= strong) {
    add(weights.Of("power.offline"), "power.offline",
        "gets new tokens without the person, so it goes on after a sign-out", "",
        "its refresh tokens are revoked and offline access taken away");
  }
  if (app.app_only) {
    add(weights.Of("power.app_only"), "power.app_only",
        "holds permissions of its own: no person, no second factor stands before them", "",
        "its application permissions are taken away");
  }
}

void ScoreTrust(const App& app, const RiskContext& context, std::vector<RiskReason>& out,
                std::vector<AppSign>& not_assessed) {
  const Weights& weights = context.weights;
  if (app.first_party) return;
  for (const AppSign& sign : app.signs) {
    const double points = weights.Of(sign.code);
    if (points <= 0 || sign.code.starts_with("fit.")) continue;
    out.push_back({.group = RiskGroup::kTrust, .points = OneDigit(points), .sign = sign});
  }
  for (const AppListing& listing : app.listings) {
    const std::string code = "listing." + listing.verdict;
    const bool told = std::any_of(
        out.begin(), out.end(), [&](const RiskReason& reason) { return reason.sign.code == code; });
    if (told) continue;
    Add(out, RiskGroup::kTrust, weights.Of(code), code,
        listing.verdict == "risky"
            ? fmt::format("listed as {}: a real product that thieves like", listing.name)
            : fmt::format("listed as {}: its vendor lost tokens in an incident", listing.name),
        listing.source + (listing.note.empty() ? "" : "; " + listing.note),
        "people here use it on purpose, and its use fits that");
  }
  if (!app.created) {
    not_assessed.push_back({.code = "trust.new_app",
                            .words = "when it was created is not in the evidence",
                            .evidence = {},
                            .clears = {}});
    return;
  }
  const Span age = context.now - *app.created;
  if (age.micros < 0 || age >= weights.Days("days.new_app")) return;
  // The first consent to an app of elsewhere creates its service principal here: that says nothing
  // of the app's own age.
  const bool with_consent = app.first_authorized &&
                            (*app.first_authorized - *app.created) < Minutes(10) &&
                            (*app.first_authorized - *app.created).micros > -Minutes(10).micros;
  const std::string_view code = with_consent      ? "trust.new_app_weeks"
                                : age <= Days(7)  ? "trust.new_app"
                                : age <= Days(14) ? "trust.new_app_weeks"
                                                  : "trust.new_app_month";
  Add(out, RiskGroup::kTrust, weights.Of(code), code,
      with_consent
          ? fmt::format("came into the tenant with its first consent, {} ago", FormatSpan(age))
          : fmt::format("created {} ago", FormatSpan(age)),
      FormatTimeShort(*app.created), "people here expected it");
}

void Conclude(const App& app, const Weights& weights, std::vector<RiskReason> reasons,
              std::vector<AppSign> not_assessed, AppRisk& out) {
  std::stable_sort(reasons.begin(), reasons.end(), [](const RiskReason& a, const RiskReason& b) {
    if (a.group != b.group) return a.group < b.group;
    if (a.points != b.points) return a.points > b.points;
    if (a.sign.code != b.sign.code) return a.sign.code < b.sign.code;
    return a.sign.words < b.sign.words;
  });
  std::stable_sort(not_assessed.begin(), not_assessed.end(),
                   [](const AppSign& a, const AppSign& b) {
                     return a.code != b.code ? a.code < b.code : a.words < b.words;
                   });
  double reply = 0;
  double sums[kRiskGroups] = {};
  for (const RiskReason& reason : reasons) {
    if (reason.sign.code.starts_with("reply.")) {
      reply += reason.points;
    } else {
      sums[static_cast<size_t>(reason.group)] += reason.points;
    }
  }
  sums[static_cast<size_t>(RiskGroup::kTrust)] += std::min(reply, weights.Of("reply.cap"));
  double sum = 0;
  for (size_t i = 0; i < kRiskGroups; ++i) {
    out.groups[i] = OneDigit(std::min(sums[i], weights.Cap(static_cast<RiskGroup>(i))));
    sum += out.groups[i];
  }
  out.score = static_cast<int>(std::clamp(std::round(OneDigit(sum)), 0.0, 100.0));
  out.overridden = false;
  for (const AppListing& listing : app.listings) {
    if (listing.verdict != "malicious") continue;
    out.overridden = true;
    out.score = 100;
    reasons.insert(
        reasons.begin(),
        RiskReason{
            .group = RiskGroup::kTrust,
            .points = 100,
            .sign = {.code = "listing.malicious",
                     .words = fmt::format("listed as malicious ({}); the score is 100 "
                                          "whatever the sum",
                                          listing.name),
                     .evidence = listing.source + (listing.note.empty() ? "" : "; " + listing.note),
                     .clears = "the list is wrong about this id"}});
    break;
  }
  out.level = weights.LevelOf(out.score);
  out.reasons = std::move(reasons);
  out.not_assessed = std::move(not_assessed);
}

}  // namespace tokentrail::inventory
