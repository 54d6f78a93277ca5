#include "trail/incident_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/text.h"
#include "inventory/permission.h"
#include "trail/incident_stage.h"

namespace tokentrail::trail {
namespace {

constexpr size_t kMaxName = 40;    ///< characters of a name
constexpr size_t kMaxClauses = 4;  ///< of a headline
constexpr size_t kMaxSlug = 60;
constexpr size_t kMaxListed = 10'000;  ///< users, mailboxes, ... beyond are "at least"

using Texts = std::set<std::string>;
/// What tells one cited record from another.
using RecordKey = std::tuple<Time, SourceIndex, Id>;

/// A text of a log inside a sentence: no line ends, no codes, no quote that ends ours, not too
/// long.
std::string Shown(std::string_view text, size_t most = kMaxName) {
  std::string out;
  size_t characters = 0;
  for (const char c : Printable(text)) {
    if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80 && ++characters > most) {
      return out + "\u2026";
    }
    if (c == '\'') {
      out += "\u2019";
    } else {
      out += c;
    }
  }
  return out;
}

std::string Quoted(std::string_view text, size_t most = kMaxName) {
  return "'" + Shown(text, most) + "'";
}

/// The start of an id that people compare by; ids that are short stay whole.
std::string ShortId(std::string_view id) {
  return IsGuid(id) ? std::string(id.substr(0, 8)) : Shown(id, 24);
}

/// `12`; `at least 10000` where no more were kept.
std::string CountOf(const Texts& all, size_t without = 0) {
  return fmt::format("{}{}", all.size() < kMaxListed ? "" : "at least ", all.size() - without);
}

/// `a@x`, `a@x and b@x`, `a@x, b@x and 3 more`. Names first: ids tell people little.
std::string Few(const Texts& all) {
  const size_t shown = all.size() > 3 ? 2 : all.size();
  std::string out;
  size_t i = 0;
  for (const bool ids : {false, true}) {
    for (const std::string& one : all) {
      if (i == shown) break;
      if (IsGuid(one) != ids) continue;
      if (i > 0) out += i + 1 == shown && shown == all.size() ? " and " : ", ";
      out += one;
      ++i;
    }
  }
  if (shown < all.size()) out += fmt::format(" and {} more", CountOf(all, shown));
  return out;
}

enum class SubjectKind : uint8_t { kApp, kServiceAccount, kUser, kThing, kNobody };

struct Subject {
  SubjectKind kind = SubjectKind::kNobody;
  std::string key;   ///< what tells it apart
  std::string name;  ///< may be empty
  std::string type;  ///< of a thing

  friend bool operator==(const Subject&, const Subject&) = default;
};

/// What one rule says of one subject, over all its findings.
struct Clause {
  Subject subject;
  const Finding* worst = nullptr;  ///< of its findings
  Time first;
  Texts users;
  Texts mailboxes;
  Texts roles;
  Texts resources;
  Texts addresses;  ///< from which data was reached
  Texts scopes;
  std::set<RecordKey> records;
  bool through_app = false;  ///< an app did it with the token of its user
  bool chained = false;      ///< of the chain, not of its user only
};

std::string SubjectWords(const Subject& subject) {
  switch (subject.kind) {
    case SubjectKind::kApp:
      if (subject.name.empty() || subject.name == subject.key) {
        return "app " + Shown(subject.key);
      }
      return fmt::format("app {} ({})", Quoted(subject.name), ShortId(subject.key));
    case SubjectKind::kServiceAccount:
      return "service account " + Shown(subject.key, 60);
    case SubjectKind::kUser:
      return "under account " + Shown(subject.name.empty() ? subject.key : subject.name, 60);
    case SubjectKind::kThing:
      return fmt::format("{} {}", Shown(subject.type), ShortId(subject.key));
    case SubjectKind::kNobody:
      break;
  }
  return {};
}

/// The two that allow most, and how many more. Scopes that every sign-in asks for come last.
std::string Permissions(const Clause& clause) {
  const bool google = clause.worst->rule == "GRT-09" || clause.worst->rule == "GRT-10";
  std::vector<std::pair<int, std::string>> ranked;
  for (const std::string& scope : clause.scopes) {
    const inventory::Permission* known =
        inventory::Find(google ? inventory::Platform::kGoogle : inventory::Platform::kMicrosoft,
                        inventory::Holder::kDelegated, scope);
    std::string_view name = scope;
    for (const std::string_view start : {"https://www.googleapis.com/auth/", "https://"}) {
      if (name.starts_with(start)) name.remove_prefix(start.size());
    }
    if (name.ends_with('/')) name.remove_suffix(1);
    ranked.emplace_back(known == nullptr ? 1 : -known->severity, Shown(name));
  }
  if (ranked.empty()) return "permissions";
  std::sort(ranked.begin(), ranked.end());
  std::string out = ranked[0].second;
  if (ranked.size() == 2) return out + " and " + ranked[1].second;
  if (ranked.size() > 2)
    out += fmt::format(", {} and {} more", ranked[1].second, ranked.size() - 2);
  return out;
}

/// ` by ana@x`; ` with the token of ana@x` where a client of somebody else held it.
std::string By(const Clause& clause) {
  if (clause.users.empty()) return {};
  return (clause.through_app ? " with the token of " : " by ") + Few(clause.users);
}

/// ` from 198.51.100.7`. Of several addresses some are those of the platform's own servers, so
/// their number tells nothing.
std::string From(const Clause& clause) {
  return clause.addresses.size() == 1 ? " from " + *clause.addresses.begin() : std::string();
}

std::string Mailboxes(const Clause& clause) {
  if (clause.mailboxes.empty()) return "mail";
  if (clause.mailboxes.size() == 1) return "the mailbox of " + *clause.mailboxes.begin();
  return CountOf(clause.mailboxes) + " mailboxes";
}

/// What a rule of ours says of an app or service account, as the rest of a sentence that starts
/// with it. Rules that are not here are named by their title.
struct Phrase {
  std::string_view rule;
  SubjectKind kind;
  std::string (*words)(const Clause& clause);
};

constexpr Phrase kPhrases[] = {
    {"LUR-02", SubjectKind::kApp,
     [](const Clause& c) {
       return std::string("was blocked as risky") +
              (c.users.empty() ? "" : " (" + Few(c.users) + ")");
     }},
    {"GRT-01", SubjectKind::kApp,
     [](const Clause& c) { return "was granted " + Permissions(c) + By(c); }},
    {"GRT-02", SubjectKind::kApp,
     [](const Clause& c) {
       return "was granted " + Permissions(c) + " for the whole tenant" + By(c);
     }},
    {"GRT-03", SubjectKind::kApp,
     [](const Clause& c) { return "had its grant widened by " + Permissions(c) + By(c); }},
    {"GRT-04", SubjectKind::kApp,
     [](const Clause& c) {
       return "got application permission " + (c.roles.empty() ? "?" : Few(c.roles)) + By(c);
     }},
    {"GRT-05", SubjectKind::kApp,
     [](const Clause&) { return std::string("was authorised by an app, not by a person"); }},
    {"GRT-09", SubjectKind::kApp,
     [](const Clause& c) { return "was granted " + Permissions(c) + By(c); }},
    {"GRT-10", SubjectKind::kApp,
     [](const Clause& c) {
       return "was allowed to act as every user of the domain with " + Permissions(c) + By(c);
     }},
    {"PER-01", SubjectKind::kApp, [](const Clause& c) { return "had a credential added" + By(c); }},
    {"PER-03", SubjectKind::kApp,
     [](const Clause& c) { return "of Microsoft's own had a credential added" + By(c); }},
    {"USE-05", SubjectKind::kApp, [](const Clause& c) { return "read " + Mailboxes(c) + From(c); }},
    {"EXF-06", SubjectKind::kApp,
     [](const Clause& c) {
       return "sent mail as " + (c.mailboxes.empty() ? "?" : Few(c.mailboxes)) + From(c);
     }},
    {"ESC-01", SubjectKind::kApp,
     [](const Clause& c) {
       return "got or gave the directory role " + (c.roles.empty() ? "?" : Few(c.roles));
     }},
    {"MNT-12", SubjectKind::kServiceAccount,
     [](const Clause& c) { return "had a token made by hand" + By(c); }},
    {"MNT-13", SubjectKind::kServiceAccount,
     [](const Clause& c) { return "had its token read by a command in a pod" + By(c); }},
};

std::string Predicate(const Clause& clause) {
  for (const Phrase& phrase : kPhrases) {
    if (phrase.rule == clause.worst->rule && phrase.kind == clause.subject.kind) {
      return phrase.words(clause);
    }
  }
  const std::string title = Quoted(clause.worst->title, 80);
  if (clause.subject.kind == SubjectKind::kUser || clause.subject.kind == SubjectKind::kNobody) {
    return title;
  }
  return "matched " + title;
}

/// `on 2026-03-07 between 10:00 and 12:30 UTC`.
std::string When(Time first, Time last) {
  const std::string from = FormatTimeShort(first).substr(0, 16);
  const std::string to = FormatTimeShort(last).substr(0, 16);
  if (from == to) return fmt::format("on {} at {} UTC", from.substr(0, 10), from.substr(11));
  if (from.substr(0, 10) == to.substr(0, 10)) {
    return fmt::format("on {} between {} and {} UTC", from.substr(0, 10), from.substr(11),
                       to.substr(11));
  }
  return fmt::format("between {} and {} UTC", from, to);
}

/// Lower-case letters and digits, everything else one `-`; whole words, unless the first is too
/// long.
std::string Slug(std::string_view text, size_t most) {
  std::string out;
  for (const char c : Lower(text.substr(0, 4 * most))) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (plain) {
      out += c;
    } else if (!out.empty() && out.back() != '-') {
      out += '-';
    }
  }
  if (out.size() > most) {
    const size_t border = out[most] == '-' ? most : out.rfind('-', most);
    out.resize(border == std::string::npos ? most : border);
  }
  while (out.ends_with('-')) out.pop_back();
  return out;
}

class Wording {
 public:
  Wording(std::span<const Finding> findings, const FindingGroup& group, Incident& incident)
      : findings_(findings), group_(group), incident_(incident) {}

  void Run() {
    if (group_.bond == Bond::kRule) {
      OfRule();
      return;
    }
    ChooseApp();
    std::vector<Clause> clauses = Clauses();
    DropRepeated(clauses);
    const size_t all = clauses.size();
    KeepTelling(clauses);
    KeepWorst(clauses);
    std::string sentence;
    for (size_t i = 0; i < clauses.size(); ++i) {
      const bool same = i > 0 && clauses[i].subject == clauses[i - 1].subject;
      if (same) {
        sentence += ", then ";
      } else {
        sentence += (i == 0 ? "" : "; ") + SubjectWords(clauses[i].subject);
        const bool user = clauses[i].subject.kind == SubjectKind::kUser;
        if (clauses[i].subject.kind != SubjectKind::kNobody) sentence += user ? ": " : " ";
      }
      sentence += Predicate(clauses[i]);
    }
    if (all > clauses.size()) {
      sentence += fmt::format(" ({} more {} matched)", all - clauses.size(),
                              all - clauses.size() == 1 ? "rule" : "rules");
    }
    Say(sentence);
    const Clause& lead = LeadOf(clauses);
    std::string slug = Slug(lead.subject.name.empty() ? lead.subject.key : lead.subject.name, 28);
    if (slug.empty()) slug = Slug(ShortId(lead.subject.key), 28);
    if (group_.bond == Bond::kChain && incident_.stages.size() > 1) {
      for (const std::string& stage : incident_.stages) slug += "-" + stage;
    } else {
      slug += "-" + Slug(lead.worst->title, kMaxSlug);
    }
    incident_.slug = Slug(slug, kMaxSlug);
  }

 private:
  /// The app that the worst findings are about.
  void ChooseApp() {
    struct Weight {
      Level level = Level::kInformational;
      size_t findings = 0;
      std::string name;
    };
    std::map<std::string, Weight> weights;
    for (const size_t i : group_.findings) {
      for (const Entity* app : AppsOf(findings_[i])) {
        Weight& weight = weights[app->id];
        weight.level = std::max(weight.level, findings_[i].level);
        ++weight.findings;
        // Of several names the smallest, so that no order shows.
        if (!app->name.empty() && (weight.name.empty() || app->name < weight.name)) {
          weight.name = app->name;
        }
      }
    }
    const std::pair<const std::string, Weight>* best = nullptr;
    for (const auto& entry : weights) {
      app_names_[entry.first] = entry.second.name;
      if (best == nullptr || std::tuple(entry.second.level, entry.second.findings) >
                                 std::tuple(best->second.level, best->second.findings)) {
        best = &entry;
      }
    }
    if (best != nullptr) main_app_ = best->first;
  }

  Subject SubjectOf(const Finding& finding) const {
    const auto first_of = [&](std::string_view type) -> const Entity* {
      for (const Entity& entity : finding.entities) {
        if (entity.type == type) return &entity;
      }
      return nullptr;
    };
    const std::vector<const Entity*> apps = AppsOf(finding);
    const Entity* app = apps.empty() ? nullptr : apps[0];
    for (const Entity* one : apps) {
      if (one->id == main_app_) app = one;
    }
    // An analytic that names one of the platform's own apps is about it; a rule seldom is.
    if (app == nullptr && finding.origin != "rule") app = first_of("app");
    if (app != nullptr) {
      const auto name = app_names_.find(app->id);
      return {SubjectKind::kApp, app->id, name == app_names_.end() ? app->name : name->second, ""};
    }
    if (const Entity* account = first_of("service_account"); account != nullptr) {
      return {SubjectKind::kServiceAccount, account->id, account->name, ""};
    }
    if (const Entity* user = first_of("user"); user != nullptr) {
      if (std::string account = ServiceAccountOf(user->id); !account.empty()) {
        return {SubjectKind::kServiceAccount, std::move(account), "", ""};
      }
      return {SubjectKind::kUser, user->id, user->name, ""};
    }
    for (const std::string_view type : {"credential", "token", "session", "address", "resource"}) {
      if (const Entity* thing = first_of(type); thing != nullptr) {
        return {SubjectKind::kThing, thing->id, thing->name, std::string(type)};
      }
    }
    return {};
  }

  std::vector<Clause> Clauses() const {
    std::vector<Clause> out;
    std::map<std::tuple<SubjectKind, std::string, std::string_view>, size_t> by_key;
    for (const size_t i : group_.findings) {
      const Finding& finding = findings_[i];
      const bool chained = std::binary_search(group_.chained.begin(), group_.chained.end(), i);
      const Subject subject = SubjectOf(finding);
      const auto [at, is_new] =
          by_key.try_emplace({subject.kind, subject.key, finding.rule}, out.size());
      if (is_new) {
        Clause& clause = out.emplace_back();
        clause.subject = subject;
        clause.worst = &finding;
        clause.first = finding.first;
      }
      Absorb(finding, out[at->second]);
      out[at->second].chained |= chained;
    }
    std::sort(out.begin(), out.end(), [](const Clause& a, const Clause& b) {
      const auto stage = [](const Clause& c) {
        const std::optional<Stage> known = StageOf(*c.worst);
        return known ? static_cast<int>(*known) : 99;
      };
      return std::tuple(a.first, stage(a), a.worst->id) <
             std::tuple(b.first, stage(b), b.worst->id);
    });
    return out;
  }

  static void Absorb(const Finding& finding, Clause& clause) {
    clause.first = std::min(clause.first, finding.first);
    const auto keep = [](std::string_view text, Texts& into) {
      if (!text.empty() && into.size() < kMaxListed) into.insert(Shown(text, 60));
    };
    // One log names a person by address, another by directory id: where a finding has both, the id
    // is most likely that of the address.
    const auto is_id = [](const Entity& entity) {
      return entity.name.empty() && IsGuid(entity.id);
    };
    const bool named =
        std::any_of(finding.entities.begin(), finding.entities.end(),
                    [&](const Entity& entity) { return entity.type == "user" && !is_id(entity); });
    for (const Entity& entity : finding.entities) {
      const std::string& text = entity.name.empty() ? entity.id : entity.name;
      if (entity.type == "user" && !(named && is_id(entity))) keep(text, clause.users);
      if (entity.type == "mailbox") keep(text, clause.mailboxes);
      if (entity.type == "role") keep(text, clause.roles);
      if (entity.type == "resource") keep(text, clause.resources);
    }
    Texts scopes;
    Texts added;
    for (const Evidence& evidence : finding.evidence) {
      if (clause.records.size() < kMaxListed) {
        clause.records.insert({evidence.time, evidence.source, evidence.content});
      }
      if (evidence.who && evidence.who->via == Via::kAppForUser) clause.through_app = true;
      const auto decides = [&](Field field) {
        return std::find(evidence.deciding.begin(), evidence.deciding.end(), field) !=
               evidence.deciding.end();
      };
      if (decides(Field::kMailbox) || decides(Field::kToken)) keep(evidence.ip, clause.addresses);
      for (const Evidence::Pointer& pointer : evidence.pointers) {
        Texts* into = pointer.field == "grant.scopes_added" ? &added
                      : pointer.field == "grant.scopes"     ? &scopes
                                                            : nullptr;
        if (into == nullptr) continue;
        for (const std::string_view scope : Split(pointer.value, " ")) keep(scope, *into);
      }
    }
    clause.scopes.merge(added.empty() ? scopes : added);
  }

  static bool Worse(const Clause& a, const Clause& b) {
    if (a.worst->level != b.worst->level) return a.worst->level > b.worst->level;
    if (a.worst->origin != b.worst->origin) return a.worst->origin != "rule";
    return std::tie(a.first, a.worst->id) < std::tie(b.first, b.worst->id);
  }

  /// That an app authorised what got permissions is said by what it got.
  static void DropRepeated(std::vector<Clause>& clauses) {
    std::set<std::string> permitted;
    for (const Clause& clause : clauses) {
      if (clause.worst->rule == "GRT-04") permitted.insert(clause.subject.key);
    }
    std::erase_if(clauses, [&](const Clause& clause) {
      return clause.worst->rule == "GRT-05" && permitted.contains(clause.subject.key);
    });
  }

  /// Leaves out what says nothing new: rules about records that an analytic tells of already, and
  /// rules whose finding came by its account or address, unless it is the worst.
  static void KeepTelling(std::vector<Clause>& clauses) {
    std::optional<Level> worst;
    std::set<RecordKey> told;
    for (const Clause& clause : clauses) {
      if (clause.chained) {
        worst = std::max(worst.value_or(clause.worst->level), clause.worst->level);
      }
      if (clause.worst->origin != "rule") told.insert(clause.records.begin(), clause.records.end());
    }
    std::erase_if(clauses, [&](const Clause& clause) {
      if (clause.worst->origin != "rule") return false;
      if (worst && !clause.chained) return clause.worst->level <= *worst;
      return !clause.records.empty() &&
             std::includes(told.begin(), told.end(), clause.records.begin(), clause.records.end());
    });
  }

  static void KeepWorst(std::vector<Clause>& clauses) {
    if (clauses.size() <= kMaxClauses) return;
    std::vector<const Clause*> ranked;
    for (const Clause& clause : clauses) ranked.push_back(&clause);
    std::sort(ranked.begin(), ranked.end(),
              [](const Clause* a, const Clause* b) { return Worse(*a, *b); });
    std::vector<bool> kept(clauses.size());
    for (size_t i = 0; i < kMaxClauses; ++i) {
      kept[static_cast<size_t>(ranked[i] - clauses.data())] = true;
    }
    std::vector<Clause> out;
    for (size_t i = 0; i < clauses.size(); ++i) {
      if (kept[i]) out.push_back(std::move(clauses[i]));
    }
    clauses = std::move(out);
  }

  const Clause& LeadOf(const std::vector<Clause>& clauses) const {
    for (const Clause& clause : clauses) {
      if (clause.subject.kind == SubjectKind::kApp && clause.subject.key == main_app_)
        return clause;
    }
    return *std::min_element(clauses.begin(), clauses.end(), Worse);
  }

  /// Many who have nothing in common but the claim.
  void OfRule() {
    const Finding& worst = findings_[group_.findings[0]];
    Texts apps;
    Texts users;
    Texts rules;
    for (const size_t i : group_.findings) {
      rules.insert(findings_[i].rule);
      for (const Entity* app : AppsOf(findings_[i])) {
        const std::string words =
            SubjectWords({SubjectKind::kApp, app->id, app->name, ""}).substr(4);
        if (apps.size() < kMaxListed) apps.insert(words);
      }
      for (const Entity& entity : findings_[i].entities) {
        if (entity.type != "user" || users.size() == kMaxListed) continue;
        users.insert(Shown(entity.name.empty() ? entity.id : entity.name, 60));
      }
    }
    std::string sentence = Quoted(worst.title, 80);
    if (rules.size() > 1) sentence += fmt::format(" and {} other rules", rules.size() - 1);
    const auto of = [](const Texts& all, std::string_view noun) {
      return all.size() == 1 ? fmt::format(" for {} {}", noun, *all.begin())
                             : fmt::format(" for {} {}s ({})", CountOf(all), noun, Few(all));
    };
    if (!apps.empty()) {
      sentence += of(apps, "app");
    } else if (!users.empty()) {
      sentence += of(users, "account");
    }
    Say(sentence);
    incident_.slug = Slug(worst.title, kMaxSlug);
  }

  void Say(const std::string& sentence) {
    std::string out = sentence;
    if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 32);
    // When the chain was seen: what came to it by its user is near, and no part of it.
    const std::vector<size_t>& told = group_.chained.empty() ? group_.findings : group_.chained;
    Time first = findings_[told[0]].first;
    Time last = findings_[told[0]].last;
    for (const size_t i : told) {
      first = std::min(first, findings_[i].first);
      last = std::max(last, findings_[i].last);
    }
    incident_.headline = fmt::format("{}, {}", out, When(first, last));
  }

  std::span<const Finding> findings_;
  const FindingGroup& group_;
  Incident& incident_;
  std::string main_app_;
  std::map<std::string, std::string> app_names_;
};

}  // namespace

void Word(std::span<const Finding> findings, const FindingGroup& group, Incident& incident) {
  Wording(findings, group, incident).Run();
  if (incident.slug.empty()) incident.slug = "incident";
}

}  // namespace tokentrail::trail
