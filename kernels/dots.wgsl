// out = [d·d, a·a, 0, 0, d·x₀, d·x₁, …] with d = a - b: dot products of one tensor with others, added up in
// a fixed order. A launch takes up to four of them, the first one the two norms as well; each invocation
// sums a share of the values, and `dots_total` adds the shares.

override WORKGROUP_SIZE: u32 = 64;
// Whether this is the first launch.
override NORMS: bool = false;

// `row`: the row of `shares` that takes this launch's products.
struct Params { vectors: u32, invocations: u32, tensors: u32, row: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;              // [vectors], like all tensors
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read> x0: array<vec4f>;
@group(0) @binding(4) var<storage, read> x1: array<vec4f>;
@group(0) @binding(5) var<storage, read> x2: array<vec4f>;
@group(0) @binding(6) var<storage, read> x3: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> shares: array<vec4f>;   // [1 + launches, invocations]

struct Invocation {
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
}

fn index_of(invocation: Invocation) -> u32 {
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  return workgroup * WORKGROUP_SIZE + invocation.lane;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn dots(invocation: Invocation) {
  let first = index_of(invocation);
  if first >= params.invocations { return; }
  var norms = vec2f();
  var products = vec4f();
  for (var i = first; i < params.vectors; i += params.invocations) {
    let left = a[i];
    let d = left - b[i];
    if NORMS { norms += vec2f(dot(d, d), dot(left, left)); }
    if params.tensors > 0 { products.x += dot(d, x0[i]); }
    if params.tensors > 1 { products.y += dot(d, x1[i]); }
    if params.tensors > 2 { products.z += dot(d, x2[i]); }
    if params.tensors > 3 { products.w += dot(d, x3[i]); }
  }
  if NORMS { shares[first] = vec4f(norms, 0, 0); }
  if params.tensors > 0 { shares[params.row * params.invocations + first] = products; }
}

@group(0) @binding(1) var<storage, read> parts: array<vec4f>;          // [1 + launches, invocations]
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;      // [1 + launches]

var<workgroup> lanes: array<vec4f, WORKGROUP_SIZE>;

// One workgroup per row of shares.
@compute @workgroup_size(WORKGROUP_SIZE)
fn dots_total(invocation: Invocation) {
  let lane = invocation.lane;
  let row = invocation.workgroup.x;
  var total = vec4f();
  for (var i = lane; i < params.invocations; i += WORKGROUP_SIZE) {
    total += parts[row * params.invocations + i];
  }
  lanes[lane] = total;
  workgroupBarrier();
  if lane == 0 {
    for (var other = 1u; other < WORKGROUP_SIZE; other++) { total += lanes[other]; }
    out[row] = total;
  }
}
