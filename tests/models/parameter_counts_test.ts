/** Parameters, counted without a device, as the paper prints them to the digit (tables 1 and 6). */
import { DeqGnn } from "../../models/deq_gnn.ts";
import { ResGnn } from "../../models/res_gnn.ts";
import { RevGat } from "../../models/rev_gat.ts";
import { RevGnn } from "../../models/rev_gnn.ts";
import { assert, assertEquals } from "../assert.ts";
import { OGB_SHAPES } from "./ogb_shapes.ts";

const { "ogbn-proteins": PROTEINS, "ogbn-arxiv": ARXIV } = OGB_SHAPES;

const PAPER = [
  { Model: ResGnn, layers: 112, channels: 64, paper: "2.37M" },
  { Model: ResGnn, layers: 112, channels: 224, paper: "28.4M" },
  { Model: RevGnn, layers: 112, channels: 64, paper: "1.46M" },
  { Model: RevGnn, layers: 112, channels: 80, paper: "2.25M" },
  { Model: RevGnn, layers: 112, channels: 224, paper: "17.1M" },
  { Model: RevGnn, layers: 1001, channels: 80, paper: "20.03M" },
  { Model: RevGnn, layers: 448, channels: 224, paper: "68.47M" },
];

for (const { Model, layers, channels, paper } of PAPER) {
  Deno.test(`${Model.name} of ${layers} × ${channels} has the paper's ${paper} parameters`, () => {
    const { layout } = new Model({ layers, channels }, PROTEINS);
    const decimals = paper.indexOf("M") - paper.indexOf(".") - 1;
    assertEquals(`${(layout.count / 1e6).toFixed(decimals)}M`, paper);
  });
}

const PAPER_TIED = [
  { Model: ResGnn, layers: 112, channels: 64, paper: "51.4K" },
  { Model: RevGnn, layers: 112, channels: 64, paper: "35.0K" },
  { Model: RevGnn, layers: 112, channels: 80, paper: "51.4K" },
  { Model: RevGnn, layers: 112, channels: 224, paper: "337K" },
];

for (const { Model, layers, channels, paper } of PAPER_TIED) {
  Deno.test(`${Model.name} of ${layers} × ${channels}, tied, has the paper's ${paper} parameters`, () => {
    const { layout } = new Model({ layers, channels, tied: true }, PROTEINS);
    const decimals = paper.includes(".") ? 1 : 0;
    assertEquals(`${(layout.count / 1e3).toFixed(decimals)}K`, paper);
  });
}

for (const [channels, paper] of [[64, "51.3K"], [224, "537K"]] as const) {
  Deno.test(`DeqGnn of ${channels} channels has the paper's ${paper} parameters`, () => {
    const { layout } = new DeqGnn({ channels }, PROTEINS);
    const decimals = paper.includes(".") ? 1 : 0;
    assertEquals(`${(layout.count / 1e3).toFixed(decimals)}K`, paper);
  });
}

for (const [channels, paper] of [[768, "2.10M"], [1068, "3.88M"]] as const) {
  Deno.test(`RevGat of 5 × ${channels} on ogbn-arxiv has the paper's ${paper} parameters`, () => {
    const convolution = { kind: "gat", heads: 3, symmetricNorm: true, residual: true } as const;
    const { layout } = new RevGat({ layers: 5, channels, convolution, labels: true }, ARXIV);
    assertEquals(`${(layout.count / 1e6).toFixed(2)}M`, paper);
  });
}

Deno.test("RevGnn of 28 × 128, GCN, on ogbn-arxiv has the paper's 262K parameters", () => {
  const { layout } = new RevGnn({ layers: 28, channels: 128, convolution: "gcn" }, ARXIV);
  assertEquals(`${(layout.count / 1e3).toFixed(0)}K`, "262K");
});

for (const [convolution, inputs] of [["gcn", 1], ["sage", 2]] as const) {
  Deno.test(`RevGnn of 2 × 6, ${convolution}, encodes no edges`, () => {
    const { layout } = new RevGnn({ layers: 2, channels: 6, convolution }, PROTEINS);
    const [d, D] = [3, 6];
    const block = (inputs * d * d + d) + 2 * d;
    const outside = (8 * 8 + 8) + (16 * D + D) + 2 * D + (D * 112 + 112);
    assertEquals(layout.count, 2 * 2 * block + outside);
    assert(layout.parameters.every(({ name }) => !name.includes("edge_encoder")));
  });
}

Deno.test("RevGnn of 2 × 6 has as many parameters as its formula", () => {
  const { layout } = new RevGnn({ layers: 2, channels: 6 }, { ...PROTEINS, tasks: 5 });
  const [d, D] = [3, 6];
  const block = (d * 2 * d + 2 * d) + 4 * d + (2 * d * d + d) + (D * d + d) + 2 * d;
  const outside = (8 * 8 + 8) + (16 * D + D) + (8 * D + D) + 2 * D + (D * 5 + 5);
  assertEquals(layout.count, 2 * 2 * block + outside);
});
