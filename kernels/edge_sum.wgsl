// A weighted sum over neighbours, out_ihc = target_i Σ_{e = (j → i)} a_eh source_j x_jhc, and its
// gradients. Heads stand side by side in a row of x without padding. Over the transposed graph, target
// and source exchanged, it is its own backward pass to x.

override WORKGROUP_SIZE: u32 = 64;
// Whether there are scales; otherwise they are 1.
override SCALED: bool = false;
// Whether a vec4 holds channels of one head: their number is a multiple of 4.
override ALIGNED: bool = false;
// Whether rows are of out-edges: `edges_of` then tells where each stands among the in-edges.
override TRANSPOSED: bool = false;
// What becomes of the old out: 0 overwritten, 1 added to, -1 subtracted from (the inverse).
override RESIDUAL: i32 = 0;
// Steps in one where the state is of fixed-point numbers; 0 where it is of floats.
override FIXED: f32 = 0;
// Whether d_attention is added to: what slices before this one have of it.
override ACCUMULATE: bool = false;
// Edges of an invocation of `edge_sum_backward_attention`, which looks for their targets one after another.
override EDGES: u32 = 1;
// Rows of more edges than this are left to `edge_sum_long`; 0 where there is none.
override LONG: u32 = 0;

// Channels are those of a head. Of all heads' channels, columns of x and out are a slice that begins at
// `first`, a multiple of 4. Long rows' numbers stand behind the pointers.
struct Params {
  nodes: u32,
  edges: u32,
  heads: u32,
  channels: u32,
  first: u32,
  columns: u32,
  first_long: u32, // where they begin
  long_rows: u32,  // how many there are
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> ptr: array<u32>;             // [nodes + 1 + long rows]
@group(0) @binding(2) var<storage, read> idx: array<u32>;             // [edges]
@group(0) @binding(3) var<storage, read> target_scale: array<f32>;    // [nodes]
@group(0) @binding(4) var<storage, read> source_scale: array<f32>;    // [nodes]
@group(0) @binding(5) var<storage, read> x: array<vec4f>;             // [nodes, columns]
@group(0) @binding(6) var<storage, read> edges_of: array<u32>;        // [edges]
@group(0) @binding(7) var<storage, read> attention: array<f32>;       // [heads, edges]
@group(0) @binding(8) var<storage, read_write> out: array<vec4u>;     // words of [nodes, columns]

struct Invocation {
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
}

fn index_of(invocation: Invocation) -> u32 {
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  return workgroup * WORKGROUP_SIZE + invocation.lane;
}

fn heads_of(vector: u32) -> vec4u {
  let c = params.first + vector * 4 + vec4u(0, 1, 2, 3);
  return min(c / params.channels, vec4u(params.heads - 1));
}

fn padded_edges() -> u32 { return (params.edges + 3) / 4 * 4; }

// The attention of an edge for 4 channels, of heads whose rows begin there.
fn weight_at(edge: u32, rows: vec4u) -> vec4f {
  if ALIGNED { return vec4f(attention[rows.x + edge]); }
  return vec4f(
    attention[rows.x + edge], attention[rows.y + edge],
    attention[rows.z + edge], attention[rows.w + edge]);
}

fn store_at(at: u32, value: vec4f) {
  if RESIDUAL == 0 { out[at] = bitcast<vec4u>(value); }
  else { out[at] = moved_words(out[at], f32(RESIDUAL) * value); }
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

struct Sums { a: vec4f, b: vec4f }

// The sums over every `step`th edge of a node, from its edge `first` on.
fn weighted_sums(node: u32, first: u32, step: u32, a: u32, b: u32) -> Sums {
  let stride = (params.columns + 3) / 4;
  let rows_a = heads_of(a) * padded_edges();
  let rows_b = heads_of(b) * padded_edges();
  var sum_a = vec4f(); var sum_b = vec4f();
  let end = ptr[node + 1];
  for (var k = ptr[node] + first; k < end; k += step) {
    var edge = k;
    if TRANSPOSED { edge = edges_of[k]; }
    let weight_a = weight_at(edge, rows_a);
    let weight_b = weight_at(edge, rows_b);
    // Dropped edges: their rows of x are not loaded.
    if all(weight_a == vec4f()) && all(weight_b == vec4f()) { continue; }
    let source = idx[k];
    var factor = 1.0;
    if SCALED { factor = source_scale[source]; }
    sum_a += factor * weight_a * x[source * stride + a];
    sum_b += factor * weight_b * x[source * stride + b];
  }
  return Sums(sum_a, sum_b);
}

fn store_scaled(node: u32, vector: u32, sum: vec4f) {
  var factor = 1.0;
  if SCALED { factor = target_scale[node]; }
  store_at(node * ((params.columns + 3) / 4) + vector, factor * sum);
}

// One invocation per node and 8 channels, channels varying fastest. Padding stays the zeros of x.
@compute @workgroup_size(WORKGROUP_SIZE)
fn edge_sum(invocation: Invocation) {
  let index = index_of(invocation);
  let stride = (params.columns + 3) / 4;
  let channel_blocks = (stride + 1) / 2;
  let node = index / channel_blocks;
  if node >= params.nodes { return; }
  if LONG > 0 && ptr[node + 1] - ptr[node] > LONG { return; }
  let a = index % channel_blocks * 2;
  let b = min(a + 1, stride - 1);
  let sums = weighted_sums(node, 0, 1, a, b);
  store_scaled(node, a, sums.a);
  if b > a { store_scaled(node, b, sums.b); }
}

var<workgroup> shares: array<Sums, 64>;

// A workgroup for a long row and 8 channels: its lanes share out the edges, then one of them for each 4
// channels adds up their sums in order. A folded grid has workgroups past the last.
@compute @workgroup_size(WORKGROUP_SIZE)
fn edge_sum_long(invocation: Invocation) {
  let lane = invocation.lane;
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  let stride = (params.columns + 3) / 4;
  let channel_blocks = (stride + 1) / 2;
  let long = workgroup / channel_blocks;
  let node = ptr[params.first_long + min(long, params.long_rows - 1)];
  let a = workgroup % channel_blocks * 2;
  let b = min(a + 1, stride - 1);
  shares[lane] = weighted_sums(node, lane, WORKGROUP_SIZE, a, b);
  workgroupBarrier();
  if long >= params.long_rows || lane > 1 || (lane == 1 && a == b) { return; }
  var sum = vec4f();
  for (var other = 0u; other < WORKGROUP_SIZE; other++) {
    sum += select(shares[other].a, shares[other].b, lane == 1);
  }
  store_scaled(node, select(a, b, lane == 1), sum);
}

@group(0) @binding(6) var<storage, read> dy: array<vec4f>;                // [nodes, columns]
@group(0) @binding(7) var<storage, read_write> d_attention: array<f32>;   // [heads, edges]

// The node in whose row of in-edges an edge stands.
fn target_of(edge: u32) -> u32 {
  var node = 0u;
  var past = params.nodes;
  while past - node > 1 {
    let middle = (node + past) / 2;
    if ptr[middle] <= edge { node = middle; } else { past = middle; }
  }
  return node;
}

// The same, where the edge before it, or one of the same node, stands in the row of `node`.
fn next_target_of(edge: u32, node: u32) -> u32 {
  if edge < ptr[node + 1] { return node; }
  if edge < ptr[node + 2] { return node + 1; }
  return target_of(edge);
}

// da_eh = target_i source_j Σ_c x_jhc dy_ihc. One invocation per EDGES edges and head, so that a long row
// is nobody's alone.
@compute @workgroup_size(WORKGROUP_SIZE)
fn edge_sum_backward_attention(invocation: Invocation) {
  let index = index_of(invocation);
  let blocks = (padded_edges() + EDGES - 1) / EDGES;
  let head = index / blocks;
  if head >= params.heads { return; }
  let first = index % blocks * EDGES;
  let past = min(padded_edges(), first + EDGES);
  var node = target_of(first);
  for (var edge = first; edge < past; edge++) {
    let at = head * padded_edges() + edge;
    if edge >= params.edges { d_attention[at] = 0; continue; }
    node = next_target_of(edge, node);
    let value = attention_gradient(edge, node, head);
    if ACCUMULATE { d_attention[at] += value; } else { d_attention[at] = value; }
  }
}

fn attention_gradient(edge: u32, node: u32, head: u32) -> f32 {
  let source = idx[edge];
  let stride = (params.columns + 3) / 4;
  // The head's channels within the slice.
  let past = params.first + params.columns;
  let begin = clamp(head * params.channels, params.first, past) - params.first;
  let end = clamp((head + 1) * params.channels, params.first, past) - params.first;
  var sum = vec4f();
  for (var i = begin / 4; i < (end + 3) / 4; i++) {
    let product = x[source * stride + i] * dy[node * stride + i];
    let c = i * 4 + vec4u(0, 1, 2, 3);
    if ALIGNED { sum += product; } else {
      sum += select(vec4f(), product, (c >= vec4u(begin)) & (c < vec4u(end)));
    }
  }
  let value = dot(sum, vec4f(1));
  if !SCALED { return value; }
  return value * (target_scale[node] * source_scale[source]);
}
