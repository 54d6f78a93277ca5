#include "playbook/technique_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>

#include "base/text.h"

namespace tokentrail::playbook {
namespace {

std::string Letters(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0) out += static_cast<char>(std::tolower(byte));
    if (byte >= 0x80) out += c;
  }
  return out;
}

/// Without links' targets, emphasis and backslashes.
std::string Bare(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text.substr(at, 2) == "](") {
      at = std::min(text.find(')', at), text.size());
    } else if (text[at] == '\\' && at + 1 < text.size()) {
      out += text[++at];
    } else if (text[at] != '[' && text[at] != ']' && text[at] != '*' && text[at] != '`') {
      out += text[at];
    }
  }
  return std::string(Trim(out));
}

void Add(std::string_view name, FactSet& set) {
  const std::string bare = Bare(name);
  if (const std::string key = Letters(bare); !key.empty()) set.emplace(key, bare);
}

/// The part of a bullet; nothing for other lines.
struct Bullet {
  size_t indent = 0;
  std::string_view text;
};

std::optional<Bullet> ReadBullet(std::string_view line) {
  const size_t at = line.find_first_not_of(' ');
  if (at == line.npos || at + 1 >= line.size() || line[at + 1] != ' ') return std::nullopt;
  if (line[at] != '*' && line[at] != '-' && line[at] != '+') return std::nullopt;
  return Bullet{at, Trim(line.substr(at + 2))};
}

/// `TA0006` of `[Credential Access](url) (TA0006)`, taken off; empty when there is none.
std::string TakeId(std::string_view& text, std::string_view prefix) {
  if (prefix.empty() || !text.ends_with(')')) return {};
  const size_t open = text.rfind('(');
  std::string id = Bare(text.substr(open + 1, text.size() - open - 2));
  if (!id.starts_with(prefix) || id.size() <= prefix.size() ||
      !IsDigits(std::string_view(id).substr(prefix.size()))) {
    // `([DS0002](url))`: the id is a link itself.
    const size_t link = text.find("([");
    if (link == text.npos) return {};
    const size_t close = text.find(']', link);
    if (close == text.npos) return {};
    id = text.substr(link + 2, close - link - 2);
    if (!id.starts_with(prefix)) return {};
    text = Trim(text.substr(0, link));
    return id;
  }
  text = Trim(text.substr(0, open));
  return id;
}

void ReadNames(std::string_view body, std::string_view prefix, FactSet& names, FactSet* by_id) {
  for (const std::string_view line : Split(body, "\n")) {
    const auto bullet = ReadBullet(line);
    if (!bullet) continue;
    std::string_view text = bullet->text;
    const std::string id = TakeId(text, prefix);
    Add(text, names);
    if (!id.empty() && by_id != nullptr) by_id->emplace(id, Bare(text));
  }
}

std::vector<std::string_view> Cells(std::string_view line) {
  std::vector<std::string_view> out;
  line = Trim(line);
  if (!line.starts_with('|')) return out;
  size_t start = 1;
  for (size_t at = 1; at < line.size(); ++at) {
    if (line[at] == '\\') {
      ++at;
    } else if (line[at] == '|') {
      out.push_back(Trim(line.substr(start, at - start)));
      start = at + 1;
    }
  }
  return out;
}

/// `DET0515`, `AN1423`, `DC0066`: such words of a line.
void AddIds(std::string_view line, std::string_view prefix, FactSet& out) {
  for (size_t at = line.find(prefix); at != line.npos; at = line.find(prefix, at + 1)) {
    size_t end = at + prefix.size();
    while (end < line.size() && std::isdigit(static_cast<unsigned char>(line[end])) != 0) ++end;
    if (end - at == prefix.size() + 4)
      out.emplace(line.substr(at, end - at), line.substr(at, end - at));
  }
}

void ReadSources(std::string_view body, TechniqueFacts& out) {
  for (const std::string_view line : Split(body, "\n")) {
    if (line.starts_with("####")) {
      AddIds(line, "DET", out.strategies);
      AddIds(line, "AN", out.analytics);
      continue;
    }
    if (const auto cells = Cells(line); cells.size() == 3) {
      std::string_view component = cells[2];
      if (!component.starts_with('[')) continue;
      const size_t close = component.find(')');
      if (close != component.npos) Add(component.substr(close + 1), out.components);
      continue;
    }
    const auto bullet = ReadBullet(line);
    if (!bullet || !bullet->text.starts_with("**")) continue;
    const size_t close = bullet->text.find("**", 2);
    if (close == std::string_view::npos) continue;
    const std::string_view name = bullet->text.substr(2, close - 2);
    std::string_view rest = Trim(bullet->text.substr(close + 2));
    if (name.ends_with(':')) {  // as older pages have it: **Source:** Component, Component
      Add(name.substr(0, name.size() - 1), out.sources);
      for (const std::string_view one : Split(rest, ",")) Add(one, out.components);
    } else if (bullet->indent == 0) {
      Add(name, out.sources);
      const std::string id = TakeId(rest, "DS");
      if (!id.empty()) out.source_names.emplace(id, Bare(name));
    } else if (bullet->indent == 2) {
      Add(name, out.components);
    }
  }
}

/// `G0007` of the first address that names a group, campaign or software.
std::string AdversaryId(std::string_view row) {
  for (const std::string_view folder : {"/groups/G", "/campaigns/C", "/software/S"}) {
    const size_t at = row.find(folder);
    if (at == row.npos) continue;
    const size_t begin = at + folder.size() - 1;
    size_t end = begin + 1;
    while (end < row.size() && std::isdigit(static_cast<unsigned char>(row[end])) != 0) ++end;
    return std::string(row.substr(begin, end - begin));
  }
  return {};
}

void ReadUsage(std::string_view body, TechniqueFacts& out) {
  int row = 0;
  for (const std::string_view line : Split(body, "\n")) {
    const auto cells = Cells(line);
    if (cells.empty()) continue;
    if (++row <= 2) continue;
    Add(cells[0], out.adversaries);
    const std::string id = cells.size() < 2 ? std::string() : AdversaryId(line);
    if (!id.empty()) out.adversary_names.emplace(id, Bare(cells[0]));
  }
}

void ReadReferences(std::string_view body, TechniqueFacts& out) {
  for (const std::string_view line : Split(body, "\n")) {
    const size_t open = line.find('[');
    const size_t close = line.find("](");
    const size_t first = line.find_first_not_of(' ');
    if (open == line.npos || close == line.npos || close < open) continue;
    const char sign = line[first];
    if (sign != '*' && sign != '-' && std::isdigit(static_cast<unsigned char>(sign)) == 0) continue;
    const std::string_view name = line.substr(open + 1, close - open - 1);
    if (Letters(name).starts_with("mitreattack")) continue;  // the technique's own page
    Add(name, out.references);
  }
}

std::vector<std::string> Minus(const FactSet& a, const FactSet& b) {
  std::vector<std::string> out;
  for (const auto& [key, name] : a) {
    if (!b.contains(key)) out.push_back(name);
  }
  return out;
}

std::string List(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

/// Platforms that ATT&CK gave other names. Source: ATT&CK's release notes, version 16 (October
/// 2024) and, for network devices, version 17 (April 2025).
constexpr std::pair<std::string_view, std::string_view> kRenamedPlatforms[] = {
    {"Azure AD", "Identity Provider"},
    {"Google Workspace", "Office Suite"},
    {"Office 365", "Office Suite"},
    {"Network", "Network Devices"}};

class Teller {
 public:
  Teller(const TechniqueFacts& before, const TechniqueFacts& after, const Attack& attack,
         const Technique& technique)
      : before_(before), after_(after), attack_(attack), technique_(technique) {}

  std::vector<std::string> Tell() {
    Revocation();
    if (!before_.version.empty() && before_.version != after_.version) {
      Say(fmt::format("the technique went from version {} to {}", before_.version, after_.version));
    }
    Tactics();
    Platforms();
    Sources();
    Set(before_.strategies, after_.strategies, "detection strategy", "detection strategies");
    Set(before_.analytics, after_.analytics, "ATT&CK analytic", "ATT&CK analytics");
    Adversaries();
    References();
    return std::move(out_);
  }

 private:
  void Say(std::string sentence) { out_.push_back(std::move(sentence)); }

  static std::string Of(const AttackName& name) {
    return name.name.empty() ? name.id : name.id + " " + name.name;
  }

  void Revocation() {
    if (technique_.revoked) {
      std::string heir;
      if (technique_.revoked_by) {
        heir = fmt::format(": {} takes its place; `tokentrail playbook new {}` starts its page",
                           Of(*technique_.revoked_by), technique_.revoked_by->id);
      }
      Say((before_.revoked ? "the technique stays revoked" : "ATT&CK revoked the technique") +
          heir);
    } else if (technique_.deprecated) {
      Say("ATT&CK deprecated the technique, and names no other in its place");
    }
    if (before_.version.empty()) return;
    const std::vector<std::string> merged = Minus(after_.replaces, before_.replaces);
    if (!merged.empty()) Say("merged into this technique: " + List(merged));
  }

  void Tactics() {
    if (before_.tactics.empty()) return;
    std::vector<std::string> gone = Minus(before_.tactics, after_.tactics);
    std::vector<std::string> fresh = Minus(after_.tactics, before_.tactics);
    Renamed("tactic", before_.tactic_names, after_.tactic_names, gone, fresh);
    if (gone.size() == 1 && fresh.size() > 1 && IsRetired(gone[0])) {
      Say(fmt::format("tactic '{}' was split: the technique is now under {}", gone[0],
                      List(fresh)));
      return;
    }
    for (const std::string& one : gone) {
      Say(IsRetired(one) ? fmt::format("tactic '{}' is no longer in ATT&CK", one)
                         : fmt::format("no longer under the tactic '{}'", one));
    }
    for (const std::string& one : fresh) Say(fmt::format("now under the tactic '{}'", one));
  }

  /// False when the bundle has the tactic, or can't say.
  bool IsRetired(std::string_view name) const {
    if (attack_.tactics.empty()) {
      // A bundle without tactics: one that no technique in it has is gone as far as we can see.
      for (const auto& [id, technique] : attack_.techniques) {
        if (technique.revoked || technique.deprecated) continue;
        for (const AttackName& tactic : technique.tactics) {
          if (Letters(tactic.name) == Letters(name)) return false;
        }
      }
      return true;
    }
    return std::none_of(attack_.tactics.begin(), attack_.tactics.end(),
                        [&](const auto& pair) { return Letters(pair.second) == Letters(name); });
  }

  void Platforms() {
    if (before_.platforms.empty()) return;
    std::vector<std::string> gone = Minus(before_.platforms, after_.platforms);
    std::vector<std::string> fresh = Minus(after_.platforms, before_.platforms);
    std::vector<std::string> named;
    for (const auto& [old_name, new_name] : kRenamedPlatforms) {
      const auto old_at = std::find(gone.begin(), gone.end(), old_name);
      if (old_at == gone.end() || !after_.platforms.contains(Letters(new_name))) continue;
      Say(fmt::format("platform '{}' is now '{}'", old_name, new_name));
      gone.erase(old_at);
      named.emplace_back(new_name);
    }
    for (const std::string& one : named) {
      fresh.erase(std::remove(fresh.begin(), fresh.end(), one), fresh.end());
    }
    Both(gone, fresh, "platform", "platforms");
  }

  void Sources() {
    std::vector<std::string> gone = Minus(before_.sources, after_.sources);
    std::vector<std::string> fresh = Minus(after_.sources, before_.sources);
    if (!before_.sources.empty() && !after_.strategies.empty() && after_.sources.empty()) {
      Say(
          fmt::format("ATT&CK retired its data sources ({}): detection strategies stand in their "
                      "place",
                      List(gone)));
      gone.clear();
    }
    Renamed("data source", before_.source_names, after_.source_names, gone, fresh);
    if (!before_.components.empty()) {
      Both(gone, fresh, "data source", "data sources");
      Set(before_.components, after_.components, "data component", "data components");
    }
  }

  void Adversaries() {
    if (before_.adversaries.empty() && before_.platforms.empty()) return;
    std::vector<std::string> gone = Minus(before_.adversaries, after_.adversaries);
    std::vector<std::string> fresh = Minus(after_.adversaries, before_.adversaries);
    Renamed("adversary", before_.adversary_names, after_.adversary_names, gone, fresh);
    Both(gone, fresh, "adversary", "adversaries");
  }

  /// Says what has another name under the same id, and takes both names off the lists.
  void Renamed(std::string_view what, const FactSet& before, const FactSet& after,
               std::vector<std::string>& gone, std::vector<std::string>& fresh) {
    for (const auto& [id, name] : before) {
      const auto now = after.find(id);
      if (now == after.end() || Letters(now->second) == Letters(name)) continue;
      Say(fmt::format("{} {} '{}' is now called '{}'", what, id, name, now->second));
      gone.erase(std::remove(gone.begin(), gone.end(), name), gone.end());
      fresh.erase(std::remove(fresh.begin(), fresh.end(), now->second), fresh.end());
    }
  }

  void References() {
    if (before_.references.empty()) return;
    const size_t gone = Minus(before_.references, after_.references).size();
    const size_t fresh = Minus(after_.references, before_.references).size();
    if (fresh > 0) Say(fmt::format("{} new reference{}", fresh, fresh == 1 ? "" : "s"));
    if (gone > 0) Say(fmt::format("{} reference{} gone", gone, gone == 1 ? "" : "s"));
  }

  void Set(const FactSet& before, const FactSet& after, std::string_view one,
           std::string_view many) {
    // Nothing there before: either never pulled, or a kind that ATT&CK did not have.
    if (before.empty() && before_.platforms.empty()) return;
    Both(Minus(before, after), Minus(after, before), one, many);
  }

  void Both(const std::vector<std::string>& gone, const std::vector<std::string>& fresh,
            std::string_view one, std::string_view many) {
    if (!fresh.empty()) Say(fmt::format("new {}: {}", fresh.size() == 1 ? one : many, List(fresh)));
    if (!gone.empty()) {
      Say(fmt::format("{} gone: {}", gone.size() == 1 ? one : many, List(gone)));
    }
  }

  const TechniqueFacts& before_;
  const TechniqueFacts& after_;
  const Attack& attack_;
  const Technique& technique_;
  std::vector<std::string> out_;
};

}  // namespace

TechniqueFacts ReadFacts(const std::map<std::string, std::string, std::less<>>& bodies) {
  TechniqueFacts out;
  const auto body = [&](std::string_view name) -> std::string_view {
    const auto found = bodies.find(name);
    return found == bodies.end() ? std::string_view() : found->second;
  };
  ReadNames(body("tactics"), "TA", out.tactics, &out.tactic_names);
  ReadNames(body("platforms"), "", out.platforms, nullptr);
  ReadSources(body("data-sources"), out);
  ReadUsage(body("adversarial-usage"), out);
  ReadReferences(body("references"), out);
  const std::string_view description = body("technique-description");
  out.revoked = description.find("> **ATT&CK has revoked this technique") != description.npos;
  constexpr std::string_view kVersion = "\n*Version ";
  if (const size_t at = description.rfind(kVersion); at != description.npos) {
    const std::string_view rest = description.substr(at + kVersion.size());
    out.version = rest.substr(0, rest.find(' '));
    const size_t replaces = std::min(rest.find("Replaces ["), rest.size());
    for (const std::string_view word : Split(rest.substr(replaces), "[]")) {
      if (word.starts_with('T') && word.size() > 4 && word.find(' ') == word.npos) {
        out.replaces.emplace(word, word);
      }
    }
  }
  return out;
}

std::vector<std::string> TellChanges(const TechniqueFacts& before, const TechniqueFacts& after,
                                     const Attack& attack, const Technique& technique) {
  return Teller(before, after, attack, technique).Tell();
}

}  // namespace tokentrail::playbook
