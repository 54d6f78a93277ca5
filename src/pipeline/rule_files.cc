#include "pipeline/rule_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <set>
#include <utility>

#include "base/text.h"
#include "base/yaml.h"
#include "pipeline/shipped_rules.h"
#include "source/input.h"

namespace tokentrail::pipeline {
namespace {

namespace fs = std::filesystem;

/// Members of one archive that are looked at, rules or not.
constexpr size_t kMaxMembers = 200'000;
constexpr std::string_view kStandardInput = "standard input";

void Unreadable(const std::string& name, std::string message, Report& report) {
  Diagnostic out;
  out.file = name;
  out.code = "sigma.unreadable";
  out.message = std::move(message);
  report.Add(std::move(out));
}

/// The rest of `bytes`; an error past `max_bytes`.
Result<std::string> ReadAll(source::ByteSource& bytes, size_t max_bytes) {
  constexpr size_t kChunk = 64 << 10;
  std::string out;
  std::array<char, kChunk> chunk;  // not cleared: rule files are small, and thousands
  for (;;) {
    const size_t got = TRY(bytes.Read(chunk.data(), chunk.size()));
    out.append(chunk.data(), got);
    if (got == 0) {
      out.shrink_to_fit();
      return out;
    }
    if (out.size() > max_bytes) {
      return Error{ErrorKind::kConflict,
                   "is larger than " + std::to_string(max_bytes >> 20) + " MiB"};
    }
  }
}

/// Reads what nobody wants, so that a bomb among the other members is counted as well.
Result<Done> Drop(source::ByteSource& bytes) {
  std::string buffer(256 << 10, '\0');
  for (;;) {
    if (TRY(bytes.Read(buffer.data(), buffer.size())) == 0) return Done{};
  }
}

/// `exports.zip!a/b.yml` -> `exports.zip!/a/b.yml`, the member's path from `member` on.
std::string MemberName(std::string_view stream, size_t archive_size, size_t& member) {
  std::string out(stream.substr(0, archive_size));
  std::string_view path = stream.substr(archive_size + 1);
  while (path.starts_with("./")) path.remove_prefix(2);
  while (path.starts_with('/')) path.remove_prefix(1);
  out += "!/";
  member = out.size();
  return out.append(path);
}

/// `a.yml (2)` -> `a.yml`: how the second member of one name is called.
std::string_view WithoutNumber(std::string_view name) {
  const size_t open = name.rfind(" (");
  if (open == name.npos || !name.ends_with(')')) return name;
  return IsDigits(name.substr(open + 2, name.size() - open - 3)) ? name.substr(0, open) : name;
}

/// Hidden at any level: `.github/workflows/x.yml` in an archive is no rule.
bool IsHidden(std::string_view path) {
  return path.starts_with('.') || path.find("/.") != path.npos;
}

bool IsRuleName(std::string_view name) {
  return IsYamlName(WithoutNumber(name)) && !IsCaseName(WithoutNumber(name));
}

class RuleReader {
 public:
  explicit RuleReader(Report& report) : report_(report) {}

  Result<Done> Add(const std::string& path) {
    if (path == kShipped) {
      if (!std::exchange(shipped_, true)) {
        for (RuleFile& file : ShippedRules()) files_.push_back(std::move(file));
      }
      return Done{};
    }
    if (path == "-") {
      Read({"/dev/stdin", std::string(kStandardInput)});
      return Done{};
    }
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) {
      return Error{ErrorKind::kNotFound,
                   "there are no rules at '" + Printable(path) + "': no such file or folder"};
    }
    if (!fs::is_directory(status)) {
      if (IsNew(path)) Read({path, path});
      return Done{};
    }
    for (const std::string& file : FilesBelow(path, report_)) {
      if (IsRuleName(file) && IsNew(file)) Read({file, file});
    }
    return Done{};
  }

  std::vector<RuleFile> Take() { return std::move(files_); }

 private:
  bool IsNew(const std::string& path) {
    std::error_code error;
    const fs::path canonical = fs::canonical(path, error);
    return seen_.insert(error ? path : canonical.string()).second;
  }

  void Read(const source::InputFile& input) {
    auto walker = source::StreamWalker::Open(input);
    if (!walker.ok()) return Unreadable(input.display, walker.error().message, report_);
    std::vector<RuleFile> members;
    constexpr int kMaxErrors = 32;  // a damaged archive may go on without end
    int errors = 0;
    for (size_t count = 0; errors < kMaxErrors; ++count) {
      auto next = walker->Next();
      if (!next.ok()) {
        ++errors;
        Unreadable(input.display, "can't be read: " + WithoutName(next.error().message, input),
                   report_);
        continue;
      }
      if (!next->has_value()) break;
      if (count == kMaxMembers) {
        Unreadable(input.display, "holds more than 200,000 files; the rest is left out", report_);
        break;
      }
      source::Stream& stream = **next;
      if (stream.name == input.display) {
        Keep(input.display, *stream.bytes, files_);
        continue;
      }
      size_t member = 0;
      std::string name = MemberName(stream.name, input.display.size(), member);
      const std::string_view path = std::string_view(name).substr(member);
      if (IsRuleName(path) && !IsHidden(path)) {
        Keep(name, *stream.bytes, members);
      } else if (auto dropped = Drop(*stream.bytes); !dropped.ok()) {
        Unreadable(name, dropped.error().message, report_);
        break;
      }
    }
    std::sort(members.begin(), members.end(),
              [](const RuleFile& a, const RuleFile& b) { return a.name < b.name; });
    for (RuleFile& file : members) files_.push_back(std::move(file));
  }

  static std::string WithoutName(const std::string& message, const source::InputFile& input) {
    const std::string prefix = input.display + ": ";
    return message.starts_with(prefix) ? message.substr(prefix.size()) : message;
  }

  void Keep(const std::string& name, source::ByteSource& bytes, std::vector<RuleFile>& out) {
    Result<std::string> text = ReadAll(bytes, kMaxRuleFile);
    if (!text.ok()) return Unreadable(name, text.error().message, report_);
    if (text->size() > kMaxRuleBytes - total_) {
      return Unreadable(name, "the rules are larger than 256 MiB together", report_);
    }
    total_ += text->size();
    RuleFile& file = out.emplace_back();
    file.name = name;
    file.text = *std::move(text);
  }

  Report& report_;
  std::vector<RuleFile> files_;
  bool shipped_ = false;
  std::set<std::string> seen_;
  size_t total_ = 0;
};

void Collect(const fs::path& folder, Report& report, std::vector<std::string>& out) {
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with('.')) continue;
    std::error_code ignored;
    if (entry->is_directory(ignored)) {
      if (!entry->is_symlink(ignored)) Collect(entry->path(), report, out);
    } else if (entry->is_regular_file(ignored)) {
      out.push_back(entry->path().string());
    } else if (IsYamlName(name)) {
      Unreadable(entry->path().string(), "can't be read: no regular file", report);
    }
  }
  if (error) Unreadable(folder.string(), "can't be read: " + error.message(), report);
}

}  // namespace

bool IsYamlName(std::string_view name) {
  const std::string lower = Lower(name.substr(name.size() < 8 ? 0 : name.size() - 8));
  return lower.ends_with(".yml") || lower.ends_with(".yaml");
}

bool IsCaseName(std::string_view name) {
  const std::string lower = Lower(name);
  for (const std::string_view ending :
       {".cases.yml", ".cases.yaml", ".cases.json", ".cases.jsonl"}) {
    if (lower.ends_with(ending)) return true;
  }
  return false;
}

std::vector<std::string> FilesBelow(const std::string& folder, Report& report) {
  std::vector<std::string> out;
  Collect(folder, report, out);
  std::sort(out.begin(), out.end());
  return out;
}

Result<std::vector<RuleFile>> ReadRuleFiles(const std::vector<std::string>& paths, Report& report) {
  RuleReader reader(report);
  for (const std::string& path : paths) TRY(reader.Add(path));
  return reader.Take();
}

Result<std::string> ReadWholeFile(const std::string& path, size_t max_bytes) {
  const std::string shown = path == "-" ? std::string(kStandardInput) : path;
  const auto fail = [&](const Error& error) {
    return Error{error.kind, "can't read '" + Printable(shown) + "': " + error.message};
  };
  std::error_code error;
  if (path != "-" && !fs::exists(path, error)) {
    return Error{ErrorKind::kNotFound, "'" + Printable(shown) + "' does not exist"};
  }
  auto walker = source::StreamWalker::Open({path == "-" ? "/dev/stdin" : path, shown});
  if (!walker.ok()) return fail(walker.error());
  auto stream = walker->Next();
  if (!stream.ok()) return fail(stream.error());
  if (!stream->has_value() || (*stream)->name != shown) {
    return fail({ErrorKind::kInvalid, "it is an archive; unpack it first"});
  }
  Result<std::string> text = ReadAll(*(*stream)->bytes, max_bytes);
  if (!text.ok()) return fail(text.error());
  return text;
}

Result<sigma::Placeholders> ReadPlaceholders(const std::string& path) {
  const std::string text = TRY(ReadWholeFile(path, kMaxRuleFile));
  YamlError problem;
  const Result<std::vector<Yaml>> documents = ParseYaml(text, &problem);
  const auto fail = [&](uint32_t line, const std::string& message) {
    return Error{ErrorKind::kInvalid,
                 Printable(path) + ":" + std::to_string(line) + ": " + message};
  };
  if (!documents.ok()) return fail(problem.line, problem.message);
  sigma::Placeholders out;
  for (const Yaml& document : *documents) {
    if (document.is_null()) continue;
    if (!document.is_map()) return fail(document.line, "expected placeholders by name");
    for (const auto& [key, value] : document.map) {
      std::vector<std::string>& values = out[key.text];
      if (value.is_scalar()) values.push_back(value.text);
      for (const Yaml& one : value.list) {
        if (!one.is_scalar()) return fail(one.line, "expected a plain value");
        values.push_back(one.text);
      }
      if (values.empty()) {
        return fail(key.line, "placeholder '" + key.text + "' needs a value or a list of values");
      }
    }
  }
  return out;
}

}  // namespace tokentrail::pipeline
