/** y = mask ⊙ ReLU(LayerNorm(x)), LayerNorm(x) = scale ⊙ (x - mean) / √(variance + ε) + shift. */
import { type Dense, dense, row } from "./matrix.ts";

const EPSILON = 1e-5;

/** Normalises each row of x [N, d]; affine [2, d] is scale over shift, mask [N, d] ready scaled. */
export function normAct(x: Dense, affine: Dense, mask?: Dense): Dense {
  const y = dense(x.rows, x.cols);
  const [scale, shift] = [row(affine, 0), row(affine, 1)];
  for (let i = 0; i < x.rows; i++) {
    const { normal } = normalise(row(x, i));
    const [yi, factor] = [row(y, i), mask && row(mask, i)];
    for (let c = 0; c < x.cols; c++) {
      yi[c] = Math.max(0, scale[c]! * normal[c]! + shift[c]!) * (factor ? factor[c]! : 1);
    }
  }
  return y;
}

/** dx = (g - mean(g) - n ⊙ mean(g ⊙ n)) / √(variance + ε), g = scale ⊙ d LayerNorm, n normal. */
export function normActBackward(
  x: Dense,
  affine: Dense,
  dy: Dense,
  mask?: Dense,
): { dx: Dense; dAffine: Dense } {
  const dx = dense(x.rows, x.cols);
  const dAffine = dense(2, x.cols);
  const [scale, shift] = [row(affine, 0), row(affine, 1)];
  const [dScale, dShift] = [row(dAffine, 0), row(dAffine, 1)];
  for (let i = 0; i < x.rows; i++) {
    const [dxi, dyi, factor] = [row(dx, i), row(dy, i), mask && row(mask, i)];
    const { normal, inverseDeviation } = normalise(row(x, i));
    const dNormal = new Float64Array(x.cols);
    for (let c = 0; c < x.cols; c++) {
      const alive = scale[c]! * normal[c]! + shift[c]! > 0;
      const slope = alive ? dyi[c]! * (factor ? factor[c]! : 1) : 0;
      dScale[c]! += slope * normal[c]!;
      dShift[c]! += slope;
      dNormal[c] = slope * scale[c]!;
    }
    const across = mean(dNormal);
    const along = mean(dNormal.map((value, c) => value * normal[c]!));
    for (let c = 0; c < x.cols; c++) {
      dxi[c] = inverseDeviation * (dNormal[c]! - across - normal[c]! * along);
    }
  }
  return { dx, dAffine };
}

function normalise(x: Float64Array): { normal: Float64Array; inverseDeviation: number } {
  const centre = mean(x);
  const centred = x.map((value) => value - centre);
  const variance = mean(centred.map((value) => value * value));
  const inverseDeviation = 1 / Math.sqrt(variance + EPSILON);
  return { normal: centred.map((value) => value * inverseDeviation), inverseDeviation };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
