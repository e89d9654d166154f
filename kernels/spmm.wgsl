// A normalised sum over neighbours, out_i = target_i Σ_{j → i} w_ij source_j x_j + self_i x_i.
// Over the transposed graph with target and source exchanged it is its own backward pass.

override WORKGROUP_SIZE: u32 = 64;
// Whether edges have weights w; otherwise they are 1.
override WEIGHTED: bool = false;

// A launch is over a block of edges: over rows from `first_row` on, whose edges begin at `first_edge`.
struct Params { nodes: u32, channels: u32, first_row: u32, first_edge: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> row_ptr: array<u32>;       // [all nodes + 1]
@group(0) @binding(2) var<storage, read> col_idx: array<u32>;       // [edges]
@group(0) @binding(3) var<storage, read> target_scale: array<f32>;  // [all nodes]
@group(0) @binding(4) var<storage, read> source_scale: array<f32>;  // [all nodes]
@group(0) @binding(5) var<storage, read> self_scale: array<f32>;    // [all nodes]
@group(0) @binding(6) var<storage, read> x: array<vec4f>;           // [all nodes, channels]
@group(0) @binding(7) var<storage, read> weights: array<f32>;       // [edges]
@group(0) @binding(8) var<storage, read_write> out: array<vec4f>;   // [nodes, channels]

struct Invocation {
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
}

fn index_of(invocation: Invocation) -> u32 {
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  return workgroup * WORKGROUP_SIZE + invocation.lane;
}

// One invocation per node and 8 channels, channels varying fastest. Padding stays the zeros of x.
@compute @workgroup_size(WORKGROUP_SIZE)
fn spmm(invocation: Invocation) {
  let index = index_of(invocation);
  let stride = (params.channels + 3) / 4;
  let channel_blocks = (stride + 1) / 2;
  let node = index / channel_blocks;
  if node >= params.nodes { return; }
  let a = index % channel_blocks * 2;
  let b = min(a + 1, stride - 1);

  var sum_a = vec4f(); var sum_b = vec4f();
  let row = params.first_row + node;
  let end = row_ptr[row + 1] - params.first_edge;
  for (var edge = row_ptr[row] - params.first_edge; edge < end; edge++) {
    let source = col_idx[edge];
    var factor = source_scale[source];
    if WEIGHTED { factor *= weights[edge]; }
    sum_a += factor * x[source * stride + a];
    sum_b += factor * x[source * stride + b];
  }
  let factor = target_scale[row];
  let own = self_scale[row];
  let at = node * stride;
  out[at + a] = factor * sum_a + own * x[row * stride + a];
  if b > a { out[at + b] = factor * sum_b + own * x[row * stride + b]; }
}
