// gen_aggregate.wgsl's forward pass, to the same bits, for drivers on the processor whose subgroups are of 8.
// Such a driver loads lane by lane, and waits for memory: a subgroup takes a node, its lanes load the features
// of 8 edges, each edge's once for all, and touch the rows of 8 sources at once.

override WORKGROUP_SIZE: u32 = 64;
override ENCODED: bool = true;  // whether there is an encoder: without, messages are ReLU(x_j) + ε
override FEATURES: u32 = 8;     // features of an edge: at most 8
override RESIDUAL: bool = true; // whether x_i is part of y_i
override WINNER_BITS: u32 = 32;
override SECOND: bool = true;   // whether lanes own two vectors of channels
// Nodes that a subgroup takes in turn, loading the encoder's columns once for all.
override NODES: u32 = 32;
// Rows of more edges than this are left to the kernels of long rows; 0 where there is none.
override LONG: u32 = 0;

const EPSILON = 1e-7;
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
  first_listed: u32, // no rows are listed here
  long_rows: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> row_ptr: array<u32>;           // [all nodes + 1]
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

fn own(at: u32) -> vec4f {
  if RESIDUAL { return x[at]; }
  return vec4f();
}

// 1 for channels, 0 for the padding of a row.
fn inside(vector: u32) -> vec4f {
  return select(vec4f(), vec4f(1), vector * 4 + vec4u(0, 1, 2, 3) < vec4u(params.channels));
}

fn from_lane(values: vec4f, lane: u32) -> vec4f {
  return vec4f(
    subgroupShuffle(values.x, lane), subgroupShuffle(values.y, lane),
    subgroupShuffle(values.z, lane), subgroupShuffle(values.w, lane));
}

// One subgroup per NODES nodes and 8 vectors of channels, or 16 with SECOND.
@compute @workgroup_size(WORKGROUP_SIZE)
fn gen_aggregate_subgroups(invocation: Invocation, @builtin(subgroup_invocation_id) place: u32) {
  let group = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  let subgroup = (group * WORKGROUP_SIZE + invocation.lane) / SUBGROUP;
  let stride = (params.channels + 3) / 4;
  let of_block = SUBGROUP * (1 + u32(SECOND));
  let channel_blocks = (stride + of_block - 1) / of_block;
  let first = subgroup / channel_blocks * NODES;
  let a = subgroup % channel_blocks * of_block + place;
  let b = a + SUBGROUP;
  let has_a = a < stride;
  let has_b = SECOND && b < stride;

  // The encoder's columns stay in registers for all edges.
  let ca = min(a, stride - 1); let cb = min(b, stride - 1);
  let bias_a = select(vec4f(), encoder_at(FEATURES, stride, ca), ENCODED);
  let bias_b = select(vec4f(), encoder_at(FEATURES, stride, cb), ENCODED);
  let e0a = encoder_at(0, stride, ca); let e0b = encoder_at(0, stride, cb);
  let e1a = encoder_at(1, stride, ca); let e1b = encoder_at(1, stride, cb);
  let e2a = encoder_at(2, stride, ca); let e2b = encoder_at(2, stride, cb);
  let e3a = encoder_at(3, stride, ca); let e3b = encoder_at(3, stride, cb);
  let e4a = encoder_at(4, stride, ca); let e4b = encoder_at(4, stride, cb);
  let e5a = encoder_at(5, stride, ca); let e5b = encoder_at(5, stride, cb);
  let e6a = encoder_at(6, stride, ca); let e6b = encoder_at(6, stride, cb);
  let e7a = encoder_at(7, stride, ca); let e7b = encoder_at(7, stride, cb);

  let feature_stride = (FEATURES + 3) / 4;
  let past = min(first + NODES, params.nodes);
  for (var node = first; node < past; node++) {
    let row = params.first_row + node;
    var bound = 0u;
    if place < 2 { bound = row_ptr[row + place] - params.first_edge; }
    let begin = subgroupBroadcast(bound, 0u);
    let end = subgroupBroadcast(bound, 1u);
    if LONG > 0 && end - begin > LONG { continue; }
    var best_a = vec4f(); var best_b = vec4f();
    var place_a = vec4u(NONE); var place_b = vec4u(NONE);
    for (var chunk = begin; chunk < end; chunk += SUBGROUP) {
      var source = 0u; var low = vec4f(); var high = vec4f();
      let loaded = chunk + place;
      if loaded < end {
        source = col_idx[loaded] * stride;
        if FEATURES > 0 { low = edge_features[loaded * feature_stride]; }
        if FEATURES > 4 { high = edge_features[loaded * feature_stride + 1]; }
      }
      // Lanes wait for 8 rows at once here, each for another; below they would for one after another.
      var touched = 0.0;
      for (var v = 0u; v < stride; v += 4) { touched = max(touched, x[source + v].x); }
      let count = select(min(end - chunk, SUBGROUP), 0, bitcast<u32>(touched) == NEVER);
      for (var lane = 0u; lane < count; lane++) {
        let sent = subgroupShuffle(source, lane);
        var z_a = vec4f(); var z_b = vec4f();
        if has_a { z_a = x[sent + a]; }
        if has_b { z_b = x[sent + b]; }
        z_a += bias_a;
        z_b += bias_b;
        if FEATURES > 0 {
          let u = from_lane(low, lane);
          z_a += u.x * e0a + u.y * e1a + u.z * e2a + u.w * e3a;
          if SECOND { z_b += u.x * e0b + u.y * e1b + u.z * e2b + u.w * e3b; }
        }
        if FEATURES > 4 {
          let u = from_lane(high, lane);
          z_a += u.x * e4a + u.y * e5a + u.z * e6a + u.w * e7a;
          if SECOND { z_b += u.x * e4b + u.y * e5b + u.z * e6b + u.w * e7b; }
        }
        let wins_a = z_a > best_a;
        best_a = select(best_a, z_a, wins_a);
        place_a = select(place_a, vec4u(chunk + lane - begin), wins_a);
        if SECOND {
          let wins_b = z_b > best_b;
          best_b = select(best_b, z_b, wins_b);
          place_b = select(place_b, vec4u(chunk + lane - begin), wins_b);
        }
      }
    }

    let message = select(0.0, EPSILON, end > begin);
    let at = node * stride;
    let words = node * winner_stride(stride);
    if has_a {
      y[at + a] = own(row * stride + a) + (best_a + message) * inside(a);
      pack(words + a * (WINNER_BITS / 8), place_a);
    }
    if has_b {
      y[at + b] = own(row * stride + b) + (best_b + message) * inside(b);
      pack(words + b * (WINNER_BITS / 8), place_b);
    }
  }
}
