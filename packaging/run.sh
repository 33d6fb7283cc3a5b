#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds Weft and opens its window. Where there is no display: trains the bundled example on the command
# line, exports it and predicts with the C++ runtime.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

weft_install
say "Building Weft (the first time takes some minutes)"
targets=(weft-studio)
weft_has_display || targets=(weft weft_lib_runtime)
weft_build release -DCMAKE_BUILD_TYPE=Release -- "${targets[@]}"
bin="$weft_root/build/release/bin"

if weft_has_display; then
  exec "$bin/weft-studio" "$@"
fi

work="$weft_root/build/example"
mkdir -p "$work"
echo "There is no display, so the example runs on the command line, in $work."
step() { say "weft $*"; "$bin/weft" "$@"; }
step new mnist_mlp -o "$work/clothes.weft"
step summary "$work/clothes.weft"
step fit "$work/clothes.weft" --epochs 2
step evaluate "$work/clothes.weft"
step export "$work/clothes.weft" --format weft -o "$work/clothes"
say "A C++ program of ten lines, built against the installed weft::runtime"
cmake --install "$weft_root/build/release" --component runtime --prefix "$work/prefix" >/dev/null
cmake -S "$weft_root/tests/consumer/program" -B "$work/consumer" -G Ninja -DCMAKE_BUILD_TYPE=Release "-DCMAKE_PREFIX_PATH=$work/prefix" >/dev/null
cmake --build "$work/consumer" >/dev/null
"$work/consumer/consumer" "$work/clothes"
say "Done. On a machine with a display, packaging/run.sh opens the window."
