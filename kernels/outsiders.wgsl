// count += how many fixed-point numbers of x have left their range: fixed_point.ts says which.

override WORKGROUP_SIZE: u32 = 64;

struct Params { rows: u32, columns: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4i>;                // [rows, columns]
@group(0) @binding(2) var<storage, read_write> count: array<atomic<u32>>; // [1]

struct Invocation {
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
}

fn index_of(invocation: Invocation) -> u32 {
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  return workgroup * WORKGROUP_SIZE + invocation.lane;
}

// One invocation per row. Whole numbers add up to the same in any order.
@compute @workgroup_size(WORKGROUP_SIZE)
fn outsiders(invocation: Invocation) {
  let row = index_of(invocation);
  if row >= params.rows { return; }
  let stride = (params.columns + 3) / 4;
  var outside = vec4u();
  for (var i = row * stride; i < (row + 1) * stride; i++) {
    outside += select(vec4u(), vec4u(1), abs(x[i]) >= vec4i(1073741824));  // 2³⁰
  }
  let sum = outside.x + outside.y + outside.z + outside.w;
  if sum > 0 { atomicAdd(&count[0], sum); }
}
