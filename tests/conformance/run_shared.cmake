# Runs RUNNER on the cases in CASES; says so where they are absent.
if(NOT IS_DIRECTORY "${CASES}")
  message("${CASES} is absent: only the carried cases are tested.")
  return()
endif()
execute_process(COMMAND "${CMAKE_COMMAND}" -E env "WEFT_CONFORMANCE=${CASES}" "${RUNNER}" RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "weft-conformance failed.")
endif()
