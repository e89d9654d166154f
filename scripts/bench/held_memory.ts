/** What a step holds at its peak, told apart by the kernel's buffer that each tensor was first written as. */
import { DeviceGraph } from "../../batch/device_graph.ts";
import { DryRun } from "../../gpu/dry_run.ts";
import type { Kernel } from "../../gpu/kernel.ts";
import type { Purpose } from "../../gpu/ledger.ts";
import type { Allocation, Launch, Tensor } from "../../gpu/tensor.ts";
import type { Graph } from "../../graphs/graph.ts";
import { shapeOf } from "../../models/model.ts";
import { RevGnn, type RevGnnOptions } from "../../models/rev_gnn.ts";
import { initialValues } from "../../training/steps/initial_values.ts";
import { Trainer } from "../../training/steps/trainer.ts";

/** Bytes of all tensors of one kind and shape. */
export interface HeldTensors {
  readonly purpose: Purpose;
  /** The kernel and the buffer that first wrote it, or what was uploaded or cleared. */
  readonly label: string;
  readonly rows: number;
  readonly cols: number;
  readonly tensors: number;
  readonly bytes: number;
}

/** The most that the device held, and what of it tensors were in, when they were most. */
export interface Peak {
  /** The ledger's: tensors, and free memory that waits for one of its size. */
  readonly peak: number;
  readonly held: readonly HeldTensors[];
}

/** Counts a training step of a RevGNN, or an evaluation, without a device. */
export async function stepPeak(
  data: Graph,
  options: RevGnnOptions,
  work: "training" | "evaluation",
): Promise<Peak> {
  using gpu = new HoldingDryRun();
  const model = new RevGnn(options, shapeOf(data));
  using trainer = new Trainer(gpu, model, initialValues(model, data, 0), { seed: 0 });
  using graph = new DeviceGraph(gpu, data, { backward: work === "training" });
  if (work === "training") await trainer.step(graph, 1e-3);
  else (await trainer.predict(graph))[Symbol.dispose]();
  return { peak: gpu.ledger.peak, held: gpu.heldAtPeak() };
}

type Taken = Omit<HeldTensors, "tensors"> & { label: string };

class HoldingDryRun extends DryRun {
  readonly #taken = new Map<number, Taken>();
  #bytes = 0;
  #most = 0;
  /** What was there at the most; their labels come with their first launch. */
  #atMost: Taken[] = [];

  override empty(rows: number, cols: number, purpose?: Purpose, bytes?: number): Tensor {
    const tensor = super.empty(rows, cols, purpose, bytes);
    const { id, bytes: held, purpose: of } = tensor.allocation;
    this.#taken.set(id, { purpose: of, label: "uploaded or cleared", rows, cols, bytes: held });
    this.#bytes += held;
    if (this.#bytes > this.#most) {
      this.#most = this.#bytes;
      this.#atMost = [...this.#taken.values()];
    }
    return tensor;
  }

  override release(allocation: Allocation): void {
    this.#taken.delete(allocation.id);
    this.#bytes -= allocation.bytes;
    super.release(allocation);
  }

  protected override recordLaunch<P extends string, B extends string>(
    kernel: Kernel<P, B>,
    { buffers }: Launch<P, B>,
  ): void {
    for (const name in kernel.buffers) {
      const taken = this.#taken.get(buffers[name]?.allocation.id ?? -1);
      const writes = kernel.buffers[name].startsWith("write");
      if (writes && taken?.label === "uploaded or cleared" && taken.purpose === "activations") {
        taken.label = `${kernel.name}: ${name}`;
      }
    }
  }

  /** The tensors, those of one kind together, the most bytes first. */
  heldAtPeak(): HeldTensors[] {
    const sums = new Map<string, HeldTensors>();
    for (const { purpose, label, rows, cols, bytes } of this.#atMost) {
      const key = `${purpose} ${label} ${rows} ${cols}`;
      const { tensors = 0, bytes: before = 0 } = sums.get(key) ?? {};
      const all = { tensors: tensors + 1, bytes: before + bytes };
      sums.set(key, { purpose, label, rows, cols, ...all });
    }
    return [...sums.values()].toSorted((a, b) => b.bytes - a.bytes);
  }
}

/** The peak as a table in Markdown; what takes less than a hundredth of it is left together. */
export function heldTable({ peak, held }: Peak): string {
  const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(2);
  const large = held.filter(({ bytes }) => bytes >= peak / 100);
  const rows = large.map(({ purpose, label, rows, cols, tensors, bytes }) => [
    ...[purpose, label, `${tensors} of ${rows} × ${cols}`, mib(bytes)],
  ]);
  const inTensors = (of: readonly HeldTensors[]) => of.reduce((sum, { bytes }) => sum + bytes, 0);
  const smaller = inTensors(held) - inTensors(large);
  return [
    ["purpose", "first written by", "tensors", "MiB"],
    ["---", "---", "---", "---"],
    ...rows,
    ["", "smaller ones", "", mib(smaller)],
    [
      "",
      "free, for tensors of other sizes, uniform blocks and reads",
      "",
      mib(peak - inTensors(held)),
    ],
    ["", "in all", "", mib(peak)],
  ].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
