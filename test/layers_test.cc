// Who may include whom, as code: HOUSE's picture of the folders stays true because this fails when
// it does not.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "test/support/case_file.h"

namespace tokentrail::test {
namespace {

struct Layer {
  std::string_view folders;  ///< don't know each other
  std::string_view may_include;
};

constexpr Layer kLayers[] = {
    {"base", ""},
    {"model", "base"},
    {"source sigma timeline inventory sink store", "model base"},
    {"analytic", "inventory model base"},
    {"trail policy", "analytic inventory model base"},
    {"pipeline", "source sigma timeline policy trail analytic inventory sink store model base"},
    {"playbook", "pipeline source sigma policy trail analytic inventory sink store model base"},
    {"cli",
     "playbook pipeline source sigma timeline policy trail analytic inventory sink store model "
     "base"},
};

/// An outside library, by how the names of its headers start, and where they may be named: in
/// files whose paths start like that. So that a library can be replaced, and our headers stay quick to
/// compile, only .cc files may name one.
struct Library {
  std::string_view name;
  std::string_view header;
  std::string_view place;
};

constexpr Library kLibraries[] = {
    {"simdjson", "simdjson", "src/source/json"},
    {"yaml-cpp", "yaml-cpp/", "src/base/yaml.cc"},
    {"RE2", "re2/", "src/sigma/"},
    {"libarchive", "archive", "src/source/"},
    {"ISA-L", "isa-l", "src/source/"},
    {"OpenSSL", "openssl/", "src/base/"},
    {"xxHash", "xxhash", "src/base/"},
    {"ICU", "unicode/", "src/inventory/skeleton"},
};

struct Include {
  std::string name;
  bool quoted = false;
  size_t line = 0;
};

std::vector<Include> IncludesOf(const std::string& text) {
  std::vector<Include> out;
  size_t number = 0;
  for (size_t start = 0; start < text.size();) {
    const size_t end = std::min(text.find('\n', start), text.size());
    std::string_view line = Trim(std::string_view(text).substr(start, end - start));
    start = end + 1;
    ++number;
    if (!line.starts_with('#')) continue;
    line = Trim(line.substr(1));
    if (!line.starts_with("include")) continue;
    line = Trim(line.substr(7));
    if (line.size() < 2) continue;
    const size_t close = line.find(line[0] == '<' ? '>' : '"', 1);
    if (close == std::string_view::npos) continue;
    out.push_back({std::string(line.substr(1, close - 1)), line[0] == '"', number});
  }
  return out;
}

std::string_view FirstFolder(std::string_view path) { return path.substr(0, path.find('/')); }

bool HasWord(std::string_view words, std::string_view word) {
  const std::vector<std::string_view> all = Split(words, " ");
  return std::find(all.begin(), all.end(), word) != all.end();
}

const Layer* LayerOf(std::string_view folder) {
  for (const Layer& layer : kLayers) {
    if (HasWord(layer.folders, folder)) return &layer;
  }
  return nullptr;
}

/// What is wrong with a file of these includes; empty when nothing is. `path` is relative to the
/// repository's root.
std::vector<std::string> Faults(const std::string& path, const std::string& text) {
  std::vector<std::string> out;
  const std::string_view in_src = std::string_view(path).substr(std::string_view("src/").size());
  const std::string_view folder = FirstFolder(in_src);
  const Layer* layer = LayerOf(folder);
  if (layer == nullptr) return {path + ": folder '" + std::string(folder) + "' is in no layer"};
  // A test may bring its subject to life from above; so may what tests of one folder share.
  const bool test = path.ends_with("_test.cc") || path.ends_with("/testing.h");
  for (const Include& include : IncludesOf(text)) {
    const std::string where = path + ':' + std::to_string(include.line) + ": ";
    if (include.quoted) {
      const std::string_view other = FirstFolder(include.name);
      if (LayerOf(other) != nullptr) {
        if (!test && other != folder && !HasWord(layer->may_include, other)) {
          out.push_back(where + std::string(folder) + " must not include " + include.name);
        }
      } else if (!(test && (other == "test" || other == "fuzz"))) {
        out.push_back(where + "'" + include.name + "' does not start at src/");
      }
      continue;
    }
    for (const Library& library : kLibraries) {
      if (!include.name.starts_with(library.header) || test) continue;
      const bool allowed = path.starts_with(library.place) && path.ends_with(".cc");
      if (!allowed) {
        out.push_back(where + std::string(library.name) + " may be named only in " +
                      std::string(library.place) + (library.place.ends_with(".cc") ? "" : "*.cc"));
      }
    }
  }
  return out;
}

TEST(Layers, NoFileIncludesUpwardsOrNamesALibraryOutsideItsFolder) {
  size_t files = 0;
  const std::string root = Root() + "/";
  for (const std::string_view ending : {".h", ".cc"}) {
    for (const CaseFile& file : CasesIn("src", ending)) {
      ++files;
      for (const std::string& fault : Faults(file.path.substr(root.size()), file.Read())) {
        ADD_FAILURE() << fault;
      }
    }
  }
  EXPECT_GT(files, 20u) << "the sources were not found";
}

// The test above proves something only if a bad file would be seen.
TEST(Layers, AnIncludeThatPointsUpIsSeen) {
  EXPECT_EQ(Faults("src/base/time.cc", "#include \"model/event.h\"\n").size(), 1u);
  EXPECT_EQ(Faults("src/sink/csv.cc", "#include \"source/csv.h\"\n").size(), 1u);
  EXPECT_EQ(Faults("src/analytic/a.cc", "#include \"timeline/timeline.h\"\n").size(), 1u);
  EXPECT_EQ(Faults("src/source/map/a.cc", "# include \"../def.h\"\n").size(), 1u);
  EXPECT_EQ(Faults("src/web/a.cc", "").size(), 1u) << "a folder without a layer";
  EXPECT_TRUE(Faults("src/cli/main.cc", "#include \"pipeline/run.h\"\n").empty());
  EXPECT_TRUE(Faults("src/base/time.cc", "// #include \"model/event.h\"\n").empty());
}

/// Code of ours outside src/store that names DuckDB's functions or our declarations of them, which
/// no #include shows: we declare them ourselves.
bool NamesDuckDb(const std::string& path, const std::string& text) {
  if (path.starts_with("src/store/")) return false;
  return text.find("duckdb_open") != std::string::npos ||
         text.find("libduckdb") != std::string::npos ||
         text.find("store/api.h") != std::string::npos ||
         text.find("store/connection.h") != std::string::npos ||
         text.find("store/table_writer.h") != std::string::npos ||
         text.find("store/value.h") != std::string::npos ||
         text.find("duck::") != std::string::npos;
}

TEST(Layers, DuckDbIsNamedInTheStoreOnly) {
  const std::string root = Root() + "/";
  for (const std::string_view ending : {".h", ".cc"}) {
    for (const CaseFile& file : CasesIn("src", ending)) {
      const std::string path = file.path.substr(root.size());
      EXPECT_FALSE(NamesDuckDb(path, file.Read())) << path;
    }
  }
  EXPECT_TRUE(NamesDuckDb("src/cli/sql.cc", "#include \"store/api.h\"\n"));
  EXPECT_TRUE(NamesDuckDb("src/pipeline/run.cc", "duck::Session session;"));
}

TEST(Layers, ALibraryNamedElsewhereIsSeen) {
  EXPECT_EQ(Faults("src/source/record.cc", "#include <simdjson.h>\n").size(), 1u);
  EXPECT_EQ(Faults("src/sigma/regex.h", "#include <re2/re2.h>\n").size(), 1u);
  EXPECT_EQ(Faults("src/sink/json.cc", "#include <openssl/sha.h>\n").size(), 1u);
  EXPECT_EQ(Faults("src/inventory/masquerade.cc", "#include <unicode/uspoof.h>\n").size(), 1u);
  EXPECT_TRUE(Faults("src/source/json.cc", "#include <simdjson.h>\n").empty());
  EXPECT_TRUE(Faults("src/sigma/regex.cc", "#include <re2/re2.h>\n").empty());
}

}  // namespace
}  // namespace tokentrail::test
