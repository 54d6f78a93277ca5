#include "cli/program.h"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "base/text.h"
#include "cli/flag.h"
#include "cli/terminal.h"
#include "cli/verb.h"
#include "cli/version.h"
#include "sink/width.h"

namespace tokentrail::cli {

namespace {

/// CONTRACT: 1 could not, 2 misused (also a settings file, or an existing case without -C).
ExitCode CodeOf(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalid:
    case ErrorKind::kConflict:
      return ExitCode::kMisused;
    case ErrorKind::kNotFound:
    case ErrorKind::kIo:
      return ExitCode::kFailed;
    case ErrorKind::kInterrupted:
      return ExitCode::kInterrupted;
  }
  return ExitCode::kFailed;
}

int Fail(const Error& error) {
  std::string text = "tokentrail: error: ";
  // Line by line: a message may have several, but no terminal codes.
  for (size_t at = 0; at <= error.message.size();) {
    const size_t end = std::min(error.message.find('\n', at), error.message.size());
    text += Printable(std::string_view(error.message).substr(at, end - at)) + "\n";
    at = end + 1;
  }
  PrintError(text);
  return static_cast<int>(CodeOf(error.kind));
}

int Say(const std::string& text) {
  const auto printed = Print(text);
  return printed ? static_cast<int>(ExitCode::kDone) : Fail(printed.error());
}

const VerbDef* Find(std::span<const VerbDef* const> verbs, std::string_view name) {
  for (const VerbDef* verb : verbs) {
    if (LastWord(*verb) == name) return verb;
  }
  return nullptr;
}

Error UnknownSecondWord(const VerbDef& verb, const std::string& given) {
  std::vector<std::string_view> names;
  for (const VerbDef* one : VerbsOf(verb)) names.push_back(LastWord(*one));
  const std::string_view meant = Closest(given, names);
  return {ErrorKind::kInvalid,
          fmt::format("'{}' can't follow '{}'{}; it takes one of: {}", Printable(given), verb.name,
                      meant.empty() ? "" : fmt::format(", did you mean '{}'?", meant),
                      fmt::join(names, ", "))};
}

Error UnknownVerb(const std::string& given) {
  if (given.starts_with('-')) {
    std::vector<std::string_view> flags = {"--help", "--version"};
    const std::string_view meant = Closest(given, flags);
    return {ErrorKind::kInvalid,
            fmt::format("unknown flag '{}'{}; a verb comes first, see `tokentrail --help`",
                        Printable(given),
                        meant.empty() ? "" : fmt::format(", did you mean '{}'?", meant))};
  }
  std::vector<std::string_view> names;
  for (const VerbDef* verb : All()) names.push_back(verb->name);
  std::string hint;
  std::error_code ignored;
  if (const std::string_view meant = Closest(given, names); !meant.empty()) {
    hint = fmt::format(", did you mean '{}'?", meant);
  } else if (std::filesystem::exists(given, ignored)) {
    hint = fmt::format(", did you mean `tokentrail hunt {}`?", Printable(given));
  }
  return {ErrorKind::kInvalid,
          fmt::format("unknown verb '{}'{}; `tokentrail --help` shows them all", Printable(given),
                      hint)};
}

/// The verb that `words` begin with, its second word included; `used` of them. A verb that has
/// second words comes back itself when none follows.
Result<const VerbDef*> FindVerb(std::span<const std::string> words, size_t& used) {
  const VerbDef* verb = Find(All(), words[0]);
  if (verb == nullptr) return UnknownVerb(words[0]);
  used = 1;
  if (verb->verbs == nullptr || words.size() < 2 || words[1].starts_with('-')) return verb;
  const VerbDef* second = Find(VerbsOf(*verb), words[1]);
  if (second == nullptr && verb->run != nullptr) {  // its own first word, or a slip
    std::vector<std::string_view> names;
    for (const VerbDef* one : VerbsOf(*verb)) names.push_back(LastWord(*one));
    std::error_code ignored;
    if (Closest(words[1], names).empty() || std::filesystem::exists(words[1], ignored)) return verb;
  }
  if (second == nullptr) return UnknownSecondWord(*verb, words[1]);
  used = 2;
  return second;
}

}  // namespace

std::string ProgramHelp(size_t columns) {
  std::string out = sink::WrapWidth(
      "tokentrail finds stolen application access tokens (ATT&CK T1528) in exported audit logs: "
      "which apps and tokens are bad, who granted what, what was done with it, and the log line "
      "behind every claim.",
      columns);
  out += "\n\nUsage: tokentrail VERB [flags]\n\nVerbs:\n";
  for (const VerbDef* verb : All()) {
    out += fmt::format("  {:<11} {}\n", verb->name,
                       sink::WrapWidth(verb->summary, columns > 40 ? columns - 14 : 26, 0));
  }
  out +=
      "\nGeneral:\n"
      "  -h, --help    show this help; `tokentrail VERB --help` shows a verb's flags\n"
      "  -V, --version show the version\n"
      "\nExamples:\n"
      "  tokentrail hunt exports/\n"
      "      hunt in a folder of exported logs\n"
      "  tokentrail show 3f9a12c4\n"
      "      one finding of that hunt, with its evidence\n"
      "  tokentrail find 203.0.113.7\n"
      "      where else an address turns up\n"
      "  tokentrail rules check rules/\n"
      "      which Sigma rules load, and what is wrong with the others\n";
  return out;
}

int Main(const std::vector<std::string>& args) {
  // A reader that goes away is seen when we write, see Print().
  std::signal(SIGPIPE, SIG_IGN);
  const size_t columns = std::min<size_t>(TerminalOf(STDOUT_FILENO, true).columns, 110);
  if (args.empty()) {
    PrintError(ProgramHelp(columns));
    return static_cast<int>(ExitCode::kMisused);
  }
  const std::string& first = args[0];
  if (first == "--version" || first == "-V" || first == "version")
    return Say(fmt::format("tokentrail {}\n", Version()));
  if (first == "--help" || first == "-h") return Say(ProgramHelp(columns));
  if (first == "help") {
    if (args.size() == 1) return Say(ProgramHelp(columns));
    size_t used = 0;
    const auto verb = FindVerb(std::span(args).subspan(1), used);
    return verb ? Say(HelpText(**verb, columns)) : Fail(verb.error());
  }
  size_t used = 0;
  const auto found = FindVerb(args, used);
  if (!found) return Fail(found.error());
  const VerbDef& verb = **found;
  const auto parsed = ParseArgs(verb, {args.begin() + static_cast<ptrdiff_t>(used), args.end()});
  if (!parsed) return Fail(parsed.error());
  if (parsed->Has(kHelpFlag.name)) return Say(HelpText(verb, columns));
  if (verb.run == nullptr) {
    PrintError(HelpText(verb, columns));
    return static_cast<int>(ExitCode::kMisused);
  }
  const auto code = verb.run(*parsed);
  return code ? static_cast<int>(*code) : Fail(code.error());
}

}  // namespace tokentrail::cli
