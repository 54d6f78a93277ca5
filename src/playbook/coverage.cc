#include "playbook/coverage.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "playbook/results.h"
#include "sink/json_writer.h"

namespace tokentrail::playbook {
namespace {

using State = CoverageRow::State;

std::vector<std::string> Listed(const Label* label) {
  std::vector<std::string> out;
  if (label == nullptr) return out;
  for (const std::string_view one : Split(label->text, ",;\n")) {
    const std::string_view word = Trim(one);
    if (!word.empty()) out.emplace_back(word);
  }
  return out;
}

const Label* AttackLabel(const PageAnalytic& analytic) {
  const Label* label = analytic.Find("ATT&CK");
  return label != nullptr ? label : analytic.Find("ATT&CK analytics");
}

bool Names(const std::vector<std::string>& list, std::string_view word) {
  return std::any_of(list.begin(), list.end(),
                     [&](const std::string& one) { return EqualsIgnoreCase(one, word); });
}

void Settle(CoverageRow& row) {
  row.state = State::kBlind;
  for (const Cover& one : row.by) {
    if (one.verdict->state == AnalyticVerdict::State::kValid) row.state = State::kProven;
    if (one.verdict->state == AnalyticVerdict::State::kParsed && row.state == State::kBlind) {
      row.state = State::kClaimed;
    }
  }
}

/// Ids such as AN1423 that a text holds, in its order, each once.
std::vector<std::string> AnalyticIds(std::string_view text) {
  std::vector<std::string> out;
  for (size_t at = text.find("AN"); at != text.npos; at = text.find("AN", at + 2)) {
    size_t end = at + 2;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    const std::string id(text.substr(at, end - at));
    if (id.size() == 6 && !Names(out, id)) out.push_back(id);
  }
  return out;
}

/// Of `* Containers` and the like.
std::vector<std::string> Bullets(std::string_view text) {
  std::vector<std::string> out;
  for (const std::string_view line : Split(text, "\n")) {
    std::string_view item = Trim(line);
    if (!item.starts_with("* ") && !item.starts_with("- ")) continue;
    item = Trim(item.substr(2));
    if (!item.empty() && !item.starts_with('*')) out.emplace_back(item);
  }
  return out;
}

/// ATT&CK's analytics and platforms, from the best place there is.
void FindAttack(const Page& page, const Attack* attack, Coverage& out) {
  const auto add = [](std::vector<CoverageRow>& rows, std::string name, std::string detail) {
    CoverageRow& row = rows.emplace_back();
    row.name = std::move(name);
    row.detail = std::move(detail);
  };
  if (attack != nullptr) {
    const Technique* technique = attack->Find(page.technique);
    if (technique == nullptr) {
      out.attack_from = "the bundle does not know " + page.technique;
    } else {
      out.attack_from = "ATT&CK " + (attack->version.empty() ? attack->newest : attack->version);
      for (const AttackStrategy& strategy : technique->strategies) {
        for (const AttackAnalytic& one : strategy.analytics) {
          std::string detail = fmt::format("{}", fmt::join(one.platforms, ", "));
          std::string logs;
          for (const AttackLogSource& log : one.log_sources) {
            if (logs.find(log.name) == logs.npos) logs += (logs.empty() ? "" : ", ") + log.name;
          }
          if (!logs.empty()) detail += ": " + logs;
          add(out.attack, one.id.id, std::move(detail));
        }
      }
      for (const std::string& one : technique->platforms) add(out.platforms, one, {});
      return;
    }
  }
  const Block* sources = page.FindBlock("data-sources");
  const Block* platforms = page.FindBlock("platforms");
  const bool pulled = !page.AttackVersion().empty();
  if (pulled && sources != nullptr) {
    for (const std::string& id : AnalyticIds(sources->body.Of(page.text))) add(out.attack, id, {});
  }
  if (pulled && platforms != nullptr) {
    for (const std::string& one : Bullets(platforms->body.Of(page.text))) {
      add(out.platforms, one, {});
    }
  }
  if (pulled && (!out.attack.empty() || !out.platforms.empty())) {
    out.attack_from = fmt::format("the page's blocks, ATT&CK {}", page.AttackVersion());
    if (!out.attack.empty() && !out.platforms.empty()) return;
  }
  // Nothing better: what the analytics themselves name. It can't show what nobody thought of.
  std::vector<std::string> ids;
  std::vector<std::string> names;
  for (const PageAnalytic& analytic : page.analytics) {
    for (const std::string& id : Listed(AttackLabel(analytic))) {
      if (!Names(ids, id)) ids.push_back(id);
    }
    for (const std::string& one : Listed(analytic.Find("platforms"))) {
      if (!Names(names, one)) names.push_back(one);
    }
  }
  std::sort(ids.begin(), ids.end());
  std::sort(names.begin(), names.end());
  if (out.attack.empty()) {
    for (std::string& id : ids) add(out.attack, std::move(id), {});
  }
  if (out.platforms.empty()) {
    for (std::string& one : names) add(out.platforms, std::move(one), {});
  }
  if (out.attack_from.empty()) out.attack_from = "the labels of the page's analytics alone";
}

std::string Proof(const CoverageRow& row) {
  std::string out;
  for (const Cover& one : row.by) {
    if (!out.empty()) out += " / ";
    out += one.name;
    if (one.verdict->state == AnalyticVerdict::State::kValid) {
      out += fmt::format(" ({})", fmt::join(one.verdict->fires, "; "));
    } else {
      out += fmt::format(" ({}: {})", Name(one.verdict->state), one.verdict->reason);
    }
  }
  return out.empty() ? "no analytic" : out;
}

std::string Cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

void AddTable(std::string_view title, std::string_view what, const std::vector<CoverageRow>& rows,
              std::string& out) {
  if (rows.empty()) return;
  out += fmt::format("\n### {}\n\n| {} | Coverage | Proof |\n|---|---|---|\n", title, what);
  for (const CoverageRow& row : rows) {
    std::string name = row.name;
    if (!row.detail.empty()) name += " (" + row.detail + ")";
    out += fmt::format("| {} | {} | {} |\n", Cell(name), Name(row.state), Cell(Proof(row)));
  }
}

void AddJson(std::string_view key, const std::vector<CoverageRow>& rows, sink::JsonWriter& json) {
  json.Key(key).BeginArray();
  for (const CoverageRow& row : rows) {
    json.BeginObject().Member("name", row.name);
    if (!row.detail.empty()) json.Member("detail", row.detail);
    json.Member("coverage", Name(row.state)).Key("by").BeginArray();
    for (const Cover& one : row.by) {
      json.BeginObject().Member("analytic", one.name).Member("state", Name(one.verdict->state));
      if (!one.verdict->reason.empty()) json.Member("reason", one.verdict->reason);
      json.Key("sources").BeginArray();
      for (const std::string& source : one.verdict->sources) json.Text(source);
      json.EndArray().Key("cases").BeginArray();
      for (const std::string& name : one.verdict->fires) json.Text(name);
      json.EndArray().EndObject();
    }
    json.EndArray().EndObject();
  }
  json.EndArray();
}

size_t Count(const std::vector<CoverageRow>& rows, State state) {
  return static_cast<size_t>(std::count_if(
      rows.begin(), rows.end(), [&](const CoverageRow& row) { return row.state == state; }));
}

}  // namespace

std::string_view Name(State state) {
  switch (state) {
    case State::kProven:
      return "proven";
    case State::kClaimed:
      return "claimed";
    case State::kBlind:
      break;
  }
  return "blind";
}

Coverage MakeCoverage(const PageFile& file, const PageVerdict& verdict, const Attack* attack) {
  Coverage out;
  out.file = &file;
  out.verdict = &verdict;
  const Page& page = file.page;
  std::set<size_t> used;
  for (const Example& example : page.examples) {
    CoverageRow& row = out.examples.emplace_back();
    row.name = example.name;
    row.line = example.line;
    for (const AnalyticRef& ref : example.analytics) {
      const PageAnalytic* analytic = page.Find(ref.kind, ref.number);
      if (analytic == nullptr) continue;
      const size_t index = static_cast<size_t>(analytic - page.analytics.data());
      used.insert(index);
      row.by.push_back({&verdict.analytics[index], NameOf(*analytic)});
    }
    Settle(row);
  }
  FindAttack(page, attack, out);
  for (size_t i = 0; i < page.analytics.size(); ++i) {
    const PageAnalytic& analytic = page.analytics[i];
    const std::vector<std::string> ids = Listed(AttackLabel(analytic));
    const std::vector<std::string> platforms = Listed(analytic.Find("platforms"));
    for (CoverageRow& row : out.attack) {
      if (Names(ids, row.name)) row.by.push_back({&verdict.analytics[i], NameOf(analytic)});
    }
    for (CoverageRow& row : out.platforms) {
      if (Names(platforms, row.name)) row.by.push_back({&verdict.analytics[i], NameOf(analytic)});
    }
    if (!used.contains(i)) out.uncovered_by_examples.push_back(NameOf(analytic));
  }
  for (CoverageRow& row : out.attack) Settle(row);
  for (CoverageRow& row : out.platforms) Settle(row);
  return out;
}

std::string CoverageMarkdown(const std::vector<Coverage>& pages) {
  std::string out = "# Coverage\n";
  for (const Coverage& one : pages) {
    const Page& page = one.file->page;
    out += fmt::format(
        "\n## {} {}\n\n{} analytics: {} valid, {} parsed but not run, {} failing. Proven: {} of {} "
        "adversary examples, {} of {} of ATT&CK's analytics, {} of {} platforms (as of {}).\n",
        page.technique, page.title, one.verdict->analytics.size(), one.verdict->valid,
        one.verdict->parsed, one.verdict->failing, Count(one.examples, State::kProven),
        one.examples.size(), Count(one.attack, State::kProven), one.attack.size(),
        Count(one.platforms, State::kProven), one.platforms.size(), one.attack_from);
    AddTable("Adversary examples", "Example", one.examples, out);
    AddTable("ATT&CK's analytics", "Analytic", one.attack, out);
    AddTable("Platforms", "Platform", one.platforms, out);
    std::string blind;
    for (const auto* rows : {&one.examples, &one.attack, &one.platforms}) {
      for (const CoverageRow& row : *rows) {
        if (row.state == State::kProven) continue;
        blind += fmt::format(
            "* {}: {}\n", Cell(row.name),
            row.state == State::kBlind ? "nothing sees it" : "only queries that are not run here");
      }
    }
    if (!blind.empty()) out += "\n### Blind spots\n\n" + blind;
  }
  return out;
}

std::string CoverageJson(const std::vector<Coverage>& pages) {
  std::string out;
  sink::JsonWriter json(out, 2);
  json.BeginObject().Key("pages").BeginArray();
  for (const Coverage& one : pages) {
    const Page& page = one.file->page;
    json.BeginObject().Member("page", one.file->path).Member("technique", page.technique);
    json.Member("title", page.title).Member("attack_from", one.attack_from);
    json.Member("valid", uint64_t{one.verdict->valid});
    json.Member("parsed", uint64_t{one.verdict->parsed});
    json.Member("failing", uint64_t{one.verdict->failing});
    AddJson("examples", one.examples, json);
    AddJson("attack_analytics", one.attack, json);
    AddJson("platforms", one.platforms, json);
    json.Key("in_no_example").BeginArray();
    for (const std::string& name : one.uncovered_by_examples) json.Text(name);
    json.EndArray().EndObject();
  }
  json.EndArray().EndObject();
  return out + '\n';
}

sink::AttackLayer CoverageLayer(const std::vector<Coverage>& pages) {
  sink::AttackLayer out;
  out.name = "tokentrail: what hunt pages cover";
  out.description =
      "Score: the share of a page's adversary examples that an analytic covers which was seen to "
      "work on its own cases. The comment names what nothing sees.";
  out.most = 100;
  for (const Coverage& one : pages) {
    const Page& page = one.file->page;
    if (out.attack_version.empty()) out.attack_version = page.AttackVersion();
    sink::AttackLayer::Technique technique;
    technique.id = page.technique;
    const size_t proven = Count(one.examples, State::kProven);
    technique.score = one.examples.empty() ? (one.verdict->valid > 0 ? 100 : 0)
                                           : static_cast<int>(proven * 100 / one.examples.size());
    technique.comment = fmt::format(
        "{} valid, {} parsed but not run, {} failing analytics; {} of {} adversary examples proven",
        one.verdict->valid, one.verdict->parsed, one.verdict->failing, proven, one.examples.size());
    std::string blind;
    for (const auto* rows : {&one.attack, &one.platforms, &one.examples}) {
      for (const CoverageRow& row : *rows) {
        if (row.state == State::kProven) continue;
        blind += (blind.empty() ? "" : ", ") + row.name;
      }
    }
    if (!blind.empty()) technique.comment += "; not proven: " + blind;
    for (const CoverageRow& row : one.attack) {
      technique.metadata.emplace_back(row.name, fmt::format("{}: {}", Name(row.state), Proof(row)));
    }
    for (const CoverageRow& row : one.platforms) {
      technique.metadata.emplace_back(row.name, std::string(Name(row.state)));
    }
    out.techniques.push_back(std::move(technique));
  }
  return out;
}

}  // namespace tokentrail::playbook
