// The GEN message and its max aggregation, y_i = x_i + max_j (ReLU(x_j + E u_ji + b) + ε), and its
// gradients. No tensor of edges × channels exists: messages live in registers. The winning edge of
// every (node, channel) is kept as its place in the node's row, in 8, 16 or 32 bits as the longest row
// needs; all ones mean that no message was positive, or that there was none.

override WORKGROUP_SIZE: u32 = 64;
override ENCODED: bool = true;  // whether there is an encoder: without, messages are ReLU(x_j) + ε
override FEATURES: u32 = 8;     // features of an edge
override RESIDUAL: bool = true; // whether x_i is part of y_i
override WINNER_BITS: u32 = 32;
// Rows that an invocation takes in turn, loading the encoder's columns once for all; one on a GPU, which
// wants many invocations.
override ROWS: u32 = 1;
// Rows in succession that invocations share out, ROWS each.
override STRETCH: u32 = 1;
// Whether the rows of a stretch are taken longest first, as listed: lanes that wait for each other then have
// about as many edges.
override ORDERED: bool = false;
// Whether the backward pass loads the gradients of edges that did not win too. Which win is random, and a
// processor mispredicts branches by it, which is dearer than to load all.
override LOADED: bool = false;
// Whether the backward pass adds to dx, rather than to the gradient of y's residual.
override ACCUMULATE: bool = false;
// Rows of more edges than this are left to the kernels of long rows; 0 where there is none.
override LONG: u32 = 0;

const EPSILON = 1e-7;

// A launch takes a block of edges: rows from `first_row` on, whose edges begin at `first_edge`.
struct Params {
  nodes: u32,
  channels: u32,
  first_row: u32,
  first_edge: u32,
  block_rows: u32,
  first_listed: u32, // where numbers of rows stand behind the pointers: the block's long ones, or all in order
  long_rows: u32,    // how many long ones there are
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> row_ptr: array<u32>;           // [all nodes + 1 + long rows]
@group(0) @binding(2) var<storage, read> col_idx: array<u32>;           // [edges]
@group(0) @binding(3) var<storage, read> edge_features: array<vec4f>;   // [edges, FEATURES]
@group(0) @binding(4) var<storage, read> encoder: array<vec4f>;         // [FEATURES + 1, channels]
@group(0) @binding(5) var<storage, read> x: array<vec4f>;               // [all nodes, channels]
@group(0) @binding(6) var<storage, read_write> y: array<vec4f>;         // [nodes, channels]
@group(0) @binding(7) var<storage, read_write> winner: array<u32>;      // [nodes, words of a row]

struct Invocation {
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
}

fn index_of(invocation: Invocation) -> u32 {
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  return workgroup * WORKGROUP_SIZE + invocation.lane;
}

const NONE = 0xffffffffu;

// u32 words that hold the winners of a node: 4 channels take WINNER_BITS / 8, rows are whole vec4.
fn winner_stride(stride: u32) -> u32 {
  return (stride * (WINNER_BITS / 8) + 3) / 4 * 4;
}

fn pack(at: u32, places: vec4u) {
  if WINNER_BITS == 8 {
    let p = places & vec4u(0xff);
    winner[at] = p.x | (p.y << 8) | (p.z << 16) | (p.w << 24);
  } else if WINNER_BITS == 16 {
    let p = places & vec4u(0xffff);
    winner[at] = p.x | (p.y << 16);
    winner[at + 1] = p.z | (p.w << 16);
  } else {
    winner[at] = places.x; winner[at + 1] = places.y;
    winner[at + 2] = places.z; winner[at + 3] = places.w;
  }
}

// Feature f of an edge multiplies row min(f, FEATURES): features past the last are zero.
fn encoder_at(feature: u32, stride: u32, vector: u32) -> vec4f {
  return encoder[min(feature, FEATURES) * stride + vector];
}

// The encoder's columns of 4 channels, the bias last; they stay in registers for all edges.
fn encoder_columns(stride: u32, vector: u32) -> array<vec4f, 9> {
  return array<vec4f, 9>(
    encoder_at(0, stride, vector), encoder_at(1, stride, vector),
    encoder_at(2, stride, vector), encoder_at(3, stride, vector),
    encoder_at(4, stride, vector), encoder_at(5, stride, vector),
    encoder_at(6, stride, vector), encoder_at(7, stride, vector),
    select(vec4f(), encoder_at(FEATURES, stride, vector), ENCODED));
}

// Two vectors of 4 channels, a and b.
struct Channels { stride: u32, a: u32, b: u32, of_a: array<vec4f, 9>, of_b: array<vec4f, 9> }

fn channels_of(block: u32) -> Channels {
  let stride = (params.channels + 3) / 4;
  let a = block * 2;
  let b = min(a + 1, stride - 1);
  return Channels(stride, a, b, encoder_columns(stride, a), encoder_columns(stride, b));
}

// The largest messages, none of them below 0, and the places of their edges in the row.
struct Largest { a: vec4f, b: vec4f, place_a: vec4u, place_b: vec4u }

// The largest of every `step`th edge of a row, from its edge `first` on.
fn largest_of(channels: Channels, begin: u32, end: u32, first: u32, step: u32) -> Largest {
  let stride = channels.stride; let a = channels.a; let b = channels.b;
  let of_a = channels.of_a; let of_b = channels.of_b;
  let feature_stride = (FEATURES + 3) / 4;
  var best_a = vec4f(); var best_b = vec4f();
  var place_a = vec4u(NONE); var place_b = vec4u(NONE);
  for (var edge = begin + first; edge < end; edge += step) {
    let source = col_idx[edge] * stride;
    var z_a = x[source + a] + of_a[8];
    var z_b = x[source + b] + of_b[8];
    if FEATURES > 0 {
      let u = edge_features[edge * feature_stride];
      z_a += u.x * of_a[0] + u.y * of_a[1] + u.z * of_a[2] + u.w * of_a[3];
      z_b += u.x * of_b[0] + u.y * of_b[1] + u.z * of_b[2] + u.w * of_b[3];
    }
    if FEATURES > 4 {
      let u = edge_features[edge * feature_stride + 1];
      z_a += u.x * of_a[4] + u.y * of_a[5] + u.z * of_a[6] + u.w * of_a[7];
      z_b += u.x * of_b[4] + u.y * of_b[5] + u.z * of_b[6] + u.w * of_b[7];
    }
    for (var f = 2u; f < feature_stride; f++) {
      let u = edge_features[edge * feature_stride + f];
      for (var i = 0u; i < 4; i++) {
        z_a += u[i] * encoder_at(f * 4 + i, stride, a);
        z_b += u[i] * encoder_at(f * 4 + i, stride, b);
      }
    }
    let wins_a = z_a > best_a;
    let wins_b = z_b > best_b;
    best_a = select(best_a, z_a, wins_a);
    best_b = select(best_b, z_b, wins_b);
    place_a = select(place_a, vec4u(edge - begin), wins_a);
    place_b = select(place_b, vec4u(edge - begin), wins_b);
  }
  return Largest(best_a, best_b, place_a, place_b);
}

fn store_largest(channels: Channels, node: u32, message: f32, largest: Largest) {
  let stride = channels.stride; let a = channels.a; let b = channels.b;
  let row = (params.first_row + node) * stride;
  let at = node * stride;
  let words = node * winner_stride(stride);
  y[at + a] = own(row + a) + (largest.a + message) * inside(a);
  pack(words + a * (WINNER_BITS / 8), largest.place_a);
  if b > a {
    y[at + b] = own(row + b) + (largest.b + message) * inside(b);
    pack(words + b * (WINNER_BITS / 8), largest.place_b);
  }
}

// Lanes of one turn take rows that stand side by side: an invocation's own stand this far apart.
fn step_of_rows() -> u32 { return STRETCH / ROWS; }

// Where the rows of an invocation begin, and where those of its stretch end.
fn first_of(share: u32) -> u32 { return share / step_of_rows() * STRETCH + share % step_of_rows(); }
fn past_of(first: u32) -> u32 { return min((first / STRETCH + 1) * STRETCH, params.nodes); }

// One invocation per ROWS nodes and 8 channels, channels varying fastest.
@compute @workgroup_size(WORKGROUP_SIZE)
fn gen_aggregate(invocation: Invocation) {
  let index = index_of(invocation);
  let channel_blocks = (params.channels + 7) / 8;
  let first = first_of(index / channel_blocks);
  if first >= params.nodes { return; }
  let channels = channels_of(index % channel_blocks);
  let past = past_of(first);
  for (var at = first; at < past; at += step_of_rows()) {
    var row = params.first_row + at;
    if ORDERED { row = row_ptr[params.first_listed + at]; }
    let node = row - params.first_row;
    let begin = row_ptr[row] - params.first_edge;
    let end = row_ptr[row + 1] - params.first_edge;
    if LONG > 0 && end - begin > LONG { continue; }
    let largest = largest_of(channels, begin, end, 0, 1);
    store_largest(channels, node, select(0.0, EPSILON, end > begin), largest);
  }
}

// Whether a launch takes its `long`th long row: one of its window of rows, and not past the last, where
// the workgroups of a folded grid are.
fn takes_row(long: u32, row: u32) -> bool {
  return long < params.long_rows && row >= params.first_row && row - params.first_row < params.nodes;
}

var<workgroup> largest_shares: array<Largest, 64>;

// A workgroup for a long row and 8 channels: its lanes share out the edges, then one of them takes the
// largest of theirs, of equal ones the first in the row.
@compute @workgroup_size(WORKGROUP_SIZE)
fn gen_aggregate_long(invocation: Invocation) {
  let lane = invocation.lane;
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  let channel_blocks = (params.channels + 7) / 8;
  let long = workgroup / channel_blocks;
  let row = row_ptr[params.first_listed + long];
  let channels = channels_of(workgroup % channel_blocks);
  if takes_row(long, row) {
    let begin = row_ptr[row] - params.first_edge;
    let end = row_ptr[row + 1] - params.first_edge;
    largest_shares[lane] = largest_of(channels, begin, end, lane, WORKGROUP_SIZE);
  }
  workgroupBarrier();
  if lane > 0 || !takes_row(long, row) { return; }
  var largest = largest_shares[0];
  for (var other = 1u; other < WORKGROUP_SIZE; other++) {
    let next = largest_shares[other];
    let wins_a = (next.a > largest.a) | ((next.a == largest.a) & (next.place_a < largest.place_a));
    let wins_b = (next.b > largest.b) | ((next.b == largest.b) & (next.place_b < largest.place_b));
    largest = Largest(
      select(largest.a, next.a, wins_a), select(largest.b, next.b, wins_b),
      select(largest.place_a, next.place_a, wins_a), select(largest.place_b, next.place_b, wins_b));
  }
  store_largest(channels, row - params.first_row, EPSILON, largest);
}

fn own(at: u32) -> vec4f {
  if RESIDUAL { return x[at]; }
  return vec4f();
}

// 1 for channels, 0 for the padding of a row.
fn inside(vector: u32) -> vec4f {
  return select(vec4f(), vec4f(1), vector * 4 + vec4u(0, 1, 2, 3) < vec4u(params.channels));
}

// The transposed graph: out-edges j→i of every source j, with the edge's place in the row of i.
@group(0) @binding(1) var<storage, read> out_ptr: array<u32>;           // [all nodes + 1 + long rows]
@group(0) @binding(2) var<storage, read> out_idx: array<u32>;           // [edges]
@group(0) @binding(3) var<storage, read> out_place: array<u32>;         // [edges]
@group(0) @binding(4) var<storage, read> winners: array<u32>;           // [all nodes, words of a row]
@group(0) @binding(5) var<storage, read> dy: array<vec4f>;              // [all nodes, channels]
@group(0) @binding(6) var<storage, read_write> dx: array<vec4f>;        // [nodes, channels]

fn unpack(at: u32) -> vec4u {
  if WINNER_BITS == 8 {
    return (vec4u(winners[at]) >> vec4u(0, 8, 16, 24)) & vec4u(0xff);
  } else if WINNER_BITS == 16 {
    let low = winners[at];
    let high = winners[at + 1];
    return vec4u(low & 0xffff, low >> 16, high & 0xffff, high >> 16);
  }
  return vec4u(winners[at], winners[at + 1], winners[at + 2], winners[at + 3]);
}

fn before_messages(node: u32, stride: u32, vector: u32) -> vec4f {
  if ACCUMULATE { return dx[node * stride + vector]; }
  return dy[(params.first_row + node) * stride + vector];
}

struct Sums { a: vec4f, b: vec4f }

// The sums of dy over those of a row's edges that won: of every `step`th edge, from its edge `first` on.
fn sums_of_won(before: Sums, row: u32, first: u32, step: u32, a: u32, b: u32) -> Sums {
  let stride = (params.channels + 3) / 4;
  let word_stride = winner_stride(stride);
  let word_a = a * (WINNER_BITS / 8);
  let word_b = b * (WINNER_BITS / 8);
  var sums = before;
  let end = out_ptr[row + 1] - params.first_edge;
  for (var edge = out_ptr[row] - params.first_edge + first; edge < end; edge += step) {
    let target_node = out_idx[edge];
    let place = vec4u(out_place[edge]);
    let words = target_node * word_stride;
    let won_a = unpack(words + word_a) == place;
    let won_b = unpack(words + word_b) == place;
    if LOADED || any(won_a) { sums.a = select(sums.a, sums.a + dy[target_node * stride + a], won_a); }
    if LOADED || any(won_b) { sums.b = select(sums.b, sums.b + dy[target_node * stride + b], won_b); }
  }
  return sums;
}

// dx_j = dy_j + Σ dy_i over the out-edges that won, or dx_j += Σ dy_i: a gather, so that no two invocations
// write to one place. One invocation per ROWS nodes and 8 channels.
@compute @workgroup_size(WORKGROUP_SIZE)
fn gen_aggregate_backward(invocation: Invocation) {
  let index = index_of(invocation);
  let stride = (params.channels + 3) / 4;
  let channel_blocks = (stride + 1) / 2;
  let first = first_of(index / channel_blocks);
  if first >= params.nodes { return; }
  let a = index % channel_blocks * 2;
  let b = min(a + 1, stride - 1);
  let past = past_of(first);
  for (var at = first; at < past; at += step_of_rows()) {
    var row = params.first_row + at;
    if ORDERED { row = out_ptr[params.first_listed + at]; }
    let node = row - params.first_row;
    if LONG > 0 && out_ptr[row + 1] - out_ptr[row] > LONG { continue; }
    let before = Sums(before_messages(node, stride, a), before_messages(node, stride, b));
    let sums = sums_of_won(before, row, 0, 1, a, b);
    dx[node * stride + a] = sums.a;
    if b > a { dx[node * stride + b] = sums.b; }
  }
}

var<workgroup> sum_shares: array<Sums, 64>;

// A workgroup for a long row of out-edges and 8 channels, as in gen_aggregate_long.
@compute @workgroup_size(WORKGROUP_SIZE)
fn gen_aggregate_backward_long(invocation: Invocation) {
  let lane = invocation.lane;
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  let stride = (params.channels + 3) / 4;
  let channel_blocks = (stride + 1) / 2;
  let long = workgroup / channel_blocks;
  let row = out_ptr[params.first_listed + long];
  let a = workgroup % channel_blocks * 2;
  let b = min(a + 1, stride - 1);
  if takes_row(long, row) { sum_shares[lane] = sums_of_won(Sums(), row, lane, WORKGROUP_SIZE, a, b); }
  workgroupBarrier();
  if lane > 0 || !takes_row(long, row) { return; }
  let node = row - params.first_row;
  var sums = Sums(before_messages(node, stride, a), before_messages(node, stride, b));
  for (var other = 0u; other < WORKGROUP_SIZE; other++) {
    sums.a += sum_shares[other].a;
    sums.b += sum_shares[other].b;
  }
  dx[node * stride + a] = sums.a;
  if b > a { dx[node * stride + b] = sums.b; }
}

@group(0) @binding(2) var<storage, read> features: array<vec4f>;        // [edges, FEATURES]
@group(0) @binding(3) var<storage, read> winners_read: array<u32>;      // [nodes, words of a row]
@group(0) @binding(4) var<storage, read> dy_scalar: array<f32>;         // [nodes, channels]
@group(0) @binding(5) var<storage, read_write> partial: array<f32>;     // [blocks, FEATURES + 1, channels]

// partial[block, f, c] = Σ dy_ic u_f of the edge that won (i, c); the bias is a feature that is 1.
// One invocation per block of rows, channel and 8 features.
@compute @workgroup_size(WORKGROUP_SIZE)
fn gen_aggregate_backward_encoder(invocation: Invocation) {
  let index = index_of(invocation);
  let width = (params.channels + 3) / 4 * 4;
  let feature_blocks = max(1, (FEATURES + 7) / 8);
  let block = index / (width * feature_blocks);
  if block > 0 && block * params.block_rows >= params.nodes { return; }
  let feature_block = index / width % feature_blocks;
  let channel = index % width;
  store_encoder(block, feature_block, channel, sums_of_winners(block, 0, 1, feature_block, channel));
}

// Sums for 8 features, and for the bias.
struct EncoderSums { low: vec4f, high: vec4f, bias: f32 }

// The sums over every `step`th node of a block, from its node `first` on.
fn sums_of_winners(
  block: u32, first: u32, step: u32, feature_block: u32, channel: u32,
) -> EncoderSums {
  let width = (params.channels + 3) / 4 * 4;
  let word_stride = winner_stride(width / 4);
  let bits = channel * WINNER_BITS;
  let none = NONE >> (32 - WINNER_BITS);
  let feature_stride = (FEATURES + 3) / 4;
  let u0 = feature_block * 2;
  let u1 = min(u0 + 1, max(feature_stride, 1) - 1);

  let end = min(params.nodes, (block + 1) * params.block_rows);
  var sum0 = vec4f(); var sum1 = vec4f(); var bias = 0.0;
  for (var node = block * params.block_rows + first; node < end; node += step) {
    let place = (winners_read[node * word_stride + bits / 32] >> (bits % 32)) & none;
    if place == none { continue; }
    let d = dy_scalar[node * width + channel];
    let begin = row_ptr[params.first_row + node] - params.first_edge;
    let edge = (begin + place) * feature_stride;
    bias += d;
    if FEATURES > 0 {
      sum0 += d * features[edge + u0];
      sum1 += d * features[edge + u1];
    }
  }
  return EncoderSums(sum0, sum1, bias);
}

fn store_encoder(block: u32, feature_block: u32, channel: u32, sums: EncoderSums) {
  let width = (params.channels + 3) / 4 * 4;
  let at = (params.first_row / params.block_rows + block) * (FEATURES + 1) * width + channel;
  for (var i = 0u; i < 8; i++) {
    let feature = feature_block * 8 + i;
    if feature < FEATURES {
      partial[at + feature * width] = select(sums.low[i % 4], sums.high[i % 4], i > 3);
    }
  }
  if feature_block == 0 { partial[at + FEATURES * width] = sums.bias; }
}

// The same on a card, which wants many invocations: 16 lanes share out the nodes of a block, and one of
// them adds up their sums in order. Neighbouring lanes have neighbouring channels.
const CHANNELS = 4u;
const SHARES = 16u; // WORKGROUP_SIZE / CHANNELS
var<workgroup> shares: array<EncoderSums, 64>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn gen_aggregate_backward_encoder_shared(invocation: Invocation) {
  let lane = invocation.lane;
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  let vectors = (params.channels + 3) / 4;
  let feature_blocks = max(1, (FEATURES + 7) / 8);
  let block = workgroup / (vectors * feature_blocks);
  let feature_block = workgroup / vectors % feature_blocks;
  let channel = workgroup % vectors * CHANNELS + lane % CHANNELS;
  let past = block > 0 && block * params.block_rows >= params.nodes;
  var sums = EncoderSums();
  if !past { sums = sums_of_winners(block, lane / CHANNELS, SHARES, feature_block, channel); }
  shares[lane] = sums;
  workgroupBarrier();
  if lane >= CHANNELS || past { return; }
  for (var other = lane + CHANNELS; other < WORKGROUP_SIZE; other += CHANNELS) {
    sums.low += shares[other].low;
    sums.high += shares[other].high;
    sums.bias += shares[other].bias;
  }
  store_encoder(block, feature_block, channel, sums);
}
