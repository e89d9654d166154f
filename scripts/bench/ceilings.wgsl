// What an adapter can do at most: kernels that only move memory, only multiply and add, or do nothing.

override WORKGROUP_SIZE: u32 = 64;
// Vectors that an invocation copies.
override COPIES: u32 = 4;

struct Params { vectors: u32, turns: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

struct Invocation {
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
}

fn index_of(invocation: Invocation) -> u32 {
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  return workgroup * WORKGROUP_SIZE + invocation.lane;
}

// From one buffer to the other; neighbours copy neighbouring vectors.
@compute @workgroup_size(WORKGROUP_SIZE)
fn ceiling_copy(invocation: Invocation) {
  let first = index_of(invocation) - invocation.lane;
  for (var k = 0u; k < COPIES; k++) {
    let i = (first * COPIES) + k * WORKGROUP_SIZE + invocation.lane;
    if i < params.vectors { y[i] = x[i]; }
  }
}

// Two multiply-adds of a vector a turn, from registers alone: as few as a software driver keeps there.
@compute @workgroup_size(WORKGROUP_SIZE)
fn ceiling_multiply_add(invocation: Invocation) {
  let i = index_of(invocation);
  if i >= params.vectors { return; }
  let factor = x[0];
  var a = vec4f(f32(i)); var b = a + 1;
  for (var turn = 0u; turn < params.turns; turn++) {
    a = a * factor + factor; b = b * factor + factor;
    a = a * factor + factor; b = b * factor + factor;
    a = a * factor + factor; b = b * factor + factor;
    a = a * factor + factor; b = b * factor + factor;
  }
  y[i] = a + b;
}

// A multiply-add of a vector that is loaded from a cache, as in a product without tiles.
@compute @workgroup_size(WORKGROUP_SIZE)
fn ceiling_loads(invocation: Invocation) {
  let i = index_of(invocation);
  if i >= params.vectors { return; }
  var sum = vec4f();
  for (var turn = 0u; turn < params.turns; turn++) {
    let at = turn % 64 * 8;
    sum += x[at] * f32(turn) + x[at + 1] * f32(turn);
    sum += x[at + 2] * f32(turn) + x[at + 3] * f32(turn);
    sum += x[at + 4] * f32(turn) + x[at + 5] * f32(turn);
    sum += x[at + 6] * f32(turn) + x[at + 7] * f32(turn);
  }
  y[i] = sum;
}

// Returns at once.
@compute @workgroup_size(WORKGROUP_SIZE)
fn ceiling_nothing(invocation: Invocation) {
  if index_of(invocation) < params.vectors { y[0] = x[0]; }
}
