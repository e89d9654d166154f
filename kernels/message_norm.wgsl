// Message norm (DeeperGCN), y = x + s ‖x‖ u, u = m / max(‖m‖, ε) row by row, and its gradients. One
// invocation per row. A message of length 0, as of a node without in-edges, passes no gradient on.

override WORKGROUP_SIZE: u32 = 64;
override LEARNED: bool = false;  // whether s, the message scale, is learned; otherwise it is 1
override RESIDUAL: bool = true;  // whether x is part of y: without, y is its derivative by s

const EPSILON = 1e-12;

struct Params { rows: u32, stride: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;              // [rows, channels]
@group(0) @binding(2) var<storage, read> m: array<vec4f>;              // [rows, channels]
@group(0) @binding(3) var<storage, read> message_scale: array<f32>;    // [1]
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;        // [rows, channels]

struct Invocation {
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
}

fn index_of(invocation: Invocation) -> u32 {
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  return workgroup * WORKGROUP_SIZE + invocation.lane;
}

fn scale_or_one() -> f32 {
  if LEARNED { return message_scale[0]; }
  return 1;
}

// ‖x‖ and ‖m‖.
fn norms(begin: u32) -> vec2f {
  var squares = vec2f();
  for (var i = begin; i < begin + params.stride; i++) {
    squares += vec2f(dot(x[i], x[i]), dot(m[i], m[i]));
  }
  return sqrt(squares);
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn message_norm(invocation: Invocation) {
  let row = index_of(invocation);
  if row >= params.rows { return; }
  let begin = row * params.stride;
  let lengths = norms(begin);
  let factor = scale_or_one() * lengths.x / max(lengths.y, EPSILON);
  for (var i = begin; i < begin + params.stride; i++) {
    if RESIDUAL { y[i] = x[i] + factor * m[i]; } else { y[i] = factor * m[i]; }
  }
}

@group(0) @binding(4) var<storage, read> dy: array<vec4f>;             // [rows, channels]
@group(0) @binding(5) var<storage, read_write> dx: array<vec4f>;       // [rows, channels]
@group(0) @binding(6) var<storage, read_write> dm: array<vec4f>;       // [rows, channels]

// dx = dy + s (u · dy) x / ‖x‖,  dm = s ‖x‖ / ‖m‖ (dy − (u · dy) u).
@compute @workgroup_size(WORKGROUP_SIZE)
fn message_norm_backward(invocation: Invocation) {
  let row = index_of(invocation);
  if row >= params.rows { return; }
  let begin = row * params.stride;
  let lengths = norms(begin);
  let inverse = 1 / max(lengths.y, EPSILON);
  var along = 0.0;
  for (var i = begin; i < begin + params.stride; i++) { along += dot(m[i] * inverse, dy[i]); }
  let s = scale_or_one();
  var to_x = 0.0;
  if lengths.x > 0 { to_x = s * along / lengths.x; }
  var to_m = 0.0;
  if lengths.y > EPSILON { to_m = s * lengths.x * inverse; }
  for (var i = begin; i < begin + params.stride; i++) {
    dx[i] = dy[i] + to_x * x[i];
    dm[i] = to_m * (dy[i] - along * inverse * m[i]);
  }
}
