# DuckDB's shared library, of the system or as scripts/fetch-duckdb left it (DuckDB_HINT). No header:
# src/store/api.h declares what is called, and the program opens the library when it needs it.
#
# Sets DuckDB_FOUND, DuckDB_LIBRARY (a path) and DuckDB_FETCHED (it is the fetched one).

find_package(DuckDB CONFIG QUIET)
set(DuckDB_LIBRARY "")
if(TARGET duckdb)
  get_target_property(DuckDB_LIBRARY duckdb LOCATION)
endif()
if(NOT DuckDB_LIBRARY OR NOT EXISTS "${DuckDB_LIBRARY}")
  # Looked for anew each time: it may have been fetched, or gone, since the last.
  unset(duckdb_found_library CACHE)
  find_library(duckdb_found_library duckdb)
  if(NOT duckdb_found_library)
    find_library(duckdb_found_library duckdb PATHS "${DuckDB_HINT}" NO_DEFAULT_PATH)
  endif()
  set(DuckDB_LIBRARY "${duckdb_found_library}")
endif()
set(DuckDB_FETCHED FALSE)
if(DuckDB_LIBRARY)
  cmake_path(IS_PREFIX DuckDB_HINT "${DuckDB_LIBRARY}" NORMALIZE DuckDB_FETCHED)
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(DuckDB REQUIRED_VARS DuckDB_LIBRARY)
