// Sums and generalised means of GEN messages m_e = ReLU(z_e) + ε, z_e = x_j + E u_e + b, over the n
// in-edges e = (j→i) of a node, and their gradients:
//
//     sum Σ m    mean Σ m / n    softmax Σ w m, w = softmax(t m)    power (Σ clamp(m, ε, 10)ᵖ / n)^(1/p)
//
// the last two with a degree scale n^σ(y) if wanted. No tensor of edges × channels exists: messages live
// in registers, and the backward pass forms them again. One invocation per node and 4 channels,
// channels varying fastest. t and p are called the exponent.

override WORKGROUP_SIZE: u32 = 64;
override KIND: u32 = 2;
override ENCODED: bool = true;           // whether there is an encoder: without, m_e = ReLU(x_j) + ε
override FEATURES: u32 = 8;              // features of an edge
override RESIDUAL: bool = true;          // whether x_i is part of the result
override LEARNED_EXPONENT: bool = false;  // whether it stands in a buffer, not in `params`
override DEGREE_SCALE: bool = false;
override LEARNED_DEGREE: bool = false;
override PLANES: u32 = 2;                // values that `saved` has per node and channel
override BLOCKS: bool = false;           // whether features come in blocks: dx is Σ dz so far
override PARTS: u32 = 1;                 // how many share out a block of rows in the encoder's gradient
// Rows of more edges than this are left to the kernels of long rows; 0 where there is none.
override LONG: u32 = 0;

const SUM = 0u;
const MEAN = 1u;
const SOFTMAX = 2u;
const SOFTMAX_SG = 3u; // softmax without a gradient through its weights
const POWER = 4u;

const EPSILON = 1e-7;
const MOST = 10.0;
// At p = 0 the power mean is the geometric mean, but 1 / p is infinite: |p| is taken as at least this.
const LEAST_POWER = 1e-3;

// A launch takes a block of edges: rows from `first_row` on, whose edges begin at `first_edge`.
struct Params {
  nodes: u32,
  channels: u32,
  first_row: u32,
  first_edge: u32,
  block_rows: u32,
  exponent: f32,
  degree_power: f32,
  // The block of in-edges whose features are bound to a launch over out-edges.
  first_in_edge: u32,
  in_edges: u32,
  first_long: u32, // where the numbers of the block's long rows stand behind the pointers
  long_rows: u32,  // how many there are
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> learned_exponent: vec4f;             // [1]
@group(0) @binding(2) var<storage, read> edge_features: array<vec4f>;   // [edges, FEATURES]
@group(0) @binding(3) var<storage, read> encoder: array<vec4f>;         // [FEATURES + 1, channels]
@group(0) @binding(4) var<storage, read> x: array<vec4f>;               // [all nodes, channels]
@group(0) @binding(5) var<uniform> learned_degree: vec4f;               // [1]
@group(0) @binding(6) var<storage, read> row_ptr: array<u32>;           // [all nodes + 1 + long rows]
@group(0) @binding(7) var<storage, read> col_idx: array<u32>;           // [edges]
@group(0) @binding(8) var<storage, read_write> y: array<vec4f>;         // [nodes, channels]
@group(0) @binding(9) var<storage, read_write> saved: array<vec4f>;     // [nodes, channels, PLANES]

struct Invocation {
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
}

fn index_of(invocation: Invocation) -> u32 {
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  return workgroup * WORKGROUP_SIZE + invocation.lane;
}

fn exponent() -> f32 {
  var e = params.exponent;
  if LEARNED_EXPONENT { e = learned_exponent.x; }
  if KIND != POWER || abs(e) >= LEAST_POWER { return e; }
  return select(-LEAST_POWER, LEAST_POWER, e >= 0);
}

// The encoder's columns of 4 channels, which stay in registers for all edges.
struct Columns { bias: vec4f, low: mat4x4f, high: mat4x4f }

// Feature f of an edge multiplies row min(f, FEATURES): features past the last are zero.
fn encoder_column(feature: u32, vector: u32) -> vec4f {
  return encoder[min(feature, FEATURES) * ((params.channels + 3) / 4) + vector];
}

fn columns_of(v: u32) -> Columns {
  if !ENCODED { return Columns(); }
  return Columns(
    encoder_column(FEATURES, v),
    mat4x4f(encoder_column(0, v), encoder_column(1, v), encoder_column(2, v), encoder_column(3, v)),
    mat4x4f(encoder_column(4, v), encoder_column(5, v), encoder_column(6, v), encoder_column(7, v)),
  );
}

fn before_relu(columns: Columns, source: vec4f, edge: u32, vector: u32) -> vec4f {
  let feature_stride = (FEATURES + 3) / 4;
  let at = edge * feature_stride;
  var z = source + columns.bias;
  if FEATURES > 0 { z += columns.low * edge_features[at]; }
  if FEATURES > 4 { z += columns.high * edge_features[at + 1]; }
  for (var f = 2u; f < feature_stride; f++) {
    let u = edge_features[at + f];
    let first = f * 4;
    z += u.x * encoder_column(first, vector) + u.y * encoder_column(first + 1, vector) +
      u.z * encoder_column(first + 2, vector) + u.w * encoder_column(first + 3, vector);
  }
  return z;
}

// What the exponent multiplies: m in a softmax, which weighs by exp(t m), ln m in a power, exp(p ln m).
fn exponentiated(z: vec4f) -> vec4f {
  let m = max(z, vec4f()) + EPSILON;
  if KIND == POWER { return log(min(m, vec4f(MOST))); }
  return m;
}

// Σ w, Σ w d and Σ w d² over a row, with w = exp(exponent d) and d = exponentiated(z) − reference. The
// reference is the value of the largest weight so far, which is thus 1: nothing overflows, and d keeps its
// digits.
struct Row { total: vec4f, first: vec4f, second: vec4f, reference: vec4f }

fn add_to(row: Row, q: vec4f, exponent: f32) -> Row {
  let d = q - row.reference;
  let decay = exp(-abs(exponent * d));
  let moves = exponent * d > vec4f();
  let shift = select(vec4f(), d, moves);
  let rest = select(d, vec4f(), moves);
  let kept = select(vec4f(1), decay, moves);
  let weight = select(decay, vec4f(1), moves);
  return Row(
    row.total * kept + weight,
    (row.first - shift * row.total) * kept + weight * rest,
    (row.second - shift * (2 * row.first - shift * row.total)) * kept + weight * rest * rest,
    select(row.reference, q, moves),
  );
}

// Two rows' edges in one row.
fn joined(row: Row, other: Row, exponent: f32) -> Row {
  if KIND < SOFTMAX { return Row(vec4f(), row.first + other.first, vec4f(), vec4f()); }
  let d = other.reference - row.reference;
  let decay = exp(-abs(exponent * d));
  let moves = exponent * d > vec4f();
  let shift = select(vec4f(), d, moves);
  let back = select(d, vec4f(), moves);
  let kept = select(vec4f(1), decay, moves);
  let added = select(decay, vec4f(1), moves);
  return Row(
    row.total * kept + other.total * added,
    (row.first - shift * row.total) * kept + (other.first + back * other.total) * added,
    (row.second - shift * (2 * row.first - shift * row.total)) * kept +
      (other.second + back * (2 * other.first + back * other.total)) * added,
    select(row.reference, other.reference, moves),
  );
}

// The sums over every `step`th edge of a row, from its edge `first` on.
fn row_of(begin: u32, end: u32, first: u32, step: u32, vector: u32, e: f32) -> Row {
  let columns = columns_of(vector);
  let stride = (params.channels + 3) / 4;
  var row = Row();
  for (var edge = begin + first; edge < end; edge += step) {
    let z = before_relu(columns, x[col_idx[edge] * stride + vector], edge, vector);
    let q = exponentiated(z);
    if KIND < SOFTMAX {
      row.first += q;
    } else {
      if edge == begin + first { row.reference = q; }
      row = add_to(row, q, e);
    }
  }
  return row;
}

fn store_result(node: u32, vector: u32, row: Row, n: f32, e: f32) {
  let stride = (params.channels + 3) / 4;
  let at = node * stride + vector;
  let result = finish(row, n, e, at) * inside(vector);
  if RESIDUAL { y[at] = x[params.first_row * stride + at] + result; } else { y[at] = result; }
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn gen_mean(invocation: Invocation) {
  let at = index_of(invocation);
  let stride = (params.channels + 3) / 4;
  let node = at / stride;
  if node >= params.nodes { return; }
  let vector = at % stride;
  let e = exponent();
  let begin = row_ptr[params.first_row + node] - params.first_edge;
  let end = row_ptr[params.first_row + node + 1] - params.first_edge;
  if LONG > 0 && end - begin > LONG { return; }
  store_result(node, vector, row_of(begin, end, 0, 1, vector, e), f32(end - begin), e);
}

// Whether a launch takes its `long`th long row: one of its window of rows, and not past the last, where
// the workgroups of a folded grid are.
fn takes_row(long: u32, row: u32) -> bool {
  return long < params.long_rows && row >= params.first_row && row - params.first_row < params.nodes;
}

var<workgroup> row_shares: array<Row, 64>;

// A workgroup for a long row and 4 channels: its lanes share out the edges, then one of them joins their
// sums in order.
@compute @workgroup_size(WORKGROUP_SIZE)
fn gen_mean_long(invocation: Invocation) {
  let lane = invocation.lane;
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  let stride = (params.channels + 3) / 4;
  let long = workgroup / stride;
  let node = row_ptr[params.first_long + long];
  let vector = workgroup % stride;
  let e = exponent();
  let begin = row_ptr[node] - params.first_edge;
  let end = row_ptr[node + 1] - params.first_edge;
  if takes_row(long, node) { row_shares[lane] = row_of(begin, end, lane, WORKGROUP_SIZE, vector, e); }
  workgroupBarrier();
  if lane > 0 || !takes_row(long, node) { return; }
  var row = row_shares[0];
  for (var other = 1u; other < WORKGROUP_SIZE; other++) { row = joined(row, row_shares[other], e); }
  store_result(node - params.first_row, vector, row, f32(end - begin), e);
}

// The aggregate of a row of n edges; saves its Norm, and its slopes by the learned values.
fn finish(row: Row, n: f32, e: f32, at: u32) -> vec4f {
  if n == 0 {
    for (var plane = 0u; plane < PLANES; plane++) { saved[at * PLANES + plane] = vec4f(); }
    return vec4f();
  }
  if KIND == SUM { return row.first; }
  if KIND == MEAN { return row.first / n; }
  var degree_power = 0.0;
  if DEGREE_SCALE { degree_power = 1 / (1 + exp(-params.degree_power)); }
  if LEARNED_DEGREE { degree_power = 1 / (1 + exp(-learned_degree.x)); }
  let log_scale = degree_power * log(n);

  let centre = row.first / row.total;
  var mean = row.reference + centre;
  var log_norm = log(row.total) - e * centre - log_scale;
  var result = mean;
  var slope = row.second / row.total - centre * centre;
  if KIND == POWER {
    let above = (log(row.total) - log(n)) / e;
    mean = row.reference + above;
    log_norm = vec4f(log(n) - log_scale);
    result = exp(mean);
    slope = result / e * (centre - above);
  }
  result *= exp(log_scale);
  saved[at * PLANES] = mean;
  saved[at * PLANES + 1] = log_norm;
  if LEARNED_EXPONENT { saved[at * PLANES + 2] = slope * exp(log_scale); }
  if LEARNED_DEGREE {
    saved[at * PLANES + PLANES - 1] = result * log_scale * (1 - degree_power);
  }
  return result;
}

// 1 for channels, 0 for the padding of a row.
fn inside(vector: u32) -> vec4f {
  return select(vec4f(), vec4f(1), vector * 4 + vec4u(0, 1, 2, 3) < vec4u(params.channels));
}

// What a row saves for the backward pass: the mean of exponentiated(z), and the logarithm of the divisor of
// weights relative to that mean, degree scale included. A plain log Σ exp(t m) would lose digits of t m.
// The divisor is between n^−σ(y) and n, so that dividing dy by it once a row loses nothing.

@group(0) @binding(1) var<storage, read> row_begins: array<u32>;        // row_ptr once more
@group(0) @binding(2) var<storage, read> dy: array<vec4f>;              // [nodes, channels]
@group(0) @binding(3) var<storage, read> kept: array<vec4f>;            // [nodes, channels, PLANES]
@group(0) @binding(4) var<storage, read_write> shares: array<vec4f>;    // [nodes, channels, 1 or 2]

// What an edge needs of its target: dy by the divisor, and before it the mean where weights have one.
@compute @workgroup_size(WORKGROUP_SIZE)
fn gen_mean_shares(invocation: Invocation) {
  let at = index_of(invocation);
  let stride = (params.channels + 3) / 4;
  let node = at / stride;
  if node >= params.nodes { return; }
  if KIND == MEAN {
    let row = params.first_row + node;
    shares[at] = dy[at] / f32(max(1, row_begins[row + 1] - row_begins[row]));
  } else {
    shares[2 * at] = kept[PLANES * at];
    shares[2 * at + 1] = dy[at] * exp(-kept[PLANES * at + 1]);
  }
}

struct Share { mean: vec4f, dy: vec4f }

@group(0) @binding(5) var<storage, read> shares_read: array<vec4f>;     // [nodes, channels, 1 or 2]

fn share_of(at: u32) -> Share {
  if KIND < SOFTMAX { return Share(vec4f(), shares_read[at]); }
  return Share(shares_read[2 * at], shares_read[2 * at + 1]);
}

// dz_e, from the share of its target.
fn dz_of(z: vec4f, share: Share, e: f32) -> vec4f {
  var dm = share.dy;
  var passes = z > vec4f();
  if KIND == SOFTMAX || KIND == SOFTMAX_SG {
    let above = e * (exponentiated(z) - share.mean);
    dm *= exp(above);
    if KIND == SOFTMAX { dm *= 1 + above; }
  }
  if KIND == POWER {
    dm *= exp((e - 1) * (exponentiated(z) - share.mean));
    passes = passes & (z + EPSILON <= vec4f(MOST));
  }
  return select(vec4f(), dm, passes);
}

// The transposed graph: out-edges j→i of every source j, with the edge's position among in-edges.
@group(0) @binding(6) var<storage, read> out_ptr: array<u32>;           // [all nodes + 1 + long rows]
@group(0) @binding(7) var<storage, read> out_idx: array<u32>;           // [edges]
@group(0) @binding(8) var<storage, read> out_edge: array<u32>;          // [edges]
@group(0) @binding(9) var<storage, read_write> dx: array<vec4f>;        // [nodes, channels]

// `before` and Σ dz over every `step`th of a row's out-edges, from its edge `first` on.
fn sum_of_dz(before: vec4f, row: u32, first: u32, step: u32, vector: u32) -> vec4f {
  let stride = (params.channels + 3) / 4;
  let columns = columns_of(vector);
  let e = exponent();
  let source = x[row * stride + vector];
  var sum = before;
  let end = out_ptr[row + 1] - params.first_edge;
  for (var k = out_ptr[row] - params.first_edge + first; k < end; k += step) {
    var edge = 0u;
    if FEATURES > 0 { edge = out_edge[k] - params.first_in_edge; }
    // An edge of another block; one before this block has wrapped around.
    if BLOCKS && edge >= params.in_edges { continue; }
    let z = before_relu(columns, source, edge, vector);
    sum += dz_of(z, share_of(out_idx[k] * stride + vector), e);
  }
  return sum;
}

// Σ dz of the blocks before this one.
fn dz_so_far(at: u32) -> vec4f {
  if BLOCKS && params.first_in_edge > 0 { return dx[at]; }
  return vec4f();
}

// dx_j += Σ dz over the out-edges, or with BLOCKS dx_j = Σ dz so far: a gather, so that no two invocations
// write to one place.
@compute @workgroup_size(WORKGROUP_SIZE)
fn gen_mean_backward(invocation: Invocation) {
  let at = index_of(invocation);
  let stride = (params.channels + 3) / 4;
  let node = at / stride;
  if node >= params.nodes { return; }
  let row = params.first_row + node;
  if LONG > 0 && out_ptr[row + 1] - out_ptr[row] > LONG { return; }
  let sum = sum_of_dz(dz_so_far(at), row, 0, 1, at % stride);
  if BLOCKS { dx[at] = sum; } else { dx[at] += sum; }
}

var<workgroup> dz_shares: array<vec4f, 64>;

// A workgroup for a long row of out-edges and 4 channels, as in gen_mean_long.
@compute @workgroup_size(WORKGROUP_SIZE)
fn gen_mean_backward_long(invocation: Invocation) {
  let lane = invocation.lane;
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  let stride = (params.channels + 3) / 4;
  let long = workgroup / stride;
  let row = out_ptr[params.first_long + long];
  let vector = workgroup % stride;
  if takes_row(long, row) { dz_shares[lane] = sum_of_dz(vec4f(), row, lane, WORKGROUP_SIZE, vector); }
  workgroupBarrier();
  if lane > 0 || !takes_row(long, row) { return; }
  let at = (row - params.first_row) * stride + vector;
  var sum = dz_so_far(at);
  for (var other = 0u; other < WORKGROUP_SIZE; other++) { sum += dz_shares[other]; }
  if BLOCKS { dx[at] = sum; } else { dx[at] += sum; }
}

@group(0) @binding(8) var<storage, read_write> partial: array<vec4f>; // [blocks × PARTS, FEATURES + 1, channels]

// partial[block, f, c] = Σ dz_e u_f over the block's in-edges; the bias is a feature that is 1. One
// invocation per block of rows, or every PARTS'th row of one, 4 channels and 8 features.
@compute @workgroup_size(WORKGROUP_SIZE)
fn gen_mean_backward_encoder(invocation: Invocation) {
  let index = index_of(invocation);
  let stride = (params.channels + 3) / 4;
  let feature_blocks = max(1, (FEATURES + 7) / 8);
  let part = index / (stride * feature_blocks) % PARTS;
  let block = index / (stride * feature_blocks * PARTS);
  if block > 0 && block * params.block_rows >= params.nodes { return; }
  let vector = index % stride;
  let feature_block = index / stride % feature_blocks;
  let columns = columns_of(vector);
  let e = exponent();

  let past = min(params.nodes, (block + 1) * params.block_rows);
  var sums = Columns();
  for (var node = block * params.block_rows + part; node < past; node += PARTS) {
    let share = share_of(node * stride + vector);
    let row = params.first_row + node;
    let end = row_ptr[row + 1] - params.first_edge;
    for (var edge = row_ptr[row] - params.first_edge; edge < end; edge++) {
      let z = before_relu(columns, x[col_idx[edge] * stride + vector], edge, vector);
      sums = with_features(sums, dz_of(z, share, e), edge, feature_block);
    }
  }
  store_columns(block, part, feature_block, vector, sums);
}

// The sums with an edge's features times its dz, 8 features of them and the bias.
fn with_features(before: Columns, dz: vec4f, edge: u32, feature_block: u32) -> Columns {
  let feature_stride = (FEATURES + 3) / 4;
  let u0 = feature_block * 2;
  let u1 = min(u0 + 1, max(feature_stride, 1) - 1);
  var sums = before;
  sums.bias += dz;
  if FEATURES > 0 {
    let a = edge_features[edge * feature_stride + u0];
    let b = edge_features[edge * feature_stride + u1];
    sums.low += mat4x4f(dz * a.x, dz * a.y, dz * a.z, dz * a.w);
    sums.high += mat4x4f(dz * b.x, dz * b.y, dz * b.z, dz * b.w);
  }
  return sums;
}

fn store_columns(block: u32, part: u32, feature_block: u32, vector: u32, sums: Columns) {
  let stride = (params.channels + 3) / 4;
  let first = feature_block * 8;
  let at = (params.first_row / params.block_rows + block) * PARTS + part;
  let out = at * (FEATURES + 1) * stride + vector;
  put(out, first, sums.low);
  put(out, first + 4, sums.high);
  if feature_block == 0 { partial[out + FEATURES * stride] = sums.bias; }
}

// Four rows of a block's partial sums, those of features that there are.
fn put(out: u32, first: u32, rows: mat4x4f) {
  let stride = (params.channels + 3) / 4;
  if first < FEATURES { partial[out + first * stride] = rows[0]; }
  if first + 1 < FEATURES { partial[out + (first + 1) * stride] = rows[1]; }
  if first + 2 < FEATURES { partial[out + (first + 2) * stride] = rows[2]; }
  if first + 3 < FEATURES { partial[out + (first + 3) * stride] = rows[3]; }
}

// The same on a card, which wants many invocations: PARTS workgroups and 16 lanes of each share out the
// edges of a block, and one of the lanes adds up their sums in order. Neighbouring lanes have neighbouring
// vectors of channels, of one edge, whose features they load together.
const VECTORS = 4u;
const SHARES = 16u; // WORKGROUP_SIZE / VECTORS
var<workgroup> column_shares: array<Columns, 64>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn gen_mean_backward_encoder_shared(invocation: Invocation) {
  let lane = invocation.lane;
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  let stride = (params.channels + 3) / 4;
  let vector_blocks = (stride + VECTORS - 1) / VECTORS;
  let feature_blocks = max(1, (FEATURES + 7) / 8);
  let vector = workgroup % vector_blocks * VECTORS + lane % VECTORS;
  let feature_block = workgroup / vector_blocks % feature_blocks;
  let part = workgroup / (vector_blocks * feature_blocks) % PARTS;
  let block = workgroup / (vector_blocks * feature_blocks * PARTS);
  let past = block > 0 && block * params.block_rows >= params.nodes;
  var sums = Columns();
  if !past && vector < stride {
    let first = part * SHARES + lane / VECTORS;
    sums = sums_of_block(block, first, PARTS * SHARES, feature_block, vector);
  }
  column_shares[lane] = sums;
  workgroupBarrier();
  if lane >= VECTORS || past || vector >= stride { return; }
  for (var other = lane + VECTORS; other < WORKGROUP_SIZE; other += VECTORS) {
    sums.bias += column_shares[other].bias;
    sums.low += column_shares[other].low;
    sums.high += column_shares[other].high;
  }
  store_columns(block, part, feature_block, vector, sums);
}

// The sums over every `step`th edge of a block, from its edge `first` on, whatever rows they are in.
fn sums_of_block(block: u32, first: u32, step: u32, feature_block: u32, vector: u32) -> Columns {
  let stride = (params.channels + 3) / 4;
  let columns = columns_of(vector);
  let e = exponent();
  var node = block * params.block_rows;
  let past = min(params.nodes, node + params.block_rows);
  let end = row_ptr[params.first_row + past] - params.first_edge;
  var sums = Columns();
  let begin = row_ptr[params.first_row + node] - params.first_edge;
  for (var edge = begin + first; edge < end; edge += step) {
    while row_ptr[params.first_row + node + 1] - params.first_edge <= edge { node++; }
    let z = before_relu(columns, x[col_idx[edge] * stride + vector], edge, vector);
    sums = with_features(sums, dz_of(z, share_of(node * stride + vector), e), edge, feature_block);
  }
  return sums;
}
