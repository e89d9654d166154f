/** The smallest kernel there is, for tests of what surrounds kernels: out[i] += value. */
import { defineKernel, workgroupsFor } from "../../gpu/kernel.ts";
import type { Device, Tensor } from "../../gpu/tensor.ts";

const code = `
override WORKGROUP_SIZE: u32 = 64;

struct Params { count: u32, value: f32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;

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
fn add(invocation: Invocation) {
  let at = index_of(invocation);
  if at >= params.count { return; }
  out[at] += params.value;
}
`;

export const kernel = defineKernel({
  name: "add",
  file: "add.wgsl",
  code,
  params: { count: "u32", value: "f32" },
  buffers: { out: "writeWindow" },
});

/** Records out += value. */
export function add(out: Tensor, value: number): void {
  const count = out.rows * out.stride;
  const workgroups = workgroupsFor(count);
  out.gpu.launch(kernel, { params: { count, value }, buffers: { out }, workgroups });
}

/** A line of zeros. */
export function zeros(gpu: Device, count: number): Tensor {
  return gpu.upload({ data: new Float32Array(count), rows: 1, cols: count }, "activations");
}
