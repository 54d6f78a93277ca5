// The part of DuckDB's C interface that we use, declared here: the library is opened when it is
// first needed (see library.h), and needs no header to build.
//
// Source: DuckDB 1.4.4, duckdb.h ("C API", stable since 1.2); checked against libduckdb 1.5.6. The
// names are DuckDB's without `duckdb_`. Only files of src/store may include this.

#pragma once

#include <cstdint>

namespace tokentrail::store::duck {

using Index = uint64_t;

// Handles: pointers to what only the library knows.
using Database = struct DatabaseHandle*;
using Connection = struct ConnectionHandle*;
using Configuration = struct ConfigurationHandle*;
using Statement = struct StatementHandle*;
using Extracted = struct ExtractedHandle*;
using Pending = struct PendingHandle*;
using Appender = struct AppenderHandle*;
using Chunk = struct ChunkHandle*;
using Vector = struct VectorHandle*;
using LogicalType = struct LogicalTypeHandle*;

enum State : int { kSuccess = 0, kError = 1 };

enum PendingState : int { kReady = 0, kNotReady = 1, kPendingError = 2, kNoTasks = 3 };

/// duckdb_statement_type, the ones we tell apart.
enum StatementType : int { kSelect = 1, kExplain = 4 };

/// duckdb_type.
enum TypeId : int {
  kInvalidType = 0,
  kBoolean = 1,
  kTinyint = 2,
  kSmallint = 3,
  kInteger = 4,
  kBigint = 5,
  kUtinyint = 6,
  kUsmallint = 7,
  kUinteger = 8,
  kUbigint = 9,
  kFloat = 10,
  kDouble = 11,
  kTimestamp = 12,
  kDate = 13,
  kTime = 14,
  kInterval = 15,
  kHugeint = 16,
  kVarchar = 17,
  kBlob = 18,
  kDecimal = 19,
  kTimestampS = 20,
  kTimestampMs = 21,
  kTimestampNs = 22,
  kEnum = 23,
  kList = 24,
  kStruct = 25,
  kMap = 26,
  kUuid = 27,
  kTimestampTz = 31,
  kUhugeint = 32,
  kArray = 33,
  kSqlNull = 36,
};

/// duckdb_result; passed by value to some functions, so its size matters.
struct QueryResult {
  Index deprecated_column_count;
  Index deprecated_row_count;
  Index deprecated_rows_changed;
  void* deprecated_columns;
  char* deprecated_error_message;
  void* internal_data;
};

/// duckdb_string_t: up to 12 bytes stand inside, longer ones elsewhere with their first four here.
struct String {
  uint32_t length;
  char prefix[4];
  union {
    char rest[8];
    const char* pointer;
  };
};
static_assert(sizeof(String) == 16);
constexpr uint32_t kInlined = 12;

struct ListEntry {
  uint64_t offset;
  uint64_t length;
};

struct Hugeint {
  uint64_t lower;
  int64_t upper;
};

struct Interval {
  int32_t months;
  int32_t days;
  int64_t micros;
};

// X(result, name, arguments)
#define TOKENTRAIL_DUCKDB_FUNCTIONS(X)                                                      \
  X(const char*, library_version, ())                                                       \
  X(State, create_config, (Configuration*))                                                 \
  X(State, set_config, (Configuration, const char* name, const char* option))               \
  X(void, destroy_config, (Configuration*))                                                 \
  X(State, open_ext, (const char* path, Database*, Configuration, char** error))            \
  X(void, close, (Database*))                                                               \
  X(State, connect, (Database, Connection*))                                                \
  X(void, disconnect, (Connection*))                                                        \
  X(void, interrupt, (Connection))                                                          \
  X(void, free, (void*))                                                                    \
  X(State, query, (Connection, const char* sql, QueryResult*))                              \
  X(void, destroy_result, (QueryResult*))                                                   \
  X(const char*, result_error, (QueryResult*))                                              \
  X(Index, column_count, (QueryResult*))                                                    \
  X(const char*, column_name, (QueryResult*, Index))                                        \
  X(LogicalType, column_logical_type, (QueryResult*, Index))                                \
  X(Chunk, fetch_chunk, (QueryResult))                                                      \
  X(Index, extract_statements, (Connection, const char* sql, Extracted*))                   \
  X(const char*, extract_statements_error, (Extracted))                                     \
  X(State, prepare_extracted_statement, (Connection, Extracted, Index, Statement*))         \
  X(void, destroy_extracted, (Extracted*))                                                  \
  X(const char*, prepare_error, (Statement))                                                \
  X(void, destroy_prepare, (Statement*))                                                    \
  X(StatementType, prepared_statement_type, (Statement))                                    \
  X(Index, nparams, (Statement))                                                            \
  X(State, pending_prepared_streaming, (Statement, Pending*))                               \
  X(PendingState, pending_execute_task, (Pending))                                          \
  X(const char*, pending_error, (Pending))                                                  \
  X(State, execute_pending, (Pending, QueryResult*))                                        \
  X(void, destroy_pending, (Pending*))                                                      \
  X(State, appender_create, (Connection, const char* schema, const char* table, Appender*)) \
  X(State, append_data_chunk, (Appender, Chunk))                                            \
  X(State, appender_flush, (Appender))                                                      \
  X(const char*, appender_error, (Appender))                                                \
  X(State, appender_destroy, (Appender*))                                                   \
  X(Chunk, create_data_chunk, (LogicalType*, Index count))                                  \
  X(void, destroy_data_chunk, (Chunk*))                                                     \
  X(void, data_chunk_reset, (Chunk))                                                        \
  X(Index, data_chunk_get_size, (Chunk))                                                    \
  X(void, data_chunk_set_size, (Chunk, Index))                                              \
  X(Vector, data_chunk_get_vector, (Chunk, Index))                                          \
  X(Index, vector_size, ())                                                                 \
  X(void*, vector_get_data, (Vector))                                                       \
  X(uint64_t*, vector_get_validity, (Vector))                                               \
  X(void, vector_ensure_validity_writable, (Vector))                                        \
  X(void, vector_assign_string_element_len, (Vector, Index, const char*, Index length))     \
  X(Vector, list_vector_get_child, (Vector))                                                \
  X(Index, list_vector_get_size, (Vector))                                                  \
  X(State, list_vector_set_size, (Vector, Index))                                           \
  X(State, list_vector_reserve, (Vector, Index))                                            \
  X(Vector, struct_vector_get_child, (Vector, Index))                                       \
  X(Vector, array_vector_get_child, (Vector))                                               \
  X(LogicalType, create_logical_type, (TypeId))                                             \
  X(LogicalType, create_list_type, (LogicalType))                                           \
  X(void, destroy_logical_type, (LogicalType*))                                             \
  X(TypeId, get_type_id, (LogicalType))                                                     \
  X(uint8_t, decimal_width, (LogicalType))                                                  \
  X(uint8_t, decimal_scale, (LogicalType))                                                  \
  X(TypeId, decimal_internal_type, (LogicalType))                                           \
  X(TypeId, enum_internal_type, (LogicalType))                                              \
  X(uint32_t, enum_dictionary_size, (LogicalType))                                          \
  X(char*, enum_dictionary_value, (LogicalType, Index))                                     \
  X(LogicalType, list_type_child_type, (LogicalType))                                       \
  X(LogicalType, array_type_child_type, (LogicalType))                                      \
  X(Index, array_type_array_size, (LogicalType))                                            \
  X(LogicalType, map_type_key_type, (LogicalType))                                          \
  X(LogicalType, map_type_value_type, (LogicalType))                                        \
  X(Index, struct_type_child_count, (LogicalType))                                          \
  X(char*, struct_type_child_name, (LogicalType, Index))                                    \
  X(LogicalType, struct_type_child_type, (LogicalType, Index))

/// Not in every version that will do; null when missing.
#define TOKENTRAIL_DUCKDB_OPTIONAL(X) X(State, appender_clear, (Appender))  // since 1.5

struct Api {
#define TOKENTRAIL_DECLARE(result, name, arguments) result(*name) arguments = nullptr;
  TOKENTRAIL_DUCKDB_FUNCTIONS(TOKENTRAIL_DECLARE)
  TOKENTRAIL_DUCKDB_OPTIONAL(TOKENTRAIL_DECLARE)
#undef TOKENTRAIL_DECLARE
};

}  // namespace tokentrail::store::duck
