// out[i] (+)= Σ_b partial[b, i], blocks in their order: the second half of every reduction over rows.

override WORKGROUP_SIZE: u32 = 64;
override ACCUMULATE: bool = true;

struct Params { blocks: u32, vectors: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> partial: array<vec4f>;   // [blocks, vectors]
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>; // [vectors]

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
fn sum_blocks(invocation: Invocation) {
  let at = index_of(invocation);
  if at >= params.vectors { return; }
  var sum = vec4f();
  for (var block = 0u; block < params.blocks; block++) {
    sum += partial[block * params.vectors + at];
  }
  if ACCUMULATE { out[at] += sum; } else { out[at] = sum; }
}

// The same on a card, which wants many invocations: 16 lanes share out the blocks of each vector, and one
// of them adds up their sums in order. Neighbouring lanes have neighbouring vectors.
const VECTORS = 4u;
const SHARES = 16u; // WORKGROUP_SIZE / VECTORS
var<workgroup> shares: array<vec4f, 64>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn sum_blocks_shared(invocation: Invocation) {
  let lane = invocation.lane;
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  let at = workgroup * VECTORS + lane % VECTORS;
  var sum = vec4f();
  if at < params.vectors {
    for (var block = lane / VECTORS; block < params.blocks; block += SHARES) {
      sum += partial[block * params.vectors + at];
    }
  }
  shares[lane] = sum;
  workgroupBarrier();
  if lane >= VECTORS || at >= params.vectors { return; }
  for (var other = lane + VECTORS; other < WORKGROUP_SIZE; other += VECTORS) { sum += shares[other]; }
  if ACCUMULATE { out[at] += sum; } else { out[at] = sum; }
}
