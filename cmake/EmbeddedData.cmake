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

# The rules of rules/ go into src/pipeline/shipped_rules.cc in the same way, as one file; so do the
# policies of policies/ into src/policy/shipped_policies.cc.

function(embed_texts folder source name)
  file(GLOB_RECURSE text_files RELATIVE ${CMAKE_SOURCE_DIR}/${folder} CONFIGURE_DEPENDS
       ${CMAKE_SOURCE_DIR}/${folder}/*.yml)
  list(FILTER text_files EXCLUDE REGEX "\\.cases\\.yml$")
  list(SORT text_files COMPARE STRING)
  set(all_texts "")
  foreach(text_file IN LISTS text_files)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
                 ${CMAKE_SOURCE_DIR}/${folder}/${text_file})
    file(READ ${CMAKE_SOURCE_DIR}/${folder}/${text_file} text)
    string(APPEND all_texts "#!shipped ${text_file}\n${text}")
  endforeach()
  string(SHA256 text_hash "${all_texts}")
  set(blob ${CMAKE_BINARY_DIR}/shipped_${folder}.txt)
  file(WRITE ${blob} "${all_texts}")
  set_property(SOURCE ${source} APPEND PROPERTY COMPILE_DEFINITIONS
               ${name}="${blob}" ${name}_HASH="${text_hash}")
endfunction()
embed_texts(rules src/pipeline/shipped_rules.cc TOKENTRAIL_RULES)
embed_texts(policies src/policy/shipped_policies.cc TOKENTRAIL_POLICIES)

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
