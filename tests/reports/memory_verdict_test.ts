import { LAYERS } from "../../experiments/variable.ts";
import { memoryVerdict } from "../../reports/memory_verdict.ts";
import { assertEquals } from "../assert.ts";
import { fixtureRows } from "./fixture_rows.ts";

const quick = fixtureRows("quick");
const reversible = quick.filter((row) => row.name === "RevGNN-64");
const residual = quick.filter((row) => row.model.kind === "res-gnn");
const MIB = 2 ** 20;

Deno.test("memoryVerdict() tells flat from growing, what would not fit, and the scores", () => {
  assertEquals(memoryVerdict(quick, LAYERS).split("\n"), [
    "RevGNN-64's activations take 31.2 MiB at 3 and at 1001 layers; RevGNN-32's activations take " +
    "15.6 MiB at 3 and at 112 layers; ResGNN-64's activations grow " +
    "by 21.9 MiB a layer, from 96.9 MiB at 3 layers to 1.23 GiB at 56, and it would need " +
    "2.46 GiB in total at 112 layers, over the budget of 2 GiB.",
    "Trained with 14 layers on wordnet-frames, the test ROC-AUC is 82.17 % for ResGNN-64 and " +
    "82.57 % for RevGNN-64.",
    "Here too more layers score higher (ResGNN-64 +2.67 points from 3 to 14 layers, RevGNN-64 " +
    "+2.67 points from 3 to 14 layers and RevGNN-32 +1.47 points from 3 to 7 layers; one seed).",
  ]);
});

Deno.test("memoryVerdict() says so where a reversible network's activations do grow", () => {
  const grown = reversible.map((row) => ({ ...row, activationBytes: 2 * row.model.layers * MIB }));
  assertEquals(
    memoryVerdict(grown, LAYERS).split("\n")[0],
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
  assertEquals(memoryVerdict(fixtureRows("full"), LAYERS).split("\n").slice(1), [
    "Trained with 112 layers on wordnet-frames, the test ROC-AUC is 86.47 ± 0.30 % for RevGNN-80 " +
    "and 86.47 ± 0.30 % for RevGNN-224.",
    "Here too more layers score higher (ResGNN-64 +5.07 points from 3 to 56 layers, RevGNN-80 " +
    "+6.27 points from 3 to 112 layers and RevGNN-224 +6.27 points from 3 to 112 layers; " +
    "means over 3 seeds).",
  ]);
});

Deno.test("memoryVerdict() says so where more layers do not score higher, or not always", () => {
  const trained = quick.filter((row) => row.scores);
  const falling = trained.map((row) => ({
    ...row,
    scores: { ...row.scores!, test: 0.9 - row.model.layers / 100 },
  }));
  const last = (rows: typeof quick) => memoryVerdict(rows, LAYERS).split("\n").at(-1)!;
  assertEquals(
    last(falling.filter(({ name }) => name === "RevGNN-64")),
    "Here more layers do not score higher (RevGNN-64 −11.00 points from 3 to 14 layers; one seed).",
  );
  const mixed = [...falling.filter(({ name }) => name === "ResGNN-64"), ...reversible];
  assertEquals(
    last(mixed),
    "More layers score higher in 1 of 2 models (ResGNN-64 −11.00 points from 3 to 14 layers and " +
      "RevGNN-64 +2.67 points from 3 to 14 layers; one seed).",
  );
});

Deno.test("memoryVerdict() takes no rise within the seeds' spread for one", () => {
  // The fixture's seeds 0, 1 and 2 differ by 0.3 points each.
  const noisy = fixtureRows("full").filter((row) => row.scores && row.name === "RevGNN-80")
    .map((row) => ({
      ...row,
      scores: { ...row.scores!, test: 0.8 + 0.003 * row.seed + 1e-5 * row.model.layers },
    }));
  assertEquals(
    memoryVerdict(noisy, LAYERS).split("\n").at(-1),
    "Here more layers do not score higher (RevGNN-80 +0.11 points from 3 to 112 layers, within the " +
      "spread of 3 seeds; means over 3 seeds).",
  );
});
