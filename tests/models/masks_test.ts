/** Which dropout mask each layer has, shown by blocks whose output is their mask. */
import { planted } from "../../graphs/planted/planted.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import { STREAMS } from "../../kernels/dropout.ts";
import { Parameters } from "../../layers/parameters.ts";
import type { ParameterLayout } from "../../layers/parameter_layout.ts";
import { type Model, shapeOf } from "../../models/model.ts";
import { ResGnn } from "../../models/res_gnn.ts";
import { RevGnn } from "../../models/rev_gnn.ts";
import { valuesOf } from "../../training/files/state_dict.ts";
import { dropoutKeys, KEYS } from "../../training/steps/dropout_keys.ts";
import { assertEquals } from "../assert.ts";
import { gpu } from "../kernels/device.ts";
import { dropoutKey, dropoutMask } from "../reference/dropout.ts";
import { columns } from "../reference/copy_columns.ts";

const graph = planted({ nodes: 30, degree: 3, tasks: 2 });
const [SEED, LAYERS, CHANNELS, RATE] = [1, 4, 6, 0.5];

for (const tied of [false, true]) {
  const title = tied ? ", weights tied" : "";

  Deno.test(`ResGnn masks each of its layers by a mask of its own${title}`, async () => {
    // More than a uniform buffer has blocks.
    for (const layers of [LAYERS, 300]) {
      const options = { layers, channels: CHANNELS, dropout: RATE, tied } as const;
      const model = new ResGnn({ ...options, convolution: "linear" }, shapeOf(graph));
      using pass = passOf(model);
      using forward = model.forward(pass);
      const { saved } = forward;
      const states = [...saved.layers.map(({ x }) => x), saved.x];
      const added = differences(await gpu.read(...states));
      assertEquals(added, Array.from({ length: layers }, (_, layer) => maskOf(layer)));
      assertEquals(new Set(added.map(String)).size, layers);
    }
  });

  Deno.test(`RevGnn masks all its layers by one${title}`, async () => {
    const options = { layers: LAYERS, channels: CHANNELS, groups: 2, dropout: RATE, tied } as const;
    const model = new RevGnn({ ...options, convolution: "linear" }, shapeOf(graph));
    using pass = passOf(model);
    const x = model.encode(pass);
    const states = [await gpu.read(...x)];
    for (let i = 0; i < LAYERS; i++) {
      model.stack.layers[i]!.forward(pass, x);
      states.push(await gpu.read(...x));
    }
    for (const group of [0, 1]) {
      const added = differences(states.map((groups) => groups[group]!));
      const expected = maskOf(0, group * CHANNELS / 2, CHANNELS / 2);
      assertEquals(added, Array.from({ length: LAYERS }, () => expected));
    }
  });
}

/** A training step's, over blocks that are f(X) = mask ⊙ ReLU(0 · Norm(X) + 1), a state from zero on. */
function passOf({ layout }: Model) {
  const parameters = new Parameters(gpu, layout, ones(layout));
  const keys = gpu.upload({ data: dropoutKeys(SEED, 1), rows: 1, cols: KEYS });
  const device = new DeviceGraph(gpu, graph);
  return {
    mode: "training" as const,
    graph: device,
    parameters,
    masks: { keys, rate: RATE },
    [Symbol.dispose]: () => [parameters, keys, device].forEach((one) => one[Symbol.dispose]()),
  };
}

function ones(layout: ParameterLayout): Float32Array {
  const tensors = layout.matrices.flatMap(({ tensors }) => tensors).map(({ name, shape }) => {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
    if (name.endsWith("norm.bias")) data.fill(1);
    if (/gcn\.lin\.weight$/.test(name)) {
      for (let at = 0; at < data.length; at += shape[1]! + 1) data[at] = 1;
    }
    return [name, { shape, data }] as const;
  });
  return valuesOf(layout, new Map(tensors), "ones");
}

function differences(states: readonly Float32Array[]): number[][] {
  return states.slice(1).map((after, i) => Array.from(after, (v, k) => v - states[i]![k]!));
}

function maskOf(layer: number, first = 0, count = CHANNELS): number[] {
  const key = dropoutKey(SEED, 1, STREAMS.layers, layer);
  return [...columns(dropoutMask(key, RATE, graph.nodes, CHANNELS), first, count).data];
}
