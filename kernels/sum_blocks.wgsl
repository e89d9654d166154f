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
