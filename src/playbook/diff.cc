#include "playbook/diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace tokentrail::playbook {
namespace {

constexpr size_t kContext = 3;
/// Past so many changed lines all of the middle counts as changed: the exact answer would take
/// memory with the square of them.
constexpr ptrdiff_t kMaxChanges = 3000;

/// With their line ends, so that `\r\n` against `\n` is a difference.
std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> out;
  for (size_t at = 0; at < text.size();) {
    const size_t feed = text.find('\n', at);
    const size_t next = feed == text.npos ? text.size() : feed + 1;
    out.push_back(text.substr(at, next - at));
    at = next;
  }
  return out;
}

enum class Op : uint8_t { kKeep, kDelete, kInsert };

/// The shortest way from `a` to `b`, as one operation a line.
std::vector<Op> Script(const std::vector<std::string_view>& a,
                       const std::vector<std::string_view>& b) {
  size_t head = 0;
  while (head < a.size() && head < b.size() && a[head] == b[head]) ++head;
  size_t tail = 0;
  while (tail < a.size() - head && tail < b.size() - head &&
         a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) {
    ++tail;
  }
  const auto n = static_cast<ptrdiff_t>(a.size() - head - tail);
  const auto m = static_cast<ptrdiff_t>(b.size() - head - tail);
  const auto same = [&](ptrdiff_t x, ptrdiff_t y) {
    return a[head + static_cast<size_t>(x)] == b[head + static_cast<size_t>(y)];
  };

  std::vector<Op> middle;
  // best[d][k + d]: how far along `a` d changes get on diagonal k.
  std::vector<std::vector<int32_t>> best;
  bool found = n == 0 && m == 0;
  ptrdiff_t d = 0;
  for (; !found && d <= std::min(n + m, kMaxChanges); ++d) {
    std::vector<int32_t> row(static_cast<size_t>(2 * d + 1));
    const auto before = [&](ptrdiff_t k) {
      return static_cast<ptrdiff_t>(best.back()[static_cast<size_t>(k + d - 1)]);
    };
    for (ptrdiff_t k = -d; k <= d && !found; k += 2) {
      ptrdiff_t x = 0;
      if (d > 0) {
        const bool down = k == -d || (k != d && before(k - 1) < before(k + 1));
        x = down ? before(k + 1) : before(k - 1) + 1;
      }
      while (x < n && x - k < m && x - k >= 0 && same(x, x - k)) ++x;
      row[static_cast<size_t>(k + d)] = static_cast<int32_t>(x);
      found = x >= n && x - k >= m;
    }
    best.push_back(std::move(row));
  }
  if (!found) {
    middle.assign(static_cast<size_t>(n), Op::kDelete);
    middle.insert(middle.end(), static_cast<size_t>(m), Op::kInsert);
  } else {
    ptrdiff_t x = n;
    ptrdiff_t y = m;
    for (d = static_cast<ptrdiff_t>(best.size()) - 1; d > 0; --d) {
      const ptrdiff_t k = x - y;
      const auto before = [&](ptrdiff_t diagonal) {
        return static_cast<ptrdiff_t>(
            best[static_cast<size_t>(d - 1)][static_cast<size_t>(diagonal + d - 1)]);
      };
      const bool down = k == -d || (k != d && before(k - 1) < before(k + 1));
      const ptrdiff_t from_k = down ? k + 1 : k - 1;
      const ptrdiff_t from_x = before(from_k);
      const ptrdiff_t from_y = from_x - from_k;
      const ptrdiff_t snake_x = down ? from_x : from_x + 1;  // after the one change
      while (x > snake_x) {
        middle.push_back(Op::kKeep);
        --x;
        --y;
      }
      middle.push_back(down ? Op::kInsert : Op::kDelete);
      x = from_x;
      y = from_y;
    }
    middle.insert(middle.end(), static_cast<size_t>(x), Op::kKeep);
    std::reverse(middle.begin(), middle.end());
  }
  std::vector<Op> out(head, Op::kKeep);
  out.insert(out.end(), middle.begin(), middle.end());
  out.insert(out.end(), tail, Op::kKeep);
  return out;
}

void AddLine(char sign, std::string_view line, std::string& out) {
  out += sign;
  out += line;
  if (!line.ends_with('\n')) out += "\n\\ No newline at end of file\n";
}

/// `12,3`, or `12` for one line; a length of 0 names the line before.
std::string Span(size_t start, size_t count) {
  if (count == 1) return std::to_string(start + 1);
  return fmt::format("{},{}", count == 0 ? start : start + 1, count);
}

}  // namespace

std::string UnifiedDiff(std::string_view before, std::string_view after,
                        std::string_view before_name, std::string_view after_name) {
  if (before == after) return {};
  const std::vector<std::string_view> a = Lines(before);
  const std::vector<std::string_view> b = Lines(after);
  const std::vector<Op> script = Script(a, b);
  std::string out = fmt::format("--- {}\n+++ {}\n", before_name, after_name);
  size_t x = 0;  // line of `a` at script[i]
  size_t y = 0;
  for (size_t i = 0; i < script.size();) {
    if (script[i] == Op::kKeep) {
      ++i;
      ++x;
      ++y;
      continue;
    }
    // A hunk reaches to where more lines stay than its context and the next one's.
    size_t end = i;
    for (size_t j = i, kept = 0; j < script.size() && kept <= 2 * kContext; ++j) {
      kept = script[j] == Op::kKeep ? kept + 1 : 0;
      if (kept == 0) end = j + 1;
    }
    const size_t lead = std::min({kContext, x, y, i});
    size_t trail = 0;
    while (trail < kContext && end + trail < script.size()) ++trail;
    std::string body;
    size_t from_x = x - lead;
    size_t from_y = y - lead;
    size_t at_x = from_x;
    size_t at_y = from_y;
    for (size_t j = i - lead; j < end + trail; ++j) {
      if (script[j] == Op::kInsert) {
        AddLine('+', b[at_y++], body);
      } else {
        AddLine(script[j] == Op::kKeep ? ' ' : '-', a[at_x], body);
        ++at_x;
        if (script[j] == Op::kKeep) ++at_y;
      }
    }
    out += fmt::format("@@ -{} +{} @@\n", Span(from_x, at_x - from_x), Span(from_y, at_y - from_y));
    out += body;
    x = at_x;
    y = at_y;
    i = end + trail;
  }
  return out;
}

}  // namespace tokentrail::playbook
