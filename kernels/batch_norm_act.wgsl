// y = mask ⊙ ReLU(BatchNorm(x)) and its gradients; each channel is normalised by its mean and variance
// over all rows. batch_statistics.wgsl measures these apart, as a reversible layer is inverted with those
// of its forward pass. affine [2, channels]: scale, then shift. The mask is drawn as in norm_act.wgsl.

override WORKGROUP_SIZE: u32 = 64;
override DROPOUT: bool = false;
// Whether ReLU follows the norm; else y = mask ⊙ BatchNorm(x).
override RELU: bool = true;
// Whether the statistics are running ones, mean and variance: constants, through which no gradient passes.
override RUNNING: bool = false;
// Whether the backward pass adds to dx: the branch's gradient joins the residual's.
override ACCUMULATE: bool = false;

// Rows of an invocation, for which a channel's norm is loaded once.
override ROWS: u32 = 1;

// Steps in one where the state is of fixed-point numbers; 0 where it is of floats.
override FIXED: f32 = 0;

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
  total_rows: u32,    // in all windows together
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4u>;            // words of [rows, channels]
@group(0) @binding(2) var<storage, read> affine: array<vec4f>;       // [2, channels]
@group(0) @binding(3) var<storage, read> statistics: array<vec4f>;   // [2, channels]: mean, 1 / deviation
@group(0) @binding(4) var<storage, read> keys: array<u32>;           // [streams]
@group(0) @binding(5) var<storage, read_write> y: array<vec4f>;      // [rows, channels]

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

fn inverse_deviation(vector: u32, stride: u32) -> vec4f {
  let value = statistics[stride + vector];
  if RUNNING { return inverseSqrt(value + EPSILON); }
  return value;
}

// The values of a state's words: floats, or fixed-point numbers.
fn from_words(words: vec4u) -> vec4f {
  if FIXED == 0 { return bitcast<vec4f>(words); }
  return vec4f(bitcast<vec4i>(words)) / FIXED;
}

// Of 4 channels.
struct Norm { mean: vec4f, inverse: vec4f, scale: vec4f, shift: vec4f }

fn norm_of(vector: u32, stride: u32) -> Norm {
  let inverse = inverse_deviation(vector, stride);
  return Norm(statistics[vector], inverse, affine[vector], affine[stride + vector]);
}

// One invocation per ROWS rows and 4 channels, channels varying fastest.
@compute @workgroup_size(WORKGROUP_SIZE)
fn batch_norm_act(invocation: Invocation) {
  let index = index_of(invocation);
  let stride = (params.channels + 3) / 4;
  let first = index / stride * ROWS;
  if first >= params.rows { return; }
  let i = index % stride;
  let norm = norm_of(i, stride);
  let past = min(params.rows, first + ROWS);
  for (var row = first; row < past; row++) {
    let at = row * stride + i;
    let z = (from_words(x[at]) - norm.mean) * norm.inverse * norm.scale + norm.shift;
    let shaped = select(z, max(z, vec4f()), RELU);
    y[at] = shaped * mask_at(row_key(row), i);
  }
}

// What both halves of the backward pass share.
@group(0) @binding(5) var<storage, read> dy: array<vec4f>;               // [rows, channels]
@group(0) @binding(6) var<storage, read> sums: array<vec4f>;             // [2, channels]: of all blocks
@group(0) @binding(7) var<storage, read_write> dx: array<vec4f>;         // [rows, channels]

// Gradient of the BatchNorm's output, from dy through mask and ReLU.
fn dz_by_row(at: u32, row: u32, vector: u32, norm: Norm, normed: vec4f) -> vec4f {
  let z = normed * norm.scale + norm.shift;
  let slope = dy[at] * mask_at(row_key(row), vector);
  if !RELU { return slope; }
  return select(vec4f(), slope, z > vec4f());
}

// dx = scale / deviation ⊙ (dz − mean(dz) − normed ⊙ mean(dz ⊙ normed)): through both statistics.
@compute @workgroup_size(WORKGROUP_SIZE)
fn batch_norm_act_backward(invocation: Invocation) {
  let index = index_of(invocation);
  let stride = (params.channels + 3) / 4;
  let first = index / stride * ROWS;
  if first >= params.rows { return; }
  let i = index % stride;
  let norm = norm_of(i, stride);
  let of_normed = sums[i];
  let of_dz = sums[stride + i];
  let past = min(params.rows, first + ROWS);
  for (var row = first; row < past; row++) {
    let at = row * stride + i;
    let normed = (from_words(x[at]) - norm.mean) * norm.inverse;
    var slope = dz_by_row(at, row, i, norm, normed);
    if !RUNNING { slope -= (of_dz + normed * of_normed) / f32(params.total_rows); }
    let value = slope * norm.inverse * norm.scale;
    if ACCUMULATE { dx[at] += value; } else { dx[at] = value; }
  }
}

@group(0) @binding(6) var<storage, read_write> partial: array<vec4f>;    // [blocks, 2, channels]

// One invocation per block of rows and 4 channels: Σ dz ⊙ normed and Σ dz, the gradients of affine.
@compute @workgroup_size(WORKGROUP_SIZE)
fn batch_norm_act_backward_affine(invocation: Invocation) {
  let index = index_of(invocation);
  let stride = (params.channels + 3) / 4;
  let block = index / stride;
  if block > 0 && block * params.block_rows >= params.rows { return; }
  let i = index % stride;
  store_batch_affine(block, stride, i, batch_sums_of_rows(block, 0, 1, stride, i));
}

struct AffineSums { dscale: vec4f, dshift: vec4f }

// The sums over every `step`th row of a block, from its row `begin` on.
fn batch_sums_of_rows(block: u32, begin: u32, step: u32, stride: u32, i: u32) -> AffineSums {
  let end = min(params.rows, (block + 1) * params.block_rows);
  let norm = norm_of(i, stride);
  var dscale = vec4f();
  var dshift = vec4f();
  for (var row = block * params.block_rows + begin; row < end; row += step) {
    let at = row * stride + i;
    let normed = (from_words(x[at]) - norm.mean) * norm.inverse;
    let dz = dz_by_row(at, row, i, norm, normed);
    dscale += dz * normed;
    dshift += dz;
  }
  return AffineSums(dscale, dshift);
}

fn store_batch_affine(block: u32, stride: u32, i: u32, sums: AffineSums) {
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
fn batch_norm_act_backward_affine_shared(invocation: Invocation) {
  let lane = invocation.lane;
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  let stride = (params.channels + 3) / 4;
  let groups = (stride + VECTORS - 1) / VECTORS;
  let block = workgroup / groups;
  let i = workgroup % groups * VECTORS + lane % VECTORS;
  let past = block > 0 && block * params.block_rows >= params.rows;
  var sums = AffineSums();
  if i < stride && !past { sums = batch_sums_of_rows(block, lane / VECTORS, SHARES, stride, i); }
  shares[lane] = sums;
  workgroupBarrier();
  if lane >= VECTORS || i >= stride || past { return; }
  for (var other = lane + VECTORS; other < WORKGROUP_SIZE; other += VECTORS) {
    sums.dscale += shares[other].dscale;
    sums.dshift += shares[other].dshift;
  }
  store_batch_affine(block, stride, i, sums);
}
