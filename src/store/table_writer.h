// Appends rows to one table, many at a time. Only for src/store.

#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "store/connection.h"
#include "store/schema.h"

namespace tokentrail::store::duck {

/// Cells are set by column, left to right or not; those not set are NULL. Texts are not copied:
/// they must hold until EndRow() or Flush() has passed them on (a chunk is `rows_per_chunk()`
/// rows).
class TableWriter {
 public:
  static Result<std::unique_ptr<TableWriter>> Open(const Session& session, const TableDef& table);
  ~TableWriter();
  TableWriter(const TableWriter&) = delete;
  TableWriter& operator=(const TableWriter&) = delete;

  size_t rows_per_chunk() const { return capacity_; }

  void Number(size_t column, int64_t value) { Cell<int64_t>(column) = value; }
  void Moment(size_t column, Time value) { Cell<int64_t>(column) = value.micros; }
  void Truth(size_t column, bool value) { Cell<bool>(column) = value; }
  void Uuid(size_t column, const tokentrail::Id& value) {
    // A UUID is a signed number whose top bit is turned round, so that it sorts as its text does.
    Cell<Hugeint>(column) = {value.low, static_cast<int64_t>(value.high ^ (uint64_t{1} << 63))};
  }
  /// Empty is NULL. What is not UTF-8 is repaired: the library takes nothing else.
  void Text(size_t column, std::string_view text);
  void Texts(size_t column, std::span<const std::string> texts);
  /// A copy that holds as long as it must.
  std::string_view Keep(std::string_view text) { return kept_.Copy(text); }

  Result<Done> EndRow();
  /// Passes on what is held, and what the library holds to the table.
  Result<Done> Flush();
  /// Drops what the library holds, as far as it can: nobody wants the table any more.
  void Forget();

 private:
  struct Column {
    Vector vector = nullptr;
    char* data = nullptr;
    uint64_t* valid = nullptr;
  };

  explicit TableWriter(const Api& api) : api_(api) {}
  void Begin();
  Result<Done> PassOn();
  Error Failed() const;
  String Put(std::string_view text);

  template <typename T>
  T& Cell(size_t column) {
    Column& c = columns_[column];
    c.valid[rows_ / 64] |= uint64_t{1} << (rows_ % 64);
    return reinterpret_cast<T*>(c.data)[rows_];
  }

  const Api& api_;
  Owned<Chunk> chunk_;
  Appender appender_ = nullptr;
  std::vector<Column> columns_;
  size_t capacity_ = 0;
  size_t rows_ = 0;
  size_t unflushed_ = 0;
  Arena kept_;
};

}  // namespace tokentrail::store::duck
