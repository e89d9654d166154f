/** Weight tying: the gradients of shared weights are the sums over the layers that share them. */
import { planted } from "../../graphs/planted/planted.ts";
import { buildModel } from "../../models/build.ts";
import { shapeOf } from "../../models/model.ts";
import type { ConvolutionGiven, ModelGiven, ModelKind } from "../../models/options.ts";
import { stateDict, valuesOf } from "../../training/files/state_dict.ts";
import type { StoredTensor } from "../../training/files/safetensors.ts";
import { gpu } from "../kernels/device.ts";
import { roughWeights } from "../layers/blocks.ts";
import { MODEL } from "../tolerances.ts";
import { assertTensorsClose, stepOf } from "./step.ts";

const SEED = 3;
const LAYERS = 5;
const graph = planted({ nodes: 70, degree: 4, edgeFeatures: 3, tasks: 3 });

type Case = [kind: ModelKind, groups: number, convolution: ConvolutionGiven];
const CASES: Case[] = [
  ["rev-gnn", 2, "gen"],
  ["rev-gnn", 3, "gen"],
  ["res-gnn", 1, "gen"],
  ["rev-gnn", 3, "sage"],
  ["res-gnn", 1, "gcn"],
  // Of reversible ones without edge dropout: untied layers drop edges of their own.
  ["rev-gnn", 3, "gat"],
  ["res-gnn", 1, { kind: "gat", edgeDropout: 0.3 }],
];

for (const [kind, groups, convolution] of CASES) {
  const name = typeof convolution === "string"
    ? convolution
    : `${convolution.kind} that drops edges`;
  const title = `${kind} of ${groups} groups and ${name}, tied`;
  Deno.test(`${title}, has the gradients of its layers summed`, async () => {
    const options = {
      kind,
      groups,
      convolution,
      layers: LAYERS,
      channels: 12,
      dropout: 0.2,
    };
    const tied = buildModel({ ...options, tied: true } as ModelGiven, shapeOf(graph));
    const untied = buildModel(options as ModelGiven, shapeOf(graph));
    const values = roughWeights(tied.layout, SEED);
    const state = stateDict(tied.layout, values);
    const repeated = new Map(
      untied.layout.parameters.flatMap(({ tensors }) => tensors)
        .map(({ name }) => [name, state.get(tiedName(name))!]),
    );
    const shared = await stepOf(gpu, tied, graph, values, SEED);
    const each = await stepOf(
      gpu,
      untied,
      graph,
      valuesOf(untied.layout, repeated, "repeated"),
      SEED,
    );
    const summed = new Map<string, StoredTensor>();
    for (const [name, { shape, data }] of stateDict(untied.layout, each.gradients)) {
      const sum = summed.get(tiedName(name))?.data as Float32Array | undefined;
      const values = data as Float32Array;
      summed.set(tiedName(name), { shape, data: sum ? sum.map((v, i) => v + values[i]!) : values });
    }
    const expected = valuesOf(tied.layout, summed, "summed");
    assertTensorsClose(tied, shared.gradients, expected, MODEL);
  });
}

/** The parameter that stands in for this one where weights are tied: layer 5 is layer 1 again. */
function tiedName(name: string): string {
  return name.replace(/^gcns\.(\d+)/, (_, layer) => `gcns.${Number(layer) % 2}`);
}
