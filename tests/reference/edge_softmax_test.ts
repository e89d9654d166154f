import { assert, assertEquals } from "../assert.ts";
import { FINITE_DIFFERENCE, FLOAT64 } from "../tolerances.ts";
import { edgeSoftmax, edgeSoftmaxBackward } from "./edge_softmax.ts";
import { dot, finiteDifferences, largestError, random } from "./matrix.ts";

// Node 1 is isolated, 2 has a loop, 3 the same source three times, 4 only itself.
const graph = {
  rowPtr: Uint32Array.of(0, 3, 3, 5, 9, 10),
  colIdx: Uint32Array.of(1, 2, 4, 0, 2, 0, 0, 0, 1, 4),
};
// Of node 2 nothing is left, of node 0 one edge.
const KEEP = [0, 1, 0, 0, 0, 1, 0, 1, 1, 1];

Deno.test("edgeSoftmax() weighs a node's in-edges by the powers of their scores", () => {
  const edges = { rowPtr: Uint32Array.of(0, 3, 3, 3), colIdx: Uint32Array.of(0, 1, 2) };
  const logs = [1, 2, 5].map(Math.log);
  const source = { rows: 3, cols: 1, data: Float64Array.from(logs) };
  const attention = edgeSoftmax({ graph: edges, source });
  assert(largestError(attention.data, [1 / 8, 2 / 8, 5 / 8]) <= FLOAT64);
  // All sums negative: a fifth of their logarithms.
  const target = { rows: 3, cols: 1, data: Float64Array.of(-10, 0, 0) };
  const powers = [1, 2, 5].map((base) => base ** 0.2);
  const total = powers.reduce((sum, power) => sum + power);
  const flat = edgeSoftmax({ graph: edges, source, target });
  assert(largestError(flat.data, powers.map((power) => power / total)) <= FLOAT64);
  const kept = edgeSoftmax({ graph: edges, source, keep: [1, 0, 1] });
  assert(largestError(kept.data, [1 / 6, 0, 5 / 6]) <= FLOAT64);
});

Deno.test("edgeSoftmax() is finite for scores of ±10,000 and rows that lost all edges", () => {
  const source = random(5, 2, 1);
  source.data.forEach((value, k) => source.data[k] = 1e4 * Math.sign(value));
  const { data } = edgeSoftmax({ graph, source, target: source, keep: KEEP });
  assert(data.every((value) => value >= 0 && value <= 1));
  assertEquals([...data.subarray(6, 10)], [0, 0, 0, 0]);
});

for (
  const [what, hasTarget, keep] of [
    ["of sources", false, undefined],
    ["of both ends", true, undefined],
    ["with dropped edges", true, KEEP],
  ] as const
) {
  Deno.test(`edgeSoftmaxBackward() equals finite differences, scores ${what}`, () => {
    const [source, target, dAttention] = [random(5, 3, 1), random(5, 3, 2), random(10, 3, 3)];
    const edges = { graph, source, target: hasTarget ? target : undefined, keep };
    const { dSource, dTarget } = edgeSoftmaxBackward(edges, dAttention);
    const loss = () => dot(edgeSoftmax(edges), dAttention);
    const expected = finiteDifferences(loss, source.data);
    assert(expected.some((value) => Math.abs(value) > 0.01));
    assert(largestError(dSource.data, expected) <= FINITE_DIFFERENCE);
    if (!hasTarget) return;
    assert(largestError(dTarget.data, finiteDifferences(loss, target.data)) <= FINITE_DIFFERENCE);
  });
}
