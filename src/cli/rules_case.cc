#include "cli/rules_case.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <set>

#include "base/text.h"
#include "base/yaml.h"
#include "cli/rules_case_json.h"
#include "cli/rules_case_yaml.h"
#include "pipeline/rule_files.h"

namespace tokentrail::cli {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string_view> kKeys = {"name",  "rule",        "file",   "logsource",
                                             "match", "no_match",    "reject", "events",
                                             "fires", "placeholders"};
const std::vector<std::string_view> kSourceKeys = {"product", "category", "service", "definition"};

/// By the name; a text without a telling one (standard input) by how it begins.
bool IsJson(std::string_view name, std::string_view text) {
  const std::string lower = Lower(name);
  if (lower.ends_with(".json") || lower.ends_with(".jsonl") || lower.ends_with(".ndjson")) {
    return true;
  }
  if (pipeline::IsYamlName(name)) return false;
  text = Trim(text);
  const bool array = text.starts_with('[');
  if (array) text = Trim(text.substr(1));
  return text.starts_with('{') && (array || Trim(text.substr(1)).starts_with('"'));
}

/// `rules/x.cases.yml` -> `rules/x.yml`, or `rules/x.yaml` when only that one exists; empty for
/// other names.
std::string RuleBeside(const std::string& name) {
  if (!pipeline::IsCaseName(name)) return {};
  const size_t ending = Lower(name).rfind(".cases.");
  const std::string stem = name.substr(0, ending);
  std::error_code ignored;
  const bool yaml = !fs::exists(stem + ".yml", ignored) && fs::exists(stem + ".yaml", ignored);
  return stem + (yaml ? ".yaml" : ".yml");
}

/// Reads one case from its tree.
class CaseReader {
 public:
  CaseReader(const std::string& file, const std::vector<std::string_view>& lines, bool json)
      : file_(file), lines_(lines), json_(json) {}

  RuleCase Broken(uint32_t line, uint32_t column, std::string message) {
    case_ = RuleCase();
    case_.file = file_;
    case_.line = std::max<uint32_t>(line, 1);
    Problem(line, column, 1, "case.broken", std::move(message), {});
    return std::move(case_);
  }

  RuleCase Read(const Yaml& tree) {
    if (!tree.is_map()) {
      return Broken(tree.line, tree.column, "a case is a map with `rule` or `file`, `match`, ...");
    }
    if (tree.Find("detection") != nullptr || tree.Find("correlation") != nullptr) {
      return Broken(tree.line, tree.column,
                    "this is a rule, not a case: a case names it as `rule` or `file`");
    }
    case_ = RuleCase();
    case_.file = file_;
    case_.line = tree.line;
    for (const auto& [key, value] : tree.map) {
      if (std::find(kKeys.begin(), kKeys.end(), key.text) != kKeys.end()) continue;
      Unknown(key, kKeys);
    }
    if (const Yaml* name = tree.Find("name"); name != nullptr) {
      if (!name->is_scalar()) Wrong(*name, "`name` is a text");
      case_.name = name->text;
    }
    ReadRule(tree);
    if (const Yaml* source = tree.Find("logsource"); source != nullptr) ReadSource(*source);
    if (const Yaml* given = tree.Find("placeholders"); given != nullptr) ReadPlaceholders(*given);
    if (const Yaml* list = tree.Find("match"); list != nullptr) ReadEvents(*list, case_.match);
    if (const Yaml* list = tree.Find("no_match"); list != nullptr) {
      ReadEvents(*list, case_.no_match);
    }
    const Yaml* const reject = tree.Find("reject");
    if (reject != nullptr) {
      if (!reject->is_scalar() || (reject->text != "true" && reject->text != "false")) {
        Wrong(*reject, "`reject` is true or false");
      }
      case_.reject = reject->text == "true";
    }
    ReadFirings(tree);
    if (reject == nullptr && case_.match.empty() && case_.no_match.empty() &&
        case_.events.empty() && case_.problems.empty()) {
      Wrong(tree, "the case expects nothing: give `match`, `no_match`, `reject` or `events`");
    }
    return std::move(case_);
  }

 private:
  void Problem(uint32_t line, uint32_t column, uint32_t width, std::string code,
               std::string message, std::string help) {
    Diagnostic out;
    out.file = file_;
    out.line = line;
    out.column = column;
    out.width = std::max<uint32_t>(width, 1);
    out.code = std::move(code);
    out.message = std::move(message);
    out.help = std::move(help);
    // A line of JSON is a whole case: too long to be shown.
    if (!json_ && line > 0 && line <= lines_.size()) out.source_line = lines_[line - 1];
    case_.problems.push_back(std::move(out));
  }

  void Wrong(const Yaml& at, std::string message) {
    const auto width = static_cast<uint32_t>(at.is_scalar() && !at.quoted ? at.text.size() : 1);
    Problem(at.line, at.column, width, "case.bad_value", std::move(message), {});
  }

  void Unknown(const Yaml& key, const std::vector<std::string_view>& known) {
    const std::string_view meant = Closest(key.text, known);
    Problem(key.line, key.column, static_cast<uint32_t>(key.text.size()), "case.unknown_key",
            fmt::format("unknown key '{}'", key.text),
            meant.empty() ? fmt::format("there are: {}", fmt::join(known, ", "))
                          : fmt::format("did you mean '{}'?", meant));
  }

  void ReadRule(const Yaml& tree) {
    const Yaml* const rule = tree.Find("rule");
    const Yaml* const file = tree.Find("file");
    if (rule != nullptr && file != nullptr) {
      return Wrong(*file, "a case has `rule` or `file`, not both");
    }
    if (rule != nullptr) {
      if (!rule->is_scalar() && !rule->is_map()) {
        return Wrong(*rule, "`rule` is the text of a rule, or the rule itself");
      }
      case_.rule = rule->is_map() ? ToYamlText(*rule) : rule->text;
      case_.rule_line = rule->line;
      return;
    }
    if (file != nullptr) {
      if (!file->is_scalar() || file->text.empty()) return Wrong(*file, "`file` is a path");
      case_.rule_file = (fs::path(file_).parent_path() / file->text).lexically_normal().string();
      return;
    }
    case_.rule_file = RuleBeside(file_);
    if (case_.rule_file.empty()) Wrong(tree, "the case has no rule: give `rule` or `file`");
  }

  void ReadSource(const Yaml& source) {
    if (!source.is_map())
      return Wrong(source, "`logsource` is a map of product, category, service");
    case_.source.emplace();
    for (const auto& [key, value] : source.map) {
      std::string* const to = key.text == "product"    ? &case_.source->product
                              : key.text == "category" ? &case_.source->category
                              : key.text == "service"  ? &case_.source->service
                                                       : nullptr;
      if (to == nullptr) {
        if (key.text != "definition") Unknown(key, kSourceKeys);
      } else if (value.is_scalar()) {
        *to = Lower(value.text);
      } else if (!value.is_null()) {
        Wrong(value, fmt::format("`{}` is a text", key.text));
      }
    }
  }

  void ReadPlaceholders(const Yaml& given) {
    if (given.is_null()) return;
    if (!given.is_map()) return Wrong(given, "`placeholders` is a map of names to values");
    for (const auto& [key, value] : given.map) {
      std::vector<std::string>& values = case_.placeholders[key.text];
      if (value.is_scalar()) values.push_back(value.text);
      if (value.is_map()) Wrong(value, "expected a value or a list of values");
      for (const Yaml& one : value.list) {
        if (!one.is_scalar()) return Wrong(one, "expected a plain value");
        values.push_back(one.text);
      }
    }
  }

  bool ReadEvent(const Yaml& event, CaseEvent& out) {
    const bool object = json_ ? event.is_scalar() && event.text.starts_with('{') : event.is_map();
    if (!object) {
      Wrong(event, "an event is a map: the record as it would be logged");
      return false;
    }
    out.json = json_ ? event.text : ToJson(event);
    out.line = event.line;
    return true;
  }

  void ReadEvents(const Yaml& list, std::vector<CaseEvent>& out) {
    if (list.is_null()) return;
    if (!list.is_list()) return Wrong(list, "expected a list of events");
    for (const Yaml& event : list.list) {
      CaseEvent one;
      if (ReadEvent(event, one)) out.push_back(std::move(one));
    }
  }

  void ReadFirings(const Yaml& tree) {
    const Yaml* const events = tree.Find("events");
    const Yaml* const fires = tree.Find("fires");
    if (events == nullptr && fires == nullptr) return;
    if (events == nullptr) return Wrong(*fires, "`fires` needs `events`: [[seconds, event], ...]");
    if (!events->is_list()) return Wrong(*events, "expected a list of pairs: [seconds, event]");
    for (const Yaml& pair : events->list) {
      if (!pair.is_list() || pair.list.size() != 2) {
        return Wrong(pair, "expected a pair: [seconds, event]");
      }
      CaseEvent one;
      if (!ReadSeconds(pair.list[0], one.micros)) return;
      if (!ReadEvent(pair.list[1], one)) return;
      case_.events.push_back(std::move(one));
    }
    if (fires == nullptr) {
      return Wrong(*events,
                   "`events` needs `fires`: the numbers, from 0, of the events on which "
                   "the correlation fires; [] when it must not");
    }
    if (!fires->is_list() && !fires->is_null()) {
      return Wrong(*fires, "`fires` is a list of numbers of events, from 0");
    }
    for (const Yaml& one : fires->list) {
      if (!one.is_scalar() || !IsDigits(one.text) || one.text.size() > 9 ||
          std::stoul(one.text) >= case_.events.size()) {
        return Wrong(one, fmt::format("`fires` holds numbers of events, from 0 to {}",
                                      std::max<size_t>(case_.events.size(), 1) - 1));
      }
      case_.fires.push_back(std::stoul(one.text));
    }
    std::sort(case_.fires.begin(), case_.fires.end());
    const auto twice = std::adjacent_find(case_.fires.begin(), case_.fires.end());
    if (twice != case_.fires.end()) Wrong(*fires, fmt::format("{} stands here twice", *twice));
  }

  bool ReadSeconds(const Yaml& node, int64_t& micros) {
    constexpr double kMost = 1e12;
    double seconds = 0;
    const char* const end = node.text.data() + node.text.size();
    const auto read = std::from_chars(node.text.data(), end, seconds);
    if (!node.is_scalar() || read.ec != std::errc() || read.ptr != end ||
        !(std::abs(seconds) < kMost)) {
      Wrong(node, "seconds are a number, such as 0 or 12.5");
      return false;
    }
    micros = std::llround(seconds * 1e6);
    return true;
  }

  const std::string& file_;
  const std::vector<std::string_view>& lines_;
  bool json_;
  RuleCase case_;
};

}  // namespace

std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    out.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::vector<RuleCase> ReadCases(const std::string& name, std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const bool json = IsJson(name, text);
  const std::vector<std::string_view> lines = LinesOf(text);
  CaseReader reader(name, lines, json);
  if (text.find('\0') != text.npos) {
    return {reader.Broken(1, 0, "not UTF-8 text (save it as UTF-8)")};
  }
  std::vector<RuleCase> out;
  if (json) {
    for (const JsonPart& part : SplitJson(text)) {
      Yaml tree;
      std::string problem;
      out.push_back(ReadJsonCase(part, tree, problem) ? reader.Read(tree)
                                                      : reader.Broken(part.line, 0, problem));
    }
  } else {
    for (const YamlPart& part : ReadYamlParts(text)) {
      if (!part.problem.empty()) {
        out.push_back(reader.Broken(part.line, part.column, part.problem));
      } else if (part.tree.is_list()) {
        for (const Yaml& one : part.tree.list) out.push_back(reader.Read(one));
      } else if (!part.tree.is_null()) {
        out.push_back(reader.Read(part.tree));
      }
    }
  }
  if (out.empty()) out.push_back(reader.Broken(1, 0, "the file holds no case"));
  return out;
}

bool HoldsCases(std::string_view text) {
  // Cheap first: most files below a folder are rules.
  const auto has = [&](std::string_view word) { return text.find(word) != text.npos; };
  if (!has("match") && !has("reject") && !has("fires")) return false;
  const auto is_case = [](const Yaml& tree) {
    if (!tree.is_map() || tree.Find("detection") != nullptr) return false;
    for (const std::string_view key : {"match", "no_match", "reject", "events"}) {
      if (tree.Find(key) != nullptr) return true;
    }
    return false;
  };
  for (const YamlPart& part : ReadYamlParts(text)) {
    if (is_case(part.tree)) return true;
    if (part.tree.is_list() && std::any_of(part.tree.list.begin(), part.tree.list.end(), is_case)) {
      return true;
    }
  }
  // Broken beyond reading: by the look of its lines.
  const std::vector<std::string_view> lines = LinesOf(text);
  bool detection = false;
  bool expects = false;
  for (std::string_view line : lines) {
    if (line.starts_with("- ")) line.remove_prefix(2);
    detection = detection || line.starts_with("detection:");
    expects = expects || line.starts_with("match:") || line.starts_with("no_match:") ||
              line.starts_with("reject:") || line.starts_with("fires:");
  }
  return expects && !detection;
}

}  // namespace tokentrail::cli
