// Where policies come from.

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "base/text.h"
#include "policy/policy.h"

namespace tokentrail::policy {
namespace {

namespace fs = std::filesystem;

constexpr uintmax_t kMaxFile = uintmax_t{1} << 20;
constexpr size_t kMaxFiles = 10'000;

bool IsYamlName(std::string_view name) {
  const std::string lower = Lower(name);
  return lower.ends_with(".yml") || lower.ends_with(".yaml");
}

Result<std::string> ReadAll(const std::string& path) {
  std::error_code fault;
  const uintmax_t size = fs::file_size(path, fault);
  if (!fault && size > kMaxFile) {
    return Error{ErrorKind::kInvalid,
                 fmt::format("'{}' is larger than 1 MiB: that is no policy", Printable(path))};
  }
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return Error{ErrorKind::kIo, fmt::format("can't read the policy '{}'", Printable(path))};
  }
  std::string out((std::istreambuf_iterator<char>(in)), {});
  if (out.starts_with("\xef\xbb\xbf")) out.erase(0, 3);
  return out;
}

Result<std::vector<std::string>> Below(const std::string& folder) {
  std::vector<std::string> out;
  std::error_code fault;
  fs::recursive_directory_iterator it(folder, fault);
  for (; !fault && it != fs::recursive_directory_iterator(); it.increment(fault)) {
    const std::string name = it->path().filename().string();
    if (name.starts_with('.')) {
      if (it->is_directory(fault)) it.disable_recursion_pending();
      continue;
    }
    if (it->is_regular_file(fault) && IsYamlName(name) && !IsCaseName(name)) {
      out.push_back(it->path().string());
    }
    if (out.size() > kMaxFiles) break;
  }
  if (fault) {
    return Error{ErrorKind::kIo,
                 fmt::format("can't read the folder '{}': {}", Printable(folder), fault.message())};
  }
  std::sort(out.begin(), out.end());
  if (out.empty()) {
    return Error{ErrorKind::kNotFound,
                 fmt::format("there are no policies in '{}'; they are called *.yml or *.yaml",
                             Printable(folder))};
  }
  return out;
}

}  // namespace

bool IsCaseName(std::string_view name) {
  const std::string lower = Lower(name);
  return lower.ends_with(".cases.yml") || lower.ends_with(".cases.yaml");
}

Result<std::vector<PolicyFile>> ReadPolicyFiles(const std::vector<std::string>& paths) {
  std::vector<PolicyFile> out;
  std::set<std::string> seen;
  for (const std::string& path : paths) {
    if (path == "none") continue;
    if (path == kShipped) {
      if (!seen.insert(path).second) continue;
      for (PolicyFile& file : ShippedPolicies()) out.push_back(std::move(file));
      continue;
    }
    std::error_code fault;
    if (!fs::exists(path, fault)) {
      return Error{
          ErrorKind::kNotFound,
          fmt::format("there are no policies at '{}': no such file or folder", Printable(path))};
    }
    std::vector<std::string> files = {path};
    if (fs::is_directory(path, fault)) files = TRY(Below(path));
    for (const std::string& file : files) {
      const fs::path canonical = fs::canonical(file, fault);
      if (!seen.insert(fault ? file : canonical.string()).second) continue;
      PolicyFile one;
      one.name = file;
      one.text = TRY(ReadAll(file));
      out.push_back(std::move(one));
    }
  }
  return out;
}

}  // namespace tokentrail::policy
