// keep_e = π(e) ≥ dropped, with π a permutation of the edges 0 … M − 1: exactly `dropped` of them go,
// drawn without replacement, and nothing is stored. π is a Feistel network over 2 · half_bits bits, keyed by
// the layer's key; where it leads past the last edge it is applied again until it does not (cycle
// walking), which keeps it a permutation.

override WORKGROUP_SIZE: u32 = 64;

const ROUNDS = 6u;

struct Params { edges: u32, dropped: u32, half_bits: u32, stream: u32, layer: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> keys: array<u32>;        // [streams]
@group(0) @binding(2) var<storage, read_write> keep: array<u32>;  // [edges]: 1, or 0 if dropped

struct Invocation {
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
}

fn index_of(invocation: Invocation) -> u32 {
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  return workgroup * WORKGROUP_SIZE + invocation.lane;
}

fn pcg(value: u32) -> u32 {
  let state = value * 747796405u + 2891336453u;
  let word = ((state >> ((state >> 28) + 4)) ^ state) * 277803737u;
  return (word >> 22) ^ word;
}

fn permute(value: u32, key: u32) -> u32 {
  let mask = (1u << params.half_bits) - 1;
  var left = value >> params.half_bits;
  var right = value & mask;
  for (var round = 0u; round < ROUNDS; round++) {
    let mixed = left ^ (pcg(right + pcg(round + key)) & mask);
    left = right;
    right = mixed;
  }
  return (left << params.half_bits) | right;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn edge_dropout(invocation: Invocation) {
  let edge = index_of(invocation);
  let stored = (params.edges + 3) / 4 * 4;
  if edge >= stored { return; }
  if edge >= params.edges { keep[edge] = 0; return; }
  let key = pcg(params.layer + keys[params.stream]);
  var place = permute(edge, key);
  while place >= params.edges { place = permute(place, key); }
  keep[edge] = u32(place >= params.dropped);
}
