import type { Graph } from "../../graphs/graph.ts";
import { blankGraph } from "../../graphs/parts/blank_graph.ts";
import { openDryRun } from "../../gpu/dry_run.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import {
  genMean,
  genMeanBackward,
  genMeanBackwardEncoder,
  genMeanBackwardLearned,
  genMeanShares,
  type Mean,
  type Messages,
} from "../../kernels/gen_mean.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import * as reference from "../reference/gen_mean.ts";
import { add, type Dense, dense, fromFloat32, largestError, random } from "../reference/matrix.ts";
import { KERNEL } from "../tolerances.ts";
import { compareOperator } from "./compare_operator.ts";
import { assertClose, gpu, read, rounded, shapesOfCard, upload, uploadWindow } from "./device.ts";
import { graphOf, randomEdges } from "./graphs.ts";

/** Each kind with what is fixed and what is learned; t and p on either side of 1 and of 0. */
interface Case extends reference.Mean {
  readonly learned: boolean;
}
const CASES: Case[] = [
  { kind: "add", exponent: 1, learned: false },
  { kind: "mean", exponent: 1, learned: false },
  { kind: "softmax", exponent: 1, learned: false },
  { kind: "softmax", exponent: -1.5, learned: true },
  { kind: "softmax", exponent: 0.5, degreePower: -0.5, learned: false },
  { kind: "softmax", exponent: 2.5, degreePower: 0.75, learned: true },
  { kind: "softmax_sg", exponent: 1.5, learned: false },
  { kind: "power", exponent: 1, learned: false },
  { kind: "power", exponent: 2.5, learned: true },
  { kind: "power", exponent: 1.5, degreePower: 0.5, learned: false },
  { kind: "power", exponent: 3, degreePower: -0.75, learned: true },
];
const SUM = { kind: "add", exponent: 1 } as const;
const CHANNELS = [1, 3, 4, 5, 7, 8, 12, 40];
/** No encoder, whose features are then not looked at; a bias alone, part of a vec4, and past 8. */
const FEATURES = [undefined, 0, 1, 3, 8, 11];

for (const mean of CASES) {
  Deno.test(`genMean() and its gradients equal their reference, ${titleOf(mean)}`, async () => {
    const edges = randomEdges(67, 300, 1);
    for (const channels of CHANNELS) {
      const graph = graphOf(67, edges, rounded(random(edges.length, 8, 2)));
      await compare(graph, channels, mean, true);
    }
    for (const features of FEATURES) {
      const graph = graphOf(67, edges, rounded(random(edges.length, features ?? 2, 2)));
      await compare(graph, 5, mean, features !== undefined);
    }
  });
}

const EDGES: [what: string, nodes: number, edges: [number, number][]][] = [
  ["no node", 0, []],
  ["one node", 1, []],
  ["one loop", 1, [[0, 0]]],
  ["a loop twice", 1, [[0, 0], [0, 0]]],
  ["no edge", 67, []],
  ["several workgroups", 257, randomEdges(257, 2000, 3)],
];

for (const [what, nodes, edges] of EDGES) {
  Deno.test(`genMean() and its gradients equal their reference, ${what}`, async () => {
    const graph = graphOf(nodes, edges, rounded(random(edges.length, 3, 4)));
    for (const mean of CASES) await compare(graph, 5, mean, true);
  });
}

Deno.test("genMean() and its gradients equal their reference, 66001 nodes", async () => {
  const edges = randomEdges(66_001, 132_000, 5);
  const graph = graphOf(66_001, edges, rounded(random(edges.length, 1, 6)));
  for (const mean of CASES.filter(({ learned, kind }) => learned || kind === "mean")) {
    await compare(graph, 3, mean, true);
  }
});

for (const [exponent, scale] of [[1e4, 1], [-1e4, 1], [1, 1e4]] as const) {
  Deno.test(`genMean() of a softmax takes t = ${exponent} and messages to ${scale}`, async () => {
    const edges = randomEdges(67, 300, 1);
    const graph = graphOf(67, edges, dense(edges.length, 0));
    for (const kind of ["softmax", "softmax_sg"] as const) {
      const mean = { kind, exponent, degreePower: 0.5, learned: kind === "softmax" };
      await compare(graph, 5, mean, false, scale);
    }
  });
}

Deno.test("genMean() of a power takes p = ±100, and messages past 10 as 10", async () => {
  const edges = randomEdges(67, 300, 1);
  const graph = graphOf(67, edges, dense(edges.length, 0));
  const x = rounded(mostlyPositive(67, 5, 20));
  for (const exponent of [100, -100]) {
    using device = new DeviceGraph(gpu, graph);
    const mean = { kind: "power", exponent } as const;
    const { y, saved } = genMean(device, { x: upload(x) }, mean, false);
    const expected = reference.genMean(graph, x, dense(edges.length, 0), undefined, mean);
    assert(x.data.some((value) => value > 10));
    await assertClose(y, expected, KERNEL, `y with p = ${exponent}`);
    const dy = rounded(random(67, 5, 7));
    const dx = backward(device, { x: upload(x) }, mean, saved, upload(dy));
    const gradients = reference.genMeanBackward(
      graph,
      x,
      dense(edges.length, 0),
      undefined,
      mean,
      dy,
    );
    // A rounding of ln a is a hundred times as much of aᵖ.
    await assertClose(dx, gradients.dx, 100 * KERNEL, `dx with p = ${exponent}`);
  }
});

Deno.test("genMean() of a power treats a learned p of 0 as the nearest p it allows", async () => {
  const edges = randomEdges(67, 300, 1);
  const graph = graphOf(67, edges, dense(edges.length, 0));
  const x = rounded(mostlyPositive(67, 5, 5));
  using device = new DeviceGraph(gpu, graph);
  const results = [];
  for (const p of [0, 1e-3]) {
    const mean = { kind: "power", exponent: uploadWindow(dense(1, 1, p)) } as const;
    const { y, saved } = genMean(device, { x: upload(x) }, mean, false);
    const dExponent = uploadWindow(dense(1, 1));
    genMeanBackwardLearned(mean, saved, upload(x), { dExponent });
    const dx = backward(device, { x: upload(x) }, mean, saved, upload(x));
    results.push([await read(y), await read(dx), await read(dExponent)]);
  }
  assertEquals(results[0], results[1]);
  assert(results.flat(2).every((values) => values.every(Number.isFinite)));
  const near = { kind: "power", exponent: 1e-3 } as const;
  const expected = reference.genMean(graph, x, dense(edges.length, 0), undefined, near);
  // 1/p makes a thousandfold of a rounding.
  const error = largestError(results[0]![0]!, expected.data);
  if (!(error <= 1000 * KERNEL)) throw new Error(`the geometric mean is off by ${error}`);
});

for (const where of ["here", "on a card"]) {
  Deno.test(`genMeanBackwardEncoder() gives the same bits again, ${where}`, async () => {
    using _card = where === "here" ? undefined : shapesOfCard();
    const edges = randomEdges(2003, 20_000, 15);
    using graph = new DeviceGraph(gpu, graphOf(2003, edges, rounded(random(edges.length, 11, 16))));
    const [x, encoder, dy] = [random(2003, 20, 17), random(12, 20, 18), random(2003, 20, 19)]
      .map(upload) as [Tensor, Tensor, Tensor];
    const runs = [];
    for (let run = 0; run < 3; run++) {
      runs.push(await read(genMeanBackwardEncoder(graph, { x, encoder }, SUM, dy)!));
    }
    assert(runs[0]!.every((value) => value !== 0));
    assertEquals(runs[1], runs[0]);
    assertEquals(runs[2], runs[0]);
  });
}

/** Room for as many edges as three invocations share out of each block of rows on a processor. */
const MILLIONS = { nodes: 257, fewestNodes: 257, edges: 2_500_000, longestRow: 300 };

Deno.test("genMeanBackwardEncoder() shares out the rows of a block where there is room for millions of edges", async () => {
  const edges = randomEdges(257, 2000, 20);
  const graph = graphOf(257, edges, rounded(random(edges.length, 3, 21)));
  using device = new DeviceGraph(gpu, graph, { size: MILLIONS });
  const [x, encoder, dy] = [random(257, 5, 22), random(4, 5, 23), random(257, 5, 24)]
    .map(rounded) as [Dense, Dense, Dense];
  const messages = { x: upload(x), encoder: upload(encoder) };
  const { dEncoder } = reference.genMeanBackward(
    graph,
    x,
    fromFloat32(graph.edgeFeatures),
    encoder,
    SUM,
    dy,
  );
  const ours = genMeanBackwardEncoder(device, messages, SUM, upload(dy))!;
  await assertClose(ours, dEncoder, KERNEL, "dEncoder");
});

Deno.test("genMeanBackwardEncoder() takes 92 kB a share of ogbn-proteins' blocks of rows: one, or four on a card", () => {
  const edge = graphOf(1, [[0, 0]], dense(1, 8));
  const shares = (software: boolean, edges: number) => {
    const gpu = openDryRun({ ...openDryRun().adapter, software });
    const size = { nodes: 13_253, fewestNodes: 13_253, edges, longestRow: 300 };
    using graph = new DeviceGraph(gpu, blankGraph(edge, size));
    const [x, encoder] = [gpu.empty(13_253, 40), gpu.empty(9, 40)];
    const before = gpu.ledger.live;
    using dEncoder = genMeanBackwardEncoder(graph, { x, encoder }, SUM, x)!;
    return (gpu.ledger.peak - before - dEncoder.bytes) / (64 * 9 * 40 * 4);
  };
  assertEquals([shares(true, 795_180), shares(false, 795_180)], [1, 4]);
  assertEquals([shares(true, MILLIONS.edges), shares(false, MILLIONS.edges)], [3, 4]);
});

Deno.test("genMean() refuses x or an encoder of another shape", () => {
  using graph = new DeviceGraph(gpu, graphOf(10, [[0, 1]], dense(1, 3)));
  const mean = { kind: "mean", exponent: 1 } as const;
  assertThrows(
    () => genMean(graph, { x: upload(dense(12, 5)) }, mean),
    RangeError,
    "Cannot aggregate x as x must have one row per node: x has 12 rows, the graph 10 nodes",
  );
  assertThrows(
    () => genMean(graph, { x: upload(dense(10, 5)), encoder: upload(dense(3, 5)) }, mean),
    RangeError,
    "Cannot encode 3 edge features into 5 channels with an encoder of 3 × 5: it must be 4 × 5",
  );
});

/** Values and all gradients, with the residual and without. */
async function compare(
  graph: Graph,
  channels: number,
  { learned, ...mean }: Case,
  encoded: boolean,
  scale = 1,
): Promise<void> {
  const { nodes } = graph;
  const edgeFeatures = fromFloat32(graph.edgeFeatures);
  const number = (value?: number) =>
    learned && value !== undefined ? dense(1, 1, value) : undefined;
  using device = new DeviceGraph(gpu, graph);
  await compareOperator({
    of: `${nodes} × ${channels}, ${edgeFeatures.cols} features, encoded: ${encoded}`,
    inputs: {
      x: mostlyPositive(nodes, channels, scale),
      encoder: encoded ? random(edgeFeatures.cols + 1, channels, 12) : undefined,
      dy: random(nodes, channels, 13),
      into: random(nodes, channels, 14),
      // Of one sign, so that the sums over all nodes do not cancel.
      ones: dense(nodes, channels, 1),
    },
    windows: {
      exponent: number(mean.exponent),
      degreePower: number(mean.degreePower),
      dExponent: number(1),
      dDegreePower: number(mean.degreePower === undefined ? undefined : 1),
    },
    ours: ({ x, encoder, dy, into, ones, dExponent, dDegreePower, ...learned }) => {
      const messages = { x, encoder };
      const { exponent = mean.exponent, degreePower = mean.degreePower } = learned;
      const ours = { kind: mean.kind, exponent, degreePower };
      const { y: aggregate, saved } = genMean(device, messages, ours, false);
      const { y } = genMean(device, messages, ours);
      const shares = genMeanShares(device, ours, saved, dy);
      genMeanBackward(device, messages, ours, shares, into);
      const dEncoder = genMeanBackwardEncoder(device, messages, ours, shares);
      if (dExponent) genMeanBackwardLearned(ours, saved, ones, { dExponent, dDegreePower });
      return { aggregate, y, into, dEncoder, dExponent, dDegreePower };
    },
    expected: ({ x, encoder, dy, into, ones, dExponent, dDegreePower }) => {
      const aggregate = reference.genMean(graph, x, edgeFeatures, encoder, mean);
      const gradientsOf = (dy: Dense) =>
        reference.genMeanBackward(graph, x, edgeFeatures, encoder, mean, dy);
      const { dx, dEncoder } = gradientsOf(dy);
      const slopes = dExponent && gradientsOf(ones);
      return {
        ...{ aggregate, y: add(x, aggregate) },
        ...{ into: add(into, dx), dEncoder: encoder && dEncoder },
        dExponent: slopes && dense(1, 1, 1 + slopes.dExponent),
        dDegreePower: dDegreePower && dense(1, 1, 1 + slopes!.dDegreePower),
      };
    },
  });
}

/** dx alone. */
function backward(graph: DeviceGraph, messages: Messages, mean: Mean, saved: Tensor, dy: Tensor) {
  const dx = upload(dense(dy.rows, dy.cols));
  genMeanBackward(graph, messages, mean, genMeanShares(graph, mean, saved, dy), dx);
  return dx;
}

/** Numbers in [-scale / 3, scale): messages of which some are closed. */
function mostlyPositive(rows: number, cols: number, scale: number): Dense {
  const x = random(rows, cols, 11);
  return { ...x, data: x.data.map((value) => scale * (2 * value + 1) / 3) };
}

function titleOf({ kind, exponent, degreePower, learned }: Case): string {
  const scaled = degreePower === undefined ? "" : ` and y = ${degreePower}`;
  return `${kind} of ${exponent}${scaled}, ${learned ? "learned" : "fixed"}`;
}
