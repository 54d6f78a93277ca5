#include "test/support/temp_folder.h"

#include <stdlib.h>

#include <filesystem>
#include <system_error>

#include "base/check.h"
#include "test/support/case_file.h"

namespace tokentrail::test {

namespace fs = std::filesystem;

TempFolder::TempFolder() {
  path_ = (fs::temp_directory_path() / "tokentrail-test-XXXXXX").string();
  CHECK(mkdtemp(path_.data()) != nullptr);
}

TempFolder::~TempFolder() {
  // A test may have taken the rights off a folder to see how that is reported.
  std::error_code ignored;
  for (auto it = fs::recursive_directory_iterator(
           path_, fs::directory_options::skip_permission_denied, ignored);
       !ignored && it != fs::recursive_directory_iterator(); it.increment(ignored)) {
    std::error_code no_rights;
    if (it->is_directory(no_rights) && !it->is_symlink(no_rights)) {
      fs::permissions(it->path(), fs::perms::owner_all, fs::perm_options::add, no_rights);
    }
  }
  fs::remove_all(path_, ignored);
}

std::string TempFolder::In(std::string_view name) const {
  return (fs::path(path_) / name).string();
}

std::string TempFolder::Write(std::string_view name, std::string_view bytes) const {
  std::string path = In(name);
  WriteFile(path, bytes);
  return path;
}

}  // namespace tokentrail::test
