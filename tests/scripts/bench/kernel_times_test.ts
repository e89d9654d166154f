import { planted } from "../../../graphs/planted/planted.ts";
import { LONG_ROW } from "../../../batch/long_rows.ts";
import { SCATTERED_DEGREE } from "../../../kernels/gen_aggregate_scatter.ts";
import { LEAST_ROWS } from "../../../kernels/linear_columns_subgroups.ts";
import { caseLaunches, caseTimes, stepLaunches } from "../../../scripts/bench/kernel_times.ts";
import { CARD } from "../../../scripts/bench/cards.ts";
import { workOf } from "../../../scripts/bench/counting.ts";
import { BENCH_GROUPS } from "../../../scripts/bench/layer_cases.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { ROOT } from "../task.ts";
import { operationsOf } from "../../../scripts/bench/operations.ts";

const [NODES, DEGREE, FEATURES] = [12, 3, 4];
const GRAPH = planted({
  nodes: NODES,
  degree: DEGREE,
  regular: true,
  tasks: 4,
  edgeFeatures: FEATURES,
});
const D = 16;
const CHANNELS = BENCH_GROUPS * D;

/** Adapters, degrees, rows and channels that kernels have shapes of their own for. */
const BY_SUBGROUPS = { ...CARD, software: true, subgroup: 8 };
const SHAPES = [
  {
    graph: planted({ nodes: NODES, degree: SCATTERED_DEGREE, regular: true, edgeFeatures: 1 }),
    like: { ...CARD, software: true },
  },
  { graph: GRAPH, like: BY_SUBGROUPS, channels: 2 * CHANNELS },
  { graph: planted({ nodes: LEAST_ROWS, degree: 1, edgeFeatures: 1 }), like: BY_SUBGROUPS },
  { graph: GRAPH, like: CARD },
];

Deno.test("caseLaunches() has every kernel there is, and its operations", async () => {
  const shapes = await Promise.all(
    SHAPES.map(({ graph, like, channels = CHANNELS }) =>
      caseLaunches("kernels", graph, channels, like)
    ),
  );
  const launches = shapes.flatMap((cases) => Object.values(cases).flat());
  const launched = new Set(launches.map(({ file }) => file));
  const files: string[] = [];
  for await (const { name } of Deno.readDir(new URL("kernels", ROOT))) {
    if (name.endsWith(".wgsl")) files.push(name);
  }
  assertEquals([...launched].toSorted(), files.toSorted());
});

Deno.test("operationsOf() refuses a kernel it has no formula of", () => {
  const launch = { params: {}, buffers: {}, workgroups: 1 };
  assertThrows(
    () => operationsOf({ name: "unheard_of" }, launch),
    RangeError,
    "Cannot count the operations of unheard_of: it has no formula",
  );
});

Deno.test("caseLaunches() counts each tensor of a launch once, and twice what it adds to", async () => {
  const cases = await caseLaunches("kernels", GRAPH, CHANNELS);
  const bytes = (name: string) => workOf(cases[name]!).bytes;
  const [x, wide, weight] = [NODES * D, NODES * 2 * D, (D + 1) * 2 * D];
  assertEquals(bytes("linear"), 4 * (x + weight + wide));
  assertEquals(bytes("dropout"), 4 * (x + 4 + x));
  assertEquals(bytes("adam"), 4 * (7 * 2_860_000 + 4 + 4));
  const [launch, sum] = cases.linear_backward_weight!;
  assertEquals(launch!.bytes, 4 * (x + wide + weight)); // one block of rows
  assertEquals(sum!.bytes, 4 * (weight + 2 * weight));
});

Deno.test("caseLaunches() counts operations by the formulas", async () => {
  const cases = await caseLaunches("kernels", GRAPH, CHANNELS);
  const edges = NODES * DEGREE;
  const operations = (name: string) => cases[name]![0]!.operations;
  assertEquals(operations("linear"), 2 * NODES * D * 2 * D);
  assertEquals(operations("spmm"), 2 * edges * D);
  assertEquals(operations("gen_aggregate"), (2 * FEATURES + 4) * edges * D);
  assertEquals(operations("edge_softmax"), 6 * edges);
  assertEquals(operations("dots"), (2 * 4 + 5) * NODES * D);
});

Deno.test("caseLaunches() counts hubs' edges once, though launches of their own sum them", async () => {
  const degrees = [LONG_ROW + 1, 1];
  const [hubs, short] = await Promise.all(degrees.map((degree) => {
    const nodes = NODES * (LONG_ROW + 1) / degree;
    const graph = planted({ nodes, degree, regular: true, edgeFeatures: FEATURES });
    return caseLaunches("kernels", graph, CHANNELS, CARD);
  }));
  const gathers = ["gen_aggregate", "gen_mean", "spmm", "edge_softmax", "edge_sum"];
  for (const name of gathers.flatMap((name) => [name, `${name}_backward`])) {
    const launches = hubs![name]!;
    const others = launches.filter(({ kernel }) => !kernel.endsWith("_long"));
    assert(others.length < launches.length, name);
    const { bytes, operations } = workOf(launches);
    assertEquals(operations, workOf(short![name]!).operations, name);
    // Launches of long rows read the pointers, behind which their numbers stand: three of them at most.
    const read = bytes - workOf(others).bytes;
    assert(read >= 0 && read <= 3 * 4 * (NODES + 1 + NODES), name);
  }
});

Deno.test("caseLaunches() of a layer are those of its kernels, group by group", async () => {
  const layers = await caseLaunches("layers", GRAPH, CHANNELS);
  assertEquals(layers["gen layer"]!.map(({ kernel }) => kernel), [
    ...["norm_act", "compose", "gen_aggregate", "linear", "norm_act", "linear"],
    ...["norm_act", "compose", "gen_aggregate", "linear", "norm_act", "linear"],
  ]);
});

Deno.test("stepLaunches() of two layers and of three differ by a layer, there and back", async () => {
  const steps = async (layers: number) => {
    const launches = await stepLaunches(GRAPH, {
      layers,
      channels: CHANNELS,
      groups: BENCH_GROUPS,
    });
    return launches.filter(({ kernel }) => kernel.startsWith("gen_aggregate")).length;
  };
  // Forward, again on the way back, and the two of the gradient.
  assertEquals(await steps(3) - await steps(2), BENCH_GROUPS * 4);
});

Deno.test("caseTimes() tells the time and the work of each kernel and layer", async () => {
  for (const kind of ["kernels", "layers"] as const) {
    const times = await caseTimes(kind, GRAPH, CHANNELS, 1);
    const launches = await caseLaunches(kind, GRAPH, CHANNELS);
    assertEquals(Object.keys(times), Object.keys(launches));
    for (const [name, timed] of Object.entries(times)) {
      const { milliseconds, bytes, operations, invocations } = timed;
      assert(milliseconds > 0 && bytes > 0 && operations >= 0 && invocations > 0, name);
    }
  }
});
