// Sums of row vectors in a fixed order. `squares` leaves one partial sum per invocation; `sum` adds up
// any number of values in one workgroup.

override WORKGROUP_SIZE: u32 = 64;

struct Params { count: u32, invocations: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> values: array<f32>;      // [count]
@group(0) @binding(2) var<storage, read_write> out: array<f32>;   // [1]; squares: [invocations]

struct Invocation {
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
}

fn index_of(invocation: Invocation) -> u32 {
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  return workgroup * WORKGROUP_SIZE + invocation.lane;
}

var<workgroup> lanes: array<f32, WORKGROUP_SIZE>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn sum(invocation: Invocation) {
  let lane = invocation.lane;
  var total = 0.0;
  for (var i = lane; i < params.count; i += WORKGROUP_SIZE) { total += values[i]; }
  lanes[lane] = total;
  workgroupBarrier();
  if lane == 0 {
    for (var other = 1u; other < WORKGROUP_SIZE; other++) { total += lanes[other]; }
    out[0] = total;
  }
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn squares(invocation: Invocation) {
  let first = index_of(invocation);
  var total = 0.0;
  for (var i = first; i < params.count; i += params.invocations) {
    total += values[i] * values[i];
  }
  out[first] = total;
}
