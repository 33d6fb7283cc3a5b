#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds everything and runs every test; the last line counts them. WEFT_SANITIZERS=1 adds the
# engine and its tests under the address and undefined behaviour sanitizers.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

export QT_QPA_PLATFORM="${QT_QPA_PLATFORM:-offscreen}"
passed=0 failed=0 skipped=0

# run_tests FOLDER [ctest option ...]: every test of a build; adds to the counts.
run_tests() {
  local folder="$weft_root/build/$1" report
  shift
  report="$folder/tests.xml"
  rm -f "$report"
  local status=0 good bad left
  ctest --test-dir "$folder" --output-on-failure --no-tests=error --output-junit "$report" -j "$(getconf _NPROCESSORS_ONLN)" "$@" || status=$?
  if [ ! -s "$report" ]; then
    failed=$((failed + 1))
    return
  fi
  good=$(grep -c '<testcase .*status="run"' "$report" || true)
  bad=$(grep -c '<testcase .*status="fail"' "$report" || true)
  # A test that says itself that it has nothing to run on is skipped; one that could not be started has failed.
  left=$(grep -c '<skipped message="SKIP_' "$report" || true)
  bad=$((bad + $(grep -c '<skipped message=' "$report" || true) - left))
  if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
  passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + left))
}

weft_install
say "Building Weft and its tests"
weft_build release -DCMAKE_BUILD_TYPE=Release -DWEFT_WARNINGS_AS_ERRORS="${WEFT_WARNINGS_AS_ERRORS:-OFF}"
say "Running all tests"
run_tests release

if [ "${WEFT_SANITIZERS:-0}" != 0 ]; then
  say "Building the engine with the address and undefined behaviour sanitizers"
  weft_build asan -DCMAKE_BUILD_TYPE=RelWithDebInfo "-DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O1 -g1" -DWEFT_SANITIZE=address,undefined -DWEFT_STUDIO=OFF
  run_tests asan -LE slow
fi

if [ "$failed" -ne 0 ]; then
  status=1
else
  status=0
fi
echo "$passed passed, $failed failed, $skipped skipped"
exit $status
