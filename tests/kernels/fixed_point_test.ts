/** Kernels of a state, which may be of fixed-point numbers; outsiders_test.ts counts those out of range. */
import { planted } from "../../graphs/planted/planted.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import { batchNormAct, batchNormActBackward } from "../../kernels/batch_norm_act.ts";
import { batchStatistics } from "../../kernels/batch_statistics.ts";
import { addTo, copy, joinColumns, splitColumns } from "../../kernels/copy_columns.ts";
import { edgeSum } from "../../kernels/edge_sum.ts";
import { FIXED_END, FIXED_STEPS, fixedValues } from "../../kernels/fixed_point.ts";
import { linear } from "../../kernels/linear.ts";
import { normAct, normActBackward } from "../../kernels/norm_act.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { movedSteps, stepsOf } from "../reference/fixed_point.ts";
import { type Dense, random } from "../reference/matrix.ts";
import { assertClose, gpu, read, rounded, upload, uploadWindow } from "./device.ts";

const ROWS = [0, 1, 67, 257, 66_001];
const WIDTHS = [1, 3, 4, 5, 8];

const widthsOf = (rows: number) => rows < 1000 ? WIDTHS : [3];

/** The values as fixed-point numbers on the device. */
function uploadFixed(x: Dense): Tensor {
  return splitColumns(upload(x), 1, "fixed")[0]!;
}

async function readSteps(x: Tensor): Promise<number[]> {
  assertEquals(x.format, "fixed");
  return Array.from(new Int32Array((await read(x)).buffer));
}

for (const rows of ROWS) {
  Deno.test(`Values become the nearest fixed-point numbers, and back, ${rows} rows`, async () => {
    for (const cols of widthsOf(rows)) {
      const x = rounded(random(rows, cols, 1));
      const fixed = uploadFixed(x);
      const steps = Array.from(x.data, stepsOf);
      assertEquals(await readSteps(fixed), steps);
      const near = { ...x, data: Float64Array.from(steps, (step) => step / FIXED_STEPS) };
      await assertClose(joinColumns([fixed]), near, 0, `${rows} × ${cols}`);
      assertEquals(Array.from(fixedValues(await read(fixed))), Array.from(near.data));
      assertEquals(await readSteps(copy(fixed)), steps);
      const sum = upload(x);
      addTo(sum, fixed);
      const sums = x.data.map((value, k) => value + near.data[k]!);
      await assertClose(sum, rounded({ ...x, data: sums }), 0, `${rows} × ${cols}, added`);
      gpu.trim();
    }
  });

  Deno.test(`linear() moves a fixed-point state by whole steps, and back, ${rows} rows`, async () => {
    for (const cols of widthsOf(rows)) {
      const [x, start] = [rounded(random(rows, 5, 1)), rounded(random(rows, cols, 2))];
      const weight = rounded(random(6, cols, 3));
      const [device, matrix, y] = [upload(x), uploadWindow(weight), uploadFixed(start)];
      const change = await read(linear(device, matrix));
      const before = await readSteps(y);
      linear(device, matrix, { y, sign: 1 });
      assertEquals(await readSteps(y), before.map((step, k) => movedSteps(step, change[k]!)));
      linear(device, matrix, { y, sign: -1 });
      assertEquals(await readSteps(y), before);
      gpu.trim();
    }
  });

  Deno.test(`Norms take a fixed-point state as its values, to the bit, ${rows} rows`, async () => {
    for (const cols of widthsOf(rows)) {
      const x = rounded(random(rows, cols, 1));
      const fixed = uploadFixed(x);
      const values = joinColumns([fixed]);
      const [affine, dy] = [uploadWindow(rounded(random(2, cols, 2))), random(rows, cols, 3)];
      const by = async (x: Tensor) => {
        const { y, moments } = normAct(x, affine);
        const gradient = upload(dy);
        const running = upload({ rows: 2, cols, data: new Float64Array(2 * cols).fill(1) });
        const statistics = { values: batchStatistics(x, running), running: false };
        const results = [
          ...[y, moments, normActBackward(x, affine, moments, gradient, {})],
          ...[running, statistics.values, batchNormAct(x, affine, statistics)],
          batchNormActBackward(x, affine, statistics, gradient, {}),
        ];
        return (await gpu.read(...results)).map(({ buffer }) => new Uint32Array(buffer));
      };
      assertEquals(await by(fixed), await by(values));
      gpu.trim();
    }
  });
}

Deno.test("edgeSum() moves a fixed-point state by whole steps, and back", async () => {
  for (const [heads, channels, nodes] of [[1, 3, 1], [2, 4, 67], [3, 5, 257]] as const) {
    const graph = planted({ nodes, degree: Math.min(4, nodes - 1), seed: 1 });
    using device = new DeviceGraph(gpu, graph);
    const x = upload(rounded(random(nodes, heads * channels, 1)));
    const attention = device.ofEdges(heads);
    gpu.write(
      attention,
      Float32Array.from(random(heads, graph.colIdx.length, 2).data),
    );
    const y = uploadFixed(random(nodes, heads * channels, 3));
    const change = await read(edgeSum(device, attention, x));
    const before = await readSteps(y);
    edgeSum(device, attention, x, { residual: { y, sign: 1 } });
    assertEquals(await readSteps(y), before.map((step, k) => movedSteps(step, change[k]!)));
    edgeSum(device, attention, x, { residual: { y, sign: -1 } });
    assertEquals(await readSteps(y), before);
  }
});

/** Values at, within and beyond the range's ends; a state, and what is added to it. */
const EDGES: [state: number, change: number][] = [
  [0, 8191.9999],
  [0, -8191.9999],
  [0, 8192],
  [0, -8192],
  [0, 3e38],
  [0, -3e38],
  [0, Infinity],
  [0, -Infinity],
  [0, NaN],
  [8000, 191.9],
  [8000, 192],
  [8000, 193],
  [-8000, -192],
  [-8000, 16_191],
  [-8000, 16_192],
  [8000, -16_000],
  [4096, 12_000],
  [1e6, -1e6],
  [NaN, 0],
  [-1e9, 1],
];

Deno.test("A fixed-point number that leaves its range becomes the range's end, for good", async () => {
  const column = (values: number[]): Dense => ({
    rows: EDGES.length,
    cols: 1,
    data: Float64Array.from(values),
  });
  const states = EDGES.map(([state]) => stepsOf(Math.fround(state)));
  const y = uploadFixed(column(EDGES.map(([state]) => state)));
  assertEquals(await readSteps(y), states);
  const x = upload(column(EDGES.map(([, change]) => change)));
  const identity = uploadWindow({ rows: 1, cols: 1, data: Float64Array.of(1) });
  linear(x, identity, { y, sign: 1 });
  const moved = EDGES.map(([, change], k) => movedSteps(states[k]!, Math.fround(change)));
  assertEquals(await readSteps(y), moved);
  assert(moved.includes(FIXED_END) && moved.some((step) => step !== FIXED_END));
  linear(x, identity, { y, sign: -1 });
  const back = moved.map((step, k) => step === FIXED_END ? FIXED_END : states[k]!);
  assertEquals(await readSteps(y), back);
});

Deno.test("Kernels that know no fixed-point numbers refuse them", () => {
  const [fixed, x] = [uploadFixed(random(4, 4, 1)), upload(random(4, 4, 1))];
  const weight = uploadWindow(random(5, 4, 2));
  assertThrows(
    () => linear(fixed, weight),
    TypeError,
    // The kernel is named by its shape, which the adapter decides.
    ": its x holds fixed-point numbers, the kernel takes floats",
  );
  assertThrows(() => addTo(fixed, x), TypeError, "Cannot add to fixed-point numbers");
});
