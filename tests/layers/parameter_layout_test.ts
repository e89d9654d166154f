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
  layout.linear("g", 100, 20, { bias: false });
  layout.array("h", [1, 3, 7], { constant: 0.5 });
  return layout;
}

Deno.test("ParameterLayout counts learned values, biases included and padding not", () => {
  assertEquals(
    layoutOf().count,
    (4 * 5) + (2 * 7) + (101 * 33) + 4 + (2 * 64) + 2 + (100 * 20) + 21,
  );
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

Deno.test("ParameterLayout keeps running statistics apart: not counted, behind the learned values", () => {
  const layout = layoutOf();
  const { count, words } = layout;
  const [first, second] = [layout.runningStatistics("b", 7), layout.runningStatistics("e", 64)];
  assertEquals([layout.count, layout.words], [count, words]);
  assertEquals([first.offset, second.offset], [0, 256]);
  // [2, 8] and [2, 64], each from a multiple of 64 words on.
  assertEquals([layout.statisticsWords, layout.valueWords], [64 + 128, words + 64 + 128]);
  const places = layout.matrices.map(({ name, offset }) => [name, offset]);
  const learned = layout.parameters.map(({ name, offset }) => [name, offset]);
  assertEquals(places, [...learned, ["b", 4 * words], ["e", 4 * words + 256]]);
});

Deno.test("initialWeights() end with running means of 0 and variances of 1", () => {
  const layout = layoutOf();
  const learned = initialWeights(layout, 1);
  layout.runningStatistics("b", 7);
  const values = initialWeights(layout, 1);
  assertEquals(values.subarray(0, layout.words), learned);
  const [means, variances] = [new Float32Array(8), new Float32Array(56).fill(1, 0, 7)];
  assertEquals([...values.subarray(layout.words)], [...means, ...variances]);
});

Deno.test("ParameterLayout of nothing is empty", () => {
  const { count, words } = new ParameterLayout();
  assertEquals([count, words], [0, 0]);
});

Deno.test("forEachWord() visits every value once, row after row, and no padding", () => {
  const visits: number[][] = [];
  const parameter = { rows: 2, cols: 5, offset: 256 };
  forEachWord(parameter, (...visit) => visits.push(visit));
  const row = (first: number, row: number) => [0, 1, 2, 3, 4].map((col) => [first + col, row, col]);
  assertEquals(visits, [...row(64, 0), ...row(72, 1)]);
  visits.length = 0;
  forEachWord(parameter, (...visit) => visits.push(visit), { first: 1, end: 2 });
  assertEquals(visits, row(72, 1));
});

Deno.test("initialWeights() fills ±1/√inputs evenly, constants, and 0 between", () => {
  const layout = layoutOf();
  const values = initialWeights(layout, 1);
  const padding = new Set(values.keys());
  for (const parameter of layout.parameters) {
    const bound = 1 / Math.sqrt(parameter.tensors[0]!.shape[1] ?? 1);
    const found: number[] = [];
    for (const { name, initial, ...part } of parameter.tensors) {
      forEachWord(parameter, (word) => {
        padding.delete(word);
        if ("constant" in initial) assertEquals(values[word], initial.constant, name);
        else found.push(values[word]! / bound);
      }, part);
    }
    assert(found.every((value) => Math.abs(value) <= 1 + 1e-6), parameter.name);
    if (found.length < 1000) continue;
    const fifths = [0, 0, 0, 0, 0];
    for (const value of found) fifths[Math.floor((value + 1) / 2 * 5)]!++;
    const even = fifths.every((count) => Math.abs(count / found.length - 0.2) < 0.03);
    assert(even, parameter.name);
  }
  assert([...padding].every((word) => values[word] === 0));
});

Deno.test("initialWeights() draws with a deviation where told so", () => {
  const layout = new ParameterLayout();
  const parameter = layout.linear("a", 100, 100, { bias: false, initial: { deviation: 3 } });
  const found: number[] = [];
  const values = initialWeights(layout, 1);
  forEachWord(parameter, (word) => found.push(values[word]!));
  const within = (bound: number) => found.filter((value) => Math.abs(value) < bound).length / 1e4;
  assert(Math.abs(within(3) - 0.6827) < 0.02 && Math.abs(within(6) - 0.9545) < 0.01);
});

Deno.test("initialWeights() of a map without inputs are 0", () => {
  const layout = new ParameterLayout();
  layout.linear("a", 0, 4);
  assert(initialWeights(layout, 1).every((value) => value === 0));
});

Deno.test("initialWeights() repeat for a seed, and differ for another", () => {
  const layout = layoutOf();
  assertEquals(initialWeights(layout, 1), initialWeights(layout, 1));
  assert(initialWeights(layout, 1)[0] !== initialWeights(layout, 2)[0]);
});
