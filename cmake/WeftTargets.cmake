# How Weft's targets are made. One folder is one target; catalogue folders generate their table of records.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()
# One place for programs, so that they find each other in a build tree.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

find_program(WEFT_CCACHE ccache)
if(WEFT_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${WEFT_CCACHE}")
  set(CMAKE_C_COMPILER_LAUNCHER "${WEFT_CCACHE}")
endif()

# Flags that every target of ours has; kept in an interface target so that installed consumers do not get them.
add_library(weft_flags INTERFACE)
target_include_directories(weft_flags INTERFACE "${CMAKE_SOURCE_DIR}" "${CMAKE_BINARY_DIR}")
if(MSVC)
  target_compile_options(weft_flags INTERFACE /W4 /utf-8 $<$<BOOL:${WEFT_WARNINGS_AS_ERRORS}>:/WX>)
else()
  target_compile_options(weft_flags INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wnon-virtual-dtor -Woverloaded-virtual>
    # GCC 12 warns of std::string's own code when it inlines it (its bug 105651).
    $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>
    $<$<BOOL:${WEFT_WARNINGS_AS_ERRORS}>:-Werror>)
endif()
if(WEFT_SANITIZE)
  add_compile_options(-fsanitize=${WEFT_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${WEFT_SANITIZE})
endif()

# weft_folder(NAME [SOURCES file...] [LIBS target...] [PUBLIC_LIBS target...]): an object library weft_NAME of one folder.
# Without SOURCES: every .cpp that lies in it.
function(weft_folder NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS;PUBLIC_LIBS" ${ARGN})
  if(NOT ARG_SOURCES)
    file(GLOB ARG_SOURCES CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  endif()
  add_library(weft_${NAME} OBJECT ${ARG_SOURCES})
  target_link_libraries(weft_${NAME} PRIVATE weft_flags ${ARG_LIBS} PUBLIC ${ARG_PUBLIC_LIBS})
endfunction()

# weft_catalogue(NAME RECORD names...): as weft_folder, for a folder of records. `names` are both the files (NAME.cpp)
# and the functions in namespace weft::NAME that return their record; a table `std::vector<RECORD> records()` is generated.
# Other .cpp files of the folder are compiled too.
function(weft_catalogue NAME RECORD HEADER)
  cmake_parse_arguments(ARG "" "" "RECORDS;LIBS;PUBLIC_LIBS" ${ARGN})
  set(declarations "")
  set(entries "")
  foreach(record IN LISTS ARG_RECORDS)
    if(NOT EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/${record}.cpp")
      message(FATAL_ERROR "The catalogue ${NAME} lists ${record}, but there is no ${record}.cpp.")
    endif()
    string(APPEND declarations "${RECORD} ${record}();\n")
    string(APPEND entries "        ${record}(),\n")
  endforeach()
  set(table "${CMAKE_CURRENT_BINARY_DIR}/${NAME}_records.cpp")
  file(CONFIGURE OUTPUT "${table}" CONTENT
"// Generated from the list of records in the CMakeLists.txt of ${NAME}.
#include \"${HEADER}\"
namespace weft::${NAME} {
${declarations}
std::vector<${RECORD}> records() {
    return {
${entries}    };
}
} // namespace weft::${NAME}
" @ONLY)
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  weft_folder(${NAME} SOURCES ${sources} "${table}" LIBS ${ARG_LIBS} PUBLIC_LIBS ${ARG_PUBLIC_LIBS})
endfunction()
