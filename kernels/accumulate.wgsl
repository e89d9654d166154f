// y += x, and y = share · x: sums of gradients and their mean. A number below float32's normal range counts
// as 0, in x, in y and in their sum: devices differ in whether it does, and processors add up as well.

override WORKGROUP_SIZE: u32 = 64;

struct Params {
  vectors: u32,
  share: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;          // [vectors]
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;    // [vectors]

struct Invocation {
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
}

fn index_of(invocation: Invocation) -> u32 {
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  return workgroup * WORKGROUP_SIZE + invocation.lane;
}

// 0 in place of what has no exponent, -0 among it.
fn normal(value: vec4f) -> vec4f {
  let exponent = bitcast<vec4u>(value) & vec4u(0x7f800000u);
  return select(vec4f(), value, exponent != vec4u());
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn accumulate(invocation: Invocation) {
  let at = index_of(invocation);
  if at >= params.vectors { return; }
  y[at] = normal(normal(y[at]) + normal(x[at]));
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn take_share(invocation: Invocation) {
  let at = index_of(invocation);
  if at >= params.vectors { return; }
  y[at] = params.share * x[at];
}
