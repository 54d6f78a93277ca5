#include "playbook/attack_blocks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "playbook/attack_text.h"
#include "playbook/page.h"

namespace tokentrail::playbook {
namespace {

std::string Named(const AttackName& name) {
  std::string out = name.id.empty() ? std::string() : Link(CleanName(name.id), name.url);
  if (!name.name.empty()) out += (out.empty() ? "" : " ") + CleanName(name.name);
  return out;
}

std::string Join(const std::vector<AttackName>& names) {
  std::string out;
  for (const AttackName& name : names) out += (out.empty() ? "" : ", ") + Named(name);
  return out;
}

/// `text` with every line but the first moved in, so that it stays in its list item.
std::string Indented(std::string_view text, std::string_view indent) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    if (text[i] == '\n' && i + 1 < text.size() && text[i + 1] != '\n') out += indent;
  }
  return out;
}

std::string Version(const Attack& attack) {
  if (!attack.version.empty()) return "ATT&CK " + CleanName(attack.version);
  return "ATT&CK of unknown version, newest change " + CleanName(attack.newest);
}

std::string Description(const Technique& technique, Citations& citations) {
  std::string out = "## Technique Description\n\n";
  if (technique.revoked) {
    out += "> **ATT&CK has revoked this technique";
    if (technique.revoked_by) out += ": " + Named(*technique.revoked_by) + " takes its place";
    out += ".**\n\n";
  } else if (technique.deprecated) {
    out += "> **ATT&CK has deprecated this technique.**\n\n";
  }
  const std::string text = citations.Resolve(CleanMarkdown(technique.description));
  out += (text.empty() ? "*ATT&CK says nothing here.*" : text) + "\n\n";
  std::string facts;
  if (!technique.version.empty()) {
    facts += fmt::format("Version {} of the technique, changed {}. ", CleanName(technique.version),
                         CleanName(technique.modified));
  }
  if (technique.parent) facts += "Sub-technique of " + Named(*technique.parent) + ". ";
  if (!technique.subtechniques.empty()) {
    facts += "Sub-techniques: " + Join(technique.subtechniques) + ". ";
  }
  if (!technique.replaces.empty()) facts += "Replaces " + Join(technique.replaces) + ". ";
  if (!facts.empty()) {
    facts.pop_back();
    out += "*" + facts + "*\n";
  }
  return out;
}

std::string Detection(const Attack& attack, const Technique& technique, Citations& citations) {
  std::string out = "## Technique Detection\n\n";
  const std::string text = citations.Resolve(CleanMarkdown(technique.detection));
  if (!text.empty()) return out + text + '\n';
  if (!technique.strategies.empty()) {
    return out + "*" + Version(attack) +
           " has no text of its own here: its detection strategies stand below.*\n";
  }
  return out + "*" + Version(attack) + " has no text on detection.*\n";
}

std::string Tactics(const Technique& technique) {
  std::string out = "### Tactics:\n\n";
  for (const AttackName& tactic : technique.tactics) {
    out += "* " + Link(CleanName(tactic.name), tactic.url);
    if (!tactic.id.empty()) out += " (" + CleanName(tactic.id) + ')';
    out += '\n';
  }
  return technique.tactics.empty() ? out + "*None.*\n" : out;
}

std::string Platforms(const Technique& technique) {
  std::string out = "### Platforms:\n\n";
  for (const std::string& platform : technique.platforms) out += "* " + CleanName(platform) + '\n';
  return technique.platforms.empty() ? out + "*None.*\n" : out;
}

std::string DataSources(const Technique& technique, Citations& citations) {
  std::string out = "### Data Sources:\n\n";
  const std::string* source = nullptr;
  for (const AttackDataSource& one : technique.data_sources) {
    if (source == nullptr || *source != one.source.name) {
      out += "* **" + CleanName(one.source.name) + "**";
      if (!one.source.id.empty()) {
        out += " (" + Link(CleanName(one.source.id), one.source.url) + ')';
      }
      out += '\n';
      source = &one.source.name;
    }
    if (one.component.empty()) continue;
    out += "  * **" + CleanName(one.component) + "**";
    const std::string text = citations.Resolve(CleanMarkdown(one.description), one.references);
    if (!text.empty()) out += ": " + Indented(text, "    ");
    out += '\n';
  }
  return technique.data_sources.empty() ? out + "*None.*\n" : out;
}

void AddAnalytic(const AttackAnalytic& analytic, Citations& citations, std::string& out) {
  out += "\n##### " + Link(CleanName(analytic.id.id), analytic.id.url);
  if (!analytic.platforms.empty()) {
    std::string platforms;
    for (const std::string& one : analytic.platforms) {
      platforms += (platforms.empty() ? "" : ", ") + CleanName(one);
    }
    out += ": " + platforms;
  }
  out += "\n\n";
  const std::string text =
      citations.Resolve(CleanMarkdown(analytic.description), analytic.references);
  if (!text.empty()) out += text + '\n';
  if (!analytic.log_sources.empty()) {
    out += "\n| Log source | Channel | Data component |\n|---|---|---|\n";
    for (const AttackLogSource& log : analytic.log_sources) {
      out += fmt::format("| {} | {} | {} |\n", CleanName(log.name), CleanCell(log.channel),
                         Named(log.component));
    }
  }
  if (!analytic.mutable_elements.empty()) {
    out += "\n| Mutable element | What it tunes |\n|---|---|\n";
    for (const AttackMutableElement& one : analytic.mutable_elements) {
      out += fmt::format("| {} | {} |\n", CleanName(one.field), CleanCell(one.description));
    }
  }
}

std::string Strategies(const Technique& technique, Citations& citations) {
  std::string out = "### Detection Strategies:\n";
  for (const AttackStrategy& strategy : technique.strategies) {
    out += "\n#### " + Link(CleanName(strategy.id.id), strategy.id.url) + ": " +
           CleanName(strategy.id.name) + '\n';
    for (const AttackAnalytic& analytic : strategy.analytics) {
      AddAnalytic(analytic, citations, out);
    }
  }
  return technique.strategies.empty() ? out + "\n*None.*\n" : out;
}

std::string_view KindWord(AttackUsage::Kind kind) {
  switch (kind) {
    case AttackUsage::Kind::kGroup:
      return "group";
    case AttackUsage::Kind::kCampaign:
      return "campaign";
    case AttackUsage::Kind::kSoftware:
      return "software";
    case AttackUsage::Kind::kOther:
      break;
  }
  return "other";
}

std::string Usage(const Technique& technique, Citations& citations) {
  std::string out = "### Adversarial usage:\n\n";
  if (technique.usages.empty()) return out + "*ATT&CK names nobody.*\n";
  out += "| Adversary | Kind | Adversarial Usage | Citations |\n|---|---|---|---|\n";
  for (const AttackUsage& usage : technique.usages) {
    std::string links;
    const std::string text = citations.TakeOut(usage.description, usage.references, links);
    out += fmt::format("| {} | {} {} | {} | {} |\n", Link(CleanName(usage.who.name), usage.who.url),
                       KindWord(usage.kind), CleanName(usage.who.id), CleanCell(text), links);
  }
  return out;
}

std::string References(const Technique& technique, const Citations& citations) {
  std::string out = "## MITRE References\n\n* " +
                    Link("MITRE ATT&CK " + CleanName(technique.id.id), technique.id.url) + "\n";
  const std::vector<AttackReference> all = citations.All();
  for (size_t i = 0; i < all.size(); ++i) {
    if (i == 0) out += '\n';
    out += fmt::format("{}. {}", i + 1, Link(CleanName(all[i].name), all[i].url));
    const std::string text = CleanCell(all[i].description);
    if (!text.empty()) out += ": " + text;
    out += '\n';
  }
  return out;
}

constexpr std::string_view kNote =
    "> *Note: what stands between `tokentrail:attack` markers is rewritten by `tokentrail "
    "playbook\n"
    "> update`. Your own text belongs outside of them, where nothing is ever touched. Text of "
    "ATT&CK's\n> that you edit is kept, and reported as a conflict.*\n\n";

/// `2025` of `Copyright 2015-2025, The MITRE Corporation. ...`; empty when there is none.
std::string LastYear(std::string_view statement) {
  std::string out;
  for (size_t at = 0; at + 4 <= statement.size(); ++at) {
    const std::string_view part = statement.substr(at, 4);
    const bool digits = std::all_of(part.begin(), part.end(), [](char c) {
      return std::isdigit(static_cast<unsigned char>(c)) != 0;
    });
    if (digits && part.starts_with("20")) out = std::max(out, std::string(part));
  }
  return out;
}

}  // namespace

std::vector<AttackBlock> RenderAttack(const Attack& attack, const Technique& technique) {
  Citations citations(technique.references);
  std::vector<AttackBlock> out;
  const auto add = [&](std::string_view name, std::string body) {
    AttackBlock block;
    block.name = name;
    block.body = std::move(body);
    out.push_back(std::move(block));
  };
  add("technique-description", Description(technique, citations));
  add("technique-detection", Detection(attack, technique, citations));
  add("tactics", Tactics(technique));
  add("platforms", Platforms(technique));
  // A bundle of ATT&CK 18 has strategies; techniques without one have nothing else either.
  add("data-sources", technique.strategies.empty() && !attack.has_strategies
                          ? DataSources(technique, citations)
                          : Strategies(technique, citations));
  add("adversarial-usage", Usage(technique, citations));
  add("references", References(technique, citations));
  return out;
}

AttackBlock RenderLastPulled(const Attack& attack, const Technique& technique,
                             std::string_view date, const std::vector<std::string>& kept) {
  AttackBlock out;
  out.name = "last-pulled";
  out.body = kNote;
  out.body += fmt::format("*Last pulled from MITRE ATT&CK on: {}, {}*\n", date, Version(attack));
  if (!kept.empty()) {
    out.body += fmt::format("\n*Edited by hand and kept as it was: {}*\n", fmt::join(kept, ", "));
  }
  if (!attack.copyright.empty()) {
    out.body += "\n*" + CleanName(attack.copyright) + "*\n";
    // The line that ATT&CK's terms of use ask of copies.
    if (const std::string year = LastYear(attack.copyright); !year.empty()) {
      out.body += fmt::format(
          "\n*\xC2\xA9 {} The MITRE Corporation. This work is reproduced and distributed with the "
          "permission of The MITRE Corporation.*\n",
          year);
    }
  }
  out.attributes = {
      {"attack", attack.version}, {"technique", technique.version}, {"date", std::string(date)}};
  return out;
}

std::vector<AttackBlock> RenderEmpty() {
  const std::pair<std::string_view, std::string_view> kHeadings[] = {
      {"technique-description", "## Technique Description"},
      {"technique-detection", "## Technique Detection"},
      {"tactics", "### Tactics:"},
      {"platforms", "### Platforms:"},
      {"data-sources", "### Data Sources:"},
      {"adversarial-usage", "### Adversarial usage:"},
      {"references", "## MITRE References"}};
  std::vector<AttackBlock> out;
  for (const auto& [name, heading] : kHeadings) {
    AttackBlock block;
    block.name = name;
    block.body = std::string(heading) + "\n\n*Not pulled yet.*\n";
    out.push_back(std::move(block));
  }
  AttackBlock last;
  last.name = "last-pulled";
  last.body = std::string(kNote) +
              "*Last pulled from MITRE ATT&CK on: never; `tokentrail playbook update PAGE --attack "
              "BUNDLE` fills these blocks*\n";
  out.push_back(std::move(last));
  return out;
}

}  // namespace tokentrail::playbook
