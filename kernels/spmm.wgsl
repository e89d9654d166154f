// A normalised sum over neighbours, out_i = target_i Σ_{j → i} w_ij source_j x_j + self_i x_i.
// Over the transposed graph with target and source exchanged it is its own backward pass.

override WORKGROUP_SIZE: u32 = 64;
// Whether edges have weights w; otherwise they are 1.
override WEIGHTED: bool = false;
// Rows of more edges than this are left to `spmm_long`; 0 where there is none.
override LONG: u32 = 0;

// A launch is over a block of edges: over rows from `first_row` on, whose edges begin at `first_edge`.
// Its long rows' numbers stand behind the pointers, `long_rows` of them from `first_long` on.
struct Params {
  nodes: u32,
  channels: u32,
  first_row: u32,
  first_edge: u32,
  first_long: u32,
  long_rows: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> row_ptr: array<u32>;       // [all nodes + 1 + long rows]
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

  let row = params.first_row + node;
  if LONG > 0 && row_ptr[row + 1] - row_ptr[row] > LONG { return; }
  let sums = sums_of(row, 0, 1, a, b);
  store_sum(node, a, sums.a);
  if b > a { store_sum(node, b, sums.b); }
}

struct Sums { a: vec4f, b: vec4f }

// The sums over every `step`th edge of a row, from its edge `first` on.
fn sums_of(row: u32, first: u32, step: u32, a: u32, b: u32) -> Sums {
  let stride = (params.channels + 3) / 4;
  var sum_a = vec4f(); var sum_b = vec4f();
  let end = row_ptr[row + 1] - params.first_edge;
  for (var edge = row_ptr[row] - params.first_edge + first; edge < end; edge += step) {
    let source = col_idx[edge];
    var factor = source_scale[source];
    if WEIGHTED { factor *= weights[edge]; }
    sum_a += factor * x[source * stride + a];
    sum_b += factor * x[source * stride + b];
  }
  return Sums(sum_a, sum_b);
}

fn store_sum(node: u32, vector: u32, sum: vec4f) {
  let stride = (params.channels + 3) / 4;
  let row = params.first_row + node;
  out[node * stride + vector] = target_scale[row] * sum + self_scale[row] * x[row * stride + vector];
}

var<workgroup> shares: array<Sums, 64>;

// A workgroup for a long row and 8 channels: its lanes share out the edges, then one of them for each 4
// channels adds up their sums in order. A folded grid has workgroups past the last.
@compute @workgroup_size(WORKGROUP_SIZE)
fn spmm_long(invocation: Invocation) {
  let lane = invocation.lane;
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  let stride = (params.channels + 3) / 4;
  let channel_blocks = (stride + 1) / 2;
  let long = workgroup / channel_blocks;
  let row = row_ptr[params.first_long + min(long, params.long_rows - 1)];
  let a = workgroup % channel_blocks * 2;
  let b = min(a + 1, stride - 1);
  shares[lane] = sums_of(row, lane, WORKGROUP_SIZE, a, b);
  workgroupBarrier();
  if long >= params.long_rows || lane > 1 || (lane == 1 && a == b) { return; }
  var sum = vec4f();
  for (var other = 0u; other < WORKGROUP_SIZE; other++) {
    sum += select(shares[other].a, shares[other].b, lane == 1);
  }
  store_sum(row - params.first_row, select(a, b, lane == 1), sum);
}
