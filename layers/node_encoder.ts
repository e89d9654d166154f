/**
 * Node features into the model's channels, Linear(x). Where nodes have a category, as the species of
 * ogbn-proteins, x is joined by Linear(one-hot) of as many channels first (paper §4.1); where a model takes
 * labels as inputs, they are joined to it last, which is what adding a map of their own would be.
 */
import type { Format, Tensor } from "../gpu/tensor.ts";
import { joinColumns, splitColumns, takeColumns } from "../kernels/copy_columns.ts";
import { linear, linearBackwardInput, linearBackwardWeight } from "../kernels/linear.ts";
import { nodeColumns } from "./node_columns.ts";
import type { Pass } from "./pass.ts";
import type { Parameter, ParameterLayout } from "./parameter_layout.ts";

export class NodeEncoder {
  readonly #groups: number;
  readonly #state: Format;
  /** The map into the model's channels. */
  readonly features: Parameter;
  readonly #oneHot: Parameter | undefined;
  readonly #takesLabels: boolean;

  constructor(
    layout: ParameterLayout,
    shape: { features: number; categories: number; labels: number; channels: number },
    groups: number,
    state: Format = "float",
  ) {
    this.#groups = groups;
    this.#state = state;
    const { features, categories, labels, channels } = shape;
    this.#takesLabels = labels > 0;
    if (categories > 0) {
      this.#oneHot = layout.linear("node_one_hot_encoder", categories, categories);
    }
    this.features = layout.linear(
      "node_features_encoder",
      features + categories + labels,
      channels,
    );
  }

  /** The first state: groups × [nodes, channels / groups]. */
  forward(pass: Pass): Tensor[] {
    using input = this.#input(pass);
    using state = linear(input, pass.parameters.weight(this.features));
    return splitColumns(state, this.#groups, this.#state);
  }

  /** Adds the parameters' gradients. The input is cheap and made again, not saved. */
  backward(pass: Pass, dx: readonly Tensor[]): void {
    const { graph, parameters } = pass;
    using input = this.#input(pass);
    using dState = joinColumns(dx);
    linearBackwardWeight(input, dState, parameters.gradient(this.features));
    if (this.#oneHot === undefined) return;
    const { oneHot, x } = graph;
    using dInput = linearBackwardInput(dState, parameters.weight(this.features));
    using dEncoded = takeColumns(dInput, x.cols, oneHot!.cols);
    linearBackwardWeight(oneHot!, dEncoded, parameters.gradient(this.#oneHot));
  }

  #input(pass: Pass): Tensor {
    const { graph: { oneHot }, parameters } = pass;
    const { features, labels } = nodeColumns(pass, this.#takesLabels);
    using encoded = this.#oneHot && linear(oneHot!, parameters.weight(this.#oneHot));
    const columns = [features, ...encoded ? [encoded] : [], ...labels];
    return columns.length === 1 ? features.view() : joinColumns(columns);
  }
}
