# Language, build type, options, and what makes building quick.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

option(TOKENTRAIL_TESTS "Build the tests" ON)
option(TOKENTRAIL_BENCH "Build the benchmarks" OFF)
option(TOKENTRAIL_FUZZ "Build the fuzz targets with libFuzzer (clang only)" OFF)
option(TOKENTRAIL_LTO "Optimise over the whole program" OFF)
option(TOKENTRAIL_BUNDLE "Install the shared libraries beside the binary, for a tarball" OFF)
option(TOKENTRAIL_COVERAGE "Count which lines run" OFF)
set(TOKENTRAIL_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug or Release" FORCE)
endif()
# Debug is for tests under sanitizers: -O1 makes them twice as quick as -O0, and lines are enough
# to read a stack trace by. Release asks for x86-64-v2 (every processor since 2009: it counts bits in
# one instruction); simdjson and ISA-L choose their own fast paths at run time.
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2")

# A second build of the same file takes nothing. The base folder lets two checkouts share entries;
# ccache itself leaves out files that embed others (.incbin).
find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
      CCACHE_NOHASHDIR=1 ${CCACHE})
endif()

add_library(tokentrail_options INTERFACE)
target_compile_options(tokentrail_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # g++ 12 sees an overlap in `"a" + std::string` that is not there (GCC bug 105651).
  target_compile_options(tokentrail_options INTERFACE -Wno-restrict)
endif()

if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  target_compile_options(tokentrail_options INTERFACE -march=x86-64-v2)
endif()

find_program(MOLD mold)
if(MOLD)
  target_link_options(tokentrail_options INTERFACE -fuse-ld=mold)
endif()

if(TOKENTRAIL_SANITIZE)
  target_compile_options(tokentrail_options INTERFACE -fsanitize=${TOKENTRAIL_SANITIZE}
                         -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(tokentrail_options INTERFACE -fsanitize=${TOKENTRAIL_SANITIZE})
endif()
if(TOKENTRAIL_COVERAGE)
  target_compile_options(tokentrail_options INTERFACE -fprofile-instr-generate -fcoverage-mapping)
  target_link_options(tokentrail_options INTERFACE -fprofile-instr-generate)
endif()
if(TOKENTRAIL_FUZZ)
  target_compile_options(tokentrail_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(TOKENTRAIL_LTO)
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
endif()
