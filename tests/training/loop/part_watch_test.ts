/** What a run tells within its epochs. */
import { planted } from "../../../graphs/planted/planted.ts";
import { openGpu } from "../../../gpu/gpu.ts";
import { buildModel } from "../../../models/build.ts";
import { shapeOf } from "../../../models/model.ts";
import type { PartProgress } from "../../../training/loop/part_watch.ts";
import { train } from "../../../training/loop/train.ts";
import type { TrainOptions } from "../../../training/loop/train_options.ts";
import { assert, assertEquals } from "../../assert.ts";
import { figures } from "../untimed.ts";

const graph = planted({ nodes: 120, degree: 5, tasks: 4 });
const model = buildModel({ kind: "rev-gnn", layers: 2, channels: 8 }, shapeOf(graph));

async function outcomeOf(options: TrainOptions) {
  using gpu = await openGpu();
  return await train(gpu, model, graph, { epochs: 2, seed: 1, worker: false, ...options });
}

/** What is told of a run: `1 training 1/3`. */
async function toldBy(options: TrainOptions): Promise<{ words: string[]; told: PartProgress[] }> {
  const told: PartProgress[] = [];
  await outcomeOf({ ...options, onPart: (part) => told.push(part) });
  const words = told.map(({ epoch, of, part, parts }) => `${epoch} ${of} ${part}/${parts}`);
  return { words, told };
}

Deno.test("train() tells each part that it has trained or evaluated, and how much that is of its epoch", async () => {
  const { words, told } = await toldBy({ parts: 3, evaluateParts: 2 });
  const epoch = [
    "training 1/3",
    "training 2/3",
    "training 3/3",
    "evaluation 1/2",
    "evaluation 2/2",
  ];
  assertEquals(words, [1, 2].flatMap((i) => epoch.map((part) => `${i} ${part}`)));
  assertEquals(told.slice(0, 5).map(({ share }) => share), [0.25, 0.5, 0.75, 0.875, 1]);
});

Deno.test("train() without an evaluation has no work left after the last part", async () => {
  const { words, told } = await toldBy({ parts: 2, evaluateParts: 2, evaluateEvery: 2 });
  assertEquals(words.slice(0, 3), ["1 training 1/2", "1 training 2/2", "2 training 1/2"]);
  assertEquals(told.slice(0, 2).map(({ share }) => share), [0.5, 1]);
});

Deno.test("train() tells the step of a whole graph", async () => {
  assertEquals((await toldBy({})).words, ["1 training 1/1", "2 training 1/1"]);
});

Deno.test("train() has the same bits whether it tells its parts or not", async () => {
  for (const options of [{}, { parts: 3, evaluateParts: 2 }]) {
    const told = await outcomeOf({ ...options, onPart: () => {} });
    assertEquals(figures(told), figures(await outcomeOf(options)));
    assert(told.losses.length === 2);
  }
});
