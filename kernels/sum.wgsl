// Sums of long lines in a fixed order. `squares` leaves one partial sum an invocation; `sum` adds up
// to any number of values in one workgroup.

override WORKGROUP_SIZE: u32 = 64;

struct Params { count: u32, invocations: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> values: array<f32>;      // [count]
@group(0) @binding(2) var<storage, read_write> out: array<f32>;   // [1]; squares: [invocations]

var<workgroup> lanes: array<f32, WORKGROUP_SIZE>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn sum(@builtin(local_invocation_index) lane: u32) {
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
fn squares(@builtin(global_invocation_id) id: vec3u) {
  var total = 0.0;
  for (var i = id.x; i < params.count; i += params.invocations) {
    total += values[i] * values[i];
  }
  out[id.x] = total;
}
