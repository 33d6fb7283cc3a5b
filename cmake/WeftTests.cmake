# weft_test(NAME SOURCES file... [LIBS target...]): a test program test_NAME in <build>/tests, written with
# tests/support/check.h, and the ctest NAME that runs it. WEFT_TESTS_DIR is the path of the folder tests in the source tree.
function(weft_test NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(test_${NAME} ${ARG_SOURCES} "${CMAKE_SOURCE_DIR}/tests/support/main.cpp")
  target_link_libraries(test_${NAME} PRIVATE weft_flags ${ARG_LIBS} Threads::Threads)
  target_compile_definitions(test_${NAME} PRIVATE "WEFT_TESTS_DIR=\"${CMAKE_SOURCE_DIR}/tests\"")
  set_target_properties(test_${NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  add_test(NAME ${NAME} COMMAND test_${NAME})
  if(WEFT_SANITIZE MATCHES "address")
    set_tests_properties(${NAME} PROPERTIES
      ENVIRONMENT "LSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/support/leaks_of_others.txt:print_suppressions=0")
  endif()
endfunction()
