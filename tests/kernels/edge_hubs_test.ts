/** On a card the lanes of a workgroup share out hubs' edges: attention, what it weighs, and their gradients. */
import { LONG_ROW } from "../../batch/long_rows.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import { edgeSoftmax, edgeSoftmaxBackward } from "../../kernels/edge_softmax.ts";
import { edgeSum, edgeSumBackward, edgeSumBackwardAttention } from "../../kernels/edge_sum.ts";
import type { Device, Tensor } from "../../gpu/tensor.ts";
import { assert, assertEquals } from "../assert.ts";
import * as softmax from "../reference/edge_softmax.ts";
import * as sums from "../reference/edge_sum.ts";
import {
  add,
  type Dense,
  dense,
  largestError,
  mulberry32,
  random,
  row,
  transposed,
} from "../reference/matrix.ts";
import { KERNEL } from "../tolerances.ts";
import { assertClose, gpuOfBindings, read, rounded } from "./device.ts";
import { float32, graphOf, grid, randomEdges } from "./graphs.ts";

const NODES = 257;
/** Beside short rows and one another, first and last; one is a hub both ways. */
const IN_HUBS = [3, 4, 100, 201, 256];
const OUT_HUBS = [0, 5, 6, 77, 256];

/** Random edges, and hubs whose in-edges, or out-edges, no invocation of a card takes alone. */
function hubs(): [number, number][] {
  const ends = Array.from({ length: LONG_ROW + 77 }, (_, i) => (i * 7) % NODES);
  return [
    ...randomEdges(NODES, 2000, 8),
    ...IN_HUBS.flatMap((hub) => ends.map((end): [number, number] => [end, hub])),
    ...OUT_HUBS.flatMap((hub) => ends.map((end): [number, number] => [hub, end])),
  ];
}

const EDGES = hubs();
const GRAPH = graphOf(NODES, EDGES, dense(EDGES.length, 0));
const card = await gpuOfBindings(2 ** 27, { software: false });

/** Half of the edges; of a hub's one alone, a lane's last, and of another's none. */
function kept(): number[] {
  const next = mulberry32(12);
  const keep = EDGES.map(() => Number(next() < 0.5));
  keep.fill(0, GRAPH.rowPtr[4], GRAPH.rowPtr[5]);
  keep.fill(0, GRAPH.rowPtr[100], GRAPH.rowPtr[101]);
  keep[GRAPH.rowPtr[101]! - 1] = 1;
  return keep;
}

const on = (gpu: Device, x: Dense) => gpu.upload(float32(x));

/** Scores near one another, and such thousands apart that the highest of a row is what it all depends on. */
const SCORES: [what: string, of: (value: number) => number][] = [
  ["near", (value) => 4 * value],
  ["far", (value) => 5000 * Math.round(2 * value)],
];

Deno.test("the graph has several hubs of in-edges and of out-edges, and rows end within a vec4", () => {
  using graph = new DeviceGraph(card, GRAPH);
  assertEquals([...graph.inRows.long], IN_HUBS);
  assertEquals([...graph.outRows.long], OUT_HUBS);
  assert(EDGES.length % 4 !== 0);
});

for (const [what, of] of SCORES) {
  for (const keep of [undefined, kept()]) {
    const title = `scores ${what}, ${keep ? "" : "not "}dropped`;
    Deno.test(`edgeSoftmax() and its gradients share out hubs' edges on a card, ${title}`, async () => {
      using graph = new DeviceGraph(card, GRAPH);
      // 13 heads of 5 hubs: a grid of 65 workgroups is folded, and has one past the last.
      for (const heads of [1, 3, 13]) {
        const [source, target] = [4, 5].map((seed) => {
          const x = grid(NODES, heads, seed);
          return { ...x, data: x.data.map(of) };
        }) as [Dense, Dense];
        const dAttention = rounded(random(heads, EDGES.length, 11));
        for (const to of [undefined, target]) {
          await compareSoftmax(graph, { graph: GRAPH, source, target: to, keep }, dAttention);
        }
      }
    });
  }
}

async function compareSoftmax(
  graph: DeviceGraph,
  edges: softmax.ScoredEdges,
  dAttention: Dense,
): Promise<void> {
  const { source, target, keep } = edges;
  const words = keep && { data: Uint32Array.from(keep), rows: 1, cols: keep.length };
  const ours = () => {
    const scores = { source: on(card, source), target: target && on(card, target) };
    const attention = edgeSoftmax(graph, scores, words && card.upload(words));
    const d = on(card, dAttention);
    return { attention, ...edgeSoftmaxBackward(graph, scores, attention, d), d };
  };
  const results = ours();
  const expected = transposed(softmax.edgeSoftmax(edges));
  const what = `${source.cols} heads, ${target ? "both ends" : "sources"}`;
  await assertClose(results.attention, expected, KERNEL, `attention of ${what}`);
  const attention = await read(results.attention);
  for (const hub of IN_HUBS) {
    // Each of a hub's edges has little: held to the largest of these.
    const [begin, end] = [GRAPH.rowPtr[hub]!, GRAPH.rowPtr[hub + 1]!];
    for (let head = 0; head < source.cols; head++) {
      const at = head * EDGES.length;
      const error = largestError(
        attention.subarray(at + begin, at + end),
        row(expected, head).subarray(begin, end),
      );
      assert(error <= KERNEL, `attention of hub ${hub}, head ${head} of ${what}: ${error}`);
    }
  }
  const { dSource, dTarget } = softmax.edgeSoftmaxBackward(edges, transposed(dAttention));
  await assertScores(results.source, dSource, `dSource of ${what}`);
  if (target) await assertScores(results.target!, dTarget, `dTarget of ${what}`);
  await assertSameAgain(results, ours());
}

/** Scores whose gradients cancel are held to rounding of the incoming ones, 1. */
async function assertScores(actual: Tensor, expected: Dense, what: string): Promise<void> {
  await assertClose(actual, expected, Infinity, what);
  const error = largestError([...await read(actual), 1], [...expected.data, 1]);
  assert(error <= KERNEL, `${what} is off by ${error}`);
}

async function assertSameAgain<R extends Record<string, Tensor | undefined>>(
  once: R,
  again: R,
): Promise<void> {
  for (const name in once) {
    if (once[name]) assertEquals(await read(again[name]!), await read(once[name]), name);
  }
  card.trim();
}

/** 13 × 8 channels: of 5 hubs 65 workgroups. */
for (const [heads, channels] of [[1, 3], [3, 5], [13, 8]] as const) {
  for (const scaled of [false, true]) {
    const title = `${heads} × ${channels} channels, ${scaled ? "" : "not "}scaled`;
    Deno.test(`edgeSum() and its gradients share out hubs' edges on a card, ${title}`, async () => {
      using graph = new DeviceGraph(card, GRAPH);
      await compareSums(graph, heads, channels, scaled);
    });
  }
}

async function compareSums(
  graph: DeviceGraph,
  heads: number,
  channels: number,
  scaled: boolean,
): Promise<void> {
  const { gpu } = graph;
  const width = heads * channels;
  const [x, dy] = [5, 6].map((seed) => rounded(random(NODES, width, seed))) as [Dense, Dense];
  const [target, source] = [7, 8].map((seed) => rounded(random(1, NODES, seed))) as [Dense, Dense];
  // Half of the edges are dropped.
  const keep = kept();
  const weights = rounded(random(EDGES.length, heads, 4));
  const ofEdges = {
    ...weights,
    data: weights.data.map((value, k) => value * keep[Math.floor(k / heads)]!),
  };
  const attention = on(gpu, transposed(ofEdges));
  const scales = scaled ? { target: on(gpu, target), source: on(gpu, source) } : undefined;
  const ours = () => {
    const [added, subtracted] = [on(gpu, dy), on(gpu, dy)];
    edgeSum(graph, attention, on(gpu, x), { scales, residual: { y: added, sign: 1 } });
    edgeSum(graph, attention, on(gpu, x), { scales, residual: { y: subtracted, sign: -1 } });
    return {
      ...{ out: edgeSum(graph, attention, on(gpu, x), { scales }), added, subtracted },
      dx: edgeSumBackward(graph, attention, on(gpu, dy), scales),
      dAttention: edgeSumBackwardAttention(graph, on(gpu, x), on(gpu, dy), { heads, scales }),
    };
  };
  const values = scaled ? { target: target.data, source: source.data } : undefined;
  const out = sums.edgeSum(GRAPH, ofEdges, x, values);
  const { dx, dAttention } = sums.edgeSumBackward(GRAPH, ofEdges, x, dy, values);
  const minus = { ...out, data: out.data.map((value) => -value) };
  const results = ours();
  await assertClose(results.out, out, KERNEL, "out");
  await assertClose(results.added, add(dy, out), KERNEL, "added");
  await assertClose(results.subtracted, add(dy, minus), KERNEL, "subtracted");
  await assertClose(results.dx, dx, KERNEL, "dx");
  await assertClose(results.dAttention, transposed(dAttention), KERNEL, "dAttention");
  await assertSameAgain(results, ours());
}

Deno.test("hubs' rows are left to the kernels of long rows, which is what makes them fast", async () => {
  const gpu = await gpuOfBindings(2 ** 27, { software: false });
  const launch = gpu.launch.bind(gpu);
  gpu.launch = (kernel, given) => {
    if (!kernel.name.endsWith("_long")) launch(kernel, given);
  };
  using graph = new DeviceGraph(gpu, GRAPH);
  const matrix = (rows: number, cols: number) => on(gpu, random(rows, cols, 1));
  const ofEdges = () => matrix(1, EDGES.length);
  const [x, source, target] = [matrix(NODES, 1), matrix(NODES, 1), matrix(NODES, 1)];
  const dScores = edgeSoftmaxBackward(graph, { source, target }, ofEdges(), ofEdges());
  const attention = await read(edgeSoftmax(graph, { source }));
  const hubOfEdge = (e: number) =>
    IN_HUBS.some((hub) => GRAPH.rowPtr[hub]! <= e && e < GRAPH.rowPtr[hub + 1]!);
  assert(attention.every((value, e) => Number.isNaN(value) === hubOfEdge(e)));
  // What is not written is NaN, as all new memory of the tests.
  const unwritten = async (x: Tensor) => [...await read(x)].flatMap((v, i) => isNaN(v) ? [i] : []);
  assertEquals(await unwritten(edgeSum(graph, ofEdges(), x)), IN_HUBS);
  assertEquals(await unwritten(edgeSumBackward(graph, ofEdges(), x)), OUT_HUBS);
  assertEquals(await unwritten(dScores.source), OUT_HUBS);
  assertEquals(await unwritten(dScores.target!), IN_HUBS);
});

Deno.test("edgeSum() shares out hubs' edges to the same bits in slices of columns", async () => {
  // Covers the attention of a head, and 124 columns.
  const small = await gpuOfBindings(2 ** 17, { software: false });
  const [expected, actual] = await Promise.all([card, small].map(async (gpu) => {
    using graph = new DeviceGraph(gpu, GRAPH);
    const attention = on(gpu, random(1, EDGES.length, 1));
    const x = on(gpu, random(NODES, 150, 2));
    assert(gpu === card || x.bytes > 2 ** 17);
    const out = edgeSum(graph, attention, x, { scales: graph.attention });
    const dx = edgeSumBackward(graph, attention, x, graph.attention);
    return (await gpu.read(out, dx)).map(({ buffer }) => new Uint32Array(buffer));
  }));
  assertEquals(actual, expected);
});
