/** Same seed, same adapter, same bits: whatever the run, the threads, the timing and the implementation. */
import { Random } from "../../graphs/random.ts";
import { openGpu } from "../../gpu/gpu.ts";
import { assert, assertEquals } from "../assert.ts";
import { ROOT } from "../scripts/task.ts";
import {
  type Bits,
  IMPLEMENTATIONS,
  type Printed,
  STEPS,
  TRAININGS,
  twentySteps,
} from "./twenty_steps.ts";

/** The bits that all others are compared with, of the first run in this process. */
const first = new Map<string, Promise<Bits>>();
function expected(name: string): Promise<Bits> {
  const bits = first.get(name) ?? twentySteps(TRAININGS[name]!);
  first.set(name, bits);
  return bits;
}

/** Runs with a worker whose every answer comes so many milliseconds after the one before, as drawn. */
async function withSlowWorkers<T>(most: number, use: () => Promise<T>): Promise<T> {
  const { Worker } = globalThis;
  const random = new Random(8);
  let delayed = 0;
  globalThis.Worker = class extends Worker {
    #last = Promise.resolve();

    override set onmessage(listener: (event: MessageEvent) => void) {
      super.onmessage = (event) => {
        delayed++;
        const wait = Math.round(most * random.float());
        this.#last = this.#last.then(() => new Promise((resolve) => setTimeout(resolve, wait)))
          .then(() => listener(event));
      };
    }
  };
  try {
    return await use();
  } finally {
    globalThis.Worker = Worker;
    assert(delayed > 0, "no worker answered");
  }
}

for (const [name, training] of Object.entries(TRAININGS)) {
  const byParts = (training.options.parts ?? 1) > 1;

  Deno.test(`train() has the same losses of ${STEPS} steps again, ${name}`, async () => {
    const bits = await expected(name);
    assertEquals([bits.losses.length, new Set(bits.losses).size], [STEPS, STEPS]);
    for (const open of Object.values(IMPLEMENTATIONS)) {
      assertEquals(await twentySteps(training, { open }), bits);
    }
  });

  if (!byParts) continue;
  Deno.test(`train() has the same losses whenever its parts come, ${name}`, async () => {
    const bits = await expected(name);
    assertEquals(await withSlowWorkers(40, () => twentySteps(training)), bits);
    assertEquals(await twentySteps(training, { slow: 40 }), bits, "all parts are there before");
    assertEquals(await twentySteps(training, { worker: false }), bits, "none is built ahead");
  });
}

Deno.test("train() has the same losses on one thread of a driver, on two and on five", async () => {
  const { name: driver } = await adapter();
  const program = new URL("tests/training/twenty_steps.ts", ROOT).pathname;
  for (const threads of [1, 2, 5]) {
    const { stdout, stderr, success } = await new Deno.Command("deno", {
      args: [
        "run",
        "--quiet",
        "--no-prompt",
        `--allow-read=${ROOT.pathname}`,
        "--allow-run=sh",
        program,
      ],
      env: { LP_NUM_THREADS: `${threads}` },
    }).output();
    const text = new TextDecoder();
    assert(success, text.decode(stderr));
    const printed: Printed = JSON.parse(text.decode(stdout));
    // Otherwise all of these are the same run.
    if (driver.includes("llvmpipe")) assertEquals(printed.threads, threads);
    for (const [name, bits] of Object.entries(printed.bits)) {
      assertEquals(bits, await expected(name), `${name}, on ${threads}`);
    }
  }
});

async function adapter() {
  using gpu = await openGpu();
  return gpu.adapter;
}
