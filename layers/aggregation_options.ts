/** GEN's aggregators, their options, and which of those can be learned. */
import * as v from "valibot";
import type { Mean } from "../kernels/gen_mean.ts";
import { flag, option, real } from "../settings/option.ts";
import { resolve } from "../settings/resolve.ts";
import type { Given, Resolved } from "../settings/types.ts";

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

const MESSAGES = {
  messageNorm: option(flag(), false, {
    help: "normalise each message sum to the length of its target",
  }),
  learnMessageScale: option(flag(), false, {
    help: "learn the message scale, a factor on normalised messages",
  }),
};
const T = { t: option(real(), 1, { help: "inverse temperature of a softmax aggregation" }) };
const LEARN_T = { learnT: option(flag(), false, { help: "learn the softmax's t" }) };
const P = {
  p: option(real(), 1, { help: "exponent of a power aggregation" }),
  learnP: option(flag(), false, { help: "learn the power's p" }),
};
const Y = {
  y: option(real(), 0, { help: "degree exponent of a _sum aggregation, before its sigmoid" }),
  learnY: option(flag(), false, { help: "learn the degree exponent y" }),
};

/**
 * How GEN aggregates messages (paper §3, "DeeperGCN" §3).
 *
 * @internal
 */
export const AGGREGATION = v.variant("kind", [
  v.strictObject({ kind: v.literal("max"), ...MESSAGES }),
  v.strictObject({ kind: v.literal("add"), ...MESSAGES }),
  v.strictObject({ kind: v.literal("mean"), ...MESSAGES }),
  v.strictObject({ kind: v.literal("softmax"), ...T, ...LEARN_T, ...MESSAGES }),
  v.strictObject({ kind: v.literal("softmax_sg"), ...T, ...MESSAGES }),
  v.strictObject({ kind: v.literal("softmax_sum"), ...T, ...LEARN_T, ...Y, ...MESSAGES }),
  v.strictObject({ kind: v.literal("power"), ...P, ...MESSAGES }),
  v.strictObject({ kind: v.literal("power_sum"), ...P, ...Y, ...MESSAGES }),
]);
/** How GEN aggregates messages: a kind, with what it is told. */
export type AggregationOptions = Exclude<Given<typeof AGGREGATION>, string>;
/** The names of all kinds of aggregation. */
export const AGGREGATIONS = Object.keys(AGGREGATORS) as readonly AggregationKind[];
/** The name of one kind of aggregation. */
export type AggregationKind = Resolved<typeof AGGREGATION>["kind"];

/** The options of every aggregator at once; those that a kind does not have are at values that change nothing. */
export interface AggregationValues {
  readonly kind: AggregationKind;
  readonly t: number;
  readonly learnT: boolean;
  readonly p: number;
  readonly learnP: boolean;
  readonly y: number;
  readonly learnY: boolean;
  readonly messageNorm: boolean;
  readonly learnMessageScale: boolean;
}

export function aggregatorOf({ kind }: { readonly kind: AggregationKind }): Aggregator {
  return AGGREGATORS[kind];
}

/** All of an aggregation's options. Throws a sentence where they make no sense, alone or together. */
export function aggregationValues(given: AggregationOptions): AggregationValues {
  const options = resolve(AGGREGATION, given);
  if ("p" in options && options.p === 0) {
    throw new RangeError("Cannot take a power mean with p = 0: its root is 1/p");
  }
  if (options.learnMessageScale && !options.messageNorm) {
    throw new RangeError("Cannot learn a message scale without message norm: nothing is scaled");
  }
  const absent = { t: 1, learnT: false, p: 1, learnP: false, y: 0, learnY: false };
  return { ...absent, ...options };
}
