/** Lines of progress where there is no terminal. */
import { progressBar } from "../../../scripts/shared/progress.ts";
import type { Progress } from "../../../training/loop/train_options.ts";
import type { Row } from "../../../training/row.ts";
import { assertEquals } from "../../assert.ts";
import { saidBy } from "../../said.ts";

const EPOCH: Progress = {
  ...{ epoch: 1, loss: 0.5, scores: { train: 0.9, valid: 0.8, test: 0.7 }, seconds: 12 },
  ...{ learningRate: 0.01, gradientNorm: 1, judged: 0.8, peakBytes: 2 ** 20 },
};
const soFar = (): Row => {
  throw new Error("a bar needs no row");
};

/** What is said on standard error by calls at these seconds. */
function saidAt(
  how: { readonly quiet?: boolean; readonly ends?: boolean },
  calls: (bar: ReturnType<typeof progressBar>) => [number, () => void][],
) {
  using caught = saidBy("error");
  const { now } = performance;
  try {
    const bar = progressBar("RevGNN-64 × 7", 4, "ROC-AUC", { ...how, terminal: false });
    for (const [seconds, call] of calls(bar)) {
      performance.now = () => 1000 * seconds;
      call();
    }
  } finally {
    performance.now = now;
  }
  return caught.said;
}

const part = { epoch: 1, of: "training", parts: 10 } as const;
const CALLS = (bar: ReturnType<typeof progressBar>): [number, () => void][] => [
  [0, () => bar.onStart()],
  [3, () => bar.onPart({ ...part, part: 1, share: 0.1 })],
  [9.999, () => bar.onPart({ ...part, part: 3, share: 0.3 })],
  [10, () => bar.onPart({ ...part, part: 4, share: 0.4 })],
  [19.999, () => bar.onEpoch(EPOCH, soFar)],
  [20, () => bar.onPart({ ...part, epoch: 2, part: 5, share: 0.5 })],
  [24, () => bar.onPart({ ...part, epoch: 2, part: 6, share: 0.6 })],
  [25, () => bar.stop()],
  [26, () => bar.stop()],
];

Deno.test("progressBar() says a line every ten seconds, within an epoch too, with the time left", () => {
  const figures = "loss 0.5000, valid ROC-AUC 0.8000, 1 MiB, 12.00 s/epoch";
  assertEquals(saidAt({}, CALLS), [
    "RevGNN-64 × 7: 0/4 epochs",
    "RevGNN-64 × 7: epoch 1/4, training 4/10, 1m 30s left",
    `RevGNN-64 × 7: epoch 2/4, training 5/10, ${figures}, 33s left`,
    `RevGNN-64 × 7: epoch 2/4, training 6/10, ${figures}, 36s left`,
  ]);
});

Deno.test("progressBar() of a run that goes on counts with the epochs of this process", () => {
  const said = saidAt({}, (bar) => [
    [0, () => bar.onStart()],
    [0, () => bar.onResume(2, [])],
    [10, () => bar.onEpoch({ ...EPOCH, epoch: 3 }, soFar)],
  ]);
  assertEquals(said.at(-1)!.split(", ").at(-1), "10s left");
});

Deno.test("progressBar() that is quiet says nothing", () => {
  assertEquals(saidAt({ quiet: true }, CALLS), []);
});

Deno.test("progressBar() of a run whose end is told elsewhere says what comes between alone", () => {
  const said = saidAt({ ends: false }, CALLS);
  assertEquals(said, saidAt({}, CALLS).slice(1, -1));
});
