/**
 * Measures what the adapter can do at most: bytes copied, multiply-adds with and without loads, and the
 * time of launches, passes and submissions that do nothing. Kernels of the same run are held against it.
 */
import { defineKernel, workgroupsFor } from "../../gpu/kernel.ts";
import type { Device } from "../../gpu/tensor.ts";
import type { Ceilings } from "../../reports/rows/bench_row.ts";
import code from "./ceilings.wgsl" with { type: "text" };
import { timesOf } from "./median_time.ts";

/** Vectors of 16 bytes: 64 MiB, and the 2 MiB that a group's state takes in a batch of the paper's. */
const LARGE = 2 ** 22;
const SMALL = 2 ** 17;
/** Vectors an invocation copies: whichever is faster is the ceiling. */
const COPIES = [1, 4];
/** Invocations that multiply and add, and turns of each; a turn is 8 multiply-adds of 4 numbers. */
const COMPUTING = 2 ** 16;
const TURNS = 512;
const OPERATIONS = COMPUTING * TURNS * 8 * 4 * 2;
/** Launches that do nothing. */
const EMPTY = 256;

const buffers = { x: "read", y: "write" } as const;
const params = { vectors: "u32", turns: "u32" } as const;
const kernel = (name: string) =>
  defineKernel({ name, file: "ceilings.wgsl", code, params, buffers });
const [copy, multiplyAdd, loads, nothing] = [
  kernel("ceiling_copy"),
  kernel("ceiling_multiply_add"),
  kernel("ceiling_loads"),
  kernel("ceiling_nothing"),
] as const;

/** Measures all ceilings, each as the best of so many rounds. */
export async function measureCeilings(gpu: Device, rounds: number): Promise<Ceilings> {
  using x = gpu.empty(LARGE, 4);
  using y = gpu.empty(LARGE, 4);
  using witness = gpu.empty(1, 1);
  gpu.clear(x);
  const time = async (record: () => void) => {
    const [least] = await timesOf(rounds, async () => {
      record();
      await gpu.read(witness);
    });
    return least!;
  };
  const launch = (which: typeof copy, vectors: number, turns: number, copies = 1) =>
    gpu.launch(which, {
      constants: which === copy ? { COPIES: copies } : {},
      params: { vectors, turns },
      buffers: { x, y },
      workgroups: Math.max(1, workgroupsFor(Math.ceil(vectors / copies))),
    });
  const copied = async (vectors: number) => {
    let most = 0;
    for (const copies of COPIES) {
      const milliseconds = await time(() => {
        for (let i = 0; i < LARGE / vectors; i++) launch(copy, vectors, 0, copies);
      });
      most = Math.max(most, (x.bytes + y.bytes) / milliseconds / 1e6);
    }
    return most;
  };
  const multiplied = await time(() => launch(multiplyAdd, COMPUTING, TURNS));
  const loaded = await time(() => launch(loads, COMPUTING, TURNS));
  const empty = async (between: () => void) => {
    const all = await time(() => {
      for (let i = 0; i < EMPTY; i++) {
        launch(nothing, 0, 0);
        between();
      }
    });
    return all / EMPTY;
  };
  return {
    copyGBs: await copied(LARGE),
    cacheGBs: await copied(SMALL),
    multiplyAddGFLOPs: OPERATIONS / multiplied / 1e6,
    loadsGFLOPs: OPERATIONS / loaded / 1e6,
    launch: await empty(() => {}),
    // A pass ends where something is cleared.
    pass: await empty(() => gpu.clear(witness)),
    submission: await empty(() => gpu.submit()),
  };
}
