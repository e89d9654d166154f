import { standardised } from "../../graphs/standardised.ts";
import { Random } from "../../graphs/random.ts";
import { assert, assertEquals } from "../assert.ts";
import { KERNEL } from "../tolerances.ts";

Deno.test("standardised() gives each column mean 0 and deviation 1, and one of a single value 0", () => {
  const [rows, cols, random] = [500, 3, new Random(1)];
  const data = Float32Array.from(
    { length: rows * cols },
    (_, at) => at % 3 === 2 ? 7 : 100 * (at % 3) + (1 + at % 3) * random.normal(),
  );
  const before = data.slice();
  const { x } = standardised({ x: { data, rows, cols } });
  assertEquals(data, before);
  for (const col of [0, 1]) {
    const column = x.data.filter((_, at) => at % cols === col);
    const mean = column.reduce((sum, value) => sum + value) / rows;
    const square = column.reduce((sum, value) => sum + value ** 2, 0) / rows;
    assert(Math.abs(mean) <= KERNEL && Math.abs(square - 1) <= KERNEL, `${mean}, ${square}`);
    // In the order of what there was.
    const [first, second] = [before[col]! - before[cols + col]!, column[0]! - column[1]!];
    assertEquals(Math.sign(first), Math.sign(second));
  }
  assert(x.data.every((value, at) => at % cols < 2 || value === 0));
  assertEquals(standardised({ x: { data: new Float32Array(0), rows: 4, cols: 0 } }).x.cols, 0);
});
