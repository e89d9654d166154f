/** Inputs and comparisons for tests of optimisers: weights, gradients and moments, step by step. */
import type { Tensor } from "../../gpu/tensor.ts";
import { sumOfSquares } from "../../kernels/sum.ts";
import { assertEquals } from "../assert.ts";
import { clipFactor } from "../reference/adam.ts";
import { type Dense, dense, random } from "../reference/matrix.ts";
import { KERNEL } from "../tolerances.ts";
import { compareOperator } from "./compare_operator.ts";
import { assertCloseWindow, gpu, read, rounded, uploadWindow } from "./device.ts";

/** One number, padded and whole vec4, more than a workgroup's 256, and past 65,535. */
const COUNTS = [0, 1, 3, 4, 5, 67, 257, 66_001];

const CLIPPING: [what: string, largestNorm: (count: number) => number][] = [
  ["clipped", (count) => 0.01 * Math.sqrt(count)],
  ["not clipped", (count) => 10 * Math.sqrt(count + 1)],
  ["not clipped at any norm", () => Infinity],
];

interface Rates {
  readonly step: number;
  readonly learningRate: number;
}

interface Optimiser<M extends string> {
  readonly name: string;
  readonly moments: readonly M[];
  /** What a first step without a gradient makes of a weight, where weights decay. */
  readonly decayed?: (weight: number, learningRate: number) => number;
  /** The uniform values of a step. */
  readonly valuesOf: (rates: Rates, largestNorm: number) => Float32Array;
  readonly take: (
    state: Readonly<Record<"weight" | "gradient" | M, Tensor>>,
    values: Tensor,
    squaredNorm: Tensor,
  ) => void;
  readonly reference: (
    state: Readonly<Record<"weight" | M, Float64Array>>,
    gradient: Float64Array,
    rates: Rates,
  ) => void;
}

export function testOptimiser<M extends string>(optimiser: Optimiser<M>): void {
  const { moments, reference, decayed } = optimiser;
  const name = `${optimiser.name}()${decayed ? " with weight decay" : ""}`;
  type State<T> = Record<"weight" | "gradient" | M, T>;
  const stateOf = <T>(weight: T, gradient: T, moment: () => T) => ({
    ...{ weight, gradient },
    ...Object.fromEntries(moments.map((name) => [name, moment()])),
  } as State<T>);

  /** Far from 0 where weights decay: a gradient that its decay cancels has nothing but roundings left. */
  const gradientOf = (drawn: Dense): Dense =>
    decayed === undefined
      ? drawn
      : { ...drawn, data: drawn.data.map((value) => Math.sign(value) * (0.25 + Math.abs(value))) };

  function take(state: State<Tensor>, rates: Rates, largestNorm: number): void {
    const data = optimiser.valuesOf(rates, largestNorm);
    const squaredNorm = gpu.empty(1, 1);
    sumOfSquares([state.gradient], squaredNorm);
    optimiser.take(state, gpu.upload({ data, rows: 1, cols: data.length }), squaredNorm);
  }

  for (const count of COUNTS) {
    for (const [what, normOf] of CLIPPING) {
      Deno.test(`${name} equals its reference for four steps, ${count} weights, ${what}`, async () => {
        const largestNorm = normOf(count);
        const steps = [1, 2, 3, 4].map((step) => ({
          gradient: rounded(gradientOf(random(1, count, 10 + step))),
          rates: { step, learningRate: 0.1 / step },
        }));
        const none = dense(1, count);
        await compareOperator({
          of: `${count} weights`,
          inputs: {},
          windows: stateOf(random(1, count, 1), none, () => none),
          ours: (state) => {
            for (const { gradient, rates } of steps) {
              gpu.write(state.gradient, Float32Array.from(gradient.data));
              take(state, rates, largestNorm);
            }
            return state;
          },
          expected: (start) => {
            const state = stateOf(
              start.weight.data,
              steps[3]!.gradient.data,
              () => none.data.slice(),
            );
            for (const { gradient: { data }, rates } of steps) {
              const factor = clipFactor([data], largestNorm);
              reference(state, data.map((value) => factor * value), rates);
            }
            const entries = Object.entries<Float64Array>(state);
            return Object.fromEntries(
              entries.map(([name, data]) => [name, { rows: 1, cols: count, data }]),
            );
          },
        });
      });
    }
  }

  Deno.test(`${name} leaves weights without gradient where they are, but for their decay`, async () => {
    for (const largestNorm of [1, Infinity]) {
      const weight = rounded(random(1, 5, 1));
      const zero = () => uploadWindow(dense(1, 5));
      const state = stateOf(uploadWindow(weight), zero(), zero);
      take(state, { step: 1, learningRate: 0.1 }, largestNorm);
      const left = { ...weight, data: weight.data.map((value) => decayed?.(value, 0.1) ?? value) };
      await assertCloseWindow(state.weight, left, decayed ? KERNEL : 0, "weight");
    }
  });

  Deno.test(`${name} does not touch the gradient`, async () => {
    const gradient = rounded(random(1, 67, 2));
    const other = () => uploadWindow(dense(1, 67, 0.5));
    const state = stateOf(other(), uploadWindow(gradient), other);
    take(state, { step: 1, learningRate: 0.1 }, 1);
    assertEquals(await read(state.gradient), Float32Array.from(gradient.data));
  });
}
