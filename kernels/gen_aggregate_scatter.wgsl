// gen_aggregate.wgsl's gradient to x, to the same bits, for drivers on the processor: a scatter. An invocation
// owns a channel of all nodes, so that no two write to one place, and sums are made in the order of nodes, as
// in a row of out-edges. A channel of a node has one winner: this takes nodes × channels steps, where the
// gather asks of each of edges × channels whether it won. A card wants more invocations than there are channels.

override WORKGROUP_SIZE: u32 = 64;
override WINNER_BITS: u32 = 32;
// Whether the gradient is added to dx, rather than to that of y's residual.
override ACCUMULATE: bool = false;

// A launch takes `rows` rows from `first_row` on, of a block whose edges begin at `first_edge`.
struct Params { nodes: u32, channels: u32, first_row: u32, rows: u32, first_edge: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> row_ptr: array<u32>;    // [nodes + 1]
@group(0) @binding(2) var<storage, read> col_idx: array<u32>;    // [edges]
@group(0) @binding(3) var<storage, read> winner: array<u32>;     // [nodes, words of a row]
@group(0) @binding(4) var<storage, read> dy: array<f32>;         // [nodes, channels]
@group(0) @binding(5) var<storage, read_write> dx: array<f32>;   // [nodes, channels]

struct Invocation {
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
}

const NONE = 0xffffffffu;

// dx_j = dy_j + Σ dy_i over the edges j→i that won, or dx_j += Σ dy_i. One invocation per channel.
@compute @workgroup_size(WORKGROUP_SIZE)
fn gen_aggregate_scatter(invocation: Invocation) {
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  let channel = workgroup * WORKGROUP_SIZE + invocation.lane;
  let stride = (params.channels + 3) / 4;
  let width = stride * 4;
  if channel >= width { return; }
  if !ACCUMULATE {
    let end = params.nodes * width;
    for (var at = channel; at < end; at += width) { dx[at] = dy[at]; }
  }
  // A row's winners are whole vec4.
  let words = (stride * (WINNER_BITS / 8) + 3) / 4 * 4;
  let word = channel * WINNER_BITS / 32;
  let shift = channel * WINNER_BITS % 32;
  let none = NONE >> (32 - WINNER_BITS);
  let past = params.first_row + params.rows;
  for (var node = params.first_row; node < past; node++) {
    let place = (winner[node * words + word] >> shift) & none;
    if place == none { continue; }
    let source = col_idx[row_ptr[node] - params.first_edge + place];
    dx[source * width + channel] += dy[node * width + channel];
  }
}
