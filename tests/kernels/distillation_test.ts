import { distillation } from "../../kernels/distillation.ts";
import { assertThrows } from "../assert.ts";
import * as reference from "../reference/distillation.ts";
import { add, type Dense, dense, random } from "../reference/matrix.ts";
import { CLASS_SIZES, spread } from "./classes.ts";
import { compareOperator } from "./compare_operator.ts";
import { assertClose, rounded, upload } from "./device.ts";

for (const [nodes, counts] of [[0, [3]], ...CLASS_SIZES] as const) {
  Deno.test(`distillation() adds its reference, ${nodes} nodes`, async () => {
    for (const classes of counts) {
      for (const options of [{ temperature: 0.7, weight: 0.95 }, { temperature: 2 }]) {
        const [logits, teacher] = [1, 2].map((seed) => rounded(spread(nodes, classes, seed)));
        await compare(logits!, teacher!, options);
      }
    }
  });
}

Deno.test("distillation() stays finite where either is certain", async () => {
  const logits = { rows: 2, cols: 3, data: Float64Array.of(1e3, -1e3, 0, 1, 2, 3) };
  const teacher = { rows: 2, cols: 3, data: Float64Array.of(-1e3, 1e3, 0, 1e4, -1e4, 1e4) };
  await compare(logits, teacher, { temperature: 0.7 });
});

Deno.test("distillation() adds nothing where a student agrees with its teacher", async () => {
  const logits = rounded(random(67, 5, 1));
  const loss = { rowLoss: upload(dense(1, 67, 1)), dLogits: upload(dense(67, 5, 1)) };
  distillation(upload(logits), upload(logits), loss, { temperature: 0.7 });
  await assertClose(loss.rowLoss, dense(1, 67, 1), 1e-9, "loss");
  await assertClose(loss.dLogits, dense(67, 5, 1), 1e-9, "dLogits");
});

Deno.test("distillation() refuses a teacher of another shape", () => {
  const loss = { rowLoss: upload(dense(1, 4)), dLogits: upload(dense(4, 3)) };
  const [logits, teacher] = [upload(dense(4, 3)), upload(dense(3, 3))];
  const call = () => distillation(logits, teacher, loss, { temperature: 1 });
  assertThrows(call, RangeError, "they are 3 × 3, the student's 4 × 3");
});

/** To a loss and a gradient of about the same size, so that neither hides the other. */
async function compare(
  logits: Dense,
  teacher: Dense,
  options: { temperature: number; weight?: number },
) {
  const { rows, cols } = logits;
  const expected = reference.distillation(logits, teacher, options);
  await compareOperator({
    of: `${rows} × ${cols}, ${JSON.stringify(options)}`,
    inputs: {
      logits,
      teacher,
      rowLoss: scaled(random(1, rows, 3), expected.rowLoss),
      dLogits: scaled(random(rows, cols, 4), expected.dLogits),
    },
    ours: ({ logits, teacher, ...loss }) => {
      distillation(logits, teacher, loss, options);
      return loss;
    },
    expected: ({ rowLoss, dLogits }) => ({
      rowLoss: add(rowLoss, expected.rowLoss),
      dLogits: add(dLogits, expected.dLogits),
    }),
  });
}

/** x, its largest value about that of `like`. */
function scaled(x: Dense, like: Dense): Dense {
  const largest = like.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return { ...x, data: x.data.map((value) => largest * value) };
}
