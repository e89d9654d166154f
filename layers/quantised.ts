/**
 * What layers saved, with its activations kept in few bits until the way back (EXACT, Liu et al. 2022):
 * floats that have a row for each node or edge are packed where that is smaller, all else stays as it is.
 */
import type { DeviceGraph } from "../batch/device_graph.ts";
import { Tensor } from "../gpu/tensor.ts";
import { type Bits, dequantise, quantise, quantisedBytes } from "../kernels/quantise.ts";
import { type Disposables, disposing } from "./disposing.ts";
import type { Owned } from "./owned.ts";
import type { Pass } from "./pass.ts";

/** What was saved, in few bits. */
export interface Quantised<Saved extends Disposable> extends Disposable {
  /** The same with rounded values, which is the caller's; once, as the bits are let go of. */
  unpack(): Saved;
}

/** A tensor in packed form, with what it was. */
interface Packed {
  readonly packed: Tensor;
  readonly rows: number;
  readonly cols: number;
}

/**
 * Packs what was saved. Of a step's calls each has a `number` of its own, from which rounding is drawn, and
 * thousands of tensors fit between two.
 */
export function quantised<Saved extends Disposable>(
  pass: Pass,
  saved: Owned<Saved>,
  bits: Bits,
  number: number,
): Quantised<Saved> {
  if (pass.masks === undefined) {
    throw new Error("Cannot keep activations in few bits outside of training: there are no keys");
  }
  const { keys } = pass.masks;
  /** By the number of their memory: windows of one tensor are packed once. */
  const packs = new Map<number, Packed>();
  const others: Tensor[] = [];
  for (const tensor of tensorsOf(saved)) {
    const { rows, cols, allocation: { id } } = tensor;
    if (!packs.has(id) && pays(pass.graph, tensor, bits)) {
      const packed = quantise(tensor, bits, { keys, tensor: number * 4096 + packs.size });
      packs.set(id, { packed, rows, cols });
    }
    if (packs.has(id)) tensor[Symbol.dispose]();
    else others.push(tensor);
  }
  return {
    ...disposing({ others, packs: [...packs.values()].map(({ packed }) => packed) }),
    unpack: () => unpacked(saved, packs, bits),
  };
}

function pays({ nodes, edges }: DeviceGraph, tensor: Tensor, bits: Bits): boolean {
  const { format, rows, cols, offset, allocation: { purpose } } = tensor;
  return format === "float" && purpose === "activations" && offset === 0 &&
    (rows === nodes || rows === edges) && quantisedBytes(rows, cols, bits) < tensor.bytes;
}

function unpacked<Saved extends Disposable>(
  saved: Saved,
  packs: ReadonlyMap<number, Packed>,
  bits: Bits,
): Saved {
  const made = new Map<number, Tensor>();
  return mapped(saved, (tensor) => {
    const { id } = tensor.allocation;
    const pack = packs.get(id);
    if (pack === undefined) return tensor;
    const before = made.get(id);
    if (before !== undefined) return before.window(tensor.offset, tensor.rows, tensor.cols);
    const values = dequantise(pack.packed, pack.cols, bits);
    pack.packed[Symbol.dispose]();
    made.set(id, values);
    return values;
  }) as Saved;
}

/** All tensors of a bundle. */
function tensorsOf(part: Disposables): Tensor[] {
  const tensors: Tensor[] = [];
  mapped(part, (tensor) => (tensors.push(tensor), tensor));
  return tensors;
}

/** A bundle of the same form; what is neither a tensor, a list nor a bundle is handed on. */
function mapped(part: Disposables, of: (tensor: Tensor) => Tensor): Disposables {
  if (part instanceof Tensor) return of(part);
  if (Array.isArray(part)) return part.map((one) => mapped(one, of) as Disposable);
  if (part === undefined || Object.getPrototypeOf(part) !== Object.prototype) return part;
  const parts: [string, Disposables][] = Object.entries(part);
  return disposing(Object.fromEntries(parts.map(([name, one]) => [name, mapped(one, of)])));
}
