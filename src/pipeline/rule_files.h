// Where rules come from: files, folders and archives of them, and values for their placeholders.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/report.h"
#include "base/result.h"
#include "sigma/rule_set.h"

namespace tokentrail::pipeline {

/// Larger ones are left out: the largest public rule file has 60 KiB.
constexpr size_t kMaxRuleFile = size_t{16} << 20;
/// Of all rule files of one run together.
constexpr size_t kMaxRuleBytes = size_t{256} << 20;

struct RuleFile {
  std::string name;  ///< path; of an archive's member `rules.tar.zst!/path/in/it.yml`
  std::string text;  ///< UTF-8, without a byte order mark
};

/// Reads files (whatever their names), folders (all `*.yml` and `*.yaml` below) and archives (such
/// members of .tar.zst, .tar.gz, .zip, ...; known by their content), in the order given, below
/// folders and in archives in byte order of their paths, each file once; `-` is standard input, `shipped` are the rules that come with the program.
/// Case files (`*.cases.yml`) and hidden files and folders are no rules. A path that does not exist
/// is an error that names it; what can't be read is reported (`sigma.unreadable`) and left out.
/// Bounded whatever an archive unpacks to.
Result<std::vector<RuleFile>> ReadRuleFiles(const std::vector<std::string>& paths, Report& report);

/// True for names that end in `.yml` or `.yaml`, in any case.
bool IsYamlName(std::string_view name);
/// True for `*.cases.yml`, `*.cases.yaml`, `*.cases.json` and `*.cases.jsonl`.
bool IsCaseName(std::string_view name);

/// All files below a folder (links to folders are not followed) in byte order of their paths;
/// hidden files and folders apart. Folders that can't be read are reported.
std::vector<std::string> FilesBelow(const std::string& folder, Report& report);

/// The whole of a file as UTF-8 text, unpacked when it is compressed; for what is no archive.
Result<std::string> ReadWholeFile(const std::string& path, size_t max_bytes);

/// Reads a YAML map of placeholder names to a value or a list of values. Errors name file and line.
Result<sigma::Placeholders> ReadPlaceholders(const std::string& path);

}  // namespace tokentrail::pipeline
