/** Compares an operator and its gradients on the device with their float64 reference. */
import type { Tensor } from "../../gpu/tensor.ts";
import { assertEquals } from "../assert.ts";
import type { Dense } from "../reference/matrix.ts";
import { KERNEL } from "../tolerances.ts";
import {
  assertClose,
  assertCloseWindow,
  gpu,
  rounded,
  shapesOfCard,
  upload,
  uploadWindow,
} from "./device.ts";

type Matrices = Readonly<Record<string, Dense | undefined>>;
type OnDevice<M> = { readonly [K in keyof M]: Tensor | Extract<M[K], undefined> };
type Tensors<R> = { readonly [K in keyof R]: Tensor | undefined };

/** What a result must be: equal to a matrix, absent, or what a check of its own lets pass. */
type Expected = Dense | undefined | ((actual: Tensor, what: string) => Promise<void>);

export interface Comparison<
  I extends Matrices,
  W extends Matrices,
  R extends Readonly<Record<string, Expected>>,
> {
  /** What is computed, for messages. */
  readonly of: string;
  /** Of both sides, in float32; absent ones are absent for both. */
  readonly inputs: I;
  /** Inputs that stand in a larger buffer, as parameters and their gradients do. */
  readonly windows?: W;
  /** The results by their names: new tensors, or inputs that were written to. */
  readonly ours: (inputs: OnDevice<I & W>) => Tensors<R>;
  readonly expected: (inputs: I & W) => R;
  /** Default: that of one kernel. */
  readonly tolerance?: number;
}

/**
 * Fails unless all results are what is expected, and nothing beside a window was overwritten: in the shapes
 * that kernels have here, and in those they have on a card.
 */
export async function compareOperator<
  I extends Matrices,
  R extends Readonly<Record<string, Expected>>,
  W extends Matrices = Record<never, never>,
>(comparison: Comparison<I, W, R>): Promise<void> {
  const { inputs, windows = {} as W } = comparison;
  const matrices = { ...mapped(inputs, rounded), ...mapped(windows, rounded) } as I & W;
  const once = { ...comparison, expectations: comparison.expected(matrices) };
  await compareOnce(once);
  using _card = shapesOfCard();
  await compareOnce({ ...once, of: `${comparison.of}, shaped for a card` });
}

async function compareOnce<
  I extends Matrices,
  R extends Readonly<Record<string, Expected>>,
  W extends Matrices = Record<never, never>,
>(
  { of, inputs, windows = {} as W, ours, expectations, tolerance = KERNEL }:
    & Omit<Comparison<I, W, R>, "expected">
    & { readonly expectations: R },
): Promise<void> {
  const tensors = { ...mapped(inputs, upload), ...mapped(windows, uploadWindow) };
  const results = ours(tensors as OnDevice<I & W>);
  assertEquals(Object.keys(results).toSorted(), Object.keys(expectations).toSorted());
  for (const name in expectations) {
    const [actual, like, what] = [results[name], expectations[name], `${name} of ${of}`];
    if (like === undefined) assertEquals(actual, undefined, what);
    else if (typeof like === "function") await like(actual!, what);
    else if (actual!.offset > 0) await assertCloseWindow(actual!, like, tolerance, what);
    else await assertClose(actual!, like, tolerance, what);
  }
  gpu.trim();
}

function mapped<T>(matrices: Matrices, map: (x: Dense) => T): Record<string, T | undefined> {
  return Object.fromEntries(Object.entries(matrices).map(([name, x]) => [name, x && map(x)]));
}
