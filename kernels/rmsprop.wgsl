// One RMSprop step on the flat parameters, as PyTorch's: g ← g + λ w, v ← α v + (1 − α) g²,
// w ← w − η g / (√v + ε); the gradient's norm is clipped first, as torch's clip_grad_norm_ does.

override WORKGROUP_SIZE: u32 = 64;

const ALPHA = 0.99;
const EPSILON = 1e-8;

// `step` holds what changes from step to step: learning rate, largest norm.
struct Params { vectors: u32, weight_decay: f32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> step: array<f32>;                 // [2]
@group(0) @binding(2) var<storage, read> squared_norm: array<f32>;         // [1]
@group(0) @binding(3) var<storage, read> gradient: array<vec4f>;           // [vectors]
@group(0) @binding(4) var<storage, read_write> weight: array<vec4f>;       // [vectors]
@group(0) @binding(5) var<storage, read_write> square: array<vec4f>;       // [vectors]

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
fn rmsprop(invocation: Invocation) {
  let at = index_of(invocation);
  if at >= params.vectors { return; }
  let clip = min(1.0, step[1] / (sqrt(squared_norm[0]) + 1e-6));
  let g = gradient[at] * clip + params.weight_decay * weight[at];
  let v = ALPHA * square[at] + (1 - ALPHA) * g * g;
  square[at] = v;
  weight[at] -= step[0] * g / (sqrt(v) + EPSILON);
}
