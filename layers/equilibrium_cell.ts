/**
 * The function whose fixed point is a DEQ-GNN's state (paper §3.4), X the encoded nodes, injected:
 *
 *     Z'   = conv₁(Z)
 *     Z''  = mask ⊙ ReLU(Norm₁(Z' + X))
 *     f(Z) = Norm₂(ReLU(conv₂(Z'') + Z'))
 */
import type { Tensor } from "../gpu/tensor.ts";
import { addTo, copy } from "../kernels/copy_columns.ts";
import { actNorm, actNormBackward, normAct, normActBackward } from "../kernels/norm_act.ts";
import type { Convolution } from "./convolution.ts";
import { disposing } from "./disposing.ts";
import { dropoutOf, type Pass } from "./pass.ts";
import type { Parameter, ParameterLayout } from "./parameter_layout.ts";

/** What an equilibrium cell is made of. */
export interface EquilibriumCellOptions<Saved extends Disposable> {
  /** Channels of the state. */
  readonly channels: number;
  /** Lays out one of the two convolutions under a name. */
  readonly convolution: (layout: ParameterLayout, name: string) => Convolution<Saved>;
}

/** What both convolutions save, and two states [nodes, channels] with their rows' moments. */
export interface EquilibriumCellSaved extends Disposable {
  /** What conv₁ saved. */
  readonly first: Disposable;
  /** What conv₂ saved. */
  readonly second: Disposable;
  /** [nodes, channels]: Z' + X. */
  readonly injected: Tensor;
  /** [nodes, 2]: the moments of the rows of Z' + X. */
  readonly injectedMoments: Tensor;
  /** [nodes, channels]: conv₂(Z'') + Z'. */
  readonly sum: Tensor;
  /** [nodes, 2]: the moments of the rows of ReLU(conv₂(Z'') + Z'). */
  readonly sumMoments: Tensor;
}

/** The function f of two graph convolutions whose fixed point is a DEQ-GNN's state. */
export class EquilibriumCell<Saved extends Disposable = Disposable> {
  readonly #first: Convolution<Saved>;
  readonly #second: Convolution<Saved>;
  readonly #norm1: Parameter;
  readonly #norm2: Parameter;

  /** Lays out both convolutions and both norms under `name`. */
  constructor(layout: ParameterLayout, name: string, options: EquilibriumCellOptions<Saved>) {
    const { channels, convolution } = options;
    this.#first = convolution(layout, `${name}.gcn1`);
    this.#norm1 = layout.norm(`${name}.norm1`, channels);
    this.#second = convolution(layout, `${name}.gcn2`);
    this.#norm2 = layout.norm(`${name}.norm2`, channels);
  }

  /** f(z) [nodes, channels]. z must stay until the backward pass, unless what is saved is dropped. */
  forward(pass: Pass, z: Tensor, x: Tensor): { y: Tensor; saved: EquilibriumCellSaved } {
    const { parameters } = pass;
    const { gpu } = z;
    const sum = gpu.empty(z.rows, z.cols);
    gpu.clear(sum);
    const first = this.#first.forward(pass, z.view(), sum, 1);
    const injected = copy(sum);
    addTo(injected, x);
    const norm1 = parameters.weight(this.#norm1);
    const { y: active, moments: injectedMoments } = normAct(
      injected,
      norm1,
      dropoutOf(pass, "layers"),
    );
    const second = this.#second.forward(pass, active, sum, 1);
    const { y, moments: sumMoments } = actNorm(sum, parameters.weight(this.#norm2));
    const saved = { first, second, injected, injectedMoments, sum, sumMoments };
    return { y, saved: disposing(saved) };
  }

  /** The gradients of z and x [nodes, channels] each, from that of f(z). */
  backward(
    pass: Pass,
    dy: Tensor,
    saved: EquilibriumCellSaved,
  ): { dz: Tensor; dx: Tensor } {
    const { parameters } = pass;
    const { injected, injectedMoments, sum, sumMoments } = saved;
    using dSum = actNormBackward(sum, parameters.weight(this.#norm2), sumMoments, dy, {
      dAffine: parameters.gradient(this.#norm2),
    });
    using dActive = this.#second.backward(pass, dSum, saved.second as Saved);
    const dx = normActBackward(injected, parameters.weight(this.#norm1), injectedMoments, dActive, {
      dropout: dropoutOf(pass, "layers"),
      dAffine: parameters.gradient(this.#norm1),
    });
    addTo(dSum, dx);
    return { dz: this.#first.backward(pass, dSum, saved.first as Saved), dx };
  }
}
