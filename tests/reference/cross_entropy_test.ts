import { assert, assertEquals } from "../assert.ts";
import { FINITE_DIFFERENCE, FLOAT64 } from "../tolerances.ts";
import { crossEntropy } from "./cross_entropy.ts";
import { type Dense, dense, finiteDifferences, largestError, random, row } from "./matrix.ts";

const labels = oneHot(4, [0, 3, 1, 2, 3, 1]);

function oneHot(classes: number, of: number[]): Dense {
  const matrix = dense(of.length, classes);
  of.forEach((c, i) => matrix.data[i * classes + c] = 1);
  return matrix;
}

Deno.test("crossEntropy() of equal logits is the log of their number", () => {
  const { loss } = crossEntropy(dense(6, 4), labels, Uint32Array.of(1, 2));
  assert(Math.abs(loss - Math.log(4)) <= FLOAT64);
});

Deno.test("crossEntropy() is the mean negative log-likelihood, times the weight", () => {
  const logits = random(6, 4, 2);
  const nodes = Uint32Array.of(0, 3, 5);
  const entropies = [...nodes].map((i) => {
    const odds = row(logits, i).map(Math.exp);
    const label = row(labels, i).indexOf(1);
    return -Math.log(odds[label]! / odds.reduce((sum, value) => sum + value));
  });
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value) / values.length;
  const { loss } = crossEntropy(logits, labels, nodes, { weight: 0.5 });
  assert(Math.abs(loss - mean(entropies) / 2) <= FLOAT64);
  const robust = crossEntropy(logits, labels, nodes, { logEpsilon: true });
  const logs = entropies.map((entropy) => Math.log1p(entropy / (1 - Math.LN2)));
  assert(Math.abs(robust.loss - mean(logs)) <= FLOAT64);
});

Deno.test("crossEntropy() with log-epsilon is 0 for a certain node, and as steep as CE at ln 2", () => {
  const certain = { rows: 1, cols: 2, data: Float64Array.of(100, 0) };
  const node = Uint32Array.of(0);
  const { loss } = crossEntropy(certain, oneHot(2, [0]), node, { logEpsilon: true });
  assert(Math.abs(loss) <= FLOAT64);
  // At CE = ln 2 the argument of the outer log is 1: slope 1, value -log ε.
  const even = crossEntropy(dense(1, 2), oneHot(2, [0]), node, { logEpsilon: true });
  assert(Math.abs(even.loss + Math.log(1 - Math.LN2)) <= FLOAT64);
  assert(largestError(even.dLogits.data, [-0.5, 0.5]) <= FLOAT64);
});

for (const options of [{}, { logEpsilon: true }, { logEpsilon: true, weight: 0.05 }]) {
  Deno.test(`crossEntropy() gives finite differences, ${JSON.stringify(options)}`, () => {
    const [logits, nodes] = [random(6, 4, 3), Uint32Array.of(4, 1, 2)];
    const { dLogits, rowLoss } = crossEntropy(logits, labels, nodes, options);
    const loss = () => crossEntropy(logits, labels, nodes, options).loss;
    assert(
      largestError(dLogits.data, finiteDifferences(loss, logits.data)) <= FINITE_DIFFERENCE,
    );
    for (const i of [0, 3, 5]) {
      assertEquals([...row(dLogits, i), rowLoss.data[i]], Array(5).fill(0));
    }
  });
}

Deno.test("crossEntropy() stays finite for huge logits", () => {
  const logits = { rows: 1, cols: 3, data: Float64Array.of(1e4, -1e4, 1e4) };
  const { loss, dLogits } = crossEntropy(logits, oneHot(3, [1]), Uint32Array.of(0));
  assert(Math.abs(loss - 2e4 - Math.LN2) <= 1e-8);
  assertEquals([...dLogits.data], [0.5, -1, 0.5]);
});
