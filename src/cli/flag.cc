#include "cli/flag.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "sink/width.h"

namespace tokentrail::cli {

const FlagDef kHelpFlag = {
    .name = "help", .letter = 'h', .group = "General", .summary = "show this help"};

std::string Args::Get(std::string_view flag, std::string_view otherwise) const {
  const auto it = values_.find(flag);
  return it == values_.end() ? std::string(otherwise) : it->second.back();
}

const std::vector<std::string>& Args::All(std::string_view flag) const {
  static const std::vector<std::string> kNone;
  const auto it = values_.find(flag);
  return it == values_.end() ? kNone : it->second;
}

namespace {

const FlagDef* ByName(const VerbDef& verb, std::string_view name) {
  if (name == kHelpFlag.name) return &kHelpFlag;
  for (const FlagDef& flag : verb.flags) {
    if (flag.name == name) return &flag;
  }
  return nullptr;
}

const FlagDef* ByLetter(const VerbDef& verb, char letter) {
  if (letter == kHelpFlag.letter) return &kHelpFlag;
  for (const FlagDef& flag : verb.flags) {
    if (flag.letter == letter && letter != 0) return &flag;
  }
  return nullptr;
}

Error Misused(std::string message) { return {ErrorKind::kInvalid, std::move(message)}; }

Error UnknownFlag(const VerbDef& verb, std::string_view given, std::string_view name) {
  std::vector<std::string_view> names = {kHelpFlag.name};
  for (const FlagDef& flag : verb.flags) names.push_back(flag.name);
  const std::string_view meant = Closest(name, names);
  return Misused(
      fmt::format("unknown flag '{}'{}; `tokentrail {} --help` shows them all", Printable(given),
                  meant.empty() ? "" : fmt::format(", did you mean '--{}'?", meant), verb.name));
}

/// The value as the flag's list of choices writes it.
Result<std::string> CheckValue(const FlagDef& flag, const std::string& value) {
  if (flag.choices.empty()) return value;
  const std::vector<std::string_view> choices = Split(flag.choices, "|");
  for (const std::string_view choice : choices) {
    if (EqualsIgnoreCase(choice, value)) return std::string(choice);
  }
  const std::string_view meant = Closest(Lower(value), choices);
  return Misused(fmt::format(
      "--{} can't be '{}'{}; it takes one of: {}", flag.name, Printable(value),
      meant.empty() ? "" : fmt::format(", did you mean '{}'?", meant), fmt::join(choices, ", ")));
}

}  // namespace

Result<Args> ParseArgs(const VerbDef& verb, const std::vector<std::string>& args) {
  Args out;
  out.raw_ = args;
  bool flags_over = false;
  for (size_t i = 0; i < args.size(); ++i) {
    const std::string& arg = args[i];
    if (flags_over || arg == "-" || arg.empty() || arg[0] != '-') {
      out.words_.push_back(arg);
      continue;
    }
    if (arg == "--") {
      flags_over = true;
      continue;
    }
    const auto take = [&](const FlagDef& flag, const std::string* attached) -> Result<Done> {
      std::string value;
      if (flag.value.empty()) {
        if (attached != nullptr) {
          return Misused(
              fmt::format("--{} takes no value, but got '{}'", flag.name, Printable(*attached)));
        }
      } else if (attached != nullptr) {
        value = *attached;
      } else if (i + 1 < args.size() && (args[i + 1] == "-" || !args[i + 1].starts_with('-'))) {
        value = args[++i];
      } else {
        return Misused(fmt::format("--{} needs a value: {}", flag.name, flag.value));
      }
      value = TRY(CheckValue(flag, value));
      out.values_[std::string(flag.alias_of.empty() ? flag.name : flag.alias_of)].push_back(
          std::move(value));
      return Done{};
    };

    if (arg.starts_with("--")) {
      const size_t equals = arg.find('=');
      const std::string name = arg.substr(2, equals == std::string::npos ? equals : equals - 2);
      const FlagDef* flag = ByName(verb, name);
      if (flag == nullptr) return UnknownFlag(verb, arg.substr(0, equals), name);
      const std::string attached = equals == std::string::npos ? "" : arg.substr(equals + 1);
      TRY(take(*flag, equals == std::string::npos ? nullptr : &attached));
      continue;
    }
    for (size_t at = 1; at < arg.size(); ++at) {
      const FlagDef* flag = ByLetter(verb, arg[at]);
      if (flag == nullptr) return UnknownFlag(verb, fmt::format("-{}", arg[at]), arg.substr(1));
      if (flag->value.empty()) {
        TRY(take(*flag, nullptr));
        continue;
      }
      std::string rest = arg.substr(at + 1);
      if (rest.starts_with('=')) rest.erase(0, 1);
      TRY(take(*flag, rest.empty() ? nullptr : &rest));
      break;
    }
  }
  return out;
}

std::string HelpText(const VerbDef& verb, size_t columns) {
  std::string out = sink::WrapWidth(std::string(verb.summary) + ".", columns) + "\n\n";
  out += "Usage: " + sink::WrapWidth(fmt::format("tokentrail {}", verb.usage), columns - 7, 9);
  out += "\n";
  if (!verb.description.empty()) out += "\n" + sink::WrapWidth(verb.description, columns) + "\n";

  if (const auto second = VerbsOf(verb); !second.empty()) {
    out += "\nVerbs:\n";
    for (const VerbDef* one : second) {
      out += fmt::format("  {:<11} {}\n", LastWord(*one),
                         sink::WrapWidth(one->summary, columns > 40 ? columns - 14 : 26, 14));
    }
  }

  std::vector<std::string_view> groups;
  for (const FlagDef& flag : verb.flags) {
    if (std::find(groups.begin(), groups.end(), flag.group) == groups.end()) {
      groups.push_back(flag.group);
    }
  }
  if (std::find(groups.begin(), groups.end(), kHelpFlag.group) == groups.end()) {
    groups.push_back(kHelpFlag.group);
  }
  const size_t left = columns < 60 ? 6 : 32;
  const auto add = [&](const FlagDef& flag) {
    std::string head = flag.letter == 0 ? "      " : fmt::format("  -{}, ", flag.letter);
    head += fmt::format("--{}{}{}", flag.name, flag.value.empty() ? "" : " ", flag.value);
    std::string text(flag.summary);
    if (!flag.alias_of.empty()) text = fmt::format("the same as --{}", flag.alias_of);
    // The text starts beside the flag, or below it when the flag is long.
    if (head.size() + 2 > left) {
      out += head + "\n" + std::string(left, ' ');
    } else {
      out += head + std::string(left - head.size(), ' ');
    }
    const std::string wrapped = sink::WrapWidth(text, columns > left + 20 ? columns - left : 20);
    for (const char c : wrapped) {
      out.push_back(c);
      if (c == '\n') out.append(left, ' ');
    }
    out.push_back('\n');
  };
  for (const std::string_view group : groups) {
    out += fmt::format("\n{}:\n", group);
    for (const FlagDef& flag : verb.flags) {
      if (flag.group == group) add(flag);
    }
    if (group == kHelpFlag.group) add(kHelpFlag);
  }
  if (!verb.examples.empty()) {
    out += "\nExamples:\n";
    for (const Example& example : verb.examples) {
      out += fmt::format("  {}\n      {}\n", example.command, example.summary);
    }
  }
  return out;
}

}  // namespace tokentrail::cli
