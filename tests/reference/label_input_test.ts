import { assert, assertEquals } from "../assert.ts";
import { FLOAT64 } from "../tolerances.ts";
import { labelInput } from "./label_input.ts";
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

Deno.test("labelInput() of tasks tells a label of 0 from none, and takes none that is missing", () => {
  const some = { rows: 2, cols: 3, data: Float64Array.of(1, 0, NaN, 1, 0, NaN) };
  const given = Uint32Array.of(1, 0);
  assertEquals([...labelInput(some, given, { tasks: true }).data], [1, -1, 0, 0, 0, 0]);
  const logits = random(2, 3, 1);
  const out = labelInput(some, given, { tasks: true, logits });
  const guess = (at: number) => Math.tanh(logits.data[at]! / 2);
  assert(largestError(out.data, [1, -1, guess(2), guess(3), guess(4), guess(5)]) <= FLOAT64);
});
