/** Maps with known fixed points: z W + b of a chosen W, and cos. */
import { defineKernel, workgroupsFor } from "../../gpu/kernel.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import { linear } from "../../kernels/linear.ts";
import { linear as linearReference } from "../reference/linear.ts";
import { type Dense, dense, random } from "../reference/matrix.ts";
import { rounded, uploadWindow } from "../kernels/device.ts";

/** z W + b on the device and in float64. */
export interface Affine {
  readonly f: (z: Tensor) => Tensor;
  readonly reference: (z: Dense) => Dense;
}

/** The map of W [cols, cols], with b random, or as given. */
export function affine(matrix: Dense, bias: Dense = random(1, matrix.cols, 1)): Affine {
  const { rows, cols } = matrix;
  const data = Float64Array.of(...matrix.data, ...bias.data);
  const weight = rounded({ rows: rows + 1, cols, data });
  const onDevice = uploadWindow(weight);
  return {
    f: (z) => linear(z, onDevice),
    reference: (z) => linearReference(z, weight),
  };
}

/** Eigenvalues spread evenly over [-radius, radius]. */
export function contraction(cols: number, radius: number): Affine {
  const matrix = dense(cols, cols);
  for (let i = 0; i < cols; i++) matrix.data[i * cols + i] = radius * (2 * i / (cols - 1) - 1);
  return affine(matrix);
}

/** Turns each two columns by `degrees`, and stretches them. */
export function rotation(cols: number, degrees: number, radius: number): Affine {
  const matrix = dense(cols, cols);
  const [cos, sin] = [Math.cos, Math.sin].map((f) => radius * f(degrees * Math.PI / 180));
  for (let i = 0; i < cols; i += 2) {
    matrix.data.set([cos!, sin!], i * cols + i);
    matrix.data.set([-sin!, cos!], (i + 1) * cols + i);
  }
  return affine(matrix);
}

const code = `
override WORKGROUP_SIZE: u32 = 64;

struct Params { count: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> z: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

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
fn cosine(invocation: Invocation) {
  let at = index_of(invocation);
  if at >= params.count { return; }
  out[at] = cos(z[at]);
}
`;

const kernel = defineKernel({
  name: "cosine",
  file: "cosine.wgsl",
  code,
  params: { count: "u32" },
  buffers: { z: "read", out: "write" },
});

/** cos z, of whole vec4 as it leaves padding 1. */
export function cosine(z: Tensor): Tensor {
  if (z.cols !== z.stride) throw new RangeError(`Cannot take cosines of ${z.cols} columns`);
  const out = z.gpu.empty(z.rows, z.cols);
  const count = z.rows * z.cols;
  z.gpu.launch(kernel, {
    params: { count },
    buffers: { z, out },
    workgroups: workgroupsFor(count),
  });
  return out;
}
