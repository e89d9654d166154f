/**
 * A batch norm of a network's input, mask ⊙ BatchNorm(X), which no ReLU follows: channels of embeddings and
 * of labels are of unlike scales. Normalises as norm.ts's batch norm does.
 */
import type { Tensor } from "../gpu/tensor.ts";
import { batchNormAct, batchNormActBackward } from "../kernels/batch_norm_act.ts";
import type { Dropout } from "../kernels/dropout.ts";
import { disposing } from "./disposing.ts";
import { statisticsOf } from "./norm.ts";
import type { Owned } from "./owned.ts";
import type { Parameter, ParameterLayout } from "./parameter_layout.ts";
import type { Pass } from "./pass.ts";

/** N · channels words, and 2 a channel. */
export interface InputNormSaved extends Disposable {
  /** [N, channels]: the input X. */
  readonly x: Tensor;
  /** [2, channels]: what the norm measured. */
  readonly statistics: Tensor;
}

/** A batch norm with its scale and shift, followed by dropout. */
export class InputNorm {
  readonly #affine: Parameter;
  readonly #running: Parameter;

  /** Lays out scale, shift and running statistics under `name`. */
  constructor(layout: ParameterLayout, name: string, channels: number) {
    this.#affine = layout.norm(name, channels);
    this.#running = layout.runningStatistics(name, channels);
  }

  /** y, and what its gradient needs, x among it. */
  forward(pass: Pass, x: Owned<Tensor>, dropout?: Dropout): { y: Tensor; saved: InputNormSaved } {
    const affine = pass.parameters.weight(this.#affine);
    const statistics = statisticsOf(pass, x, this.#running);
    const y = batchNormAct(x, affine, statistics, dropout, { relu: false });
    return { y, saved: disposing({ x, statistics: statistics.values }) };
  }

  /** Adds the gradients of scale and shift to theirs; nothing before the input has any. */
  backward(pass: Pass, saved: InputNormSaved, dy: Tensor, dropout?: Dropout): void {
    const affine = pass.parameters.weight(this.#affine);
    const statistics = { values: saved.statistics, running: pass.mode === "evaluation" };
    using _dx = batchNormActBackward(saved.x, affine, statistics, dy, {
      ...{ dropout, relu: false },
      dAffine: pass.parameters.gradient(this.#affine),
    });
  }
}
