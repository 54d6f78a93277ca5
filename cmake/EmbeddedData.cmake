# src/inventory/data.cc takes the tables of data/ in with .incbin, which neither ninja nor ccache
# sees. A hash of all of them on its command line makes both build it again when a table changes.

file(GLOB_RECURSE data_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/data/*)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${data_files})
set(data_hashes "")
foreach(data_file IN LISTS data_files)
  file(SHA256 ${data_file} data_hash)
  string(APPEND data_hashes ${data_hash})
endforeach()
string(SHA256 data_hash "${data_hashes}")
set_property(SOURCE src/inventory/data.cc
             APPEND PROPERTY COMPILE_DEFINITIONS
             TOKENTRAIL_DATA="${CMAKE_SOURCE_DIR}/data" TOKENTRAIL_DATA_HASH="${data_hash}")
