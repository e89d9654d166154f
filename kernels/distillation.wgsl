// Knowledge distillation, T² · mean over nodes × classes of q (log q − log p), added to a loss:
//
//     q = softmax(teacher / T),   p = softmax(logits / T),   d/dlogits = (p − q) / T
//
// for every node. One invocation per node.

override WORKGROUP_SIZE: u32 = 64;

const LOWEST = vec4f(-3.4028234e38);

// factor: weight · T² / (nodes × classes)
struct Params { nodes: u32, classes: u32, temperature: f32, factor: f32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> logits: array<vec4f>;           // [nodes, classes]
@group(0) @binding(2) var<storage, read> teacher: array<vec4f>;          // [nodes, classes]
@group(0) @binding(3) var<storage, read_write> d_logits: array<vec4f>;   // [nodes, classes], added to
@group(0) @binding(4) var<storage, read_write> row_loss: array<f32>;     // [nodes], added to

struct Invocation {
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
}

fn index_of(invocation: Invocation) -> u32 {
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  return workgroup * WORKGROUP_SIZE + invocation.lane;
}

// Which channels of a vec4 are classes; the others are padding.
fn are_classes(vector: u32) -> vec4<bool> {
  return vector * 4 + vec4u(0, 1, 2, 3) < vec4u(params.classes);
}

fn largest(v: vec4f) -> f32 { return max(max(v.x, v.y), max(v.z, v.w)); }

@compute @workgroup_size(WORKGROUP_SIZE)
fn distillation(invocation: Invocation) {
  let node = index_of(invocation);
  if node >= params.nodes { return; }
  let stride = (params.classes + 3) / 4;
  let begin = node * stride;
  var most = LOWEST;
  var most_taught = LOWEST;
  for (var i = 0u; i < stride; i++) {
    most = max(most, select(LOWEST, logits[begin + i], are_classes(i)));
    most_taught = max(most_taught, select(LOWEST, teacher[begin + i], are_classes(i)));
  }
  let top = largest(most);
  let top_taught = largest(most_taught);
  let sharpness = 1 / params.temperature;
  var sums = vec4f();
  var sums_taught = vec4f();
  for (var i = 0u; i < stride; i++) { // exp of a negative number never overflows
    sums += select(vec4f(), exp((logits[begin + i] - top) * sharpness), are_classes(i));
    sums_taught += select(vec4f(), exp((teacher[begin + i] - top_taught) * sharpness), are_classes(i));
  }
  let log_sum = log(dot(sums, vec4f(1)));
  let log_sum_taught = log(dot(sums_taught, vec4f(1)));
  var divergence = vec4f();
  for (var i = 0u; i < stride; i++) {
    let log_p = (logits[begin + i] - top) * sharpness - log_sum;
    let log_q = (teacher[begin + i] - top_taught) * sharpness - log_sum_taught;
    let q = exp(log_q); // where it underflows to 0, log_q is still finite: never 0 · ∞
    divergence += select(vec4f(), q * (log_q - log_p), are_classes(i));
    let slope = params.factor * sharpness * (exp(log_p) - q);
    d_logits[begin + i] += select(vec4f(), slope, are_classes(i));
  }
  row_loss[node] += params.factor * dot(divergence, vec4f(1));
}
