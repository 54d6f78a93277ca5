#include "source/csv.h"

#include <algorithm>

namespace tokentrail::source {

void SplitCsvRow(std::string_view row, char delimiter, Arena& arena,
                 std::vector<std::string_view>& cells) {
  cells.clear();
  size_t at = 0;
  for (;;) {
    if (at < row.size() && row[at] == '"') {
      // Up to the closing quote; doubled quotes are one.
      size_t end = at + 1;
      bool doubled = false;
      while (end < row.size()) {
        if (row[end] == '"') {
          if (end + 1 < row.size() && row[end + 1] == '"') {
            doubled = true;
            ++end;
          } else {
            break;
          }
        }
        ++end;
      }
      std::string_view cell = row.substr(at + 1, end - at - 1);
      if (doubled) {
        char* const out = arena.Allocate(cell.size());
        size_t size = 0;
        for (size_t i = 0; i < cell.size(); ++i) {
          out[size++] = cell[i];
          if (cell[i] == '"') ++i;
        }
        cell = {out, size};
      }
      cells.push_back(cell);
      at = std::min(row.find(delimiter, std::min(end, row.size())), row.size());
    } else {
      const size_t end = std::min(row.find(delimiter, at), row.size());
      cells.push_back(row.substr(at, end - at));
      at = end;
    }
    if (at >= row.size()) return;
    ++at;  // the delimiter; a row that ends with one has an empty last cell
  }
}

Record CsvReader::Read(std::string_view row, const CsvHeader& header, NestedJson* nested) {
  arena_.Reset();
  SplitCsvRow(row, header.delimiter, arena_, cells_);
  const size_t count = std::min(cells_.size(), header.columns.size());
  nodes_.clear();
  nodes_.resize(count + 1);
  nodes_[0].kind = NodeKind::kObject;
  nodes_[0].size = static_cast<uint32_t>(count + 1);
  for (size_t i = 0; i < count; ++i) {
    Node& node = nodes_[i + 1];
    node.kind = NodeKind::kText;
    node.key_data = header.columns[i].data();
    node.key_size = static_cast<uint32_t>(header.columns[i].size());
    node.text_data = cells_[i].data();
    node.text_size = static_cast<uint32_t>(cells_[i].size());
  }
  return Record(nodes_.data(), nested);
}

}  // namespace tokentrail::source
