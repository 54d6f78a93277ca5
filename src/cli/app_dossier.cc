#include "cli/app_dossier.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/as_of.h"
#include "base/shell_word.h"
#include "base/text.h"
#include "cli/app_cell.h"
#include "cli/terminal.h"
#include "inventory/adoption.h"
#include "policy/attribute.h"

namespace tokentrail::cli {
namespace {

constexpr size_t kFewPeople = 10;
constexpr size_t kFewRows = 25;

std::string When(const std::optional<Time>& time) {
  if (!time || time->micros == 0) return "not in the evidence";
  return FormatTimeShort(*time);
}

std::string Called(const App& app) { return app.name.empty() ? app.id : app.name; }
std::string Called(const AppUser& user) { return user.name.empty() ? user.id : user.name; }

template <typename Texts>
std::string Joined(const Texts& texts, size_t most, std::string_view between = ", ") {
  std::string out;
  size_t count = 0;
  for (const auto& text : texts) {
    if (count == most) return out + fmt::format(" and {} more", texts.size() - most);
    out += (count == 0 ? "" : std::string(between)) + text;
    ++count;
  }
  return out;
}

/// Points as the table of weights has them: seldom more than halves.
std::string Points(double points) {
  return points == std::floor(points) ? fmt::format("{:.0f}", points)
                                      : fmt::format("{:.1f}", points);
}

class Builder {
 public:
  Builder(const App& app, const Portfolio& portfolio, Time as_of)
      : app_(app), portfolio_(portfolio), as_of_(as_of) {}

  std::vector<DossierPart> All() {
    Identity();
    Trust();
    Permissions();
    People();
    Risk();
    Touched();
    Places();
    Credentials();
    Findings();
    return std::move(parts_);
  }

 private:
  DossierPart& Begin(std::string heading) {
    parts_.push_back({.heading = std::move(heading)});
    return parts_.back();
  }
  static void Line(DossierPart& part, std::string label, std::string text,
                   sink::Colour colour = sink::Colour::kNone) {
    if (!text.empty()) part.lines.push_back({std::move(label), std::move(text), colour});
  }
  void Identity() {
    DossierPart& part = Begin("Who it is");
    Line(part, "Platform", app_.platform);
    Line(part, "Id", app_.id);
    Line(part, "Object id", app_.object);
    Line(part, "Tenant", app_.tenant);
    Line(part, "Also called", Joined(app_.other_names, kFewPeople));
    if (app_.first_party) {
      Line(part, "Origin", "the platform's own, by its id");
    } else if (app_.owner_tenant.empty()) {
      Line(part, "Origin", "not known: where it is registered is not in the evidence");
    } else {
      const bool own = EqualsIgnoreCase(app_.owner_tenant, app_.tenant);
      Line(part, "Origin",
           own ? "registered in this tenant"
               : "registered elsewhere, in tenant " + app_.owner_tenant);
    }
    Line(part, "Created",
         When(app_.created) + (app_.created_by.empty() ? "" : " by ") + app_.created_by +
             (app_.route.empty() ? "" : ", by way of " + app_.route));
    Line(part, "First seen", When(app_.first_seen));
    Line(part, "Last used",
         app_.last_used      ? When(app_.last_used)
         : app_.calls_logged ? "no use seen, though its calls are logged"
                             : "no use seen; no log of its calls is in the evidence");
    Line(part, "State", std::string(Name(app_.sanction)),
         app_.sanction == App::Sanction::kBanned     ? sink::Colour::kRed
         : app_.sanction == App::Sanction::kApproved ? sink::Colour::kGreen
                                                     : sink::Colour::kNone);
    if (!app_.category.empty()) {
      Line(part, "Category",
           app_.category + (app_.category_source.empty() ? "" : ", by ") + app_.category_source);
    } else {
      Line(part, "Category", "not known");
    }
    Line(part, "Community use", app_.community_use);
    Line(part, "Audience", app_.audience);
    if (app_.enabled) Line(part, "Sign-in", *app_.enabled ? "enabled" : "disabled");
    if (app_.assignment_required) {
      Line(part, "Assignment", *app_.assignment_required ? "required" : "not required: anybody");
    }
    if (app_.public_client) {
      Line(part, "Client",
           app_.foci ? "public, its refresh tokens work for a family of apps"
                     : "public: no secret of its own");
    }
  }

  void Trust() {
    DossierPart& part = Begin("Publisher and name");
    std::string publisher = app_.publisher.empty() ? "not told" : app_.publisher;
    if (!app_.publisher_domain.empty()) publisher += " (" + app_.publisher_domain + ")";
    publisher += app_.verified == App::Verified::kUnknown
                     ? "; whether it is verified is not in the evidence"
                     : fmt::format("; {}", Name(app_.verified));
    Line(part, "Publisher", publisher,
         app_.verified == App::Verified::kNo ? sink::Colour::kYellow : sink::Colour::kNone);
    Line(part, "Homepage", app_.homepage);
    Line(part, "Reply URLs",
         app_.reply_urls.empty() ? "not in the evidence" : Joined(app_.reply_urls, kFewPeople));
    for (const AppListing& one : app_.listings) {
      std::string text = fmt::format("{} as `{}` by {}", one.verdict, one.name, one.source);
      if (!one.note.empty()) text += ": " + one.note;
      Line(part, "Listed", std::move(text),
           one.verdict == "malicious" ? sink::Colour::kRed : sink::Colour::kNone);
    }
    std::vector<std::string_view> verdicts;
    for (const AppListing& one : app_.listings) verdicts.push_back(one.verdict);
    std::sort(verdicts.begin(), verdicts.end());
    if (std::unique(verdicts.begin(), verdicts.end()) - verdicts.begin() > 1) {
      Line(part, "", "the lists disagree; each is shown as it is");
    }
    for (const AppSign& sign : app_.signs) {
      for (const std::string_view topic : {"name.", "publisher.", "reply.", "fit."}) {
        if (sign.code.starts_with(topic)) Line(part, "Sign", Signed(sign));
      }
    }
  }

  /// With its evidence, where the words don't have that already.
  static std::string Signed(const AppSign& sign) {
    const bool told = sign.evidence.empty() || sign.words.find(sign.evidence) != std::string::npos;
    return told ? sign.words : sign.words + " [" + sign.evidence + "]";
  }

  void Permissions() {
    DossierPart& part = Begin("Permissions");
    std::vector<const AppPermission*> held;
    std::vector<std::string> ended;
    for (const AppPermission& one : app_.permissions) {
      if (one.in_force) {
        held.push_back(&one);
      } else {
        ended.push_back(one.name);
      }
    }
    std::stable_sort(held.begin(), held.end(),
                     [](const auto* a, const auto* b) { return a->severity > b->severity; });
    if (held.empty()) {
      Line(part, "", "none in the evidence");
    } else {
      part.table.titles = {"Permission", "Level", "Of", "Held for", "Used"};
    }
    for (const AppPermission* one : held) {
      if (part.table.rows.size() == kFewRows) {
        part.closing.push_back(fmt::format("and {} more", held.size() - kFewRows));
        break;
      }
      std::string level = one->severity < 0
                              ? "not assessed"
                              : fmt::format("{} {}", PermissionLevel(one->severity), one->severity);
      if (!one->vendor_class.empty()) level += ", " + one->vendor_class;
      const std::string whom =
          one->application ? "itself"
          : one->all_users ? "everybody"
          : one->users == 0
              ? "people not named"
              : fmt::format("{} {}", Grouped(one->users), one->users == 1 ? "person" : "people");
      std::string used = "cannot say";
      if (one->use == AppPermission::Use::kUnused) used = "no";
      if (one->use == AppPermission::Use::kUsed) {
        used = one->uses == 0 ? "yes" : fmt::format("{} times", Grouped(one->uses));
        if (one->last_used) used += ", last " + FormatDate(*one->last_used);
      }
      const std::string_view band = PermissionLevel(one->severity);
      const sink::Colour colour = band == "high"     ? sink::Colour::kRed
                                  : band == "medium" ? sink::Colour::kYellow
                                                     : sink::Colour::kNone;
      part.table.rows.push_back(
          {{one->name},
           {level, colour},
           {one->resource_name.empty() ? one->resource : one->resource_name},
           {whom},
           {used, one->use == AppPermission::Use::kUnused && one->severity >= 40
                      ? sink::Colour::kYellow
                      : sink::Colour::kNone}});
    }
    if (app_.offline) part.closing.emplace_back("may get new tokens while the person is away");
    if (!ended.empty()) part.closing.push_back("ended: " + Joined(ended, kFewPeople));
    const bool unassessed =
        std::any_of(held.begin(), held.end(), [](const auto* one) { return one->severity < 0; });
    if (unassessed) part.closing.emplace_back("not assessed means unknown, not harmless");
    if (!held.empty() && !app_.calls_logged) {
      part.closing.emplace_back("no log of what it calls: what it uses can't be said");
    }
  }

  void People() {
    DossierPart& part = Begin("Who let it");
    const inventory::Adoption adoption = inventory::AdoptionOf(app_, portfolio_);
    if (app_.tenant_wide) Line(part, "For everybody", "yes: an admin allowed it tenant-wide");
    if (app_.app_only) Line(part, "For itself", "yes: an admin gave it permissions of its own");
    if (adoption.share.count > 0 || (!app_.tenant_wide && !app_.app_only)) {
      Line(part, "People",
           adoption.share.count == 0 ? "nobody in the evidence" : Words(adoption.share));
    }
    Line(part, "First", app_.first_authorized ? When(app_.first_authorized) : "");
    Line(part, "Last", app_.last_authorized ? When(app_.last_authorized) : "");
    if (!adoption.order.empty()) {
      std::vector<std::string> order;
      for (const uint32_t at : adoption.order) {
        const AppUser& user = app_.users[at];
        std::string one = Called(user);
        std::vector<std::string> facts;
        if (!user.department.empty()) facts.push_back(user.department);
        facts.insert(facts.end(), user.roles.begin(), user.roles.end());
        if (!facts.empty()) one += " (" + Joined(facts, 3) + ")";
        if (order.empty()) one += " " + FormatTimeShort(*user.first_authorized);
        if (!order.empty()) {
          one += " +" + FormatSpan(*user.first_authorized -
                                   *app_.users[adoption.order.front()].first_authorized);
        }
        order.push_back(std::move(one));
      }
      Line(part, "In order", Joined(order, kFewPeople, "; "));
    }
    if (adoption.untimed > 0) {
      std::vector<std::string> untimed;
      for (const AppUser& user : app_.users) {
        if (user.in_force &&
            (!user.first_authorized || *user.first_authorized == kAsOfCollection)) {
          untimed.push_back(Called(user));
        }
      }
      Line(part, "Time not known", Joined(untimed, kFewPeople));
    }
    if (adoption.order.size() >= 2) {
      Line(part, "Pace",
           fmt::format("{} from first to last, {} between one and the next (median)",
                       FormatSpan(adoption.span), FormatSpan(adoption.median_gap)));
      Line(part, "Closeness", Words(adoption.cluster),
           adoption.clustered ? sink::Colour::kYellow : sink::Colour::kNone);
    }
    if (adoption.first_is_admin) {
      Line(part, "First was", *adoption.first_is_admin ? "an admin" : "no admin, as far as known");
    }
    bool departments = false;
    for (const AppUser& user : app_.users) departments = departments || !user.department.empty();
    if (app_.users.size() >= 2) {
      const inventory::PeopleBook book(portfolio_);
      for (const inventory::Concentration& one : book.ConcentrationsOf(app_)) {
        Line(part, one.kind == "role" ? "Role" : "Department", Words(one),
             StandsOut(one) ? sink::Colour::kYellow : sink::Colour::kNone);
      }
      if (!departments) {
        Line(part, "Department", "not known: a list of people (--people) would tell");
      }
    }
    std::array<uint64_t, 6> acts{};
    for (const AppConsent& one : app_.consents) ++acts[static_cast<size_t>(one.act)];
    std::vector<std::string> told;
    for (const ConsentAct act : {ConsentAct::kWidened, ConsentAct::kNarrowed, ConsentAct::kRevoked,
                                 ConsentAct::kDeclined, ConsentAct::kBlocked}) {
      const uint64_t count = acts[static_cast<size_t>(act)];
      if (count > 0) told.push_back(fmt::format("{} {}", Grouped(count), Name(act)));
    }
    Line(part, "Also", Joined(told, told.size()));
    if (app_.users_left_out + app_.consents_left_out > 0) {
      Line(part, "",
           fmt::format("{} people and {} acts are not listed: a bound was reached",
                       Grouped(app_.users_left_out), Grouped(app_.consents_left_out)));
    }
  }

  void Risk() {
    DossierPart& part = Begin("Risk");
    if (app_.risk.score < 0) {
      Line(part, "Score", "not computed");
    } else {
      std::string groups;
      for (size_t i = 0; i < kRiskGroups; ++i) {
        groups += fmt::format("{}{} {}", groups.empty() ? "" : ", ",
                              Name(static_cast<RiskGroup>(i)), Points(app_.risk.groups[i]));
      }
      Line(part, "Score",
           fmt::format("{} of 100, {}{}", app_.risk.score, Name(app_.risk.level),
                       app_.risk.overridden ? ": known to be malicious, whatever the sum" : ""),
           ColourOf(app_.risk.level));
      Line(part, "By group", groups);
    }
    for (const RiskReason& one : app_.risk.reasons) {
      if (one.points == 0) continue;
      std::string text = Signed(one.sign);
      if (!one.sign.clears.empty()) text += "; cleared by: " + one.sign.clears;
      Line(part,
           fmt::format("{:+.{}f} {}", one.points, one.points == std::floor(one.points) ? 0 : 1,
                       Name(one.group)),
           std::move(text));
    }
    for (const AppSign& one : app_.risk.not_assessed) {
      std::string text = one.words;
      if (!one.clears.empty()) text += "; " + one.clears;
      Line(part, "Not assessed", std::move(text), sink::Colour::kDim);
    }
    Line(part, "Tables", app_.risk.tables, sink::Colour::kDim);
  }

  void Touched() {
    DossierPart& part = Begin("What it did");
    std::string events = Grouped(app_.events);
    if (!app_.days.empty()) {
      events += fmt::format(" on {} day{}", app_.days.size(), app_.days.size() == 1 ? "" : "s");
    }
    Line(part, "Events", std::move(events));
    for (const AppTouched& one : app_.touched) {
      std::string text = fmt::format("{} events", Grouped(one.events));
      if (one.items > 0) text += fmt::format(", {} items", Grouped(one.items));
      if (one.bytes > 0) text += ", " + FormatBytes(one.bytes);
      if (one.owners > 0)
        text += fmt::format(", of {} owner{}", Grouped(one.owners), one.owners == 1 ? "" : "s");
      Line(part, one.what, std::move(text));
    }
    if (app_.touched.empty()) Line(part, "", "what it touched is not in the evidence");
    const AppDay* busiest = nullptr;
    for (const AppDay& day : app_.days) {
      if (busiest == nullptr || day.events > busiest->events) busiest = &day;
    }
    if (busiest != nullptr && app_.days.size() > 1) {
      Line(part, "Busiest day",
           fmt::format("{}: {} events", FormatDate(Time{} + Days(busiest->day)),
                       Grouped(busiest->events)));
    }
  }

  void Places() {
    DossierPart& part = Begin("Where from");
    if (app_.places.empty()) {
      Line(part, "", "not in the evidence");
      return;
    }
    part.table.titles = {"Network", "Country", "Agent", "Events", "First", "Last"};
    for (const AppPlace& one : app_.places) {
      if (part.table.rows.size() == kFewPeople) break;
      part.table.rows.push_back({{one.network.empty() ? "-" : one.network},
                                 {one.country.empty() ? "-" : one.country},
                                 {one.agent.empty() ? "-" : one.agent},
                                 {Grouped(one.events)},
                                 {FormatDate(one.first)},
                                 {FormatDate(one.last)}});
    }
    const uint64_t more = app_.places.size() - part.table.rows.size() + app_.places_left_out;
    if (more > 0) part.closing.push_back(fmt::format("and {} more", Grouped(more)));
  }

  void Credentials() {
    DossierPart& part = Begin("Credentials");
    if (app_.credentials.empty()) {
      Line(part, "", "none in the evidence, which is not none");
      return;
    }
    part.table.titles = {"Kind", "Id", "Name", "Added", "Expires", "Last used"};
    for (const AppCredential& one : app_.credentials) {
      const bool expired = one.expires && *one.expires < as_of_;
      part.table.rows.push_back(
          {{one.kind.empty() ? "not told" : one.kind},
           {one.id},
           {one.name.empty() ? "-" : one.name},
           {one.added ? FormatDate(*one.added) + (one.added_by.empty() ? "" : " by " + one.added_by)
                      : "-"},
           {one.removed   ? "removed " + FormatDate(*one.removed)
            : one.expires ? (expired ? "expired " : "") + FormatDate(*one.expires)
                          : "-",
            expired && !one.removed ? sink::Colour::kYellow : sink::Colour::kNone},
           {one.last_used ? FormatDate(*one.last_used) : "no use seen"}});
    }
  }

  void Findings() {
    DossierPart& part = Begin("Findings");
    if (app_.findings.empty()) {
      Line(part, "", "none; that nothing was found does not say that nothing happened");
      return;
    }
    part.table.titles = {"Level", "Id", "Rule", "What", "First", "Last"};
    std::vector<const AppFinding*> findings;
    for (const AppFinding& one : app_.findings) findings.push_back(&one);
    std::stable_sort(findings.begin(), findings.end(),
                     [](const auto* a, const auto* b) { return a->level > b->level; });
    for (const AppFinding* one : findings) {
      if (part.table.rows.size() == kFewRows) {
        part.closing.push_back(fmt::format("and {} more", findings.size() - kFewRows));
        break;
      }
      part.table.rows.push_back({{std::string(Name(one->level)), ColourOf(one->level)},
                                 {one->id},
                                 {one->rule},
                                 {one->title},
                                 {FormatDate(one->first)},
                                 {FormatDate(one->last)}});
    }
  }

  const App& app_;
  const Portfolio& portfolio_;
  Time as_of_;
  std::vector<DossierPart> parts_;
};

std::vector<std::string> Commands(const App& app, std::string_view case_folder) {
  // With the sign between: an id may start with a dash.
  const std::string id = ShellWord(app.id);
  const std::string folder = case_folder.empty() ? "" : " --case " + ShellWord(case_folder);
  std::vector<std::string> out;
  for (const std::string_view verb : {"grants", "trail", "contain"}) {
    out.push_back(fmt::format("tokentrail {} --app={}{}", verb, id, folder));
  }
  // The worst one.
  const AppFinding* worst = nullptr;
  for (const AppFinding& one : app.findings) {
    if (worst == nullptr || one.level > worst->level) worst = &one;
  }
  if (worst != nullptr) {
    out.push_back(fmt::format("tokentrail show {}{}", ShellWord(worst->id), folder));
  }
  return out;
}

}  // namespace

Dossier MakeDossier(const App& app, const Portfolio& portfolio, Time as_of,
                    std::string_view case_folder) {
  Dossier out;
  out.title = Called(app);
  out.level = app.risk.score < 0 ? Level::kInformational : app.risk.level;
  out.headline = app.risk.score < 0
                     ? "risk not computed"
                     : fmt::format("risk {} of 100, {}", app.risk.score, Name(app.risk.level));
  if (app.risk.overridden) out.headline += ", known to be malicious";
  out.headline +=
      fmt::format("; {}", app.first_party ? "the platform's own" : std::string(Name(app.sanction)));
  out.parts = Builder(app, portfolio, as_of).All();
  out.commands = Commands(app, case_folder);
  return out;
}

}  // namespace tokentrail::cli
