/** The paper's claim: what a training step holds beside its parameters does not grow with depth. */
import { planted } from "../../graphs/planted.ts";
import { formatBytes } from "../../gpu/format_bytes.ts";
import { openGpu } from "../../gpu/gpu.ts";
import { buildModel } from "../../models/build.ts";
import { type ModelOptions, shapeOf } from "../../models/model.ts";
import { forecast } from "../../training/forecast.ts";
import { train, type TrainOptions } from "../../training/train.ts";
import { assert, assertEquals } from "../assert.ts";
import { PARTITION_PEAK, RESIDENT } from "../tolerances.ts";

const graph = planted({ nodes: 100, degree: 4, edgeFeatures: 3, tasks: 3 });
const KINDS = {
  RevGnn: { kind: "rev-gnn", channels: 8, groups: 2, dropout: 0.1 },
  ResGnn: { kind: "res-gnn", channels: 8, groups: 1, dropout: 0.1 },
} as const;
const CONVOLVED = {
  "RevGnn of GCN": { ...KINDS.RevGnn, convolution: "gcn" },
  "RevGnn of SAGE": { ...KINDS.RevGnn, convolution: "sage" },
  "RevGnn of GAT": {
    ...KINDS.RevGnn,
    convolution: "gat",
    attention: { heads: 2, symmetric: true, residual: true },
  },
} as const;

/** The ledger of a run on a device of its own. */
async function ledgerOf(options: ModelOptions, run: TrainOptions) {
  using gpu = await openGpu();
  const { peakBytes, activationBytes } = await train(
    gpu,
    buildModel(options, shapeOf(graph)),
    graph,
    run,
  );
  return { peakBytes, activationBytes };
}

Deno.test("RevGnn holds the same bytes at 3, 28, 112 and 1001 layers, parameters aside", async () => {
  const bytes: number[] = [];
  for (const layers of [3, 28, 112, 1001]) {
    const ledger = await ledgerOf({ ...KINDS.RevGnn, layers }, { epochs: 0 });
    bytes.push(ledger.activationBytes);
  }
  assert(bytes[0]! > 0);
  assertEquals(bytes, bytes.map(() => bytes[0]!));
});

for (const [name, options] of Object.entries(CONVOLVED)) {
  Deno.test(`${name} holds the same bytes at 3, 112 and 1001 layers, parameters aside`, async () => {
    const bytes: number[] = [];
    for (const layers of [3, 112, 1001]) {
      bytes.push((await ledgerOf({ ...options, layers }, { epochs: 0 })).activationBytes);
    }
    assert(bytes[0]! > 0);
    assertEquals(bytes, bytes.map(() => bytes[0]!));
  });
}

Deno.test("RevGnn of GAT that drops edges holds the same bytes at 3 and 112 layers", async () => {
  const bytes: number[] = [];
  for (const layers of [3, 112]) {
    const attention = { heads: 2, symmetric: true, residual: true, edgeDropout: 0.3 };
    const options = { ...KINDS.RevGnn, convolution: "gat", attention, layers } as const;
    bytes.push((await ledgerOf(options, { epochs: 0 })).activationBytes);
  }
  assert(bytes[0]! > 0);
  assertEquals(bytes[1], bytes[0]);
});

Deno.test("RevGnn with tied weights holds the same bytes at any depth, parameters too", async () => {
  const peaks: number[] = [];
  for (const layers of [2, 3, 112, 1001]) {
    const options = { ...KINDS.RevGnn, layers, tied: true };
    peaks.push((await ledgerOf(options, { epochs: 0 })).peakBytes);
  }
  assertEquals(peaks, peaks.map(() => peaks[0]!));
});

Deno.test("ResGnn holds so many bytes more with every layer, parameters aside", async () => {
  const bytes = new Map<number, number>();
  for (const layers of [2, 3, 4, 11, 112]) {
    const ledger = await ledgerOf({ ...KINDS.ResGnn, layers }, { epochs: 0 });
    bytes.set(layers, ledger.activationBytes);
  }
  const layer = bytes.get(3)! - bytes.get(2)!;
  // x, sum: D; hidden, active: 2D; two pairs of moments, padded to 4; a byte for each winner.
  assertEquals(layer, 4 * graph.nodes * (6 * 8 + 2 * 4 + 8 / 4 + 2));
  for (const [layers, held] of bytes) assertEquals(held, bytes.get(2)! + (layers - 2) * layer);
});

Deno.test("ResGnn of GCN or SAGE holds its input, moments and sums more with every layer", async () => {
  for (const [convolution, saved] of [["gcn", 1], ["sage", 2]] as const) {
    const bytes: number[] = [];
    for (const layers of [2, 3, 4, 12]) {
      const options = { ...KINDS.ResGnn, convolution, layers };
      bytes.push((await ledgerOf(options, { epochs: 0 })).activationBytes);
    }
    // x: D; moments, padded: 4; Â X: D, or X and the means: 2D.
    const layer = 4 * graph.nodes * (8 + 4 + saved * 8);
    assertEquals(bytes, [0, 1, 2, 10].map((more) => bytes[0]! + more * layer));
  }
});

for (const [name, options] of Object.entries({ ...KINDS, ...CONVOLVED })) {
  for (const epochs of [0, 3]) {
    Deno.test(`forecast() is what ${name} then takes, ${epochs} epochs`, async () => {
      const model = buildModel({ ...options, layers: 5 }, shapeOf(graph));
      const expected = await ledgerOf(model.options, { epochs });
      assertEquals(await forecast(model, graph, { epochs }), expected);
    });
  }

  Deno.test(`forecast() is what an epoch of 3 parts then takes, ${name}`, async () => {
    const model = buildModel({ ...options, layers: 5 }, shapeOf(graph));
    const expected = await ledgerOf(model.options, { epochs: 1, parts: 3 });
    assertEquals(await forecast(model, graph, { epochs: 1, parts: 3 }), expected);
  });

  Deno.test(`forecast() is about what many epochs of 3 parts take, ${name}`, async () => {
    const model = buildModel({ ...options, layers: 5 }, shapeOf(graph));
    const measured = await ledgerOf(model.options, { epochs: 12, parts: 3 });
    const { peakBytes } = await forecast(model, graph, { epochs: 12, parts: 3 });
    const error = Math.abs(measured.peakBytes / peakBytes - 1);
    if (!(error <= PARTITION_PEAK)) throw new Error(`the forecast is off by ${error}`);
  });
}

Deno.test("Ledger agrees with the process's resident memory for a large model", async () => {
  const script = new URL("resident_memory.ts", import.meta.url);
  const command = new Deno.Command("deno", { args: ["run", script.href] });
  const { stdout, stderr, success } = await command.output();
  const text = new TextDecoder();
  assert(success, text.decode(stderr));
  const { ledger, resident, software } = JSON.parse(text.decode(stdout));
  assert(ledger > 2 ** 30);
  console.log(`the ledger grew by ${formatBytes(ledger)}, the process by ${formatBytes(resident)}`);
  // Of a card's memory the process holds nothing.
  const expected = software ? ledger : 0;
  const error = Math.abs(resident - expected) / ledger;
  if (!(error <= RESIDENT)) throw new Error(`off by ${error}, allowed ${RESIDENT}`);
});
