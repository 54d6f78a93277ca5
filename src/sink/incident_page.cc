// incidents/NN-slug.md: one incident as a page to paste into a ticket.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/shell_word.h"
#include "base/text.h"
#include "sink/cell.h"
#include "sink/incident.h"
#include "sink/markdown.h"
#include "sink/sink.h"

namespace tokentrail::sink {

namespace {

constexpr size_t kMaxClaims = 20;   ///< rules told of
constexpr size_t kMaxRecords = 60;  ///< rows of evidence
constexpr size_t kMaxListed = 20;   ///< entities of a type
constexpr size_t kMaxReasons = 4;   ///< of a claim
constexpr size_t kMaxCommands = 3;  ///< of a type
constexpr size_t kMaxText = 400;    ///< bytes of one text of a log, about

/// A text of a log: cut at a character's border, then escaped.
std::string Text(std::string_view text) {
  if (text.size() <= kMaxText) return Markdown(text);
  size_t end = kMaxText;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) --end;
  return Markdown(text.substr(0, end)) + "\u2026";
}

std::string EntityWords(const Entity& entity) {
  if (entity.name.empty() || entity.name == entity.id) return Text(entity.id);
  return fmt::format("{} ({})", Text(entity.name), Text(entity.id));
}

std::string When(Time first, Time last) {
  const std::string from = FormatTimeShort(first);
  const std::string to = FormatTimeShort(last);
  return from == to ? from : from + " to " + to;
}

/// Who did it, and how sure; the account that the record names where nobody could tell.
std::string WhoWords(const Evidence& evidence) {
  if (!evidence.who) {
    return evidence.user.empty() ? "" : "the record names " + Text(evidence.user);
  }
  const Attribution& who = *evidence.who;
  const std::string client = Text(who.client_name.empty() ? who.client : who.client_name);
  const std::string identity = Text(who.identity.empty() ? who.identity_id : who.identity);
  std::string out;
  switch (who.via) {
    case Via::kAppForUser:
      out = fmt::format("app {} with the token of {}", client, identity);
      break;
    case Via::kAppOnly:
      out = "app " + identity + ", by itself";
      break;
    case Via::kUser:
      out = "account " + identity;
      if (!client.empty()) out += " through " + client;
      break;
    case Via::kPlatform:
      out = "the platform" + (identity.empty() ? "" : ": " + identity);
      break;
    case Via::kUnknown:
      out = "unknown";
      if (!who.recorded.empty()) out += "; the record names " + Text(who.recorded);
      break;
  }
  if (who.holder != Holder::kUnknown) out += fmt::format(", held {}", Words(who.holder));
  out += fmt::format(" ({})", Name(who.confidence));
  if (who.contradiction) out += ", with a contradiction";
  return out;
}

class Writer {
 public:
  Writer(const Outcome& outcome, const std::vector<std::string>& short_ids,
         const std::set<std::pair<std::string_view, std::string_view>>& platform_apps,
         const Incident& incident)
      : outcome_(outcome),
        short_ids_(short_ids),
        platform_apps_(platform_apps),
        incident_(incident) {}

  std::string Make() {
    Head();
    Claims();
    Who();
    Records();
    Touched();
    CannotSay();
    WhatToDo();
    return std::move(out_);
  }

 private:
  const Finding& At(size_t i) const { return outcome_.findings[i]; }

  void Head() {
    out_ += fmt::format("# {}. {}\n\n", incident_.number, Markdown(incident_.headline));
    Row("level", fmt::format("**{}**", Name(incident_.level)));
    for (const std::string& why : incident_.raised_by) Row("raised", Markdown(why));
    Row("confidence", std::string(Name(incident_.confidence)));
    Row("when", When(incident_.first, incident_.last));
    Row("stages", Markdown(fmt::format("{}", fmt::join(incident_.stages, ", then "))));
    Row("chains", Markdown(fmt::format("{}", fmt::join(incident_.composites, ", "))));
    Row("tenant", Text(incident_.tenant));
    Row("findings", fmt::format("{}", incident_.findings.size()));
    Row("incident", incident_.id);
  }

  void Row(std::string_view name, const std::string& text) {
    if (!text.empty()) out_ += fmt::format("- {}: {}\n", name, text);
  }

  void Title(std::string_view title) { out_ += fmt::format("\n## {}\n\n", title); }

  /// One entry a rule, the worst first, by what its worst finding says.
  void Claims() {
    Title("What");
    std::map<std::string_view, std::vector<size_t>> by_rule;
    for (const size_t i : incident_.findings) by_rule[At(i).rule].push_back(i);
    std::vector<std::vector<size_t>> claims;
    for (auto& entry : by_rule) {
      // Findings stand worst first, so the smallest index is the worst.
      std::sort(entry.second.begin(), entry.second.end());
      claims.push_back(std::move(entry.second));
    }
    const auto rank = [&](const std::vector<size_t>& claim) {
      const Finding& worst = At(claim[0]);
      return std::tuple(-static_cast<int>(worst.level), worst.origin == "rule", claim[0]);
    };
    std::sort(claims.begin(), claims.end(),
              [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
    for (size_t c = 0; c < claims.size() && c < kMaxClaims; ++c) {
      const Finding& worst = At(claims[c][0]);
      out_ += fmt::format("- **{}** {} ({}, {})", Name(worst.level), Text(worst.title),
                          worst.origin == "rule" ? "Sigma" : Text(worst.rule),
                          When(worst.first, worst.last));
      if (claims[c].size() > 1) out_ += fmt::format(", and {} more", claims[c].size() - 1);
      out_ += fmt::format(": `tokentrail show {}`\n", short_ids_[claims[c][0]]);
      for (size_t r = 0; r < worst.reasons.size() && r < kMaxReasons; ++r) {
        out_ += "  - " + Text(worst.reasons[r]) + "\n";
      }
      if (!worst.disproof.empty()) out_ += "  - harmless when: " + Text(worst.disproof) + "\n";
    }
    if (claims.size() > kMaxClaims) {
      out_ +=
          fmt::format("- and {} more rules; findings.csv has them\n", claims.size() - kMaxClaims);
    }
  }

  void List(std::string_view type, std::string_view title) {
    std::string listed;
    size_t count = 0;
    for (const Entity& entity : incident_.entities) {
      if (entity.type != type) continue;
      if (++count <= kMaxListed) listed += (listed.empty() ? "" : ", ") + EntityWords(entity);
    }
    if (count == 0) return;
    if (count > kMaxListed) listed += fmt::format(" and {} more", count - kMaxListed);
    out_ += fmt::format("- {} ({}): {}\n", title, count, listed);
  }

  void Who() {
    Title("Who");
    out_ += "Accounts, not their owners: whoever holds a token acts under the account's name.\n\n";
    List("user", "accounts, by name or id");
    List("service_account", "service accounts");
    List("app", "apps");
    List("address", "addresses");
    List("token", "tokens");
    List("session", "sessions");
    List("credential", "credentials");
    List("grant", "grants");
  }

  void Records() {
    Title("How we know");
    std::vector<std::pair<const Evidence*, size_t>> rows;
    std::set<std::tuple<Time, SourceIndex, Id>> seen;
    // The worst findings' records first, should there be too many.
    std::vector<size_t> worst_first = incident_.findings;
    std::sort(worst_first.begin(), worst_first.end());
    for (const size_t i : worst_first) {
      for (const Evidence& evidence : At(i).evidence) {
        if (!seen.insert({evidence.time, evidence.source, evidence.content}).second) continue;
        if (rows.size() < kMaxRecords) rows.emplace_back(&evidence, i);
      }
    }
    std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
      return std::tie(a.first->time, a.first->source, a.first->content) <
             std::tie(b.first->time, b.first->source, b.first->content);
    });
    out_ += "| time (UTC) | source | operation | who did it | address | finding | record |\n";
    out_ += "| --- | --- | --- | --- | --- | --- | --- |\n";
    for (const auto& [evidence, finding] : rows) {
      out_ += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", FormatTimeShort(evidence->time),
                          SourceName(outcome_, evidence->source), Text(evidence->operation),
                          WhoWords(*evidence), Text(evidence->ip), short_ids_[finding],
                          Text(PlaceText(outcome_.files, evidence->place)));
    }
    if (seen.size() > rows.size()) {
      out_ += fmt::format("\n{} more cited records are in timeline.csv.\n",
                          Grouped(seen.size() - rows.size()));
    }
  }

  /// By what findings name and cite; only the trail has the whole.
  void Touched() {
    Title("What was touched");
    const size_t before = out_.size();
    List("mailbox", "mailboxes");
    List("resource", "resources");
    List("role", "roles");
    std::map<std::string_view, std::set<std::tuple<Time, SourceIndex, Id>>> operations;
    uint64_t events = 0;
    for (const size_t i : incident_.findings) {
      events += At(i).count;
      for (const Evidence& evidence : At(i).evidence) {
        if (evidence.operation.empty()) continue;
        operations[evidence.operation].insert({evidence.time, evidence.source, evidence.content});
      }
    }
    std::vector<std::pair<size_t, std::string_view>> counted;
    for (const auto& entry : operations) counted.emplace_back(entry.second.size(), entry.first);
    std::sort(counted.begin(), counted.end(), [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    std::string listed;
    for (size_t i = 0; i < counted.size() && i < kMaxListed; ++i) {
      listed += fmt::format("{}{} ({})", listed.empty() ? "" : ", ", Text(counted[i].second),
                            counted[i].first);
    }
    if (!listed.empty()) out_ += fmt::format("- operations, by records cited: {}\n", listed);
    if (out_.size() == before) out_ += "- the findings name nothing\n";
    out_ += fmt::format(
        "- {} event{} stand{} behind the findings; messages, files and rows one by one: "
        "`tokentrail trail`\n",
        Grouped(events), events == 1 ? "" : "s", events == 1 ? "s" : "");
  }

  void CannotSay() {
    Title("What we cannot say");
    for (const std::string& words : incident_.cannot_say) out_ += "- " + Text(words) + "\n";
    out_ += "- what was not logged, or not exported, cannot be found here\n";
  }

  void WhatToDo() {
    Title("What to do");
    out_ +=
        "Review, then run where the case lies, or with `--case` and its folder. `contain` prints a "
        "plan and never acts.\n\n```sh\n";
    static constexpr std::pair<std::string_view, std::string_view> kFlags[] = {
        {"app", "app"},     {"credential", "credential"}, {"service_account", "serviceaccount"},
        {"token", "token"}, {"session", "session"},       {"user", "user"}};
    for (const std::string_view verb : {"trail", "contain"}) {
      bool any = false;
      for (const auto& flag : kFlags) {
        // Users are victims when an app or credential is the thing to cut off.
        if (flag.first == "user" && verb == "trail" && any) continue;
        any = Commands(verb, flag.first, flag.second) || any;
      }
      if (verb == "trail" && !any) any = Commands(verb, "address", "ip");
      if (!any) out_ += fmt::format("# the findings name nothing for `{}`\n", verb);
    }
    out_ += "```\n";
  }

  bool Commands(std::string_view verb, std::string_view type, std::string_view flag) {
    size_t count = 0;
    for (const Entity& entity : incident_.entities) {
      if (entity.type != type || entity.id.empty()) continue;
      if (type == "app" && platform_apps_.contains({incident_.tenant, entity.id})) continue;
      if (++count > kMaxCommands) continue;
      const bool dash = entity.id.starts_with("-");
      out_ += fmt::format("tokentrail {} --{}{}{}\n", verb, flag, dash ? "=" : " ",
                          ShellWord(entity.id));
    }
    if (count > kMaxCommands) {
      out_ += fmt::format("# and {} more --{}\n", count - kMaxCommands, flag);
    }
    return count > 0;
  }

  const Outcome& outcome_;
  const std::vector<std::string>& short_ids_;
  const std::set<std::pair<std::string_view, std::string_view>>& platform_apps_;
  const Incident& incident_;
  std::string out_;
};

void WritePages(const Outcome& outcome, std::vector<Page>& out) {
  const std::vector<Incident>& incidents = IncidentsOf(outcome);
  if (incidents.empty()) return;
  const std::vector<std::string> short_ids = ShortIds(outcome.findings);
  std::set<std::pair<std::string_view, std::string_view>> platform_apps;
  for (const AppRow& app : outcome.summary.apps) {
    if (app.first_party) platform_apps.emplace(app.tenant, app.id);
  }
  for (const Incident& incident : incidents) {
    if (!HasPage(incident)) break;
    out.push_back({PageName(incident), Writer(outcome, short_ids, platform_apps, incident).Make()});
  }
}

void Write(const Outcome& outcome, std::string& out) {
  std::vector<Page> pages;
  WritePages(outcome, pages);
  for (const Page& page : pages) out += (out.empty() ? "" : "\n") + page.text;
  const size_t all = IncidentsOf(outcome).size();
  if (all > pages.size()) {
    out += fmt::format("\n{} more incidents are in incidents.jsonl.\n", all - pages.size());
  }
}

}  // namespace

extern constinit const SinkDef kIncidentPages;
constinit const SinkDef kIncidentPages = {
    .name = "incidents-md",
    .file = "",
    .summary =
        "the 200 worst incidents as pages to paste: what, who, when, how we know, what to do",
    .write = Write,
    .folder = kIncidentFolder,
    .write_pages = WritePages,
};

}  // namespace tokentrail::sink
