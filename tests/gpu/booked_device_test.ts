import { BookedDevice } from "../../gpu/booked_device.ts";
import { openDryRun } from "../../gpu/dry_run.ts";
import type { Kernel } from "../../gpu/kernel.ts";
import type { Allocation, Launch, Tensor } from "../../gpu/tensor.ts";
import { assertEquals } from "../assert.ts";
import { add, kernel } from "./add_kernel.ts";

/** A third device: it notes what it is asked to do. */
class Recorder extends BookedDevice {
  override readonly dryRun = false;
  readonly log: string[] = [];

  constructor(memoryBudget = Infinity) {
    super(openDryRun().adapter, memoryBudget);
  }

  protected override create({ id, bytes }: Allocation): void {
    this.log.push(`create ${id}: ${bytes}`);
  }
  protected override destroy({ id }: Allocation): void {
    this.log.push(`destroy ${id}`);
  }
  protected override writeBlock(offset: number, block: ArrayBuffer): void {
    const [count] = new Uint32Array(block);
    const [, value] = new Float32Array(block);
    this.log.push(`block ${offset}: ${count} ${value}`);
  }
  protected override createStaging(bytes: number): void {
    this.log.push(`staging ${bytes}`);
  }
  protected override fill({ allocation }: Tensor, data: Float32Array | Uint32Array): void {
    this.log.push(`fill ${allocation.id}: ${data.join(" ")}`);
  }
  protected override recordClear({ allocation }: Tensor): void {
    this.log.push(`clear ${allocation.id}`);
  }
  protected override recordCopy(from: Tensor, to: Tensor): void {
    this.log.push(`copy ${from.allocation.id} ${to.allocation.id}`);
  }
  protected override recordLaunch<P extends string, B extends string>(
    { name }: Kernel<P, B>,
    _launch: Launch<P, B>,
    block: number,
    workgroups: number,
  ): void {
    this.log.push(`launch ${name} ${block}: ${workgroups}`);
  }
  protected override send(): void {
    this.log.push("send");
  }
  protected override recordRead(tensors: readonly Tensor[]): () => Promise<Float32Array[]> {
    const ids = tensors.map(({ allocation }) => allocation.id);
    this.log.push(`read ${ids.join(" ")}`);
    return () => {
      this.log.push("wait");
      return Promise.resolve(tensors.map(() => Float32Array.of(7)));
    };
  }
}

Deno.test("BookedDevice does work in the order asked for, and submits it before anything that must wait", async () => {
  using device = new Recorder();
  const { log } = device;
  const done = () => log.splice(0);
  const a = device.upload({ data: Float32Array.of(1, 2), rows: 1, cols: 2 });
  const b = device.empty(3, 5);
  assertEquals(done(), ["create 0: 16", "fill 0: 1 2", "create 1: 96"]);
  add(a, 0.5);
  add(a, 0.5);
  add(b, 0.5);
  device.copy(a, b);
  device.clear(a);
  const blocks = ["block 0: 4 0.5", "launch add 0: 1", "launch add 0: 1", "block 256: 24 0.5"];
  assertEquals(done(), [...blocks, "launch add 256: 1", "copy 0 1", "clear 0"]);
  device.write(a, Float32Array.of(3, 4));
  assertEquals(done(), ["send", "fill 0: 3 4"]);
  const none = { params: { count: 4, value: 1 }, buffers: { out: a }, workgroups: 0 };
  device.launch(kernel, none);
  device.submit();
  assertEquals(done(), []);
  assertEquals(await device.read(a, b), [Float32Array.of(7), Float32Array.of(7)]);
  assertEquals(done(), ["staging 112", "read 0 1", "send", "wait"]);
  await device.read(b);
  assertEquals(done(), ["read 1", "send", "wait"]);
  assertEquals(device.submissions, 3);
});

Deno.test("BookedDevice destroys memory only when nothing recorded needs it", () => {
  const start = new Recorder().ledger.live;
  using device = new Recorder(start + 64);
  const { log } = device;
  const scratch = device.empty(1, 4);
  add(scratch, 1);
  scratch[Symbol.dispose]();
  log.length = 0;
  device.empty(1, 16);
  assertEquals(log, ["send", "destroy 0", "create 1: 64"]);
});
