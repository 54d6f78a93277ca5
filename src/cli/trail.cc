// `tokentrail trail`: how a token came to be, what was done with it, and by whom.

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>

#include "base/text.h"
#include "cli/case_file.h"
#include "cli/flag.h"
#include "cli/interrupt.h"
#include "cli/run_flags.h"
#include "cli/terminal.h"
#include "cli/trail_case.h"
#include "cli/trail_follow.h"
#include "cli/trail_page.h"
#include "cli/trail_picture.h"
#include "cli/trail_select.h"
#include "cli/trail_story.h"
#include "cli/trail_touched.h"

namespace tokentrail::cli {

namespace {

constexpr size_t kLines = 300;  ///< on a page for people

/// What a trail may be of.
struct Selector {
  std::string_view flag;
  std::string TrailWish::*into;
};
constexpr Selector kSelectors[] = {
    {"app", &TrailWish::app},
    {"user", &TrailWish::user},
    {"token", &TrailWish::token},
    {"session", &TrailWish::session},
    {"ip", &TrailWish::ip},
    {"grant", &TrailWish::grant},
    {"credential", &TrailWish::credential},
    {"serviceaccount", &TrailWish::serviceaccount},
    {"item", &TrailWish::item},
    {"incident", &TrailWish::incident},
};

constexpr FlagDef kFlags[] = {
    {.name = "app",
     .value = "ID|NAME",
     .group = "Of what",
     .summary = "an app, by client id, object id or name; * stands for anything, here and below"},
    {.name = "user", .value = "USER", .group = "Of what", .summary = "a user, by name or id"},
    {.name = "token",
     .value = "ID",
     .group = "Of what",
     .summary = "one token: Entra's uti in either spelling, a JTI, GitHub's hashed_token"},
    {.name = "session", .value = "ID", .group = "Of what", .summary = "a session, by its id"},
    {.name = "ip",
     .value = "ADDRESS",
     .group = "Of what",
     .summary = "an address, or a network such as 203.0.113.0/24"},
    {.name = "grant",
     .value = "ID",
     .group = "Of what",
     .summary = "a grant, by the platform's id of it or its number in `tokentrail grants`"},
    {.name = "credential",
     .value = "ID",
     .group = "Of what",
     .summary = "a secret, key or certificate of an app, by its key id"},
    {.name = "serviceaccount",
     .value = "NS/NAME",
     .group = "Of what",
     .summary = "a service account of Kubernetes"},
    {.name = "item",
     .value = "ID",
     .group = "Of what",
     .summary = "back from what was touched: a message id, file, address, repository"},
    {.name = "incident",
     .value = "N",
     .group = "Of what",
     .summary = "an incident of the hunt, by its number"},
    {.name = "case",
     .value = "DIR",
     .group = "Input",
     .summary = "the case folder of a hunt (default: the last one in this folder)",
     .completes = "directory"},
    {.name = "output-type",
     .letter = 't',
     .value = "TYPE",
     .group = "Output",
     .summary = "text (default), md to paste, csv, json, or a picture: dot (Graphviz), mermaid",
     .choices = "text|md|csv|json|dot|mermaid"},
    {.name = "format",
     .letter = 'f',
     .value = "TYPE",
     .group = "Output",
     .summary = "",
     .choices = "text|md|csv|json|dot|mermaid",
     .alias_of = "output-type"},
    {.name = "touched",
     .value = "FILE",
     .group = "Output",
     .summary = "write what was touched, by whom, as CSV: messages, files, repositories, ...; - "
                "prints it instead of the trail",
     .completes = "file"},
    {.name = "clobber", .letter = 'C', .group = "Output", .summary = "replace that file"},
    {.name = "since",
     .value = "TIME",
     .group = "Filtering",
     .summary = "tell only what is from this time on, such as 2026-01-31 or 2026-01-31T16:05:00Z"},
    {.name = "until",
     .value = "TIME",
     .group = "Filtering",
     .summary = "tell only what is up to this time; a date means its whole day"},
    {.name = "tenant",
     .value = "ID",
     .group = "Filtering",
     .summary = "only this tenant, organisation, workspace or cluster"},
    {.name = "max-lines",
     .value = "N",
     .group = "Display",
     .summary = "lines on a page for people before days are put together; 0: all (default: 300)"},
    {.name = "no-color", .letter = 'K', .group = "Display", .summary = "no colours"},
};

constexpr Example kExamples[] = {
    {"tokentrail trail --app 'Mail Sync Helper'", "the story of an app of the last hunt"},
    {"tokentrail trail --token xMFjTVvJPE2OChJx_YE-AA -t md", "of one token, to paste"},
    {"tokentrail trail --item '<1234@contoso.com>'", "which token read this mail, and whose it is"},
    {"tokentrail trail --user eve@contoso.com --touched touched.csv",
     "and a list for those who must be told"},
    {"tokentrail trail --ip 203.0.113.0/24 -t dot | dot -Tsvg > trail.svg", "as a picture"},
};

Error Misused(std::string message) { return {ErrorKind::kInvalid, std::move(message)}; }

Result<TrailWish> ReadWish(const Args& args) {
  TrailWish out;
  bool any = false;
  std::string names;
  for (const Selector& one : kSelectors) {
    names += fmt::format("{}--{}", names.empty() ? "" : ", ", one.flag);
    if (!args.Has(one.flag)) continue;
    const std::string value(Trim(args.Get(one.flag)));
    if (value.empty()) return Misused(fmt::format("--{} can't be empty", one.flag));
    if (args.All(one.flag).size() > 1) {
      return Misused(fmt::format("--{} was given twice; a trail is of one", one.flag));
    }
    out.*one.into = value;
    any = true;
  }
  if (!args.words().empty()) {
    return Misused(fmt::format("say what '{}' is: {}", Printable(args.words()[0]), names));
  }
  if (!any) return Misused("say of what: " + names);
  out.tenant = args.Get("tenant");
  return out;
}

Result<TrailBounds> ReadBounds(const Args& args, std::string_view type) {
  TrailBounds out;
  if (args.Has("since")) out.since = TRY(ReadTimeFlag("since", args.Get("since"), false));
  if (args.Has("until")) out.until = TRY(ReadTimeFlag("until", args.Get("until"), true));
  if (out.since && out.until && *out.until < *out.since) {
    return Misused("--until is before --since");
  }
  if (args.Has("max-lines")) {
    const std::string text = args.Get("max-lines");
    const auto [end, fault] =
        std::from_chars(text.data(), text.data() + text.size(), out.max_lines);
    if (fault != std::errc{} || end != text.data() + text.size()) {
      return Misused(fmt::format("--max-lines can't be '{}'; it takes a number", Printable(text)));
    }
  } else if (type != "csv" && type != "json") {
    out.max_lines = kLines;
  }
  return out;
}

/// What the library may take for a trail: the less, the sooner it uses again what it has. Source:
/// measured on a case of 10 million events, an app of 100,000: 0.97 s and 0.42 GB, instead of 1.06 s
/// and 0.62 GB with 512 MB; with 192 MB there is no room.
constexpr uint64_t kMemory = uint64_t{320} << 20;
/// For the few stories that have no room in it, which are those of more events as a rule.
constexpr uint64_t kMoreMemory = uint64_t{2} << 30;
constexpr uint64_t kRoom = 150'000;

bool IsTooLittle(const Error& error) {
  return error.message.find("Out of Memory") != std::string::npos;
}

/// The story; with --touched also that file, or standard output.
struct Told {
  TrailStory story;
  uint64_t touched = 0;  ///< rows of it
};

Result<Told> Tell(const Args& args, const TrailWish& wish, const TrailBounds& bounds,
                  uint64_t memory, bool& wrote) {
  const std::string folder = args.Has("case") ? args.Get("case") : LastCase();
  TrailCase asked = TRY(TrailCase::Open(folder, memory));
  if (memory == kMemory || args.Get("touched") == "-") {
    for (const std::string& line : asked.Older()) PrintError("tokentrail: " + line + "\n");
  }
  const TrailChoice choice = TRY(ChooseTrail(asked, wish));
  if (choice.most_count > kRoom && memory < kMoreMemory) {
    return Tell(args, wish, bounds, kMoreMemory, wrote);
  }
  const std::string touched = args.Get("touched");
  if (args.Has("touched") && touched.empty()) return Misused("--touched can't be empty");
  const TrailFollowed followed =
      TRY(FollowTrail(asked, choice, wish.tenant,
                      {.with_items = !touched.empty() || !wish.item.empty(),
                       .for_page = bounds.max_lines != 0 && args.Get("output-type") != "csv" &&
                                   args.Get("output-type") != "json"}));
  Told out;
  if (!touched.empty()) {
    out.touched = TRY(WriteTouched(asked, bounds, touched, wrote || args.Has("clobber")));
    wrote = true;
    if (touched == "-") return out;
  }
  out.story = TRY(ReadStory(asked, choice.subjects, followed.hashes, bounds));
  out.story.cannot_say.insert(out.story.cannot_say.end(), followed.left.begin(),
                              followed.left.end());
  std::move(asked).Leave();
  return out;
}

Result<ExitCode> Run(const Args& args) {
  StopFlag();
  const std::string type = args.Get("output-type", "text");
  const TrailWish wish = TRY(ReadWish(args));
  const TrailBounds bounds = TRY(ReadBounds(args, type));
  bool wrote = false;
  const std::string touched = args.Get("touched");
  // What stands on standard output can't be taken back.
  Result<Told> told = Tell(args, wish, bounds, touched == "-" ? kMoreMemory : kMemory, wrote);
  if (!told.ok() && IsTooLittle(told.error()) && touched != "-") {
    told = Tell(args, wish, bounds, kMoreMemory, wrote);
  }
  if (!told.ok()) return told.error();
  if (touched == "-") return ExitCode::kDone;
  if (!touched.empty()) {
    const uint64_t rows = told.value().touched;
    PrintError(fmt::format("tokentrail: {} row{} in {}\n", Grouped(rows), rows == 1 ? "" : "s",
                           Printable(touched)));
  }
  const TrailStory& story = told.value().story;
  if (type == "dot" || type == "mermaid") {
    TRY(Print(DrawTrail(story, type)));
    return ExitCode::kDone;
  }
  const sink::Terminal terminal = TerminalOf(STDOUT_FILENO, args.Has("no-color"));
  TRY(Print(RenderTrail(story, type, terminal)));
  if (type == "csv") {  // the rows have no place for it
    for (const TrailGap& gap : story.gaps) {
      PrintError("tokentrail: cannot say: " + Printable(gap.words) + "\n");
    }
    for (const std::string& line : story.cannot_say) {
      PrintError("tokentrail: cannot say: " + Printable(line) + "\n");
    }
  }
  return ExitCode::kDone;
}

}  // namespace

extern constinit const VerbDef kTrail;
constinit const VerbDef kTrail = {
    .name = "trail",
    .usage = "trail --app ID|--user U|--token ID|--session ID|--ip A|--item ID|... [flags]",
    .summary = "Tell the story of a token, app, user, session, address, grant or item",
    .description =
        "Oldest first, in stages from register to revoke, from the case that a hunt left: what "
        "allowed it, what was issued, what was done, what was touched. Each line says whose "
        "identity it was, which client held the token and where, how we know, and where the "
        "evidence stands. Several of the flags that name something narrow it down together. A case "
        "is only read; docs/trail.md says what the outputs hold.",
    .flags = kFlags,
    .examples = kExamples,
    .run = Run,
};

}  // namespace tokentrail::cli
