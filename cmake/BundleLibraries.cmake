# Copies the shared libraries that the binary needs beside it, all but those of glibc: these must
# fit the machine's kernel and loader, and every Linux has them.

file(GET_RUNTIME_DEPENDENCIES
  EXECUTABLES ${bundle_binary}
  RESOLVED_DEPENDENCIES_VAR libraries
  UNRESOLVED_DEPENDENCIES_VAR missing
  POST_EXCLUDE_REGEXES "/ld-linux" "/libc\\.so" "/libm\\.so" "/libmvec\\.so" "/libdl\\.so"
                       "/libpthread\\.so" "/librt\\.so" "/libresolv\\.so" "/libutil\\.so")
if(missing)
  message(FATAL_ERROR "shared libraries not found: ${missing}")
endif()
set(folder "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/${bundle_lib}")
foreach(library IN LISTS libraries)
  file(INSTALL ${library} DESTINATION ${folder} TYPE SHARED_LIBRARY FOLLOW_SYMLINK_CHAIN)
endforeach()
