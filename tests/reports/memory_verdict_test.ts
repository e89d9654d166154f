import { LAYERS } from "../../experiments/variable.ts";
import { memoryVerdict } from "../../reports/memory_verdict.ts";
import { assertEquals } from "../assert.ts";
import { fixtureRows } from "./fixture_rows.ts";

const quick = fixtureRows("quick");
const reversible = quick.filter((row) => row.model.kind === "rev-gnn");
const residual = quick.filter((row) => row.model.kind === "res-gnn");
const MIB = 2 ** 20;

Deno.test("memoryVerdict() tells flat from growing, what would not fit, and the scores", () => {
  assertEquals(
    memoryVerdict(quick, LAYERS),
    "RevGNN-64's activations take 31.2 MiB at 3 and at 1001 layers; ResGNN-64's activations grow " +
      "by 21.9 MiB a layer, from 96.9 MiB at 3 layers to 1.23 GiB at 56, and it would need " +
      "2.46 GiB in total at 112 layers, over the budget of 2 GiB. Trained with 14 layers on " +
      "wordnet-frames, the test ROC-AUC is 82.17 % for ResGNN-64 and 82.57 % for RevGNN-64.",
  );
});

Deno.test("memoryVerdict() says so where a reversible network's activations do grow", () => {
  const grown = reversible.map((row) => ({ ...row, activationBytes: 2 * row.model.layers * MIB }));
  assertEquals(
    memoryVerdict(grown, LAYERS),
    "RevGNN-64's activations grow by 2 MiB a layer, from 6 MiB at 3 layers to 1.96 GiB at 1001.",
  );
});

Deno.test("memoryVerdict() says nothing of what fits where nothing does", () => {
  assertEquals(
    memoryVerdict(residual.filter((row) => row.status === "does not fit"), LAYERS),
    "ResGNN-64 would need 2.46 GiB in total at 112 layers, over the budget of 2 GiB.",
  );
});

Deno.test("memoryVerdict() speaks of one depth, or of none", () => {
  assertEquals(
    memoryVerdict(reversible.slice(0, 1), LAYERS),
    "RevGNN-64's activations take 31.2 MiB at 3 layers.",
  );
  assertEquals(memoryVerdict([], LAYERS), "Nothing has been measured yet.");
});

Deno.test("memoryVerdict() gives mean and sample standard deviation over seeds", () => {
  const verdict = memoryVerdict(fixtureRows("full"), LAYERS);
  assertEquals(
    verdict.slice(verdict.indexOf("Trained")),
    "Trained with 56 layers on wordnet-frames, the test ROC-AUC is 84.87 ± 0.30 % for ResGNN-64 " +
      "and 85.27 ± 0.30 % for RevGNN-64.",
  );
});
