// LayerNorm without scale and shift, y = (x − mean) / √(variance + ε) row by row, and its gradient, which
// takes y in place of x. One invocation per row.

override WORKGROUP_SIZE: u32 = 64;

const EPSILON = 1e-5;

struct Params { rows: u32, channels: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;              // [rows, channels]
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;        // [rows, channels]
@group(0) @binding(3) var<storage, read_write> inverse_deviations: array<vec4f>; // [rows, 1]

struct Invocation {
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
}

fn index_of(invocation: Invocation) -> u32 {
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  return workgroup * WORKGROUP_SIZE + invocation.lane;
}

fn stride() -> u32 {
  return (params.channels + 3) / 4;
}

// 1 for channels, 0 for the padding of a row.
fn inside(vector: u32) -> vec4f {
  return select(vec4f(), vec4f(1), vector * 4 + vec4u(0, 1, 2, 3) < vec4u(params.channels));
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn layer_norm(invocation: Invocation) {
  let row = index_of(invocation);
  if row >= params.rows { return; }
  let begin = row * stride();
  var sum = vec4f();
  for (var i = 0u; i < stride(); i++) { sum += x[begin + i]; }
  let mean = dot(sum, vec4f(1)) / f32(params.channels);
  var squares = vec4f();
  for (var i = 0u; i < stride(); i++) {
    let centred = (x[begin + i] - mean) * inside(i);
    squares += centred * centred;
  }
  let inverse_deviation = inverseSqrt(dot(squares, vec4f(1)) / f32(params.channels) + EPSILON);
  inverse_deviations[row] = vec4f(inverse_deviation, 0, 0, 0);
  for (var i = 0u; i < stride(); i++) {
    y[begin + i] = (x[begin + i] - mean) * inverse_deviation * inside(i);
  }
}

@group(0) @binding(1) var<storage, read> normal: array<vec4f>;         // [rows, channels]: y
@group(0) @binding(2) var<storage, read> row_inverse: array<vec4f>;    // [rows, 1]
@group(0) @binding(3) var<storage, read> dy: array<vec4f>;             // [rows, channels]
@group(0) @binding(4) var<storage, read_write> dx: array<vec4f>;       // [rows, channels]

@compute @workgroup_size(WORKGROUP_SIZE)
fn layer_norm_backward(invocation: Invocation) {
  let row = index_of(invocation);
  if row >= params.rows { return; }
  let begin = row * stride();
  var sum = vec4f();
  var along = vec4f();
  for (var i = 0u; i < stride(); i++) {
    let at = begin + i;
    sum += dy[at];
    along += dy[at] * normal[at];
  }
  let mean_sum = dot(sum, vec4f(1)) / f32(params.channels);
  let mean_along = dot(along, vec4f(1)) / f32(params.channels);
  for (var i = 0u; i < stride(); i++) {
    let at = begin + i;
    dx[at] = (dy[at] - mean_sum - normal[at] * mean_along) * row_inverse[row].x * inside(i);
  }
}
