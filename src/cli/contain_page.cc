#include "cli/contain_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "base/text.h"
#include "cli/shell_quote.h"
#include "cli/shown.h"
#include "sink/json_writer.h"
#include "sink/width.h"

namespace tokentrail::cli {
namespace {

using inventory::ContainStep;

/// Every variable that commands may name, with its value.
std::map<std::string, std::string> Values(const ContainPage& page) {
  std::string variable = "TT_" + page.thing;
  for (char& c : variable) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  std::map<std::string, std::string> out;
  for (const std::string& name : {variable, std::string("TT_ID")}) {
    out[name] = page.id;
    out[name + "_URL"] = PercentEncode(page.id);
  }
  if (page.thing == "serviceaccount") {
    const size_t slash = page.id.find('/');
    out["TT_NS"] = page.id.substr(0, slash);
    out["TT_NAME"] = slash == std::string::npos ? page.id : page.id.substr(slash + 1);
  }
  return out;
}

bool IsWord(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

bool Uses(std::string_view commands, std::string_view name) {
  const std::string wanted = "$" + std::string(name);
  for (size_t at = commands.find(wanted); at != std::string_view::npos;
       at = commands.find(wanted, at + 1)) {
    const size_t end = at + wanted.size();
    if (end == commands.size() || !IsWord(commands[end])) return true;
  }
  return false;
}

std::vector<ContainStep> Proofs(const ContainPage& page) {
  std::vector<ContainStep> out;
  for (const ContainStep& step : inventory::ProofPlan().steps) {
    if (step.only.empty() || step.only == page.platform) out.push_back(step);
  }
  return out;
}

/// The lines that give the commands their values; those that the reader must set come as comments.
std::vector<std::string> Assignments(const ContainPage& page, bool pwsh) {
  std::vector<ContainStep> steps = page.plan->steps;
  for (const ContainStep& step : Proofs(page)) steps.push_back(step);
  std::vector<std::string> out;
  for (const auto& variable : Values(page)) {
    const std::string& name = variable.first;
    const std::string& value = variable.second;
    const bool used = std::any_of(steps.begin(), steps.end(), [&](const ContainStep& step) {
      return step.pwsh == pwsh && Uses(step.run, name);
    });
    if (!used) continue;
    const bool searched = name.starts_with("TT_ID");
    if (!page.right_format && !searched) {
      out.push_back(pwsh
                        ? fmt::format("if (-not ${0}) {{ throw 'set {0} first: see above' }}", name)
                        : fmt::format(": \"${{{}:?set it first: see above}}\"", name));
    } else {
      out.push_back(pwsh ? AssignPwsh(name, value) : AssignSh(name, value));
    }
  }
  std::vector<std::string> missing;
  for (const ContainStep& step : steps) {
    if (step.pwsh != pwsh) continue;
    for (const std::string& name : step.set) {
      if (Values(page).contains(name)) continue;
      if (std::find(missing.begin(), missing.end(), name) == missing.end()) missing.push_back(name);
    }
  }
  for (const std::string& name : missing) out.push_back(fmt::format("# set {} yourself", name));
  return out;
}

std::string ThingWords(const ContainPage& page) {
  return fmt::format("{} {} on {}", page.thing == "serviceaccount" ? "service account" : page.thing,
                     Shown(page.id), page.platform);
}

/// Whom it concerns, in lines.
std::vector<std::string> Affected(const ContainPage& page) {
  std::vector<std::string> out;
  if (page.known == nullptr) {
    out.emplace_back("cannot say who is affected: nothing in the case names this id");
    return out;
  }
  const KnownThing& known = *page.known;
  for (const std::string& name : known.names) out.push_back("named " + Shown(name));
  for (const std::string& tenant : known.tenants) out.push_back("in " + Shown(tenant));
  if (known.type == "app") {
    if (known.tenant_wide) {
      out.emplace_back("everyone: granted for the whole tenant, or held by the app itself");
    } else if (known.users == 0) {
      out.emplace_back("no user of it is in the evidence; permissions of its own need none");
    } else {
      out.push_back(fmt::format("{} user{} in the evidence", Grouped(known.users),
                                known.users == 1 ? "" : "s"));
    }
    if (!known.permission.empty()) {
      out.push_back("strongest permission seen: " + Shown(known.permission));
    }
  }
  constexpr size_t kShown = 10;
  for (const auto& [type, others] : known.beside) {
    std::string line = fmt::format("{} in the same findings ({}):", type, Grouped(others.size()));
    size_t shown = 0;
    for (const std::string& other : others) {
      if (++shown > kShown) break;
      line += " " + Shown(other);
    }
    if (others.size() > kShown) line += " ...";
    out.push_back(std::move(line));
  }
  for (const auto& [id, title] : known.findings) {
    out.push_back(fmt::format("finding {} {}", Shown(id), Shown(title)));
  }
  if (known.changes > 0) {
    out.push_back(
        fmt::format("{} change{} of roles, credentials or guard rails name it: "
                    "`tokentrail audit`",
                    Grouped(known.changes), known.changes == 1 ? "" : "s"));
  }
  out.emplace_back("only what the evidence holds: more may be affected");
  return out;
}

std::vector<std::string> Warnings(const ContainPage& page) {
  std::vector<std::string> out;
  if (!page.right_format) {
    out.push_back(
        fmt::format("the commands take the id of this {}, and '{}' is none: look it up, "
                    "and never by a name alone, which anyone may choose",
                    page.thing, Shown(page.id)));
  }
  if (std::any_of(page.id.begin(), page.id.end(), [](char c) { return c < 0x20 || c == 0x7F; })) {
    out.emplace_back(
        "its id holds control or other than ASCII characters: compare it byte by byte");
  }
  return out;
}

std::vector<std::string_view> Lines(std::string_view text) { return Split(text, "\n"); }

std::string Text(const ContainPage& page, const sink::Terminal& terminal) {
  std::string out;
  const auto wrap = [&](std::string_view text, size_t indent) {
    out += sink::WrapWidth(text, terminal.columns, indent) + "\n";
  };
  const auto head = [&](std::string_view text) {
    out += "\n" + sink::Paint(terminal, sink::Colour::kBold, text) + "\n";
  };
  out += sink::Paint(terminal, sink::Colour::kBold, "Plan to contain " + ThingWords(page)) + "\n";
  wrap("Printed only: nothing was done. Review each command before you run it.", 0);
  for (const std::string& warning : Warnings(page)) wrap("careful: " + warning, 2);
  head("Who is affected");
  for (const std::string& line : Affected(page)) wrap("- " + line, 2);
  const auto add = [&](const ContainStep& step, const std::string& number) {
    head(number + step.title);
    wrap("why: " + step.why, 5);
    if (step.pwsh) out += "in PowerShell:\n";
    // Commands are never broken: they are what one copies.
    for (const std::string_view line : Lines(step.run)) out += "    " + std::string(line) + "\n";
    if (!step.survives.empty()) wrap("survives: " + step.survives, 10);
  };
  for (const bool pwsh : {false, true}) {
    const std::vector<std::string> lines = Assignments(page, pwsh);
    if (lines.empty()) continue;
    head(pwsh ? "Values, for PowerShell" : "Values, for the shell");
    for (const std::string& line : lines) out += "    " + line + "\n";
  }
  size_t number = 0;
  for (const ContainStep& step : page.plan->steps) add(step, fmt::format("{}. ", ++number));
  head("Then prove that it is over: export the logs again, and hunt");
  for (const ContainStep& step : Proofs(page)) add(step, "");
  return out;
}

std::string Markdown(const ContainPage& page) {
  std::string out = fmt::format(
      "# Plan to contain {}\n\nPrinted only: nothing was done. Review "
      "each command before you run it.\n",
      ShownInMarkdown(ThingWords(page)));
  for (const std::string& warning : Warnings(page))
    out += "\n**Careful:** " + ShownInMarkdown(warning) + "\n";
  out += "\n## Who is affected\n\n";
  for (const std::string& line : Affected(page)) out += "- " + ShownInMarkdown(line) + "\n";
  const auto block = [&](bool pwsh, const auto& lines) {
    out += pwsh ? "```powershell\n" : "```sh\n";
    for (const auto& line : lines) out += std::string(line) + "\n";
    out += "```\n";
  };
  for (const bool pwsh : {false, true}) {
    const std::vector<std::string> lines = Assignments(page, pwsh);
    if (lines.empty()) continue;
    out += pwsh ? "\n## Values, for PowerShell\n\n" : "\n## Values, for the shell\n\n";
    block(pwsh, lines);
  }
  const auto add = [&](const ContainStep& step, const std::string& number) {
    out += fmt::format("\n## {}{}\n\n{}\n\n", number, step.title, step.why);
    block(step.pwsh, Lines(step.run));
    if (!step.survives.empty()) out += fmt::format("\n**Survives:** {}\n", step.survives);
  };
  size_t number = 0;
  for (const ContainStep& step : page.plan->steps) add(step, fmt::format("{}. ", ++number));
  out += "\n# Then prove that it is over\n\nExport the logs again, and hunt.\n";
  for (const ContainStep& step : Proofs(page)) add(step, "");
  return out;
}

std::string Json(const ContainPage& page) {
  std::string out;
  sink::JsonWriter json(out, 2);
  const auto texts = [&](std::string_view key, const auto& lines) {
    json.Key(key).BeginArray();
    for (const auto& line : lines) json.Text(line);
    json.EndArray();
  };
  const auto steps = [&](std::string_view key, const std::vector<ContainStep>& list) {
    json.Key(key).BeginArray();
    for (const ContainStep& step : list) {
      json.BeginObject().Member("title", step.title).Member("why", step.why);
      json.Member("shell", step.pwsh ? "pwsh" : "sh");
      texts("commands", Lines(step.run));
      json.Member("survives", step.survives);
      texts("set", step.set);
      json.EndObject();
    }
    json.EndArray();
  };
  json.BeginObject()
      .Member("platform", page.platform)
      .Member("thing", page.thing)
      .Member("id", page.id)
      .Member("in_case", page.known != nullptr)
      .Member("done", false);
  texts("careful", Warnings(page));
  texts("affected", Affected(page));
  texts("values_sh", Assignments(page, false));
  texts("values_pwsh", Assignments(page, true));
  steps("steps", page.plan->steps);
  steps("proof", Proofs(page));
  json.EndObject();
  return out + "\n";
}

}  // namespace

std::string Render(const ContainPage& page, std::string_view format,
                   const sink::Terminal& terminal) {
  if (format == "json") return Json(page);
  if (format == "md") return Markdown(page);
  return Text(page, terminal);
}

}  // namespace tokentrail::cli
