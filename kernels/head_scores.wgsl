// Attention scores of nodes, s_ih = scale_i Σ_c x_ihc a_hc, and their gradients. Heads stand side by
// side in a row of x without padding, so that a vec4 may straddle two of them.

override WORKGROUP_SIZE: u32 = 64;
// Whether there is a scale; otherwise it is 1.
override SCALED: bool = false;
// Whether a vec4 holds channels of one head only: a head's channels are a multiple of 4.
override ALIGNED: bool = false;

// `channels`: those of one head; `first_row`: where this launch's window of nodes begins.
struct Params { nodes: u32, heads: u32, channels: u32, first_row: u32, block_rows: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> vectors: array<vec4f>;      // [1, heads · channels]
@group(0) @binding(2) var<storage, read> scale: array<f32>;          // [nodes]
@group(0) @binding(3) var<storage, read> x: array<vec4f>;            // [nodes, heads · channels]
@group(0) @binding(4) var<storage, read_write> scores: array<f32>;   // [nodes, heads]

struct Invocation {
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
}

fn index_of(invocation: Invocation) -> u32 {
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  return workgroup * WORKGROUP_SIZE + invocation.lane;
}

fn scale_at(node: u32) -> f32 {
  if SCALED { return scale[node]; }
  return 1;
}

// One invocation per node and head.
@compute @workgroup_size(WORKGROUP_SIZE)
fn head_scores(invocation: Invocation) {
  let index = index_of(invocation);
  let node = index / params.heads;
  if node >= params.nodes { return; }
  let head = index % params.heads;
  let row = node * ((params.heads * params.channels + 3) / 4);
  let begin = head * params.channels;
  let end = begin + params.channels;
  var sum = vec4f();
  for (var i = begin / 4; i < (end + 3) / 4; i++) {
    let c = i * 4 + vec4u(0, 1, 2, 3);
    sum += select(vec4f(), x[row + i] * vectors[i], (c >= vec4u(begin)) & (c < vec4u(end)));
  }
  let stride = (params.heads + 3) / 4 * 4;
  scores[node * stride + head] = scale_at(node) * dot(sum, vec4f(1));
  if head + 1 < params.heads { return; }
  for (var padding = params.heads; padding < stride; padding++) {
    scores[node * stride + padding] = 0;
  }
}

@group(0) @binding(3) var<storage, read> d_scores: array<f32>;       // [nodes, heads]
@group(0) @binding(4) var<storage, read_write> dx: array<vec4f>;     // [nodes, heads · channels]

fn heads_at(vector: u32) -> vec4u {
  return min((vector * 4 + vec4u(0, 1, 2, 3)) / params.channels, vec4u(params.heads - 1));
}

// The scaled score gradients of a node for 4 channels.
fn d_at(node: u32, heads: vec4u) -> vec4f {
  let at = node * ((params.heads + 3) / 4 * 4);
  if ALIGNED { return vec4f(scale_at(node) * d_scores[at + heads.x]); }
  return scale_at(node) * vec4f(
    d_scores[at + heads.x], d_scores[at + heads.y], d_scores[at + heads.z], d_scores[at + heads.w]);
}

// dx_ihc += scale_i ds_ih a_hc. One invocation per node and 4 channels.
@compute @workgroup_size(WORKGROUP_SIZE)
fn head_scores_backward(invocation: Invocation) {
  let index = index_of(invocation);
  let stride = (params.heads * params.channels + 3) / 4;
  let node = index / stride;
  if node >= params.nodes { return; }
  let i = index % stride;
  dx[index] += d_at(node, heads_at(i)) * vectors[i];
}

@group(0) @binding(1) var<storage, read> x_read: array<vec4f>;         // [nodes, heads · channels]
@group(0) @binding(4) var<storage, read_write> partial: array<vec4f>;  // [blocks, heads · channels]

// partial[block]_hc = Σ_i scale_i ds_ih x_ihc over a block of nodes. One invocation per block and 4
// channels.
@compute @workgroup_size(WORKGROUP_SIZE)
fn head_scores_backward_vectors(invocation: Invocation) {
  let index = index_of(invocation);
  let stride = (params.heads * params.channels + 3) / 4;
  let block = index / stride;
  if block > 0 && block * params.block_rows >= params.nodes { return; }
  let sum = scored_rows(block, 0, 1, stride, index % stride);
  partial[params.first_row / params.block_rows * stride + index] = sum;
}

// The sum over every `step`th node of a block, from its node `begin` on.
fn scored_rows(block: u32, begin: u32, step: u32, stride: u32, i: u32) -> vec4f {
  let end = min(params.nodes, (block + 1) * params.block_rows);
  let heads = heads_at(i);
  var sum = vec4f();
  for (var node = block * params.block_rows + begin; node < end; node += step) {
    sum += d_at(node, heads) * x_read[node * stride + i];
  }
  return sum;
}

// The same on a card, which wants many invocations: 16 lanes share out the nodes of a block, and one of them
// adds up their sums in order. Neighbouring lanes have neighbouring channels.
const VECTORS = 4u;
const SHARES = 16u; // WORKGROUP_SIZE / VECTORS
var<workgroup> shares: array<vec4f, 64>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn head_scores_backward_vectors_shared(invocation: Invocation) {
  let lane = invocation.lane;
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  let stride = (params.heads * params.channels + 3) / 4;
  let groups = (stride + VECTORS - 1) / VECTORS;
  let block = workgroup / groups;
  let i = workgroup % groups * VECTORS + lane % VECTORS;
  let past = block > 0 && block * params.block_rows >= params.nodes;
  var sum = vec4f();
  if i < stride && !past { sum = scored_rows(block, lane / VECTORS, SHARES, stride, i); }
  shares[lane] = sum;
  workgroupBarrier();
  if lane >= VECTORS || i >= stride || past { return; }
  for (var other = lane + VECTORS; other < WORKGROUP_SIZE; other += VECTORS) { sum += shares[other]; }
  partial[(params.first_row / params.block_rows + block) * stride + i] = sum;
}
