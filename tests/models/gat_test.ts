/** Models of GAT convolutions: which edges which layer drops, and gradients rebuilt and stored. */
import { planted } from "../../graphs/planted/planted.ts";
import { openGpu } from "../../gpu/gpu.ts";
import { STREAMS } from "../../kernels/dropout.ts";
import type { AttentionOptions } from "../../layers/gat_convolution.ts";
import { buildModel } from "../../models/build.ts";
import { type Model, shapeOf } from "../../models/model.ts";
import type { ModelGiven } from "../../models/options.ts";
import { RevGnn } from "../../models/rev_gnn.ts";
import { stateDict } from "../../training/files/state_dict.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { gpu } from "../kernels/device.ts";
import { matrixOf, roughWeights } from "../layers/blocks.ts";
import { columns } from "../reference/copy_columns.ts";
import { coupling } from "../reference/coupling.ts";
import { dropoutKey, dropoutMask } from "../reference/dropout.ts";
import { edgeDropout } from "../reference/edge_dropout.ts";
import { gatConvolution } from "../reference/gat_convolution.ts";
import { linear } from "../reference/linear.ts";
import { type Dense, fromFloat32 } from "../reference/matrix.ts";
import { normAct } from "../reference/norm_act.ts";
import { MODEL } from "../tolerances.ts";
import { assertRebuilds } from "./smooth.ts";
import { assertValuesClose, stepOf } from "./step.ts";

const graph = planted({ nodes: 60, degree: 6, features: 5, edgeFeatures: 3, tasks: 3, seed: 1 });
const SEED = 1;
const ALL: AttentionOptions = {
  heads: 2,
  destination: true,
  symmetricNorm: true,
  residual: true,
  edgeDropout: 0.3,
};
/** As the paper's RevGAT. */
const PAPER: AttentionOptions = { heads: 4, symmetricNorm: true, residual: true, edgeDropout: 0.3 };

for (const [what, attention] of [["by default", {}], ["of all options", ALL]] as const) {
  for (const tied of [false, true]) {
    for (const groups of [1, 2, 4]) {
      const title = `${groups} groups${tied ? ", tied" : ""}`;
      Deno.test(`buildModel() of GAT ${what} has the reference's logits, ${title}`, async () => {
        const kind = groups === 1 ? "res-gnn" : "rev-gnn";
        const convolution = { kind: "gat", ...attention } as const;
        const options = { kind, groups, tied, convolution, layers: 3, channels: 24, dropout: 0.2 };
        const shape = shapeOf(graph);
        const model = buildModel(options as ModelGiven, shape);
        const values = roughWeights(model.layout, SEED);
        const { logits } = await stepOf(gpu, model, graph, values, SEED);
        assertValuesClose("logits", logits, referenceLogits(model, values).data, MODEL);
      });
    }
  }
}

for (const [what, attention] of [["paper's", PAPER], ["of all options", ALL]] as const) {
  for (const groups of [2, 4, 8]) {
    const title = `GAT ${what}, C = ${groups}`;
    Deno.test(`RevGnn's gradients equal those of stored activations, ${title}`, async () => {
      using gpu = await openGpu();
      const shared = {
        layers: 3,
        dropout: 0.2,
        convolution: { kind: "gat", ...attention },
      } as const;
      const model = new RevGnn({ ...shared, groups, channels: 8 * groups }, shapeOf(graph));
      await assertRebuilds(gpu, model, graph, assertGradientsClose);
    });
  }
}

Deno.test("RevGnn of GAT has as many parameters as its formula", () => {
  const { edgeFeatures: _none, ...shape } = shapeOf(graph);
  const options = { layers: 2, channels: 24, groups: 2 } as const;
  const count = (attention: AttentionOptions) =>
    new RevGnn({ ...options, convolution: { kind: "gat", ...attention } }, {
      ...shape,
      edgeFeatures: 8,
    }).layout.count;
  const [d, D] = [12, 24];
  const outside = (5 * D + D) + 2 * D + (D * 3 + 3);
  assertEquals(count({}), 2 * 2 * (d * d + d + 2 * d) + outside);
  assertEquals(count(ALL), 2 * 2 * (2 * d * d + 2 * d + 2 * d) + outside);
});

Deno.test("RevGnn of GAT refuses attention that fits no group, with a sentence", () => {
  const cases: [AttentionOptions, string][] = [
    [{ heads: 0 }, "Cannot use convolution.heads 0: expected a whole number from 1"],
    [{ heads: 1.5 }, "Cannot use convolution.heads 1.5: expected a whole number from 1"],
    [
      { heads: 3 },
      "Cannot split a group's 8 channels into 3 heads: channels must be a multiple of heads",
    ],
    [
      { edgeDropout: 1 },
      "Cannot use convolution.edgeDropout 1: expected a number from 0 and below 1",
    ],
    [{ edgeDropout: NaN }, "Cannot use convolution.edgeDropout NaN: expected a number"],
  ];
  for (const [attention, message] of cases) {
    const convolution = { kind: "gat", ...attention } as const;
    const options = { layers: 1, channels: 16, convolution };
    assertThrows(() => new RevGnn(options, shapeOf(graph)), RangeError, message);
  }
});

/**
 * Each tensor relative to its largest value. Where no score changes its sign, those of targets cancel in
 * the softmax: attn_r has no gradient but roundings, which count by attn_l's.
 */
function assertGradientsClose(
  { layout }: Pick<Model, "layout">,
  actual: Float32Array,
  expected: Float32Array,
  tolerance: number,
): void {
  const [ours, theirs] = [actual, expected].map((values) => stateDict(layout, values));
  const numbers = (state: typeof ours, name: string) => Array.from(state!.get(name)!.data, Number);
  for (const name of ours!.keys()) {
    const names = name.endsWith("attn_r") ? [name, name.replace(/_r$/, "_l")] : [name];
    const [a, b] = [ours, theirs].map((state) => names.flatMap((one) => numbers(state, one)));
    assertValuesClose(name, a!, b!, tolerance);
  }
}

/** Logits [N, tasks] of the first training step, every layer with edges of its own. */
function referenceLogits({ layout, options }: Model, values: Float32Array): Dense {
  const { layers, groups, channels, dropout, tied } = options;
  const attention = options.convolution as { kind: "gat" } & AttentionOptions;
  const names = new Set(layout.parameters.map(({ name }) => name));
  const matrix = (name: string) => matrixOf(layout, values, name);
  const mask = (stream: keyof typeof STREAMS, layer = 0) =>
    dropoutMask(dropoutKey(SEED, 1, STREAMS[stream], layer), dropout, graph.nodes, channels);
  const { heads = 1, symmetricNorm: symmetric = false, edgeDropout: rate = 0 } = attention;
  const width = channels / groups;
  let state = linear(fromFloat32(graph.x), matrix("node_features_encoder"));
  for (let layer = 0; layer < layers; layer++) {
    // Layers of tied weights are one layer, met again.
    const index = tied ? layer % 2 : layer;
    const key = dropoutKey(SEED, 1, STREAMS.edges);
    // Residual ones draw anew all the same.
    const drawn = groups === 1 ? layer : index;
    const keep = edgeDropout(graph.colIdx.length, { key, rate, layer: drawn });
    const ofLayer = mask("layers", groups === 1 ? layer : 0);
    state = coupling(state, groups, (group, x) => {
      const name = groups === 1 ? `gcns.${index}` : `gcns.${index}._fn.Fms.${group}`;
      const part = (end: string) =>
        names.has(`${name}.gcn.${end}`) ? matrix(`${name}.gcn.${end}`) : undefined;
      const active = normAct(x, matrix(`${name}.norm`), columns(ofLayer, group * width, width));
      const [attnR, resFc] = [part("attn_r"), part("res_fc")];
      const params = { fc: part("fc")!, attnL: part("attn_l")!, attnR, resFc };
      return gatConvolution(graph, active, params, { heads, symmetric, keep });
    }).y;
  }
  return linear(
    normAct(state, matrix("last_norm"), mask("classifier")),
    matrix("node_pred_linear"),
  );
}
