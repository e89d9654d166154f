import { assert, assertEquals } from "../assert.ts";
import { FLOAT64 } from "../tolerances.ts";
import { givenMeans, labelInput, withHops } from "./label_input.ts";
import { largestError, random, row } from "./matrix.ts";

const labels = { rows: 3, cols: 2, data: Float64Array.of(1, 0, 0, 1, 0, 1) };

Deno.test("labelInput() gives labels, and zeros to all other nodes", () => {
  assertEquals([...labelInput(labels, Uint32Array.of(0, 1, 0)).data], [0, 0, 0, 1, 0, 0]);
});

Deno.test("labelInput() puts predictions where no label is given", () => {
  const logits = random(3, 2, 1);
  const out = labelInput(labels, Uint32Array.of(1, 0, 0), { logits });
  assertEquals([...row(out, 0)], [1, 0]);
  for (const i of [1, 2]) {
    const [a, b] = row(logits, i);
    assert(
      largestError(row(out, i), [1 / (1 + Math.exp(b! - a!)), 1 / (1 + Math.exp(a! - b!))]) <=
        FLOAT64,
    );
  }
});

Deno.test("labelInput() of tasks centres labels, and takes none that is missing", () => {
  const some = { rows: 3, cols: 3, data: Float64Array.of(1, 0, NaN, 0, 1, 1, 1, 0, NaN) };
  const given = Uint32Array.of(1, 1, 0);
  const means = givenMeans(some, given);
  assertEquals([...means], [0.5, 0.5, 1]);
  assertEquals([...labelInput(some, given, { means }).data], [1, -1, 0, -1, 1, 0, 0, 0, 0]);
  const rare = Float64Array.of(0.2, 0.2, 0.2);
  const logits = random(3, 3, 1);
  const out = labelInput(some, given, { means: rare, logits });
  const guess = (at: number) => (1 / (1 + Math.exp(-logits.data[at]!)) - 0.2) / 0.8;
  const expected = [1, -0.25, guess(2), -0.25, 1, 1, guess(6), guess(7), guess(8)];
  assert(largestError(out.data, expected) <= FLOAT64);
});

Deno.test("withHops() sums over neighbours, then over theirs", () => {
  // 1 → 0, 2 → 0, 0 → 1; node 2 hears nobody.
  const graph = { rowPtr: Uint32Array.of(0, 2, 3, 3), colIdx: Uint32Array.of(1, 2, 0) };
  const labels = { rows: 3, cols: 1, data: Float64Array.of(1, 2, 4) };
  const [first, second] = [6 / Math.SQRT2, 1];
  const expected = [1, first, second / Math.SQRT2, 2, second, first, 4, 0, 0];
  assert(largestError(withHops(graph, labels, 2).data, expected) <= FLOAT64);
});
