// Binary cross entropy with logits, mean over the labels that counted nodes have, and its gradient. A
// label of NaN is missing. One invocation per node; `sum` adds up row_loss.

override WORKGROUP_SIZE: u32 = 64;

struct Params { nodes: u32, tasks: u32, factor: f32 } // factor: 1 / (labels counted)

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> logits: array<f32>;            // [nodes, tasks]
@group(0) @binding(2) var<storage, read> labels: array<u32>;            // [nodes, tasks], the bits of f32
@group(0) @binding(3) var<storage, read> counted: array<u32>;           // [nodes]: 1 for those that count
@group(0) @binding(4) var<storage, read_write> d_logits: array<f32>;    // [nodes, tasks]
@group(0) @binding(5) var<storage, read_write> row_loss: array<f32>;    // [nodes]

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
fn bce(invocation: Invocation) {
  let node = index_of(invocation);
  if node >= params.nodes { return; }
  let stride = (params.tasks + 3) / 4 * 4;
  let counts = f32(counted[node]) * params.factor;
  var loss = 0.0;
  for (var task = 0u; task < stride; task++) {
    let at = node * stride + task;
    if task >= params.tasks { d_logits[at] = 0; continue; }
    // NaN is told by its bits, as compilers may fold `x != x` to false.
    if (labels[at] & 0x7fffffff) > 0x7f800000 { d_logits[at] = 0; continue; }
    let z = logits[at];
    let label = bitcast<f32>(labels[at]);
    // exp of a negative number never overflows.
    let small = exp(-abs(z));
    loss += max(z, 0) - z * label + log(1 + small);
    let probability = select(small, 1.0, z >= 0) / (1 + small);
    d_logits[at] = (probability - label) * counts;
  }
  row_loss[node] = loss * counts;
}
