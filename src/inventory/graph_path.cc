#include "inventory/graph_path.h"

#include <tsl/robin_map.h>

#include <array>
#include <charconv>
#include <deque>
#include <string>
#include <vector>

#include "base/check.h"
#include "inventory/data.h"
#include "inventory/table.h"

namespace tokentrail::inventory {
namespace {

constexpr std::string_view kMethods[] = {"GET", "POST", "PATCH", "DELETE", "PUT"};
constexpr size_t kNoMethod = std::size(kMethods);
constexpr size_t kMaxSegments = 32;

constexpr uint64_t HashOf(std::string_view text) {
  uint64_t hash = 14695981039346656037u;  // FNV-1a, case ignored
  for (const char c : text) hash = (hash ^ static_cast<uint8_t>(LowerChar(c))) * 1099511628211u;
  return hash;
}
constexpr uint64_t kAnyId = HashOf("{id}");
constexpr uint64_t kItems = HashOf("items");
constexpr uint64_t kMe = HashOf("me");
constexpr uint64_t kUsers = HashOf("users");
constexpr uint64_t kDrives = HashOf("drives");
constexpr uint64_t kChildFolders = HashOf("childfolders");
constexpr uint64_t kBatch = HashOf("$batch");

size_t MethodOf(std::string_view method) {
  if (FoldEqual{}(method, "HEAD")) return 0;
  for (size_t i = 0; i < kNoMethod; ++i) {
    if (FoldEqual{}(method, kMethods[i])) return i;
  }
  return kNoMethod;
}

/// The segments of a path as hashes, in the one form that the table has them in.
struct Path {
  std::array<uint64_t, kMaxSegments> segments;
  size_t size = 0;
  bool whole = true;            ///< false: more than we hold
  bool ends_in_dollar = false;  ///< `$count`, `$value`, `$ref`

  void Push(uint64_t hash) {
    if (size == kMaxSegments) {
      whole = false;
      return;
    }
    // Folders nest as deep as people like; one level has the permissions of all.
    if (size >= 2 && segments[size - 2] == kChildFolders) size -= 2;
    segments[size++] = hash;
  }
};

/// `microsoft.graph.delta` is `delta`; so the names of types in paths lose their namespaces.
std::string_view WithoutNamespace(std::string_view name) {
  constexpr std::string_view kPrefixes[] = {"microsoft.graph.", "graph.", "default."};
  for (const std::string_view prefix : kPrefixes) {
    if (name.size() > prefix.size() && FoldEqual{}(name.substr(0, prefix.size()), prefix)) {
      const size_t dot = prefix.front() == 'm' ? name.rfind('.') : prefix.size() - 1;
      return name.substr(dot + 1);
    }
  }
  return name;
}

/// Hash of `name()`, as functions with parameters stand in the table.
uint64_t FunctionHash(std::string_view name) {
  uint64_t hash = HashOf(name);
  for (const char c : std::string_view("()")) {
    hash = (hash ^ static_cast<uint8_t>(c)) * 1099511628211u;
  }
  return hash;
}

/// The next segment of `rest`, which loses it and its slash. A slash in parentheses is text.
std::string_view NextSegment(std::string_view& rest) {
  size_t depth = 0;
  size_t end = 0;
  for (; end < rest.size(); ++end) {
    if (rest[end] == '(') ++depth;
    if (rest[end] == ')' && depth > 0) --depth;
    if (rest[end] == '/' && depth == 0) break;
  }
  const std::string_view out = rest.substr(0, end);
  rest.remove_prefix(std::min(rest.size(), end + 1));
  return out;
}

void PushSegment(std::string_view segment, Path& out) {
  const size_t open = segment.find('(');
  if (open == std::string_view::npos || segment.back() != ')') {
    out.ends_in_dollar = segment.front() == '$';
    return out.Push(HashOf(WithoutNamespace(segment)));
  }
  const std::string_view name = WithoutNamespace(segment.substr(0, open));
  const std::string_view inside = segment.substr(open + 1, segment.size() - open - 2);
  out.ends_in_dollar = false;
  if (inside.find('=') != std::string_view::npos) return out.Push(FunctionHash(name));
  out.Push(HashOf(name));
  if (!inside.empty()) out.Push(kAnyId);  // users('anna@contoso.example')
}

Path PathOf(std::string_view url) {
  if (const size_t scheme = url.find("://"); scheme != std::string_view::npos) {
    const size_t path = url.find('/', scheme + 3);
    url = path == std::string_view::npos ? std::string_view() : url.substr(path);
  }
  url = url.substr(0, url.find_first_of("?#"));
  Path out;
  bool first = true;
  bool inside = false;  // between two colons: a file by its path
  while (!url.empty()) {
    std::string_view segment = NextSegment(url);
    if (segment.empty()) continue;
    if (inside) {
      inside = segment.back() != ':';
      continue;
    }
    if (first) {
      first = false;
      const bool version = (LowerChar(segment[0]) == 'v' && segment.size() > 1 &&
                            segment[1] >= '0' && segment[1] <= '9') ||
                           FoldEqual{}(segment, "beta");
      if (version) continue;
    }
    if (segment.back() == ':' && segment.size() > 1) {
      inside = true;
      segment.remove_suffix(1);
      if (FoldEqual{}(segment, "root")) {
        out.Push(kItems);
        out.Push(kAnyId);
        continue;
      }
    }
    PushSegment(segment, out);
  }
  return out;
}

class Table {
 public:
  Table() {
    nodes_.emplace_back();
    for (const auto& row :
         ReadTable(GraphPathData(), {"row", "key", "first", "second"}, unescaped_)) {
      if (row[0] == "set") {
        CHECK(Number(row[1]) == sets_.size());
        Set& set = sets_.emplace_back();
        Split(row[2], set.by_holder[0]);
        Split(row[3], set.by_holder[1]);
      } else {
        CHECK(row[0] == "path");
        AddPath(row[1], row[2]);
      }
    }
  }

  NeededPermissions Find(Holder holder, size_t method, const Path& path) const {
    NeededPermissions out;
    const int32_t set = Match(0, method, path.segments.data(), path.size);
    if (set < 0) return out;
    out.any_of = sets_[static_cast<size_t>(set)].by_holder[static_cast<size_t>(holder)];
    out.known = true;
    return out;
  }

 private:
  struct Set {
    std::array<std::vector<std::string_view>, 2> by_holder;
  };
  struct Node {
    uint32_t any_id = 0;  ///< child for whatever is no literal
    std::array<int16_t, kNoMethod> sets = {-1, -1, -1, -1, -1};
  };

  static size_t Number(std::string_view text) {
    size_t out = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    CHECK(error == std::errc() && end == text.data() + text.size());
    return out;
  }

  static void Split(std::string_view text, std::vector<std::string_view>& out) {
    while (!text.empty()) {
      const std::string_view word = text.substr(0, text.find(' '));
      out.push_back(word);
      text.remove_prefix(std::min(text.size(), word.size() + 1));
    }
  }

  static uint64_t Key(uint32_t node, uint64_t segment) {
    return segment ^ (node * 0x9e3779b97f4a7c15u);
  }

  void AddPath(std::string_view path, std::string_view calls) {
    uint32_t at = 0;
    CHECK(path.starts_with('/'));
    path.remove_prefix(1);
    while (!path.empty()) {
      const uint64_t hash = HashOf(NextSegment(path));
      uint32_t next = hash == kAnyId ? nodes_[at].any_id : Child(at, hash);
      if (next == 0) {
        next = static_cast<uint32_t>(nodes_.size());
        nodes_.emplace_back();
        if (hash == kAnyId) {
          nodes_[at].any_id = next;
        } else {
          children_.emplace(Key(at, hash), next);
        }
      }
      at = next;
    }
    std::vector<std::string_view> words;
    Split(calls, words);
    for (const std::string_view word : words) {
      const size_t equals = word.find('=');
      const size_t method = MethodOf(word.substr(0, equals));
      CHECK(method < kNoMethod);
      nodes_[at].sets[method] = static_cast<int16_t>(Number(word.substr(equals + 1)));
    }
  }

  uint32_t Child(uint32_t node, uint64_t segment) const {
    const auto it = children_.find(Key(node, segment));
    return it == children_.end() ? 0 : it->second;
  }

  /// A word of the table goes before an id of that text.
  int32_t Match(uint32_t at, size_t method, const uint64_t* segment, size_t left) const {
    if (left == 0) return nodes_[at].sets[method];
    if (const uint32_t child = Child(at, *segment); child != 0) {
      const int32_t found = Match(child, method, segment + 1, left - 1);
      if (found >= 0) return found;
    }
    const uint32_t any = nodes_[at].any_id;
    return any == 0 ? -1 : Match(any, method, segment + 1, left - 1);
  }

  std::deque<std::string> unescaped_;
  std::vector<Set> sets_;
  std::vector<Node> nodes_;
  tsl::robin_map<uint64_t, uint32_t> children_;
};

}  // namespace

NeededPermissions Needed(Holder holder, std::string_view method, std::string_view url) {
  static const Table table;
  NeededPermissions out;
  const size_t number = MethodOf(method);
  Path path = PathOf(url);
  if (path.size == 0 || !path.whole) return out;
  if (path.segments[0] == kBatch) {
    out.batch = true;
    return out;
  }
  if (number == kNoMethod) return out;
  out = table.Find(holder, number, path);
  if (out.known) return out;
  if (path.ends_in_dollar && path.size > 1) {  // `$count`, `$value` read what they stand behind
    --path.size;
    out = table.Find(holder, number, path);
    if (out.known) return out;
  }
  if (path.segments[0] == kMe && path.size < kMaxSegments) {
    Path other = path;
    other.segments[0] = kUsers;
    other.segments[1] = kAnyId;
    for (size_t i = 1; i < path.size; ++i) other.segments[i + 1] = path.segments[i];
    ++other.size;
    out = table.Find(holder, number, other);
    if (out.known) return out;
  }
  // A drive is the same whosever it is said to be: /sites/{id}/drives/{id}/... is /drives/{id}/...
  for (size_t i = 1; i < path.size; ++i) {
    if (path.segments[i] != kDrives) continue;
    Path other;
    for (size_t k = i; k < path.size; ++k) other.Push(path.segments[k]);
    return table.Find(holder, number, other);
  }
  return out;
}

}  // namespace tokentrail::inventory
