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

# The rules of rules/ go into src/pipeline/shipped_rules.cc in the same way, as one file.

file(GLOB_RECURSE rule_files RELATIVE ${CMAKE_SOURCE_DIR}/rules CONFIGURE_DEPENDS
     ${CMAKE_SOURCE_DIR}/rules/*.yml)
list(FILTER rule_files EXCLUDE REGEX "\\.cases\\.yml$")
list(SORT rule_files COMPARE STRING)
set(all_rules "")
foreach(rule_file IN LISTS rule_files)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
               ${CMAKE_SOURCE_DIR}/rules/${rule_file})
  file(READ ${CMAKE_SOURCE_DIR}/rules/${rule_file} rule_text)
  string(APPEND all_rules "#!shipped ${rule_file}\n${rule_text}")
endforeach()
string(SHA256 rules_hash "${all_rules}")
set(rules_blob ${CMAKE_BINARY_DIR}/shipped_rules.txt)
file(WRITE ${rules_blob} "${all_rules}")
set_property(SOURCE src/pipeline/shipped_rules.cc
             APPEND PROPERTY COMPILE_DEFINITIONS
             TOKENTRAIL_RULES="${rules_blob}" TOKENTRAIL_RULES_HASH="${rules_hash}")

# The pages of playbooks/ and their cases go into src/playbook/shipped_pages.cc in the same way.
# Read and written as bytes: pages hold brackets and semicolons, which are lists to cmake.

file(GLOB_RECURSE page_files RELATIVE ${CMAKE_SOURCE_DIR}/playbooks CONFIGURE_DEPENDS
     ${CMAKE_SOURCE_DIR}/playbooks/T*.md ${CMAKE_SOURCE_DIR}/playbooks/*.yml)
list(FILTER page_files EXCLUDE REGEX "\\.results\\.md$")
list(SORT page_files COMPARE STRING)
set(all_pages "")
foreach(page_file IN LISTS page_files)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
               ${CMAKE_SOURCE_DIR}/playbooks/${page_file})
  file(READ ${CMAKE_SOURCE_DIR}/playbooks/${page_file} page_text)
  string(APPEND all_pages "#!shipped ${page_file}\n${page_text}")
endforeach()
string(SHA256 pages_hash "${all_pages}")
set(pages_blob ${CMAKE_BINARY_DIR}/shipped_pages.txt)
file(WRITE ${pages_blob} "${all_pages}")
set_property(SOURCE src/playbook/shipped_pages.cc
             APPEND PROPERTY COMPILE_DEFINITIONS
             TOKENTRAIL_PLAYBOOKS="${pages_blob}" TOKENTRAIL_PLAYBOOKS_HASH="${pages_hash}")
