# SPDX-License-Identifier: Apache-2.0
# Sourced by run.sh and test.sh: installs what is missing, configures and builds.

weft_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '== %s\n' "$*"; }

weft_debian_packages=(
  g++ cmake ninja-build
  libeigen3-dev nlohmann-json3-dev zlib1g-dev libdnnl-dev libgraphviz-dev
  qt6-base-dev qt6-svg-dev libqcustomplot-dev
  fonts-dejavu-core
)

weft_install_on_debian() {
  local missing=() package sudo=()
  for package in "${weft_debian_packages[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "These packages are missing, and there is no sudo to install them with. As root: apt-get install ${missing[*]}" >&2
      return 1
    fi
    sudo=(sudo)
  fi
  say "Installing ${missing[*]}"
  local log
  log=$(mktemp)
  if ! { "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
         "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    echo "apt-get could not install what Weft needs; its last words are above." >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
}

# What Weft is built with, or a sentence that says how to get it.
weft_install() {
  case "$(uname -s)" in
    Linux)
      if command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then
        weft_install_on_debian
      else
        command -v cmake >/dev/null && return 0
        echo "Install a C++20 compiler, CMake, Ninja, Eigen 3.4, nlohmann-json 3.11, zlib, Graphviz, Qt 6.4 (base, SVG) and QCustomPlot 2.1" \
             "with your system's package manager, then run this again." >&2
        return 1
      fi ;;
    Darwin)
      command -v cmake >/dev/null && command -v ninja >/dev/null && return 0
      echo "Install Apple's command line tools (xcode-select --install) and, with Homebrew: brew install cmake ninja eigen nlohmann-json" \
           "graphviz qt qcustomplot; then run this again." >&2
      return 1 ;;
    MINGW*|MSYS*|CYGWIN*)
      command -v cmake >/dev/null && command -v ninja >/dev/null && return 0
      echo "Install Visual Studio 2022 with C++, CMake and Ninja, and with vcpkg: vcpkg install eigen3 nlohmann-json zlib graphviz qtbase qtsvg" \
           "qcustomplot; then run this again in a shell where cl and cmake are found and CMAKE_TOOLCHAIN_FILE names vcpkg's." >&2
      return 1 ;;
    *)
      echo "Weft does not know this system ($(uname -s))." >&2
      return 1 ;;
  esac
}

# weft_build FOLDER [-DNAME=VALUE ...] [-- target ...]: configures build/FOLDER and builds.
weft_build() {
  local folder="$weft_root/build/$1" options=() log
  shift
  while [ $# -gt 0 ] && [ "$1" != -- ]; do options+=("$1"); shift; done
  [ $# -gt 0 ] && shift
  local targets=()
  [ $# -gt 0 ] && targets=(--target "$@")
  mkdir -p "$folder"
  log="$folder/configure.log"
  if ! cmake -S "$weft_root" -B "$folder" -G Ninja "${options[@]}" >"$log" 2>&1; then
    cat "$log" >&2
    echo "Weft could not be configured." >&2
    return 1
  fi
  cmake --build "$folder" "${targets[@]}"
}

weft_has_display() {
  case "$(uname -s)" in
    Linux) [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] ;;
    *) true ;;
  esac
}
