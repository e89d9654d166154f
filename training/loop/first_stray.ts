/**
 * Finds the first tensor of a training step that is not finite: beside each launch of the step runs another
 * one, which sums the squares of what it has written.
 */
import type { Kernel } from "../../gpu/kernel.ts";
import type { Device, Launch, Tensor } from "../../gpu/tensor.ts";
import { LANES, squaresOfLanes } from "../../kernels/sum.ts";
import type { Parameters } from "../../layers/parameters.ts";

/** Launches whose outputs are looked at together. */
const TOGETHER = 4096;
const BYTES = 4 * LANES;

/** What was written, as a clause, and where its squares stand. */
interface Written {
  readonly what: string;
  readonly squares: Tensor;
}

/**
 * Takes a step and names the first of its tensors with a value that is no number, or beyond 1e19: `y of
 * norm_act at gcns.3.norm`, where the learned matrix is the last that was read. Undefined where all are well.
 */
export async function firstStray(
  parameters: Parameters,
  step: () => Promise<void>,
): Promise<string | undefined> {
  const { gpu } = parameters;
  const { launch } = gpu;
  const sheets: Tensor[] = [];
  const written: Written[] = [];
  let matrix: string | undefined;
  let looking = false;
  const look = <P extends string, B extends string>(
    kernel: Kernel<P, B>,
    { buffers }: Launch<P, B>,
  ) => {
    for (const tensor of Object.values<Tensor | undefined>(buffers)) {
      matrix = tensor && matrixOf(parameters, tensor) || matrix;
    }
    for (const [name, tensor] of outputsOf(kernel, buffers)) {
      const place = written.length % TOGETHER;
      if (place === 0) {
        sheets.push(gpu.empty(1, TOGETHER * LANES));
        // wgpu takes what is only written through moving windows for new, and clears it when it is read.
        gpu.clear(sheets.at(-1)!);
      }
      const squares = sheets.at(-1)!.window(place * BYTES, 1, LANES);
      squaresOfLanes(lineOf(tensor), squares);
      const at = matrix === undefined ? "" : ` at ${matrix}`;
      written.push({ what: `${name} of ${kernel.name}${at}`, squares });
    }
  };
  gpu.launch = (kernel, options) => {
    launch.call(gpu, kernel, options);
    if (looking) return;
    looking = true;
    look(kernel, options);
    looking = false;
  };
  try {
    await step();
    return await firstOf(gpu, written);
  } finally {
    gpu.launch = launch;
    for (const sheet of sheets) sheet[Symbol.dispose]();
  }
}

async function firstOf(gpu: Device, written: readonly Written[]): Promise<string | undefined> {
  for (const { what, squares } of written) {
    const [lanes] = await gpu.read(squares);
    if (!lanes!.every(Number.isFinite)) return what;
  }
  return undefined;
}

/** The matrix of a model that a tensor is. */
function matrixOf({ weights, layout }: Parameters, { allocation, offset }: Tensor) {
  if (allocation !== weights.allocation) return undefined;
  return layout.parameters.find((one) => one.offset === offset)?.name;
}

/** What a kernel writes of floats. */
function outputsOf<P extends string, B extends string>(
  { code, buffers: accesses, fixed }: Kernel<P, B>,
  tensors: Launch<P, B>["buffers"],
): [name: string, tensor: Tensor][] {
  return Object.keys(accesses).flatMap((key, i) => {
    const [name, tensor] = [key as B, tensors[key as B]];
    if (tensor === undefined || !accesses[name].startsWith("write")) return [];
    // Words of a state, which a shader takes for floats where they are none of fixed point.
    if (fixed?.includes(name)) return tensor.format === "float" ? [[name, tensor]] : [];
    const binding = new RegExp(
      `@binding\\(${i + 1}\\) var<storage, read_write> \\w+: array<(\\w+)`,
      "g",
    );
    const types = [...code.matchAll(binding)].map(([, type]) => type!);
    return types.every((type) => /^(f32|vec[234]f|vec[234])$/.test(type)) ? [[name, tensor]] : [];
  });
}

/** A matrix as one line, as far as a binding reaches. */
function lineOf(tensor: Tensor): Tensor {
  const { maxBindingBytes } = tensor.gpu.adapter;
  return tensor.window(0, 1, Math.min(tensor.bytes, maxBindingBytes) / 4);
}
