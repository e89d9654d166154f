import { openDryRun } from "../../gpu/dry_run.ts";
import { openGpu } from "../../gpu/gpu.ts";
import { PURPOSES } from "../../gpu/ledger.ts";
import type { Device } from "../../gpu/tensor.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import { bce } from "../../kernels/bce.ts";
import { joinColumns, splitColumns } from "../../kernels/copy_columns.ts";
import {
  genAggregate,
  genAggregateBackward,
  genAggregateBackwardEncoder,
} from "../../kernels/gen_aggregate.ts";
import { linear, linearBackwardInput, linearBackwardWeight } from "../../kernels/linear.ts";
import { normAct, normActBackward } from "../../kernels/norm_act.ts";
import { spmm, spmmBackward } from "../../kernels/spmm.ts";
import { sumOfSquares } from "../../kernels/sum.ts";
import { randomGraph } from "../graphs/edge_list.ts";
import { assertEquals } from "../assert.ts";
import { random } from "../reference/matrix.ts";
import { add, zeros } from "./add_kernel.ts";

const graph = randomGraph(257, 2000, 1);

Deno.test("openDryRun() books what a real run books", async () => {
  using real = await openGpu();
  using dry = openDryRun(real.adapter);
  for (let repeat = 0; repeat < 2; repeat++) {
    for (const gpu of [real, dry]) await step(gpu);
  }
  assertEquals(books(dry), books(real));
});

Deno.test("openDryRun() books a uniform buffer, and submits where it is full, as a real run does", async () => {
  using real = await openGpu();
  using dry = openDryRun(real.adapter);
  for (const gpu of [real, dry]) {
    const tensor = zeros(gpu, 4);
    for (let i = 0; i < 600; i++) add(tensor, i);
    assertEquals([gpu.ledger.live, gpu.submissions], [65_536 + 16, 2]);
    gpu.submit();
    assertEquals([gpu.ledger.live, gpu.submissions], [65_536 + 16, 3]);
  }
  assertEquals(books(dry), books(real));
});

Deno.test("openDryRun() needs no device and reads zeros", async () => {
  using gpu = openDryRun();
  const tensor = gpu.upload({ data: new Float32Array(15).fill(1), rows: 3, cols: 5 });
  add(tensor, 1);
  assertEquals(await gpu.read(tensor), [new Float32Array(15)]);
  using real = await openGpu();
  assertEquals([gpu.dryRun, real.dryRun], [true, false]);
});

Deno.test("Gpu gives the same bits for the same step, on this device and on another", async () => {
  using a = await openGpu();
  using b = await openGpu();
  const [first, again, other] = [await step(a), await step(a), await step(b)];
  assertEquals(again, first);
  assertEquals(other, first);
});

/** A little of everything, forward and backward; the bits of its results. */
async function step(gpu: Device): Promise<Uint32Array[]> {
  using device = new DeviceGraph(gpu, graph);
  const matrix = (rows: number, cols: number, seed: number) => {
    const data = Float32Array.from(random(rows, cols, seed).data);
    return gpu.upload({ data, rows, cols }, "weights");
  };
  using weights = matrix(1, 20_000, 1);
  using gradients = gpu.empty(1, 1000, "gradients");
  gpu.clear(gradients);
  const [norm, weight] = [weights.window(0, 2, 6), weights.window(256, 7, 2)];
  const [dNorm, dWeight] = [gradients.window(0, 2, 6), gradients.window(256, 7, 2)];
  using x = matrix(257, 6, 2);
  using encoder = matrix(3, 6, 3);

  const { y, moments } = normAct(x, norm);
  using smooth = spmm(device, y, device.symmetric);
  const { y: sum, winner } = genAggregate(device, smooth, encoder);
  const parts = splitColumns(sum, 2);
  using joined = joinColumns(parts);
  using logits = linear(joined, weight);
  using loss = gpu.empty(1, 1);
  using dLogits = bce(device, logits, loss);
  linearBackwardWeight(joined, dLogits, dWeight);
  using dSum = linearBackwardInput(dLogits, weight);
  using dEncoder = genAggregateBackwardEncoder(device, winner, dSum);
  using dSmooth = genAggregateBackward(device, winner, dSum);
  using dy = spmmBackward(device, dSmooth, device.symmetric);
  using dx = normActBackward(x, norm, moments, dy, { dAffine: dNorm });
  using squaredNorm = gpu.empty(1, 1);
  sumOfSquares([gradients], squaredNorm);

  const results = await gpu.read(loss, logits, dNorm, dWeight, dEncoder, dx, squaredNorm);
  for (const tensor of [y, moments, sum, winner, ...parts]) tensor[Symbol.dispose]();
  return results.map(({ buffer }) => new Uint32Array(buffer));
}

/** All that a ledger knows. */
function books({ ledger, submissions }: Device) {
  const { live, peak, activationPeak } = ledger;
  const byPurpose = PURPOSES.map((purpose) => [purpose, ledger.peakOf(purpose)] as const);
  return { live, peak, activationPeak, submissions, ...Object.fromEntries(byPurpose) };
}
