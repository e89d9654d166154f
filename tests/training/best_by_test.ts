/** The best epoch by the validation part's score or by its loss. */
import { planted } from "../../graphs/planted/planted.ts";
import { openGpu } from "../../gpu/gpu.ts";
import { shapeOf } from "../../models/model.ts";
import { RevGnn } from "../../models/rev_gnn.ts";
import { train } from "../../training/loop/train.ts";
import { validationLoss } from "../../training/steps/validation_loss.ts";
import { assert, assertEquals } from "../assert.ts";

const graph = planted({ nodes: 200, degree: 4, tasks: 4, classes: true, seed: 3 });

Deno.test("train() takes the epoch of the least validation loss where it is told to", async () => {
  using gpu = await openGpu();
  const model = new RevGnn({ layers: 2, channels: 16 }, shapeOf(graph));
  const options = { epochs: 30, learningRate: 0.05, seed: 1 } as const;
  const { valid } = graph.split;
  const bests: number[] = [];
  const epochs: number[] = [];
  const byLoss = await train(gpu, model, graph, {
    ...options,
    bestBy: "loss",
    onBest({ epoch, logits }) {
      epochs.push(epoch);
      bests.push(validationLoss(logits, graph, valid, null));
    },
  });
  // Each best so far is better than the one before, and the last one is the run's.
  assertEquals(bests, bests.toSorted((a, b) => b - a));
  assert(bests.length > 2 && new Set(bests).size === bests.length, `${bests}`);
  assertEquals(byLoss.bestEpoch, epochs.at(-1)!);
  const byScore = await train(gpu, model, graph, options);
  const scores = byScore.history.map(({ scores }) => scores!.valid);
  assertEquals(byScore.bestEpoch, 1 + scores.indexOf(Math.max(...scores)));
  // A network that grows too sure of itself: its loss rises before its accuracy falls.
  assert(byScore.bestEpoch !== byLoss.bestEpoch, `both at ${byLoss.bestEpoch}`);
});
