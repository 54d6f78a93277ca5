#include "playbook/page.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/text.h"
#include "playbook/file.h"
#include "playbook/markdown_lines.h"
#include "playbook/page_parser.h"

namespace tokentrail::playbook {
namespace {

constexpr std::string_view kKindNames[] = {"host", "network", "cloud"};

constexpr std::string_view kTitles[] = {"Metadata",
                                        "Overall Hypothesis",
                                        "Adversary Examples",
                                        "Detection Blind Spots",
                                        "Analytical References",
                                        "Host Analytics",
                                        "Network Analytics",
                                        "Cloud and Identity Analytics"};

/// Lower case, spaces of one kind, without `:` and signs of emphasis.
std::string Plain(std::string_view heading) {
  std::string out;
  for (const char c : heading) {
    if (c == '*' || c == '_' || c == ':' || c == '`') continue;
    const bool space = c == ' ' || c == '\t' || c == '-' || c == '/';
    if (space && (out.empty() || out.back() == ' ')) continue;
    out += space ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

struct Alias {
  std::string_view heading;
  SectionKind kind;
};

// As the pages that teams have today call them.
constexpr Alias kAliases[] = {
    {"metadata", SectionKind::kMetadata},
    {"overall hypothesis", SectionKind::kHypothesis},
    {"hypothesis", SectionKind::kHypothesis},
    {"adversary examples", SectionKind::kExamples},
    {"adversary specific examples", SectionKind::kExamples},
    {"detection blind spots", SectionKind::kBlindSpots},
    {"detection blindspots", SectionKind::kBlindSpots},
    {"blind spots", SectionKind::kBlindSpots},
    {"blindspots", SectionKind::kBlindSpots},
    {"analytical references", SectionKind::kReferences},
    {"analytic references", SectionKind::kReferences},
    {"host analytics", SectionKind::kHostAnalytics},
    {"network analytics", SectionKind::kNetworkAnalytics},
    {"cloud and identity analytics", SectionKind::kCloudAnalytics},
    {"cloud & identity analytics", SectionKind::kCloudAnalytics},
    {"cloud analytics", SectionKind::kCloudAnalytics},
    {"identity analytics", SectionKind::kCloudAnalytics},
};

}  // namespace

std::string_view Name(AnalyticKind kind) { return kKindNames[static_cast<size_t>(kind)]; }

std::optional<AnalyticKind> FindAnalyticKind(std::string_view word) {
  for (const AnalyticKind kind : kAnalyticKinds) {
    if (EqualsIgnoreCase(word, Name(kind))) return kind;
  }
  if (EqualsIgnoreCase(word, "identity")) return AnalyticKind::kCloud;
  return std::nullopt;
}

std::string_view Title(SectionKind kind) { return kTitles[static_cast<size_t>(kind)]; }

SectionKind SectionOf(AnalyticKind kind) {
  switch (kind) {
    case AnalyticKind::kHost:
      return SectionKind::kHostAnalytics;
    case AnalyticKind::kNetwork:
      return SectionKind::kNetworkAnalytics;
    case AnalyticKind::kCloud:
      break;
  }
  return SectionKind::kCloudAnalytics;
}

std::optional<SectionKind> FindSectionKind(std::string_view heading) {
  const std::string plain = Plain(heading);
  for (const Alias& alias : kAliases) {
    if (plain == alias.heading) return alias.kind;
  }
  return std::nullopt;
}

std::string PlainHeading(std::string_view heading) { return Plain(heading); }

Range FindTechniqueId(std::string_view text) {
  const auto digit = [&](size_t i) {
    return i < text.size() && std::isdigit(static_cast<unsigned char>(text[i])) != 0;
  };
  const auto word = [&](size_t i) {
    return i < text.size() && std::isalnum(static_cast<unsigned char>(text[i])) != 0;
  };
  for (size_t at = text.find('T'); at != text.npos; at = text.find('T', at + 1)) {
    if (at > 0 && word(at - 1)) continue;
    if (!digit(at + 1) || !digit(at + 2) || !digit(at + 3) || !digit(at + 4)) continue;
    size_t end = at + 5;
    if (end < text.size() && text[end] == '.' && digit(end + 1) && digit(end + 2) &&
        digit(end + 3)) {
      end += 4;
    }
    if (word(end)) continue;
    return {at, end};
  }
  return {};
}

const Label* FindLabel(const std::vector<Label>& labels, std::string_view name) {
  const auto bare = [](std::string_view text) {
    std::string out = Plain(text);
    if (out.ends_with("(s)")) out.resize(out.size() - 3);
    if (out.ends_with('s')) out.pop_back();
    return out;
  };
  const std::string wanted = bare(name);
  for (const Label& label : labels) {
    if (bare(label.name) == wanted) return &label;
  }
  return nullptr;
}

const Label* PageAnalytic::Find(std::string_view name) const { return FindLabel(labels, name); }

std::string_view Block::Attribute(std::string_view key) const {
  for (const auto& pair : attributes) {
    if (pair.first == key) return pair.second;
  }
  return {};
}

const Block* Page::FindBlock(std::string_view name) const {
  for (const Block& block : attack) {
    if (block.name == name) return &block;
  }
  return nullptr;
}

const Section* Page::Find(SectionKind kind) const {
  for (const Section& section : sections) {
    if (section.kind == kind) return &section;
  }
  return nullptr;
}

const PageAnalytic* Page::Find(AnalyticKind kind, uint32_t number) const {
  for (const PageAnalytic& analytic : analytics) {
    if (analytic.kind == kind && analytic.number == number) return &analytic;
  }
  return nullptr;
}

std::vector<const PageAnalytic*> Page::Of(AnalyticKind kind) const {
  std::vector<const PageAnalytic*> out;
  for (const PageAnalytic& analytic : analytics) {
    if (analytic.kind == kind) out.push_back(&analytic);
  }
  return out;
}

std::string_view Page::AttackVersion() const {
  const Block* block = FindBlock("last-pulled");
  return block == nullptr ? std::string_view() : block->Attribute("attack");
}

std::string_view Page::PulledOn() const {
  const Block* block = FindBlock("last-pulled");
  return block == nullptr ? std::string_view() : block->Attribute("date");
}

const Label* Page::FindMetadata(std::string_view name) const { return FindLabel(metadata, name); }

std::optional<Page> ReadPage(const std::string& path, Report& report) {
  auto text = ReadWhole(path);
  if (!text) {
    Diagnostic out;
    out.file = path;
    out.message = text.error().message;
    out.code = "playbook.unreadable";
    report.Add(std::move(out));
    return std::nullopt;
  }
  return ParsePage(path, std::move(text).value(), report);
}

std::optional<SignOff> ReadSignOff(const Page& page) {
  const Label* label = page.FindMetadata("validated");
  if (label == nullptr) return std::nullopt;
  SignOff out;
  out.line = label->line;
  std::string_view rest = label->text;
  const size_t end = std::min(rest.find_first_of(" ,;:(\n"), rest.size());
  const std::string word = Lower(rest.substr(0, end));
  out.validated = word == "yes" || word == "true" || word == "validated";
  rest.remove_prefix(end);
  // The date wherever it stands; what is left of the rest is the name.
  std::string name;
  for (size_t i = 0; i < rest.size();) {
    const std::string_view part = rest.substr(i, 10);
    const bool date = out.date.empty() && part.size() == 10 && part[4] == '-' && part[7] == '-' &&
                      IsDigits(part.substr(0, 4)) && IsDigits(part.substr(5, 2)) &&
                      IsDigits(part.substr(8, 2));
    if (date) {
      out.date = part;
      i += 10;
      continue;
    }
    name += rest[i++];
  }
  const auto strip = [](std::string_view text) {
    const size_t first = text.find_first_not_of(" ,;:()\n\t-");
    if (first == text.npos) return std::string_view();
    return text.substr(first, text.find_last_not_of(" ,;:()\n\t-") - first + 1);
  };
  std::string_view bare = strip(name);
  for (const std::string_view word_before : {"by ", "on "}) {
    if (bare.starts_with(word_before)) bare = strip(bare.substr(word_before.size()));
  }
  if (bare.ends_with(" on")) bare = strip(bare.substr(0, bare.size() - 3));
  out.name = bare;
  return out;
}

Diagnostic Complain(const Page& page, size_t at, size_t width, std::string message,
                    std::string code, std::string help) {
  return ComplainAt(page.file, page.text, at, width, std::move(message), std::move(code),
                    std::move(help));
}

Diagnostic ComplainAt(const std::string& file, std::string_view text, size_t at, size_t width,
                      std::string message, std::string code, std::string help) {
  const TextPlace place = PlaceOf(text, at);
  Diagnostic out;
  out.file = file;
  out.line = place.line;
  out.column = place.column;
  out.message = std::move(message);
  out.code = std::move(code);
  out.help = std::move(help);
  const size_t before = at == 0 ? text.npos : text.rfind('\n', at - 1);
  const size_t start = before == text.npos ? 0 : before + 1;
  out.source_line = text.substr(start, std::min(text.find('\n', at), text.size()) - start);
  out.width = static_cast<uint32_t>(std::max<size_t>(width, 1));
  return out;
}

}  // namespace tokentrail::playbook
