// Labels as inputs. Of classes: out[n, c] = labels[n, c] where a node's label is given, elsewhere the
// prediction softmax(logits)[n, c], or 0 unless PREDICTED. Of TASKS: (labels[n, c] - m) / max(m, 1 - m) where
// it is given and not missing (NaN), m the task's mean; elsewhere that of the prediction
// 1 / (1 + exp(-logits[n, c])), or 0. One invocation per node.

override WORKGROUP_SIZE: u32 = 64;
override PREDICTED: bool = false;
override TASKS: bool = false;

const LOWEST = vec4f(-3.4028234e38);
const INFINITY_BITS = vec4u(0x7f800000);
const STEEPEST = 80.0; // exp of more overflows

struct Params { nodes: u32, classes: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> labels: array<vec4u>;      // [nodes, classes], the bits of f32
@group(0) @binding(2) var<storage, read> given: array<u32>;         // [nodes]: 1 where the label is given
@group(0) @binding(3) var<storage, read> logits: array<vec4f>;      // [nodes, classes], if PREDICTED
@group(0) @binding(4) var<storage, read> means: array<vec4f>;       // [classes], of TASKS
@group(0) @binding(5) var<storage, read_write> out: array<vec4f>;   // [nodes, classes]

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

fn softmax_to_out(begin: u32, stride: u32) {
  var most = LOWEST;
  for (var i = 0u; i < stride; i++) {
    most = max(most, select(LOWEST, logits[begin + i], are_classes(i)));
  }
  let top = max(max(most.x, most.y), max(most.z, most.w));
  var sums = vec4f();
  for (var i = 0u; i < stride; i++) { // exp of a negative number never overflows
    sums += select(vec4f(), exp(logits[begin + i] - top), are_classes(i));
  }
  let factor = 1 / dot(sums, vec4f(1));
  for (var i = 0u; i < stride; i++) {
    out[begin + i] = select(vec4f(), exp(logits[begin + i] - top) * factor, are_classes(i));
  }
}

// NaN is told by its bits, as compilers may fold `x != x` to false.
fn task_inputs(at: u32, mean: vec4f, takes_label: bool) -> vec4f {
  let scale = 1 / max(mean, 1 - mean);
  var guess = vec4f();
  if PREDICTED {
    let probability = 1 / (1 + exp(-clamp(logits[at], vec4f(-STEEPEST), vec4f(STEEPEST))));
    guess = (probability - mean) * scale;
  }
  let known = (labels[at] & vec4u(0x7fffffff)) <= INFINITY_BITS;
  return select(guess, (bitcast<vec4f>(labels[at]) - mean) * scale, known & vec4<bool>(takes_label));
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn label_input(invocation: Invocation) {
  let node = index_of(invocation);
  if node >= params.nodes { return; }
  let stride = (params.classes + 3) / 4;
  let begin = node * stride;
  let takes_label = given[node] != 0;
  if TASKS {
    for (var i = 0u; i < stride; i++) {
      out[begin + i] = select(vec4f(), task_inputs(begin + i, means[i], takes_label), are_classes(i));
    }
    return;
  }
  if PREDICTED && !takes_label {
    softmax_to_out(begin, stride);
    return;
  }
  for (var i = 0u; i < stride; i++) {
    out[begin + i] = select(vec4f(), bitcast<vec4f>(labels[begin + i]), takes_label);
  }
}
