// One Adam step on the flat parameters: the gradient's norm is clipped as by torch's clip_grad_norm_, and
// weights decay as in torch's AdamW.

override WORKGROUP_SIZE: u32 = 64;

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

// `step` holds what changes from step to step: learning rate, 1 − β₁ᵗ, 1 − β₂ᵗ, largest norm.
struct Params {
  vectors: u32,
  weight_decay: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> step: array<f32>;                 // [4]
@group(0) @binding(2) var<storage, read> squared_norm: array<f32>;         // [1]
@group(0) @binding(3) var<storage, read> gradient: array<vec4f>;           // [vectors]
@group(0) @binding(4) var<storage, read_write> weight: array<vec4f>;       // [vectors]
@group(0) @binding(5) var<storage, read_write> first: array<vec4f>;        // [vectors]
@group(0) @binding(6) var<storage, read_write> second: array<vec4f>;       // [vectors]

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
fn adam(invocation: Invocation) {
  let at = index_of(invocation);
  if at >= params.vectors { return; }
  let clip = min(1.0, step[3] / (sqrt(squared_norm[0]) + 1e-6));
  let g = gradient[at] * clip;
  let m = BETA1 * first[at] + (1 - BETA1) * g;
  let v = BETA2 * second[at] + (1 - BETA2) * g * g;
  first[at] = m;
  second[at] = v;
  let decay = step[0] * params.weight_decay * weight[at];
  weight[at] -= step[0] / step[1] * m / (sqrt(v / step[2]) + EPSILON) + decay;
}
