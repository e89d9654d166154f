import { planted } from "../../graphs/planted/planted.ts";
import { Random } from "../../graphs/random.ts";
import { shapeOf } from "../../models/model.ts";
import { RevGnn } from "../../models/rev_gnn.ts";
import { train } from "../../training/loop/train.ts";
import { assert, assertEquals } from "../assert.ts";
import { gpu } from "../kernels/device.ts";

Deno.test("train() learns from the labels there are, whole and in parts", async () => {
  const graph = planted({ nodes: 200, degree: 6, tasks: 4 });
  const random = new Random(1);
  const data = graph.labels.data.map((label) => random.float() < 0.4 ? NaN : label);
  // No training node has a label for the last task: it stays as it began.
  for (const node of graph.split.train) data[4 * node + 3] = NaN;
  const some = { ...graph, labels: { ...graph.labels, data } };
  for (const [parts, labels] of [[1, false], [3, false], [1, true], [3, true]] as const) {
    const model = new RevGnn({ layers: 2, channels: 8, dropout: 0, labels }, shapeOf(some));
    const { losses, scores } = await train(gpu, model, some, { epochs: 30, parts });
    assertEquals(losses.length, 30);
    assert(losses.at(-1)! < 0.9 * losses[0]!, `${losses[0]} to ${losses.at(-1)}`);
    assert(scores!.train > 0.65, `train ${scores!.train}`);
  }
});
