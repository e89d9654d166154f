/** The context of one forward or backward pass: graph, values, masks, and what a layer alone reads. */
import type { DeviceGraph } from "../batch/device_graph.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { Dropout } from "../kernels/dropout.ts";
import type { Solution } from "../solvers/residuals.ts";
import type { Values } from "./parameters.ts";

/** A pass of a training step, forward or backward, or of an evaluation. */
export type Pass = TrainingPass | EvaluationPass;

/** Masks nodes' channels; batch norms normalise by the batch. */
export interface TrainingPass extends Context {
  /** Says that this is training. */
  readonly mode: "training";
  /** The masks of this training step. */
  readonly masks: Masks;
}

/** Masks nothing; batch norms normalise by their running statistics. */
export interface EvaluationPass extends Context {
  /** Says that this is an evaluation. */
  readonly mode: "evaluation";
  /** An evaluation has no masks. */
  readonly masks?: undefined;
}

/** What a pass reads in either mode. */
export interface Context {
  /** The graph whose nodes and edges are passed. */
  readonly graph: DeviceGraph;
  /** The model's values, and where their gradients are added. */
  readonly parameters: Values;
  /** The layer passed, from 0, where each has masks of its own; absent where they share one. */
  readonly layer?: number;
  /** Label inputs [nodes, tasks or classes]: what is known of the nodes' labels. */
  readonly labels?: Tensor;
  /** [1, 1] u32: where values of a fixed-point state that have left its range are counted. */
  readonly outsiders?: Tensor | undefined;
  /** What batch norms read in training. */
  readonly norm?: NormContext;
  /** What an equilibrium reads. */
  readonly equilibrium?: EquilibriumContext;
  /** Whether what was saved is gone back over this once: `letGo` frees what the way back has passed. */
  readonly once?: boolean;
}

/** Frees what was saved once the way back needs it no more, if nobody goes that way again. */
export function letGo({ once }: Pass, ...saved: Disposable[]): void {
  if (once) { for (const one of saved) one[Symbol.dispose](); }
}

/** What batch norms read of a training pass. */
export interface NormContext {
  /** Where norms keep what they measure, each at the offset of its running statistics. */
  readonly kept?: Tensor | undefined;
  /** Whether a layer is rebuilding its input: its norms take what is kept and measure nothing. */
  readonly inverse?: boolean;
  /** Whether running statistics stay as they are, although this is training. */
  readonly provisional?: boolean;
}

/** What an equilibrium reads of a pass. */
export interface EquilibriumContext {
  /** Steps to unroll instead of solving: pre-training. */
  readonly unrolled?: number | undefined;
  /** Is told how each solve ended. */
  readonly onSolve?: (report: SolveReport) => void;
}

/** How a solve ended: of the forward pass in training or outside, or of the adjoint system. */
export interface SolveReport extends Omit<Solution, "z"> {
  /** Which solve it was. */
  readonly of: "training" | "evaluation" | "adjoint";
}

/** The masks of one training step. */
export interface Masks {
  /** [1, streams] u32, written before each step. */
  readonly keys: Tensor;
  /** The probability that a value is dropped, from 0 to below 1. */
  readonly rate: number;
}

/**
 * The mask of a stream and of the layer passed, from its channel `firstChannel` on; undefined where
 * nothing is masked.
 */
export function dropoutOf(
  { masks, layer }: Pass,
  stream: Dropout["stream"],
  firstChannel = 0,
): Dropout | undefined {
  return masks && masks.rate > 0 ? { ...masks, stream, layer, firstChannel } : undefined;
}
