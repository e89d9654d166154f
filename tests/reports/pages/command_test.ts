import { EXPERIMENTS } from "../../../experiments/all.ts";
import { SCALES } from "../../../experiments/experiment.ts";
import { commandOf } from "../../../reports/pages/command.ts";
import { settingsOfCall } from "../../../scripts/train.ts";
import type { RunSettings } from "../../../training/settings.ts";
import { assert, assertEquals } from "../../assert.ts";

/** What a call of one's own cannot tell: whose it is, what it may take and what is scored after it. */
const BARE = { experiment: "", name: "", scale: "", memoryBudget: null, inference: [] } as const;

for (const scale of SCALES) {
  Deno.test(`commandOf() is a call of train that asks for the same run, ${scale} scale`, () => {
    const runs = EXPERIMENTS.flatMap((experiment): readonly RunSettings[] =>
      experiment.scales[scale]
    );
    const taught = runs.filter(({ teacher }) => teacher !== null);
    let calls = 0;
    for (const run of runs) {
      const command = commandOf(run);
      if (command === undefined) continue;
      calls++;
      const args = command.replace(/^deno task train /, "").split(" ");
      assertEquals({ ...settingsOfCall(args), ...BARE }, { ...run, ...BARE }, command);
    }
    assert(taught.length > 0);
    assertEquals(calls, runs.length - taught.length);
  });
}
