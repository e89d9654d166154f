// to[:, at + c] (+)= from[:, first + c]: joins groups of channels, splits them, and adds them up. Where
// one of both is of fixed-point numbers and the other of floats, values go over into the other kind.
// Where all columns fall on whole vec4, `copy_vectors` does the same four at a time.

override WORKGROUP_SIZE: u32 = 64;
override ACCUMULATE: bool = false;
override FROM_FIXED: bool = false;
override TO_FIXED: bool = false;
// Steps in one, of fixed-point numbers.
override FIXED: f32 = 0;

// `clears`: how many columns of padding after the last one are set to zero.
struct Params {
  rows: u32, columns: u32, from_stride: u32, to_stride: u32, first: u32, at: u32, clears: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<u32>;       // words of [rows, from_stride]
@group(0) @binding(2) var<storage, read_write> result: array<u32>; // words of [rows, to_stride]

struct Invocation {
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
}

fn index_of(invocation: Invocation) -> u32 {
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  return workgroup * WORKGROUP_SIZE + invocation.lane;
}

// The values of a state's words: floats, or fixed-point numbers.
fn from_words(words: vec4u) -> vec4f {
  if FIXED == 0 { return bitcast<vec4f>(words); }
  return vec4f(bitcast<vec4i>(words)) / FIXED;
}

// A state's words with a change added. What leaves the range of fixed-point numbers, or is no number,
// becomes the range's end, and stays there.
fn moved_words(words: vec4u, change: vec4f) -> vec4u {
  if FIXED == 0 { return bitcast<vec4u>(bitcast<vec4f>(words) + change); }
  let end = 1073741824;  // 2³⁰
  let steps = round(change * FIXED);
  let within = abs(steps) < vec4f(f32(end));
  let before = bitcast<vec4i>(words);
  let after = before + vec4i(select(vec4f(), steps, within));
  let stays = within & (abs(before) < vec4i(end)) & (abs(after) < vec4i(end));
  return bitcast<vec4u>(select(vec4i(end), after, stays));
}

// What stands where words are copied to.
fn copied(old: vec4u, words: vec4u) -> vec4u {
  if TO_FIXED {
    if FROM_FIXED { return words; }
    return moved_words(vec4u(), bitcast<vec4f>(words));
  }
  var values = bitcast<vec4f>(words);
  if FROM_FIXED { values = from_words(words); }
  if ACCUMULATE { values += bitcast<vec4f>(old); }
  return bitcast<vec4u>(values);
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
  let word = source[row * params.from_stride + params.first + c];
  result[to] = copied(vec4u(result[to]), vec4u(word)).x;
}

@group(0) @binding(1) var<storage, read> source_vectors: array<vec4u>;       // [rows, from_stride]
@group(0) @binding(2) var<storage, read_write> result_vectors: array<vec4u>; // [rows, to_stride]

@compute @workgroup_size(WORKGROUP_SIZE)
fn copy_vectors(invocation: Invocation) {
  let index = index_of(invocation);
  let width = params.columns / 4;
  let row = index / width;
  if row >= params.rows { return; }
  let c = index % width;
  let to = (row * params.to_stride + params.at) / 4 + c;
  let words = source_vectors[(row * params.from_stride + params.first) / 4 + c];
  result_vectors[to] = copied(result_vectors[to], words);
}
