// to[:, at + c] (+)= from[:, first + c]: joins groups of channels, splits them, and adds them up.
// Where all columns fall on whole vec4, `copy_vectors` does the same four at a time.

override WORKGROUP_SIZE: u32 = 64;
override ACCUMULATE: bool = false;

// `clears`: how many columns of padding after the last one are set to zero.
struct Params {
  rows: u32, columns: u32, from_stride: u32, to_stride: u32, first: u32, at: u32, clears: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<f32>;       // [rows, from_stride]
@group(0) @binding(2) var<storage, read_write> result: array<f32>; // [rows, to_stride]

struct Invocation {
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
}

fn index_of(invocation: Invocation) -> u32 {
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  return workgroup * WORKGROUP_SIZE + invocation.lane;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn copy_columns(invocation: Invocation) {
  let index = index_of(invocation);
  let width = params.columns + params.clears;
  let row = index / width;
  if row >= params.rows { return; }
  let c = index % width;
  let to = row * params.to_stride + params.at + c;
  if c >= params.columns { result[to] = 0; return; }
  let value = source[row * params.from_stride + params.first + c];
  if ACCUMULATE { result[to] += value; } else { result[to] = value; }
}

@group(0) @binding(1) var<storage, read> source_vectors: array<vec4f>;       // [rows, from_stride]
@group(0) @binding(2) var<storage, read_write> result_vectors: array<vec4f>; // [rows, to_stride]

@compute @workgroup_size(WORKGROUP_SIZE)
fn copy_vectors(invocation: Invocation) {
  let index = index_of(invocation);
  let width = params.columns / 4;
  let row = index / width;
  if row >= params.rows { return; }
  let c = index % width;
  let to = (row * params.to_stride + params.at) / 4 + c;
  let value = source_vectors[(row * params.from_stride + params.first) / 4 + c];
  if ACCUMULATE { result_vectors[to] += value; } else { result_vectors[to] = value; }
}
