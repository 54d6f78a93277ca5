# shellcheck shell=bash
# Shared by the scripts in this folder; sourced, not run.

set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
jobs=${JOBS:-$(nproc)}

say() { printf '%s\n' "$*" >&2; }
die() {
  say "error: $*"
  exit 1
}

# build PRESET [TARGET...]: configures and builds; on failure shows the whole output.
build() {
  local preset=$1 log
  shift
  log="$root/build/$preset.log"
  mkdir -p "$root/build"
  say "building ($preset) ..."
  if ! { cmake -S "$root" --preset "$preset" &&
    cmake --build "$root/build/$preset" -j "$jobs" ${1:+--target "$@"}; } >"$log" 2>&1; then
    cat "$log" >&2
    die "the build failed; its output is above and in $log"
  fi
}
