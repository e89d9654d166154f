/** GEN's aggregators, what of them is told and what may be learnt. */
import type { Mean } from "../kernels/gen_mean.ts";

/** Max, or a mean with its exponent, and whether that is scaled by degree^sigmoid(y). */
interface Aggregator {
  readonly mean?: Mean["kind"];
  readonly exponent?: "t" | "p";
  readonly scaled?: boolean;
}

const AGGREGATORS = {
  max: {},
  add: { mean: "add" },
  mean: { mean: "mean" },
  softmax: { mean: "softmax", exponent: "t" },
  softmax_sg: { mean: "softmax_sg", exponent: "t" },
  softmax_sum: { mean: "softmax", exponent: "t", scaled: true },
  power: { mean: "power", exponent: "p" },
  power_sum: { mean: "power", exponent: "p", scaled: true },
} as const satisfies Record<string, Aggregator>;

export type AggregationKind = keyof typeof AGGREGATORS;
export const AGGREGATIONS = Object.keys(AGGREGATORS) as readonly AggregationKind[];

export interface AggregationOptions {
  readonly kind: AggregationKind;
  /** Of a softmax, whose weights are softmax_j(t m): default 1, fixed. */
  readonly t?: number;
  readonly learnT?: boolean;
  /** Of a power mean: default 1, fixed. */
  readonly p?: number;
  readonly learnP?: boolean;
  /** Of what ends in _sum, the mean times degree^sigmoid(y): default 0, fixed. */
  readonly y?: number;
  readonly learnY?: boolean;
  /** Whether messages are made as long as what they are added to; default false. */
  readonly messageNorm?: boolean;
  /** Whether that length is times a learnt value, 1 at first; default false. */
  readonly learnMessageScale?: boolean;
}

export function aggregatorOf({ kind }: AggregationOptions): Aggregator {
  return AGGREGATORS[kind];
}

/** Throws a sentence unless the options describe an aggregation. */
export function checkAggregation(options: AggregationOptions): void {
  const { kind, t = 1, p = 1, y = 0, learnT, learnP, learnY } = options;
  if (!AGGREGATIONS.includes(kind)) {
    throw new RangeError(`Cannot aggregate by "${kind}": known are ${AGGREGATIONS.join(", ")}`);
  }
  for (const [name, value] of Object.entries({ t, p, y })) {
    if (Number.isFinite(value)) continue;
    throw new RangeError(`Cannot aggregate with ${name} = ${value}: it must be a finite number`);
  }
  const { exponent, scaled = false } = aggregatorOf(options);
  if (exponent === "p" && p === 0) {
    throw new RangeError("Cannot take a power mean with p = 0: its root is 1/p");
  }
  const learnt: [name: string, wanted: boolean | undefined, learnable: boolean][] = [
    ["t", learnT, exponent === "t" && kind !== "softmax_sg"],
    ["p", learnP, exponent === "p"],
    ["y", learnY, scaled],
  ];
  for (const [name, wanted, learnable] of learnt) {
    if (!wanted || learnable) continue;
    throw new RangeError(`Cannot learn ${name} of aggregation ${kind}: no gradient reaches it`);
  }
  if (options.learnMessageScale && !options.messageNorm) {
    throw new RangeError("Cannot learn a message scale without message norm: nothing is scaled");
  }
}
