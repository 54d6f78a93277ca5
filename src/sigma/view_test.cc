// The views against themselves, against the log sources that serve them, and against every public
// rule of their products: a name that neither stands in the log nor is said to be impossible would
// make a rule silent.

#include "sigma/view.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "base/yaml.h"
#include "source/def.h"
#include "source/input.h"
#include "test/support/case_file.h"

namespace tokentrail::sigma {
namespace {

std::string Title(const View& view) {
  return std::string(view.product) + '/' + std::string(view.category) + '/' +
         std::string(view.service);
}

const ViewField* FindField(const View& view, std::string_view name) {
  for (const ViewField& field : view.fields) {
    if (EqualsIgnoreCase(field.name, name)) return &field;
  }
  return nullptr;
}

TEST(Views, AreSortedAndSayWhatTheyFollow) {
  std::string before;
  for (const View* view : Views()) {
    SCOPED_TRACE(Title(*view));
    EXPECT_LT(before, Title(*view));
    before = Title(*view);
    EXPECT_FALSE(view->summary.empty());
    EXPECT_NE(view->reference.find("(20"), std::string_view::npos) << "a reference has its date";
    EXPECT_FALSE(view->fields.empty());
    EXPECT_EQ(FindView(view->product, view->category, view->service), view);
    for (const std::string_view prefix : view->prefixes) EXPECT_TRUE(prefix.ends_with('.'));
    for (const std::string_view bag : view->bags) EXPECT_FALSE(bag.empty());
  }
  EXPECT_EQ(FindView("azure", {}, "nothing"), nullptr);
}

TEST(Views, EveryNameStandsOnceAndInOrder) {
  for (const View* view : Views()) {
    std::string before;
    for (const ViewField& field : view->fields) {
      SCOPED_TRACE(Title(*view) + " " + std::string(field.name));
      const std::string name = Lower(field.name);
      EXPECT_LT(before, name);
      before = name;
    }
  }
}

TEST(Views, EveryEntryGivesValuesOrSaysWhyThereAreNone) {
  for (const View* view : Views()) {
    for (const ViewField& field : view->fields) {
      SCOPED_TRACE(Title(*view) + " " + std::string(field.name));
      const bool served = !field.paths[0].empty() || field.normalised != Field::kCount ||
                          !field.from[0].empty() || !field.constant.empty();
      EXPECT_NE(served, !field.never.empty());
      EXPECT_FALSE(field.derive == nullptr && !field.from[0].empty());
      bool ended = false;
      std::set<std::string> paths;
      for (const std::string_view path : field.paths) {
        ended = ended || path.empty();
        if (path.empty()) continue;
        EXPECT_FALSE(ended) << "a gap before " << path;
        EXPECT_TRUE(paths.insert(Lower(path)).second) << path << " stands twice";
      }
      std::set<std::string> words;
      for (const Word& word : field.words) {
        EXPECT_TRUE(words.insert(Lower(word.raw)).second) << word.raw << " stands twice";
        EXPECT_FALSE(word.sigma.empty());
      }
    }
  }
}

TEST(Views, ServeTheSourcesAndAreServed) {
  std::set<const View*> served;
  for (const source::SourceDef* def : source::All()) {
    for (const source::SigmaNames& names : def->sigma) {
      if (names.product.empty()) continue;
      const View* const view = FindView(names.product, names.category, names.service);
      EXPECT_NE(view, nullptr) << def->name << " serves " << names.product << '/' << names.service
                               << ", which has no view";
      served.insert(view);
    }
  }
  for (const View* view : Views()) {
    EXPECT_TRUE(served.contains(view)) << "no source serves " << Title(*view);
  }
}

/// Field names that the rules of each view's log source use, each with one rule that does.
class Names {
 public:
  void Add(const std::string& file, const std::string& text) {
    const auto documents = ParseYaml(text);
    if (!documents.ok()) return;  // the loader's tests see to broken files
    for (const Yaml& document : documents.value()) AddDocument(file, document);
  }

  std::map<const View*, std::map<std::string, std::string>> of_view;
  size_t rules = 0;

 private:
  void AddDocument(const std::string& file, const Yaml& document) {
    const Yaml* const source = document.Find("logsource");
    const Yaml* const detection = document.Find("detection");
    if (source != nullptr && detection != nullptr) {
      views_.clear();
      for (const View* view : Views()) {
        if (Agrees(*source, "product", view->product) &&
            Agrees(*source, "category", view->category) &&
            Agrees(*source, "service", view->service)) {
          views_.push_back(view);
        }
      }
      if (views_.empty()) return;
      ++rules;
      for (const auto& [key, value] : detection->map) {
        if (key.text != "condition") Walk(file, value);
      }
      return;
    }
    // A correlation of the rules before it in its file.
    const Yaml* const correlation = document.Find("correlation");
    if (correlation == nullptr) return;
    if (const Yaml* group = correlation->Find("group-by"); group != nullptr) {
      for (const Yaml& name : group->list) Use(file, name.text);
    }
    if (const Yaml* condition = correlation->Find("condition"); condition != nullptr) {
      Use(file, std::string(condition->Text("field")));
    }
  }

  static bool Agrees(const Yaml& source, std::string_view key, std::string_view value) {
    const std::string_view wanted = source.Text(key);
    return wanted.empty() ? key != "product" : wanted == value;
  }

  void Walk(const std::string& file, const Yaml& node) {
    for (const Yaml& member : node.list) Walk(file, member);
    for (const auto& [key, value] : node.map) {
      const std::string_view text = key.text;
      const size_t bar = text.find('|');
      Use(file, std::string(text.substr(0, bar)));
      if (bar == std::string_view::npos || text.find("|fieldref") == std::string_view::npos) {
        continue;
      }
      if (value.is_scalar()) Use(file, value.text);
      for (const Yaml& name : value.list) Use(file, name.text);
    }
  }

  void Use(const std::string& file, const std::string& name) {
    if (name.empty()) return;
    for (const View* view : views_) of_view[view].emplace(name, file);
  }

  std::vector<const View*> views_;
};

/// One of the views a rule may run on has to know the name: rules that leave the service out run on
/// several.
void EveryNameIsKnown(const Names& names) {
  for (const auto& [view, used] : names.of_view) {
    for (const auto& [name, file] : used) {
      EXPECT_NE(FindField(*view, name), nullptr)
          << Title(*view) << " does not know '" << name << "', which " << file << " uses";
    }
  }
}

TEST(Views, KnowEveryNameOfThePublicRules) {
  const std::string folder = test::Root() + "/../shared/data/rules/";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no rules at ../shared/data";
  Names names;
  for (const char* const part : {"sigmahq", "auth0"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder + part)) {
      if (entry.path().extension() != ".yml") continue;
      const test::CaseFile file{.name = {}, .path = entry.path().string()};
      names.Add(file.path, file.Read());
    }
  }
  EXPECT_GT(names.rules, 290u);
  EXPECT_EQ(names.of_view.count(FindView("auth0", {}, {})), 1u);
  EveryNameIsKnown(names);
}

// The rest of SigmaHQ: placeholder rules, threat hunting, emerging threats.
TEST(Views, KnowEveryNameOfTheWholePublicSet) {
  const std::string path = test::Root() + "/../shared/data/rules/sigmahq-all.tar.zst";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no rules at ../shared/data";
  auto walker = source::StreamWalker::Open({path, path});
  ASSERT_TRUE(walker.ok()) << walker.error().message;
  Names names;
  for (;;) {
    auto next = walker->Next();
    ASSERT_TRUE(next.ok()) << next.error().message;
    if (!next.value().has_value()) break;
    source::Stream& stream = *next.value();
    // Nine in ten are about hosts and networks.
    if (!stream.name.ends_with(".yml")) continue;
    if (stream.name.find("/windows/") != std::string::npos) continue;
    std::string text;
    std::vector<char> buffer(1 << 16);
    for (;;) {
      const Result<size_t> size = stream.bytes->Read(buffer.data(), buffer.size());
      ASSERT_TRUE(size.ok());
      if (size.value() == 0) break;
      text.append(buffer.data(), size.value());
    }
    if (text.find("product: ") != std::string::npos) names.Add(stream.name, text);
  }
  EXPECT_GT(names.rules, 300u);
  EveryNameIsKnown(names);
}

}  // namespace
}  // namespace tokentrail::sigma
