import { assert } from "../assert.ts";
import { FINITE_DIFFERENCE } from "../tolerances.ts";
import { type Aggregation, genAggregation, genAggregationBackward } from "./gen_aggregation.ts";
import { dot, finiteDifferences, largestError, random } from "./matrix.ts";

// Node 1 is isolated, 2 has a loop, 3 the same source three times, 4 only itself.
const graph = {
  rowPtr: Uint32Array.of(0, 3, 3, 5, 9, 10),
  colIdx: Uint32Array.of(1, 2, 4, 0, 2, 0, 0, 0, 1, 4),
};
const softmax = { kind: "softmax", exponent: 0.7, degreePower: -0.4 } as const;
const AGGREGATIONS: [name: string, Aggregation][] = [
  ["max", {}],
  ["max with message norm", { messageScale: 0.8 }],
  ["a scaled softmax", { mean: softmax }],
  ["a scaled softmax with message norm", { mean: softmax, messageScale: -1.2 }],
  ["add with message norm", { mean: { kind: "add", exponent: 1 }, messageScale: 1 }],
];

for (const [name, aggregation] of AGGREGATIONS) {
  for (const encoded of [true, false]) {
    Deno.test(`genAggregationBackward() equals finite differences, ${name}, encoded: ${encoded}`, () => {
      const [x, edgeFeatures, dy] = [random(5, 3, 2), random(10, 2, 3), random(5, 3, 5)];
      const encoder = encoded ? random(3, 3, 4) : undefined;
      const { mean, messageScale } = aggregation;
      const learned = Float64Array.of(
        mean?.exponent ?? 1,
        mean?.degreePower ?? 0,
        messageScale ?? 1,
      );
      const loss = () => {
        const [exponent, degreePower, learnedScale] = learned;
        const y = genAggregation(graph, x, edgeFeatures, encoder, {
          mean: mean && {
            ...mean,
            exponent: exponent!,
            ...mean.degreePower !== undefined && { degreePower },
          },
          messageScale: messageScale === undefined ? undefined : learnedScale,
        });
        return dot(y, dy);
      };
      const g = genAggregationBackward(graph, x, edgeFeatures, encoder, aggregation, dy);
      assertClose(g.dx.data, finiteDifferences(loss, x.data));
      if (encoder !== undefined) {
        assertClose(g.dEncoder.data, finiteDifferences(loss, encoder.data));
      }
      const ofLearned = [g.dExponent, g.dDegreePower, g.dMessageScale].map(({ data }) => data[0]!);
      assertClose(ofLearned, finiteDifferences(loss, learned));
    });
  }
}

function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  const error = largestError(actual, expected);
  assert(error <= FINITE_DIFFERENCE, `off by ${error}`);
}
