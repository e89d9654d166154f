import { addInOrder } from "../../../training/ranks/add_in_order.ts";
import { assertEquals } from "../../assert.ts";
import { accumulate } from "../../reference/accumulate.ts";
import { random } from "../../reference/matrix.ts";

/** Bits, so that -0 is not 0. */
const bitsOf = (values: readonly number[]) =>
  Array.from(new Uint32Array(Float32Array.from(values).buffer));

Deno.test("addInOrder() adds up to the bits of its reference", () => {
  const vectors = [1, 2, 3, 4].map((seed) => Float32Array.from(random(1, 1009, seed).data));
  const total = new Float32Array(1009);
  let expected = Array.from(total);
  for (const vector of vectors) {
    addInOrder(total, vector);
    expected = expected.map((value, at) => accumulate(value, vector[at]!));
  }
  assertEquals(bitsOf(Array.from(total)), bitsOf(expected));
});

Deno.test("addInOrder() takes what is below the normal range for 0, and -0 too", () => {
  const [least, tiny] = [2 ** -126, 2 ** -140];
  // In what is added, in what it is added to, and in their sum.
  const xs = [tiny, -tiny, -0, least, 1.5 * least, -1.5 * least, least, tiny, Infinity, 1, NaN];
  const ys = [tiny, 0, -0, 0, -least, least, -least, least, 1, -1, 0];
  xs.push(least, -1.5 * least);
  ys.push(tiny, -tiny);
  const total = Float32Array.from(ys);
  addInOrder(total, Float32Array.from(xs));
  assertEquals(bitsOf(Array.from(total)), bitsOf(ys.map((y, at) => accumulate(y, xs[at]!))));
});
