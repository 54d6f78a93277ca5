#include "pipeline/field_inventory.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace tokentrail::pipeline {
namespace {

constexpr int kMaxDepth = 12;

/// Letters and digits in lower case: `Initiated_By` and `initiatedBy` are the same word.
std::string Plain(std::string_view name) {
  std::string out;
  for (const char c : Lower(name)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out.push_back(c);
  }
  return out;
}

/// `a.b.c` -> `c`, `a.b[C]` -> `C`.
std::string_view Last(std::string_view path) {
  if (path.ends_with(']')) {
    path.remove_suffix(1);
    return path.substr(path.find('[') + 1);
  }
  return path.substr(path.rfind('.') + 1);
}

/// Letters to change, to add or to leave out (Levenshtein).
size_t Distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t changed = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

void FieldInventory::Add(const Record& record) {
  std::string path;
  Walk(record, record.root(), path, 0);
}

void FieldInventory::Merge(const FieldInventory& other) {
  for (const auto& [path, words] : other.paths_) {
    if (paths_.size() < kMaxPaths) paths_.emplace(path, words);
  }
}

void FieldInventory::Walk(const Record& record, const Node& node, std::string& path, int depth) {
  if (depth > kMaxDepth || path.size() > kMaxPath) return;
  const bool text = node.kind == NodeKind::kText &&
                    (node.text().starts_with('{') || node.text().starts_with('['));
  const Node* const inner = text ? record.Open(node) : node.is_container() ? &node : nullptr;
  if (inner == nullptr) return;
  const auto add = [&] {
    if (paths_.size() == kMaxPaths || path.size() > kMaxPath) return;
    if (paths_.find(path) == paths_.end()) paths_.emplace(path, WordsOf(path));
  };
  for (const Node& child : Children(*inner)) {
    const size_t before = path.size();
    if (inner->kind == NodeKind::kObject) {
      if (!path.empty()) path.push_back('.');
      path.append(child.key());
      add();
    } else if (child.kind == NodeKind::kObject) {
      // Members of lists of names and values are found by name as well.
      const NamedValue named = ReadNamedValue(child);
      if (!named.name.empty() && named.value != nullptr) {
        path.append("[").append(named.name).append("]");
        add();
        path.resize(before);
      }
    }
    Walk(record, child, path, depth + 1);
    path.resize(before);
  }
}

FieldInventory::Words FieldInventory::WordsOf(std::string_view path) {
  return {Plain(path), Plain(Last(path))};
}

std::string FieldInventory::Nearest(std::string_view name, bool same_word) const {
  const auto [whole, last] = WordsOf(name.substr(0, kMaxPath));
  std::string_view best;
  double best_score = 0;
  for (const auto& [path, words] : paths_) {
    const std::string& its_whole = words.whole;
    const std::string& its_last = words.last;
    if (its_last.empty() || last.empty()) continue;
    double score = 0;
    if (its_whole == whole) {
      score = 4;
    } else if (its_last == last) {
      score = 3;
    } else if (its_last == whole || its_whole == last) {
      score = 2.5;
    } else if (!same_word) {
      const size_t longest = std::max(last.size(), its_last.size());
      const size_t shortest = std::min(last.size(), its_last.size());
      // Letters that one has more are the least that differs.
      const bool close = (longest - shortest) * 4 <= longest;
      const size_t distance = close ? Distance(last, its_last) : longest - shortest;
      // What ends alike is of one kind, `status` and `resultStatus`; `user` and `userType` are not.
      const bool within = shortest >= 4 && shortest * 2 >= longest &&
                          (its_last.ends_with(last) || last.ends_with(its_last));
      if (distance * 4 <= longest) {
        score = 2 - static_cast<double>(distance) / static_cast<double>(longest);
      } else if (within) {
        score = 1 - static_cast<double>(distance) / static_cast<double>(2 * longest);
      }
    }
    if (score == 0) continue;
    // Of two that are as near, the shorter path, then the first.
    score -= 0.0001 * static_cast<double>(path.size());
    if (score > best_score) {
      best_score = score;
      best = path;
    }
  }
  return std::string(best);
}

}  // namespace tokentrail::pipeline
