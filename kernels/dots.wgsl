// out = [d·d, a·a, d·x₀, d·x₁, …] with d = a - b: the products of one long line with others, added up in
// a fixed order. A launch makes four of them, an invocation's share each; `dots_total` adds the shares.

override WORKGROUP_SIZE: u32 = 64;
// Whether this launch's first two products are d·d and a·a.
override NORMS: bool = false;

struct Params { vectors: u32, invocations: u32, launch: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;              // [vectors], as all lines
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read> x0: array<vec4f>;
@group(0) @binding(4) var<storage, read> x1: array<vec4f>;
@group(0) @binding(5) var<storage, read> x2: array<vec4f>;
@group(0) @binding(6) var<storage, read> x3: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> shares: array<vec4f>;   // [launches, invocations]

@compute @workgroup_size(WORKGROUP_SIZE)
fn dots(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let first = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP_SIZE + lane;
  if first >= params.invocations { return; }
  var share = vec4f();
  for (var i = first; i < params.vectors; i += params.invocations) {
    let left = a[i];
    let d = left - b[i];
    let others = vec2f(dot(d, x2[i]), dot(d, x3[i]));
    if NORMS {
      share += vec4f(dot(d, d), dot(left, left), others);
    } else {
      share += vec4f(dot(d, x0[i]), dot(d, x1[i]), others);
    }
  }
  shares[params.launch * params.invocations + first] = share;
}

@group(0) @binding(1) var<storage, read> parts: array<vec4f>;          // [launches, invocations]
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;      // [launches]

var<workgroup> lanes: array<vec4f, WORKGROUP_SIZE>;

// A workgroup for each launch.
@compute @workgroup_size(WORKGROUP_SIZE)
fn dots_total(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let launch = workgroup.x;
  var total = vec4f();
  for (var i = lane; i < params.invocations; i += WORKGROUP_SIZE) {
    total += parts[launch * params.invocations + i];
  }
  lanes[lane] = total;
  workgroupBarrier();
  if lane == 0 {
    for (var other = 1u; other < WORKGROUP_SIZE; other++) { total += lanes[other]; }
    out[launch] = total;
  }
}
