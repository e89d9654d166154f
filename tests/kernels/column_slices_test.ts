import { openDryRun } from "../../gpu/dry_run.ts";
import { columnSlices } from "../../kernels/copy_columns.ts";
import { edgeSum, edgeSumBackward, edgeSumBackwardAttention } from "../../kernels/edge_sum.ts";
import { spmm, spmmBackward } from "../../kernels/spmm.ts";
import type { Device, Tensor } from "../../gpu/tensor.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import { assert, assertEquals } from "../assert.ts";
import * as reference from "../reference/edge_sum.ts";
import { dense, random, transposed } from "../reference/matrix.ts";
import { KERNEL } from "../tolerances.ts";
import { assertClose, gpu, gpuOfBindings, rounded } from "./device.ts";
import { graphOf, randomEdges } from "./graphs.ts";

const BINDING = 2 ** 15;
const small = await gpuOfBindings(BINDING);
const [NODES, EDGES] = [401, 1002];
const graph = graphOf(NODES, randomEdges(NODES, EDGES, 1), dense(EDGES, 0));
/** A binding covers 20 columns: heads that end with a slice, straddle slices and vec4, and fill several. */
const HEADS: [heads: number, channels: number][] = [[1, 21], [2, 20], [3, 13], [5, 7], [2, 61]];

Deno.test("columnSlices() are as few as bindings allow, and have every column once", () => {
  using gpu = openDryRun({ ...openDryRun().adapter, maxBindingBytes: 1000 });
  const slicesOf = (rows: number, cols: number) => columnSlices(gpu.empty(rows, cols));
  for (const [rows, cols] of [[0, 7], [1, 248], [10, 23], [62, 4]] as const) {
    assertEquals(slicesOf(rows, cols), [{ first: 0, columns: cols }]);
  }
  assertEquals(slicesOf(10, 25), [{ first: 0, columns: 24 }, { first: 24, columns: 1 }]);
  assertEquals(slicesOf(62, 8), [{ first: 0, columns: 4 }, { first: 4, columns: 4 }]);
  // Not even four columns: whoever binds it says so.
  assertEquals(slicesOf(63, 8), [{ first: 0, columns: 8 }]);
});

for (const [heads, channels] of HEADS) {
  Deno.test(`edgeSum() and spmm() of ${heads} × ${channels} channels have the same bits in slices`, async () => {
    const [expected, actual] = await Promise.all([gpu, small].map(async (gpu) => {
      const padded = gathers(gpu, heads, heads * channels)
        .map((tensor) => tensor.window(0, tensor.rows, tensor.stride));
      return (await gpu.read(...padded)).map(({ buffer }) => new Uint32Array(buffer));
    }));
    assertEquals(actual, expected);
  });

  Deno.test(`edgeSumBackwardAttention() of ${heads} × ${channels} channels adds up over slices`, async () => {
    using device = new DeviceGraph(small, graph);
    const width = heads * channels;
    const [attention, x, dy] = [[EDGES, heads], [NODES, width], [NODES, width]]
      .map(([rows, cols], seed) => rounded(random(rows!, cols!, seed)));
    const [target, source] = [3, 4].map((seed) => rounded(random(1, NODES, seed)));
    const upload = ({ data, rows, cols }: typeof x & object) =>
      small.upload({ data: Float32Array.from(data), rows, cols });
    const scales = { target: upload(target!), source: upload(source!) };
    const dAttention = edgeSumBackwardAttention(device, upload(x!), upload(dy!), { heads, scales });
    const values = { target: target!.data, source: source!.data };
    const expected = reference.edgeSumBackward(graph, attention!, x!, dy!, values).dAttention;
    await assertClose(dAttention, transposed(expected), KERNEL, "dAttention");
  });
}

function gathers(gpu: Device, heads: number, width: number): Tensor[] {
  const device = new DeviceGraph(gpu, graph);
  const matrix = (rows: number, cols: number, seed: number) =>
    gpu.upload({ data: Float32Array.from(random(rows, cols, seed).data), rows, cols });
  const [attention, x, y] = [
    matrix(heads, EDGES, 1),
    matrix(NODES, width, 2),
    matrix(NODES, width, 3),
  ];
  assert(x.bytes > BINDING);
  const scales = device.attention;
  edgeSum(device, attention, x, { scales, residual: { y, sign: -1 } });
  return [
    y,
    edgeSum(device, attention, x),
    edgeSumBackward(device, attention, x, scales),
    spmm(device, x, device.symmetric),
    spmmBackward(device, x, device.mean),
  ];
}
