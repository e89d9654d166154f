/** Which of a graph's labels are inputs of a model, on the device. */
import type { Graph } from "../graphs/graph.ts";
import { columnMeans } from "../graphs/matrix.ts";
import { type Device, rowVector, type Tensor } from "../gpu/tensor.ts";

/** Labels that are inputs. */
export interface DeviceGivenLabels {
  /** [1, nodes] u32: 1 for nodes whose labels are given. */
  readonly given: Tensor;
  /** [1, tasks]: the means of those labels, of separate tasks. */
  readonly means: Tensor | undefined;
}

/** Which training nodes' labels a step is given and which it must predict. */
export interface DeviceLabelSplit extends DeviceGivenLabels {
  /** [1, nodes] u32: 1 where the loss counts. */
  readonly predicted: Tensor;
}

/** What tells which labels are inputs, in a step and in an evaluation; made at its first use. */
export class LabelInputs implements Disposable {
  readonly #gpu: Device;
  readonly #graph: Pick<Graph, "nodes" | "labels" | "classes" | "split">;
  /** [1, nodes] u32: 1 for training nodes; borrowed. */
  readonly #trains: Tensor;
  #split: DeviceLabelSplit | undefined;
  #known: DeviceGivenLabels | undefined;

  /** Of a graph whose training nodes are told by `trains`. */
  constructor(
    gpu: Device,
    { nodes, labels, classes, split }: Pick<Graph, "nodes" | "labels" | "classes" | "split">,
    trains: Tensor,
  ) {
    this.#gpu = gpu;
    this.#graph = { nodes, labels, ...classes && { classes }, split };
    this.#trains = trains;
  }

  /** Room for a step's split of the labels; whoever takes the step writes it before. */
  get split(): DeviceLabelSplit {
    const { nodes, labels, classes } = this.#graph;
    const room = (cols: number) => this.#gpu.empty(1, cols, "graph");
    return this.#split ??= {
      given: room(nodes),
      means: classes ? undefined : room(labels.cols),
      predicted: room(nodes),
    };
  }

  /** All training nodes' labels, as an evaluation is given them. */
  get known(): DeviceGivenLabels {
    const { classes, split: { train } } = this.#graph;
    return this.#known ??= {
      given: this.#trains,
      means: classes ? undefined : this.#gpu.upload(rowVector(this.meansOf(train))),
    };
  }

  /** [tasks]: the mean of each task's labels of these nodes; 0 where none has one. */
  meansOf(nodes: Uint32Array): Float32Array {
    return Float32Array.from(columnMeans(this.#graph.labels, nodes));
  }

  /** Frees the tensors that were made. */
  [Symbol.dispose](): void {
    for (const tensor of Object.values(this.#split ?? {})) tensor?.[Symbol.dispose]();
    this.#known?.means?.[Symbol.dispose]();
  }
}
