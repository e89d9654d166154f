// The edge encoder of a block as one linear map of the edge's features, E = outer · inner, and its
// gradients. Two linear maps in a row: outer [features + 1, width], shared by all blocks, and inner
// [width + 1, channels]; their last rows are biases, and so is E's.

override WORKGROUP_SIZE: u32 = 64;

struct Params { features: u32, width: u32, channels: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> outer: array<f32>;           // [features + 1, width]
@group(0) @binding(2) var<storage, read> inner: array<vec4f>;         // [width + 1, channels]
@group(0) @binding(3) var<storage, read_write> encoder: array<vec4f>; // [features + 1, channels]

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
fn compose(invocation: Invocation) {
  let index = index_of(invocation);
  let stride = (params.channels + 3) / 4;
  let feature = index / stride;
  if feature > params.features { return; }
  let column = index % stride;
  let outer_stride = (params.width + 3) / 4 * 4;
  // Only the last row, the bias of the composed map, takes the inner bias.
  var sum = inner[params.width * stride + column] * f32(feature == params.features);
  for (var k = 0u; k < params.width; k++) {
    sum += outer[feature * outer_stride + k] * inner[k * stride + column];
  }
  encoder[index] = sum;
}

@group(0) @binding(2) var<storage, read> d_encoder: array<vec4f>;       // [features + 1, channels]
@group(0) @binding(3) var<storage, read_write> d_inner: array<vec4f>;   // [width + 1, channels]

// d_inner += outerᵀ d_encoder; inner's bias has the gradient of the composed map's.
@compute @workgroup_size(WORKGROUP_SIZE)
fn compose_backward_inner(invocation: Invocation) {
  let index = index_of(invocation);
  let stride = (params.channels + 3) / 4;
  let k = index / stride;
  if k > params.width { return; }
  let column = index % stride;
  let outer_stride = (params.width + 3) / 4 * 4;
  var sum = vec4f();
  if k == params.width {
    sum = d_encoder[params.features * stride + column];
  } else {
    for (var feature = 0u; feature <= params.features; feature++) {
      sum += outer[feature * outer_stride + k] * d_encoder[feature * stride + column];
    }
  }
  d_inner[index] += sum;
}

@group(0) @binding(1) var<storage, read> encoder_gradient: array<vec4f>; // [features + 1, channels]
@group(0) @binding(3) var<storage, read_write> d_outer: array<f32>;      // [features + 1, width]

// d_outer += d_encoder innerᵀ.
@compute @workgroup_size(WORKGROUP_SIZE)
fn compose_backward_outer(invocation: Invocation) {
  let index = index_of(invocation);
  let feature = index / params.width;
  if feature > params.features { return; }
  let k = index % params.width;
  let stride = (params.channels + 3) / 4;
  var sum = vec4f();
  for (var column = 0u; column < stride; column++) {
    sum += encoder_gradient[feature * stride + column] * inner[k * stride + column];
  }
  d_outer[feature * ((params.width + 3) / 4 * 4) + k] += dot(sum, vec4f(1));
}
