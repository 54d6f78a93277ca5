# Files of data/ that a source takes in with .incbin: the compiler does not tell the build about
# them, so a source that does that is named as depending on all of data/. A hash of the files is part
# of its compile command, or a compiler cache could give back an object with older tables.

file(GLOB_RECURSE data_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/data/*)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${data_files})
set(data_hashes "")
foreach(data_file IN LISTS data_files)
  file(SHA256 ${data_file} data_hash)
  string(APPEND data_hashes ${data_hash})
endforeach()
string(SHA256 data_hash "${data_hashes}")
foreach(source IN LISTS library_sources)
  file(STRINGS ${source} embeds REGEX "incbin" LIMIT_COUNT 1)
  if(embeds)
    set_property(SOURCE ${source} APPEND PROPERTY OBJECT_DEPENDS "${data_files}")
    set_property(SOURCE ${source} APPEND PROPERTY COMPILE_DEFINITIONS
                 TOKENTRAIL_DATA="${CMAKE_SOURCE_DIR}/data" TOKENTRAIL_DATA_HASH="${data_hash}")
  endif()
endforeach()
