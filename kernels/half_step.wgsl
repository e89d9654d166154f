// state ← ⌊(state + round(FIXED f)) / 2⌋ of fixed-point numbers, and its undoing. Halving loses a bit of
// each value, which is kept: with it the undoing is exact.

override WORKGROUP_SIZE: u32 = 64;
// Steps in one.
override FIXED: f32 = 1;

struct Params { vectors: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> f: array<vec4f>;             // [vectors]
@group(0) @binding(2) var<storage, read_write> bits: array<u32>;      // [⌈vectors / 8⌉], a bit a number
@group(0) @binding(3) var<storage, read_write> state: array<vec4i>;   // [vectors]

struct Invocation {
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
}

fn index_of(invocation: Invocation) -> u32 {
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  return workgroup * WORKGROUP_SIZE + invocation.lane;
}

const END = 1073741824;  // 2³⁰: where the range of fixed-point numbers ends

// Whether a number is in its range, and what is added to it too.
fn stays(before: vec4i, steps: vec4f) -> vec4<bool> {
  return (abs(before) < vec4i(END)) & (abs(steps) < vec4f(f32(END)));
}

// One invocation per word of bits: 8 vec4 of the state.
@compute @workgroup_size(WORKGROUP_SIZE)
fn half_step(invocation: Invocation) {
  let word = index_of(invocation);
  let first = word * 8;
  if first >= params.vectors { return; }
  var lost = 0u;
  for (var k = 0u; k < min(8, params.vectors - first); k++) {
    let before = state[first + k];
    let steps = round(f[first + k] * FIXED);
    let inside = stays(before, steps);
    let sum = before + vec4i(select(vec4f(), steps, inside));
    let bit = vec4u(sum & vec4i(1)) << (vec4u(0, 1, 2, 3) + k * 4);
    lost |= bit.x | bit.y | bit.z | bit.w;
    state[first + k] = select(vec4i(END), sum >> vec4u(1), inside);
  }
  bits[word] = lost;
}

@group(0) @binding(2) var<storage, read> kept_bits: array<u32>;       // [⌈vectors / 8⌉]

@compute @workgroup_size(WORKGROUP_SIZE)
fn half_step_back(invocation: Invocation) {
  let word = index_of(invocation);
  let first = word * 8;
  if first >= params.vectors { return; }
  let lost = kept_bits[word];
  for (var k = 0u; k < min(8, params.vectors - first); k++) {
    let after = state[first + k];
    let steps = round(f[first + k] * FIXED);
    let inside = stays(after, steps);
    let bit = vec4i((vec4u(lost) >> (vec4u(0, 1, 2, 3) + k * 4)) & vec4u(1));
    let sum = (select(vec4i(), after, inside) << vec4u(1)) + bit;
    state[first + k] = select(vec4i(END), sum - vec4i(select(vec4f(), steps, inside)), inside);
  }
}
