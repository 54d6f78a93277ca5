// Rows of CSV, from bytes to records.

#include "source/csv.h"

#include <string>
#include <vector>

#include "fuzz/target.h"
#include "source/frame.h"
#include "source/json.h"

using namespace tokentrail;  // NOLINT: a fuzz target is one function

FUZZ_TARGET(Csv, "csv", input) {
  source::CsvSplitter splitter(source::SniffDelimiter(input.substr(0, input.find('\n'))));
  std::vector<source::Frame> rows;
  splitter.Scan(input, true, rows);
  CHECK(splitter.needed() <= input.size());
  source::CsvHeader header;
  source::CsvReader reader;
  source::JsonReader nested;
  Arena arena;
  uint64_t end = 0;
  for (const source::Frame& row : rows) {
    CHECK(row.begin >= end && row.begin + row.size <= input.size());  // in order, none twice
    end = row.begin + row.size;
    const std::string_view text = input.substr(row.begin, row.size);
    std::vector<std::string_view> cells;
    source::SplitCsvRow(text, header.delimiter, arena, cells);
    if (header.columns.empty()) {
      header.columns.assign(cells.begin(), cells.end());
      continue;
    }
    const Record record = reader.Read(text, header, &nested);
    size_t count = 0;
    for (const Node& cell : Children(record.root())) {
      CHECK(count < header.columns.size());
      CHECK(cell.key() == header.columns[count]);
      CHECK(count >= cells.size() || cell.text() == cells[count]);
      (void)record.Open(cell);
      ++count;
    }
  }
}
