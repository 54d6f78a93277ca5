// A folder of its own for one test, gone when the test ends.

#pragma once

#include <string>
#include <string_view>

namespace tokentrail::test {

class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::string& path() const { return path_; }
  /// The path of `name` inside it.
  std::string In(std::string_view name) const;
  /// Writes a file inside it, with the folders above it, and gives its path.
  std::string Write(std::string_view name, std::string_view bytes) const;

 private:
  std::string path_;
};

}  // namespace tokentrail::test
