/** How each kind of tensor of the models is drawn: as PyTorch's and DGL's own modules draw theirs. */
import { initialWeights } from "../../layers/parameter_layout.ts";
import { buildModel } from "../../models/build.ts";
import type { ModelGiven } from "../../models/options.ts";
import { stateDict } from "../../training/files/state_dict.ts";
import { assert, assertEquals } from "../assert.ts";

const SHAPE = { features: 60, categories: 40, edgeFeatures: 30, tasks: 50 };
/** Between them they have every kind of tensor. */
const MODELS: Readonly<Record<string, ModelGiven>> = {
  "GEN of batch norms and all that is learned": {
    ...{ kind: "rev-gnn", layers: 2, channels: 128, norm: "batch" },
    convolution: {
      kind: "gen",
      aggregation: {
        ...{ kind: "power_sum", p: 3, learnP: true, y: 0.5, learnY: true },
        ...{ messageNorm: true, learnMessageScale: true },
      },
    },
  },
  "GEN by softmax": {
    ...{ kind: "res-gnn", layers: 1, channels: 64 },
    convolution: { kind: "gen", aggregation: { kind: "softmax", t: 0.25, learnT: true } },
  },
  "GAT": {
    ...{ kind: "rev-gat", layers: 3, channels: 120 },
    convolution: { kind: "gat", heads: 3, destination: true, residual: true },
  },
  "an equilibrium of GCN": { kind: "deq-gnn", channels: 64, convolution: "gcn" },
  "GraphSAGE": { kind: "res-gnn", layers: 1, channels: 64, convolution: "sage" },
  "linear maps": { kind: "res-gnn", layers: 1, channels: 64, convolution: "linear" },
};
/** What the learned scalars are told to begin at, where a model has them. */
const SCALARS: Readonly<Record<string, number>> = { p: 3, y: 0.5, t: 0.25, msg_scale: 1 };

type Draw = { constant: number } | { even: number } | { deviation: number };

/** A tensor's distribution; `weight` is the shape of the weight that a bias belongs to. */
function drawOf(name: string, shape: readonly number[], weight?: readonly number[]): Draw {
  const member = name.split(".").at(-1)!;
  if (member in SCALARS) return { constant: SCALARS[member]! };
  const [rows, cols, depth] = shape;
  // torch.nn.init.xavier_normal_ with the gain of ReLU, of a matrix or of [1, heads, outputs].
  const xavier = (ins: number, outs: number) => ({
    deviation: Math.SQRT2 * Math.sqrt(2 / (ins + outs)),
  });
  if (/^attn_[lr]$/.test(member)) return xavier(cols! * depth!, depth!);
  if (/\.(res_)?fc\.weight$/.test(name)) return xavier(cols!, rows!);
  // torch.nn.Linear, whose bias has the bound of its weight.
  const linear = member === "bias" ? weight : shape;
  if (linear?.length === 2) return { even: 1 / Math.sqrt(linear[1]!) };
  return { constant: /^(weight|running_var)$/.test(member) ? 1 : 0 };
}

/** Throws unless values may well be so drawn: bounds are five deviations of what is measured. */
function checkDraw(name: string, values: Float32Array, draw: Draw): void {
  if ("constant" in draw) {
    return assertEquals(new Set(values), new Set([Math.fround(draw.constant)]), name);
  }
  const [mean, square] = [1, 2].map((power) =>
    values.reduce((sum, value) => sum + value ** power, 0) / values.length
  );
  const deviation = "even" in draw ? draw.even / Math.sqrt(3) : draw.deviation;
  const about = (found: number, wanted: number, off: number, what: string) =>
    assert(Math.abs(found - wanted) <= off, `${name}: ${what} ${found}, expected ${wanted}`);
  const root = Math.sqrt(values.length);
  about(mean!, 0, 5 * deviation / root, "mean");
  // The square of an even draw varies by √(4 / 5) of its mean, that of a normal one by √2.
  const spread = Math.sqrt("even" in draw ? 4 / 5 : 2);
  about(square! / deviation ** 2, 1, 5 * spread / root, "variance in shares of");
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  // An even draw ends at √3 deviations; of a normal one, 8 % is beyond.
  const ends = Math.fround(Math.sqrt(3) * deviation * (1 + 1e-6));
  assert(largest <= ends === "even" in draw, `${name}: largest ${largest}, expected ${ends}`);
}

for (const [what, model] of Object.entries(MODELS)) {
  Deno.test(`initialWeights() draw each tensor as PyTorch and DGL do, ${what}`, () => {
    const shape = model.kind === "rev-gat" ? { ...SHAPE, categories: 0 } : SHAPE;
    const { layout } = buildModel(model, shape);
    const tensors = stateDict(layout, initialWeights(layout, 1));
    for (const [name, { shape, data }] of tensors) {
      const weight = tensors.get(name.replace(/bias$/, "weight"))?.shape;
      checkDraw(name, data as Float32Array, drawOf(name, shape, weight));
    }
  });
}

Deno.test("initialWeights() draw all tensors of a model anew", () => {
  const { layout } = buildModel(MODELS.GAT!, { ...SHAPE, categories: 0 });
  const firsts = [...stateDict(layout, initialWeights(layout, 1))]
    .filter(([name]) => /fc|attn/.test(name)).map(([, { data }]) => data[0]);
  assertEquals(new Set(firsts).size, firsts.length);
});
