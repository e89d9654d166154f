import { planted } from "./graphs/planted/planted.ts";
import { run } from "./training/runs/run.ts";
const graph = planted({ nodes: 1000, degree: 5 });
for (const state of (Deno.args[1] ? [Deno.args[1]] : ["fixed", "float"]) as ("fixed" | "float")[]) {
  const t = performance.now();
  const row = await run({
    experiment: "drift",
    name: "x",
    scale: "own",
    dataset: "planted",
    planted: { nodes: 1000, degree: 5 },
    model: {
      kind: "rev-gnn",
      layers: Number(Deno.args[0]),
      channels: 16,
      groups: 2,
      dropout: 0.1,
      state,
    },
    epochs: 0,
    drift: true,
    learningRate: 1e-2,
  }, graph);
  console.log(
    state,
    (performance.now() - t) / 1000,
    row.secondsPerEpoch,
    row.drifted,
    row.losses,
    row.peakBytes / 2 ** 20,
    row.parameters,
  );
}
