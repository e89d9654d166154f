/** The lanes of a workgroup share out hubs' edges: GEN's aggregations and their gradients. */
import { LONG_ROW } from "../../batch/long_rows.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import { genAggregate, genAggregateBackward } from "../../kernels/gen_aggregate.ts";
import {
  genMean,
  genMeanBackward,
  genMeanBackwardEncoder,
  genMeanShares,
  type Mean,
} from "../../kernels/gen_mean.ts";
import { spmm } from "../../kernels/spmm.ts";
import { assertEquals } from "../assert.ts";
import * as maximum from "../reference/gen_aggregate.ts";
import * as means from "../reference/gen_mean.ts";
import { add, type Dense, dense, fromFloat32, random } from "../reference/matrix.ts";
import { KERNEL } from "../tolerances.ts";
import { assertClose, gpuOfBindings, rounded } from "./device.ts";
import { float32, graphOf, grid, randomEdges } from "./graphs.ts";

const NODES = 257;

/** Two nodes with long rows of in-edges, one with a long row of out-edges. */
function hubs(): [number, number][] {
  const ends = Array.from({ length: LONG_ROW + 77 }, (_, i) => (i * 7) % NODES);
  return [
    ...randomEdges(NODES, 2000, 8),
    ...ends.flatMap((end): [number, number][] => [[end, 3], [end, NODES - 2], [5, end]]),
  ];
}

/** The shapes of a card, and those of the adapter at hand, by subgroups or not, as channels are many or few. */
const SHAPES = { "on a card": { software: false, subgroup: undefined }, "here": {} };
const CASES = [2 ** 27, 2 ** 16].flatMap((bindings) =>
  Object.entries(SHAPES).map(([where, shapes]) => ({ bindings, where, shapes }))
);

for (const { bindings, where, shapes } of CASES) {
  Deno.test(`GEN's aggregations share out hubs' edges ${where}, bindings of ${bindings}`, async () => {
    using gpu = await gpuOfBindings(bindings, shapes);
    const edges = hubs();
    const graph = graphOf(NODES, edges, grid(edges.length, 3, 5));
    using device = new DeviceGraph(gpu, graph);
    assertEquals([...device.inRows.long], [3, NODES - 2]);
    assertEquals([...device.outRows.long], [5]);
    const on = (x: Dense) => gpu.upload({ ...x, data: Float32Array.from(x.data) });
    const features = fromFloat32(graph.edgeFeatures);
    for (const cols of [3, 13]) {
      const [x, encoder, ofAnySign] = [
        grid(NODES, cols, 6),
        grid(4, cols, 7),
        rounded(random(NODES, cols, 8)),
      ];
      // Of one sign, so that sums over all edges do not cancel.
      const dy = { ...ofAnySign, data: ofAnySign.data.map(Math.abs) };
      const { y, winner } = genAggregate(device, on(x), on(encoder));
      await assertClose(y, maximum.genAggregate(graph, x, features, encoder).y, KERNEL, "maximum");
      const { dx } = maximum.genAggregateBackward(graph, x, features, encoder, dy);
      await assertClose(genAggregateBackward(device, winner, on(dy)), dx, KERNEL, "its dx");
      const kinds: Mean[] = [
        { kind: "mean", exponent: 1 },
        { kind: "softmax", exponent: 2 },
        { kind: "softmax", exponent: -3 },
        { kind: "power", exponent: 2 },
      ];
      for (const mean of kinds) {
        const ours = { kind: mean.kind, exponent: mean.exponent as number };
        const messages = { x: on(x), encoder: on(encoder) };
        const { y, saved } = genMean(device, messages, mean);
        const expected = add(x, means.genMean(graph, x, features, encoder, ours));
        await assertClose(y, expected, KERNEL, mean.kind);
        const into = on(dy);
        const shares = genMeanShares(device, mean, saved, on(dy));
        genMeanBackward(device, messages, mean, shares, into);
        const { dx, dEncoder } = means.genMeanBackward(graph, x, features, encoder, ours, dy);
        await assertClose(into, add(dy, dx), KERNEL, `dx of ${mean.kind}`);
        const ofEncoder = genMeanBackwardEncoder(device, messages, mean, shares)!;
        await assertClose(ofEncoder, dEncoder, KERNEL, `dEncoder of ${mean.kind}`);
      }
    }
  });
}

Deno.test("sums and GEN's aggregations take each row once where a grid of long rows is folded", async () => {
  const hubs = [3, 4, 100, 201, NODES - 1];
  const ends = Array.from({ length: LONG_ROW + 77 }, (_, i) => (i * 7) % NODES);
  // Node 0, whose number is the padding behind those of long rows, has more edges than a workgroup lanes, so
  // that these would add them up in another order.
  const both = (a: number, b: number): [number, number][] => [[a, b], [b, a]];
  const edges = [
    ...hubs.flatMap((hub) => ends.flatMap((end) => both(hub, end))),
    ...ends.slice(0, 500).flatMap((end) => both(0, end)),
  ];
  const graph = graphOf(NODES, edges, dense(edges.length, 0));
  // Of 5 hubs 13 blocks of 8 channels, 65 workgroups: two rows of 33.
  const random104 = (seed: number) => random(NODES, 104, seed);
  const largest = random104(5);
  // Node 0 wins all of its edges.
  largest.data.fill(10, 0, 104);
  const results = await Promise.all([65_535, 64].map(async (maxWorkgroups) => {
    const shapes = { software: false, subgroup: undefined, maxWorkgroups };
    using gpu = await gpuOfBindings(2 ** 27, shapes);
    using device = new DeviceGraph(gpu, graph);
    const matrix = (seed: number) => gpu.upload(float32(random104(seed)));
    const [x, dy, into] = [matrix(1), matrix(2), matrix(3)];
    const mean: Mean = { kind: "mean", exponent: 1 };
    const { saved } = genMean(device, { x }, mean);
    genMeanBackward(device, { x }, mean, genMeanShares(device, mean, saved, dy), into);
    const { winner } = genAggregate(device, gpu.upload(float32(largest)));
    const dx = genAggregateBackward(device, winner, dy, matrix(4));
    return await gpu.read(into, dx, spmm(device, x, device.mean));
  }));
  assertEquals(results[1], results[0]);
});
