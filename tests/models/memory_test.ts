/** The paper's claim: what a training step holds beside its parameters does not grow with depth. */
import { planted } from "../../graphs/planted/planted.ts";
import { openDryRun } from "../../gpu/dry_run.ts";
import { formatBytes } from "../../gpu/format_bytes.ts";
import { tensorBytes } from "../../gpu/tensor.ts";
import type { EquilibriumGiven } from "../../layers/equilibrium_options.ts";
import { buildModel } from "../../models/build.ts";
import { shapeOf } from "../../models/model.ts";
import { forecast } from "../../training/runs/forecast.ts";
import { train } from "../../training/loop/train.ts";
import { assert, assertEquals } from "../assert.ts";
import { RESIDENT } from "../tolerances.ts";
import { BATCH, CONVOLVED, graph, KINDS, ledgerOf } from "./ledgers.ts";

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

Deno.test("RevGnn of batch norms holds one more layer's statistics with every layer, parameters aside", async () => {
  // Bytes of a norm: mean and deviation of d channels, in the MLP of 2d, at multiples of 256.
  const cases = [
    { channels: 8, convolution: "gcn", layer: 2 * 256 },
    { channels: 8, convolution: "gen", layer: 2 * (256 + 256) },
    { channels: 80, convolution: "gen", layer: 2 * (512 + 768) },
  ] as const;
  for (const { layer, ...width } of cases) {
    const bytes: number[] = [];
    for (const layers of [3, 4, 28, 112]) {
      const options = { ...BATCH["RevGnn of batch norms"], ...width, layers };
      bytes.push((await ledgerOf(options, { epochs: 0 })).activationBytes);
    }
    assertEquals(bytes, [0, 1, 25, 109].map((more) => bytes[0]! + more * layer));
  }
});

Deno.test("RevGnn of batch norms and tied weights holds as much with every second layer", async () => {
  const options = { ...BATCH["RevGnn of batch norms"], tied: true };
  const peaks: number[] = [];
  for (const layers of [3, 4, 5, 112]) {
    peaks.push((await ledgerOf({ ...options, layers }, { epochs: 0 })).peakBytes);
  }
  const two = 2 * 2 * (256 + 256);
  assertEquals(peaks, [0, 0, 1, 54].map((more) => peaks[0]! + more * two));
});

Deno.test("ResGnn of batch norms holds moments of channels, not of rows", async () => {
  const bytes: number[] = [];
  for (const layers of [2, 3, 12]) {
    const options = { ...BATCH["ResGnn of batch norms"], layers };
    bytes.push((await ledgerOf(options, { epochs: 0 })).activationBytes);
  }
  // As ResGnn, but for the statistics of D and of 2D channels.
  const layer = 4 * (graph.nodes * (6 * 8 + 8 / 4 + 2) + 2 * (8 + 2 * 8));
  assertEquals(bytes, [0, 1, 10].map((more) => bytes[0]! + more * layer));
});

Deno.test("RevGnn of GAT that drops edges holds the same bytes at 3 and 112 layers", async () => {
  const bytes: number[] = [];
  for (const layers of [3, 112]) {
    const attention = { heads: 2, symmetricNorm: true, residual: true, edgeDropout: 0.3 };
    const options = {
      ...KINDS.RevGnn,
      convolution: { kind: "gat", ...attention },
      layers,
    } as const;
    bytes.push((await ledgerOf(options, { epochs: 0 })).activationBytes);
  }
  assert(bytes[0]! > 0);
  assertEquals(bytes[1], bytes[0]);
});

Deno.test("DeqGnn holds the same bytes whatever the number of its solver's steps", async () => {
  const peak = async (equilibrium: EquilibriumGiven) => {
    const options = { kind: "deq-gnn", channels: 8, dropout: 0.1 } as const;
    const ledger = await ledgerOf({ ...options, equilibrium }, { epochs: 2 });
    return ledger.activationBytes;
  };
  // A tolerance that is never met: all steps are taken.
  for (const solver of ["anderson", "broyden", "fixed-point"] as const) {
    const [few, many] = await Promise.all(
      [12, 60].map((maxSteps) => peak({ solver, maxSteps, tolerance: 0 })),
    );
    assert(few! > 0);
    assertEquals(many, few, solver);
  }
  const state = 4 * graph.nodes * 8;
  // Anderson keeps two states for each step it remembers.
  const [short, long] = [
    await peak({ solver: { kind: "anderson", memory: 4 } }),
    await peak({ solver: { kind: "anderson", memory: 6 } }),
  ];
  assert(long! - short! >= 2 * 2 * state);
});

Deno.test("RevGnn with tied weights holds the same bytes at any depth, parameters too", async () => {
  const peaks: number[] = [];
  for (const layers of [2, 3, 112, 1001]) {
    const options = { ...KINDS.RevGnn, layers, tied: true };
    peaks.push((await ledgerOf(options, { epochs: 0 })).peakBytes);
  }
  assertEquals(peaks, peaks.map(() => peaks[0]!));
});

Deno.test("ResGnn holds the same number of bytes more with every layer, parameters aside", async () => {
  const bytes = new Map<number, number>();
  for (const layers of [2, 3, 4, 11, 112, 300]) {
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

Deno.test("RMSprop holds one moment less than Adam", async () => {
  const model = buildModel({ ...KINDS.RevGnn, layers: 112 }, shapeOf(graph));
  const [adam, rmsprop] = [
    await ledgerOf(model.options, { epochs: 0 }),
    await ledgerOf(model.options, { epochs: 0, optimiser: "rmsprop" }),
  ];
  assertEquals(rmsprop.peakBytes, adam.peakBytes - 4 * model.layout.words);
  assertEquals(rmsprop.activationBytes, adam.activationBytes);
});

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

Deno.test("train() by parts holds nothing of the whole graph while it trains", async () => {
  const dense = planted({ nodes: 100, degree: 8, edgeFeatures: 3, tasks: 3 });
  const heldAtStart = async (data: typeof graph, parts: number) => {
    using gpu = openDryRun();
    const model = buildModel({ ...KINDS.RevGnn, layers: 3 }, shapeOf(data));
    let held = 0;
    await train(gpu, model, data, { epochs: 1, parts, onStart: () => held = gpu.ledger.live });
    return held;
  };
  const growth = async (parts: number) =>
    await heldAtStart(dense, parts) - await heldAtStart(graph, parts);
  const [few, more] = [graph, dense].map(({ colIdx }) => colIdx.length);
  const words = tensorBytes(1, more!) - tensorBytes(1, few!);
  const features = tensorBytes(more!, 3) - tensorBytes(few!, 3);
  assertEquals([await growth(1), await growth(2)], [3 * words + features, 0]);
});

const WITHOUT_EDGES = {
  ...CONVOLVED,
  "RevGnn of GEN without edges": {
    ...KINDS.RevGnn,
    convolution: { kind: "gen", encodeEdges: false },
  },
} as const;

for (const [name, options] of Object.entries(WITHOUT_EDGES)) {
  Deno.test(`${name} holds no edge features, which it does not read`, async () => {
    const bare = planted({ nodes: 100, degree: 4, edgeFeatures: 0, tasks: 3 });
    assertEquals(bare.colIdx.length, graph.colIdx.length);
    for (const more of [{}, { parts: 2 }, { parts: 2, evaluateParts: 2 }]) {
      const peaks = [graph, bare].map(async (data) => {
        const model = buildModel({ ...options, layers: 3 }, shapeOf(data));
        return (await forecast(model, data, { epochs: 1, ...more })).peakBytes;
      });
      const [held, none] = await Promise.all(peaks);
      assertEquals(held, none);
    }
  });
}
