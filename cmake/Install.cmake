# What `cmake --install` puts where, and the two packages: a .deb, and a tarball that needs nothing
# of the machine but glibc (configure with TOKENTRAIL_BUNDLE).

include(GNUInstallDirs)
install(TARGETS tokentrail)
foreach(folder rules playbooks samples)
  if(EXISTS ${CMAKE_SOURCE_DIR}/${folder})
    install(DIRECTORY ${folder} DESTINATION ${CMAKE_INSTALL_DATADIR}/tokentrail)
  endif()
endforeach()

# The binary writes its own man page and completions, so that they never lag behind it.
set(generated)
foreach(page "tokentrail.1|man" "tokentrail.bash|completion bash" "_tokentrail|completion zsh"
             "tokentrail.fish|completion fish")
  string(REPLACE "|" ";" page "${page}")
  list(GET page 0 page_file)
  list(GET page 1 page_verb)
  separate_arguments(page_verb)
  add_custom_command(OUTPUT ${page_file}
                     COMMAND tokentrail ${page_verb} > ${page_file} DEPENDS tokentrail VERBATIM)
  list(APPEND generated ${CMAKE_BINARY_DIR}/${page_file})
endforeach()
add_custom_target(tokentrail_pages ALL DEPENDS ${generated})
install(FILES ${CMAKE_BINARY_DIR}/tokentrail.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${CMAKE_BINARY_DIR}/tokentrail.bash RENAME tokentrail
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${CMAKE_BINARY_DIR}/_tokentrail DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES ${CMAKE_BINARY_DIR}/tokentrail.fish
        DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

install(FILES README.md ARCHITECTURE.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} PATTERN decisions EXCLUDE)

# A private folder: no other program is to find it there. The system's own is left to the system,
# except in a tarball, which must need nothing of it.
if(DuckDB_FOUND AND (DuckDB_FETCHED OR TOKENTRAIL_BUNDLE))
  file(REAL_PATH ${DuckDB_LIBRARY} duckdb_file)
  install(PROGRAMS ${duckdb_file} DESTINATION lib/tokentrail RENAME libduckdb.so)
  if(DuckDB_FETCHED)
    install(FILES ${DuckDB_HINT}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR}
            RENAME LICENSE.duckdb)
  endif()
endif()

if(TOKENTRAIL_BUNDLE)
  set_target_properties(tokentrail PROPERTIES INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")
  # The older RPATH, not RUNPATH: that one is not asked for what the libraries themselves need, and
  # the bundled ones could not find each other.
  target_link_options(tokentrail PRIVATE -Wl,--disable-new-dtags)
  install(CODE "set(bundle_lib \"${CMAKE_INSTALL_LIBDIR}\")
                set(bundle_binary \"$<TARGET_FILE:tokentrail>\")")
  install(SCRIPT ${CMAKE_CURRENT_LIST_DIR}/BundleLibraries.cmake)
endif()

set(CPACK_PACKAGE_VENDOR "tokentrail")
set(CPACK_PACKAGE_CONTACT "The tokentrail authors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_PACKAGE_FILE_NAME
    "${PROJECT_NAME}-${PROJECT_VERSION}-linux-${CMAKE_HOST_SYSTEM_PROCESSOR}")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_HOMEPAGE "${PROJECT_HOMEPAGE_URL}")
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "The tokentrail authors <tokentrail@localhost>")
include(CPack)
