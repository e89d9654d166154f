/** Watches how many bytes of activations a device holds while a training step goes through the layers. */
import type { Allocation, Device, Launch, Tensor } from "../gpu/tensor.ts";
import type { ParameterLayout } from "../layers/parameter_layout.ts";

/** A step at one layer, on its way forward or back. */
export interface AtLayer {
  /** From 1. */
  readonly layer: number;
  /** The most bytes of activations held at a launch there. */
  readonly bytes: number;
}

/**
 * Stands in front of a device's tensors and launches until it is disposed of. A launch is at the layer whose
 * weights were read last.
 */
export class MemoryWatch implements Disposable {
  readonly #layers = new Map<number, number>();
  readonly #stop: () => void;
  readonly #visits: { layer: number; bytes: number }[] = [];
  #held = 0;
  #over = false;

  constructor(gpu: Device, { parameters }: ParameterLayout) {
    for (const { name, offset } of parameters) {
      const layer = /^gcns\.(\d+)\./.exec(name)?.[1];
      // What all layers share tells none.
      if (layer !== undefined) this.#layers.set(offset, Number(layer) + 1);
    }
    const visits = 2 * Math.max(...this.#layers.values()) - 1;
    const { empty, release, launch, submit } = gpu;
    gpu.empty = (...given) => {
      const tensor = empty.apply(gpu, given);
      this.#held += activationBytes(tensor.allocation);
      return tensor;
    };
    gpu.release = (allocation) => {
      this.#held -= activationBytes(allocation);
      release.call(gpu, allocation);
    };
    gpu.launch = (kernel, given) => {
      if (!this.#over) this.#look(given);
      launch.call(gpu, kernel, given);
    };
    gpu.submit = () => {
      this.#over ||= this.#visits.length === visits;
      submit.call(gpu);
    };
    this.#stop = () => Object.assign(gpu, { empty, release, launch, submit });
  }

  /** The first training step: from layer 1 to the last, and back to 1. Later ones may be sent again unseen. */
  get firstStep(): readonly AtLayer[] {
    return this.#visits;
  }

  #look<P extends string, B extends string>({ buffers }: Launch<P, B>): void {
    for (const tensor of Object.values<Tensor | undefined>(buffers)) {
      const layer = this.#layerOf(tensor);
      if (layer === undefined || this.#visits.at(-1)?.layer === layer) continue;
      this.#visits.push({ layer, bytes: 0 });
    }
    const visit = this.#visits.at(-1);
    if (visit) visit.bytes = Math.max(visit.bytes, this.#held);
  }

  /** The layer whose weights these are. */
  #layerOf(tensor: Tensor | undefined): number | undefined {
    const isWeights = tensor?.allocation.purpose === "weights";
    return isWeights ? this.#layers.get(tensor.offset) : undefined;
  }

  /** Leaves the device as it was. */
  [Symbol.dispose](): void {
    this.#stop();
  }
}

function activationBytes({ purpose, bytes }: Allocation): number {
  return purpose === "activations" ? bytes : 0;
}
