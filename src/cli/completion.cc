// `tokentrail completion`: scripts with which a shell completes verbs, flags and values. Made from
// the same tables as --help.

#include "cli/completion.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "cli/flag.h"
#include "cli/terminal.h"

namespace tokentrail::cli {

namespace {

std::string VerbNames(std::span<const VerbDef* const> verbs, std::string_view separator) {
  std::vector<std::string_view> names;
  for (const VerbDef* verb : verbs) names.push_back(LastWord(*verb));
  return fmt::format("{}", fmt::join(names, separator));
}

std::string Spaced(std::string_view choices) {
  return fmt::format("{}", fmt::join(Split(choices, "|"), " "));
}

/// Inside single quotes of any of the three shells.
std::string Quoted(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

std::vector<FlagDef> FlagsOf(const VerbDef& verb) {
  std::vector<FlagDef> out(verb.flags.begin(), verb.flags.end());
  out.push_back(kHelpFlag);
  return out;
}

std::string Bash() {
  std::string out =
      "# bash completion for tokentrail\n"
      "_tokentrail() {\n"
      "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} "
      "verb=${COMP_WORDS[1]}\n"
      "  COMPREPLY=()\n"
      "  if ((COMP_CWORD == 1)); then\n";
  out += fmt::format(
      "    COMPREPLY=($(compgen -W '{} help --help --version' -- \"$cur\"))\n    return\n  fi\n"
      "  case $verb in\n",
      VerbNames(All(), " "));
  for (const VerbDef* verb : All()) {
    if (VerbsOf(*verb).empty()) continue;
    if (verb->run != nullptr) {  // its second word may be a word or flag of its own
      out += fmt::format(
          "    {}) if ((COMP_CWORD == 2)) && [[ $cur != -* ]]; then\n"
          "      COMPREPLY=($(compgen -W '{}' -- \"$cur\") $(compgen -f -- \"$cur\"))\n"
          "      return\n    fi\n"
          "    case ${{COMP_WORDS[2]}} in {}) verb+=\" ${{COMP_WORDS[2]}}\";; esac;;\n",
          verb->name, VerbNames(VerbsOf(*verb), " "), VerbNames(VerbsOf(*verb), "|"));
      continue;
    }
    out += fmt::format(
        "    {}) if ((COMP_CWORD == 2)); then\n"
        "      COMPREPLY=($(compgen -W '{} --help' -- \"$cur\"))\n      return\n    fi\n"
        "    verb+=\" ${{COMP_WORDS[2]}}\";;\n",
        verb->name, VerbNames(VerbsOf(*verb), " "));
  }
  out += "  esac\n  case $verb in\n";
  for (const VerbDef* verb : AllToRun()) {
    out += fmt::format("    '{}')\n      case $prev in\n", verb->name);
    std::string names;
    for (const FlagDef& flag : FlagsOf(*verb)) {
      names += fmt::format("{}--{}", names.empty() ? "" : " ", flag.name);
      if (flag.value.empty()) continue;
      std::string words = fmt::format("--{}", flag.name);
      if (flag.letter != 0) words += fmt::format("|-{}", flag.letter);
      if (!flag.choices.empty()) {
        out += fmt::format("        {}) COMPREPLY=($(compgen -W '{}' -- \"$cur\")); return;;\n",
                           words, Spaced(flag.choices));
      } else if (flag.completes == "directory") {
        out += fmt::format("        {}) COMPREPLY=($(compgen -d -- \"$cur\")); return;;\n", words);
      } else if (flag.completes == "file") {
        out += fmt::format("        {}) COMPREPLY=($(compgen -f -- \"$cur\")); return;;\n", words);
      } else {
        out += fmt::format("        {}) return;;\n", words);
      }
    }
    out += "      esac\n";
    std::string rest = "return";
    if (verb->words == "file") {
      rest = "COMPREPLY=($(compgen -f -- \"$cur\"))";
    } else if (!verb->words.empty()) {
      rest = fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$cur\"))", Spaced(verb->words));
    }
    out += fmt::format(
        "      if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W '{}' -- \"$cur\")); else {}; "
        "fi;;\n",
        names, rest);
  }
  out += "  esac\n}\ncomplete -o filenames -F _tokentrail tokentrail\n";
  return out;
}

/// Text inside `[...]` of a zsh argument spec.
std::string ZshText(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return Quoted(out);
}

std::string Zsh() {
  std::string out =
      "#compdef tokentrail\n"
      "# zsh completion for tokentrail\n"
      "_tokentrail() {\n"
      "  local -a verbs\n"
      "  verbs=(\n";
  for (const VerbDef* verb : All()) {
    out += fmt::format("    '{}:{}'\n", verb->name, ZshText(verb->summary));
  }
  out +=
      "  )\n"
      "  if (( CURRENT == 2 )); then\n"
      "    _describe -t verbs 'verb' verbs\n"
      "    return\n"
      "  fi\n"
      "  local verb=$words[2]\n"
      "  shift words\n"
      "  (( CURRENT-- ))\n"
      "  case $verb in\n";
  for (const VerbDef* verb : All()) {
    if (VerbsOf(*verb).empty()) continue;
    const bool runs = verb->run != nullptr;  // its second word may be a word or flag of its own
    out += fmt::format("    {}) if (( CURRENT == 2 )){}; then\n      verbs=(\n", verb->name,
                       runs ? " && [[ $words[2] != -* ]]" : "");
    for (const VerbDef* one : VerbsOf(*verb)) {
      out += fmt::format("        '{}:{}'\n", LastWord(*one), ZshText(one->summary));
    }
    out += fmt::format("      )\n      _describe -t verbs 'verb' verbs\n{}      return\n    fi\n",
                       runs ? "      _files\n" : "");
    const std::string step = "verb+=\" $words[2]\"; shift words; (( CURRENT-- ))";
    out += runs ? fmt::format("    case $words[2] in\n      {}) {};;\n    esac;;\n",
                              VerbNames(VerbsOf(*verb), "|"), step)
                : fmt::format("    {};;\n", step);
  }
  out += "  esac\n  case $verb in\n";
  for (const VerbDef* verb : AllToRun()) {
    out += fmt::format("    '{}')\n      _arguments -s", verb->name);
    for (const FlagDef& flag : FlagsOf(*verb)) {
      std::string action;
      if (!flag.value.empty()) {
        action = fmt::format(":{}:", flag.value);
        if (!flag.choices.empty()) {
          action += fmt::format("({})", Spaced(flag.choices));
        } else if (flag.completes == "directory") {
          action += "_files -/";
        } else if (flag.completes == "file") {
          action += "_files";
        }
      }
      const std::string_view text =
          flag.alias_of.empty() ? flag.summary : std::string_view("the same, other name");
      out += fmt::format(" \\\n        '*--{}[{}]{}'", flag.name, ZshText(text), action);
      if (flag.letter != 0) {
        out += fmt::format(" \\\n        '*-{}[{}]{}'", flag.letter, ZshText(text), action);
      }
    }
    if (verb->words == "file") {
      out += " \\\n        '*:file:_files'";
    } else if (!verb->words.empty()) {
      out += fmt::format(" \\\n        '*:word:({})'", Spaced(verb->words));
    }
    out += "\n      ;;\n";
  }
  out += "  esac\n}\n_tokentrail \"$@\"\n";
  return out;
}

/// Inside single quotes of fish, where only \ and ' are special.
std::string FishText(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

std::string Fish() {
  std::string out = "# fish completion for tokentrail\ncomplete -c tokentrail -f\n";
  for (const VerbDef* verb : All()) {
    out += fmt::format("complete -c tokentrail -n __fish_use_subcommand -a {} -d '{}'\n",
                       verb->name, FishText(verb->summary));
  }
  for (const VerbDef* verb : All()) {
    for (const VerbDef* one : VerbsOf(*verb)) {
      out += fmt::format(
          "complete -c tokentrail -n '__fish_seen_subcommand_from {}; and not "
          "__fish_seen_subcommand_from {}' -a {} -d '{}'\n",
          verb->name, VerbNames(VerbsOf(*verb), " "), LastWord(*one), FishText(one->summary));
    }
  }
  for (const VerbDef* verb : AllToRun()) {
    std::string seen;
    for (const std::string_view word : Split(verb->name, " ")) {
      seen += fmt::format("{}__fish_seen_subcommand_from {}", seen.empty() ? "" : "; and ", word);
    }
    if (!VerbsOf(*verb).empty()) {
      seen += "; and not __fish_seen_subcommand_from " + VerbNames(VerbsOf(*verb), " ");
    }
    const std::string here = fmt::format("complete -c tokentrail -n '{}'", seen);
    if (verb->words == "file") {
      out += here + " -F\n";
    } else if (!verb->words.empty()) {
      out += fmt::format("{} -a '{}'\n", here, Spaced(verb->words));
    }
    for (const FlagDef& flag : FlagsOf(*verb)) {
      out += fmt::format("{} -l {}", here, flag.name);
      if (flag.letter != 0) out += fmt::format(" -s {}", flag.letter);
      if (!flag.choices.empty()) {
        out += fmt::format(" -x -a '{}'", Spaced(flag.choices));
      } else if (!flag.value.empty()) {
        out += flag.completes.empty() ? " -x" : " -r -F";
      }
      const std::string_view text =
          flag.alias_of.empty() ? flag.summary : std::string_view("the same, other name");
      out += fmt::format(" -d '{}'\n", FishText(text));
    }
  }
  return out;
}

constexpr Example kExamples[] = {
    {"source <(tokentrail completion bash)", "for this shell only"},
    {"tokentrail completion fish > ~/.config/fish/completions/tokentrail.fish", "for good"},
};

Result<ExitCode> Run(const Args& args) {
  const std::string shell = args.words().size() == 1 ? args.words()[0] : "";
  const std::string text = CompletionScript(shell);
  if (text.empty()) {
    return Error{ErrorKind::kInvalid, "completion takes one word: bash, zsh or fish"};
  }
  TRY(Print(text));
  return ExitCode::kDone;
}

}  // namespace

std::string CompletionScript(std::string_view shell) {
  if (shell == "bash") return Bash();
  if (shell == "zsh") return Zsh();
  if (shell == "fish") return Fish();
  return {};
}

extern constinit const VerbDef kCompletion;
constinit const VerbDef kCompletion = {
    .name = "completion",
    .usage = "completion bash|zsh|fish",
    .summary = "Print a script that completes verbs and flags in your shell",
    .examples = kExamples,
    .words = "bash|zsh|fish",
    .run = Run,
};

}  // namespace tokentrail::cli
