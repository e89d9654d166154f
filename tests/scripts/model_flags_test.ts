import { defineFlags, UsageError } from "../../scripts/flags.ts";
import { MODEL_FLAGS, modelOf } from "../../scripts/model_flags.ts";
import { assertEquals, assertThrows } from "../assert.ts";

const flags = defineFlags("train", "Trains one model.", MODEL_FLAGS);
const parse = (call: string) => modelOf(flags.parse(call.split(" ").filter(Boolean)));

const SHARED = { layers: 14, channels: 64, groups: 1, dropout: 0.1 };

Deno.test("modelOf() leaves defaults out of a model's options", () => {
  assertEquals(parse(""), { name: "RevGNN-64", model: { kind: "rev-gnn", ...SHARED, groups: 2 } });
  const spelt = "--model res-gnn --convolution gen --norm layer --aggregation max --no-tied";
  assertEquals(parse(spelt), { name: "ResGNN-64", model: { kind: "res-gnn", ...SHARED } });
});

const MODELS: [call: string, name: string, options: object][] = [
  ["--tied --norm batch", "WT-RevGNN-BN-64", { tied: true, norm: "batch" }],
  ["--convolution sage", "RevGNN-SAGE-64", { convolution: "sage" }],
  [
    "--aggregation softmax --t 0.5 --learn-t --message-norm",
    "RevGNN-64",
    { aggregation: { kind: "softmax", t: 0.5, learnT: true, messageNorm: true } },
  ],
  ["--no-encode-edges", "RevGNN-64", { encodeEdges: false }],
  [
    "--convolution gat --heads 4 --attn-dst --edge-dropout 0.3",
    "RevGNN-GAT-64",
    { convolution: "gat", attention: { heads: 4, destination: true, edgeDropout: 0.3 } },
  ],
  [
    "--model rev-gat --labels --input-dropout 0.25 --no-symmetric-norm",
    "RevGAT-96",
    {
      labels: true,
      inputDropout: 0.25,
      attention: { heads: 3, symmetric: false, residual: true },
    },
  ],
  ["--model gat", "GAT-256", { convolution: "gat", attention: { heads: 4 } }],
  ["--model mlp --channels 16", "MLP-16", { convolution: "linear" }],
  [
    "--model deq-gnn --solver broyden --max-steps 20 --gradient one-step",
    "DEQ-GNN-64",
    { equilibrium: { method: "broyden", maxSteps: 20, gradient: "one-step" } },
  ],
];

for (const [call, name, options] of MODELS) {
  Deno.test(`modelOf() of ${call} is ${name}`, () => {
    const { name: found, model } = parse(call);
    assertEquals(found, name);
    const { kind: _, layers: _l, channels: _c, groups: _g, dropout: _d, ...others } = model;
    assertEquals(others, options as typeof others);
  });
}

const WRONG: [call: string, sentence: string][] = [
  ["--convolution gcn --t 2", "Cannot use --t with gcn: only gen takes it"],
  ["--model gcn --no-encode-edges", "Cannot use --no-encode-edges with gcn: only gen takes it"],
  ["--heads 2", "Cannot use --heads with gen: only gat takes it"],
  ["--labels", "Cannot use --labels with rev-gnn: only rev-gat takes it"],
  ["--model rev-gat --tied", "Cannot use --tied with rev-gat: its layers differ"],
  ["--model rev-gat --convolution gcn", "Cannot use --convolution gcn with rev-gat"],
  ["--model deq-gnn --layers 3", "Cannot use --layers with deq-gnn: it has one cell and no depth"],
  ["--model deq-gnn --norm batch", "Cannot use --norm with deq-gnn"],
  ["--model deq-gnn --solver broyden --solver-damping 0.5", "Cannot damp Broyden's steps: only"],
  ["--model deq-gnn --phantom-steps 3", "Cannot take phantom steps with the gradient implicit"],
  ["--tolerance 0.1", "Cannot use --tolerance with rev-gnn: only deq-gnn takes it"],
  ["--aggregation add --t 5", "Cannot use --t with --aggregation add: it has none"],
  ["--aggregation softmax --y 1", "Cannot use --y with --aggregation softmax: it has none"],
  ["--learn-t", "Cannot learn t of aggregation max: no gradient reaches it"],
  ["--model rev-gat --heads 5", "Cannot split a group's 48 channels into 5 heads"],
  ["--groups 1", "Cannot use --groups 1: a reversible network needs at least 2"],
  ["--model gcn --groups 2", "Cannot use --groups 2: a residual network has no groups"],
];

for (const [call, sentence] of WRONG) {
  Deno.test(`modelOf() of ${call} is a wrong call`, () => {
    assertThrows(() => parse(call), UsageError, sentence);
  });
}
