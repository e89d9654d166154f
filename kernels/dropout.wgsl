// y = mask ⊙ x, or the same of a gradient; one invocation per vec4. The mask is drawn from (key, node,
// channel), as in norm_act.wgsl.

override WORKGROUP_SIZE: u32 = 64;

struct Params {
  rows: u32,
  channels: u32,
  first_channel: u32,
  stream: u32,
  layer: u32,         // which of the stream's masks
  threshold: u32,     // ⌊rate · 2³²⌋
  factor: f32,        // 1 / (1 − rate)
  first_row: u32,     // where this launch's window of rows begins
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;        // [rows, channels]
@group(0) @binding(2) var<storage, read> keys: array<u32>;       // [streams]
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;  // [rows, channels]

struct Invocation {
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
}

fn index_of(invocation: Invocation) -> u32 {
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  return workgroup * WORKGROUP_SIZE + invocation.lane;
}

fn pcg(value: u32) -> u32 {
  let state = value * 747796405u + 2891336453u;
  let word = ((state >> ((state >> 28) + 4)) ^ state) * 277803737u;
  return (word >> 22) ^ word;
}

// The key of one of the stream's masks: their counters are 2³² / φ apart, so that no two of L layers
// have a row's counter in common, up to 2³² / 2.3 L rows.
fn mask_key() -> u32 {
  return keys[params.stream] + params.layer * 2654435769u;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn dropout(invocation: Invocation) {
  let index = index_of(invocation);
  let stride = (params.channels + 3) / 4;
  let row = index / stride;
  if row >= params.rows { return; }
  let c = pcg(params.first_row + row + mask_key()) + params.first_channel + index % stride * 4;
  let drawn = vec4u(pcg(c), pcg(c + 1), pcg(c + 2), pcg(c + 3));
  y[index] = select(vec4f(), x[index] * params.factor, drawn >= vec4u(params.threshold));
}
