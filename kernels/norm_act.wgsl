// y = mask ⊙ ReLU(LayerNorm(x)) or, with RELU_FIRST, LayerNorm(ReLU(x)), and its gradients; one invocation
// per row. The mask is never stored: it is drawn from (key, node, channel) wherever it is needed.
// affine [2, channels]: scale, then shift.

override WORKGROUP_SIZE: u32 = 64;
override DROPOUT: bool = false;
override RELU_FIRST: bool = false;
// Whether the backward pass adds to dx: the branch's gradient joins the residual's.
override ACCUMULATE: bool = false;

// Steps in one where the state is of fixed-point numbers; 0 where it is of floats.
override FIXED: f32 = 0;

// Vectors of a row, where an invocation holds it; 0 where rows are too wide for that, and are loaded for each
// walk over them. A constant number of turns is unrolled: what is indexed by them is then held in registers,
// and drivers on the processor, which load lane by lane, load scale and shift once for all lanes.
override HELD: u32 = 0;

const EPSILON = 1e-5;

struct Params {
  rows: u32,
  channels: u32,
  first_channel: u32, // where the group begins in the mask
  stream: u32,
  layer: u32,         // which of the stream's masks
  threshold: u32,     // ⌊rate · 2³²⌋
  factor: f32,        // 1 / (1 − rate)
  first_row: u32,     // where this launch's window of rows begins
  block_rows: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4u>;            // words of [rows, channels]
@group(0) @binding(2) var<storage, read> affine: array<vec4f>;       // [2, channels]
@group(0) @binding(3) var<storage, read> keys: array<u32>;           // [streams]
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;      // [rows, channels]
@group(0) @binding(5) var<storage, read_write> moments: array<vec4f>; // [rows, 2]: mean, 1 / deviation

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

fn mask_at(row_key: u32, vector: u32) -> vec4f {
  if !DROPOUT { return vec4f(1); }
  let c = row_key + params.first_channel + vector * 4;
  let drawn = vec4u(pcg(c), pcg(c + 1), pcg(c + 2), pcg(c + 3));
  return select(vec4f(), vec4f(params.factor), drawn >= vec4u(params.threshold));
}

fn row_key(row: u32) -> u32 {
  if !DROPOUT { return 0; }
  return pcg(params.first_row + row + mask_key());
}

// 1 for channels, 0 for the padding of a row.
fn inside(vector: u32) -> vec4f {
  return select(vec4f(), vec4f(1), vector * 4 + vec4u(0, 1, 2, 3) < vec4u(params.channels));
}

// The values of a state's words: floats, or fixed-point numbers.
fn from_words(words: vec4u) -> vec4f {
  if FIXED == 0 { return bitcast<vec4f>(words); }
  return vec4f(bitcast<vec4i>(words)) / FIXED;
}

fn input_at(at: u32) -> vec4f {
  let value = from_words(x[at]);
  return select(value, max(value, vec4f()), RELU_FIRST);
}

var<private> held: array<vec4f, 20>;

fn input_again(at: u32, vector: u32) -> vec4f {
  if HELD > 0 { return held[vector]; }
  return input_at(at);
}

fn stride_of_rows() -> u32 {
  if HELD > 0 { return HELD; }
  return (params.channels + 3) / 4;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn norm_act(invocation: Invocation) {
  let row = index_of(invocation);
  if row >= params.rows { return; }
  let stride = stride_of_rows();
  let begin = row * stride;
  var sum = vec4f();
  for (var i = 0u; i < stride; i++) {
    let value = input_at(begin + i);
    if HELD > 0 { held[i] = value; }
    sum += value;
  }
  let mean = dot(sum, vec4f(1)) / f32(params.channels);
  var squares = vec4f();
  for (var i = 0u; i < stride; i++) {
    let centred = (input_again(begin + i, i) - mean) * inside(i);
    squares += centred * centred;
  }
  let inverse_deviation = inverseSqrt(dot(squares, vec4f(1)) / f32(params.channels) + EPSILON);
  moments[row] = vec4f(mean, inverse_deviation, 0, 0);
  let key = row_key(row);
  for (var i = 0u; i < stride; i++) {
    let z = (input_again(begin + i, i) - mean) * inverse_deviation * affine[i] + affine[stride + i];
    y[begin + i] = select(max(z, vec4f()), z, RELU_FIRST) * mask_at(key, i);
  }
}

// What both halves of the backward pass share.
@group(0) @binding(4) var<storage, read> row_moments: array<vec4f>;  // [rows, 2]
@group(0) @binding(5) var<storage, read> dy: array<vec4f>;           // [rows, channels]
@group(0) @binding(6) var<storage, read_write> dx: array<vec4f>;     // [rows, channels]

// Gradient of the LayerNorm's output, from dy through mask and ReLU.
fn dz_at(at: u32, vector: u32, scale: vec4f, shift: vec4f, normed: vec4f, key: u32) -> vec4f {
  if RELU_FIRST { return dy[at]; }
  let z = normed * scale + shift;
  return select(vec4f(), dy[at] * mask_at(key, vector), z > vec4f());
}

// Sums over rows, of 4 channels.
struct AffineSums { dscale: vec4f, dshift: vec4f }

var<private> held_dnormed: array<vec4f, 10>;
var<private> held_sums: array<AffineSums, 5>;  // zeros at first, as all private variables

// dx of a row, and with `sums` the gradients of scale and shift, which are added to those held.
fn backward_of_row(row: u32, sums: bool) {
  let stride = stride_of_rows();
  let begin = row * stride;
  let key = row_key(row);
  let mean = row_moments[row].x;
  let inverse_deviation = row_moments[row].y;
  var sum = vec4f();
  var along = vec4f();
  for (var i = 0u; i < stride; i++) {
    let value = input_at(begin + i);
    let normed = (value - mean) * inverse_deviation;
    let scale = affine[i];
    let dz = dz_at(begin + i, i, scale, affine[stride + i], normed, key);
    let dnormed = dz * scale;
    if HELD > 0 {
      held[i] = value;
      held_dnormed[i] = dnormed;
    }
    if sums {
      held_sums[i].dscale += dz * normed;
      held_sums[i].dshift += dz;
    }
    sum += dnormed;
    along += dnormed * normed;
  }
  let mean_sum = dot(sum, vec4f(1)) / f32(params.channels);
  let mean_along = dot(along, vec4f(1)) / f32(params.channels);
  for (var i = 0u; i < stride; i++) {
    let input = input_again(begin + i, i);
    let normed = (input - mean) * inverse_deviation;
    var dnormed = held_dnormed[i];
    if HELD == 0 {
      let scale = affine[i];
      dnormed = dz_at(begin + i, i, scale, affine[stride + i], normed, key) * scale;
    }
    var value = (dnormed - mean_sum - normed * mean_along) * inverse_deviation * inside(i);
    if RELU_FIRST { value = select(vec4f(), value, input > vec4f()); }
    if ACCUMULATE { dx[begin + i] += value; } else { dx[begin + i] = value; }
  }
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn norm_act_backward(invocation: Invocation) {
  let row = index_of(invocation);
  if row < params.rows { backward_of_row(row, false); }
}

@group(0) @binding(7) var<storage, read_write> block_sums: array<vec4f>; // [blocks, 2, channels]

// All gradients at once, of rows that are held, on a processor, which then loads x and dy once: one
// invocation per block of rows.
@compute @workgroup_size(WORKGROUP_SIZE)
fn norm_act_backward_blocks(invocation: Invocation) {
  let block = index_of(invocation);
  if block > 0 && block * params.block_rows >= params.rows { return; }
  let end = min(params.rows, (block + 1) * params.block_rows);
  for (var row = block * params.block_rows; row < end; row++) { backward_of_row(row, true); }
  let begin = (params.first_row / params.block_rows + block) * 2 * HELD;
  for (var i = 0u; i < HELD; i++) {
    block_sums[begin + i] = held_sums[i].dscale;
    block_sums[begin + HELD + i] = held_sums[i].dshift;
  }
}

@group(0) @binding(6) var<storage, read_write> partial: array<vec4f>; // [blocks, 2, channels]

// One invocation per block of rows and 4 channels: Σ dz ⊙ normed and Σ dz.
@compute @workgroup_size(WORKGROUP_SIZE)
fn norm_act_backward_affine(invocation: Invocation) {
  let index = index_of(invocation);
  let stride = (params.channels + 3) / 4;
  let block = index / stride;
  if block > 0 && block * params.block_rows >= params.rows { return; }
  let i = index % stride;
  store_affine(block, stride, i, sums_of_rows(block, 0, 1, stride, i));
}

// The sums over every `step`th row of a block, from its row `begin` on.
fn sums_of_rows(block: u32, begin: u32, step: u32, stride: u32, i: u32) -> AffineSums {
  let end = min(params.rows, (block + 1) * params.block_rows);
  // Loaded once for all rows, which compilers do not do by themselves.
  let scale = affine[i];
  let shift = affine[stride + i];
  var dscale = vec4f();
  var dshift = vec4f();
  for (var row = block * params.block_rows + begin; row < end; row += step) {
    let at = row * stride + i;
    let of_row = row_moments[row].xy;
    let normed = (input_at(at) - of_row.x) * of_row.y;
    let dz = dz_at(at, i, scale, shift, normed, row_key(row));
    dscale += dz * normed;
    dshift += dz;
  }
  return AffineSums(dscale, dshift);
}

fn store_affine(block: u32, stride: u32, i: u32, sums: AffineSums) {
  let at = (params.first_row / params.block_rows + block) * 2 * stride + i;
  partial[at] = sums.dscale;
  partial[at + stride] = sums.dshift;
}

// The same on a card, which wants many invocations: 16 lanes share out the rows of a block, and one of them
// adds up their sums in order. Neighbouring lanes have neighbouring channels.
const VECTORS = 4u;
const SHARES = 16u; // WORKGROUP_SIZE / VECTORS
var<workgroup> shares: array<AffineSums, 64>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn norm_act_backward_affine_shared(invocation: Invocation) {
  let lane = invocation.lane;
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  let stride = (params.channels + 3) / 4;
  let groups = (stride + VECTORS - 1) / VECTORS;
  let block = workgroup / groups;
  let i = workgroup % groups * VECTORS + lane % VECTORS;
  let past = block > 0 && block * params.block_rows >= params.rows;
  var sums = AffineSums();
  if i < stride && !past { sums = sums_of_rows(block, lane / VECTORS, SHARES, stride, i); }
  shares[lane] = sums;
  workgroupBarrier();
  if lane >= VECTORS || i >= stride || past { return; }
  for (var other = lane + VECTORS; other < WORKGROUP_SIZE; other += VECTORS) {
    sums.dscale += shares[other].dscale;
    sums.dshift += shares[other].dshift;
  }
  store_affine(block, stride, i, sums);
}
