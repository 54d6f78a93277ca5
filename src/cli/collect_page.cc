#include "cli/collect_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/shell_quote.h"
#include "cli/shown.h"
#include "sink/json_writer.h"
#include "sink/width.h"
#include "trail/log_words.h"

namespace tokentrail::cli {
namespace {

using inventory::CollectWay;

bool IsWord(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/// True when the commands name the variable, as $NAME or ${NAME}.
bool Uses(std::string_view commands, std::string_view name) {
  for (const std::string_view sign : {"$", "${"}) {
    const std::string wanted = std::string(sign) + std::string(name);
    for (size_t at = commands.find(wanted); at != std::string_view::npos;
         at = commands.find(wanted, at + 1)) {
      const size_t end = at + wanted.size();
      if (end == commands.size() || !IsWord(commands[end])) return true;
    }
  }
  return false;
}

/// The lines that give a way its values: those of `range`, then those that the reader must set.
std::vector<std::string> Assignments(const CollectStep& step, const CollectWay& way,
                                     const CollectRange& range) {
  std::vector<std::string> out;
  const auto values = ValuesOf(step, range);
  for (const auto& [name, value] : values) {
    if (!Uses(way.run, name)) continue;
    out.push_back(way.pwsh ? AssignPwsh(name, value) : AssignSh(name, value));
  }
  std::vector<std::string> missing = way.set;
  for (const std::string_view name : {"TT_TENANT", "TT_TENANT_URL", "TT_MAILBOX"}) {
    if (Uses(way.run, name) && !values.contains(std::string(name))) missing.emplace_back(name);
  }
  for (const std::string& name : missing) {
    out.push_back(way.pwsh ? fmt::format("if (-not ${0}) {{ throw 'set {0} first' }}", name)
                           : fmt::format(": \"${{{}:?set it first}}\"", name));
  }
  return out;
}

/// The assignments that differ for a further range.
std::vector<std::string> Changed(const CollectStep& step, const CollectWay& way,
                                 const CollectRange& before, const CollectRange& range) {
  std::vector<std::string> out;
  const auto old = ValuesOf(step, before);
  for (const auto& [name, value] : ValuesOf(step, range)) {
    const auto it = old.find(name);
    if (!Uses(way.run, name) || (it != old.end() && it->second == value)) continue;
    out.push_back(way.pwsh ? AssignPwsh(name, value) : AssignSh(name, value));
  }
  return out;
}

std::vector<std::string_view> Lines(std::string_view text) { return Split(text, "\n"); }

std::string TitleOf(const CollectStep& step) {
  return step.entry != nullptr ? step.entry->title : trail::LogName(step.source);
}

std::string Heading(const CollectStep& step) {
  return TitleOf(step) + (step.tenant.empty() ? "" : " of " + Shown(step.tenant));
}

/// When it can still be had, in lines.
std::vector<std::string> Keeping(const CollectStep& step) {
  std::vector<std::string> out;
  if (step.entry == nullptr) return out;
  const auto life = [](int days) { return fmt::format("{} day{}", days, days == 1 ? "" : "s"); };
  for (const Deadline& deadline : step.deadlines) {
    out.push_back(fmt::format("{} ({}): {}", deadline.when, life(deadline.days), deadline.words));
  }
  if (step.deadlines.empty()) {
    for (const inventory::KeptFor& kept : step.entry->kept) {
      out.push_back(fmt::format("{}: {}", life(kept.days), kept.when));
    }
  }
  if (!step.entry->keeping.empty()) out.push_back(step.entry->keeping);
  return out;
}

/// The times to export, in lines.
std::vector<std::string> Times(const CollectStep& step) {
  std::vector<std::string> out;
  for (const CollectRange& range : step.ranges) {
    std::string line =
        fmt::format("{} to {}", FormatTimeShort(range.first), FormatTimeShort(range.last));
    if (!range.mailbox.empty()) line += " of " + Shown(range.mailbox);
    out.push_back(std::move(line));
  }
  return out;
}

std::string Count(size_t count, std::string_view thing) {
  return fmt::format("{} {}{}", Grouped(count), thing, count == 1 ? "" : "s");
}

std::string First(const CollectPlan& plan) {
  if (plan.folder.empty()) {
    return fmt::format("What to collect for a hunt, as of {}", FormatDate(plan.now));
  }
  return fmt::format("What to collect for {}, as of {}", Shown(plan.folder), FormatDate(plan.now));
}

constexpr std::string_view kOnly =
    "Printed only: nothing was run. Review each command before you do; several ways to one log are "
    "a choice.";
constexpr std::string_view kNoGap =
    "No gap of the evidence was found. That does not say that it is complete: what was never "
    "logged "
    "or exported leaves no trace.";
constexpr std::string_view kInterrupted =
    "The hunt was interrupted, so it did not look for gaps: run it again.";
constexpr std::string_view kNoCommands =
    "no commands are known for this log: export it again for the time above";

constexpr std::string_view kOthers =
    "Other logs of these platforms, which the evidence does not hold";

/// How to have the commands for what no gap names; once a platform.
std::vector<std::string> HowToOthers(const CollectPlan& plan) {
  std::vector<std::string> out;
  for (const inventory::CollectEntry* entry : plan.others) {
    std::string line = fmt::format("tokentrail collect --platform {} --since {}", entry->platform,
                                   FormatDate(plan.since));
    if (std::find(out.begin(), out.end(), line) == out.end()) out.push_back(std::move(line));
  }
  return out;
}

/// What a gap is, with the tenants that it is about.
std::string GapLine(const EvidenceGap& gap) {
  std::string out = Shown(gap.words);
  if (gap.kind == GapKind::kMissingStream && !gap.subject.empty()) {
    out += ": " + Shown(gap.subject);
  }
  return out;
}

std::string Text(const CollectPlan& plan, const sink::Terminal& terminal) {
  std::string out;
  const auto wrap = [&](std::string_view text, size_t indent) {
    out += sink::WrapWidth(text, terminal.columns, indent) + "\n";
  };
  const auto head = [&](std::string_view text) {
    out += "\n" +
           sink::Paint(terminal, sink::Colour::kBold, sink::WrapWidth(text, terminal.columns, 3)) +
           "\n";
  };
  constexpr size_t kLabel = 8;
  const auto line = [&](std::string_view label, std::string_view text) {
    const size_t room = terminal.columns > kLabel + 10 ? terminal.columns - kLabel : 10;
    out += sink::PadWidth(label, kLabel);
    for (const char c : sink::WrapWidth(text, room)) {
      out.push_back(c);
      if (c == '\n') out.append(kLabel, ' ');
    }
    out.push_back('\n');
  };
  out +=
      sink::Paint(terminal, sink::Colour::kBold, sink::WrapWidth(First(plan), terminal.columns)) +
      "\n";
  wrap(kOnly, 0);
  if (plan.interrupted) wrap(kInterrupted, 0);
  if (!plan.folder.empty()) {
    if (plan.gaps == 0 && !plan.interrupted) {
      wrap(kNoGap, 0);
    } else if (plan.gaps > 0) {
      wrap(fmt::format("{}; what will be gone first comes first.", Count(plan.gaps, "gap")), 0);
    }
  }
  size_t number = 0;
  for (const CollectStep& step : plan.steps) {
    head(fmt::format("{}. {}", ++number, Heading(step)));
    for (const EvidenceGap& gap : step.gaps) line("closes", GapLine(gap));
    for (const std::string& one : Times(step)) line("time", one);
    for (const std::string& one : Keeping(step)) line("kept", one);
    if (step.entry == nullptr) {
      wrap(kNoCommands, 0);
      continue;
    }
    if (!step.entry->needs.empty()) line("needs", step.entry->needs);
    line("from", fmt::format("{} ({})", step.entry->reference, step.entry->date));
    for (const CollectWay& way : step.entry->ways) {
      out += "\n";
      wrap(fmt::format("  {}{}:", way.title, way.pwsh ? " (PowerShell)" : ""), 2);
      // Commands are never broken: they are what one copies.
      for (const std::string& one : Assignments(step, way, step.ranges[0])) {
        out += "    " + one + "\n";
      }
      for (const std::string_view one : Lines(way.run)) out += "    " + std::string(one) + "\n";
      for (size_t i = 1; i < step.ranges.size(); ++i) {
        const auto changed = Changed(step, way, step.ranges[i - 1], step.ranges[i]);
        if (changed.empty()) continue;
        out += "    # and again, into other files, with\n";
        for (const std::string& one : changed) out += "    " + one + "\n";
      }
    }
  }
  if (!plan.others.empty()) {
    head(kOthers);
    for (const inventory::CollectEntry* entry : plan.others) wrap("- " + entry->title, 2);
    for (const std::string& how : HowToOthers(plan)) out += "    " + how + "\n";
  }
  return out;
}

std::string Markdown(const CollectPlan& plan) {
  std::string out = fmt::format("# {}\n\n{}\n", ShownInMarkdown(First(plan)), kOnly);
  if (plan.interrupted) out += fmt::format("\n**{}**\n", kInterrupted);
  if (!plan.folder.empty() && plan.gaps == 0 && !plan.interrupted)
    out += fmt::format("\n{}\n", kNoGap);
  size_t number = 0;
  for (const CollectStep& step : plan.steps) {
    out += fmt::format("\n## {}. {}{}\n\n", ++number, TitleOf(step),
                       step.tenant.empty() ? "" : " of " + ShownInMarkdown(step.tenant));
    for (const EvidenceGap& gap : step.gaps) {
      out += fmt::format("- closes: {}\n", ShownInMarkdown(GapLine(gap)));
    }
    for (const std::string& line : Times(step)) {
      out += fmt::format("- time: {}\n", ShownInMarkdown(line));
    }
    for (const std::string& line : Keeping(step)) out += fmt::format("- kept: {}\n", line);
    if (step.entry == nullptr) {
      out += fmt::format("\n{}\n", kNoCommands);
      continue;
    }
    if (!step.entry->needs.empty()) out += fmt::format("- needs: {}\n", step.entry->needs);
    out += fmt::format("- from: {} ({})\n", step.entry->reference, step.entry->date);
    for (const CollectWay& way : step.entry->ways) {
      out += fmt::format("\n{}:\n\n```{}\n", way.title, way.pwsh ? "powershell" : "sh");
      for (const std::string& line : Assignments(step, way, step.ranges[0])) out += line + "\n";
      out += way.run + "\n";
      for (size_t i = 1; i < step.ranges.size(); ++i) {
        const auto changed = Changed(step, way, step.ranges[i - 1], step.ranges[i]);
        if (changed.empty()) continue;
        out += "# and again, into other files, with\n";
        for (const std::string& line : changed) out += line + "\n";
      }
      out += "```\n";
    }
  }
  if (!plan.others.empty()) {
    out += fmt::format("\n## {}\n\n", kOthers);
    for (const inventory::CollectEntry* entry : plan.others) {
      out += fmt::format("- {}\n", entry->title);
    }
    out += "\n```sh\n";
    for (const std::string& how : HowToOthers(plan)) out += how + "\n";
    out += "```\n";
  }
  return out;
}

/// A script to review: the first way of a log that a shell can run stands in it, each further one
/// as a comment.
std::string Script(const CollectPlan& plan) {
  std::string out = "#!/bin/sh\n";
  const auto comment = [&](std::string_view text) {
    for (const std::string_view line : Lines(text)) out += "# " + std::string(line) + "\n";
  };
  comment(First(plan));
  comment(
      "Review each command before you run this; `tokentrail` never does. PowerShell, and other");
  comment("ways to the same log, stand in comments. Each log goes into a folder of its own.");
  if (plan.interrupted) comment(kInterrupted);
  if (!plan.folder.empty() && plan.gaps == 0 && !plan.interrupted) comment(kNoGap);
  out += "set -eu\n";
  size_t number = 0;
  for (const CollectStep& step : plan.steps) {
    out += "\n";
    comment(fmt::format("{}. {}", ++number, Heading(step)));
    for (const EvidenceGap& gap : step.gaps) comment("closes: " + GapLine(gap));
    for (const std::string& line : Times(step)) comment("time: " + line);
    for (const std::string& line : Keeping(step)) comment("kept: " + line);
    if (step.entry == nullptr) {
      comment(kNoCommands);
      continue;
    }
    if (!step.entry->needs.empty()) comment("needs: " + step.entry->needs);
    bool chosen = false;
    for (const CollectWay& way : step.entry->ways) {
      const bool run = !chosen && !way.pwsh;
      chosen = chosen || run;
      comment(way.title + (way.pwsh ? " (PowerShell):" : ":"));
      size_t range_number = 0;
      for (const CollectRange& range : step.ranges) {
        const std::string folder = fmt::format("collect-{}-{}", number, ++range_number);
        std::string body;
        if (run) body += fmt::format("(\nmkdir -p {0} && cd {0}\n", folder);
        for (const std::string& line : Assignments(step, way, range)) body += line + "\n";
        body += way.run + "\n";
        if (run) {
          out += body + ")\n";
        } else {
          comment(body);
        }
      }
    }
  }
  if (!plan.others.empty()) {
    out += "\n";
    comment(std::string(kOthers) + ":");
    for (const inventory::CollectEntry* entry : plan.others) comment("- " + entry->title);
    for (const std::string& how : HowToOthers(plan)) comment(how);
  }
  return out;
}

void WriteWay(const CollectStep& step, const CollectWay& way, sink::JsonWriter& json) {
  const auto texts = [&](std::string_view key, const auto& lines) {
    json.Key(key).BeginArray();
    for (const auto& line : lines) json.Text(line);
    json.EndArray();
  };
  json.BeginObject().Member("title", way.title).Member("shell", way.pwsh ? "pwsh" : "sh");
  json.Key("values").BeginArray();
  for (const CollectRange& range : step.ranges) {
    json.BeginArray();
    for (const std::string& line : Assignments(step, way, range)) json.Text(line);
    json.EndArray();
  }
  json.EndArray();
  texts("commands", Lines(way.run));
  texts("set", way.set);
  json.EndObject();
}

void WriteStep(const CollectStep& step, sink::JsonWriter& json) {
  json.BeginObject()
      .Member("platform",
              step.entry != nullptr ? step.entry->platform : trail::PlatformOfLog(step.source))
      .Member("source", step.source)
      .Member("stream", step.entry != nullptr ? step.entry->stream : std::string())
      .Member("title", TitleOf(step))
      .Member("tenant", step.tenant);
  json.Key("gaps").BeginArray();
  for (const EvidenceGap& gap : step.gaps) {
    json.BeginObject()
        .Member("kind", Name(gap.kind))
        .Member("stream", gap.stream)
        .Member("subject", gap.subject)
        .Member("words", gap.words)
        .Member("hides", gap.hides)
        .EndObject();
  }
  json.EndArray();
  json.Key("ranges").BeginArray();
  for (const CollectRange& range : step.ranges) {
    json.BeginObject()
        .Member("first_time", FormatTime(range.first))
        .Member("last_time", FormatTime(range.last))
        .Member("mailbox", range.mailbox)
        .EndObject();
  }
  json.EndArray();
  json.Key("kept").BeginArray();
  for (const Deadline& deadline : step.deadlines) {
    json.BeginObject()
        .Member("when", deadline.when)
        .Member("days", static_cast<uint64_t>(deadline.days))
        .Member("state", Name(deadline.state));
    json.Key("days_left");
    if (deadline.state == Deadline::State::kGone) {
      json.Null();
    } else {
      json.Signed(deadline.days_left);
    }
    json.Member("words", deadline.words).EndObject();
  }
  json.EndArray();
  if (step.entry != nullptr) {
    json.Member("keeping", step.entry->keeping)
        .Member("needs", step.entry->needs)
        .Member("reference", step.entry->reference)
        .Member("date", step.entry->date);
    json.Key("ways").BeginArray();
    for (const CollectWay& way : step.entry->ways) WriteWay(step, way, json);
    json.EndArray();
  }
  json.EndObject();
}

std::string Json(const CollectPlan& plan) {
  std::string out;
  sink::JsonWriter json(out, 2);
  json.BeginObject()
      .Member("as_of", FormatTime(plan.now))
      .Member("case", plan.folder)
      .Member("gaps", uint64_t{plan.gaps})
      .Member("interrupted", plan.interrupted)
      .Member("done", false);
  json.Key("collect").BeginArray();
  for (const CollectStep& step : plan.steps) WriteStep(step, json);
  json.EndArray();
  json.Key("not_in_evidence").BeginArray();
  for (const inventory::CollectEntry* entry : plan.others) {
    json.BeginObject()
        .Member("platform", entry->platform)
        .Member("source", entry->source)
        .Member("title", entry->title)
        .EndObject();
  }
  json.EndArray().EndObject();
  return out + "\n";
}

}  // namespace

std::string Render(const CollectPlan& plan, std::string_view format,
                   const sink::Terminal& terminal) {
  if (format == "json") return Json(plan);
  if (format == "md") return Markdown(plan);
  if (format == "sh") return Script(plan);
  return Text(plan, terminal);
}

}  // namespace tokentrail::cli
