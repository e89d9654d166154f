import { assert, assertEquals } from "../assert.ts";
import { FINITE_DIFFERENCE } from "../tolerances.ts";
import { genAggregate, genAggregateBackward } from "./gen_aggregate.ts";
import { dense, dot, finiteDifferences, largestError, random, row } from "./matrix.ts";

// Node 1 is isolated, 2 has a loop, 3 the same source three times, 4 only itself.
const graph = {
  rowPtr: Uint32Array.of(0, 3, 3, 5, 9, 10),
  colIdx: Uint32Array.of(1, 2, 4, 0, 2, 0, 0, 0, 1, 4),
};

Deno.test("genAggregate() takes the largest message, and nothing where there is none", () => {
  const x = { rows: 3, cols: 2, data: Float64Array.of(1, -5, 4, -6, 2, 8) };
  const edges = { rowPtr: Uint32Array.of(0, 2, 3, 3), colIdx: Uint32Array.of(1, 2, 1) };
  const edgeFeatures = { rows: 3, cols: 1, data: Float64Array.of(1, 2, 0) };
  const encoder = { rows: 2, cols: 2, data: Float64Array.of(3, -5, 0.5, 1) };
  const { y, winner } = genAggregate(edges, x, edgeFeatures, encoder);
  // Node 0: z = [7.5, -10] and [8.5, -1]; node 1: z = [4.5, -5]; node 2: no in-edges.
  assertEquals([...winner], [1, -1, 0, -1, -1, -1]);
  assertEquals([...y.data], [1 + (8.5 + 1e-7), -5 + 1e-7, 4 + (4.5 + 1e-7), -6 + 1e-7, 2, 8]);
});

Deno.test("genAggregate() names the first of equal edges", () => {
  const x = random(5, 2, 1);
  x.data.forEach((value, k) => x.data[k] = 2 + value);
  const { winner } = genAggregate(graph, x, dense(10, 0), dense(1, 2));
  const place = row(x, 0)[0]! > row(x, 1)[0]! ? 0 : 3;
  assertEquals(winner[3 * 2], place);
});

for (const features of [0, 1, 4]) {
  Deno.test(`genAggregateBackward() equals finite differences, ${features} edge features`, () => {
    const [x, edgeFeatures] = [random(5, 3, 2), random(10, features, 3)];
    const [encoder, dy] = [random(features + 1, 3, 4), random(5, 3, 5)];
    const { winner } = genAggregate(graph, x, edgeFeatures, encoder);
    assert(winner.some((place) => place > 0) && winner.subarray(6).includes(-1));
    const { dx, dEncoder } = genAggregateBackward(graph, x, edgeFeatures, encoder, dy);
    const loss = () => dot(genAggregate(graph, x, edgeFeatures, encoder).y, dy);
    assert(largestError(dx.data, finiteDifferences(loss, x.data)) <= FINITE_DIFFERENCE);
    const expected = finiteDifferences(loss, encoder.data);
    assert(largestError(dEncoder.data, expected) <= FINITE_DIFFERENCE);
  });
}

Deno.test("genAggregate() of a graph without edges is the identity", () => {
  const edges = { rowPtr: new Uint32Array(5), colIdx: new Uint32Array(0) };
  const [x, edgeFeatures] = [random(4, 3, 6), dense(0, 8)];
  const [encoder, dy] = [random(9, 3, 7), random(4, 3, 8)];
  const { y, winner } = genAggregate(edges, x, edgeFeatures, encoder);
  assertEquals(y, x);
  assertEquals(winner, new Int32Array(12).fill(-1));
  const { dx, dEncoder } = genAggregateBackward(edges, x, edgeFeatures, encoder, dy);
  assertEquals(dx, dy);
  assertEquals(dEncoder, dense(9, 3));
});
