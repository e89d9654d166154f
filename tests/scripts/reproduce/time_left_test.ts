import { secondsOf } from "../../../scripts/reproduce/time_left.ts";
import { runSettings } from "../../../training/settings.ts";
import { assert, assertEquals } from "../../assert.ts";
import { fixtureRow } from "../../reports/fixture_rows.ts";

const run = runSettings({
  ...{ experiment: "train", name: "RevGNN-8", scale: "own", dataset: "planted" },
  model: { kind: "rev-gnn", layers: 2, channels: 8 },
  ...{ epochs: 40, patience: 5 },
});

Deno.test("secondsOf() counts the epochs that a run trained before its patience ended it", () => {
  const row = fixtureRow(run);
  const short = { ...row, losses: row.losses.slice(0, 10) };
  const all = secondsOf([run], [row])!;
  assert(all > 0);
  assertEquals(secondsOf([run], [short]), all / 4);
  assertEquals(secondsOf([run], []), undefined);
});
