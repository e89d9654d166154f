/**
 * The paper's block, pre-activation and a graph convolution (§3, "res+"):
 *
 *     X̂ = mask ⊙ ReLU(Norm(X)),   f(X) = conv(X̂)
 */
import type { Tensor } from "../gpu/tensor.ts";
import type { Branch } from "./branch.ts";
import type { Convolution } from "./convolution.ts";
import { disposing } from "./disposing.ts";
import { dropoutOf, type Pass } from "./pass.ts";
import { Norm, type NormName } from "./norm.ts";
import type { ParameterLayout } from "./parameter_layout.ts";

/** What a block is made of. */
export interface BlockOptions<Saved extends Disposable> {
  /** Channels d of the block. */
  readonly channels: number;
  /** Where they begin within the mask, of which a reversible layer's groups take a slice each. */
  readonly firstChannel: number;
  /** Default "layer". */
  readonly norm?: NormName | undefined;
  /** What the convolution is called; default "gcn", as in most of the public code. */
  readonly member?: "gcn" | "conv";
  /** Lays out the convolution under a name. */
  readonly convolution: (layout: ParameterLayout, name: string) => Convolution<Saved>;
}

/** What the convolution saves, and a view of x, which must stay until the backward pass. */
export interface BlockSaved extends Disposable {
  /** [nodes, channels]: a view of the block's input. */
  readonly x: Tensor;
  /** [nodes, 2], or [2, channels] of a batch norm: what the norm measured. */
  readonly norm: Tensor;
  /** What the convolution saved. */
  readonly convolution: Disposable;
}

/** A norm, ReLU, dropout and a graph convolution: the branch f of a layer. */
export class Block<Saved extends Disposable = Disposable> implements Branch<BlockSaved> {
  readonly #options: BlockOptions<Saved>;
  readonly #norm: Norm;
  readonly #convolution: Convolution<Saved>;

  /** Lays out the norm and the convolution under `name`. */
  constructor(layout: ParameterLayout, name: string, options: BlockOptions<Saved>) {
    this.#options = options;
    this.#norm = new Norm(layout, `${name}.norm`, options.channels, options.norm);
    this.#convolution = options.convolution(layout, `${name}.${options.member ?? "gcn"}`);
  }

  forward(pass: Pass, x: Tensor, y: Tensor, sign: 1 | -1): BlockSaved {
    const dropout = dropoutOf(pass, "layers", this.#options.firstChannel);
    const { y: active, saved: norm } = this.#norm.forward(pass, x, dropout);
    const convolution = this.#convolution.forward(pass, active, y, sign);
    return disposing({ x: x.view(), norm, convolution });
  }

  backward(pass: Pass, dy: Tensor, saved: BlockSaved, into?: Tensor): Tensor {
    using dActive = this.#convolution.backward(pass, dy, saved.convolution as Saved);
    return this.#norm.backward(pass, saved.x, saved.norm, dActive, {
      dropout: dropoutOf(pass, "layers", this.#options.firstChannel),
      into,
    });
  }
}
