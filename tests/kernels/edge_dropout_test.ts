import { openGpu } from "../../gpu/gpu.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import { STREAMS } from "../../kernels/dropout.ts";
import { edgeDropout } from "../../kernels/edge_dropout.ts";
import { dropoutKeys, KEYS } from "../../training/steps/dropout_keys.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { dropoutKey } from "../reference/dropout.ts";
import * as reference from "../reference/edge_dropout.ts";
import { dense } from "../reference/matrix.ts";
import { gpu, read } from "./device.ts";
import { graphOf } from "./graphs.ts";

const SIZES = [0, 1, 2, 3, 4, 5, 16, 17, 97, 1009, 65_536, 65_537];
const RATES = [0, 0.3, 0.999];

/** A graph of so many loops, of which the kernel needs the number alone. */
function graphOfEdges(on: typeof gpu, edges: number): DeviceGraph {
  const loops = Array.from({ length: edges }, (): [number, number] => [0, 0]);
  return new DeviceGraph(on, graphOf(1, loops, dense(edges, 0)));
}

function keysOf(seed: number, step: number) {
  return gpu.upload({ data: dropoutKeys(seed, step), rows: 1, cols: KEYS });
}

for (const edges of SIZES) {
  Deno.test(`edgeDropout() drops the reference's edges, exactly ⌊M · rate⌋ of M = ${edges}`, async () => {
    using graph = graphOfEdges(gpu, edges);
    for (const [seed, step, layer] of [[0, 1, 0], [7, 2, 3], [2 ** 32 - 1, 1000, 1000]] as const) {
      for (const rate of RATES) {
        using keep = edgeDropout(graph, { keys: keysOf(seed, step), rate, layer });
        const kept = [...new Uint32Array((await read(keep)).buffer)];
        const key = dropoutKey(seed, step, STREAMS.edges);
        assertEquals(kept, [...reference.edgeDropout(edges, { key, rate, layer })]);
        assertEquals(kept.filter((keeps) => keeps === 0).length, Math.floor(edges * rate));
      }
    }
  });
}

Deno.test("edgeDropout() draws other edges in another layer and step, the same ones again", async () => {
  using graph = graphOfEdges(gpu, 1009);
  const draw = async (step: number, layer: number) =>
    (await read(edgeDropout(graph, { keys: keysOf(1, step), rate: 0.3, layer }))).join();
  const draws = new Set([await draw(1, 0), await draw(1, 1), await draw(2, 0), await draw(2, 1)]);
  assertEquals(draws.size, 4);
  assert(draws.has(await draw(2, 0)));
});

Deno.test("edgeDropout() goes past 65,535 workgroups", async () => {
  using gpu = await openGpu();
  const edges = 65_536 * 64 + 1;
  using graph = graphOfEdges(gpu, edges);
  using keys = gpu.upload({ data: dropoutKeys(1, 1), rows: 1, cols: KEYS });
  using keep = edgeDropout(graph, { keys, rate: 0.3, layer: 0 });
  const kept = new Uint32Array((await gpu.read(keep))[0]!.buffer);
  assertEquals(kept.reduce((sum, keeps) => sum + keeps), edges - Math.floor(edges * 0.3));
});

Deno.test("edgeDropout() refuses a rate that leaves nothing, or is no rate", () => {
  using graph = graphOfEdges(gpu, 3);
  for (const rate of [-0.1, 1, NaN]) {
    assertThrows(
      () => edgeDropout(graph, { keys: keysOf(0, 1), rate, layer: 0 }),
      RangeError,
      `Cannot drop edges at rate ${rate}: it must be at least 0 and below 1`,
    );
  }
});
