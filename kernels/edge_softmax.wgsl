// Attention over in-edges: a_e = softmax over e = (j → i) of LeakyReLU(s_j + t_i), and its gradients.
// A dropped edge has a = 0 and no part in the sum; a node whose edges are all dropped has no attention at
// all. Tensors of edges have a row per head, so that only the end of a row is padded.

override WORKGROUP_SIZE: u32 = 64;
// Whether targets have scores; otherwise t is 0.
override TARGET: bool = false;
// Whether edges are dropped.
override DROPOUT: bool = false;
// Rows of more edges than this are left to the kernels of long rows; 0 where there is none.
override LONG: u32 = 0;

const SLOPE = 0.2;
const LOWEST = -3.4e38;

// Long rows' numbers stand behind the pointers, `long_rows` of them from `first_long` on.
struct Params { nodes: u32, edges: u32, heads: u32, first_long: u32, long_rows: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> row_ptr: array<u32>;              // [nodes + 1 + long rows]
@group(0) @binding(2) var<storage, read> col_idx: array<u32>;              // [edges]
@group(0) @binding(3) var<storage, read> source_scores: array<f32>;        // [nodes, heads]
@group(0) @binding(4) var<storage, read> target_scores: array<f32>;        // [nodes, heads]
@group(0) @binding(5) var<storage, read> keep: array<u32>;                 // [edges]
@group(0) @binding(6) var<storage, read_write> attention: array<f32>;      // [heads, edges]

struct Invocation {
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
}

fn index_of(invocation: Invocation) -> u32 {
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  return workgroup * WORKGROUP_SIZE + invocation.lane;
}

fn dropped(edge: u32) -> bool {
  if DROPOUT { return keep[edge] == 0; }
  return false;
}

fn padded(columns: u32) -> u32 { return (columns + 3) / 4 * 4; }

// Where a node's score stands.
fn score_at(node: u32, head: u32) -> u32 { return node * padded(params.heads) + head; }

fn target_score(at: u32) -> f32 {
  if TARGET { return target_scores[at]; }
  return 0;
}

fn slope(z: f32) -> f32 { return select(SLOPE, 1.0, z > 0); }

// Every `step`th in-edge of a node from `first` on, for a head whose row of edges begins at `of_head`.
struct InEdges { first: u32, end: u32, step: u32, head: u32, of_head: u32, own: f32 }

fn in_edges_of(node: u32, head: u32, first: u32, step: u32) -> InEdges {
  let own = target_score(score_at(node, head));
  let begin = row_ptr[node];
  return InEdges(begin + first, row_ptr[node + 1], step, head, head * padded(params.edges), own);
}

fn is_long(node: u32) -> bool { return LONG > 0 && row_ptr[node + 1] - row_ptr[node] > LONG; }

// s_j + t_i
fn sum_of_ends(edges: InEdges, edge: u32) -> f32 {
  return source_scores[score_at(col_idx[edge], edges.head)] + edges.own;
}

// Writes the scores of edges; the highest of them.
fn put_scores(edges: InEdges) -> f32 {
  var highest = LOWEST;
  for (var edge = edges.first; edge < edges.end; edge += edges.step) {
    let at = edges.of_head + edge;
    if dropped(edge) { attention[at] = 0; continue; }
    let z = sum_of_ends(edges, edge);
    let score = z * slope(z);
    attention[at] = score;
    highest = max(highest, score);
  }
  return highest;
}

// Turns scores into their exponentials; the sum of these. Exponents are at most 0 and one of the row's is 0,
// so that nothing overflows and the row's sum is at least 1.
fn put_exponentials(edges: InEdges, highest: f32) -> f32 {
  var sum = 0.0;
  for (var edge = edges.first; edge < edges.end; edge += edges.step) {
    if dropped(edge) { continue; }
    let at = edges.of_head + edge;
    let weight = exp(attention[at] - highest);
    attention[at] = weight;
    sum += weight;
  }
  return sum;
}

fn divide_by(edges: InEdges, sum: f32) {
  let factor = 1 / max(sum, 1.0);
  for (var edge = edges.first; edge < edges.end; edge += edges.step) {
    attention[edges.of_head + edge] *= factor;
  }
}

// One invocation per node and head, nodes varying fastest.
@compute @workgroup_size(WORKGROUP_SIZE)
fn edge_softmax(invocation: Invocation) {
  let index = index_of(invocation);
  if index >= params.nodes * params.heads { return; }
  let node = index % params.nodes;
  let edges = in_edges_of(node, index / params.nodes, 0, 1);
  if node + 1 == params.nodes {
    for (var edge = params.edges; edge < padded(params.edges); edge++) {
      attention[edges.of_head + edge] = 0;
    }
  }
  if is_long(node) { return; }
  let highest = put_scores(edges);
  divide_by(edges, put_exponentials(edges, highest));
}

// The edges of a long row that are a lane's, of a workgroup for a long row and a head. A folded grid has
// workgroups past the last, which have no edges.
fn long_in_edges(invocation: Invocation) -> InEdges {
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  let long = workgroup / params.heads;
  let node = row_ptr[params.first_long + min(long, params.long_rows - 1)];
  var edges = in_edges_of(node, workgroup % params.heads, invocation.lane, WORKGROUP_SIZE);
  if long >= params.long_rows { edges.end = 0; }
  return edges;
}

var<workgroup> shares: array<f32, 64>;

// The highest of what the lanes of a workgroup found.
fn highest_of_lanes(lane: u32, share: f32) -> f32 {
  shares[lane] = share;
  workgroupBarrier();
  var highest = shares[0];
  for (var other = 1u; other < WORKGROUP_SIZE; other++) { highest = max(highest, shares[other]); }
  workgroupBarrier();
  return highest;
}

// The sum of what they found, which each of them adds up in the same order.
fn sum_of_lanes(lane: u32, share: f32) -> f32 {
  shares[lane] = share;
  workgroupBarrier();
  var sum = 0.0;
  for (var other = 0u; other < WORKGROUP_SIZE; other++) { sum += shares[other]; }
  return sum;
}

// A workgroup for a long row and a head: its lanes share out the edges.
@compute @workgroup_size(WORKGROUP_SIZE)
fn edge_softmax_long(invocation: Invocation) {
  let edges = long_in_edges(invocation);
  let highest = highest_of_lanes(invocation.lane, put_scores(edges));
  divide_by(edges, sum_of_lanes(invocation.lane, put_exponentials(edges, highest)));
}

@group(0) @binding(5) var<storage, read> weights: array<f32>;                 // [heads, edges]: a
@group(0) @binding(6) var<storage, read_write> d_attention: array<f32>;       // [heads, edges]

// Σ a da
fn sum_of_products(edges: InEdges) -> f32 {
  var sum = 0.0;
  for (var edge = edges.first; edge < edges.end; edge += edges.step) {
    let at = edges.of_head + edge;
    sum += weights[at] * d_attention[at];
  }
  return sum;
}

// Turns da into the gradient of s_j + t_i, in place: a_e (da_e − mean) slope_e, the mean Σ a da over row i.
fn put_gradients(edges: InEdges, mean: f32) {
  for (var edge = edges.first; edge < edges.end; edge += edges.step) {
    let at = edges.of_head + edge;
    d_attention[at] = weights[at] * (d_attention[at] - mean) * slope(sum_of_ends(edges, edge));
  }
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn edge_softmax_backward(invocation: Invocation) {
  let index = index_of(invocation);
  if index >= params.nodes * params.heads { return; }
  let node = index % params.nodes;
  if is_long(node) { return; }
  let edges = in_edges_of(node, index / params.nodes, 0, 1);
  put_gradients(edges, sum_of_products(edges));
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn edge_softmax_backward_long(invocation: Invocation) {
  let edges = long_in_edges(invocation);
  put_gradients(edges, sum_of_lanes(invocation.lane, sum_of_products(edges)));
}

// Whether rows are of out-edges; `edges_of` then tells where each stands among the in-edges.
override TRANSPOSED: bool = false;

@group(0) @binding(1) var<storage, read> ptr: array<u32>;                  // [nodes + 1 + long rows]
@group(0) @binding(2) var<storage, read> edges_of: array<u32>;             // [edges]
@group(0) @binding(3) var<storage, read> d_edges: array<f32>;              // [heads, edges]
@group(0) @binding(4) var<storage, read_write> d_scores: array<f32>;       // [nodes, heads]

// The sum over every `step`th of a node's edges, from its edge `first` on.
fn sum_of_edges(node: u32, head: u32, first: u32, step: u32) -> f32 {
  let of_head = head * padded(params.edges);
  var sum = 0.0;
  for (var k = ptr[node] + first; k < ptr[node + 1]; k += step) {
    var edge = k;
    if TRANSPOSED { edge = edges_of[k]; }
    sum += d_edges[of_head + edge];
  }
  return sum;
}

// The gradient of a node's score: the sum over its edges, out-edges for sources and in-edges for targets.
// Heads past the last are padding.
@compute @workgroup_size(WORKGROUP_SIZE)
fn edge_softmax_backward_scores(invocation: Invocation) {
  let index = index_of(invocation);
  if index >= params.nodes * padded(params.heads) { return; }
  let node = index % params.nodes;
  let head = index / params.nodes;
  if head >= params.heads { d_scores[score_at(node, head)] = 0; return; }
  if LONG > 0 && ptr[node + 1] - ptr[node] > LONG { return; }
  d_scores[score_at(node, head)] = sum_of_edges(node, head, 0, 1);
}

// A workgroup for a long row and a head, as in edge_softmax_long.
@compute @workgroup_size(WORKGROUP_SIZE)
fn edge_softmax_backward_scores_long(invocation: Invocation) {
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  let long = workgroup / params.heads;
  let head = workgroup % params.heads;
  let node = ptr[params.first_long + min(long, params.long_rows - 1)];
  let share = sum_of_edges(node, head, invocation.lane, WORKGROUP_SIZE);
  let sum = sum_of_lanes(invocation.lane, share);
  if invocation.lane == 0 && long < params.long_rows { d_scores[score_at(node, head)] = sum; }
}
