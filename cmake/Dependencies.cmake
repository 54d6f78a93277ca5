# The libraries we stand on: Debian's packages, none of them in this repository. Each is named in
# the .cc files of one folder only; test/layers_test.cc holds the list.

find_package(Threads REQUIRED)
find_package(simdjson REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(fmt REQUIRED)
find_package(tsl-robin-map REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(ICU REQUIRED COMPONENTS i18n uc)  # src/inventory/skeleton_icu.cc
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(ARCHIVE REQUIRED IMPORTED_TARGET libarchive)
pkg_check_modules(CRYPTO REQUIRED IMPORTED_TARGET libcrypto)
pkg_check_modules(ISAL REQUIRED IMPORTED_TARGET libisal)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)

set(TOKENTRAIL_LIBRARIES
  simdjson::simdjson yaml-cpp ICU::i18n ICU::uc tsl::robin_map PkgConfig::RE2 PkgConfig::ARCHIVE PkgConfig::CRYPTO
  PkgConfig::ISAL PkgConfig::XXHASH)

# DuckDB is opened by the program when a case is written or asked, so building needs none of it: a
# link beside the binary lets a build run as an installation does.
set(DuckDB_HINT ${CMAKE_SOURCE_DIR}/build/deps/duckdb)
find_package(DuckDB MODULE QUIET)
if(DuckDB_FOUND)
  file(CREATE_LINK ${DuckDB_LIBRARY} ${CMAKE_BINARY_DIR}/libduckdb.so SYMBOLIC)
else()
  message(STATUS "No DuckDB: hunts write no case.duckdb. scripts/fetch-duckdb fetches it.")
endif()
