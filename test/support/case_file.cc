#include "test/support/case_file.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace tokentrail::test {
namespace {

namespace fs = std::filesystem;

fs::path Folder(std::string_view folder) {
  const fs::path in_src = fs::path(Root()) / "src" / folder;
  return fs::exists(in_src) ? in_src : fs::path(Root()) / folder;
}

void SortByPath(std::vector<CaseFile>& files) {
  std::sort(files.begin(), files.end(),
            [](const CaseFile& a, const CaseFile& b) { return a.path < b.path; });
}

}  // namespace

std::string CaseFile::Read() const { return ReadFile(path); }

std::string Root() { return TOKENTRAIL_ROOT; }

std::string InRoot(std::string_view path) { return (fs::path(Root()) / path).string(); }

std::vector<CaseFile> CasesIn(std::string_view folder, std::string_view ending) {
  std::vector<CaseFile> out;
  const fs::path root = Folder(folder);
  if (!fs::exists(root)) return out;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root)) {
    const std::string path = entry.path().string();
    if (!entry.is_regular_file() || !path.ends_with(ending)) continue;
    std::string name = fs::relative(entry.path(), root).string();
    name.resize(name.size() - ending.size());
    out.push_back({std::move(name), path});
  }
  SortByPath(out);
  return out;
}

std::vector<CaseFile> FoldersIn(std::string_view folder) {
  std::vector<CaseFile> out;
  const fs::path root = Folder(folder);
  if (!fs::exists(root)) return out;
  for (const fs::directory_entry& entry : fs::directory_iterator(root)) {
    if (!entry.is_directory()) continue;
    out.push_back({entry.path().filename().string(), entry.path().string()});
  }
  SortByPath(out);
  return out;
}

std::string ByName::operator()(const testing::TestParamInfo<CaseFile>& info) const {
  std::string name = info.param.name;
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    ADD_FAILURE() << "can't read " << path;
    return {};
  }
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void WriteFile(const std::string& path, std::string_view bytes) {
  const fs::path parent = fs::path(path).parent_path();
  if (!parent.empty()) fs::create_directories(parent);
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) ADD_FAILURE() << "can't write " << path;
}

}  // namespace tokentrail::test
