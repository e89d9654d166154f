import { assert, assertEquals } from "../assert.ts";
import { FINITE_DIFFERENCE } from "../tolerances.ts";
import { coupling, couplingBackward, couplingInverse } from "./coupling.ts";
import { columns, concatColumns } from "./copy_columns.ts";
import { add, type Dense, dot, finiteDifferences } from "./matrix.ts";
import { largestError, random } from "./matrix.ts";

// f_i(x) = sin((i + 1) x): C different branches whose gradients are known.
const f = (i: number, x: Dense) => ({ ...x, data: x.data.map((v) => Math.sin((i + 1) * v)) });
const backward = (i: number, x: Dense, dy: Dense) => ({
  ...x,
  data: x.data.map((v, k) => (i + 1) * Math.cos((i + 1) * v) * dy.data[k]!),
});

Deno.test("coupling() of one group is residual", () => {
  const x = random(3, 4, 1);
  assertEquals(coupling(x, 1, f), { y: add(f(0, x), x), inputs: [x] });
});

Deno.test("coupling() of three groups starts from the sum of all but the first", () => {
  const x = random(3, 6, 2);
  const [x1, x2, x3] = [columns(x, 0, 2), columns(x, 2, 2), columns(x, 4, 2)];
  const start = add(x2, x3);
  const y1 = add(f(0, start), x1);
  const y2 = add(f(1, y1), x2);
  const y3 = add(f(2, y2), x3);
  assertEquals(coupling(x, 3, f), { y: concatColumns([y1, y2, y3]), inputs: [start, y1, y2] });
});

for (const groups of [2, 3, 4]) {
  Deno.test(`couplingInverse() rebuilds x, ${groups} groups`, () => {
    const x = random(3, 12, 3);
    const rebuilt = couplingInverse(coupling(x, groups, f).y, groups, f);
    assert(largestError(rebuilt.data, x.data) <= 1e-14);
  });
}

for (const groups of [1, 2, 3, 4]) {
  Deno.test(`couplingBackward() equals finite differences, ${groups} groups`, () => {
    const [x, dy] = [random(3, 12, 4), random(3, 12, 5)];
    const dx = couplingBackward(dy, coupling(x, groups, f).inputs, backward);
    const expected = finiteDifferences(() => dot(coupling(x, groups, f).y, dy), x.data);
    assert(largestError(dx.data, expected) <= FINITE_DIFFERENCE);
  });
}
