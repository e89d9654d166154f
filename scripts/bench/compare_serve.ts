/**
 * Times this checkout's kernels, layers and training step one at a time, as `compare.ts` asks for them from
 * another program: says the names of all, then answers each name on a line with milliseconds.
 */
import { openGpu } from "../../gpu/gpu.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import { planted } from "../../graphs/planted/planted.ts";
import { PROTEINS_BATCH } from "../../graphs/planted/stand_in.ts";
import { linesOf } from "../shared/lines.ts";
import { openStep } from "./bench_step.ts";
import { casesOf, openTimer } from "./kernel_times.ts";
import { BENCH_GROUPS } from "./layer_cases.ts";

/** What two checkouts are compared by. */
export interface CompareSize {
  readonly kinds: readonly ("kernels" | "layers" | "step")[];
  readonly nodes: number;
  readonly degree: number;
  readonly channels: number;
  readonly layers: number;
}

type Timer = () => Promise<number>;

if (import.meta.main) {
  const { kinds, layers, channels, ...size }: CompareSize = JSON.parse(Deno.args[0]!);
  using gpu = await openGpu();
  const data = planted({ ...PROTEINS_BATCH, ...size });
  using graph = new DeviceGraph(gpu, data);
  const open = new Map<string, () => Promise<Timer>>();
  for (const kind of ["kernels", "layers"] as const) {
    if (!kinds.includes(kind)) continue;
    for (const [name, launch] of Object.entries(await casesOf(kind, graph, data, channels))) {
      open.set(name, () => openTimer(gpu, launch));
    }
  }
  if (kinds.includes("step")) {
    open.set(`training step, ${layers} layers`, async () => {
      const options = { layers, channels, groups: BENCH_GROUPS, dropout: 0.1 };
      const step = await openStep(gpu, data, options, { updates: true });
      return async () => {
        const start = performance.now();
        await step.take();
        return performance.now() - start;
      };
    });
  }
  console.log(JSON.stringify({ names: [...open.keys()] }));
  const timers = new Map<string, Timer>();
  for await (const name of linesOf(Deno.stdin.readable)) {
    if (!timers.has(name)) timers.set(name, await open.get(name)!());
    console.log(JSON.stringify({ milliseconds: await timers.get(name)!() }));
  }
}
