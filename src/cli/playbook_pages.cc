#include "cli/playbook_pages.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <set>

#include "base/text.h"
#include "base/time.h"
#include "cli/scratch.h"
#include "cli/terminal.h"
#include "playbook/diff.h"
#include "playbook/file.h"
#include "playbook/new_page.h"

namespace tokentrail::cli {
namespace {

namespace fs = std::filesystem;

/// Where MITRE publishes the newest enterprise bundle (STIX 2.1).
constexpr std::string_view kLatest =
    "https://raw.githubusercontent.com/mitre-attack/attack-stix-data/master/enterprise-attack/"
    "enterprise-attack.json";
constexpr size_t kMaxBundle = size_t{512} << 20;

Error Misused(std::string message) { return {ErrorKind::kInvalid, std::move(message)}; }

bool IsAddress(std::string_view text) { return text.find("://") != text.npos; }

/// Runs curl without a shell; what it says goes to our standard error.
Result<Done> Download(const std::string& url, const std::string& path) {
  std::vector<std::string> args = {"curl",
                                   "--fail",
                                   "--silent",
                                   "--show-error",
                                   "--location",
                                   "--proto",
                                   "=https",
                                   "--proto-redir",
                                   "=https",
                                   "--max-time",
                                   "600",
                                   "--max-filesize",
                                   std::to_string(kMaxBundle),
                                   "--output",
                                   path,
                                   "--",
                                   url};
  std::vector<char*> argv;
  argv.reserve(args.size() + 1);
  for (std::string& arg : args) argv.push_back(arg.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  const int code = ::posix_spawnp(&child, "curl", nullptr, nullptr, argv.data(), environ);
  if (code != 0) {
    return Error{ErrorKind::kIo,
                 fmt::format("can't run curl ({}): download {} yourself and give the file",
                             std::strerror(code), url)};
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return Error{ErrorKind::kIo, fmt::format("the download of {} failed", url)};
  }
  return Done{};
}

std::string FileOfAddress(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  std::string name(url.substr(url.rfind('/') + 1));
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '.' && c != '-') c = '_';
  }
  return name.empty() || name.starts_with('.') ? "bundle.json" : name;
}

Result<Done> CheckSha256(const std::string& path, std::string_view wanted) {
  std::error_code code;
  if (fs::is_directory(path, code)) return Misused("--sha256 is of a file, and a folder was given");
  const std::string bytes = TRY(playbook::ReadWhole(path, kMaxBundle));
  const std::string found = Sha256Hex(bytes);
  if (found == Lower(wanted)) return Done{};
  return Error{ErrorKind::kIo, fmt::format("'{}' is not the bundle that --sha256 names:\n  wanted "
                                           "{}\n  found  {}",
                                           path, Lower(wanted), found)};
}

}  // namespace

Result<std::optional<playbook::Attack>> LoadAttack(const Args& args, Report& report,
                                                   std::string_view flag) {
  std::string path = args.Get(flag);
  if (path.empty()) {
    return Misused(
        fmt::format("--{} is missing: name ATT&CK as a STIX bundle, such as {}", flag, kLatest));
  }
  if (args.Has("sha256") &&
      (args.Get("sha256").size() != 64 ||
       args.Get("sha256").find_first_not_of("0123456789abcdefABCDEF") != std::string::npos)) {
    return Misused("--sha256 takes 64 hexadecimal digits");
  }
  std::optional<ScratchFolder> scratch;
  if (path == "latest" || IsAddress(path)) {
    const std::string url = path == "latest" ? std::string(kLatest) : path;
    if (!url.starts_with("https://")) {
      return Misused(
          fmt::format("'{}' is no https address, and others are not downloaded", Printable(url)));
    }
    if (!args.Has("online")) {
      return Misused(
          fmt::format("'{}' is not on this machine, and nothing is downloaded without "
                      "--online: add it, or fetch {} and give the file",
                      Printable(path), Printable(url)));
    }
    scratch.emplace(TRY(ScratchFolder::Make()));
    path = scratch->path() + "/" + FileOfAddress(url);
    TRY(Download(url, path));
  }
  if (args.Has("sha256")) TRY(CheckSha256(path, args.Get("sha256")));
  auto attack = playbook::ReadAttack(path, report);
  if (attack && args.Has("attack-version")) {
    const std::string given = args.Get("attack-version");
    if (given.empty() || given.find_first_not_of("0123456789.") != std::string::npos) {
      return Misused("--attack-version takes a number such as 18.1");
    }
    if (attack->version_from == "collection" &&
        playbook::CompareVersions(given, attack->version) != 0) {
      return Misused(
          fmt::format("the bundle says that it is ATT&CK {}, not {}", attack->version, given));
    }
    attack->version = given;
    attack->version_from = "given";
  }
  return attack;
}

Result<std::string> PullDay(const Args& args) {
  if (!args.Has("date")) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return FormatDate({std::chrono::duration_cast<std::chrono::microseconds>(now).count()});
  }
  const std::string text = args.Get("date");
  const ParsedTime parsed = ParseTime(text);
  if (text.size() != 10 || parsed.fault != TimeFault::kNone || FormatDate(parsed.time) != text) {
    return Misused(fmt::format("--date can't be '{}'; write it like 2026-01-31", Printable(text)));
  }
  return text;
}

Result<std::vector<std::string>> PagePaths(const std::vector<std::string>& words) {
  std::vector<std::string> out;
  std::set<std::string> seen;
  const auto add = [&](const std::string& path) {
    std::error_code code;
    const fs::path real = fs::weakly_canonical(path, code);
    if (seen.insert(code ? path : real.string()).second) out.push_back(path);
  };
  const auto add_folder = [&](const std::string& folder) -> Result<Done> {
    std::vector<std::string> pages;
    std::error_code code;
    for (fs::directory_iterator entry(folder, code), end; !code && entry != end;
         entry.increment(code)) {
      const fs::path& path = entry->path();
      if (path.extension() == ".md" && playbook::IsTechniqueId(path.stem().string())) {
        pages.push_back(path.string());
      }
    }
    if (code) {
      return Error{ErrorKind::kIo, fmt::format("can't read '{}': {}", folder, code.message())};
    }
    if (pages.empty()) {
      return Error{ErrorKind::kNotFound,
                   fmt::format("there is no page in '{}'; pages are called like T1528.md", folder)};
    }
    std::sort(pages.begin(), pages.end());
    for (const std::string& page : pages) add(page);
    return Done{};
  };
  std::error_code code;
  if (words.empty()) {
    if (!fs::is_directory(kPlaybooks, code)) {
      return Misused("which page? There is no folder 'playbooks' here");
    }
    TRY(add_folder(std::string(kPlaybooks)));
  }
  for (const std::string& word : words) {
    if (fs::is_directory(word, code)) {
      TRY(add_folder(word));
    } else {
      add(word);
    }
  }
  return out;
}

void PrintReport(const Report& report) {
  std::string out;
  for (const Diagnostic& one : report.all()) out += Format(one);
  PrintError(out);
}

Result<Done> PrintDiff(const std::string& path, std::string_view before, std::string_view after) {
  const bool relative = !path.starts_with('/');
  const std::string diff = playbook::UnifiedDiff(before, after, (relative ? "a/" : "") + path,
                                                 (relative ? "b/" : "") + path);
  if (!IsTerminal(STDOUT_FILENO)) return Print(diff);
  std::string out;
  for (size_t at = 0; at < diff.size();) {
    const size_t end = std::min(diff.find('\n', at), diff.size());
    out += Printable(std::string_view(diff).substr(at, end - at)) + '\n';
    at = end + 1;
  }
  return Print(out);
}

Result<Done> WriteOutput(const Args& args, const std::string& otherwise, std::string_view bytes) {
  const std::string path = args.Get("output", otherwise);
  if (path == "-") return Print(bytes);
  if (args.Has("overwrite")) {
    TRY(playbook::WriteWhole(path, bytes));
  } else {
    const auto written = playbook::WriteNew(path, bytes);
    if (!written.ok() && written.error().kind == ErrorKind::kConflict) {
      return Error{ErrorKind::kConflict,
                   written.error().message + "; --overwrite writes over it, -o elsewhere"};
    }
    TRY(written);
  }
  return Print(fmt::format("wrote {}\n", Printable(path)));
}

}  // namespace tokentrail::cli
