#include "cli/trail_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "sink/csv_writer.h"
#include "sink/width.h"

namespace tokentrail::cli {
namespace {

using sink::Colour;

std::string Count(uint64_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", Grouped(number), number == 1 ? one : many);
}

/// The first of many, and how many more there are.
std::string Some(const std::vector<std::string>& all, size_t shown) {
  std::string out;
  for (size_t i = 0; i < all.size() && i < shown; ++i) out += (i == 0 ? "" : ", ") + all[i];
  if (all.size() > shown) out += fmt::format(" and {} more", all.size() - shown);
  return out;
}

Colour StageColour(trail::Stage stage) {
  using trail::Stage;
  switch (stage) {
    case Stage::kRegister:
    case Stage::kLure:
    case Stage::kGrant:
      return Colour::kYellow;
    case Stage::kEscalate:
    case Stage::kPersist:
    case Stage::kExfiltrate:
      return Colour::kRed;
    case Stage::kRevoke:
      return Colour::kGreen;
    default:
      return Colour::kCyan;
  }
}

/// What the head of every form says, a line each.
std::vector<std::string> Head(const TrailStory& story) {
  std::vector<std::string> out;
  for (const TrailSubject& subject : story.subjects) {
    if (!subject.also.empty()) {
      out.push_back(fmt::format("also known as: {}", Some(subject.also, 6)));
    }
  }
  if (story.events == 0) return out;
  out.push_back(fmt::format("{} to {}: {}, {}, {}, {}", FormatTimeShort(story.first),
                            FormatTimeShort(story.last), Count(story.events, "event", "events"),
                            Count(story.tokens, "token", "tokens"),
                            Count(story.sessions, "session", "sessions"),
                            Count(story.addresses, "address", "addresses")));
  if (!story.tenants.empty()) out.push_back("tenant: " + Some(story.tenants, 3));
  if (!story.identities.empty()) out.push_back("identities: " + Some(story.identities, 6));
  if (!story.clients.empty()) out.push_back("clients: " + Some(story.clients, 6));
  return out;
}

std::string From(const TrailLine& line) {
  if (!line.ip.empty()) return line.ip;
  return line.addresses > 1 ? Count(line.addresses, "address", "addresses") : "";
}

std::string TokenOf(const TrailLine& line) {
  if (!line.token.empty()) return "token " + line.token;
  return line.tokens > 1 ? Count(line.tokens, "token", "tokens") : "";
}

std::string GrantText(const TrailGrant& grant) {
  std::string out = fmt::format(
      "grant {}: {} may {}", grant.number, grant.app.empty() ? "an app without a name" : grant.app,
      grant.permissions.empty() ? "do what no record says" : grant.permissions);
  if (!grant.resource.empty()) out += " on " + grant.resource;
  if (grant.all_users) {
    out += ", for everybody";
  } else if (!grant.principal.empty()) {
    out += ", for " + grant.principal;
  } else if (grant.kind == "application") {
    out += ", by itself";
  }
  out += "; ";
  if (!grant.birth.empty()) {
    out += "made " + grant.birth;
  } else {
    out += grant.bound.empty() ? "when it was made is not in the evidence" : grant.bound;
  }
  if (!grant.last_used.empty()) out += ", last used " + grant.last_used;
  if (grant.uses > 0) out += fmt::format(" ({})", Count(grant.uses, "use", "uses"));
  out += grant.end.empty() ? ", not seen to end"
                           : fmt::format(", ended {} ({})", grant.end, grant.end_reason);
  return out;
}

std::string TouchedText(const TouchedCount& one) {
  // "mailboxs" is nobody's word.
  const std::string many = one.type == "mailbox"      ? "mailboxes"
                           : one.type == "repository" ? "repositories"
                                                      : one.type + "s";
  std::string out = Count(one.things, one.type, many);
  out += fmt::format(" in {}", Count(one.acts, "act", "acts"));
  if (one.items > 0 && one.type != "message") {
    out += fmt::format(", {}", Count(one.items, "item", "items"));
  }
  out += ": " + Some(one.most, one.most.size());
  if (one.things > one.most.size()) {
    out += fmt::format(" and {} more", Grouped(one.things - one.most.size()));
  }
  return out;
}

std::vector<std::string> Contradictions(const TrailStory& story) {
  std::vector<std::string> out;
  for (const TrailLine& line : story.lines) {
    if (!line.contradiction && line.against.empty()) continue;
    out.push_back(
        fmt::format("{} {}: {} [{}] {}", FormatTimeShort(line.first),
                    line.contradiction ? "the evidence contradicts itself" : "speaks against it",
                    WhoOf(line), HowOf(line), PlaceOf(line)));
  }
  return out;
}

std::vector<std::string> CannotSay(const TrailStory& story) {
  std::vector<std::string> out;
  for (const TrailGap& gap : story.gaps) {
    out.push_back(gap.words + (gap.hides.empty() ? "" : "; hides " + gap.hides));
  }
  out.insert(out.end(), story.cannot_say.begin(), story.cannot_say.end());
  if (story.dropped > 0) {
    out.push_back(
        fmt::format("{} later lines are not shown here; -t csv and -t json have them all, "
                    "--max-lines 0 shows them",
                    Grouped(story.dropped)));
  }
  if (story.grants_left > 0) {
    out.push_back(fmt::format("{} more grants are not listed; see `tokentrail grants`",
                              Grouped(story.grants_left)));
  }
  return out;
}

/// A heading and its paragraphs.
struct Section {
  std::string title;
  std::vector<std::string> lines;
};

/// What follows the lines, in every form for people.
std::vector<Section> Sections(const TrailStory& story) {
  std::vector<Section> out;
  Section grants{"Grants", {}};
  for (const TrailGrant& grant : story.grants) grants.lines.push_back(GrantText(grant));
  Section touched{"What was touched", {}};
  for (const TouchedCount& one : story.touched) touched.lines.push_back(TouchedText(one));
  Section findings{"Findings on it", {}};
  for (const TrailFinding& one : story.findings) {
    findings.lines.push_back(
        fmt::format("{} {} {}: {}", one.id.substr(0, 8), one.level, one.rule, one.title));
  }
  Section against{"What speaks against it", Contradictions(story)};
  constexpr size_t kShown = 20;
  if (against.lines.size() > kShown) {
    const size_t more = against.lines.size() - kShown;
    against.lines.resize(kShown);
    against.lines.push_back(fmt::format("and {} more lines: -t csv has them", Grouped(more)));
  }
  out.push_back(std::move(touched));
  out.push_back(std::move(grants));
  out.push_back(std::move(findings));
  out.push_back(std::move(against));
  out.push_back({"What we cannot say", CannotSay(story)});
  std::erase_if(out, [](const Section& one) { return one.lines.empty(); });
  return out;
}

/// A line is three lines of text: when and what, who, where from and where it stands.
void PutLine(const TrailLine& line, bool tenants, const sink::Terminal& terminal,
             std::string& out) {
  constexpr size_t kStage = 10;
  const std::string time = FormatTimeShort(line.first).substr(11, 8);
  const size_t indent = terminal.columns >= 60 ? 8 + 2 + kStage + 2 : 4;
  const std::string stage = sink::PadWidth(trail::Name(line.stage), kStage);
  const auto wrapped = [&](const std::string& text, size_t first) {
    // The first line stands behind what is there already.
    const std::string all =
        sink::WrapWidth(std::string(first, '.') + text, terminal.columns, indent);
    return all.substr(std::min(first, all.size()));
  };
  if (indent > 4) {
    out += sink::Paint(terminal, Colour::kDim, time) + "  " +
           sink::Paint(terminal, StageColour(line.stage), stage) + "  ";
  } else {
    out += time + " " + sink::Paint(terminal, StageColour(line.stage), trail::Name(line.stage)) +
           "\n" + std::string(indent, ' ');
  }
  const auto paragraph = [&](const std::string& text) { return wrapped(Printable(text), indent); };
  out += sink::Paint(terminal, line.outcome == "failure" ? Colour::kRed : Colour::kBold,
                     paragraph(WhatOf(line))) +
         "\n";
  out += std::string(indent, ' ') + paragraph(WhoOf(line) + " [" + HowOf(line) + "]") + "\n";
  std::string rest;
  const auto add = [&](const std::string& text) {
    if (!text.empty()) rest += (rest.empty() ? "" : ", ") + text;
  };
  if (const std::string from = From(line); !from.empty()) add("from " + from);
  add(TokenOf(line));
  if (tenants && !line.tenant.empty()) add("tenant " + line.tenant);
  if (line.last != line.first) add("until " + FormatTimeShort(line.last));
  add(PlaceOf(line));
  if (!rest.empty()) {
    out += std::string(indent, ' ') + sink::Paint(terminal, Colour::kDim, paragraph(rest)) + "\n";
  }
}

std::string Text(const TrailStory& story, const sink::Terminal& terminal) {
  std::string out = sink::Paint(terminal, Colour::kBold,
                                sink::WrapWidth(Printable(TitleOf(story)), terminal.columns, 2));
  out += "\n";
  for (const std::string& line : Head(story)) {
    out += sink::WrapWidth(Printable(line), terminal.columns, 2) + "\n";
  }
  if (story.lines.empty()) out += "nothing of it lies in this time\n";
  std::string day;
  for (const TrailLine& line : story.lines) {
    const std::string now = FormatDate(line.first);
    if (now != day) {
      day = now;
      out += "\n" + sink::Paint(terminal, Colour::kBold, day) + "\n";
    }
    PutLine(line, story.tenants.size() > 1, terminal, out);
  }
  for (const Section& section : Sections(story)) {
    out += "\n" +
           sink::Paint(terminal, Colour::kBold, sink::WrapWidth(section.title, terminal.columns)) +
           "\n";
    for (const std::string& line : section.lines) {
      out += "  " +
             sink::WrapWidth(Printable(line), std::max<size_t>(18, terminal.columns - 2), 4) + "\n";
    }
  }
  return out;
}

/// Text inside a Markdown table: nothing of it may end the cell or become a link, an image or HTML.
std::string Escape(std::string_view text) {
  std::string out;
  for (const char c : Printable(text)) {
    if (std::string_view("|<>*_`[]\\!#~&").find(c) != std::string_view::npos) out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

std::string Markdown(const TrailStory& story) {
  std::string out = fmt::format("# {}\n\n", Escape(TitleOf(story)));
  for (const std::string& line : Head(story)) out += "- " + Escape(line) + "\n";
  if (story.lines.empty()) return out + "\nNothing of it lies in this time.\n";
  out +=
      "\n| Time | Stage | What | Whose identity, which client, held where | How we know | From | "
      "Evidence |\n| --- | --- | --- | --- | --- | --- | --- |\n";
  for (const TrailLine& line : story.lines) {
    std::string time = FormatTimeShort(line.first);
    if (line.last != line.first) time += " to " + FormatTimeShort(line.last);
    std::string from = From(line);
    if (story.tenants.size() > 1 && !line.tenant.empty()) {
      from += (from.empty() ? "tenant " : ", tenant ") + line.tenant;
    }
    out += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", Escape(time),
                       trail::Name(line.stage), Escape(WhatOf(line)), Escape(WhoOf(line)),
                       Escape(HowOf(line)), Escape(from), Escape(PlaceOf(line)));
  }
  for (const Section& section : Sections(story)) {
    out += fmt::format("\n## {}\n\n", section.title);
    for (const std::string& line : section.lines) out += "- " + Escape(line) + "\n";
  }
  return out;
}

constexpr std::string_view kColumns[] = {"first_time",
                                         "last_time",
                                         "stage",
                                         "kind",
                                         "operation",
                                         "outcome",
                                         "status",
                                         "what",
                                         "count",
                                         "items",
                                         "recorded_actor",
                                         "identity",
                                         "via",
                                         "client",
                                         "client_name",
                                         "holder",
                                         "confidence",
                                         "reason",
                                         "against",
                                         "contradiction",
                                         "ip",
                                         "addresses",
                                         "user_agent",
                                         "token",
                                         "tokens",
                                         "session",
                                         "credential",
                                         "grant",
                                         "app",
                                         "app_name",
                                         "target",
                                         "target_id",
                                         "role",
                                         "scopes",
                                         "mailbox",
                                         "mailboxes",
                                         "object",
                                         "objects",
                                         "url",
                                         "tenant",
                                         "source",
                                         "file",
                                         "line",
                                         "event_id"};

std::string Csv(const TrailStory& story) {
  std::string out;
  sink::CsvWriter csv(out);
  for (const std::string_view column : kColumns) csv.Cell(column);
  csv.EndRow();
  for (const TrailLine& line : story.lines) {
    csv.Cell(FormatTime(line.first)).Cell(FormatTime(line.last)).Cell(trail::Name(line.stage));
    csv.Cell(line.kind).Cell(line.operation).Cell(line.outcome).Cell(line.status);
    csv.Cell(WhatOf(line)).Cell(line.count).Cell(line.items).Cell(line.recorded);
    csv.Cell(line.identity).Cell(line.via).Cell(line.client).Cell(line.client_name);
    csv.Cell(line.holder).Cell(line.confidence).Cell(line.reason).Cell(line.against);
    csv.Cell(std::string_view(line.contradiction ? "true" : "false")).Cell(line.ip);
    csv.Cell(line.addresses).Cell(line.user_agent).Cell(line.token).Cell(line.tokens);
    csv.Cell(line.session).Cell(line.credential);
    csv.Cell(line.grant == 0 ? std::string() : std::to_string(line.grant));
    csv.Cell(line.app).Cell(line.app_name).Cell(line.target).Cell(line.target_id);
    csv.Cell(line.role).Cell(line.scopes).Cell(line.mailbox).Cell(line.mailboxes);
    csv.Cell(line.object).Cell(line.objects).Cell(line.url).Cell(line.tenant);
    csv.Cell(line.source).Cell(line.file);
    csv.Cell(line.line).Cell(line.event_id);
    csv.EndRow();
  }
  return out;
}

}  // namespace

std::string TitleOf(const TrailStory& story) {
  std::string out;
  for (const TrailSubject& subject : story.subjects) {
    out += out.empty() ? "Trail of " : " and ";
    std::string type = subject.type;
    if (type == "ip") type = "address";
    if (type == "serviceaccount") type = "service account";
    out += fmt::format("{} {}", type, subject.name.empty() ? subject.id : subject.name);
    if (!subject.name.empty()) out += fmt::format(" ({})", subject.id);
  }
  return out;
}

std::string RenderTrail(const TrailStory& story, std::string_view format,
                        const sink::Terminal& terminal) {
  if (format == "csv") return Csv(story);
  if (format == "json") return TrailJson(story);
  if (format == "md") return Markdown(story);
  return Text(story, terminal);
}

}  // namespace tokentrail::cli
