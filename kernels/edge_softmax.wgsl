// Attention over in-edges: a_e = softmax over e = (j → i) of LeakyReLU(s_j + t_i), and its gradients.
// A dropped edge has a = 0 and no part in the sum; a node whose edges are all dropped has no attention at
// all. Tensors of edges have a row per head, so that only the end of a row is padded.

override WORKGROUP_SIZE: u32 = 64;
// Whether targets have scores; otherwise t is 0.
override TARGET: bool = false;
// Whether edges are dropped.
override DROPOUT: bool = false;

const SLOPE = 0.2;
const LOWEST = -3.4e38;

struct Params { nodes: u32, edges: u32, heads: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> row_ptr: array<u32>;              // [nodes + 1]
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

// One invocation per node and head, nodes varying fastest.
@compute @workgroup_size(WORKGROUP_SIZE)
fn edge_softmax(invocation: Invocation) {
  let index = index_of(invocation);
  if index >= params.nodes * params.heads { return; }
  let node = index % params.nodes;
  let head = index / params.nodes;
  let of_head = head * padded(params.edges);
  let own = target_score(score_at(node, head));
  let begin = row_ptr[node];
  let end = row_ptr[node + 1];

  var highest = LOWEST;
  for (var edge = begin; edge < end; edge++) {
    if dropped(edge) { attention[of_head + edge] = 0; continue; }
    let z = source_scores[score_at(col_idx[edge], head)] + own;
    let score = z * slope(z);
    attention[of_head + edge] = score;
    highest = max(highest, score);
  }
  // Exponents are at most 0 and one is 0, so that nothing overflows and the sum is at least 1.
  var sum = 0.0;
  for (var edge = begin; edge < end; edge++) {
    if dropped(edge) { continue; }
    let weight = exp(attention[of_head + edge] - highest);
    attention[of_head + edge] = weight;
    sum += weight;
  }
  let factor = 1 / max(sum, 1.0);
  for (var edge = begin; edge < end; edge++) { attention[of_head + edge] *= factor; }
  if node + 1 < params.nodes { return; }
  for (var edge = params.edges; edge < padded(params.edges); edge++) { attention[of_head + edge] = 0; }
}

@group(0) @binding(5) var<storage, read> weights: array<f32>;                 // [heads, edges]: a
@group(0) @binding(6) var<storage, read_write> d_attention: array<f32>;       // [heads, edges]

// Turns da into the gradient of s_j + t_i, in place: a_e (da_e − Σ a da) slope_e, Σ over row i.
@compute @workgroup_size(WORKGROUP_SIZE)
fn edge_softmax_backward(invocation: Invocation) {
  let index = index_of(invocation);
  if index >= params.nodes * params.heads { return; }
  let node = index % params.nodes;
  let head = index / params.nodes;
  let of_head = head * padded(params.edges);
  let own = target_score(score_at(node, head));
  let begin = row_ptr[node];
  let end = row_ptr[node + 1];
  var mean = 0.0;
  for (var edge = begin; edge < end; edge++) {
    let at = of_head + edge;
    mean += weights[at] * d_attention[at];
  }
  for (var edge = begin; edge < end; edge++) {
    let at = of_head + edge;
    let z = source_scores[score_at(col_idx[edge], head)] + own;
    d_attention[at] = weights[at] * (d_attention[at] - mean) * slope(z);
  }
}

// Whether rows are of out-edges; `edges_of` then tells where each stands among the in-edges.
override TRANSPOSED: bool = false;

@group(0) @binding(1) var<storage, read> ptr: array<u32>;                  // [nodes + 1]
@group(0) @binding(2) var<storage, read> edges_of: array<u32>;             // [edges]
@group(0) @binding(3) var<storage, read> d_edges: array<f32>;              // [heads, edges]
@group(0) @binding(4) var<storage, read_write> d_scores: array<f32>;       // [nodes, heads]

// The gradient of a node's score: the sum over its edges, out-edges for sources and in-edges for targets.
// Heads past the last are padding.
@compute @workgroup_size(WORKGROUP_SIZE)
fn edge_softmax_backward_scores(invocation: Invocation) {
  let index = index_of(invocation);
  if index >= params.nodes * padded(params.heads) { return; }
  let node = index % params.nodes;
  let head = index / params.nodes;
  let of_head = head * padded(params.edges);
  var sum = 0.0;
  var k = ptr[node];
  if head >= params.heads { k = ptr[node + 1]; }
  for (; k < ptr[node + 1]; k++) {
    var edge = k;
    if TRANSPOSED { edge = edges_of[k]; }
    sum += d_edges[of_head + edge];
  }
  d_scores[score_at(node, head)] = sum;
}
