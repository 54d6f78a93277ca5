#include "playbook/page_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/text.h"
#include "base/yaml.h"
#include "playbook/file.h"

namespace tokentrail::playbook {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kShipped = "shipped";
constexpr size_t kMaxCases = size_t{16} << 20;

void Complain(const std::string& file, uint32_t line, uint32_t column, std::string message,
              Report& report) {
  Diagnostic out;
  out.file = file;
  out.line = line;
  out.column = column;
  out.message = std::move(message);
  out.code = "playbook.cases";
  report.Add(std::move(out));
}

std::optional<bool> Truth(std::string_view text) {
  for (const std::string_view yes : {"true", "yes"}) {
    if (EqualsIgnoreCase(text, yes)) return true;
  }
  for (const std::string_view no : {"false", "no"}) {
    if (EqualsIgnoreCase(text, no)) return false;
  }
  return std::nullopt;
}

void ReadCases(CaseFile& file, Report& report) {
  YamlError error;
  const auto documents = ParseYaml(file.text, &error);
  if (!documents.ok()) {
    return Complain(file.name, error.line, error.column, error.message, report);
  }
  std::set<std::string> names;
  for (const Yaml& one : *documents) {
    if (one.is_null()) continue;
    if (!one.is_map()) {
      Complain(file.name, one.line, one.column, "expected a case: name, fires, evidence", report);
      continue;
    }
    AnalyticCase read;
    read.line = one.line;
    bool good = true;
    const auto wrong = [&](const Yaml& at, std::string message) {
      Complain(file.name, at.line, at.column, std::move(message), report);
      good = false;
    };
    for (const auto& [key, value] : one.map) {
      if (key.text == "name") {
        read.name = value.text;
      } else if (key.text == "language") {
        read.language = Lower(value.text);
      } else if (key.text == "evidence") {
        read.evidence = value.text;
      } else if (key.text == "fires") {
        const std::optional<bool> fires = Truth(value.text);
        if (!fires) wrong(value, "`fires` is true or false");
        read.fires = fires.value_or(false);
      } else {
        wrong(key, fmt::format("unknown key '{}': a case has name, fires, evidence, language",
                               Printable(key.text)));
      }
    }
    if (read.name.empty()) wrong(one, "the case has no name: say what it shows");
    if (Trim(read.evidence).empty()) wrong(one, "the case has no evidence: records, one a line");
    if (one.Find("fires") == nullptr) wrong(one, "the case doesn't say whether it `fires`");
    if (!names.insert(read.name).second) wrong(one, "two cases have this name");
    if (good) file.cases.push_back(std::move(read));
  }
}

/// Reads the cases that the page's analytics name; `text` gives a file's text by its name.
template <typename Text>
void AddCases(PageFile& out, const Text& text, Report& report) {
  for (size_t i = 0; i < out.page.analytics.size(); ++i) {
    const Label* label = out.page.analytics[i].Find("cases");
    if (label == nullptr || label->text.empty()) continue;
    CaseFile file;
    const std::string name = CaseFileName(label->text);
    file.name = out.folder + "/" + name;
    const bool outside = name.find("..") != name.npos || name.starts_with('/');
    Result<std::string> read =
        outside ? Result<std::string>(Error{ErrorKind::kInvalid, "cases stand in " + out.folder})
                : text(name, file.name);
    if (!read.ok()) {
      report.Add(playbook::Complain(out.page, label->value.begin, label->value.size(),
                                    read.error().message, "playbook.cases",
                                    "cases of this page stand in " + out.folder + "/"));
      file.text.clear();
    } else {
      file.text = *std::move(read);
      ReadCases(file, report);
    }
    out.cases.emplace(i, std::move(file));
  }
}

void AddShipped(std::string_view wanted, std::vector<PageFile>& out, Report& report, bool& found) {
  const auto all = ShippedPages();
  for (const auto& [name, text] : all) {
    if (!name.ends_with(".md")) continue;
    const std::string stem = name.substr(0, name.size() - 3);
    if (!wanted.empty() && !EqualsIgnoreCase(wanted, stem) && !EqualsIgnoreCase(wanted, name)) {
      continue;
    }
    found = true;
    PageFile file;
    file.path = std::string(kShipped) + ":" + name;
    auto page = ParsePage(file.path, text, report);
    if (!page) continue;
    file.shipped = true;
    file.page = *std::move(page);
    file.folder = std::string(kShipped) + ":" + stem + ".cases";
    AddCases(
        file,
        [&](const std::string& case_name, const std::string& path) -> Result<std::string> {
          for (const auto& other : all) {
            if (other.first == stem + ".cases/" + case_name) return other.second;
          }
          return Error{ErrorKind::kNotFound, "there are no cases at '" + path + "'"};
        },
        report);
    out.push_back(std::move(file));
  }
}

void AddFile(const std::string& path, std::vector<PageFile>& out, Report& report) {
  auto page = ReadPage(path, report);
  if (!page) return;
  PageFile file;
  file.path = path;
  file.page = *std::move(page);
  const fs::path where(path);
  file.folder = (where.parent_path() / (where.stem().string() + ".cases")).string();
  AddCases(
      file,
      [&](const std::string&, const std::string& case_path) {
        return ReadWhole(case_path, kMaxCases);
      },
      report);
  out.push_back(std::move(file));
}

}  // namespace

std::string CaseFileName(std::string_view label) {
  std::string_view name = Trim(label);
  while (name.starts_with('`')) name.remove_prefix(1);
  while (name.ends_with('`')) name.remove_suffix(1);
  std::string out(name);
  if (!out.ends_with(".yml") && !out.ends_with(".yaml")) out += ".yml";
  return out;
}

Result<std::vector<PageFile>> ReadPages(const std::vector<std::string>& paths, Report& report) {
  std::vector<PageFile> out;
  for (const std::string& path : paths) {
    std::error_code error;
    const std::string mark = std::string(kShipped) + ":";
    if ((path == kShipped && !fs::exists(path, error)) || path.starts_with(mark)) {
      bool found = false;
      AddShipped(path == kShipped ? std::string_view() : std::string_view(path).substr(mark.size()),
                 out, report, found);
      if (!found) {
        return Error{ErrorKind::kNotFound,
                     fmt::format("no page '{}' comes with the program", Printable(path))};
      }
    } else if (fs::is_directory(path, error)) {
      std::vector<std::string> files;
      for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
        const std::string name = it->path().filename().string();
        if (name.ends_with(".md") && !name.ends_with(".results.md") && !name.starts_with('.') &&
            !EqualsIgnoreCase(name, "README.md")) {
          files.push_back(it->path().string());
        }
      }
      std::sort(files.begin(), files.end());
      if (files.empty()) {
        return Error{ErrorKind::kNotFound,
                     fmt::format("there are no pages (*.md) in '{}'", Printable(path))};
      }
      for (const std::string& file : files) AddFile(file, out, report);
    } else {
      AddFile(path, out, report);
    }
  }
  return out;
}

}  // namespace tokentrail::playbook
