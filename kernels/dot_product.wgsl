// Σ a ⊙ b over two matrices of one shape: the gradient of a learned number. `sum_blocks` adds up the
// partial sums. b may have PLANES vec4 side by side for each of a's, of which PLANE is taken.

override WORKGROUP_SIZE: u32 = 64;
override PLANES: u32 = 1;
override PLANE: u32 = 0;

// `first_row`: where this launch's window of rows begins.
struct Params { rows: u32, stride: u32, first_row: u32, block_rows: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;             // [rows, stride vec4]
@group(0) @binding(2) var<storage, read> b: array<vec4f>;             // [rows, stride vec4, PLANES]
@group(0) @binding(3) var<storage, read_write> partial: array<vec4f>; // [blocks × stride, 1]

struct Invocation {
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
}

fn index_of(invocation: Invocation) -> u32 {
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  return workgroup * WORKGROUP_SIZE + invocation.lane;
}

// One invocation per block of rows and 4 columns, columns varying fastest.
@compute @workgroup_size(WORKGROUP_SIZE)
fn dot_product(invocation: Invocation) {
  let index = index_of(invocation);
  let block = index / params.stride;
  if block > 0 && block * params.block_rows >= params.rows { return; }
  let past = min(params.rows, (block + 1) * params.block_rows);
  var sum = vec4f();
  for (var row = block * params.block_rows; row < past; row++) {
    let at = row * params.stride + index % params.stride;
    sum += a[at] * b[at * PLANES + PLANE];
  }
  partial[params.first_row / params.block_rows * params.stride + index] = vec4f(dot(sum, vec4f(1)), 0, 0, 0);
}
