// gen_mean.wgsl's forward pass and its gradient to x, to the same bits, for drivers on the processor whose
// subgroups are of 8. Such a driver loads lane by lane, and waits for memory: a subgroup takes a node, its
// lanes load the features of 8 edges, each edge's once for all, and touch the rows of 8 neighbours at once.

override WORKGROUP_SIZE: u32 = 64;
override KIND: u32 = 2;
override ENCODED: bool = true;           // whether there is an encoder: without, m_e = ReLU(x_j) + ε
override FEATURES: u32 = 8;              // features of an edge: at most 8
override RESIDUAL: bool = true;          // whether x_i is part of the result
override LEARNED_EXPONENT: bool = false;  // whether it stands in a buffer, not in `params`
override DEGREE_SCALE: bool = false;
override LEARNED_DEGREE: bool = false;
override PLANES: u32 = 2;                // values that `saved` has per node and channel
override SECOND: bool = true;            // whether lanes own two vectors of channels
// Nodes that a subgroup takes in turn, loading the encoder's columns once for all.
override NODES: u32 = 32;
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

const SUBGROUP = 8u;
// A NaN that no sum or product is: nothing comes of a row that is touched, which a compiler must not see.
const NEVER = 0x7fbadbadu;

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
  long_rows: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> learned_exponent: vec4f;             // [1]
@group(0) @binding(2) var<storage, read> edge_features: array<vec4f>;   // [edges, FEATURES]
@group(0) @binding(3) var<storage, read> encoder: array<vec4f>;         // [FEATURES + 1, channels]
@group(0) @binding(4) var<storage, read> x: array<vec4f>;               // [all nodes, channels]
@group(0) @binding(5) var<uniform> learned_degree: vec4f;               // [1]
@group(0) @binding(6) var<storage, read> row_ptr: array<u32>;           // [all nodes + 1]
@group(0) @binding(7) var<storage, read> col_idx: array<u32>;           // [edges]
@group(0) @binding(8) var<storage, read_write> y: array<vec4f>;         // [nodes, channels]
@group(0) @binding(9) var<storage, read_write> saved: array<vec4f>;     // [nodes, channels, PLANES]

struct Invocation {
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
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

fn from_lane(values: vec4f, lane: u32) -> vec4f {
  return vec4f(
    subgroupShuffle(values.x, lane), subgroupShuffle(values.y, lane),
    subgroupShuffle(values.z, lane), subgroupShuffle(values.w, lane));
}

fn encoded(columns: Columns, source: vec4f, low: vec4f, high: vec4f) -> vec4f {
  var z = source + columns.bias;
  if FEATURES > 0 { z += columns.low * low; }
  if FEATURES > 4 { z += columns.high * high; }
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

// What a lane of a subgroup owns of a block of nodes: vectors `a` and, with SECOND, `b` of their channels.
struct Lane { first: u32, past: u32, stride: u32, a: u32, b: u32, has_a: bool, has_b: bool }

fn lane_of(invocation: Invocation, place: u32) -> Lane {
  let group = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  let subgroup = (group * WORKGROUP_SIZE + invocation.lane) / SUBGROUP;
  let stride = (params.channels + 3) / 4;
  let of_block = SUBGROUP * (1 + u32(SECOND));
  let channel_blocks = (stride + of_block - 1) / of_block;
  let first = subgroup / channel_blocks * NODES;
  let a = subgroup % channel_blocks * of_block + place;
  let b = a + SUBGROUP;
  return Lane(first, min(first + NODES, params.nodes), stride, a, b, a < stride, SECOND && b < stride);
}

// One subgroup per NODES nodes and 8 vectors of channels, or 16 with SECOND.
@compute @workgroup_size(WORKGROUP_SIZE)
fn gen_mean_subgroups(invocation: Invocation, @builtin(subgroup_invocation_id) place: u32) {
  let own = lane_of(invocation, place);
  let stride = own.stride;
  let columns_a = columns_of(min(own.a, stride - 1));
  let columns_b = columns_of(min(own.b, stride - 1));
  let e = exponent();
  let feature_stride = (FEATURES + 3) / 4;
  for (var node = own.first; node < own.past; node++) {
    var bound = 0u;
    if place < 2 { bound = row_ptr[params.first_row + node + place] - params.first_edge; }
    let begin = subgroupBroadcast(bound, 0u);
    let end = subgroupBroadcast(bound, 1u);
    if LONG > 0 && end - begin > LONG { continue; }
    var row_a = Row(); var row_b = Row();
    for (var chunk = begin; chunk < end; chunk += SUBGROUP) {
      var source = 0u; var low = vec4f(); var high = vec4f();
      // Lanes wait for 8 rows at once here, each for another; below they would for one after another.
      var touched = 0.0;
      let loaded = chunk + place;
      if loaded < end {
        source = col_idx[loaded] * stride;
        if FEATURES > 0 { low = edge_features[loaded * feature_stride]; }
        if FEATURES > 4 { high = edge_features[loaded * feature_stride + 1]; }
        for (var v = 0u; v < stride; v += 4) { touched = max(touched, x[source + v].x); }
      }
      let count = select(min(end - chunk, SUBGROUP), 0, bitcast<u32>(touched) == NEVER);
      for (var lane = 0u; lane < count; lane++) {
        let sent = subgroupShuffle(source, lane);
        let u = from_lane(low, lane);
        let v = from_lane(high, lane);
        var x_a = vec4f(); var x_b = vec4f();
        if own.has_a { x_a = x[sent + own.a]; }
        if own.has_b { x_b = x[sent + own.b]; }
        let starts = chunk + lane == begin;
        row_a = with_message(row_a, encoded(columns_a, x_a, u, v), e, starts);
        if SECOND { row_b = with_message(row_b, encoded(columns_b, x_b, u, v), e, starts); }
      }
    }
    let n = f32(end - begin);
    if own.has_a { store_result(node, own.a, row_a, n, e); }
    if own.has_b { store_result(node, own.b, row_b, n, e); }
  }
}

fn with_message(before: Row, z: vec4f, e: f32, starts: bool) -> Row {
  var row = before;
  let q = exponentiated(z);
  if KIND < SOFTMAX {
    row.first += q;
    return row;
  }
  if starts { row.reference = q; }
  return add_to(row, q, e);
}

fn store_result(node: u32, vector: u32, row: Row, n: f32, e: f32) {
  let stride = (params.channels + 3) / 4;
  let at = node * stride + vector;
  let result = finish(row, n, e, at) * inside(vector);
  if RESIDUAL { y[at] = x[params.first_row * stride + at] + result; } else { y[at] = result; }
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
@group(0) @binding(6) var<storage, read> out_ptr: array<u32>;           // [all nodes + 1]
@group(0) @binding(7) var<storage, read> out_idx: array<u32>;           // [edges]
@group(0) @binding(8) var<storage, read> out_edge: array<u32>;          // [edges]
@group(0) @binding(9) var<storage, read_write> dx: array<vec4f>;        // [nodes, channels]

// dx_j += Σ dz over the out-edges: a gather, so that no two invocations write to one place. Features of all
// edges are bound.
@compute @workgroup_size(WORKGROUP_SIZE)
fn gen_mean_subgroups_backward(invocation: Invocation, @builtin(subgroup_invocation_id) place: u32) {
  let own = lane_of(invocation, place);
  let stride = own.stride;
  let columns_a = columns_of(min(own.a, stride - 1));
  let columns_b = columns_of(min(own.b, stride - 1));
  let e = exponent();
  let feature_stride = (FEATURES + 3) / 4;
  let share_stride = stride * (1 + u32(KIND >= SOFTMAX));
  for (var node = own.first; node < own.past; node++) {
    let row = params.first_row + node;
    var bound = 0u;
    if place < 2 { bound = out_ptr[row + place] - params.first_edge; }
    let begin = subgroupBroadcast(bound, 0u);
    let end = subgroupBroadcast(bound, 1u);
    if LONG > 0 && end - begin > LONG { continue; }
    var source_a = vec4f(); var source_b = vec4f();
    if own.has_a { source_a = x[row * stride + own.a]; }
    if own.has_b { source_b = x[row * stride + own.b]; }
    var sum_a = vec4f(); var sum_b = vec4f();
    for (var chunk = begin; chunk < end; chunk += SUBGROUP) {
      var target_node = 0u; var low = vec4f(); var high = vec4f();
      // As in the forward pass, lanes wait for 8 rows at once.
      var touched = 0.0;
      let loaded = chunk + place;
      if loaded < end {
        target_node = out_idx[loaded];
        if FEATURES > 0 {
          let edge = out_edge[loaded] - params.first_in_edge;
          low = edge_features[edge * feature_stride];
          if FEATURES > 4 { high = edge_features[edge * feature_stride + 1]; }
        }
        let begins = target_node * share_stride;
        for (var v = 0u; v < share_stride; v += 4) { touched = max(touched, shares_read[begins + v].x); }
      }
      let count = select(min(end - chunk, SUBGROUP), 0, bitcast<u32>(touched) == NEVER);
      for (var lane = 0u; lane < count; lane++) {
        let at = subgroupShuffle(target_node, lane) * stride;
        let u = from_lane(low, lane);
        let v = from_lane(high, lane);
        if own.has_a { sum_a += dz_of(encoded(columns_a, source_a, u, v), share_of(at + own.a), e); }
        if own.has_b { sum_b += dz_of(encoded(columns_b, source_b, u, v), share_of(at + own.b), e); }
      }
    }
    if own.has_a { dx[node * stride + own.a] += sum_a; }
    if own.has_b { dx[node * stride + own.b] += sum_b; }
  }
}
