// Softmax cross entropy of one class of many, and its gradient, for the nodes that count:
//
//     CE = log Σ_c exp(z_c) − Σ_c y_c z_c,   row_loss = factor · CE  or  factor · (log(ε + CE) − log ε)
//
// with ε = 1 − ln 2, the robust loss of RevGAT. y is 1 of the label's class and 0 of others, or where labels
// are smoothed 1 − s + s / classes and s / classes. One invocation per node; `sum` adds up row_loss.

override WORKGROUP_SIZE: u32 = 64;
override LOG_EPSILON: bool = false;

const EPSILON = 0.30685281944005469;
const LOWEST = vec4f(-3.4028234e38);

struct Params {
  nodes: u32,
  classes: u32,
  factor: f32,     // weight / number of nodes that count
  smoothing: f32,  // s
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> logits: array<vec4f>;           // [nodes, classes]
@group(0) @binding(2) var<storage, read> labels: array<vec4f>;           // [nodes, classes], one 1 per row
@group(0) @binding(3) var<storage, read> counted: array<u32>;            // [nodes]: 1 for those that count
@group(0) @binding(4) var<storage, read_write> d_logits: array<vec4f>;   // [nodes, classes]
@group(0) @binding(5) var<storage, read_write> row_loss: array<f32>;     // [nodes]

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

// What a row's predictions should be; of a padding's columns anything.
fn wanted(index: u32) -> vec4f {
  if params.smoothing == 0 { return labels[index]; }
  return labels[index] * (1 - params.smoothing) + params.smoothing / f32(params.classes);
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn cross_entropy(invocation: Invocation) {
  let node = index_of(invocation);
  if node >= params.nodes {
    if node < (params.nodes + 3) / 4 * 4 { row_loss[node] = 0; } // padding
    return;
  }
  let stride = (params.classes + 3) / 4;
  let begin = node * stride;
  var most = LOWEST;
  for (var i = 0u; i < stride; i++) {
    most = max(most, select(LOWEST, logits[begin + i], are_classes(i)));
  }
  let top = max(max(most.x, most.y), max(most.z, most.w));
  var sums = vec4f();
  var own = vec4f();
  for (var i = 0u; i < stride; i++) {
    let z = logits[begin + i] - top; // exp of a negative number never overflows
    sums += select(vec4f(), exp(z), are_classes(i));
    own += select(vec4f(), wanted(begin + i) * z, are_classes(i));
  }
  let sum = dot(sums, vec4f(1));
  let entropy = log(sum) - dot(own, vec4f(1));
  let counts = f32(counted[node]) * params.factor;
  var loss = entropy;
  var slope = counts;
  if LOG_EPSILON {
    loss = log(1 + entropy / EPSILON);
    slope = counts / (EPSILON + entropy);
  }
  row_loss[node] = loss * counts;
  for (var i = 0u; i < stride; i++) {
    let probability = exp(logits[begin + i] - top) / sum;
    d_logits[begin + i] = select(vec4f(), (probability - wanted(begin + i)) * slope, are_classes(i));
  }
}
