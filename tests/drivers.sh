#!/usr/bin/env bash
# Runs tests on every Vulkan driver that a machine without a card can have, by each implementation of
# WebGPU, and prints a table: tests/drivers.sh [PATHS], by default the kernels and models; hours on two
# cores. The drivers are the installed Mesa, the release's own Mesa unpacked beside it, and SwiftShader of
# Debian's chromium; once Khronos' validation layers watch. Needs what `./run test` installs, and the network.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
[ $# -gt 0 ] || set -- tests/kernels tests/models
export NO_COLOR=1
beside=$PWD/.deno/drivers
release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
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

# A row: what is compared, the driver's manifest, `dawn` or nothing, and the paths of tests.
first=
row() {
  local name=$1 bits summary differing dawn=() implementation=()
  export VK_DRIVER_FILES=$2
  if [ "$3" = dawn ]; then
    dawn=(--preload=./gpu/dawn.ts --allow-ffi=.deno/dawn)
    implementation=(--implementation dawn)
  fi
  shift 3
  bits=$(mktemp -d "$work/bits.XXXX")
  # shellcheck disable=SC2086 # the first has none to compare with
  if ! DENO_WEBGPU_BACKEND=vulkan deno run --quiet --no-prompt --allow-read --allow-write="$work" \
    "${dawn[@]}" tests/kernel_bits.ts "$bits" $first >"$work/log" 2>&1; then
    echo "| $name | refused | | $(grep -m 1 -E '^Warning: Vulkan|Cannot' "$work/log") |"
    return
  fi
  differing=$(tail -n 1 "$work/log")
  if [ -z "$first" ]; then first=$bits differing='those that others are compared with'; fi
  grep differ, "$work/log" | sed "s/^/$name: /" >>"$work/differences"
  ./run test "${implementation[@]}" "$@" >"$work/log" 2>&1
  summary=$(grep -E '^(ok|FAILED) \| ' "$work/log" | tail -n 1)
  grep -E '\.\.\. FAILED' "$work/log" | sed "s/^/$name: /" >>"$work/differences"
  echo "| $name | $(sed -E 's/.*\| ([0-9]+) passed.*/\1/' <<<"$summary") |" \
    "$(sed -E 's/.*\| ([0-9]+) failed.*/\1/' <<<"$summary") | $differing |"
  echo "$(grep -c VUID "$work/log") messages of validation: $name" >>"$work/differences"
}

./run doctor --implementation dawn >/dev/null || exit 1
PATH=$PWD/.deno/node_modules/deno:$PATH
installed=$(find /usr/share/vulkan/icd.d -name 'lvp_icd*.json' | head -n 1)
swiftshader=$(find /usr/lib/chromium* -name vk_swiftshader_icd.json | head -n 1)
unpack mesa-vulkan-drivers
unpack vulkan-validationlayers
older=$(manifest mesa-vulkan-drivers 'lvp_icd.x86_64.json')

echo '| implementation, driver | passed | failed | kernels and trainings whose bits differ |'
echo '| --- | --- | --- | --- |'
for implementation in deno dawn; do
  row "$implementation, installed Mesa" "$installed" $implementation "$@"
  row "$implementation, Mesa of $release" "$older" $implementation "$@"
  row "$implementation, SwiftShader" "$swiftshader" $implementation "$@"
done
layer=$(manifest vulkan-validationlayers 'VkLayer_khronos_validation.json')
VK_LAYER_PATH=$(dirname "$layer")
export VK_LAYER_PATH VK_INSTANCE_LAYERS=VK_LAYER_KHRONOS_validation
row 'deno, installed Mesa, validated' "$installed" deno "$@"
cat "$work/differences"
