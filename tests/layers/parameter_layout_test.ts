import { UNIFORM_BYTES } from "../../gpu/kernel.ts";
import { paddedCols } from "../../gpu/tensor.ts";
import { forEachWord, initialWeights, ParameterLayout } from "../../layers/parameter_layout.ts";
import { assert, assertEquals } from "../assert.ts";

/** Matrices of odd and even shapes, one without inputs, one past a window of 256 bytes. */
function layoutOf() {
  const layout = new ParameterLayout();
  layout.linear("a", 3, 5);
  layout.norm("b", 7);
  layout.linear("c", 100, 33);
  layout.linear("d", 0, 4);
  layout.norm("e", 64);
  layout.linear("f", 1, 1);
  return layout;
}

Deno.test("ParameterLayout counts learned values, biases included and padding not", () => {
  assertEquals(layoutOf().count, (4 * 5) + (2 * 7) + (101 * 33) + 4 + (2 * 64) + 2);
});

Deno.test("ParameterLayout puts matrices at multiples of 256 bytes, one after the other", () => {
  const layout = layoutOf();
  let end = 0;
  for (const { offset, rows, cols } of layout.parameters) {
    assertEquals(offset, end);
    end = Math.ceil((offset + rows * paddedCols(cols) * 4) / 256) * 256;
  }
  assertEquals(layout.words, end / 4);
  assertEquals(layout.wordsWithUniforms, (end + UNIFORM_BYTES) / 4);
});

Deno.test("ParameterLayout of nothing is empty", () => {
  const { count, words } = new ParameterLayout();
  assertEquals([count, words], [0, 0]);
});

Deno.test("forEachWord() visits every value once, row after row, and no padding", () => {
  const visits: number[][] = [];
  const parameter = { kind: "linear", name: "a", rows: 2, cols: 5, offset: 256 } as const;
  forEachWord(parameter, (...visit) => visits.push(visit));
  const row = (first: number, row: number) => [0, 1, 2, 3, 4].map((col) => [first + col, row, col]);
  assertEquals(visits, [...row(64, 0), ...row(72, 1)]);
});

Deno.test("initialWeights() fills ±1/√inputs evenly, 1 and 0 for norms, 0 between", () => {
  const layout = layoutOf();
  const values = initialWeights(layout, 1);
  const padding = new Set(values.keys());
  for (const parameter of layout.parameters) {
    const { kind, name, rows, cols } = parameter;
    const found: number[] = [];
    forEachWord(parameter, (word, row) => {
      padding.delete(word);
      if (kind === "norm") assertEquals(values[word], row === 0 ? 1 : 0, name);
      else found.push(values[word]! * Math.sqrt(rows - 1));
    });
    assert(found.every((value) => Math.abs(value) <= 1 + 1e-6), name);
    if (rows * cols < 1000) continue;
    const fifths = [0, 0, 0, 0, 0];
    for (const value of found) fifths[Math.floor((value + 1) / 2 * 5)]!++;
    assert(fifths.every((count) => Math.abs(count / found.length - 0.2) < 0.03), name);
  }
  assert([...padding].every((word) => values[word] === 0));
});

Deno.test("initialWeights() of a map without inputs are 0", () => {
  const layout = new ParameterLayout();
  layout.linear("a", 0, 4);
  assert(initialWeights(layout, 1).every((value) => value === 0));
});

Deno.test("initialWeights() are the seed's", () => {
  const layout = layoutOf();
  assertEquals(initialWeights(layout, 1), initialWeights(layout, 1));
  assert(initialWeights(layout, 1)[0] !== initialWeights(layout, 2)[0]);
});
