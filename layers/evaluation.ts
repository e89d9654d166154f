/** What a layer is evaluated with. */
import type { DeviceGraph } from "../gpu/device_graph.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { Dropout } from "../kernels/dropout.ts";
import type { Solution } from "../solvers/progress.ts";
import type { Values } from "./parameters.ts";

/** One evaluation of a model, forward or backward: the graph, the weights, the masks. */
export interface Evaluation {
  readonly graph: DeviceGraph;
  readonly parameters: Values;
  /** [nodes, classes]: what is known of the nodes' classes, for models that take labels as inputs. */
  readonly labels?: Tensor;
  /** How many steps an equilibrium model is unrolled for, instead of being solved: pre-training. */
  readonly unrolled?: number;
  /** Is told how each solve of an equilibrium model ended. */
  readonly onSolve?: (report: SolveReport) => void;
  /** Absent outside training, where nothing is masked. */
  readonly masks?: Masks;
  /** The layer that is evaluated, from 0, where each has masks of its own; absent where they share one. */
  readonly layer?: number;
  /** Where batch norms keep what they measure in training, each at the offset of its running ones. */
  readonly statistics?: Tensor;
  /** Whether a layer is rebuilding its input: its batch norms measure nothing, but take what is kept. */
  readonly inverse?: boolean;
  /** Whether batch norms leave their running statistics alone, although this is training. */
  readonly provisional?: boolean;
}

/** How a solve ended: of the forward pass in training or outside, or of the adjoint system. */
export interface SolveReport extends Omit<Solution, "z"> {
  readonly of: "training" | "evaluation" | "adjoint";
}

/** The masks of one training step. */
export interface Masks {
  /** [1, streams] u32, written before each step. */
  readonly keys: Tensor;
  readonly rate: number;
}

/**
 * The mask of a stream and of the layer that is evaluated, from its channel `firstChannel` on; undefined
 * where nothing is masked.
 */
export function dropoutOf(
  { masks, layer }: Evaluation,
  stream: Dropout["stream"],
  firstChannel = 0,
): Dropout | undefined {
  return masks && masks.rate > 0 ? { ...masks, stream, layer, firstChannel } : undefined;
}
