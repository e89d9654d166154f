import { headScores, headScoresBackward } from "../../kernels/head_scores.ts";
import { assertThrows } from "../assert.ts";
import * as reference from "../reference/head_scores.ts";
import { add, type Dense, dense, random } from "../reference/matrix.ts";
import { KERNEL } from "../tolerances.ts";
import {
  assertClose,
  assertCloseWindow,
  gpu,
  read,
  rounded,
  upload,
  uploadWindow,
} from "./device.ts";

const ROWS = [0, 1, 67, 257];
/** Of a head; heads that straddle a vec4 and others, the paper's widest among them. */
const CHANNELS = [1, 3, 4, 5, 7, 8, 12, 13, 40, 178];
const HEADS = [1, 2, 3, 4, 5, 8];

for (const heads of HEADS) {
  for (const scaled of [false, true]) {
    const title = `${heads} heads, ${scaled ? "" : "not "}scaled`;
    Deno.test(`headScores() and its gradients equal their reference, ${title}`, async () => {
      for (const rows of ROWS) {
        for (const channels of CHANNELS) await compare(rows, heads, channels, scaled);
      }
    });
  }
}

Deno.test("headScores() and its gradients equal their reference, 66001 rows", async () => {
  await compare(66_001, 3, 3, true);
});

async function compare(rows: number, heads: number, channels: number, scaled: boolean) {
  const what = (name: string) => `${name} of ${rows} × ${heads} × ${channels}`;
  const [x, vectors, dScores, dx, dVectors] = [
    random(rows, heads * channels, 1),
    random(1, heads * channels, 2),
    random(rows, heads, 3),
    random(rows, heads * channels, 4),
    random(1, heads * channels, 5),
  ].map(rounded) as [Dense, Dense, Dense, Dense, Dense];
  const factors = scaled ? rounded(random(1, rows, 6)) : undefined;
  const scale = factors && upload(factors);

  const [input, window] = [upload(x), uploadWindow(vectors)];
  const scores = headScores(input, window, { heads, scale });
  const expected = reference.headScores(x, vectors, { heads, scale: factors?.data });
  await assertClose(scores, expected, KERNEL, what("scores"));

  // Both are added to what is there.
  const [intoX, intoVectors] = [upload(dx), uploadWindow(dVectors)];
  headScoresBackward(input, window, upload(dScores), { scale, dx: intoX, dVectors: intoVectors });
  const gradients = reference.headScoresBackward(x, vectors, dScores, factors?.data);
  await assertClose(intoX, add(dx, gradients.dx), KERNEL, what("dx"));
  const sum = add(dVectors, gradients.dVectors);
  await assertCloseWindow(intoVectors, sum, KERNEL, what("dVectors"));
  gpu.trim();
}

Deno.test("headScores() keeps heads apart: a NaN stays in its own", async () => {
  const x = random(1, 15, 1);
  x.data[5] = NaN;
  const scores = await read(headScores(upload(x), upload(random(1, 15, 2)), { heads: 3 }));
  if ([...scores].map(Number.isNaN).join() !== "false,true,false") throw new Error(`${scores}`);
});

Deno.test("headScores() refuses vectors of another shape, and heads that do not fit", () => {
  const x = upload(dense(3, 10));
  assertThrows(
    () => headScores(x, upload(dense(1, 9)), { heads: 2 }),
    RangeError,
    "Cannot score rows of 10 channels with attention vectors of 1 × 9: they must be 1 × 10",
  );
  assertThrows(
    () => headScores(x, upload(dense(1, 10)), { heads: 3 }),
    RangeError,
    "Cannot split 10 channels into 3 heads: channels must be a multiple of heads",
  );
});
