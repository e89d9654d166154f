/**
 * What the mean of gradients costs a step of several processes, for as many parameters as a small model, the
 * paper's deepest and a large one have. Started by an MPI's launcher, as training/NOTES.md says.
 */
import { openGpu } from "../../gpu/gpu.ts";
import { takeMean } from "../../kernels/accumulate.ts";
import { Mpi } from "../../training/ranks/mpi.ts";
import { readRowVectors } from "../../training/files/state_dict.ts";
import { bindingWindows } from "../../training/steps/binding_windows.ts";
import { timesOf } from "./median_time.ts";

const PARAMETERS = [20_000, 2_600_000, 20_000_000];
const ROUNDS = 21;

/** The least milliseconds of all rounds: what else runs on a machine only adds to it. */
async function leastTime(rounds: number, call: () => Promise<void>): Promise<number> {
  return (await timesOf(rounds, call))[0]!;
}

const mpi = Mpi.open((name) => Deno.env.get(name));
using gpu = await openGpu();
for (const parameters of PARAMETERS) {
  using gradient = gpu.empty(1, parameters);
  using sum = gpu.empty(1, parameters);
  gpu.reserve({ bytes: Math.min(gradient.bytes, 2 ** 22) });
  const host = new Float32Array(parameters).fill(mpi.rank + 1);
  gpu.write(gradient, host);
  const read = await leastTime(ROUNDS, async () => void await readRowVectors([gradient]));
  await mpi.barrier();
  const exchange = await leastTime(ROUNDS, async () => void await mpi.sum(host));
  const write = await leastTime(ROUNDS, async () => {
    gpu.write(sum, host);
    const to = bindingWindows(gradient);
    bindingWindows(sum).forEach((window, i) => takeMean(to[i]!, window, mpi.size));
    await gpu.read(gradient.window(0, 1, 4));
  });
  const milliseconds = { read, exchange, write };
  if (mpi.rank === 0) {
    console.log(JSON.stringify({ processes: mpi.size, parameters, milliseconds }));
  }
}
mpi.exit(0);
