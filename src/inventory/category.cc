#include "inventory/category.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <deque>

#include "base/check.h"
#include "base/text.h"
#include "base/yaml.h"
#include "inventory/data.h"
#include "inventory/permission.h"
#include "inventory/table.h"
#include "inventory/user_file.h"

namespace tokentrail::inventory {
namespace {

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// The words of a name, lower case, with one space between: `ChronoClock e-mail` is
/// `chrono clock e mail`. Letters beyond ASCII part words.
std::string Words(std::string_view text) {
  std::string out;
  bool gap = false;
  for (size_t i = 0; i < text.size() && i < 512; ++i) {
    const char c = text[i];
    if (!IsLetter(c) && !IsDigit(c)) {
      gap = true;
      continue;
    }
    const bool hump = i > 0 && c >= 'A' && c <= 'Z' && text[i - 1] >= 'a' && text[i - 1] <= 'z';
    if ((gap || hump) && !out.empty()) out += ' ';
    gap = false;
    out += LowerChar(c);
  }
  return out;
}

struct Table {
  std::vector<Category> all;
  std::deque<std::string> words;
  FoldMap<size_t> by_words;  ///< position in `all`
  FoldMap<size_t> by_name;

  Table() {
    const Result<std::vector<Yaml>> documents = ParseYaml(CategoryData());
    CHECK(documents.ok() && documents->size() == 1 && documents.value()[0].is_list());
    for (const Yaml& yaml : documents.value()[0].list) {
      Category& one = all.emplace_back();
      one.name = yaml.Text("category");
      one.title = yaml.Text("title");
      CHECK(!one.name.empty() && !one.title.empty());
      for (const Yaml& family : yaml.Find("expected")->list) one.expected.push_back(family.text);
      std::sort(one.expected.begin(), one.expected.end());
      for (const auto& [family, points] : yaml.Find("surprising")->map) {
        double number = 0;
        std::from_chars(points.text.data(), points.text.data() + points.text.size(), number);
        CHECK(number > 0 && number <= 12);
        one.surprising.emplace_back(family.text, number);
      }
      std::sort(one.surprising.begin(), one.surprising.end());
      for (const Yaml& word : yaml.Find("words")->list) {
        words.push_back(Words(word.text));
        by_words.try_emplace(words.back(), all.size() - 1);
      }
    }
    for (size_t i = 0; i < all.size(); ++i) {
      by_name.emplace(all[i].name, i);
      by_name.try_emplace(all[i].title, i);
    }
  }
};

const Table& TheTable() {
  static const Table table;
  return table;
}

const std::string_view* KnownCategory(std::string_view id) {
  struct Ids {
    std::deque<std::string> unescaped;
    FoldMap<std::string_view> by_id;
  };
  static const Ids ids = [] {
    Ids out;
    for (const auto& row : ReadTable(
             AppCategoryData(), {"platform", "id", "name", "category", "source"}, out.unescaped)) {
      CHECK(FindCategory(row[3]) != nullptr);
      out.by_id.emplace(row[1], row[3]);
    }
    return out;
  }();
  const auto it = ids.by_id.find(id);
  return it == ids.by_id.end() ? nullptr : &it->second;
}

/// A category in others' words, in ours where we have one like it.
std::string InOurWords(std::string_view text) {
  if (const Category* named = FindCategory(text)) return named->name;
  if (const Category* like = CategoryOfWords(text)) return like->name;
  return Lower(Trim(text));
}

}  // namespace

const std::vector<Category>& Categories() { return TheTable().all; }

const Category* FindCategory(std::string_view name) {
  const Table& table = TheTable();
  const auto it = table.by_name.find(name);
  return it == table.by_name.end() ? nullptr : &table.all[it->second];
}

const Category* CategoryOfWords(std::string_view text) {
  const Table& table = TheTable();
  const std::string words = Words(text);
  size_t best = table.all.size();
  size_t longest = 0;
  for (size_t begin = 0; begin < words.size();) {
    size_t end = begin;
    for (int count = 0; count < 3 && end <= words.size(); ++count) {
      end = std::min(words.find(' ', end), words.size());
      const auto it = table.by_words.find(std::string_view(words).substr(begin, end - begin));
      if (it != table.by_words.end()) {
        const size_t size = end - begin;
        if (size > longest || (size == longest && it->second < best)) {
          longest = size;
          best = it->second;
        }
      }
      ++end;
    }
    const size_t next = words.find(' ', begin);
    begin = next == std::string::npos ? words.size() : next + 1;
  }
  return best == table.all.size() ? nullptr : &table.all[best];
}

struct CategoryBook::Impl {
  std::deque<std::string> texts;
  FoldMap<std::string_view> by_id;
  /// Empty category: several listings of this name disagree, so the name says nothing.
  FoldMap<std::string_view> by_name;
  std::string versions;

  std::string_view Keep(std::string text) { return texts.emplace_back(std::move(text)); }
};

CategoryBook::CategoryBook() : impl_(std::make_shared<Impl>()) {}

Result<CategoryBook> CategoryBook::Load(const std::vector<std::string>& paths) {
  auto impl = std::make_shared<Impl>();
  for (const std::string& path : paths) {
    const std::string text = TRY(ReadUserFile(path));
    const UserTable table = TRY(ParseUserTable(path, text));
    const int id = table.Column({"app id", "appid", "client id", "id", "application id"});
    const int name = table.Column({"app name", "name", "app", "title", "display name"});
    const int category = table.Column({"category", "categories", "primary category"});
    if (category < 0 || (id < 0 && name < 0)) {
      const UserCell& first = table.header[0];
      return ErrorAt(path, first.line, first.column,
                     "a listing needs a column `category` and one of `app id` and `name`");
    }
    for (const std::vector<UserCell>& row : table.rows) {
      const UserCell& cell = row[static_cast<size_t>(category)];
      // Several categories: the first is the main one.
      const std::string_view whole = cell.text;
      const std::string_view main = Trim(whole.substr(0, whole.find_first_of(";|")));
      if (main.empty()) continue;
      const std::string_view ours = impl->Keep(InOurWords(main));
      if (id >= 0 && !row[static_cast<size_t>(id)].text.empty()) {
        impl->by_id.try_emplace(impl->Keep(row[static_cast<size_t>(id)].text), ours);
      }
      if (name >= 0 && !row[static_cast<size_t>(name)].text.empty()) {
        const auto [it, added] =
            impl->by_name.try_emplace(impl->Keep(row[static_cast<size_t>(name)].text), ours);
        if (!added && it->second != ours) it.value() = {};
      }
    }
    impl->versions += fmt::format("{}{} ({} apps, {})", impl->versions.empty() ? "" : ", ",
                                  BaseName(path), table.rows.size(), Sha256Hex(text).substr(0, 12));
  }
  CategoryBook out;
  out.impl_ = std::move(impl);
  return out;
}

AppCategory CategoryBook::Of(const App& app, std::string_view label) const {
  if (!Trim(label).empty()) return {InOurWords(label), "label"};
  if (const auto it = impl_->by_id.find(app.id); it != impl_->by_id.end()) {
    return {std::string(it->second), "marketplace"};
  }
  if (const auto it = impl_->by_name.find(app.name);
      it != impl_->by_name.end() && !it->second.empty()) {
    return {std::string(it->second), "marketplace"};
  }
  if (const std::string_view* known = KnownCategory(app.id)) return {std::string(*known), "id"};
  const Category* words = CategoryOfWords(app.name);
  if (words == nullptr && !app.publisher.empty()) words = CategoryOfWords(app.publisher);
  if (words != nullptr) return {words->name, "keyword"};
  return {};
}

const std::string& CategoryBook::versions() const { return impl_->versions; }

}  // namespace tokentrail::inventory
