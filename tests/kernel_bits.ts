/**
 * A program that keeps the words that every kernel writes on this adapter, and every loss of trainings of
 * twenty steps, in a folder; beside another's folder it says where and by how much they differ.
 *
 *     deno run --allow-read --allow-write tests/kernel_bits.ts FOLDER [OTHER]
 *
 * tests/drivers.sh calls it.
 */
import { DeviceGraph } from "../batch/device_graph.ts";
import { Gpu } from "../gpu/gpu.ts";
import { BINDING_TYPES, type Kernel } from "../gpu/kernel.ts";
import { openDevice } from "../gpu/open_device.ts";
import type { Launch, Tensor } from "../gpu/tensor.ts";
import { planted } from "../graphs/planted/planted.ts";
import { casesOf } from "../scripts/bench/kernel_times.ts";
import { TRAININGS, twentySteps } from "./training/twenty_steps.ts";

/** A device that notes which tensors kernels write. */
class NotingGpu extends Gpu {
  written = new Set<Tensor>();

  override launch<P extends string, B extends string>(
    kernel: Kernel<P, B>,
    launch: Launch<P, B>,
  ): void {
    super.launch(kernel, launch);
    for (const name in kernel.buffers) {
      const tensor = launch.buffers[name];
      if (tensor && BINDING_TYPES[kernel.buffers[name]] === "storage") this.written.add(tensor);
    }
  }
}

/** What each kernel writes, by the name of its case. */
async function kernelWords(): Promise<Map<string, Float32Array>> {
  const graph = planted({ nodes: 600, degree: 8, tasks: 4 });
  const { device, info } = await openDevice();
  using gpu = new NotingGpu(info, device, Infinity);
  using onDevice = new DeviceGraph(gpu, graph);
  const cases = await casesOf("kernels", onDevice, graph, 32);
  const words = new Map<string, Float32Array>();
  for (const [name, launch] of Object.entries(cases)) {
    gpu.written.clear();
    launch();
    const values = await gpu.read(...gpu.written);
    words.set(name, Float32Array.from(values.flatMap((some) => [...some])));
  }
  return words;
}

/** Each loss of the trainings, by their name. */
async function losses(): Promise<Map<string, Float32Array>> {
  const found = new Map<string, Float32Array>();
  for (const [name, training] of Object.entries(TRAININGS)) {
    const { losses } = await twentySteps(training);
    const bits = Uint32Array.from(losses, (loss) => parseInt(loss, 16));
    found.set(name, new Float32Array(bits.buffer));
  }
  return found;
}

/** How many words differ, and by how much of the largest value at most. */
function difference(ours: Float32Array, others: Float32Array): string | undefined {
  const [a, b] = [ours, others].map(({ buffer }) => new Uint32Array(buffer));
  let [count, largest, scale] = [0, 0, 0];
  for (let i = 0; i < ours.length; i++) {
    scale = Math.max(scale, Math.abs(others[i]!));
    if (a![i] === b![i]) continue;
    count++;
    largest = Math.max(largest, Math.abs(ours[i]! - others[i]!));
  }
  if (count === 0) return undefined;
  const relative = largest / scale;
  const amount = Number.isFinite(relative)
    ? `by ${relative.toPrecision(2)} of the largest`
    : "which are packed integers";
  return `${count} of ${ours.length} differ, ${amount}`;
}

const [folder, other] = Deno.args;
await Deno.mkdir(folder!, { recursive: true });
let differing = 0;
for (const [name, values] of [...await kernelWords(), ...await losses()]) {
  const file = `${name.replaceAll(/\W+/g, "_")}.f32`;
  await Deno.writeFile(`${folder}/${file}`, new Uint8Array(values.buffer));
  if (other === undefined) continue;
  const { buffer } = await Deno.readFile(`${other}/${file}`);
  const found = difference(values, new Float32Array(buffer));
  if (found === undefined) continue;
  console.log(`${name}: ${found}`);
  differing++;
}
if (other !== undefined) console.log(`${differing} differ`);
Deno.exit(0);
