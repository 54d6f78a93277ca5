# Files of data/ that a source takes in with .incbin: the compiler does not tell the build about
# them, so a source that does that is named as depending on all of data/.

file(GLOB_RECURSE data_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/data/*)
foreach(source IN LISTS library_sources)
  file(STRINGS ${source} embeds REGEX "incbin" LIMIT_COUNT 1)
  if(embeds)
    set_property(SOURCE ${source} APPEND PROPERTY OBJECT_DEPENDS "${data_files}")
  endif()
endforeach()
