/** Presets of whole runs: what a call has that names one, and what its own flags change. */
import { settingsOfCall } from "../../../scripts/train.ts";
import { sweepOfCall } from "../../../scripts/sweep.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";

Deno.test("a call's preset gives what the call does not, and no more", () => {
  const usual = settingsOfCall(["--dataset", "planted"]);
  const preset = settingsOfCall(["--dataset", "planted", "--preset", "known-labels"]);
  const { labels, labelHops, labelIterations, convolution } = preset.model;
  assertEquals([labels, labelHops, labelIterations, preset.standardise], [true, 2, 0, true]);
  assert(convolution.kind === "gen" && convolution.aggregation.kind === "mean");
  assertEquals([preset.seed, preset.planted], [usual.seed, usual.planted]);
  const call = ["--preset", "known-labels", "--layers", "14", "--no-labels", "--label-hops", "0"];
  const own = settingsOfCall([...call, "--label-iterations", "1", "--no-standardise"]);
  assertEquals([own.model.layers, own.model.labels, own.standardise], [14, false, false]);
});

Deno.test("a preset suits another kind of model as far as that has its options", () => {
  const { model } = settingsOfCall(["--preset", "known-labels", "--model", "res-gnn"]);
  assertEquals([model.kind, model.labels, model.labelHops], ["res-gnn", true, 2]);
  for (const kind of ["gcn", "graphsage", "gat", "mlp", "rev-gat"]) {
    const call = ["--model", kind, "--channels", "12"];
    const [own, suited] = [[], ["--preset", "known-labels"]].map((more) =>
      settingsOfCall([...call, ...more])
    );
    assertEquals(suited!.model.convolution, own!.model.convolution, kind);
    assertEquals([suited!.name, suited!.model.labelHops], [own!.name, 2], kind);
  }
  const call = () =>
    settingsOfCall(["--preset", "known-labels", "--model", "gcn", "--aggregation", "max"]);
  assertThrows(call, Error, "Cannot use --aggregation: gcn has none");
});

Deno.test("a sweep begins with a preset like any other call", () => {
  const { runs } = sweepOfCall(["--preset", "known-labels", "--layers", "3,7"]);
  assertEquals(
    runs.map(({ settings: { model } }) => [model.layers, model.labelHops]),
    [[3, 2], [7, 2]],
  );
});
