import { headScores, headScoresBackward } from "../../kernels/head_scores.ts";
import { assertThrows } from "../assert.ts";
import * as reference from "../reference/head_scores.ts";
import { add, dense, random } from "../reference/matrix.ts";
import { compareOperator } from "./compare_operator.ts";
import { read, upload } from "./device.ts";

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

/** Both gradients are added to what is there. */
async function compare(rows: number, heads: number, channels: number, scaled: boolean) {
  const width = heads * channels;
  await compareOperator({
    of: `${rows} × ${heads} × ${channels}`,
    inputs: {
      x: random(rows, width, 1),
      dScores: random(rows, heads, 3),
      dx: random(rows, width, 4),
      scale: scaled ? random(1, rows, 6) : undefined,
    },
    windows: { vectors: random(1, width, 2), dVectors: random(1, width, 5) },
    ours: ({ x, vectors, dScores, scale, dx, dVectors }) => {
      const scores = headScores(x, vectors, { heads, scale });
      headScoresBackward(x, vectors, dScores, { scale, dx, dVectors });
      return { scores, dx, dVectors };
    },
    expected: ({ x, vectors, dScores, scale, dx, dVectors }) => {
      const gradients = reference.headScoresBackward(x, vectors, dScores, scale?.data);
      return {
        scores: reference.headScores(x, vectors, { heads, scale: scale?.data }),
        dx: add(dx, gradients.dx),
        dVectors: add(dVectors, gradients.dVectors),
      };
    },
  });
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
