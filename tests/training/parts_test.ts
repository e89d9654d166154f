/** Training by random parts, which are built by a worker or on the spot. */
import { planted } from "../../graphs/planted/planted.ts";
import { openGpu } from "../../gpu/gpu.ts";
import { RevGnn } from "../../models/rev_gnn.ts";
import { type Model, shapeOf } from "../../models/model.ts";
import { readWeights } from "../../training/files/state_dict.ts";
import { train } from "../../training/loop/train.ts";
import type { TrainOptions } from "../../training/loop/train_options.ts";
import { Trainer } from "../../training/steps/trainer.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { figures } from "./untimed.ts";
import { watchWorkers } from "../graphs/watched_workers.ts";

const graph = planted({ nodes: 200, degree: 6, tasks: 4 });
const model: Model = new RevGnn({ layers: 3, channels: 8, dropout: 0.1 }, shapeOf(graph)) as Model;
const classes = planted({ nodes: 400, degree: 6, tasks: 5, classes: true });
const classifier: Model = new RevGnn({ layers: 3, channels: 16 }, shapeOf(classes)) as Model;

for (const what of ["tasks", "classes", "classes of a teacher"]) {
  Deno.test(`train() of parts from a worker is that of parts built on the spot, ${what}`, async () => {
    const [of, data] = what === "tasks" ? [model, graph] : [classifier, classes];
    const teacher = what.endsWith("teacher") && { teacher: data.labels };
    const runs = [];
    for (const worker of [true, false]) {
      using gpu = await openGpu();
      let weights: Float32Array | undefined;
      const outcome = await train(gpu, of, data, {
        epochs: 3,
        parts: 7,
        worker,
        ...teacher,
        onBest: async ({ parameters }) => void (weights = await readWeights(parameters)),
      });
      runs.push({ ...figures(outcome), weights });
    }
    assertEquals(runs[0], runs[1]);
    assert(runs[0]!.weights!.length > 0);
  });
}

Deno.test("train() of parts has one worker, which ends with the run, however it ends", async () => {
  const stop = () => {
    throw new Error("stopped");
  };
  const cases: [Partial<TrainOptions>, number, string | undefined][] = [
    [{}, 1, undefined],
    [{ epochs: 0 }, 1, undefined],
    [{ learningRate: 1e38, schedule: "constant" }, 1, "Cannot go on training"],
    [{ onEpoch: stop }, 1, "stopped"],
    [{ onBest: stop }, 1, "stopped"],
    [{ initial: new Float32Array(3) }, 1, ""],
    [{ parts: 201 }, 0, "Cannot split 200 nodes into 201 parts as each part needs a node"],
    [{ worker: false }, 0, undefined],
    [{ parts: 1 }, 0, undefined],
  ];
  for (const [options, made, message] of cases) {
    const workers = await watchWorkers(async () => {
      using gpu = await openGpu();
      const run = async () =>
        void await train(gpu, model, graph, { epochs: 9, parts: 3, ...options });
      if (message === undefined) await run();
      else await assertRejects(run, Error, message);
    });
    assertEquals(workers, { made, alive: 0 });
  }
});

Deno.test("train() of parts tells the share of time it waited for them", async () => {
  for (
    const [options, least] of [[{}, 0], [{ worker: false }, 1e-9], [{ epochs: 0 }, 0]] as const
  ) {
    using gpu = await openGpu();
    const { waitShare } = await train(gpu, model, graph, { epochs: 3, parts: 3, ...options });
    assert(waitShare !== undefined && waitShare >= least && waitShare < 1, `${waitShare}`);
  }
  using gpu = await openGpu();
  assert(!("waitShare" in await train(gpu, model, graph, { epochs: 1 })));
});

Deno.test("train() of 0 epochs takes one step, of one part or of as many as make a step", async () => {
  const losses: number[] = [];
  for (
    const [options, taken] of [[{}, 1], [{ accumulate: 2 }, 2], [{ worker: false }, 1]] as const
  ) {
    const { step } = Trainer.prototype;
    let steps = 0;
    Trainer.prototype.step = function (...call) {
      steps++;
      return step.apply(this, call);
    };
    try {
      using gpu = await openGpu();
      // Memory that others leave is not zero.
      using left = gpu.upload(
        { data: new Float32Array(4).fill(NaN), rows: 4, cols: 1 },
        "activations",
      );
      left[Symbol.dispose]();
      losses.push(...(await train(gpu, model, graph, { epochs: 0, parts: 4, ...options })).losses);
    } finally {
      Trainer.prototype.step = step;
    }
    assertEquals(steps, taken);
  }
  using gpu = await openGpu();
  const { losses: [whole] } = await train(gpu, model, graph, { epochs: 0 });
  assert(losses.every((loss) => Math.abs(loss - whole!) < 0.2 * whole!), `${losses} of ${whole}`);
});

Deno.test("train() of parts of one node, and of nodes without edges, stays finite", async () => {
  const few = planted({ nodes: 12, degree: 1, tasks: 4 });
  const alone = planted({ nodes: 12, degree: 0, tasks: 4 });
  for (const data of [few, alone]) {
    for (const parts of [5, 12]) {
      using gpu = await openGpu();
      const { losses, scores } = await train(gpu, model, data, { epochs: 3, parts });
      assert(losses.every((loss) => loss > 0 && loss < 2), losses.join(" "));
      assert(scores !== null);
    }
  }
});

for (
  const [what, of, data] of [["tasks", model, graph], ["classes", classifier, classes]] as const
) {
  Deno.test(`train() goes on past parts without training nodes, whose loss is 0, ${what}`, async () => {
    using gpu = await openGpu();
    const sparse = { ...data, split: { ...data.split, train: data.split.train.slice(0, 1) } };
    for (const seed of [1, 2, 3]) {
      const [whole] = (await train(gpu, of, sparse, { epochs: 0, seed })).losses;
      const five = { epochs: 0, seed, parts: 5, accumulate: 5 };
      const [loss] = (await train(gpu, of, sparse, five)).losses;
      // One part of five has a loss, and it is about that of the whole graph.
      const ratio = 5 * loss! / whole!;
      assert(ratio > 0.5 && ratio < 2, `${ratio} of seed ${seed}`);
    }
  });
}

Deno.test("train() draws partitions apart from the data set's split", async () => {
  const seen: (readonly number[])[] = [];
  using gpu = await openGpu();
  // The loss of a batch without training nodes is 0, and lowers the epoch's to two thirds.
  for (let seed = 0; seed < 4; seed++) {
    const same = planted({ nodes: 200, degree: 6, tasks: 4, seed });
    const { losses } = await train(gpu, model, same, {
      epochs: 9,
      parts: 3,
      seed,
      learningRate: 1e-6,
    });
    seen.push(losses);
  }
  for (const losses of seen) {
    const spread = Math.max(...losses) / Math.min(...losses);
    assert(spread < 1.2, `losses spread by ${spread} while nothing is learned`);
  }
});
