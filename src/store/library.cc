#include "store/library.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <system_error>
#include <vector>

#include "store/api.h"

namespace tokentrail::store {
namespace {

namespace fs = std::filesystem;

constexpr const char* kName = "libduckdb.so";

struct Opened {
  duck::Api api;
  std::string error;  ///< empty when all is well
};

std::vector<std::string> Places() {
  std::vector<std::string> out;
  // Empty is set too: a way to run without.
  if (const char* named = std::getenv("TOKENTRAIL_DUCKDB"); named != nullptr) {
    out.emplace_back(named);
    return out;
  }
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  if (!program.empty()) {
    for (const char* folder : {".", "../lib/tokentrail", "../lib"}) {
      const fs::path place = (program / folder / kName).lexically_normal();
      if (fs::exists(place, ignored)) out.push_back(place.string());
    }
  }
  out.emplace_back(kName);
  return out;
}

/// The first function that the library lacks; nothing when it has them all.
std::optional<std::string> Fill(void* handle, duck::Api& api) {
  std::optional<std::string> missing;
  const auto find = [&](const char* name) {
    void* const found = ::dlsym(handle, name);
    if (found == nullptr && !missing) missing = name;
    return found;
  };
#define TOKENTRAIL_FIND(result, name, arguments) \
  api.name = reinterpret_cast<decltype(api.name)>(find("duckdb_" #name));
  TOKENTRAIL_DUCKDB_FUNCTIONS(TOKENTRAIL_FIND)
  const std::optional<std::string> needed = missing;
  TOKENTRAIL_DUCKDB_OPTIONAL(TOKENTRAIL_FIND)
#undef TOKENTRAIL_FIND
  return needed;
}

Opened Open() {
  Opened out;
  for (const std::string& place : Places()) {
    // Not closed again: the library keeps threads and statics until the process ends.
    void* const handle = place.empty() ? nullptr : ::dlopen(place.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) {
      const char* const why = place == kName || place.empty() ? nullptr : ::dlerror();
      if (why != nullptr && out.error.empty()) out.error = why;
      continue;
    }
    const std::optional<std::string> missing = Fill(handle, out.api);
    if (!missing) {
      out.error.clear();
      return out;
    }
    out.error = fmt::format("{} is not recent enough: it lacks '{}'", place, *missing);
  }
  out.error = out.error.empty() ? "DuckDB's library (libduckdb.so) is not installed"
                                : "DuckDB's library can't be used: " + out.error;
  return out;
}

const Opened& Once() {
  static const Opened opened = Open();
  return opened;
}

}  // namespace

Result<const duck::Api*> Library() {
  const Opened& opened = Once();
  if (opened.error.empty()) return &opened.api;
  return Error{ErrorKind::kNotFound, fmt::format("{}; {}", opened.error, kGetLibrary)};
}

bool HasLibrary(std::string* why) {
  if (why != nullptr) *why = Once().error;
  return Once().error.empty();
}

}  // namespace tokentrail::store
