/**
 * The paper's block, pre-activation and a graph convolution (§3, "res+"):
 *
 *     X̂ = mask ⊙ ReLU(Norm(X)),   f(X) = conv(X̂)
 */
import type { Tensor } from "../gpu/tensor.ts";
import { normAct, normActBackward } from "../kernels/norm_act.ts";
import type { Branch } from "./branch.ts";
import type { Convolution } from "./convolution.ts";
import { dropoutOf, type Evaluation } from "./evaluation.ts";
import type { Parameter, ParameterLayout } from "./parameter_layout.ts";

export interface BlockOptions<Saved extends Disposable> {
  /** Channels d of the block. */
  readonly channels: number;
  /** Where they begin within the mask shared by all layers. */
  readonly firstChannel: number;
  /** Lays out the convolution under a name. */
  readonly convolution: (layout: ParameterLayout, name: string) => Convolution<Saved>;
}

/** What the convolution saves; x is the caller's. */
export interface BlockSaved extends Disposable {
  readonly x: Tensor; // [nodes, channels]
  readonly moments: Tensor; // [nodes, 2]
  readonly convolution: Disposable;
}

export class Block<Saved extends Disposable = Disposable> implements Branch<BlockSaved> {
  readonly #norm: Parameter;
  readonly #convolution: Convolution<Saved>;

  constructor(
    layout: ParameterLayout,
    name: string,
    private readonly options: BlockOptions<Saved>,
  ) {
    this.#norm = layout.norm(`${name}.norm`, options.channels);
    this.#convolution = options.convolution(layout, `${name}.gcn`);
  }

  forward(run: Evaluation, x: Tensor, y: Tensor, sign: 1 | -1): BlockSaved {
    const dropout = dropoutOf(run, 0, this.options.firstChannel);
    const { y: active, moments } = normAct(x, run.parameters.weight(this.#norm), dropout);
    const convolution = this.#convolution.forward(run, active, y, sign);
    return {
      x,
      moments,
      convolution,
      [Symbol.dispose]() {
        moments[Symbol.dispose]();
        convolution[Symbol.dispose]();
      },
    };
  }

  backward(run: Evaluation, dy: Tensor, saved: BlockSaved, into?: Tensor): Tensor {
    using dActive = this.#convolution.backward(run, dy, saved.convolution as Saved);
    return normActBackward(saved.x, run.parameters.weight(this.#norm), saved.moments, dActive, {
      dropout: dropoutOf(run, 0, this.options.firstChannel),
      dAffine: run.parameters.gradient(this.#norm),
      into,
    });
  }
}
