import { assert, assertEquals } from "../assert.ts";
import { FINITE_DIFFERENCE, FLOAT64 } from "../tolerances.ts";
import { genMean, genMeanBackward, type Mean } from "./gen_mean.ts";
import { dense, dot, finiteDifferences, largestError, random } from "./matrix.ts";

// Node 1 is isolated, 2 has a loop, 3 the same source three times, 4 only itself.
const graph = {
  rowPtr: Uint32Array.of(0, 3, 3, 5, 9, 10),
  colIdx: Uint32Array.of(1, 2, 4, 0, 2, 0, 0, 0, 1, 4),
};
const MEANS: Mean[] = [
  { kind: "add", exponent: 1 },
  { kind: "mean", exponent: 1 },
  { kind: "softmax", exponent: 1 },
  { kind: "softmax", exponent: -2.5 },
  { kind: "softmax", exponent: 0.7, degreePower: -0.4 },
  { kind: "power", exponent: 1 },
  { kind: "power", exponent: 2.5 },
  { kind: "power", exponent: -1.5, degreePower: 0.3 },
];

Deno.test("genMean() aggregates messages 1, 2 and 4 as their definitions say", () => {
  const edges = { rowPtr: Uint32Array.of(0, 3, 3, 3, 3), colIdx: Uint32Array.of(1, 2, 3) };
  const x = { rows: 4, cols: 1, data: Float64Array.of(5, 1, 2, 4).map((x) => x - 1e-7) };
  const [e1, e2, e4] = [1, 2, 4].map(Math.exp) as [number, number, number];
  const cases: [Mean, number][] = [
    [{ kind: "add", exponent: 1 }, 7],
    [{ kind: "mean", exponent: 1 }, 7 / 3],
    [{ kind: "softmax", exponent: 1 }, (e1 + 2 * e2 + 4 * e4) / (e1 + e2 + e4)],
    [{ kind: "softmax_sg", exponent: 0 }, 7 / 3],
    [{ kind: "softmax", exponent: 1e4 }, 4],
    [{ kind: "softmax", exponent: 0, degreePower: 0 }, Math.sqrt(3) * 7 / 3],
    [{ kind: "power", exponent: 1 }, 7 / 3],
    [{ kind: "power", exponent: 2 }, Math.sqrt(21 / 3)],
    [{ kind: "power", exponent: -1, degreePower: Math.log(3) }, 3 / 1.75 * 3 ** 0.75],
  ];
  for (const [mean, expected] of cases) {
    const y = genMean(edges, x, dense(3, 0), undefined, mean);
    const error = largestError(y.data, [expected, 0, 0, 0]);
    assert(error <= FLOAT64, `${JSON.stringify(mean)}: ${error}`);
  }
});

Deno.test("genMean() of a power clamps messages past 10, which have no gradient then", () => {
  const edges = { rowPtr: Uint32Array.of(0, 2, 2, 2), colIdx: Uint32Array.of(1, 2) };
  const x = { rows: 3, cols: 1, data: Float64Array.of(0, 30, 2) };
  const mean: Mean = { kind: "power", exponent: 1 };
  const y = genMean(edges, x, dense(2, 0), undefined, mean);
  assert(largestError(y.data, [6 + 0.5e-7, 0, 0]) <= FLOAT64);
  const dy = dense(3, 1, 1);
  const { dx } = genMeanBackward(edges, x, dense(2, 0), undefined, mean, dy);
  assert(largestError(dx.data, [0, 0, 0.5]) <= FLOAT64);
});

for (const mean of MEANS) {
  for (const features of [undefined, 1, 4]) {
    const title = `${JSON.stringify(mean)}, ${features ?? "no encoder of"} edge features`;
    Deno.test(`genMeanBackward() equals finite differences, ${title}`, () => {
      const [x, edgeFeatures] = [random(5, 3, 2), random(10, features ?? 2, 3)];
      const encoder = features === undefined ? undefined : random(features + 1, 3, 4);
      const dy = random(5, 3, 5);
      const loss = (varied = mean) => dot(genMean(graph, x, edgeFeatures, encoder, varied), dy);
      const gradients = genMeanBackward(graph, x, edgeFeatures, encoder, mean, dy);
      assert(gradients.dx.data.some((slope) => slope !== 0));
      assertClose(gradients.dx.data, finiteDifferences(() => loss(), x.data));
      if (encoder !== undefined) {
        assertClose(gradients.dEncoder.data, finiteDifferences(() => loss(), encoder.data));
      }
      const learned = Float64Array.of(mean.exponent, mean.degreePower ?? 0);
      const byLearned = finiteDifferences(() => {
        const [exponent, power] = learned;
        return loss({
          ...mean,
          exponent: exponent!,
          degreePower: mean.degreePower === undefined ? undefined : power,
        });
      }, learned);
      assertClose([gradients.dExponent, gradients.dDegreePower], byLearned);
    });
  }
}

Deno.test("genMeanBackward() of softmax_sg is that of a sum whose weights are given", () => {
  const [x, edgeFeatures, encoder] = [random(5, 3, 2), random(10, 2, 3), random(3, 3, 4)];
  const dy = random(5, 3, 5);
  // At t = 0 weights are 1/n whatever the messages are.
  const [weighted, mean] = (["softmax_sg", "mean"] as const).map((kind) =>
    genMeanBackward(graph, x, edgeFeatures, encoder, { kind, exponent: 0 }, dy)
  );
  assertClose(weighted!.dx.data, mean!.dx.data);
  assertClose(weighted!.dEncoder.data, mean!.dEncoder.data);
  // A single message has the weight 1, and of equal ones each has its share.
  const alone = { rowPtr: Uint32Array.of(0, 3, 3, 3, 3, 3), colIdx: Uint32Array.of(1, 1, 1) };
  const same = random(3, 0, 6);
  const one = genMeanBackward(alone, x, same, undefined, { kind: "softmax_sg", exponent: 3 }, dy);
  const passed = x.data.map((value, k) =>
    Math.trunc(k / 3) === 1 && value > 0 ? dy.data[k % 3]! : 0
  );
  assert(passed.some((slope) => slope !== 0));
  assertClose(one.dx.data, passed);
  assertEquals(one.dExponent, 0);
});

function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  const error = largestError(actual, expected);
  if (!(error <= FINITE_DIFFERENCE)) throw new Error(`off by ${error}`);
}
