#include "pipeline/case_folder.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>
#include <vector>

#include "sink/sink.h"
#include "store/store.h"

namespace tokentrail::pipeline {
namespace fs = std::filesystem;

namespace {

constexpr size_t kKeyBytes = 32;
constexpr const char* kKeyFile = "case.key";

Error Io(const std::string& path, std::string_view what) {
  return Error{ErrorKind::kIo, path + ": can't " + std::string(what) + ": " + std::strerror(errno)};
}

/// The names that a hunt writes under.
std::vector<std::string> OurFiles() {
  std::vector<std::string> out = {std::string(store::kCaseFile)};
  for (const sink::SinkDef* sink : sink::All()) {
    if (!sink->file.empty()) out.emplace_back(sink->file);
  }
  return out;
}

/// The folders of pages.
std::vector<std::string> OurFolders() {
  std::vector<std::string> out;
  for (const sink::SinkDef* sink : sink::All()) {
    if (!sink->folder.empty()) out.emplace_back(sink->folder);
  }
  return out;
}

/// `01-mail-helper-grant-use.md`: as sinks name pages. Notes that a person put beside them stay.
bool IsPageName(std::string_view name) {
  const size_t digits = name.find_first_not_of("0123456789");
  return digits != 0 && digits != std::string_view::npos && name[digits] == '-' &&
         name.ends_with(".md");
}

void RemovePages(const fs::path& folder) {
  std::error_code error;
  if (fs::is_symlink(folder, error)) return;  // leads out of the case
  std::vector<fs::path> pages;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (IsPageName(it->path().filename().string())) pages.push_back(it->path());
  }
  for (const fs::path& page : pages) fs::remove(page, error);
  fs::remove(folder, error);  // only when nothing is left in it
}

Result<std::string> ReadOrMakeKey(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string key((std::istreambuf_iterator<char>(in)), {});
  if (key.size() == kKeyBytes) return key;
  key.assign(kKeyBytes, '\0');
  if (::getrandom(key.data(), key.size(), 0) != static_cast<ssize_t>(key.size())) {
    return Io(path, "get random bytes");
  }
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return Io(path, "write");
  const bool written = ::write(fd, key.data(), key.size()) == static_cast<ssize_t>(key.size());
  ::close(fd);
  if (!written) return Io(path, "write");
  return key;
}

}  // namespace

CaseFolder::CaseFolder(CaseFolder&& other) noexcept
    : path_(std::move(other.path_)), key_(std::move(other.key_)), owns_(other.owns_) {
  other.owns_ = false;
}

CaseFolder::~CaseFolder() {
  if (!owns_) return;
  std::error_code ignored;
  fs::remove_all(fs::path(path_) / "tmp", ignored);
}

Result<CaseFolder> CaseFolder::Open(const std::string& path, bool clobber) {
  std::error_code error;
  if (fs::exists(path, error) && !fs::is_directory(path, error)) {
    return Error{ErrorKind::kConflict, "'" + path + "' is a file; -o wants a folder"};
  }
  const bool exists = fs::is_directory(path, error);
  if (exists && !fs::is_empty(path, error)) {
    if (!clobber) {
      return Error{ErrorKind::kConflict,
                   "the case folder '" + path +
                       "' is not empty; choose another with -o, or replace it with -C"};
    }
    // What stands here under our names, but without a case's key, is a person's own (`tmp` is a
    // name that others use too): never removed.
    if (!fs::exists(fs::path(path) / kKeyFile, error)) {
      std::string taken = fs::exists(fs::path(path) / "tmp", error) ? "tmp" : "";
      for (const std::string& file : OurFiles()) {
        if (fs::exists(fs::path(path) / file, error)) taken = file;
      }
      for (const std::string& pages : OurFolders()) {
        if (fs::exists(fs::path(path) / pages, error)) taken = pages;
      }
      if (!taken.empty()) {
        return Error{ErrorKind::kConflict, "'" + path + "' is no case but holds '" + taken +
                                               "', which -C would replace; choose another folder "
                                               "with -o"};
      }
    }
    for (const std::string& file : OurFiles()) fs::remove(fs::path(path) / file, error);
    for (const std::string& pages : OurFolders()) RemovePages(fs::path(path) / pages);
    fs::remove_all(fs::path(path) / "tmp", error);
  }
  fs::create_directories(fs::path(path) / "tmp", error);
  if (error) {
    return Error{ErrorKind::kIo, "can't make the case folder '" + path + "': " + error.message()};
  }
  CaseFolder folder;
  folder.path_ = path;
  folder.owns_ = true;
  folder.key_ = TRY(ReadOrMakeKey((fs::path(path) / kKeyFile).string()));
  return folder;
}

std::string CaseFolder::Temporary(const std::string& name) const { return path_ + "/tmp/" + name; }

Result<Done> CaseFolder::Write(const std::string& name, const std::string& text) const {
  const std::string target = path_ + "/" + name;
  std::string flat = name;
  if (const size_t slash = name.find('/'); slash != std::string::npos) {
    std::error_code error;
    fs::create_directory(path_ + "/" + name.substr(0, slash), error);
    if (error) {
      return Error{ErrorKind::kIo, "can't make the folder of '" + target + "': " + error.message()};
    }
    std::replace(flat.begin(), flat.end(), '/', '_');
  }
  const std::string temporary = Temporary(flat);
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return Io(temporary, "write");
  size_t at = 0;
  while (at < text.size()) {
    const ssize_t wrote = ::write(fd, text.data() + at, text.size() - at);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) {
      ::close(fd);
      return Io(temporary, "write");
    }
    at += static_cast<size_t>(wrote);
  }
  if (::close(fd) != 0) return Io(temporary, "write");
  if (std::rename(temporary.c_str(), target.c_str()) != 0) return Io(target, "write");
  return Done{};
}

}  // namespace tokentrail::pipeline
