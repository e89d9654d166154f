// Attention over in-edges: a_e = softmax over e = (j → i) of LeakyReLU(s_j + t_i), and its gradients.
// 4 heads are one vec4. A dropped edge has a = 0 and no part in the sum; a node all of whose edges are
// dropped has no attention at all.

override WORKGROUP_SIZE: u32 = 64;
// Whether targets have scores; otherwise t is 0.
override TARGET: bool = false;
// Whether edges are dropped.
override DROPOUT: bool = false;

const SLOPE = 0.2;
const LOWEST = -3.4e38;

struct Params { nodes: u32, heads: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> row_ptr: array<u32>;              // [nodes + 1]
@group(0) @binding(2) var<storage, read> col_idx: array<u32>;              // [edges]
@group(0) @binding(3) var<storage, read> source_scores: array<vec4f>;      // [nodes, heads]
@group(0) @binding(4) var<storage, read> target_scores: array<vec4f>;      // [nodes, heads]
@group(0) @binding(5) var<storage, read> keep: array<u32>;                 // [edges]
@group(0) @binding(6) var<storage, read_write> attention: array<vec4f>;    // [edges, heads]

fn dropped(edge: u32) -> bool {
  if DROPOUT { return keep[edge] == 0; }
  return false;
}

fn target_score(at: u32) -> vec4f {
  if TARGET { return target_scores[at]; }
  return vec4f();
}

fn slope(z: vec4f) -> vec4f { return select(vec4f(SLOPE), vec4f(1), z > vec4f()); }

// An invocation owns a node and 4 heads.
@compute @workgroup_size(WORKGROUP_SIZE)
fn edge_softmax(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP_SIZE + lane;
  let stride = (params.heads + 3) / 4;
  let node = index / stride;
  if node >= params.nodes { return; }
  let i = index % stride;
  let own = target_score(index);
  let begin = row_ptr[node];
  let end = row_ptr[node + 1];

  var highest = vec4f(LOWEST);
  for (var edge = begin; edge < end; edge++) {
    if dropped(edge) { attention[edge * stride + i] = vec4f(); continue; }
    let z = source_scores[col_idx[edge] * stride + i] + own;
    let score = z * slope(z);
    attention[edge * stride + i] = score;
    highest = max(highest, score);
  }
  // Exponents are at most 0, and one of them is: no overflow, and a sum of at least 1.
  var sum = vec4f();
  for (var edge = begin; edge < end; edge++) {
    if dropped(edge) { continue; }
    let weight = exp(attention[edge * stride + i] - highest);
    attention[edge * stride + i] = weight;
    sum += weight;
  }
  let inside = select(vec4f(), vec4f(1), i * 4 + vec4u(0, 1, 2, 3) < vec4u(params.heads));
  let scale = inside / max(sum, vec4f(1));
  for (var edge = begin; edge < end; edge++) { attention[edge * stride + i] *= scale; }
}

@group(0) @binding(5) var<storage, read> weights: array<vec4f>;               // [edges, heads]: a
@group(0) @binding(6) var<storage, read_write> d_attention: array<vec4f>;     // [edges, heads]

// From da to the gradient of s_j + t_i, in place: a_e (da_e − Σ a da) slope_e, sums over the row of i.
@compute @workgroup_size(WORKGROUP_SIZE)
fn edge_softmax_backward(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP_SIZE + lane;
  let stride = (params.heads + 3) / 4;
  let node = index / stride;
  if node >= params.nodes { return; }
  let i = index % stride;
  let own = target_score(index);
  let begin = row_ptr[node];
  let end = row_ptr[node + 1];
  var mean = vec4f();
  for (var edge = begin; edge < end; edge++) {
    let at = edge * stride + i;
    mean += weights[at] * d_attention[at];
  }
  for (var edge = begin; edge < end; edge++) {
    let at = edge * stride + i;
    let z = source_scores[col_idx[edge] * stride + i] + own;
    d_attention[at] = weights[at] * (d_attention[at] - mean) * slope(z);
  }
}

// Whether rows are of out-edges: `edges_of` then tells where each stands among the in-edges.
override TRANSPOSED: bool = false;

@group(0) @binding(1) var<storage, read> ptr: array<u32>;                  // [nodes + 1]
@group(0) @binding(2) var<storage, read> edges_of: array<u32>;             // [edges]
@group(0) @binding(3) var<storage, read> d_edges: array<vec4f>;            // [edges, heads]
@group(0) @binding(4) var<storage, read_write> d_scores: array<vec4f>;     // [nodes, heads]

// A node's score gradient: the sum of its edges', out-edges' for sources and in-edges' for targets.
@compute @workgroup_size(WORKGROUP_SIZE)
fn edge_softmax_backward_scores(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP_SIZE + lane;
  let stride = (params.heads + 3) / 4;
  let node = index / stride;
  if node >= params.nodes { return; }
  let i = index % stride;
  var sum = vec4f();
  for (var k = ptr[node]; k < ptr[node + 1]; k++) {
    var edge = k;
    if TRANSPOSED { edge = edges_of[k]; }
    sum += d_edges[edge * stride + i];
  }
  d_scores[index] = sum;
}
