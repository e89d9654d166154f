/**
 * Watches that a fixed-point state stays in its range. What leaves it is counted on the device and stays
 * outside, so that one look at the end of an epoch, or of an evaluation, is enough.
 */
import type { Device, Tensor } from "../../gpu/tensor.ts";
import { joinColumns } from "../../kernels/copy_columns.ts";
import { FIXED_END, FIXED_STEPS, fixedValues } from "../../kernels/fixed_point.ts";
import type { Pass } from "../../layers/pass.ts";
import type { Model, ReversibleModel } from "../../models/model.ts";

/** The magnitude at which the range ends. */
const RANGE = FIXED_END / FIXED_STEPS;
const LEFT = `the state left the range of fixed-point numbers, ±${RANGE}`;

/** Counts what leaves the range of a model's fixed-point state, and says where. */
export class RangeWatch implements Disposable {
  /** [1, 1] u32: values that have left the range since the last look; absent where the state is of floats. */
  readonly outsiders: Tensor | undefined;
  readonly #gpu: Device;
  readonly #model: Model;

  constructor(gpu: Device, model: Model) {
    this.#gpu = gpu;
    this.#model = model;
    if (!hasFixedState(model)) return;
    this.outsiders = gpu.empty(1, 1);
    gpu.clear(this.outsiders);
  }

  /**
   * Reads the count and begins it anew. Where it is not 0, a clause says so: of reversible layers with the
   * layer, the channel and the value, if one of the passes `again` leaves the range too.
   */
  async left(again: () => AsyncIterable<Pass>): Promise<string | undefined> {
    if (this.outsiders === undefined) return undefined;
    const [words] = await this.#gpu.read(this.outsiders);
    if (new Uint32Array(words!.buffer)[0] === 0) return undefined;
    this.#gpu.clear(this.outsiders);
    const model = this.#model;
    if (!("stack" in model)) {
      return `${LEFT}; use --reversible-numbers float or a lower learning rate`;
    }
    let largest: Departure | undefined;
    try {
      for await (const pass of again()) {
        const found = await departureOf(model as ReversibleModel, pass);
        if (!(found.value <= (largest?.value ?? -1))) largest = found;
        if (found.left) break;
      }
    } catch {
      // Such as memory that is too small for looking: the clause says what it knows.
    }
    return clause(model as ReversibleModel, largest);
  }

  [Symbol.dispose](): void {
    this.outsiders?.[Symbol.dispose]();
  }
}

function hasFixedState({ options: { state, equilibrium } }: Model): boolean {
  const gradient = equilibrium?.gradient;
  return state === "fixed" || gradient?.kind === "reversible" && gradient.numbers === "fixed";
}

/** Where a pass leaves the range first, or else has its largest value. */
interface Departure {
  readonly left: boolean;
  /** From 1; 0 is the first state. */
  readonly layer: number;
  readonly channel: number;
  /** A magnitude. */
  readonly value: number;
}

/** Takes a pass layer by layer, looking at the state in between: for a run that is over. */
async function departureOf(model: ReversibleModel, pass: Pass): Promise<Departure> {
  const { stack } = model;
  const again = { ...pass, outsiders: undefined, norm: { provisional: true } };
  using made = new DisposableStack();
  const use = (parts: Tensor[]) => parts.map((part) => made.use(part));
  const x = use(model.encode(again));
  let largest = await largestOf(x, 0);
  for (let layer = 1; layer <= stack.layers.length && !largest.left; layer++) {
    // In floats, which have no range, beside the fixed-point numbers.
    using floats = new DisposableStack();
    const y = x.map((part) => floats.use(joinColumns([part])));
    stack.layers[layer - 1]!.forward(again, x);
    let found = await largestOf(x, layer);
    if (found.left) {
      stack.layers[layer - 1]!.forward(again, y);
      found = { ...await largestOf(y, layer), left: true };
    }
    if (found.left || found.value > largest.value) largest = found;
  }
  return largest;
}

/** The largest value of a state [nodes, channels / groups] × groups, and whether one is out of range. */
async function largestOf(x: readonly Tensor[], layer: number): Promise<Departure> {
  const { gpu, cols } = x[0]!;
  let largest = { left: false, layer, channel: 0, value: 0 };
  for (const [group, words] of (await gpu.read(...x)).entries()) {
    const values = x[group]!.format === "fixed" ? fixedValues(words) : words;
    for (let at = 0; at < values.length; at++) {
      const value = Math.abs(values[at]!);
      if (value <= largest.value) continue;
      const left = !(value < RANGE);
      largest = { left, layer, channel: group * cols + at % cols, value };
      if (Number.isNaN(value)) return largest;
    }
  }
  return largest;
}

function clause({ stack }: ReversibleModel, at: Departure | undefined): string {
  const advice = "use --state float, a lower learning rate or fewer layers";
  if (at === undefined) return `${LEFT}; ${advice}`;
  const { layer, channel, value } = at;
  const place = layer === 0 ? "the encoder" : `layer ${layer} of ${stack.layers.length}`;
  const text = value.toPrecision(4);
  return at.left
    ? `${LEFT}, as ${place} takes channel ${channel} to ${text}; ${advice}`
    : `${LEFT}; the weights have moved since, the largest value is now ${text}, in channel ${channel} after ${place}; ${advice}`;
}
