#!/usr/bin/env bash
# Runs tests on every Vulkan driver that a machine without a card can have, by each implementation of
# WebGPU, and prints a table: tests/drivers.sh [--only WORDS] [PATHS], by default all kernels and models;
# hours on two cores, so that it goes on where it was stopped: what a file of tests said is kept by commit.
# `--only "deno, SwiftShader"` takes one row, `--only dawn` those of Dawn; the table has all that is kept.
# The drivers are the installed Mesa, the release's own Mesa unpacked beside it, and SwiftShader of Debian's
# chromium; once Khronos' validation layers watch. Needs what `./run test` installs, and the network.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
export NO_COLOR=1
only=
if [ "${1-}" = --only ]; then
  only=${2?--only needs words of a row}
  shift 2
fi
[ $# -gt 0 ] || set -- tests/kernels tests/models
mapfile -t files < <(find "$@" -name '*_test.ts' | sort)
# Of one file: it may take so long.
limit=60m
beside=$PWD/.deno/drivers
release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
commit=$(git rev-parse --short=12 HEAD)
git diff --quiet HEAD || commit+=+$(git diff HEAD | sha1sum | cut -c 1-6)
kept=$beside/results/$commit
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Unpacks a package of this release, installing nothing.
unpack() {
  [ ! -d "$beside/$1" ] || return 0
  mkdir -p "$beside"
  (cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "$1/$release" && dpkg-deb -x "$1"_*.deb "$1" && mv "$1" "$beside") ||
    exit 1
}

# A manifest of an unpacked package, its library where it now is.
manifest() {
  local from library
  from=$(find "$beside/$1" -name "$2" | head -n 1)
  library=$(basename "$(sed -n 's/.*"library_path": *"\([^"]*\)".*/\1/p' "$from")")
  library=$(find "$beside/$1" -name "$library" | head -n 1)
  mkdir -p "$work/$1"
  sed "s#\"library_path\": *\"[^\"]*\"#\"library_path\": \"$library\"#" "$from" >"$work/$1/$2"
  echo "$work/$1/$2"
}

# The words that kernels write, beside those of the first row; or why the driver is refused.
bits() {
  local dawn=() others=()
  [ ! -f "$at/bits.log" ] || return 0
  if [ "$implementation" = dawn ]; then dawn=(--preload=./gpu/dawn.ts --allow-ffi=.deno/dawn); fi
  if [ "$at/bits" != "$first" ]; then others=("$first"); fi
  if DENO_WEBGPU_BACKEND=vulkan timeout --foreground "$limit" deno run --quiet --no-prompt --allow-read \
    --allow-write="$at" "${dawn[@]}" tests/kernel_bits.ts "$at/bits" "${others[@]}" >"$at/bits.part" 2>&1; then
    mv "$at/bits.part" "$at/bits.log"
  else
    grep -m 1 -E '^Warning: Vulkan|Cannot open' "$at/bits.part" >"$at/refused" || rm "$at/refused"
  fi
}

# A row: what is compared, the driver's manifest, and what implements WebGPU.
row() {
  local name=$1 implementation=$3 flags=() file log
  at=$kept/$(tr -c 'a-z0-9\n' _ <<<"${name,,}")
  mkdir -p "$at"
  rows+=("$name|$at")
  export VK_DRIVER_FILES=$2
  case $name in *"$only"*) ;; *)
    if [ "$at/bits" = "$first" ]; then bits; fi
    return
    ;;
  esac
  bits
  [ ! -f "$at/refused" ] || return
  if [ "$implementation" = dawn ]; then flags=(--implementation dawn); fi
  for file in "${files[@]}"; do
    log=$at/$(tr / _ <<<"$file").log
    [ ! -f "$log" ] || continue
    echo "$name: $file" >&2
    timeout --foreground "$limit" ./run test "${flags[@]}" "$file" >"$log.part" 2>&1
    # One that was stopped is run again.
    case $? in 0 | 1) ;; *) echo "FAILED | 0 passed | 1 failed (not ended)" >>"$log.part" ;; esac
    mv "$log.part" "$log"
  done
}

# Of how many files, how many tests passed and failed, and which bits differ.
line() {
  local name=${1%|*} at=${1##*|} logs summary
  mapfile -t logs < <(find "$at" -name '*_test.ts.log')
  if [ -f "$at/refused" ]; then
    echo "| $name | refused | | | $(<"$at/refused") |"
    return
  fi
  summary=$(cat /dev/null "${logs[@]}" | sed -nE 's/^(ok|FAILED) \| ([0-9]+) passed.*\| ([0-9]+) failed.*/\2 \3/p' |
    awk '{ passed += $1; failed += $2 } END { printf "%d | %d", passed, failed }')
  echo "| $name | ${#logs[@]} of ${#files[@]} | $summary |" \
    "$(if [ "$at/bits" = "$first" ]; then echo 'those that others are compared with'
    else tail -n 1 "$at/bits.log" 2>/dev/null || echo 'not compared'; fi) |"
}

./run train --implementation dawn --help >/dev/null || exit 1 # which fetches it
PATH=$PWD/.deno/node_modules/deno:$PATH
installed=$(find /usr/share/vulkan/icd.d -name 'lvp_icd*.json' | head -n 1)
swiftshader=$(find /usr/lib/chromium* -name vk_swiftshader_icd.json | head -n 1)
unpack mesa-vulkan-drivers
unpack vulkan-validationlayers
older=$(manifest mesa-vulkan-drivers 'lvp_icd.x86_64.json')
first=$kept/deno__installed_mesa/bits
rows=()

for implementation in deno dawn; do
  row "$implementation, installed Mesa" "$installed" "$implementation"
  row "$implementation, Mesa of $release" "$older" "$implementation"
  row "$implementation, SwiftShader" "$swiftshader" "$implementation"
done
layer=$(manifest vulkan-validationlayers 'VkLayer_khronos_validation.json')
VK_LAYER_PATH=$(dirname "$layer")
export VK_LAYER_PATH VK_INSTANCE_LAYERS=VK_LAYER_KHRONOS_validation
row 'deno, installed Mesa, validated' "$installed" deno

echo "$commit, ${#files[@]} files of tests"
echo '| implementation, driver | files | passed | failed | kernels and trainings whose bits differ |'
echo '| --- | --- | --- | --- | --- |'
for one in "${rows[@]}"; do line "$one"; done
for one in "${rows[@]}"; do
  at=${one##*|}
  sed -n "s/^\(.*differ, .*\)/${one%|*}: \1/p" "$at/bits.log" 2>/dev/null
  grep -h -E '\.\.\. FAILED|not ended' "$at"/*_test.ts.log 2>/dev/null | sed "s/^/${one%|*}: /"
done
echo "$(cat "$kept"/deno__installed_mesa__validated/*_test.ts.log 2>/dev/null | grep -c VUID) messages of validation"
