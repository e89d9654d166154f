// y = c₀ y + Σ_k c_k x_k, a linear combination whose coefficients stand in a buffer; where c₀ is 0 the old
// y is not read. A launch adds up to six tensors x_k; further launches add the others.

override WORKGROUP_SIZE: u32 = 64;
// Whether to add to y as it is, as every launch but the first does.
override ACCUMULATE: bool = false;

// `own`: where c₀ stands; `first`: where the coefficients of this launch's tensors begin.
struct Params { vectors: u32, tensors: u32, own: u32, first: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> coefficients: array<f32>;
@group(0) @binding(2) var<storage, read> x0: array<vec4f>;          // [vectors], like all tensors
@group(0) @binding(3) var<storage, read> x1: array<vec4f>;
@group(0) @binding(4) var<storage, read> x2: array<vec4f>;
@group(0) @binding(5) var<storage, read> x3: array<vec4f>;
@group(0) @binding(6) var<storage, read> x4: array<vec4f>;
@group(0) @binding(7) var<storage, read> x5: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> y: array<vec4f>;

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
fn combine(invocation: Invocation) {
  let i = index_of(invocation);
  if i >= params.vectors { return; }
  let own = select(coefficients[params.own], 1.0, ACCUMULATE);
  let first = params.first;
  var sum = vec4f();
  if own != 0 { sum = own * y[i]; }
  sum += coefficients[first] * x0[i];
  if params.tensors > 1 { sum += coefficients[first + 1] * x1[i]; }
  if params.tensors > 2 { sum += coefficients[first + 2] * x2[i]; }
  if params.tensors > 3 { sum += coefficients[first + 3] * x3[i]; }
  if params.tensors > 4 { sum += coefficients[first + 4] * x4[i]; }
  if params.tensors > 5 { sum += coefficients[first + 5] * x5[i]; }
  y[i] = sum;
}
