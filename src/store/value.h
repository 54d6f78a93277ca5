// Values of a result as text. Only for src/store.

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "store/connection.h"

namespace tokentrail::store::duck {

/// A type of the library, taken apart once a column.
struct Type {
  TypeId id = kInvalidType;
  TypeId inside = kInvalidType;  ///< how an enum or decimal is held
  int width = 0;                 ///< of a decimal
  int scale = 0;
  uint64_t array_size = 0;
  std::vector<std::string> words;  ///< of an enum; names of a struct's members
  std::vector<Type> children;      ///< of a list, array or struct; key and value of a map

  /// `BIGINT`, `VARCHAR[]`, `STRUCT("a" BIGINT)`, as CREATE TABLE takes it. Empty for types that we
  /// can't show.
  std::string Sql() const;
  bool IsNumber() const;
};

Type TypeFrom(const Api& api, LogicalType handle);

enum class Form {
  kText,  ///< as DuckDB's own shell shows it; NULL inside a list is `NULL`
  kJson,  ///< numbers, truths and lists as themselves, all else as strings
};

/// Appends the value at `row`. A NULL appends nothing as text and `null` as JSON.
void Append(const Api& api, Vector vector, const Type& type, uint64_t row, Form form,
            std::string& out);
bool IsNull(const Api& api, Vector vector, uint64_t row);

}  // namespace tokentrail::store::duck
