// q = ⌊(x − min) / step + u⌋ with step = (max − min) / (2^BITS − 1) of each row and u drawn uniformly from
// [0, 1): rounded up or down at random, so that the mean of min + step · q is x. A packed row is min, step
// and then the q, several to a word.

override WORKGROUP_SIZE: u32 = 64;
// Of a value: 8 or 2.
override BITS: u32 = 8;

struct Params {
  rows: u32,
  cols: u32,
  tensor: u32,        // which of a step's tensors this is: each is rounded by draws of its own
  first_row: u32,     // where this launch's window of rows begins
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;               // [rows, cols]
@group(0) @binding(2) var<storage, read> keys: array<u32>;            // [streams]
@group(0) @binding(3) var<storage, read_write> quantised: array<u32>; // [rows, 2 + words]

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

// Words of a packed row as stored.
fn packed_stride() -> u32 {
  let per_word = 32 / BITS;
  return (2 + (params.cols + per_word - 1) / per_word + 3) / 4 * 4;
}

// A number in [0, 1), of 24 bits.
fn drawn(counter: u32) -> f32 { return f32(pcg(counter) >> 8) / 16777216; }

// One invocation per row.
@compute @workgroup_size(WORKGROUP_SIZE)
fn quantise(invocation: Invocation) {
  let row = index_of(invocation);
  if row >= params.rows { return; }
  let from_x = row * ((params.cols + 3) / 4 * 4);
  let to = row * packed_stride();
  var least = x[from_x];
  var most = least;
  for (var col = 1u; col < params.cols; col++) {
    let value = x[from_x + col];
    least = min(least, value);
    most = max(most, value);
  }
  let top = f32((1u << BITS) - 1);
  let step = (most - least) / top;
  quantised[to] = bitcast<u32>(least);
  quantised[to + 1] = bitcast<u32>(step);

  // Equal values have no step.
  let scale = select(0.0, 1 / step, step > 0);
  let counter = pcg(params.first_row + row + pcg(keys[0] + params.tensor));
  let per_word = 32 / BITS;
  for (var word = 0u; word < packed_stride() - 2; word++) {
    var packed = 0u;
    for (var k = 0u; k < per_word; k++) {
      let col = word * per_word + k;
      if col >= params.cols { break; }
      let steps = (x[from_x + col] - least) * scale;
      packed |= u32(min(floor(steps + drawn(counter + col)), top)) << (k * BITS);
    }
    quantised[to + 2 + word] = packed;
  }
}

@group(0) @binding(1) var<storage, read> packed: array<u32>;          // [rows, 2 + words]
@group(0) @binding(2) var<storage, read_write> y: array<f32>;         // [rows, cols]

// One invocation per vec4 of y = min + step · q.
@compute @workgroup_size(WORKGROUP_SIZE)
fn dequantise(invocation: Invocation) {
  let index = index_of(invocation);
  let vectors = (params.cols + 3) / 4;
  let row = index / vectors;
  if row >= params.rows { return; }
  let begin = row * packed_stride();
  let least = bitcast<f32>(packed[begin]);
  let step = bitcast<f32>(packed[begin + 1]);
  let col = index % vectors * 4;
  let bits = packed[begin + 2 + col * BITS / 32] >> (col * BITS % 32);
  for (var k = 0u; k < 4; k++) {
    let q = (bits >> (k * BITS)) & ((1u << BITS) - 1);
    y[index * 4 + k] = select(0.0, least + step * f32(q), col + k < params.cols);
  }
}
