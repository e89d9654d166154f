/**
 * A norm with what always follows it, mask ⊙ ReLU(Norm(X)). LayerNorm normalises rows. BatchNorm
 * normalises channels over all rows, in training by the batch's own statistics and outside by running
 * ones, which each evaluation on the way forward moves once.
 */
import type { Tensor } from "../gpu/tensor.ts";
import { batchNormAct, batchNormActBackward, type Statistics } from "../kernels/batch_norm_act.ts";
import { batchStatistics } from "../kernels/batch_statistics.ts";
import type { Dropout } from "../kernels/dropout.ts";
import { normAct, normActBackward } from "../kernels/norm_act.ts";
import type { Pass } from "./pass.ts";
import type { Parameter, ParameterLayout } from "./parameter_layout.ts";

/** The names of all norms: over each row's channels, or over each channel's nodes. */
export const NORMS = ["layer", "batch"] as const;
/** The name of a norm. */
export type NormName = typeof NORMS[number];

/** A layer norm or a batch norm with its scale and shift, followed by ReLU and dropout. */
export class Norm {
  readonly #affine: Parameter;
  /** A batch norm's alone. */
  readonly #running: Parameter | undefined;

  /** Lays out scale and shift under `name`, of a batch norm the running statistics too. */
  constructor(layout: ParameterLayout, name: string, channels: number, kind: NormName = "layer") {
    this.#affine = layout.norm(name, channels);
    if (kind === "batch") this.#running = layout.runningStatistics(name, channels);
  }

  /** y, and what its gradient needs beside x: [rows, 2] of a layer norm, [2, channels] of a batch norm. */
  forward(pass: Pass, x: Tensor, dropout?: Dropout): { y: Tensor; saved: Tensor } {
    const affine = pass.parameters.weight(this.#affine);
    if (this.#running === undefined) {
      const { y, moments: saved } = normAct(x, affine, dropout);
      return { y, saved };
    }
    const statistics = statisticsOf(pass, x, this.#running);
    return { y: batchNormAct(x, affine, statistics, dropout), saved: statistics.values };
  }

  /** Adds the affine's gradients to theirs, and x's to `into`, or returns it anew. */
  backward(
    pass: Pass,
    x: Tensor,
    saved: Tensor,
    dy: Tensor,
    options: { dropout?: Dropout | undefined; into?: Tensor | undefined } = {},
  ): Tensor {
    const affine = pass.parameters.weight(this.#affine);
    const withAffine = { ...options, dAffine: pass.parameters.gradient(this.#affine) };
    if (this.#running === undefined) return normActBackward(x, affine, saved, dy, withAffine);
    const statistics = { values: saved, running: pass.mode === "evaluation" };
    return batchNormActBackward(x, affine, statistics, dy, withAffine);
  }
}

/** What a batch is normalised by. Measured ones are kept where the pass says, else they are the caller's. */
export function statisticsOf(pass: Pass, x: Tensor, place: Parameter): Statistics {
  const running = pass.parameters.running(place);
  if (pass.mode === "evaluation") return { values: running, running: true };
  const kept = pass.norm?.kept?.window(place.offset, 2, x.cols);
  if (!pass.norm?.inverse) {
    const moves = !pass.norm?.provisional;
    return { values: batchStatistics(x, running, { into: kept, moves }), running: false };
  }
  // Those of the rebuilt x would differ by its drift, and move the running ones a second time.
  if (kept !== undefined) return { values: kept, running: false };
  throw new Error(
    `Cannot invert batch norm "${place.name}": the statistics of the way forward were not kept`,
  );
}
