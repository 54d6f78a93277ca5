#include "cli/app_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <type_traits>

#include "base/text.h"
#include "cli/case_json.h"
#include "model/app_members.h"

namespace tokentrail::cli {
namespace {

template <typename Number>
Number Parsed(std::string_view text) {
  Number out{};
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

/// Reads the members of one object. They stand in the order in which they are asked for, so each is
/// found where the last one ended; only in a file that something else has rewritten they are looked
/// for by name.
class Reader {
 public:
  Reader(const Record& record, const Node& object)
      : record_(record), object_(object), next_(object.begin()) {}

  void operator()(std::string_view key, std::string& text) { text = Text(key); }
  void operator()(std::string_view key, bool& value) { value = Text(key) == "true"; }
  void operator()(std::string_view key, uint64_t& number) { number = Parsed<uint64_t>(Text(key)); }
  void operator()(std::string_view key, uint32_t& number) { number = Parsed<uint32_t>(Text(key)); }
  void operator()(std::string_view key, int& number) {
    const Node* node = Find(key);
    if (node != nullptr) number = Parsed<int>(node->text());
  }
  void operator()(std::string_view key, double& number) { number = Parsed<double>(Text(key)); }
  void operator()(std::string_view key, Time& time) { time = TimeOf(Text(key)).value_or(Time{}); }
  void operator()(std::string_view key, std::optional<Time>& time) { time = TimeOf(Text(key)); }
  void operator()(std::string_view key, std::optional<bool>& value) {
    const Node* node = Find(key);
    if (node != nullptr) value = node->text() == "true";
  }
  void operator()(std::string_view key, std::optional<uint64_t>& number) {
    const Node* node = Find(key);
    if (node != nullptr) number = Parsed<uint64_t>(node->text());
  }
  void operator()(std::string_view key, std::vector<std::string>& texts) {
    const Node* node = Find(key);
    if (node == nullptr) return;
    for (const Node& item : Children(*node)) texts.emplace_back(item.text());
  }
  template <typename Enum>
  std::enable_if_t<std::is_enum_v<Enum>> operator()(std::string_view key, Enum& value) {
    const std::string_view text = Text(key);
    for (size_t i = 0; i < kNamed<Enum>; ++i) {
      if (Name(static_cast<Enum>(i)) == text) value = static_cast<Enum>(i);
    }
  }

  template <typename Thing, typename Visit>
  void List(std::string_view key, std::vector<Thing>& things, Visit visit) {
    const Node* node = Find(key);
    if (node == nullptr) return;
    size_t count = 0;
    for (const Node& item : Children(*node)) {
      (void)item;
      ++count;
    }
    things.reserve(count);
    for (const Node& item : Children(*node)) Read(record_, item, things.emplace_back(), visit);
  }
  template <typename Thing, typename Visit>
  void Object(std::string_view key, Thing& thing, Visit visit) {
    const Node* node = Find(key);
    if (node != nullptr) Read(record_, *node, thing, visit);
  }

  /// `thing` from the object `node`.
  template <typename Thing, typename Visit>
  static void Read(const Record& record, const Node& node, Thing& thing, Visit visit) {
    Reader reader(record, node);
    visit(reader, thing);
    if (reader.next_ == node.end()) return;
    thing = {};
    Reader by_name(record, node);
    by_name.in_order_ = false;
    visit(by_name, thing);
  }

  void Place(AppConsent& consent) {
    (*this)("source", consent.source_name);
    (*this)("file", consent.file);
    (*this)("line", consent.place.line);
    (*this)("offset", consent.place.offset);
    (*this)("length", consent.place.size);
  }

 private:
  const Node* Find(std::string_view key) {
    if (next_ != object_.end() && next_->key() == key) {
      const Node* const found = next_;
      next_ = next_->next();
      return found;
    }
    // Most often it isn't there: those that follow come later in the list.
    if (in_order_) return nullptr;
    return record_.Child(object_, key);
  }
  std::string_view Text(std::string_view key) {
    const Node* node = Find(key);
    return node == nullptr || node->is_container() ? std::string_view() : node->text();
  }
  static std::optional<Time> TimeOf(std::string_view text) {
    if (text.empty()) return std::nullopt;
    const ParsedTime time = ParseTime(text);
    if (time.fault != TimeFault::kNone) return std::nullopt;
    return time.time;
  }

  const Record& record_;
  const Node& object_;
  const Node* next_;
  bool in_order_ = true;
};

}  // namespace

Result<Portfolio> ReadApps(const std::string& case_folder) {
  Portfolio out;
  bool first = true;
  TRY(EachJsonLine(
      case_folder, "apps.jsonl", Takes::kEvidenceToo,
      [&](std::string_view, const Record& record) -> Result<bool> {
        const Node* shared = first ? record.Child(record.root(), "portfolio") : nullptr;
        first = false;
        if (shared != nullptr) {
          Reader::Read(record, *shared, out, [](auto& members, Portfolio& it) {
            uint64_t apps = 0;
            members("apps", apps);
            VisitPortfolio(members, it);
            constexpr uint64_t kMost = 1'000'000;
            it.apps.reserve(std::min(apps, kMost));
          });
          return true;
        }
        Reader::Read(record, record.root(), out.apps.emplace_back(),
                     [](auto& members, App& it) { VisitApp(members, it); });
        if (out.apps.back().id.empty()) {
          return Error{ErrorKind::kIo, fmt::format("'{}/apps.jsonl' has a line that is no app; run "
                                                   "the hunt again",
                                                   Printable(case_folder))};
        }
        return true;
      }));
  return out;
}

}  // namespace tokentrail::cli
