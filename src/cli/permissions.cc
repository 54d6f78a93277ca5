// `tokentrail permissions`: what a permission allows, how much, and who says so.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.h"
#include "cli/flag.h"
#include "cli/sheet.h"
#include "cli/shown.h"
#include "cli/terminal.h"
#include "inventory/explain.h"
#include "model/app.h"
#include "sink/json_writer.h"
#include "sink/width.h"

namespace tokentrail::cli {

namespace {

using inventory::Explained;
using inventory::Holder;
using inventory::Platform;

constexpr FlagDef kFlags[] = {
    {.name = "platform",
     .value = "PLATFORM",
     .group = "Filtering",
     .summary = "only this platform; without it all that know the name",
     .choices = "entra|microsoft|google|github|gitlab|slack|salesforce|okta|atlassian|kubernetes"},
    {.name = "list", .group = "Filtering", .summary = "every permission of our tables"},
    {.name = "level",
     .value = "LEVEL",
     .group = "Filtering",
     .summary = "with --list: only those of this level",
     .choices = "high|medium|low"},
    {.name = "output-type",
     .letter = 't',
     .value = "TYPE",
     .group = "Output",
     .summary = "table (default; pages for people), json or csv",
     .choices = "table|json|csv"},
    {.name = "no-color", .letter = 'K', .group = "Display", .summary = "no colours"},
};

constexpr Example kExamples[] = {
    {"tokentrail permissions Mail.ReadWrite", "one permission, as an app and as a person holds it"},
    {"tokentrail permissions 'openid offline_access Mail.Read Mail.Send'",
     "all of a consent, pasted as it stands in the log"},
    {"tokentrail permissions 810c84a8-4a9e-49e6-bf7d-12d183f40d01", "by the id of an app role"},
    {"tokentrail permissions --platform kubernetes 'get secrets'", "a right of a cluster's role"},
    {"tokentrail permissions --list --level high --platform google -t csv", "part of the table"},
};

std::string_view HolderWords(const Explained& one, Holder holder) {
  return one.same_for_both                ? "app or person"
         : holder == Holder::kApplication ? "app by itself"
                                          : "for a person";
}

/// The names asked for: words, each split at spaces and commas; `get secrets` of a cluster stays
/// one.
std::vector<std::string> Names(const Args& args, std::optional<Platform> platform) {
  std::vector<std::string> out;
  const auto add = [&](std::string_view name) {
    if (std::find(out.begin(), out.end(), name) == out.end()) out.emplace_back(name);
  };
  const auto right = [&](std::string_view verb, std::string_view resource) {
    return (!platform || platform == Platform::kKubernetes) &&
           inventory::Find(Platform::kKubernetes, Holder::kApplication,
                           fmt::format("{}:{}", verb, resource)) != nullptr;
  };
  std::vector<std::string_view> parts;
  for (const std::string& word : args.words()) {
    for (const std::string_view part : Split(word, " ,+\t\r\n\"'[]")) parts.push_back(part);
  }
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i + 1 < parts.size() && right(parts[i], parts[i + 1])) {
      add(fmt::format("{}:{}", parts[i], parts[i + 1]));
      ++i;
    } else {
      add(parts[i]);
    }
  }
  return out;
}

class Page {
 public:
  explicit Page(const sink::Terminal& terminal) : terminal_(terminal) {}

  void Heading(std::string_view name, std::string_view right) {
    if (!out_.empty()) out_ += '\n';
    const std::string shown = sink::FitWidth(
        Shown(name), terminal_.columns - std::min<size_t>(terminal_.columns / 2, right.size() + 2));
    out_ += sink::Paint(terminal_, sink::Colour::kBold, shown);
    out_ += fmt::format("  ({})\n", right);
  }
  void Line(std::string_view label, std::string_view text,
            sink::Colour colour = sink::Colour::kNone) {
    constexpr size_t kLabel = 16;
    // WrapWidth takes spaces together, so the labels stand outside it.
    const size_t room = std::max<size_t>(terminal_.columns, kLabel + 20) - kLabel;
    std::string wrapped = sink::PadWidth("  " + std::string(label), kLabel);
    for (const char c : sink::WrapWidth(text, room)) {
      wrapped += c;
      if (c == '\n') wrapped.append(kLabel, ' ');
    }
    if (colour != sink::Colour::kNone) wrapped = sink::Paint(terminal_, colour, wrapped);
    out_ += wrapped;
    out_ += '\n';
  }
  std::string Take() { return std::move(out_); }

 private:
  const sink::Terminal& terminal_;
  std::string out_;
};

sink::Colour ColourOf(int severity) {
  return severity >= 70   ? sink::Colour::kRed
         : severity >= 40 ? sink::Colour::kYellow
                          : sink::Colour::kNone;
}

std::string Joined(const std::vector<std::string_view>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

void Write(const Explained& one, Page& page) {
  page.Heading(one.name, Name(one.platform));
  if (!one.pattern.empty()) page.Line("read as", fmt::format("one of {}", one.pattern));
  for (const Explained::AsHolder& as : one.holders) {
    const std::string_view level = PermissionLevel(as.permission->severity);
    if (as.permission->family == "offline") {
      page.Line(HolderWords(one, as.holder), "no power of its own, but what it holds lasts");
    } else {
      page.Line(HolderWords(one, as.holder),
                fmt::format("{}, {} of 100", level, as.permission->severity),
                ColourOf(as.permission->severity));
    }
    page.Line("  allows", as.allows);
    page.Line("  sort",
              fmt::format("{}{}{}", as.permission->family,
                          as.permission->vendor_class.empty() ? "" : "; class of the vendor: ",
                          as.permission->vendor_class));
    page.Line("  judged by", fmt::format("{}{}", as.permission->source,
                                         as.microsoft_level == 0
                                             ? ""
                                             : fmt::format("; Microsoft's privilege level: {} of 4",
                                                           as.microsoft_level)));
    if (!as.ids.empty()) page.Line("  id", Joined(as.ids));
  }
  if (one.holders.size() == 1 && !one.same_for_both && one.platform == Platform::kMicrosoft) {
    page.Line("held", one.holders[0].holder == Holder::kApplication
                          ? "by apps themselves only"
                          : "for a signed-in person only");
  }
  if (one.consent == "user") {
    page.Line("consent", "a person may consent alone, unless the tenant's policy forbids it");
  } else if (one.consent == "admin") {
    page.Line("consent", "an administrator must consent");
  }
  if (one.tier >= 0) page.Line("goes on", fmt::format("tier {}: {}", one.tier, one.way));
  if (!one.weaker.empty()) page.Line("weaker", Joined(one.weaker));
  if (!one.stronger.empty()) page.Line("stronger", Joined(one.stronger));
}

void WriteJson(const Explained& one, std::string_view asked, sink::JsonWriter& json) {
  json.BeginObject();
  if (!asked.empty()) json.Member("asked", asked);
  json.Member("platform", Name(one.platform)).Member("name", one.name);
  if (!one.pattern.empty()) json.Member("pattern", one.pattern);
  json.Member("level", PermissionLevel(one.severity())).Member("severity", one.severity());
  json.Key("held_by").BeginArray();
  for (const Explained::AsHolder& as : one.holders) {
    json.BeginObject()
        .Member("holder", one.same_for_both                   ? "any"
                          : as.holder == Holder::kApplication ? "application"
                                                              : "delegated")
        .Member("level", PermissionLevel(as.permission->severity))
        .Member("severity", as.permission->severity)
        .Member("allows", as.allows)
        .Member("family", as.permission->family)
        .Member("class", as.permission->vendor_class)
        .Member("source", as.permission->source);
    json.Key("ids").BeginArray();
    for (const std::string_view id : as.ids) json.Text(id);
    json.EndArray();
    if (as.microsoft_level > 0) json.Member("microsoft_privilege_level", as.microsoft_level);
    json.EndObject();
  }
  json.EndArray();
  if (!one.consent.empty()) json.Member("consent", one.consent);
  if (one.tier >= 0) json.Member("tier", one.tier).Member("way", one.way);
  for (const auto& [key, names] :
       {std::pair<std::string_view, const std::vector<std::string_view>*>{"weaker", &one.weaker},
        {"stronger", &one.stronger}}) {
    json.Key(key).BeginArray();
    for (const std::string_view name : *names) json.Text(name);
    json.EndArray();
  }
  json.EndObject();
}

Sheet SheetOf(const std::vector<Explained>& all) {
  Sheet sheet{.title = "Permissions",
              .intro = "",
              .columns = {"platform", "name", "held by", "level", "severity", "family", "allows",
                          "class", "id", "source"},
              .rows = {},
              .least = {0, 18, 0, 0, 0, 0, 14},
              .drop = {5, 0, 3, 0, 0, 4, 6},
              .on_terminal = 7};
  for (const Explained& one : all) {
    for (const Explained::AsHolder& as : one.holders) {
      sheet.rows.push_back(
          {std::string(Name(one.platform)), one.name,
           one.same_for_both                   ? "any"
           : as.holder == Holder::kApplication ? "application"
                                               : "delegated",
           std::string(PermissionLevel(as.permission->severity)),
           std::to_string(as.permission->severity), std::string(as.permission->family), as.allows,
           std::string(as.permission->vendor_class),
           as.ids.empty() ? "" : std::string(as.ids.front()), std::string(as.permission->source)});
    }
  }
  return sheet;
}

struct Asked {
  std::string name;
  std::vector<Explained> found;
  std::vector<std::string> close;
};

/// Names pasted together are of one platform: the one that knows most of them. `openid` is on many.
void OnePlatform(std::vector<Asked>& asked) {
  if (asked.size() < 2) return;
  size_t known[inventory::kPlatforms] = {};
  for (const Asked& one : asked) {
    for (const Explained& found : one.found) ++known[static_cast<size_t>(found.platform)];
  }
  const size_t most = *std::max_element(std::begin(known), std::end(known));
  for (Asked& one : asked) {
    if (one.found.size() < 2) continue;
    const bool there = std::any_of(one.found.begin(), one.found.end(), [&](const Explained& found) {
      return known[static_cast<size_t>(found.platform)] == most;
    });
    if (!there) continue;
    std::erase_if(one.found, [&](const Explained& found) {
      return known[static_cast<size_t>(found.platform)] != most;
    });
  }
}

/// The levels of all of them together, by platform: what a consent to the whole string gives.
void WriteTogether(const std::vector<Asked>& asked, Page& page) {
  for (const Platform platform : {Platform::kMicrosoft, Platform::kGoogle, Platform::kSalesforce,
                                  Platform::kSlack, Platform::kAtlassian}) {
    std::string scopes;
    size_t count = 0;
    for (const Asked& one : asked) {
      for (const Explained& found : one.found) {
        if (found.platform != platform) continue;
        scopes += found.name + " ";
        ++count;
      }
    }
    if (count < 2) continue;
    const inventory::Power power = inventory::Assess(platform, Holder::kDelegated, scopes);
    if (power.severity < 0) continue;
    page.Heading("together", Name(platform));
    page.Line("for a person",
              fmt::format("{}, {} of 100{}", PermissionLevel(power.severity), power.severity,
                          power.strongest != nullptr && power.severity > power.strongest->severity
                              ? ": two of them allow more together than each alone"
                              : ""),
              ColourOf(power.severity));
    if (power.offline) page.Line("lasts", "it gets new tokens without the person");
  }
}

Result<ExitCode> RunList(const Args& args, std::optional<Platform> platform) {
  std::vector<Explained> all = inventory::ExplainAll(platform);
  const std::string level = args.Get("level");
  const std::vector<std::string>& words = args.words();
  for (Explained& one : all) {
    std::erase_if(one.holders, [&](const Explained::AsHolder& as) {
      return !level.empty() && PermissionLevel(as.permission->severity) != level;
    });
  }
  std::erase_if(all, [&](const Explained& one) {
    if (one.holders.empty()) return true;
    return !words.empty() && std::none_of(words.begin(), words.end(), [&](const std::string& word) {
      return ContainsIgnoreCase(one.name, word);
    });
  });
  std::string out;
  if (args.Get("output-type", "table") == "json") {
    sink::JsonWriter json(out, 2);
    json.BeginArray();
    for (const Explained& one : all) WriteJson(one, {}, json);
    json.EndArray();
    out += '\n';
  } else {
    out = Render(SheetOf(all), args.Get("output-type", "table"),
                 TerminalOf(STDOUT_FILENO, args.Has("no-color")));
  }
  TRY(Print(out));
  return ExitCode::kDone;
}

Result<ExitCode> Run(const Args& args) {
  std::optional<Platform> platform;
  if (args.Has("platform")) platform = inventory::PlatformNamed(args.Get("platform"));
  if (args.Has("list")) return RunList(args, platform);
  if (args.Has("level")) return Error{ErrorKind::kInvalid, "--level goes with --list"};
  std::vector<Asked> asked;
  size_t known = 0;
  for (std::string& name : Names(args, platform)) {
    Asked& one = asked.emplace_back();
    one.name = std::move(name);
    one.found = inventory::Explain(platform, one.name);
    if (one.found.empty()) one.close = inventory::CloseNames(platform, one.name);
    known += one.found.empty() ? 0 : 1;
  }
  OnePlatform(asked);
  if (asked.empty()) {
    return Error{ErrorKind::kInvalid,
                 "name a permission, or give --list: tokentrail permissions Mail.Read"};
  }
  const std::string type = args.Get("output-type", "table");
  std::string out;
  if (type == "json") {
    sink::JsonWriter json(out, 2);
    json.BeginArray();
    for (const Asked& one : asked) {
      for (const Explained& found : one.found) WriteJson(found, one.name, json);
      if (!one.found.empty()) continue;
      json.BeginObject().Member("asked", one.name).Member("level", "not assessed");
      json.Key("close").BeginArray();
      for (const std::string& close : one.close) json.Text(close);
      json.EndArray().EndObject();
    }
    json.EndArray();
    out += '\n';
  } else if (type == "csv") {
    std::vector<Explained> all;
    for (const Asked& one : asked) all.insert(all.end(), one.found.begin(), one.found.end());
    Sheet sheet = SheetOf(all);
    for (const Asked& one : asked) {
      if (one.found.empty()) {
        sheet.rows.push_back({"", one.name, "", "not assessed", "", "", "", "", "", ""});
      }
    }
    out = Render(sheet, type, TerminalOf(STDOUT_FILENO, args.Has("no-color")));
  } else {
    const sink::Terminal terminal = TerminalOf(STDOUT_FILENO, args.Has("no-color"));
    Page page(terminal);
    for (const Asked& one : asked) {
      for (const Explained& found : one.found) Write(found, page);
      if (!one.found.empty()) continue;
      page.Heading(one.name, platform ? Name(*platform) : "no platform");
      page.Line("level",
                "not assessed: our tables do not know it, which is not the same as harmless");
      if (!one.close.empty()) page.Line("close", fmt::format("{}", fmt::join(one.close, ", ")));
    }
    WriteTogether(asked, page);
    out = page.Take();
  }
  TRY(Print(out));
  return known == 0 ? ExitCode::kFailed : ExitCode::kDone;
}

}  // namespace

extern constinit const VerbDef kPermissions;
constinit const VerbDef kPermissions = {
    .name = "permissions",
    .usage = "permissions NAME... [--platform PLATFORM] [-t table|json|csv]",
    .summary = "Explain a permission: what it allows, how much that is, and who says so",
    .description =
        "Takes names, ids of app roles and scopes, or a whole consent pasted as one text. With "
        "--list it shows the tables; words then choose by part of the name. A permission that the "
        "tables don't know is shown as not assessed, never as harmless. Exit code 1 when none is "
        "known.",
    .flags = kFlags,
    .examples = kExamples,
    .run = Run,
};

}  // namespace tokentrail::cli
