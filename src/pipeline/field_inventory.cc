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

std::string_view Last(std::string_view path) { return path.substr(path.rfind('.') + 1); }

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
  for (const std::string& path : other.paths_) {
    if (paths_.size() < kMaxPaths) paths_.insert(path);
  }
}

void FieldInventory::Walk(const Record& record, const Node& node, std::string& path, int depth) {
  if (depth > kMaxDepth) return;
  const Node* const inner = node.kind == NodeKind::kText && node.text().starts_with('{')
                                ? record.Open(node)
                                : node.is_container() ? &node : nullptr;
  if (inner == nullptr) return;
  for (const Node& child : Children(*inner)) {
    const size_t before = path.size();
    if (inner->kind == NodeKind::kObject) {
      if (!path.empty()) path.push_back('.');
      path.append(child.key());
      if (paths_.size() < kMaxPaths && paths_.find(path) == paths_.end()) paths_.insert(path);
    }
    Walk(record, child, path, depth + 1);
    path.resize(before);
  }
}

std::string FieldInventory::Nearest(std::string_view name) const {
  const std::string whole = Plain(name);
  const std::string last = Plain(Last(name));
  std::string_view best;
  double best_score = 0;
  for (const std::string& path : paths_) {
    const std::string its_whole = Plain(path);
    const std::string its_last = Plain(Last(path));
    if (its_last.empty() || last.empty()) continue;
    double score = 0;
    if (its_whole == whole) {
      score = 4;
    } else if (its_last == last) {
      score = 3;
    } else if (its_last == whole || its_whole == last) {
      score = 2.5;
    } else {
      const size_t longest = std::max(last.size(), its_last.size());
      const size_t distance = Distance(last, its_last);
      // A word within the other: `status` and `resultStatus`.
      const bool within = std::min(last.size(), its_last.size()) >= 4 &&
                          (its_last.find(last) != its_last.npos || last.find(its_last) != last.npos);
      if (distance * 3 <= longest) {
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
