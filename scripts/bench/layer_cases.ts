/** The bench's layers: a reversible layer of each convolution, on its way there and back. */
import type { DeviceGraph } from "../../batch/device_graph.ts";
import type { Graph } from "../../graphs/graph.ts";
import { shapeOf } from "../../models/model.ts";
import { RevGnn } from "../../models/rev_gnn.ts";
import { initialValues } from "../../training/steps/initial_values.ts";
import { Trainer } from "../../training/steps/trainer.ts";
import type { KernelCase } from "./kernel_cases.ts";

const CONVOLUTIONS = ["gen", "gcn", "sage", "gat"] as const;
const DROPOUT = 0.1;

/** Groups of channels of the bench's reversible layers. */
export const BENCH_GROUPS = 2;

/**
 * Layers by name, which keep their tensors until the device goes. One way moves the state, the other
 * takes it back; how long they take does not depend on where it is.
 */
export async function layerCases(
  graph: DeviceGraph,
  data: Graph,
  channels: number,
): Promise<Record<string, KernelCase>> {
  const cases: Record<string, KernelCase> = {};
  for (const kind of CONVOLUTIONS) {
    const model = new RevGnn({
      layers: 1,
      channels,
      groups: BENCH_GROUPS,
      dropout: DROPOUT,
      convolution: { kind },
    }, shapeOf(data));
    const trainer = new Trainer(graph.gpu, model, initialValues(model, data, 0), { seed: 0 });
    const { pass } = await trainer.trainingPass(graph, 1);
    const [x, dx] = [model.encode(pass), model.encode(pass)];
    const layer = model.stack.layers[0]!;
    cases[`${kind} layer`] = () => layer.forward(pass, x);
    cases[`${kind} layer, backward`] = () => layer.backward(pass, x, dx);
  }
  return cases;
}
